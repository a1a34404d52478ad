"""Who is in which class: pupils of a school year, sizes of classes, the list a person edits. Plain rows only.

A pupil's ``waiver`` is private (个人信息保护法第二十八条: 敏感个人信息). What hangs on a board asks ``class_sizes``, which
knows no names.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import Totals, Wish
from app.core.terms import TermName, school_year_of
from app.school.pupil_rules import HERE, MOVED_UP, PupilDraft
from app.school.settings import WAIVERS as WAIVERS
from app.store.database import database, scalar
from app.store.listing import TableList

ROSTER: tuple[Column, ...] = (
    Column("class", "班级", Kind.TEXT, 26), Column("seat", "序号", Kind.WHOLE, 12, ordinal=True), Column("number", "学号", Kind.CODE, 28),
    Column("name", "姓名", Kind.TEXT, 22, person=True), Column("gender", "性别", Kind.CHOICE, 12),
    Column("guardian", "家长", Kind.TEXT, 22, person=True),
    Column("phone", "家长电话", Kind.CODE, 28), Column("state", "状态", Kind.CHOICE, 16),
    Column("joined_on", "入班日期", Kind.DAY, 23), Column("left_on", "离班日期", Kind.DAY, 23, shown=False),
    Column("waiver", "减免类别", Kind.CHOICE, 22, shown=False), Column("remark", "备注", Kind.TEXT, 30, shown=False),
)
ANY_WAIVER = "*"


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
_IN_ORDER = "ORDER BY c.grade, c.number, e.seat IS NULL, e.seat, name_order(p.name), p.id, e.joined_on"
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


# --- the list that a person edits --------------------------------------------------------------------------------


def first_day(year: int) -> date:
    """Give the day on which a school year begins here: that of its first term, 1 September where there is none yet."""
    day = scalar("SELECT min(starts_on) FROM term WHERE school_year = ?", (year,))
    return date.fromisoformat(day) if day else TermName(year, 1).starts_on


def last_day(year: int) -> date:
    """Give the day on which a school year's last known term ends, 31 August where there is no second one yet."""
    day = scalar("SELECT max(ends_on) FROM term WHERE school_year = ? AND half = 2", (year,))
    return date.fromisoformat(day) if day else TermName(year, 2).ends_on


def day_in(year: int, day: date | None = None) -> date:
    """Give a day (today unless given) as it lies in a school year: its first one before it began, its last one after."""
    return min(max(day or clock.today(), first_day(year)), max(last_day(year), first_day(year)))


