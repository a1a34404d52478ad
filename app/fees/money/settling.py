"""Charging and settling to the 分, without I/O: who is charged what, who bears how much of a voucher, who gets what back.

Every amount is 分. Rules (发改价格〔2010〕1619号, 教财〔2020〕5号; domain.md §4.4): 据实结算, item by item and pupil by pupil.
Three identities hold whatever the class, the choices, the waivers and the days:

- vouchers of an item = what its pupils' accounts say was spent + what the school bears as remainder
- for each pupil and item: paid − spent − refund + borne = 0
- the sums of classes, of grades and of the school are the same money

The school's part of an account (``borne``) is the share of who pays nothing (减免) and, under 多退少不补, what things cost
above what was charged. It is never laid upon other pupils: every share is worked out over all who took part.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.fees.money.settings import BY_MONTH, BY_PUPILS, BY_SCHOOL, HALF, WHOLE
from app.fees.rules import DAY, MADE_UP, MONTH, TERM
from app.school.calendar import SchoolDays, days_from

WAIVED, REFUSED, UNANSWERED, BY_USAGE = "减免", "自愿不参加", "未答复", "按实际数量"


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a term's plan: what it is charged by, who pays nothing, its price (分) in each grade that it covers.

    ``fixed``: settled by its standard, what is spent is what is charged whatever vouchers there are (学费, 课后服务).
    """

    id: int
    measure: str
    prices: Mapping[int, int]
    voluntary: bool = False
    waived: Collection[str] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Stay:
    """Days that a pupil is in a class: from ``joined_on`` until the day before ``left_on``."""

    joined_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Child:
    """What settling knows of a pupil; no name. ``stays`` are those of the school year, ``grade`` that of the last one."""

    id: int
    grade: int
    stays: tuple[Stay, ...]
    waiver: str = ""


@dataclass(frozen=True)
class Calendar:
    """A term with its school days. ``least_days`` there make a month; ``part_term`` is what a part of a term costs."""

    starts_on: date
    ends_on: date
    school: SchoolDays = SchoolDays()
    least_days: int = 10
    part_term: str = HALF
    _known: dict[tuple[Stay, ...], "Presence"] = field(default_factory=dict, compare=False, repr=False)

    def presence(self, stays: tuple[Stay, ...]) -> "Presence":
        """Give how long somebody with these stays is there in the term; most pupils share one answer."""
        if stays not in self._known:
            self._known[stays] = self._presence(stays)
        return self._known[stays]

    def _presence(self, stays: tuple[Stay, ...]) -> "Presence":
        there: set[date] = set()
        for stay in stays:
            last = min(stay.left_on - timedelta(1), self.ends_on) if stay.left_on else self.ends_on
            there.update(days_from(max(stay.joined_on, self.starts_on), last))
        term = days_from(self.starts_on, self.ends_on)
        return Presence(
            absent=not there, days=self.school.count(there), term_days=self.school.count(term),
            months=self._months(there), term_months=self._months(term),
            joined_on=min(there) if there and self.starts_on not in there else None,
            left_on=max(there) + timedelta(1) if there and self.ends_on not in there else None)

    def _months(self, days: Iterable[date]) -> int:
        count: dict[tuple[int, int], int] = {}
        for day in days:
            count[day.year, day.month] = count.get((day.year, day.month), 0) + 1
        return sum(number >= self.least_days for number in count.values())


@dataclass(frozen=True, slots=True)
class Presence:
    """How much of a term somebody is there: school days, months; the days of coming and going where inside the term."""

    absent: bool
    days: int
    term_days: int
    months: int
    term_months: int
    joined_on: date | None = None
    left_on: date | None = None

    @property
    def whole(self) -> bool:
        """Whether he is there from the first to the last day."""
        return not self.absent and self.joined_on is None and self.left_on is None and self.days == self.term_days


