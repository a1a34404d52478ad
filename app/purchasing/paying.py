"""Papers of a purchase: its shares of invoices (or other evidence), source of money by source; the day they were paid.

Where the money is 代收费 the share is the fee voucher itself, written by fees' own inner verb: shown in both tabs, counted once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, require_valid
from app.core.money import MOST_FEN, format_fen
from app.fees import rules as fees
from app.fees.money import commands as vouchers
from app.fees.plan import queries as plans
from app.purchasing import pricing, queries, rules
from app.purchasing.checking import SHARE_FEN, SHARES, STANDS
from app.purchasing.pricing import Followed
from app.purchasing.queries import ACCEPTED_OWNER, OWNER, PurchaseRow, with_days
from app.purchasing.tables import Purchase, PurchaseInvoiceShare
from app.school import invoice_rules, invoices, invoicing, signing
from app.school.invoice_rules import InvoiceDraft, Share
from app.school.invoices import InvoiceRow
from app.store import journal, voiding
from app.store.database import among, by_name, database, scalar
from app.store.journal import Step

SHARE = "purchase_invoice_share"
Money = tuple[str, int | None, int | None, str]
"""Where money comes from: source, budget line, plan item, fund."""


@dataclass(frozen=True, slots=True)
class PaperDraft:
    """A paper as typed. ``fen`` is what this purchase holds of it, None: all, or what is left of an invoice that is known.

    ``total`` is the whole invoice's, None where it is the same. A red one (红字) is below zero and names the invoice it takes back.
    """

    kind: str = "发票"
    code: str = ""
    number: str = ""
    dated_on: date | None = None
    supplier: str = ""
    fen: int | None = None
    total: int | None = None
    red_of: str = ""
    paid_on: date | None = None
    differs_reason: str = ""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """What a purchase holds of a paper out of one source; ``voucher`` where that is a voucher of the fees."""

    id: int
    purchase: int
    invoice: int | None
    voucher: int | None
    kind: str
    code: str
    number: str
    dated_on: date | None
    supplier: str
    source: str
    money_words: str
    budget_line: int | None
    fen: int
    paid_on: date | None
    claim: int | None
    claim_no: str


def shares(purchase: int | None = None, claim: int | None = None, ids: Collection[int] | None = None) -> list[ShareRow]:
    """Give the standing shares of a purchase, of a claim, or by id."""
    narrowed, parameters = among("s.id", ids)
    return [ShareRow(**with_days(row)) for row in by_name(
        f"""SELECT s.id, s.purchase_id AS purchase, coalesce(v.invoice_id, s.invoice_id) AS invoice, s.voucher_id AS voucher,
                coalesce(n.kind, nullif(v.kind, ''), s.kind) AS kind, coalesce(n.code, '') AS code,
                coalesce(n.number, nullif(v.number, ''), s.number) AS number, coalesce(n.dated_on, v.dated_on, s.dated_on) AS dated_on,
                coalesce(n.supplier, nullif(v.supplier, ''), s.supplier) AS supplier, s.source,
                coalesce(i.name, nullif(s.fund, ''), b.name, s.source) AS money_words, s.budget_line_id AS budget_line,
                {SHARE_FEN} AS fen, s.paid_on, s.claim_id AS claim, coalesce(c.number, '') AS claim_no
            FROM {SHARES} LEFT JOIN invoice n ON n.id = coalesce(v.invoice_id, s.invoice_id)
            LEFT JOIN budget_line b ON b.id = s.budget_line_id LEFT JOIN fee_plan_item i ON i.id = v.plan_item_id
            LEFT JOIN purchase_claim c ON c.id = s.claim_id
            WHERE {STANDS} AND (?1 IS NULL OR s.purchase_id = ?1) AND (?2 IS NULL OR s.claim_id = ?2) {narrowed} ORDER BY s.id""",
        (purchase, claim, *parameters))]


def shares_of(wanted: Collection[int]) -> list[Share]:
    """Give the shares that purchases hold of some invoices, for ``app.school.invoices``; vouchers are given by the fees."""
    narrowed, parameters = among("s.invoice_id", wanted)
    return [Share(invoice, SHARE, row, fen, f"采购 {number}", f"已经报销（{claim}）" if claim else "")
            for invoice, row, fen, number, claim in database.execute_sql(
                f"""SELECT s.invoice_id, s.id, s.fen, p.number, iif(c.signed_on IS NULL, '', c.number) FROM purchase_invoice_share s
                    JOIN purchase p ON p.id = s.purchase_id LEFT JOIN purchase_claim c ON c.id = s.claim_id
                    WHERE s.voided_on IS NULL AND s.voucher_id IS NULL {narrowed} ORDER BY s.id""", parameters).fetchall()]


# --- entering ----------------------------------------------------------------------------------------------------


def enter(purchase: int, draft: PaperDraft) -> Step:
    """Enter a paper of a purchase; its ``made`` are the shares, one for each source of money.

    Raises ``Invalid``: an invoice that is known already and has not enough left, says another day or payee, signers that the
    fees want and nobody named. ``Refused`` where a 代收费 term is settled.
    """
    row = queries.purchase(purchase)
    with journal.operation(f"登记采购票据 {row.number} {draft.number.strip()}") as work:
        with pricing.following([purchase], draft.dated_on) as followed:
            for identity in write(row, draft):
                work.made(identity)
        work.rename(f"登记采购票据 {row.number} {draft.number.strip()}{followed.words}")
    return work.done


def write(row: PurchaseRow, draft: PaperDraft) -> list[int]:
    """The same inside an operation that is open already; gives the ids of the shares."""
    row.after("invoice")
    require_valid(_check(draft))
    own = invoice_rules.is_invoice(draft.kind, draft.code, draft.number)
    known = invoices.known(draft.code, draft.number) if own else None
    fen = _fen(row, draft, known)
    parts = [(money, part) for money, part in divided(row.id, fen) if part]
    invoice = invoicing.take(InvoiceDraft(draft.kind, draft.code, draft.number, draft.dated_on, draft.supplier, draft.total), fen,
                             draft.red_of, row.supplier) if own else None
    made = _own_shares(row, draft, invoice, [each for each in parts if each[0][0] != rules.AGENCY])
    made += _vouchers(row, draft, invoice, [each for each in parts if each[0][0] == rules.AGENCY])
    if draft.differs_reason.strip():
        Purchase.update(differs_reason=draft.differs_reason.strip()).where(Purchase.id == row.id).execute()
    return made


def _check(draft: PaperDraft) -> list[Problem]:
    problems = rules.check_day("dated_on", "票据日期", draft.dated_on, clock.today())
    problems += rules.check_day("paid_on", "付款日期", draft.paid_on, clock.today(), needed=False)
    if not draft.kind.strip():
        problems.append(Problem("kind", "请填写票据种类。"))
    elif "票" in draft.kind and not invoice_rules.plain(draft.number):
        problems.append(Problem("number", "请填写票据号码；没有号码的，票据种类请写收据或其他。"))
    for key in ("fen", "total"):
        value = getattr(draft, key)
        if value is not None and (not value or abs(value) > MOST_FEN):
            problems.append(Problem(key, "金额不能是零，也不能大得离谱。"))
    return problems + rules.check_words(number=draft.number, code=draft.code, supplier=draft.supplier, differs_reason=draft.differs_reason)


def _fen(row: PurchaseRow, draft: PaperDraft, known: InvoiceRow | None) -> int:
    """Give what the purchase holds of the paper: as typed, else what is left of a known invoice, else its total or what was accepted."""
    if draft.fen is not None:
        return draft.fen
    if known is not None:
        left = known.fen - sum(share.fen for share in invoices.shares([known.id])[known.id])
        if not left:
            raise Invalid([Problem("number", f"{known.title}已经登记过：{invoices.told(known)}。同一张票据不能重复报销。")])
        return left
    if draft.total is not None:
        return draft.total
    open_now = sum(fen for _, fen in owing(row.id))
    if open_now <= 0:
        raise Invalid([Problem("fen", "请填写票据金额。")])
    return open_now


def owing(purchase: int) -> list[tuple[Money, int]]:
    """Give by source of money what was accepted (before any acceptance: what is expected) and no paper came in for yet."""
    found: dict[Money, int] = {}
    lines = queries.lines(purchase)
    accepted = any(line.accepted for line in lines)
    for line in lines:
        found[line.money] = found.get(line.money, 0) + (line.accepted_fen if accepted else line.amount or 0)
    had = _entered(purchase)
    return [(money, fen - had.get(money, 0)) for money, fen in found.items()]


def _entered(purchase: int) -> dict[Money, int]:
    return {(source, line, item, fund): fen for source, line, item, fund, fen in database.execute_sql(
        f"""SELECT s.source, s.budget_line_id, v.plan_item_id, s.fund, sum({SHARE_FEN}) FROM {SHARES}
            WHERE s.purchase_id = ? AND {STANDS} GROUP BY 1, 2, 3, 4""", (purchase,)).fetchall()}


def divided(purchase: int, fen: int) -> list[tuple[Money, int]]:
    """Divide an amount among the sources of a purchase by what each still owes; a red one by what each had."""
    open_now = owing(purchase) if fen > 0 else [(money, had) for money, had in _entered(purchase).items() if had > 0]
    if not any(left > 0 for _, left in open_now):      # more than was accepted: by what the lines come to
        sums: dict[Money, int] = {}
        for line in queries.lines(purchase):
            sums[line.money] = sums.get(line.money, 0) + (line.accepted_fen or line.amount or 0)
        open_now = list(sums.items())
    parts = rules.portions(fen, [max(left, 0) for _, left in open_now])
    return [(money, part) for (money, _), part in zip(open_now, parts, strict=True)]


def _own_shares(row: PurchaseRow, draft: PaperDraft, invoice: int | None, parts: Sequence[tuple[Money, int]]) -> list[int]:
    paper = {"kind": "", "number": "", "dated_on": None, "supplier": ""} if invoice else {
        "kind": draft.kind.strip(), "number": draft.number.strip(), "dated_on": draft.dated_on,
        "supplier": draft.supplier.strip() or row.supplier}
    return [int(PurchaseInvoiceShare.insert(
        purchase=row.id, invoice=invoice, **paper, source=source, budget_line=line, fund=fund, fen=fen, paid_on=draft.paid_on).execute())
        for (source, line, _, fund), fen in parts]


def _vouchers(row: PurchaseRow, draft: PaperDraft, invoice: int | None, parts: Sequence[tuple[Money, int]]) -> list[int]:
    """Write what 代收费 pays as vouchers of the fees, and a share for each that names it."""
    made = []
    for (source, _, item, fund), fen in parts:
        values = {"plan_item": item, "fen": fen, "kind": draft.kind.strip(), "code": draft.code.strip(), "number": draft.number.strip(),
                  "dated_on": draft.dated_on, "handler": _first_person(OWNER, row.id, rules.BUYER), "acceptor": _first_acceptor(row.id),
                  "auditor": None, "remark": f"采购 {row.number}"}
        if invoice is None:
            values["supplier"] = draft.supplier.strip() or row.supplier
        voucher = vouchers.write(plan_of(item or 0), {}, [values], later=("auditor",))[0]
        made.append(int(PurchaseInvoiceShare.insert(
            purchase=row.id, voucher=voucher, source=source, fund=fund, fen=0, paid_on=draft.paid_on).execute()))
    return made


def plan_of(plan_item: int) -> int:
    """Give the term's plan of an item that pays; ``Refused`` where its term is settled already, with what to do instead."""
    plan = scalar("SELECT plan_id FROM fee_plan_item WHERE id = ?", (plan_item,))
    if plan is None:
        raise Refused("这个收费项目已经不在了，请重新选择资金来源。")
    row = plans.plan(int(plan))
    if row.state in (fees.SETTLED, fees.CLOSED):
        back = "先撤销结账、再撤销结算" if row.state == fees.CLOSED else "先撤销结算"
        raise Refused(f"{row.term_title}的收费{row.state_words}，代收费不能再记支出。请把资金来源改为公用经费（预算），"
                      f"或在“收费公示—结算清退”里{back}。")
    return int(plan)


