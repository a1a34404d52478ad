"""What features know of one pupil, for the export and the erasure of his data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.columns import Column
from app.core.errors import not_joined


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of what is kept about a pupil, as a sheet of his export."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class AboutPerson:
    """What one feature knows of a pupil, both asked by the pupil's id.

    ``kept`` gives it as tables for the export; ``wording`` gives (table, row, what to put there by column) for words
    that tell who he is and must go when his data are erased: the name of who signed.
    """

    kept: Callable[[int], list[Kept]]
    wording: Callable[[int], Iterable[tuple[str, int, Mapping[str, str]]]]


about: Callable[[], tuple[AboutPerson, ...]] = not_joined
"""Gives what all features know of pupils (``app.features.join``)."""
