"""What the ledger prints: the term-end inventory sheet room by room, its summary, the ledger and the cards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from app.assets import classes, queries
from app.assets.fields import CARD, CATEGORIES, FIELD, FIXED, LOW_VALUE, OTHER, TITLE, CardField
from app.assets.history import said_of
from app.assets.queries import RoomStock
from app.core import clock
from app.core.columns import Column, Kind, by_key
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.core.terms import chinese_day, parse_code
from app.paper.book import Printed
from app.paper.cards import Card as PaperCard
from app.paper.cards import CardBook, Fact, History, Part, write_cards
from app.paper.forms import Form, Order, Takes
from app.paper.ledger import Ledger, Section, write_ledger
from app.school import queries as school
from app.school import room_sheets
from app.school import settings as words
from app.school.papers import signers, style
from app.school.room_sheets import ASSET_MANAGER
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
KEEPER_COLUMNS: tuple[Column, ...] = (
    *INVENTORY_COLUMNS[:4], FIELD["quantity"].column(width=12), FIELD["value"].column(width=22), FIELD["place"].column(width=34),
    FIELD["status"].column(width=15))
POSTING_COLUMNS: tuple[Column, ...] = (
    FIELD["name"].column(width=60, title=FIELD["name"].paper_title), FIELD["model"].column(width=46), FIELD["unit"].column(width=16),
    Column("quantity", TITLE["quantity"], Kind.WHOLE, 20))
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
    Column("fen", f"账面{FIELD['value'].label}", Kind.MONEY, 26, total=True),
    Column("fixed", "其中固定资产（元）", Kind.MONEY, 26, total=True),
    Column("counted", "实盘数", Kind.WHOLE, 17, by_hand=True),
    FIELD["remark"].column(width=26, by_hand=True),
)
CLASS_COLUMNS: tuple[Column, ...] = (
    Column("code", TITLE["class_code"], Kind.CODE, 24), Column("name", "分类名称", Kind.TEXT, 46), *SUMMARY_COLUMNS[2:5],
    *SUMMARY_COLUMNS[6:])
# 三账核对 (domain §3): the office's cards against the finance ledger's account, what differs told apart by its two usual causes.
SIX_COLUMNS: tuple[Column, ...] = (
    Column("name", "类别", Kind.TEXT, 40), *SUMMARY_COLUMNS[2:4],
    Column("fen", "总务账面原值", Kind.MONEY, 32, total=True),
    Column("books", "财务账面原值", Kind.MONEY, 32, by_hand=True), Column("apart", "差额", Kind.MONEY, 26, by_hand=True),
    Column("not_booked", "其中：已验收未入账", Kind.MONEY, 33, by_hand=True),
    Column("not_struck", "其中：已报废未销账", Kind.MONEY, 33, by_hand=True), Column("remark", "说明", Kind.TEXT, 26, by_hand=True))
_PLACE_OF = {column.key: at for at, column in enumerate(queries.COLUMNS, 1)}
_MOST_CARDS = 100_000
_SIX = 6                # of the main groups are those of fixed assets
_OTHERS = "未分类或其他代码"


def write_inventory(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 期末盘点表: book figures filled in, counts and signatures left to the pen, room by room."""
    columns = INVENTORY_COLUMNS if order.lies == "portrait" else WIDE_INVENTORY_COLUMNS
    rooms = queries.by_room(order.places) or _empty_rooms(order.places)
    sections = []
    for done, room in enumerate(rooms):
        progress(done, len(rooms), f"正在读取 {room.path}")
        rows = _rows(queries.room_wish(room.place), columns)
        classroom = room.kind == "教室"
        sections.append(Section(_room_heading(room), rows, f"{_kinds(room)}本室合计：{len(rows)} 种",
                                _signers(classroom) if order.own_pages else None,
                                signers(words.KEEPER, *([words.PUPIL] if classroom else []))))
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}期末财产盘点表",
        subtitle=_subtitle(order) + ("　金额单位：元" if order.lies == "landscape" else ""), columns=columns,
        sections=sections, orientation=order.lies, sections_on_new_page=order.own_pages,
        page_total="本页小计", grand_total="" if order.own_pages or len(rooms) < 2 else "总计", row_height=8.0,
        fill=order.own_pages, signatures=signers(words.STOCKTAKER, words.OBSERVER, words.DIRECTOR), date_label="盘点日期",
        copies=settings.value(words.COPIES)), path, progress, style())


