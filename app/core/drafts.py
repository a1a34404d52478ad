"""Records as they are typed: drafts (dataclasses) of standing and new records that are written together as one step.

What a grid gives (field → value, of records by id and of new ones) becomes one draft a record, each is asked the rules,
and every problem names its record, as ``Problem.row`` says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from app.core.errors import Problem, require_valid

Draft = TypeVar("Draft")
Values = Mapping[str, Any]


def typed_over(draft: Draft, values: Values) -> Draft:
    """Give a draft with values typed over: words trimmed, and an empty text where a field of words was emptied."""
    words = {key: (value or "").strip() if isinstance(getattr(draft, key), str) else value
             for key, value in values.items()}
    return replace(draft, **words)  # type: ignore[type-var]


def drafts_of(
    changed: Mapping[int, Values], added: Sequence[Values], standing: Callable[[int], Draft], new: Draft
) -> dict[int, Draft]:
    """Give the drafts by row: of records by id, as ``standing`` gives them, and of new ones as -1, -2 …"""
    drafts = {identity: typed_over(standing(identity), values) for identity, values in changed.items()}
    return drafts | {-at: typed_over(new, values) for at, values in enumerate(added, 1)}


def require_right(drafts: Mapping[int, Draft], check: Callable[[int, Draft], Iterable[Problem]]) -> None:
    """Ask the rules for every draft (``check`` gets its row as well); raises ``Invalid`` with every problem of all of them."""
    require_valid([replace(problem, row=row) for row, draft in drafts.items() for problem in check(row, draft)])
