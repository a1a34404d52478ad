"""Money of a term's fees: charges, accounts, what came in and went out. Plain rows.

The first part selects no name, so that public papers can be made from it; what names pupils is in ``lists``.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.core.money import format_fen
from app.fees.money import attendance_facts, settling
from app.fees.money import settings as words
from app.fees.money.facts import Facts
from app.fees.money.settling import Account, Charge
from app.fees.rules import grade_word
from app.store import settings
from app.store.database import among, database

GONE = "（已不在名册）"     # the class of who has money in a plan and is in no class of its term


def charges(plan_id: int, class_id: int | None = None) -> list[Charge]:
    """Give what every pupil (of a class) owes for every item, pupil by pupil in the order of class and seat.

    ``why`` is "" where it is simply the price, else 减免, 自愿不参加, 未答复, 按实际数量, or the day of coming or going. A pupil
    whose grade has no price for an item has no charge for it.
    """
    facts = Facts(plan_id)
    by_pupil: dict[int, list[Charge]] = {child.id: [] for child in facts.children
                                         if class_id is None or facts.places[child.id].class_id == class_id}
    for item in facts.items:
        for each in facts.charges[item.id]:
            if each.pupil in by_pupil:
                by_pupil[each.pupil].append(each)
    return [each for found in by_pupil.values() for each in found]


def accounts(plan_id: int, pupils: Collection[int] | None = None) -> list[Account]:
    """Give the accounts (of some pupils): frozen where the term is settled, else as they would be if settled now."""
    found = Facts(plan_id).accounts
    return found if pupils is None else [each for each in found if each.pupil in pupils]


def refunded(plan_id: int, pupils: Collection[int] | None = None) -> dict[int, int]:
    """Give what was given back so far (to some pupils): pupil → 分 (below zero: taken in addition)."""
    narrow, more = among("pupil_id", pupils)
    return dict(database.execute_sql(
        f"SELECT pupil_id, sum(fen) FROM fee_refund WHERE plan_id = ? AND voided_on IS NULL{narrow} GROUP BY pupil_id",
        (plan_id, *more)).fetchall())


def open_balances(facts: Facts) -> dict[int, int]:
    """Give what is still to be given back (分, below zero: still owed to the school) by pupil; who is even is left out.

    Counts frozen accounts only: before the term is settled those of leavers.
    """
    balance: dict[int, int] = defaultdict(int)
    for account in facts.frozen:
        balance[account.pupil] += account.refund
    for pupil, fen in refunded(facts.plan_id, facts.pupils).items():
        balance[pupil] -= fen
    return {pupil: fen for pupil, fen in balance.items() if fen}


def owing_words(facts: Facts) -> list[str]:
    """Say who still has to pay after settling: 3 人欠缴 90.00 元 (charged and not paid), 2 人应补 4.10 元 (it cost more)."""
    unpaid: dict[int, int] = defaultdict(int)
    for account in facts.frozen:
        unpaid[account.pupil] += account.arrears
    parts = [settling.owed_parts(-fen, unpaid[pupil]) for pupil, fen in open_balances(facts).items() if fen < 0]
    return [f"{len(found)} 人{word} {format_fen(sum(found))} 元" for at, word in enumerate(("欠缴", "应补"))
            if (found := [each[at] for each in parts if each[at]])]


def problems(facts: Facts) -> list[str]:
    """Give sentences about identities that fail and about a settlement that is no longer true."""
    if facts.head.closed_on:      # later changes of the roster are no fault of a closed term
        return settling.faults(facts.frozen, {}, {}, facts.name)
    vouchers = {item.id: facts.vouchers.get(item.id, 0) for item in facts.items if not item.fixed}
    found = settling.faults(facts.settled[0], vouchers, facts.settled[1], facts.name)
    if facts.stale:
        found.append("结算之后又有收款、票据、名册或实际数量的变动，请重新结算。")
    return found


def doubts(facts: Facts) -> list[str]:
    """Give sentences about what is not wrong but must be explained: money taken without vouchers, vouchers nobody took part in."""
    found = []
    for item, title in zip(facts.items, facts.titles, strict=True):
        collected = sum(facts.paid.get(item.id, {}).values())
        if collected and not item.fixed and item.id not in facts.vouchers:
            found.append(f"“{title.name}”已收 {format_fen(collected)} 元，还没有支出票据，结算会全部退还。")
        elif collected and item.id in facts.vouchers:
            charged = sum(each.fen for each in facts.charges[item.id])
            if _far(facts.vouchers[item.id], collected) and _far(facts.vouchers[item.id], charged):     # some may not have paid yet
                found.append(_far_off(title.name, item.fixed, collected, facts.vouchers[item.id]))
        if item.id in facts.vouchers and not any(each.weight for each in facts.charges[item.id]):
            found.append(f"“{title.name}”有票据 {format_fen(facts.vouchers[item.id])} 元，却没有学生参加，全部由学校承担。")
        if facts.settled[1][item.id] < 0:
            found.append(f"“{title.name}”离校学生已按 {format_fen(-facts.settled[1][item.id])} 元多算了实支，余额归学校。")
    return found + attendance_facts.doubts(facts)


def asked_before_settling(facts: Facts) -> list[str]:
    """Give sentences on what settling would pass over silently: families without a slip, days that nobody typed."""
    found = []
    for item, title in zip(facts.items, facts.titles, strict=True):
        silent = sum(each.why == settling.UNANSWERED for each in facts.charges[item.id])
        if silent:
            found.append(f"“{title.name}”有 {silent} 名学生没有回执，按不参加算。")
    return found + attendance_facts.not_typed(facts)


def _far(spent: int, base: int) -> bool:
    return abs(base - spent) * 100 > settings.value(words.FAR_OFF) * base


def _far_off(name: str, fixed: bool, collected: int, spent: int) -> str:
    """Say that an item's vouchers are far from what was taken: some may be missing, or it is settled the wrong way."""
    said = f"“{name}”已收 {format_fen(collected)} 元，支出票据是 {format_fen(spent)} 元，相差很多。"
    if fixed:
        return f"{said}它按标准结算，票据不改变实支；要按票据退补的，请在收费方案里改结算方式。"
    return f"{said}请核对票据是不是录齐了；不凭票据结算的，请在收费方案里把结算方式改成按标准结算。"


