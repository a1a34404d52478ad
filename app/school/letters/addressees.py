"""To whom a letter goes: pupils' families, staff or a post, one office outside; what their fields are and what stands there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import clock
from app.core.terms import TermName, chinese_day, school_year_title
from app.school import queries as school
from app.school.letters import settings as words
from app.school.letters.text import FieldGroups, LetterKind
from app.school.roster import PupilRow
from app.school.rules import grade_word
from app.store import settings
from app.store.database import database

PUPIL: FieldGroups = (("学生", {"家长称谓": "张三同学家长", "姓名": "学生姓名", "班级": "三年级2班", "年级": "三年级",
                          "学号": "学号", "座号": "班里的序号"}),)
STAFF: FieldGroups = (("收信人", {"称谓": "张三同志，或岗位：各班班主任", "姓名": "教职工姓名", "所在部门": "教职工的部门", "职务": "职务、岗位"}),)
OFFICE: FieldGroups = (("收文单位", {"称谓": "单位名称", "单位": "单位名称"}),)
TERM: FieldGroups = (
    ("日期", {"学期": "2026—2027学年第一学期", "学年": "2026—2027学年", "落款日期": "2026年9月1日", "回执截止": "交回执的最后一天",
            "放假日期": "学期结束的第二天", "开学日期": "下学期开始的日子"}),
    ("学校", {"学校": "学校全称", "部门": "总务部门名称", "咨询电话": "学校的电话"}))
"""Fields whose values are the same for all who get a letter."""

KINDS: dict[str, LetterKind] = {key: LetterKind(key, name, (*PUPIL, *TERM)) for key, name in (
    ("drowning", "防溺水致家长的信"), ("traffic", "交通安全与上下学方式"), ("holiday", "假期安全告家长书"),
    ("promise", "安全承诺书"), ("agreement", "家校安全协议书"), ("general", "其他通知"))}
"""Shipped letters to families that tell nothing of money."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One who gets a letter: what lists call him, and the values of his own fields."""

    title: str
    values: Mapping[str, str]


def pupil(row: PupilRow) -> Addressee:
    """Give a pupil's family."""
    return Addressee(row.name, {"家长称谓": f"{row.name}同学家长", "姓名": row.name, "班级": row.class_name,
                                "年级": grade_word(row.grade), "学号": row.number, "座号": str(row.seat or "")})


def staff(people: Collection[int] = ()) -> list[Addressee]:
    """Give people by department and name: these, or (none given) all who are at their posts."""
    marks = ",".join("?" * len(people))
    rows = database.execute_sql(
        f"""SELECT p.name, coalesce(d.name, ''), p.title FROM person p LEFT JOIN department d ON d.id = p.department_id
            WHERE {f"p.id IN ({marks})" if people else "p.on_staff = 1"}
            ORDER BY d.id IS NULL, d.position, d.id, name_order(p.name), p.id""", tuple(people)).fetchall()
    return [Addressee(name, {"称谓": f"{name}同志", "姓名": name, "所在部门": department, "职务": title})
            for name, department, title in rows]


def post(name: str) -> Addressee:
    """Give whoever holds a post (各班班主任): no name is known, so fields for it stay blank to write on."""
    return Addressee(name, {"称谓": name, "姓名": "", "所在部门": "", "职务": name})


def office(name: str) -> Addressee:
    """Give one office outside the school."""
    return Addressee(name, {"称谓": name, "单位": name})


def common_values(
    term: TermName, ends_on: date, dated_on: date | None = None, due_on: date | None = None
) -> dict[str, str]:
    """Give the values that are the same for all; ``ends_on`` is the term's last day.

    A letter without a date is dated today, and its slip is due after the days that the school set.
    """
    profile = school.profile()
    dated = dated_on or clock.today()
    due = due_on or dated + timedelta(settings.value(words.REPLY_DAYS))
    following = next((each for each in school.terms() if each.name == term.following), None)
    return {"学期": term.title, "学年": school_year_title(term.school_year), "学校": profile.name, "部门": profile.office,
            "咨询电话": profile.phone, "落款日期": chinese_day(dated), "回执截止": chinese_day(due),
            "放假日期": chinese_day(ends_on + timedelta(1)),
            "开学日期": chinese_day(following.starts_on) if following else ""}
