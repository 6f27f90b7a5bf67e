"""Makes tampered copies of a signed agreement, as somebody would who knows PDF well and uses a common tool.

    forge.py FILE.pdf FOLDER

The first kinds change signed bytes; the others leave every signed byte alone and append a revision, written by
pyHanko as any editor would write it, or sign what nobody asked the forger to sign. Each copy lies in FOLDER under the name of its kind.
"""

import io
import re
import sys
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

BYTES = {}
REVISIONS = {}
SIGNED = {}


def of_bytes(deed):
    BYTES[deed.__name__] = deed
    return deed


def appended(deed):
    REVISIONS[deed.__name__] = deed
    return deed


def signed(deed):
    SIGNED[deed.__name__] = deed
    return deed


def signatures(data):
    """Where the hexadecimal of each signature lies, in file order."""
    return [match.span(1) for match in re.finditer(rb'/Contents\s*<([0-9A-Fa-f]{200,})>', data)]


def replaced(data, start, new):
    return data[:start] + new + data[start + len(new):]


@of_bytes
def a_byte_of_a_page_changed(data):
    start = data.index(b'stream', data.index(b'/Contents')) + 200
    return replaced(data, start, bytes([data[start] ^ 1]))


@of_bytes
def the_claimed_time_changed(data):
    start = data.rindex(b'/M(D:') + 5
    return replaced(data, start, b'1999')


@of_bytes
def a_digit_of_a_signature_changed(data):
    start = signatures(data)[1][0] + 2400
    return replaced(data, start, b'0' if data[start:start + 1] != b'0' else b'1')


@of_bytes
def two_signatures_exchanged(data):
    (one, end_one), (two, end_two) = signatures(data)[1:3]
    length = min(end_one - one, end_two - two)
    first, second = data[one:one + length], data[two:two + length]
    return replaced(replaced(data, one, second), two, first)


@of_bytes
def a_signature_of_the_seal_for_a_party(data):
    (one, _), (two, end) = signatures(data)[0:2]
    return replaced(data, two, data[one:one + end - two])


@of_bytes
def a_byte_range_that_covers_less(data):
    match = list(re.finditer(rb'/ByteRange\s*\[\s*0\s+\d+\s+\d+\s+(\d+)', data))[-1]
    start, end = match.span(1)
    return replaced(data, start, str(int(match.group(1)) - 40).encode().ljust(end - start))


@of_bytes
def the_permission_widened(data):
    start = data.index(b'/TransformMethod')
    start = data.index(b'/P 2', start) if b'/P 2' in data[start:start + 200] else data.index(b'/P 2')
    return replaced(data, start, b'/P 3')


@of_bytes
def the_end_cut_off(data):
    return data[:-700]


@of_bytes
def bytes_appended_without_a_revision(data):
    return data + b'\n999 0 obj\n<< /Type /Catalog >>\nendobj\n'


# Universal signature forgery: the last signature loses what it would be judged by.


def of_last(data, pattern, new):
    """Puts `new` in the place of the last match of `pattern`; no byte after it moves."""
    start, end = list(re.finditer(pattern, data))[-1].span()
    assert len(new) <= end - start, (pattern, new)
    return replaced(data, start, new.ljust(end - start))


RANGE = rb'/ByteRange\s*\[[^\]]*\]'
CONTENTS = rb'/Contents\s*<[0-9A-Fa-f]{200,}>'

for kind, pattern, new in [
    ('a_signature_without_byte_range', RANGE, b''),
    ('a_byte_range_of_null', RANGE, b'/ByteRange null'),
    ('a_byte_range_of_nothing', RANGE, b'/ByteRange [0 0 0 0]'),
    ('a_byte_range_below_zero', RANGE, b'/ByteRange [0 -1 2 3]'),
    ('a_signature_without_contents', CONTENTS, b''),
    ('contents_of_null', CONTENTS, b'/Contents null'),
    ('contents_of_one_zero', CONTENTS, b'/Contents <00>'),
]:
    BYTES[kind] = partial(of_last, pattern=pattern, new=new)


@of_bytes
def contents_of_zeros(data):
    start, end = signatures(data)[-1]
    return replaced(data, start, b'0' * (end - start))


