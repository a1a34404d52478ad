"""When a term, place, person, department or class is right: every problem at once. No I/O here."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.core import pinyin
from app.core.errors import Problem
from app.core.pinyin import fold
from app.core.terms import TermName, parse_code

CAMPUS, BUILDING, FLOOR, ROOM = LEVELS = ("校区", "楼", "层", "室")
KINDS = ("教室", "办公室", "功能室", "库房", "宿舍", "食堂", "室外", "其他")
GENERAL_STORE, BRANCH_STORE = CUSTODIES = ("总保管室", "分保管室")  # 总管分: one in all, as many of the other as needed
LONGEST_NAME = 50
FOUNDING = "建立学校"       # how the title of the step begins from which a ledger begins
HIGHEST_GRADE = 12

# What a room is for, told from its name; the first that fits counts.
_KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("库房", "库房|仓库|保管室|储藏|杂物|器材室|器械室"), ("宿舍", "宿舍|公寓"), ("食堂", "食堂|餐厅|厨房|操作间"),
    ("室外", "操场|球场|体育场|运动场|跑道|花园|广场|车棚|围墙|校门|室外|绿地|菜园"),
    ("办公室", "办公|校长室|书记室|财务室|总务处|教务处|德育处|传达室|门卫|值班室|会计室|档案室"),
    ("教室", r"班$|教室$|^\d+年级"), ("功能室", "室$|馆$|厅$|机房|工作坊|中心"),
)
_ROOM_NUMBER = re.compile(r"([A-Za-z]?-?\d{2,5}[A-Za-z]?)[室房号]?")


@dataclass
class SchoolDraft:
    """The school's profile at the first start; only ``name`` must be given.

    ``term`` is a code such as 2026-2027-1, "" for the term of today; ``operator`` is the name of who is working, ""
    where only the ``operator_title`` (总务主任 unless given) is to stand in the history.
    """

    name: str = ""
    short_name: str = ""
    code: str = ""
    bureau: str = ""
    phone: str = ""
    office: str = "总务处"
    term: str = ""
    operator: str = ""
    operator_title: str = ""


@dataclass
class TermDraft:
    """A term: ``school_year`` 2026 and ``half`` 1 is 2026—2027学年第一学期."""

    school_year: int
    half: int
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass
class PlaceDraft:
    """A node of the tree of places; ``parent_id`` None for the top."""

    name: str = ""
    parent_id: int | None = None
    level: str = ROOM
    kind: str = ""
    code: str = ""
    keeper_id: int | None = None
    custody: str = ""


@dataclass
class PersonDraft:
    """A member of staff."""

    name: str = ""
    department_id: int | None = None
    title: str = ""
    phone: str = ""


@dataclass
class SupplierDraft:
    """Somebody the school buys from; ``others`` (names he is found by as well) and ``kinds`` have one a line."""

    name: str = ""
    kinds: str = ""
    contact: str = ""
    phone: str = ""
    tax_number: str = ""
    bank: str = ""
    others: str = ""
    remark: str = ""


@dataclass
class ClassDraft:
    """A class of one school year; an empty ``name`` is made from grade and number (三年级2班)."""

    school_year: int
    grade: int = 1
    number: int = 1
    name: str = ""
    teacher_id: int | None = None
    place_id: int | None = None


def tidy(text: str) -> str:
    """Give a name without line breaks, doubled or outer spaces."""
    return " ".join(text.split())


def check_school(draft: SchoolDraft) -> list[Problem]:
    """Check the profile given at the first start."""
    problems = _check_name("name", "学校名称", draft.name)
    problems += _check_name("office", "总务部门名称", draft.office)
    if draft.term:
        try:
            parse_code(draft.term)
        except ValueError:
            problems.append(Problem("term", f"“{draft.term}”不是学期，请写成 2026-2027-1（第二学期写 2026-2027-2）。"))
    for field, title in (("short_name", "学校简称"), ("bureau", "主管部门"), ("operator", "操作人"),
                         ("operator_title", "职务")):
        problems += _check_length(field, title, getattr(draft, field))
    return problems


def check_term(draft: TermDraft, others: Collection[tuple[TermName, date, date]]) -> list[Problem]:
    """Check a term against the school's ``others`` (name, first day, last day): no two alike, no day in two terms."""
    if draft.half not in (1, 2) or not 1949 <= draft.school_year <= 2999:
        return [Problem("school_year", "学年请写四位数年份，学期只有第一学期、第二学期。")]
    if draft.starts_on is None or draft.ends_on is None:
        return [Problem("starts_on", "请填写学期的开始日期和结束日期。")]
    name, problems = TermName(draft.school_year, draft.half), []
    if draft.ends_on <= draft.starts_on:
        problems.append(Problem("ends_on", "结束日期要晚于开始日期。"))
    elif draft.starts_on < date(name.school_year, 7, 1) or draft.ends_on > date(name.school_year + 1, 9, 30):
        problems.append(Problem("starts_on", f"起止日期不在{name.title}的时间里，请核对年份。"))
    for other, starts_on, ends_on in others:
        if other == name:
            problems.append(Problem("half", f"{name.title}已经有了，不用再建。"))
        elif draft.starts_on <= ends_on and starts_on <= draft.ends_on:
            problems.append(Problem("starts_on", f"起止日期与{other.title}（{starts_on} 至 {ends_on}）重叠，请改开。"))
    return problems


