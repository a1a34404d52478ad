"""Papers of a count (盘点表 blank and filled, 差异审批表) and of a 分发表 (the list to sign, a cover for each class)."""

from collections.abc import Sequence
from pathlib import Path

from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.core.terms import chinese_day
from app.paper.book import Printed
from app.paper.forms import Form, Order
from app.paper.ledger import Ledger, Section, write_ledger
from app.paper.slips import Slip, write_slips
from app.school import settings as words
from app.school.papers import style
from app.stock import counts, plans, rules
from app.stock.counts import CountLine, CountRow
from app.stock.plans import PlanLine, PlanRow
from app.stock.settings import ISSUE_COPIES
from app.store import settings

_THING = (Column("name", "品名", Kind.TEXT, 40), Column("spec", "规格", Kind.TEXT, 30), Column("unit", "单位", Kind.CHOICE, 12))
BLANK: tuple[Column, ...] = (
    *_THING, Column("book", "账面数量", Kind.QUANTITY, 20), Column("counted", "实盘数量", Kind.QUANTITY, 22, by_hand=True),
    Column("remark", "差异原因、备注", Kind.TEXT, 40, by_hand=True))
DIFFERENCES: tuple[Column, ...] = (
    *_THING, Column("book", "账面数量", Kind.QUANTITY, 20), Column("counted", "实盘数量", Kind.QUANTITY, 20),
    Column("more", "盘盈数量", Kind.QUANTITY, 18), Column("more_fen", "盘盈金额", Kind.MONEY, 22, total=True),
    Column("less", "盘亏数量", Kind.QUANTITY, 18), Column("less_fen", "盘亏金额", Kind.MONEY, 22, total=True),
    Column("reason", "差异原因", Kind.TEXT, 44))
_MATRIX_ITEMS = 7      # items of a 分发表 that stand side by side; more are listed below each other


def _titled(title: str) -> str:
    return f"{settings.value(words.NAME)}{title}"


# --- counts ------------------------------------------------------------------------------------------------------


def _count(order: Order) -> CountRow:
    """Give the count that a paper is about, the latest where it names none."""
    if order.about:
        return counts.require(order.about)
    found = next((row for row in counts.counts() if row.state != rules.VOID), None)
    if found is None:
        raise Refused("还没有库存盘点，没有可打印的内容。请先开始一次盘点。")
    return found


def _count_scope(order: Order) -> str:
    row = _count(order)
    return f"{row.number} {row.storeroom}"


def _below(row: CountRow) -> str:
    return f"{row.storeroom}　{row.number}　账面日期：{chinese_day(row.base_date)}" + (f"　类别：{row.category}" if row.category else "")


def _sections(lines: Sequence[CountLine], values: Sequence[Sequence[object]]) -> list[Section]:
    found: dict[str, list[Sequence[object]]] = {}
    for line, each in zip(lines, values, strict=True):
        found.setdefault(line.category or "未分类", []).append(each)
    return [Section((f"类别：{category}", "", f"{len(each)} 种"), each) for category, each in found.items()]


