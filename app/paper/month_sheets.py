"""A month of marks on one A4 lying on its side: things × days, blank to be filled in by hand, or as it was noted.

Many things stand in two blocks side by side, so that a class of fifty fits one sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.month_marks import WEEKDAYS, MonthSheet, Thing, day_key
from app.core.progress import Progress, silent
from app.paper.book import Printed, Style
from app.paper.ledger import Ledger, Section, write_ledger

MOST_IN_ONE = 20        # things that stand in one block
_ROOM = 122.0           # mm for the rows between head and signatures
_TALLEST, _LOWEST = 6.0, 4.6    # mm of a row
_DAY, _SUM = 4.6, 9.0   # mm of a column
CLOSED = "／"


@dataclass(frozen=True)
class SheetOfMonth:
    """One sheet: the month and what stands over it, left (the class) and right."""

    sheet: MonthSheet
    left: str
    right: str = ""


def write_month_sheets(
    title: str, subtitle: str, who: Sequence[Column], sheets: Sequence[SheetOfMonth], path: Path, signatures: Sequence[str],
    note: str, mark: str = "", sum_title: str = "计", progress: Progress = silent, style: Style | None = None,
) -> Printed:
    """Write sheets of one month, each on a page of its own; ``who`` are the columns before the days, widths in mm.

    A month that was noted is printed with its marks and sums, another blank, with ／ in the cells that take no mark.
    """
    days = max((each.sheet.days for each in sheets), key=len, default=())
    most = max((len(each.sheet.things) for each in sheets), default=0)
    blocks = 1 if most <= MOST_IN_ONE else 2
    rows = -(-most // blocks)
    one = (*who, *(Column(day_key(day.day), f"{day.day} {WEEKDAYS[day.weekday()]}", Kind.CHOICE, _DAY) for day in days),
           Column("sum", sum_title, Kind.CHOICE, _SUM))
    columns = [Column(f"{each.key}-{block}", each.title, each.kind, each.width) for block in range(blocks) for each in one]
    sections = [Section((each.left, "", each.right), _rows(each.sheet, days, len(who), blocks)) for each in sheets]
    return write_ledger(Ledger(
        title=title, subtitle=subtitle, columns=columns, sections=sections, orientation="landscape", sections_on_new_page=True, serial="none",
        row_height=min(_TALLEST, max(_LOWEST, _ROOM / max(rows, 1))), fill=False, font_size=8.0, signatures=signatures, copies=note, mark=mark),
        path, progress, style)


def _rows(sheet: MonthSheet, days: Sequence[object], before: int, blocks: int) -> list[tuple[object, ...]]:
    """Give the rows: the first half of the things in the left block, the others in the right one."""
    height = -(-len(sheet.things) // blocks)
    blank = (None,) * (before + len(days) + 1)
    cells = [_row(sheet, thing) for thing in sheet.things]
    columns = [cells[block * height:(block + 1) * height] for block in range(blocks)]
    return [tuple(value for block in columns for value in (block[at] if at < len(block) else blank)) for at in range(height)]


def _row(sheet: MonthSheet, thing: Thing) -> tuple[object, ...]:
    open_days = set(sheet.open_days(thing.id))
    cells = [(sheet.sign(thing.id, day) if sheet.taken else None) if day in open_days else CLOSED for day in sheet.days]
    return (*thing.words, *cells, str(sheet.count(thing.id)) if sheet.taken else None)
