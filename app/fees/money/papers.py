"""What the money of a term prints: register, arrears, refund list (private), statement and monthly report (no names).

Private papers say 内部资料 请勿张贴 at their foot. The public ones ask ``queries`` and ``monthly``, which read no name.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen, in_capitals
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.fees.keys import item_key
from app.fees.money import lists, monthly, office, queries, settling
from app.fees.money.facts import Facts, Title
from app.fees.money.lists import Name, PupilAccount, RegisterRow
from app.fees.plan.orders import plan_of, scope
from app.fees.rules import SHORTAGES
from app.paper.book import Printed
from app.paper.forms import Form, Order, Takes
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import settings as words
from app.school.papers import signers, style
from app.store import settings

PRIVATE = "内部资料　请勿张贴"
TABLER = "制表人"
_MOST_COLUMNS = 7       # items that have a column of their own on an A4 page lying on its side
_NAME = Column("name", "姓名", Kind.TEXT, 26)
_SEAT = Column("seat", "座号", Kind.WHOLE, 12)     # in the place of counted rows: lists of all classes number a child alike
_Row = TypeVar("_Row", RegisterRow, PupilAccount)


def _facts(order: Order) -> Facts:
    return Facts(plan_of(order).id)


def _title(text: str) -> str:
    return f"{settings.value(words.NAME)}{text}"


def _classes(rows: Sequence[_Row]) -> list[tuple[Name, list[_Row]]]:
    """Group lines, which come by class, and give each class with one of its pupils, for its name."""
    groups = [list(found) for _, found in groupby(rows, key=lambda row: row.who.class_id)]
    return [(found[0].who, found) for found in groups]


def _require(rows: Sequence[object], text: str) -> None:
    if not rows:
        raise Refused(text)


# --- collecting --------------------------------------------------------------------------------------------------


def write_register(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 收费登记表 class by class: what each is charged for each item, what he paid, when, against which receipt.

    Upright it has the sums of all items only, and room for twice as many pupils.
    """
    facts = _facts(order)
    rows = lists.register(facts.plan_id, order.classes, order.grades, facts)
    _require(rows, "选定的班级里没有要收费的学生，没有可打印的内容。")
    upright = order.lies == "portrait"
    used = [] if upright else [
        title for title in facts.titles if any(title.id in row.charges and row.charges[title.id].fen for row in rows)]
    large = len(used) > _MOST_COLUMNS
    columns = (_SEAT, _NAME, *(Column(item_key(title.id), title.name, Kind.MONEY, 19, total=True) for title in used),
               Column("charged", "应收合计", Kind.MONEY, 21, total=True), Column("paid", "实收", Kind.MONEY, 21, total=True),
               Column("owed", "欠缴", Kind.MONEY, 19, total=True), Column("paid_on", "缴费日期", Kind.DAY, 23),
               Column("numbers", "票据号", Kind.CODE, 27), Column("remark", "备注", Kind.TEXT, 18, by_hand=True))
    sections = [Section((f"班级：{who.class_name}", "", "金额单位：元"), [
        (row.who.seat, row.who.told, *(row.charges[title.id].fen or None if title.id in row.charges else None for title in used),
         row.charged, row.received or None, row.owed or None, row.paid_on, row.numbers, None) for row in found],
        f"本班合计：{len(found)} 人") for who, found in _classes(rows)]
    return write_ledger(
        Ledger(
            title=_title("收费登记表"),
            subtitle=facts.head.title,
            columns=columns,
            sections=sections,
            orientation=order.lies,
            size="a3" if large else "a4",
            sections_on_new_page=order.own_pages,
            fill=False,
            row_height=6.0,
            serial="none",
            grand_total="" if order.own_pages or len(sections) < 2 else "总计",
            signatures=["经手人", "班主任", *signers(words.DIRECTOR)],
            date_label="日期",
            mark=PRIVATE,
            copies="已录入实际数量的按实际数量计应收，多收的在结算时退还。" if facts.usage else "",
        ),
        path,
        progress,
        style(),
    )


ARREARS = (_SEAT, _NAME, Column("items", "未缴项目", Kind.TEXT, 72), Column("charged", "应收", Kind.MONEY, 22, total=True),
           Column("paid", "已收", Kind.MONEY, 22, total=True), Column("owed", "欠缴", Kind.MONEY, 22, total=True),
           Column("remark", "备注", Kind.TEXT, 24, by_hand=True))


