"""The only place where a stocktake corrects the ledger: after approval, after a preview, as one step.

盘盈盘亏须查明原因、随清查结果一并报批，按审批结果调台账（行政事业性国有资产管理条例第39条）. What happened to a card after the
stocktake was opened wins over the count: such a card is left alone and the preview says why.
"""

from dataclasses import dataclass, replace
from datetime import date

from app.assets import commands as cards
from app.assets import meanings, statuses
from app.assets import queries as assets
from app.assets.fields import FIELD, AssetDraft
from app.assets.rules import shares
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Invalid, Problem, Refused, joined
from app.core.money import format_fen
from app.stocktake import commands, queries, rules
from app.stocktake.queries import FindRow, LineRow, StocktakeRow
from app.stocktake.tables import Stocktake, StocktakeFind
from app.store import journal
from app.store.journal import Counted, Step

MOVE, STATUS, LOSS, PART_LOSS, GAIN, FIND = "改地点", "改状况", "盘亏", "部分盘亏", "盘盈（同类）", "盘盈"


@dataclass(frozen=True, slots=True)
class Correction:
    """One change that the approval makes: what, from what, to what; ``skipped`` says why it is not made, "" else."""

    what: str
    number: str
    name: str
    old: str
    new: str
    line: int = 0
    find: int = 0
    skipped: str = ""


def lost_word() -> str:
    """Give the status of what a stocktake did not find: 待核销 (报损), never that of what is worn and waits to be scrapped."""
    return statuses.word_for(meanings.WRITE_OFF)


def preview(identity: int) -> list[Correction]:
    """Give all corrections of a stocktake, old → new, without writing; those of the finds come last."""
    return [each for each, _ in _planned(commands.require(identity))]


@dataclass(frozen=True, slots=True)
class _Work:
    """What a correction rests on."""

    card: assets.Card | None = None
    line: LineRow | None = None
    find: FindRow | None = None


def _planned(row: StocktakeRow) -> list[tuple[Correction, _Work]]:
    lines = queries.differences(row.id)
    known = {card.id: card for card in assets.cards([line.asset_id for line in lines])}
    planned = []
    for line in lines:
        card = known.get(line.asset_id)
        planned += [(each, _Work(card, line)) for each in _of_line(line, card)]
    for find in queries.finds(row.id):
        if find.decision == rules.BOOK_IT:
            price, value, kind = rules.find_value(find.quantity, find.estimate)
            new = f"新卡片 {find.quantity} 件，{kind} {format_fen(value)} 元，{find.place or queries.NO_PLACE}"
            planned.append((Correction(FIND, find.code, find.name, "账上没有", new, find=find.id), _Work(find=find)))
    return planned


def _of_line(line: LineRow, card: assets.Card | None) -> list[Correction]:
    """Give the corrections of one line: pieces first, then place, then status."""
    found = []
    counted = line.counted or 0
    if line.missing and counted:
        found.append(
            _correction(
                PART_LOSS,
                line,
                f"{line.quantity} 件",
                f"{counted} 件；拆出 {line.missing} 件为{lost_word()}",
            )
        )
    elif line.missing:
        found.append(_correction(LOSS, line, line.status, lost_word()))
    if line.surplus:
        found.append(_correction(GAIN, line, f"{line.quantity} 件", f"另立新卡片 {line.surplus} 件"))
    if counted and line.found_place_id is not None and line.found_place_id != line.place_id:
        found.append(_correction(MOVE, line, line.place or queries.NO_PLACE, line.found_place))
    if counted and line.found_status not in ("", line.status):
        found.append(_correction(STATUS, line, line.status, line.found_status))
    return [replace(each, skipped=_why_not(each.what, line, card)) for each in found]


def _correction(what: str, line: LineRow, old: str, new: str) -> Correction:
    return Correction(what, line.number, line.name, old, new, line=line.id)


