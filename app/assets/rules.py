"""When a card is right: all problems at once, and the suggestion of 固定资产 or 低值易耗品. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from app.core import pinyin
from app.core.errors import Problem
from app.core.money import MOST_FEN, format_fen

FIXED, LOW_VALUE = "固定资产", "低值易耗品"
CATEGORIES = (FIXED, LOW_VALUE)
NOMINAL_FEN = 100  # 名义金额 1 元 (政府会计准则第3号)
MOST_PIECES = 1_000_000
LONGEST = {"number": 40, "name": 100, "remark": 2_000}
LONGEST_OTHER = 200
EARLIEST_YEAR = 1900


@dataclass
class AssetDraft:
    """A card being filled in. Money in 分, life in months; ids point to places, people and departments.

    ``extras`` maps the id of an extra field to its text. An empty ``number`` is given by the numbering rule on saving.
    """

    number: str = ""
    name: str = ""
    category: str = FIXED
    class_code: str = ""
    class_name: str = ""
    model: str = ""
    brand: str = ""
    serial: str = ""
    unit: str = ""
    quantity: int | None = 1
    unit_price: int | None = None
    value: int | None = None
    value_type: str = "原值"
    acquired_by: str = "新购"
    acquired_on: date | None = None
    booked_on: date | None = None
    voucher: str = ""
    funding: str = ""
    purchase_form: str = ""
    supplier: str = ""
    invoice: str = ""
    warranty_until: date | None = None
    place_id: int | None = None
    department_id: int | None = None
    keeper_id: int | None = None
    user_id: int | None = None
    purpose: str = "自用"
    status: str = "在用"
    life_months: int | None = None
    opening_depreciation: int | None = 0
    opening_months: int | None = 0
    old_number: str = ""
    remark: str = ""
    extras: dict[int, str] = field(default_factory=dict)


TEXT_FIELDS = (
    "number", "name", "category", "class_code", "class_name", "model", "brand", "serial", "unit", "value_type",
    "acquired_by", "voucher", "funding", "purchase_form", "supplier", "invoice", "purpose", "status", "old_number",
    "remark",
)


def settle(draft: AssetDraft) -> None:
    """Fill what follows from the rest: value = price × pieces, or the price where only the value is known (rounded to 分)."""
    pieces = draft.quantity or 0
    if draft.value is None and draft.unit_price is not None:
        draft.value = draft.unit_price * pieces
    elif draft.unit_price is None and draft.value is not None and pieces > 0:
        draft.unit_price = (draft.value + pieces // 2) // pieces


def check_asset(draft: AssetDraft, today: date) -> list[Problem]:
    """Give every problem of a card; warnings do not forbid saving, so that history can be entered as it is."""
    return [*_check_words(draft), *_check_pieces_and_money(draft), *_check_days(draft, today), *_check_life(draft)]


def _check_words(draft: AssetDraft) -> list[Problem]:
    problems = []
    if not draft.name.strip():
        problems.append(Problem("name", "请填写资产名称。"))
    if draft.category not in CATEGORIES:
        problems.append(Problem("category", "资产类别只能是“固定资产”或“低值易耗品”。"))
    for key in TEXT_FIELDS:
        most, length = LONGEST.get(key, LONGEST_OTHER), len(getattr(draft, key))
        if length > most:
            problems.append(Problem(key, f"共 {length} 个字，太长了，最多 {most} 个字，请缩短。"))
    return problems


def _check_pieces_and_money(draft: AssetDraft) -> list[Problem]:
    problems = []
    pieces = draft.quantity
    if pieces is None or not 1 <= pieces <= MOST_PIECES:
        problems.append(Problem("quantity", f"数量请填 1 到 {MOST_PIECES:,} 的整数。"))
    for key, title in (("unit_price", "单价"), ("value", "价值"), ("opening_depreciation", "期初累计折旧")):
        amount = getattr(draft, key)
        if amount is not None and not 0 <= amount <= MOST_FEN:
            problems.append(Problem(key, f"{title}不能是负数，也不能超过一万亿元，请改正。"))
    if not problems:
        problems += _check_sums(draft)
    return problems


def _check_sums(draft: AssetDraft) -> list[Problem]:
    problems = []
    pieces, price, value = draft.quantity or 0, draft.unit_price, draft.value
    # A rounded price may miss the contract sum by less than one 分 a piece; more than that is worth a look.
    if price is not None and value is not None and abs(price * pieces - value) > pieces:
        problems.append(Problem(
            "value", f"价值 {format_fen(value)} 与单价×数量 {format_fen(price * pieces)} 不一致，请核对。", "warning"))
    if draft.value_type == "名义金额" and value is not None and value != NOMINAL_FEN * pieces:
        problems.append(Problem("value", "名义金额应为每件 1 元，请核对。", "warning"))
    if value is not None and (draft.opening_depreciation or 0) > value:
        problems.append(Problem("opening_depreciation", "期初累计折旧不能大于价值，请改正。"))
    return problems


def _check_days(draft: AssetDraft, today: date) -> list[Problem]:
    problems = []
    for key, title in (("acquired_on", "取得日期"), ("booked_on", "入账日期")):
        day = getattr(draft, key)
        if day is None:
            continue
        if day.year < EARLIEST_YEAR:
            problems.append(Problem(key, f"{title} {day} 早于 {EARLIEST_YEAR} 年，请核对年份。"))
        elif day > today:
            problems.append(Problem(key, f"{title} {day} 在今天之后，请核对。", "warning"))
    if draft.acquired_on and draft.booked_on and draft.booked_on < draft.acquired_on:
        problems.append(Problem("booked_on", "入账日期早于取得日期，请核对。", "warning"))
    if draft.acquired_on and draft.warranty_until and draft.warranty_until < draft.acquired_on:
        problems.append(Problem("warranty_until", "保修截止早于取得日期，请核对。", "warning"))
    return problems


def _check_life(draft: AssetDraft) -> list[Problem]:
    problems = []
    if draft.life_months is not None and not 0 <= draft.life_months <= 1_200:
        problems.append(Problem("life_months", "折旧年限请填 0 到 1200 个月（不提折旧填 0）。"))
    if draft.opening_months is not None and not 0 <= draft.opening_months <= 1_200:
        problems.append(Problem("opening_months", "期初已提月数请填 0 到 1200。"))
    return problems


def suggested_category(
    unit_price: int, quantity: int, class_code: str, threshold: int, bulk_pieces: int, bulk_kinds: Sequence[str],
) -> str:
    """Suggest 固定资产 or 低值易耗品: at or above the threshold, or a durable kind bought in bulk (财政部令第108号).

    A suggestion for new cards only; cards of the past keep what the office wrote.
    """
    if unit_price >= threshold:
        return FIXED
    in_bulk = quantity >= bulk_pieces and any(class_code.startswith(kind) for kind in bulk_kinds)
    return FIXED if in_bulk else LOW_VALUE


def search_keys(draft: AssetDraft) -> str:
    """Give the words a card is found by: name in pinyin first, then number, model, brand, serial and remark."""
    return pinyin.keys(draft.name, draft.number, draft.model, draft.brand, draft.serial, draft.old_number, draft.remark)


def unfit_extra(kind: str, choices: Sequence[str], text: str) -> str | None:
    """Say why a text does not fit an extra field of this kind (文字 数字 日期 选项); None where it fits."""
    if kind == "数字" and not _is_number(text):
        return f"应填数字，“{text[:20]}”不是数字。"
    if kind == "日期" and not _is_day(text):
        return f"应填日期，如 2026-09-01，“{text[:20]}”不是日期。"
    if kind == "选项" and text not in choices:
        return f"只能选 {'、'.join(choices)}。"
    return f"最多 {LONGEST_OTHER} 个字。" if len(text) > LONGEST_OTHER else None


def _is_number(text: str) -> bool:
    try:
        return "_" not in text and Decimal(text).is_finite()  # Decimal would read 1_000
    except InvalidOperation:
        return False


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text  # one way of writing: 20260901 would sort elsewhere
    except ValueError:
        return False


def share(fen: int, part: int, whole: int) -> int:
    """Give what ``part`` of ``whole`` pieces is worth, rounded down: the odd 分 stay with the mother card."""
    return fen * part // whole


def shares(quantity: int, value: int, depreciation: int, pieces: Sequence[int]) -> list[tuple[int, int, int]]:
    """Divide (pieces, 分 of value, 分 of depreciation) for each new card, and last for the mother card.

    Each new card gets its part rounded down, the mother card what remains. Where the mother card would then have more
    depreciation than value (rounding of very many small parts), the surplus goes by single 分 to new cards that have room.
    Needs 0 <= depreciation <= value and at least one piece left for the mother card.
    """
    parts = [(count, share(value, count, quantity), share(depreciation, count, quantity)) for count in pieces]
    left = value - sum(part[1] for part in parts)
    worn = depreciation - sum(part[2] for part in parts)
    surplus = max(worn - left, 0)
    worn -= surplus
    while surplus:  # ends: all room together is value - depreciation, and the mother card has none left
        for number, (count, fen, lost) in enumerate(parts):
            if surplus and lost < fen:
                parts[number] = (count, fen, lost + 1)
                surplus -= 1
    return [*parts, (quantity - sum(pieces), left, worn)]
