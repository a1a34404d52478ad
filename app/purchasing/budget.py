"""Writing the budget: its lines as a grid gives them, and the lines of another year as a start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core.drafts import drafts_of, require_right
from app.core.errors import Invalid, Problem, Refused
from app.core.money import MOST_FEN
from app.core.pinyin import fold
from app.purchasing import budgets, rules
from app.purchasing.tables import BudgetLine
from app.school import uses
from app.store import journal
from app.store.database import by_name
from app.store.journal import Counted, Step

EARLIEST, LATEST = 2000, 2100
OFFICE, OTHER = "是", ""


@dataclass(frozen=True, slots=True)
class BudgetDraft:
    """A line as it is typed; ``office`` 是 where the monthly report counts it as 办公费."""

    year: int | None = None
    name: str = ""
    fen: int | None = None
    document: str = ""
    office: str = OTHER
    remark: str = ""


def write_lines(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> Step | None:
    """Write cells of budget lines and add lines as one step, its ``made`` the new ones. Raises ``Invalid`` with every problem."""
    with journal.operation(f"登记预算 {len(added)} 项" if added else f"修改预算 {len(changed)} 项") as work:
        drafts = drafts_of(changed, added, _standing, BudgetDraft())
        known = {(row.year, fold(row.name)): row.id for row in budgets.lines()}
        require_right(drafts, lambda row, draft: [*check_line(draft), *_taken(row, draft, drafts, known)])
        for row, draft in drafts.items():
            values = {"year": draft.year, "name": draft.name, "fen": draft.fen, "document": draft.document, "remark": draft.remark,
                      "office": int(draft.office == OFFICE)}
            if row < 0:
                work.made(int(BudgetLine.insert(**values).execute()))
            else:
                BudgetLine.update(**values).where(BudgetLine.id == row).execute()
    return work.step


def check_line(draft: BudgetDraft) -> list[Problem]:
    """Check a line: its year, name and amount."""
    problems = []
    if draft.year is None or not EARLIEST <= draft.year <= LATEST:
        problems.append(Problem("year", f"年度请填 {EARLIEST} 到 {LATEST} 的年份，例如 2026。"))
    if not draft.name:
        problems.append(Problem("name", "请填写预算项目。"))
    if draft.fen is None or not 0 <= draft.fen <= MOST_FEN:
        problems.append(Problem("fen", "请填写预算金额。"))
    if draft.office not in (OFFICE, OTHER, "否"):
        problems.append(Problem("office", "计入办公费月报请填“是”或留空。"))
    return problems + rules.check_words(name=draft.name, document=draft.document, remark=draft.remark)


def _taken(row: int, draft: BudgetDraft, drafts: Mapping[int, BudgetDraft], known: Mapping[tuple[int, str], int]) -> list[Problem]:
    key = (draft.year or 0, fold(draft.name))
    twice = any(other != row and (each.year or 0, fold(each.name)) == key for other, each in drafts.items())
    holder = known.get(key, row)
    if twice or holder != row:      # a name that another line gives up in the same step is still taken
        return [Problem("name", f"{draft.year}年已经有“{draft.name}”这个预算项目了。")]
    return []


def _standing(identity: int) -> BudgetDraft:
    rows = by_name("SELECT year, name, fen, document, iif(office, '是', '') AS office, remark FROM budget_line WHERE id = ?", (identity,))
    if not rows:
        raise Refused("这个预算项目已经不在了，请刷新后再试。")
    return BudgetDraft(**rows[0])


def remove_lines(ids: Sequence[int]) -> Counted:
    """Remove lines that nothing was bought from; ``Refused`` names the first that is in use."""
    rows = {row.id: row for row in budgets.lines() if row.id in ids}
    with journal.operation(f"删除预算 {len(rows)} 项") as work:
        for identity, row in rows.items():
            uses.require_unused("budget_line", identity, row.name, "请先给它们换一个预算项目。")
        count = int(BudgetLine.delete().where(BudgetLine.id.in_(list(rows))).execute())
    return Counted(count, work.step)


def copy_year(before: int, year: int) -> Step:
    """Take the lines of a year over into another, amounts and all, leaving out those that are there; ``Refused`` where none is left."""
    with journal.operation(f"从 {before} 年复制 {year} 年预算") as work:
        there = {fold(row.name) for row in budgets.lines(year)}
        fresh = [row for row in budgets.lines(before) if row.active and fold(row.name) not in there]
        if not EARLIEST <= year <= LATEST:
            raise Invalid([Problem("year", f"年度请填 {EARLIEST} 到 {LATEST} 的年份。")])
        if not fresh:
            raise Refused(f"{before}年没有可以复制到 {year}年的预算项目。")
        for at, row in enumerate(fresh):
            work.made(int(BudgetLine.insert(year=year, name=row.name, fen=row.fen, office=int(row.office), position=at).execute()))
    return work.done
