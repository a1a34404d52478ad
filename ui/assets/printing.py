"""Printing papers of the ledger: a form for chosen rooms, or the cards one has chosen."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.assets import queries
from app.assets.fields import TITLE
from app.assets.papers import FORMS
from app.paper.forms import Order
from app.store.folder import DataFolder
from ui.forms.ticks import RoomTree
from ui.paper.choosing import PaperDialog


class PrintDialog(PaperDialog):
    """Prints a form of the ledger for chosen rooms, or the cards ``records``; ``place`` is ticked from the start."""

    def __init__(
        self, parent: QWidget, data: DataFolder, place: int | None = None, records: list[int] | None = None
    ) -> None:
        self.records = tuple(records or ())
        forms = [form for form in FORMS if not self.records or "records" in form.takes]
        super().__init__(
            parent,
            data,
            sorted(forms, key=lambda form: form.key != "asset-card") if self.records else forms,
            None if self.records else _Rooms(place),
        )

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), records=self.records)

    def say_count(self) -> None:
        """Say how many cards that is."""
        super().say_count()
        if self.records:
            self.count.setText(f"{len(self.records)} 张卡片")


class _Rooms(RoomTree):
    """The places that hold cards, with their keeper, cards and pieces."""

    def __init__(self, place: int | None) -> None:
        self.stock = {room.place: room for room in queries.by_room()}
        super().__init__([TITLE["place"], TITLE["keeper"], "卡片", "件数"], {
            room.place: ("未登记地点" if not room.place else room.path, room.keeper, str(room.cards), str(room.pieces))
            for room in self.stock.values()}, [place] if place else [], (250, 80, 56, 56))

    def sentence(self) -> str:
        """Say how much is ticked."""
        rooms = [self.stock[place] for place in self.chosen()]
        return f"已选 {len(rooms)} 处、{sum(room.cards for room in rooms)} 张卡片、{sum(room.pieces for room in rooms)} 件"
