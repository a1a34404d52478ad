"""What features know of one pupil, for the export and the erasure of his data. Features hang their own on these lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.columns import Column


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of what is kept about a pupil, as a sheet of his export."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


about: list[Callable[[int], list[Kept]]] = []
"""Each gives, for a pupil's id, what a feature keeps about him."""

wording: list[Callable[[int], Iterable[tuple[str, int, Mapping[str, str]]]]] = []
"""Each gives (table, row, what to put there) for words of a feature that tell who a pupil is: the name of who signed."""
