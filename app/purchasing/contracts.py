"""Contracts: what was agreed, by when it is paid part by part, and the 质保金 that is kept back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Problem, Refused, require_valid
from app.core.money import MOST_FEN, format_fen
from app.purchasing import queries, rules
from app.purchasing.queries import with_days
from app.purchasing.tables import PurchaseContract, PurchaseInstalment
from app.store import journal, numbering, voiding
from app.store.database import among, by_name
from app.store.journal import Step
from app.store.listing import TableList

PAYMENT, RETENTION = KINDS = ("付款", "质保金")

COLUMNS: tuple[Column, ...] = (
    Column("number", "合同编号", Kind.CODE, 32), Column("title", "合同名称", Kind.TEXT, 44), Column("supplier", "供方", Kind.TEXT, 44),
    Column("fen", "合同金额", Kind.MONEY, 26, total=True), Column("paid", "已付", Kind.MONEY, 26, total=True),
    Column("left", "未付", Kind.MONEY, 26, total=True), Column("retention", "质保金", Kind.MONEY, 24, total=True),
    Column("signed_on", "签订日期", Kind.DAY, 23), Column("due_on", "交货期限", Kind.DAY, 23), Column("warranty_until", "质保至", Kind.DAY, 23),
    Column("purchase", "请购编号", Kind.CODE, 32), Column("state", "状态", Kind.CHOICE, 16, shown=False),
)
_PAID = "(SELECT coalesce(sum(i.fen), 0) FROM purchase_instalment i WHERE i.contract_id = c.id AND i.paid_on IS NOT NULL)"
CONTRACT_LIST = TableList(
    COLUMNS, "purchase_contract c", {"p": "JOIN purchase p ON p.id = c.purchase_id"},
    {"purchase": "p.number", "paid": _PAID, "left": f"c.fen - {_PAID}", "state": "iif(c.voided_on IS NULL, '', '已作废')",
     "retention": f"(SELECT nullif(sum(i.fen), 0) FROM purchase_instalment i WHERE i.contract_id = c.id AND i.kind = '{RETENTION}')"},
    own=("c.signed_on DESC", "c.id DESC"), words="instr(folded(c.number || ' ' || c.title || ' ' || c.supplier || ' ' || p.number), ?)",
    filters={"year": "substr(c.signed_on, 1, 4) = ?", "state": "iif(c.voided_on IS NULL, '有效', '已作废') = ?"}, fen="c.fen", uncounted="state")
"""合同台账: all contracts, the latest first; voided ones stay and count no more."""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of the sum: ``kind`` 付款 or 质保金, on what it is paid, by when, and when it was."""

    kind: str = PAYMENT
    words: str = ""
    due_on: date | None = None
    fen: int | None = None
    paid_on: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class ContractDraft:
    """A contract as typed; without a ``number`` it gets the next HT. Its parts come to its sum, where there are any."""

    number: str = ""
    title: str = ""
    supplier: str = ""
    fen: int | None = None
    signed_on: date | None = None
    due_on: date | None = None
    warranty_until: date | None = None
    remark: str = ""
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractRow:
    """A contract of a purchase."""

    id: int
    purchase: int
    number: str
    title: str
    supplier: str
    fen: int
    signed_on: date
    due_on: date | None
    warranty_until: date | None
    remark: str
    voided_on: date | None
    void_reason: str


def contracts(purchase: int) -> list[ContractRow]:
    """Give the contracts of a purchase, voided ones too."""
    return [ContractRow(**with_days(row)) for row in by_name(
        """SELECT id, purchase_id AS purchase, number, title, supplier, fen, signed_on, due_on, warranty_until, remark, voided_on, void_reason
           FROM purchase_contract WHERE purchase_id = ? ORDER BY signed_on, id""", (purchase,))]


def instalments(wanted: Collection[int]) -> dict[int, tuple[Instalment, ...]]:
    """Give the parts of some contracts, by contract."""
    narrowed, parameters = among("contract_id", wanted)
    found: dict[int, tuple[Instalment, ...]] = {}
    for row in by_name(f"SELECT contract_id, id, kind, words, due_on, fen, paid_on FROM purchase_instalment WHERE 1 {narrowed} ORDER BY id",
                       parameters):
        contract = row.pop("contract_id")
        found[contract] = (*found.get(contract, ()), Instalment(**with_days(row)))
    return found


def draft_of(identity: int) -> ContractDraft:
    """Give a contract as a form edits it; ``Refused`` where it is voided or gone."""
    row = _standing(identity)
    return ContractDraft(row.number, row.title, row.supplier, row.fen, row.signed_on, row.due_on, row.warranty_until, row.remark,
                         instalments([identity]).get(identity, ()))


def _standing(identity: int) -> ContractRow:
    found = by_name("SELECT purchase_id FROM purchase_contract WHERE id = ? AND voided_on IS NULL", (identity,))
    if not found:
        raise Refused("这份合同已经作废或不在了，请刷新后再试。")
    return next(row for row in contracts(found[0]["purchase_id"]) if row.id == identity)


