"""What a person can do with cards: each public function is one verb, one operation, one step of undo."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from app.assets import fields, queries, rules, statuses
from app.assets.fields import FIELDS, TITLE, AssetDraft
from app.assets.settings import ASSET_NUMBERS
from app.assets.tables import Asset, ExtraField
from app.core import clock, pinyin
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.store import attachments, journal, numbering
from app.store.database import database, scalar
from app.store.folder import DataFolder
from app.store.journal import Counted, Step

MERGING = "合并资产"    # how the title of every merge begins
EXTRA_KINDS = ("文字", "数字", "日期", "选项")
_RETIRED = "编号 {} 属于已删除的卡片，编号不能重复使用。可在回收站恢复那张卡片。"
_FIELD_GONE = "这个附加字段已经不在了，可能刚被撤销。请刷新后再试。"
_OWN, _BOUGHT = ({each.attribute: each.default for each in FIELDS if getattr(each, holds)}
                 for holds in ("own", "bought"))


def register_asset(draft: AssetDraft, business_date: date | None = None) -> Step:
    """Add a card; an empty number is given by the numbering rule.

    Raises ``Invalid`` with every problem, among them a number that another card carries or once carried.
    """
    draft = tidied(draft)
    with journal.operation(f"登记资产 {draft.name}", business_date) as work:
        _require_valid(draft, None)
        if not draft.number:
            draft.number = next_numbers(1)[0]
        else:
            numbering.note_used(ASSET_NUMBERS, [draft.number])
        work.made(int(Asset.insert(**row_of(draft)).execute()))
        work.rename(f"登记资产 {draft.number} {draft.name}")
    return work.done


def edit_asset(identity: int, draft: AssetDraft) -> Step | None:
    """Write the draft over a card; raises ``Invalid``, or ``Refused`` where the card is gone meanwhile."""
    draft = tidied(draft)
    with journal.operation(f"修改资产 {draft.number} {draft.name}") as work:
        _require_valid(draft, identity)
        if not Asset.update(**row_of(draft)).where(Asset.id == identity).execute():
            raise Refused("这张卡片已被删除，没有保存修改。可在回收站恢复后再改。")
        numbering.note_used(ASSET_NUMBERS, [draft.number])  # even if changed again, it is not given to another card
    return work.step


def delete_assets(ids: Sequence[int]) -> Counted:
    """Move cards to the recycle bin and give how many; their numbers stay taken."""
    cards = queries.cards(ids)
    if not cards:
        raise Refused("要删除的卡片已经不在了。")
    first = cards[0].draft
    more = f"等 {len(cards)} 张卡片" if len(cards) > 1 else ""
    with journal.operation(f"删除资产 {first.number} {first.name}{more}") as work:
        count = int(Asset.delete().where(Asset.id.in_([card.id for card in cards])).execute())
    return Counted(count, work.step)


def restore_assets(records: Sequence[journal.Deleted]) -> Step:
    """Bring cards back from the recycle bin with their old ids and numbers; ``Refused`` where a number is taken, and for
    cards that a merge took in: their pieces are counted on the merged card.

    A place, department or person that was deleted meanwhile is left empty on the card, and the step's title says so.
    """
    numbers = [str(record.image["number"]) for record in records]
    for record in records:
        if record.title.startswith(MERGING):
            raise Refused(f"{record.image['number']} 已并入别的卡片（{record.title}），单独恢复会重复计数。"
                          "要分开，请在“设置—操作记录”里撤销那次合并，或者拆分合并后的卡片。")
    taken = queries.numbers_in_use(numbers)
    if set(taken.values()).intersection(record.row for record in records):
        raise Refused("这些卡片里有的已经恢复了。请刷新后再试。")
    if taken:
        raise Refused(f"编号 {'、'.join(sorted(taken))} 已被别的卡片使用，不能恢复。请先修改那张卡片的编号。")
    images = [_without_gone(record.image) for record in records]
    emptied = any(image != record.image for image, record in zip(images, records, strict=True))
    title = f"恢复资产 {numbers[0]} {records[0].image['name']}" + (f"等 {len(records)} 张卡片" if len(records) > 1 else "")
    with journal.operation(f"{title}（已不存在的地点、部门、人员留空）" if emptied else title) as work:
        for image in images:
            journal.bring_back("asset", image)
    return work.done


def _without_gone(image: dict[str, Any]) -> dict[str, Any]:
    """Give the image with references to records that are no longer there left empty."""
    gone = {column: None for column, table in fields.REFERENCES.items()
            if image[column] and scalar(f"SELECT 1 FROM {table} WHERE id = ?", (image[column],)) is None}
    return {**image, **gone}


def like(draft: AssetDraft, bought: bool = True) -> AssetDraft:
    """Give a draft for another card like this one; number, serial and old number belong to one thing only.

    Pieces that were not ``bought`` with it, but found, have no invoice, supplier or warranty either.
    """
    return replace(draft, **_OWN, **({} if bought else _BOUGHT), extras=dict(draft.extras))


def tidied(draft: AssetDraft) -> AssetDraft:
    """Give a copy with words trimmed and what follows from the rest filled in."""
    copy = replace(draft, extras=dict(draft.extras))
    for key in rules.TEXT_FIELDS:
        setattr(copy, key, rules.tidy(key, getattr(copy, key)))
    rules.settle(copy)
    return copy


def next_numbers(count: int, year: int | None = None, coming: Collection[str] = ()) -> list[str]:
    """Give the next free asset numbers of a year (this one unless given); only inside an operation.

    Numbers of cards, of deleted cards and those that are ``coming`` in the same import are passed over.
    """
    def taken(numbers: list[str]) -> set[str]:
        return {*queries.numbers_in_use(numbers), *queries.numbers_retired(numbers), *set(coming).intersection(numbers)}
    return numbering.take(ASSET_NUMBERS, year or clock.today().year, count, taken)


def enter(drafts: Sequence[AssetDraft], year: int) -> list[int]:
    """Add cards inside an operation that is open already and give their ids; those without a number get the next ones of a year.

    The caller has asked ``rules.check_asset``; a number that another card has, or had, is ``Invalid``.
    """
    typed = [(-at, draft.number) for at, draft in enumerate(drafts, 1) if draft.number]
    problems = number_problems(typed)
    if problems:
        raise Invalid(problems)
    numbering.note_used(ASSET_NUMBERS, [number for _, number in typed])
    fresh = [draft for draft in drafts if not draft.number]
    for draft, number in zip(fresh, next_numbers(len(fresh), year) if fresh else (), strict=True):
        draft.number = number
    return [int(Asset.insert(**row_of(draft)).execute()) for draft in drafts]


def drop(ids: Collection[int]) -> None:
    """Move cards to the recycle bin inside an operation that is open already; those that are gone are passed over."""
    Asset.delete().where(Asset.id.in_(list(ids))).execute()


def row_of(draft: AssetDraft) -> dict[str, Any]:
    """Give the table row of a draft, search keys included; amounts left empty become 0."""
    row = dict(vars(draft))
    for key in fields.ZERO:
        row[key] = row[key] or 0
    row["extras"] = json.dumps(draft.extras, ensure_ascii=False, sort_keys=True) if draft.extras else "{}"
    row["keys"] = rules.search_keys(draft)
    return row


def stored_row(draft: AssetDraft) -> dict[str, Any]:
    """Give ``row_of`` with days as stored text, for inserting many rows at once."""
    row = row_of(draft)
    for key in fields.DAYS:
        row[key] = row[key].isoformat() if row[key] else None
    return row


def _require_valid(draft: AssetDraft, identity: int | None) -> None:
    before = queries.card(identity) if identity else None
    given = {key for key in rules.PAST if before is None or getattr(before.draft, key) != getattr(draft, key)}
    problems = errors_only(rules.check_asset(draft, clock.today(), given)) + number_problems([(identity or -1, draft.number)])
    problems += extra_problems(draft.extras)
    if unlisted := statuses.unlisted(draft.status):
        problems.append(Problem("status", unlisted))
    if problems:
        raise Invalid(problems)


def number_problems(wanted: Sequence[tuple[int, str]]) -> list[Problem]:
    """Say which cards may not carry the number wanted for them; ``wanted`` gives (id, or -1, -2 … for new cards, number).

    Forbidden are no number (a new card gets one), the same for two, one that another card has, and a deleted card's. A
    number that another card gives up in the same step is still taken: numbers that moved on by a row are a slip of the
    paste far more often than they are meant.
    """
    times = Counter(number for _, number in wanted if number)
    holders, retired = queries.numbers_in_use(times), queries.numbers_retired(times) if times else set()
    problems = []
    for row, number in wanted:
        if not number:
            text = f"{TITLE['number']}不能为空。" if row > 0 else ""
        elif holders.get(number, row) != row:
            text = f"编号 {number} 已被另一张卡片使用，请换一个，或留空由系统编号。"
        elif times[number] > 1:
            text = f"编号 {number} 在这次填写的卡片里重复了，请改成不同的编号。"
        else:
            text = _RETIRED.format(number) if number in retired and number not in holders else ""
        if text:
            problems.append(Problem("number", text, row=row))
    return problems


def extra_problems(extras: dict[int, str]) -> list[Problem]:
    """Say which of the school's own fields hold what does not fit them."""
    own = {extra.id: extra for extra in queries.extra_fields(with_retired=True)}
    problems = []
    for identity, text in extras.items():
        extra = own.get(identity)
        if extra and text:
            reason = rules.unfit_extra(extra.kind, extra.choices, text)
            if reason:
                problems.append(Problem(fields.extra_key(identity), f"{extra.title}{reason}"))
    return problems


