"""What a check of the ledger asks of the cards: sums that must hold, and search words that must be current."""

from collections.abc import Iterator

from app.assets import queries, rules, statuses
from app.assets.fields import TITLE
from app.core.listing import Wish
from app.core.money import format_fen
from app.store.database import database

_AT_ONCE = 2_000


def cards_sound() -> Iterator[str]:
    """Give a sentence for cards with impossible figures, for sums that disagree, and for stale search words."""
    for number, name in database.execute_sql(
            "SELECT number, name FROM asset WHERE quantity < 1 OR value < 0 OR unit_price < 0 "
            "OR opening_depreciation < 0 OR opening_depreciation > value LIMIT 20").fetchall():
        yield f"资产 {number} {name} 的数量或金额不合理，请打开卡片改正。"
    totals, rooms = queries.totals(Wish()), sum(room.fen for room in queries.by_room())
    if totals.fen != rooms:
        yield f"台账合计 {format_fen(totals.fen)} 元与按地点合计 {format_fen(rooms)} 元不一致。"
    if totals.fen != sum(fen for *_, fen in queries.by_class()):
        yield "台账合计与按分类合计不一致。"
    for word, count in statuses.unlisted_cards():
        yield f"{count} 张卡片的{TITLE['status']}是“{word}”，设置里没有写明它的含义，按“在用”处理。请在“设置—资产台账”里加上。"
    stale = _stale_numbers()
    if stale:
        yield f"{len(stale)} 张卡片的检索词不是最新的（如 {stale[0]}）。打开卡片保存一次即可更新。"


def _stale_numbers() -> list[str]:
    ids = [row[0] for row in database.execute_sql("SELECT id FROM asset ORDER BY id").fetchall()]
    stale = []
    for start in range(0, len(ids), _AT_ONCE):
        cards = queries.cards(ids[start:start + _AT_ONCE])
        stored = dict(database.execute_sql(
            "SELECT id, keys FROM asset WHERE id BETWEEN ? AND ?", (cards[0].id, cards[-1].id)).fetchall())
        stale += [card.draft.number for card in cards if stored[card.id] != rules.search_keys(card.draft)]
    return stale
