"""Split a card that stands for many pieces: value and depreciation go with the pieces, to the 分.

Rule: a part that is disposed of or moved gets a card of its own; 原值 and 累计折旧 are divided by pieces and what cannot
be divided stays with the mother card (domain 1.5, 拆卡: 按数量比例分摊、余数归母卡).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.assets import commands, queries, rules, statuses
from app.assets.fields import AssetDraft
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.money import FULL_WIDTH
from app.store import journal
from app.store.journal import Step

MOST_PARTS = 2_000
_PART = re.compile(r"([0-9]{1,7})(?:[*xX×]([0-9]{1,4}))?")


@dataclass
class Split:
    """Pieces of each new card (3 and 5 of 45 desks), and where they go; None or "" keeps what the mother card says."""

    pieces: tuple[int, ...] = ()
    place_id: int | None = None
    keeper_id: int | None = None
    status: str = ""


def pieces_from(text: str) -> tuple[int, ...]:
    """Read pieces as typed: 3 or 3、5 or 1×44 (44 new cards of one piece each); ``ValueError`` for anything else."""
    words = re.sub(r"\s*([*xX×])\s*", r"\1", text.translate(FULL_WIDTH))
    pieces: list[int] = []
    for word in filter(None, re.split(r"[\s,、;+]+", words)):
        found = _PART.fullmatch(word)
        if found is None:
            raise ValueError(f"no number of pieces: {word}")
        pieces += [int(found[1])] * int(found[2] or 1)
    return tuple(pieces)


def check_split(mother: AssetDraft, split: Split) -> list[Problem]:
    """Say what is wrong with the wish; every card keeps at least one piece."""
    quantity = mother.quantity or 0
    if quantity < 2:
        return [Problem("pieces", "这张卡片只有一件，不能再拆。")]
    if not split.pieces:
        return [Problem("pieces", "请填新卡片各拆出几件，例如 3，或者 3、5。")]
    if any(count < 1 for count in split.pieces):
        return [Problem("pieces", "每张新卡片至少 1 件。")]
    if len(split.pieces) > MOST_PARTS:
        return [Problem("pieces", f"一次最多拆成 {MOST_PARTS:,} 张新卡片。")]
    if sum(split.pieces) >= quantity:
        return [Problem("pieces", f"共 {quantity} 件，拆出 {sum(split.pieces)} 件；原卡片至少要留 1 件。")]
    if split.status and (unlisted := statuses.unlisted(split.status)):
        return [Problem("status", unlisted)]
    return errors_only(rules.check_asset(mother, clock.today()))  # a card with impossible sums cannot be divided


def drafts(mother: AssetDraft, split: Split) -> list[AssetDraft]:
    """Give the new cards, still without numbers, and last the mother card as she will be.

    The serial number belongs to one thing and stays with the mother card; the old number is that of every piece.
    """
    *parts, rest = rules.shares(mother.quantity or 0, mother.value or 0, mother.opening_depreciation or 0, split.pieces)
    given: dict[str, Any] = {key: value for key in ("place_id", "keeper_id", "status")
                             if (value := getattr(split, key))}
    new = replace(commands.like(mother), old_number=mother.old_number, **given)
    return [*(_with(new, part) for part in parts), _with(mother, rest)]


def _with(draft: AssetDraft, part: tuple[int, int, int]) -> AssetDraft:
    return replace(draft, quantity=part[0], value=part[1], opening_depreciation=part[2], extras=dict(draft.extras))


def split_card(identity: int, split: Split) -> Step:
    """Split a card as one step, its ``made`` the new cards; raises ``Invalid``, or ``Refused`` where it is gone."""
    card = queries.card(identity)
    if card is None:
        raise Refused("这张卡片已被删除，不能拆分。")
    problems = check_split(card.draft, split)
    if problems:
        raise Invalid(problems)
    *new, rest = drafts(card.draft, split)
    with journal.operation(
        f"拆分资产 {card.draft.number} {card.draft.name}：{said(card.draft.quantity or 0, split.pieces)}"
    ) as work:
        numbers = commands.next_numbers(len(new))
        Asset.update(quantity=rest.quantity, value=rest.value, opening_depreciation=rest.opening_depreciation).where(
            Asset.id == identity).execute()
        for draft, number in zip(new, numbers, strict=True):
            work.made(int(Asset.insert(**commands.row_of(replace(draft, number=number))).execute()))
    return work.done


def said(quantity: int, pieces: Sequence[int]) -> str:
    """Say a split in few words: 45 → 42 + 3, or 45 → 1 + 44 张各 1 件."""
    rest = quantity - sum(pieces)
    if len(pieces) > 4 and len(set(pieces)) == 1:
        return f"{quantity} 件 → {rest} + {len(pieces)} 张各 {pieces[0]} 件"
    if len(pieces) > 4:
        return f"{quantity} 件 → {rest} + {len(pieces)} 张共 {sum(pieces)} 件"
    return f"{quantity} 件 → {' + '.join(map(str, (rest, *pieces)))}"
