"""Which row is the head of a sheet, how many rows it takes, and what its columns are called: 账面 / 数量.

Rows are lists of cells where ``rows[i]`` is worksheet row ``i + 1``; columns count from 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.exchange.headings import LONGEST_HEADING, SURE, FieldSpec
from app.exchange.matching import GROUP, understand
from app.exchange.reading import Cell, Merged
from app.exchange.values import is_blank, read_text

LOOKED_AT = 30          # rows from the top that may be the header
MOST_DEPTH = 3          # rows that a head with groups over groups takes
_TITLE_SHARE = 0.8      # of the table's width: a merged cell so wide is a title, not a group


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """The header begins at worksheet row ``row_number`` and takes ``depth`` rows (2, 3 where groups stand above headings).

    ``score`` is about the number of columns recognised. Data begin at ``row_number + depth``.
    """

    row_number: int
    score: float
    depth: int = 1


def _score(heads: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str] | None) -> float:
    """Tell how much a row looks like the header: one for each sure column, a half for a weak one."""
    filled = [cell for cell in heads if not is_blank(cell)]
    words = sum(isinstance(cell, str) for cell in filled)
    if (len(filled) - words) * 4 > len(filled):
        return -1.0  # numbers and days hardly ever stand in a header: a row of data is not looked into
    by_key = {spec.key: spec for spec in specs}
    score = 0.0
    for choice in understand(heads, specs, remembered).choices:
        score += (1.0 if choice.score >= SURE else 0.5) + (0.25 if by_key[choice.key].required else 0.0)
    return score - 0.5 * (len(filled) - words)


def find_header(
    rows: Sequence[Sequence[Cell]], specs: Sequence[FieldSpec], merged: Iterable[Merged] = (),
    remembered: Mapping[str, str] | None = None,
) -> HeaderGuess | None:
    """Give the row among the first 30 that names the most fields; None when no row names two."""
    blocks = [block for block in merged if block.first_row <= LOOKED_AT + MOST_DEPTH]
    best: HeaderGuess | None = None
    for number in range(1, min(LOOKED_AT, len(rows)) + 1):
        guess = header_at(rows, number, specs, blocks, remembered)
        if best is None or guess.score > best.score:
            best = guess
    return best if best is not None and best.score >= 1.5 else None


def header_at(
    rows: Sequence[Sequence[Cell]], number: int, specs: Sequence[FieldSpec], merged: Iterable[Merged] = (),
    remembered: Mapping[str, str] | None = None,
) -> HeaderGuess:
    """Tell how well worksheet row ``number`` does as the header, and how many rows below it belong to it.

    A merged heading with headings under it is a group, always; without merged cells the rows must name more together.
    """
    blocks = list(merged)
    depth = _grouped_depth(rows, number, blocks)
    guess = HeaderGuess(number, _score(heading_cells(rows, number, depth, blocks), specs, remembered), depth)
    if depth > 1 or not _may_be_second_row(rows, number):
        return guess
    # The margin keeps a plain header from swallowing its first data row.
    two = HeaderGuess(number, _score(heading_cells(rows, number, 2, blocks), specs, remembered) - 0.6, 2)
    return two if two.score > guess.score else guess


def _grouped_depth(rows: Sequence[Sequence[Cell]], number: int, blocks: Sequence[Merged]) -> int:
    """Give how many rows the head takes by its merged cells: groups over headings, headings as high as the head."""
    depth = 1
    while depth < MOST_DEPTH and _goes_on(rows, number, number + depth, blocks):
        depth += 1
    return depth


def _goes_on(rows: Sequence[Sequence[Cell]], first: int, following: int, blocks: Sequence[Merged]) -> bool:
    """Whether the row ``following`` belongs to the head that began at row ``first``."""
    if following > len(rows) or not _only_words(rows[following - 1]):
        return False
    if any(isinstance(cell, date) for cell in rows[following - 2]):
        return False    # 当前日期 | 2024-06-04 is a line about the table, no group
    lower = rows[following - 1]
    width = max(len(rows[first - 1]), len(lower))
    for block in blocks:
        if block.last_row != following - 1 or block.first_row < first or block.first_column == block.last_column:
            continue
        under = [at for at in range(block.first_column, block.last_column + 1) if at < len(lower) and not is_blank(lower[at])]
        wide = block.last_column - block.first_column + 1 >= _TITLE_SHARE * width
        if len(under) >= 2 and not wide and not _is_title(rows[block.first_row - 1], block, lower):
            return True
    return False


def _is_title(row: Sequence[Cell], block: Merged, lower: Sequence[Cell]) -> bool:
    """Whether a merged cell is all that its row holds and begins where the table does: a title merged over part of the table only."""
    begins = next(at for at, cell in enumerate(lower) if not is_blank(cell))
    return block.first_column <= begins and sum(not is_blank(cell) for cell in row) == 1


def _only_words(row: Sequence[Cell]) -> bool:
    """Whether a row holds short words and nothing else."""
    filled = [cell for cell in row if not is_blank(cell)]
    return bool(filled) and all(isinstance(cell, str) and len(cell) <= LONGEST_HEADING for cell in filled)


def _may_be_second_row(rows: Sequence[Sequence[Cell]], number: int) -> bool:
    """Whether the row below ``number`` can belong to its header though nothing is merged: short words, gaps above them."""
    if number >= len(rows) or not _only_words(rows[number]):
        return False
    upper, lower = rows[number - 1], rows[number]
    return any(at >= len(upper) or is_blank(upper[at]) for at in range(max(len(upper), len(lower))))


def heading_cells(
    rows: Sequence[Sequence[Cell]], row_number: int, depth: int = 1, merged: Iterable[Merged] = (),
) -> list[str]:
    """Give the headings of a header of one to three rows as text, column by column.

    A merged heading serves every column it lies over; a group's heading goes before the ones under it: 账面 / 数量.
    """
    lines = [[read_text(cell) for cell in (rows[number - 1] if number <= len(rows) else ())]
             for number in range(row_number, row_number + depth)]
    width = max((len(line) for line in lines), default=0)
    for line in lines:
        line.extend([""] * (width - len(line)))
    for block in merged if depth > 1 else ():
        at = block.first_row - row_number
        if 0 <= at < depth and block.first_column < width:
            for column in range(block.first_column + 1, min(block.last_column + 1, width)):
                lines[at][column] = lines[at][column] or lines[at][block.first_column]
    return [GROUP.join(filter(None, dict.fromkeys(words))) for words in zip(*lines, strict=True)]
