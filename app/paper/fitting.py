"""Text that stays in its cell: shrunk to 80 %, then wrapped, then cut with … at the height that is allowed."""

import re
from dataclasses import dataclass

from app.paper.fonts import Ink, Role, Typeface

LEAST = 0.8       # how far words shrink before they wrap
_LEAST_CODE = 0.5  # and a number: an asset number broken over two lines is read wrongly
LEADING = 1.22    # from line to line, in sizes
_MIDDLE = 0.37    # from baseline up to the middle of a line, in sizes: halfway between digits and Chinese characters
_SLACK = 0.01     # points; a text that was measured to fit must not wrap because of rounding
WHOLE = r"[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{4}〕[0-9]+号"
"""What is read as one and stays on one line where a line has room for it: a day, a month, the end of a 文号."""
# What stays together: opening signs with what follows, a Latin word or number, closing signs with what they close.
_SIGNS, _CLOSED = "[（(《“‘【〈「『〔]*", "[，。、；：？！）)》”’】〉」』〕…%]*"
_WORD = r"[0-9A-Za-zÀ-ɏ.,%:/+\#&@'_-]+ | ."
_PART = re.compile(f"{_SIGNS} (?: {_WORD} ) {_CLOSED}", re.DOTALL | re.VERBOSE)
_TOKEN = re.compile(f"{_SIGNS} (?: {WHOLE} | {_WORD} ) {_CLOSED}", re.DOTALL | re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines that fit, their size in points, and how many characters were printed of a text that was cut (else None)."""

    size: float
    lines: tuple[str, ...]
    kept: int | None = None

    @property
    def height(self) -> float:
        """Height of all lines in points."""
        return len(self.lines) * self.size * LEADING


def fit(face: Typeface, text: str, width: float, size: float, tallest: float = 1e9, least: float = LEAST) -> Fitted:
    """Fit a text into ``width`` points: as it is, smaller (to ``least``), then wrapped into ``tallest`` points."""
    natural = face.width(text, size) if len(text) < 2000 else 2 * width / least
    if natural <= width + _SLACK:
        return Fitted(size, (text,) if text else ())
    needed = size * width / natural
    if needed >= size * least:
        return Fitted(int(needed * 10) / 10, (text,))
    size = _whole_codes(face, text, width, round(size * least, 1), size * _LEAST_CODE) if len(text) < 2000 else round(size * least, 1)
    most = max(1, int((tallest + _SLACK) / (size * LEADING)))
    lines = wrap(face, text, width, size, most + 1)
    if len(lines) <= most:
        return Fitted(size, tuple(lines))
    lines = lines[:most]
    kept = sum(map(len, lines)) - 1  # about: spaces at line ends are dropped
    last = lines[-1]
    while last and face.width(last + "…", size) > width:
        last, kept = last[:-1], kept - 1
    return Fitted(size, (*lines[:-1], last + "…"), kept)


def _whole_codes(face: Typeface, text: str, width: float, size: float, least: float) -> float:
    """Give the size, ``size`` or smaller, in which every number of a text has room on a line of its own."""
    codes = [face.width(found[0], 1) for found in _PART.finditer(text) if len(found[0]) > 1 and any(map(str.isdigit, found[0]))]
    widest = max(codes, default=0.0) * size
    if widest <= width:
        return size
    smaller = int(size * width / widest * 10) / 10
    return smaller if smaller >= least else size


def wrap(face: Typeface, text: str, width: float, size: float, most: int) -> list[str]:
    """Break a text into at most ``most`` lines (the rest is left out): signs stay with what they close,
    words stay whole.
    """
    room = width * 1000 / size + _SLACK
    lines: list[str] = []
    line, used = "", 0.0
    for found in _TOKEN.finditer(text):
        token = found[0]
        long = sum(map(face.advance, token))
        # A word wider than the whole line is broken anywhere; so is anything, one character at a time, if need be.
        for piece in (token,) if long <= room else _smaller(face, token, room):
            wide = long if piece is token else sum(map(face.advance, piece))
            if line and used + wide > room:
                lines.append(line.rstrip())
                if len(lines) == most:
                    return lines
                line, used = "", 0.0
            if line or not piece.isspace():
                line, used = line + piece, used + wide
    if line.rstrip():
        lines.append(line.rstrip())
    return lines


def _smaller(face: Typeface, token: str, room: float) -> list[str]:
    """Give the pieces of what has no room on a line: year, month and day of a date, else characters."""
    parts = [found[0] for found in _PART.finditer(token)]
    return [piece for part in parts for piece in ((part,) if sum(map(face.advance, part)) <= room else part)]


def place(ink: Ink, role: Role, fitted: Fitted, left: float, right: float, align: str) -> str:
    """Give operators that write the lines between ``left`` and ``right``, centred on height 0 of the text object.

    They move from wherever the line origin is and bring it back, so they can be kept and used again on any row.
    """
    if not fitted.lines:
        return ""
    face, size, leading = ink.face(role), fitted.size, fitted.size * LEADING
    x = y = 0.0
    base = (len(fitted.lines) - 1) / 2 * leading - size * _MIDDLE
    parts = []
    for number, line in enumerate(fitted.lines):
        wide = face.width(line, size) if align != "left" else 0
        to_x = round(left if align == "left" else right - wide if align == "right" else (left + right - wide) / 2, 2)
        to_y = round(base - number * leading, 2)
        parts.append(f"{to_x - x:.2f} {to_y - y:.2f} Td {ink.show(role, size, line)}")
        x, y = to_x, to_y
    parts.append(f"{-x:.2f} {-y:.2f} Td ")
    return "".join(parts)
