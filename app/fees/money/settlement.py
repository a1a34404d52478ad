"""Settling a term's fees, giving money back, closing the term. One verb is one operation, so each can be undone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Refused
from app.core.money import format_fen
from app.fees.money import paying, queries, settling
from app.fees.money import settings as words
from app.fees.money.facts import Facts
from app.fees.money.rules import RefundDraft, check_refund
from app.fees.money.settling import Account
from app.fees.plan import commands as plan_commands
from app.fees.plan import queries as plan_queries
from app.fees.tables import FeePlanItem, FeeRefund, FeeSettlement
from app.store import journal, settings, voiding
from app.store.database import database, insert_rows, scalar
from app.store.journal import Counted, Step

_COLUMNS = ("plan_item_id", "pupil_id", "charged", "paid", "spent", "refund", "borne", "at_leaving", "settled_on")


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settling a term came to, 分: ``refund``, ``arrears`` and ``shortage`` are 应退, 欠缴 and 应补, ``borne`` is the school's
    part of pupils' accounts, ``remainder`` what it bears of odd 分; ``changed`` counts accounts that are new or different. ``step`` is None
    where all was so before.
    """

    pupils: int
    paid: int
    spent: int
    refund: int
    shortage: int
    borne: int
    remainder: int
    changed: int
    doubts: tuple[str, ...] = ()
    step: Step | None = None
    arrears: int = 0


def settle(plan_id: int) -> Settlement:
    """Freeze every pupil's account for every item as one step; again after a new voucher, a payment, a change of days.

    Who was settled on leaving keeps his account. ``Refused`` before collecting began, after the close, and should an
    identity fail.
    """
    with journal.operation("结算") as work:
        facts = Facts(plan_id)
        facts.head.after("settle")
        accounts, remainders = facts.settled
        wrong = settling.faults(
            accounts,
            {item.id: facts.vouchers.get(item.id, 0) for item in facts.items if not item.fixed},
            remainders,
            facts.name,
        )
        if wrong:
            raise Refused("没有结算：" + "".join(wrong))
        changed = _freeze(facts.frozen, accounts)
        plan_commands.step_to(plan_id, "settle")
        work.rename(f"{'重新结算' if facts.head.settled_on else '结算'} {facts.head.title}收费")
    return replace(summed(facts, changed), step=work.step)


def summed(facts: Facts, changed: int = 0) -> Settlement:
    """Give what settling comes to as things stand, without writing anything."""
    accounts, remainders = facts.settled
    return Settlement(
        pupils=len({each.pupil for each in accounts}),
        paid=sum(each.paid for each in accounts), spent=sum(each.spent for each in accounts),
        refund=sum(each.back for each in accounts), shortage=sum(each.shortage for each in accounts),
        arrears=sum(each.arrears for each in accounts),
        borne=sum(each.borne for each in accounts), remainder=sum(remainders.values()),
        changed=changed, doubts=(*queries.doubts(facts), *queries.asked_before_settling(facts)))


def _freeze(before: Iterable[Account], after: Iterable[Account]) -> int:
    """Write the accounts that differ from those frozen and give how many."""
    old = {(each.plan_item, each.pupil): each for each in before}
    new = {(each.plan_item, each.pupil): each for each in after}
    gone = [key for key, each in old.items() if new.get(key) != each]
    fresh = [each for key, each in new.items() if old.get(key) != each]
    database.cursor().executemany("DELETE FROM fee_settlement WHERE plan_item_id = ? AND pupil_id = ?", gone)
    today = clock.today().isoformat()
    insert_rows(
        FeeSettlement,
        _COLUMNS,
        [
            (
                each.plan_item,
                each.pupil,
                each.charged,
                each.paid,
                each.spent,
                each.refund,
                each.borne,
                int(each.at_leaving),
                today,
            )
            for each in fresh
        ],
    )
    return len({(each.plan_item, each.pupil) for each in fresh} | set(gone))


