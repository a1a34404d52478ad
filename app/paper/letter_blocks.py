"""What a letter is made of and how each part is drawn: paragraphs, a table, lines to sign on, boxes to tick.

A part is drawn once for all letters that have the same one: most of a letter is the same for a whole school.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.paper.book import MM
from app.paper.fitting import fit, place
from app.paper.fonts import Ink, Role
from app.paper.page import Block
from app.paper.ruling import PAD, Line, ruled
from app.paper.running import Set, broken, drawn

Look = Literal["body", "flush", "heading", "title", "slip", "centre", "note"]
_CUTS = re.compile(r"学期|事项|通知|[的和及致，、：](?=.{4})")     # where a title may be cut: after these
_AROUND = 1.6 * MM      # above and below a table
DATE_BLANK = "　　　　年　　月　　日"


@dataclass(frozen=True, slots=True)
class Manner:
    """How letters are set: margins and the table's row in mm; title, body, table and the pitch of lines in points."""

    top: float
    left: float
    right: float
    bottom: float
    title: float
    body: float
    pitch: float
    table: float
    row: float


OFFICIAL = Manner(37, 28, 26, 35, 22, 16, 28.9, 12, 9)  # GB/T 9704-2012: 22 lines of 28 characters, title 2号, body 3号
SMALL = Manner(25, 28, 26, 22, 20, 12, 21, 10.5, 7.5)       # body 小四
COMPACT = Manner(16, 22, 20, 15, 17, 10.5, 16.5, 9.5, 6.4)  # body 五号
DENSE = Manner(13, 21, 19, 13, 16, 10, 14.8, 9, 5.7)         # a long notice with its slip on one page
TIGHT = Manner(9, 19, 17, 10, 13.5, 9, 12.6, 8.5, 5.0)       # body 小五, for two on a page


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. ``body`` begins two characters in, ``flush`` at the edge, ``heading`` in bold and with what follows;
    ``slip`` is the title of a slip.
    """

    text: str
    look: Look = "body"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``widths`` are shares, ``align`` one letter a column (l, c, r); ``total`` is a last row in bold."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: str
    total: tuple[str, ...] = ()
    row: float = 1.0        # height of a row, in usual rows


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to sign on, side by side: labels without colon; a label that ends with 日期 gets 年 月 日 instead."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Empty room, in lines of the body."""

    lines: float = 1.0


@dataclass(frozen=True, slots=True)
class Signed:
    """Name and date at the right, the name centred over the date, with room for the seal over both (GB/T 9704)."""

    name: str
    date: str


