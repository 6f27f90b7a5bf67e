"""Holds a PDF to the rules of ISO 19005-2 (PDF/A-2, level A) that a later revision could break, object by object, with
pyHanko's reader: what stands in the newest revision, wherever it came from.

    archive.py FILE.pdf...      one line for each broken rule; exit 1 if there is one
"""

import re
import sys

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

ANNOTATIONS = {'/Widget', '/Link'}
ACTIONS = {'/Launch', '/Sound', '/Movie', '/ResetForm', '/ImportData', '/JavaScript', '/Hide', '/SetOCGState', '/Rendition'}
PRINT, FORBIDDEN = 4, 1 | 2 | 32 | 256  # Invisible, Hidden, NoView, ToggleNoView


def of(one, key, otherwise):
    """What stands under a key, wherever it is kept."""
    return one[key] if key in one else otherwise


def dictionaries(root):
    """Every dictionary and stream that can be reached, once, with the reference it was found under."""
    seen, found, todo = set(), [], [(root, None)]
    while todo:
        value, where = todo.pop()
        if isinstance(value, generic.IndirectObject):
            if value.reference in seen:
                continue
            seen.add(value.reference)
            where, value = value.reference, value.get_object()
        if isinstance(value, generic.DictionaryObject):
            found.append((value, where))
            todo.extend((value.raw_get(key), where) for key in value)
        elif isinstance(value, generic.ArrayObject):
            todo.extend((value.raw_get(index), where) for index in range(len(value)))
    return found


def of_stream(one):
    filters = of(one, '/Filter', [])
    names = [filters] if isinstance(filters, str) else list(filters)
    if '/LZWDecode' in names:
        yield '6.1.7.2 LZW'
    if any(key in one for key in ('/F', '/FFilter', '/FDecodeParms')):
        yield '6.1.7.1 a stream outside the file'
    if one.get('/Subtype') == '/Image':
        if '/Alternates' in one or '/OPI' in one or one.get('/Interpolate', False):
            yield '6.2.8 image'
    if one.get('/Subtype') == '/Form' and ('/OPI' in one or '/PS' in one or '/Ref' in one):
        yield '6.2.9 form'
    if one.get('/Subtype') == '/PS':
        yield '6.2.9.3 PostScript'


def of_font(one):
    if '/ToUnicode' not in one and one['/Subtype'] == '/Type0':
        yield '6.2.11.7 no Unicode'
    below = of(one, '/DescendantFonts', [one])
    for child in (below[index] for index in range(len(below))):
        descriptor = of(child, '/FontDescriptor', {})
        if not any(f'/FontFile{kind}' in descriptor for kind in ('', '2', '3')):
            yield f"6.2.11.4 {child.get('/BaseFont')} is not embedded"
        if child['/Subtype'] == '/CIDFontType2' and '/CIDToGIDMap' not in child:
            yield '6.2.11.3 CIDToGIDMap'


def of_annotation(one):
    if one.get('/Subtype') not in ANNOTATIONS:
        yield f"6.3.1 annotation {one.get('/Subtype')}"
    flags = int(one.get('/F', 0))
    if not flags & PRINT or flags & FORBIDDEN:
        yield f'6.3.2 flags {flags}'
    if set(of(one, '/AP', {})) - {'/N'}:
        yield '6.3.3 an appearance beside the normal one'
    if one.get('/Subtype') == '/Widget':
        if '/A' in one or '/AA' in one:
            yield '6.4.1 a field with an action'
        if '/StructParent' not in one:
            yield '6.7.3 a field outside the structure'


def of_document(reader):
    root = reader.root
    if '/ID' not in reader.trailer or '/Encrypt' in reader.trailer:
        yield '6.1.3 trailer'
    form = of(root, '/AcroForm', {})
    if form.get('/NeedAppearances', False) or '/XFA' in form:
        yield '6.4.1 form'
    if any(key in root for key in ('/AA', '/Requirements', '/OCProperties')):
        yield '6.5.2 catalog'
    if any(key in of(root, '/Names', {}) for key in ('/JavaScript', '/EmbeddedFiles', '/AlternatePresentations')):
        yield '6.10 names'
    if not of(root, '/OutputIntents', []) or not of(of(root, '/MarkInfo', {}), '/Marked', False):
        yield '6.2.3, 6.7.2 output intent, marks'
    if '/StructTreeRoot' not in root or '/Lang' not in root:
        yield '6.7.3, 6.7.4 structure, language'
    metadata = root['/Metadata'].data.decode()
    if 'pdfaid:part>2<' not in metadata or 'pdfaid:conformance>A<' not in metadata:
        yield '6.6.4 version identification'
    # What both places tell must be the same instant.
    info = reader.trailer['/Info'] if '/Info' in reader.trailer else {}
    for key, name in (('/CreationDate', 'CreateDate'), ('/ModDate', 'ModifyDate')):
        told = re.search(f'xmp:{name}>([^<]*)<', metadata)
        if key in info and (not told or re.sub(r'\D', '', told.group(1))[:14] != re.sub(r'\D', '', str(info[key]))[:14]):
            yield f'6.6.3 {key} {info[key]} and {told and told.group(1)}'


def broken(path):
    with open(path, 'rb') as file:
        reader = PdfFileReader(file)
        yield from of_document(reader)
        for one, where in dictionaries(reader.root):
            rules = []
            if isinstance(one, generic.StreamObject):
                rules.extend(of_stream(one))
            if one.get('/Type') == '/Font' and one.get('/Subtype') != '/CIDFontType2':
                rules.extend(of_font(one))
            if one.get('/Type') == '/Annot':
                rules.extend(of_annotation(one))
            if one.get('/S') in ACTIONS:
                rules.append(f"6.5.1 action {one['/S']}")
            yield from (f'{where}: {rule}' for rule in rules)


def main():
    faults = [f'{path}: {fault}' for path in sys.argv[1:] for fault in broken(path)]
    print('\n'.join(faults))
    sys.exit(1 if faults else 0)


if __name__ == '__main__':
    main()
