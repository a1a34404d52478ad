"""What a stocktake prints of the whole: results, differences, approval, report (its sheets of rooms: ``room_papers``)."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from app.assets.rules import share
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.core.terms import chinese_day, parse_code
from app.paper.book import Printed
from app.paper.cards import Card, CardBook, Fact, History, Part, write_cards
from app.paper.forms import Form, Order, Takes
from app.paper.ledger import Ledger, Section, write_ledger
from app.paper.page import Orientation
from app.school import queries as school
from app.school import settings as words
from app.school.papers import signers, style
from app.stocktake import approval, comparison, queries, rules
from app.stocktake.queries import LineRow, Result, StocktakeRow
from app.store import settings

THING_COLUMNS: tuple[Column, ...] = (
    Column("number", "资产编号", Kind.CODE, 29), Column("name", "名称", Kind.TEXT, 30), Column("model", "规格型号", Kind.TEXT, 24),
    Column("unit", "单位", Kind.CHOICE, 10), Column("quantity", "账面数", Kind.WHOLE, 13, total=True))
_RESULTS = tuple(Column(word, "在外等" if word == rules.AWAY else word, Kind.WHOLE, 15, total=True)
                 for word in rules.RESULTS)
SUMMARY_COLUMNS: tuple[Column, ...] = (
    Column("name", "范围", Kind.TEXT, 42), Column("lines", "种数", Kind.WHOLE, 13, total=True),
    Column("book", "账面数", Kind.WHOLE, 16, total=True), Column("fen", "账面价值（元）", Kind.MONEY, 27, total=True),
    Column("counted", "实盘数", Kind.WHOLE, 16, total=True), *_RESULTS,
    Column("finds", "其中账外", Kind.WHOLE, 15, total=True), Column("lost", "盘亏金额（元）", Kind.MONEY, 24, total=True))
DIFFERENCE_COLUMNS: tuple[Column, ...] = (
    *THING_COLUMNS, Column("counted", "实盘数", Kind.WHOLE, 13, total=True),
    Column("pieces", "差异数", Kind.WHOLE, 13, total=True), Column("fen", "差异金额（元）", Kind.MONEY, 23, total=True),
    Column("keeper", "保管人", Kind.TEXT, 16), Column("place", "账面地点", Kind.TEXT, 28), Column("found", "实际情况", Kind.TEXT, 28),
    Column("reason", "差异原因", Kind.TEXT, 26), Column("proposal", "处理建议", Kind.TEXT, 22))
_PROPOSALS = {rules.SURPLUS: "立卡入账", rules.MOVED: "改登记地点", rules.ALTERED: "改使用状况"}


def _comparison_columns(before: str, now: str) -> tuple[Column, ...]:
    figures = [f"{side}{what}" for side in (before, now) for what in ("账面", "实盘")]
    return (Column("room", "存放地点", Kind.TEXT, 44),
            *(Column(f"figure{at}", title, Kind.WHOLE, 16, total=True)
              for at, title in enumerate([*figures, "实盘增减"])),
            Column("remark", "说明", Kind.TEXT, 48))


_BY = {"room": "按房间", "keeper": "按保管人", "class": "按分类"}


def chosen(order: Order) -> StocktakeRow:
    """Give the stocktake that a paper is about: the named one, else the latest (of the order's term)."""
    if order.about:
        row = queries.stocktake(order.about)
    else:
        term = (
            next((each.id for each in school.terms() if each.name == parse_code(order.term)), -1)
            if order.term
            else None
        )
        row = queries.latest(term)
    if row is None:
        raise Refused("还没有盘点，没有可打印的内容。请先开始一次盘点。")
    return row


def scope(order: Order) -> str:
    """Say which stocktake a paper is about; ``Refused`` where there is none."""
    row = chosen(order)
    return f"{row.number} {row.title}"


def subtitle(row: StocktakeRow) -> str:
    """Say which stocktake a paper belongs to: its title, number and base day."""
    return f"{row.title}　{row.number}　基准日：{chinese_day(row.base_date)}"


def change_fen(line: LineRow) -> int:
    """Give what a line's difference is worth on the book (分): a loss below zero."""
    return share(line.value, line.surplus, line.quantity) - share(line.value, line.missing, line.quantity)


def found_words(line: LineRow) -> str:
    """Say where and in which state a thing was found, where that differs from the book."""
    return " ".join(part for part in (line.found_place, line.found_status) if part)


def write_results(by: str, order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点汇总表 of results by ``room``, ``keeper`` or ``class``."""
    row = chosen(order)
    rows = [(group.name, group.lines, group.book, group.fen, group.counted,
             *((group.gained if word == rules.SURPLUS else group.pieces[word]) or None for word in rules.RESULTS),
             group.extra or None, group.lost_fen or None)
            for group in queries.result(row.id, by)]
    extra = queries.result(row.id, "all")[0].extra if by != "room" else 0
    if extra:   # what no card stands for has neither class nor keeper: it stands in a row of its own, so that all sheets come to one sum
        gained = [extra if word == rules.SURPLUS else None for word in rules.RESULTS]
        rows.append(("账上没有卡片的", 0, 0, 0, 0, *gained, extra, None))
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}财产盘点结果汇总表（{_BY[by]}）", subtitle=subtitle(row), columns=SUMMARY_COLUMNS,
        sections=[Section(rows=rows)], orientation=order.lies, grand_total="合计", page_total="本页小计", fill=False,
        heading=(_reporting(), f"范围：{row.scope_words}", "金额单位：元"),
        copies="“在外等”为借出、送修、待处置、待核销，不算盘亏；“其中账外”为盘盈里没有卡片的。",
        row_height=7.0, date_label="填表日期",
        signatures=_office()), path, progress, style())


def _office() -> list[str]:
    return signers(words.STOCKTAKER, words.OBSERVER, words.DIRECTOR, words.VICE_PRINCIPAL, words.HEAD)


def _reporting() -> str:
    """Give who reports under its seal, as papers for the bureau begin."""
    return f"填报单位（公章）：{settings.value(words.NAME)}"


def write_differences(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘盈盘亏明细表, a subtotal a kind: losses, gains, what stands elsewhere or is in another state, with reasons.

    Kinds have no common sum: a gain makes no loss good (each is approved for itself, as the 审批表 says them apart).
    """
    row = chosen(order)
    lines, finds = queries.differences(row.id), queries.finds(row.id)
    groups = {word: [_difference(line) for line in lines if line.result == word]
              for word in (rules.MISSING, rules.SURPLUS, rules.MOVED, rules.ALTERED)}
    groups[rules.SURPLUS] += [_extra(find) for find in finds if find.decision != rules.LEAVE_IT]
    groups["账上没有、决定不入账"] = [_left_out(find) for find in finds if find.decision == rules.LEAVE_IT]
    sections = [Section((f"{word}：{len(rows)} 种", "", ""), rows, f"{word}小计")
                for word, rows in groups.items() if rows]
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}财产盘盈盘亏明细表", subtitle=subtitle(row), columns=DIFFERENCE_COLUMNS,
        sections=sections, orientation=order.lies, fill=False, row_height=8.0,
        heading=(_reporting(), f"还有 {row.left:,} 种没有盘，不在此表" if row.left else "", "金额单位：元"),
        date_label="填表日期", signatures=_office()), path, progress, style())


