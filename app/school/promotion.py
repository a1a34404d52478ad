"""升级: every class rises into the next school year, those of the last grade leave. Looked at first, done as one step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.errors import Refused
from app.core.terms import school_year_title
from app.school import pupil_rules, roster, rules
from app.school.pupil_rules import GRADUATED, MOVED_UP
from app.school.tables import Enrolment, SchoolClass
from app.store import database, journal
from app.store.database import database as ledger
from app.store.database import scalar
from app.store.journal import Counted

_ENDS_OF_STAGES = (9, 12)     # 初中毕业, 高中毕业: who goes on there is enrolled anew, by examination


@dataclass(frozen=True, slots=True)
class Rise:
    """What becomes of one class: its pupils rise into ``to_name`` (``to_class`` where that class is there already), or leave.

    ``staying`` counts pupils who are in a class of the next year already: they are left alone.
    """

    class_id: int
    name: str
    grade: int
    number: int
    pupils: int
    staying: int
    graduates: bool
    to_name: str
    to_class: int | None


@dataclass(frozen=True, slots=True)
class Promotion:
    """A promotion as it would be: from one school year to the next, classes in order, and its two days.

    ``starts_on`` is the first day in the new classes; ``leaves_on`` the first day on which graduates are no longer there.
    """

    year: int
    starts_on: date
    leaves_on: date
    rises: tuple[Rise, ...]

    @property
    def rising(self) -> int:
        """Give how many pupils rise."""
        return sum(each.pupils for each in self.rises if not each.graduates)

    @property
    def leaving(self) -> int:
        """Give how many pupils graduate."""
        return sum(each.pupils for each in self.rises if each.graduates)

    @property
    def new_classes(self) -> int:
        """Give how many classes are made."""
        return sum(each.to_class is None and not each.graduates and each.pupils > 0 for each in self.rises)


def year_to_rise() -> int:
    """Give the latest school year that has pupils in its classes, the current one where none has."""
    year = scalar("""SELECT max(c.school_year) FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
                     WHERE e.left_on IS NULL""")
    return int(year) if year is not None else roster.current_year()


def usual_graduates(year: int) -> frozenset[int]:
    """Give the grades that leave at the end of a year: the highest of the school, and the end of 初中 and 高中."""
    grades = roster.grades_of(year)
    return frozenset({max(grades), *(grade for grade in _ENDS_OF_STAGES if grade in grades)}) if grades else frozenset()


def look(year: int | None = None, graduating: Collection[int] | None = None, starts_on: date | None = None,
         leaves_on: date | None = None) -> Promotion:
    """Give what ``promote`` would do; nothing is written. Grades, days and year are the usual ones unless given."""
    year = year_to_rise() if year is None else year
    graduating = usual_graduates(year) if graduating is None else graduating
    known = {(grade, number): (identity, name) for identity, grade, number, name in ledger.execute_sql(
        "SELECT id, grade, number, name FROM school_class WHERE school_year = ?", (year + 1,)).fetchall()}
    rises = []
    for identity, name, grade, number in ledger.execute_sql(
        "SELECT id, name, grade, number FROM school_class WHERE school_year = ? ORDER BY grade, number", (year,)
    ).fetchall():
        leaves = grade in graduating or grade >= rules.HIGHEST_GRADE
        there = None if leaves else known.get((grade + 1, number))
        to_name = "" if leaves else there[1] if there else pupil_rules.risen_name(name, grade, number)
        going, staying = len(_going(identity, year, leaves)), 0 if leaves else _already_there(identity, year)
        rises.append(Rise(identity, name, grade, number, going, staying, leaves, to_name, there[0] if there else None))
    return Promotion(
        year,
        starts_on or roster.first_day(year + 1),
        leaves_on or roster.last_day(year) + timedelta(days=1),
        tuple(rises),
    )


def promote(plan: Promotion, keep_rooms: bool = True) -> Counted:
    """Do what a promotion shows, as one step; gives how many pupils rose or left.

    New classes take over 班主任 and, with ``keep_rooms``, the room; those that are there already stay as they are. Seats are
    kept. Looked at again inside the step: ``Refused`` where the roster changed since, or where nothing is left to do.
    """
    with journal.operation(f"升级到 {school_year_title(plan.year + 1)}", plan.starts_on) as work:
        graduating = {each.grade for each in plan.rises if each.graduates}
        if look(plan.year, graduating, plan.starts_on, plan.leaves_on) != plan:
            raise Refused("名册在预览之后又有改动，请重新打开“升级到新学年”核对一遍。")
        if not plan.rising and not plan.leaving:
            raise Refused(f"{school_year_title(plan.year)}没有可以升级的学生，可能已经升过级了。")
        _require_days(plan)
        for each in plan.rises:
            if each.graduates:
                _leave(_going(each.class_id, plan.year, True), plan.leaves_on, GRADUATED)
            elif each.pupils:
                _rise(each, plan, keep_rooms)
        work.rename(f"升级到 {school_year_title(plan.year + 1)}：{plan.rising} 人升级，{plan.leaving} 人毕业")
    return Counted(plan.rising + plan.leaving, work.step)


def _require_days(plan: Promotion) -> None:
    if not date(plan.year + 1, 7, 1) <= plan.starts_on <= date(plan.year + 2, 8, 31):
        raise Refused(f"新学年开始日期 {plan.starts_on} 不在 {school_year_title(plan.year + 1)}里，请核对年份。")
    latest = scalar("""SELECT max(e.joined_on) FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
                       WHERE c.school_year = ? AND e.left_on IS NULL""", (plan.year,))
    if latest and date.fromisoformat(latest) > min(plan.starts_on, plan.leaves_on):
        raise Refused(f"有学生是 {latest} 才入班的，升级和毕业的日期不能早于这一天。请先核对入班日期。")


def _rise(each: Rise, plan: Promotion, keep_rooms: bool) -> None:
    going = _going(each.class_id, plan.year, False)
    target = each.to_class or _new_class(each, plan.year + 1, keep_rooms)
    _leave(going, plan.starts_on, MOVED_UP)
    database.insert_rows(Enrolment, ["pupil_id", "school_class_id", "seat", "joined_on", "reason"],
                         [(pupil, target, seat, plan.starts_on.isoformat(), "") for _, pupil, seat in going])


def _new_class(each: Rise, year: int, keep_rooms: bool) -> int:
    teacher, place = ledger.execute_sql(
        "SELECT teacher_id, place_id FROM school_class WHERE id = ?", (each.class_id,)).fetchone()
    return int(
        SchoolClass.insert(
            school_year=year,
            grade=each.grade + 1,
            number=each.number,
            name=each.to_name,
            teacher=teacher,
            place=place if keep_rooms else None,
            keys=rules.class_keys(each.to_name, each.grade + 1, each.number),
        ).execute()
    )


def _leave(going: Sequence[tuple[Any, ...]], day: date, reason: str) -> None:
    ledger.cursor().executemany("UPDATE enrolment SET left_on = ?, reason = ? WHERE id = ?",
                                [(day.isoformat(), reason, enrolment) for enrolment, _, _ in going])


_NEXT_YEAR = """EXISTS (SELECT 1 FROM enrolment n JOIN school_class d ON d.id = n.school_class_id
                WHERE n.pupil_id = e.pupil_id AND d.school_year = ?)"""


def _going(class_id: int, year: int, leaves: bool) -> list[tuple[Any, ...]]:
    """Give (enrolment, pupil, seat) of those still in a class who are not in one of the next year yet."""
    also = "" if leaves else f"AND NOT {_NEXT_YEAR}"
    return list(
        ledger.execute_sql(
            f"SELECT e.id, e.pupil_id, e.seat FROM enrolment e WHERE e.school_class_id = ? AND e.left_on IS NULL {also} ORDER BY e.id",
            (class_id,) if leaves else (class_id, year + 1),
        ).fetchall()
    )


def _already_there(class_id: int, year: int) -> int:
    return int(
        scalar(
            f"SELECT count(*) FROM enrolment e WHERE e.school_class_id = ? AND e.left_on IS NULL AND {_NEXT_YEAR}",
            (class_id, year + 1),
        )
    )
