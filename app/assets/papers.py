"""What the ledger prints: the term-end inventory sheet room by room, its summary, the ledger and the cards."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.assets import queries
from app.assets.fields import CARD, FIELD, OTHER, TITLE, CardField
from app.assets.queries import RoomStock
from app.core import clock
from app.core.columns import Column, Kind, by_key
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.core.terms import chinese_day, parse_code
from app.paper.book import Printed
from app.paper.cards import Card as PaperCard
from app.paper.cards import CardBook, Fact, History, Part, write_cards
from app.paper.forms import Form, Order, Takes
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import queries as school
from app.school import settings as words
from app.school.papers import signers, style
from app.school.rules import ROOM
from app.store import journal, settings

INVENTORY_COLUMNS: tuple[Column, ...] = (
    FIELD["number"].column(width=29),
    FIELD["name"].column(width=30, title=FIELD["name"].paper_title),
    FIELD["model"].column(width=27),
    FIELD["unit"].column(width=10),
    FIELD["quantity"].column(title=FIELD["quantity"].paper_title),
    Column("counted", "实盘数", Kind.WHOLE, 14, by_hand=True),
    Column("sound", "完好", Kind.WHOLE, 12, by_hand=True),
    Column("damaged", "损坏", Kind.WHOLE, 12, by_hand=True),
    FIELD["remark"].column(width=24, by_hand=True),
)
_VALUE = FIELD["value"].column(width=22)
_PRICED = (FIELD["unit_price"].column(width=19), _VALUE, FIELD["acquired_on"].column(width=23))
# Lying on its side a page has room for price, value and day of acquisition as well.
WIDE_INVENTORY_COLUMNS = (*INVENTORY_COLUMNS[:5], *_PRICED, *INVENTORY_COLUMNS[5:])
LEDGER_COLUMNS = by_key(queries.COLUMNS, "number", "name", "model", "unit", "quantity", "unit_price", "value", "place",
                        "keeper", "acquired_on", "status")
# An upright page has no room for all of them: a number broken over two lines would double the paper.
UPRIGHT_LEDGER_COLUMNS: tuple[Column, ...] = (
    *INVENTORY_COLUMNS[:4],
    FIELD["quantity"].column(width=12),
    _VALUE,
    FIELD["place"].column(width=32),
    FIELD["keeper"].column(width=16),
)
SUMMARY_COLUMNS: tuple[Column, ...] = (
    Column("path", TITLE["place"], Kind.TEXT, 52),
    Column("keeper", TITLE["keeper"], Kind.CHOICE, 20),
    Column("cards", "卡片数", Kind.WHOLE, 16, total=True),
    Column("pieces", FIELD["quantity"].paper_title, Kind.WHOLE, 17, total=True),
    Column("fen", f"账面{FIELD['value'].label}", Kind.MONEY, 28, total=True),
    Column("counted", "实盘数", Kind.WHOLE, 17, by_hand=True),
    FIELD["remark"].column(width=26, by_hand=True),
)
CLASS_COLUMNS: tuple[Column, ...] = (
    Column("code", TITLE["class_code"], Kind.CODE, 24), Column("name", "分类名称", Kind.TEXT, 46), *SUMMARY_COLUMNS[2:])
_PLACE_OF = {column.key: at for at, column in enumerate(queries.COLUMNS, 1)}
_MOST_CARDS = 100_000


def write_inventory(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 期末盘点表: book figures filled in, counts and signatures left to the pen, room by room."""
    columns = INVENTORY_COLUMNS if order.lies == "portrait" else WIDE_INVENTORY_COLUMNS
    rooms = queries.by_room(order.places) or _empty_rooms(order.places)
    sections = []
    for done, room in enumerate(rooms):
        progress(done, len(rooms), f"正在读取 {room.path}")
        rows = _rows(queries.room_wish(room.place), columns)
        sections.append(Section(_room_heading(room), rows, f"本室合计：{len(rows)} 种",
                                _signers(room.kind == "教室") if order.own_pages else None))
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}期末财产盘点表", subtitle=_subtitle(order), columns=columns,
        sections=sections, orientation=order.lies, sections_on_new_page=order.own_pages,
        page_total="本页小计", grand_total="" if order.own_pages or len(rooms) < 2 else "总计", row_height=8.0,
        fill=order.own_pages, signatures=_signers(any(room.kind == "教室" for room in rooms)), date_label="盘点日期",
        copies=settings.value(words.COPIES)), path, progress, style())


