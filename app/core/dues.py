"""What wants doing: worked out anew each time it is asked, never stored (only what was put off is, ``store.snoozing``). Pure.

Each feature gives its dues for a day (``Feature.dues``); 首页 shows those of all. What comes next in one piece of work
(a term's fees, a stocktake) is a ``Next``: the head of its page shows it, and a due says the same on 首页.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

PLAIN, WARNING, DANGER = "", "warning", "danger"
TONES = (DANGER, WARNING, PLAIN)    # what presses most comes first
MOST_OF_A_KIND = 5
log = logging.getLogger("zongwu")


Key = tuple[str, str, int]
"""What a due is known by from day to day: its kind, the table and id of its record ("" and 0 for none)."""


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next in a piece of work, in a sentence; ``act`` is the way there on its page, ``words`` name it.

    ``act`` "" offers no way: there is nothing to do, or it stands before the reader already. ``tone`` as of a due.
    """

    text: str
    act: str = ""
    words: str = ""
    tone: str = PLAIN
    day: date | None = None     # when it is due, or when what is waited for is over


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that wants doing.

    ``kind`` tells things of one kind ("fees/slips"); ``words`` say in one or two sentences what is due and why now.
    ``act`` is where it is done ("fees:publicity:post": page, step and act, as ``Office.open`` reads it), ``button`` what
    the way there is called, ``filters`` what a list is narrowed to there. ``table`` and ``id`` name the record it is
    about, 0 for none. ``day`` is by when, ``count`` how many things it stands for.
    """

    kind: str
    words: str
    act: str
    button: str
    tone: str = PLAIN
    day: date | None = None
    table: str = ""
    id: int = 0
    count: int = 1
    filters: Mapping[str, object] = field(default_factory=dict)
    many: str = ""      # how the rest of this kind is told in one line, with {} for how many: 另有 {} 名教职工离岗……

    @property
    def key(self) -> Key:
        """Give what it is known by from day to day."""
        return self.kind, self.table, self.id


Source = tuple[str, Callable[[], Iterable[Due]]]
"""The title of a feature, and what gives its dues."""


def gathered(sources: Iterable[Source], asleep: Collection[Key] = ()) -> list[Due]:
    """Give the dues of all sources, the most pressing first, then by day; more than five of a kind become one line.

    Those ``asleep`` (put off) are left out, as are all of a kind that was put off as one line; never one in red.

    A source that fails gives one red line in the place of its dues, and its error goes to the log: what the others
    have to say must not be lost with it.
    """
    found: list[Due] = []
    for title, dues in sources:
        try:
            awake = [due for due in dues() if due.tone == DANGER or not {due.key, (due.kind, "", 0)} & set(asleep)]
            found += together(awake)
        except Exception:   # noqa: BLE001  whatever it is: it is logged and shown, the other sources still speak
            log.exception("dues of %s", title)
            found.append(Due(f"failed/{title}", f"“{title}”里要办的事没有算出来，程序出了错，已记在日志里。其他的不受影响。",
                             "settings:check", "检查账本", DANGER))
    return sorted(found, key=lambda due: (TONES.index(due.tone), due.day or date.max))


def together(dues: Sequence[Due]) -> list[Due]:
    """Give more than five of a kind as one line that says how many they are; others stay as they are.

    The line leads to where the first of them is done and stands for all: ``count`` is theirs added up.
    """
    kinds: dict[str, list[Due]] = {}
    for due in dues:
        kinds.setdefault(due.kind, []).append(due)
    found: list[Due] = []
    for several in kinds.values():
        if len(several) <= MOST_OF_A_KIND:
            found += several
            continue
        first = min(several, key=lambda due: (TONES.index(due.tone), due.day or date.max))
        words = (first.many or "{} 件这样的事，第一件：" + first.words).format(f"{len(several):,}")
        found.append(replace(first, words=words, table="", id=0, filters={}, count=sum(due.count for due in several)))
    return found
