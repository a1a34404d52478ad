"""Which tables something was worked out from: measured while it is read, never listed by hand.

``with recording() as seen:`` around whatever fetches; afterwards ``seen.tables`` names the tables that were asked. The
store tells of every query by itself, and ``clock.today`` of the day. Whoever answers from memory must say so::

    with recording() as seen:
        facts = read()                      # asks the ledger
    kept = facts, seen.tables
    ...
    reading.also(kept[1])                   # each time the kept facts are given in the place of a query

else a page that was served from memory would not know when to fetch anew. ``app.store.remembered`` does both.
What is no table may have a name as well: ``TODAY``, or the folder of backups.

Recordings are of one thread each: a job that reads for a page opens its own and hands over what it has seen.
"""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

TODAY = "today"
"""Read as if it were a table by whatever asked which day it is; told like a change when the day turns."""


class Seen:
    """What has been read so far."""

    def __init__(self) -> None:
        self._tables: set[str] = set()

    @property
    def tables(self) -> frozenset[str]:
        """Give the names of the tables read up to now."""
        return frozenset(self._tables)

    def also(self, tables: Iterable[str]) -> None:
        """Note tables that an answer from memory was once read from."""
        self._tables.update(tables)


class _Thread(threading.local):
    def __init__(self) -> None:
        self.open: list[Seen] = []


_thread = _Thread()


@contextmanager
def recording(into: Seen | None = None, apart: bool = False) -> Iterator[Seen]:
    """Note what is read inside the block, ``into`` what was noted before where that is given.

    Recordings may lie in each other: what is read inside was read by the outer one too. Not so with ``apart``, for a
    part that fetches anew by itself. What was read before an exception counts as read.
    """
    seen = Seen() if into is None else into
    _thread.open.append(seen)
    try:
        yield seen
    finally:
        _thread.open.pop()
        if not apart:
            also(seen.tables)


def listening() -> bool:
    """Whether anybody records in this thread just now."""
    return bool(_thread.open)


def also(tables: Iterable[str]) -> None:
    """Tell the recording that is open in this thread, if any, that these tables were read."""
    if _thread.open:
        _thread.open[-1].also(tables)
