"""How offices write classes: 三年级2班, 三（2）班, 3.2班, 302班, 三2, 初一(3)班, 2023级2班, 2302班. Finds the class of a school year."""

import re

from app.core import pinyin
from app.school import roster, rules
from app.school.naming import whole
from app.school.tables import SchoolClass
from app.store.database import database

_NUM = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_CLASS = rf"第?\(?(?P<number>{_NUM})\)?"
_WAYS = tuple(re.compile(way) for way in (
    rf"(?P<stage>初中|高中|小学|初|高)?(?P<grade>{_NUM})年级?{_CLASS}班",
    rf"(?P<stage>初|高)(?P<grade>[一二三123])(?:年级?)?{_CLASS}班",
    rf"(?<!\d)(?P<entry>20\d\d)级?{_CLASS}班",
    rf"(?<!\d)(?P<entry>\d\d)级{_CLASS}班",
    rf"(?<!\d)(?P<grade>{_NUM})\((?P<number>{_NUM})\)班?",
    r"(?P<grade>[一二三四五六七八九])(?P<number>\d{1,2}|[一二三四五六七八九])班",
))
_WHOLE_WAYS = tuple(re.compile(way) for way in (
    r"(?P<grade>\d{1,2})[.\-—_](?P<number>\d{1,2})班?", r"(?P<grade>\d{1,2})(?P<number>\d\d)班?",
    rf"(?P<stage>初|高)?(?P<grade>{_NUM})年级?{_CLASS}", r"(?P<stage>初|高)?(?P<grade>[一二三四五六七八九])(?P<number>\d{1,2})",
    rf"(?P<stage>初|高)?(?P<grade>{_NUM})年级?", rf"{_CLASS}班?",
))
_MARK_OF_COPY = re.compile(r"\d{1,2}\(\d{1,2}\)")     # 名单3(1): what a browser or Excel calls the second copy of 名单3
# What may stand before a class in a cell: a school, a campus, a stage; other words make it somebody else's class.
_BEFORE = re.compile(r".*(学校|小学|中学|幼儿园|校区|校|部|级|届|班级[:：]?|初中|高中|小|初|高|\()|[\W_]*")
_YEAR = re.compile(r"(19[5-9]|20[0-4])\d")     # 2008 under 班级 may be a year as well as class 8 of those who came in 2020
_STAGES = {"初": 6, "初中": 6, "高": 9, "高中": 9}
_PRIMARY = 6
NOT_READ = "看不出“{}”是哪个班，请写成“三年级2班”这样的名称。"


def read_class(text: str, year: int, lowest: int = 1, part: bool = False) -> tuple[int | None, int | None]:
    """Give (grade, number) as a text names them, None for what it leaves open: 三年级 is (3, None), 2班 (None, 2).

    ``year`` and the school's ``lowest`` grade tell the grade of 2023级. With ``part`` the class may stand anywhere in a
    longer text (a title), and only a whole name counts; a copy's mark at its end (名单3(1)) is none. A cell names a class
    only where nothing but a school stands before it (电气工程及其自动化201903班 is none of a school), and where it cannot be
    a year (2008).
    """
    plain = pinyin.fold(text).replace(" ", "").replace("（", "(").replace("）", ")")
    found = next(filter(None, (way.search(plain) for way in _WAYS)), None)
    if found is not None and part and _is_mark_of_copy(found):
        return None, None
    if not part and (_YEAR.fullmatch(plain) or found is not None and not _BEFORE.fullmatch(_before(found))):
        return None, None
    if found is None and not part:
        found = next(filter(None, (way.fullmatch(plain) for way in _WHOLE_WAYS)), None)
    if found is None:
        return None, None
    words = found.groupdict()
    number = whole(words["number"]) if words.get("number") else None
    if words.get("entry"):
        return year - int(words["entry"]) % 100 - 2000 + lowest, number
    if not words.get("grade"):
        return None, number
    grade = whole(words["grade"])
    if grade > rules.HIGHEST_GRADE:     # 2603班 is class 3 of those who came in 2026
        return year - 2000 - grade + lowest, number
    above = _STAGES.get(words.get("stage") or "", 0)
    # 初二 is grade 8; but 初中八年级 counts from the first grade already.
    return grade + above if grade <= 3 or above == 0 else grade, number


