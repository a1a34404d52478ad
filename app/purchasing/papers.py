"""The papers of purchasing that are signed and filed. Facts come from the same queries as the lists; boxes stay blank for pens."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind, shown
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.money import format_fen, in_capitals
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.paper.board import Board, BoardColumn, BoardRow, BoardTable, Words, write_board
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.paper.letter_blocks import OFFICIAL, Grid, Letter, Paragraph, Signed
from app.paper.letters import Bundle, Mailing, write_letters
from app.paper.slips import Slip, write_slips
from app.purchasing import budgets, checking, claims, ledgers, notices, queries, quoting, rules, slips, tiers
from app.purchasing import settings as own
from app.purchasing.contracts import CONTRACT_LIST
from app.purchasing.queries import PurchaseRow
from app.school import settings as words
from app.school.papers import signers, style
from app.school.signing_rules import names
from app.store import settings
from app.store.database import scalar

_BLANK_DAY = "____年__月__日"


def chosen(order: Order) -> PurchaseRow:
    """Give the purchase that a paper is about: the named one, else the latest; ``Refused`` where there is none."""
    identity = order.about or scalar("SELECT max(id) FROM purchase")
    if identity is None:
        raise Refused("还没有采购，没有可打印的内容。请先登记一次采购。")
    return queries.purchase(int(identity))


def scope(order: Order) -> str:
    """Say which purchase a paper is about."""
    row = chosen(order)
    return queries.titles([row.id])[row.id]


def _year(order: Order) -> int:
    return (order.day or clock.today()).year


def _year_words(order: Order) -> str:
    return f"{_year(order)}年"


def _title(paper: str) -> str:
    return f"{settings.value(words.NAME)}{paper}"


def _slips(title: str, made: Callable[[PurchaseRow], Sequence[Slip]], none: str) -> Callable[[Order, Path, Progress], Printed]:
    """Give what writes the slips of a purchase; ``Refused`` with ``none`` where there are none."""
    def write(order: Order, path: Path, progress: Progress = silent) -> Printed:
        found = made(chosen(order))
        if not found:
            raise Refused(none)
        return write_slips(title, found, path, progress, style())
    return write


def _acceptances(row: PurchaseRow) -> list[Slip]:
    return [slips.acceptance(row, each) for each in queries.acceptances(row.id) if each.stands or row.voided_on]


def write_chain(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write 申请单 验收单 入库单 领用单 报销单 of a purchase as one PDF in the order of the chain."""
    row = chosen(order)
    return write_slips(scope(order), [*slips.first(row.id), *slips.store(row.id), *slips.claims_of(row.id)], path, progress, style())


# --- approval ----------------------------------------------------------------------------------------------------


