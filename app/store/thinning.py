"""Which backups stay and which may go: pure arithmetic on what is known of each, whatever the clock claims.

A backup may go only where the calendar keeps a later one of the same day, week or month, or it is older than all that
the calendar keeps. Never because there are many, and never one

* of another ledger, or one that holds anything the ledger itself does not hold (it may be the only copy of that);
* that a person asked for, or that was made before a restore, an import or an upgrade, for thirty days;
* in favour of one that is not sound: sound ones make room for sound ones only;
* while the clock cannot be believed: now is before the newest step in the ledger, or long after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS, WEEKS, MONTHS = 7, 4, 12
WHOLE_DAYS = 30  # for which the backups of WHOLE stay, several of one day as well
WHOLE = frozenset({"手工", "恢复前", "导入前", "升级前"})
# Longer than the winter holiday: after such a pause nobody knows whether the office was closed or the clock is wrong.
# Only a step that is entered afterwards lets thinning go on, and the pause itself counts as no time at all.
PAUSE = timedelta(days=40)
_SPANS = (("day", DAYS), ("week", WEEKS), ("month", MONTHS))


@dataclass(frozen=True, slots=True)
class Copy:
    """What is known of one backup.

    ``at`` is when it was made by that day's clock; ``order`` rises with every backup made in the folder, whatever the
    clock said (older backups without such a number are numbered by their names); ``ledger`` is the identity it holds;
    ``sound`` whether it passes the check; ``held`` whether all of it is in the ledger as well, or in a later backup that
    is itself held nowhere else and therefore stays.
    """

    at: datetime
    reason: str
    order: int
    ledger: str
    sound: bool = True
    held: bool = True


def kept(copies: Iterable[Copy], now: datetime, ledger: str, newest: datetime | None) -> set[Copy]:
    """Give the backups that stay. ``ledger`` is the open one's identity, ``newest`` the moment of its latest step."""
    found = list(copies)
    if newest is None or not newest <= now <= newest + PAUSE:
        return set(found)
    own = sorted((copy for copy in found if copy.ledger == ledger), key=lambda copy: copy.order)
    staying = {copy for copy in found if copy.ledger != ledger or not copy.held}
    believed = _believed(own, now)
    ages = _ages(believed, now)
    chosen: dict[tuple[bool, str, int], Copy] = {}
    for copy in believed:  # ascending: the last one of each span is chosen
        for span, limit in _SPANS:
            if ages[copy][span] < limit:
                chosen[copy.sound, span, _number(span, copy.at)] = copy
    staying |= set(chosen.values())
    days = 0  # how old the next believed one is: what has a wrong date was made before it
    for copy in reversed(own):
        doubted = copy not in ages
        days = days if doubted else ages[copy]["day"]
        if days < WHOLE_DAYS and (doubted or copy.reason in WHOLE):
            staying.add(copy)
    return staying


def later_ones(leaving: Iterable[Copy], staying: Iterable[Copy]) -> set[Copy]:
    """Give of those that stay the ones that take the place of any that leaves: they had better be sound."""
    spans = {(span, _number(span, copy.at)) for copy in leaving for span, _ in _SPANS}
    return {copy for copy in staying if any((span, _number(span, copy.at)) in spans for span, _ in _SPANS)}


def doubted(moments: Sequence[datetime], now: datetime) -> set[int]:
    """Give the places of the moments, in the order in which the backups were made, that lie in the future or contradict the rest."""
    return set(range(len(moments))) - set(_longest_rise(moments, now))


def _believed(own: Sequence[Copy], now: datetime) -> list[Copy]:
    """Give the copies whose moments agree with the order in which they were made, and with now."""
    return [own[at] for at in _longest_rise([copy.at for copy in own], now)]


def _longest_rise(moments: Sequence[datetime], now: datetime) -> list[int]:
    """Give the places of the longest sequence of moments that never falls and does not pass ``now``."""
    best: list[tuple[int, int | None]] = []  # of each moment: length of the longest sequence ending there, its place before
    for at, moment in enumerate(moments):
        before = [(best[earlier][0], earlier) for earlier in range(at) if moments[earlier] <= moment and best[earlier][0]]
        length, earlier = max(before, default=(0, None))
        best.append((0 if moment > now else length + 1, earlier))
    place = max(range(len(best)), key=lambda at: best[at][0], default=None)
    found: list[int] = []
    while place is not None and best[place][0]:
        found.append(place)
        place = best[place][1]
    return found[::-1]


def _ages(believed: Sequence[Copy], now: datetime) -> dict[Copy, dict[str, int]]:
    """Give how many days, weeks and months of the calendar lie between each copy and now, pauses left out."""
    ages: dict[Copy, dict[str, int]] = {}
    later, age = now, dict.fromkeys((span for span, _ in _SPANS), 0)
    for copy in reversed(believed):
        if later - copy.at <= PAUSE:
            age = {span: age[span] + _number(span, later) - _number(span, copy.at) for span in age}
        ages[copy], later = age, copy.at
    return ages


def _number(span: str, moment: datetime) -> int:
    """Give the number of the moment's day, ISO week or month in the calendar."""
    if span == "month":
        return moment.year * 12 + moment.month
    day = moment.date().toordinal()
    return day if span == "day" else (day - 1) // 7  # day 1 of the calendar was a Monday
