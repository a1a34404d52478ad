"""报销单: shares of invoices, of one purchase or of a month's, signed by three different people (经手、验收、审核)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.money import format_fen
from app.fees.money import commands as vouchers
from app.purchasing import checking, paying, queries, rules
from app.purchasing.paying import ShareRow
from app.purchasing.queries import CLAIM_OWNER, with_days
from app.purchasing.tables import PurchaseClaim, PurchaseInvoiceShare
from app.school import settings as words
from app.school import signing
from app.school.figures import OfficeFigure
from app.school.signing_rules import Signer, check_apart
from app.store import journal, numbering, settings, voiding
from app.store.database import among, by_name, database
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class ClaimDraft:
    """A claim as typed: who signs is picked, ``pieces`` are the papers that hang on it."""

    claimed_on: date | None = None
    department: int | None = None
    purpose: str = ""
    pieces: int | None = None
    payment: str = ""
    payee: str = ""
    remark: str = ""
    handler: Signer | None = None
    checker: Signer | None = None
    auditor: Signer | None = None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim; ``fen`` is what its standing shares come to."""

    id: int
    number: str
    claimed_on: date
    department: str
    purpose: str
    pieces: int
    payment: str
    payee: str
    remark: str
    signed_on: date | None
    voided_on: date | None
    void_reason: str
    fen: int


def claims(ids: Collection[int] | None = None, purchase: int | None = None) -> list[ClaimRow]:
    """Give claims by id, those that cover a purchase, or all; the latest first."""
    narrowed, parameters = among("c.id", ids)
    return [ClaimRow(**with_days(row)) for row in by_name(
        f"""SELECT c.id, c.number, c.claimed_on, coalesce(d.name, '') AS department, c.purpose, c.pieces, c.payment, c.payee, c.remark,
                c.signed_on, c.voided_on, c.void_reason,
                (SELECT coalesce(sum({checking.SHARE_FEN}), 0) FROM {checking.SHARES} WHERE s.claim_id = c.id AND {checking.STANDS}) AS fen
            FROM purchase_claim c LEFT JOIN department d ON d.id = c.department_id
            WHERE (?1 IS NULL OR c.id IN (SELECT claim_id FROM purchase_invoice_share WHERE purchase_id = ?1)) {narrowed}
            ORDER BY c.claimed_on DESC, c.id DESC""", (purchase, *parameters))]


def signers(claim: int) -> dict[str, Signer]:
    """Give who signed a claim, by role."""
    return {role: found[0] for role in rules.CLAIM_ROLES if (found := signing.of(CLAIM_OWNER, [claim], role).get(claim))}


def proposed(ids: Collection[int]) -> ClaimDraft:
    """Give the draft of a claim over some shares: who bought signs as 经手人, who accepted as 验收人, a piece for each paper."""
    found = paying.shares(ids=ids)
    if not found:
        return ClaimDraft(clock.today())
    row = queries.purchase(found[0].purchase)
    buyers = signing.of(queries.OWNER, [row.id], rules.BUYER).get(row.id, [])
    acceptor = next((signing.of(queries.ACCEPTED_OWNER, [each.id], rules.ACCEPTOR).get(each.id, []) for each in queries.acceptances(row.id)
                     if each.stands), [])
    numbers = {(each.kind, each.number) for each in found}
    purchases = {each.purchase for each in found}
    return ClaimDraft(
        clock.today(), row.department_id, queries.what_of([line.name for line in queries.lines(row.id)]) if len(purchases) == 1 else "",
        len(numbers) + 2 * len(purchases), "", found[0].supplier if len({each.supplier for each in found}) == 1 else "", "",
        buyers[0] if buyers else None, acceptor[0] if acceptor else None, None)


