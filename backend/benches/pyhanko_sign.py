"""Signs the same document as the Rust bench, over and over, with the key parsed once; prints the median in seconds.

usage: pyhanko_sign.py FILE KEY.pem CERT.pem FIELD ROUNDS
"""
import io
import statistics
import sys
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

file, key_file, cert_file, field, rounds = sys.argv[1:]
KEY = serialization.load_pem_private_key(open(key_file, "rb").read(), None)


class Cached(signers.SimpleSigner):
    """The stock signer parses its key at every signature, which would not be a fair yardstick."""

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        return bytes(256) if dry_run else KEY.sign(data, padding.PKCS1v15(), hashes.SHA256())


loaded = signers.SimpleSigner.load(key_file, cert_file)
signer = Cached(
    signing_cert=loaded.signing_cert, signing_key=loaded.signing_key, cert_registry=loaded.cert_registry
)
metadata = signers.PdfSignatureMetadata(
    field_name=field, md_algorithm="sha256", reason="Setuju", subfilter=fields.SigSeedSubFilter.PADES
)
document = open(file, "rb").read()


def sign():
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    return signers.PdfSigner(metadata, signer).sign_pdf(writer, existing_fields_only=True)


sign()
times = []
for _ in range(int(rounds)):
    start = time.perf_counter()
    sign()
    times.append(time.perf_counter() - start)
print(statistics.median(times))
