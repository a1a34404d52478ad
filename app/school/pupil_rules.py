"""When a pupil's record is right, and what a class is called a year later: every problem at once. No I/O here."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.core import pinyin
from app.core.errors import Problem
from app.core.money import FULL_WIDTH
from app.school.rules import class_name, tidy

GENDERS = ("男", "女")
HERE = "在读"
MOVED_CLASS, MOVED_UP, GRADUATED = "调班", "升级", "毕业"
LEAVING = ("转出", "休学", "退学", GRADUATED)      # why a pupil leaves the school
LONGEST_NAME, LONGEST_WORD, LONGEST_REMARK = 30, 40, 200
HIGHEST_SEAT = 999
GENDER_WORDS = {"男生": "男", "女生": "女", "M": "男", "F": "女", "1": "男", "2": "女", "男性": "男", "女性": "女"}
"""Other words that lists use for the genders."""
_IDENTITY_NUMBER = re.compile(r"[GgJjLl]?\d{17}[\dXx]|[GgJjLl]?\d{15}")
PHONE = re.compile(r"[\d+()\-－—/、,，;； ]+")


@dataclass
class PupilDraft:
    """A pupil as the list edits him; ``class_id`` and ``seat`` are those of his latest class in the school year."""

    name: str = ""
    class_id: int | None = None
    seat: int | None = None
    number: str = ""
    gender: str = ""
    guardian: str = ""
    phone: str = ""
    waiver: str = ""
    remark: str = ""
    joined_on: date | None = None


FIELDS = ("name", "number", "gender", "guardian", "phone", "waiver", "remark")
"""The attributes of ``PupilDraft`` that belong to the pupil himself; the others are of his time in a class."""


def check_pupil(draft: PupilDraft, waivers: Collection[str]) -> list[Problem]:
    """Check one pupil by himself; ``waivers`` are the school's words for 减免类别."""
    problems = [] if draft.name.strip() else [Problem("name", "请填写姓名。")]
    for field, title, most in (("name", "姓名", LONGEST_NAME), ("number", "学号", LONGEST_WORD),
                               ("guardian", "家长", LONGEST_WORD), ("phone", "家长电话", LONGEST_WORD),
                               ("remark", "备注", LONGEST_REMARK)):
        length = len(getattr(draft, field))
        if length > most:
            problems.append(Problem(field, f"{title}有 {length} 个字，太长了，最多 {most} 个字。"))
    if draft.gender and draft.gender not in GENDERS:
        problems.append(Problem("gender", "性别请填“男”或“女”，不需要可以留空。"))
    if draft.phone and not PHONE.fullmatch(draft.phone):
        problems.append(Problem("phone", f"“{draft.phone}”不像电话号码，请填数字。"))
    if draft.waiver and draft.waiver not in waivers:
        problems.append(Problem("waiver", f"没有“{draft.waiver}”这个减免类别。可用：{'、'.join(waivers)}（可在设置里增加）。"))
    if draft.class_id is None:
        problems.append(Problem("class_id", "请选择班级。"))
    if draft.seat is not None and not 1 <= draft.seat <= HIGHEST_SEAT:
        problems.append(Problem("seat", f"序号请填 1 到 {HIGHEST_SEAT}，不需要可以留空。"))
    return problems


def is_identity_number(text: str) -> bool:
    """Whether a text is a 身份证号 or 全国学籍号 (G before it), which the roster does not hold: an office needs neither for fees."""
    return _IDENTITY_NUMBER.fullmatch(text.replace(" ", "")) is not None


def phone_in(text: str) -> str:
    """Give a telephone number without the words around it: 妈妈13900000001; more than one are kept, divided by a space; "" without any."""
    return text if PHONE.fullmatch(text) else " ".join(re.findall(r"\d[\d-]{5,}", text.translate(FULL_WIDTH)))


def pupil_keys(name: str, number: str, guardian: str, phone: str) -> str:
    """Give the words a pupil is found by: name (pinyin too), 学号, 家长, 电话."""
    return pinyin.name_keys(name, number, guardian, phone)


def risen_name(name: str, grade: int, number: int) -> str:
    """Give a class's name in the next grade: a usual name rises (三年级2班 → 四年级2班), one of the school's own stays.

    Names such as 三(2)班, 3.2班 and 302班 rise in their own manner; 2021级2班 and 向日葵班 are the same next year.
    """
    if name == class_name(grade, number):
        return class_name(grade + 1, number)
    signs = "一二三四五六七八九"
    for now, following in ((signs[grade - 1:grade], signs[grade:grade + 1]), (str(grade), str(grade + 1))):
        found = re.fullmatch(rf"(初|高|小学)?{now}(年级|[(（.．\-—])?(0?{number}[)）]?班?)", tidy(name)) if now else None
        if found and following and not (found[1] == "高" or found[1] == "初"):
            return f"{found[1] or ''}{following}{found[2] or ''}{found[3]}"
    return name


def told_apart(name: str, number: str, seat: int | None) -> str:
    """Give a name that another pupil of the class has as well with what tells the two apart: 学号, else the seat."""
    mark = f"学号 {number}" if number else f"{seat} 号" if seat else ""
    return f"{name}（{mark}）" if mark else name
