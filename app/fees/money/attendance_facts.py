"""就餐登记: which months of which classes were noted, who did not eat on which day, and how many days that makes.

A month that nobody noted counts by the school days. No names are read.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app.core.month_marks import Mark, Marks, days_of, first_of, month_words, months_between
from app.fees.money.facts import Facts, Title
from app.fees.rules import DAY
from app.school.calendar import days_from
from app.store.database import among, database

MARKS = Marks(Mark("√", "就餐", ("1", "v", "出勤", "在"), counts=True), (
    Mark("×", "未就餐", ("0", "x", "缺", "未", "缺席", "不吃"), tone="danger"),
    Mark("病", "病假", ("2", "b", "病"), tone="warning"),
    Mark("事", "事假", ("3", "s", "事"), tone="warning")))
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Seat:
    """A pupil's time in a class; ``last`` is the last day on which he is there."""

    pupil: int
    class_id: int
    seat: int | None
    first: date
    last: date


class Attendance:
    """What was noted for one item of a plan, of the whole school or of the pupils of ``facts``."""

    def __init__(self, facts: Facts, item: int) -> None:
        self.facts, self.item = facts, item

    @cached_property
    def noted(self) -> frozenset[tuple[int, date]]:
        """Give the months that were noted: (class, first day of the month)."""
        return frozenset((class_id, date.fromisoformat(f"{month}-01")) for class_id, month in database.execute_sql(
            "SELECT school_class_id, month FROM fee_attendance WHERE plan_item_id = ?", (self.item,)).fetchall())

    @cached_property
    def absent(self) -> Mapping[int, Mapping[date, str]]:
        """Give the exceptions: pupil → day → sign."""
        narrow, more = among("pupil_id", self.facts.pupils)
        found: dict[int, dict[date, str]] = defaultdict(dict)
        for pupil, day, sign in database.execute_sql(
                f"SELECT pupil_id, day, mark FROM fee_absence WHERE plan_item_id = ?{narrow}", (self.item, *more)).fetchall():
            found[pupil][date.fromisoformat(day)] = sign
        return found

    @cached_property
    def seats(self) -> Sequence[Seat]:
        """Give who is in which class when, within the term, by class and seat."""
        head = self.facts.head
        narrow, more = among("e.pupil_id", self.facts.pupils)
        rows = database.execute_sql(
            f"""SELECT e.pupil_id, e.school_class_id, e.seat, e.joined_on, e.left_on FROM enrolment e
                JOIN school_class c ON c.id = e.school_class_id JOIN pupil p ON p.id = e.pupil_id
                WHERE c.school_year = ? AND e.joined_on <= ? AND (e.left_on IS NULL OR e.left_on > ?){narrow}
                ORDER BY c.grade, c.number, e.seat IS NULL, e.seat, p.keys, p.id, e.joined_on""",
            (head.term.school_year, head.ends_on.isoformat(), head.starts_on.isoformat(), *more)).fetchall()
        return [Seat(pupil, class_id, seat, max(date.fromisoformat(joined), head.starts_on),
                     min(date.fromisoformat(left) - timedelta(1), head.ends_on) if left else head.ends_on)
                for pupil, class_id, seat, joined, left in rows]

    @cached_property
    def taking(self) -> frozenset[int]:
        """Give the pupils who take part in the item."""
        return frozenset(each.pupil for each in self.facts.charges.get(self.item, ()) if each.weight or (self.item, each.pupil) in self.facts.usage)

    def school_days(self, month: date) -> tuple[date, ...]:
        """Give the school days of a month within the term."""
        head, school = self.facts.head, self.facts.calendar.school
        return tuple(day for day in days_of(month) if head.starts_on <= day <= head.ends_on and school.has_school(day))

    def units(self) -> dict[int, int]:
        """Give how many days it makes for every pupil of whom a month was noted: the school days he is there, less those he missed."""
        days: dict[int, set[date]] = defaultdict(set)
        noted: set[int] = set()
        for seat in self.seats:
            days[seat.pupil].update(days_from(seat.first, seat.last))
            if any((seat.class_id, month) in self.noted for month in months_between(seat.first, seat.last)):
                noted.add(seat.pupil)
        school = self.facts.calendar.school
        return {pupil: sum(school.has_school(day) and MARKS.counts(self.absent.get(pupil, {}).get(day, "")) for day in days[pupil])
                for pupil in noted & self.taking}

    def lacking(self, until: date) -> list[tuple[int, date]]:
        """Give the months that were not noted and have begun by a day: (class, month), of classes in which somebody takes part."""
        found = {(seat.class_id, month) for seat in self.seats if seat.pupil in self.taking and seat.first <= seat.last
                 for month in months_between(seat.first, min(seat.last, until)) if month <= until}
        return sorted(each for each in found - self.noted if self.school_days(each[1]))


def by_days(facts: Facts) -> list[Title]:
    """Give the items of a plan that are charged by the day and that somebody is charged for."""
    return [each for each in facts.titles if each.measure == DAY and any(charge.weight for charge in facts.charges[each.id])]


def months(facts: Facts) -> list[date]:
    """Give the months of the term, each by its first day."""
    return months_between(facts.head.starts_on, facts.head.ends_on)


def month_key(month: date) -> str:
    """Give a month as it is stored: 2026-10."""
    return f"{first_of(month):%Y-%m}"


def doubts(facts: Facts) -> list[str]:
    """Give sentences on what settling should not pass over: months that were not noted, counts that are not those of the sheets.

    Of an item of which no month was ever noted nothing is said: its days are typed as counts (``not_typed``).
    """
    found = []
    for title in by_days(facts):
        sheets = Attendance(facts, title.id)
        if not sheets.noted:
            continue
        lacking = sheets.lacking(facts.head.ends_on)
        if lacking:
            found.append(f"“{title.name}”有 {len(lacking)} 张就餐登记还没有登（{_named(lacking, facts)}），这些日子先按上课日算。")
        differing = [pupil for pupil, units in sheets.units().items() if facts.usage.get((title.id, pupil), units) != units]
        if differing:
            found.append(f"“{title.name}”有 {len(differing)} 名学生的实际数量是手工填的，和就餐登记算出的不一样。")
    return found


def not_typed(facts: Facts) -> list[str]:
    """Give a sentence for each item by the day without sheets of which some pupils' days were not typed: they go by the days of school."""
    found = []
    for title in by_days(facts):
        takers = {charge.pupil for charge in facts.charges[title.id] if charge.weight}
        missing = [pupil for pupil in takers if (title.id, pupil) not in facts.usage]
        if missing and not Attendance(facts, title.id).noted:
            found.append(f"“{title.name}”还没有录入 {len(missing)} 名学生的天数（共 {len(takers)} 名），没有录的先按上课日算。")
    return found


def _named(lacking: Collection[tuple[int, date]], facts: Facts) -> str:
    names = {each.class_id: each.class_name for each in facts.places.values()}
    said = [f"{names.get(class_id, '')}{month_words(month)}" for class_id, month in lacking]
    return "、".join(said[:_MOST_NAMED]) + ("等" if len(said) > _MOST_NAMED else "")
