"""The slips of one purchase as values: 申请单, 验收单, 报销单, with their copies and blank boxes for pens."""

from collections.abc import Sequence

from app.core.columns import Column, Kind
from app.core.terms import chinese_day
from app.paper.slips import Slip
from app.purchasing import claims, paying, queries, rules
from app.purchasing import settings as own
from app.purchasing.claims import ClaimRow
from app.purchasing.queries import AcceptanceRow, LineRow, PurchaseRow
from app.school import settings as words
from app.school.papers import signers
from app.stock.slip_papers import slips_of
from app.store import settings
from app.store.database import database

LATE, VOID = "补办", "作废"
_REQUEST = (
    Column("name", "品名", Kind.TEXT, 36), Column("spec", "规格型号", Kind.TEXT, 28), Column("unit", "单位", Kind.CHOICE, 11),
    Column("quantity", "数量", Kind.QUANTITY, 15), Column("price", "预算单价", Kind.MONEY, 20), Column("fen", "预算金额", Kind.MONEY, 22),
    Column("hand", "库内现有", Kind.QUANTITY, 18), Column("last", "上次单价", Kind.MONEY, 20), Column("purpose", "用途", Kind.TEXT, 22))
_ACCEPTANCE = (
    Column("name", "品名", Kind.TEXT, 40), Column("spec", "规格型号", Kind.TEXT, 30), Column("unit", "单位", Kind.CHOICE, 12),
    Column("delivered", "到货", Kind.QUANTITY, 16), Column("accepted", "合格", Kind.QUANTITY, 16), Column("refused", "拒收", Kind.QUANTITY, 14),
    Column("price", "单价", Kind.MONEY, 20), Column("fen", "金额", Kind.MONEY, 24), Column("remark", "差异", Kind.TEXT, 22))
_CLAIM = (
    Column("dated_on", "日期", Kind.DAY, 30), Column("what", "内容", Kind.TEXT, 44), Column("number", "票据号码", Kind.CODE, 44),
    Column("purchase", "请购、验收单号", Kind.CODE, 34), Column("money", "资金来源", Kind.TEXT, 26), Column("fen", "金额", Kind.MONEY, 26))


def _title(paper: str) -> str:
    return f"{settings.value(words.NAME)}{paper}"


def request(row: PurchaseRow) -> Slip:
    """Give the 采购申请单: what is wanted, what the store has of it, what it cost the last time."""
    lines = queries.lines(row.id)
    last = queries.last_bought([(line.name, line.spec) for line in lines], but=row.id)
    there = queries.on_hand(lines)
    rows = [(line.name, line.spec, line.unit, line.quantity, line.unit_price, line.amount, there.get(line.id),
             found.price if (found := last.get((line.name, line.spec))) else None, line.purpose) for line in lines]
    facts = [("申请部门", row.department or "　"), ("申请日期", chinese_day(row.requested_on)), ("用途", row.purpose or "　"),
             ("资金来源", _money(lines) or "　"), ("建议采购方式", row.way or "　"),
             ("要求到货", chinese_day(row.wanted_on) if row.wanted_on else "　")]
    facts += [("会议纪要号", row.meeting_no)] if row.meeting_no else []
    facts += [("批复号", row.reply_no)] if row.reply_no else []
    return Slip(_title("采购申请单"), row.number, facts, _REQUEST, rows, sum(line.amount or 0 for line in lines),
                ("申请人", "部门负责人", *signers(words.DIRECTOR, words.VICE_PRINCIPAL, words.PRINCIPAL)), "审批日期", stamp=stamp(row),
                note="没有审批手续的不采购，不验收不入库。")


def stamp(row: PurchaseRow) -> str:
    """Give what stands in the corner: 作废, or 补办 where it was accepted before it was approved."""
    if row.voided_on:
        return VOID
    return LATE if rules.late(row.approved_on, queries.first_acceptance(row.id)) else ""


def _money(lines: Sequence[LineRow]) -> str:
    return "、".join(dict.fromkeys(line.money_words for line in lines if line.money_words))


def acceptance(row: PurchaseRow, accepted: AcceptanceRow) -> Slip:
    """Give the 验收单 in its copies."""
    rows = [(line.name, line.spec, line.unit, line.delivered, line.accepted, line.refused or None, rules.price_of(line.accepted, line.fen),
             line.fen, line.remark) for line in queries.lines_of_acceptance(accepted.id)]
    numbers = "、".join(dict.fromkeys(each.number for each in paying.shares(row.id) if each.number))
    refused = any(each[5] for each in rows)
    facts = [("供应商", row.supplier or "　"), ("验收日期", chinese_day(accepted.accepted_on)), ("请购编号", row.number),
             ("到货日期", chinese_day(accepted.delivered_on) if accepted.delivered_on else "　"), ("发票号", numbers or "　"),
             ("送货单号", accepted.delivery_note or "　"), ("验收结论", "部分接收" if refused else "数量、规格、质量相符，合格"),
             ("差异和处理", accepted.differences or "　")]
    return Slip(_title("验收单"), accepted.number, facts, _ACCEPTANCE, rows, accepted.fen, ("采购人", "验收人", "使用部门", "财产管理员"), "日期",
                stamp=VOID if accepted.voided_on else stamp(row), copies=settings.value(own.ACCEPTANCE_COPIES),
                note="采购人不得兼验收人；验收人对数量和质量负责。")


def claim(row: ClaimRow) -> Slip:
    """Give the 报销单: papers, the purchases they belong to, 大写, pieces that hang on it, three who sign."""
    found, rows = paying.shares(claim=row.id), []
    for each in found:
        purchase = queries.purchase(each.purchase)
        accepted = [one.number for one in queries.acceptances(each.purchase) if one.stands]
        rows.append((each.dated_on, queries.what_of([line.name for line in queries.lines(each.purchase)]), f"{each.kind} {each.number}".strip(),
                     "、".join([purchase.number, *accepted]), each.money_words, each.fen))
    facts = [("报销部门", row.department or "　"), ("报销日期", chinese_day(row.claimed_on)), ("事由", row.purpose or "　"),
             ("附件张数", f"{row.pieces} 张"), ("收款单位", row.payee or "　"), ("付款方式", row.payment or "　")]
    return Slip(_title("报销单"), row.number, facts, _CLAIM, rows, row.fen, (*rules.CLAIM_ROLES, *signers(words.PRINCIPAL)), "日期",
                stamp=VOID if row.voided_on else "", note="经手人、验收人、审核人分别签字；附请购单、验收单和发票。")


def first(identity: int) -> list[Slip]:
    """Give the request and the acceptances of a purchase."""
    row = queries.purchase(identity)
    made = [request(row)]
    for each in queries.acceptances(identity):
        if each.stands or row.voided_on:
            made.append(acceptance(row, each))
    return made


def store(identity: int) -> list[Slip]:
    """Give the slips by which the store took in and gave out what was accepted."""
    rows = database.execute_sql(
        """SELECT DISTINCT m.slip_id FROM purchase_intake i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
           JOIN purchase_acceptance a ON a.id = l.acceptance_id JOIN stock_movement m ON m.id IN (i.movement, i.issue)
           WHERE a.purchase_id = ? AND a.voided_on IS NULL""", (identity,)).fetchall()
    return slips_of([slip for (slip,) in rows])


def claims_of(identity: int) -> list[Slip]:
    """Give the standing claims of a purchase."""
    return [claim(row) for row in reversed(claims.claims(purchase=identity)) if row.voided_on is None]