def _first_person(table: str, identity: int, role: str) -> int | None:
    return next((each.person for each in signing.of(table, [identity], role).get(identity, ()) if each.person), None)


def _first_acceptor(purchase: int) -> int | None:
    found = (_first_person(ACCEPTED_OWNER, each.id, rules.ACCEPTOR) for each in queries.acceptances(purchase) if each.stands)
    return next((person for person in found if person), None)


# --- paying, voiding ---------------------------------------------------------------------------------------------


def pay(ids: Collection[int], day: date | None) -> Step | None:
    """Note the day on which papers were paid; None takes the day away."""
    found = shares(ids=ids)
    with journal.operation(f"登记付款 {len(found)} 笔 {format_fen(sum(each.fen for each in found))} 元") as work:
        require_valid(rules.check_day("paid_on", "付款日期", day, clock.today(), needed=False))
        PurchaseInvoiceShare.update(paid_on=day).where(PurchaseInvoiceShare.id.in_([each.id for each in found])).execute()
    return work.step


def void(ids: Collection[int], reason: str) -> Step:
    """Void shares with a reason; the invoice goes with them where nobody else holds one, the voucher of the fees as well."""
    found = shares(ids=ids)
    with journal.operation(f"作废采购票据 {'、'.join(dict.fromkeys(each.number for each in found))[:40]}") as work:
        followed = write_void(found, reason)
        work.rename(f"作废采购票据 {'、'.join(dict.fromkeys(each.number for each in found))[:40]}{followed.words}")
    return work.done