# --- the school's own fields -------------------------------------------------------------------------------------


@dataclass
class ExtraDraft:
    """A field of the school's own: ``choices`` one a line, for kind 选项."""

    title: str = ""
    kind: str = "文字"
    choices: str = ""


def save_extra_field(draft: ExtraDraft, identity: int | None = None) -> Step | None:
    """Add a field to the cards, or rename one; the kind of a field in use stays, so that no value becomes unreadable."""
    title = draft.title.strip()
    choices = "\n".join(dict.fromkeys(line.strip() for line in draft.choices.splitlines() if line.strip()))
    others = {extra.title: extra for extra in queries.extra_fields(with_retired=True) if extra.id != identity}
    problems = []
    if not title or len(title) > 20:
        problems.append(Problem("title", "请填写字段名，最多 20 个字。"))
    elif title in others or title in TITLE.values():
        problems.append(Problem("title", f"已经有“{title}”这个字段了，请换一个名字。"))
    if draft.kind not in EXTRA_KINDS:
        problems.append(Problem("kind", "类型请选 文字、数字、日期 或 选项。"))
    elif draft.kind == "选项" and not choices:
        problems.append(Problem("choices", "请写出可选的内容，一行一个。"))
    if problems:
        raise Invalid(problems)
    with journal.operation(f"设置附加字段 {title}") as work:
        if identity is None:
            position = len(others)
            work.made(
                int(ExtraField.insert(title=title, kind=draft.kind, choices=choices, position=position).execute())
            )
        elif not ExtraField.update(title=title, choices=choices).where(ExtraField.id == identity).execute():
            raise Refused(_FIELD_GONE)
    return work.step


