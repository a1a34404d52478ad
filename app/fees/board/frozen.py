"""What hung on the board, as it was: a publication's content is JSON with everything its paper says.

An old version prints from here, whatever the plan says today. Content holds no person's name: there is none to take.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.columns import Kind, shown
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.item_fields import COMPARED, PUBLISHED, PlanItemRow
from app.fees.plan.rules import REWORDED, WHOLE, Difference, differences
from app.fees.rules import PlanRow

Content = Mapping[str, Any]
REFUNDS = "refunds"     # of an item: how it is charged and settled, in a sentence made from the rule


@dataclass(frozen=True)
class Words:
    """What the school says on every board: its name, its office's telephones, its declaration, where boards hang."""

    school: str
    phones: Sequence[tuple[str, str]]
    declaration: str
    publicity_days: int


def of_plan(
    plan: PlanRow, items: Sequence[PlanItemRow], matrix: rules.Matrix, grades: Sequence[int], words: Words,
    refunds: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """Freeze a term's fees: the items with their prices by grade and all words that stand around them.

    ``refunds``: how each item (by its id) is charged and settled in a sentence.
    """
    return {
        **_head(plan, words), "grades": list(grades), "publicity_days": words.publicity_days,
        "collect_from": shown(Kind.DAY, plan.collect_from), "collect_until": shown(Kind.DAY, plan.collect_until),
        "items": [{**{key: getattr(item, key) for key in PUBLISHED}, "item": item.item_id,
                   **({REFUNDS: refunds[item.id]} if refunds is not None else {}),
                   "prices": {str(grade): fen for (each, grade), fen in sorted(matrix.items()) if each == item.id}}
                  for item in items],
    }


def of_settlement(
    plan: PlanRow, by_item: Sequence[Mapping[str, Any]], by_class: Sequence[Mapping[str, Any]], words: Words
) -> dict[str, Any]:
    """Freeze a term's settlement: sums by item and by class, never of one pupil."""
    return {
        **_head(plan, words),
        "settled_on": shown(Kind.DAY, plan.settled_on),
        "by_item": list(by_item),
        "by_class": list(by_class),
    }


def _head(plan: PlanRow, words: Words) -> dict[str, Any]:
    return {
        "school": words.school,
        "term": plan.term_title,
        "shortage": plan.shortage,
        "refund": rules.refund_sentence(plan.shortage),
        "phones": [list(pair) for pair in words.phones],
        "declaration": words.declaration,
    }


def items(content: Content) -> list[PlanItemRow]:
    """Give the items that were public; their ``id`` is that of the item they stand for."""
    return [
        PlanItemRow(
            id=each["item"], item_id=each["item"], position=at, **{key: each[key] for key in PUBLISHED if key in each}
        )
        for at, each in enumerate(content["items"], 1)
    ]


def matrix(content: Content) -> dict[tuple[int, int], int]:
    """Give the prices that were public: (item, grade) → 分."""
    return {(each["item"], int(grade)): fen for each in content["items"] for grade, fen in each["prices"].items()}


def changes(before: Content, after: Content) -> list[Difference]:
    """Give how two versions differ in anything that parents read: what a change notice says.

    Words that the program did not freeze yet when the earlier one hung are not compared.
    """
    known = [word for word in COMPARED if all(word in each for each in before["items"])]
    return [*_around(before, after), *_refunds(before, after),
            *differences(items(before), matrix(before), items(after), matrix(after), known)]


def _around(before: Content, after: Content) -> list[Difference]:
    """Give what differs in the words that stand around the items."""
    found = []
    for what, said in _AROUND.items():
        then, now = said(before), said(after)
        if then != now:
            found.append(Difference(0, WHOLE[what], what, REWORDED, 0, then, now))
    return found


def _refunds(before: Content, after: Content) -> list[Difference]:
    then = {each["item"]: each[REFUNDS] for each in before["items"] if REFUNDS in each}
    return [Difference(each["item"], each["name"], REFUNDS, REWORDED, 0, then[each["item"]], each[REFUNDS])
            for each in after["items"] if REFUNDS in each and then.get(each["item"], each[REFUNDS]) != each[REFUNDS]]


_AROUND: Mapping[str, Callable[[Content], str]] = {
    "shortage": lambda content: rules.refund_sentence(content["shortage"], full=False),
    "collect": lambda content: "至".join(chinese_day(found) for key in ("collect_from", "collect_until") if (found := day(content[key]))),
    "phones": lambda content: "，".join(" ".join(pair) for pair in content["phones"]),
    "declaration": lambda content: content["declaration"],
}


def day(text: str) -> date | None:
    """Give a frozen day, None for none."""
    return date.fromisoformat(text) if text else None
