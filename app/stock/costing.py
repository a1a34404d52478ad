"""What every movement costs: moving average, store by store, in whole 分. Pure algebra; nothing here reads or writes.

The lines of one item are gone through in one order, over all stores: by day; within a day what is received comes first (with
what is handed out directly from it), then everything else as it was typed. So a line's cost depends on earlier lines only.

- What is received, brought forward or found in a count has the amount it was entered with.
- What goes out takes its part of the value that lies there, half a 分 rounded up; the last of it takes all: 0 pieces, 0 分.
- What comes back takes its part of what its issue cost. What was handed out directly costs what its receipt cost, and the
  average of what lies in the store is not touched by the pair.
- What goes back to the supplier takes its part of what its receipt is to be paid with, but never more value than lies there
  (all of it with the last piece); the rest is the line's ``difference`` (价差), which went past the store.
- A later price changes the value of that part of the receipt which may still lie there; the rest is ``difference``.
"""

from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass, field

RECEIPT, OPENING, FOUND, RETURN, IN = "入库", "期初", "盘盈", "退库", "调入"
ISSUE, SUPPLIER, LOST, SCRAP, OUT, PRICE = "领用", "退供应商", "盘亏", "报损", "调出", "价差"
INCOMING, OUTGOING = (RECEIPT, OPENING, FOUND, RETURN, IN), (ISSUE, SUPPLIER, LOST, SCRAP, OUT)
GIVEN = frozenset({RECEIPT, OPENING, FOUND})      # these bring the amount they were entered with
FIRST, LATER = 0, 1


@dataclass(slots=True)
class Line:
    """One movement: ``quantity`` in thousandths and ``fen`` as they change the store, above zero for what comes in."""

    id: int
    day: str
    kind: str
    storeroom: int
    quantity: int
    fen: int = 0
    difference: int = 0
    origin: int | None = None

    @property
    def phase(self) -> int:
        """Give 0 for what comes first within a day, else 1."""
        return phase(self.kind, self.origin is not None)

    @property
    def place(self) -> tuple[str, int, int]:
        """Give its place in the order of all lines of the item."""
        return self.day, self.phase, self.id


def phase(kind: str, tied: bool) -> int:
    """Give 0 for what comes first within a day: receipts, and what is handed out directly from them (``tied``)."""
    return FIRST if kind in (RECEIPT, OPENING) or (kind == ISSUE and tied) else LATER


@dataclass(slots=True)
class Pool:
    """What lies in one store of one item."""

    quantity: int = 0
    fen: int = 0


@dataclass(slots=True)
class Left:
    """What is left of a line that others refer to: of a receipt what was not returned, of an issue what did not come back.

    ``tied`` of a receipt is what was handed out directly.
    """

    quantity: int
    fen: int
    tied_quantity: int = 0
    tied_fen: int = 0

    def take(self, quantity: int) -> int:
        """Take a part and give what it costs; the last of it takes all that is left."""
        fen = part(self.fen, quantity, self.quantity)
        self.quantity -= quantity
        self.fen -= fen
        return fen

    def tie(self, quantity: int) -> int:
        """Hand out a part directly and give what it costs."""
        fen = part(self.fen - self.tied_fen, quantity, self.quantity - self.tied_quantity)
        self.tied_quantity += quantity
        self.tied_fen += fen
        return fen


class Short(Exception):
    """At a line less lies in the store, or is left of what it refers to, than it takes; ``missing`` is in thousandths."""

    def __init__(self, line: Line, missing: int, of_origin: bool = False) -> None:
        super().__init__(f"{line.kind} {line.id}: {missing} missing")
        self.line, self.missing, self.of_origin = line, missing, of_origin


