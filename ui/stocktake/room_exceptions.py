"""本室全部相符，除…: the room's lines that nobody counted; one fills in only what does not agree."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def count_room(parent: QWidget, stocktake: int, room: int) -> bool:
    """Let the person count a room (0: without a place) as one step and give whether he did."""
    raise Refused("“整室盘点”的窗口还在制作。")
