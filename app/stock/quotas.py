"""How much a department or a class may take in a term: going past it warns, and forbids nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.core.errors import Invalid, Problem
from app.core.money import MOST_FEN, format_fen
from app.school import queries as school
from app.stock.rules import Receiver
from app.stock.tables import StockQuota
from app.store.database import database, scalar
from app.store.journal import Step, operation


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A department or class with its quota of a term (None where it has none) and what it took so far, in 分."""

    department: int | None
    school_class: int | None
    name: str
    fen: int | None
    taken: int

    @property
    def left(self) -> int | None:
        """Give what is left, below zero where more was taken, None without a quota."""
        return None if self.fen is None else self.fen - self.taken


_TAKEN = """SELECT coalesce(sum(iif(m.kind = '价差', m.difference, -m.fen)), 0) FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
            WHERE m.stands AND m.kind IN ('领用', '退库', '价差') AND m.booked_on BETWEEN ? AND ? AND s.{} = ?"""


def quotas(term: int) -> list[QuotaRow]:
    """Give every department, and every class of the term's school year, with its quota and what it took in the term."""
    found = next(row for row in school.terms() if row.id == term)
    rows = [("department_id", identity, None, name) for identity, name in database.execute_sql(
        "SELECT id, name FROM department ORDER BY position, id").fetchall()]
    rows += [("school_class_id", None, identity, name) for identity, name in database.execute_sql(
        "SELECT id, name FROM school_class WHERE school_year = ? ORDER BY grade, number", (found.name.school_year,)).fetchall()]
    return [QuotaRow(department, each, name, _quota(term, department, each),
                     _taken(column, department or each or 0, found.starts_on, found.ends_on)) for column, department, each, name in rows]


def _quota(term: int, department: int | None, school_class: int | None) -> int | None:
    return scalar("SELECT fen FROM stock_quota WHERE term_id = ? AND department_id IS ? AND school_class_id IS ?",
                  (term, department, school_class))


def _taken(column: str, identity: int, first: date, last: date) -> int:
    return int(scalar(_TAKEN.format(column), (first.isoformat(), last.isoformat(), identity)))


def write_quotas(term: int, typed: Mapping[tuple[int | None, int | None], int | None]) -> Step | None:
    """Write quotas ((department, class) → 分, None for none) of a term as one step."""
    if any(fen is not None and not 0 <= fen <= MOST_FEN for fen in typed.values()):
        raise Invalid([Problem("fen", "额度应是 0 元以上的数，没有额度的空着。")])
    with operation("修改领用额度") as work:
        for (department, each), fen in typed.items():
            standing = _quota(term, department, each)
            where = (StockQuota.term == term) & (StockQuota.department.is_null() if department is None else StockQuota.department == department) & (
                StockQuota.school_class.is_null() if each is None else StockQuota.school_class == each)
            if fen is None:
                StockQuota.delete().where(where).execute()
            elif standing is None:
                StockQuota.insert(term=term, department=department, school_class=each, fen=fen).execute()
            else:
                StockQuota.update(fen=fen).where(where).execute()
    return work.step


def warning(to: Receiver, day: date) -> str:
    """Say where a receiver's department or class took more than its quota of the term of that day, "" where none did."""
    term = next((row for row in school.terms() if row.starts_on <= day <= row.ends_on), None)
    if term is None:
        return ""
    for column, department, each in (("department_id", to.department, None), ("school_class_id", None, to.school_class)):
        identity = department or each
        fen = _quota(term.id, department, each) if identity else None
        if identity and fen is not None and (taken := _taken(column, identity, term.starts_on, term.ends_on)) > fen:
            name = school.department_name(identity) if department else scalar("SELECT name FROM school_class WHERE id = ?", (identity,))
            return f"{name}本学期已领用 {format_fen(taken)} 元，超过额度 {format_fen(fen)} 元。"
    return ""
