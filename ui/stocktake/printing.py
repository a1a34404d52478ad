"""打印盘点的单据: which paper, which rooms, how it lies; then the preview and the archive."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from app.paper.forms import Order
from app.stocktake import commands
from app.stocktake.notices import BEFORE
from app.stocktake.notices import FORMS as NOTICES
from app.stocktake.papers import FORMS
from app.stocktake.room_papers import FORMS as ROOMS
from app.store.folder import DataFolder
from ui.paper.choosing import PaperDialog
from ui.stocktake.rooms import RoomTicks


def print_stocktake(parent: QWidget, data_folder: DataFolder, stocktake: int, rooms: list[int]) -> None:
    """Let the person print the stocktake's papers; ``rooms`` are ticked from the start (none: all of them)."""
    StocktakePapers(parent, data_folder, stocktake, rooms).exec()


def print_notices(parent: QWidget, data_folder: DataFolder) -> None:
    """Let the person print the notice and the plan before a stocktake is open; what is not known yet is left blank."""
    PaperDialog(parent, data_folder, [form for form in NOTICES if form.key in BEFORE], None).exec()


class StocktakePapers(PaperDialog):
    """The papers of one stocktake; rooms count for those that have a sheet a room."""

    def __init__(self, parent: QWidget, data: DataFolder, stocktake: int, rooms: list[int]) -> None:
        self.stocktake = commands.require(stocktake)
        super().__init__(parent, data, (*ROOMS, *FORMS, *NOTICES), RoomTicks(stocktake, rooms))
        self.setWindowTitle(f"打印 - {self.stocktake.title}")
        self.under.setText(f"{self.stocktake.number}　{self.stocktake.scope_words}　{self.stocktake.state_words}")
        self.under.show()

    def order(self) -> Order:
        """Give what is to be printed, as the dialog stands."""
        return replace(super().order(), about=self.stocktake.id)

    def say_count(self) -> None:
        """Say how many rooms that is, or that the paper is for the whole stocktake."""
        super().say_count()
        if not self.by_rooms():
            self.count.setText("这种单据不分房间")
