"""School years, terms and days as schools write them. 学年 runs from 1 September to 31 August (domain.md §6.3).

Two halves cover the whole year without a gap: September–January and February–August, so that every day has its term.
A school's own first and last day of a term are kept with the term itself.
"""

import re
from dataclasses import dataclass
from datetime import date

from app.core.pinyin import fold

HALF_WORDS = {1: "第一学期", 2: "第二学期"}
_CODE = re.compile(r"(\d{4})\D{1,3}(\d{4})\D{0,6}?([12一二上下])(?:学期)?")
_HALVES = {"1": 1, "一": 1, "上": 1, "2": 2, "二": 2, "下": 2}


@dataclass(frozen=True, slots=True, order=True)
class TermName:
    """One half of a school year: ``TermName(2026, 1)`` is 2026—2027学年第一学期. Ordered by time."""

    school_year: int
    half: int

    @property
    def title(self) -> str:
        """Give what papers print: 2026—2027学年第一学期."""
        return f"{school_year_title(self.school_year)}{HALF_WORDS[self.half]}"

    @property
    def code(self) -> str:
        """Give what the command line takes: 2026-2027-1."""
        return f"{self.school_year}-{self.school_year + 1}-{self.half}"

    @property
    def starts_on(self) -> date:
        """Give the first day unless the school says otherwise: 1 September, or 1 February of the next year."""
        return date(self.school_year, 9, 1) if self.half == 1 else date(self.school_year + 1, 2, 1)

    @property
    def ends_on(self) -> date:
        """Give the last day unless the school says otherwise: 31 January or 31 August of the next year."""
        return date(self.school_year + 1, 1, 31) if self.half == 1 else date(self.school_year + 1, 8, 31)

    @property
    def following(self) -> "TermName":
        """Give the half that comes next."""
        return TermName(self.school_year, 2) if self.half == 1 else TermName(self.school_year + 1, 1)

    @property
    def previous(self) -> "TermName":
        """Give the half that came before."""
        return TermName(self.school_year, 1) if self.half == 2 else TermName(self.school_year - 1, 2)


def school_year_of(day: date) -> int:
    """Give the calendar year in which the school year of a day began."""
    return day.year if day.month >= 9 else day.year - 1


def school_year_title(school_year: int) -> str:
    """Give 2026—2027学年 for 2026."""
    return f"{school_year}—{school_year + 1}学年"


def term_of(day: date) -> TermName:
    """Give the term that a day belongs to."""
    return TermName(school_year_of(day), 2 if 2 <= day.month <= 8 else 1)


def parse_code(text: str) -> TermName:
    """Read 2026-2027-1, 2026—2027学年第一学期 or 2026~2027学年度上学期; ``ValueError`` for anything else."""
    found = _CODE.search(fold(text))
    if not found:
        raise ValueError(f"not a term: {text}")
    first, second = int(found[1]), int(found[2])
    if second != first + 1 or not 1949 <= first <= 2999:
        raise ValueError(f"not one school year: {text}")
    return TermName(first, _HALVES[found[3]])


def chinese_day(day: date) -> str:
    """Give a day as papers write it, no leading zeros (GB/T 9704): 2027年1月15日."""
    return f"{day.year}年{day.month}月{day.day}日"
