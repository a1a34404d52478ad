"""How far a term's money is, class by class: what came in, what is open. No names are read."""

from dataclasses import dataclass

from app.fees.money import queries
from app.fees.money.facts import Facts


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


def by_class(plan_id: int, facts: Facts | None = None) -> list[ClassMoney]:
    """Give every class's money by grade and number; who has money but no class any more stands last."""
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
    return [
        ClassMoney(
            class_id,
            grade,
            name,
            sum(charged.get(each, 0) > 0 for each in pupils),
            sum(charged.get(each, 0) for each in pupils),
            sum(paid.get(each, 0) for each in pupils),
            sum(owed.get(each, 0) for each in pupils),
            sum(owed.get(each, 0) > 0 for each in pupils),
            sum(max(balance.get(each, 0), 0) for each in pupils),
            sum(balance.get(each, 0) > 0 for each in pupils),
            sum(max(-balance.get(each, 0), 0) for each in pupils),
        )
        for class_id, (grade, name, pupils) in classes.items()
    ]
