"""仓库盘点: one count of a storeroom, its sheet out, the figures typed back, and its approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import MemoryList
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.stock import count_sheets, counts, rules
from app.stock.counts import CountLine, CountRow
from app.stock.rules import COUNT_STEPS
from app.stock.settings import CATEGORIES
from app.store import settings as stored
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.parts import Choices, label, row
from ui.forms.form import Field, FormDialog
from ui.forms.reasons import with_reason
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.table_page import TablePage
from ui.kit.workbooks import WORKBOOKS, save_workbook
from ui.stock import fields
from ui.stock.printing import print_form

COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 38), Column("spec", "规格", Kind.TEXT, 30), Column("unit", "单位", Kind.CHOICE, 12),
    Column("book", "账面数量", Kind.QUANTITY, 20), Column("counted", "实盘数量", Kind.QUANTITY, 20), Column("difference", "差异", Kind.QUANTITY, 18),
    Column("worth", "差异金额（元）", Kind.MONEY, 24, total=True), Column("reason", "差异原因", Kind.TEXT, 40),
    Column("price", "盘盈单价（元）", Kind.MONEY, 24), Column("category", "类别", Kind.CHOICE, 22))
_FIELDS = (Field("counted", "实盘数量", "quantity"), Field("reason", "差异原因"), Field("price", "盘盈单价", "money", hint="账面没有单价时才要填"))
_WAYS = {"alike": "count", "read_back": "count", "found": "count", "finish": "finish", "reopen": "reopen", "approve": "approve", "void": "void"}
LEFT, DIFFERING = "未盘", "有差异"


@dataclass
class _Opening:
    """What a count is begun with."""

    storeroom: int = 0
    base_date: date | None = None
    category: str = ""
    team: str = ""


@dataclass
class _Approval:
    """Who approved, when, by which paper."""

    approver: str = ""
    approved_on: date | None = None
    number: str = ""


@dataclass
class _Found:
    """Something that the book says is not there."""

    item: int | None = None
    counted: int | None = None


class CountsPage(TablePage):
    """The step 仓库盘点 of the tab: the lines of the count chosen on top."""

    title = "仓库盘点"
    columns = COLUMNS
    filters = (ChoiceFilter("state", "全部物品", lambda: [(each, each) for each in (LEFT, DIFFERING)]),)
    acts = (
        Act("open", "开始盘点…", "open", "add", primary=True),
        Act("sheet", "打印盘点表…", "print_sheet", "print"),
        Act("alike", "其余相符", "count_alike", "checkmark"),
        Act("finish", "清点完毕", "finish", "done"),
        Act("differences", "打印差异审批表…", "print_differences", "print"),
        Act("approve", "批准入账…", "approve", "shield"),
        Act("export_sheet", "导出盘点表工作簿…", "export_sheet", "export", menu=True),
        Act("read_back", "读回盘点表工作簿…", "read_back", "import", menu=True),
        Act("reopen", "重新打开", "reopen", "", menu=True),
        Act("found", "账上没有的…", "add_found", "add", menu=True),
        Act("filled", "打印盘点结果…", "print_filled", "print", menu=True),
        Act("void", "作废这次盘点…", "void", "dismiss", menu=True),
    )
    fields = {field.key: field for field in _FIELDS}
    embedded = True
    empty_text = "还没有仓库盘点。开始一次：账面数冻结下来，打印盘点表去点，回来把实盘数填进表格；差异写明原因，批准以后才调账。"
    empty_acts = ("open",)
    settings_key = "stock_count"
    search_hint = "搜索品名、类别，可用拼音首字母"
    record_word = "种"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.count: CountRow | None = None
        self.wanted = 0
        self.picker, self.state = Choices(), label("", "hint")
        self.listing = MemoryList(COLUMNS, self._rows, ("name", "spec", "category"), {
            "state": lambda row, value: row[5] is None if value == LEFT else bool(row[6])})
        super().__init__(changes, settings)
        self.top.addLayout(row(self.picker, self.state, None))
        self.picker.currentIndexChanged.connect(lambda _: self._pick())

    def fill(self) -> None:
        """Read the counts anew, show the chosen one, the latest where none is."""
        rows = counts.counts()
        self.count = next((each for each in rows if each.id == self.wanted), rows[0] if rows else None)
        self.picker.blockSignals(True)
        self.picker.clear()
        for each in rows:
            self.picker.addItem(f"{each.number}　{each.storeroom}　{each.base_date}　{each.state_words}", each.id)
        self.picker.setCurrentIndex(max(self.picker.findData(self.count.id if self.count else None), 0))
        self.picker.setVisible(bool(rows))
        self.picker.blockSignals(False)
        self.state.setText(_state_words(self.count))
        offered = COUNT_STEPS.offered(self.count.state) if self.count else frozenset()
        self.model.locked = "count" not in offered
        super().fill()

    def able(self) -> Mapping[str, bool]:
        """Give what the state of the count allows."""
        offered = COUNT_STEPS.offered(self.count.state) if self.count else frozenset()
        return {**{key: way in offered for key, way in _WAYS.items()},
                **dict.fromkeys(("sheet", "differences", "filled", "export_sheet"), self.count is not None)}

    def _pick(self) -> None:
        self.wanted = self.picker.currentData() or 0
        self.refresh()

    def show_record(self, _table: str, record: int) -> None:
        """Show a count, as a due asks for."""
        self.wanted = record
        self.refresh()

    def _rows(self) -> list[Row]:
        return [_row(line) for line in counts.lines(self.count.id)] if self.count else []

    def scope_words(self) -> str:
        """Give which count it is."""
        return f"{self.count.number} {self.count.storeroom}" if self.count else ""

    def _now(self) -> CountRow:
        if self.count is None:
            raise Refused("还没有盘点。请先“开始盘点”。")
        return self.count

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store the figures that were typed."""
        plain = {line: {key: value or "" if key == "reason" else value for key, value in values.items()} for line, values in changed.items()}
        return counts.write_counts(self._now().id, plain).step

    # --- acts

    def open(self) -> None:
        """Begin a count."""
        form_fields = (fields.storeroom_field(), Field("base_date", "账面日期", "day", required=True),
                       Field("category", "只盘这一类", "choice", choices=lambda: ["", *stored.value(CATEGORIES)]),
                       Field("team", "盘点人", hint="几个人之间用顿号"))

        def save(draft: Any) -> Step:
            return counts.open_count(draft.storeroom, draft.base_date, draft.category, draft.team)

        begun = _Opening(fields.first_storeroom(), clock.today())
        form = FormDialog(self, "开始仓库盘点", begun, form_fields, lambda _: (), save, save_text="开始")
        if form.exec() and form.saved is not None:
            self.wanted = form.saved.made[0]
            undoing.told(f"已{form.saved.title}。账面数已经冻结，打印盘点表去点吧。", form.saved)
            self.refresh()

    def count_alike(self) -> None:
        """Count all that nobody counted as the book says."""
        done = counts.count_as_booked(self._now().id)
        undoing.told(f"其余 {done.count} 种按账面数记为相符。", done.step)

    def add_found(self) -> None:
        """Add an item that the book says is not there."""
        count = self._now()
        form_fields = (fields.goods_field(), Field("counted", "实盘数量", "quantity", required=True))
        form = FormDialog(self, "账上没有的物品", _Found(), form_fields, lambda _: (),
                          lambda draft: counts.add_found(count.id, draft.item, draft.counted))
        if form.exec() and form.saved is not None:
            self.choose(form.saved.made[0])

    def finish(self) -> None:
        """End the counting."""
        step = counts.finish(self._now().id)
        undoing.told(f"已{step.title}。打印差异审批表报批，批准以后再入账。", step)

    def reopen(self) -> None:
        """Go on counting."""
        step = counts.reopen(self._now().id)
        undoing.told(f"已{step.title}。", step)

    def approve(self) -> None:
        """Book the differences by the approval."""
        count = self._now()
        form_fields = (Field("approver", "批准人", required=True, hint="例如 校长"), Field("approved_on", "批准日期", "day", required=True),
                       Field("number", "批准文号", width=2, hint="没有文号就空着"))
        form = FormDialog(self, f"批准入账 {count.number}", _Approval(approved_on=clock.today()), form_fields, lambda _: (),
                          lambda draft: counts.approve(count.id, draft.approver, draft.approved_on, draft.number), save_text="入账")
        words = f"有 {count.differing} 种与账面不符，入账后库存按实盘数调整，写成一张调整单；要退回就撤销这一步。"
        form.above.addWidget(label(words, "hint", wrap=True))
        if form.exec() and form.saved is not None:
            undoing.told(f"已{form.saved.title}。", form.saved)

    def void(self) -> None:
        """Give the count up."""
        count = self._now()
        with_reason(self, f"作废盘点 {count.number}", "作废后这次盘点不能再录入，号码和原因都留着；库存没有变动。", "作废",
                    partial(counts.void_count, count.id), f"已作废盘点 {count.number}。")

    def export_sheet(self) -> None:
        """Write the sheet as a workbook for whoever counts."""
        count = self._now()
        save_workbook(self, "盘点表", f"库存盘点表 {count.number} {count.storeroom}", partial(count_sheets.write_sheet, count.id),
                      lambda lines, path: f"已写出 {lines} 种：{path}。填好后“读回盘点表工作簿”。")

    def read_back(self) -> None:
        """Read a filled workbook back."""
        path = notify.open_file("读回盘点表", WORKBOOKS)
        if path is None:
            return
        done = count_sheets.read_back(self._now().id, path)
        left = "".join(f"第 {problem.row} 行：{problem.text}" for problem in done.problems[:3])
        wrong = f"有 {len(done.problems)} 行没有读：{left}" if done.problems else ""
        undoing.told(f"读回 {done.counted} 种，空着的 {done.blank} 种不变。{wrong}", done.step, tone="warning" if wrong else "done")

    def print_sheet(self) -> None:
        """Print the blank sheet."""
        self._print("stock-count")

    def print_filled(self) -> None:
        """Print the sheet with what was counted."""
        self._print("stock-count-filled")

    def print_differences(self) -> None:
        """Print the differences to be approved."""
        self._print("stock-differences")

    def _print(self, key: str) -> None:
        print_form(self, self.data_folder, key, about=self._now().id)


def _row(line: CountLine) -> Row:
    differs = line.difference or None
    worth = line.worth() if differs else None
    return (line.id, line.name, line.spec, line.unit, line.book, line.counted, differs, worth, line.reason, line.price, line.category)


def _state_words(count: CountRow | None) -> str:
    if count is None:
        return ""
    if count.state == rules.APPROVED:
        paper = f"（{count.approval_no}）" if count.approval_no else ""
        return f"{count.approver} {count.approved_on} 批准{paper}，差异 {count.differing} 种已入账。"
    if count.state == rules.VOID:
        return "已作废，只能查看。"
    worth = sum(line.worth() or 0 for line in counts.lines(count.id))
    differing = f"，差异 {count.differing} 种 {format_fen(worth)} 元" if count.differing else ""
    return f"已盘 {count.counted} / {count.lines} 种{differing}。" + ("报批后点“批准入账”。" if count.state == rules.COUNTED else "")

