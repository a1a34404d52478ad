"""The store's books and lists on paper: registers, cards, accounts, monthly report, what a term took, 分发表, counts."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import parse_code
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import queries as school
from app.school import settings as words
from app.school.papers import style
from app.stock import costing, lists, queries
from app.stock.months import bounds
from app.stock.queries import CardRow
from app.stock.settings import CATEGORIES
from app.store import settings

_THING = (Column("name", "品名", Kind.TEXT, 34), Column("spec", "规格", Kind.TEXT, 26), Column("unit", "单位", Kind.CHOICE, 11))
REGISTER: tuple[Column, ...] = (
    Column("day", "日期", Kind.DAY, 26), *_THING, Column("quantity", "数量", Kind.QUANTITY, 15),
    Column("fen", "金额（元）", Kind.MONEY, 21, total=True),
    Column("who", "领用部门（班级）、人", Kind.TEXT, 38), Column("remark", "用途", Kind.TEXT, 22), Column("number", "单号", Kind.CODE, 29),
    Column("sign", "领用人签字", Kind.TEXT, 26, by_hand=True))
ACCOUNT: tuple[Column, ...] = (
    Column("day", "日期", Kind.DAY, 26), Column("number", "单号", Kind.CODE, 30), Column("kind", "摘要", Kind.TEXT, 52),
    Column("incoming", "收入数量", Kind.QUANTITY, 17), Column("incoming_fen", "收入金额", Kind.MONEY, 21, total=True),
    Column("outgoing", "发出数量", Kind.QUANTITY, 17), Column("outgoing_fen", "发出金额", Kind.MONEY, 21, total=True),
    Column("left", "结存数量", Kind.QUANTITY, 17), Column("price", "单价", Kind.MONEY, 18), Column("left_fen", "结存金额", Kind.MONEY, 22))
CARD: tuple[Column, ...] = (
    Column("day", "日期", Kind.DAY, 26), *_THING, Column("quantity", "数量", Kind.QUANTITY, 15),
    Column("fen", "金额（元）", Kind.MONEY, 21, total=True),
    Column("swapped", "以旧换新", Kind.CHOICE, 16), Column("sign", "签字", Kind.TEXT, 22, by_hand=True))
TERM: tuple[Column, ...] = (*_THING, Column("quantity", "数量", Kind.QUANTITY, 20), Column("fen", "金额（元）", Kind.MONEY, 28, total=True))


def _titled(title: str) -> str:
    return f"{settings.value(words.NAME)}{title}"


def _month(order: Order) -> tuple[date, date]:
    return bounds(f"{order.month or clock.today():%Y-%m}")


def _month_scope(order: Order) -> str:
    first, _ = _month(order)
    return f"{first.year}年{first.month}月"


def _term(order: Order) -> tuple[date, date, str]:
    """Give first and last day and title of an order's term, the current one where it names none."""
    rows = school.terms()
    found = next((row for row in rows if row.name == parse_code(order.term)), None) if order.term else school.current_term()
    if found is None:
        raise Refused("账本里没有这个学期。请先在“设置—学期”里建立它。")
    return found.starts_on, found.ends_on, found.title


def _term_scope(order: Order) -> str:
    return _term(order)[2]


# --- a month -----------------------------------------------------------------------------------------------------


