"""Money of a term's fees with pupils' names: register, arrears, refunds, letters' figures. For private papers and the window.

Nothing here may stand on a public paper (个人信息保护法第二十五条); those are made from ``queries``. The papers themselves
(receipts, vouchers, refunds) are listed in ``grids``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from app.core.pinyin import name_order
from app.fees.money import queries
from app.fees.money.facts import Facts, Receipt, Title, owed, taken
from app.fees.money.settling import Account, Charge, owed_parts
from app.school.pupil_rules import told_apart
from app.store.database import database
from app.store.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Name:
    """Who a pupil is, as lists show him; the class is his latest in the term."""

    pupil: int
    class_id: int
    grade: int
    class_name: str
    seat: int | None
    name: str
    number: str
    namesake: bool = False

    @property
    def told(self) -> str:
        """Give the name as private papers print it: with 学号 or seat where the class has two of the name."""
        return told_apart(self.name, self.number, self.seat) if self.namesake else self.name


def names(facts: Facts, classes: Collection[int] = (), grades: Collection[int] = ()) -> dict[int, Name]:
    """Give the pupils of the term (of classes and grades, all where both are empty) by class and seat, without seats by name.

    Who has money in the plan but is no longer in any class of the term stands last, with class 0.
    """
    plan = facts.plan_id
    known = _names.get(plan, lambda: _read_names(Facts(plan))) if facts.pupils is None else _read_names(facts)
    found = dict(known) if not (classes or grades) else {
        pupil: who for pupil, who in known.items() if who.class_id in classes or who.grade in grades}
    gone = {*facts.receipts, *(account.pupil for account in facts.frozen)} - known.keys()
    if gone and (0 in classes or 0 in grades or not (classes or grades)):
        roll = _read_roll(facts.head.term.school_year)
        for pupil in sorted(gone):
            name, number, seat = roll[pupil]
            found[pupil] = Name(pupil, 0, 0, queries.GONE, seat, name, number)
    return found


def _read_names(facts: Facts) -> dict[int, Name]:
    roll, found = _read_roll(facts.head.term.school_year), list[Name]()
    for child in facts.children:
        at, (name, number, seat) = facts.places[child.id], roll[child.id]
        found.append(Name(child.id, at.class_id, at.grade, at.class_name, seat, name, number))
    order = {who.class_id: number for number, who in enumerate(found)}
    found.sort(key=lambda who: (order[who.class_id], who.seat is None, who.seat or 0, name_order(who.name)))
    twice = {key for key, count in Counter((who.class_id, who.name) for who in found).items() if count > 1}
    return {who.pupil: replace(who, namesake=True) if (who.class_id, who.name) in twice else who for who in found}


def _read_roll(year: int) -> dict[int, tuple[str, str, int | None]]:
    """Give name, number and seat (in the year's latest class) of every pupil there is."""
    return {row[0]: row[1:] for row in database.execute_sql(
        """SELECT p.id, p.name, p.number,
                  (SELECT e.seat FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
                   WHERE e.pupil_id = p.id AND c.school_year = ? ORDER BY e.joined_on DESC, e.id DESC LIMIT 1)
           FROM pupil p""", (year,)).fetchall()}


_names: Remembered[Mapping[int, Name]] = Remembered(3)


# --- collecting --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterRow:
    """A pupil's line in the register of a class, 分: ``charges`` by plan item; ``papers``: his receipts that stand."""

    who: Name
    charges: Mapping[int, Charge]
    papers: Sequence[Receipt]

    @cached_property
    def paid(self) -> Mapping[int, int]:
        """Give what he paid by plan item."""
        return taken(self.papers)

    @cached_property
    def charged(self) -> int:
        """Give what he is charged for everything."""
        return sum(each.fen for each in self.charges.values())

    @cached_property
    def received(self) -> int:
        """Give what he paid."""
        return sum(self.paid.values())

    @cached_property
    def owed_items(self) -> Mapping[int, int]:
        """Give what is still to be paid by plan item, above zero only."""
        return owed(self.charges, self.paid)

    @cached_property
    def owed(self) -> int:
        """Give what is still to be paid, item by item: what was paid too much for one does not pay another."""
        return sum(self.owed_items.values())

    @cached_property
    def over(self) -> int:
        """Give what was paid above what is charged now, item by item: it is given back when the term is settled."""
        return sum(max(fen - (self.charges[item].fen if item in self.charges else 0), 0) for item, fen in self.paid.items())

    @property
    def numbers(self) -> str:
        """Give the receipts' numbers."""
        return "、".join(paper.number for paper in self.papers)

    @property
    def paid_on(self) -> date | None:
        """Give the day he paid last, None where he paid nothing."""
        return date.fromisoformat(self.papers[-1].paid_on) if self.papers else None

    @property
    def methods(self) -> str:
        """Give how he paid, each way once."""
        return "、".join(dict.fromkeys(paper.method for paper in self.papers if paper.method))


def register(plan_id: int, classes: Collection[int] = (), grades: Collection[int] = (), facts: Facts | None = None,
             before: Mapping[int, RegisterRow] | None = None) -> list[RegisterRow]:
    """Give who is charged what and who paid what, when, against which receipt, by class and seat.

    Who asks again and again hands over the rows he has (``before``, by pupil): those that are still right are given as they
    are, with the sums that were worked out.
    """
    facts = facts or Facts(plan_id)
    charged, nothing = facts.ground.by_pupil, dict[int, Charge]()
    kept, found = before or {}, list[RegisterRow]()
    for pupil, who in names(facts, classes, grades).items():
        mine, papers = charged.get(pupil, nothing), facts.receipts.get(pupil, ())
        if mine or papers:
            old = kept.get(pupil)
            same = old is not None and old.who is who and old.charges is mine and old.papers == papers
            found.append(old if same and old is not None else RegisterRow(who, mine, papers))
    return found


def arrears(
    plan_id: int, classes: Collection[int] = (), grades: Collection[int] = (), facts: Facts | None = None
) -> list[RegisterRow]:
    """Give who has not paid all he is charged, by class and seat."""
    return [row for row in register(plan_id, classes, grades, facts) if row.owed]


# --- settling and giving back ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PupilAccount:
    """A pupil's settlement, 分: ``lines`` in the plan's order; ``refund`` of all (below zero: 欠缴, 应补), ``given`` so far.

    On paper 实支 is what he himself bears: ``own`` of a line, the school's part left out, so that 预收 − 实支 = 应退.
    """

    who: Name
    lines: tuple[tuple[Title, Account], ...]
    given: int = 0
    given_on: date | None = None
    method: str = ""
    signer: str = ""

    @property
    def paid(self) -> int:
        """Give what he paid."""
        return sum(each.paid for _, each in self.lines)

    @property
    def own(self) -> int:
        """Give what he himself bears."""
        return sum(own(each) for _, each in self.lines)

    @property
    def refund(self) -> int:
        """Give what he gets back, below zero what he pays in addition."""
        return sum(each.refund for _, each in self.lines)

    @property
    def left(self) -> int:
        """Give what is still open."""
        return self.refund - self.given

    @property
    def owed(self) -> tuple[int, int]:
        """Give what he had to pay when it was settled, as 欠缴 and 应补."""
        return owed_parts(max(-self.refund, 0), sum(each.arrears for _, each in self.lines))


def own(account: Account) -> int:
    """Give what the pupil himself bears of an account."""
    return account.spent - account.borne


def settlements(plan_id: int, classes: Collection[int] = (), grades: Collection[int] = (),
                pupils: Collection[int] | None = None, facts: Facts | None = None) -> list[PupilAccount]:
    """Give every pupil's settlement (of some classes, grades or pupils) by class and seat, for lists and letters.

    Frozen accounts where the term is settled, else as they would be if it were settled now.
    """
    facts = facts or Facts(plan_id)
    order = {each.id: each for each in facts.titles}
    lines: dict[int, dict[int, Account]] = defaultdict(dict)
    for account in facts.accounts:
        lines[account.pupil][account.plan_item] = account
    given: dict[int, tuple[int, str, str, str]] = {}
    for pupil, fen, day, method, signer in database.execute_sql(
            """SELECT pupil_id, fen, paid_on, method, signer FROM fee_refund WHERE plan_id = ? AND voided_on IS NULL
               ORDER BY paid_on, id""", (plan_id,)).fetchall():
        given[pupil] = given.get(pupil, (0,))[0] + fen, day, method, signer
    found = []
    for pupil, who in names(facts, classes, grades).items():
        if pupil not in lines or (pupils is not None and pupil not in pupils):
            continue
        fen, day, method, signer = given.get(pupil, (0, "", "", ""))
        found.append(PupilAccount(who, tuple((title, lines[pupil][item]) for item, title in order.items()
                                             if item in lines[pupil]),
                                  fen, date.fromisoformat(day) if day else None, method, signer))
    return found


# --- what was used -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A pupil's measures by plan item: ``counted`` as typed, ``expected`` as the days say; only items he takes part in."""

    who: Name
    counted: Mapping[int, int]
    expected: Mapping[int, int]


def usage(plan_id: int, class_id: int | None = None) -> list[UsageRow]:
    """Give what was counted for every pupil (of a class), by class and seat: the grid in which days eaten are typed."""
    facts = Facts(plan_id)
    expected: dict[int, dict[int, int]] = defaultdict(dict)
    for item, found in facts.charges.items():
        for each in found:
            if each.weight or (item, each.pupil) in facts.usage:
                expected[each.pupil][item] = each.units
    return [UsageRow(who, {item: facts.usage[item, pupil] for item in expected[pupil] if (item, pupil) in facts.usage},
                     expected[pupil])
            for pupil, who in names(facts, () if class_id is None else (class_id,)).items()]
