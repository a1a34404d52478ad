"""The store's slips as forms with lines: 领用, 报损, 调库, 入库, and what comes back of an earlier slip."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.stock import commands, costing, queries, quotas
from app.stock.queries import SlipRow
from app.stock.rules import Back, NamedIn, Out
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.school_fields import person_field, supplier_field
from ui.stock import fields
from ui.stock.fields import Target


@dataclass(frozen=True)
class Screen:
    """What stands in a form: the head, and the lines as typed."""

    to: Target | None = None
    person: int | None = None
    dated_on: date | None = None
    storeroom: int = 0
    target: int | None = None
    supplier: str = ""
    handler: str = ""
    remark: str = ""
    lines: tuple[Mapping[str, Any], ...] = ()


class _SlipForm(LinesForm):
    """A slip. ``saved`` is its step."""

    def __init__(self, parent: QWidget | None, title: str, screen: Screen, head: Sequence[Field], table: Lines,
                 save: Callable[[Screen], Step], goes_on: bool = True) -> None:
        super().__init__(parent, title, screen, head, table, lambda _: (), save, _next if goes_on else None)
        self.table.grid.choose_cell(0, 0)

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give the lines that stand at first."""
        return [{key: str(value) for key, value in line.items()} for line in draft.lines]

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with these lines."""
        return replace(draft, lines=tuple(lines))


def _next(screen: Screen) -> Screen:
    return replace(screen, to=None, person=None, remark="", lines=())


def _told(step: Step, more: str = "") -> Step:
    undoing.told(f"已登记{step.title}。{more}", step)
    return step


# --- what goes out -----------------------------------------------------------------------------------------------


def issue_form(parent: QWidget | None, goods: Sequence[int] = ()) -> _SlipForm:
    """Give the form of a 领用单; ``goods`` stand in its lines already."""
    head = [fields.receiver_field("to", "领用部门、班级", required=True), person_field("person", "领用人"),
            Field("dated_on", "日期", "day", required=True), fields.storeroom_field(), Field("remark", "备注", width=2)]

    def save(screen: Screen) -> Step:
        to, day = fields.receiver_of(screen.to, screen.person), screen.dated_on
        step = commands.issue(day, screen.storeroom, _out_lines(screen), to, screen.handler, screen.remark)
        return _told(step, quotas.warning(to, day or clock.today()))

    return _SlipForm(parent, "登记领用", _begun(goods), head, _out_table(), save)


def scrap_form(parent: QWidget | None, goods: Sequence[int] = ()) -> _SlipForm:
    """Give the form of a 报损单."""
    head = [Field("remark", "原因", width=2, required=True), Field("dated_on", "日期", "day", required=True), fields.storeroom_field()]
    return _SlipForm(parent, "登记报损", _begun(goods), head, _out_table(), lambda screen: _told(
        commands.scrap(screen.dated_on, screen.storeroom, _out_lines(screen), screen.remark)))


def transfer_form(parent: QWidget | None, goods: Sequence[int] = ()) -> _SlipForm:
    """Give the form of a 调库单."""
    head = [fields.storeroom_field("storeroom", "调出保管室"), fields.storeroom_field("target", "调入保管室"),
            Field("dated_on", "日期", "day", required=True), Field("remark", "备注")]
    return _SlipForm(parent, "登记调库", _begun(goods), head, _out_table(), lambda screen: _told(commands.transfer(
        screen.dated_on, screen.storeroom, screen.target or screen.storeroom, _out_lines(screen), screen.handler, screen.remark)))


def _begun(goods: Sequence[int]) -> Screen:
    titles = queries.items(goods)
    return Screen(dated_on=clock.today(), storeroom=fields.first_storeroom(list(titles.values())), lines=tuple(
        {"item": titles[each].title, "known": fields.there(titles[each])} for each in goods))


def _out_table() -> Lines:
    return Lines(fields.OUT_COLUMNS, fields.out_fields(), lambda lines: f"{len(lines)} 行", fields.follow_out)


def _out_lines(screen: Screen) -> list[Out]:
    """Give the lines as the verbs take them; ``Invalid`` with everything that is missing or cannot be read."""
    made, problems = list[Out](), list[Problem]()
    for at, line in enumerate(screen.lines, 1):
        item = fields.item_of(line["item"]) if line.get("item") else None
        if item is None:
            problems.append(Problem("item", "请选物品。", row=-at))
            continue
        try:
            quantity = fields.read_quantity(str(line.get("quantity", "")), item, item.unit, -at)
        except Invalid as wrong:
            problems += wrong.problems
            continue
        made.append(Out(item.id, quantity, swapped=line.get("swapped") == fields.YES, remark=str(line.get("remark", ""))))
    if problems:
        raise Invalid(problems)
    return made


# --- what comes in -----------------------------------------------------------------------------------------------


def receive_form(parent: QWidget | None, goods: Sequence[int] = ()) -> _SlipForm:
    """Give the form of an 入库单 that no purchase stands behind (赠送, 自制, 期初以后补入)."""
    head = [supplier_field("supplier", "供应商", width=2), Field("dated_on", "日期", "day", required=True), fields.storeroom_field(),
            Field("handler", "验收人", width=2, hint="几个人之间用顿号"), Field("remark", "备注", width=2)]
    known = queries.items(goods)
    lines = tuple({"name": known[each].name, "spec": known[each].spec, "unit": known[each].unit} for each in goods)
    screen = Screen(dated_on=clock.today(), storeroom=fields.first_storeroom(), lines=lines)
    table = Lines(fields.IN_COLUMNS, fields.in_fields(), _in_sums, fields.follow_in)
    return _SlipForm(parent, "登记入库", screen, head, table, lambda filled: _told(commands.receive_named(
        filled.dated_on, filled.storeroom, _in_lines(filled), filled.supplier, filled.handler, filled.remark)))


def _in_sums(lines: Sequence[Line]) -> str:
    return f"{len(lines)} 行，合计 {format_fen(sum(line.get('fen') or 0 for line in lines))} 元"


def _in_lines(screen: Screen) -> list[NamedIn]:
    made, problems = list[NamedIn](), list[Problem]()
    for at, line in enumerate(screen.lines, 1):
        words = {key: str(line.get(key) or "") for key in ("name", "spec", "unit", "remark")}
        missing = [Problem(key, f"请填写{word}。", row=-at) for key, word in (("name", "品名"), ("unit", "单位")) if not words[key].strip()]
        if line.get("fen") is None:
            missing.append(Problem("fen", "请填写金额，赠送的填 0。", row=-at))
        try:
            quantity = fields.read_quantity(str(line.get("quantity", "")), fields.known_item(words), words["unit"], -at)
        except Invalid as wrong:
            missing += wrong.problems
        if missing:
            problems += missing
            continue
        made.append(NamedIn(words["name"], words["spec"], words["unit"], quantity, int(line["fen"]), words["remark"]))
    if problems:
        raise Invalid(problems)
    return made


# --- what comes back of a slip -----------------------------------------------------------------------------------

_BACK: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 50), Column("unit", "单位", Kind.CHOICE, 14), Column("had", "原数量", Kind.QUANTITY, 20),
    Column("before", "已退", Kind.QUANTITY, 18), Column("quantity", "退回数量", Kind.QUANTITY, 22), Column("remark", "备注", Kind.TEXT, 34),
    Column("movement", "行", Kind.WHOLE, 10, shown=False))


def back_form(parent: QWidget | None, slip: SlipRow) -> _SlipForm:
    """Give the form for what comes back of an issue (退库), or goes back of a receipt to the supplier."""
    receipt = slip.kind != costing.ISSUE
    head = [Field("dated_on", "日期", "day", required=True), Field("handler", "经手人"), Field("remark", "备注", width=2)]
    lines = tuple({"name": line.title, "unit": line.unit, "had": format_quantity(abs(line.quantity)),
                   "before": format_quantity(line.back) if line.back else "", "movement": str(line.id)}
                  for line in queries.lines([slip.id])[slip.id])
    typed = {"quantity": Field("quantity", "退回数量", "quantity"), "remark": Field("remark", "备注"), "movement": Field("movement", "行", "whole")}
    table = Lines(_BACK, typed, lambda rows: f"退 {sum(bool(row.get('quantity')) for row in rows)} 行", adds=False)

    def save(screen: Screen) -> Step:
        back = [Back(line["movement"], line["quantity"], str(line.get("remark", ""))) for line in screen.lines if line.get("quantity")]
        if receipt:
            return _told(commands.return_to_supplier(screen.dated_on, back, screen.handler, screen.remark))
        return _told(commands.give_back(screen.dated_on, slip.storeroom_id, back, screen.handler, screen.remark))

    title = f"{'退供应商' if receipt else '退库'}：{slip.number} {slip.supplier if receipt else slip.receiver}"
    return _SlipForm(parent, title, Screen(dated_on=clock.today(), lines=lines), head, table, save, goes_on=False)


def titles(identities: Sequence[int]) -> str:
    """Name some slips in a few words."""
    rows = queries.slips(identities)
    return "、".join(row.number for row in rows[:3]) + (f" 等 {len(rows)} 张" if len(rows) > 3 else "")

