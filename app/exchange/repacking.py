"""Write the tables of an .xlsx as a zip of their own in the usual places, where the reader would not find or unpack them as they are."""

from collections.abc import Iterator
from io import BytesIO
from typing import IO
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from app.core.errors import Refused
from app.exchange.extents import DAMAGED
from app.exchange.package import BEGIN, BROKEN, ODD_DIMENSION, STATES, WORKBOOK, Package, as_utf_8


def rewritten(archive: ZipFile, package: Package) -> IO[bytes] | None:
    """Give the tables anew; None where the reader finds them as they are. The caller has measured the parts."""
    if package.usual:
        return None
    plain = BytesIO()
    try:
        with ZipFile(plain, "w", ZIP_DEFLATED, compresslevel=1) as new:
            for name, content in _lists(package):
                new.writestr(name, content)
            for name, part in _places(package):
                with archive.open(package.parts[part]) as source:
                    xml = b"".join(as_utf_8(iter((source.read(),))))
                    new.writestr(name, ODD_DIMENSION.sub(b"", xml[:BEGIN]) + xml[BEGIN:])
    except BROKEN as error:
        raise Refused(DAMAGED) from error
    plain.seek(0)
    return plain


def _places(package: Package) -> Iterator[tuple[str, str]]:
    """Give (usual name, normal name) of the parts that are copied."""
    for at, sheet in enumerate(package.sheets, 1):
        yield f"xl/worksheets/sheet{at}.xml", sheet.part
    for usual, part in (("xl/sharedStrings.xml", package.texts), ("xl/styles.xml", package.styles)):
        if part:
            yield usual, part


_LIST = '<?xml version="1.0" encoding="UTF-8"?><{0} xmlns="{1}" xmlns:r="{2}">{3}</{0}>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TO = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"


def _lists(package: Package) -> Iterator[tuple[str, str]]:
    """Give the parts that list the others, in the shortest form that a reader takes."""
    relation = '<Relationship Id="rId{0}" Type="{1}/{2}" Target="{3}"/>'.format
    sheets = [f'<sheet name={quoteattr(sheet.name)} sheetId="{at}" r:id="rId{at}" '
              f'state="{sheet.state if sheet.state in STATES else STATES[0]}"/>' for at, sheet in enumerate(package.sheets, 1)]
    facts = f'<workbookPr date1904="{int(package.from_1904)}"/><sheets>{"".join(sheets)}</sheets>'
    places = [relation(at, _TO, "worksheet", f"worksheets/sheet{at}.xml") for at, _ in enumerate(package.sheets, 1)]
    yield "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    yield "_rels/.rels", _LIST.format("Relationships", _RELATED, _TO, relation(1, _TO, "officeDocument", WORKBOOK))
    yield "xl/_rels/workbook.xml.rels", _LIST.format("Relationships", _RELATED, _TO, "".join(places))
    yield WORKBOOK, _LIST.format("workbook", _MAIN, _TO, facts)
