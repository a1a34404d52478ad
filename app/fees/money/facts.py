"""What a plan's money stands on, of the whole school or of some pupils: charges, what was paid, what was frozen. No names.

What the whole school is charged is worked out once and remembered until a table it was read from changes
(``store.remembered``): a receipt changes none of them. A verb asks for the pupils it is about only, inside its own
transaction, where nothing is answered from memory. Both ways a pupil has the same charges and the same account.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from app.core.errors import Refused
from app.core.terms import TermName
from app.fees.money import settings as words
from app.fees.money import settling
from app.fees.money.settling import Account, Calendar, Charge, Child, Item, Stay
from app.fees.rules import BY_STANDARD, STEPS, TERM
from app.school import queries as school
from app.store import settings
from app.store.database import among, database
from app.store.remembered import Remembered

_NAMED = 3      # classes that a step's title names


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pupil stands in lists: his class and its grade; the order is that of class, seat and pinyin."""

    pupil: int
    class_id: int
    grade: int
    class_name: str


class Receipt(NamedTuple):
    """A receipt that stands: what it took by plan item, 分."""

    number: str
    paid_on: str
    method: str
    fen: dict[int, int]


@dataclass(frozen=True, slots=True)
class Ground:
    """All that decides what pupils are charged, and what they are charged; shared by whoever asks, so nobody changes it.

    ``vouchers`` are 分 by plan item, no key where there is none; ``children`` who is there for some of the term, by class,
    seat and pinyin, ``places`` the latest class of each; ``choices`` and ``usage`` (plan item, pupil) → agreed, measures;
    ``counted`` the items of which somebody's measures were counted; ``charges`` by plan item in the order of ``children``.
    """

    titles: list[Title]
    items: list[Item]
    vouchers: Mapping[int, int]
    counted: frozenset[int]
    calendar: Calendar
    children: list[Child]
    places: Mapping[int, Place]
    choices: Mapping[tuple[int, int], bool]
    usage: Mapping[tuple[int, int], int]
    charges: Mapping[int, list[Charge]]
    by_pupil: Mapping[int, Mapping[int, Charge]]


_heads: Remembered[Head] = Remembered()
_grounds: Remembered[Ground] = Remembered(3)
_frozen: Remembered[list[Account]] = Remembered(3)


def head(plan_id: int) -> Head:
    """Give a plan; refuses one that is gone."""
    return _heads.get(plan_id, lambda: _read_head(plan_id))


def _read_head(plan_id: int) -> Head:
    row = database.execute_sql(
        """SELECT p.id, p.state, p.shortage, t.school_year, t.half, t.starts_on, t.ends_on, p.collect_from, p.collect_until,
                  p.settled_on, p.closed_on
           FROM fee_plan p JOIN term t ON t.id = p.term_id WHERE p.id = ?""",
        (plan_id,),
    ).fetchone()
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
    return [_title(row) for row in rows]


def _title(row: Sequence[Any]) -> Title:
    return Title(*(*row[:6], bool(row[6]), row[7]))