def write_full_inventory(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the full 固定资产盘点表, room by room, from the cards as they stand; it lies on its side."""
    rooms = queries.by_room(order.places) or _empty_rooms(order.places)
    sections = [_room_section(room, room_sheets.FULL_COLUMNS, order.own_pages) for room in rooms]
    return write_ledger(room_sheets.full_sheet(sections, _subtitle(order), order), path, progress, style())


def _room_section(room: RoomStock, columns: tuple[Column, ...], own_pages: bool) -> Section:
    rows = _rows(queries.room_wish(room.place), columns)
    classroom = room.kind == "教室"
    return Section(_room_heading(room), rows, f"{_kinds(room)}本室合计：{len(rows)} 种", room_sheets.full_signers(classroom) if own_pages else None,
                   signers(words.KEEPER, *([words.PUPIL] if classroom else [])))


def _kinds(room: RoomStock) -> str:
    """Say what of a room's total is 固定资产 and what 低值易耗品, the two that are booked apart; "" of an empty room."""
    held = [(category, found) for category in CATEGORIES
            for found in (queries.totals(Wish(filters={**queries.room_wish(room.place).filters, "category": category})),) if found.records]
    return room_sheets.parted([(category, found.records, found.pieces) for category, found in held])


def write_register(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 班级（室）校产登记表 from the cards: handed over at term start, looked through at term end, signed both times."""
    rooms = queries.by_room(order.places) or _empty_rooms(order.places)
    sections = []
    for room in rooms:
        rows = room_sheets.registered(row[:4] for row in _rows(queries.room_wish(room.place), room_sheets.REGISTER_COLUMNS))
        sections.append(Section(_room_heading(room), rows, f"合计：{len(rows)} 种", room_sheets.register_signers(room.kind == "教室")))
    return write_ledger(room_sheets.register_sheet(sections, _subtitle(order), order), path, progress, style())


def write_keepers(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 保管人资产清单（确认签字）: what each keeper answers for, by number, to be confirmed by his hand and filed alone."""
    held: dict[str, list[tuple[object, ...]]] = {}
    wish = replace(_places_wish(order), sort="keeper")      # by the reading of the name; each keeper's cards by number
    for row in queries.listing(wish, _MOST_CARDS):
        held.setdefault(str(row[_PLACE_OF["keeper"]] or ""), []).append(_picked(row, KEEPER_COLUMNS))
    nobody = held.pop("", [])
    sections = [Section((f"{TITLE['keeper']}：{keeper}", "", "金额单位：元"), held[keeper], f"合计：{len(held[keeper]):,} 张卡片")
                for keeper in held]
    if nobody:
        sections.append(Section((f"{TITLE['keeper']}：没有登记", "", "金额单位：元"), nobody, f"合计：{len(nobody):,} 张卡片", [ASSET_MANAGER]))
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}{TITLE['keeper']}资产清单", subtitle=f"截至 {chinese_day(_day(order))}", columns=KEEPER_COLUMNS,
        sections=sections, sections_on_new_page=True, orientation=order.lies, row_height=7.0, fill=False,
        signatures=[f"{TITLE['keeper']}签字", ASSET_MANAGER, *signers(words.DIRECTOR)], date_label="确认日期",
        copies=f"以上资产由本人保管，账物已核对相符，离岗或调动时办理交接。一式两份：{TITLE['keeper']}、总务部门各存一份。"), path, progress, style())


