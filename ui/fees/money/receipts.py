"""收据: those of a class or of one pupil, the latest first; a wrong one is voided with its reason, never deleted."""

from functools import partial

from PySide6.QtCore import QSettings

from app import features
from app.core.errors import Refused
from app.fees.money import commands, grids
from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.fees.money.papers_list import PapersList
from ui.fees.plan_step import required
from ui.forms.reasons import with_reason
from ui.kit.acts import Act
from ui.kit.workbooks import EXPORT, in_menu

_NAMED = 3      # numbers that a sentence names


class ReceiptsList(PapersList):
    """Nothing is typed here: a receipt that was handed out does not change."""

    title = "收据"
    acts = (
        Act("print_receipts", "打印收据…", "print_receipts", "print", needs="some"),
        Act("void", "作废…", "void", "dismiss", needs="some"),
        *in_menu(EXPORT),
    )
    empty_text = "这里还没有收据。"
    settings_key = "fees_receipts"
    internal = True
    search_hint = "搜索姓名、票据号，可用拼音首字母"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        super().__init__(grids.RECEIPTS, grids.RECEIPT_LIST, changes, settings)

    def print_receipts(self) -> None:
        """Print the chosen receipts, those printed before as reprints, and note that they went out."""
        from app.paper.forms import Order  # what draws papers loads when it is needed
        from ui.paper.choosing import print_order

        order = Order(about=required(self.plan).id, records=tuple(self.selected_ids()))
        print_order(self, self.data_folder, features.form("fee-receipt"), order)

    def void(self) -> None:
        """Void the chosen receipts, with a reason."""
        chosen = self.selected_ids()
        if not chosen:
            raise Refused("请先选中要作废的收据。")
        numbers = "、".join(str(self.values(each).get("number", "")) for each in chosen[:_NAMED]) + (
            "等" if len(chosen) > _NAMED else ""
        )
        with_reason(self, f"作废收据 {numbers}", f"作废 {len(chosen)} 张收据：{numbers}。这些钱不再算已缴，号码不能再用，记录和原因都留着。", "作废",
                    partial(commands.void_receipts, chosen), f"已作废收据 {numbers}。")
