"""The budget of a calendar year, line by line: planned, committed, spent, left. Off until a line exists; then it warns."""

from collections.abc import Collection
from dataclasses import dataclass

from app.core import clock
from app.core.columns import Column, Kind
from app.core.listing import MemoryList
from app.purchasing import rules
from app.school import figures
from app.store.database import by_name, database, scalar

COLUMNS: tuple[Column, ...] = (
    Column("year", "年度", Kind.CODE, 16), Column("name", "预算项目", Kind.TEXT, 50, names=("项目", "科目", "预算科目", "经费项目")),
    Column("fen", "预算金额", Kind.MONEY, 28, total=True, names=("预算", "预算数", "批复金额")),
    Column("committed", "已批未付", Kind.MONEY, 28, total=True), Column("spent", "已支出", Kind.MONEY, 28, total=True),
    Column("left", "结余", Kind.MONEY, 28, total=True), Column("share", "执行进度", Kind.CODE, 20),
    Column("document", "批复文号", Kind.TEXT, 36), Column("office", "计入办公费月报", Kind.CHOICE, 26), Column("remark", "备注", Kind.TEXT, 30),
    Column("state", "状态", Kind.CHOICE, 16, shown=False),
)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A line of the budget, 分: ``committed`` is wanted or accepted and not invoiced yet, ``spent`` what papers came in for."""

    id: int
    year: int
    name: str
    fen: int
    document: str
    office: bool
    active: bool
    remark: str
    committed: int
    spent: int

    @property
    def left(self) -> int:
        """Give what is left; below zero where the line is exceeded."""
        return self.fen - self.committed - self.spent

    @property
    def share(self) -> str:
        """Give how much of it was spent, in whole percents: 37%."""
        return f"{self.spent * 100 // self.fen}%" if self.fen else ""


# What a purchase will still cost of a budget line: what its lines come to less what papers came in for, never below zero.
_COMMITTED = f"""SELECT line, sum(max(expected - coalesce(had, 0), 0)) AS fen FROM (
    SELECT l.budget_line_id AS line, p.id AS purchase, sum(iif(p.state = '{rules.DONE}', coalesce(a.fen, 0),
           coalesce(a.fen, 0) + iif(l.quantity > coalesce(a.accepted, 0),
             max(coalesce(l.fen, (l.quantity * coalesce(l.price, 0) * 2 + 1000) / 2000) - coalesce(a.fen, 0), 0), 0))) AS expected
    FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id
    LEFT JOIN (SELECT x.line_id, sum(x.accepted) AS accepted, sum(x.fen) AS fen FROM purchase_acceptance_line x
               JOIN purchase_acceptance y ON y.id = x.acceptance_id AND y.voided_on IS NULL GROUP BY 1) a ON a.line_id = l.id
    WHERE p.voided_on IS NULL AND p.state <> '{rules.REFUSED}' AND l.budget_line_id IS NOT NULL GROUP BY 1, 2) e
    LEFT JOIN (SELECT purchase_id, budget_line_id, sum(fen) AS had FROM purchase_invoice_share WHERE voided_on IS NULL GROUP BY 1, 2) h
      ON h.purchase_id = e.purchase AND h.budget_line_id = e.line
    GROUP BY line"""


def lines(year: int | None = None) -> list[BudgetRow]:
    """Give the lines of a calendar year, of all years (the latest first) where none is named."""
    rows = by_name(
        f"""SELECT b.id, b.year, b.name, b.fen, b.document, b.office, b.active, b.remark, coalesce(c.fen, 0) AS committed,
                coalesce(s.fen, 0) AS spent
            FROM budget_line b LEFT JOIN ({_COMMITTED}) c ON c.line = b.id
            LEFT JOIN (SELECT budget_line_id, sum(fen) AS fen FROM purchase_invoice_share WHERE voided_on IS NULL GROUP BY 1) s
              ON s.budget_line_id = b.id
            WHERE ?1 IS NULL OR b.year = ?1 ORDER BY b.year DESC, b.position, b.id""", (year,))
    more = figures.spent_of_budget()
    return [BudgetRow(**{**row, "spent": row["spent"] + more.get(row["id"], 0), "office": bool(row["office"]), "active": bool(row["active"])})
            for row in rows]


def in_use(year: int) -> bool:
    """Whether a year has a budget; without one nothing is asked about it."""
    return scalar("SELECT 1 FROM budget_line WHERE year = ? LIMIT 1", (year,)) is not None


def exceeded(year: int, wanted: Collection[int]) -> list[tuple[str, int]]:
    """Give of some lines those that are exceeded, and by how much."""
    return [(row.name, -row.left) for row in lines(year) if row.id in wanted and row.left < 0] if wanted else []


def years() -> list[int]:
    """Give the years that have a budget or purchases, the latest first."""
    return [int(year) for (year,) in database.execute_sql(
        """SELECT year FROM budget_line UNION
           SELECT CAST(substr(coalesce(bought_on, requested_on), 1, 4) AS INTEGER) FROM purchase ORDER BY 1 DESC""").fetchall()]


def listing() -> MemoryList:
    """Give the list of one year's lines: this year's, unless ``year`` names another. Sums over several years would mean nothing."""
    return MemoryList(COLUMNS, _rows, filters={"year": lambda row, year: row[1] == str(year or clock.today().year)}, defaults={"year": 0})


def _rows() -> list[tuple[object, ...]]:
    return [(row.id, str(row.year), row.name, row.fen, row.committed, row.spent, row.left, row.share, row.document, "是" if row.office else "",
             row.remark, "启用" if row.active else "停用") for row in lines()]
