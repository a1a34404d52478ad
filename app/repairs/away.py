"""Cards that go out for repair and come back, inside an open operation: their 使用状况 is set to 送修 and afterwards to what it was.

A card may be in several open jobs: the first one keeps the word that it had, the last one that brings it back sets it again.
"""

from app.assets import meanings, statuses
from app.assets.tables import Asset
from app.repairs import queries
from app.repairs.queries import CardRow
from app.repairs.tables import RepairAsset
from app.store.database import scalar


def send(identity: int) -> str:
    """Mark the cards of a job as 送修; gives what must be told of cards that were not marked, "" for nothing.

    A card is left as it is where only some of its pieces go out (the others are still there), and where the school has no word
    that means 送修.
    """
    words = statuses.words(meanings.SENT_AWAY)
    told = []
    for card in queries.cards(identity):
        if card.gone or card.status_before:
            continue
        if not words:
            return "设置里没有表示“送修”的使用状况，卡片没有改"
        if card.pieces < card.quantity:
            told.append(f"{card.number} 只送出 {card.pieces} 件（共 {card.quantity} 件），卡片状况没有改")
            continue
        RepairAsset.update(status_before=_word_before(card)).where((RepairAsset.repair == identity) & (RepairAsset.asset == card.asset)).execute()
        if card.status not in words:
            Asset.update(status=words[0]).where(Asset.id == card.asset).execute()
    return "；".join(told)


def bring_back(identity: int) -> None:
    """Set the cards of a job back to what they were before 送修, where no other job has them away.

    A card that was deleted, or given another word meanwhile (待报废), is left as it is.
    """
    for card in queries.cards(identity):
        if not card.status_before:
            continue
        RepairAsset.update(status_before="").where((RepairAsset.repair == identity) & (RepairAsset.asset == card.asset)).execute()
        if card.gone or elsewhere(identity, card.asset) or card.status not in statuses.words(meanings.SENT_AWAY):
            continue
        word = card.status_before if card.status_before in statuses.words() else statuses.word_for(meanings.USED)
        Asset.update(status=word).where(Asset.id == card.asset).execute()


def elsewhere(identity: int, asset: int) -> str:
    """Give the word that a card had before another job sent it out, "" where none has it away."""
    return str(scalar("SELECT status_before FROM repair_asset WHERE asset = ? AND repair_id <> ? AND status_before <> '' ORDER BY id LIMIT 1",
                      (asset, identity)) or "")


def _word_before(card: CardRow) -> str:
    """Give the word to set again: that of the first job that sent it, else its own; a card marked 送修 by hand comes back as 在用."""
    own = "" if card.status in statuses.words(meanings.SENT_AWAY) else card.status
    return elsewhere(card.repair, card.asset) or own or statuses.word_for(meanings.USED)
