"""Typefaces on paper: which files, how wide a text is, how it is written into a page.

Every role is a chain of faces (serif, then sans, then a drawn box), so a rare character in a name never vanishes:
what no face has prints as a visible box and is kept in ``Ink.missing`` for a warning.
"""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from reportlab.pdfbase.ttfonts import TTFont

from app.core.errors import Refused
from app.core.paths import shipped
from app.paper.shapes import SIGNS, WIDTH, Shapes

Role = Literal["body", "bold", "sans", "sans_bold"]
NOTO = "noto"  # the key of the family that is shipped, always there

_BUNDLED = shipped("resources", "fonts")
_SHIPPED: dict[Role, str] = {
    "body": "NotoSerifSC_400Regular.ttf", "bold": "NotoSerifSC_700Bold.ttf",
    "sans": "NotoSansSC_400Regular.ttf", "sans_bold": "NotoSansSC_500Medium.ttf",
}
# After the role's own face: the other style at the same weight, then what is regular. The bold faces hold only the 8,105
# characters of 通用规范汉字表 and signs (build_scripts/reduce_fonts.py): a rarer one prints, but not bold.
_FALLBACK: dict[Role, tuple[Role, ...]] = {
    "body": ("sans",), "bold": ("sans_bold", "body", "sans"), "sans": ("body",), "sans_bold": ("bold", "sans", "body")}
# Faces that Windows and Office bring: key, what people read, body, bold (黑体, as official papers set headings).
_LOCAL = (
    ("fangsong", "仿宋", "simfang.ttf", "simhei.ttf"),
    ("simsun", "宋体", "simsun.ttc", "simhei.ttf"),
    ("kaiti", "楷体", "simkai.ttf", "simhei.ttf"),
)
_FIVE_DIGITS = re.compile("<([0-9A-F]{5})>")
_LOCK = RLock()  # a face reads its file through one moving position, so only one thread may parse or subset


@dataclass(frozen=True, slots=True)
class Family:
    """A choice of body type: ``key`` is stored in settings, ``label`` is what people read; files are this PC's."""

    key: str
    label: str
    body: Path | None = None
    bold: Path | None = None


def families(folders: Sequence[Path] | None = None) -> tuple[Family, ...]:
    """Give the families this PC can print with, the shipped one first; ``folders`` replaces Windows' own."""
    found = [Family(NOTO, "思源宋体（自带）")]
    for key, label, body, bold in _LOCAL:
        for folder in _windows_folders() if folders is None else folders:
            if (folder / body).is_file():
                heavy = folder / bold
                found.append(Family(key, label, folder / body, heavy if heavy.is_file() else None))
                break
    return tuple(found)


def _windows_folders() -> tuple[Path, ...]:
    """Give the folders where Windows keeps fonts for all users and for this one; nothing elsewhere."""
    folders = []
    if windows := os.environ.get("WINDIR"):
        folders.append(Path(windows) / "Fonts")
    if local := os.environ.get("LOCALAPPDATA"):
        folders.append(Path(local) / "Microsoft" / "Windows" / "Fonts")
    return tuple(folders)


class _Font(TTFont):
    """A face whose subsets are cut by one thread at a time."""

    def addObjects(self, doc: Any) -> None:
        """Write the subsets that the document used; copied text keeps characters past U+FFFF."""
        with _LOCK:
            super().addObjects(doc)
        # reportlab writes such a character as five digits, where the format wants it as UTF-16.
        for name, entry in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                entry.content = _FIVE_DIGITS.sub(lambda code: f"<{chr(int(code[1], 16)).encode('utf-16-be').hex()}>",
                                                 entry.content)


@cache
def _font(path: Path) -> _Font:
    """Parse one file, once a process (0.15 s for 15 MB). Call under the lock."""
    return _Font(f"paper-{path.stem}", str(path), asciiReadable=True)


def _shipped(role: Role) -> _Font:
    """Give a face that came with the program; refuses when its file is gone or broken."""
    path = _BUNDLED / _SHIPPED[role]
    try:
        return _font(path)
    except Exception as problem:  # reportlab answers broken files with TTFError, struct.error, IndexError and more
        raise Refused(f"程序自带的字体文件 {path.name} 缺失或损坏，请重新安装程序后再打印。") from problem


class Typeface:
    """One role's chain of faces, with fast widths. Shared by all documents; holds nothing of any of them."""

    def __init__(self, fonts: Sequence[_Font]) -> None:
        self.fonts = tuple(fonts)
        self._widths = _Widths(self.fonts)

    def width(self, text: str, size: float) -> float:
        """Give the width of one line in points at ``size`` points."""
        return sum(map(self._widths.__getitem__, text)) * size / 1000

    def advance(self, char: str) -> float:
        """Give one character's width in thousandths of the size."""
        return self._widths[char]

    def has_ascii(self) -> bool:
        """Whether the first face has all printable ASCII, so that such text needs no look at single characters."""
        return all(code in self.fonts[0].face.charToGlyph for code in range(32, 127))


