"""The items that come with the program: what schools usually charge, what is free, what must never be charged.

From ``data/reference/fee_items.csv``. Amounts are never shipped, they are local. What nobody could check against its
text (待核) is a default to be mended; such items begin switched off or as free and banned words.
"""

import csv
from dataclasses import dataclass
from functools import cache

from app.core.paths import shipped
from app.fees.item_fields import ItemDraft
from app.fees.rules import BANNED, CHARGED, DAY, TERM

_YES = "是"
UNCHECKED = "依据以本地文件为准，请核对"


@dataclass(frozen=True)
class Shipped:
    """A shipped item: the draft it becomes, the words that give a banned one away, whether its basis was checked."""

    name: str
    kind: str
    unit: str
    measure: str
    document: str
    voluntary: bool
    scope: str
    waiver_policy: str
    waived: tuple[str, ...]
    refund_rule: str
    settled_by: str
    active: bool
    words: tuple[str, ...]
    checked: bool
    note: str

    @property
    def usual(self) -> bool:
        """Whether most schools charge it every term and its basis is known: proposed where a term's fees begin with nothing."""
        return self.active and self.kind in CHARGED and self.measure in (TERM, DAY) and bool(self.document)

    def draft(self) -> ItemDraft:
        """Give the item as a form would edit it."""
        remark = "；".join(part for part in (self.note, "" if self.checked else UNCHECKED) if part)
        return ItemDraft(
            name=self.name,
            kind=self.kind,
            unit=self.unit,
            measure=self.measure,
            document=self.document,
            scope=self.scope,
            voluntary=self.voluntary,
            waiver_policy=self.waiver_policy,
            waived="\n".join(self.waived),
            refund_rule=self.refund_rule,
            settled_by=self.settled_by,
            remark=remark,
            active=self.active,
        )


@cache
def shipped_items() -> tuple[Shipped, ...]:
    """Give all shipped items in the order of the list."""
    with shipped("data", "reference", "fee_items.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Shipped(
                **{
                    key: row[key]
                    for key in (
                        "name",
                        "kind",
                        "unit",
                        "measure",
                        "document",
                        "scope",
                        "waiver_policy",
                        "refund_rule",
                        "settled_by",
                        "note",
                    )
                },
                voluntary=row["voluntary"] == _YES,
                active=row["active"] == _YES,
                checked=row["checked"] == "已核",
                waived=tuple(filter(None, row["waived"].split("|"))),
                words=tuple(filter(None, row["words"].split("|"))),
            )
            for row in csv.DictReader(file)
        )


@cache
def banned_words() -> dict[str, tuple[str, str]]:
    """Give every word that no charged item may have in its name: (what is banned, source)."""
    return {word: (item.name, item.document) for item in shipped_items() if item.kind == BANNED for word in item.words}