def claim(ids: Collection[int], draft: ClaimDraft) -> Step:
    """Claim shares; its ``made`` is the claim. Whoever audits signs the vouchers of 代收费 as well.

    Raises ``Invalid``: a signer missing, two that are one (by the school's setting), and what the checks of a purchase forbid;
    ``Refused`` where a share is claimed already or gone.
    """
    with journal.operation("报销") as work:
        found = _open_shares(ids)
        _require_right(found, draft)
        day = draft.claimed_on or clock.today()
        number = numbering.take(rules.CLAIM_NUMBERS, day.year)[0]
        identity = work.made(int(PurchaseClaim.insert(
            number=number, claimed_on=day, department=draft.department, purpose=draft.purpose.strip(), pieces=draft.pieces or 0,
            payment=draft.payment.strip(), payee=draft.payee.strip(), remark=draft.remark.strip()).execute()))
        for role, signer in zip(rules.CLAIM_ROLES, (draft.handler, draft.checker, draft.auditor), strict=True):
            signing.write(CLAIM_OWNER, identity, role, [signer] if signer else [])
        PurchaseInvoiceShare.update(claim=identity).where(PurchaseInvoiceShare.id.in_([each.id for each in found])).execute()
        people = [signer.person if signer else None for signer in (draft.handler, draft.checker, draft.auditor)]
        vouchers.sign([each.voucher for each in found if each.voucher], *people)
        work.rename(f"报销 {number} {format_fen(sum(each.fen for each in found))} 元")
    return work.done


def _open_shares(ids: Collection[int]) -> list[ShareRow]:
    found = paying.shares(ids=ids)
    if len(found) < len(set(ids)) or not found:
        raise Refused("要报销的票据里有已经作废或不在了的。请刷新后再试。" if ids else "请先选中要报销的票据。")
    claimed = next((each for each in found if each.claim), None)
    if claimed:
        raise Refused(f"{claimed.kind} {claimed.number} 已经报销过了（{claimed.claim_no}）。同一张票据不能重复报销。")
    return found


def _require_right(found: Sequence[ShareRow], draft: ClaimDraft) -> None:
    problems = rules.check_day("claimed_on", "报销日期", draft.claimed_on, clock.today())
    if draft.pieces is None or not 0 <= draft.pieces < 10_000:
        problems.append(Problem("pieces", "请填写附件张数。"))
    roles = list(zip(("handler", "checker", "auditor"), rules.CLAIM_ROLES, (draft.handler, draft.checker, draft.auditor), strict=True))
    wanted = any(each.voucher for each in found)
    for key, title, signer in roles:
        if signer is None or not (signer.person or signer.name.strip()):
            problems.append(Problem(key, f"请选择{title}。"))
        elif wanted and signer.person is None:
            problems.append(Problem(key, f"代收费的票据要本校的人签字，请从名单里选{title}。"))
    problems += errors_only(check_apart(roles, settings.value(words.SIGNERS_APART)))
    problems += rules.check_words(purpose=draft.purpose, payment=draft.payment, payee=draft.payee, remark=draft.remark)
    for purchase in dict.fromkeys(each.purchase for each in found):
        row = queries.purchase(purchase)
        problems += [Problem(each.rule, f"{row.number}：{each.text}") for each in checking.findings(purchase, "claim")]
    if problems:
        raise Invalid(problems)


def void(identity: int, reason: str) -> Step:
    """Void a claim: its papers can be claimed anew."""
    row = next(iter(claims([identity])), None)
    if row is None:
        raise Refused("这张报销单已经不在了，请刷新后再试。")
    with journal.operation(f"作废报销单 {row.number}") as work:
        write_void(identity, reason)
    return work.done


def write_void(identity: int, reason: str) -> None:
    """The same inside an operation that is open already."""
    voiding.void("purchase_claim", [identity], reason)
    PurchaseInvoiceShare.update(claim=None).where(PurchaseInvoiceShare.claim == identity).execute()


def office_figures(first: date, last: date) -> list[OfficeFigure]:
    """Give what was claimed from lines of 办公费 between two days, for the month's report of the fees."""
    rows = database.execute_sql(
        f"""SELECT c.claimed_on, iif(c.purpose <> '', c.purpose, b.name), {checking.SHARE_FEN}, coalesce(n.supplier, s.supplier),
                coalesce(n.number, s.number), c.id
            FROM {checking.SHARES} JOIN purchase_claim c ON c.id = s.claim_id AND c.voided_on IS NULL
            JOIN budget_line b ON b.id = s.budget_line_id AND b.office = 1 LEFT JOIN invoice n ON n.id = s.invoice_id
            WHERE {checking.STANDS} AND c.claimed_on BETWEEN ? AND ? ORDER BY c.claimed_on, c.id, s.id""",
        (first.isoformat(), last.isoformat())).fetchall()
    handlers = signing.of(CLAIM_OWNER, {row[5] for row in rows}, rules.HANDLER)
    return [OfficeFigure(date.fromisoformat(day), purpose, fen, supplier, number, handlers[claim][0].shown if claim in handlers else "")
            for day, purpose, fen, supplier, number, claim in rows]
