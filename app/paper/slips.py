"""Slips that are handed over: receipts and their like, with 大写, signatures and several copies; two on one A4 while they are short.

Declare ``Slip``s and call ``write_slips``. A slip of at most ``MOST_HALF`` lines takes half a page, the next one the other half,
with a line to cut along between them; its lines stand closer where that makes it fit. A longer one has a page of its own and goes on
overleaf where it must.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.columns import Column, Kind, shown
from app.core.money import in_capitals
from app.core.progress import Progress, silent
from app.paper.book import MM, Book, Printed, Style, check_target
from app.paper.fitting import fit, place
from app.paper.page import Block, Frame, boxed, frame, head, signing
from app.paper.ruling import PAD, Line, paginate, ruled
from app.paper.table import Table

MOST_HALF = 8           # lines of a slip that fit half a page
_SIZE = 10.0
_FACT, _SMALL = 10.5, 8.5
_STAMP_WIDE = 18 * MM    # 补打, 作废


@dataclass(frozen=True)
class _Spacing:
    """How high a row, a line of facts and a line of signatures are, and the room above a slip that begins at the line to cut along."""

    row: float
    fact: float
    signing: float
    head: float


_EASY, _CLOSE = _Spacing(7 * MM, 6.5 * MM, 11 * MM, 9 * MM), _Spacing(6 * MM, 5.1 * MM, 9.5 * MM, 5 * MM)


@dataclass(frozen=True)
class Slip:
    """One slip. ``facts`` are label and value, two a line, under the title; ``number`` stands at its right.

    ``rows`` hold a value a column; ``total`` is their sum in 分, said in figures and in 大写. ``stamp`` is a word in a frame
    beside the title (补打, 作废). ``copies`` names each copy that is printed: 存根联, 缴款人联; none prints one without a name.
    ``note`` is a line of small print below the signatures.
    """

    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    total: int
    signers: Sequence[str] = ()
    date_label: str = ""
    stamp: str = ""
    copies: Sequence[str] = ()
    note: str = ""

    @property
    def short(self) -> bool:
        """Whether it fits half a page."""
        return len(self.rows) <= MOST_HALF


def write_slips(title: str, slips: Sequence[Slip], path: Path, progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write slips as a PDF, every copy of one before the next; ``title`` is the file's.

    Refuses a target that cannot be written. ``progress`` counts slips and may raise ``Cancelled``: then no file is made.
    """
    check_target(path)
    page = frame("a4", "portrait")
    book = Book(title, (page.width, page.height), style or Style())
    writer = _Writer(book, page)
    for done, slip in enumerate(slips):
        progress(done, len(slips), "正在写收据")
        names = list(slip.copies) or [""]
        for at, name in enumerate(names, 1):
            writer.put(slip, f"一式{_chinese(len(names))}联　第{_chinese(at)}联　{name}" if len(names) > 1 else name)
    writer.end()
    return book.save(path)


def _chinese(number: int) -> str:
    return "零一二三四五六七八九十"[number] if number <= 10 else str(number)


