"""Slips counted fast, without I/O: Enter agrees to all, an answer says that the slip came back; a class agrees but for some."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.errors import Invalid, Problem
from app.core.money import FULL_WIDTH

_ENTRY = re.compile(r"[\n；;]+")
_TARGETS = re.compile(r"\s*(\d+)\s*[-—~～至到]\s*(\d+)|\s*(\d+)")
_MISSING = ("缺", "未交", "没交")
_REFUSED = re.compile(r"^不(?:同意|参加|要|选)?")
MORE_THAN_ONE = 60


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Who of a class is not "slip came back, agrees to all": pupils without slip, and who refuses which items."""

    missing: frozenset[int] = frozenset()
    refused: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A pupil's slip: when it came back (None: not yet) and what was chosen (plan item → agreed, None: no answer)."""

    pupil: int
    seat: int | None
    name: str
    returned_on: date | None
    choices: Mapping[int, bool | None] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """One pupil's slip as a grid edits it: ``returned_on`` None takes it back; ``choices`` plan item → agreed, None: no answer."""

    returned_on: date | None = None
    choices: Mapping[int, bool | None] = field(default_factory=dict)
    remark: str = ""


def agreeing(row: ReplyRow, day: date) -> ReplyDraft:
    """Give a slip that came back and agrees to every item (Enter); one that was back keeps its day."""
    return ReplyDraft(row.returned_on or day, dict.fromkeys(row.choices, True), row.remark)


def as_typed(
    row: ReplyRow, answers: Mapping[int, bool | None], typed: Mapping[str, Any], usual: Callable[[], date]
) -> ReplyDraft:
    """Give a slip with what was typed in its row (``answers`` by item; ``returned_on`` and ``remark`` in ``typed``) over what it had.

    An answer says that the slip came back, on the ``usual`` day unless one is known; what it does not say is agreed to. A day
    that is taken out takes the slip back. ``Invalid`` for a remark on a slip that is still out: there is no place for it.
    """
    remark = str(typed.get("remark", row.remark) or "")
    came = typed.get("returned_on", row.returned_on)
    if came is None and "returned_on" not in typed:
        if any(agreed is not None for agreed in answers.values()):
            came = usual()
        elif remark:
            raise Invalid([Problem("remark", "还没交回执，备注没有地方记。请先登记收回日期。", row=row.pupil)])
    if came is None:
        return ReplyDraft(None, {item: agreed for item, agreed in answers.items() if agreed is not None}, "")
    before = row.choices if row.returned_on else dict.fromkeys(row.choices, True)
    return ReplyDraft(came, {**before, **answers}, remark)


def read_exceptions(
    text: str, pupils: Sequence[tuple[int, int | None, str]], items: Sequence[tuple[int, str]]
) -> Exceptions:
    """Read exceptions as typed, one a line or parted by ；; raises ``Invalid`` with everything that cannot be read.

    ``pupils`` are (id, seat, name), ``items`` (plan item, name). ``12`` refuses all items, ``12 校服`` only 校服费,
    ``3、8-10 校服`` the same for several; ``缺 5 7`` their slips have not come back. A name may stand for a seat.
    """
    missing: set[int] = set()
    refused: dict[int, set[int]] = {}
    problems: list[str] = []
    for entry in (part.strip() for part in _ENTRY.split(text.translate(FULL_WIDTH | {0xFF1B: ord(";")}))):
        if not entry:
            continue
        gone, rest = _gone(entry)
        who, words = _who(rest, pupils, problems, entry)
        if not who:
            continue
        if gone:
            missing.update(who)
            continue
        what = _what(words, items, problems, entry)
        for pupil in who:
            refused.setdefault(pupil, set()).update(what)
    both = missing & set(refused)
    problems += [f"“{name}”又写了没交、又写了不同意，请只留一样。" for pupil, _seat, name in pupils if pupil in both]
    if problems:
        raise Invalid([Problem("exceptions", sentence) for sentence in problems])
    return Exceptions(frozenset(missing), {pupil: frozenset(what) for pupil, what in refused.items()})


def _gone(entry: str) -> tuple[bool, str]:
    for word in _MISSING:
        if entry.startswith(word) or entry.endswith(word):
            return True, entry.removeprefix(word).removesuffix(word).strip(" :：")
    return False, entry


def _who(
    entry: str, pupils: Sequence[tuple[int, int | None, str]], problems: list[str], whole: str
) -> tuple[list[int], str]:
    """Give the pupils that an entry begins with, and the words after them."""
    seats: dict[int, list[int]] = {}
    for pupil, seat, _name in pupils:
        if seat is not None:
            seats.setdefault(seat, []).append(pupil)
    named = [(pupil, name) for pupil, _seat, name in pupils if name and entry.startswith(name)]
    if named:
        longest = max(len(name) for _pupil, name in named)
        found = [pupil for pupil, name in named if len(name) == longest]
        if len(found) > 1:
            problems.append(f"“{whole}”：班里有 {len(found)} 个同名的学生，请写座号。")
            return [], ""
        return found, entry[longest:]
    who: list[int] = []
    rest = entry
    while (match := _TARGETS.match(rest)) is not None:
        first, last = int(match[1] or match[3]), int(match[2] or match[3])
        rest = rest[match.end():].lstrip(" 、,，号")
        if last - first > MORE_THAN_ONE or last < first:
            problems.append(f"“{whole}”：座号 {first}-{last} 不对，请检查。")
            return [], ""
        for seat in range(first, last + 1):
            if len(seats.get(seat, ())) != 1:
                why = "没有" if seat not in seats else "不止一个"
                problems.append(f"“{whole}”：班里{why}座号 {seat} 的学生，请改成姓名或别的座号。")
            else:
                who += seats[seat]
    if not who and not problems:
        problems.append(f"“{whole}”读不懂。请写座号或姓名，例如：12 校服；没交的写：缺 5 7。")
    return who, rest


def _what(words: str, items: Sequence[tuple[int, str]], problems: list[str], whole: str) -> set[int]:
    """Give the items that words after a pupil name; none named: all."""
    words = _REFUSED.sub("", words.strip(" :：,，、")).strip(" :：")
    what: set[int] = set()
    for word in re.split(r"[\s,，、]+", words):
        if not word:
            continue
        found = [item for item, name in items if name == word] or [item for item, name in items if word in name]
        if len(found) != 1:
            known = "、".join(name for _item, name in items) or "（没有自愿项目）"
            problems.append(f"“{whole}”：“{word}”{'不止一项' if found else '不是本班征求意见的项目'}，可用：{known}。")
        what.update(found[:1])
    return what or {item for item, _name in items}
