"""Papers of a term's money that the office files: vouchers one by one, who has not collected his refund, waivers to be approved.

The list of vouchers names no pupil. The two others are private: whose family is in need is said to nobody (教财〔2018〕16号),
and what is not collected is kept on account, never taken as income.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.core.money import format_fen, in_capitals
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees.money import grids, lists, queries, settling
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.fees.money.papers import PRIVATE, TABLER
from app.fees.plan.orders import plan_of, scope
from app.fees.rules import PlanRow
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

_NUMBER = Column("number", "学号", Kind.CODE, 30)
_NAME = Column("name", "姓名", Kind.TEXT, 24)


def _title(text: str) -> str:
    return f"{settings.value(words.NAME)}{text}"


# --- vouchers ----------------------------------------------------------------------------------------------------


_VOUCHERS = (
    Column("dated_on", "日期", Kind.DAY, 26), Column("kind", "票据种类", Kind.CHOICE, 26), Column("code", "票据代码", Kind.CODE, 26),
    Column("number", "票据号码", Kind.CODE, 34), Column("supplier", "收款单位", Kind.TEXT, 48), Column("fen", "金额", Kind.MONEY, 26, total=True),
    Column("handler", "经手人", Kind.CHOICE, 18), Column("acceptor", "验收人", Kind.CHOICE, 18), Column("auditor", "审核人", Kind.CHOICE, 18),
    Column("remark", "备注", Kind.TEXT, 30))


def write_vouchers(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the vouchers of a term that stand, item by item with their sums; no pupil is named."""
    plan = plan_of(order)
    keys = [each.key for each in grids.VOUCHERS]
    rows = [dict(zip(keys, row[1:], strict=True)) for row in grids.VOUCHER_LIST.rows(Wish(filters={"plan": plan.id, "state": "valid"}))]
    sections = []
    for item, group in groupby(rows, key=lambda row: row["item"]):
        found = list(group)
        sections.append(Section((str(item), "", ""), [tuple(row[each.key] for each in _VOUCHERS) for row in found], f"小计：{len(found)} 张"))
    return write_ledger(Ledger(
        title=_title("代办费支出票据明细"), subtitle=plan.term_title, columns=_VOUCHERS, sections=sections or [Section()],
        heading=("", "", "金额单位：元"), orientation="landscape", row_height=6.5, fill=False, grand_total="合计",
        signatures=[TABLER, "财务", *signers(words.DIRECTOR, words.PRINCIPAL)], date_label="日期", copies="作废的票据不在内；红字票据为负数。"),
        path, progress, style())


# --- refunds that wait -------------------------------------------------------------------------------------------


_UNCLAIMED = (_NUMBER, _NAME, Column("refund", "应退", Kind.MONEY, 22, total=True), Column("given", "已领", Kind.MONEY, 22, total=True),
              Column("left", "挂账金额", Kind.MONEY, 24, total=True), Column("where", "在校情况", Kind.TEXT, 32),
              Column("reason", "未领原因", Kind.TEXT, 26, by_hand=True), Column("done", "处理情况", Kind.TEXT, 26, by_hand=True))


