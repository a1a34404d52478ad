"""验收: what came of each line, what was accepted and refused, by whom; whatever did not come stays open for the next time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.purchasing import accepting, commands, queries
from app.purchasing.queries import LineRow
from app.purchasing.rules import AcceptanceDraft, AcceptedLine
from app.store.journal import Step
from ui.base import notify, undoing
from ui.forms.form import Field
from ui.forms.reasons import with_reason
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.purchasing import fields as words

_COLUMNS = (
    Column("name", "品名", Kind.TEXT, 44), Column("unit", "单位", Kind.CHOICE, 12), Column("wanted", "还没到", Kind.QUANTITY, 16),
    Column("accepted", "合格数量", Kind.QUANTITY, 18), Column("refused", "拒收数量", Kind.QUANTITY, 18), Column("fen", "金额（元）", Kind.MONEY, 22),
    Column("remark", "差异、怎样处理", Kind.TEXT, 44))


@dataclass(frozen=True)
class Screen:
    """An acceptance as it is typed."""

    accepted_on: date | None = None
    delivered_on: date | None = None
    delivery_note: str = ""
    differences: str = ""
    acceptors1: int | None = None
    acceptors2: int | None = None
    lines: tuple[AcceptedLine, ...] = ()


class AcceptanceForm(LinesForm):
    """Accepts a delivery of a purchase: at first everything that has not come yet, to be lessened where less came."""

    def __init__(self, parent: QWidget, purchase: int) -> None:
        self.purchase = purchase
        self.waiting = [line for line in queries.lines(purchase) if line.open > 0]
        acceptors = words.in_fields(queries.latest_people()[1])
        fields = {"accepted": Field("accepted", "合格数量", "quantity"), "refused": Field("refused", "拒收数量", "quantity"),
                  "fen": Field("fen", "金额", "money"), "remark": Field("remark", "差异、怎样处理"), "line": Field("line", "行号", "whole")}
        table = Lines(_COLUMNS, fields, self._sums, self._follows, adds=False)
        super().__init__(parent, f"验收　{queries.title(purchase)}",
                         Screen(clock.today(), acceptors1=acceptors[0], acceptors2=acceptors[1]), _fields(), table, lambda draft: (), self._save)
        table.grid.choose_cell(0, 3)

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give what has not come yet, all of it accepted."""
        return [{"name": f"{line.name} {line.spec}".strip(), "unit": line.unit, "wanted": format_quantity(line.open),
                 "accepted": format_quantity(line.open), "fen": _words(_owed(line, line.open)), "line": str(line.id)} for line in self.waiting]

    def with_lines(self, draft: Screen, lines: Sequence[Line]) -> Screen:
        """Give the screen with what was typed; a line without any pieces did not come."""
        return replace(draft, lines=tuple(AcceptedLine(line["line"], line.get("accepted"), line.get("refused") or 0, line.get("fen"),
                                                       line.get("remark", "")) for line in lines))

    def _follows(self, record: int, typed: Sequence[str], line: Line) -> Mapping[str, str]:
        if "accepted" not in typed:
            return {}
        return {"fen": _words(_owed(next(each for each in self.waiting if each.id == line["line"]), line.get("accepted") or 0))}

    def _sums(self, lines: Sequence[Line]) -> str:
        came = [line for line in lines if line.get("accepted") or line.get("refused")]
        return f"到货 {len(came)} 行 · 合格金额 {format_fen(sum(line.get('fen') or 0 for line in came if line.get('accepted')))} 元"

    def _save(self, screen: Screen) -> Step:
        draft = AcceptanceDraft(screen.accepted_on, screen.delivered_on, screen.delivery_note, screen.differences, "",
                                tuple(replace(line, fen=line.fen if line.accepted else None) for line in screen.lines))
        try:
            step = accepting.accept(self.purchase, draft, words.signers(screen.acceptors1, screen.acceptors2))
        except Invalid as wrong:    # the rules name lines of the purchase, the grid counts its own
            at = {line.id: -number for number, line in enumerate(self.waiting, 1)}
            raise Invalid(words.at_fields([replace(each, row=at.get(each.row or 0)) for each in wrong.problems], "acceptors")) from None
        undoing.told(f"已{step.title}。接着入库、建卡。", step)
        return step


def _fields() -> list[Field]:
    acceptors = words.signer_fields("acceptors", "验收人", required=True)
    return [Field("accepted_on", "验收日期", "day", required=True), Field("delivered_on", "到货日期", "day"), *acceptors,
            Field("delivery_note", "送货单号"), Field("differences", "差异和处理")]


def _owed(line: LineRow, accepted: int) -> int | None:
    return accepting.owed(line, AcceptedLine(line.id, accepted)) if line.amount is not None else None


def _words(fen: int | None) -> str:
    return format_fen(fen) if fen is not None else ""


def accept(parent: QWidget, purchase: int) -> None:
    """Accept a delivery; where everything came already, say so."""
    row = queries.purchase(purchase)
    row.after("accept")
    form = AcceptanceForm(parent, purchase)
    if not form.waiting:
        notify.refuse("请购单上的都已经验收了。多买的请另写一张请购单。")
        return
    form.exec()


def act_on(parent: QWidget, acceptance: int) -> None:
    """Offer what can be done with an acceptance: it came back signed, or it is voided."""
    row = queries.acceptance(acceptance)
    if row.voided_on:
        return
    if not row.signed_on and notify.ask(f"验收单 {row.number}：签字的纸收回来了吗？", "已签回", "没有，要作废…",
                                        "签回以后只能作废，不能撤销。作废会连同入库、领用和卡片一起作废。"):
        undoing.told(f"验收单 {row.number} 已签回。", commands.sign_back(queries.ACCEPTED_OWNER, acceptance))
        return
    with_reason(parent, f"作废验收 {row.number}", "连同它的入库单、领用单一起作废，卡片移到回收站。", "作废", partial(accepting.void, acceptance),
                f"已作废验收 {row.number}。")


