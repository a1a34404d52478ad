"""就餐登记 of a class and a month: the sheet as it is typed and printed, and writing it; the days that settling uses follow.

A count that a person typed in 实际数量 stays as it is until he takes it back or lets it be counted anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.errors import Invalid, Problem, Refused
from app.core.month_marks import MonthSheet, Thing, day_key, first_of, month_words
from app.fees.money import lists
from app.fees.money.attendance_facts import MARKS, Attendance, by_days, month_key
from app.fees.money.facts import Facts
from app.fees.tables import FeeAbsence, FeeAttendance, FeeUsage
from app.store import journal
from app.store.database import database, insert_rows
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class Noted:
    """What became of a sheet: its step (None where nothing changed), and how many counts stay as a person typed them."""

    step: Step | None
    by_hand: int = 0


def sheet(plan_id: int, item: int, class_id: int, month: date) -> MonthSheet:
    """Give the sheet of a class: who is in it for some of the month and takes part, by seat; the school days of the month.

    ``Thing.words`` are seat and name. Cells of days before somebody came or after he left are closed.
    """
    return _sheet(Attendance(_of_class(plan_id, class_id), item), class_id, first_of(month))


def _of_class(plan_id: int, class_id: int) -> Facts:
    """Give the facts of whoever is in a class at some time."""
    return Facts(plan_id, [pupil for (pupil,) in database.execute_sql(
        "SELECT DISTINCT pupil_id FROM enrolment WHERE school_class_id = ?", (class_id,)).fetchall()])


def _sheet(sheets: Attendance, class_id: int, month: date) -> MonthSheet:
    days = sheets.school_days(month)
    names = lists.names(sheets.facts)
    there: dict[int, set[date]] = {}
    seats: dict[int, int | None] = {}
    for seat in sheets.seats:
        if seat.class_id == class_id and seat.pupil in sheets.taking:
            open_days = {day for day in days if seat.first <= day <= seat.last}
            if open_days:
                there.setdefault(seat.pupil, set()).update(open_days)
                seats[seat.pupil] = seat.seat
    things = tuple(Thing(pupil, (seats[pupil], names[pupil].name)) for pupil in there)
    closed = frozenset((pupil, day) for pupil, open_days in there.items() for day in days if day not in open_days)
    signs = {pupil: {day: sign for day, sign in sheets.absent.get(pupil, {}).items() if day in open_days} for pupil, open_days in there.items()}
    return MonthSheet(month, MARKS, days, things, signs, closed, (class_id, month) in sheets.noted)


def note_month(plan_id: int, item: int, class_id: int, month: date, changed: Mapping[int, Mapping[date, str]] | None = None) -> Noted:
    """Write marks of a class's month (pupil → day → sign, "" for 就餐) as one step; the month is noted then, blank cells as 就餐.

    Nothing given notes that everybody ate on every day that is not marked. Raises ``Invalid`` with every cell that is wrong
    (``Problem.row`` the pupil, ``field`` the day's key): no school day, not in the class on that day, no such mark.
    """
    month = first_of(month)
    with journal.operation(f"就餐登记 {month_words(month)}") as work:
        facts = _of_class(plan_id, class_id)
        facts.head.after("record")
        if item not in {title.id for title in by_days(facts)}:
            raise Refused("这个项目在这个班不按天收，不用做就餐登记。")
        before = Attendance(facts, item)
        standing = _sheet(before, class_id, month)
        _require_right(standing, changed or {})
        units = before.units()
        _write_marks(item, standing, changed or {})
        if not standing.taken:
            FeeAttendance.insert(plan_item=item, school_class=class_id, month=month_key(month)).execute()
        kept = _count(facts, item, units)
        work.rename(f"就餐登记 {_class_name(facts, class_id)} {month_words(month)}")
    return Noted(work.step, kept)


def _require_right(standing: MonthSheet, changed: Mapping[int, Mapping[date, str]]) -> None:
    there, signs = {each.id for each in standing.things}, {"", *(mark.sign for mark in MARKS.others)}
    problems = []
    for pupil, days in changed.items():
        for day, sign in days.items():
            text = ""
            if pupil not in there or (pupil, day) in standing.closed:
                text = "这一天他不在这个班，不用登记。"
            elif day not in standing.days:
                text = f"{day.month}月{day.day}日不上课，不用登记。"
            elif sign not in signs:
                text = f"没有“{sign}”这样的记号，可以填{MARKS.told}。"
            if text:
                problems.append(Problem(day_key(day.day), text, row=pupil))
    if problems:
        raise Invalid(problems)


def _write_marks(item: int, standing: MonthSheet, changed: Mapping[int, Mapping[date, str]]) -> None:
    cells = {(pupil, day): sign for pupil, days in changed.items() for day, sign in days.items() if standing.sign(pupil, day) != sign}
    database.cursor().executemany("DELETE FROM fee_absence WHERE plan_item_id = ? AND pupil_id = ? AND day = ?", [
        (item, pupil, day.isoformat()) for pupil, day in cells if standing.sign(pupil, day)])
    insert_rows(FeeAbsence, ("plan_item_id", "pupil_id", "day", "mark"),
                [(item, pupil, day.isoformat(), sign) for (pupil, day), sign in cells.items() if sign])


def _count(facts: Facts, item: int, before: Mapping[int, int], anew: bool = False) -> int:
    """Write the days that the sheets make; gives how many counts stay because a person typed them.

    ``before`` is what the sheets made until now: a count that is another one was typed. ``anew`` writes over it.
    """
    kept, changed = 0, dict[int, int]()
    for pupil, units in Attendance(facts, item).units().items():
        known = facts.usage.get((item, pupil))
        if known == units:
            continue
        if anew or known is None or known == before.get(pupil):
            changed[pupil] = units
        else:
            kept += 1
    database.cursor().executemany("DELETE FROM fee_usage WHERE plan_item_id = ? AND pupil_id = ?", [
        (item, pupil) for pupil in changed if (item, pupil) in facts.usage])
    insert_rows(FeeUsage, ("plan_item_id", "pupil_id", "units"), [(item, pupil, units) for pupil, units in changed.items()])
    return kept


def count_anew(plan_id: int, item: int, class_id: int) -> Step | None:
    """Let the sheets decide the days of a class, also where a person typed another count; None where all were so."""
    with journal.operation("按就餐登记重算") as work:
        facts = _of_class(plan_id, class_id)
        facts.head.after("record")
        _count(facts, item, {}, anew=True)
        work.rename(f"按就餐登记重算 {_class_name(facts, class_id)}")
    return work.step


def withdraw(plan_id: int, item: int, class_id: int, month: date) -> Step:
    """Take the sheet of a class's month back with its marks, as if it had never been noted; the days are counted without it.

    Where no month of a pupil is noted any more, his count goes as well, unless a person typed it.
    """
    month = first_of(month)
    with journal.operation(f"撤回就餐登记 {month_words(month)}") as work:
        facts = _of_class(plan_id, class_id)
        facts.head.after("record")
        standing, units = _sheet(Attendance(facts, item), class_id, month), Attendance(facts, item).units()
        if not standing.taken:
            raise Refused(f"{month_words(month)}的就餐登记还没有登，不用撤回。")
        _write_marks(item, standing, {pupil: dict.fromkeys(days, "") for pupil, days in standing.signs.items()})
        FeeAttendance.delete().where(FeeAttendance.plan_item == item, FeeAttendance.school_class == class_id,
                                     FeeAttendance.month == month_key(month)).execute()
        _count(facts, item, units)
        _forget(facts, item, units.keys() - Attendance(facts, item).units().keys(), units)
        work.rename(f"撤回就餐登记 {_class_name(facts, class_id)} {month_words(month)}")
    return work.done


def _forget(facts: Facts, item: int, pupils: Collection[int], units: Mapping[int, int]) -> None:
    database.cursor().executemany("DELETE FROM fee_usage WHERE plan_item_id = ? AND pupil_id = ?", [
        (item, pupil) for pupil in pupils if facts.usage.get((item, pupil)) == units[pupil]])


def _class_name(facts: Facts, class_id: int) -> str:
    return next((each.class_name for each in facts.places.values() if each.class_id == class_id), "")
