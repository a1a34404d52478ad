"""Money of a term's fees: charges, accounts, what came in and went out. Plain rows.

The first part selects no name, so that public papers can be made from it; what names pupils is in ``money_lists``.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from app.core.errors import Refused
from app.core.money import format_fen
from app.core.terms import TermName
from app.fees.money import settings as words
from app.fees.money import settling
from app.fees.money.settling import Account, Calendar, Charge, Child, Item, Stay
from app.fees.rules import STEPS, TERM, grade_word
from app.school import queries as school
from app.store import settings
from app.store.database import database

GONE = "（已不在名册）"     # the class of who has money in a plan and is in no class of its term


@dataclass(frozen=True, slots=True)
class Head:
    """A plan with the days of its term, as far as money needs it."""

    id: int
    state: str
    shortage: str
    term: TermName
    starts_on: date
    ends_on: date
    collect_from: date | None
    collect_until: date | None
    settled_on: date | None
    closed_on: date | None

    @property
    def title(self) -> str:
        """Give what papers print: 2026—2027学年第一学期."""
        return self.term.title

    def after(self, act: str) -> str:
        """Give the state after an act (a key of ``rules.STEPS``); ``Refused`` in a sentence where it may not be done now."""
        return STEPS.after(self.state, act, f"{self.title}的收费")


@dataclass(frozen=True, slots=True)
class Title:
    """An item of a plan as papers name it, in the plan's order."""

    id: int
    item: int
    name: str
    kind: str
    unit: str
    measure: str
    voluntary: bool
    supplier: str


def head(plan_id: int) -> Head:
    """Give a plan; refuses one that is gone."""
    row = database.execute_sql(
        """SELECT p.id, p.state, p.shortage, t.school_year, t.half, t.starts_on, t.ends_on, p.collect_from, p.collect_until,
                  p.settled_on, p.closed_on
           FROM fee_plan p JOIN term t ON t.id = p.term_id WHERE p.id = ?""", (plan_id,)).fetchone()
    if row is None:
        raise Refused("这个学期的收费计划已经不在了，可能刚被撤销。请刷新后再试。")
    days = (date.fromisoformat(day) if day else None for day in row[7:])
    starts_on, ends_on = map(date.fromisoformat, row[5:7])
    return Head(*(*row[:3], TermName(row[3], row[4]), starts_on, ends_on, *days))


def titles(plan_id: int) -> list[Title]:
    """Give the items of a plan in their order."""
    rows = database.execute_sql(
        """SELECT id, item_id, name, kind, unit, measure, voluntary, supplier FROM fee_plan_item WHERE plan_id = ?
           ORDER BY position, id""", (plan_id,)).fetchall()
    return [Title(*(*row[:6], bool(row[6]), row[7])) for row in rows]


# --- what settling works on --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pupil stands in lists: his class and its grade; the order is that of class, seat and pinyin."""

    pupil: int
    class_id: int
    grade: int
    class_name: str