def write_summary(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点汇总表: what the ledger holds by room."""
    rows = [(room.path, room.keeper, room.cards, room.pieces, room.fen, None, None)
            for room in queries.by_room(order.places)]
    return write_ledger(_summary(order, "按地点", SUMMARY_COLUMNS, rows), path, progress, style())


def write_class_summary(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点汇总表 by class code (of the chosen places, or of all)."""
    rows = [(*line, None, None) for line in queries.by_class(order.places)]
    return write_ledger(_summary(order, "按分类", CLASS_COLUMNS, rows), path, progress, style())


def _summary(order: Order, by: str, columns: tuple[Column, ...], rows: Sequence[tuple[object, ...]]) -> Ledger:
    return Ledger(
        title=f"{settings.value(words.NAME)}期末财产盘点汇总表（{by}）", subtitle=_subtitle(order), columns=columns,
        sections=[Section(rows=rows)], grand_total="合计", page_total="本页小计", row_height=7.0, fill=False,
        orientation=order.lies, date_label="填表日期", copies=settings.value(words.COPIES),
        signatures=signers(words.STOCKTAKER, words.OBSERVER, words.DIRECTOR, words.VICE_PRINCIPAL, words.PRINCIPAL))


def write_asset_ledger(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 资产台账 of the chosen places or cards (all unless chosen), by number, with page and grand totals."""
    columns = UPRIGHT_LEDGER_COLUMNS if order.lies == "portrait" else LEDGER_COLUMNS
    rows = _records(order, columns) if order.records else _rows(_places_wish(order), columns)
    scope = f"选定的 {len(rows)} 张卡片" if order.records else school.scope(order.places)
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}固定资产台账", columns=columns, sections=[Section(rows=rows)],
        subtitle=f"截至 {chinese_day(order.day or clock.today())}", heading=(f"范围：{scope}", "", "金额单位：元"),
        orientation=order.lies, page_total="本页小计", grand_total=f"合计：{len(rows)} 张卡片", fill=False,
        signatures=signers(words.KEEPER, words.DIRECTOR, words.VICE_PRINCIPAL),
        date_label="打印日期"), path, progress, style())


def write_asset_cards(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 固定资产卡片 of the chosen cards, or of all in the chosen places, two to a page."""
    ids = list(order.records) or queries.matching_ids(_places_wish(order))
    cards = []
    for done, card in enumerate(queries.cards(ids)):
        if done % 50 == 0:
            progress(done, len(ids), "正在读取卡片")
        cards.append(_paper_card(card))
    return write_cards(CardBook(
        title="固定资产卡片", subtitle=settings.value(words.NAME), cards=cards, per_page=2, pairs=3,
        row_height=6.0,
        signatures=signers(words.KEEPER, words.DIRECTOR), date_label="制卡日期"),
        path, progress, style())


def _paper_card(card: queries.Card) -> PaperCard:
    draft = card.draft
    before, last = ([_fact(each, card) for each in CARD if (each.form[0] == OTHER) is at_the_end]
                    for at_the_end in (False, True))
    own = [Fact(extra.title, draft.extras.get(extra.id, "")) for extra in queries.extra_fields()]
    events = [(chinese_day(date.fromisoformat(event.business_date)), event.title, event.who) for event in journal.history("asset", card.id)[:3]]
    return PaperCard(
        parts=(Part((*before, *own, *last)),),  # without heading rows, so that two cards stand on one page
        heading=(f"{TITLE['number']}：{draft.number}", "", ""),
        history=History("变动记录", ("日期", "事项", "经办人"), events, (2, 6, 2), blank=max(0, 2 - len(events))))


def _fact(field: CardField, card: queries.Card) -> Fact:
    """Give what the card says in a field; pieces with their unit, the life with its own."""
    if field.key == "quantity":
        return Fact(field.label, f"{card.draft.quantity} {card.draft.unit}".strip())
    if field.key == "life_months":
        return Fact(field.short, f"{card.draft.life_months} 个月" if card.draft.life_months else "")
    return Fact(field.label, card.value(field), Kind.TEXT if field.kind is Kind.CHOICE else field.kind,
                field.card_span)


def _empty_rooms(places: Sequence[int]) -> list[RoomStock]:
    """Give the rooms among the chosen places for sheets with blank rows only: there too somebody goes and looks."""
    found = [place for each in places if (place := school.place(each)) and place.level == ROOM]
    return [RoomStock(place.id, place.path, place.kind, place.keeper, "", 0, 0, 0) for place in found]


def _room_heading(room: RoomStock) -> tuple[str, str, str]:
    users = f"（{room.users}）" if room.users else ""
    return f"室名：{room.path}{users}", "", f"{TITLE['keeper']}：{room.keeper}"


def _signers(classroom: bool) -> list[str]:
    """Give who signs a room's sheet; a pupils' representative only in a classroom (三级管理: 学生, 班主任, 室长)."""
    return signers(
        words.STOCKTAKER, words.OBSERVER, words.KEEPER, *([words.PUPIL] if classroom else []), words.DIRECTOR
    )


def _scope(order: Order) -> str:
    """Say which cards or places an order covers."""
    return f"{len(order.records)} 张卡片" if order.records else school.scope(order.places)


def _subtitle(order: Order) -> str:
    term = school.current_term()
    title = parse_code(order.term).title if order.term else (term.name.title if term else "")
    return "　".join(part for part in (title, f"基准日：{chinese_day(_day(order))}") if part)


def _day(order: Order) -> date:
    return order.day or clock.today()


def _places_wish(order: Order) -> Wish:
    return Wish(filters={"rooms": order.places} if order.places else {}, sort="number")


def _rows(wish: Wish, columns: tuple[Column, ...]) -> list[tuple[object, ...]]:
    return [_picked(row, columns) for row in queries.listing(wish, _MOST_CARDS)]


def _records(order: Order, columns: tuple[Column, ...]) -> list[tuple[object, ...]]:
    return [_picked(row, columns) for row in queries.rows_of(order.records)]


def _picked(row: tuple[object, ...], columns: tuple[Column, ...]) -> tuple[object, ...]:
    return tuple(row[_PLACE_OF[column.key]] if column.key in _PLACE_OF and not column.by_hand else None
                 for column in columns)


_INVENTORY: Takes = ("places", "term", "day", "orientation")
_CHOSEN: Takes = ("places", "records")
FORMS: tuple[Form, ...] = (
    Form("inventory", "期末盘点表", write_inventory, _scope, (*_INVENTORY, "own_pages")),
    Form("inventory-summary", "盘点汇总表（按地点）", write_summary, _scope, _INVENTORY),
    Form("inventory-classes", "盘点汇总表（按分类）", write_class_summary, _scope, _INVENTORY),
    Form("asset-ledger", "资产台账", write_asset_ledger, _scope, (*_CHOSEN, "day", "orientation"), "landscape"),
    Form("asset-card", "固定资产卡片", write_asset_cards, _scope, _CHOSEN),
)