def _why_not(what: str, line: LineRow, card: assets.Card | None) -> str:
    if card is None:
        return "卡片已删除，不再调整"
    draft = card.draft
    pieces = draft.quantity or 0
    # What is counted by pieces needs the same pieces; moving or marking a card, only that none came onto it (a merge).
    if pieces != line.quantity if what in (LOSS, PART_LOSS, GAIN) else pieces > line.quantity:
        return f"开始盘点后数量已改为 {draft.quantity} 件，不再调整"
    if what in (LOSS, PART_LOSS, STATUS) and draft.status != line.status:
        return f"开始盘点后状况已改为{draft.status}，不再调整"
    if what == MOVE and draft.place_id != line.place_id:
        return f"开始盘点后已移到 {card.place or queries.NO_PLACE}，不再调整"
    return ""


def blocks(identity: int) -> list[str]:
    """Give a sentence for everything that stands in the way of the approval: what is not counted, without reason, undecided."""
    row = commands.require(identity)
    if not row.allows("approve"):
        return [row.refusal("approve")]
    found = []
    try:
        commands.require_counted(row)
    except Refused as refused:
        found.append(refused.text)
    bare = [line.number for line in queries.differences(row.id) if (line.missing or line.surplus) and not line.reason]
    if bare:
        found.append(f"{len(bare)} 种盘亏或盘盈还没有写原因（{_some(bare)}）。盘盈盘亏须查明原因后才能报批。")
    unclear = [find.code or find.name for find in queries.finds(row.id) if find.decision == rules.UNDECIDED]
    if unclear:
        found.append(f"{len(unclear)} 件盘盈还没有决定是否入账（{_some(unclear)}）。请填写名称并选择入账或不入账。")
    return found


def _some(names: list[str]) -> str:
    return "、".join(names[:5]) + ("等" if len(names) > 5 else "")


def approve(identity: int, number: str, day: date, by: str = "") -> Counted:
    """Correct the ledger by an approved stocktake as one step and give how many corrections were made.

    ``number`` and ``day`` are those of the approval, ``by`` who gave it (kept in the remark). ``Refused`` while anything
    is not counted, a loss or gain has no reason, or something found is undecided.
    """
    row = commands.require(identity)
    number = number.strip()
    if day > clock.today():     # before the operation, whose business day it is
        raise Invalid(check_approval(row, number, day))
    with journal.operation(f"批准盘点 {row.title}（{number}）", day) as work:
        count = carry_out(commands.require(identity), number, day, by)
    return Counted(count, work.step)


@dataclass
class NumberDraft:
    """The 文号 of an approval, being corrected."""

    number: str = ""


def check_number(draft: NumberDraft) -> list[Problem]:
    """Check a corrected 文号."""
    return _check_number(draft.number.strip())


def correct_number(identity: int, draft: NumberDraft) -> Step | None:
    """Correct the 文号 of an approval that was typed wrongly, as one step that names both; the ledger is not touched.

    ``Refused`` before the approval; None where it is the same. The day stays: cards were booked on it.
    """
    row = commands.require(identity)
    if row.state != rules.APPROVED:
        raise Refused(f"“{row.title}”还没有批准，没有文号可以更正。")
    problems, number = check_number(draft), draft.number.strip()
    if problems:
        raise Invalid(problems)
    with journal.operation(f"更正批准文号 {row.title}：{row.approval_no} 改为 {number}") as work:
        Stocktake.update(approval_no=number).where(Stocktake.id == row.id).execute()
    return work.step


def carry_out(row: StocktakeRow, number: str, day: date, by: str = "") -> int:
    """Correct the ledger inside an operation that is open already."""
    _require_approvable(row, number, day)
    planned = [pair for pair in _planned(row) if not pair[0].skipped]
    _write_lines(row, [(each, work) for each, work in planned if work.find is None], day)
    _write_finds(row, [work.find for _, work in planned if work.find], day)
    note = f"{row.remark}\n{day} 批准：{by.strip()}".strip() if by.strip() else row.remark
    Stocktake.update(state=row.after("approve"), approval_no=number, approved_on=day, remark=note,
                     closed_on=row.closed_on or day).where(Stocktake.id == row.id).execute()
    return len(planned)


def _require_approvable(row: StocktakeRow, number: str, day: date) -> None:
    row.after("approve")
    problems = check_approval(row, number, day)
    if problems:
        raise Invalid(problems)
    found = blocks(row.id)
    if found:
        raise Refused(found[0])


