"""Small groups are one line together on a public board: the line of a class of one pupil would be that child's account."""

from collections.abc import Callable, Sequence
from typing import Any

Line = dict[str, Any]


def folded(lines: Sequence[Line], least: int, within: Callable[[Line], object] | None = None) -> list[Line]:
    """Give lines of sums so that none stands for fewer than ``least`` ``pupils``, as far as there are others to go with.

    The smallest is added to the next smallest with the same ``within`` (classes of one grade), where there is none to the next
    smallest of all; the names of both stand there. Whole numbers are added up, so all sums stay what they are.
    """
    found = list(lines)
    while len(found) > 1 and min(each["pupils"] for each in found) < least:
        small = min(found, key=lambda each: int(each["pupils"]))
        others = [each for each in found if each is not small]
        near = [each for each in others if within is not None and within(each) == within(small)] or others
        beside = min(near, key=lambda each: int(each["pupils"]))
        first, second = sorted((found.index(small), found.index(beside)))
        found[first:first + 1], found[second:second + 1] = [_together(found[first], found[second])], []
    return found


def _together(one: Line, other: Line) -> Line:
    return {key: value + other[key] if isinstance(value, int) else f"{value}、{other[key]}" if key == "name" else value
            for key, value in one.items()}