def _is_mark_of_copy(found: re.Match[str]) -> bool:
    """Whether digits and a number in brackets at the end of a name may only say that it is a copy: 名单3(1), not 小学3(1)."""
    ends = found.end() == len(found.string) and _MARK_OF_COPY.fullmatch(found[0]) is not None
    return ends and not _BEFORE.fullmatch(_before(found))


def _before(found: re.Match[str]) -> str:
    """Give what stands before the grade or the year of entry."""
    return found.string[:found.start("grade" if found.groupdict().get("grade") else "entry")]


class Classes:
    """Finds the classes of one school year by any way of writing; ``new`` lists those made, ``lacking`` those not there.

    Classes are made only where ``make`` is set.
    """

    def __init__(self, year: int, make: bool) -> None:
        self.year, self.make = year, make
        self.new: list[str] = []
        self.lacking: dict[str, None] = {}
        rows = database.execute_sql(
            "SELECT id, grade, number, name FROM school_class WHERE school_year = ?", (year,)
        ).fetchall()
        self.by_place = {(grade, number): identity for identity, grade, number, _ in rows}
        self.by_name = {_plain(name): identity for identity, _, _, name in rows}
        self.names = {identity: name for identity, _, _, name in rows}
        self.places = {identity: (grade, number) for identity, grade, number, _ in rows}
        grades = roster.grades_of(year) or [1]
        self.lowest = next((first for first in (10, 7) if min(grades) >= first), 1)

    def reads(self, text: str) -> bool:
        """Whether a text names a class, or at least its number or its grade."""
        return _plain(text) in self.by_name or read_class(text, self.year, self.lowest) != (None, None)

    def find(self, text: str, grade_text: str = "") -> tuple[int | None, str]:
        """Give the class a text means, or None and a sentence; ``grade_text`` is what stands under 年级, if anything."""
        known = self.by_name.get(_plain(text))
        if known is not None:
            return known, ""
        grade, number = read_class(text, self.year, self.lowest)
        if grade is None and grade_text:
            grade = read_class(grade_text, self.year, self.lowest)[0] or _grade_in(grade_text)
        if grade is None or number is None:
            return None, NOT_READ.format(text)
        return self._at(grade, number)

    def in_title(self, text: str) -> tuple[int | None, str]:
        """Give the class that a title or a sheet's name tells, or None and "" where it tells none."""
        plain = _plain(text)
        named = max((name for name in self.by_name if name and name in plain), key=len, default="")
        if named:
            return self.by_name[named], ""
        grade, number = read_class(text, self.year, self.lowest, part=True)
        if grade is None and number is None and len(plain) <= 8:
            grade, number = read_class(text, self.year, self.lowest)
        return (None, "") if grade is None or number is None else self._at(grade, number)

    def _at(self, grade: int, number: int) -> tuple[int | None, str]:
        known = self.by_place.get((grade, number))
        if known is not None:
            return known, ""
        if not 1 <= grade <= rules.HIGHEST_GRADE or not 1 <= number <= 99:
            return None, f"没有 {grade} 年级 {number} 班这样的班，请核对。"
        name = rules.class_name(grade, number)
        if not self.make:
            self.lacking.setdefault(name)
            return None, f"这个学年还没有{name}。可以选择“新建缺少的班级”，或先在“班级”里新增。"
        identity = int(SchoolClass.insert(school_year=self.year, grade=grade, number=number, name=name,
                                          keys=rules.class_keys(name, grade, number)).execute())
        self.by_place[grade, number] = self.by_name[_plain(name)] = identity
        self.names[identity], self.places[identity] = name, (grade, number)
        self.new.append(name)
        return identity, ""


def _plain(text: str) -> str:
    return pinyin.fold(text).replace(" ", "")


def _grade_in(text: str) -> int | None:
    """Give the grade of a bare number, or the one that a longer text names: 一年级新生分班名单."""
    plain = _plain(text)
    found = re.fullmatch(rf"()({_NUM})", plain) or re.search(rf"(初|高)?({_NUM})年级", plain)
    return whole(found[2]) + _STAGES.get(found[1] or "", 0) if found else None
