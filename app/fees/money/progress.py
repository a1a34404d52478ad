"""How far a term's money is: what came in class by class, what went out, what blocks the close. No names are read."""

from dataclasses import dataclass
from datetime import date

from app.fees.money import queries
from app.fees.money.facts import Facts
from app.fees.money.settlement import close_blocks


@dataclass(frozen=True, slots=True)
class ClassMoney:
    """A class of the term, 分: who is charged anything, who still owes; ``back`` and ``owed_now`` are open after settling."""

    class_id: int
    grade: int
    name: str
    pupils: int
    charged: int
    paid: int
    owed: int
    debtors: int
    back: int
    back_pupils: int
    owed_now: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A plan's money at a glance, 分. ``forbidden`` and ``explain`` are what closing would be refused for."""

    state: str
    charged: int
    paid: int
    owed: int
    debtors: int
    vouchers: int
    settled_on: date | None
    stale: bool
    back: int
    owed_now: int
    forbidden: tuple[str, ...]
    explain: tuple[str, ...]


def by_class(plan_id: int, facts: Facts | None = None) -> list[ClassMoney]:
    """Give every class's money by grade and number; sums over classes are those of ``progress``."""
    facts = facts or Facts(plan_id)
    balance = queries.open_balances(facts)
    charged = {pupil: sum(each.fen for each in found.values()) for pupil, found in facts.ground.by_pupil.items()}
    paid = {pupil: sum(parts.values()) for pupil, parts in facts.paid_by.items()}
    owed = {pupil: sum(facts.owed(pupil).values()) for pupil in charged}
    classes: dict[int, tuple[int, str, list[int]]] = {}
    for child in facts.children:
        at = facts.places[child.id]
        classes.setdefault(at.class_id, (at.grade, at.class_name, []))[2].append(child.id)
    # Who has money here but is in no class of the term any more.
    gone = [pupil for pupil in {*paid, *balance} if pupil not in facts.places]
    if gone:
        classes[0] = 0, queries.GONE, gone
    return [ClassMoney(
        class_id, grade, name, sum(charged.get(each, 0) > 0 for each in pupils), sum(charged.get(each, 0) for each in pupils),
        sum(paid.get(each, 0) for each in pupils), sum(owed.get(each, 0) for each in pupils),
        sum(owed.get(each, 0) > 0 for each in pupils), sum(max(balance.get(each, 0), 0) for each in pupils),
        sum(balance.get(each, 0) > 0 for each in pupils), sum(max(-balance.get(each, 0), 0) for each in pupils))
        for class_id, (grade, name, pupils) in classes.items()]


def progress(plan_id: int) -> Progress:
    """Give how far a plan's money is, and what would stand in the way of closing it now."""
    facts = Facts(plan_id)
    classes = by_class(plan_id, facts)
    forbidden, explain = close_blocks(facts)
    return Progress(
        facts.head.state, sum(each.charged for each in classes), sum(each.paid for each in classes), sum(each.owed for each in classes),
        sum(each.debtors for each in classes), sum(facts.vouchers.values()), facts.head.settled_on,
        not facts.head.closed_on and facts.stale, sum(each.back for each in classes), sum(each.owed_now for each in classes),
        tuple(forbidden), tuple(explain))