def unsettle(plan_id: int) -> Counted:
    """Take the settlement of a term back and give how many accounts are open again; those of leavers stay.

    ``Refused`` where it is not settled, and once money was given back for it: these entries must be voided first, else
    they would have nothing to stand on.
    """
    row = plan_queries.plan(plan_id)
    row.after("unsettle")
    with journal.operation(f"撤销结算 {row.term_title}收费") as work:
        given = int(scalar(
            """SELECT count(*) FROM fee_refund r WHERE r.plan_id = ? AND r.voided_on IS NULL AND NOT EXISTS (
                   SELECT 1 FROM fee_settlement s JOIN fee_plan_item i ON i.id = s.plan_item_id
                   WHERE i.plan_id = r.plan_id AND s.pupil_id = r.pupil_id AND s.at_leaving = 1)""", (plan_id,)) or 0)
        if given:
            raise Refused(f"已经登记了 {given} 笔清退，不能撤销结算。有漏登的票据可以直接补登，再重新结算；确实要撤销，请先作废这些清退。")
        items = FeePlanItem.select(FeePlanItem.id).where(FeePlanItem.plan == plan_id)
        gone = int(
            FeeSettlement.delete().where(FeeSettlement.plan_item.in_(items), FeeSettlement.at_leaving == 0).execute()
        )
        plan_commands.step_to(plan_id, "unsettle")
    return Counted(gone, work.step)


def settle_leavers(plan_id: int, pupils: Collection[int]) -> Step | None:
    """Settle pupils who left before the term's end, for what they took, as one step.

    By the setting ``LEAVER`` they bear the standard for what they took or their share of the vouchers so far. Their
    accounts stand when the term is settled. ``Refused`` for who is still there, and once the term is settled.
    """
    with journal.operation("离校结算") as work:
        facts = Facts(plan_id)
        facts.head.after("leave")
        children = {child.id: child for child in facts.children}
        for pupil in pupils:
            child = children.get(pupil)
            if child and facts.calendar.presence(child.stays).left_on is None:
                raise Refused("选中的学生里有还在读的。请先在学生名册里办理转出，再做离校结算。")
        wanted = _leavers(facts, set(pupils))
        kept = [each for each in facts.frozen if each.pupil not in pupils]
        _freeze(facts.frozen, [*kept, *wanted])
        work.rename(f"离校结算 {len(pupils)} 名学生")
    return work.step


def _leavers(facts: Facts, pupils: set[int]) -> list[Account]:
    by_vouchers = settings.value(words.LEAVER) == words.AT_VOUCHERS
    now = {(each.plan_item, each.pupil): each.spent for each in facts.settled[0]} if by_vouchers else {}
    accounts = []
    for item in facts.items:
        paid = facts.paid.get(item.id, {})
        for each in facts.charges[item.id]:
            if each.pupil not in pupils:
                continue
            share = each.fen if item.fixed else None
            if by_vouchers and not item.fixed and item.id in facts.vouchers:
                share = now.get((item.id, each.pupil), 0)
            accounts.append(settling.settle_leaver(each, paid.get(each.pupil, 0), facts.head.shortage, share))
        charged = {each.pupil for each in facts.charges[item.id]}
        accounts += [Account(pupil, item.id, 0, fen, 0, fen, 0, at_leaving=True) for pupil, fen in paid.items()
                     if pupil in pupils - charged and fen]
    return [each for each in accounts if each.charged or each.paid or each.spent]


# --- giving back -------------------------------------------------------------------------------------------------


def record_refunds(plan_id: int, drafts: Sequence[RefundDraft]) -> Step:
    """Record money given back (below zero: taken in addition) as one step, its ``made`` in their order.

    Raises ``Invalid`` with every problem (``Problem.row`` -1, -2 …): never more than is open for the pupil. Open balances
    may be cleared after the close as well: unclaimed refunds are waited for.
    """
    with journal.operation("登记清退") as work:
        facts = Facts(plan_id, {draft.pupil for draft in drafts})
        for identity in _record(facts, drafts):
            work.made(identity)
        work.rename(f"登记清退 {facts.whose([draft.pupil for draft in drafts])} {format_fen(sum(draft.fen for draft in drafts))} 元")
    return work.done