def check_place(draft: PlaceDraft, parent_level: str | None, siblings: Collection[str],
                child_levels: Collection[str] = ()) -> list[Problem]:
    """Check a place against its parent's level, the names beside it and, when it has some, the levels below it."""
    problems = _check_name("name", "地点名称", draft.name)
    if fold(draft.name) in {fold(name) for name in siblings}:
        problems.append(Problem("name", f"这里已经有“{tidy(draft.name)}”了，请换个名称。"))
    if draft.level not in LEVELS:
        problems.append(Problem("level", f"层级只能是{'、'.join(LEVELS)}。"))
    else:
        problems += _check_level(draft.level, parent_level, child_levels)
    if draft.kind and draft.kind not in KINDS:
        problems.append(Problem("kind", f"用途只能是{'、'.join(KINDS)}。"))
    if draft.custody and draft.custody not in CUSTODIES:
        problems.append(Problem("custody", "保管室只能标为“总保管室”或“分保管室”，也可以留空。"))
    return problems + _check_length("code", "房间号", draft.code)


def _check_level(level: str, parent_level: str | None, child_levels: Collection[str]) -> list[Problem]:
    depth, problems = LEVELS.index(level), []
    if parent_level is not None and depth <= LEVELS.index(parent_level):
        problems.append(Problem("level", f"“{level}”不能放在“{parent_level}”下面。从大到小是校区、楼、层、室。"))
    if any(depth >= LEVELS.index(child) for child in child_levels):
        problems.append(Problem("level", f"下面还有“{child_levels_text(child_levels)}”，不能改成“{level}”。"))
    return problems


def child_levels_text(levels: Collection[str]) -> str:
    """Give levels in their own order, joined: 层、室."""
    return "、".join(level for level in LEVELS if level in levels)


def check_person(draft: PersonDraft, namesakes: Collection[str]) -> list[Problem]:
    """Check a person; ``namesakes`` are the departments of others with this name, which is a warning only."""
    problems = _check_name("name", "姓名", draft.name)
    problems += _check_length("title", "职务", draft.title) + _check_length("phone", "电话", draft.phone)
    if namesakes:
        where = "、".join(department or "未填部门" for department in namesakes)
        problems.append(Problem("name", f"已经有同名的人（{where}）。如果是另一个人，请填写部门以便区分。", "warning"))
    return problems


_TAX_NUMBER = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}|[0-9A-Z]{15}|[0-9A-Z]{20}")     # GB 32100-2015, and older ones