def retire_extra_field(identity: int, active: bool = False) -> Step | None:
    """Hide a field from new cards, or show it again; what cards hold in it stays."""
    word = "启用" if active else "停用"
    title = next((extra.title for extra in queries.extra_fields(with_retired=True) if extra.id == identity), None)
    if title is None:
        raise Refused(_FIELD_GONE)
    with journal.operation(f"{word}附加字段 {title}") as work:
        ExtraField.update(active=int(active)).where(ExtraField.id == identity).execute()
    return work.step


# --- photos and papers of a card ---------------------------------------------------------------------------------


def attach_files(data: DataFolder, identity: int, paths: Iterable[Path]) -> Step | None:
    """Add photos or scans to a card as one step; ``Refused`` names the first file that cannot be taken."""
    card = queries.card(identity)
    if card is None:
        raise Refused("这张卡片已被删除，不能添加附件。")
    files = list(paths)
    with journal.operation(f"添加附件 {card.draft.number}（{len(files)} 个）") as work:
        for path in files:
            work.made(attachments.add(data, "asset", identity, path).id)
    return work.step


def remove_attachment(identity: int) -> Step:
    """Take an attachment off its card; its content stays in the data folder, so that undo brings it back whole."""
    number = scalar("SELECT a.number FROM attachment f JOIN asset a ON a.id = f.owner_id WHERE f.id = ?", (identity,))
    with journal.operation(f"移除附件 {number or ''}".strip()) as work:
        attachments.remove(identity)
    return work.done


def rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many cards name a supplier by one of some folded names; ``write`` the new name into them (in an open operation)."""
    rows = database.execute_sql("SELECT id, supplier FROM asset WHERE supplier NOT IN ('', ?)", (name,)).fetchall()
    chosen = [identity for identity, word in rows if pinyin.fold(word) in names]
    if write:
        database.cursor().executemany("UPDATE asset SET supplier = ? WHERE id = ?", [(name, each) for each in chosen])
    return len(chosen)
