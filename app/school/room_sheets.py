"""The sheets of a room that the ledger prints of its cards and a stocktake of its frozen figures: what stands on them and who signs."""

from collections.abc import Iterable, Sequence
from typing import Any

from app.core.columns import Column, Kind
from app.paper.forms import Order
from app.paper.ledger import Ledger, Section
from app.school import settings as words
from app.school.papers import signers
from app.store import settings

# The bureau's form (forms.csv 固定资产盘点表): what the book says, what was found, what differs, why and what becomes of it.
FULL_COLUMNS: tuple[Column, ...] = (
    Column("number", "资产编号", Kind.CODE, 28), Column("name", "名称", Kind.TEXT, 27), Column("model", "规格型号", Kind.TEXT, 21),
    Column("unit", "单位", Kind.CHOICE, 9), Column("quantity", "账面数", Kind.WHOLE, 11, total=True),
    Column("value", "账面原值", Kind.MONEY, 22, total=True), Column("status", "使用状况", Kind.CHOICE, 14),
    Column("user", "使用人", Kind.TEXT, 15),
    *(Column(key, title, Kind.WHOLE, 11, by_hand=True) for key, title in
      (("counted", "实盘数"), ("surplus", "盘盈"), ("missing", "盘亏"), ("damaged", "损坏"))),
    Column("found", "实际地点、使用人", Kind.TEXT, 26, by_hand=True), Column("difference", "差异原因", Kind.TEXT, 24, by_hand=True),
    Column("proposal", "处理意见", Kind.TEXT, 20, by_hand=True))
# Handed over at term start, looked through again at term end (三级管理): both times on the same sheet.
REGISTER_COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 30), Column("model", "规格型号", Kind.TEXT, 22), Column("unit", "单位", Kind.CHOICE, 9),
    Column("quantity", "期初数", Kind.WHOLE, 12, total=True), Column("state", "期初状况", Kind.TEXT, 18, by_hand=True),
    Column("later", "期末数", Kind.WHOLE, 12, by_hand=True), Column("later_state", "期末状况", Kind.TEXT, 18, by_hand=True),
    Column("lacking", "短少损坏", Kind.WHOLE, 14, by_hand=True), Column("cause", "原因", Kind.TEXT, 18, by_hand=True),
    Column("handling", "处理", Kind.TEXT, 16, by_hand=True))
_REGISTER_TIMES = ("期初登记", "期末复查")
_REGISTER_COPIES = "一式两份：班级（室）、总务部门各存一份。状况填完好、可修、损坏；原因填自然损耗、人为、报废、调出；处理填维修、赔偿、报损。"
ASSET_MANAGER = "资产管理员"


def full_sheet(sections: Sequence[Section], subtitle: str, order: Order) -> Ledger:
    """Give the bureau's 固定资产盘点表 of some rooms, whichever day's figures they hold."""
    return Ledger(
        title=f"{settings.value(words.NAME)}固定资产盘点表", subtitle=f"{subtitle}　金额单位：元", columns=FULL_COLUMNS, sections=sections,
        orientation=order.lies, sections_on_new_page=order.own_pages, page_total="本页小计", fill=order.own_pages,
        grand_total="" if order.own_pages or len(sections) < 2 else "总计", row_height=8.0, signatures=_full_signers(()),
        date_label="盘点日期", copies=settings.value(words.COPIES))


def full_signers(classroom: bool) -> list[str]:
    """Give who signs the bureau's sheet of a room: two who count, who watches, who keeps, who answers for the school under its seal."""
    return _full_signers(signers(words.KEEPER, *([words.PUPIL] if classroom else [])))


def _full_signers(of_the_room: Sequence[str]) -> list[str]:
    head = settings.value(words.HEAD)
    return [*signers(words.STOCKTAKER, words.STOCKTAKER, words.OBSERVER), *of_the_room, ASSET_MANAGER, *signers(words.DIRECTOR),
            *([f"{head}（公章）"] if head else [])]


def parted(held: Sequence[tuple[str, int, int]]) -> str:
    """Say what of a room's total is 固定资产 and what 低值易耗品, which are booked apart, from (category, kinds, pieces); "" of an empty room.

    What has no category (a card that was deleted before its category was frozen) is said to be so, as the parts come to the total.
    """
    if len(held) == 1 and held[0][0]:
        return f"均为{held[0][0]}；"
    return "、".join(f"{category or '类别不详'} {kinds:,} 种 {pieces:,} 件" for category, kinds, pieces in held) + ("；" if held else "")


def registered(things: Iterable[Sequence[Any]]) -> list[tuple[object, ...]]:
    """Give the rows of a register from (name, model, unit, pieces): what is alike stands on one line, as a hand counts it."""
    pieces: dict[tuple[str, str, str], int] = {}
    for name, model, unit, quantity in things:
        pieces[name, model, unit] = pieces.get((name, model, unit), 0) + quantity
    return [(*thing, count, *[None] * 6) for thing, count in pieces.items()]


def register_sheet(sections: Sequence[Section], subtitle: str, order: Order) -> Ledger:
    """Give the 班级（室）校产登记表 of some rooms: each on pages of its own, as each is signed for twice and filed alone."""
    return Ledger(
        title=f"{settings.value(words.NAME)}班级（室）校产登记表", subtitle=subtitle, columns=REGISTER_COLUMNS, sections=sections,
        orientation=order.lies, sections_on_new_page=True, signatures=register_signers(True), signed_at=_REGISTER_TIMES,
        date_label="日期", row_height=8.0, copies=_REGISTER_COPIES)


def register_signers(classroom: bool) -> list[str]:
    """Give who signs for a class's room (pupils, 班主任) or another (室长), and the office's keeper of the ledger."""
    return [*(signers(words.PUPIL) if classroom else []), "班主任" if classroom else "室长", ASSET_MANAGER]