def check_approval(row: StocktakeRow, number: str, day: date | None) -> list[Problem]:
    """Check number (文号) and day of an approval."""
    problems = _check_number(number)
    if day is None:
        problems.append(Problem("day", "请填写批准日期。"))
    elif day < row.base_date:
        problems.append(Problem("day", f"批准日期应在基准日 {row.base_date} 之后，请核对。"))
    elif day > clock.today():
        problems.append(Problem("day", f"批准日期 {day} 在今天之后，请核对。"))
    return problems


def _check_number(number: str) -> list[Problem]:
    wrong = not number or len(number) > rules.LONGEST
    return [Problem("number", f"请填写批准文号（或会议纪要编号），最多 {rules.LONGEST} 个字。")] if wrong else []


def _write_lines(row: StocktakeRow, planned: list[tuple[Correction, _Work]], day: date) -> None:
    """Write the corrections card by card: several may touch the same one."""
    drafts: dict[int, AssetDraft] = {}
    new: list[AssetDraft] = []
    for each, work in planned:
        card, line = work.card, work.line
        if card is None or line is None:
            continue
        draft = drafts.setdefault(card.id, replace(card.draft, extras=dict(card.draft.extras)))
        if each.what == MOVE:
            draft.place_id = line.found_place_id
        elif each.what == STATUS:
            draft.status = line.found_status
        elif each.what == LOSS:
            draft.status = lost_word()
            draft.remark = _noted(draft.remark, f"盘亏（{row.number}）：{line.reason}")
        elif each.what == PART_LOSS:
            new.append(_split_off(draft, line, row))
        else:
            new.append(_gain(draft, line, row, day))
    for identity, draft in drafts.items():
        Asset.update(**cards.row_of(draft)).where(Asset.id == identity).execute()
    cards.enter(new, day.year)


def _noted(remark: str, note: str) -> str:
    return joined((remark, note))[:FIELD["remark"].longest]


def _split_off(mother: AssetDraft, line: LineRow, row: StocktakeRow) -> AssetDraft:
    """Take the missing pieces off a card and give a card for them; value and depreciation add up as before, in 分."""
    child = cards.like(mother)
    parts = shares(line.quantity, mother.value or 0, mother.opening_depreciation or 0, [line.missing])
    for card, part in zip((child, mother), parts, strict=True):
        card.quantity, card.value, card.opening_depreciation = part
    child.status, child.place_id = lost_word(), line.place_id
    child.remark = _noted(mother.remark, f"由 {line.number} 拆出，盘亏（{row.number}）：{line.reason}")
    return child


def _gain(like: AssetDraft, line: LineRow, row: StocktakeRow, day: date) -> AssetDraft:
    """Give a card for pieces beyond a card's quantity, at the price of its like (同类市价), else 1 元 a piece."""
    price, value, kind = rules.find_value(line.surplus, like.unit_price)
    return replace(
        cards.like(like, bought=False),
        quantity=line.surplus,
        unit_price=price,
        value=value,
        value_type=kind,
        acquired_by="盘盈",
        acquired_on=day,
        booked_on=day,
        opening_depreciation=0,
        opening_months=0,
        place_id=line.found_place_id or like.place_id,
        remark=f"比 {line.number} 多出，盘盈（{row.number}）：{line.reason}",
    )


def _write_finds(row: StocktakeRow, finds: list[FindRow], day: date) -> None:
    drafts = []
    for find in finds:
        price, value, kind = rules.find_value(find.quantity, find.estimate)
        drafts.append(AssetDraft(
            name=find.name, model=find.model, unit=find.unit, quantity=find.quantity, unit_price=price, value=value,
            value_type=kind, acquired_by="盘盈", acquired_on=day, booked_on=day, place_id=find.place_id,
            keeper_id=find.keeper_id, old_number=find.code,
            remark=_noted(find.remark, f"盘盈（{row.number}）" + (f"：{find.reason}" if find.reason else ""))))
    for find, identity in zip(finds, cards.enter(drafts, day.year), strict=True):
        StocktakeFind.update(asset_id=identity).where(StocktakeFind.id == find.id).execute()
