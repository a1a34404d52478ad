"""Links between records (``linking`` writes them), and what any record is called: one registry that the features fill (``Feature.records``).

A link says that one record has to do with another, and why. What features know of their records by columns of their own
(the card that came of a purchase) they tell by ``Feature.related``; both are shown together, on both ends.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from app.core.errors import Refused, not_joined
from app.store.database import database
from app.store.nouns import noun


@dataclass(frozen=True, slots=True)
class Records:
    """What is known of a table's records: ``titles`` by id (gone ones left out), ``find`` an id by number or name, the page
    that shows one.
    """

    titles: Callable[[Collection[int]], Mapping[int, str]]
    find: Callable[[str], int | None]
    page: str


@dataclass(frozen=True, slots=True)
class Related:
    """A record that has to do with another: ``why`` in a word (验收入账, 复制自), ``title`` what it is called, ``page`` shows it."""

    table: str
    id: int
    why: str
    title: str = ""
    page: str = ""

    @property
    def noun(self) -> str:
        """Give what records of its table are called."""
        return noun(self.table)


COPIED, COPIED_TO = "复制自", "复制成"
_SEEN_FROM_THERE = {COPIED: COPIED_TO}     # what a link is called on its other end, where that is another word

Relating = Callable[[str, int], Iterable[Related]]
"""Gives what a feature knows to be related to a record (table, id), titles left blank."""

records: Callable[[], Mapping[str, Records]] = not_joined
"""Gives, by table, what is known of its records (``app.features.join``)."""

relating: Callable[[], tuple[Relating, ...]] = not_joined
"""Gives what all features know of related records (``app.features.join``)."""


def of(table: str, identity: int) -> list[Related]:
    """Give everything related to a record, with titles; what is gone meanwhile is left out."""
    found = [Related(*row) for row in database.execute_sql(
        "SELECT to_table, to_id, why FROM record_link WHERE from_table = ? AND from_id = ?", (table, identity)).fetchall()]
    found += [Related(other, row, _SEEN_FROM_THERE.get(why, why)) for other, row, why in database.execute_sql(
        "SELECT from_table, from_id, why FROM record_link WHERE to_table = ? AND to_id = ?", (table, identity)).fetchall()]
    found += [each for relate in relating() for each in relate(table, identity)]
    known = records()
    ids: dict[str, set[int]] = {}
    for each in found:
        ids.setdefault(each.table, set()).add(each.id)
    titles = {name: known[name].titles(wanted) for name, wanted in ids.items() if name in known}
    return [Related(each.table, each.id, each.why, titles[each.table][each.id], known[each.table].page)
            for each in dict.fromkeys(found) if each.id in titles.get(each.table, {})]


def find(table: str, text: str) -> int:
    """Give the record of a table that a number or name stands for; ``Refused`` where none does."""
    known = records().get(table)
    identity = known.find(text.strip()) if known else None
    if identity is None:
        raise Refused(f"没有找到{noun(table)}“{text}”。请核对编号。")
    return identity