def write_register(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 领用登记簿: all that was handed out in a month in one list, each line with a box to sign in."""
    first, last = _month(order)
    slips = queries.slips_between(first, last, (costing.ISSUE,))
    lines = queries.lines([row.id for row in slips])
    rows = [(row.dated_on, line.name, line.spec, line.unit, -line.quantity, -line.fen, row.receiver,
             "以旧换新" if line.swapped else line.remark, row.number, None) for row in slips for line in lines[row.id]]
    return write_ledger(Ledger(
        _titled("物品领用登记簿"), REGISTER, [Section(rows=rows)], f"{_month_scope(order)}　金额单位：元", orientation="landscape", serial="book",
        page_total="本页小计", grand_total="本月合计", row_height=8.0, signatures=("保管员", "总务主任"), date_label="日期"), path, progress, style())


def write_month(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 收发存月报 by category; one whose month is not issued yet says so."""
    first, last = _month(order)
    issued = queries.month_issued(f"{first:%Y-%m}")
    sections = _by_category(lists.span_rows(first, last))
    return write_ledger(Ledger(
        _titled("物品收发存月报"), lists.SPAN[1:], sections, f"{_month_scope(order)}{'' if issued else '（未月结）'}　金额单位：元",
        orientation="landscape", page_total="本页小计", grand_total="合计", fill=False, signatures=("保管员", "会计", "总务主任", "校长"),
        date_label="编制日期", copies="一式三份：仓库、会计、总务处各一份"), path, progress, style())


def _by_category(rows: Sequence[Sequence[object]]) -> list[Section]:
    """Give rows of ``lists.SPAN`` as one section a category in the order of the setting, with its sums; nothing moved is left blank."""
    order = settings.value(CATEGORIES)
    found: dict[str, list[Sequence[object]]] = {category: [] for category in order if any(row[1] == category for row in rows)}
    for row in rows:
        found.setdefault(str(row[1] or "未分类"), []).append([*row[2:5], *(value or None for value in row[5:])])
    return [Section((f"类别：{category}", "", f"{len(each)} 种"), each, "小计") for category, each in found.items()]


# --- a term ------------------------------------------------------------------------------------------------------


def write_term(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 学期库存汇总: what lay there, came in, went out and is left, by category."""
    first, last, title = _term(order)
    sections = _by_category(lists.span_rows(first, min(last, clock.today())))
    return write_ledger(Ledger(
        _titled("学期库存汇总表"), lists.SPAN[1:], sections, f"{title}　金额单位：元", orientation="landscape", page_total="本页小计",
        grand_total="合计", fill=False, signatures=("保管员", "总务主任", "校长"), date_label="编制日期"), path, progress, style())


def _taken(by: str, title: str) -> Callable[[Order, Path, Progress], Printed]:
    def write(order: Order, path: Path, progress: Progress = silent) -> Printed:
        first, last, term = _term(order)
        rows: dict[str, list[Sequence[object]]] = {}
        for each in queries.taken(first, last, by):
            rows.setdefault(each.receiver, []).append((each.name, each.spec, each.unit, each.quantity, each.fen))
        sections = [Section((name, "", ""), found, "小计") for name, found in rows.items()]
        return write_ledger(Ledger(
            _titled(title), TERM, sections, f"{term}　金额单位：元", page_total="", grand_total="合计", fill=False,
            signatures=("保管员", "总务主任"), date_label="编制日期"), path, progress, style())
    return write


# --- accounts and cards ------------------------------------------------------------------------------------------


def write_account(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 库存明细账 of a term, an item a page: those chosen, else all that moved in it."""
    first, last, title = _term(order)
    chosen = queries.items(order.records or [row.item for row in queries.span(first, last) if row.incoming or row.outgoing])
    if not chosen:
        raise Refused("这个学期没有物品收发，没有可打印的内容。")
    sections = []
    for item in chosen.values():
        rows = [(row.day, row.number, "　".join(filter(None, (row.kind, row.words, f"（{row.true_on}）" if row.true_on else ""))),
                 row.quantity if row.quantity > 0 else None, row.fen if row.fen > 0 else None,
                 -row.quantity if row.quantity < 0 else None, -row.fen if row.fen < 0 else None,
                 row.left, costing.price_of(row.left_fen, row.left), row.left_fen)
                for row in queries.account(item.id, first, last)]
        pack = f"（1{item.pack_unit}={item.pack_size // 1000}{item.unit}）" if item.pack_unit else ""
        sections.append(Section((f"品名：{item.title}", f"类别：{item.category}", f"计量单位：{item.unit}{pack}"), rows, "本期合计"))
    return write_ledger(Ledger(
        _titled("库存物品明细账"), ACCOUNT, sections, f"{title}　金额单位：元", orientation="landscape", sections_on_new_page=True, serial="none",
        signatures=("保管员", "会计")), path, progress, style())


def write_room_cards(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 领用卡 of rooms (一室一卡): those chosen, else all that took something in the term."""
    first, last, title = _term(order)
    places = order.places or [int(each.key) for each in queries.taken(first, last, "place")]
    cards = {place: (f"室名：{school.place_path(place)}", queries.issue_card(first, last, place=place)) for place in dict.fromkeys(places)}
    return _cards(list(cards.values()), title, "物品领用卡（一室一卡）", path, progress)


def write_person_cards(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 领用卡 of people (一人一卡): those chosen, else all who took something in the term."""
    first, last, title = _term(order)
    people = order.records or [int(each.key) for each in queries.taken(first, last, "person")]
    cards = {person: (f"姓名：{school.person_name(person)}", queries.issue_card(first, last, person=person)) for person in dict.fromkeys(people)}
    return _cards(list(cards.values()), title, "物品领用卡（一人一卡）", path, progress)


def _cards(cards: Sequence[tuple[str, Sequence[CardRow]]], term: str, title: str, path: Path, progress: Progress) -> Printed:
    filled = [(name, rows) for name, rows in cards if rows]
    if not filled:
        raise Refused("这个学期没有登记到房间或个人的领用，没有可打印的内容。")
    sections = [Section((name, "", term), [(row.day, row.name, row.spec, row.unit, row.quantity, row.fen, "是" if row.swapped else "", None)
                                           for row in rows], "合计") for name, rows in filled]
    return write_ledger(Ledger(
        _titled(title), CARD, sections, "金额单位：元", sections_on_new_page=True, row_height=8.0, signatures=("保管员",)), path, progress, style())


def _records_scope(order: Order) -> str:
    return f"{_term(order)[2]}" + (f"，{len(order.records or order.places)} 份" if order.records or order.places else "")


FORMS: tuple[Form, ...] = (
    Form("stock-register", "领用登记簿", write_register, _month_scope, ("month",), "landscape"),
    Form("stock-month", "收发存月报", write_month, _month_scope, ("month",), "landscape"),
    Form("stock-term", "学期库存汇总表", write_term, _term_scope, ("term",), "landscape"),
    Form("stock-departments", "部门领用汇总表", _taken("department", "部门领用汇总表"), _term_scope, ("term",)),
    Form("stock-classes", "班级领用汇总表", _taken("class", "班级领用汇总表"), _term_scope, ("term",)),
    Form("stock-account", "库存明细账", write_account, _records_scope, ("term", "records"), "landscape"),
    Form("stock-room-card", "领用卡（一室一卡）", write_room_cards, _records_scope, ("term", "places")),
    Form("stock-person-card", "领用卡（一人一卡）", write_person_cards, _records_scope, ("term", "records")),
)
