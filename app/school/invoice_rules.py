"""When two papers are one invoice and what may be taken of it, without I/O. Every amount is 分.

A 数电票 (电子发票, 国家税务总局公告2024年第11号) is known by its 20 digits alone; an older paper by code and number together.
An invoice may be held by several records, each with a share; all shares together never exceed its total. A red one
(红字) has a total below zero and takes back a part of the invoice that it refers to.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import Problem
from app.core.money import MOST_FEN, format_fen
from app.core.pinyin import fold

_FULLY_DIGITAL = re.compile(r"\d{20}")


@dataclass(slots=True)
class InvoiceDraft:
    """An invoice as typed; ``fen`` is its total, ``original`` the id of the invoice that a red one takes back."""

    kind: str = "发票"
    code: str = ""
    number: str = ""
    dated_on: date | None = None
    supplier: str = ""
    fen: int | None = None
    original: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a record holds of an invoice: ``words`` name it (作业本费 11月3日), ``locked`` says why it can no longer change."""

    invoice: int
    table: str
    row: int
    fen: int
    words: str
    locked: str = ""


def plain(text: str) -> str:
    """Give a code or number in the form by which two are the same: half width, upper case, without spaces."""
    return fold(text).replace(" ", "").upper()


def key_of(code: str, number: str) -> str:
    """Give what an invoice is known by, "" without a number: the 20 digits of a 数电票 alone, else code and number."""
    own = plain(number)
    if not own or _FULLY_DIGITAL.fullmatch(own):
        return own
    return f"{plain(code)}-{own}"


def is_invoice(kind: str, code: str, number: str) -> bool:
    """Whether a paper has a number that no other paper of the country has: 发票, 财政票据, 结算票据; not a shop's receipt."""
    return bool(plain(number)) and ("票" in kind or bool(plain(code)) or bool(_FULLY_DIGITAL.fullmatch(plain(number))))


def check_total(fen: int | None) -> list[Problem]:
    """Check an invoice's total: there, not zero, not absurd."""
    return [] if fen and abs(fen) <= MOST_FEN else [Problem("total", "请填写发票总额，不能是零，也不能大得离谱。")]


def exceeded(total: int, shares: Iterable[int]) -> str:
    """Say how shares break the bounds of their invoice, "" where they keep them: of its sign, together at most its total."""
    taken = list(shares)
    if any(fen * total < 0 for fen in taken):
        return "红字发票的金额都要是负数。" if total < 0 else "蓝字发票的金额都要是正数；红冲请登记红字发票。"
    if abs(sum(taken)) > abs(total):
        return f"总额 {format_fen(total)} 元，记的合起来却有 {format_fen(sum(taken))} 元。"
    return ""


def check_red(fen: int, original: int | None, others: Iterable[int]) -> str:
    """Say what is wrong with taking back: ``original`` is the total of the invoice referred to, ``others`` red ones of it.

    What is taken back never exceeds what the original came to.
    """
    if original is None:
        return ""
    if fen >= 0:
        return "只有红字发票（负数）才填被红冲的发票。"
    if original <= 0:
        return "被红冲的要是蓝字发票。"
    back = -(fen + sum(others))
    return f"原发票 {format_fen(original)} 元，红冲合起来却有 {format_fen(back)} 元。" if back > original else ""


def told(shares: Sequence[Share], total: int) -> str:
    """Say how much of an invoice is taken: 该发票共 300.00 元，已有 2 笔共 120.00 元，余 180.00 元."""
    taken = sum(share.fen for share in shares)
    return f"该发票共 {format_fen(total)} 元，已有 {len(shares)} 笔共 {format_fen(taken)} 元，余 {format_fen(total - taken)} 元"


def listed(shares: Sequence[Share], most: int = 5) -> str:
    """Name the records that hold shares: 作业本费 11月3日 100.00 元、…."""
    names = "、".join(f"{share.words} {format_fen(share.fen)} 元" for share in shares[:most])
    return names + (f"等 {len(shares)} 笔" if len(shares) > most else "")
