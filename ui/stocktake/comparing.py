"""期初期末对照: two stocktakes side by side, room by room, what differs first."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def compare(parent: QWidget, stocktake: int) -> None:
    """Show this stocktake against another that the person chooses; nothing is written."""
    raise Refused("“期初期末对照”的窗口还在制作。")
