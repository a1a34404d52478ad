"""What the papers make accepted things cost: goods of the store and cards follow the invoices once all came and a difference is explained.

Until then they are worth what was accepted. A verb that could change it works inside ``following``: what it does not change stays as
it is, and a card that somebody split, merged or valued anew since is left alone and named.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date

from app.assets import cells
from app.assets import queries as ledger
from app.assets.fields import AssetDraft
from app.assets.rules import check_asset
from app.core import clock
from app.core.errors import errors_only
from app.core.quantity import ONE
from app.purchasing import checking, queries, rules
from app.purchasing.queries import IntakeRow
from app.stock import movements
from app.store.database import database

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Prices:
    """What became of a purchase is worth by its papers, 分: receipts of the store by movement, cards by id; ``invoice`` as cards name it."""

    receipts: Mapping[int, int] = field(default_factory=dict)
    cards: Mapping[int, int] = field(default_factory=dict)
    invoice: str = ""


@dataclass(slots=True)
class Followed:
    """What followed: how many cards have another value now, and those that were left alone though the papers say otherwise."""

    cards: int = 0
    left: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Say it after a step's title; "" where nothing followed."""
        said = [f"{self.cards} 张卡片的价值随发票"] if self.cards else []
        if self.left:
            more = f"等 {len(self.left)} 张" if len(self.left) > _MOST_NAMED else ""
            said.append(f"卡片 {'、'.join(self.left[:_MOST_NAMED])}{more}建好以后改过，没有跟着改，请自己核对")
        return f"（{'；'.join(said)}）" if said else ""


def prices(purchase: int) -> Prices:
    """Give what everything that went in is worth just now: its share of the papers, else what was accepted."""
    found = queries.intakes(purchase)
    if not found:
        return Prices()
    facts = checking.facts(queries.purchase(purchase), of_a_year=False)
    explained = facts.whole and facts.invoiced is not None and bool(facts.differs_reason.strip())
    lines = [each for each in queries.accepted_lines(purchase) if each.fen]
    owed = rules.portions(facts.invoiced or 0, [each.fen for each in lines]) if explained else [each.fen for each in lines]
    worth = {each.id: each.fen for each in found}
    for line, part in zip(lines, owed, strict=True):
        if part != line.fen:
            worth |= _worth([each for each in found if each.acceptance_line == line.id], line.fen, part)
    return Prices({each.movement: worth[each.id] for each in found if each.movement},
                  {each.asset: worth[each.id] for each in found if each.asset}, invoice_words(purchase))


def _worth(of_line: Sequence[IntakeRow], accepted: int, part: int) -> dict[int, int]:
    """Divide what a line comes to among what became of it: like cards alike, what is odd on the last; what did not go in yet keeps its part."""
    stored, cards = [each for each in of_line if each.movement], [each for each in of_line if each.asset]
    sums = [sum(each.fen for each in group) for group in (stored, cards)]
    store, on_cards, _ = rules.portions(part, [*sums, accepted - sum(sums)])
    found = dict(zip((each.id for each in stored), rules.portions(store, [each.fen for each in stored]), strict=True))
    alike = len({each.quantity for each in cards}) == 1
    values = rules.card_values(on_cards, len(cards)) if alike else rules.portions(on_cards, [each.quantity for each in cards])
    return found | dict(zip((each.id for each in cards), values, strict=True))


def invoice_words(purchase: int) -> str:
    """Give the papers as cards name them: the first number, and how many there are where it is not the only one."""
    numbers = [number for number, in database.execute_sql(
        f"""SELECT DISTINCT coalesce(n.number, nullif(v.number, ''), s.number) FROM {checking.SHARES}
            LEFT JOIN invoice n ON n.id = coalesce(v.invoice_id, s.invoice_id)
            WHERE s.purchase_id = ? AND {checking.STANDS} AND {checking.SHARE_FEN} > 0 ORDER BY s.id""", (purchase,)).fetchall() if number]
    return "".join(numbers[:1]) + (f" 等 {len(numbers)} 张" if len(numbers) > 1 else "")


@contextmanager
def following(purchases: Collection[int], day: date | None = None) -> Iterator[Followed]:
    """Let what became of purchases follow whatever is done inside, in the open operation; price differences are booked on ``day``.

    Gives what followed, known when it is done.
    """
    before = {each: prices(each) for each in purchases}
    followed = Followed()
    yield followed
    for purchase, was in before.items():
        now = prices(purchase)
        if now != was:
            _settle(purchase, was, now, day)
            _revalue(purchase, was, now, followed)


def _settle(purchase: int, was: Prices, now: Prices, day: date | None) -> None:
    """Book what the store's goods cost otherwise than before; nothing is booked before they came."""
    made = {each.movement: each.fen for each in queries.intakes(purchase)}
    came = max((each.accepted_on for each in queries.acceptances(purchase) if each.stands), default=clock.today())
    for movement, fen in now.receipts.items():
        if fen != was.receipts.get(movement, made[movement]):
            movements.settle_price(movement, fen, max(day or clock.today(), came))


def _revalue(purchase: int, was: Prices, now: Prices, followed: Followed) -> None:
    """Write value and invoice of the cards that stand as they were made or last followed."""
    made = {each.asset: each for each in queries.intakes(purchase) if each.asset}
    altered = []
    for card in ledger.cards(list(now.cards)):
        fen, before = now.cards[card.id], was.cards.get(card.id, made[card.id].fen)
        draft = replace(card.draft, invoice=now.invoice) if card.draft.invoice == was.invoice else card.draft
        if card.draft.value != fen and fen != before:
            valued = _valued(draft, fen)
            as_it_was = ((card.draft.quantity or 0) * ONE, card.draft.value) == (made[card.id].quantity, before)
            if as_it_was and not errors_only(check_asset(valued, clock.today())):
                draft, followed.cards = valued, followed.cards + 1
            else:
                followed.left.append(f"{card.draft.number} {card.draft.name}")
        if draft != card.draft:
            altered.append((card, draft))
    cells.write_changes(altered)


def _valued(draft: AssetDraft, fen: int) -> AssetDraft:
    return replace(draft, value=fen, unit_price=rules.price_of((draft.quantity or 1) * ONE, fen))
