"""Asks pyHanko what it thinks of every signature in a PDF, and answers in JSON.

Twice per signature, always offline and with hard-fail revocation (the material in the file's DSS must do):
`plain` is the classic validation with the difference analysis of later revisions; `ades` follows
ETSI EN 319 102-1 section 5.6.3 (what `pyhanko sign adesverify` runs).

    pdf.py --root root.pem [--at 2027-01-31T00:00:00+00:00] FILE.pdf
"""

import argparse
import asyncio
import json
import logging
import sys
from dataclasses import replace
from datetime import datetime

from asn1crypto import core
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    FreshnessReqType,
)
from pyhanko_certvalidator.registry import SimpleTrustManager


def ades_spec(roots):
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=roots),
        revinfo_policy=CertRevTrustPolicy(
            REQUIRE_REVINFO,
            freshness=None,
            freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
        ),
    )
    signature = SignatureValidationSpec(cert_validation_policy=policy)
    return PdfSignatureValidationSpec(signature_validation_spec=signature, diff_policy=DEFAULT_DIFF_POLICY)


def plain_context(reader, roots, moment):
    settings = dict(trust_roots=roots, allow_fetching=False, revocation_mode='require', moment=moment)
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(settings)
    except NoDSSFoundError:
        return ValidationContext(**settings)


async def judge_plain(signature, reader, roots, moment):
    # A signature is judged at the instant its own time stamp proves, as any PAdES B-LT validator does.
    proven = stamp_time(signature) or moment
    status = await async_validate_pdf_signature(
        signature,
        signer_validation_context=plain_context(reader, roots, proven),
        ts_validation_context=plain_context(reader, roots, moment),
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


async def judge_ades(signature, spec, moment):
    timing = ValidationTimingInfo.now() if moment is None else replace(
        ValidationTimingInfo.now(), validation_time=moment, best_signature_time=moment, point_in_time_validation=True
    )
    result = await ades_lta_validation(signature, spec, timing_info=timing)
    return {
        'passed': result.ades_subindic.status.name == 'PASSED',
        'indication': f'{result.ades_subindic.status.name}/{result.ades_subindic.name}',
        'why': result.failure_msg,
        'best_signature_time': result.best_signature_time.isoformat(),
    }


async def judge(path, roots, moment):
    with open(path, 'rb') as file:
        reader = PdfFileReader(file, strict=True)
        signatures = list(reader.embedded_regular_signatures)
        spec = ades_spec(roots)
        verdicts = []
        for signature in signatures:
            verdict = {
                'field': signature.field_name,
                'subject': signature.signer_cert.subject.human_friendly,
                'revision': signature.signed_revision,
                'sub_filter': str(signature.sig_object.get('/SubFilter')),
            }
            for name, asked in (
                ('plain', judge_plain(signature, reader, roots, moment)),
                ('ades', judge_ades(signature, spec, moment)),
            ):
                try:
                    verdict[name] = await asked
                except Exception as error:  # a judge that cannot read the signature has judged it
                    verdict[name] = None
                    verdict['error'] = f'{name}: {type(error).__name__}: {error}'
            verdicts.append(verdict)
        empty = [name for name, _, _ in enumerate_sig_fields(reader, filled_status=False)]
        return {'signatures': verdicts, 'empty_fields': empty}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--root', action='append', required=True)
    parser.add_argument('--at', type=datetime.fromisoformat)
    parser.add_argument('file')
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    roots = list(load_certs_from_pemder(asked.root))
    try:
        answer = asyncio.run(judge(asked.file, roots, asked.at))
    except Exception as error:  # an unreadable file is a verdict too
        answer = {'signatures': [], 'empty_fields': [], 'unreadable': f'{type(error).__name__}: {error}'}
    json.dump(answer, sys.stdout)


main()
