"""Cards that a sheet names by number: what would become of each field, shown first, then written in the import's own step."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.assets import queries
from app.assets.fields import FIELD, FIELDS, AssetDraft, extra_key
from app.assets.queries import Card
from app.assets.reading import Parsed
from app.core.columns import shown
from app.exchange.values import read_text


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
        for each in FIELDS:
            old, new = getattr(card.draft, each.attribute), getattr(merged, each.attribute)
            if old != new:
                words = (card.names[each.attribute], self._name(row, each.key, new)) if each.ref else (
                    shown(each.kind, old), shown(each.kind, new))
                found.append((each.key, each.title, *words))
        for extra, text in merged.extras.items():
            old, key = card.draft.extras.get(extra, ""), extra_key(extra)
            if text != old:
                found.append((key, self.titles.get(key, ""), old, text))
        return tuple(found)

    def _name(self, row: Parsed, key: str, identity: int) -> str:
        """Give a place in full, a person or department as the sheet names it."""
        return self.paths.get(identity, "") if FIELD[key].ref == "place" else read_text(row.names.get(key, ""))


def known_cards(ids: Mapping[str, int]) -> dict[str, Card]:
    """Give the cards by number."""
    return {card.draft.number: card for card in queries.cards(list(ids.values()))}
