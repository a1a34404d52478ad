"""Running text as letters have it: paragraphs set full to both edges, with the line-breaking rules of Chinese (禁则).

A closing sign never begins a line and an opening one never ends it; a line that a closing sign overflows by half a
character is set closer instead of losing its last word. Numbers and Latin words stay whole.
"""

import re
from typing import NamedTuple

from app.paper.fitting import WHOLE
from app.paper.fonts import Ink, Role, Typeface

_OPENING = "（(《“‘【〈「『〔"
_CLOSING = "，。、；：？！）)》”’】〉」』〕…%—"
# A row of underscores is a blank to write in: it may be broken anywhere and counts as one piece only where it fits.
_TOKEN = re.compile(rf"[{_OPENING}]*(?:{WHOLE}|[0-9A-Za-zÀ-ɏ.,%:/+\#&@'-]+|——|_+|.)[{_CLOSING}]*", re.DOTALL)
_SQUEEZE = 0.55      # how far a closing sign may reach over the edge, in sizes, before the line is set closer
_SPREAD = 0.25       # most room that is put between two characters to fill a line, in sizes; a line that wants more is not spread
_SLACK = 0.01


class Set(NamedTuple):
    """One line that was set: where it begins (points from the left edge), its text, room added after each character."""

    x: float
    text: str
    spacing: float


def broken(face: Typeface, text: str, width: float, size: float, indent: float = 0.0) -> list[Set]:
    """Break a paragraph into lines of ``width`` points, the first begun ``indent`` points further in.

    All but the last line are filled to the right edge, unless a long word that went to the next line leaves too much room.
    A word longer than a line is broken anywhere.
    """
    lines: list[Set] = []
    line, used, x = "", 0.0, indent
    for found in _TOKEN.finditer(text):
        token = found[0]
        wide = face.width(token, size)
        for piece in (token,) if wide <= width - x else token:
            long = wide if piece is token else face.width(piece, size)
            over = used + long - (width - x)
            if line and over > _SLACK and not (piece[-1] in _CLOSING and over <= _SQUEEZE * size):
                lines.append(_full(face, line, x, width, size))
                line, used, x = "", 0.0, 0.0
            if line or not piece.isspace() or piece == "　":
                line, used = line + piece, used + long
    if line.rstrip(" "):
        short = used <= width - x + _SLACK
        lines.append(Set(x, line.rstrip(" "), 0.0) if short else _full(face, line, x, width, size))
    return lines


def _full(face: Typeface, line: str, x: float, width: float, size: float) -> Set:
    """Give a line filled to the right edge: its spare room goes between its characters, or where that were too much it stays at its end."""
    line = line.rstrip(" ")
    spare = width - x - face.width(line, size)
    spacing = spare / max(1, len(line) - 1)
    return Set(x, line, spacing if abs(spare) > _SLACK and spacing <= _SPREAD * size else 0.0)


def drawn(ink: Ink, role: Role, lines: list[Set], size: float, pitch: float) -> str:
    """Give the operators of lines ``pitch`` points apart, the upper edge of the first at height 0."""
    base = -(pitch + size) / 2 + size * 0.13       # Chinese characters reach 0.88 up and 0.12 down of their size
    parts = ["BT"]
    x = y = tight = 0.0
    for number, line in enumerate(lines):
        to_y = base - number * pitch
        parts.append(f"{line.x - x:.2f} {to_y - y:.2f} Td")
        if abs(line.spacing - tight) > 0.0005:
            parts.append(f"{line.spacing:.3f} Tc")
            tight = line.spacing
        parts.append(ink.show(role, size, line.text))
        x, y = line.x, to_y
    if tight:
        parts.append("0 Tc")
    parts.append("ET")
    return " ".join(parts)
