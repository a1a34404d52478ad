"""What can be asked of invoices: which one a number stands for, who holds shares of it, how much is left. Amounts are 分.

The shares themselves stand with the features whose records hold them (a voucher of the fees); each feature gives its own.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from app.core.errors import not_joined
from app.school import invoice_rules as rules
from app.school.invoice_rules import Share
from app.store.database import database

Holders = Callable[[Collection[int]], Iterable[Share]]
"""Gives the standing shares that a feature's records hold of some invoices."""

holders: Callable[[], tuple[Holders, ...]] = not_joined
"""Gives those of all features (``app.features.join``)."""


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice that stands; ``fen`` is its total, ``original`` the id of the invoice that a red one takes back."""

    id: int
    kind: str
    code: str
    number: str
    key: str
    dated_on: date
    supplier: str
    fen: int
    original: int | None

    @property
    def title(self) -> str:
        """Give what people call it: 发票 0441."""
        return f"{self.kind} {self.number}"


_ROWS = "SELECT id, kind, code, number, key, dated_on, supplier, fen, original_id FROM invoice WHERE voided_on IS NULL"


def invoice(identity: int) -> InvoiceRow | None:
    """Give an invoice, None where it is voided or gone."""
    return next(iter(_rows(f"{_ROWS} AND id = ?", identity)), None)


def known(code: str, number: str) -> InvoiceRow | None:
    """Give the invoice of a code and number as people write them, None where it is not known."""
    return known_by(rules.key_of(code, number))


def known_by(key: str) -> InvoiceRow | None:
    """Give the invoice that stands under a key, None where there is none."""
    return next(iter(_rows(f"{_ROWS} AND key = ?", key)), None) if key else None


def with_number(number: str) -> list[InvoiceRow]:
    """Give the invoices of a number alone: an old paper's code may differ, so there may be several."""
    wanted = rules.plain(number)
    return (
        _rows(f"{_ROWS} AND (key = ?1 OR substr(key, -length(?1) - 1) = '-' || ?1) ORDER BY id", wanted)
        if wanted
        else []
    )


def reds_of(original: int) -> list[InvoiceRow]:
    """Give the red invoices that take back some of an invoice."""
    return _rows(f"{_ROWS} AND original_id = ? ORDER BY id", original)


def shares(invoices: Collection[int]) -> dict[int, list[Share]]:
    """Give the standing shares of some invoices: invoice → shares, none missing."""
    found: dict[int, list[Share]] = defaultdict(list, {each: [] for each in invoices})
    for give in holders():
        for share in give(invoices):
            found[share.invoice].append(share)
    return dict(found)


def told(row: InvoiceRow) -> str:
    """Say how much of an invoice is taken, and by what."""
    held = shares([row.id])[row.id]
    return f"{rules.told(held, row.fen)}（{rules.listed(held)}）"


def faults(invoices: Iterable[InvoiceRow]) -> list[str]:
    """Give a sentence for each of some invoices whose shares or red invoices exceed it, or that nobody holds."""
    rows = list(invoices)
    held = shares([row.id for row in rows])
    found = []
    for row in rows:
        wrong = rules.exceeded(row.fen, [share.fen for share in held[row.id]])
        if wrong:
            found.append(f"{row.title}：{wrong}（{rules.listed(held[row.id])}）")
        elif not held[row.id]:
            found.append(f"{row.title}没有一笔支出用到它。请重新登记这张票据。")
        if row.original is not None and (why := _red_fault(row)):
            found.append(f"红字{row.title}：{why}")
    return found


def faults_of(identities: Collection[int]) -> list[str]:
    """Give a sentence for everything that is wrong with some invoices: as ``faults``, and where one is voided but still held."""
    standing = [row for identity in sorted(identities) if (row := invoice(identity)) is not None]
    voided = {identity: f"{kind} {number}" for identity, kind, number in database.execute_sql(
        "SELECT id, kind, number FROM invoice WHERE voided_on IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(identities)),)).fetchall()}
    return faults(standing) + [f"{voided[identity]}已经作废，却还有支出用到它（{rules.listed(held)}）。"
                               for identity, held in shares(list(voided)).items() if held]


def invoices_sound() -> list[str]:
    """Give a sentence for every invoice that contradicts its shares or its red ones, and for those voided but still held."""
    return faults_of(
        [identity for (identity,) in database.execute_sql("SELECT id FROM invoice ORDER BY id").fetchall()]
    )


def _red_fault(row: InvoiceRow) -> str:
    original = invoice(row.original or 0)
    if original is None:
        return "被红冲的发票已经作废了。"
    return rules.check_red(row.fen, original.fen, [each.fen for each in reds_of(original.id) if each.id != row.id])


def _rows(sql: str, *parameters: object) -> list[InvoiceRow]:
    return [InvoiceRow(*(*row[:5], date.fromisoformat(row[5]), *row[6:]))
            for row in database.execute_sql(sql, parameters).fetchall()]