class Facts:
    """Everything about a plan's money in a few questions, without any name. Read it inside one transaction or as it is."""

    def __init__(self, plan_id: int) -> None:
        self.head = head(plan_id)
        self.titles = titles(plan_id)
        self.plan_id = plan_id

    @cached_property
    def items(self) -> list[Item]:
        """Give the items as settling takes them, in the plan's order."""
        prices: dict[int, dict[int, int]] = defaultdict(dict)
        for item, grade, fen in self.ask("SELECT x.plan_item_id, x.grade, x.fen FROM fee_price x {of_plan}"):
            prices[item][grade] = fen
        waived = dict(database.execute_sql(
            "SELECT id, waived FROM fee_plan_item WHERE plan_id = ?", (self.plan_id,)).fetchall())
        fixed = set(settings.value(words.FIXED_KINDS))
        return [Item(each.id, each.measure, prices[each.id], each.voluntary,
                     frozenset(line.strip() for line in waived[each.id].splitlines() if line.strip()),
                     each.kind in fixed and each.id not in self.vouchers) for each in self.titles]

    @cached_property
    def calendar(self) -> Calendar:
        """Give the term with the school's calendar; refuses days in the settings that cannot be read."""
        return Calendar(self.head.starts_on, self.head.ends_on, school.school_days(),
                        settings.value(words.LEAST_DAYS), settings.value(words.PART_TERM))

    @cached_property
    def _enrolled(self) -> tuple[list[Child], dict[int, Place]]:
        rows = database.execute_sql(
            """SELECT p.id, c.grade, e.joined_on, e.left_on, p.waiver, c.id, c.name
               FROM enrolment e JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
               WHERE c.school_year = ? AND e.joined_on <= ? AND (e.left_on IS NULL OR e.left_on > ?)
               ORDER BY c.grade, c.number, e.seat IS NULL, e.seat, p.keys, p.id, e.joined_on""",
            (self.head.term.school_year, self.head.ends_on.isoformat(), self.head.starts_on.isoformat())).fetchall()
        stays: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
        last: dict[int, tuple[str, int]] = {}
        for at, row in enumerate(rows):
            stays[row[0]].append((row[2], row[3]))
            last[row[0]] = max(last.get(row[0], ("", 0)), (row[2], at))
        known: dict[tuple[tuple[str, str | None], ...], tuple[Stay, ...]] = {}
        children, places = [], {}
        for at, (pupil, grade, _, _, waiver, class_id, name) in enumerate(rows):
            if last[pupil][1] != at:
                continue
            spans = tuple(sorted(stays[pupil], key=lambda span: span[0]))
            if spans not in known:
                known[spans] = tuple(Stay(date.fromisoformat(begin), date.fromisoformat(end) if end else None)
                                     for begin, end in spans)
            children.append(Child(pupil, grade, known[spans], waiver))
            places[pupil] = Place(pupil, class_id, grade, name)
        return children, places

    @property
    def children(self) -> list[Child]:
        """Give who is there for some of the term, by class, seat and pinyin; no names."""
        return self._enrolled[0]

    @property
    def places(self) -> dict[int, Place]:
        """Give the class of each of ``children``: his latest in the term."""
        return self._enrolled[1]

    @cached_property
    def choices(self) -> dict[tuple[int, int], bool]:
        """Give the families' answers: (plan item, pupil) → agreed."""
        return {(item, pupil): bool(agreed) for item, pupil, agreed in
                self.ask("SELECT x.plan_item_id, x.pupil_id, x.agreed FROM fee_choice x {of_plan}")}

    @cached_property
    def usage(self) -> dict[tuple[int, int], int]:
        """Give what was counted: (plan item, pupil) → measures."""
        return {(item, pupil): units for item, pupil, units in
                self.ask("SELECT x.plan_item_id, x.pupil_id, x.units FROM fee_usage x {of_plan}")}

    @cached_property
    def paid(self) -> dict[int, dict[int, int]]:
        """Give what was taken: plan item → pupil → 分, receipts that were voided left out."""
        paid: dict[int, dict[int, int]] = defaultdict(dict)
        for item, pupil, fen in database.execute_sql(
                """SELECT l.plan_item_id, r.pupil_id, sum(l.fen) FROM fee_receipt r
                   JOIN fee_receipt_line l ON l.receipt_id = r.id
                   WHERE r.plan_id = ? AND r.voided_on IS NULL GROUP BY 1, 2""", (self.plan_id,)).fetchall():
            paid[item][pupil] = fen
        return paid

    @cached_property
    def vouchers(self) -> dict[int, int]:
        """Give what was spent: plan item → 分, vouchers that were voided left out; no key where there is none."""
        return dict(self.ask("SELECT x.plan_item_id, sum(x.fen) FROM fee_voucher x {of_plan} AND x.voided_on IS NULL "
                              "GROUP BY 1"))

    @cached_property
    def frozen(self) -> list[Account]:
        """Give the accounts as they were frozen, of leavers and of all."""
        return [Account(*(*row[:7], bool(row[7]))) for row in self.ask(
            "SELECT x.pupil_id, x.plan_item_id, x.charged, x.paid, x.spent, x.refund, x.borne, x.at_leaving "
            "FROM fee_settlement x {of_plan}")]

    @cached_property
    def charges(self) -> dict[int, list[Charge]]:
        """Give plan item → charges in the order of ``children``."""
        charged: dict[int, list[Charge]] = {}
        for item in self.items:
            by_days = item.measure == TERM and any(each == item.id for each, _ in self.usage)
            found = (settling.charge(item, child, self.calendar, self.choices.get((item.id, child.id)),
                                     self.usage.get((item.id, child.id)), by_days) for child in self.children)
            charged[item.id] = [each for each in found if each]
        return charged

    def total(self, item: Item) -> int | None:
        """Give what settling shares out for an item: its vouchers, None where it goes by its standard."""
        return None if item.fixed else self.vouchers.get(item.id, 0)

    @cached_property
    def settled(self) -> tuple[list[Account], dict[int, int]]:
        """Settle everything as it stands now: all accounts, and what remains with the school (plan item → 分)."""
        leavers: dict[int, dict[int, Account]] = defaultdict(dict)
        for account in self.frozen:
            if account.at_leaving:
                leavers[account.plan_item][account.pupil] = account
        bearer = settings.value(words.REMAINDER)
        accounts, remainders = [], {}
        for item in self.items:
            done, remainders[item.id] = settling.settle_item(
                item.id, self.charges[item.id], self.paid.get(item.id, {}), self.total(item), self.head.shortage, bearer,
                leavers[item.id])
            accounts += done
        return accounts, remainders

    @cached_property
    def accounts(self) -> list[Account]:
        """Give the accounts as they were frozen where the term is settled, else as they would be now."""
        return self.frozen if self.head.settled_on else self.settled[0]

    @property
    def stale(self) -> bool:
        """Whether something changed since the term was settled, so that it must be settled again."""
        return bool(self.head.settled_on) and set(self.frozen) != set(self.settled[0])

    def name(self, item: int) -> str:
        """Give an item's name."""
        return next((each.name for each in self.titles if each.id == item), "")

    def ask(self, sql: str) -> Sequence[tuple[Any, ...]]:
        """Ask about rows x that hang on the plan's items; ``{of_plan}`` is replaced by the join and the condition."""
        of_plan = "JOIN fee_plan_item i ON i.id = x.plan_item_id WHERE i.plan_id = ?"
        return database.execute_sql(sql.replace("{of_plan}", of_plan), (self.plan_id,)).fetchall()


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