def write_unclaimed(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 挂账清单: whose refund was settled and is not collected, class by class; empty where everybody has his money."""
    plan, facts = plan_of(order), Facts(plan_of(order).id)
    open_now, left_on = queries.open_balances(facts), _left_on(facts)
    rows = [row for row in lists.settlements(plan.id, facts=facts) if open_now.get(row.who.pupil, 0) > 0]
    sections, total = [], 0
    for _, group in groupby(rows, key=lambda row: row.who.class_id):
        found = list(group)
        sections.append(Section((f"班级：{found[0].who.class_name}", "", ""), [
            (row.who.number, row.who.name, open_now[row.who.pupil] + row.given, row.given or None, open_now[row.who.pupil],
             left_on.get(row.who.pupil, ""), None, None) for row in found], f"小计：{len(found)} 人"))
        total += sum(open_now[row.who.pupil] for row in found)
    return write_ledger(Ledger(
        title=_title("未领退费挂账清单"), subtitle=f"{plan.term_title}　截至 {chinese_day(clock.today())}", columns=_UNCLAIMED,
        sections=sections or [Section()], heading=(f"挂账合计：人民币{in_capitals(total)}", "", "金额单位：元"), row_height=8.0, fill=False,
        grand_total="合计", signatures=[TABLER, "财务", *signers(words.DIRECTOR, words.PRINCIPAL)], date_label="日期",
        copies="没有领取的挂账等候，不转作收入；以后来领，在“清退签领”里登记。", mark=PRIVATE), path, progress, style())


def _left_on(facts: Facts) -> Mapping[int, str]:
    """Say of who is no longer there since when."""
    left = {child.id: facts.calendar.presence(child.stays).left_on for child in facts.children}
    return {pupil: f"{chinese_day(day)}离校" for pupil, day in left.items() if day is not None}


# --- waivers -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiver:
    """What a pupil need not pay, 分: ``full`` is what it would be, ``items`` say what of it is waived."""

    who: Name
    group: str
    items: str
    full: int
    waived: int


_WAIVERS = (_NUMBER, _NAME, Column("group", "减免类别", Kind.CHOICE, 26), Column("items", "减免项目（元）", Kind.TEXT, 70),
            Column("full", "应收标准", Kind.MONEY, 24, total=True), Column("waived", "减免金额", Kind.MONEY, 24, total=True),
            Column("asked", "家长签字", Kind.TEXT, 28, by_hand=True), Column("remark", "审批意见", Kind.TEXT, 30, by_hand=True))


def _waivers(plan: PlanRow, order: Order) -> list[Waiver]:
    facts = Facts(plan.id)
    groups = {child.id: child.waiver for child in facts.children}
    titles = {title.id: title.name for title in facts.titles}
    found = []
    for pupil, who in lists.names(facts, order.classes, order.grades).items():
        mine = [each for each in facts.ground.by_pupil.get(pupil, {}).values() if each.why == settling.WAIVED and each.full > each.fen]
        if mine:
            said = "、".join(f"{titles[each.plan_item]} {format_fen(each.full - each.fen)}" for each in mine)
            found.append(Waiver(who, groups.get(pupil, ""), said, sum(each.full for each in mine), sum(each.full - each.fen for each in mine)))
    return found


def write_waivers(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 减免审批表: who is let off which items, for how much, with room for the parents' and the school's signatures."""
    plan = plan_of(order)
    rows = _waivers(plan, order)
    sections = [Section((f"班级：{found[0].who.class_name}", "", "金额单位：元"), [
        (row.who.number, row.who.name, row.group, row.items, row.full, row.waived, None, None) for row in found], f"本班合计：{len(found)} 人")
        for found in (list(group) for _, group in groupby(rows, key=lambda row: row.who.class_id))]
    return write_ledger(Ledger(
        title=_title("收费减免审批表"), subtitle=plan.term_title, columns=_WAIVERS, sections=sections or [Section()], orientation="landscape",
        sections_on_new_page=bool(sections) and order.own_pages, row_height=9.0, fill=False,
        grand_total="" if order.own_pages or len(sections) < 2 else "合计",
        signatures=["班主任", "资助负责人", *signers(words.DIRECTOR, words.PRINCIPAL)], date_label="审批日期",
        copies="附家庭经济困难认定材料，由学校存档；只供审批，不得张贴、不得在班级群里发布。减免的份额由学校承担，不分摊给其他学生。", mark=PRIVATE),
        path, progress, style())


FORMS: tuple[Form, ...] = (
    Form("fee-vouchers", "支出票据明细", write_vouchers, scope, ("term",), "landscape", about="fee_plan"),
    Form("fee-settlement-unclaimed", "未领退费挂账清单", write_unclaimed, scope, ("term",), about="fee_plan"),
    Form("fee-waivers", "收费减免审批表", write_waivers, scope, ("term", "classes", "grades", "own_pages"), "landscape", about="fee_plan"),
)
