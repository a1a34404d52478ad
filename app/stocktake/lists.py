"""The lists of the page: lines of a stocktake, what was found besides; searched, filtered, sorted, page by page."""

from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.stocktake import rules
from app.stocktake.queries import ALL_JOINS, CLASS_KEY, JOINS, PIECES, RESULT, ROOM_ORDER, SINCE
from app.store.database import scalar
from app.store.listing import TableList
from app.store.remembered import Remembered

LINES: tuple[Column, ...] = (
    Column("place", "账面地点", Kind.TEXT, 36),
    Column("number", "资产编号", Kind.CODE, 30),
    Column("name", "资产名称", Kind.TEXT, 32),
    Column("model", "规格型号", Kind.TEXT, 28),
    Column("quantity", "账面", Kind.WHOLE, 14, total=True),
    Column("counted", "实盘", Kind.WHOLE, 14, total=True),
    Column("damaged", "损坏", Kind.WHOLE, 12, total=True),
    Column("result", "结果", Kind.CHOICE, 22),
    Column("found_place", "实际地点", Kind.TEXT, 36),
    Column("found_status", "实际状况", Kind.CHOICE, 18),
    Column("reason", "差异原因", Kind.TEXT, 30),
    Column("remark", "备注", Kind.TEXT, 30),
    Column("since", "后来变动", Kind.TEXT, 36),
    Column("status", "账面状况", Kind.CHOICE, 18, shown=False),
    Column("mark", "在外或待处置", Kind.CHOICE, 20, shown=False),
    Column("keeper", "保管人", Kind.TEXT, 18, person=True, shown=False),
    Column("unit", "单位", Kind.CHOICE, 12, shown=False),
    Column("value", "账面价值", Kind.MONEY, 24, total=True, shown=False),
    Column("class_name", "分类", Kind.TEXT, 26, shown=False),
    Column("user", "使用人", Kind.TEXT, 18, person=True, shown=False),
    Column("counted_by", "录入人", Kind.TEXT, 18, person=True, shown=False),
    Column("counted_at", "录入时间", Kind.TEXT, 30, shown=False),
    Column("source", "录入方式", Kind.CHOICE, 18, shown=False),
)
FINDS: tuple[Column, ...] = (
    Column("code", "标签号", Kind.CODE, 28, names=("资产编号", "编号")),
    Column("name", "名称", Kind.TEXT, 32, names=("资产名称", "物品名称", "品名")),
    Column("model", "规格型号", Kind.TEXT, 28, names=("规格", "型号")), Column("unit", "单位", Kind.CHOICE, 12),
    Column("quantity", "数量", Kind.WHOLE, 13, total=True, names=("件数",)),
    Column("place", "发现地点", Kind.TEXT, 36, names=("地点", "存放地点", "房间")),
    Column("estimate", "估价（元/件）", Kind.MONEY, 24), Column("decision", "处理", Kind.CHOICE, 16),
    Column("reason", "原因", Kind.TEXT, 30), Column("remark", "备注", Kind.TEXT, 30),
    Column("found_at", "发现时间", Kind.TEXT, 30, shown=False), Column("source", "录入方式", Kind.CHOICE, 18, shown=False),
)
DIFFERING, UNEXPLAINED = "有差异", "未写原因"   # of all that differs; of 盘亏 and 盘盈 those that cannot be approved yet
_LOST_OR_MORE = f"({PIECES[rules.MISSING]} > 0 OR {PIECES[rules.SURPLUS]} > 0)"
_DIFFERS = f"{RESULT} IN ('{rules.MISSING}', '{rules.SURPLUS}', '{rules.MOVED}', '{rules.ALTERED}')"
_RESULT = f"iif({RESULT} = '{rules.AWAY}', l.mark, {RESULT})"
LINE_LIST = TableList(
    LINES,
    "stocktake_line l",
    JOINS,
    {
        "found_place": "coalesce(fp.path, '')",
        "damaged": "nullif(l.damaged, 0)",
        "since": f"({SINCE})",
        "result": _RESULT,
    },
    {"place": ("iif(l.place = '', NULL, coalesce(p.rank, '~'))", "l.place"), "found_place": ("fp.rank",)},
    (*ROOM_ORDER, "l.id"),
    words="""(instr(folded(l.number || ' ' || l.name || ' ' || l.model || ' ' || l.place || ' ' || l.keeper || ' ' ||
              l.remark || ' ' || l.reason), ?) OR l.asset_id IN (SELECT id FROM asset WHERE instr(keys, ?)))""",
    filters={
        "stocktake": "l.stocktake_id = ?",
        "room": "coalesce(l.place_id, 0) = ?",
        "keeper": "coalesce(l.keeper_id, 0) = ?",
        "class": f"{CLASS_KEY} = ?",
        "status": "l.status = ?",
        "mark": "l.mark = ?",
        "result": f"? IN ({RESULT}, iif({_DIFFERS}, '{DIFFERING}', ''), iif({_LOST_OR_MORE} AND l.reason = '', '{UNEXPLAINED}', ''))",
    },
    pieces="l.quantity",
    fen="l.value",
)
"""Lines of a stocktake, which the filter ``stocktake`` names; totals count lines, pieces on the book and their value (分).

Column ``result`` says 借出, 送修, 待处置 or 待核销 where that is why a thing is not there; column ``since`` what the ledger says
now, beside the frozen figures. Filter ``result`` is one of ``rules.RESULTS``, or ``DIFFERING`` or ``UNEXPLAINED``."""


def next_unseen(wish: Wish, line: int) -> int | None:
    """Give the first line after this one that nobody counted, going on at the top; None where all are counted.

    What is lent, in repair or awaiting disposal is passed over: nobody expects it there.
    """
    listed, parameters = LINE_LIST.placed(wish, "l.counted IS NULL AND l.mark = '' AS unseen")
    found = scalar(
        f"""WITH listed AS ({listed})
            SELECT id FROM listed WHERE unseen AND id <> ?
            ORDER BY at < coalesce((SELECT at FROM listed WHERE id = ?), 0), at LIMIT 1""", (*parameters, line, line))
    return None if found is None else int(found)


_changed_since: Remembered[int] = Remembered()  # cards are compared with what a line froze: counting it changes neither


def changed_since(stocktake: int) -> int:
    """Give how many lines' cards were moved, changed or deleted in the ledger since the stocktake was opened."""
    sql = f"SELECT count(*) FROM stocktake_line l {ALL_JOINS} WHERE l.stocktake_id = ? AND {SINCE} <> ''"
    return _changed_since.get(stocktake, lambda: int(scalar(sql, (stocktake,))), unmoved={"stocktake_line"})


# --- what was found besides --------------------------------------------------------------------------------------

FIND_LIST = TableList(
    FINDS,
    "stocktake_find f",
    {"p": "LEFT JOIN place p ON p.id = f.place_id"},
    {"place": "coalesce(p.path, '')"},
    {"place": ("p.rank",)},
    words="""instr(folded(f.code || ' ' || f.name || ' ' || f.model || ' ' || coalesce(p.keys, '') || ' ' || f.reason || ' ' ||
             f.remark), ?)""",
    filters={"stocktake": "f.stocktake_id = ?", "room": "coalesce(f.place_id, 0) = ?", "decision": "f.decision = ?"},
    pieces="f.quantity",
    fen="f.quantity * coalesce(f.estimate, 0)",
)
"""What was found without a card, as it was found; totals give pieces and estimated value (分)."""