Piece = Paragraph | Grid | Blanks | Space | Signed


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: ``parts`` below the title, ``slip`` below the line to cut along (none: no slip).

    ``issuer`` stands with the title over each further sheet, where a letter goes on to one.
    """

    title: str
    parts: tuple[Piece, ...]
    slip: tuple[Piece, ...] = ()
    subtitle: str = ""
    issuer: str = ""


class Blocks(dict[Piece, Block]):
    """Draws parts at one width in one manner and keeps what it drew."""

    def __init__(self, ink: Ink, manner: Manner, width: float) -> None:
        super().__init__()
        self.ink, self.manner, self.width = ink, manner, width

    def __missing__(self, part: Piece) -> Block:
        block = self[part] = self._drawn(part)
        return block

    def _drawn(self, part: Piece) -> Block:
        match part:
            case Paragraph():
                return self._paragraph(part)
            case Grid():
                return self._grid(part)
            case Blanks():
                return self._blanks(part)
            case Signed():
                return self._signed(part)
            case Space():
                return Block("", part.lines * self.manner.pitch)

    def split(self, part: Piece, room: float) -> tuple[Piece | None, Piece | None]:
        """Give as much of a part as fits into ``room`` and what is left; nothing fits of what must stay together."""
        if isinstance(part, Paragraph) and part.look in ("body", "flush", "note"):
            role, size, pitch, lines = self._lines(part)
            fitting = int((room + 0.01) / pitch)
            if fitting >= len(lines):
                return part, None
            if fitting < 1:
                return None, part
            return (
                replace(part, text="".join(line.text for line in lines[:fitting])),
                Paragraph("".join(line.text for line in lines[fitting:]), "note" if part.look == "note" else "flush"),
            )
        if isinstance(part, Grid):
            heights = [line.height for line in self._rows(part)]
            fitting, used = 0, heights[0] + 2 * _AROUND
            while fitting < len(part.rows) and used + heights[fitting + 1] <= room:
                used += heights[fitting + 1]
                fitting += 1
            fitting -= fitting == len(part.rows)    # the total does not stand alone
            if fitting < 1:
                return None, part
            return replace(part, rows=part.rows[:fitting], total=()), replace(part, rows=part.rows[fitting:])
        return None, part

    def least(self, part: Piece) -> float:
        """Give the least height of a part that may be broken: its first line, or its titles and first row."""
        if isinstance(part, Paragraph) and part.look in ("body", "flush", "note"):
            return min(self[part].height, self.manner.pitch)
        if isinstance(part, Grid) and len(part.rows) > 1:
            return sum(line.height for line in self._rows(part)[:2]) + 2 * _AROUND
        return self[part].height

    def _lines(self, part: Paragraph) -> tuple[Role, float, float, list[Set]]:
        """Give typeface, size, pitch and lines of a paragraph."""
        manner = self.manner
        role: Role = "sans_bold" if part.look == "heading" else "bold" if part.look in ("title", "slip") else "body"
        size, pitch = manner.body, manner.pitch
        if part.look == "title":
            size, pitch = manner.title, manner.title * 1.45
        elif part.look == "note":
            size, pitch = manner.body * 0.88, manner.pitch * 0.88
        elif part.look == "slip":
            size, pitch = manner.body * 1.15, manner.pitch * 1.25
        face = self.ink.face(role)
        if part.look in ("title", "slip"):
            return role, size, pitch, _centred(self, part.text, role, size)
        indent = 2 * size if part.look in ("body", "heading") else 0.0
        lines = broken(face, part.text, self.width, size, indent)
        if part.look == "centre":
            lines = [Set((self.width - face.width(line.text, size)) / 2, line.text, 0.0) for line in lines]
        return role, size, pitch, lines

    def _paragraph(self, part: Paragraph) -> Block:
        role, size, pitch, lines = self._lines(part)
        return Block(drawn(self.ink, role, lines, size, pitch), pitch * max(len(lines), 1))

    def _rows(self, part: Grid) -> list[Line]:
        manner, scale = self.manner, self.width / sum(part.widths)
        edges = [0.0]
        for width in part.widths:
            edges.append(edges[-1] + width * scale)
        bounds = tuple(edges[1:-1])
        rows = [self._row(part.titles, "c" * len(part.titles), edges, bounds, "bold", manner.row)]
        rows += [self._row(row, part.align, edges, bounds, "body", manner.row * part.row) for row in part.rows]
        if part.total:
            rows.append(self._row(part.total, "c" + part.align[1:], edges, bounds, "bold", manner.row))
        return rows

    def _row(self, cells: Sequence[str], align: str, edges: Sequence[float], bounds: tuple[float, ...], role: Role,
             least: float) -> Line:
        sides = {"l": "left", "c": "center", "r": "right"}
        size, face, parts, height = self.manner.table, self.ink.face(role), [], least * MM
        for text, side, left, right in zip(cells, align, edges, edges[1:], strict=False):
            inner = 2 * PAD if side == "r" else PAD
            fitted = fit(face, text, right - left - PAD - inner, size)
            side = "l" if side == "c" and len(fitted.lines) > 1 and role == "body" else side
            parts.append(place(self.ink, role, fitted, left + PAD, right - inner, sides[side]))
            height = max(height, fitted.height + 3.6)
        return Line("".join(parts), height, bounds)

    def _grid(self, part: Grid) -> Block:
        operators, low = ruled(self._rows(part), 0, self.width, -_AROUND)
        return Block(operators, _AROUND - low)

    def _blanks(self, part: Blanks) -> Block:
        size, face = self.manner.body, self.ink.face("body")
        height = max(10 * MM, self.manner.pitch) if size > 9 else 8 * MM     # a hand must sign here
        slot, y = self.width / len(part.labels), -height + 2.2 * MM
        parts = []
        for number, label in enumerate(part.labels):
            x = number * slot
            text = f"{label}：{DATE_BLANK if label.endswith('日期') else ''}"
            fitted = fit(face, text, slot * 0.98, size)
            parts.append(f"BT {x:.2f} {y:.2f} Td {self.ink.show('body', fitted.size, fitted.lines[0])}ET")
            if not label.endswith("日期"):
                begin = x + face.width(fitted.lines[0], fitted.size)
                parts.append(f"0.5 w {begin:.2f} {y - 2:.2f} m {max(x + slot - 5 * MM, begin):.2f} {y - 2:.2f} l S")
        return Block(" ".join(parts), height + 1 * MM)

    def _signed(self, part: Signed) -> Block:
        size, pitch, face = self.manner.body, self.manner.pitch, self.ink.face("body")
        # A name too long for a line has lines of about the same length, as a title has.
        names = [line.text for line in _centred(self, part.name, "body", size)]
        texts = [text for text in (*names, part.date) if text]
        widest = max((face.width(text, size) for text in texts), default=0.0)
        middle = self.width - 4 * size - face.width(texts[-1] if texts else "", size) / 2
        middle = min(middle, self.width - widest / 2)
        lines = [Set(middle - face.width(text, size) / 2, text, 0.0) for text in texts]
        above = pitch * 0.9     # the seal stands over both lines and reaches up
        block = drawn(self.ink, "body", lines, size, pitch)
        return Block(f"q 1 0 0 1 0 {-above:.2f} cm {block} Q" if lines else "", above + pitch * len(lines))


def _centred(blocks: Blocks, text: str, role: Role, size: float) -> list[Set]:
    """Break a title into centred lines of about the same length, where a word ends if there is such a place."""
    face = blocks.ink.face(role)
    lines = [line.text for line in broken(face, text, blocks.width, size)]
    cuts = [found.end() for found in _CUTS.finditer(text)] if len(lines) == 2 else []
    cuts = [cut for cut in cuts if max(face.width(text[:cut], size), face.width(text[cut:], size)) <= blocks.width]
    if cuts:
        cut = min(cuts, key=lambda at: abs(2 * at - len(text)))
        lines = [text[:cut], text[cut:]]
    elif len(lines) > 1:
        lines = [line.text for line in broken(face, text, face.width(text, size) / len(lines) + 1.6 * size, size)]
    return [Set((blocks.width - face.width(line, size)) / 2, line, 0.0) for line in lines]