def check_supplier(draft: SupplierDraft, known: Collection[str]) -> list[Problem]:
    """Check a supplier; ``known`` are the folded names by which the other suppliers are found."""
    problems = _check_name("name", "供应商名称", draft.name)
    for key, title in (("contact", "联系人"), ("phone", "电话"), ("tax_number", "税号"), ("bank", "开户行和账号"), ("remark", "备注")):
        problems += _check_length(key, title, getattr(draft, key))
    for key, title in (("others", "曾用名称"), ("kinds", "供应类别")):
        problems += [problem
                     for line in draft_lines(getattr(draft, key))
                     for problem in _check_length(key, title, line)]
    for key, names in (("name", [draft.name]), ("others", draft_lines(draft.others))):
        problems += [Problem(key, f"已经有供应商“{tidy(name)}”了。同一家的两条记录请用“合并”。")
                     for name in names if fold(name) in known]
    number = fold(draft.tax_number).replace(" ", "").upper()
    if number and not _TAX_NUMBER.fullmatch(number):
        problems.append(Problem("tax_number", f"统一社会信用代码是 18 位，这里有 {len(number)} 位或有不用的字母，请核对。", "warning"))
    return problems


def draft_lines(text: str) -> list[str]:
    """Give the entries of a text with one a line, each once, without blank ones."""
    return list(dict.fromkeys(line for line in map(tidy, text.splitlines()) if line))


def check_department(name: str, others: Collection[str]) -> list[Problem]:
    """Check a department's name against the others."""
    problems = _check_name("name", "部门名称", name)
    if fold(name) in {fold(other) for other in others}:
        problems.append(Problem("name", f"已经有部门“{tidy(name)}”了，请换个名称。"))
    return problems


def check_class(draft: ClassDraft, taken: Collection[tuple[int, int]]) -> list[Problem]:
    """Check a class against the (grade, number) pairs taken in the same school year."""
    problems = []
    if not 1949 <= draft.school_year <= 2999:
        problems.append(Problem("school_year", "学年请写四位数年份。"))
    if not 1 <= draft.grade <= HIGHEST_GRADE:
        problems.append(Problem("grade", f"年级请填 1 到 {HIGHEST_GRADE}。"))
    if not 1 <= draft.number <= 99:
        problems.append(Problem("number", "班号请填 1 到 99。"))
    if (draft.grade, draft.number) in taken:
        problems.append(Problem("number", f"这个学年已经有{class_name(draft.grade, draft.number)}了。"))
    return problems + _check_length("name", "班级名称", draft.name)


def class_name(grade: int, number: int) -> str:
    """Give a class's usual name: 三年级2班; grades past nine as 高一年级."""
    words = "一二三四五六七八九"
    return f"{words[grade - 1]}年级{number}班" if 1 <= grade <= 9 else f"高{words[(grade - 10) % 9]}年级{number}班"


def grade_word(grade: int) -> str:
    """Give a grade as classes are called: 一年级 for 1, 高一年级 for 10."""
    return class_name(grade, 1).removesuffix("1班")


def class_keys(name: str, grade: int, number: int) -> str:
    """Give the words a class is found by: its name, and 三(2)班, 3.2, 302班 as people write it."""
    short = "一二三四五六七八九"[grade - 1:grade] or str(grade)
    return pinyin.keys(name, f"{short}({number})班", f"{grade}.{number}", f"{grade}{number:02d}班")


def room_code(name: str) -> str:
    """Give the room number in a room's name (304室 → 304), "" where the name is no number."""
    found = _ROOM_NUMBER.fullmatch(name.strip())
    return found[1] if found else ""


def likely_kind(name: str) -> str:
    """Guess what a room is for from its name; "" where the name (a bare number) says nothing."""
    if room_code(name):
        return ""
    return next((kind for kind, words in _KIND_WORDS if re.search(words, name)), "")


def _check_name(field: str, title: str, text: str) -> list[Problem]:
    return _check_length(field, title, text) if text.strip() else [Problem(field, f"请填写{title}。")]


def _check_length(field: str, title: str, text: str) -> list[Problem]:
    if len(text) <= LONGEST_NAME:
        return []
    return [Problem(field, f"{title}有 {len(text)} 个字，太长了，最多 {LONGEST_NAME} 个字。")]