def remainder_words() -> str:
    """Say who bears the odd 分 of a voucher, as papers print it."""
    if settings.value(words.REMAINDER) == words.BY_SCHOOL:
        return "均摊分不尽的分由学校承担。"
    return "均摊分不尽的分，按小数由大到小、再按班级序号各计一分。"


# --- sums without names ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """Accounts added up for an item, a grade or a class (``key``, ``name``), 分; ``pupils`` are those charged or paying.

    ``spent`` is the pupils' share, ``standard`` what of it goes by a standard and ``remainder`` what the school bears of odd
    分; ``vouchers`` counts the papers of an item and ``voucher_fen`` is their sum, whether it is settled by them or not.
    ``refund``, ``arrears`` and ``shortage`` are 应退, 欠缴 and 应补, none below zero. Every line closes:
    paid − billed − standard + school = refund − arrears − shortage.
    """

    key: int
    name: str
    pupils: int
    charged: int
    paid: int
    spent: int
    refund: int
    shortage: int
    borne: int
    remainder: int = 0
    vouchers: int = 0
    voucher_fen: int = 0
    arrears: int = 0
    standard: int = 0

    @property
    def billed(self) -> int:
        """Give what went out against vouchers that settle; what goes by a standard is not in it."""
        return self.spent - self.standard + self.remainder

    @property
    def school(self) -> int:
        """Give what the school bears: its part of accounts, and odd 分."""
        return self.borne + self.remainder


def sums(plan_id: int, by: str = "item", item: int | None = None, facts: Facts | None = None, class_id: int = 0) -> list[Sum]:
    """Add the accounts up by ``item``, ``grade`` or ``class``; of one plan item or one class only where given. No names are read.

    Vouchers and odd 分 are those of the whole school: sums of a class, and sums by grade or class, have none. Who asks several
    times hands over the same ``facts``.
    """
    facts = facts or Facts(plan_id)
    groups: dict[int, list[Account]] = {}
    names: dict[int, str] = {}
    if by == "item":
        groups = {each.id: [] for each in facts.titles if item in (None, each.id)}
        names = {each.id: each.name for each in facts.titles}
    else:
        for place in facts.places.values():
            key = place.grade if by == "grade" else place.class_id
            groups.setdefault(key, [])
            names[key] = grade_word(place.grade) if by == "grade" else place.class_name
    for account in facts.accounts:
        if item not in (None, account.plan_item):
            continue
        at = facts.places.get(account.pupil)
        if class_id and (at is None or at.class_id != class_id):
            continue
        key = account.plan_item if by == "item" else 0 if at is None else at.grade if by == "grade" else at.class_id
        groups.setdefault(key, []).append(account)
    papers = dict(database.execute_sql(
        """SELECT v.plan_item_id, count(*) FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id
           WHERE i.plan_id = ? AND v.voided_on IS NULL GROUP BY 1""", (plan_id,)).fetchall())
    whole = by == "item" and not class_id
    return [_summed(key, names.get(key, GONE), found, facts, papers.get(key, 0) if whole else None) for key, found in groups.items()]


def _summed(key: int, name: str, accounts: Sequence[Account], facts: Facts, papers: int | None) -> Sum:
    """Add accounts up; ``papers`` are the vouchers of an item for the whole school, None where it is not asked for."""
    fixed = {each.id for each in facts.items if each.fixed}
    spent = sum(each.spent for each in accounts)
    fen = 0 if papers is None else facts.vouchers.get(key, 0)
    return Sum(key, name, len({each.pupil for each in accounts}), sum(each.charged for each in accounts),
               sum(each.paid for each in accounts), spent, sum(each.back for each in accounts),
               sum(each.shortage for each in accounts), sum(each.borne for each in accounts),
               0 if papers is None or key in fixed else fen - spent, papers or 0, fen,
               sum(each.arrears for each in accounts), sum(each.spent for each in accounts if each.plan_item in fixed))