def write_posting(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 室内财产张贴单 of each room: what belongs there, in large type, no amounts; it hangs beside the door."""
    rooms = queries.by_room(order.places) or _empty_rooms(order.places)
    sections = [Section((f"室名：{room.path}{f'（{room.users}）' if room.users else ''}", "", f"{TITLE['keeper']}：{room.keeper}"),
                        [row[:4] for row in room_sheets.registered(
                            row[:4] for row in _rows(queries.room_wish(room.place), room_sheets.REGISTER_COLUMNS))])
                for room in rooms if room.place]
    return write_ledger(Ledger(
        title="室内财产清单", subtitle=settings.value(words.NAME), columns=POSTING_COLUMNS, sections=sections, sections_on_new_page=True,
        row_height=10.0, font_size=12.0, fill=False, orientation=order.lies, signatures=[TITLE["keeper"]], date_label="张贴日期",
        copies=f"{settings.value(words.OFFICE)} {chinese_day(_day(order))}制　请爱护公物，搬动、损坏请告诉{TITLE['keeper']}。"),
        path, progress, style())


def write_summary(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点汇总表: what the ledger holds by room, what of it is 固定资产 beside the whole."""
    fixed = queries.fixed_by_room(order.places)
    rows = [(room.path, room.keeper, room.cards, room.pieces, room.fen, fixed.get(room.place, 0), None, None)
            for room in queries.by_room(order.places)]
    return write_ledger(_summary(order, "按地点", SUMMARY_COLUMNS, [Section(rows=rows)]), path, progress, style())


def write_class_summary(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 盘点汇总表 by class code (of the chosen places, or of all) under the six classes, each with its sum.

    低值易耗品 stand in a part of their own below them.
    """
    sections = [
        Section((f"{category} · {name}" if category == FIXED else category, "", ""), [(*line, None, None) for line in lines],
                f"{name}小计：{len(lines)} 个分类")
        for category, groups in _by_group(order).items() for name, lines in groups.items()]
    return write_ledger(_summary(order, "按分类", CLASS_COLUMNS, sections), path, progress, style())


def _by_group(order: Order) -> dict[str, dict[str, list[queries.ClassSum]]]:
    """Give the lines of ``queries.by_class`` by category and, of 固定资产, by the class of the six that they belong to."""
    found: dict[str, dict[str, list[queries.ClassSum]]] = {}
    names = {group.code: group.name for group in classes.main_groups()} | {"": _OTHERS}
    for category in CATEGORIES:
        lines = queries.by_class(order.places, category)
        groups = found.setdefault(category, {})
        for group in [*names] if category == FIXED else []:
            if mine := [line for line in lines if classes.group_for(line[0], line[1]) == group]:
                groups[names[group]] = mine
        if category != FIXED and lines:
            groups[category] = lines
    return found


def write_six_classes(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 固定资产六类汇总与财务核对表: all six classes with what the cards come to, the finance ledger's side left to the pen.

    What belongs to none of the six (物资, 无形资产, no class) has its line where there is any; 低值易耗品, which the
    finance ledger does not hold, have their own part.
    """
    groups = _by_group(order)
    six = [group.name for group in classes.main_groups()[:_SIX]]
    rows = [_summed(name, groups[FIXED].get(name, [])) for name in [*six, *(name for name in groups[FIXED] if name not in six)]]
    sections = [Section(("一、固定资产", "", ""), rows, "固定资产合计")]
    if low := groups[LOW_VALUE].get(LOW_VALUE):
        sections.append(Section((f"二、{LOW_VALUE}（另设台账，不在固定资产科目）", "", ""), [_summed(LOW_VALUE, low)]))
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}固定资产六类汇总与财务核对表", subtitle=f"截至 {chinese_day(_day(order))}", columns=SIX_COLUMNS,
        sections=sections, heading=(f"填报单位（公章）：{settings.value(words.NAME)}", "", "金额单位：元"), orientation=order.lies,
        row_height=9.0, fill=False, date_label="核对日期",
        signatures=["资产管理员", "财务负责人", *signers(words.DIRECTOR, words.HEAD)],
        copies="一式两份：总务部门、财务部门各存一份。两账不符的，逐笔查明是已验收未入账还是已报废未销账，写在说明里。"),
        path, progress, style())


def _summed(name: str, lines: Sequence[queries.ClassSum]) -> tuple[object, ...]:
    figures = [sum(each) for each in zip(*(line[2:] for line in lines), strict=True)] or [0, 0, 0]
    return (name, *figures, None, None, None, None, None)


def _summary(order: Order, by: str, columns: tuple[Column, ...], sections: Sequence[Section]) -> Ledger:
    return Ledger(
        title=f"{settings.value(words.NAME)}期末财产盘点汇总表（{by}）", subtitle=_subtitle(order), columns=columns,
        sections=sections, grand_total="合计", page_total="本页小计", row_height=7.0, fill=False,
        heading=(f"填报单位（公章）：{settings.value(words.NAME)}", "", ""),
        orientation=order.lies, date_label="填表日期", copies=settings.value(words.COPIES),
        signatures=signers(words.STOCKTAKER, words.OBSERVER, words.DIRECTOR, words.VICE_PRINCIPAL, words.HEAD))


