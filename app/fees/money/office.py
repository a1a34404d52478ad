"""办公费: what the office itself spends, line by line, as the month's report to school and bureau lists it beside the fees.

It belongs to no term and to no pupil. The accountant's book stands for itself; this is what the office reports of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.drafts import drafts_of, require_right
from app.core.errors import Problem, Refused
from app.core.money import MOST_FEN, format_fen
from app.core.month_marks import month_words
from app.fees.money.monthly import month_of
from app.fees.money.rules import check_day, check_words
from app.fees.tables import OfficeExpense
from app.school.figures import office_spending
from app.store import journal
from app.store.database import by_name, database
from app.store.journal import Counted, Step
from app.store.listing import TableList

LINES: tuple[Column, ...] = (
    Column("dated_on", "日期", Kind.DAY, 23),
    Column("purpose", "用途", Kind.TEXT, 44, names=("摘要", "事项", "项目", "内容", "开支内容")),
    Column("fen", "金额", Kind.MONEY, 24, total=True, names=("支出金额", "金额（元）", "支出")),
    Column("supplier", "收款单位", Kind.TEXT, 34, names=("供应商", "商家", "收款人")),
    Column("number", "票据号码", Kind.CODE, 30, names=("发票号码", "票号", "凭证号")),
    Column("handler", "经手人", Kind.TEXT, 18, names=("经办人",)),
    Column("remark", "备注", Kind.TEXT, 30),
)
FROM_ELSEWHERE = "采购报销"     # the remark of a line that was not typed here
LINE_LIST = TableList(
    LINES, "office_expense o", own=("o.dated_on DESC", "o.id DESC"),
    words="instr(folded(o.purpose || ' ' || o.supplier || ' ' || o.number || ' ' || o.handler || ' ' || o.remark), ?)",
    filters={"month": "substr(o.dated_on, 1, 7) = ?"}, fen="o.fen")
"""The lines, the latest first; ``month`` (2026-10) narrows them."""


@dataclass(frozen=True, slots=True)
class OfficeDraft:
    """A line as it is typed; ``fen`` below zero takes back a part of another."""

    dated_on: date | None = None
    purpose: str = ""
    fen: int | None = None
    supplier: str = ""
    number: str = ""
    handler: str = ""
    remark: str = ""


def check_line(draft: OfficeDraft) -> list[Problem]:
    """Check a line: a day that has come, what for, an amount."""
    problems = check_day("dated_on", "日期", draft.dated_on, clock.today())
    if not draft.purpose:
        problems.append(Problem("purpose", "请写这笔钱用在什么地方。"))
    if not draft.fen or abs(draft.fen) > MOST_FEN:
        problems.append(Problem("fen", "请填金额，不能是零；冲回的填负数。"))
    words = {key: getattr(draft, key) for key in ("purpose", "supplier", "number", "handler", "remark")}
    return problems + check_words(**words)


def write_lines(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> Step | None:
    """Write cells of lines and add lines as one step, its ``made`` the new ones. Raises ``Invalid`` with every problem."""
    with journal.operation(f"登记办公费 {len(added)} 笔" if added else f"修改办公费 {len(changed)} 笔") as work:
        drafts = drafts_of(changed, added, _standing, OfficeDraft())
        require_right(drafts, lambda _, draft: check_line(draft))
        for row, draft in drafts.items():
            values = {key: getattr(draft, key) for key in OfficeDraft.__dataclass_fields__}
            if row < 0:
                work.made(int(OfficeExpense.insert(**values).execute()))
            else:
                OfficeExpense.update(**values).where(OfficeExpense.id == row).execute()
    return work.step


def _standing(identity: int) -> OfficeDraft:
    rows = by_name("SELECT dated_on, purpose, fen, supplier, number, handler, remark FROM office_expense WHERE id = ?", (identity,))
    if not rows:
        raise Refused("这笔办公费已经不在了，请刷新后再试。")
    return OfficeDraft(**{**rows[0], "dated_on": date.fromisoformat(rows[0]["dated_on"])})


def remove_lines(ids: Sequence[int]) -> Counted:
    """Remove lines, which undo and the recycle bin bring back; gives how many."""
    with journal.operation(f"删除办公费 {len(ids)} 笔") as work:
        count = OfficeExpense.delete().where(OfficeExpense.id.in_(list(ids))).execute()
    return Counted(int(count), work.step)


def months() -> list[tuple[str, str]]:
    """Give the months that have lines, the latest first: 2026-10 and how it is said."""
    rows = database.execute_sql("SELECT DISTINCT substr(dated_on, 1, 7) FROM office_expense ORDER BY 1 DESC").fetchall()
    return [(month, month_words(date.fromisoformat(f"{month}-01"))) for (month,) in rows]


def lines_of(day: date) -> list[OfficeDraft]:
    """Give the lines of a day's month by day: those typed here, and what other features spent of 办公费 (``app/school/figures.py``)."""
    rows = by_name("""SELECT dated_on, purpose, fen, supplier, number, handler, remark FROM office_expense
                      WHERE substr(dated_on, 1, 7) = ? ORDER BY dated_on, id""", (f"{day:%Y-%m}",))
    typed = [OfficeDraft(**{**row, "dated_on": date.fromisoformat(row["dated_on"])}) for row in rows]
    others = [OfficeDraft(each.dated_on, each.purpose, each.fen, each.supplier, each.number, each.handler, FROM_ELSEWHERE)
              for each in office_spending(*month_of(day))]
    return sorted([*typed, *others], key=lambda line: line.dated_on or day)


def report_rows(day: date) -> list[tuple[object, ...]]:
    """Give the lines of a month as rows of the month's report, amounts as words: they are in none of its sums, which are of fees."""
    return [(f"{each.purpose}（{each.supplier}）" if each.supplier else each.purpose, None, None, format_fen(each.fen or 0), *[None] * 5)
            for each in lines_of(day)]


def report_words(day: date) -> str:
    """Say what the lines of a month come to: 共 2 笔，支出 1,980.00 元."""
    found = lines_of(day)
    return f"共 {len(found)} 笔，支出 {format_fen(sum(each.fen or 0 for each in found))} 元"
