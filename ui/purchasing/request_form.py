"""请购单: what a department wants, typed or pasted from its own list, with what lies in store and the last price beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.errors import Refused
from app.core.quantity import format_quantity
from app.purchasing import commands, queries, rules
from app.purchasing.commands import People
from app.purchasing.rules import LineDraft, RequestDraft
from app.store.journal import Step
from ui.base import undoing
from ui.base.parts import button
from ui.forms.form import Field
from ui.grid.edits import Cell
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.school_fields import department_field, person_field, supplier_field
from ui.purchasing import fields as words
from ui.purchasing.fields import Following


@dataclass(frozen=True)
class Screen:
    """What stands on the screen: the request's head, who wants it and who will buy, its lines."""

    requested_on: date | None = None
    kind: str = rules.GOODS
    way: str = ""
    department: int | None = None
    purpose: str = ""
    wanted_on: date | None = None
    supplier: str = ""
    remark: str = ""
    wisher: int | None = None
    buyers1: int | None = None
    buyers2: int | None = None
    lines: tuple[LineDraft, ...] = ()


_HEAD = tuple(each.name for each in fields(RequestDraft))


class RequestForm(LinesForm):
    """Writes a request, or changes the request ``identity``; a new one may begin with ``lines``. ``saved`` is the step."""

    def __init__(self, parent: QWidget | None, identity: int | None = None, lines: Sequence[LineDraft] = ()) -> None:
        self.identity = identity
        screen, line_ids = _screen(identity)
        self.ids = dict(zip(line_ids, screen.lines, strict=True))
        self.following = Following(lambda: str(self.value("kind")), lambda record: self.table.line_above(record))
        table = Lines(words.LINE_COLUMNS, words.line_fields(), words.sums_of, self.following)
        title = "新建请购" if identity is None else f"修改请购 {queries.purchase(identity).number}"
        super().__init__(parent, title, screen, _fields(), table, lambda draft: (), self._save)
        self.foot.addWidget(button("分到各班…", self.share_out, "people", flat=True))
        if lines:
            table.show_lines([words.line_words(line) for line in lines])
        table.grid.choose_cell(0, 0)

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give the lines as words, each with its id."""
        return [words.line_words(line, identity) for identity, line in zip(self.ids, draft.lines, strict=False)]

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with these lines; one that is stored keeps what each class needs of it."""
        kept = {identity: line.needs for identity, line in self.ids.items()}
        return replace(draft, lines=tuple(words.line_draft({"needs": kept.get(line.get("line", 0), ()), **line}) for line in lines))

    def share_out(self) -> None:
        """Say how much of the current line each class gets; the line is then of that many."""
        from ui.purchasing.needs_form import NeedsForm

        self.table.finish_typing()
        record = self.table.model.record_at(self.table.grid.currentIndex().row())
        line = self.table.lines().get(record)
        if line is None:
            raise Refused("请先写一行品名，选中这一行，再分到各班。")
        draft = words.line_draft({"needs": self.ids[line["line"]].needs if line.get("line") in self.ids else (), **line})
        form = NeedsForm(self, draft.name, draft.needs)
        if form.exec():
            total = sum(need.quantity for need in form.saved)
            self.table.grid.take_cells({record: {"needs": Cell(words.needs_words(form.saved), form.saved),
                                                 "quantity": Cell(format_quantity(total), total)}})

    def _save(self, screen: Screen) -> Step | None:
        draft = RequestDraft(**{key: getattr(screen, key) for key in _HEAD})
        people = People(words.signers(screen.wisher), words.signers(screen.buyers1, screen.buyers2))
        if self.identity is None:
            step: Step | None = commands.request(draft, people)
        else:
            step = commands.edit(self.identity, draft, [line.get("line", 0) for line in self.table.lines().values()], people)
        undoing.told(f"已{step.title}。" if step else "", step)
        return step


def _screen(identity: int | None) -> tuple[Screen, tuple[int, ...]]:
    """Give what the form opens with, and the ids of the lines."""
    if identity is None:
        return Screen(requested_on=clock.today()), ()
    draft, line_ids = queries.request_draft(identity)
    people = commands.signers_of(identity)
    wisher, buyers = words.in_fields(people[rules.WISHER]), words.in_fields(people[rules.BUYER])
    return Screen(**{key: getattr(draft, key) for key in _HEAD}, wisher=wisher[0], buyers1=buyers[0], buyers2=buyers[1]), line_ids


def _fields() -> list[Field]:
    buyers = words.signer_fields("buyers", "采购人")
    return [
        department_field("department", "申请部门"), person_field("wisher", "申请人"),
        Field("requested_on", "申请日期", "day", required=True), Field("wanted_on", "要求到货日期", "day"),
        Field("purpose", "用途、购置原因", width=2), Field("kind", "采购类别", "choice", choices=rules.KINDS),
        Field("way", "建议采购方式", "choice", choices=["", *rules.WAYS], free=True), *buyers,
        supplier_field("supplier", "建议供应商"), Field("remark", "备注"),
    ]
