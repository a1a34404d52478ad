"""When a card is right: all problems at once, and the suggestion of 固定资产 or 低值易耗品. No I/O here."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from operator import attrgetter

from app.assets import fields
from app.assets.fields import CATEGORIES, FIELD, FIXED, LOW_VALUE, TITLE, AssetDraft
from app.core import pinyin
from app.core.columns import Kind
from app.core.errors import Level, Problem
from app.core.money import MOST_FEN, format_fen

NOMINAL_FEN = 100  # 名义金额 1 元 (政府会计准则第3号)
MOST_PIECES = 1_000_000
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
TEXT_FIELDS = fields.attributes("is_text")
PAST = frozenset(fields.attributes("past"))     # days that have been, when somebody writes them
_MONEYS, _PAST = [each.attribute for each in fields.FIELDS if each.kind is Kind.MONEY], fields.attributes("past")
_SEARCHED = attrgetter(*sorted(fields.attributes("searched"), key=lambda name: name != "name"))    # the name first


_LINES = frozenset(each.attribute for each in fields.FIELDS if each.editor == "lines")


def tidy(key: str, text: str) -> str:
    """Give typed words as a card holds them: trimmed, in one line but for the fields of several lines."""
    return text.strip() if key in _LINES else " ".join(filter(None, (line.strip() for line in text.splitlines())))


def settle(draft: AssetDraft) -> None:
    """Fill what follows from the rest: value = price × pieces, or the price where only the value is known (rounded to 分)."""
    pieces = draft.quantity or 0
    if draft.value is None and draft.unit_price is not None:
        draft.value = draft.unit_price * pieces
    elif draft.unit_price is None and draft.value is not None and pieces > 0:
        draft.unit_price = (draft.value + pieces // 2) // pieces


def check_asset(draft: AssetDraft, today: date, given: Collection[str] = ()) -> list[Problem]:
    """Give every problem of a card; warnings do not forbid saving, so that history can be entered as it is.

    ``given`` are the attributes that are being written just now: a day of theirs that has not come yet is an error
    (取得日期 2099), while one that stands already is only worth a warning.
    """
    return [*_check_words(draft), *_check_pieces_and_money(draft), *_check_days(draft, today, given), *_check_life(draft)]


_LONGEST = {key: FIELD[key].longest for key in TEXT_FIELDS}
_TEXTS = attrgetter(*_LONGEST)


def _check_words(draft: AssetDraft) -> list[Problem]:
    problems = []
    if not draft.name.strip():
        problems.append(Problem("name", f"请填写{TITLE['name']}。"))
    if draft.category not in CATEGORIES:
        problems.append(Problem("category", f"{TITLE['category']}只能是“{FIXED}”或“{LOW_VALUE}”。"))
    if max(map(len, _TEXTS(draft))) > min(_LONGEST.values()):   # seldom: asked of every row of an import
        problems += [Problem(key, f"共 {length} 个字，太长了，最多 {most} 个字，请缩短。") for key, most in _LONGEST.items()
                     if (length := len(getattr(draft, key))) > most]
    return problems


def _check_pieces_and_money(draft: AssetDraft) -> list[Problem]:
    problems = []
    pieces = draft.quantity
    if pieces is None or not 1 <= pieces <= MOST_PIECES:
        problems.append(Problem("quantity", f"{TITLE['quantity']}请填 1 到 {MOST_PIECES:,} 的整数。"))
    for key in _MONEYS:
        amount = getattr(draft, key)
        if amount is not None and not 0 <= amount <= MOST_FEN:
            problems.append(Problem(key, f"{TITLE[key]}不能是负数，也不能超过一万亿元，请改正。"))
    if not problems:
        problems += _check_sums(draft)
    return problems


def _check_sums(draft: AssetDraft) -> list[Problem]:
    problems = []
    pieces, price, value, worth = draft.quantity or 0, draft.unit_price, draft.value, TITLE["value"]
    # A rounded price may miss the contract sum by less than one 分 a piece; more than that is worth a look.
    if price is not None and value is not None and abs(price * pieces - value) > pieces:
        product = f"{TITLE['unit_price']}×{TITLE['quantity']} {format_fen(price * pieces)}"
        problems.append(Problem("value", f"{worth} {format_fen(value)} 与{product} 不一致，请核对。", "warning"))
    if draft.value_type == "名义金额" and value is not None and value != NOMINAL_FEN * pieces:
        problems.append(Problem("value", "名义金额应为每件 1 元，请核对。", "warning"))
    if value is not None and (draft.opening_depreciation or 0) > value:
        problems.append(Problem("opening_depreciation", f"{TITLE['opening_depreciation']}不能大于{worth}，请改正。"))
    return problems


def _check_days(draft: AssetDraft, today: date, given: Collection[str]) -> list[Problem]:
    problems = []
    for key in _PAST:
        day, title = getattr(draft, key), TITLE[key]
        if day is None:
            continue
        if day.year < EARLIEST_YEAR:
            problems.append(Problem(key, f"{title} {day} 早于 {EARLIEST_YEAR} 年，请核对年份。"))
        elif day.year > LATEST_YEAR:
            problems.append(Problem(key, f"{title} {day} 晚于 {LATEST_YEAR} 年，请核对年份。"))
        elif day > today:
            level: Level = "error" if key in given else "warning"
            problems.append(Problem(key, f"{title} {day} 在今天之后，请核对。", level))
    if draft.warranty_until and draft.warranty_until.year > LATEST_YEAR:
        problems.append(Problem("warranty_until", f"{TITLE['warranty_until']}晚于 {LATEST_YEAR} 年，请核对年份。"))
    for key in ("booked_on", "warranty_until"):
        day = getattr(draft, key)
        if draft.acquired_on and day and day < draft.acquired_on:
            problems.append(Problem(key, f"{TITLE[key]}早于{TITLE['acquired_on']}，请核对。", "warning"))
    return problems


def _check_life(draft: AssetDraft) -> list[Problem]:
    problems = []
    if draft.life_months is not None and not 0 <= draft.life_months <= 1_200:
        problems.append(Problem("life_months", f"{FIELD['life_months'].short}请填 0 到 1200 个月（不提折旧填 0）。"))
    if draft.opening_months is not None and not 0 <= draft.opening_months <= 1_200:
        problems.append(Problem("opening_months", f"{TITLE['opening_months']}请填 0 到 1200。"))
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
    """Give the words a card is found by: name in pinyin first, then the other fields declared as searched."""
    return pinyin.keys(*_SEARCHED(draft))


def unfit_extra(kind: str, choices: Sequence[str], text: str) -> str | None:
    """Say why a text does not fit an extra field of this kind (文字 数字 日期 选项); None where it fits."""
    if kind == "数字" and not _is_number(text):
        return f"应填数字，“{text[:20]}”不是数字。"
    if kind == "日期" and not _is_day(text):
        return f"应填日期，如 2026-09-01，“{text[:20]}”不是日期。"
    if kind == "选项" and text not in choices:
        return f"只能选 {'、'.join(choices)}。"
    return f"最多 {fields.LONGEST} 个字。" if len(text) > fields.LONGEST else None


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
