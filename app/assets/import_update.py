"""Cards that a sheet names by number: what would become of each field, shown first, then written in the import's own step."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.assets import commands, queries
from app.assets.queries import Card
from app.assets.reading import Parsed
from app.assets.rules import AssetDraft
from app.core.columns import Kind, shown
from app.exchange.values import read_text
from app.store.database import database

_NAMED = ("place", "department", "keeper", "user")
_SEARCHED = frozenset({"name", "number", "model", "brand", "serial", "old_number", "remark"})  # what rules.search_keys is made of
_KINDS = {"unit_price": Kind.MONEY, "value": Kind.MONEY, "opening_depreciation": Kind.MONEY, "quantity": Kind.WHOLE}


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """What becomes of one card: its row in the file, and (field key, field title, old, new) as people read them."""

    id: int
    number: str
    name: str
    sheet: str
    row: int
    fields: tuple[tuple[str, str, str, str], ...]


@dataclass
class Differences:
    """Finds what differs between rows and cards. ``fields`` counts cards by field, those left out by the person as well."""

    titles: Mapping[str, str]
    paths: Mapping[int, str]
    only: Collection[str] | None = None
    fields: Counter[str] = field(default_factory=Counter)

    def of(self, row: Parsed, card: Card) -> tuple[AssetDraft, CardUpdate]:
        """Give the card's draft as it would be, and the difference in words (no fields where nothing changes)."""
        whole = row.merged_into(card.draft)
        found = self._fields(row, card, whole)
        self.fields.update(key for key, *_ in found)
        merged = whole
        if self.only is not None:
            merged = row.merged_into(card.draft, self.only)
            found = self._fields(row, card, merged)
        return merged, CardUpdate(card.id, card.draft.number, card.draft.name, row.sheet, row.number, found)

    def _fields(self, row: Parsed, card: Card, merged: AssetDraft) -> tuple[tuple[str, str, str, str], ...]:
        if merged == card.draft:
            return ()
        found = []
        for key in AssetDraft.__dataclass_fields__:
            old, new = getattr(card.draft, key), getattr(merged, key)
            if key == "extras":
                found += [(f"extra:{extra}", self.titles.get(f"extra:{extra}", ""), card.draft.extras.get(extra, ""), text)
                          for extra, text in merged.extras.items() if text != card.draft.extras.get(extra, "")]
            elif old != new:
                name = key.removesuffix("_id")
                words = (getattr(card, name), self._name(row, name, new)) if name in _NAMED else (
                    shown(_KINDS.get(key, Kind.TEXT), old), shown(_KINDS.get(key, Kind.TEXT), new))
                found.append((name if name in _NAMED else key, self.titles.get(name, ""), *words))
        return tuple(found)

    def _name(self, row: Parsed, key: str, identity: int) -> str:
        """Give a place in full, a person or department as the sheet names it."""
        return self.paths.get(identity, "") if key == "place" else read_text(row.names.get(key, ""))


def write(card: Card, merged: AssetDraft) -> None:
    """Write the columns that differ, and no others: what the sheet does not give stays byte for byte."""
    changed = {name for name in AssetDraft.__dataclass_fields__ if getattr(card.draft, name) != getattr(merged, name)}
    row = commands.stored_row(merged)
    values: dict[str, Any] = {name: value for name, value in row.items() if name in changed or (name == "keys" and changed & _SEARCHED)}
    sets = ", ".join(f'"{name}" = ?' for name in values)
    database.execute_sql(f"UPDATE asset SET {sets} WHERE id = ?", (*values.values(), card.id))


def known_cards(ids: Mapping[str, int]) -> dict[str, Card]:
    """Give the cards by number."""
    return {card.draft.number: card for card in queries.cards(list(ids.values()))}
