"""Rows that were typed in keep their places in a sorted or narrowed list until somebody sorts or narrows it again."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from app.core.listing import Wish
from ui.grid.rows import Row

FetchAt = Callable[[int, int], Sequence[Row]]       # (limit, offset) → rows in the list's order
MOST = 200      # records that keep their places: each is looked for in the list's order whenever it is fetched anew


class Staying:
    """Lays held records over what a list gives. Places are row numbers as shown, positions those in the list's own order.

    ``hold`` before records change, ``settle`` once the list was asked anew, then ``rows`` and ``place_of`` answer as shown.
    """

    def __init__(self) -> None:
        self.places = dict[int, int]()          # held record → place
        self.positions = dict[int, int]()       # those of them that the list still gives
        self.went: Sequence[int] = ()           # records that have just left the list after they were typed in
        self.wish: Wish | None = None

    def hold(self, wish: Wish, places: Mapping[int, int]) -> None:
        """Let these records stay where they are, with those that stay already; none where they would be too many."""
        if wish != self.wish:
            self.clear()
        self.wish = wish
        self.places.update(places)
        if len(self.places) > MOST:
            self.clear()

    def clear(self) -> None:
        """Let every record stand where the list's order has it."""
        self.places.clear()
        self.positions.clear()

    def settle(self, wish: Wish, positions: Mapping[int, int], records: int, shown: int) -> None:
        """Take the held records' new ``positions`` among ``records`` of the list; ``shown`` were shown before.

        All are let go where none stands elsewhere than it would, where something else is asked, or where rows came or went
        besides, which moves the places.
        """
        self.positions = dict(positions)
        moved = self.places != self.positions
        if wish != self.wish or not moved or records + self.besides != shown:
            self.clear()

    def drop(self, records: Sequence[int]) -> None:
        """Let these go out of the list; those below move up."""
        self.went = records
        for place in sorted((self.places.pop(each) for each in records if each in self.places), reverse=True):
            self.places = {each: at - (at > place) for each, at in self.places.items()}

    @property
    def besides(self) -> int:
        """Give how many are shown though the list gives them no more."""
        return len(self.places) - len(self.positions)

    def place_of(self, record: int, position: int | None) -> int | None:
        """Give the place in which a record is shown, None where it is not."""
        if record in self.places or position is None:
            return self.places.get(record)
        place = position - bisect_left(sorted(self.positions.values()), position)
        for each in sorted(self.places.values()):
            place += each <= place
        return place

    def rows(self, fetch: FetchAt, left_out: Callable[[int], Row | None], limit: int, offset: int) -> Sequence[Row]:
        """Give rows as shown; ``left_out`` gives a record that the list gives no more."""
        if not self.places:
            return fetch(limit, offset)
        at = {place: record for record, place in self.places.items() if offset <= place < offset + limit}
        start = offset - sum(place < offset for place in self.places.values())
        for position in sorted(self.positions.values()):
            start += position <= start
        plain = iter([row for row in fetch(limit + len(self.positions), start) if row[0] not in self.places])
        made = list[Row]()
        for place in range(offset, offset + limit):
            if place in at:
                record = at[place]
                row = next(iter(fetch(1, self.positions[record])), None) if record in self.positions else left_out(record)
            else:
                row = next(plain, None)
            if row is None:
                break
            made.append(row)
        return made
