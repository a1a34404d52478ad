"""A delivery is looked at: what came, what is accepted, what is refused, by whom. Part of the small purchase's verb as well.

没有审批手续擅自采购的一律不得验收 (no request, no acceptance); 不验收不入库; who bought does not accept (不相容岗位分离).
"""

from collections.abc import Sequence
from dataclasses import replace

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.money import MOST_FEN
from app.core.quantity import format_quantity
from app.purchasing import checking, intake, pricing, queries, rules
from app.purchasing.queries import ACCEPTED_OWNER, LineRow, PurchaseRow
from app.purchasing.rules import AcceptanceDraft, AcceptedLine
from app.purchasing.tables import PurchaseAcceptance, PurchaseAcceptanceLine
from app.school import signing
from app.school.signing_rules import Signer, given
from app.store import journal, numbering, voiding
from app.store.journal import Step


def accept(purchase: int, draft: AcceptanceDraft, acceptors: Sequence[Signer]) -> Step:
    """Accept a delivery, whole or in part; several follow each other. Its ``made`` is the acceptance.

    Raises ``Invalid`` with every problem (``Problem.row`` is the purchase's line), and with what the checks forbid: a buyer
    among the acceptors, fewer of them than the tier asks for.
    """
    row = queries.purchase(purchase)
    with journal.operation(f"验收 {row.number}") as work:
        with pricing.following([purchase], draft.accepted_on) as followed:
            identity = work.made(write(row, draft, acceptors))
        work.rename(f"验收 {row.number}（{queries.acceptance(identity).number}）{followed.words}")
    return work.done


def write(row: PurchaseRow, draft: AcceptanceDraft, acceptors: Sequence[Signer]) -> int:
    """The same inside an operation that is open already; gives the id."""
    row.after("accept")
    lines = {line.id: line for line in queries.lines(row.id)}
    came = [each for each in draft.lines if each.accepted or each.refused]
    problems = _problems(draft, came, lines, acceptors)
    if problems:
        raise Invalid(problems)
    day = draft.accepted_on or clock.today()
    number = numbering.take(rules.ACCEPTANCE_NUMBERS, day.year)[0]
    identity = int(PurchaseAcceptance.insert(
        purchase=row.id, number=number, accepted_on=day, delivered_on=draft.delivered_on, delivery_note=draft.delivery_note.strip(),
        differences=draft.differences.strip(), remark=draft.remark.strip()).execute())
    for each in came:
        accepted = each.accepted or 0
        PurchaseAcceptanceLine.insert(
            acceptance=identity, line=each.line, delivered=accepted + each.refused, accepted=accepted, refused=each.refused,
            fen=owed(lines[each.line], each), remark=each.remark.strip()).execute()
    signing.write(ACCEPTED_OWNER, identity, rules.ACCEPTOR, acceptors)
    require_allowed(row.id)
    return identity


def require_allowed(purchase: int) -> None:
    """Raise ``Invalid`` with what the checks find that forbids the acceptance."""
    found = checking.findings(purchase, "accept")
    if found:
        raise Invalid([Problem(each.rule, each.text, row=each.line or None) for each in found])


def owed(line: LineRow, came: AcceptedLine) -> int:
    """Give what is owed for the accepted pieces: as typed, else at the line's price; the last pieces take what is left of its amount."""
    if came.fen is not None:
        return came.fen
    accepted = came.accepted or 0
    if line.amount is not None and accepted == line.open:
        return max(line.amount - line.accepted_fen, 0)
    return rules.amount_of(accepted, line.unit_price) or 0


def _problems(draft: AcceptanceDraft, came: Sequence[AcceptedLine], lines: dict[int, LineRow], acceptors: Sequence[Signer]) -> list[Problem]:
    today = clock.today()
    problems = rules.check_day("accepted_on", "验收日期", draft.accepted_on, today)
    problems += rules.check_day("delivered_on", "到货日期", draft.delivered_on, today, needed=False)
    if draft.accepted_on and draft.delivered_on and draft.accepted_on < draft.delivered_on:
        problems.append(Problem("accepted_on", "验收日期早于到货日期，请核对。"))
    if not given(acceptors):
        problems.append(Problem("acceptors", "请选择验收人。"))
    if not came:
        problems.append(Problem("lines", "请填写这次到货的数量。"))
    for each in came:
        line = lines.get(each.line)
        found = [Problem("line", "这一行已经不在请购单上了。")] if line is None else _line_problems(line, each)
        problems += [replace(problem, row=each.line) for problem in found]
    return errors_only(problems + rules.check_words(
        delivery_note=draft.delivery_note, differences=draft.differences, remark=draft.remark))


def _line_problems(line: LineRow, came: AcceptedLine) -> list[Problem]:
    accepted, found = came.accepted or 0, list[Problem]()
    if accepted < 0 or came.refused < 0:
        found.append(Problem("accepted", "数量不能是负数。"))
    elif accepted > line.open:
        found.append(Problem("accepted", f"“{line.name}”要 {format_quantity(line.quantity)}，已验收 {format_quantity(line.accepted)}，"
                                         f"不能再验收 {format_quantity(accepted)}。多送的请退回，或先改请购单。"))
    if came.fen is not None and not 0 <= came.fen <= MOST_FEN:
        found.append(Problem("fen", "金额不能是负数，也不能大得离谱。"))
    elif accepted and came.fen is None and line.amount is None:
        found.append(Problem("fen", f"“{line.name}”还没有单价，请填写验收金额。"))
    if came.refused and not came.remark.strip():
        found.append(Problem("remark", f"“{line.name}”有拒收的，请写明为什么、怎样处理（退、换、补）。"))
    return found


def void(identity: int, reason: str) -> Step:
    """Void an acceptance with all that came of it: slips of the store are voided, cards go to the recycle bin."""
    row = queries.acceptance(identity)
    with journal.operation(f"作废验收 {row.number}") as work:
        write_void(identity, reason)
    return work.done


def write_void(identity: int, reason: str) -> None:
    """The same inside an operation that is open already. ``Refused`` where stock or stocktake rest on what came of it."""
    row = queries.acceptance(identity)
    if row.voided_on:
        raise Refused(f"验收 {row.number} 已经作废了。")
    with pricing.following([row.purchase]):
        intake.take_back(row.purchase, identity, reason)
        voiding.void("purchase_acceptance", [identity], reason)
