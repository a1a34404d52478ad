"""批准、作废、重新打开: what an approval will change in the ledger, shown before it is written as one step."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Refused


def approve_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Show all corrections, take number and day of the approval, write them; gives whether that was done."""
    raise Refused("“批准盘点”的窗口还在制作，请先用命令行 stocktake approve。")


def void_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Give a stocktake up with a reason; gives whether that was done."""
    raise Refused("“作废盘点”的窗口还在制作。")


def reopen_stocktake(parent: QWidget, stocktake: int) -> bool:
    """Go on counting with a reason; gives whether that was done."""
    raise Refused("“重新打开盘点”的窗口还在制作。")
