"""项目库: the fee items with their basis, and the standards of each with their history."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDialog, QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.progress import Progress, silent
from app.fees.item_fields import LIBRARY, TITLE
from app.fees.plan import commands, queries, rules
from app.fees.rules import BANNED, CHARGED, FREE, KINDS, grade_word
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.parts import button, column, label, open_at, row
from ui.fees.plan.item_forms import add_standard, cell_field, edit_item
from ui.forms.form import Field
from ui.grid.grid import Grid
from ui.grid.rows import Row, RowsModel
from ui.kit.acts import Act
from ui.kit.detail import DetailPane
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage

_STANDARDS = (
    Column("state", "状态", Kind.CHOICE),
    Column("from_on", "执行日期", Kind.DAY),
    Column("grade", "年级", Kind.CHOICE),
    Column("fen", "标准", Kind.MONEY),
    Column("document", "依据"),
)


class ItemsDialog(QDialog):
    """The window of the library; everything in it is stored at once."""

    def __init__(self, parent: QWidget | None, changes: Changes, machine: QSettings | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("收费项目库")
        self.page = ItemsPage(changes, machine)
        lines = column(self.page, row(label("改这里的项目，不影响已经做好的学期；新建或复制方案时照这里的文字。", "hint"), None,
                                      button("关闭", self.reject), margins=(14, 0, 14, 12)), gap=0)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        open_at(self, 1240, 680)

    def reject(self) -> None:
        """Close; ask first where cells wait that could not be stored."""
        waits = self.page.unsaved()
        if not waits or notify.ask(f"{waits}，要放弃吗？", "放弃", "继续填写", danger=True):
            super().reject()


class ItemsPage(TablePage):
    """The items in the office's order, with the standards of the chosen one and their history on the right."""

    title = "收费项目库"
    columns = queries.ITEMS
    filters = (ChoiceFilter("kind", "全部类别", lambda: [(kind, kind) for kind in KINDS]),
               ChoiceFilter("retired", "启用的", lambda: [(True, "停用的")]))
    acts = (
        Act("new", "新项目", "add", "add", primary=True),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("standard", "登记标准", "add_standard", "money", needs="one"),
        Act("shipped", "添加常见项目", "add_shipped", "download"),
        Act("off", "停用", "switch_off", "dismiss", needs="some", menu=True),
        Act("on", "启用", "switch_on", "restore", needs="some", menu=True),
        Act("delete", "删除", "remove", "delete", needs="some", menu=True),
    )
    fields: Mapping[str, Field] = {each.attribute: cell_field(each) for each in LIBRARY if each.listed}
    tones = {FREE: "quiet", BANNED: "quiet", "停用": "quiet"}
    empty_text = "项目库还是空的。先把各地学校常见的收费项目加进来，再按本地文件核对依据、登记标准。"
    empty_acts = ("shipped", "new")
    settings_key = "fee_items"
    search_hint = "搜索项目名称、文号、供应单位"
    record_word = "项"

    def __init__(self, changes: Changes, machine: QSettings | None) -> None:
        self.listing = queries.library()
        super().__init__(changes, machine)

    def fill_list(self) -> None:
        """Read anew; an item is always chosen, the first where none was."""
        super().fill_list()
        if self.found.records and not self.grid.currentIndex().isValid():
            self.grid.choose_cell(0, 0)

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed as one step."""
        return commands.write_items(changed, added)

    def detail_widget(self) -> DetailPane:
        """Give the pane: words of the item, its standards."""
        pane = DetailPane([self.actions_by_key["edit"], self.actions_by_key["standard"]])
        self.standards = RowsModel(_STANDARDS, {"现行": "done", "历史": "quiet"})
        self.history = Grid(self.standards)
        pane.add_tab("标准", self.history)
        return pane

    def show_detail(self, row: Row | None) -> None:
        """Show the item and its standards, those in force first."""
        assert isinstance(self.detail, DetailPane)
        if row is None:
            self.detail.clear()
            return
        draft = queries.item_draft(row[0])
        basis = rules.basis_words(draft.office, draft.document, draft.issued_on)
        self.detail.show_record(draft.name, draft.kind, "accent" if draft.kind in CHARGED else "quiet", draft.unit, [
            (TITLE["basis"], basis or "没有登记，公示前要补上"),
            *((TITLE[key], str(getattr(draft, key)))
              for key in ("scope", "waiver_policy", "refund_rule", "supplier", "remark"))])
        standards = queries.standards(row[0])
        rows = [
            (
                each.id,
                _state(each, standards),
                each.from_on,
                grade_word(each.grade) if each.grade else "各年级",
                each.fen,
                each.document,
            )
            for each in standards
        ]
        self.standards.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.history.fit(measure=True)
        self.detail.tabs.setTabText(0, f"标准 {len(rows)}" if rows else "还没有登记标准")

    # --- what a person does

    def add(self) -> None:
        """Add an item."""
        made = edit_item(self)
        if made:
            self.choose(made)

    def edit(self) -> None:
        """Change the chosen item."""
        chosen = self.selected_id()
        if chosen is not None:
            edit_item(self, chosen)

    def add_standard(self) -> None:
        """Note a standard of the chosen item."""
        chosen = self.selected_id()
        if chosen is not None and add_standard(self, chosen):
            self.reload()

    def add_shipped(self) -> None:
        """Add what schools usually charge, and what is free or banned, as far as it is not here yet."""
        done = commands.add_shipped_items()
        if done.step:
            undoing.told(f"已添加 {done.count} 项。金额和依据各地不同，请按本地文件核对后再用。", done.step)
        else:
            notify.said("常见项目都已经在项目库里了。")

    def switch_off(self) -> None:
        """Offer the chosen items no more."""
        self._switch(False)

    def switch_on(self) -> None:
        """Offer the chosen items again."""
        self._switch(True)

    def _switch(self, on: bool) -> None:
        chosen = self.selected_ids()
        undoing.told(f"已{'启用' if on else '停用'} {len(chosen)} 项。", commands.set_active(chosen, on))

    def remove(self) -> None:
        """Remove the chosen items, which no term has."""
        chosen = self.selected_ids()
        undoing.told(f"已删除 {len(chosen)} 项。", commands.remove_items(chosen))


def _state(standard: rules.Standard, standards: Sequence[rules.Standard]) -> str:
    """Say whether a standard is in force today, will be, or was."""
    today = clock.today()
    if standard.from_on > today:
        return "将来"
    later = any(each.grade == standard.grade and standard.from_on < each.from_on <= today for each in standards)
    return "历史" if later else "现行"
