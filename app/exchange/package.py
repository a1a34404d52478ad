"""Which parts of an .xlsx make up its tables: the workbook, the sheets it names, the shared texts, the styles.

Everything else in the zip (printer settings, macros, pictures, custom XML) is opened by nobody here, so what it holds
is nobody's business: a book that was once printed is a book like any other.

The reader behind us looks for parts by their usual names and gives up at a sheet of a kind it does not know. A book whose
relations say otherwise, or whose zip is packed unusually, is written anew with those parts alone, in the usual places.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from lzma import LZMAError
from posixpath import dirname, join, normpath
from typing import IO, Any, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.core.errors import Refused
from app.exchange.extents import DAMAGED, TOO_MUCH

MOST_LISTED_BYTES = 16 * 2**20   # of one small part that lists sheets, relations or styles
BROKEN = (BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, LZMAError)
"""What reading a damaged member of a zip raises."""

_WORKBOOK, _TEXTS, _STYLES = "xl/workbook.xml", "xl/sharedstrings.xml", "xl/styles.xml"
_STATES = ("visible", "hidden", "veryHidden")
_BEGIN = 4096   # bytes of a sheet in which its dimension stands
_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["'](?![A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?["'])[^<>]*/>""")   # 1:4, #REF!

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']([^"']*)["']""")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*?\bnumFmtId\s*=\s*[\"'](\d+)[\"']")
_ZERO_FORMAT = re.compile(r'(?:0|"[^"]*"|\\.|[-/ ])+')
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(.)')


def normal_name(name: str) -> str:
    """Give a part's name for comparing: some programs write backslashes, or another case."""
    return name.replace("\\", "/").lstrip("/").lower()


class Relation(NamedTuple):
    """Where a relation of a part leads: the last word of its kind (worksheet, styles), the target as written and resolved."""

    kind: str
    written: str
    part: str