@of_bytes
def a_signed_end_moved_away(data):
    """Signature wrapping: what was signed after `/Contents` lies further back, and a second `/ByteRange`, written
    into the unsigned room, says so; between the two a page is drawn anew."""
    before, after, rest = ranges(data)[-1]
    data = data[:after + rest]
    table = int(re.findall(rb'startxref\s+(\d+)', data)[-1])
    earlier = int(re.findall(rb'startxref\s+(\d+)', data)[-2])
    reader = PdfFileReader(io.BytesIO(data))
    number = reader.root['/Pages']['/Kids'][0].raw_get('/Contents')
    number = (number if isinstance(number, generic.IndirectObject) else number.raw_get(0)).idnum
    cms = data[before:after].rstrip(b'0>').ljust(1, b'0')
    cms += b'0' * (len(cms) % 2 == 0) + b'>'
    text = b'BT /F1 12 Tf (RM 1) Tj ET'
    drawn = b'%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n' % (number, len(text), text)
    end = b'xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n' % (
        number, after, reader.trailer['/Size'], reader.trailer.raw_get('/Root').idnum, earlier, table)
    moved = table + len(end)
    room = cms + b'/ByteRange [0 %d %d %d]>>\nendobj\n' % (before, moved, rest)
    forged = data[:before] + room.ljust(after - before) + drawn
    assert len(room) < after - before and len(forged) <= table
    return forged.ljust(table) + end + data[after:]


def ranges(data):
    """Where the bytes before the signature end, where those after it begin, and how many those are."""
    found = re.findall(rb'/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)', data)
    return [tuple(map(int, one)) for one in found]


@of_bytes
def a_page_drawn_anew_in_a_body_without_cross_reference(data):
    reader = PdfFileReader(io.BytesIO(data))
    sheet = reader.root['/Pages']['/Kids'].raw_get(0)
    return data + b'%d 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] >>\nendobj\n%%%%EOF\n' % sheet.idnum


def references(array):
    return [array.raw_get(at) for at in range(len(array))]


def field(writer, name):
    for reference in references(writer.root['/AcroForm']['/Fields']):
        if reference.get_object()['/T'] == name:
            return reference.reference, reference.get_object()
    raise KeyError(name)


def page(writer, at=0):
    kid = writer.root['/Pages']['/Kids'].raw_get(at)
    return kid.reference, kid.get_object()


def drawing(writer, width, height):
    stream = generic.StreamObject(
        {
            pdf_name('/Type'): pdf_name('/XObject'),
            pdf_name('/Subtype'): pdf_name('/Form'),
            pdf_name('/BBox'): generic.ArrayObject(map(generic.FloatObject, (0, 0, width, height))),
        },
        stream_data=b'1 1 1 rg 0 0 %d %d re f' % (width, height),
    )
    return writer.add_object(stream)


def appearance(writer, name):
    reference, widget = field(writer, name)
    widget[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): drawing(writer, 230, 120)})
    writer.mark_update(reference)


@appended
def a_page_drawn_anew(writer):
    reference, sheet = page(writer)
    stream = generic.StreamObject(stream_data=b'BT /F1 12 Tf (RM 1) Tj ET')
    sheet[pdf_name('/Contents')] = writer.add_object(stream)
    writer.mark_update(reference)


@appended
def a_note_laid_over_a_page(writer):
    reference, sheet = page(writer)
    note = generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/Annot'),
        pdf_name('/Subtype'): pdf_name('/FreeText'),
        pdf_name('/Contents'): generic.TextStringObject('RM 1'),
        pdf_name('/Rect'): generic.ArrayObject(map(generic.NumberObject, (50, 50, 550, 800))),
        pdf_name('/AP'): generic.DictionaryObject({pdf_name('/N'): drawing(writer, 500, 750)}),
    })
    sheet['/Annots'].append(writer.add_object(note))
    writer.mark_update(reference)


@appended
def the_picture_of_a_signature_exchanged(writer):
    appearance(writer, 'Party1')


@appended
def the_qr_code_exchanged(writer):
    reference, widget = field(writer, 'QR')
    state = widget['/AS']
    states = generic.DictionaryObject({pdf_name(state): drawing(writer, 96, 96)})
    widget[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): states})
    writer.mark_update(reference)


@appended
def the_serial_number_exchanged(writer):
    reference, widget = field(writer, 'Serial1')
    widget[pdf_name('/V')] = generic.TextStringObject('ESPA-2026-9999999')
    widget[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): drawing(writer, 150, 13)})
    writer.mark_update(reference)


@appended
def a_signature_taken_out(writer):
    reference, widget = field(writer, 'Party2')
    del widget['/V']
    writer.mark_update(reference)


@appended
def the_block_of_somebody_who_has_not_signed_filled(writer):
    # The drawing, name and time of a party, without the signature: a reader would take it for one.
    appearance(writer, 'Party3')


