"""Asks pyHanko what it thinks of every signature in a PDF, and answers in JSON.

Twice per signature, always offline and with hard-fail revocation (the material in the file's DSS must do):
`plain` is the classic validation with the difference analysis of later revisions; `ades` follows
ETSI EN 319 102-1 section 5.5. In a file with document time stamps each signature is judged a third time: `lta` follows
section 5.6.3, which takes those for the proof that everything in the file existed.

    pdf.py --root root.pem [--crl fresh.der]... FILE.pdf...

`--crl` hands over lists that a connected validator would fetch today: the time-stamp authority is judged at the
present, by these. In `plain` only what the file holds speaks for the signer, at the instant that its time stamp
proves.
"""

import argparse
import asyncio
import json
import logging
import sys

from asn1crypto import core
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko.sign.validation.ades import ades_lta_validation, ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    FreshnessReqType,
)
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer
from pyhanko_certvalidator.registry import SimpleTrustManager


def ades_spec(reader, roots, fresh):
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(
            REQUIRE_REVINFO,
            freshness=None,
            freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
        ),
    )
    return SignatureValidationSpec(cert_validation_policy=policy, local_knowledge=knowledge(reader, fresh))


def knowledge(reader, fresh):
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return LocalKnowledge(known_crls=[CRLContainer(crl) for crl in fresh])
    crls = fresh + [asn1_crl.CertificateList.load(stream.get_object().data) for stream in store.crls]
    answers = [asn1_ocsp.OCSPResponse.load(stream.get_object().data) for stream in store.ocsps]
    return LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_crls=[CRLContainer(crl) for crl in crls],
        known_ocsps=[container for answer in answers for container in OCSPContainer.load_multi(answer)],
    )


def plain_context(reader, roots, fresh, moment):
    settings = dict(
        trust_roots=roots, allow_fetching=False, revocation_mode='require', moment=moment, crls=list(fresh)
    )
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    except NoDSSFoundError:
        return ValidationContext(**settings)


async def judge_plain(signature, reader, roots, fresh):
    # A signature is judged at the instant its own time stamp proves, as any PAdES B-LT validator does.
    proven = stamp_time(signature)
    status = await async_validate_pdf_signature(
        signature,
        signer_validation_context=plain_context(reader, roots, [], proven),
        ts_validation_context=plain_context(reader, roots, fresh, None),
    )
    stamp = status.timestamp_validity
    level = status.modification_level
    return {
        'intact': status.intact,
        'valid': status.valid,
        'trusted': status.trusted,
        'revoked': status.revoked,
        'bottom_line': status.bottom_line,
        'coverage': status.coverage.name,
        'modification': level.name if level is not None else None,
        'permitted': bool(status.docmdp_ok),
        'time_stamped': stamp is not None and stamp.intact and stamp.valid and stamp.trusted,
        'time_stamp_at': stamp.timestamp.isoformat() if stamp is not None else None,
        'mechanism': status.pkcs7_signature_mechanism,
        'summary': status.summary(),
    }


def stamp_time(signature):
    attributes = signature.signer_info['unsigned_attrs']
    for attribute in attributes if not isinstance(attributes, core.Void) else ():
        if attribute['type'].native == 'signature_time_stamp_token':
            token = attribute['values'][0]['content']
            return token['encap_content_info']['content'].parsed['gen_time'].native
    return None


async def judge_ades(signature, spec):
    # EN 319 102-1 section 5.5: the process for signatures with a time stamp and validation data. The long-term
    # process of 5.6 demands a document time stamp (B-LTA) as proof of existence of the validation data.
    result = await ades_with_time_validation(
        signature.signed_data,
        validation_spec=spec,
        timing_info=ValidationTimingInfo.now(),
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    return {
        'passed': result.ades_subindic.status.name == 'PASSED',
        'indication': f'{result.ades_subindic.status.name}/{result.ades_subindic.name}',
        'why': result.failure_msg,
        'best_signature_time': result.best_signature_time.isoformat(),
    }


async def judge_lta(signature, spec):
    result = await ades_lta_validation(signature, PdfSignatureValidationSpec(spec))
    return {
        'passed': result.ades_subindic.status.name == 'PASSED',
        'indication': f'{result.ades_subindic.status.name}/{result.ades_subindic.name}',
        'why': result.failure_msg,
        'best_signature_time': result.best_signature_time.isoformat(),
    }


async def judge_stamp(stamp, reader, roots, fresh):
    status = await async_validate_pdf_timestamp(stamp, plain_context(reader, roots, fresh, None))
    return {
        'field': stamp.field_name,
        'sound': status.intact and status.valid and status.trusted,
        'coverage': status.coverage.name,
        'at': status.timestamp.isoformat(),
    }


async def judge(path, roots, fresh):
    with open(path, 'rb') as file:
        reader = PdfFileReader(file, strict=True)
        signatures = list(reader.embedded_regular_signatures)
        stamps = list(reader.embedded_timestamp_signatures)
        spec = ades_spec(reader, roots, fresh)
        verdicts = []
        for signature in signatures:
            verdict = {
                'field': signature.field_name,
                'subject': signature.signer_cert.subject.human_friendly,
                'revision': signature.signed_revision,
                'sub_filter': str(signature.sig_object.get('/SubFilter')),
            }
            questions = [
                ('plain', judge_plain(signature, reader, roots, fresh)),
                ('ades', judge_ades(signature, spec)),
            ]
            if stamps:
                questions.append(('lta', judge_lta(signature, spec)))
            for name, asked in questions:
                try:
                    verdict[name] = await asked
                except Exception as error:  # a judge that cannot read the signature has judged it
                    verdict[name] = None
                    verdict['error'] = f'{name}: {type(error).__name__}: {error}'
            verdicts.append(verdict)
        empty = [name for name, _, _ in enumerate_sig_fields(reader, filled_status=False)]
        judged = [await judge_stamp(stamp, reader, roots, fresh) for stamp in stamps]
        return {'signatures': verdicts, 'stamps': judged, 'empty_fields': empty}


def read_crl(path):
    with open(path, 'rb') as file:
        return asn1_crl.CertificateList.load(file.read())


def answer(path, roots, fresh):
    try:
        return asyncio.run(judge(path, roots, fresh))
    except Exception as error:  # an unreadable file is a verdict too
        return {'signatures': [], 'stamps': [], 'empty_fields': [], 'unreadable': f'{type(error).__name__}: {error}'}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', action='append', required=True)
    parser.add_argument('--crl', action='append', default=[])
    parser.add_argument('files', nargs='+')
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    roots = list(load_certs_from_pemder(asked.root))
    fresh = [read_crl(path) for path in asked.crl]
    json.dump([answer(file, roots, fresh) for file in asked.files], sys.stdout)


main()