def write_approval(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 采购审批单: what, how much, which tier it falls into, and a box for everybody whom the tier names."""
    row = chosen(order)
    lines = queries.lines(row.id)
    fen = sum(line.amount or 0 for line in lines)
    tier = tiers.tier_of(checking.all_tiers(), row.kind, fen)
    steps = ["申请部门负责人", *signers(words.DIRECTOR, words.VICE_PRINCIPAL, words.PRINCIPAL)]
    steps += [tier.approver] if tier.approver and tier.approver not in steps else []
    steps += ["校务会（行政会）"] if tiers.MEETING in tier.papers else []
    steps += [f"上级（{settings.value(own.PETITION) or settings.value(words.BUREAU) or '主管部门'}）"] if tiers.REPLY in tier.papers else []
    columns = (Column("step", "审批", Kind.TEXT, 44), Column("opinion", "意见", Kind.TEXT, 80, by_hand=True),
               Column("name", "签字", Kind.TEXT, 28, by_hand=True), Column("day", "日期", Kind.DAY, 28, by_hand=True))
    asked = "、".join(tier.papers) or "无"
    counted = "".join(f"，报价不少于 {tier.quotes} 家" if tier.quotes else "")
    heading = f"{row.kind}　{queries.what_of([line.name for line in lines])}　{format_fen(fen)} 元"
    return write_ledger(Ledger(
        title=_title("采购审批单"), subtitle=f"{row.number}　人民币{in_capitals(fen)}", columns=columns,
        heading=(heading, "", f"{slips.stamp(row)}　{chinese_day(row.requested_on)}".strip("　")), serial="none", row_height=20.0, fill=False,
        sections=[Section(rows=[(step, None, None, None) for step in steps])], signatures=["经办人"], date_label="日期",
        copies=f"这一档（{format_fen(tier.starts)} 元起）要有：{asked}；采购人 {tier.buyers} 名、验收人 {tier.acceptors} 名{counted}。"
               f"申请部门：{row.department or '　　'}　用途：{row.purpose or '　　'}"), path, progress, style())


def write_petition(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 采购请示 to those above, with the list of what is wanted; also for Word."""
    row = chosen(order)
    lines = queries.lines(row.id)
    fen, school = sum(line.amount or 0 for line in lines), settings.value(words.NAME)
    grid = Grid(("品名", "规格型号", "单位", "数量", "单价（元）", "金额（元）"), tuple(
        (line.name, line.spec, line.unit, shown(Kind.QUANTITY, line.quantity), shown(Kind.MONEY, line.unit_price), shown(Kind.MONEY, line.amount))
        for line in lines), (26, 24, 10, 10, 15, 15), "llcrrr", ("合计", "", "", "", "", format_fen(fen)))
    what = queries.what_of([line.name for line in lines])
    money = "、".join(dict.fromkeys(line.money_words for line in lines if line.money_words)) or "______"
    letter = Letter(f"{school}关于采购{what}的请示", (
        Paragraph(f"{settings.value(own.PETITION) or settings.value(words.BUREAU) or '______'}：", "flush"),
        Paragraph(f"因{row.purpose or '______'}需要，我校拟采购{what}，共 {len(lines)} 项，预算 {format_fen(fen)} 元（人民币{in_capitals(fen)}），"
                  f"资金来源为{money}，拟采用{row.way or '______'}的方式采购。具体清单如下："),
        grid, Paragraph("采购将严格按照政府采购和学校内部采购的规定进行，做到货比三家、集体验收、结果公示。"), Paragraph("妥否，请批示。"),
        Signed(school, chinese_day(row.petitioned_on) if row.petitioned_on else _BLANK_DAY)))
    return write_letters(Mailing(letter.title, [Bundle([letter])], (OFFICIAL,), words="份"), path, progress, style())


# --- quotes ------------------------------------------------------------------------------------------------------

_MOST_QUOTES = 6    # that stand side by side on an A4 that lies


def write_quotes(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 询价比价单: supplier × line, the lowest told, to whom each line went and why."""
    row = chosen(order)
    asking = quoting.asking(row.id)
    if not asking.quotes:
        raise Refused(f"采购 {row.number} 还没有登记报价。")
    lowest = quoting.lowest(asking.quotes)
    titles = {each.id: each.supplier for each in asking.quotes}
    several = asking.quotes[:_MOST_QUOTES]
    columns = (Column("name", "品名", Kind.TEXT, 34), Column("spec", "规格型号", Kind.TEXT, 28), Column("unit", "单位", Kind.CHOICE, 12),
               Column("quantity", "数量", Kind.QUANTITY, 16),
               *(Column(f"quote{at}", each.supplier, Kind.MONEY, 26) for at, each in enumerate(several)),
               Column("lowest", "最低", Kind.TEXT, 26), Column("award", "定标", Kind.TEXT, 26), Column("fen", "金额", Kind.MONEY, 24, total=True),
               Column("reason", "不取最低价的原因", Kind.TEXT, 30))
    rows = [(line.name, line.spec, line.unit, line.quantity, *(each.prices.get(line.id) for each in several), titles.get(lowest.get(line.id, 0), ""),
             titles.get(line.quote or 0, ""), line.amount if line.quote else None, line.award_reason) for line in queries.lines(row.id)]
    notes = [f"{each.supplier}：{'，'.join(filter(None, (each.way, each.contact, each.terms)))}" for each in asking.quotes
             if each.way or each.contact or each.terms]
    notes += [f"不足三家的原因：{asking.few_reason}"] if asking.few_reason else []
    day = chinese_day(asking.quoted_on) if asking.quoted_on else ""
    return write_ledger(Ledger(
        title=_title("询价比价单"), subtitle=f"{row.quote_no}　请购编号 {row.number}", columns=columns, sections=[Section(rows=rows)],
        heading=(f"询价日期：{day}", "", "单价单位：元"), orientation="landscape", row_height=8.0, fill=False, grand_total="合计",
        signatures=["询价人", "询价人", *signers(words.DIRECTOR, words.VICE_PRINCIPAL)], date_label="日期", copies="　".join(notes)),
        path, progress, style())


def write_bargain(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 议标记录: who met, what was asked, to whom it went; also for Word."""
    row = chosen(order)
    asking, won = quoting.asking(row.id), quoting.awarded(row.id)
    lines = {line.id: line for line in queries.lines(row.id)}
    fen = {each.id: sum(rules.amount_of(lines[line].quantity, price) or 0 for line, price in each.prices.items() if line in lines)
           for each in asking.quotes}
    grid = Grid(("报价单位", "报价行数", "报价合计（元）", "定标金额（元）", "含税、运费、质保"), tuple(
        (each.supplier, str(len(each.prices)), format_fen(fen[each.id]), format_fen(won[each.supplier]) if each.supplier in won else "", each.terms)
        for each in asking.quotes), (30, 12, 18, 18, 22), "lcrrl")
    reasons = [f"“{line.name}”定给{next((each.supplier for each in asking.quotes if each.id == line.quote), '')}：{line.award_reason}"
               for line in lines.values() if line.award_reason]
    day = chinese_day(asking.quoted_on) if asking.quoted_on else _BLANK_DAY
    letter = Letter(f"{settings.value(words.NAME)}采购议标记录", (
        Paragraph(f"请购编号：{row.number}　　询价编号：{row.quote_no or '______'}", "flush"), Paragraph(f"时间：{day}　　地点：______", "flush"),
        Paragraph(f"参加人：{names(asking.askers) or '______'}", "flush"),
        Paragraph(f"采购内容：{queries.what_of([line.name for line in lines.values()])}，共 {len(lines)} 项。"), grid,
        Paragraph("议定结果：" + ("；".join(f"{supplier} {format_fen(amount)} 元" for supplier, amount in won.items()) or "______") + "。"),
        *([Paragraph(f"不取最低价的原因：{'；'.join(reasons)}。")] if reasons else []),
        *([Paragraph(f"报价不足的原因：{asking.few_reason}。")] if asking.few_reason else []),
        Paragraph("参加人签字："), Signed(settings.value(words.NAME), day)))
    return write_letters(Mailing(letter.title, [Bundle([letter])], (OFFICIAL,), words="份"), path, progress, style())


# --- lists of a year ---------------------------------------------------------------------------------------------


def write_contracts(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 合同台账 of the year of ``order.day``."""
    year = _year(order)
    columns = tuple(replace(column, width=28.0) if column.kind is Kind.DAY else column for column in CONTRACT_LIST.columns[:-1])
    rows = [row[1:-1] for row in CONTRACT_LIST.rows(Wish(filters={"year": str(year), "state": "有效"}))]
    return write_ledger(Ledger(
        title=_title("合同台账"), subtitle=f"{year}年", columns=columns, sections=[Section(rows=rows)], orientation="landscape",
        heading=("", "", "金额单位：元"), row_height=7.0, fill=False, grand_total="合计", signatures=["经办人", *signers(words.DIRECTOR)],
        date_label="日期"), path, progress, style())


def write_budget(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 预算执行表 of the year of ``order.day``: planned, committed, spent, left."""
    year = _year(order)
    keys = ("name", "fen", "committed", "spent", "left", "share", "document", "remark")
    columns = tuple(column for column in budgets.COLUMNS if column.key in keys)
    rows = [tuple(getattr(row, column.key) for column in columns) for row in budgets.lines(year)]
    if not rows:
        raise Refused(f"{year}年还没有预算项目，没有可打印的内容。")
    return write_ledger(Ledger(
        title=_title("预算执行表"), subtitle=f"{year}年　截至 {chinese_day(clock.today())}", columns=columns, sections=[Section(rows=rows)],
        orientation="landscape", heading=("", "", "金额单位：元"), row_height=7.0, fill=False, grand_total="合计",
        signatures=["制表人", "财务", *signers(words.DIRECTOR, words.PRINCIPAL)], date_label="日期",
        copies="已批未付：批准或验收了、还没有发票的金额。结余为负的是超支。"), path, progress, style())


def write_splits(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 化整为零提示表 of the year of ``order.day``."""
    year = _year(order)
    late, accepted = queries.count_late(year)
    return write_ledger(Ledger(
        title=_title("化整为零提示表"), subtitle=f"{year}年　截至 {chinese_day(clock.today())}", columns=ledgers.SPLITS[1:],
        sections=[Section(rows=[row[1:] for row in ledgers.split_rows(year)])], orientation="landscape", heading=("", "", "金额单位：元"),
        row_height=8.0, fill=False, signatures=["制表人", *signers(words.DIRECTOR, words.VICE_PRINCIPAL)], date_label="日期",
        copies=f"同一年度、同一预算项目下分几次买的同类货物、服务、工程，合起来达到更高一档或政府采购限额的列在这里（政府采购法第二十八条）。"
               f"本年补办 {late} 次，共验收 {accepted} 次。"), path, progress, style())


# --- in public ---------------------------------------------------------------------------------------------------


def write_notice(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 采购公示 of the chosen purchases, else of the one; it names no person. On A4 or A3."""
    wanted = order.records or (chosen(order).id,)
    groups: dict[str, list[notices.PublicLine]] = {}
    for line in notices.public_lines(wanted):
        groups.setdefault(line.number, []).append(line)
    if not groups:
        raise Refused("选中的采购都已经作废，没有可以公示的。")
    columns = (BoardColumn("品名", 22), BoardColumn("规格型号", 18), BoardColumn("单位", 6, "center"), BoardColumn("数量", 8, "right", True),
               BoardColumn("成交单位", 26), BoardColumn("金额（元）", 12, "right", True))
    rows, total = list[BoardRow](), 0
    for number, group in groups.items():
        fen = sum(line.fen for line in group)
        way = f"{group[0].way or '自行采购'}{f'（{group[0].quotes} 家报价）' if group[0].quotes else ''}"
        rows.append(BoardRow((f"{number}　{chinese_day(group[0].day)}　{way}　{format_fen(fen)} 元",), heading=True))
        rows += [BoardRow((line.name, line.spec, line.unit, shown(Kind.QUANTITY, line.quantity), line.supplier, format_fen(line.fen)))
                 for line in group]
        total += fen
    rows.append(BoardRow(("合计", "", "", "", "", format_fen(total)), bold=True))
    posted = _posted(wanted) or notices.begin()
    until = f"，至{chinese_day(posted.until_on)}" if posted.until_on else ""
    phone = settings.value(words.PHONE)
    board = Board(_title("采购结果公示"), (
        BoardTable(columns, rows), Words(f"公示自{chinese_day(posted.posted_on or clock.today())}起{until}。"
                                         f"对采购结果有异议的，请在公示期内向学校反映{f'，电话 {phone}' if phone else ''}。", indent=True)),
        ("", f"公示日期：{chinese_day(posted.posted_on or clock.today())}"), settings.value(words.NAME),
        chinese_day(posted.posted_on or clock.today()), owner=settings.value(words.NAME))
    return write_board(board, order.paper, path, order.lies, progress, style())


def _posted(wanted: Sequence[int]) -> notices.NoticeDraft | None:
    """Give when and where the purchases hang, where all hang alike."""
    found = {(each.posted_on, each.until_on, each.place) for purchase in wanted for each in notices.notices(purchase) if each.voided_on is None}
    return notices.NoticeDraft(*found.pop()) if len(found) == 1 else None


def _public_scope(order: Order) -> str:
    return f"{len(order.records)} 次采购" if len(order.records) > 1 else scope(order)


def _claims(order: Order) -> list[claims.ClaimRow]:
    """Give the chosen claims, those of a purchase, else the latest that stands; ``Refused`` where there is none."""
    if order.records:
        found = claims.claims(order.records)
    else:
        found = [row for row in claims.claims(purchase=order.about or None) if row.voided_on is None][:None if order.about else 1]
    if not found:
        raise Refused("还没有报销单。请先登记发票并报销。")
    return found[::-1]


def write_claims(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 报销单 of the chosen claims, else those of the purchase, else the latest."""
    return write_slips("报销单", [slips.claim(row) for row in _claims(order)], path, progress, style())


def _claims_scope(order: Order) -> str:
    return "、".join(row.number for row in _claims(order))[:60]


_ABOUT = "purchase"
FORMS: tuple[Form, ...] = (
    Form("purchase-request", "采购申请单", _slips("采购申请单", lambda row: [slips.request(row)], ""), scope, about=_ABOUT),
    Form("purchase-approval", "采购审批单", write_approval, scope, about=_ABOUT),
    Form("purchase-petition", "采购请示", write_petition, scope, about=_ABOUT, word=True),
    Form("purchase-quotes", "询价比价单", write_quotes, scope, (), "landscape", about=_ABOUT),
    Form("purchase-bargain", "议标记录", write_bargain, scope, about=_ABOUT, word=True),
    Form("purchase-acceptance", "验收单", _slips("验收单", _acceptances, "这次采购还没有验收。"), scope, about=_ABOUT),
    Form("purchase-claim", "报销单", write_claims, _claims_scope, ("records",), about=_ABOUT),
    Form("purchase-chain", "整套采购单据", write_chain, scope, about=_ABOUT),
    Form("purchase-notice", "采购公示", write_notice, _public_scope, ("records", "paper", "orientation"), papers=("a3", "a4"), about=_ABOUT),
    Form("purchase-contracts", "合同台账", write_contracts, _year_words, ("day",), "landscape"),
    Form("budget", "预算执行表", write_budget, _year_words, ("day",), "landscape"),
    Form("purchase-splits", "化整为零提示表", write_splits, _year_words, ("day",), "landscape"),
)