def refund_class(
    plan_id: int, class_id: int, paid_on: date | None, method: str = "", but: Mapping[int, int] | None = None
) -> Step:
    """Record that everybody in a class got what is open for him, ``but`` those named: they so much (分, 0: nothing), as one step.

    What pupils owe (应补) is not touched: it is recorded one by one, when it was paid. ``Invalid`` as ``record_refunds``, with
    the pupil as ``Problem.row``.
    """
    with journal.operation("登记清退 全班") as work:
        facts = Facts(plan_id)
        balances = queries.open_balances(facts)
        back = {
            child.id: fen
            for child in facts.children
            if facts.places[child.id].class_id == class_id and (fen := balances.get(child.id, 0)) > 0
        }
        amounts = paying.all_but(back, but or {})
        if not amounts:
            raise Refused("这个班没有还没领取的退款。")
        drafts = [RefundDraft(pupil, fen, paid_on, method) for pupil, fen in amounts.items()]
        try:
            made = _record(facts, drafts)
        except Invalid as wrong:
            raise Invalid([replace(each, row=drafts[-1 - (each.row or -1)].pupil) for each in wrong.problems]) from None
        for identity in made:
            work.made(identity)
        work.rename(f"登记清退 {facts.whose(list(amounts))} {format_fen(sum(amounts.values()))} 元")
    return work.done


def _record(facts: Facts, drafts: Sequence[RefundDraft]) -> list[int]:
    open_now: Mapping[int, int] = queries.open_balances(facts)
    left, problems = dict(open_now), []
    for at, draft in enumerate(drafts):
        found = check_refund(draft, clock.today(), left.get(draft.pupil, 0))
        problems += [replace(problem, row=-1 - at) for problem in found]
        left[draft.pupil] = left.get(draft.pupil, 0) - draft.fen
    if problems:
        raise Invalid(problems)
    return [int(FeeRefund.insert(
        plan=facts.plan_id, pupil=draft.pupil, fen=draft.fen, paid_on=draft.paid_on, method=draft.method.strip(),
        signer=draft.signer.strip(), remark=draft.remark.strip(), void_reason="").execute()) for draft in drafts]


def void_refund(identity: int, reason: str) -> Step:
    """Void a refund that was recorded wrongly: the money is open again."""
    paid_on, fen = database.execute_sql("SELECT paid_on, fen FROM fee_refund WHERE id = ?", (identity,)).fetchone() or ("", 0)
    with journal.operation(f"作废清退 {paid_on} {format_fen(fen)} 元") as work:
        voiding.void("fee_refund", [identity], reason)
    return work.done


# --- closing -----------------------------------------------------------------------------------------------------


def close_blocks(facts: Facts) -> tuple[list[str], list[str]]:
    """Give what forbids closing a term, and what must be explained with a reason."""
    explain = queries.doubts(facts)
    back = [fen for fen in queries.open_balances(facts).values() if fen > 0]
    if back:
        explain.append(f"还有 {len(back)} 名学生的退款 {format_fen(sum(back))} 元没有领取。")
    if owing := queries.owing_words(facts):
        explain.append(f"还有 {'、'.join(owing)}没有收到。")
    return queries.problems(facts), explain


def close_term(plan_id: int, reason: str = "") -> Step:
    """Close a term's fees: nothing of it can be changed afterwards, open balances can still be cleared.

    ``Refused`` while it is not settled or an identity fails; while refunds are open or money has no voucher, unless a
    ``reason`` says why.
    """
    with journal.operation("结账") as work:
        facts = Facts(plan_id)
        facts.head.after("close")
        forbidden, explain = close_blocks(facts)
        if forbidden:
            raise Refused("不能结账：" + "".join(forbidden))
        if explain and not reason.strip():
            raise Refused("不能结账：" + "".join(explain) + "确实要结账，请写明原因。")
        plan_commands.step_to(plan_id, "close", reason=reason.strip())
        work.rename(f"结账 {facts.head.title}收费")
    return work.done


def reopen_term(plan_id: int) -> Step:
    """Take the close of a term's fees back: it is settled, as before."""
    row = plan_queries.plan(plan_id)
    with journal.operation(f"撤销结账 {row.term_title}收费") as work:
        plan_commands.step_to(plan_id, "reopen")
    return work.done