def listing(wish: Wish, limit: int, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give (pupil's id, values in the order of ``ROSTER``): one line a pupil, with the latest class in the school year.

    Filters: ``year`` (the current one unless given), ``class``, ``grade``, ``waiver`` (a word, or ``ANY_WAIVER``), ``state``
    (``left`` for who left, ``all``; else who is here). By grade, class, seat and pinyin unless the wish says otherwise.
    """
    return _roster(wish).rows(wish, limit, offset)


def totals(wish: Wish) -> Totals:
    """Count the pupils that match."""
    return _roster(wish).totals(wish)


def position(wish: Wish, identity: int) -> int | None:
    """Give the row a pupil stands in, None where the list leaves him out."""
    return _roster(wish).position(wish, identity)


def _roster(wish: Wish) -> TableList:
    """Give the list of a school year's pupils as it stands today."""
    year = int(str(wish.filters.get("year") or current_year()))
    here = f"(e.left_on IS NULL OR e.left_on > '{clock.today().isoformat()}' OR e.reason = '{MOVED_UP}')"
    states = {"all": "1", "left": f"NOT {here}"}
    order = ("c.grade", "c.number", "e.seat IS NULL", "e.seat", "name_order(p.name)", "p.id")
    return TableList(
        ROSTER,
        "pupil p",
        {
            "e": f"""JOIN enrolment e ON e.id = (SELECT x.id FROM enrolment x JOIN school_class y ON y.id = x.school_class_id
                  WHERE x.pupil_id = p.id AND y.school_year = {year} ORDER BY x.joined_on DESC, x.id DESC LIMIT 1)""",
            "c": "JOIN school_class c ON c.id = e.school_class_id",
        },
        {
            "class": "c.name",
            "seat": "e.seat",
            "joined_on": "e.joined_on",
            "left_on": "e.left_on",
            "state": f"iif({here}, '{HERE}', iif(e.reason = '', '离校', e.reason))",
        },
        {"class": ("c.grade", "c.number")},
        order,
        words="instr(p.keys || ' ' || c.keys, ?)",
        filters={
            "year": "c.school_year = ?",
            "class": "c.id = ?",
            "grade": "c.grade = ?",
            "waiver": lambda word: ("p.waiver <> ''", []) if word == ANY_WAIVER else ("p.waiver = ?", [word]),
            "state": lambda state: (states.get(state, here), []),
        },
        defaults={"year": year, "state": ""},
    )


def drafts(ids: Iterable[int], year: int) -> dict[int, PupilDraft]:
    """Give pupils as list and form edit them, with their latest class in that school year (None without one)."""
    rows = database.execute_sql(
        """SELECT p.id, p.name, e.school_class_id, e.seat, p.number, p.gender, p.guardian, p.phone, p.waiver, p.remark, e.joined_on
           FROM pupil p LEFT JOIN enrolment e ON e.id = (
             SELECT x.id FROM enrolment x JOIN school_class y ON y.id = x.school_class_id
             WHERE x.pupil_id = p.id AND y.school_year = ? ORDER BY x.joined_on DESC, x.id DESC LIMIT 1)
           WHERE p.id IN (SELECT value FROM json_each(?))""",
        (year, json.dumps(list(ids))),
    ).fetchall()
    return {row[0]: PupilDraft(*(*row[1:10], date.fromisoformat(row[10]) if row[10] else None)) for row in rows}


def pupil_draft(identity: int, year: int | None = None) -> PupilDraft:
    """Give one pupil as a form edits him; refuses one who has been removed meanwhile."""
    found = drafts([identity], current_year() if year is None else year)
    if not found:
        raise Refused("这名学生的记录已经不在了，可能刚被删除。请刷新后再试。")
    return found[identity]


def called(text: str) -> list[int]:
    """Give the ids of the pupils who have this 学号, else of those who have this name."""
    for column in ("number", "name"):
        rows = database.execute_sql(f'SELECT id FROM pupil WHERE "{column}" = ? ORDER BY id', (text.strip(),)).fetchall()
        if rows and text.strip():
            return [identity for (identity,) in rows]
    return []


def pupil_name(identity: int) -> str:
    """Give a pupil's name, "" where there is none."""
    return str(scalar("SELECT name FROM pupil WHERE id = ?", (identity,)) or "")


def stays(identity: int) -> list[Stay]:
    """Give a pupil's classes, the first one first."""
    rows = database.execute_sql(
        """SELECT c.school_year, c.name, e.seat, e.joined_on, e.left_on, e.reason
           FROM enrolment e JOIN school_class c ON c.id = e.school_class_id
           WHERE e.pupil_id = ? ORDER BY e.joined_on, e.id""", (identity,)).fetchall()
    day = date.fromisoformat
    return [Stay(*(*row[:3], day(row[3]), day(row[4]) if row[4] else None, row[5])) for row in rows]


def classes_of(year: int | None = None) -> Sequence[tuple[int, str]]:
    """Give (id, name) of a school year's classes (the current one unless given), by grade and number."""
    return list(database.execute_sql(
        "SELECT id, name FROM school_class WHERE school_year = ? ORDER BY grade, number",
        (current_year() if year is None else year,)).fetchall())


def grades_of(year: int | None = None) -> list[int]:
    """Give the grades that have a class in a school year."""
    rows = database.execute_sql("SELECT DISTINCT grade FROM school_class WHERE school_year = ? ORDER BY grade",
                                (current_year() if year is None else year,)).fetchall()
    return [grade for (grade,) in rows]
