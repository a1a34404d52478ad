"""入库建卡: where accepted pieces go: into the store, to those who use them at once, or onto cards of the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtWidgets import QWidget

from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.purchasing import intake, queries, rules
from app.purchasing.rules import IntakeDraft
from app.school import queries as school
from app.store.journal import Step
from ui.base import notify, undoing
from ui.forms.form import Field
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.school_fields import person_field
from ui.purchasing import fields as words
from ui.purchasing.fields import Target

_ALIKE, _ONE = "一件一张卡", "一张数量卡"
_COLUMNS = (
    Column("name", "品名", Kind.TEXT, 40), Column("unit", "单位", Kind.CHOICE, 12), Column("left", "待入", Kind.QUANTITY, 14),
    Column("quantity", "这次", Kind.QUANTITY, 14), Column("goes", "去向", Kind.CHOICE, 18), Column("to", "领用、存放", Kind.TEXT, 34),
    Column("keeper", "保管人", Kind.TEXT, 18, person=True), Column("cards", "建卡方式", Kind.CHOICE, 22), Column("number", "起始编号", Kind.CODE, 28),
    Column("fen", "金额（元）", Kind.MONEY, 22))


@dataclass(frozen=True)
class Screen:
    """What goes where."""

    day: date | None = None
    drafts: tuple[IntakeDraft, ...] = ()


class IntakeForm(LinesForm):
    """Proposes a way for everything that was accepted and went nowhere yet."""

    def __init__(self, parent: QWidget, purchase: int) -> None:
        self.purchase = purchase
        self.proposed = intake.proposed(purchase)
        self.came = {each.id: each for each in queries.accepted_lines(purchase)}
        fields = {"quantity": Field("quantity", "这次", "quantity"), "goes": Field("goes", "去向", "choice", choices=rules.GOES),
                  "to": Field("to", "领用、存放", "lookup", find=words.find_targets, text_of=words.target_words),
                  "keeper": person_field("keeper", "保管人"), "cards": Field("cards", "建卡方式", "choice", choices=["", _ALIKE, _ONE]),
                  "number": Field("number", "起始编号", hint="留空由系统编号"), "line": Field("line", "行号", "whole")}
        table = Lines(_COLUMNS, fields, self._sums, adds=False)
        title = f"入库建卡　{queries.title(purchase)}"
        super().__init__(parent, title, Screen(), (Field("day", "入库、建卡日期", "day", hint="留空按验收日期"),), table, lambda draft: (),
                         self._save, save_text="入库建卡")
        table.grid.choose_cell(0, 4)

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give everything that waits."""
        return [self._line(each) for each in self.proposed]

    def _line(self, draft: IntakeDraft) -> dict[str, str]:
        accepted = self.came[draft.acceptance_line]
        target = next((Target(kind, getattr(draft, kind)) for kind in ("school_class", "place", "storeroom", "person", "department")
                       if getattr(draft, kind) is not None and not (kind == "person" and draft.goes == rules.CARD)), None)
        card = draft.goes == rules.CARD
        return {"name": f"{accepted.name} {accepted.spec}".strip(), "unit": accepted.unit, "left": format_quantity(accepted.left),
                "quantity": format_quantity(accepted.left), "goes": draft.goes, "to": words.target_words(target),
                "keeper": school.person_name(draft.person) if card and draft.person else "", "cards": _ALIKE if card else "",
                "fen": format_fen(accepted.fen - accepted.taken_fen), "line": str(accepted.id)}

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with what was typed."""
        return replace(draft, drafts=tuple(map(_draft, lines)))

    def _sums(self, lines: Sequence[Line]) -> str:
        cards = sum((line.get("quantity") or 0) // 1000 if line.get("cards", _ALIKE) != _ONE else 1
                    for line in lines if line.get("goes") == rules.CARD)
        return f"{len(lines)} 行 · 建卡 {cards} 张"

    def _save(self, screen: Screen) -> Step:
        step = intake.take_in(self.purchase, screen.drafts, screen.day)
        undoing.told(f"已{step.title}。", step)
        return step


def _draft(line: Line) -> IntakeDraft:
    target = line.get("to")
    more = {target.kind: target.id} if isinstance(target, Target) else {}
    if line.get("keeper"):
        more["person"] = line["keeper"]
    return IntakeDraft(line["line"], line.get("goes", ""), line.get("quantity"), alike=line.get("cards", "") != _ONE,
                       number=line.get("number", ""), **more)


def take_in(parent: QWidget, purchase: int) -> None:
    """Let accepted pieces go where they belong; where nothing waits, say so."""
    queries.purchase(purchase).after("take_in")
    if not intake.proposed(purchase):
        notify.refuse("没有等着入库、建卡的东西：要先验收，验收过的都已经入库或建卡了。")
        return
    IntakeForm(parent, purchase).exec()
