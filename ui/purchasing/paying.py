"""登记发票 and 报销: what a purchase holds of an invoice, and the claim that three different people sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.money import format_fen
from app.fees.money.rules import VOUCHER_KINDS
from app.purchasing import claims, page_rows, paying, queries, rules
from app.purchasing import settings as words
from app.purchasing.claims import ClaimDraft
from app.purchasing.paying import PaperDraft
from app.school.signing_rules import Signer
from app.store import settings
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.parts import label
from ui.forms.form import Field, FormDialog
from ui.forms.reasons import with_reason
from ui.kit.school_fields import department_field, person_field, supplier_field

_PAPER_FIELDS = (
    Field("kind", "票据种类", "choice", choices=VOUCHER_KINDS, free=True, required=True),
    Field("number", "号码", hint="数电票 20 位号码"), Field("code", "代码", hint="老式发票才有"),
    Field("dated_on", "开票日期", "day", required=True), supplier_field("supplier", "收款单位", width=2),
    Field("fen", "本次采购占（元）", "money", hint="留空是整张，或者那张票余下的"),
    Field("total", "票面总额（元）", "money", hint="几次采购合开一张才填"),
    Field("paid_on", "付款日期", "day", hint="还没付就空着"), Field("red_of", "红冲的发票", hint="红字发票填原来那张的号码"),
    Field("differs_reason", "与验收不符的原因", width=2, hint="发票合计和验收金额不一样才写"),
)


def enter_paper(parent: QWidget, purchase: int) -> None:
    """Enter an invoice of a purchase; what is still to be invoiced is said above."""
    row = queries.purchase(purchase)
    row.after("invoice")
    accepted = sum(line.accepted_fen for line in queries.lines(purchase))
    had = sum(share.fen for share in paying.shares(purchase))
    draft = PaperDraft(dated_on=row.bought_on or clock.today(), supplier=row.supplier, fen=max(accepted - had, 0) or None,
                       differs_reason=row.differs_reason)

    def save(typed: PaperDraft) -> Step:
        step = paying.enter(purchase, typed)
        undoing.told(f"已{step.title}。", step)
        return step

    form = FormDialog(parent, f"登记发票　{queries.title(purchase)}", draft, _PAPER_FIELDS, lambda typed: (), save)
    form.above.addWidget(label(f"验收 {format_fen(accepted)} 元，已登记票据 {format_fen(had)} 元。代收费的部分同时记入“收费公示—支出票据”，"
                               "只算一次。", "hint", wrap=True))
    form.exec()


@dataclass(frozen=True)
class Screen:
    """A claim as it is typed."""

    claimed_on: date | None = None
    handler: int | None = None
    checker: int | None = None
    auditor: int | None = None
    department: int | None = None
    purpose: str = ""
    pieces: int | None = None
    payment: str = ""
    payee: str = ""
    remark: str = ""


def claim(parent: QWidget, purchase: int) -> None:
    """Claim the papers of a purchase that wait for it; where none do, offer to void the claim that is there."""
    ids = [share.id for share in paying.shares(purchase) if share.claim is None]
    if not ids:
        _void_claim(parent, purchase)
        return
    claim_shares(parent, ids)


def claim_shares(parent: QWidget, ids: Sequence[int]) -> bool:
    """Claim some papers on one 报销单; gives whether that was done."""
    begun, total = claims.proposed(ids), sum(share.fen for share in paying.shares(ids=ids))
    handler, checker, auditor = (each.person if each else None for each in (begun.handler, begun.checker, begun.auditor))
    screen = Screen(begun.claimed_on, handler, checker, auditor, begun.department, begun.purpose, begun.pieces, begun.payment, begun.payee)

    def save(typed: Screen) -> Step:
        people = [Signer(each) if each else None for each in (typed.handler, typed.checker, typed.auditor)]
        step = claims.claim(ids, ClaimDraft(typed.claimed_on, typed.department, typed.purpose, typed.pieces, typed.payment, typed.payee,
                                            typed.remark, *people))
        undoing.told(f"已{step.title}。", step)
        return step

    fields = (
        Field("claimed_on", "报销日期", "day", required=True), Field("pieces", "附件张数", "whole", required=True, hint="发票、清单、验收单一起数"),
        person_field("handler", rules.HANDLER, required=True), person_field("checker", rules.CHECKER, required=True),
        person_field("auditor", rules.AUDITOR, required=True), department_field("department", "报销部门"),
        Field("purpose", "事由", width=2), Field("payment", "付款方式", "choice", choices=["", *settings.value(words.PAYMENTS)], free=True),
        supplier_field("payee", "收款单位"), Field("remark", "备注", width=2))
    form = FormDialog(parent, f"报销　{format_fen(total)} 元", screen, fields, lambda typed: (), save, save_text="报销")
    form.above.addWidget(label(f"{len(ids)} 笔票据，合计 {format_fen(total)} 元；三个人签字，要不同的人（“设置”里可改）。", "hint", wrap=True))
    return bool(form.exec())


def _void_claim(parent: QWidget, purchase: int) -> None:
    found = page_rows.claims_of(purchase)
    if not found:
        notify.refuse("还没有可以报销的票据。请先登记发票。")
        return
    identity, number = found[0]
    with_reason(parent, f"作废报销单 {number}", "票据都已经报销了。作废后这些票据可以重新报销，编号留着。", "作废", partial(claims.void, identity),
                f"已作废报销单 {number}。")


# --- paid --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Paid:
    """The day on which papers were paid; a blank takes the day away."""

    paid_on: date | None = None


def unpaid(purchase: int) -> list[paying.ShareRow]:
    """Give the papers of a purchase that nobody noted as paid."""
    return [share for share in paying.shares(purchase) if share.paid_on is None]


def pay_shares(parent: QWidget, ids: Sequence[int]) -> None:
    """Note when papers were paid; where there are none, say so."""
    if not ids:
        notify.refuse("没有等着付款的票据。")
        return
    total = sum(share.fen for share in paying.shares(ids=ids))

    def save(typed: _Paid) -> Step | None:
        step = paying.pay(ids, typed.paid_on)
        undoing.told(f"已登记 {len(ids)} 笔付款，{format_fen(total)} 元。", step)
        return step

    FormDialog(parent, f"登记付款　{len(ids)} 笔 {format_fen(total)} 元", _Paid(clock.today()), (Field("paid_on", "付款日期", "day"),),
               lambda typed: (), save).exec()
