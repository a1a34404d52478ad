"""The pupils of the demo school over two school years: a thousand families, invented and always the same.

Every class of 2026 was one grade lower the year before; the sixth grade of that year has left. Some came and went in
between, some have changed class, a few belong to waiver groups, and a few have names that printers find hard.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from app.core.paths import shipped
from app.school import pupil_commands, pupil_rules, roster, rules
from app.school.pupil_rules import GRADUATED, MOVED_CLASS, MOVED_UP, PupilDraft
from app.school.tables import Enrolment, SchoolClass
from app.store import database
from app.store.database import database as ledger

YEAR, GRADES = 2026, range(1, 7)
_LEAVERS, _JOINERS, _MOVERS = (18, 14), (14, 14), 6       # in the year before and in this one
_WAIVERS = ("低保",) * 9 + ("脱贫户",) * 7 + ("监测户",) * 3 + ("特困供养", "孤儿", "残疾", "残疾", "烈士子女")
_HARD_NAMES = ("陈龘䶮㛃", "欧阳上官慕容雪", "阿依努尔·买买提", "仇不厌", "单于乐", "王一", "张梓涵", "张梓涵")
_LEFT_UNTIL = (date(2026, 5, 20), date(2026, 11, 12))     # the last leaver and joiner of each year


@dataclass
class _Child:
    """A pupil in the making and his times in classes: (class, seat, joined, left, reason)."""

    draft: PupilDraft
    entry: int
    times: list[tuple[int, int | None, date, date | None, str]] = field(default_factory=list)


def build_pupils() -> int:
    """Add last year's classes and all pupils inside the open operation; gives how many are in class now."""
    maker = _Maker()
    classes = _classes()
    children: list[_Child] = []
    for grade in range(1, max(GRADES) + 2):     # 7: those who left the sixth grade last summer
        for number in range(1, 5):
            children += maker.class_of(grade, number, classes)
    maker.come_and_go(children, classes)
    _write(children)
    return len(roster.pupils_in(None, date(2026, 11, 21), YEAR))


