"""合同: what was agreed with a supplier, and by when it is paid part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.money import format_fen
from app.purchasing import contracts, queries
from app.purchasing.contracts import ContractDraft, Instalment
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field
from ui.kit.lines_form import Line, Lines, LinesForm
from ui.kit.school_fields import supplier_field

_COLUMNS = (Column("kind", "种类", Kind.CHOICE, 20), Column("words", "付款条件", Kind.TEXT, 60), Column("due_on", "应付日期", Kind.DAY, 24),
            Column("fen", "金额（元）", Kind.MONEY, 26), Column("paid_on", "付款日期", Kind.DAY, 24))
_PART_FIELDS = {
    "kind": Field("kind", "种类", "choice", choices=contracts.KINDS), "words": Field("words", "付款条件", hint="货到验收合格后 10 日内……"),
    "due_on": Field("due_on", "应付日期", "day"), "fen": Field("fen", "金额", "money"), "paid_on": Field("paid_on", "付款日期", "day"),
    "id": Field("id", "行号", "whole")}
_FIELDS = (
    supplier_field("supplier", "供方", required=True), Field("number", "合同编号", hint="留空由系统编号"), Field("title", "合同名称", width=2),
    Field("fen", "合同金额（元）", "money", required=True), Field("signed_on", "签订日期", "day", required=True),
    Field("due_on", "交货期限", "day"), Field("warranty_until", "质保至", "day"), Field("remark", "备注", width=2))


class ContractForm(LinesForm):
    """Records a contract of a purchase, or changes the contract ``identity``; the parts come to its sum."""

    def __init__(self, parent: QWidget | None, purchase: int, identity: int | None = None) -> None:
        self.purchase, self.identity = purchase, identity
        table = Lines(_COLUMNS, _PART_FIELDS, _sums)
        super().__init__(parent, f"合同　{queries.title(purchase)}", self._begun(), _FIELDS, table, lambda draft: (), self._save)

    def _begun(self) -> ContractDraft:
        if self.identity is not None:
            return contracts.draft_of(self.identity)
        row, lines = queries.purchase(self.purchase), queries.lines(self.purchase)
        total = sum(line.amount or 0 for line in lines)
        return ContractDraft(title=f"{queries.what_of([line.name for line in lines])}采购合同", supplier=row.supplier, fen=total or None,
                             signed_on=clock.today())

    def lines_of(self, draft: ContractDraft) -> Sequence[Mapping[str, str]]:
        """Give the parts as words."""
        return [{"kind": part.kind, "words": part.words, "due_on": str(part.due_on or ""), "fen": format_fen(part.fen) if part.fen else "",
                 "paid_on": str(part.paid_on or ""), "id": str(part.id or "")} for part in draft.instalments]

    def with_lines(self, draft: ContractDraft, lines: Sequence[Line]) -> ContractDraft:
        """Give the contract with these parts."""
        known = {each.name for each in fields(Instalment)}
        return replace(draft, instalments=tuple(Instalment(**{key: value for key, value in line.items() if key in known}) for line in lines))

    def _save(self, draft: ContractDraft) -> Step | None:
        step = contracts.save(self.purchase, draft, self.identity)
        undoing.told(f"已{step.title}。" if step else "", step)
        return step


def _sums(lines: Sequence[Line]) -> str:
    return f"{len(lines)} 期 · 合计 {format_fen(sum(line.get('fen') or 0 for line in lines))} 元"


def write_contract(parent: QWidget, purchase: int, identity: int | None = None) -> None:
    """Record a contract of a purchase, or change one of its contracts."""
    queries.purchase(purchase).after("contract")
    ContractForm(parent, purchase, identity).exec()