class Facts:
    """A plan's money without any name: of the whole school, or of ``pupils`` only. Read inside one transaction or as it is."""

    def __init__(self, plan_id: int, pupils: Collection[int] | None = None) -> None:
        self.plan_id = plan_id
        self.pupils = None if pupils is None else frozenset(pupils)
        self.head = head(plan_id)

    @cached_property
    def ground(self) -> Ground:
        """Give what decides the charges, and the charges."""
        if self.pupils is not None:
            return _read_ground(self.head, self.pupils)
        return _grounds.get(self.plan_id, lambda: _read_ground(head(self.plan_id), None))  # the head too is read for it

    @property
    def titles(self) -> list[Title]:
        """Give the items as papers name them, in the plan's order."""
        return self.ground.titles

    @property
    def items(self) -> list[Item]:
        """Give the items as settling takes them, in the plan's order."""
        return self.ground.items

    @property
    def calendar(self) -> Calendar:
        """Give the term's school days as the school set them."""
        return self.ground.calendar

    @property
    def children(self) -> list[Child]:
        """Give who is there for some of the term, by class, seat and pinyin; no names."""
        return self.ground.children

    def whose(self, pupils: Sequence[int]) -> str:
        """Say in a step's title whose something is, by class and number of pupils: 三年级1班 40 人."""
        names = list(dict.fromkeys(self.places[each].class_name for each in pupils if each in self.places))
        many = f" {len(set(pupils))} 人" if len(set(pupils)) > 1 else ""
        return "、".join(names[:_NAMED]) + (f"等 {len(names)} 个班" if len(names) > _NAMED else "") + many

    @property
    def places(self) -> Mapping[int, Place]:
        """Give the class of each of ``children``: his latest in the term."""
        return self.ground.places

    @property
    def choices(self) -> Mapping[tuple[int, int], bool]:
        """Give the families' answers: (plan item, pupil) → agreed."""
        return self.ground.choices

    @property
    def usage(self) -> Mapping[tuple[int, int], int]:
        """Give what was counted: (plan item, pupil) → measures."""
        return self.ground.usage

    @property
    def vouchers(self) -> Mapping[int, int]:
        """Give what was spent: plan item → 分, vouchers that were voided left out; no key where there is none."""
        return self.ground.vouchers

    @property
    def charges(self) -> Mapping[int, list[Charge]]:
        """Give plan item → charges in the order of ``children``."""
        return self.ground.charges

    def by_days(self, item: Item) -> bool:
        """Whether the costs of an item that is charged by the term follow days that were counted (meals paid in advance)."""
        return _by_days(item, self.ground.counted)

    @cached_property
    def receipts(self) -> Mapping[int, list[Receipt]]:
        """Give the receipts that stand, by pupil and in the order in which they were paid."""
        narrow, more = among("r.pupil_id", self.pupils)
        found: dict[int, list[Receipt]] = defaultdict(list)
        for pupil, number, day, method, lines in database.execute_sql(
            f"""SELECT r.pupil_id, r.number, r.paid_on, r.method,
                           (SELECT json_group_array(json_array(l.plan_item_id, l.fen)) FROM fee_receipt_line l WHERE l.receipt_id = r.id)
                    FROM fee_receipt r WHERE r.plan_id = ? AND r.voided_on IS NULL{narrow} ORDER BY r.paid_on, r.id""",
            (self.plan_id, *more),
        ).fetchall():
            found[pupil].append(Receipt(number, day, method, dict(json.loads(lines))))
        return found

    @cached_property
    def paid_by(self) -> Mapping[int, Mapping[int, int]]:
        """Give what was taken: pupil → plan item → 分."""
        return {pupil: taken(papers) for pupil, papers in self.receipts.items()}

    @cached_property
    def paid(self) -> dict[int, dict[int, int]]:
        """Give the same by item: plan item → pupil → 分."""
        paid: dict[int, dict[int, int]] = defaultdict(dict)
        for pupil, parts in self.paid_by.items():
            for item, fen in parts.items():
                paid[item][pupil] = fen
        return dict(paid)

    @cached_property
    def frozen(self) -> list[Account]:
        """Give the accounts as they were frozen, of leavers and of all."""
        if self.pupils is not None:
            return _read_frozen(self.plan_id, self.pupils)
        return _frozen.get(self.plan_id, lambda: _read_frozen(self.plan_id, None))

    def owed(self, pupil: int) -> dict[int, int]:
        """Give what a pupil is charged and has not paid yet: plan item → 分 in the plan's order, above zero only."""
        return owed(self.ground.by_pupil.get(pupil, {}), self.paid_by.get(pupil, {}))

    def total(self, item: Item) -> int | None:
        """Give what settling shares out for an item: its vouchers, None where it goes by its standard."""
        return None if item.fixed else self.vouchers.get(item.id, 0)

    @cached_property
    def settled(self) -> tuple[list[Account], dict[int, int]]:
        """Settle everything as it stands now: all accounts, and what remains with the school (plan item → 分)."""
        if self.pupils is not None:
            raise RuntimeError("a voucher is shared out among all pupils: only the whole school can be settled")
        leavers: dict[int, dict[int, Account]] = defaultdict(dict)
        for account in self.frozen:
            if account.at_leaving:
                leavers[account.plan_item][account.pupil] = account
        bearer = settings.value(words.REMAINDER)
        accounts, remainders = [], {}
        for item in self.items:
            done, remainders[item.id] = settling.settle_item(
                item.id,
                self.charges[item.id],
                self.paid.get(item.id, {}),
                self.total(item),
                self.head.shortage,
                bearer,
                leavers[item.id],
            )
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


def taken(papers: Sequence[Receipt]) -> Mapping[int, int]:
    """Give what some receipts took together: plan item → 分."""
    if len(papers) == 1:
        return papers[0].fen
    sums: dict[int, int] = {}
    for paper in papers:
        for item, fen in paper.fen.items():
            sums[item] = sums.get(item, 0) + fen
    return sums


def owed(charges: Mapping[int, Charge], paid: Mapping[int, int]) -> dict[int, int]:
    """Give what is still to be paid by plan item, above zero only: what was paid too much for one does not pay another."""
    return {item: left for item, each in charges.items() if (left := each.fen - paid.get(item, 0)) > 0}


