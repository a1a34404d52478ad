"""开始盘点: term, kind, 基准日, what it covers and who counts; says live how many cards that is."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def open_stocktake(parent: QWidget) -> int | None:
    """Let the person open a stocktake and give its id, None when he changed his mind."""
    raise Refused("“开始盘点”的窗口还在制作，请先用命令行 stocktake open。")
