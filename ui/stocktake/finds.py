"""盘盈登记: something found that no card stands for: what it is, where, how many, and whether it will be booked."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def edit_find(parent: QWidget, stocktake: int, find: int | None, room: int | None) -> int | None:
    """Let the person note a find (None: a new one, in ``room``) and give its id, None when nothing is left of it."""
    raise Refused("“登记盘盈”的窗口还在制作。")