def _difference(line: LineRow) -> tuple[object, ...]:
    what = f"转{approval.lost_word()}" if line.result == rules.MISSING else _PROPOSALS[line.result]
    return (line.number, line.name, line.model, line.unit, line.quantity, line.counted, line.surplus - line.missing or None,
            change_fen(line) or None, line.keeper, line.place, found_words(line) or ("未找到" if line.missing else ""),
            line.reason or line.remark, what)


def _extra(find: queries.FindRow) -> tuple[object, ...]:
    value = rules.find_value(find.quantity, find.estimate)[1]
    return (find.code, find.name, find.model, find.unit, None, find.quantity, find.quantity, value,
            school.person_name(find.keeper_id) if find.keeper_id else "", "账上没有", find.place, find.reason,
            {rules.BOOK_IT: "立卡入账"}.get(find.decision, find.decision))


def _left_out(find: queries.FindRow) -> tuple[object, ...]:
    """Give a thing found that is not the school's: it is told, but is no 盘盈 and stands in no sum."""
    return (find.code, find.name, find.model, find.unit, None, None, None, None, "", "账上没有",
            f"{find.place} {find.quantity} {find.unit or '件'}", find.reason, find.decision)


def write_approval(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘盈盘亏处理审批表 (条例第34、39条): the facts and details filled in, opinions left to the pen."""
    row = chosen(order)
    gone = [line for line in queries.differences(row.id) if line.missing]
    more = [line for line in queries.differences(row.id) if line.surplus]
    finds = [find for find in queries.finds(row.id) if find.decision != rules.LEAVE_IT]
    lost = sum(share(line.value, line.missing, line.quantity) for line in gone)
    facts = (
        Fact("基准日", row.base_date, Kind.DAY),
        Fact("盘点范围", row.scope_words),
        Fact("盘亏", f"{len(gone)} 种 {sum(line.missing for line in gone)} 件，账面价值 {format_fen(lost)} 元"),
        Fact(
            "盘盈",
            f"{len(more) + len(finds)} 种 {sum(line.surplus for line in more) + sum(find.quantity for find in finds)} 件",
        ),
        Fact("批准文号", row.approval_no),
        Fact("批准日期", row.approved_on, Kind.DAY),
        *([Fact("未盘情况", f"还有 {row.left} 种没有盘，盘完以前不能报批", span=2)] if row.left else []),
    )
    opinions = tuple(Fact(label, f"{'　' * 16}{hand}：{'　' * 9}年　　月　　日", span=2, rows=2.2) for label, hand in (
        ("使用部门意见", "签字"), ("资产部门意见", "签字"), ("财务部门意见", "签字"),
        ("校长（办公会）意见", "签字（公章）"), ("主管部门意见", "签字（公章）")))
    decided = (Fact("责任认定", span=2, rows=1.4), Fact("赔偿金额（元）", None, Kind.MONEY), Fact("主管批复文号"),
               Fact("入账日期"), Fact("凭证号"))
    details: list[_Detail] = [
        *(_listed("盘亏", line, line.missing, share(line.value, line.missing, line.quantity)) for line in gone),
        *(_listed("盘盈", line, line.surplus, share(line.value, line.surplus, line.quantity)) for line in more),
        *(("盘盈", find.code, find.name or "（待查）", find.model, f"{find.quantity}",
           rules.find_value(find.quantity, find.estimate)[1], find.place, "", find.reason) for find in finds)]
    return write_cards(CardBook(
        title=f"{settings.value(words.NAME)}盘盈盘亏处理审批表", subtitle=subtitle(row), pairs=2, row_height=8.0,
        cards=[Card(parts=(Part(facts, "一、基本情况"),),
                    history=History("二、资产明细（金额单位：元）", _DETAIL_TITLES, [(*each[:5], format_fen(each[5]), *each[6:]) for each in details],
                                    (12, 30, 26, 22, 11, 22, 26, 17, 30),
                                    blank=max(0, 3 - len(details)), right=(4, 5), totals=_details_totals(details)),
                    after=(Part((*opinions, *decided), "三、审批意见"),))],
        copies="盘盈盘亏须查明原因，随清查结果一并报批，按批复调整台账（《行政事业性国有资产管理条例》第三十九条）。"
               "盘盈的原值按同类资产的账面单价，账外的按估价。"),
        path, progress, style())


_DETAIL_TITLES = ("类别", "资产编号", "名称", "规格型号", "数量", "原值", "存放地点", "保管人", "原因说明")
_Detail = tuple[str, str, str, str, str, int, str, str, str]


def _listed(what: str, line: LineRow, pieces: int, fen: int) -> _Detail:
    return what, line.number, line.name, line.model, f"{pieces}", fen, line.place, line.keeper, line.reason


def _details_totals(details: Sequence[_Detail]) -> list[tuple[str, ...]]:
    """Give the last rows of the details: pieces and worth of what is lost, of what is gained; the two are never added."""
    found: list[tuple[str, ...]] = []
    for what in ("盘亏", "盘盈"):
        mine = [each for each in details if each[0] == what]
        if mine:
            pieces, fen = sum(int(each[4]) for each in mine), sum(each[5] for each in mine)
            found.append(("小计", what, "", "", f"{pieces:,}", format_fen(fen), "", "", f"{len(mine)} 种"))
    return found


def write_comparison(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 期初期末对照表, room by room, against the stocktake ``order.records`` names, else the one that is meant.

    Rooms that only one of the two covers, or that nobody finished, stand beside the sums. ``Refused`` where there is no other.
    """
    this = chosen(order)
    other = queries.stocktake(order.records[0]) if order.records else comparison.counterpart(this, comparison.others(this.id))
    if other is None:
        raise Refused("只有一次盘点，没有可以对照的。下一次盘点以后再来对照。")
    found = comparison.compare(this, other)
    before, now = found.names
    done = [each for each in found.rooms if not each.left]
    undone = [(each.room, *each.figures(), each.note(before, now)) for each in found.rooms if each.left]
    sections = [Section(rows=[(each.room, *each.figures(), None) for each in done])] if done else []
    if undone:
        sections.append(Section((f"没有盘完的 {len(undone)} 处，不计入合计", "", ""), undone))
    return write_ledger(
        Ledger(
            title=f"{settings.value(words.NAME)}财产期初期末对照表",
            columns=_comparison_columns(before, now),
            sections=sections,
            subtitle="　".join(f"{name} {row.number}（{chinese_day(row.base_date)}{'，' + row.state_words if row.state == rules.OPEN else ''}）"
                              for name, row in zip(found.names, (found.first, found.second), strict=True)),
            heading=(found.outside_words, "", ""),
            orientation=order.lies,
            grand_total="合计" if done else "",
            page_total="本页小计" if done else "",
            fill=False,
            row_height=7.0,
            date_label="填表日期",
            signatures=signers(words.STOCKTAKER, words.DIRECTOR, words.VICE_PRINCIPAL),
        ),
        path,
        progress,
        style(),
    )


def write_report(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点报告: how it was done, what it came to, why, and what is proposed."""
    row = chosen(order)
    total = queries.result(row.id, "all")[0]
    basic = (
        Fact("盘点批次", row.title), Fact("盘点编号", row.number, Kind.CODE), Fact("基准日", row.base_date, Kind.DAY),
        Fact("盘点范围", row.scope_words), Fact("盘点人", row.team), Fact("监盘人", row.observer),
        Fact("开始日期", row.opened_on, Kind.DAY), Fact("清点结束", row.closed_on, Kind.DAY))
    outcome = (
        Fact("账面种数", total.lines, Kind.WHOLE), Fact("账面件数", total.book, Kind.WHOLE),
        Fact("账面价值（元）", total.fen, Kind.MONEY), Fact("实盘件数", total.counted, Kind.WHOLE),
        *(Fact("在外等" if word == rules.AWAY else word, total.gained if word == rules.SURPLUS else total.pieces[word], Kind.WHOLE)
          for word in rules.RESULTS),
        Fact("盘盈中账外", total.extra, Kind.WHOLE), Fact("实盘中损坏", total.damaged, Kind.WHOLE), Fact("未盘种数", row.left, Kind.WHOLE),
        Fact("盘亏金额（元）", total.lost_fen, Kind.MONEY))
    proposed = (Fact("未盘情况", _unseen(row), span=2), Fact("处理意见", proposal(row, total), span=2, rows=3),
                Fact("补充说明", span=2, rows=3), Fact("领导意见", span=2, rows=4))
    return write_cards(CardBook(
        title=f"{settings.value(words.NAME)}财产盘点报告", subtitle=subtitle(row), pairs=2, row_height=7.5,
        cards=[Card(parts=(Part(basic, "一、组织情况"), Part(outcome, "二、盘点结果（未注明的为件）"), Part(proposed, "三、处理意见")),
                    history=History("四、差异原因", ("原因", "件数", "金额（元）"), reasons(row.id), (6, 1, 2), right=(1, 2)))],
        signatures=_office(), date_label="报告日期"), path, progress, style())


def reasons(stocktake: int) -> list[tuple[str, str, str]]:
    """Give each reason for losses and gains with its pieces and 分, most pieces first."""
    counted: dict[str, tuple[int, int]] = {}
    for line in queries.differences(stocktake):
        change = line.missing + line.surplus
        if change:
            pieces, fen = counted.get(line.reason or "原因待查", (0, 0))
            counted[line.reason or "原因待查"] = pieces + change, fen + share(line.value, change, line.quantity)
    return [(reason, f"{pieces:,}", format_fen(fen))
            for reason, (pieces, fen) in sorted(counted.items(), key=lambda each: -each[1][0])] or [("无差异", "", "")]


def _unseen(row: StocktakeRow) -> str:
    rooms = queries.missing_rooms(row.id)
    some = "、".join(room.name for room in rooms[:2]) + (f"等 {len(rooms)} 处" if len(rooms) > 2 else "")
    return f"还有 {row.left:,} 种没有盘：{some}。" if rooms else "全部盘完。"


def proposal(row: StocktakeRow, total: Result) -> str:
    """Say what is proposed: nothing is called 相符 that was not counted, or of which a piece is missing, whatever it is worth."""
    if row.state == rules.APPROVED and row.approved_on:
        return f"已经 {row.approval_no}（{chinese_day(row.approved_on)}）批准，台账已按批准结果调整。"
    said = []
    if row.left:
        nothing = total.pieces[rules.UNSEEN] + total.pieces[rules.AWAY] == total.book
        counted = "清点还没有开始" if nothing else f"还有 {row.left:,} 种没有盘"
        said.append(f"{counted}，盘完以前不能作出账实相符的结论。")
    if total.pieces[rules.MISSING] or total.gained:
        said.append("盘盈盘亏另附明细表和审批表，查明原因后报批，批准前台账不作调整。")
    if total.pieces[rules.MOVED] or total.pieces[rules.ALTERED]:
        said.append("地点、状况与账面不符的，批准后按实际情况改登记。")
    return "".join(said) or "账实相符，无须调整。"


WHICH: Takes = ("term",)
EITHER_WAY: Takes = (*WHICH, "orientation")


def form(key: str, name: str, writer: Callable[[Order, Path, Progress], Printed], takes: Takes,
          orientation: Orientation = "portrait") -> Form:
    """Declare a paper of one stocktake."""
    return Form(key, name, writer, scope, takes, orientation, about="stocktake")


FORMS: tuple[Form, ...] = (
    *(form(f"stocktake-{by}s" if by != "class" else "stocktake-classes", f"盘点结果汇总表（{text}）",
            partial(write_results, by), EITHER_WAY, "landscape") for by, text in _BY.items()),
    form("stocktake-differences", "盘盈盘亏明细表", write_differences, EITHER_WAY, "landscape"),
    form("stocktake-approval", "盘盈盘亏处理审批表", write_approval, WHICH),
    form("stocktake-comparison", "期初期末对照表", write_comparison, (*EITHER_WAY, "records")),
    form("stocktake-report", "盘点报告", write_report, WHICH),
)
