"""报价定标: suppliers side by side over the lines, the lowest marked, who gets each line, and why not the lowest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.purchasing import queries, quoting, rules
from app.purchasing.quoting import Asking, Award, QuoteDraft
from app.store.journal import Step
from ui.base import style, undoing
from ui.base.parts import button
from ui.forms.form import Field
from ui.grid.rows import Index
from ui.kit.lines_form import Line, Lines, LinesForm, LinesModel
from ui.kit.school_fields import supplier_field
from ui.purchasing import fields as words

LEAST, MOST = 3, 8      # suppliers side by side
_NUMERALS = "一二三四五六七八"
_LOWEST = QColor(style.DONE_SOFT)
_GROUND = 8     # Qt.ItemDataRole.BackgroundRole, as a plain number: asked for each cell painted


@dataclass(frozen=True)
class Screen:
    """What stands over the matrix; the suppliers' fields are in ``names`` and ``contacts``, ``lines`` the matrix itself."""

    quoted_on: date | None = None
    way: str = ""
    askers1: int | None = None
    askers2: int | None = None
    few_reason: str = ""
    names: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    lines: tuple[Mapping[str, Any], ...] = ()


class MatrixModel(LinesModel):
    """Marks the lowest price of each line."""

    def data(self, index: Index, role: int = 0) -> Any:
        """Give a ground of its own to the lowest price."""
        if role == _GROUND and (key := self.columns[index.column()].key).startswith("price"):
            row = self.edits.cells.get(self.record_at(index.row()), {})
            prices = [cell.value for name, cell in row.items() if name.startswith("price") and isinstance(cell.value, int)]
            mine = row.get(key)
            if mine is not None and len(prices) > 1 and mine.value == min(prices):
                return _LOWEST
        return super().data(index, role)


