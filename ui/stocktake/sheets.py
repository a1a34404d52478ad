"""发表、收表: the stocktake's workbooks out to keepers, and back after a preview of what changes and what is wrong."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def send_sheets(parent: QWidget, stocktake: int) -> None:
    """Let the person write the stocktake's workbooks: one file, or one for each room or keeper."""
    raise Refused("“发盘点表”的窗口还在制作，请先用命令行 stocktake sheet。")


def take_sheet(parent: QWidget, stocktake: int) -> None:
    """Let the person choose filled workbooks, see what they change, and take them."""
    raise Refused("“收盘点表”的窗口还在制作，请先用命令行 stocktake import。")
