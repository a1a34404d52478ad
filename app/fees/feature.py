"""What fees declare: the plan, the public board, the letters and the money of a term."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from app.core.dues import Due
from app.core.numbering import Rule
from app.core.progress import Progress
from app.core.settings import Setting, declared_in
from app.feature import Feature
from app.school.personal import AboutPerson, Kept
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.paper.forms import Form
    from app.school.invoice_rules import Share
    from app.school.links import Records
    from app.store.folder import DataFolder


def _settings() -> tuple[Setting[Any], ...]:
    from app.fees.board import settings as board
    from app.fees.money import bank_settings as bank
    from app.fees.money import receipt_settings as receipts
    from app.fees.money import settings as money
    from app.fees.plan import settings as plan

    return declared_in(plan, board, money, receipts, bank)


def _series() -> tuple[Rule, ...]:
    from app.fees.money.rules import RECEIPT_NUMBERS

    return (RECEIPT_NUMBERS,)


def _forms() -> "tuple[Form, ...]":
    from app.fees.board.class_items import FORMS as SUMS
    from app.fees.board.papers import FORMS as BOARDS
    from app.fees.board.proof import FORMS as PROOFS
    from app.fees.letters.papers import FORMS as LETTERS
    from app.fees.letters.reply_papers import FORMS as REPLIES
    from app.fees.money.attendance_papers import FORMS as MEALS
    from app.fees.money.office_papers import FORMS as OFFICE
    from app.fees.money.papers import FORMS as MONEY
    from app.fees.money.receipt_papers import FORMS as RECEIPTS

    return (*BOARDS, *SUMS, *PROOFS, *LETTERS, *REPLIES, *MONEY, *RECEIPTS, *MEALS, *OFFICE)


def _fees_sound() -> Iterable[str]:
    from app.fees.plan.checks import fees_sound

    return fees_sound()


def _publications_sound() -> Iterable[str]:
    from app.fees.board.checks import publications_sound

    return publications_sound()


def _money_sound() -> Iterable[str]:
    from app.fees.money.checks import money_sound

    return money_sound()


def _guards() -> Guards:
    from app.fees.guards import GUARDS

    return GUARDS


def _invoice_shares(invoices: Collection[int]) -> "Iterable[Share]":
    from app.fees.money.evidence import shares_of

    return shares_of(invoices)


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.fees.money.evidence import rename_payee
    from app.fees.plan.commands import rename_supplier

    return rename_supplier(names, name, write) + rename_payee(names, name, write)


def _kept_about(pupil: int) -> list[Kept]:
    from app.fees.personal import about_pupil

    return about_pupil(pupil)


def _words_about() -> Mapping[str, Sequence[str]]:
    from app.fees.personal import WORDS

    return WORDS


def _records() -> "Mapping[str, Records]":
    from app.fees.money.evidence import titles, with_number
    from app.school.links import Records

    return {"fee_voucher": Records(titles, with_number, "fees")}


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.fees.demo import build_fees

    return (f"{build_fees(progress)} 个学期的收费",)


def _dues(day: date, _data: "DataFolder") -> Iterable[Due]:
    from app.fees.dues import dues

    return dues(day)


FEATURE = Feature(
    key="fees", title="收费公示", settings=_settings, series=_series,
    nouns={
        "fee_item": "收费项目", "fee_standard": "收费标准", "fee_plan": "学期收费", "fee_plan_item": "学期收费项目",
        "fee_price": "年级金额", "fee_publication": "公示记录", "fee_letter": "告家长书", "fee_reply": "回执",
        "fee_choice": "自愿选择", "fee_usage": "实际数量", "fee_receipt": "收费记录", "fee_receipt_line": "收费明细",
        "fee_voucher": "支出票据", "fee_settlement": "结算", "fee_refund": "退费",
        "fee_bank_account": "银行账户", "fee_attendance": "就餐登记", "fee_absence": "未就餐", "fee_statement_line": "对账单收款",
        "office_expense": "办公费",
    },
    forms=_forms, checks=(_fees_sound, _publications_sound, _money_sound), guards=_guards,
    invoice_shares=_invoice_shares, rename_supplier=_rename_supplier,
    about_person=AboutPerson(_kept_about, _words_about), dues=_dues, demo=_demo, records=_records)
