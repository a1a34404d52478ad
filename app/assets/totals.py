"""A ledger's own 小计 and 合计 against the sum of its rows."""

from app.assets.reading import Parsed, RowReader
from app.core.money import format_fen
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Row
from app.exchange.values import Unreadable, is_blank, read_text, says_nothing

_LEAST_ROWS = 2     # of which a number without a word may be the sum


class Sums:
    """Adds up values as rows are read and puts a warning into ``problems`` where a total row says otherwise."""

    def __init__(self, reader: RowReader, problems: list[RowProblem]) -> None:
        self.problems = problems
        self.overall = self.table = self.section = self.rows = 0
        self.use(reader)

    def use(self, reader: RowReader) -> None:
        """Go on with another table's reader; the sums go on."""
        self.reader, self.column = reader, reader.places_of.get("value")
        self.begin_table()

    def begin_table(self) -> None:
        """Begin another table or page below: its 合计 may be its own."""
        self.table = 0

    def add(self, row: Parsed) -> None:
        """Count a row's value; what was reckoned from a cell that cannot be read is none: the sheet has no such amount."""
        fen = 0 if row.bad and "value" not in row.given else row.draft.value or 0
        self.overall += fen
        self.table += fen
        self.section += fen
        self.rows += 1

    def is_bare_sum(self, cells: Row) -> bool:
        """Whether a row without a word holds what the rows above come to: a total that nobody called 合计.

        Each row was rounded to a 分, the sheet's own sum was not.
        """
        at = self.column
        if at is None or at >= len(cells) or self.rows < _LEAST_ROWS or is_blank(cells[at]):
            return False
        if any(isinstance(cell, str) and not says_nothing(cell) for cell in cells):
            return False
        try:
            written = self.reader.money("value", cells[at])
        except Unreadable:
            return False
        return any(ours and abs(written - ours) * 2 <= self.rows for ours in (self.table, self.overall))

    def compare(self, number: int, cells: Row) -> None:
        """Warn where a total row differs from the rows above it; a total never becomes a card."""
        section, self.section = self.section, 0
        if self.column is None or self.column >= len(cells) or is_blank(cells[self.column]):
            return
        try:
            written = self.reader.money("value", cells[self.column])
        except Unreadable:
            return
        if written in (section, self.table, self.overall):
            return
        words = read_text(next((cell for cell in cells if not is_blank(cell)), ""))
        nearest = min((self.overall, self.table), key=lambda ours: abs(written - ours))
        ours = section if "小" in words or "页" in words else nearest
        self.problems.append(row_problem(
            self.reader.sheet, number, "合计", cells[self.column],
            f"表中合计 {format_fen(written)} 元，逐行相加是 {format_fen(ours)} 元，相差 {format_fen(written - ours)} 元。"
            "合计行没有导入，请核对。", "warning"))
