"""The journal as a list: every step that was made, newest first. Undo and redo themselves are left out."""

from app.core.columns import Column, Kind
from app.store.listing import TableList

UNDONE = "已撤销"
STEPS: tuple[Column, ...] = (
    Column("at", "时间", Kind.CODE), Column("who", "操作人", Kind.CODE, person=True), Column("title", "内容"),
    Column("day", "业务日期", Kind.DAY), Column("rows", "涉及记录", Kind.WHOLE), Column("state", "状态", Kind.CHOICE),
)
STEP_LIST = TableList(
    STEPS,
    "operation o",
    values={
        "at": "substr(o.entered_at, 1, 16)",
        "day": "o.business_date",
        "state": f"iif(o.undone, '{UNDONE}', '')",
        "rows": "(SELECT count(*) FROM change c WHERE c.operation_id = o.id)"
                " + coalesce((SELECT changes FROM packed_operation p WHERE p.id = o.id), 0)",
    },
    own=("o.id DESC",),
    words="instr(folded(o.title || ' ' || o.who || ' ' || o.entered_at || ' ' || o.business_date), ?)",
    filters={"kind": "o.kind = ?"},
    defaults={"kind": "do"},
    filled=frozenset({"at", "rows"}),
)