class _Writer:
    """Puts slips on pages; remembers whether the upper half of a page is taken."""

    def __init__(self, book: Book, page: Frame) -> None:
        self.book, self.page = book, page
        self.middle = page.height / 2
        self.half = False       # whether a slip stands in the upper half and the lower is free
        self.tables: dict[tuple[tuple[Column, ...], float], Table] = {}

    def put(self, slip: Slip, copy: str) -> None:
        """Draw one copy."""
        for spacing in (_EASY, _CLOSE) if slip.short else ():
            title, lines, total, closing, table = self._parts(slip, copy, spacing)
            if self._height(title, lines, total, closing, table) <= self.middle - self.page.bottom - spacing.head / 2:
                top = self.middle - spacing.head if self.half else self.page.top
                self._draw(title, [table.head, *lines, total], closing, top)
                self._halved()
                return
        self.end()
        self._flow(*self._parts(slip, copy, _EASY))

    def _parts(self, slip: Slip, copy: str, spacing: _Spacing) -> tuple[Block, list[Line], Line, Block, Table]:
        """Give title, lines, sum and closing of a slip, and its table."""
        table = self._table(tuple(slip.columns), spacing.row)
        lines = [table.row_line(row, number) for number, row in enumerate(slip.rows, 1)]
        return self._title(slip, spacing.fact), lines, self._total(slip, table), self._closing(slip, copy, spacing.signing), table

    def end(self) -> None:
        """Finish a page whose lower half stayed free."""
        if self.half:
            self.book.end_page()
            self.half = False

    def _halved(self) -> None:
        if self.half:
            self.book.end_page()
        else:
            self.book.put(f"q 0.6 w [5 3] 0 d 0 {self.middle:.2f} m {self.page.width:.2f} {self.middle:.2f} l S Q")
        self.half = not self.half

    def _flow(self, title: Block, lines: Sequence[Line], total: Line, closing: Block, table: Table) -> None:
        """Draw a long slip on pages of its own, with title and head on each."""
        room = self.page.top - self.page.bottom - title.height - table.head.height
        for start, end in paginate([*lines, total], room, room - closing.height):
            last = end == len(lines) + 1
            part = [*lines, total][start:end]
            self._draw(title, [table.head, *part], closing if last else Block("", 0.0), self.page.top)
            self.book.end_page()

    def _draw(self, title: Block, lines: Sequence[Line], closing: Block, top: float) -> None:
        self.book.put(title.at(self.page.left, top))
        operators, y = ruled(lines, self.page.left, self.page.right, top - title.height)
        self.book.put(operators)
        self.book.put(closing.at(self.page.left, y))

    def _height(self, title: Block, lines: Sequence[Line], total: Line, closing: Block, table: Table) -> float:
        return title.height + table.head.height + sum(line.height for line in lines) + total.height + closing.height

    def _table(self, columns: tuple[Column, ...], row: float) -> Table:
        if (columns, row) not in self.tables:
            self.tables[columns, row] = Table(columns, self.book, self.page.left, self.page.right, row, _SIZE, 3 * row)
        return self.tables[columns, row]

    def _title(self, slip: Slip, pitch: float) -> Block:
        """Give title and number, and the facts, two a line."""
        ink, width = self.book.ink, self.page.inner
        block = head(ink, width, slip.title, "", ("", "", f"No. {slip.number}" if slip.number else ""))
        parts, y = [block.operators], -block.height
        if slip.stamp:
            parts.append(self._stamped(slip.stamp, width))
        for first in range(0, len(slip.facts), 2):
            pair = slip.facts[first:first + 2]
            for side, (label, value) in enumerate(pair):
                left = side * width * 0.6
                right = width if side or len(pair) == 1 else width * 0.6 - 3 * MM
                fitted = fit(ink.face("body"), f"{label}：{value}", right - left, _FACT, 2 * _FACT * 1.22)
                parts.append(f"BT 1 0 0 1 0 {y - 3 * MM:.2f} Tm {place(ink, 'body', fitted, left, right, 'left')}ET")
            y -= pitch
        return Block(" ".join(parts), -y + 1 * MM)

    def _stamped(self, word: str, width: float) -> str:
        """Give a word in a frame at the right of the title."""
        left, right, low, high = width - _STAMP_WIDE, width, -8 * MM, -1 * MM
        text = boxed(self.book.ink, "sans_bold", word, 12, left, right, "center")
        return f"q 1 w {left:.2f} {low:.2f} {right - left:.2f} {high - low:.2f} re S Q BT 1 0 0 1 0 {(low + high) / 2:.2f} Tm {text}ET"

    def _total(self, slip: Slip, table: Table) -> Line:
        """Give the row of the sum: 大写 at its left, figures at its right, as receipts must have both."""
        left, right = self.page.left + PAD, self.page.right - PAD
        figures = f"￥{shown(Kind.MONEY, slip.total)}"
        edge = right - max(self.book.ink.face("bold").width(figures, _SIZE + 1) + 2, 30 * MM)
        words = boxed(self.book.ink, "bold", f"合计（大写）：人民币{in_capitals(slip.total)}", _SIZE, left, edge - PAD, "left")
        return Line(words + boxed(self.book.ink, "bold", figures, _SIZE + 1, edge, right, "right"), table.total_height + 1 * MM, part="foot")

    def _closing(self, slip: Slip, copy: str, pitch: float) -> Block:
        """Give the signatures with their blanks; under them the small print at the left, which copy it is at the right."""
        ink, width = self.book.ink, self.page.inner
        block = signing(ink, width, slip.signers, slip.date_label, pitch=pitch)
        if not slip.note and not copy:
            return block
        edge = width - (ink.face("body").width(copy, _SMALL) + 4 * MM if copy else 0.0)
        note, named = fit(ink.face("body"), slip.note, edge, _SMALL), fit(ink.face("body"), copy, width, _SMALL)
        high = max(note.height, named.height)
        y = block.height + 1.5 * MM + high / 2
        texts = place(ink, "body", note, 0, edge, "left") + place(ink, "body", named, edge, width, "right")
        return Block(f"{block.operators} BT 1 0 0 1 0 {-y:.2f} Tm {texts}ET", y + high / 2)
