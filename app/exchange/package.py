"""Which parts of an .xlsx make up its tables: the workbook, the sheets it names, the shared texts, the styles.

Everything else in the zip (printer settings, macros, pictures, custom XML) is opened by nobody here, so what it holds
is nobody's business: a book that was once printed is a book like any other.
"""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from lzma import LZMAError
from posixpath import join, normpath
from typing import IO, Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.core.errors import Refused
from app.exchange.extents import DAMAGED, TOO_MUCH

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
TEXTS, STYLES = "xl/sharedstrings.xml", "xl/styles.xml"
MOST_LISTED_BYTES = 16 * 2**20   # of one small part that lists sheets, relations or styles
BROKEN = (BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, LZMAError)
"""What reading a damaged member of a zip raises."""

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']([^"']*)["']""")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*?\bnumFmtId\s*=\s*[\"'](\d+)[\"']")
_ZERO_FORMAT = re.compile(r'(?:0|"[^"]*"|\\.|[-/ ])+')
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(.)')


def normal_name(name: str) -> str:
    """Give a part's name for comparing: some programs write backslashes, or another case."""
    return name.replace("\\", "/").lstrip("/").lower()


@dataclass(frozen=True)
class Package:
    """An .xlsx by its relations.

    ``parts`` are by normal name; ``sheets`` names the part of each sheet in the book's order ("" where the relation leads
    nowhere), ``others`` what a reader that joins paths less strictly might take for one. ``zeros`` gives, by the number
    of a cell's style, the format that writes zeros in front (000000, "ZC"0000).
    """

    parts: dict[str, ZipInfo]
    sheets: tuple[str, ...]
    others: tuple[str, ...]
    from_1904: bool
    zeros: dict[int, str]

    @property
    def read(self) -> tuple[ZipInfo, ...]:
        """Give the parts that a reader opens, each once."""
        names = dict.fromkeys((WORKBOOK, RELATIONS, *self.sheets, *self.others, TEXTS, STYLES))
        return tuple(self.parts[name] for name in names if name in self.parts)


def package_of(archive: ZipFile) -> Package:
    """Read an .xlsx's own lists; ``Refused`` where they are damaged or absurdly large."""
    parts = {normal_name(part.filename): part for part in archive.infolist() if not part.is_dir()}
    targets: dict[str, tuple[str, str]] = {}
    named: list[str] = []
    facts: dict[str, str] = {}

    def relation(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            target = given.get("Target", "").replace("\\", "/")
            strict = normal_name(normpath(target if target[:1] == "/" else join("xl", target)))
            targets[given.get("Id", "")] = (strict, normal_name(normpath(target)))

    def listed(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            named.append(next((value for key, value in given.items() if key.endswith((":id", "}id"))), ""))
        elif name == "workbookPr":
            facts.update(given)

    _walk(_small(archive, parts, RELATIONS), relation)
    _walk(_small(archive, parts, WORKBOOK), listed)
    found = [targets.get(each, ("", "")) for each in named]
    return Package(parts, tuple(strict if strict in parts else loose for strict, loose in found),
                   tuple(loose for _, loose in found),
                   facts.get("date1904", "").lower() in ("1", "true", "on"),
                   _zero_formats(_small(archive, parts, STYLES)))


def _small(archive: ZipFile, parts: dict[str, ZipInfo], name: str) -> bytes:
    """Give a small part's bytes, b"" where it is not there."""
    if name not in parts:
        return b""
    if parts[name].flag_bits & 1:
        return b""      # encrypted: said where the parts are unpacked
    try:
        with archive.open(parts[name]) as stream:
            content = stream.read(MOST_LISTED_BYTES + 1)
    except BROKEN as error:
        raise Refused(DAMAGED) from error
    if len(content) > MOST_LISTED_BYTES:
        raise Refused(TOO_MUCH)
    return content


def _walk(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call ``start`` with the local name and the attributes of each element."""
    if not content:
        return
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)
    parser.EntityDeclHandler = _no_entities
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error


def _no_entities(*_: Any) -> None:
    """Stop at an entity: spreadsheets have none, entity bombs need one."""
    raise Refused(DAMAGED)


def _zero_formats(styles: bytes) -> dict[int, str]:
    """Give the number formats that write zeros in front, by the number of the cell style that uses them."""
    formats: dict[bytes, str] = {}
    for attributes in _FORMAT.findall(styles):
        given = dict(_ATTRIBUTE.findall(attributes.decode("utf-8", "replace")))
        code = unescape(given.get("formatCode", ""))
        if is_zero_format(code):
            formats[given.get("numFmtId", "").encode()] = code
    cells = _CELL_STYLES.search(styles) if formats else None
    numbers = _STYLE_FORMAT.findall(cells[0]) if cells else []
    return {at: formats[number] for at, number in enumerate(numbers) if number in formats}


def is_zero_format(code: str) -> bool:
    """Whether a number format only writes digits with zeros in front, and words between: 000000, "ZC"0000, 00-00."""
    return code.count("0") > 1 and _ZERO_FORMAT.fullmatch(code) is not None


def as_shown(number: int, code: str) -> str:
    """Write a number as such a format shows it: 12 by 000000 is 000012, by "ZC"0000 it is ZC0012."""
    pieces = _PIECE.findall(code)
    places = sum(letter == "0" for _, _, letter in pieces)
    digits = str(number).rjust(places, "0")
    more, shown = len(digits) - places, ""
    for quoted, escaped, letter in pieces:
        if letter == "0":
            shown, digits, more = shown + digits[:1 + more], digits[1 + more:], 0
        else:
            shown += quoted or escaped or letter
    return shown


def rewritten(archive: ZipFile, package: Package) -> IO[bytes] | None:
    """Give the parts that are read as a plain zip of their own, where the reader would not find or unpack them as they are.

    The caller has measured them; None where the file does as it is.
    """
    if all("\\" not in part.filename and part.compress_type in (ZIP_STORED, ZIP_DEFLATED) for part in package.read):
        return None
    plain = BytesIO()
    try:
        with ZipFile(plain, "w", ZIP_DEFLATED, compresslevel=1) as new:
            for name in ("[Content_Types].xml", "_rels/.rels"):  # they tell the reader what the zip is
                new.writestr(name, _small(archive, package.parts, name.lower()))
            for part in package.read:
                with archive.open(part) as source:
                    new.writestr(part.filename.replace("\\", "/"), source.read())
    except BROKEN as error:
        raise Refused(DAMAGED) from error
    plain.seek(0)
    return plain
