"""One PDF being written: pages of operators, pictures, then a file that is whole or not there at all.

Stands on reportlab's document layer rather than its canvas: pages are compressed as they are finished, so a thousand
pages take little memory and a cancel is heard at once.
"""

import os
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfdoc

from app import __version__
from app.core.errors import Refused
from app.core.files import require_file_target, why
from app.paper.fonts import NOTO, Ink, Role, plain
from app.paper.pictures import jpeg

MM = 72 / 25.4  # points in a millimetre
_MOST_WARNINGS = 20
WORD = ".docx"        # what a file that Word goes on with ends with


@dataclass(frozen=True, slots=True)
class Style:
    """What the office chooses for all its papers.

    ``family`` is a key of ``fonts.families``; ``offset`` moves everything right and up by (x, y) mm for a printer that
    draws in crooked; ``author`` goes into the file's properties, and a title too long for one line is broken after it;
    ``duplex`` begins what is filed alone on a front side; ``fixed`` leaves the time out, so that the same paper is the
    same bytes.
    """

    family: str = NOTO
    offset: tuple[float, float] = (0.0, 0.0)
    author: str = ""
    duplex: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper that was written: where, how many pages, and sentences about what did not print as it should."""

    path: Path
    pages: int
    warnings: tuple[str, ...] = ()


class Book:
    """A PDF under way. Draw with ``put``, ``text`` and ``picture``, close each page, ``save`` at the end.

    All coordinates are points from the lower left corner of the page.
    """

    def __init__(self, title: str, size: tuple[float, float], style: Style) -> None:
        self._doc: Any = pdfdoc.PDFDocument(compression=1, invariant=style.fixed, lang="zh-CN")
        self._doc.setTitle("".join(map(plain, title)))
        self._doc.setAuthor("".join(map(plain, style.author)))
        self._doc.setCreator(f"总务通 {__version__}")
        self._doc.setSubject("")
        self._size = size
        self._shift = f"1 0 0 1 {style.offset[0] * MM:.2f} {style.offset[1] * MM:.2f} cm" if any(style.offset) else ""
        self._ops: list[str] = []
        self._pictures: dict[Path, tuple[str, int, int]] = {}
        self._used: set[str] = set()
        self._stamps: dict[str, str] = {}
        self._shared = 0
        self._notes: list[str] = []
        self.owner, self.duplex = style.author, style.duplex
        self.ink = Ink(self._doc, style.family)
        self.pages = 0

    def put(self, *operators: str) -> None:
        """Add raw page operators."""
        self._ops.extend(operators)

    def stamp(self, operators: str, x: float, y: float) -> None:
        """Draw operators with their origin at (x, y): they are kept once in the file however often they are drawn.

        For what stands on many pages alike; the first time they are written into the page, from the second on shared.
        """
        name = self._stamps.get(operators)
        if name is None:
            self._stamps[operators] = ""
            self._ops.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm {operators} Q")
            return
        if not name:
            self._shared += 1
            name = self._stamps[operators] = f"S{self._shared}"
            resources = pdfdoc.PDFResourceDictionary()
            resources.basicFonts()
            wide = max(self._size)
            self._doc.Reference(pdfdoc.PDFStream(pdfdoc.PDFDictionary({
                "Type": pdfdoc.PDFName("XObject"), "Subtype": pdfdoc.PDFName("Form"),
                "BBox": pdfdoc.PDFArray([-wide, -wide, wide, wide]), "Resources": resources,
                "Filter": pdfdoc.PDFName("FlateDecode")}), zlib.compress(operators.encode("latin-1"), 6)), name)
        self._ops.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm /{name} Do Q")
        self._used.add(name)

    def text(self, x: float, y: float, text: str, size: float, role: Role = "body", align: str = "left") -> None:
        """Write one line with its baseline at ``y``; ``align`` says which point of it stands at ``x``."""
        if align != "left":
            wide = self.ink.face(role).width(text, size)
            x -= wide if align == "right" else wide / 2
        self._ops.append(f"BT {x:.2f} {y:.2f} Td {self.ink.show(role, size, text)}ET")

    def picture(self, path: Path, x: float, y: float, width: float, height: float) -> bool:
        """Draw a picture as large as fits into the box, centred; a file that is no picture is noted and gives False."""
        name, pixels_wide, pixels_high = self._picture(path)
        if not name:
            return False
        scale = min(width / pixels_wide, height / pixels_high)
        wide, high = pixels_wide * scale, pixels_high * scale
        left, low = x + (width - wide) / 2, y + (height - high) / 2
        self._ops.append(f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {low:.2f} cm /{name} Do Q")
        self._used.add(name)
        return True

    def _picture(self, path: Path) -> tuple[str, int, int]:
        """Take a picture into the document once: its name ("" where it cannot be read), width and height in pixels."""
        if path not in self._pictures:
            found = jpeg(path)
            if found is None:
                self.note(f"照片“{path.name}”打不开，纸上留空。")
                self._pictures[path] = "", 0, 0
            else:
                data, width, height = found
                name = f"P{len(self._pictures) + 1}"
                self._doc.Reference(pdfdoc.PDFStream(pdfdoc.PDFDictionary({
                    "Type": pdfdoc.PDFName("XObject"), "Subtype": pdfdoc.PDFName("Image"), "Width": width,
                    "Height": height, "ColorSpace": pdfdoc.PDFName("DeviceRGB"), "BitsPerComponent": 8,
                    "Filter": pdfdoc.PDFName("DCTDecode")}), data), name)
                self._pictures[path] = name, width, height
        return self._pictures[path]

    def end_page(self) -> None:
        """Finish the page and begin the next."""
        code = "\n".join([self._shift, *self._ops, ""]).encode("latin-1")
        page = pdfdoc.PDFPage()
        page.Override_default_compilation = 1
        page.MediaBox = pdfdoc.PDFArray([0, 0, *self._size])
        page.Parent = self._doc.Reference(self._doc.Pages)
        page.Contents = pdfdoc.PDFStream(pdfdoc.PDFDictionary({"Filter": pdfdoc.PDFName("FlateDecode")}),
                                         zlib.compress(code, 6))
        page.Resources = pdfdoc.PDFResourceDictionary()
        page.Resources.basicFonts()
        page.Resources.allProcs()
        if self._used:
            page.Resources.XObject = pdfdoc.PDFDictionary(
                {name: pdfdoc.PDFObjectReference(name) for name in sorted(self._used)})
        self._doc.addPage(page)
        self.pages += 1
        self._ops, self._used = [], set()

    def begin_front(self) -> None:
        """See to it that the next page is a front side where the paper is printed on both sides: an empty back before it."""
        if self.duplex and self.pages % 2:
            self.end_page()

    def note(self, sentence: str) -> None:
        """Keep a sentence about something that did not print as it should."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def warnings(self) -> tuple[str, ...]:
        """Give what was noted and the characters that no typeface has, at most twenty sentences."""
        notes = [
            f"字体里没有“{char}”（U+{ord(char):04X}）这个字，纸上印成方框，请手写补上；见于“{_short(text)}”。"
            for char, text in self.ink.missing.items()
        ] + self._notes
        if len(notes) > _MOST_WARNINGS:
            notes[_MOST_WARNINGS - 1:] = [f"另有 {len(notes) - _MOST_WARNINGS + 1} 处类似问题。"]
        return tuple(notes)

    def save(self, path: Path) -> Printed:
        """Write the file under a temporary name, then put it in place; refuses where that cannot be done."""
        put_in_place(self._doc.GetPDFData(None), path)
        return Printed(path, self.pages, self.warnings())