def _read_ground(plan: Head, pupils: Collection[int] | None) -> Ground:
    """Read what decides the charges of some pupils (None: of all) in three questions, and work the charges out."""
    names, items, vouchers, counted = _read_items(plan.id)
    calendar = Calendar(
        plan.starts_on,
        plan.ends_on,
        school.school_days(),
        settings.value(words.LEAST_DAYS),
        settings.value(words.PART_TERM),
    )
    children, places = _read_enrolled(plan, pupils)
    choices, usage = _read_answers(plan.id, pupils)
    charges: dict[int, list[Charge]] = {}
    by_pupil: dict[int, dict[int, Charge]] = {child.id: {} for child in children}
    for item in items:
        by_days = _by_days(item, counted)
        charges[item.id] = []
        for child in children:
            key = item.id, child.id
            each = settling.charge(item, child, calendar, choices.get(key), usage.get(key), by_days)
            if each is not None:
                charges[item.id].append(each)
                by_pupil[child.id][item.id] = each
    return Ground(names, items, vouchers, counted, calendar, children, places, choices, usage, charges, by_pupil)


def _by_days(item: Item, counted: Collection[int]) -> bool:
    return item.measure == TERM and item.id in counted


def _read_items(plan_id: int) -> tuple[list[Title], list[Item], dict[int, int], frozenset[int]]:
    """Give the plan's items as papers and as settling take them, their vouchers, and those that were counted of anybody."""
    rows = database.execute_sql(
        """SELECT i.id, i.item_id, i.name, i.kind, i.unit, i.measure, i.voluntary, i.supplier, i.waived, i.settled_by,
                  (SELECT json_group_array(json_array(p.grade, p.fen)) FROM fee_price p WHERE p.plan_item_id = i.id),
                  (SELECT sum(v.fen) FROM fee_voucher v WHERE v.plan_item_id = i.id AND v.voided_on IS NULL),
                  EXISTS (SELECT 1 FROM fee_usage u WHERE u.plan_item_id = i.id)
           FROM fee_plan_item i WHERE i.plan_id = ? ORDER BY i.position, i.id""", (plan_id,)).fetchall()
    names, items = [_title(row) for row in rows], []
    for each, (waived, settled_by, prices, *_) in zip(names, (row[8:] for row in rows), strict=True):
        groups = frozenset(line.strip() for line in waived.splitlines() if line.strip())
        items.append(
            Item(
                each.id,
                each.measure,
                dict(json.loads(prices)),
                each.voluntary,
                groups,
                settled_by == BY_STANDARD,
            )
        )
    vouchers = {row[0]: row[11] for row in rows if row[11] is not None}
    return names, items, vouchers, frozenset(row[0] for row in rows if row[12])


def _read_enrolled(plan: Head, pupils: Collection[int] | None) -> tuple[list[Child], dict[int, Place]]:
    narrow, more = among("e.pupil_id", pupils)
    rows = database.execute_sql(
        f"""SELECT p.id, c.grade, e.joined_on, e.left_on, p.waiver, c.id, c.name
            FROM enrolment e JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id
            WHERE c.school_year = ? AND e.joined_on <= ? AND (e.left_on IS NULL OR e.left_on > ?){narrow}
            ORDER BY c.grade, c.number, e.seat IS NULL, e.seat, p.keys, p.id, e.joined_on""",
        (plan.term.school_year, plan.ends_on.isoformat(), plan.starts_on.isoformat(), *more)).fetchall()
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


def _read_answers(
    plan_id: int, pupils: Collection[int] | None
) -> tuple[dict[tuple[int, int], bool], dict[tuple[int, int], int]]:
    """Give what families chose and what was counted, by (plan item, pupil)."""
    narrow, more = among("x.pupil_id", pupils)
    of_plan = f"JOIN fee_plan_item i ON i.id = x.plan_item_id WHERE i.plan_id = ?{narrow}"
    choices, usage = dict[tuple[int, int], bool](), dict[tuple[int, int], int]()
    for counted, item, pupil, value in database.execute_sql(
            f"""SELECT 0, x.plan_item_id, x.pupil_id, x.agreed FROM fee_choice x {of_plan}
                UNION ALL SELECT 1, x.plan_item_id, x.pupil_id, x.units FROM fee_usage x {of_plan}""",
            (plan_id, *more, plan_id, *more)).fetchall():
        if counted:
            usage[item, pupil] = value
        else:
            choices[item, pupil] = bool(value)
    return choices, usage


def _read_frozen(plan_id: int, pupils: Collection[int] | None) -> list[Account]:
    narrow, more = among("x.pupil_id", pupils)
    return [Account(*(*row[:7], bool(row[7]))) for row in database.execute_sql(
        f"""SELECT x.pupil_id, x.plan_item_id, x.charged, x.paid, x.spent, x.refund, x.borne, x.at_leaving
            FROM fee_settlement x JOIN fee_plan_item i ON i.id = x.plan_item_id WHERE i.plan_id = ?{narrow}""",
        (plan_id, *more)).fetchall()]
