"""Which parts of an .xlsx make up its tables: the workbook, the sheets it names, the shared texts, the styles.

Everything else in the zip (printer settings, macros, pictures, custom XML) is opened by nobody here, so what it holds
is nobody's business: a book that was once printed is a book like any other.

The reader behind us looks for parts by their usual names and gives up at a sheet of a kind it does not know. A book whose
relations say otherwise, or whose zip is packed unusually, is not ``usual`` and is written anew (``repacking``).
"""

import re
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from lzma import LZMAError
from posixpath import dirname, join, normpath
from typing import NamedTuple
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from app.core.errors import Refused
from app.exchange.extents import DAMAGED, TOO_MUCH, no_entities
from app.exchange.number_formats import zero_formats

MOST_LISTED_BYTES = 16 * 2**20   # of one small part that lists sheets, relations or styles
BROKEN = (BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error, LZMAError)
"""What reading a damaged member of a zip raises."""

WORKBOOK, _TEXTS, _STYLES = "xl/workbook.xml", "xl/sharedstrings.xml", "xl/styles.xml"
STATES = ("visible", "hidden", "veryHidden")
BEGIN = 4096   # bytes of a part in which its encoding and its dimension stand
ODD_DIMENSION = re.compile(rb"""<(?:\w+:)?dimension\s+ref\s*=\s*["'](?![A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?["'])[^<>]*/>""")
"""What a sheet says of its dimension where it is none: 1:4, #REF!"""

_DECLARATION = re.compile(r"\A\s*<\?xml[^<>]*\?>")


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
    usual: bool = True

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
    for name in (*_documents(archive, parts), WORKBOOK):
        if name in parts and (name == WORKBOOK or _is_workbook(archive, parts, name)):
            return name
    return ""


def _is_workbook(archive: ZipFile, parts: dict[str, ZipInfo], name: str) -> bool:
    """Whether the part that a zip is about is a workbook in XML: not a text document, nor the binary workbook of an .xlsb."""
    return not name.endswith(".bin") and _root(_small(archive, parts, name)) == "workbook"


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
            listed.append(Listed(given.get("name", ""), given.get("state", STATES[0]), relation.part if relation.part in parts else "",
                                 relation.kind))
        elif name == "workbookPr":
            facts.update(given)

    _walk(_small(archive, parts, workbook), start)
    by_kind = {relation.kind: relation.part for relation in relations.values() if relation.part in parts}
    texts, styles = (by_kind.get(kind, name if name in parts else "")      # some books do not name them and mean these
                     for kind, name in (("sharedStrings", _TEXTS), ("styles", _STYLES)))
    package = Package(parts, tuple(listed), texts, styles, facts.get("date1904", "").lower() in ("1", "true", "on"),
                      zero_formats(_small(archive, parts, styles)))
    if workbook == WORKBOOK and all(map(_is_plain, written)) and _is_usual(archive, package):
        return package
    return replace(package, sheets=tuple(sheet for sheet in listed if sheet.part and sheet.kind == "worksheet"), usual=False)


def _is_usual(archive: ZipFile, package: Package) -> bool:
    """Whether the reader finds, unpacks and understands each part of a book as it is."""
    return (package.texts in ("", _TEXTS) and package.styles in ("", _STYLES)
            and all(sheet.part and sheet.kind in ("worksheet", "chartsheet") and sheet.state in STATES for sheet in package.sheets)
            and _documents(archive, package.parts) == [WORKBOOK]
            and len(package.parts) == sum(not part.is_dir() for part in archive.infolist())
            and all("\\" not in part.filename and part.compress_type in (ZIP_STORED, ZIP_DEFLATED) for part in package.parts.values())
            and not any(is_utf_16(begin) or ODD_DIMENSION.search(begin)
                        for begin in (_begin(archive, part) for part in (package.parts[WORKBOOK], *package.read))))


def _begin(archive: ZipFile, part: ZipInfo) -> bytes:
    """Give the first bytes of a part, b"" where they are damaged or encrypted: that is said where it is unpacked."""
    try:
        with archive.open(part) as stream:
            return stream.read(BEGIN)
    except BROKEN:
        return b""


def is_utf_16(begin: bytes) -> bool:
    """Whether XML that begins so is in UTF-16, as Excel for phones wrote it."""
    return begin.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in begin[:2]


def as_utf_8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give a part's XML in UTF-8 without the line that tells its encoding; all that is not UTF-16 passes through as it is."""
    first = next(chunks, b"")
    if not is_utf_16(first):
        yield first
        yield from chunks
        return
    marked = first.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    decoder = getincrementaldecoder("utf-16" if marked else "utf-16-be" if first[:1] == b"\0" else "utf-16-le")()
    try:
        yield _DECLARATION.sub("", decoder.decode(first)).encode()
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise Refused(DAMAGED) from error


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
    return b"".join(as_utf_8(iter((content,))))


def _walk(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call ``start`` with the local name and the attributes of each element."""
    if not content:
        return
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: start(name.rpartition(":")[2], given)
    parser.EntityDeclHandler = no_entities
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Refused(DAMAGED) from error
