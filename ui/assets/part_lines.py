"""The lines that splitting and merging show below their fields: each card that comes of it, with what is divided or summed."""

from app.assets import queries
from app.assets.fields import FIELD, FIELDS, AssetDraft
from app.core.columns import Column
from ui.grid.rows import Row

_SHOWN = (*(each for each in FIELDS if each.merge == "sum"), FIELD["place"], FIELD["keeper"], FIELD["status"])
COLUMNS_OF_PARTS = (Column("card", "卡片"), *(each.column(shown=True) for each in _SHOWN))


def row_of_part(words: str, draft: AssetDraft) -> Row:
    """Give the line of one card, ``words`` saying which."""
    held = ((each, getattr(draft, each.attribute)) for each in _SHOWN)
    return (0, words, *(queries.name_of(each.attribute, value or 0) if each.ref else value for each, value in held))


def row_of_sum(words: str, draft: AssetDraft) -> Row:
    """Give the line that says only what adds up."""
    return (0, words, *(getattr(draft, each.attribute) if each.merge == "sum" else "" for each in _SHOWN))
