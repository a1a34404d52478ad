"""Money papers as a person types them, and what is wrong with them: receipts, vouchers, refunds. No I/O here."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import Invalid, Problem
from app.core.money import MOST_FEN, format_fen
from app.core.numbering import Rule
from app.core.pinyin import fold
from app.fees.keys import item_key
from app.school.settings import FORBID
from app.school.signing_rules import Signer, check_apart

RECEIPT_NUMBERS = Rule("fee_receipt", "SJ", title="收费收据号")
METHODS = ("现金", "银行转账", "扫码", "代扣")          # offered, not prescribed
SIGNERS = (("handler", "经手人"), ("acceptor", "验收人"), ("auditor", "审核人"))
VOUCHER_KINDS = ("发票", "财政票据", "资金往来结算票据", "收据", "工资表", "其他")
MOST_UNITS = 400
LONGEST = 60
_RUN = re.compile(r"(.*?)(\d+)")


@dataclass
class ReceiptDraft:
    """Money taken from one pupil: ``fen`` by plan item. Without a ``number`` the next one of the series is given."""

    pupil: int
    paid_on: date | None = None
    fen: Mapping[int, int] = field(default_factory=dict)
    number: str = ""
    method: str = ""
    remark: str = ""


@dataclass
class VoucherDraft:
    """What an item cost by one paper, 分; below zero for a red one (红字) that takes back a part of another.

    ``total`` is what the whole invoice comes to where this is only a share of it, None where it is the same or known
    already; ``red_of`` the number of the invoice that a red one takes back.
    """

    plan_item: int | None = None
    number: str = ""
    dated_on: date | None = None
    fen: int | None = None
    kind: str = "发票"
    code: str = ""
    supplier: str = ""
    handler: int | None = None
    acceptor: int | None = None
    auditor: int | None = None
    remark: str = ""
    total: int | None = None
    red_of: str = ""


@dataclass
class RefundDraft:
    """Money given back to one pupil, 分; below zero: taken from him in addition (应补)."""

    pupil: int
    fen: int
    paid_on: date | None = None
    method: str = ""
    signer: str = ""
    remark: str = ""


def same_number(number: str) -> str:
    """Give a number in the form by which two are the same: half-width, upper case, without spaces."""
    return fold(number).replace(" ", "").upper()


def run_of_numbers(first: str, count: int) -> list[str]:
    """Give that many numbers from ``first`` on, each "" where it is blank; ``Invalid`` where it cannot be counted on."""
    if not first.strip():
        return [""] * count
    try:
        return numbers_from(first, count)
    except ValueError:
        raise Invalid([Problem("number", "下一张票据号要以数字结尾，例如 0012345，才能往下数。")]) from None


def numbers_from(first: str, count: int) -> list[str]:
    """Give a run of numbers of a receipt book: No.0012 → No.0012, No.0013 …; ``ValueError`` where none can be counted."""
    found = _RUN.fullmatch(first.strip())
    if found is None or len(found[2]) > 15:
        raise ValueError(first)
    start = int(found[2])
    return [f"{found[1]}{start + n:0{len(found[2])}d}" for n in range(count)]


def check_day(key: str, title: str, day: date | None, today: date, first: date | None = None) -> list[Problem]:
    """Check a day of a money paper: there, not in the future, not before ``first``."""
    if day is None:
        return [Problem(key, f"请填写{title}。")]
    if day > today:
        return [Problem(key, f"{title} {day.isoformat()} 还没有到，请改正。")]
    if first and day < first:
        return [Problem(key, f"{title} {day.isoformat()} 早于开始收费日期 {first.isoformat()}，不能提前收费。请改正。")]
    return []


def check_words(**words: str) -> list[Problem]:
    """Check that no typed word is longer than a line."""
    return [Problem(key, f"这一格有 {len(text)} 个字，最多 {LONGEST} 个字。") for key, text in words.items()
            if len(text) > LONGEST]


def check_receipt(draft: ReceiptDraft, today: date, first: date | None, owed: Mapping[int, int],
                  names: Mapping[int, str]) -> list[Problem]:
    """Check a receipt; ``owed`` is what the pupil still has to pay by plan item, ``names`` the items of the plan.

    More than is owed may not be taken (明码标价规定第八条: 不得在标价之外加价收费).
    """
    problems = check_day("paid_on", "缴费日期", draft.paid_on, today, first)
    problems += check_words(number=draft.number, method=draft.method, remark=draft.remark)
    if not draft.fen:
        problems.append(Problem("fen", "请填写至少一个项目的金额。"))
    for item, fen in draft.fen.items():
        name = names.get(item)
        if name is None:
            problems.append(Problem(item_key(item), "这个项目不在本学期的收费计划里。"))
        elif fen <= 0:
            problems.append(Problem(item_key(item), f"“{name}”的金额要大于零；退款请在清退里登记。"))
        elif fen > owed.get(item, 0):
            problems.append(Problem(item_key(item), _too_much(name, fen, owed.get(item, 0))))
    return problems


def _too_much(name: str, fen: int, owed: int) -> str:
    if owed <= 0:
        return f"“{name}”没有应收未收的钱（减免、没有同意、不在收费范围或已经缴清），不能再收。"
    return f"“{name}”只欠 {format_fen(owed)} 元，不能收 {format_fen(fen)} 元。"


def check_voucher(
    draft: VoucherDraft, today: date, items: Sequence[int], people: Sequence[int], apart: str = FORBID, later: Collection[str] = ()
) -> list[Problem]:
    """Check a voucher by itself; ``items`` are those of the plan, ``people`` who may sign.

    经手人, 验收人 and 审核人 are three different people: who buys does not accept, who accepts does not audit. ``apart`` is
    the school's setting: whether it is 禁止, 提醒 or 不查 that two are one. ``later`` are those of the three who may sign later
    (a purchase is audited when it is claimed).
    """
    problems = check_day("dated_on", "票据日期", draft.dated_on, today)
    problems += check_words(
        number=draft.number,
        code=draft.code,
        kind=draft.kind,
        supplier=draft.supplier,
        remark=draft.remark,
        red_of=draft.red_of,
    )
    if draft.plan_item not in items:
        problems.append(Problem("plan_item", "请选择本学期收费计划里的项目。"))
    if "票" in draft.kind and not same_number(draft.number):
        problems.append(Problem("number", "请填写票据号码。"))
    if not draft.kind.strip():
        problems.append(Problem("kind", "请填写票据种类。"))
    if not draft.fen or abs(draft.fen) > MOST_FEN:
        problems.append(Problem("fen", "请填写票据金额，不能是零，也不能大得离谱。"))
    signers: list[tuple[str, str, Signer | None]] = []
    for key, title in SIGNERS:
        person = getattr(draft, key)
        signers.append((key, title, Signer(person) if person in people else None))
        if person not in people and not (person is None and key in later):
            problems.append(Problem(key, f"请选择{title}。"))
    return problems + check_apart(signers, apart)


def check_refund(draft: RefundDraft, today: date, balance: int) -> list[Problem]:
    """Check a refund against what is open for the pupil (分; below zero: he owes)."""
    problems = check_day("paid_on", "日期", draft.paid_on, today)
    problems += check_words(method=draft.method, signer=draft.signer, remark=draft.remark)
    if not balance:
        problems.append(Problem("fen", "这名学生没有应退或应补的钱，不能登记。"))
    elif not draft.fen or (draft.fen > 0) != (balance > 0) or abs(draft.fen) > abs(balance):
        word = "应退" if balance > 0 else "应补"
        problems.append(Problem("fen", f"这名学生{word} {format_fen(abs(balance))} 元，登记的金额要在这个数以内。"))
    return problems