def write_void(found: Sequence[ShareRow], reason: str) -> Followed:
    """The same inside an operation that is open already; gives what followed. ``Refused`` while a claim covers one of them."""
    claimed = next((each for each in found if each.claim), None)
    if claimed:
        raise Refused(f"{claimed.kind} {claimed.number} 已经报销（{claimed.claim_no}），请先作废报销单。")
    own = [each for each in found if each.voucher is None]
    with pricing.following(list(dict.fromkeys(each.purchase for each in found))) as followed:
        voiding.void(SHARE, [each.id for each in found], reason)
        vouchers.void([each.voucher for each in found if each.voucher], reason)
        invoicing.release(sorted({each.invoice for each in own if each.invoice}), reason)
    return followed


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed to a supplier, 分: accepted and not paid; ``papers`` of it came with a paper."""

    supplier: str
    accepted: int
    papers: int
    paid: int
    purchases: int

    @property
    def owed(self) -> int:
        """Give what is still to be paid."""
        return max(self.accepted, self.papers) - self.paid


def unpaid_from(supplier: str) -> list[int]:
    """Give the papers (shares) of a supplier's purchases that nobody noted as paid."""
    bought = {identity for identity, in database.execute_sql("SELECT id FROM purchase WHERE trim(supplier) = ?", (supplier,)).fetchall()}
    return [each.id for each in shares() if each.purchase in bought and each.paid_on is None]