class _Maker:
    """Invents children, always the same ones."""

    def __init__(self) -> None:
        self.random = Random(20260901)
        self.words = {row["种类"]: row["用字"].split() for row in _rows()}
        self.made = 0

    def child(self, grade: int, number: int) -> _Child:
        """Give a child whose 学号 tells the year of entry, the class and a running number."""
        choose, self.made = self.random.choice, self.made + 1
        gender = choose(pupil_rules.GENDERS)
        # Common surnames are many times as common as rare ones.
        surname = self.words["姓"][min(int(self.random.expovariate(1 / 24)), len(self.words["姓"]) - 1)]
        father = self.random.random() < 0.45
        guardian = surname + choose(self.words["父"]) if father else choose(self.words["姓"]) + choose(self.words["母"])
        entry = YEAR - grade + 1
        return _Child(
            PupilDraft(
                surname + choose(self.words[gender]),
                number=f"{entry}{number:02d}{self.made % 10_000:04d}",
                gender=gender,
                guardian=guardian,
                phone=f"1390000{self.made:04d}",
            ),
            entry,
        )

    def class_of(self, grade: int, number: int, classes: dict[tuple[int, int, int], int]) -> list[_Child]:
        """Give the children of one class of this year, with last year's class before it (grade 7: that only)."""
        children = [self.child(grade, number) for _ in range(self.random.randint(42, 44))]
        before, now = roster.first_day(YEAR - 1), roster.first_day(YEAR)
        for seat, child in enumerate(children, 1):
            if grade > 1:
                gone = roster.last_day(YEAR - 1) + timedelta(days=1) if grade > max(GRADES) else now
                reason = GRADUATED if grade > max(GRADES) else MOVED_UP
                child.times.append((classes[YEAR - 1, grade - 1, number], seat, before, gone, reason))
            if grade in GRADES:
                child.times.append((classes[YEAR, grade, number], seat, now, None, ""))
        return children

    def come_and_go(self, children: list[_Child], classes: dict[tuple[int, int, int], int]) -> None:
        """Let some leave, some come later than the others, some change class; give waivers and hard names."""
        here = [child for child in children if child.times[-1][3] is None]
        chosen = self.random.sample(here, 200)
        old = [child for child in chosen if len(child.times) == 2]
        for child in (leavers := old[:_LEAVERS[0]]):      # left during last year
            self._leave(child, 0, date(2025, 9, 20), _LEFT_UNTIL[0])
        for child in (joiners := old[_LEAVERS[0]:_LEAVERS[0] + _JOINERS[0]]):
            self._join(child, 0, date(2025, 9, 10), _LEFT_UNTIL[0])
        rest = [child for child in chosen if child not in leavers and child not in joiners]
        for child in rest[:_LEAVERS[1]]:
            self._leave(child, -1, date(2026, 9, 14), _LEFT_UNTIL[1])
        rest = rest[_LEAVERS[1]:]
        for child in rest[:_JOINERS[1]]:
            del child.times[:-1]
            self._join(child, -1, date(2026, 9, 7), _LEFT_UNTIL[1])
        rest = rest[_JOINERS[1]:]
        names = {identity: key for key, identity in classes.items()}
        for child in rest[:_MOVERS]:
            where, seat, joined, _, _ = child.times[-1]
            day, (year, grade, number) = date(2026, 9, 1) + timedelta(days=self.random.randint(14, 60)), names[where]
            child.times[-1] = (where, seat, joined, day, MOVED_CLASS)
            child.times.append((classes[year, grade, number % 4 + 1], None, day, None, ""))
        rest = rest[_MOVERS:]
        for child, waiver in zip(rest, _WAIVERS, strict=False):
            child.draft.waiver = waiver
        for child, name in zip(rest[len(_WAIVERS):], _HARD_NAMES, strict=False):
            child.draft.name = name

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randrange((last - first).days))

    def _leave(self, child: _Child, at: int, first: date, last: date) -> None:
        where, seat, joined, _, _ = child.times[at]
        child.times = [*child.times[:at], (where, seat, joined, self._day(first, last), "转出")]

    def _join(self, child: _Child, at: int, first: date, last: date) -> None:
        where, _, _, left, reason = child.times[at]
        child.times[at] = (where, None, self._day(first, last), left, reason)


def _classes() -> dict[tuple[int, int, int], int]:
    """Add the classes of the year before, each with the 班主任 it has now, and give all classes by year, grade, number."""
    now = ledger.execute_sql(
        "SELECT grade, number, teacher_id FROM school_class WHERE school_year = ?", (YEAR,)
    ).fetchall()
    teachers = {(grade, number): teacher for grade, number, teacher in now}
    for grade in GRADES:
        for number in range(1, 5):
            name = rules.class_name(grade, number)
            # The teachers of this year's first grade led the sixth before.
            teacher = teachers[grade + 1 if grade < max(GRADES) else 1, number]
            SchoolClass.insert(school_year=YEAR - 1, grade=grade, number=number, name=name, teacher=teacher,
                               keys=rules.class_keys(name, grade, number)).execute()
    rows = ledger.execute_sql("SELECT school_year, grade, number, id FROM school_class").fetchall()
    return {(year, grade, number): identity for year, grade, number, identity in rows}


def _write(children: list[_Child]) -> None:
    ids = pupil_commands.store_pupils([child.draft for child in children])
    seats = Counter[int]()
    for child in children:
        for where, seat, *_ in child.times:
            seats[where] = max(seats[where], seat or 0)
    rows: list[tuple[object, ...]] = []
    for identity, child in zip(ids, children, strict=True):
        for where, seat, joined, left, reason in child.times:
            if seat is None:    # who came later has the next number of the class
                seats[where] += 1
            rows.append(
                (identity, where, seat or seats[where], joined.isoformat(), left.isoformat() if left else None, reason)
            )
    database.insert_rows(Enrolment, ["pupil_id", "school_class_id", "seat", "joined_on", "left_on", "reason"], rows)


def _rows() -> Iterator[dict[str, str]]:
    with shipped("data", "demo", "pupil_names.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