@appended
def a_waiting_field_moved_over_a_signed_block(writer):
    reference, widget = field(writer, 'Party3')
    _, signed = field(writer, 'Party1')
    widget[pdf_name('/Rect')] = signed['/Rect']
    widget[pdf_name('/AP')] = generic.DictionaryObject({pdf_name('/N'): drawing(writer, 230, 120)})
    writer.mark_update(reference)


@appended
def a_visible_field_added(writer):
    sheet_reference, sheet = page(writer)
    widget = writer.add_object(generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/Annot'),
        pdf_name('/Subtype'): pdf_name('/Widget'),
        pdf_name('/FT'): pdf_name('/Tx'),
        pdf_name('/T'): generic.TextStringObject('Harga'),
        pdf_name('/V'): generic.TextStringObject('RM 1'),
        pdf_name('/P'): generic.IndirectObject(sheet_reference.idnum, sheet_reference.generation, writer),
        pdf_name('/Rect'): generic.ArrayObject(map(generic.NumberObject, (50, 50, 550, 800))),
        pdf_name('/AP'): generic.DictionaryObject({pdf_name('/N'): drawing(writer, 500, 750)}),
    }))
    form = writer.root['/AcroForm']
    form['/Fields'].append(widget)
    sheet['/Annots'].append(widget)
    writer.update_container(form['/Fields'])
    writer.mark_update(sheet_reference)


@appended
def a_page_taken_out(writer):
    pages = writer.root['/Pages']
    pages[pdf_name('/Kids')] = generic.ArrayObject(references(pages['/Kids'])[1:])
    pages[pdf_name('/Count')] = generic.NumberObject(pages['/Count'] - 1)
    writer.update_container(pages)


@appended
def a_script_that_runs_when_opened(writer):
    writer.root[pdf_name('/OpenAction')] = generic.DictionaryObject({
        pdf_name('/S'): pdf_name('/JavaScript'),
        pdf_name('/JS'): generic.TextStringObject('this.getField("Serial1").value = "x"'),
    })
    writer.update_root()


# Shadow attacks and the like: signed objects stay as they are, others are shown in their stead.


@appended
def a_signed_block_hidden(writer):
    reference, widget = field(writer, 'Party1')
    widget[pdf_name('/F')] = generic.NumberObject(2)
    writer.mark_update(reference)


@appended
def a_font_exchanged(writer):
    _, sheet = page(writer)
    fonts = sheet['/Resources']['/Font']
    reference = fonts.raw_get(next(iter(fonts.keys())))
    font = generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/Font'),
        pdf_name('/Subtype'): pdf_name('/Type1'),
        pdf_name('/BaseFont'): pdf_name('/ZapfDingbats'),
    })
    writer.objects[(reference.generation, reference.idnum)] = font


@appended
def another_document_behind_another_catalog(writer):
    pages = generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/Pages'),
        pdf_name('/Kids'): generic.ArrayObject(references(writer.root['/Pages']['/Kids'])[:1]),
        pdf_name('/Count'): generic.NumberObject(1),
    })
    catalog = generic.DictionaryObject({key: writer.root.raw_get(key) for key in writer.root})
    catalog[pdf_name('/Pages')] = writer.add_object(pages)
    writer._root = writer.add_object(catalog)
    writer.trailer['/Root'] = writer._root


@appended
def pages_in_another_order(writer):
    pages = writer.root['/Pages']
    pages[pdf_name('/Kids')] = generic.ArrayObject(reversed(references(pages['/Kids'])))
    writer.update_container(pages)


@appended
def a_page_cut_to_its_margin(writer):
    reference, sheet = page(writer)
    sheet[pdf_name('/CropBox')] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 20)))
    writer.mark_update(reference)


@appended
def a_layer_that_can_be_switched(writer):
    layer = writer.add_object(generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/OCG'),
        pdf_name('/Name'): generic.TextStringObject('Harga'),
    }))
    writer.root[pdf_name('/OCProperties')] = generic.DictionaryObject({
        pdf_name('/OCGs'): generic.ArrayObject([layer]),
        pdf_name('/D'): generic.DictionaryObject({pdf_name('/OFF'): generic.ArrayObject([layer])}),
    })
    writer.update_root()


