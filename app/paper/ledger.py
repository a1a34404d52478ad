"""The book-like paper: columns and rows, with heads on every page, totals, blanks to fill in and a signature line.

Declare a ``Ledger`` and call ``write_ledger``. Rows are laid out first, so that every page can say of how many it is
one; nothing is drawn twice and no file appears before all is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.core.columns import Column
from app.core.progress import Progress, silent
from app.paper.book import MM, Book, Printed, Style, check_target
from app.paper.page import Block, Frame, Heading, Numbered, Orientation, Size, foot, frame, head, signing
from app.paper.ruling import Line, paginate, ruled
from app.paper.table import SERIAL, Table

Serial = Literal["none", "section", "book"]
NO_HEADING: Heading = ("", "", "")
BLANK_BELOW = "（以下空白）"
NO_ROWS = "（无记录）"


@dataclass(frozen=True)
class Section:
    """Rows under one heading (a room, a class): ``rows`` hold one value a column, those of hand-written ones unused.

    ``total_label`` such as 本室合计：8 种 closes the section with the sums of its total columns; "" for none.
    ``signatures`` stand in the place of the ledger's where sections begin on new pages. ``signed_by`` sign for the section
    in a row below it where sections run on: who answers for a room signs for that room.
    """

    heading: Heading = NO_HEADING
    rows: Sequence[Sequence[object]] = ()
    total_label: str = ""
    signatures: Sequence[str] | None = None
    signed_by: Sequence[str] = ()


@dataclass(frozen=True)
class Ledger:
    """A paper of columns and rows. Words left empty take no room.

    ``heading`` is the third line of each page; a section's own heading stands there instead where sections begin on
    new pages, and in a row of its own where they run on, again at the top of each page it goes on to. ``serial``
    prepends 序号, counted through each section or the whole book.
    ``page_total`` (本页小计) and ``grand_total`` (总计) are row labels. ``row_height`` is mm: 8 where a
    hand must write, 6 where it is read. ``fill`` rules empty rows to the end of a section's last page. ``signatures``
    are labels without colon; they, ``date_label`` (a blank 年 月 日) and ``copies`` (一式三份：…) close each section
    that has its own pages, else the book, once for each of ``signed_at``
    (期初登记, 期末复查). ``mark`` stands in the bottom margin. Pages are counted within what is filed
    alone: the section that has its own pages, else the book.
    """

    title: str
    columns: Sequence[Column]
    sections: Sequence[Section]
    subtitle: str = ""
    heading: Heading = NO_HEADING
    orientation: Orientation = "portrait"
    size: Size = "a4"
    sections_on_new_page: bool = False
    serial: Serial = "section"
    page_total: str = ""
    grand_total: str = ""
    row_height: float = 6.0
    fill: bool = True
    font_size: float = 9.0
    signatures: Sequence[str] = ()
    date_label: str = ""
    copies: str = ""
    mark: str = ""
    signed_at: Sequence[str] = ()


@dataclass
class _Run:
    """Sections that share pages: their rows as lines, what stands above and below, where the pages break."""

    rows: list[Sequence[object]]
    lines: list[Line]
    title: Block
    closing: Block
    breaks: list[tuple[int, int]]
    again: list[tuple[int, Line]]   # where a section's rows begin, and its heading as it is said on the pages it goes on to

    def carried(self, start: int) -> Line | None:
        """Give the heading that a page beginning with that line says again, None where the line is one itself."""
        if not start or self.lines[start].part == "head":
            return None
        return next((line for first, line in reversed(self.again) if first <= start), None)


def write_ledger(ledger: Ledger, path: Path, progress: Progress = silent, style: Style | None = None) -> Printed:
    """Write the ledger as a PDF and give its page count and warnings.

    Refuses a target that cannot be written. ``progress`` counts rows, once for laying out and once for drawing; it may
    raise ``Cancelled``, and then no file is made.
    """
    check_target(path)
    style = style or Style()
    page = frame(ledger.size, ledger.orientation)
    book = Book(ledger.title, (page.width, page.height), style)
    writer = _Writer(ledger, book, page, progress)
    writer.write()
    return book.save(path)


class _Writer:
    """Lays out one ledger and draws it."""

    def __init__(self, ledger: Ledger, book: Book, page: Frame, progress: Progress) -> None:
        self.ledger, self.book, self.page, self.progress = ledger, book, page, progress
        columns = tuple(ledger.columns) if ledger.serial == "none" else (SERIAL, *ledger.columns)
        self.table = Table(columns, book, page.left, page.right, ledger.row_height * MM, ledger.font_size,
                           tallest=(page.top - page.bottom) * 0.4)
        self.offset = len(columns) - len(ledger.columns)
        self.total = sum(len(section.rows) for section in ledger.sections)
        self.serial = 0
        self.laid_out = 0

    def write(self) -> None:
        """Lay out everything, then draw page after page."""
        sections = list(self.ledger.sections) or [Section()]
        apart = self.ledger.sections_on_new_page
        groups = [[section] for section in sections] if apart else [sections]
        grand = self._grand_total(sections)
        runs = [self._run(group, grand if group is groups[-1] else None) for group in groups]
        backs = sum(len(run.breaks) % 2 for run in runs[:-1]) if self.book.duplex else 0
        pages = sum(len(run.breaks) for run in runs) + backs
        drawn = self.total
        for run in runs:
            self.book.begin_front()
            for number, (start, end) in enumerate(run.breaks, 1):
                self.progress(drawn, 2 * self.total, f"正在写第 {self.book.pages + 1} 页，共 {pages} 页")
                self._draw_page(run, start, end, Numbered(number, len(run.breaks), pages))
                drawn += sum(line.source >= 0 for line in run.lines[start:end])

    def _run(self, sections: Sequence[Section], grand: Line | None) -> _Run:
        """Lay out sections that share pages."""
        run = _Run([], [], self._title(sections), self._closing(sections), [], [])
        run_on = not self.ledger.sections_on_new_page
        for section in sections:
            if any(section.heading) and run_on:
                run.lines.append(self.table.heading_line(section.heading))
                left, *others = section.heading
                run.again.append((len(run.lines), self.table.heading_line((f"{left}（续）", others[0], others[1]))))
            self._lay_out(section, run)
            if section.total_label:
                run.lines.append(self.table.total_line(section.total_label, self.table.sums(section.rows, self.offset)))
            if section.signed_by and run_on:
                run.lines.append(self.table.signing_line(section.signed_by))
        if grand:
            run.lines.append(grand)
        room = self.page.top - self.page.bottom - run.title.height - self.table.head.height
        room -= self.table.total_height if self.ledger.page_total else 0
        run.breaks = list(paginate(run.lines, room, room - run.closing.height, lambda start: _height(run.carried(start))))
        return run

    def _title(self, sections: Sequence[Section]) -> Block:
        """Give title lines; a section on its own pages puts its heading over the book's."""
        third = self.ledger.heading
        if self.ledger.sections_on_new_page:
            left, centre, right = (own or common for own, common in zip(sections[0].heading, third, strict=True))
            third = left, centre, right
        return head(self.book.ink, self.page.inner, self.ledger.title, self.ledger.subtitle, third, self.book.owner)

    def _closing(self, sections: Sequence[Section]) -> Block:
        """Give the signature lines; a section on its own pages may have signers of its own."""
        own = sections[0].signatures if self.ledger.sections_on_new_page else None
        signers = self.ledger.signatures if own is None else own
        return signing(self.book.ink, self.page.inner, signers, self.ledger.date_label, self.ledger.copies,
                       self.ledger.signed_at)

    def _lay_out(self, section: Section, run: _Run) -> None:
        """Add a section's rows to the run."""
        if self.ledger.serial == "section":
            self.serial = 0
        if not section.rows and (not self.ledger.fill or not self.ledger.sections_on_new_page):
            run.lines.append(self.table.words_line(NO_ROWS))
        for row in section.rows:
            self.serial += 1
            line = self.table.row_line((self.serial, *row) if self.offset else row, self.serial)
            line.source = len(run.rows)
            run.lines.append(line)
            run.rows.append(row)
            self.laid_out += 1
            if self.laid_out % 500 == 0:
                self.progress(self.laid_out, 2 * self.total, f"正在排版 {self.laid_out:,}/{self.total:,} 行")

    def _grand_total(self, sections: Sequence[Section]) -> Line | None:
        """Give the row that sums the whole book, if there is one."""
        if not self.ledger.grand_total:
            return None
        every = [row for section in sections for row in section.rows]
        return self.table.total_line(self.ledger.grand_total, self.table.sums(every, self.offset))

    def _draw_page(self, run: _Run, start: int, end: int, number: Numbered) -> None:
        """Draw one page: title, head, rows, empty rows and totals, on the last the closing lines."""
        last = end == len(run.lines)
        again = run.carried(start)
        body = run.lines[start:end]
        tail: list[Line] = []
        while last and body and body[-1].part == "foot":
            tail.insert(0, body.pop())  # totals stand below the empty rows
        if self.ledger.page_total:
            rows = [run.rows[line.source] for line in run.lines[start:end] if line.source >= 0]
            if not rows or self.table.has_figures(rows, self.offset):
                tail.insert(0, self.table.total_line(self.ledger.page_total, self.table.sums(rows, self.offset)))
        title_bottom = self.page.top - run.title.height
        if last and self.ledger.fill:
            room = title_bottom - self.page.bottom - self.table.head.height - run.closing.height
            room -= sum(line.height for line in (*body, *tail)) + _height(again)
            body = body + self.table.empty_lines(room, BLANK_BELOW)
        operators, y = ruled([self.table.head, *([again] if again else []), *body, *tail], self.page.left, self.page.right, title_bottom)
        self.book.put(run.title.at(self.page.left, self.page.top), operators)
        if last:
            self.book.put(run.closing.at(self.page.left, y))
        foot(self.book, self.page, number, self.ledger.mark)
        self.book.end_page()


def _height(line: Line | None) -> float:
    return line.height if line else 0.0
