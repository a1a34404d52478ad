"""What a person can do with a request: write it, copy it, have it approved or not, finish it, void it all. One verb, one step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.core import clock, pinyin
from app.core.errors import Invalid, Problem, Refused, require_valid
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.purchasing import checking, pricing, queries, rules
from app.purchasing.queries import OWNER, LineRow, PurchaseRow
from app.purchasing.rules import LineDraft, RequestDraft
from app.purchasing.tables import (
    Purchase,
    PurchaseAcceptance,
    PurchaseClaim,
    PurchaseLine,
    PurchaseNeed,
    PurchaseQuoteLine,
)
from app.school import linking, links, signing
from app.school.signing_rules import Signer
from app.store import journal, numbering
from app.store.database import Table, insert_rows, scalar
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class People:
    """Who has to do with a purchase; None leaves those who stand there."""

    wishers: Sequence[Signer] | None = None
    buyers: Sequence[Signer] | None = None
    askers: Sequence[Signer] | None = None


# --- the request -------------------------------------------------------------------------------------------------


def request(draft: RequestDraft, people: People | None = None) -> Step:
    """Write a request under a new number. Raises ``Invalid`` with every problem; those of lines have ``row`` -1, -2 …."""
    with journal.operation(f"登记请购 {queries.what_of([line.name for line in draft.lines])}") as work:
        identity = work.made(write(draft, people or People()))
        work.rename(f"登记请购 {queries.titles([identity])[identity]}")
    return work.done


def write(draft: RequestDraft, people: People, priced: bool = False) -> int:
    """The same inside an operation that is open already; gives the id. ``priced``: what each line cost must be known."""
    draft = replace(draft, lines=tuple(line for line in draft.lines if not line.blank))
    _require_right(draft, priced)
    day = draft.requested_on or clock.today()
    number = numbering.take(rules.REQUEST_NUMBERS, day.year)[0]
    identity = int(Purchase.insert(number=number, **_head(draft), keys=_keys(draft)).execute())
    _write_lines(identity, draft.lines, [0] * len(draft.lines), ())
    write_people(identity, people)
    return identity


def edit(identity: int, draft: RequestDraft, line_ids: Sequence[int], people: People | None = None) -> Step | None:
    """Write a request anew; ``line_ids`` names the line that each of the draft's lines is, 0 for a new one, others are removed.

    ``Refused`` where a line that is removed or lessened was accepted already. What was approved may not come to more.
    """
    row = queries.purchase(identity)
    with journal.operation(f"修改请购 {row.number}") as work:
        row.after("edit")
        kept = [(line, known) for line, known in zip(draft.lines, line_ids, strict=True) if not line.blank]
        draft = replace(draft, lines=tuple(line for line, _ in kept))
        _require_right(draft)
        before = queries.lines(identity)
        _require_kept(before, kept)
        _require_not_more(row, before, draft.lines)
        _require_money_kept(identity, before, kept)
        Purchase.update(**_head(draft), keys=_keys(draft)).where(Purchase.id == identity).execute()
        _write_lines(identity, draft.lines, [known for _, known in kept], [line.id for line in before])
        write_people(identity, people or People())
    return work.step


def copy(identity: int, day: date | None = None) -> Step:
    """Copy an old purchase as a new request, with prices as they were; whose money it was must be chosen anew for 代收费."""
    draft, _ = queries.request_draft(identity)
    lines = tuple(replace(line, plan_item=None, source="" if line.source == rules.AGENCY else line.source, budget_line=None)
                  for line in draft.lines)
    with journal.operation("复制请购") as work:
        made = work.made(write(replace(draft, requested_on=day or clock.today(), wanted_on=None, lines=lines), People()))
        linking.tie(OWNER, made, OWNER, identity, links.COPIED)
        work.rename(f"复制请购 {queries.purchase(identity).number} 为 {queries.titles([made])[made]}")
    return work.done


def _require_right(draft: RequestDraft, priced: bool = False) -> None:
    """Raise everything that is wrong with a request and its lines at once."""
    require_valid(check(draft, priced))


def check(draft: RequestDraft, priced: bool = False) -> list[Problem]:
    """Give what is wrong with a request and its lines (``row`` -1, -2 …); ``priced``: what each line cost must be known."""
    problems = rules.check_request(draft, clock.today())
    for at, line in enumerate(draft.lines, 1):
        problems += [replace(problem, row=-at) for problem in rules.check_line(line, draft.kind, priced)]
        problems += [replace(problem, row=-at) for problem in _class_problems(line)]
    return problems


def _class_problems(line: LineDraft) -> list[Problem]:
    if line.class_code and not queries.class_title(line.class_code):
        return [Problem("class_code", f"分类代码“{line.class_code}”在国标代码表里没有，请从列表里选。")]
    return []


def _head(draft: RequestDraft) -> dict[str, Any]:
    return {"kind": draft.kind, "way": draft.way.strip(), "department": draft.department, "purpose": draft.purpose.strip(),
            "requested_on": draft.requested_on, "wanted_on": draft.wanted_on, "supplier": draft.supplier.strip(),
            "remark": draft.remark.strip()}


def _keys(draft: RequestDraft) -> str:
    words = [line.name for line in draft.lines[:50]]
    return pinyin.keys(" ".join(words[:1]), *words[1:], draft.supplier, draft.purpose)


def line_values(line: LineDraft) -> dict[str, Any]:
    """Give the columns of a line."""
    plain = {key: getattr(line, key).strip() for key in ("name", "spec", "unit", "class_code", "service", "purpose", "fund", "remark")}
    source = line.source or (rules.BUDGET if line.budget_line is not None else "")
    return {**plain, "source": source, "key": queries.key_of(line.name, line.spec), "keys": pinyin.keys(line.name, line.spec),
            **{key: getattr(line, key) for key in (
                "quantity", "price", "fen", "goes", "department", "school_class", "person", "place", "storeroom", "budget_line", "plan_item")}}


def _write_lines(identity: int, lines: Sequence[LineDraft], ids: Sequence[int], before: Collection[int]) -> None:
    for gone in set(before) - set(ids):
        PurchaseNeed.delete().where(PurchaseNeed.line == gone).execute()
        _forget_quotes(gone)
        PurchaseLine.delete().where(PurchaseLine.id == gone).execute()
    wanted = queries.needs(identity) if before else {}
    for at, (line, known) in enumerate(zip(lines, ids, strict=True)):
        values = {**line_values(line), "position": at}
        if known:
            PurchaseLine.update(**values).where(PurchaseLine.id == known).execute()
        else:
            known = int(PurchaseLine.insert(purchase=identity, **values).execute())
        if wanted.get(known, ()) != line.needs:
            PurchaseNeed.delete().where(PurchaseNeed.line == known).execute()
            insert_rows(PurchaseNeed, ("line_id", "school_class_id", "pupils", "quantity"),
                        [(known, need.school_class, need.pupils, need.quantity) for need in line.needs])


def _forget_quotes(line: int) -> None:
    PurchaseQuoteLine.delete().where(PurchaseQuoteLine.line == line).execute()


def _require_kept(before: Sequence[LineRow], kept: Sequence[tuple[LineDraft, int]]) -> None:
    """Refuse to remove or lessen what was accepted, or to change its price."""
    wanted = {known: line for line, known in kept if known}
    if set(wanted) - {line.id for line in before}:
        raise Refused("要修改的行里有已经不在了的，没有保存。请刷新后再试。")
    for line in before:
        if not (line.accepted or line.refused):
            continue
        draft = wanted.get(line.id)
        if draft is None:
            raise Refused(f"“{line.name}”已经验收过，不能去掉。请先作废验收。")
        if (draft.quantity or 0) < line.accepted:
            raise Refused(f"“{line.name}”已经验收 {format_quantity(line.accepted)}，数量不能比这更少。")
        if (draft.price, draft.fen) != (line.price, line.fen):
            raise Refused(f"“{line.name}”已经验收过，单价和金额不能再改。价格写错的，请先作废验收。")


def _require_not_more(row: PurchaseRow, before: Sequence[LineRow], lines: Sequence[LineDraft]) -> None:
    if row.state == rules.APPROVED:
        was, now = (sum(line.amount or 0 for line in each) for each in (before, lines))
        if was and now > was:
            raise Refused(f"批准的是 {format_fen(was)} 元，不能改成 {format_fen(now)} 元。多出来的请另写一张请购单。")


def _require_money_kept(identity: int, before: Sequence[LineRow], kept: Sequence[tuple[LineDraft, int]]) -> None:
    """Refuse another source of money once a paper was entered: its shares stand at the one that was named."""
    if checking.invoiced(identity) is None:
        return
    wanted = {known: line for line, known in kept if known}
    for line in before:
        draft = wanted.get(line.id)
        if draft and (draft.source or line.source, draft.budget_line, draft.plan_item, draft.fund.strip()) != line.money:
            raise Refused(f"“{line.name}”已经登记了票据，资金来源不能再改。请先作废票据，改好再登记。")


def write_people(identity: int, people: People) -> None:
    """Write who has to do with a purchase, in an open operation; the rule that buyers do not accept is asked by the acceptance."""
    for role, signers in ((rules.WISHER, people.wishers), (rules.BUYER, people.buyers), (rules.ASKER, people.askers)):
        if signers is not None:
            signing.write(OWNER, identity, role, signers)


# --- approval ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ApprovalDraft:
    """An approval: the day, who gave it and what he said; numbers of the meeting, of the petition and its reply."""

    approved_on: date | None = None
    approver: Signer | None = None
    meeting_no: str = ""
    petitioned_on: date | None = None
    reply_no: str = ""
    replied_on: date | None = None


def approve(identity: int, draft: ApprovalDraft) -> Step | None:
    """Note that a request was approved; a day after the acceptance makes it a 补办 and is told by the findings."""
    row = queries.purchase(identity)
    with journal.operation(f"批准请购 {row.number}") as work:
        state = row.after("approve")
        require_valid(check_approval(draft, needed=True))
        Purchase.update(state=state, **_approval(draft)).where(Purchase.id == identity).execute()
        write_approver(identity, draft.approver)
    return work.step


def complete_approval(identity: int, draft: ApprovalDraft) -> Step | None:
    """Write the days and numbers of an approval later, or mend them; without a day the purchase waits for its approval again."""
    row = queries.purchase(identity)
    with journal.operation(f"补登批复 {row.number}") as work:
        row.after("edit")
        require_valid(check_approval(draft, needed=False))
        state = rules.APPROVED if draft.approved_on else rules.ASKED
        Purchase.update(state=state, **_approval(draft)).where(Purchase.id == identity).execute()
        write_approver(identity, draft.approver)
    return work.step


def approval_of(identity: int) -> ApprovalDraft:
    """Give the approval of a purchase as a form edits it."""
    row = queries.purchase(identity)
    return ApprovalDraft(row.approved_on, next(iter(signing.of(OWNER, [identity], rules.APPROVER).get(identity, ())), None), row.meeting_no,
                         row.petitioned_on, row.reply_no, row.replied_on)


def check_approval(draft: ApprovalDraft, needed: bool) -> list[Problem]:
    """Check days and numbers of an approval."""
    today = clock.today()
    problems = rules.check_day("approved_on", "批准日期", draft.approved_on, today, needed)
    problems += rules.check_day("petitioned_on", "请示日期", draft.petitioned_on, today, needed=False)
    problems += rules.check_day("replied_on", "批复日期", draft.replied_on, today, needed=False)
    if draft.petitioned_on and draft.replied_on and draft.replied_on < draft.petitioned_on:
        problems.append(Problem("replied_on", "批复日期早于请示日期，请核对。"))
    return problems + rules.check_words(meeting_no=draft.meeting_no, reply_no=draft.reply_no)


def _approval(draft: ApprovalDraft) -> dict[str, Any]:
    return {"approved_on": draft.approved_on, "meeting_no": draft.meeting_no.strip(), "petitioned_on": draft.petitioned_on,
            "reply_no": draft.reply_no.strip(), "replied_on": draft.replied_on}


def write_approver(identity: int, approver: Signer | None) -> None:
    """Write who approved, in an open operation, where somebody was named."""
    if approver is not None:
        signing.write(OWNER, identity, rules.APPROVER, [approver])


def refuse(identity: int, opinion: str, approver: Signer | None = None, day: date | None = None) -> Step | None:
    """Note that a request was not approved, and why. ``Refused`` once something was accepted: that is voided instead."""
    row = queries.purchase(identity)
    with journal.operation(f"不予批准 {row.number}") as work:
        state = row.after("refuse")
        if queries.first_acceptance(identity):
            raise Refused(f"采购 {row.number} 已经验收，不能改为未批准。不要了的请先作废验收。")
        if not opinion.strip():
            raise Invalid([Problem("opinion", "请写明不批准的原因。")])
        Purchase.update(state=state).where(Purchase.id == identity).execute()
        who = approver or Signer(name="审批人")
        signing.write(OWNER, identity, rules.APPROVER, [replace(who, opinion=opinion, refused=True, signed_on=day or clock.today())])
    return work.step


def reopen(identity: int) -> Step | None:
    """Let a refused request wait for its approval again, or open a finished purchase."""
    row = queries.purchase(identity)
    with journal.operation(f"重新打开采购 {row.number}") as work, pricing.following([identity]):
        Purchase.update(state=row.after("reopen"), finish_reason="").where(Purchase.id == identity).execute()
    return work.step


def finish(identity: int, reason: str) -> Step | None:
    """Finish a purchase of which the rest does not come any more; the reason stays with it."""
    row = queries.purchase(identity)
    with journal.operation(f"了结采购 {row.number}") as work:
        state = row.after("finish")
        if not reason.strip():
            raise Invalid([Problem("reason", "请写明余下的为什么不再买了。")])
        with pricing.following([identity]) as followed:
            Purchase.update(state=state, finish_reason=reason.strip()).where(Purchase.id == identity).execute()
        work.rename(f"了结采购 {row.number}{followed.words}")
    return work.step


# --- came back signed --------------------------------------------------------------------------------------------

_SIGNED: dict[str, tuple[str, type[Table]]] = {
    OWNER: ("请购单", Purchase), queries.ACCEPTED_OWNER: ("验收单", PurchaseAcceptance), queries.CLAIM_OWNER: ("报销单", PurchaseClaim)}


def sign_back(table: str, identity: int, day: date | None = None) -> Step | None:
    """Tick that a paper came back signed (签回): from then on it can only be voided. ``table`` is one of a request, acceptance, claim."""
    (words, model), today = _SIGNED[table], day or clock.today()
    number, voided, signed = _paper(table, identity)
    with journal.operation(f"{words}签回 {number}") as work:
        if voided:
            raise Refused(f"{words} {number} 已经作废，不用签回。")
        require_valid(rules.check_day("signed_on", "签回日期", today, clock.today()))
        if not signed:
            model.update(signed_on=today).where(model.id == identity).execute()
    return work.step


def _paper(table: str, identity: int) -> tuple[str, str | None, str | None]:
    number = scalar(f'SELECT number FROM "{table}" WHERE id = ?', (identity,))
    if number is None:
        raise Refused("这张单据已经不在了，可能刚被撤销。请刷新后再试。")
    return (str(number), scalar(f'SELECT voided_on FROM "{table}" WHERE id = ?', (identity,)),
            scalar(f'SELECT signed_on FROM "{table}" WHERE id = ?', (identity,)))


def signers_of(identity: int) -> dict[str, list[Signer]]:
    """Give who has to do with a purchase, by role."""
    return {role: signing.of(OWNER, [identity], role).get(identity, []) for role in (rules.WISHER, rules.BUYER, rules.ASKER, rules.APPROVER)}