class Listed(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is "" where its relation leads nowhere, ``kind`` the last word of the kind."""

    name: str
    state: str
    part: str
    kind: str


@dataclass(frozen=True)
class Package:
    """An .xlsx by its relations; ``parts`` are by normal name, ``texts`` and ``styles`` name parts ("": none).

    ``sheets`` are in the order in which the reader will give them. ``zeros`` gives, by the number of a cell's style, the format
    that writes zeros in front (000000, "ZC"0000). ``usual``: the reader finds and unpacks everything as it is.
    """

    parts: dict[str, ZipInfo]
    sheets: tuple[Listed, ...]
    texts: str
    styles: str
    from_1904: bool
    zeros: dict[int, str]
    usual: bool

    @property
    def tables(self) -> tuple[ZipInfo, ...]:
        """Give the parts that hold the sheets, each once."""
        return tuple(self.parts[name] for name in dict.fromkeys(sheet.part for sheet in self.sheets) if name in self.parts)

    @property
    def read(self) -> tuple[ZipInfo, ...]:
        """Give the parts that a reader opens, each once."""
        return (*self.tables, *(self.parts[name] for name in (self.texts, self.styles) if name in self.parts))


def workbook_part(archive: ZipFile) -> str:
    """Give the normal name of the part that is a zip's workbook, "" where the zip is no .xlsx."""
    parts = _by_name(archive)
    for name in (*_documents(archive, parts), _WORKBOOK):
        if name in parts and (name == _WORKBOOK or _root(_small(archive, parts, name)) == "workbook"):
            return name
    return ""


def _documents(archive: ZipFile, parts: dict[str, ZipInfo]) -> list[str]:
    """Give the parts that a zip says it is about: of a workbook one."""
    return [relation.part for relation in _relations(archive, parts, "").values() if relation.kind == "officeDocument"]


def package_of(archive: ZipFile) -> Package:
    """Read an .xlsx's own lists; ``Refused`` where they are damaged or absurdly large."""
    parts, workbook = _by_name(archive), workbook_part(archive)
    relations = _relations(archive, parts, workbook)
    listed: list[Listed] = []
    facts: dict[str, str] = {}
    written: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            keys = [value for key, value in given.items() if key.rpartition(":")[2] == "id"]
            relation = relations.get(keys[0] if keys else "", Relation("", "", ""))
            written.append(relation.written if len(keys) == 1 else "")
            listed.append(Listed(given.get("name", ""), given.get("state", _STATES[0]), relation.part if relation.part in parts else "",
                                 relation.kind))
        elif name == "workbookPr":
            facts.update(given)

    _walk(_small(archive, parts, workbook), start)
    by_kind = {relation.kind: relation.part for relation in relations.values() if relation.part in parts}
    texts, styles = (by_kind.get(kind, name if name in parts else "")      # some books do not name them and mean these
                     for kind, name in (("sharedStrings", _TEXTS), ("styles", _STYLES)))
    usual = (workbook == _WORKBOOK and texts in ("", _TEXTS) and styles in ("", _STYLES)
             and all(sheet.part and sheet.kind in ("worksheet", "chartsheet") and sheet.state in _STATES for sheet in listed)
             and all(map(_is_plain, written)) and _documents(archive, parts) == [_WORKBOOK]
             and len(parts) == sum(not part.is_dir() for part in archive.infolist())
             and not any(_DIMENSION.search(_begin(archive, parts[sheet.part])) for sheet in listed)
             and all("\\" not in part.filename and part.compress_type in (ZIP_STORED, ZIP_DEFLATED) for part in parts.values()))
    return Package(parts, tuple(sheet for sheet in listed if usual or sheet.part and sheet.kind == "worksheet"), texts, styles,
                   facts.get("date1904", "").lower() in ("1", "true", "on"), _zero_formats(_small(archive, parts, styles)), usual)


def _begin(archive: ZipFile, part: ZipInfo) -> bytes:
    """Give the first bytes of a part, b"" where they are damaged or encrypted: that is said where it is unpacked."""
    try:
        with archive.open(part) as stream:
            return stream.read(_BEGIN)
    except BROKEN:
        return b""


def _is_plain(target: str) -> bool:
    """Whether a sheet's target leads every reader to the same part."""
    return normpath(target) == target and (target.startswith("/xl/") or not target.startswith(("/", "xl/", "..", ".")))


def _by_name(archive: ZipFile) -> dict[str, ZipInfo]:
    """Give the parts by normal name; of two that differ by case only, the first."""
    found: dict[str, ZipInfo] = {}
    for part in archive.infolist():
        if not part.is_dir():
            found.setdefault(normal_name(part.filename), part)
    return found


def _relations(archive: ZipFile, parts: dict[str, ZipInfo], of: str) -> dict[str, Relation]:
    """Give the relations of a part ("": of the whole zip) by their keys."""
    folder = dirname(of)
    found: dict[str, Relation] = {}

    def start(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            target = given.get("Target", "").replace("\\", "/")
            strict = normal_name(normpath(target if target[:1] == "/" else join(folder, target)))
            part = strict if strict in parts else normal_name(normpath(target))     # some write xl/… where … is meant
            found[given.get("Id", "")] = Relation(given.get("Type", "").rpartition("/")[2], target, part)

    _walk(_small(archive, parts, join(folder, "_rels", f"{of.rpartition('/')[2]}.rels")), start)
    return found


def _root(content: bytes) -> str:
    """Give the local name of the outermost element."""
    names: list[str] = []
    _walk(content, lambda name, _: names.append(name))
    return names[0] if names else ""


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
    """Give the tables as a zip of their own in the usual places; None where the reader finds them as they are.

    The caller has measured the parts.
    """
    if package.usual:
        return None
    plain = BytesIO()
    try:
        with ZipFile(plain, "w", ZIP_DEFLATED, compresslevel=1) as new:
            for name, content in _lists(package):
                new.writestr(name, content)
            for name, part in _places(package):
                with archive.open(package.parts[part]) as source:
                    new.writestr(name, _DIMENSION.sub(b"", source.read(_BEGIN)) + source.read())
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
              f'state="{sheet.state if sheet.state in _STATES else _STATES[0]}"/>' for at, sheet in enumerate(package.sheets, 1)]
    facts = f'<workbookPr date1904="{int(package.from_1904)}"/><sheets>{"".join(sheets)}</sheets>'
    places = [relation(at, _TO, "worksheet", f"worksheets/sheet{at}.xml") for at, _ in enumerate(package.sheets, 1)]
    yield "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    yield "_rels/.rels", _LIST.format("Relationships", _RELATED, _TO, relation(1, _TO, "officeDocument", _WORKBOOK))
    yield "xl/_rels/workbook.xml.rels", _LIST.format("Relationships", _RELATED, _TO, "".join(places))
    yield _WORKBOOK, _LIST.format("workbook", _MAIN, _TO, facts)
