"""支出票据: what came in and went out of each item on the left; its vouchers on the right, typed, pasted or from the form."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.fees.money import commands, evidence, grids, queries, vouchers
from app.fees.money.rules import VoucherDraft
from app.fees.rules import PlanRow
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.fees.money.office import OfficeList
from ui.fees.money.papers_list import PapersList
from ui.fees.money.voucher_fields import FILES, SIGNERS, voucher_fields
from ui.fees.plan_step import PlanStep, required
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.detail import DetailPane
from ui.kit.files import FilesList
from ui.kit.groups_page import GroupsPage
from ui.kit.table_page import TablePage
from ui.kit.totals_pane import ALL, TotalsPane

_LEFT = (Column("name", "收费项目"), Column("paid", "已收", Kind.MONEY), Column("spent", "支出", Kind.MONEY),
         Column("balance", "结余", Kind.MONEY), Column("vouchers", "票据", Kind.WHOLE))
_PANE_PX, _NARROW_PX = 300, 1_400


class VouchersList(PapersList):
    """The vouchers of an item, or of all. New ones are typed below the last or noted in the form, which takes scans too."""

    title = "支出票据"
    acts = (
        Act("new", "登记票据", "register", "add", primary=True),
        Act("attach", "添加扫描件", "attach", "attach", needs="one"),
        Act("void", "作废…", "void", "dismiss", needs="one"),
        Act("edit", "修改…", "edit", "edit", needs="one", menu=True),
    )
    adds = True
    grid_when_empty = True
    empty_text = "这里还没有票据。买了什么、付给谁，凭票据登记；结算时按票据算到每个学生。"
    empty_acts = ("new",)
    settings_key = "fees_vouchers"
    search_hint = "搜索项目、号码、收款单位、备注"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.fields = voucher_fields(0)
        super().__init__(grids.VOUCHERS, grids.VOUCHER_LIST, changes, settings)
        if settings is None or settings.value(f"{self.settings_key}/pane_width") is None:
            self.splitter.setSizes([3 * _PANE_PX, _PANE_PX])
        self.grid.edited.connect(self._look_up)

    def show_within(self, plan: PlanRow, within: Mapping[str, int]) -> None:
        """Show the vouchers of an item of a plan; the choice of items in a cell is that plan's."""
        if self.plan is None or plan.id != self.plan.id:
            self.fields = self.model.edits.fields = voucher_fields(plan.id)
        super().show_within(plan, within)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed or pasted as one step; a new row belongs to the item that is chosen on the left."""
        own = {"plan_item": self.within["item"]} if self.within.get("item") else {}
        plain = [{**own, **{key: value for key, value in values.items() if value not in (None, "")}}
                 for values in added]
        return commands.write_vouchers(required(self.plan).id, changed, plain)

    def _look_up(self, records: Sequence[int], block: bool) -> None:
        """Lend a new row what is known of the invoice whose number was just typed, and say what is left of it."""
        edits, key = self.model.edits, self.columns[self.grid.currentIndex().column()].key
        if block or records[0] > 0 or key not in ("code", "number"):
            return
        typed = {name: cell.value for name, cell in edits.cells.get(records[0], {}).items()
                 if cell.value and not cell.reason}
        draft = VoucherDraft(
            kind=typed.get("kind", VoucherDraft().kind), code=typed.get("code", ""), number=typed.get("number", "")
        )
        found = evidence.known(draft)
        if found is None:
            return
        words = {"kind": found.row.kind, "dated_on": found.row.dated_on.isoformat(), "supplier": found.row.supplier,
                 "fen": format_fen(found.left) if found.left else ""}
        read = edits.reader()
        edits.put({records[0]: {name: read(name, text) for name, text in words.items() if text and name not in typed}})
        self.grid.viewport().update()
        notify.said(found.words)

    def able(self) -> Mapping[str, bool]:
        """Nothing is changed in a term that is closed."""
        return dict.fromkeys(("new", "void", "edit", "attach"), not self.model.locked)

    # --- the pane on the right

    def detail_widget(self) -> QWidget:
        """Give the pane with the voucher's facts and its scans."""
        self.pane = DetailPane([self.actions_by_key["attach"]])
        self.files = FilesList(self.data_folder, self._add_files, vouchers.remove_file)
        self.pane.add_tab("扫描件", self.files)
        return self.pane

    def show_detail(self, row: Row | None) -> None:
        """Show the voucher in the pane."""
        if row is None:
            self.pane.clear()
            return
        values = dict(zip((each.key for each in self.columns), row[1:], strict=True))
        facts = [("收费项目", values["item"]), ("收款单位", values["supplier"]), ("日期", str(values["dated_on"] or "")),
                 ("票据代码", values["code"]), *((title, values[key] or "") for key, title in SIGNERS.items()),
                 *self._invoice_facts(row[0], values), ("备注", values["remark"]), ("作废", values["void"])]
        self.pane.show_record(f"￥{format_fen(values['fen'])}", "已作废" if values["void"] else values["kind"],
                              "quiet" if values["void"] else "done", values["number"], facts)
        self.pane.relate("fee_voucher", row[0])
        stored = vouchers.files_of(row[0])
        self.files.show_files(stored)
        self.pane.tabs.setTabText(1, f"扫描件 {len(stored)}" if stored else "扫描件")

    def _invoice_facts(self, voucher: int, values: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Give what is to be said of an invoice that is shared, or takes back another."""
        draft = VoucherDraft(kind=values["kind"], code=values["code"], number=values["number"])
        shared = evidence.known(draft, voucher) if values["total"] != values["fen"] and not values["void"] else None
        return [("发票总额", format_fen(values["total"]) if shared else ""), ("其他几笔", shared.others if shared else ""),
                ("红冲的发票", values["red_of"])]

    # --- what a person does

    def register(self) -> None:
        """Note a voucher in the form, its scans with it."""
        from ui.fees.money.voucher_form import VoucherForm

        form = VoucherForm(self, self.data_folder, required(self.plan).id, VoucherDraft(plan_item=self.within.get("item")))
        if form.exec() and form.saved:
            self.choose(form.saved.made[0])

    def edit(self) -> None:
        """Change the chosen voucher in the form."""
        from ui.fees.money.voucher_form import VoucherForm

        voucher = self.selected_id()
        if voucher is not None and not self.model.locked:
            VoucherForm(self, self.data_folder, required(self.plan).id, vouchers.draft_of(voucher), voucher).exec()

    def attach(self) -> None:
        """Add a scan to the chosen voucher."""
        self._add_files(notify.open_files("添加扫描件", FILES))

    def _add_files(self, paths: Sequence[Path]) -> None:
        if not paths:
            return
        voucher = self.selected_id()
        if voucher is None:
            raise Refused("请先在列表里选中一张票据，再添加扫描件。")
        undoing.told(f"已添加 {len(paths)} 个文件。", vouchers.attach_files(self.data_folder, voucher, paths))

    def void(self) -> None:
        """Void the chosen voucher, with a reason."""
        voucher = self.selected_id() or 0
        values = self.values(voucher)
        said = f"{values.get('kind', '票据')} {values.get('number', '')}"
        detail = f"{values.get('supplier', '')}　￥{format_fen(values.get('fen') or 0)}\n作废后不再计入支出，记录和原因都留着；"
        with_reason(self, f"作废{said}", f"{detail}同一号码可以重新登记正确的。", "作废",
                    partial(commands.void_voucher, voucher), f"已作废{said}。")


class SpendingPage(PlanStep, GroupsPage):
    """The step. It holds the choice of an item."""

    title = "支出票据"
    settings_key = "fees_spending"
    left_px, left_share = 400, 0.3

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(TotalsPane(_LEFT, give_way=("vouchers", "paid")), changes, settings)
        self.list = VouchersList(changes, settings, data)
        self.office = OfficeList(changes, settings)
        self.set_lists(self.list, self.office)

    def show_voucher(self, voucher: int) -> None:
        """Show a voucher among all of the term."""
        self.groups.choose(ALL)
        self.turn_to(self.list)
        self.list.clear_narrowing()
        self.list.choose(voucher)

    def fill(self) -> None:
        """Read the sums of items and the vouchers anew."""
        if self.plan is None:
            return
        sums = [each for each in queries.sums(self.plan.id) if each.charged or each.paid or each.vouchers]
        rows: list[Row] = [
            (
                each.key,
                each.name,
                each.paid or None,
                each.voucher_fen or None,
                each.paid - each.voucher_fen or None,
                each.vouchers or None,
            )
            for each in sums
        ]
        whole = [sum(row[at] or 0 for row in rows) for at in range(2, 6)]
        self.groups.show_rows([(ALL, "全部项目", *whole), *rows])
        self.show_front()

    def named(self) -> str:
        """Give the chosen item; office expenses belong to none."""
        return "各项目以外，总务处自己的开支" if self.front() is self.office else super().named()

    def show_list(self, front: TablePage) -> None:
        """Show the vouchers of the chosen item, or what the office itself spent."""
        if not isinstance(front, VouchersList):
            front.refresh()
            return
        front.show_within(self.shown_plan(), {"item": self.groups.key} if self.groups.key != ALL else {})

    def showEvent(self, event: QShowEvent) -> None:
        """Leave the list the room it needs in a narrow window."""
        if not self.shared and self.width() < _NARROW_PX and (
                self.settings is None or self.settings.value("fees_vouchers/pane") is None):
            self.list.pane_switch.setChecked(False)
        super().showEvent(event)
