"""Printing papers of the ledger: a form for chosen rooms, or the cards one has chosen."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QWidget

from app.assets import queries
from app.assets.fields import TITLE
from app.assets.papers import FORMS
from app.paper.forms import Order
from app.store.folder import DataFolder
from ui.forms.ticks import RoomTree
from ui.paper.choosing import PaperDialog


class PrintDialog(PaperDialog):
    """Prints a form of the ledger for chosen rooms, or the cards ``records``; ``place`` is ticked from the start.

    ``listed`` are the cards that a narrowed list shows: they are what is printed, unless somebody wants whole rooms.
    """

    def __init__(self, parent: QWidget, data: DataFolder, place: int | None = None, records: Sequence[int] = (),
                 listed: Sequence[int] = ()) -> None:
        self.records, self.listed = tuple(records), tuple(listed)
        self.only_listed = QCheckBox(f"只印列表里现在看到的 {len(self.listed):,} 张卡片")
        self.only_listed.setChecked(bool(self.listed))
        self.only_listed.setVisible(bool(self.listed))
        forms = [form for form in FORMS if not self.records or "records" in form.takes]
        super().__init__(
            parent,
            data,
            sorted(forms, key=lambda form: form.key != "asset-card") if self.records else forms,
            None if self.records else _Rooms(place),
        )
        self.lines.insertRow(1, "", self.only_listed)
        if self.listed:
            self.form.set_value("asset-ledger")     # the first of those that take single cards
            self.form_chosen()
        self.only_listed.toggled.connect(lambda _: self.form_chosen())

    def takes_listed(self) -> bool:
        """Whether what the list shows is printed; papers of whole rooms take no single cards."""
        return self.only_listed.isChecked() and "records" in self.chosen().takes

    def by_rooms(self) -> bool:
        """Whether the chosen paper covers what is ticked only."""
        return super().by_rooms() and not self.takes_listed()

    def form_chosen(self) -> None:
        """Ask for what the chosen paper takes; where it takes whole rooms only, say so."""
        super().form_chosen()
        able = "records" in self.chosen().takes
        self.only_listed.setEnabled(able)
        self.only_listed.setToolTip("" if able else f"“{self.chosen().name}”按整个房间印。")

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        if self.takes_listed():
            return replace(super().order(), records=self.listed, places=())
        return replace(super().order(), records=self.records)

    def say_count(self) -> None:
        """Say how many cards that is."""
        super().say_count()
        cards = self.listed if self.takes_listed() else self.records
        if cards:
            self.count.setText(f"{len(cards):,} 张卡片")


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