class QuotesForm(LinesForm):
    """The matrix of one purchase; ``count`` is how many suppliers stand side by side."""

    def __init__(self, parent: QWidget | None, purchase: int, count: int = 0) -> None:
        self.purchase, self.known = purchase, quoting.asking(purchase)
        self.count = max(LEAST, count, len(self.known.quotes))
        self.rows_of = queries.lines(purchase)
        self.said: set[int] = set()     # lines of which somebody said who gets them
        table = Lines(self._columns(), self._fields(), self._sums, self._follows, adds=False, model=MatrixModel)
        askers = words.in_fields(self.known.askers)
        names = [each.supplier for each in self.known.quotes] + [""] * self.count
        contacts = [each.contact for each in self.known.quotes] + [""] * self.count
        way = self.known.quotes[0].way if self.known.quotes else ""
        screen = Screen(self.known.quoted_on or clock.today(), way, *askers, self.known.few_reason,
                        tuple(names[:self.count]), tuple(contacts[:self.count]))
        super().__init__(parent, f"报价定标　{queries.title(purchase)}", screen, self._head(), table, lambda draft: (), self._save)
        if self.count < MOST:
            self.foot.addWidget(button("再加一家", self.one_more, "add", flat=True))
        self.more = False
        table.grid.choose_cell(0, 2)

    def one_more(self) -> None:
        """Save what is there and open the matrix anew with room for another supplier."""
        self.more = self.save()

    # --- what is typed in

    def _columns(self) -> tuple[Column, ...]:
        prices = [Column(f"price{at}", f"报价{_NUMERALS[at]}（元）", Kind.MONEY, 22) for at in range(self.count)]
        return (Column("name", "品名规格", Kind.TEXT, 44), Column("quantity", "数量", Kind.TEXT, 18), *prices,
                Column("award", "定给", Kind.CHOICE, 22), Column("fen", "定标金额（元）", Kind.MONEY, 24),
                Column("reason", "不取最低价的原因", Kind.TEXT, 40))

    def _fields(self) -> dict[str, Field]:
        prices = {f"price{at}": Field(f"price{at}", f"报价{_NUMERALS[at]}", "money") for at in range(self.count)}
        return {**prices, "award": Field("award", "定给", "choice", choices=["", *(_place(at) for at in range(self.count))]),
                "reason": Field("reason", "原因"), "line": Field("line", "行号", "whole")}

    def _head(self) -> list[Field]:
        askers = words.signer_fields("askers", "询价人")
        suppliers = [field for at in range(self.count) for field in (
            supplier_field(f"supplier{at}", f"报价单位{_NUMERALS[at]}"), Field(f"contact{at}", "联系人和电话"))]
        return [Field("quoted_on", "询价日期", "day", required=True), Field("way", "询价方式", "choice", choices=["", *quoting.WAYS], free=True),
                *askers, *suppliers, Field("few_reason", "报价不足的原因", width=2, hint="少于这一档要求的家数时写明")]

    def field_value(self, draft: Screen, key: str) -> Any:
        """Give what a field shows: of the suppliers by their places."""
        if key.startswith(("supplier", "contact")):
            return (draft.names if key.startswith("supplier") else draft.contacts)[int(key[-1])]
        return super().field_value(draft, key)

    def filled(self) -> Screen:
        """Give the screen as it stands, suppliers gathered."""
        values = {key: self.value(key) for key in self.editors}
        names = tuple(str(values.pop(f"supplier{at}") or "").strip() for at in range(self.count))
        contacts = tuple(str(values.pop(f"contact{at}") or "") for at in range(self.count))
        head = {key: value if value is not None or key not in ("way", "few_reason") else "" for key, value in values.items()}
        return replace(self.draft, **head, names=names, contacts=contacts, lines=tuple(self.table.lines().values()))

    def lines_of(self, draft: Screen) -> Sequence[Mapping[str, str]]:
        """Give the matrix as words."""
        at_of = {each.id: at for at, each in enumerate(self.known.quotes)}
        found = []
        for line in self.rows_of:
            prices = {f"price{at}": format_fen(each.prices[line.id]) for at, each in enumerate(self.known.quotes) if line.id in each.prices}
            award = {"award": _place(at_of[line.quote]), "fen": format_fen(line.amount or 0)} if line.quote in at_of else {}
            found.append({"name": f"{line.name} {line.spec}".strip(), "quantity": f"{format_quantity(line.quantity)} {line.unit}", **prices,
                          **award, "reason": line.award_reason, "line": str(line.id)})
        return found

    def _follows(self, record: int, typed: Sequence[str], line: Line) -> Mapping[str, str]:
        if "award" in typed:
            self.said.add(record)
        prices = {at: line[f"price{at}"] for at in range(self.count) if f"price{at}" in line}
        award = line.get("award", "")
        if record not in self.said and prices:
            award = _place(min(prices, key=lambda at: prices[at]))
        at = next((at for at in prices if _place(at) == award), None)
        quantity = next(each.quantity for each in self.rows_of if each.id == line["line"])
        fen = rules.amount_of(quantity, prices[at]) if at is not None else None
        return {"award": award, "fen": format_fen(fen) if fen is not None else ""}

    def _sums(self, lines: Sequence[Line]) -> str:
        quantities = {each.id: each.quantity for each in self.rows_of}
        parts = [(f"报价{_NUMERALS[at]}", [rules.amount_of(quantities[line["line"]], line[f"price{at}"]) for line in lines if f"price{at}" in line])
                 for at in range(self.count)]
        return " · ".join(f"{title} {format_fen(sum(each or 0 for each in found))} 元" for title, found in parts if found) or "还没有报价"

    # --- storing

    def _save(self, screen: Screen) -> Step | None:
        quotes, problems = self._quotes(screen)
        if problems:
            raise Invalid(problems)
        asking = Asking(tuple(quotes), screen.quoted_on, words.signers(screen.askers1, screen.askers2), screen.few_reason)
        self._take_awards_back(asking)
        step = self._write(asking, [at for at, name in enumerate(screen.names) if name])
        made = {each.supplier: each.id for each in quoting.asking(self.purchase).quotes}
        awards = {line["line"]: Award(made.get(screen.names[_at(line["award"])]) if line.get("award") else None, line.get("reason", ""))
                  for line in screen.lines}
        last = quoting.award(self.purchase, awards)
        undoing.told("报价和定标已登记。" if last or step else "", last or step)
        return last or step

    def _write(self, asking: Asking, places: Sequence[int]) -> Step | None:
        """Write the quotes; what is wrong with one stands at its supplier's field."""
        try:
            return quoting.write_quotes(self.purchase, asking)
        except Invalid as wrong:
            raise Invalid([each if each.row is None else Problem(f"supplier{places[-each.row - 1]}", each.text) for each in wrong.problems]) from None

    def _quotes(self, screen: Screen) -> tuple[list[QuoteDraft], list[Problem]]:
        found, problems = list[QuoteDraft](), list[Problem]()
        ids = [each.id for each in self.known.quotes] + [0] * self.count
        terms = [(each.terms, each.remark) for each in self.known.quotes] + [("", "")] * self.count
        for at, name in enumerate(screen.names):
            prices = {line["line"]: line[f"price{at}"] for line in screen.lines if f"price{at}" in line}
            if prices and not name:
                problems.append(Problem(f"supplier{at}", "这一列有报价，请写明是哪家报的。"))
            elif name:
                found.append(QuoteDraft(name, screen.contacts[at], screen.quoted_on, screen.way, *terms[at], prices, ids[at]))
        return found, problems

    def _take_awards_back(self, asking: Asking) -> None:
        """A price that won may change only once the award is taken back."""
        prices = {each.id: each.prices for each in asking.quotes}
        was = {each.id: each.prices for each in self.known.quotes}
        changed = {line.id: Award() for line in self.rows_of
                   if line.quote and prices.get(line.quote, {}).get(line.id) != was.get(line.quote, {}).get(line.id)}
        if changed:
            quoting.award(self.purchase, changed)


def _place(at: int) -> str:
    return f"报价{_NUMERALS[at]}"


def _at(place: str) -> int:
    return _NUMERALS.index(place[-1])


def quote(parent: QWidget, purchase: int) -> None:
    """Type quotes and award them; with another supplier as often as a person asks."""
    queries.purchase(purchase).after("quote")
    count = 0
    while True:
        form = QuotesForm(parent, purchase, count)
        form.exec()
        if not form.more:
            return
        count = form.count + 1
