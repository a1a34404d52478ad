"""What features know of one pupil, for the export and the erasure of his data."""

from collections.abc import Callable, Mapping, Sequence
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
    """What one feature knows of a pupil.

    ``kept`` gives it, by the pupil's id, as tables for the export; ``words`` gives, by tables that refer to pupils, the columns
    whose words may tell who he is and must go when his data are erased: the name of who signed.
    """

    kept: Callable[[int], list[Kept]]
    words: Callable[[], Mapping[str, Sequence[str]]]


about: Callable[[], tuple[AboutPerson, ...]] = not_joined
"""Gives what all features know of pupils (``app.features.join``)."""
