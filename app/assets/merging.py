"""Merge cards of like pieces into one: pieces, value and depreciation are summed to the 分, the other cards go.

The counterpart of splitting (domain 1.5). What the sums stand on must be the same on all cards; where they differ
otherwise a person says which card is right. The cards taken in lie in the recycle bin but do not come back singly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.assets import cells, commands, queries, rules
from app.assets.fields import FIELD, FIELDS, AssetDraft, extra_id, extra_key
from app.assets.queries import Card
from app.assets.tables import Asset
from app.core import clock
from app.core.columns import Kind, shown
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.store import attachments, journal
from app.store.journal import Step

MOST_CARDS = 1_000
INTO = "into"
# Without AGREE being the same, a piece of the merged card would not be worth, or be depreciated, as it was before.
AGREE = tuple(each.attribute for each in sorted(FIELDS, key=lambda each: each.kind is not Kind.MONEY)
              if each.merge == "same")
SUMMED, _KEPT = (tuple(each.attribute for each in FIELDS if each.merge == way) for way in ("sum", "keep"))
JOINED = {each.attribute: each.join for each in FIELDS if each.join}
_NAMED = 3      # cards that a sentence names before it says how many more there are


@dataclass(frozen=True)
class Merge:
    """The cards to be one, ``into`` which of them, and for each field in which they differ the card that is right."""

    ids: tuple[int, ...] = ()
    into: int = 0
    taken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that must be chosen: its title, and (id of the first card that holds it, words, numbers) of each value."""

    key: str
    title: str
    values: tuple[tuple[int, str, tuple[str, ...]], ...]


def cards_of(ids: Sequence[int]) -> list[Card]:
    """Give the cards to be merged, by number; ``Refused`` where they are fewer than two or too many, gone, or may not be merged.

    The sentence says which cards differ in what they must agree in.
    """
    distinct = list(dict.fromkeys(ids))
    if not 2 <= len(distinct) <= MOST_CARDS:
        raise Refused(f"请选中 2 到 {MOST_CARDS:,} 张要合并的卡片。")
    cards = sorted(queries.cards(distinct), key=lambda card: card.draft.number)
    if len(cards) < len(distinct):
        raise Refused(f"选中的卡片里有 {len(distinct) - len(cards)} 张已被删除。请重新选择。")
    wrong = [f"{each.title}不同：{'；'.join(said(words, numbers) for _, words, numbers in each.values)}。"
             for each in _differences(cards, AGREE)]
    if wrong:
        raise Refused(f"这些卡片不能合并：{''.join(wrong)}请先改成一致，或只选相同的卡片。")
    return cards


def differences(cards: Sequence[Card]) -> list[Difference]:
    """Give the fields in which the cards differ and for which one of them must be chosen."""
    own = [extra_key(key) for key in sorted({key for card in cards for key in card.draft.extras})]
    fixed = {*AGREE, *SUMMED, *JOINED, *_KEPT}
    return _differences(cards, [*(each.attribute for each in FIELDS if each.attribute not in fixed), *own])


def check_merge(cards: Sequence[Card], merge: Merge) -> list[Problem]:
    """Say what is still to be chosen, and what is wrong with the card that would come of it."""
    if merge.into not in {card.id for card in cards}:
        return [Problem(INTO, "请选择保留哪一张卡片。")]
    problems = [Problem(each.key, f"{each.title}不同，请选一个。") for each in differences(cards)
                if merge.taken.get(each.key) not in {card.id for card in cards}]
    titles = cells.titles()
    return problems or [Problem(INTO, f"合并后的{titles[each.field]}：{each.text}")
                        for each in errors_only(rules.check_asset(merged(cards, merge), clock.today()))]


def merged(cards: Sequence[Card], merge: Merge) -> AssetDraft:
    """Give the card that comes of it; what was not chosen yet stays as on the card that is kept."""
    by_id = {card.id: card.draft for card in cards}
    base = by_id[merge.into]
    drafts = [base, *(draft for identity, draft in by_id.items() if identity != merge.into)]
    values: dict[str, Any] = {key: sum(getattr(draft, key) or 0 for draft in drafts) for key in SUMMED}
    for key, sign in JOINED.items():
        values[key] = sign.join(dict.fromkeys(words for draft in drafts if (words := getattr(draft, key))))
    values |= {key: cells.held(by_id[merge.taken[key]], key) for key in (each.key for each in differences(cards))
               if merge.taken.get(key) in by_id}
    extras = dict(base.extras) | {extra_id(key): values.pop(key) for key in list(values) if extra_id(key)}
    return replace(base, **values, extras={key: text for key, text in extras.items() if text})


def merge_cards(merge: Merge) -> Step:
    """Merge the cards as one step; the number of the one that is kept stays, files move to it.

    Raises ``Refused`` as ``cards_of`` does, ``Invalid`` where something is still to be chosen.
    """
    with journal.operation(commands.MERGING) as work:
        cards = cards_of(merge.ids)
        problems = check_merge(cards, merge)
        if problems:
            raise Invalid(problems)
        kept = next(card for card in cards if card.id == merge.into)
        others = [card.id for card in cards if card.id != merge.into]
        after = merged(cards, merge)
        cells.write_changes([(kept, after)])
        attachments.move("asset", others, kept.id)
        Asset.delete().where(Asset.id.in_(others)).execute()
        work.rename(f"{commands.MERGING} {after.number} {after.name}：{len(cards)} 张卡片并成一张")
    return work.done


def _differences(cards: Sequence[Card], keys: Sequence[str]) -> list[Difference]:
    found, titles = [], cells.titles()
    for key in keys:
        holders: dict[Any, list[Card]] = {}
        for card in cards:
            holders.setdefault(cells.held(card.draft, key), []).append(card)
        if len(holders) > 1:
            found.append(
                Difference(
                    key,
                    titles.get(key, key),
                    tuple(
                        (same[0].id, _words(same[0], key), tuple(card.draft.number for card in same))
                        for same in holders.values()
                    ),
                )
            )
    return found


def _words(card: Card, key: str) -> str:
    """Give what a card holds as people read it."""
    if key in card.names:
        return card.names[key]
    return shown(FIELD[key].kind if key in FIELD else Kind.TEXT, cells.held(card.draft, key))


def said(words: str, numbers: Sequence[str]) -> str:
    """Say a value with the cards that hold it: 教学楼 1层 101室（ZC-1、ZC-2、ZC-3 等 30 张）."""
    more = f" 等 {len(numbers)} 张" if len(numbers) > _NAMED else ""
    return f"{words or '空'}（{'、'.join(numbers[:_NAMED])}{more}）"
