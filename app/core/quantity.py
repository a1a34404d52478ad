"""Quantities of goods are whole thousandths: 1500 is 1.5 包. Nothing holds one as a float."""

import re
from decimal import Decimal

from app.core.money import FULL_WIDTH

ONE = 1_000
MOST = 10**9 * ONE      # a thousand million pieces: more than any store holds
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")


def format_quantity(thousandths: int) -> str:
    """Give thousandths as people read them, with thousands and no idle zeros: 12000 → 12, -1500 → -1.5, 1234500 → 1,234.5."""
    sign = "-" if thousandths < 0 else ""
    whole, rest = divmod(abs(thousandths), ONE)
    return f"{sign}{whole:,}" + (f".{rest:03d}".rstrip("0") if rest else "")


def parse_quantity(text: str | int | float | Decimal) -> int:
    """Read a number as typed (12, 1.5, 1,200, full-width digits) into thousandths.

    Refuses with ``ValueError`` what is no number, more than three places (nothing is rounded in silence) and what is past
    ``MOST``.
    """
    if isinstance(text, bool):
        raise ValueError(f"not a quantity: {text}")
    plain = (repr(text) if isinstance(text, float) else str(text)).translate(FULL_WIDTH).strip()
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"not a quantity: {text}")
    amount = Decimal(plain.replace(",", "")) * ONE
    if amount != amount.to_integral_value() or abs(amount) > MOST:
        raise ValueError(f"not a quantity: {text}")
    return int(amount)