@dataclass
class Track:
    """One item on its way through the lines: what lies in each store, what is left of lines that later ones refer to."""

    pools: MutableMapping[int, Pool] = field(default_factory=dict)
    left: MutableMapping[int, Left] = field(default_factory=dict)

    def remember(self, line: Line) -> None:
        """Keep what is left of a line whole, as it was written."""
        self.left[line.id] = Left(abs(line.quantity), abs(line.fen))

    def forget(self, line: Line) -> None:
        """Take from what it refers to what a line took, as it was written."""
        origin = self.left.get(line.origin or 0)
        if origin is None:
            return
        if line.kind == PRICE:
            origin.fen += line.fen + line.difference
        elif line.kind == ISSUE:
            origin.tied_quantity -= line.quantity
            origin.tied_fen -= line.fen
        else:
            origin.quantity -= abs(line.quantity)
            origin.fen += line.fen + line.difference if line.kind == SUPPLIER else -line.fen

    def pass_through(self, line: Line) -> tuple[int, int]:
        """Give (fen, difference) of the next line and let it change the store. Raises ``Short``, and changes nothing then."""
        pool = self.pools.setdefault(line.storeroom, Pool())
        amount = abs(line.quantity)
        if pool.quantity + line.quantity < 0:
            raise Short(line, -pool.quantity - line.quantity)
        origin = self.left.get(line.origin) if line.origin is not None else None
        if line.origin is not None and line.kind != PRICE:
            remains = 0 if origin is None else origin.quantity - (origin.tied_quantity if line.kind == ISSUE else 0)
            if remains < amount:
                raise Short(line, amount - remains, of_origin=True)
        fen, difference = line.fen, 0
        if line.kind == PRICE:
            fen, difference = self._priced(line, pool, origin or Left(0, 0))
        elif line.kind == SUPPLIER and origin is not None:
            asked = origin.take(amount)
            fen = -pool.fen if amount == pool.quantity else -min(asked, pool.fen)
            difference = -asked - fen
        elif line.kind == ISSUE and origin is not None:
            fen = -origin.tie(amount)
        elif origin is not None:
            fen = origin.take(amount)
        elif line.kind not in GIVEN:
            fen = -part(pool.fen, amount, pool.quantity)
        pool.quantity += line.quantity
        pool.fen += fen
        return fen, difference

    def _priced(self, line: Line, pool: Pool, receipt: Left) -> tuple[int, int]:
        total = line.fen + line.difference
        loose = min(max(receipt.quantity - receipt.tied_quantity, 0), pool.quantity)
        fen = part(total, loose, receipt.quantity) if receipt.quantity else 0
        fen = max(fen, -pool.fen)
        receipt.fen += total
        return fen, total - fen


def part(fen: int, quantity: int, of: int) -> int:
    """Give the part of an amount that belongs to a part of a quantity: half a 分 away from zero; all of it with all of it."""
    if quantity == of:
        return fen
    halved = (2 * abs(fen) * quantity + of) // (2 * of) if of else 0
    return halved if fen >= 0 else -halved


def amount_at(price: int, quantity: int) -> int:
    """Give what a quantity comes to at the price of one unit, half a 分 away from zero; below zero for one below zero."""
    amount = (2 * abs(price * quantity) + 1000) // 2000
    return amount if price * quantity >= 0 else -amount


def price_of(fen: int, quantity: int) -> int | None:
    """Give what one unit costs where a quantity comes to an amount, half a 分 away from zero; None for no quantity."""
    if not quantity:
        return None
    price = (2000 * abs(fen) + abs(quantity)) // (2 * abs(quantity))
    return price if fen * quantity >= 0 else -price


def recost(track: Track, lines: Iterable[Line]) -> list[Line]:
    """Let lines pass in their order and give those whose cost changes, with what it is now. Raises ``Short``."""
    changed = []
    for line in sorted(lines, key=lambda each: each.place):
        fen, difference = track.pass_through(line)
        if (fen, difference) != (line.fen, line.difference):
            line.fen, line.difference = fen, difference
            changed.append(line)
        track.remember(line)
    return changed
