"""The rooms of a stocktake as a tree with ticks: which of them get a sheet, which are printed."""

from collections.abc import Collection

from app.stocktake import queries
from app.stocktake.queries import Result
from ui.forms.ticks import RoomTree


class RoomTicks(RoomTree):
    """Rooms that the stocktake covers, with lines and how many of them are left to count."""

    def __init__(self, stocktake: int, wanted: Collection[int] = ()) -> None:
        self.results: dict[int, Result] = {int(each.key): each for each in queries.result(stocktake) if each.lines}
        words = {place: (each.name, f"{each.lines:,}", f"{each.left:,}") for place, each in self.results.items()}
        super().__init__(["地点", "种数", "未盘"], words, wanted, (320, 60, 60))

    def sentence(self) -> str:
        """Say how much is ticked."""
        rooms = [self.results[room] for room in self.chosen()]
        return f"已选 {len(rooms)} 处、{sum(room.lines for room in rooms):,} 种，未盘 {sum(room.left for room in rooms):,}"