def owed_by_supplier() -> list[Owed]:
    """Give what is owed to each supplier over all purchases that stand, the most first; who is owed nothing is left out."""
    rows = database.execute_sql(
        f"""SELECT trim(p.supplier), sum(coalesce(a.fen, 0)), sum(coalesce(h.had, 0)), sum(coalesce(h.paid, 0)), count(*)
            FROM purchase p
            LEFT JOIN (SELECT y.purchase_id, sum(x.fen) AS fen FROM purchase_acceptance_line x
                       JOIN purchase_acceptance y ON y.id = x.acceptance_id AND y.voided_on IS NULL GROUP BY 1) a ON a.purchase_id = p.id
            LEFT JOIN (SELECT s.purchase_id, sum({SHARE_FEN}) AS had, sum(iif(s.paid_on IS NULL, 0, {SHARE_FEN})) AS paid
                       FROM {SHARES} WHERE {STANDS} GROUP BY 1) h ON h.purchase_id = p.id
            WHERE p.voided_on IS NULL AND (max(coalesce(a.fen, 0), coalesce(h.had, 0)) > coalesce(h.paid, 0))
            GROUP BY 1 ORDER BY 2 DESC, 1""").fetchall()
    return [each for each in (Owed(*row) for row in rows) if each.owed > 0]
