"""分发表: the list of them, and the matrix of one, classes or people × goods, typed and pasted as any grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import MemoryList
from app.core.quantity import format_quantity
from app.school import queries as school
from app.school import roster
from app.stock import plans, queries, rules
from app.stock.plans import PlanLine, PlanRow
from app.stock.rules import PLAN_KINDS, TO_CLASSES, PlanDraft
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import undoing
from ui.base.changes import Changes
from ui.forms.form import Field, FormDialog
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.table_page import TablePage
from ui.stock import fields
from ui.stock.printing import print_form

_MOST_ITEMS = 40
PLANS: tuple[Column, ...] = (
    Column("title", "名称", Kind.TEXT, 52), Column("kind", "发给", Kind.CHOICE, 16), Column("receivers", "份数", Kind.WHOLE, 16),
    Column("lines", "行数", Kind.WHOLE, 16), Column("storeroom", "保管室", Kind.CHOICE, 26), Column("made_on", "制表日期", Kind.DAY, 24),
    Column("issued_on", "发放日期", Kind.DAY, 24), Column("state", "状态", Kind.CHOICE, 18), Column("remark", "备注", Kind.TEXT, 34))
DRAFT, ISSUED = "未发放", "已发放"


@dataclass(frozen=True)
class _Start:
    """To whom a new 分发表 goes."""

    title: str = ""
    kind: str = TO_CLASSES
    storeroom: int = 0


class PlansPage(TablePage):
    """The step 分发 of the tab."""

    title = "分发表"
    columns = PLANS
    acts = (
        Act("open", "打开", "open_plan", "edit", needs="one", primary=True),
        Act("issue", "发放…", "issue", "checkmark", needs="one"),
        Act("surplus", "退回多余…", "surplus", "", needs="one"),
        Act("print", "打印分发表…", "print_plan", "print", needs="one"),
        Act("covers", "打印每班领取单…", "print_covers", "print", needs="one"),
        Act("delete", "删除", "remove", "delete", needs="one", menu=True),
    )
    embedded = True
    tones = {DRAFT: "warning", ISSUED: "done"}
    empty_text = ("教材、作业本、清洁用品、福利要一次发给各班或每个人的：在“库存”里选中要发的物品，点“分发…”，\n"
                  "在表里填每个班（人）的数量，打印出来签领；发放时每班（人）自动成一张领用单，多余的照样退回。")
    settings_key = "stock_plans"
    search_hint = "搜索名称"
    record_word = "张"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.listing = MemoryList(PLANS, lambda: [_plan_row(each) for each in plans.plans()], ("title", "remark"))
        super().__init__(changes, settings)
        self.grid.open_asked.connect(self.open_plan)

    def _chosen(self) -> PlanRow:
        return plans.require(self.selected_id() or 0)

    def open_plan(self) -> None:
        """Show the matrix; what is handed out can be looked at and taken back only."""
        row = self._chosen()
        if row.issued_on:
            self.surplus()
            return
        items = list(dict.fromkeys(line.item for line in plans.plan_lines(row.id)))
        PlanForm(self, plans.plan_draft(row.id), items, row.id).exec()

    def issue(self) -> None:
        """Hand out what the 分发表 says."""
        row = self._chosen()

        def save(draft: Any) -> Step:
            return plans.issue_plan(row.id, draft.day)

        form = FormDialog(self, f"发放 {row.title}", _Day(clock.today()), (Field("day", "发放日期", "day", required=True),), lambda _: (), save,
                          save_text="发放")
        if form.exec() and form.saved is not None:
            undoing.told(f"已{form.saved.title}。", form.saved)

    def surplus(self) -> None:
        """Take back what was too much."""
        row = self._chosen()
        if not row.issued_on:
            raise Refused(f"“{row.title}”还没有发放，没有可以退回的。")
        SurplusForm(self, row).exec()

    def print_plan(self) -> None:
        """Print the 分发表 to be signed."""
        self._print("stock-plan")

    def print_covers(self) -> None:
        """Print a cover for each receiver."""
        self._print("stock-covers")

    def _print(self, key: str) -> None:
        print_form(self, self.data_folder, key, about=self._chosen().id)

    def remove(self) -> None:
        """Delete a 分发表 that is not handed out."""
        step = plans.remove_plan(self._chosen().id)
        undoing.told(f"已{step.title}。", step)


@dataclass
class _Day:
    day: date | None = None


def _plan_row(row: PlanRow) -> Row:
    return (row.id, row.title, row.kind, row.receivers, row.lines, row.storeroom, row.made_on, row.issued_on,
            ISSUED if row.issued_on else DRAFT, row.remark)


def new_plan(parent: QWidget, goods: Sequence[int]) -> None:
    """Draw up a 分发表 of some goods: to whom, then the matrix."""
    if len(goods) > _MOST_ITEMS:
        raise Refused(f"一张分发表最多 {_MOST_ITEMS} 种物品，请少选一些。")
    term = school.current_term()
    start = _Start(f"{term.title if term else ''}{'、'.join(item.name for item in list(queries.items(goods).values())[:2])}", TO_CLASSES,
                   fields.first_storeroom())
    head = (Field("title", "名称", width=2, required=True), Field("kind", "发给", "choice", choices=PLAN_KINDS), fields.storeroom_field())
    form = FormDialog(parent, "新建分发表", start, head, lambda _: (), lambda draft: draft, save_text="填数量")
    if form.exec() and form.saved is not None:
        begun = form.saved
        PlanForm(parent, PlanDraft(begun.title, begun.kind, begun.storeroom), goods, 0).exec()


def _receivers(kind: str) -> list[tuple[int, str]]:
    if kind == TO_CLASSES:
        return list(roster.classes_of())
    return [(pick.id, pick.text) for pick in school.find_people("", 3_000)]


class PlanForm(LinesForm):
    """The matrix of a 分发表. ``saved`` is the step."""

    def __init__(self, parent: QWidget | None, draft: PlanDraft, goods: Sequence[int], identity: int) -> None:
        self.goods, self.identity = queries.items(goods), identity
        self.getters = _receivers(draft.kind)
        table = Lines(self._columns(draft.kind), self._fields(), self._sums, adds=False)
        head = [Field("title", "名称", width=2, required=True), fields.storeroom_field(), Field("remark", "备注")]
        super().__init__(parent, "分发表", draft, head, table, lambda _: (), self._save)
        self.table.grid.choose_cell(0, 1)

    def _columns(self, kind: str) -> tuple[Column, ...]:
        return (Column("who", kind, Kind.TEXT, 34), *(Column(_key(item.id), f"{item.title}（{item.unit}）", Kind.TEXT, 26)
                                                    for item in self.goods.values()), Column("receiver", "编号", Kind.WHOLE, 10, shown=False))

    def _fields(self) -> dict[str, Field]:
        made = {_key(item.id): Field(_key(item.id), item.title, reads=_reading(item)) for item in self.goods.values()}
        return {**made, "receiver": Field("receiver", "编号", "whole")}

    def _sums(self, lines: Sequence[Line]) -> str:
        said = []
        for item in list(self.goods.values())[:4]:
            total = sum(_quantity(line.get(_key(item.id)), item) for line in lines)
            said.append(f"{item.name} {rules.quantity_words(total, item.unit)}（库内 {rules.quantity_words(item.quantity, item.unit)}）")
        return "　".join(said) + ("……" if len(self.goods) > 4 else "")

    def lines_of(self, draft: PlanDraft) -> Sequence[Mapping[str, str]]:
        """Give a line for every class or person, with what it gets so far."""
        return [{"who": name, "receiver": str(receiver), **{
            _key(item): format_quantity(draft.cells[receiver, item]) for item in self.goods if (receiver, item) in draft.cells}}
            for receiver, name in self.getters]

    def with_lines(self, draft: PlanDraft, lines: Sequence[Line]) -> PlanDraft:
        """Give the draft with these quantities."""
        cells = {(line["receiver"], item.id): quantity for line in lines for item in self.goods.values()
                 if (quantity := _quantity(line.get(_key(item.id)), item))}
        return replace(draft, cells=cells)

    def _save(self, draft: PlanDraft) -> Step | None:
        step = plans.save_plan(draft, self.identity)
        undoing.told(f"已{step.title if step else '保存'}。打印出来签领，发放时点“发放…”。", step)
        return step


def _key(item: int) -> str:
    return f"goods{item}"


def _reading(item: queries.ItemRow) -> Any:
    return lambda text: format_quantity(rules.typed_quantity(text, item.unit, item.pack_unit, item.pack_size)) if text else ""


def _quantity(text: object, item: queries.ItemRow) -> int:
    try:
        return rules.typed_quantity(str(text or ""), item.unit, item.pack_unit, item.pack_size)
    except ValueError:
        return 0


_SURPLUS: tuple[Column, ...] = (
    Column("who", "发给", Kind.TEXT, 34), Column("name", "品名", Kind.TEXT, 44), Column("unit", "单位", Kind.CHOICE, 14),
    Column("had", "发放数量", Kind.QUANTITY, 20), Column("before", "已退", Kind.QUANTITY, 18), Column("quantity", "退回数量", Kind.QUANTITY, 22),
    Column("line", "行", Kind.WHOLE, 10, shown=False))


@dataclass(frozen=True)
class _Surplus:
    """What comes back of a 分发表."""

    day: date | None = None
    handler: str = ""
    back: Mapping[int, int] = field(default_factory=dict)


class SurplusForm(LinesForm):
    """What was handed out, and how much of it comes back."""

    def __init__(self, parent: QWidget | None, plan: PlanRow) -> None:
        self.plan = plan
        typed = {"quantity": Field("quantity", "退回数量", "quantity"), "line": Field("line", "行", "whole")}
        table = Lines(_SURPLUS, typed, lambda rows: f"退 {sum(bool(each.get('quantity')) for each in rows)} 行", adds=False)
        super().__init__(parent, f"退回多余：{plan.title}", _Surplus(clock.today()),
                         [Field("day", "日期", "day", required=True), Field("handler", "经手人")], table, lambda _: (), self._save)

    def lines_of(self, draft: _Surplus) -> Sequence[Mapping[str, str]]:
        """Give what was handed out, line by line."""
        return [_surplus_line(line) for line in plans.plan_lines(self.plan.id) if line.movement is not None]

    def with_lines(self, draft: _Surplus, lines: Sequence[Line]) -> _Surplus:
        """Give what comes back."""
        return replace(draft, back={line["line"]: line["quantity"] for line in lines if line.get("quantity")})

    def _save(self, draft: _Surplus) -> Step:
        step = plans.take_surplus(self.plan.id, draft.back, draft.day, draft.handler)
        undoing.told(f"已{step.title}。", step)
        return step


def _surplus_line(line: PlanLine) -> Mapping[str, str]:
    return {"who": line.receiver_name, "name": f"{line.name} {line.spec}".strip(), "unit": line.unit, "had": format_quantity(line.quantity),
            "before": format_quantity(line.back) if line.back else "", "line": str(line.id)}
