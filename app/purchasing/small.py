"""登记一次采购: request, acceptance, what becomes of it and the invoice, all in one operation and one step of undo.

Four of five purchases are a broom or three boxes of chalk, bought, looked at and handed out on one day. The records are the
same as those of the long chain; nothing of the rules is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.core import clock
from app.core.errors import Problem, require_valid
from app.purchasing import accepting, checking, commands, intake, paying, pricing, queries, rules
from app.purchasing.commands import People
from app.purchasing.findings import Finding
from app.purchasing.paying import PaperDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, LineDraft, RequestDraft
from app.purchasing.tables import Purchase
from app.school.signing_rules import Signer, given
from app.store import journal
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class SmallDraft:
    """A purchase on one screen. ``approved_on`` is the day of buying unless cleared; a later one, or none, makes it a 补办.

    A line without ``goes`` goes where its price and bulk propose. Without an invoice number no paper is entered; ``paper``
    takes day and payee from the purchase where they are blank.
    """

    bought_on: date | None = None
    approved_on: date | None = None
    accepted_on: date | None = None
    supplier: str = ""
    kind: str = rules.GOODS
    way: str = "自行采购"
    department: int | None = None
    purpose: str = ""
    remark: str = ""
    reply_no: str = ""
    lines: tuple[LineDraft, ...] = ()
    paper: PaperDraft = field(default_factory=PaperDraft)
    buyers: tuple[Signer, ...] = ()
    acceptors: tuple[Signer, ...] = ()
    approver: Signer | None = None


def begin(today: date | None = None) -> SmallDraft:
    """Give the draft that the screen opens with: bought and approved today; buyers and acceptors as in the latest purchase."""
    day = today or clock.today()
    buyers, acceptors = queries.latest_people()
    return SmallDraft(bought_on=day, approved_on=day, buyers=buyers, acceptors=acceptors)


def save(draft: SmallDraft) -> Step:
    """Record a whole purchase as one step; its ``made`` is the purchase. Problems of lines have ``row`` -1, -2 ….

    Raises ``Invalid`` and ``Refused`` as the verbs of the long chain do; nothing is kept then.
    """
    lines = tuple(replace(line, goes=line.goes or queries.proposed(line, draft.kind)) for line in draft.lines if not line.blank)
    with journal.operation("登记一次采购") as work:
        identity = work.made(_write(replace(draft, lines=lines)))
        work.rename(f"登记一次采购 {queries.titles([identity])[identity]}")
    return work.done


def _write(draft: SmallDraft) -> int:
    request = RequestDraft(draft.bought_on, draft.kind, draft.way, draft.department, draft.purpose, None, draft.supplier, draft.remark,
                           draft.lines)
    _require_right(draft, request)
    identity = commands.write(request, People(buyers=draft.buyers), priced=True)
    state = rules.APPROVED if draft.approved_on else rules.ASKED
    Purchase.update(state=state, approved_on=draft.approved_on, bought_on=draft.bought_on, reply_no=draft.reply_no.strip()).where(
        Purchase.id == identity).execute()
    commands.write_approver(identity, draft.approver)
    row, made = queries.purchase(identity), queries.lines(identity)
    day = draft.accepted_on or draft.bought_on
    accepting.write(row, AcceptanceDraft(day, lines=tuple(AcceptedLine(line.id, line.quantity) for line in made)), draft.acceptors)
    if invoiced(draft):
        paying.write(row, replace(draft.paper, dated_on=draft.paper.dated_on or draft.bought_on, supplier=draft.paper.supplier or draft.supplier))
    drafts = intake.proposed(identity)
    if drafts:
        with pricing.following([identity], day):
            intake.write(row, drafts)
    return identity


def invoiced(draft: SmallDraft) -> bool:
    """Whether a paper was typed: a number, or an amount of a paper that has none."""
    return bool(draft.paper.number.strip() or draft.paper.fen)


def _require_right(draft: SmallDraft, request: RequestDraft) -> None:
    """Raise what is wrong with days, people and lines at once, before anything is written: the screen shows all of it."""
    today = clock.today()
    problems = rules.check_day("bought_on", "购买日期", draft.bought_on, today)
    problems += rules.check_day("approved_on", "批准日期", draft.approved_on, today, needed=False)
    problems += rules.check_day("accepted_on", "验收日期", draft.accepted_on, today, needed=False)
    if draft.bought_on and draft.accepted_on and draft.accepted_on < draft.bought_on:
        problems.append(Problem("accepted_on", "验收日期早于购买日期，请核对。"))
    if not draft.supplier.strip():
        problems.append(Problem("supplier", "请填写供应商。"))
    if not draft.buyers:
        problems.append(Problem("buyers", "请选择采购人。"))
    if not given(draft.acceptors):
        problems.append(Problem("acceptors", "请选择验收人。"))
    problems += [each for each in commands.check(request, priced=True) if each.field != "requested_on"]     # the day of buying, told already
    require_valid(problems)


def rehearsed(draft: SmallDraft) -> list[Finding]:
    """Give what the checks would say of a purchase, without recording it: the screen shows it while one types.

    ``Invalid`` where it could not be recorded at all.
    """
    lines: Sequence[LineDraft] = [replace(line, goes=line.goes or queries.proposed(line, draft.kind)) for line in draft.lines if not line.blank]
    with journal.operation("试填采购") as work:
        identity = _write(replace(draft, lines=tuple(lines)))
        found = checking.findings(identity)
        work.discard()
    return found
