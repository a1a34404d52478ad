"""What hung on the board, as it was: a publication's content is JSON with everything its paper says.

An old version prints from here, whatever the plan says today. Content holds no person's name: there is none to take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.columns import Kind, shown
from app.fees import rules
from app.fees.item_fields import PUBLISHED, PlanItemRow
from app.fees.plan.rules import Difference, differences
from app.fees.rules import PlanRow

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """What the school says on every board: its name, its office's telephones, its declaration, where boards hang."""

    school: str
    phones: Sequence[tuple[str, str]]
    declaration: str
    publicity_days: int


def of_plan(
    plan: PlanRow, items: Sequence[PlanItemRow], matrix: rules.Matrix, grades: Sequence[int], words: Words
) -> dict[str, Any]:
    """Freeze a term's fees: the items with their prices by grade and all words that stand around them."""
    return {
        **_head(plan, words), "grades": list(grades), "publicity_days": words.publicity_days,
        "collect_from": shown(Kind.DAY, plan.collect_from), "collect_until": shown(Kind.DAY, plan.collect_until),
        "items": [{**{key: getattr(item, key) for key in PUBLISHED}, "item": item.item_id,
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
    """Give how two versions differ: what a change notice says."""
    return differences(items(before), matrix(before), items(after), matrix(after))


def day(text: str) -> date | None:
    """Give a frozen day, None for none."""
    return date.fromisoformat(text) if text else None