@appended
def an_invisible_field_with_a_script(writer):
    # A field of a document time stamp may be added; what its widget does when the page opens may not.
    sheet_reference, sheet = page(writer)
    widget = writer.add_object(generic.DictionaryObject({
        pdf_name('/Type'): pdf_name('/Annot'),
        pdf_name('/Subtype'): pdf_name('/Widget'),
        pdf_name('/FT'): pdf_name('/Sig'),
        pdf_name('/T'): generic.TextStringObject('Masa'),
        pdf_name('/P'): generic.IndirectObject(sheet_reference.idnum, sheet_reference.generation, writer),
        pdf_name('/Rect'): generic.ArrayObject(map(generic.NumberObject, (0, 0, 0, 0))),
        pdf_name('/AA'): generic.DictionaryObject({
            pdf_name('/PO'): generic.DictionaryObject({
                pdf_name('/S'): pdf_name('/JavaScript'),
                pdf_name('/JS'): generic.TextStringObject('this.getField("Serial1").value = "x"'),
            }),
        }),
    }))
    form = writer.root['/AcroForm']
    form['/Fields'].append(widget)
    sheet['/Annots'].append(widget)
    writer.update_container(form['/Fields'])
    writer.mark_update(sheet_reference)


# A page's own content, named from a place that may grow and written again under that name.


def content_written_again(writer):
    _, sheet = page(writer)
    found = sheet.raw_get('/Contents')
    reference = found if isinstance(found.get_object(), generic.StreamObject) else found.get_object().raw_get(0)
    writer.objects[(reference.generation, reference.idnum)] = generic.StreamObject(
        {pdf_name('/Type'): pdf_name('/Metadata'), pdf_name('/Subtype'): pdf_name('/XML')},
        stream_data=b'BT /F1 12 Tf (RM 1) Tj ET',
    )
    return generic.IndirectObject(reference.idnum, reference.generation, writer)


@appended
def a_content_stream_made_a_certificate_list(writer):
    store = writer.root['/DSS']
    entry = generic.DictionaryObject({pdf_name('/Cert'): content_written_again(writer)})
    store['/VRI'][pdf_name('/' + 'A' * 40)] = entry
    writer.update_container(store['/VRI'])


@appended
def a_content_stream_made_an_answer_of_the_authority(writer):
    store = writer.root['/DSS']
    store[pdf_name('/OCSPs')] = generic.ArrayObject([content_written_again(writer)])
    writer.update_container(store)


@appended
def a_content_stream_made_the_list_of_answers(writer):
    store = writer.root['/DSS']
    store[pdf_name('/OCSPs')] = content_written_again(writer)
    writer.update_container(store)


@appended
def a_content_stream_made_the_metadata(writer):
    writer.root[pdf_name('/Metadata')] = content_written_again(writer)
    writer.update_root()


@appended
def a_content_stream_made_an_extension(writer):
    extensions = generic.DictionaryObject({pdf_name('/ESIC'): content_written_again(writer)})
    writer.root[pdf_name('/Extensions')] = extensions
    writer.update_root()


@signed
def a_block_signed_by_a_stranger(writer):
    # What the certification allows, with a certificate of one's own making in the name of the party.
    sign(writer, 'Party3')


@signed
def a_visible_signature_added_by_a_stranger(writer):
    fields.append_signature_field(writer, fields.SigFieldSpec('Pihak', on_page=0, box=(50, 50, 550, 800)))
    sign(writer, 'Pihak')


def sign(writer, name):
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, 'Nur Aisyah binti Omar')])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder(who, who, key.public_key(), 7, now - timedelta(1), now + timedelta(30))
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.DER, form, serialization.NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(der),
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=SimpleCertificateStore(),
    )
    said = signers.PdfSignatureMetadata(field_name=name, md_algorithm='sha256', subfilter=fields.SigSeedSubFilter.PADES)
    signers.sign_pdf(writer, said, signer=signer, in_place=True)


@appended
def the_validation_data_thrown_away(writer):
    del writer.root['/DSS']
    writer.update_root()


@appended
def the_certification_taken_out(writer):
    del writer.root['/Perms']
    writer.update_root()


def main():
    source, folder = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, deed in BYTES.items():
        forged = deed(source)
        assert forged != source, name
        (folder / f'{name}.pdf').write_bytes(forged)
    for name, deed in REVISIONS.items():
        writer = IncrementalPdfFileWriter(io.BytesIO(source), strict=True)
        deed(writer)
        out = io.BytesIO()
        writer.write(out)
        assert out.getvalue().startswith(source), name
        (folder / f'{name}.pdf').write_bytes(out.getvalue())
    for name, deed in SIGNED.items():
        out = io.BytesIO(source)
        deed(IncrementalPdfFileWriter(out, strict=True))
        assert out.getvalue().startswith(source) and len(out.getvalue()) > len(source), name
        (folder / f'{name}.pdf').write_bytes(out.getvalue())


main()