def write_arrears(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 欠缴名单 class by class, for the class teacher alone: what is charged and not paid, once settled what is still 欠缴 or 应补."""
    facts = _facts(order)
    owing = _debtors(facts, order) if facts.head.settled_on else [
        (row.who, _with_amounts(row.owed_items, facts.titles), row.charged, row.received, row.owed)
        for row in lists.arrears(facts.plan_id, order.classes, order.grades, facts)]
    classes = [list(found) for _, found in groupby(owing, key=lambda each: each[0].class_id)]
    sections = [Section((f"班级：{found[0][0].class_name}", "", "金额单位：元"), [
        (who.seat, who.told, items, charged, received or None, owed, None) for who, items, charged, received, owed in found],
        f"本班合计：{len(found)} 人") for found in classes]
    return write_ledger(Ledger(
        title=_title("欠缴名单"), subtitle=f"{facts.head.title}　截至 {chinese_day(clock.today())}", columns=ARREARS,
        sections=sections, sections_on_new_page=order.own_pages, fill=False, row_height=8.0, serial="none",
        grand_total="" if order.own_pages or len(sections) < 2 else "总计", signatures=["班主任", *signers(words.DIRECTOR)],
        copies="只供催缴联系家长使用，用后收回；不得张贴、不得在班级群里发布。", mark=PRIVATE), path, progress, style())


def _debtors(facts: Facts, order: Order) -> list[tuple[Name, str, int, int, int]]:
    """Give who still has to pay after settling: items he owes for (应补 where they cost more), what he bears, paid, what is left."""
    return [
        (
            row.who,
            "、".join(f"{title.name}{word} {format_fen(fen)}" for title, account in row.lines
                     for word, fen in (("", account.arrears), ("应补", account.shortage)) if fen),
            row.own,
            row.paid - row.given,
            -row.left,
        )
        for row in lists.settlements(facts.plan_id, order.classes, order.grades, facts=facts)
        if row.left < 0
    ]


def _with_amounts(owed: Mapping[int, int], titles: Sequence[Title]) -> str:
    return "、".join(f"{title.name} {format_fen(owed[title.id])}" for title in titles if title.id in owed)


# --- giving back -------------------------------------------------------------------------------------------------


def write_refund_list(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 代办费清退签领表 class by class, with a column to sign; who got his money already has the day filled in.

    Upright, or with many items, it has the sums of all items only; the letters have the rest.
    """
    facts = _facts(order)
    rows = [row for row in lists.settlements(facts.plan_id, order.classes, order.grades, facts=facts)
            if any(account.refund for _, account in row.lines)]
    _require(rows, "选定的班级里没有应退或应补的学生，没有可打印的内容。")
    used = [title for title in facts.titles
            if any(title.id == each.id and account.refund for row in rows for each, account in row.lines)]
    used = used if len(used) < _MOST_COLUMNS and order.lies == "landscape" else []
    columns = (_SEAT, _NAME, Column("paid", "预收", Kind.MONEY, 20, total=True), Column("own", "实支", Kind.MONEY, 20, total=True),
               *(Column(item_key(title.id), title.name, Kind.MONEY, 18, total=True) for title in used),
               Column("refund", "应退（缴）", Kind.MONEY, 21, total=True), Column("method", "退款方式", Kind.CHOICE, 17),
               Column("signer", "领取人签字", Kind.TEXT, 30), Column("given_on", "领取日期", Kind.DAY, 22))
    sections = [Section((f"班级：{who.class_name}", "", _in_words(found)), [_refund_row(row, used) for row in found],
                        f"本班合计：{len(found)} 人") for who, found in _classes(rows)]
    stage = "" if facts.head.settled_on else "（未结算，试算）"
    return write_ledger(Ledger(
        title=_title(f"代办费清退签领表{stage}"), columns=columns, sections=sections, orientation=order.lies,
        subtitle=facts.head.title, sections_on_new_page=order.own_pages, fill=False, row_height=8.0, serial="none",
        grand_total="" if order.own_pages or len(sections) < 2 else "总计",
        signatures=["班主任", "发放人", "财务", *signers(words.DIRECTOR)], date_label="日期",
        copies=f"单位：元。{'各项目栏为该项应退。' if used else ''}应退 = 预收 − 实支，负数为欠缴或应补；按“{SHORTAGES[facts.head.shortage]}”结算。"
               f"{queries.remainder_words()}没有领取的登记挂账，不转作收入。",
        mark=PRIVATE), path, progress, style())


def _in_words(rows: Sequence[PupilAccount]) -> str:
    total = sum(max(row.refund, 0) for row in rows)
    also = "".join(f"　{word} ¥{format_fen(fen)}" for at, word in enumerate(("欠缴", "应补")) if (fen := sum(row.owed[at] for row in rows)))
    return f"应发合计：¥{format_fen(total)}（人民币{in_capitals(total)}）{also}"


def _refund_row(row: PupilAccount, used: Sequence[Title]) -> tuple[object, ...]:
    refunds = {title.id: account.refund for title, account in row.lines}
    return (
        row.who.seat,
        row.who.told,
        row.paid,
        row.own,
        *(refunds.get(title.id) or None for title in used),
        row.refund,
        row.method if row.given else None,
        row.signer if row.given else None,
        row.given_on if not row.left else None,
    )


# --- public ------------------------------------------------------------------------------------------------------


STATEMENT: tuple[Column, ...] = (
    Column("name", "项目", Kind.TEXT, 25), Column("price", "预收标准", Kind.TEXT, 36), Column("pupils", "人数", Kind.WHOLE, 12),
    Column("paid", "预收合计", Kind.MONEY, 24, total=True), Column("vouchers", "票据\n（张）", Kind.WHOLE, 11, total=True),
    Column("billed", "票据支出", Kind.MONEY, 24, total=True), Column("standard", "按标准结算", Kind.MONEY, 24, total=True),
    Column("mean", "人均", Kind.MONEY, 16),
    Column("refund", "应退", Kind.MONEY, 21, total=True), Column("arrears", "欠缴", Kind.MONEY, 18, total=True),
    Column("shortage", "应补", Kind.MONEY, 18, total=True),
    Column("borne", "学校承担", Kind.MONEY, 20, total=True), Column("remark", "说明", Kind.TEXT, 32))


def write_statement(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 代办费收支清单 by item (发改价格〔2010〕1619号: 及时公布收支清单): money and counts, no pupil's name."""
    facts = _facts(order)
    sums = {each.key: each for each in queries.sums(facts.plan_id, facts=facts)}
    rows = []
    for item, title in zip(facts.items, facts.titles, strict=True):
        each = sums[item.id]
        if each.charged or each.paid or each.voucher_fen:
            rows.append((
                title.name, _prices(item.prices.values(), title.unit), each.pupils, each.paid,
                None if item.fixed else each.vouchers or None, None if item.fixed else each.billed, each.standard if item.fixed else None,
                settling.mean(each.billed + each.standard, each.pupils), each.refund or None, each.arrears or None, each.shortage or None,
                each.school or None, _remark(facts, item, each)))
    _require(rows, "这个学期还没有收费，没有可公布的收支。")
    stage = "" if facts.head.settled_on else "（未结算，试算）"
    return write_ledger(Ledger(
        title=_title(f"代办费收支清单{stage}"), columns=STATEMENT, sections=[Section(rows=rows)], subtitle=facts.head.title,
        heading=("", "", "金额单位：元"), orientation="landscape", grand_total="合计", fill=False, row_height=8.0,
        signatures=[TABLER, "审核人", *signers(words.PRINCIPAL)], date_label="公示日期",
        copies=f"预收 − 票据支出 − 按标准结算 + 学校承担 = 应退 − 欠缴 − 应补；按“{SHORTAGES[facts.head.shortage]}”逐人逐项结算。"
               "按标准结算的项目，应收多少就是支出多少，不在票据支出里。"
               f"减免的份额由学校承担，不分摊给其他学生。{queries.remainder_words()}"),
        path, progress, style())


def _prices(prices: Iterable[int], unit: str) -> str:
    found = sorted({fen for fen in prices if fen})
    if not found:
        return "不收费"
    span = format_fen(found[0]) if len(found) == 1 else f"{format_fen(found[0])}～{format_fen(found[-1])}"
    return f"{span} {unit}"


def _remark(facts: Facts, item: settling.Item, each: queries.Sum) -> str:
    """Say in numbers why pupils' amounts differ, never who and nothing about waivers; and what vouchers there are that do not settle."""
    charges = facts.charges[item.id]
    moved = sum("转入" in each.why or "转出" in each.why for each in charges)
    refused = sum(each.why in (settling.REFUSED, settling.UNANSWERED) for each in charges)
    counted = sum(each.why == settling.BY_USAGE for each in charges)
    parts = [text for number, text in ((moved, f"转入转出 {moved} 人"), (refused, f"未参加 {refused} 人"),
                                       (counted, f"按实际数量 {counted} 人"),
                                       (item.fixed and each.vouchers, f"另有票据 {each.vouchers} 张 {format_fen(each.voucher_fen)} 元")) if number]
    return "，".join(parts)


MONTHLY: tuple[Column, ...] = (
    Column("name", "项目", Kind.TEXT, 38), Column("opening", "上月结余", Kind.MONEY, 26, total=True),
    Column("received", "本月收入", Kind.MONEY, 26, total=True), Column("spent", "票据支出", Kind.MONEY, 26, total=True),
    Column("standard", "按标准结算", Kind.MONEY, 26, total=True),
    Column("returned", "本月退费", Kind.MONEY, 26, total=True), Column("borne", "学校承担", Kind.MONEY, 24, total=True),
    Column("closing", "月末结余", Kind.MONEY, 26, total=True), Column("remark", "备注", Kind.TEXT, 22, by_hand=True))
MONTH_CLOSES = ("上月结余 + 本月收入 + 学校承担 − 票据支出 − 按标准结算 − 本月退费 = 月末结余；按自然月统计，作废的票据不计。"
                "按标准结算的项目在结算那天计支出，它们的票据不在票据支出里。")
OFFICE = "办公费"
OFFICE_ROWS = 3     # left to the pen in a month of which no line was noted


def month_rows(rows: Sequence[monthly.MonthRow]) -> list[tuple[object, ...]]:
    """Give a month's lines in the order of ``MONTHLY``."""
    return [
        (
            row.name,
            row.opening or None,
            row.received or None,
            row.spent or None,
            row.standard or None,
            row.returned or None,
            row.borne or None,
            row.closing,
            None,
        )
        for row in rows
    ]


def _month(order: Order) -> date:
    return order.month or clock.today()


def month_words(order: Order) -> str:
    """Say which month a report is for."""
    return f"{_month(order).year}年{_month(order).month}月"


def write_monthly(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 代收费、服务性收费、办公费月报表 of a natural month (that of ``order.month``, this one unless given), no names."""
    day = _month(order)
    rows = monthly.report(day)
    sections = [Section((kind or monthly.UNNAMED, "", ""), month_rows(list(found)), f"{kind}小计")
                for kind, found in groupby(rows, key=lambda row: row.kind)]
    if not sections:
        sections = [Section(("代收费、服务性收费", "", ""))]
    spent = office.report_rows(day)
    sections.append(Section((OFFICE, "", office.report_words(day)), spent) if spent else
                    Section((OFFICE, "", "（由财务按账填写）"), [(None,) * len(MONTHLY)] * OFFICE_ROWS))
    bureau = settings.value(words.BUREAU)
    return write_ledger(Ledger(
        title=_title("代收费、服务性收费、办公费月报表"), columns=MONTHLY, sections=sections, subtitle=month_words(order),
        heading=(f"报送：校长室{f'、{bureau}' if bureau else ''}", "", "金额单位：元"), orientation="landscape", fill=False,
        row_height=7.0, grand_total="合计（不含办公费）", signatures=[TABLER, "财务", *signers(words.DIRECTOR, words.PRINCIPAL)],
        date_label="报送日期", copies=MONTH_CLOSES),
        path, progress, style())


_TERM: Takes = ("term",)
_CLASSES: Takes = (*_TERM, "classes", "grades", "own_pages")
FORMS: tuple[Form, ...] = (
    Form(
        "fee-register", "收费登记表", write_register, scope, (*_CLASSES, "orientation"), "landscape", about="fee_plan"
    ),
    Form("fee-arrears", "欠缴名单", write_arrears, scope, _CLASSES, about="fee_plan"),
    Form(
        "fee-refund-list",
        "代办费清退签领表",
        write_refund_list,
        scope,
        (*_CLASSES, "orientation"),
        "landscape",
        about="fee_plan",
    ),
    Form("fee-statement", "代办费收支清单", write_statement, scope, _TERM, "landscape", about="fee_plan"),
    Form("fee-monthly", "代收费、服务性收费、办公费月报表", write_monthly, month_words, ("month",), "landscape"),
)
