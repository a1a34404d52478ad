"""Rows with their rules: the one way in which ledgers and cards draw a table.

A row is drawn once, when it is laid out, relative to its own middle; putting it on a page is joining strings.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

FRAME, RULE = 1.0, 0.4  # points
PAD = 2.8               # points between a rule and the text beside it

# "head": must not be the last on a page; "row"; "foot": must not be the first on a page
Part = Literal["head", "row", "foot"]


@dataclass(slots=True)
class Line:
    """One row of a table: text operators around its middle, height, the x of its inner vertical rules, in points.

    ``reach`` shortens the rule below it (to leave room for a photo box), 0 is the whole width. ``source`` is the index
    of the record it shows, -1 for lines of another sort.
    """

    operators: str
    height: float
    bounds: tuple[float, ...] = ()
    part: Part = "row"
    reach: float = 0.0
    source: int = -1


def ruled(lines: Sequence[Line], left: float, right: float, top: float) -> tuple[str, float]:
    """Give the operators that draw the rows from ``top`` down, and the y below the last."""
    texts = ["BT"]
    rules = [f"{RULE} w"]
    y = top
    for line in lines:
        texts.append(f"1 0 0 1 0 {y - line.height / 2:.2f} Tm {line.operators}")
        y -= line.height
        rules.append(f"{left:.2f} {y:.2f} m {line.reach or right:.2f} {y:.2f} l")
    texts.append("ET")
    if lines:
        rules.pop()  # the frame's own lower side
    below = top
    for bounds, group in groupby(lines, key=lambda line: line.bounds):
        above, below = below, below - sum(line.height for line in group)
        rules.extend(f"{x:.2f} {above:.2f} m {x:.2f} {below:.2f} l" for x in bounds)
    rules.append(f"S {FRAME} w {left:.2f} {y:.2f} {right - left:.2f} {top - y:.2f} re S")
    texts.extend(rules)
    return "\n".join(texts), y


def _nothing(_start: int) -> float:
    return 0.0


def paginate(lines: Sequence[Line], room: float, last_room: float, carried: Callable[[int], float] = _nothing
             ) -> Iterator[tuple[int, int]]:
    """Break rows into pages of ``room`` points, the last of ``last_room`` (less, for totals and signatures).

    ``carried`` gives how much of a page that begins with a row is taken by a heading said again.

    Gives (start, end) indexes. Headings go along with what follows, totals with what precedes, and what stands at the
    end is never alone on a page while there is a row to go with it.
    """
    start, used = 0, 0.0
    index = 0
    while index < len(lines):
        used += lines[index].height
        if used > room + 0.01 and index > start:
            index = _break(lines, start, index)
            yield start, index
            start, used = index, carried(index)
        else:
            index += 1
    if used > last_room + 0.01 and len(lines) - start > 1:
        end = _break(lines, start, len(lines) - 1)
        if sum(line.height for line in lines[end:]) + carried(end) > last_room + 0.01:
            end = len(lines) - 1  # a heading parted from its row is better than rows under the signatures
        yield start, end
        start = end
    yield start, len(lines)


def _break(lines: Sequence[Line], start: int, index: int) -> int:
    """Give the last index not after ``index`` where a page may begin; ``index`` itself if there is none."""
    place = index
    while place > start + 1 and (lines[place].part == "foot" or lines[place - 1].part == "head"):
        place -= 1
    unfit = lines[place].part == "foot" or lines[place - 1].part == "head"
    return index if unfit else place