def put_in_place(data: bytes, path: Path) -> None:
    """Write a PDF's bytes under a temporary name, then put it in place; ``Refused`` where that cannot be done."""
    require_file_target(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Refused(_why_not(path, problem)) from problem


def check_target(path: Path) -> None:
    """Refuse a target that cannot be written before any work is done for it."""
    require_file_target(path)
    if path.is_dir():
        raise Refused(f"“{path}”是一个文件夹，请给出 PDF 文件名。")
    if path.suffix.lower() != ".pdf":   # a name mistyped must not cost a ledger or a workbook
        raise Refused(f"“{path.name}”的扩展名应是 .pdf。请改好文件名再保存。")
    if not path.parent.is_dir():
        raise Refused(f"文件夹“{path.parent}”不存在，请换一个位置保存。")


def _why_not(path: Path, problem: OSError) -> str:
    """Say in a sentence why a file could not be written."""
    if isinstance(problem, PermissionError):
        return f"“{path.name}”写不进去：它可能正在别的程序里打开，或者文件夹是只读的。请关闭后再试，或换一个文件名。"
    return f"“{path.name}”写不进去：{why(problem)}。"


def _short(text: str) -> str:
    """Give a text short enough for a sentence, without invisible characters."""
    text = "".join(map(plain, text[:60]))
    return text if len(text) <= 24 else text[:24] + "…"