def save(purchase: int, draft: ContractDraft, identity: int | None = None) -> Step | None:
    """Record a contract, or write the draft over one. Raises ``Invalid``: those of the parts have ``row`` -1, -2 …."""
    row = queries.purchase(purchase)
    with journal.operation(f"登记合同 {row.number}" if identity is None else f"修改合同 {draft.number}") as work:
        row.after("contract")
        require_valid(_problems(draft, identity))
        values: dict[str, Any] = {key: getattr(draft, key) for key in ("fen", "signed_on", "due_on", "warranty_until")}
        values |= {key: getattr(draft, key).strip() for key in ("title", "supplier", "remark")}
        assert draft.signed_on is not None
        if identity is None:
            number = draft.number.strip() or numbering.take(rules.CONTRACT_NUMBERS, draft.signed_on.year, exists=_used)[0]
            identity = work.made(int(PurchaseContract.insert(purchase=purchase, number=number, **values).execute()))
        else:
            PurchaseContract.update(**values, number=draft.number.strip() or _standing(identity).number).where(
                PurchaseContract.id == identity).execute()
        _write_parts(identity, draft.instalments)
    return work.step


def _used(numbers: list[str]) -> set[str]:
    return {row["number"] for row in by_name("SELECT number FROM purchase_contract") if row["number"] in numbers}


def _problems(draft: ContractDraft, identity: int | None) -> list[Problem]:
    problems = rules.check_day("signed_on", "签订日期", draft.signed_on, clock.today())
    if not draft.supplier.strip():
        problems.append(Problem("supplier", "请填写供方。"))
    if not draft.fen or not 0 < draft.fen <= MOST_FEN:
        problems.append(Problem("fen", "请填写合同金额。"))
    taken = by_name("SELECT id FROM purchase_contract WHERE number = ?", (draft.number.strip(),)) if draft.number.strip() else []
    if any(row["id"] != identity for row in taken):
        problems.append(Problem("number", f"合同编号“{draft.number.strip()}”已经用过（作废的也不能再用），请换一个。"))
    if draft.signed_on and draft.due_on and draft.due_on < draft.signed_on:
        problems.append(Problem("due_on", "交货期限早于签订日期，请核对。"))
    for at, part in enumerate(draft.instalments, 1):
        problems += [replace(problem, row=-at) for problem in _part_problems(part)]
    total = sum(part.fen or 0 for part in draft.instalments)
    if draft.instalments and draft.fen and total != draft.fen:
        problems.append(Problem("instalments", f"各期合计 {format_fen(total)} 元，合同金额 {format_fen(draft.fen)} 元，请核对。"))
    return problems + rules.check_words(title=draft.title, supplier=draft.supplier, remark=draft.remark, number=draft.number)


def _part_problems(part: Instalment) -> list[Problem]:
    problems = rules.check_day("paid_on", "付款日期", part.paid_on, clock.today(), needed=False)
    if part.kind not in KINDS:
        problems.append(Problem("kind", f"种类只能是{'、'.join(KINDS)}。"))
    if not part.fen or not 0 < part.fen <= MOST_FEN:
        problems.append(Problem("fen", "请填写这一期的金额。"))
    return problems + rules.check_words(words=part.words)


def _write_parts(contract: int, parts: Sequence[Instalment]) -> None:
    kept = [part.id for part in parts if part.id]
    PurchaseInstalment.delete().where((PurchaseInstalment.contract == contract) & PurchaseInstalment.id.not_in(kept)).execute()
    for part in parts:
        values = {"kind": part.kind, "words": part.words.strip(), "due_on": part.due_on, "fen": part.fen, "paid_on": part.paid_on}
        if part.id:
            PurchaseInstalment.update(**values).where((PurchaseInstalment.id == part.id) & (PurchaseInstalment.contract == contract)).execute()
        else:
            PurchaseInstalment.insert(contract=contract, **values).execute()


def pay(identity: int, day: date | None) -> Step | None:
    """Note when a part was paid; None takes the day away."""
    with journal.operation("登记合同付款") as work:
        require_valid(rules.check_day("paid_on", "付款日期", day, clock.today(), needed=False))
        if not PurchaseInstalment.update(paid_on=day).where(PurchaseInstalment.id == identity).execute():
            raise Refused("这一期付款已经不在了，请刷新后再试。")
    return work.step


def void(identity: int, reason: str) -> Step:
    """Void a contract; its number stays used."""
    row = _standing(identity)
    with journal.operation(f"作废合同 {row.number}") as work:
        voiding.void("purchase_contract", [identity], reason)
    return work.done


@dataclass(frozen=True, slots=True)
class DuePart:
    """A part that waits to be paid."""

    id: int
    purchase: int
    number: str
    supplier: str
    kind: str
    words: str
    due_on: date
    fen: int


def due_parts(until: date) -> list[DuePart]:
    """Give the parts of standing contracts that are to be paid by a day and are not, the earliest first."""
    return [DuePart(**with_days(row)) for row in by_name(
        """SELECT i.id, c.purchase_id AS purchase, c.number, c.supplier, i.kind, i.words, i.due_on, i.fen
           FROM purchase_instalment i JOIN purchase_contract c ON c.id = i.contract_id
           WHERE c.voided_on IS NULL AND i.paid_on IS NULL AND i.due_on IS NOT NULL AND i.due_on <= ? ORDER BY i.due_on, i.id""",
        (until.isoformat(),))]
