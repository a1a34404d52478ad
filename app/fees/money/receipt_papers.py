"""收费收据 for parents: one a payment, in its copies, with 大写; what was printed before is marked 补打, what is voided 作废."""

from contextlib import suppress
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees.money import receipt_settings as words
from app.fees.money import receipts
from app.fees.money.receipts import PrintedReceipt
from app.fees.plan.orders import plan_of, scope
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.slips import Slip, write_slips
from app.school import settings as school
from app.school.papers import style
from app.store import settings

_COLUMNS = (Column("item", "收费项目", Kind.TEXT, 66), Column("kind", "收费类别", Kind.CHOICE, 34), Column("unit", "计费单位", Kind.CHOICE, 34),
            Column("fen", "金额（元）", Kind.MONEY, 34))
AGAIN, VOID = "补打", "作废"


def _wanted(order: Order) -> list[PrintedReceipt]:
    return receipts.to_print(plan_of(order).id, order.records, order.classes, order.grades)


def write_receipts(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write receipts: those chosen, else those of the classes that were never printed."""
    plan, copies, note = plan_of(order), settings.value(words.COPIES), settings.value(words.NOTE)
    title = f"{settings.value(school.NAME)}收费收据"
    slips = [Slip(
        title, each.number, _facts(each, plan.term_title), _COLUMNS, [(line.item, line.kind, line.unit, line.fen) for line in each.lines],
        each.fen, ("收款单位（章）", "收款人", "缴款人"), stamp=VOID if each.voided_on else AGAIN if each.printed_on else "", copies=copies,
        note=note) for each in _wanted(order)]
    return write_slips(title, slips, path, progress, style())


def _facts(receipt: PrintedReceipt, term: str) -> list[tuple[str, str]]:
    who = receipt.who
    named = f"{who.class_name}　{who.name}" + (f"（学号 {who.number}）" if who.number else "")
    return [("缴款人", named), ("收款日期", chinese_day(receipt.paid_on)), ("学期", term),
            ("缴费方式", receipt.method or "　"), *([("备注", receipt.remark)] if receipt.remark else [])]


def note(order: Order) -> None:
    """Note that the receipts of an order went out: printing one of them again is a reprint."""
    with suppress(Refused):     # a paper that is saved and then printed as well: all of it is noted already
        receipts.note_printed([each.id for each in _wanted(order)])


FORMS: tuple[Form, ...] = (
    Form("fee-receipt", "收费收据", write_receipts, scope, ("term", "records", "classes", "grades"), about="fee_plan", noted=note),
)