@cache
def _typeface(role: Role, family: Family) -> Typeface:
    """Build the chain for a role, a local face first; a local file that cannot be read is passed over."""
    fonts = [_shipped(each) for each in (role, *_FALLBACK[role])]
    own = {"body": family.body, "bold": family.bold}.get(role)
    if own is not None:
        try:
            fonts.insert(0, _font(own))
        except Exception:  # any damage: the shipped face prints the paper all the same
            own = None
    return Typeface(fonts)


def typeface(role: Role, family: str = NOTO) -> Typeface:
    """Give a role's typeface; a family that this PC has not (any more) is the shipped one."""
    with _LOCK:
        chosen = next((each for each in families() if each.key == family), Family(NOTO, ""))
        return _typeface(role, chosen)


def plain(char: str) -> str:
    """Give what is drawn for a character: itself, a space for tabs and line ends, nothing for invisible ones."""
    category = unicodedata.category(char)
    if char in "\t\n\v\f\x85" or category in ("Zl", "Zp"):
        return " "
    if category in ("Cc", "Cf") or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return ""  # control, zero-width and direction marks, variation selectors
    return "\ufffd" if category == "Cs" else char  # half of a torn pair cannot be written anywhere


def _face_of(char: str, fonts: Sequence[_Font]) -> _Font | None:
    """Give the first face that has the character (glyph 0 is the face's own "unknown")."""
    return next((font for font in fonts if font.face.charToGlyph.get(ord(char))), None)


class _Widths(dict[str, float]):
    """Character → thousandths of the size, filled as characters turn up."""

    def __init__(self, fonts: Sequence[_Font]) -> None:
        super().__init__()
        self._fonts = fonts

    def __missing__(self, char: str) -> float:
        drawn = plain(char)
        font = _face_of(drawn, self._fonts) if drawn else None
        width = self[char] = font.face.getCharWidth(ord(drawn)) if font else WIDTH if drawn else 0
        return width


class Ink:
    """What one document writes its text with: a face's encoding belongs to a document, because its subsets do.

    ``missing`` maps each character that no face has to the first text it was met in.
    """

    def __init__(self, doc: Any, family: str = NOTO) -> None:
        self._doc = doc
        self._family = family
        self._shapes = Shapes(doc)
        self._unseen: list[str] = []
        self._roles: dict[Role, tuple[Typeface, _Glyphs, str]] = {}
        self.missing: dict[str, str] = {}

    def face(self, role: Role) -> Typeface:
        """Give the typeface of a role in this document's family."""
        return self._role(role)[0]

    def show(self, role: Role, size: float, text: str) -> str:
        """Give the operators that write one line at the current place of a text object."""
        _face, glyphs, ascii_font = self._role(role)
        if ascii_font and text.isascii() and text.isprintable():
            escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            return f"{ascii_font} {size:g} Tf({escaped})Tj "
        parts: list[str] = []
        current = ""
        for char in text:
            font, code = glyphs[char]
            if not code:
                continue
            if font != current:
                parts.append(f"{')Tj ' if current else ''}{font} {size:g} Tf(")
                current = font
            parts.append(code)
        if self._unseen:
            self.missing.update((char, text) for char in self._unseen)
            self._unseen.clear()
        return f"{''.join(parts)})Tj " if current else ""

    def _role(self, role: Role) -> tuple["Typeface", "_Glyphs", str]:
        """Give face, encoding and the name of the ASCII subset ("" if it has none); made at the first use."""
        if role not in self._roles:
            face = typeface(role, self._family)
            glyphs = _Glyphs(face, self._doc, self._shapes, self._unseen)
            self._roles[role] = face, glyphs, glyphs["0"][0] if face.has_ascii() else ""
        return self._roles[role]


class _Glyphs(dict[str, tuple[str, str]]):
    """Character → (font name in the document, escaped code); an invisible character has neither."""

    def __init__(self, face: Typeface, doc: Any, shapes: Shapes, unseen: list[str]) -> None:
        super().__init__()
        self._face, self._doc, self._shapes, self._unseen = face, doc, shapes, unseen

    def __missing__(self, char: str) -> tuple[str, str]:
        drawn = plain(char)
        font = _face_of(drawn, self._face.fonts) if drawn else None
        if font:
            subset, codes = font.splitString(drawn, self._doc)[0]
            entry = font.getSubsetInternalName(subset, self._doc), _escaped(codes[0])
        elif drawn:
            if drawn not in SIGNS:
                self._unseen.append(drawn)
            code = self._shapes.code(drawn)
            entry = self._shapes.name, _escaped(code)
        else:
            entry = "", ""
        self[char] = entry
        return entry


def _escaped(code: int) -> str:
    """Write one code inside a PDF string: control codes and the string's own signs escaped, the rest as Latin-1."""
    char = chr(code)
    return f"\\{code:03o}" if code < 32 or code == 127 else f"\\{char}" if char in "()\\" else char
