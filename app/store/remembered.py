"""Values worked out from the ledger and kept until something they were read from changes.

::

    _facts: Remembered[Facts] = Remembered()

    def facts(plan: int) -> Facts:
        return _facts.get(plan, lambda: Facts(plan))

What ``make`` reads is measured (``app.core.reading``); a commit that touches one of these tables makes the value be
worked out anew, as does another day where it asked which day it is, and another file. Who is given a kept value takes
over the tables it was read from, so that a page served from memory fetches anew like any other.
"""

import threading
import weakref
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from app.core import clock, reading
from app.store import journal
from app.store.database import database

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    tables: frozenset[str]
    opened: int     # which opening of the file
    day: date

    def holds(self) -> bool:
        """Whether the same file is open, on the same day where the day matters."""
        return self.opened == database.opened and (reading.TODAY not in self.tables or self.day == clock.now().date())


class Remembered(Generic[T]):
    """Keeps at most ``most`` values by key, the ones used last. Values are shared: nobody may change one."""

    def __init__(self, most: int = 8) -> None:
        self._most, self._kept = most, dict[Hashable, _Kept[T]]()
        self._guard, self._changes = threading.Lock(), 0
        with _listing:
            _all.add(self)

    def get(self, key: Hashable, make: Callable[[], T], unmoved: Collection[str] = ()) -> T:
        """Give the value of a key, made by ``make`` where none is kept.

        ``unmoved`` are tables that it reads, but nothing in them that is ever changed: the value outlives their steps.
        Inside an open operation it is always made and not kept: what is written there may still be rolled back.
        """
        if database.in_transaction():
            return make()
        with self._guard:
            kept, changes = self._kept.pop(key, None), self._changes
            if kept is not None and kept.holds():
                self._kept[key] = kept      # last in order: used last
                reading.also(kept.tables)
                return kept.value
        opened, day = database.opened, clock.now().date()
        with reading.recording() as seen:
            value = make()
        with self._guard:
            if changes == self._changes:    # else somebody committed meanwhile, and the value may be old already
                self._kept[key] = _Kept(value, seen.tables.difference(unmoved), opened, day)
                while len(self._kept) > self._most:
                    del self._kept[next(iter(self._kept))]
        return value

    def void(self, tables: frozenset[str]) -> None:
        """Drop what was read from these tables; the journal tells it after each commit."""
        with self._guard:
            self._changes += 1
            self._kept = {key: kept for key, kept in self._kept.items() if kept.tables.isdisjoint(tables)}


_all: weakref.WeakSet[Any] = weakref.WeakSet()
_listing = threading.Lock()     # a page is made in the window's thread while a worker commits


def _void(tables: frozenset[str]) -> None:
    with _listing:
        known = list(_all)
    for each in known:
        each.void(tables)


journal.listeners.insert(0, _void)      # before the window fetches