def write_blank(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 库存盘点表 with the book's figures, counts left to the pen."""
    row = _count(order)
    lines = counts.lines(row.id)
    sections = _sections(lines, [(line.name, line.spec, line.unit, line.book, None, None) for line in lines])
    return write_ledger(Ledger(
        _titled("库存盘点表"), BLANK, sections, _below(row), serial="book", row_height=8.0, signatures=("保管员", "盘点人", "监盘人"),
        date_label="盘点日期", copies="一式两份：仓库、会计各一份"), path, progress, style())


def _difference(line: CountLine) -> tuple[object, ...]:
    worth, more = line.worth() or 0, line.difference > 0
    return (line.name, line.spec, line.unit, line.book, line.counted, line.difference if more else None, worth if more else None,
            -line.difference if line.difference < 0 else None, -worth if line.difference < 0 else None, line.reason)


def write_filled(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 库存盘点表 with what was counted."""
    row = _count(order)
    lines = counts.lines(row.id)
    return write_ledger(Ledger(
        _titled("库存盘点表（盘点结果）"), DIFFERENCES, _sections(lines, [_difference(line) for line in lines]), f"{_below(row)}　金额单位：元",
        orientation="landscape", serial="book", page_total="本页小计", grand_total="合计", fill=False,
        signatures=("保管员", "盘点人", "监盘人"), date_label="盘点日期"), path, progress, style())


def write_differences(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 差异审批表: the lines that differ with their reasons, and boxes for those who approve."""
    row = _count(order)
    differing = [line for line in counts.lines(row.id) if line.difference]
    approved = f"批准：{row.approver} {row.approval_no}　{chinese_day(row.approved_on)}" if row.approved_on else "批准后据此调整库存账"
    return write_ledger(Ledger(
        _titled("库存盘点差异审批表"), DIFFERENCES, [Section(rows=[_difference(line) for line in differing])],
        f"{_below(row)}　{row.team and f'盘点人：{row.team}　'}金额单位：元", ("", "", approved), "landscape", page_total="", grand_total="合计",
        row_height=8.0, signatures=("保管员", "盘点人", "会计", "总务主任", "校长（批准）"), date_label="批准日期",
        copies="一式三份：仓库、会计、总务处各一份"), path, progress, style())


# --- 分发表 ------------------------------------------------------------------------------------------------------


def _plan(order: Order) -> PlanRow:
    """Give the 分发表 that a paper is about, the latest where it names none."""
    found = plans.require(order.about) if order.about else next(iter(plans.plans()), None)
    if found is None:
        raise Refused("还没有分发表，没有可打印的内容。请先编一张。")
    return found


def _plan_scope(order: Order) -> str:
    return _plan(order).title


def write_plan(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write the 分发表 with a column to sign in: receivers × items while they have room side by side, else item by item."""
    row = _plan(order)
    lines = plans.plan_lines(row.id)
    items = list(dict.fromkeys((line.item, f"{line.name} {line.spec}".strip(), line.unit) for line in lines))
    day = f"发放日期：{chinese_day(row.issued_on)}" if row.issued_on else "发放日期：　　年　　月　　日"
    given = {(line.receiver, line.item): line.quantity for line in lines}
    receivers = list(dict.fromkeys((line.receiver, line.receiver_name) for line in lines))
    if len(items) <= _MATRIX_ITEMS:
        columns = (Column("who", row.kind, Kind.TEXT, 34),
                   *(Column(f"of{item}", f"{name}（{unit}）", Kind.QUANTITY, 22, total=True) for item, name, unit in items),
                   Column("sign", "签领", Kind.TEXT, 30, by_hand=True), Column("remark", "备注", Kind.TEXT, 22, by_hand=True))
        sections = [Section(rows=[(name, *(given.get((receiver, item)) for item, *_ in items), None, None) for receiver, name in receivers])]
    else:
        columns = (*_THING, Column("quantity", "数量", Kind.QUANTITY, 20), Column("sign", "签领", Kind.TEXT, 30, by_hand=True))
        sections = [Section((f"{row.kind}：{name}", "", ""), [(line.name, line.spec, line.unit, line.quantity, None)
                                                          for line in lines if line.receiver == receiver]) for receiver, name in receivers]
    return write_ledger(Ledger(
        _titled("物品分发表"), columns, sections, f"{row.title}　{row.storeroom}", ("", "", day), order.lies, serial="book",
        grand_total="合计" if len(items) <= _MATRIX_ITEMS else "", row_height=9.0, signatures=("保管员", "总务主任"), date_label="日期"),
        path, progress, style())


_COVER = (Column("name", "品名", Kind.TEXT, 56), Column("spec", "规格", Kind.TEXT, 44), Column("unit", "单位", Kind.CHOICE, 16),
          Column("quantity", "数量", Kind.QUANTITY, 24), Column("fen", "金额（元）", Kind.MONEY, 28))


def write_covers(order: Order, path: Path, progress: Progress = silent) -> Printed:
    """Write one cover a class (or person) of a 分发表 that is handed out: what it gets, and who signs for it."""
    row = _plan(order)
    if not row.issued_on:
        raise Refused(f"“{row.title}”还没有发放，没有金额可打印。请先发放，或打印分发表。")
    found: dict[str, list[PlanLine]] = {}
    for line in plans.plan_lines(row.id):
        if line.movement is not None:
            found.setdefault(line.receiver_name, []).append(line)
    day = chinese_day(row.issued_on)
    signers = ("领取人", "班主任" if row.kind == rules.TO_CLASSES else "部门负责人", "保管员")
    slips = [Slip(_titled("物品领取单"), "", [(row.kind, name), ("发放日期", day), ("名称", row.title), ("保管室", row.storeroom)],
                  _COVER, [(line.name, line.spec, line.unit, line.quantity, line.fen) for line in lines],
                  sum(line.fen or 0 for line in lines), signers, copies=settings.value(ISSUE_COPIES)) for name, lines in found.items()]
    if not slips:
        raise Refused("这次发放的领用单都作废了，没有可打印的内容。")
    return write_slips("物品领取单", slips, path, progress, style())


FORMS: tuple[Form, ...] = (
    Form("stock-count", "库存盘点表（空白）", write_blank, _count_scope, about="stock_count"),
    Form("stock-count-filled", "库存盘点表（盘点结果）", write_filled, _count_scope, orientation="landscape", about="stock_count"),
    Form("stock-differences", "库存盘点差异审批表", write_differences, _count_scope, orientation="landscape", about="stock_count"),
    Form("stock-plan", "分发表", write_plan, _plan_scope, ("orientation",), "landscape", about="stock_plan"),
    Form("stock-covers", "物品领取单（每班一张）", write_covers, _plan_scope, about="stock_plan"),
)
