"""Money is a whole number of 分. Nothing here, or anywhere, holds an amount as a float."""

import re
from decimal import Decimal, InvalidOperation

MOST_FEN = 10**14  # a trillion 元: more than any school owns, small enough for SQLite's and Excel's whole numbers
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_SECTIONS = ("", "万", "亿", "万亿")
_NOISE = re.compile(r"[\s'￥¥$]|人民币|RMB|CNY", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")


def format_fen(fen: int) -> str:
    """Give 分 as 元 with thousands and two places: 289900 → 2,899.00, -5 → -0.05."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan:,}.{rest:02d}"


def parse_fen(text: str | int | float | Decimal) -> int:
    """Read an amount in 元 as typed (￥1,200.00元, 1.2万, full-width digits) into 分, rounding half up to the 分.

    Refuses with ``ValueError`` what is not an amount, amounts past a trillion 元, and commas that part no thousands: 1,2 may
    be 1.2 as well as 12.
    """
    if isinstance(text, float):
        text = repr(text)
    cleaned = _NOISE.sub("", str(text).translate(FULL_WIDTH)).removesuffix("整").removesuffix("圆")
    factor = 1
    if cleaned.endswith(("万元", "万")):
        cleaned, factor = cleaned.removesuffix("元").removesuffix("万"), 10_000
    cleaned = cleaned.removesuffix("元")
    if cleaned.startswith("(") and cleaned.endswith(")"):
        cleaned = "-" + cleaned[1:-1]
    cleaned = _THOUSANDS.sub(lambda grouped: grouped[0].replace(",", ""), cleaned, count=1)
    if "_" in cleaned:  # Decimal would read 1_000
        raise ValueError(f"not an amount: {text}")
    try:
        amount = Decimal(cleaned) * factor
        # Huge exponents such as 1e300 must not become a 300-digit integer, so the bound is asked first.
        if not amount.is_finite() or abs(amount) * 100 > MOST_FEN:
            raise ValueError(f"amount out of range: {text}")
    except InvalidOperation:
        raise ValueError(f"not an amount: {text}") from None
    return round_half_up(amount * 100)


def round_half_up(amount: Decimal) -> int:
    """Round to a whole number, halves away from zero, as accounts do."""
    return int(amount.to_integral_value(rounding="ROUND_HALF_UP"))


def in_capitals(fen: int) -> str:
    """Give an amount in 大写 as 支付结算办法附一 (银发〔1997〕393号) writes it: 壹仟肆佰零玖元伍角整.

    A negative amount begins with 负; zero is 零元整.
    """
    if fen < 0:
        return "负" + in_capitals(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, odd_fen = divmod(rest, 10)
    words = _whole_in_capitals(yuan) + "元" if yuan else ""
    if rest == 0:
        return (words or "零元") + "整"
    if jiao:
        # Where the 元 place is 0 a 零 may stand or not; it stands, as the rule's own examples write it first.
        words += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif yuan:
        words += "零"
    return words + (_DIGITS[odd_fen] + "分" if odd_fen else "整")


def _whole_in_capitals(number: int) -> str:
    """Write a positive whole number in 大写 digits, one 零 for any run of zeros inside it."""
    words, zero_owed = "", False
    sections = []
    while number:
        number, part = divmod(number, 10_000)
        sections.append(part)
    for place in range(len(sections) - 1, -1, -1):
        part = sections[place]
        if part == 0:
            zero_owed = bool(words)
            continue
        if words and (zero_owed or part < 1000):
            words += "零"
        words += _section_in_capitals(part) + _SECTIONS[place]
        zero_owed = False
    return words


def _section_in_capitals(part: int) -> str:
    """Write 1–9999 in 大写."""
    words, zero_owed = "", False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            zero_owed = bool(words)
            continue
        words += ("零" if zero_owed else "") + _DIGITS[digit] + _UNITS[place]
        zero_owed = False
    return words


FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