def write_asset_ledger(category: str, order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 固定资产台账 or the 低值易耗品台账 of the chosen places or cards (all unless chosen), by number, with totals.

    ``Refused`` where all that was chosen belongs in the other; what of it does is told in the heading.
    """
    columns = UPRIGHT_LEDGER_COLUMNS if order.lies == "portrait" else LEDGER_COLUMNS
    every = queries.rows_of(order.records) if order.records else queries.listing(_places_wish(order), _MOST_CARDS)
    rows = [_picked(row, columns) for row in every if row[_PLACE_OF["category"]] == category]
    others = len(every) - len(rows)
    other = next(each for each in CATEGORIES if each != category)
    if others and not rows:
        raise Refused(f"这里没有{category}，选定的 {others} 张卡片都是{other}。请改印“{other}台账”。")
    scope = f"选定的 {len(rows)} 张卡片" if order.records else school.scope(order.places)
    apart = f"另有{other} {others:,} 张，见{other}台账" if others else ""
    return write_ledger(Ledger(
        title=f"{settings.value(words.NAME)}{category}台账", columns=columns, sections=[Section(rows=rows)],
        subtitle=f"截至 {chinese_day(order.day or clock.today())}", heading=(f"范围：{scope}", apart, "金额单位：元"),
        orientation=order.lies, page_total="本页小计", grand_total=f"合计：{len(rows):,} 张卡片", fill=False,
        signatures=signers(words.KEEPER, words.DIRECTOR, words.VICE_PRINCIPAL),
        date_label="打印日期"), path, progress, style())


def write_asset_cards(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 固定资产卡片 of the chosen cards, or of all in the chosen places, two to a page; 低值易耗品 after them as what they are."""
    ids = list(order.records) or queries.matching_ids(_places_wish(order))
    read = []
    for done, card in enumerate(queries.cards(ids)):
        if done % 50 == 0:
            progress(done, len(ids), "正在读取卡片")
        read.append(card)
    cards = [_paper_card(card) for card in sorted(read, key=lambda card: CATEGORIES.index(card.draft.category))]
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
    events = [(chinese_day(date.fromisoformat(event.business_date)), said_of(event), event.who) for event in journal.history("asset", card.id)[:3]]
    return PaperCard(
        parts=(Part((*before, *own, *last)),),  # without heading rows, so that two cards stand on one page
        title=f"{draft.category}卡片",
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
    """Say the term and the day; ``Refused`` for another term than the current one: the ledger has today's figures only."""
    term = school.current_term()
    wanted = parse_code(order.term) if order.term else None
    if wanted and term and wanted != term.name:
        raise Refused(f"台账里是现在的数，不能印成{wanted.title}的（当前学期是{term.name.title}）。"
                      "那学期盘点时定下的数，请在“盘点”页选那一次再打印；要印现在的数，请去掉学期。")
    title = term.name.title if term else wanted.title if wanted else ""
    return "　".join(part for part in (title, f"基准日：{chinese_day(_day(order))}") if part)


def _day(order: Order) -> date:
    return order.day or clock.today()


def _places_wish(order: Order) -> Wish:
    return Wish(filters={"rooms": order.places} if order.places else {}, sort="number")


def _rows(wish: Wish, columns: tuple[Column, ...]) -> list[tuple[object, ...]]:
    return [_picked(row, columns) for row in queries.listing(wish, _MOST_CARDS)]


def _picked(row: tuple[object, ...], columns: tuple[Column, ...]) -> tuple[object, ...]:
    return tuple(row[_PLACE_OF[column.key]] if column.key in _PLACE_OF and not column.by_hand else None
                 for column in columns)


_INVENTORY: Takes = ("places", "term", "day", "orientation")
_CHOSEN: Takes = ("places", "records")
FORMS: tuple[Form, ...] = (
    Form("inventory", "期末盘点表", write_inventory, _scope, (*_INVENTORY, "own_pages")),
    Form("inventory-full", "固定资产盘点表（全表）", write_full_inventory, _scope, ("places", "term", "day", "own_pages"), "landscape"),
    Form("class-register", "班级（室）校产登记表", write_register, _scope, _INVENTORY),
    Form("keeper-list", f"{TITLE['keeper']}资产清单（确认签字）", write_keepers, _scope, ("places", "day", "orientation")),
    Form("room-posting", "室内财产张贴单", write_posting, _scope, ("places", "day", "orientation")),
    Form("inventory-summary", "盘点汇总表（按地点）", write_summary, _scope, _INVENTORY),
    Form("inventory-classes", "盘点汇总表（按分类）", write_class_summary, _scope, _INVENTORY),
    Form("six-classes", "固定资产六类汇总与财务核对表", write_six_classes, _scope, ("places", "day", "orientation"), "landscape"),
    Form("asset-ledger", "固定资产台账", partial(write_asset_ledger, FIXED), _scope, (*_CHOSEN, "day", "orientation"), "landscape"),
    Form("low-value-ledger", "低值易耗品台账", partial(write_asset_ledger, LOW_VALUE), _scope, (*_CHOSEN, "day", "orientation"), "landscape"),
    Form("asset-card", "资产卡片", write_asset_cards, _scope, _CHOSEN),
)
