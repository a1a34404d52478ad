"""打印盘点的单据: which paper, which rooms, how it lies; then the preview and the archive."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app import features
from app.paper.forms import Order
from app.stocktake import commands
from app.store.folder import DataFolder
from ui.paper.choosing import PaperDialog
from ui.stocktake.rooms import RoomTicks

_CARDS = ("stocktake-approval", "stocktake-report")     # forms of one page whose fields stand as the paper has them


def print_stocktake(parent: QWidget, data_folder: DataFolder, stocktake: int, rooms: list[int]) -> None:
    """Let the person print the stocktake's papers; ``rooms`` are ticked from the start (none: all of them)."""
    StocktakePapers(parent, data_folder, stocktake, rooms).exec()


class StocktakePapers(PaperDialog):
    """The papers of one stocktake; rooms count for those that have a sheet a room."""

    def __init__(self, parent: QWidget, data: DataFolder, stocktake: int, rooms: list[int]) -> None:
        self.stocktake = commands.require(stocktake)
        forms = [form for form in features.forms() if form.about == "stocktake"]
        super().__init__(parent, data, forms, features.scope, RoomTicks(stocktake, rooms), ask_day=False)
        self.setWindowTitle(f"打印 - {self.stocktake.title}")
        self.under.setText(f"{self.stocktake.number}　{self.stocktake.scope_words}　{self.stocktake.state_words}")
        self.under.show()

    def by_rooms(self) -> bool:
        """Whether the chosen paper has a sheet a room."""
        return self.chosen().by_room

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.stocktake.id)

    def _form_chosen(self) -> None:
        super()._form_chosen()
        lies = self.chosen().key not in _CARDS
        for way in (self.upright, self.lying):
            way.setEnabled(lies)

    def _say_count(self) -> None:
        super()._say_count()
        if not self.by_rooms():
            self.count.setText("这种单据不分房间")
