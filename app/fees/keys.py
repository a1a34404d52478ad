"""The keys of columns that are made for each item or grade (``item17``, ``grade3``), there and back; only here are they read.

Grids, workbooks and forms name their columns so, and a ``Problem`` the cell it is about.
"""

import re

_GRADE = re.compile(r"grade([0-9]+)")


def item_key(plan_item: int) -> str:
    """Give the key of a plan item's column."""
    return f"item{plan_item}"


def grade_key(grade: int) -> str:
    """Give the key of a grade's column."""
    return f"grade{grade}"


def grade_of(key: str) -> int | None:
    """Give the grade whose column this is, None for any other column."""
    found = _GRADE.fullmatch(key)
    return int(found[1]) if found else None