@dataclass(frozen=True, slots=True)
class Charge:
    """What a pupil owes for an item: ``units`` measures, ``fen``, and ``why`` it is not simply the price ("" where it is).

    ``full`` is what it would be without a waiver. ``weight`` is his part of what the item costs, by what he
    takes and his grade's price; 0: takes no part.
    """

    pupil: int
    plan_item: int
    units: int
    fen: int
    why: str = ""
    full: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One pupil's account for one item, 分: paid − spent − refund + borne = 0.

    ``refund`` below zero is still to be paid: 欠缴 (``arrears``, charged and not paid) and 应补 (``shortage``, what things cost
    above what was charged) are two words. ``refund`` = ``back`` − ``arrears`` − ``shortage``.
    """

    pupil: int
    plan_item: int
    charged: int
    paid: int
    spent: int
    refund: int
    borne: int = 0
    at_leaving: bool = False

    @property
    def back(self) -> int:
        """Give 应退, what is given back."""
        return max(self.refund, 0)

    @property
    def arrears(self) -> int:
        """Give 欠缴, what was charged, is owed and was not paid."""
        return min(max(-self.refund, 0), max(self.charged - self.paid, 0))

    @property
    def shortage(self) -> int:
        """Give 应补, what is to be paid in addition because it cost more than was charged; never anything under 少不补."""
        return max(-self.refund, 0) - self.arrears


# --- charging ----------------------------------------------------------------------------------------------------


def charge(item: Item, child: Child, days: Calendar, agreed: bool | None = None, used: int | None = None,
           by_days: bool = False) -> Charge | None:
    """Give what a pupil owes for an item, None where his grade has no price or he is never there in the term.

    ``agreed`` is his family's answer about a voluntary item, None where there is none: silence is no consent.
    ``used`` are the measures that were counted for him (days eaten, copies), None to go by the days he is there.
    ``by_days``: an item charged by the term whose costs follow days (meals paid in advance): days are its weights.
    """
    price = item.prices.get(child.grade)
    if price is None:
        return None
    if item.voluntary and not agreed:
        return Charge(child.id, item.id, 0, 0, UNANSWERED if agreed is None else REFUSED)
    there = days.presence(child.stays)
    if there.absent:
        return None
    units, fen, weight = _amount(item.measure, price, there, days.part_term, used, by_days)
    weight *= max(price, 1)     # grades that pay more for dearer books bear more of a voucher for all of them
    why = "" if there.whole else _coming_and_going(there)
    if used is not None and item.measure != TERM:
        why = BY_USAGE
    if child.waiver and child.waiver in item.waived:
        return Charge(child.id, item.id, units, 0, WAIVED, fen, weight)
    return Charge(child.id, item.id, units, fen, why, fen, weight)


def _amount(
    measure: str, price: int, there: Presence, part_term: str, used: int | None, by_days: bool
) -> tuple[int, int, int]:
    """Give measures, what they cost, and their weight among all who took part."""
    if measure == TERM:
        part, fen = _part_of_term(price, there, part_term)
        if by_days:
            part = there.days if used is None else used
        return 1, fen, part
    if used is None:
        used = {MONTH: there.months, DAY: there.days}.get(measure, 1)
    return used, price * used, used


def _part_of_term(price: int, there: Presence, part_term: str) -> tuple[int, int]:
    """Give the weight and the price of being there for a part of the term."""
    if part_term == BY_MONTH and there.term_months:
        return there.months, (2 * price * there.months + there.term_months) // (2 * there.term_months)
    if part_term in (WHOLE, BY_MONTH) or 2 * there.days >= there.term_days:
        return 2, price
    return 1, (price + 1) // 2


def _coming_and_going(there: Presence) -> str:
    parts = [f"{day.month}月{day.day}日{what}"
             for day, what in ((there.joined_on, "转入"), (there.left_on, "转出")) if day]
    return "，".join(parts) or "中途离校"      # away in between: both ends of the term are there


# --- sharing out -------------------------------------------------------------------------------------------------


def allocate(total: int, weights: Sequence[int], bearer: str = BY_PUPILS) -> list[int]:
    """Share a total (分) out by weights, in their order (class, seat); the shares sum to the total exactly.

    Each gets the whole 分 of his part; the odd 分 go one each to the largest fractions, equal ones in the order given.
    With ``bearer`` ``BY_SCHOOL`` the odd 分 are left out: the shares sum to less, the rest is the school's. Where
    nobody has a weight every share is 0, and the school bears all. A negative total is shared out the same way.
    """
    if total < 0:
        return [-share for share in allocate(-total, weights, bearer)]
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    odd = total - sum(shares)
    if odd and bearer != BY_SCHOOL:
        order = sorted(range(len(weights)), key=lambda at: -(total * weights[at] % whole))
        for at in order[:odd]:
            shares[at] += 1
    return shares


# --- settling ----------------------------------------------------------------------------------------------------


def settle_item(item: int, charges: Sequence[Charge], paid: Mapping[int, int], total: int | None, shortage: str,
                bearer: str = BY_PUPILS, settled: Mapping[int, Account] | None = None) -> tuple[list[Account], int]:
    """Settle an item for all pupils and give their accounts and what remains with the school (分).

    ``charges`` are in the order of class and seat. ``total`` is the sum of the vouchers, None for an item that goes
    by its standard: then spent is what was charged. ``settled`` are the accounts of who was settled on leaving: they
    stand, and the others share what is left. A total below what leavers took leaves the others nothing to share; the
    difference is the school's (negative: it is left over). Who paid without being charged gets all of it back.
    """
    standing = settled or {}
    open_charges = [each for each in charges if each.pupil not in standing]
    if total is None:
        shares = [each.fen for each in open_charges]
    else:
        left = total - sum(account.spent for account in standing.values())
        shares = allocate(max(left, 0), [each.weight for each in open_charges], bearer)
    accounts = list(standing.values())
    for each, share in zip(open_charges, shares, strict=True):
        account = account_of(each, paid.get(each.pupil, 0), share, shortage)
        if account.charged or account.paid or account.spent:
            accounts.append(account)
    known = {each.pupil for each in charges} | standing.keys()
    accounts += [Account(pupil, item, 0, fen, 0, fen) for pupil, fen in paid.items() if fen and pupil not in known]
    # What a leaver paid after he was settled comes back to him as well.
    accounts = [_with_paid(account, paid.get(account.pupil, 0)) for account in accounts]
    return accounts, 0 if total is None else total - sum(account.spent for account in accounts)


def account_of(each: Charge, paid: int, spent: int, shortage: str, at_leaving: bool = False) -> Account:
    """Give an account from a charge, what was paid and what was spent for the pupil.

    Who is waived owes nothing. Otherwise he owes what was spent, under 少不补 at most what he was charged.
    """
    owed = 0 if each.why == WAIVED else spent if shortage == MADE_UP else min(spent, each.fen)
    return Account(each.pupil, each.plan_item, each.fen, paid, spent, paid - owed, spent - owed, at_leaving)


def settle_leaver(each: Charge, paid: int, shortage: str, share: int | None = None) -> Account:
    """Give the account of who leaves now: what he took at the standard, or the ``share`` of the vouchers so far."""
    return account_of(each, paid, each.full if share is None else share, shortage, at_leaving=True)


def _with_paid(account: Account, paid: int) -> Account:
    if account.paid == paid:
        return account
    return Account(account.pupil, account.plan_item, account.charged, paid, account.spent,
                   account.refund + paid - account.paid, account.borne, account.at_leaving)


def owed_parts(owed: int, arrears: int) -> tuple[int, int]:
    """Split what a pupil still has to pay over all his items into 欠缴 and 应补; ``arrears`` are those of his accounts together."""
    unpaid = min(owed, arrears)
    return unpaid, owed - unpaid


def attributed(fen: int, refunds: Mapping[int, int]) -> dict[int, int]:
    """Say which items a sum given back to one pupil belongs to: ``refunds`` are his accounts' (item: 分).

    The whole sum goes item by item as settled; a part of it by proportion of what has the same sign. 0 names no item:
    money given to who has nothing to get. The parts sum to ``fen`` exactly.
    """
    if fen == sum(refunds.values()):
        return dict(refunds)
    sign = 1 if fen > 0 else -1
    items = [item for item, refund in refunds.items() if refund * sign > 0]
    if not items:
        return {0: fen}
    return dict(zip(items, allocate(fen, [abs(refunds[item]) for item in items]), strict=True))


# --- what must hold ----------------------------------------------------------------------------------------------


def faults(accounts: Iterable[Account], vouchers: Mapping[int, int], remainders: Mapping[int, int],
           name: Callable[[int], str]) -> list[str]:
    """Give a sentence for each identity that fails: per pupil and item, and per item with vouchers (``name`` names it)."""
    found, spent = [], dict.fromkeys(vouchers, 0)
    for each in accounts:
        if each.paid - each.spent - each.refund + each.borne:
            found.append(f"“{name(each.plan_item)}”有一名学生的预收、实支、应退对不上。")
        if each.plan_item in spent:
            spent[each.plan_item] += each.spent
    found += [f"“{name(item)}”学生实支合计加学校承担的余数不等于票据合计。" for item, total in vouchers.items()
              if spent[item] + remainders.get(item, 0) != total]
    return found


def mean(total: int, count: int) -> int:
    """Give a mean in whole 分, halves up; 0 for nobody."""
    return (2 * total + count) // (2 * count) if count else 0
