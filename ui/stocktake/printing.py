"""打印盘点的单据: which paper, which rooms, how it lies; then the preview and the archive."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused
from app.store.folder import DataFolder


def print_stocktake(parent: QWidget, data_folder: DataFolder, stocktake: int, rooms: list[int]) -> None:
    """Let the person print the stocktake's papers; ``rooms`` are ticked from the start (none: all of them)."""
    raise Refused("“打印盘点单据”的窗口还在制作。")