def refunded(plan_id: int) -> dict[int, int]:
    """Give what was given back so far: pupil → 分 (below zero: taken in addition)."""
    return dict(database.execute_sql(
        "SELECT pupil_id, sum(fen) FROM fee_refund WHERE plan_id = ? AND voided_on IS NULL GROUP BY pupil_id",
        (plan_id,)).fetchall())


def open_balances(facts: Facts) -> dict[int, int]:
    """Give what is still to be given back (分, below zero: still owed to the school) by pupil; who is even is left out.

    Counts frozen accounts only: before the term is settled those of leavers.
    """
    balance: dict[int, int] = defaultdict(int)
    for account in facts.frozen:
        balance[account.pupil] += account.refund
    for pupil, fen in refunded(facts.plan_id).items():
        balance[pupil] -= fen
    return {pupil: fen for pupil, fen in balance.items() if fen}


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
        if item.id in facts.vouchers and not any(each.weight for each in facts.charges[item.id]):
            found.append(f"“{title.name}”有票据 {format_fen(facts.vouchers[item.id])} 元，却没有学生参加，全部由学校承担。")
        if facts.settled[1][item.id] < 0:
            found.append(f"“{title.name}”离校学生已按 {format_fen(-facts.settled[1][item.id])} 元多算了实支，余额归学校。")
    return found


def remainder_words() -> str:
    """Say who bears the odd 分 of a voucher, as papers print it."""
    if settings.value(words.REMAINDER) == words.BY_SCHOOL:
        return "均摊分不尽的分由学校承担。"
    return "均摊分不尽的分，按小数由大到小、再按班级序号各计一分。"


# --- sums without names ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sum:
    """Accounts added up for an item, a grade or a class (``key``, ``name``), 分; ``pupils`` are those charged or paying.

    ``waived`` is how many of them pay nothing. ``vouchers`` counts papers, ``spent`` is pupils' share and ``remainder``
    what the school bears of odd 分: together the vouchers' total. ``refund`` and ``shortage`` are 应退 and 应补, both positive.
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


def sums(plan_id: int, by: str = "item", item: int | None = None, facts: Facts | None = None) -> list[Sum]:
    """Add the accounts up by ``item``, ``grade`` or ``class``; of one plan item only where given. No names are read.

    Who asks several times hands over the same ``facts``.
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
        key = account.plan_item if by == "item" else 0 if at is None else at.grade if by == "grade" else at.class_id
        groups.setdefault(key, []).append(account)
    count = dict(facts.ask("SELECT x.plan_item_id, count(*) FROM fee_voucher x {of_plan} AND x.voided_on IS NULL GROUP BY 1"))
    return [_summed(key, names.get(key, GONE), found, facts, count if by == "item" else {})
            for key, found in groups.items()]


def _summed(key: int, name: str, accounts: Sequence[Account], facts: Facts, vouchers: Mapping[int, int]) -> Sum:
    spent = sum(each.spent for each in accounts)
    fen = facts.vouchers.get(key, 0) if vouchers else 0
    return Sum(key, name, len({each.pupil for each in accounts}), sum(each.charged for each in accounts),
               sum(each.paid for each in accounts), spent, sum(max(each.refund, 0) for each in accounts),
               sum(max(-each.refund, 0) for each in accounts), sum(each.borne for each in accounts),
               fen - spent if key in vouchers else 0, vouchers.get(key, 0), fen)
