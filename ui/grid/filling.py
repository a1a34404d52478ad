"""Cells filled from those beside them: down, to the right, or as far as the fill handle is drawn."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.core.columns import Kind
from app.core.errors import Refused
from app.exchange.values import read_day

if TYPE_CHECKING:
    from ui.grid.grid import Grid

_NUMBERED = re.compile(r"(.*?)(\d{1,9})(\D*)", re.DOTALL)     # the last number of a code or a name: SN-009, 304室
_WORDS = (Kind.TEXT, Kind.CODE)


def fill_down(grid: "Grid") -> None:
    """Give all chosen cells the words of the topmost chosen row; a single row takes those of the row above it."""
    rows, columns = grid.chosen_block()
    above = rows[0] - (len(rows) == 1) if rows else -1
    if above < 0:
        raise Refused("上面没有可以向下填充的格子。")
    words = [grid.words_at(above, each) for each in columns]
    grid.put_block(above + 1, columns, [words] * (rows[-1] - above), grid.rows.edits.reader())


def fill_right(grid: "Grid") -> None:
    """Give all chosen cells the words of the leftmost chosen column; a single column takes those of the column left of it."""
    rows, columns = grid.chosen_block()
    order = grid.layout_of_columns.order()
    first = order.index(columns[0]) if columns else 0
    left = first - (len(columns) == 1)
    if not rows or left < 0:
        raise Refused("左边没有可以向右填充的格子。")
    to = order[left + 1:first + len(columns)]
    grid.put_block(rows[0], to, [[grid.words_at(number, order[left])] * len(to) for number in rows], grid.rows.edits.reader())


def fill_from(grid: "Grid", down: int, on: int, only_copy: bool = False) -> None:
    """Go on from the chosen block: ``down`` rows below it (above: negative), or ``on`` shown columns to its right (left: negative).

    Each column down, or each row to the right, repeats the block's words; where two or more of them say a series it goes on.
    """
    rows, columns = grid.chosen_block()
    order = grid.layout_of_columns.order()
    if down:
        new = [continued(lane(grid, rows, each, down), grid.rows.columns[each].kind, abs(down), only_copy) for each in columns]
        block = [list(line) for line in zip(*new, strict=True)]
        top = rows[-1] + 1 if down > 0 else rows[0] + down
        grid.put_block(top, columns, block[::-1] if down < 0 else block, grid.rows.edits.reader())
    elif on:
        place = order.index(columns[-1]) + 1 if on > 0 else order.index(columns[0]) + on
        block = []
        for number in rows:
            words = [grid.words_at(number, each) for each in columns]
            more = repeated(words if on > 0 else words[::-1], abs(on))
            block.append(more if on > 0 else more[::-1])
        grid.put_block(rows[0], order[place:place + abs(on)], block, grid.rows.edits.reader())


def lane(grid: "Grid", rows: Sequence[int], column: int, down: int) -> list[str]:
    """Give the words of a column of the block in the direction of filling: upwards the lowest comes first."""
    words = [grid.words_at(number, column) for number in rows]
    return words if down > 0 else words[::-1]


def repeated(words: Sequence[str], count: int) -> list[str]:
    """Give that many words, those given again and again."""
    return [words[number % len(words)] for number in range(count)]


def continued(words: Sequence[str], kind: Kind, count: int, only_copy: bool = False) -> list[str]:
    """Give what follows these words in a column of that kind, that many of them.

    They are repeated, unless two or more of them are days, or codes or names with a number, that go on by one step. Counts
    and amounts are never a series: 40 pieces and 28 pieces say nothing of the next room's.
    """
    if not only_copy and len(words) > 1:
        more = _days(words, count) if kind is Kind.DAY else _numbered(words, count) if kind in _WORDS else None
        if more is not None:
            return more
    return repeated(words, count)


def _numbered(words: Sequence[str], count: int) -> list[str] | None:
    """Go on with SN-008, SN-009 by SN-010; None where the words are no such series. Refuses to count below nought."""
    parts = [_NUMBERED.fullmatch(each) for each in words]
    found = [part for part in parts if part is not None]
    if len(found) < len(words) or len({(part[1], part[3]) for part in found}) > 1:
        return None
    numbers, width = [int(part[2]) for part in found], len(found[-1][2])
    step = numbers[1] - numbers[0]
    if step == 0 or any(later - before != step for before, later in zip(numbers, numbers[1:], strict=False)):
        return None
    if numbers[-1] + step * count < 0:
        raise Refused(f"“{words[-1]}”再往下数就小于 0 了。请少拉几格，或按住 Ctrl 只复制。")
    padded = any(len(part[2]) > len(str(int(part[2]))) for part in found)
    return [f"{found[0][1]}{numbers[-1] + step * each:0{width if padded else 1}d}{found[0][3]}" for each in range(1, count + 1)]


def _days(words: Sequence[str], count: int) -> list[str] | None:
    """Go on with days that are equally far apart, or the same day of months that are; None for others."""
    try:
        return _days_after([read_day(each)[0] for each in words], count)
    except (ValueError, OverflowError):     # not days, or beyond the calendar
        return None


def _days_after(days: Sequence[date], count: int) -> list[str] | None:
    months = [day.year * 12 + day.month for day in days]
    step = months[1] - months[0]
    if step and len({day.day for day in days}) == 1 and days[0].day <= 28 and _even(months):
        return [date((months[-1] + step * each - 1) // 12, (months[-1] + step * each - 1) % 12 + 1, days[0].day).isoformat()
                for each in range(1, count + 1)]
    apart = days[1] - days[0]
    if not apart or not _even([day.toordinal() for day in days]):
        return None
    return [(days[-1] + timedelta(days=apart.days * each)).isoformat() for each in range(1, count + 1)]


def _even(numbers: Sequence[int]) -> bool:
    """Whether the numbers are equally far apart."""
    return len({later - before for before, later in zip(numbers, numbers[1:], strict=False)}) == 1
