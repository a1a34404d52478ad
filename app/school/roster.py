"""Who is in which class: pupils of a school year, sizes of classes, the list a person edits. Plain rows only.

A pupil's ``waiver`` is private (个人信息保护法第二十八条: 敏感个人信息). What hangs on a board asks ``class_sizes``, which
knows no names.
"""

from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.columns import Column, Kind
from app.core.terms import school_year_of
from app.school.settings import WAIVERS as WAIVERS
from app.store.database import database, scalar

ROSTER: tuple[Column, ...] = (
    Column("class", "班级", Kind.TEXT, 26), Column("seat", "序号", Kind.WHOLE, 12), Column("number", "学号", Kind.CODE, 28),
    Column("name", "姓名", Kind.TEXT, 22), Column("gender", "性别", Kind.CHOICE, 12), Column("guardian", "家长", Kind.TEXT, 22),
    Column("phone", "家长电话", Kind.CODE, 28), Column("state", "状态", Kind.CHOICE, 16),
    Column("joined_on", "入班日期", Kind.DAY, 23), Column("left_on", "离班日期", Kind.DAY, 23, shown=False),
    Column("waiver", "减免类别", Kind.CHOICE, 22, shown=False), Column("remark", "备注", Kind.TEXT, 30, shown=False),
)


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A pupil's time in one class; ``left_on`` is the first day on which he is no longer there, None while he is.

    Who changed class within the year has a row for each. ``waiver`` is private.
    """

    id: int
    enrolment: int
    class_id: int
    grade: int
    class_name: str
    seat: int | None
    name: str
    number: str
    gender: str
    guardian: str
    phone: str
    waiver: str
    joined_on: date
    left_on: date | None


@dataclass(frozen=True, slots=True)
class ClassSize:
    """A class and how many pupils it has; no names, so that public papers can be made from it."""

    class_id: int
    grade: int
    number: int
    name: str
    pupils: int


@dataclass(frozen=True, slots=True)
class Stay:
    """One enrolment in a pupil's life, for his detail pane and the export of his data."""

    school_year: int
    class_name: str
    seat: int | None
    joined_on: date
    left_on: date | None
    reason: str


def current_year() -> int:
    """Give the school year of the current term, that of today before the school is started."""
    year = scalar("SELECT school_year FROM term WHERE is_current = 1")
    return int(year) if year is not None else school_year_of(clock.today())


_ROWS = """SELECT p.id, e.id, c.id, c.grade, c.name, e.seat, p.name, p.number, p.gender, p.guardian, p.phone, p.waiver,
                  e.joined_on, e.left_on
           FROM enrolment e JOIN pupil p ON p.id = e.pupil_id JOIN school_class c ON c.id = e.school_class_id"""
_IN_ORDER = "ORDER BY c.grade, c.number, e.seat IS NULL, e.seat, p.keys, p.id, e.joined_on"
_THERE = "e.joined_on <= ? AND (e.left_on IS NULL OR e.left_on > ?)"


def pupils_in(class_id: int | None, on: date | None = None, year: int | None = None) -> list[PupilRow]:
    """Give the pupils of a class, or of a whole school year (the current one unless given) where it is None.

    With ``on`` only those who are there on that day; without, also who left or changed class. Sorted by grade, class,
    seat (none last) and pinyin.
    """
    if class_id is not None:
        where, parameters = "c.id = ?", [class_id]
    else:
        where, parameters = "c.school_year = ?", [current_year() if year is None else year]
    days = [on.isoformat()] * 2 if on else []
    rows = database.execute_sql(
        f"{_ROWS} WHERE {where} {f'AND {_THERE}' if on else ''} {_IN_ORDER}", (*parameters, *days)).fetchall()
    day = date.fromisoformat
    return [PupilRow(*(*row[:12], day(row[12]), day(row[13]) if row[13] else None)) for row in rows]


def class_sizes(year: int, on: date | None = None) -> list[ClassSize]:
    """Give every class of a school year with its number of pupils (on a day, or who were ever in it), without names."""
    days = (on.isoformat(),) * 2 if on else ()
    rows = database.execute_sql(
        f"""SELECT c.id, c.grade, c.number, c.name,
                   (SELECT count(DISTINCT e.pupil_id) FROM enrolment e
                    WHERE e.school_class_id = c.id {f'AND {_THERE}' if on else ''})
            FROM school_class c WHERE c.school_year = ? ORDER BY c.grade, c.number""", (*days, year)).fetchall()
    return [ClassSize(*row) for row in rows]
