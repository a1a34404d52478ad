"""The rooms of a stocktake as a tree with ticks: which of them get a sheet, which are printed."""

from collections.abc import Collection

from app.school import queries as school
from app.stocktake import queries
from app.stocktake.queries import Result
from ui.forms.ticks import CHECKED, UNCHECKED, Branch, TickTree


class RoomTicks(TickTree):
    """Rooms that the stocktake covers under their buildings, with lines and how many of them are left to count.

    ``wanted`` are ticked from the start, none of them means all.
    """

    def __init__(self, stocktake: int, wanted: Collection[int] = ()) -> None:
        self.results: dict[int, Result] = {int(each.key): each for each in queries.result(stocktake) if each.lines}
        super().__init__(["地点", "种数", "未盘"], self._branches(), lambda place: not wanted or place in wanted, (330, 70, 70))

    def _branches(self) -> list[Branch]:
        places = school.places_tree(retired=True)
        parents = {each.id: each.parent_id for each in places}
        needed: set[int] = set()
        for place in self.results:
            at: int | None = place
            while at:
                needed.add(at)
                at = parents.get(at)
        branches = [self._branch(each.id, each.parent_id, each.name) for each in places if each.id in needed]
        known = {branch.id for branch in branches}
        # A place that was deleted since keeps the name that the snapshot has.
        return branches + [self._branch(key, None, each.name) for key, each in self.results.items() if key not in known]

    def _branch(self, place: int, parent: int | None, name: str) -> Branch:
        found = self.results.get(place)
        return Branch(place, parent, (name, f"{found.lines:,}", f"{found.left:,}") if found else (name, "", ""))

    def chosen(self) -> list[int]:
        """Give the rooms that are ticked."""
        return [int(str(key)) for key in self.ticked() if key in self.results]

    def ticked_rooms(self) -> tuple[int, ...]:
        """Give the rooms that are ticked; empty for all, so that a paper says 全校."""
        chosen = self.chosen()
        return () if len(chosen) == len(self.results) else tuple(chosen)

    def tick_only(self, rooms: Collection[int]) -> None:
        """Tick these rooms and no other."""
        self.tick_all(UNCHECKED)
        for room in rooms:
            item = self.nodes[room]
            if not item.childCount():
                item.setCheckState(0, CHECKED)

    def sentence(self) -> str:
        """Say how much is ticked."""
        rooms = [self.results[room] for room in self.chosen()]
        return f"已选 {len(rooms)} 处、{sum(room.lines for room in rooms):,} 种，未盘 {sum(room.left for room in rooms):,}"
