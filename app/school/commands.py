"""What a person can do with the school's own records: one verb is one operation, one transaction, one step of undo."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.clock import today
from app.core.errors import Refused, require_valid
from app.core.terms import TermName, parse_code, term_of
from app.school import roster, rules, settings, uses
from app.school.pupil_rules import MOVED_UP
from app.school.resolving import MAIN_CAMPUS, Departments, People
from app.school.rules import CAMPUS, ClassDraft, PersonDraft, PlaceDraft, SchoolDraft, TermDraft, tidy
from app.school.tables import Department, Person, SchoolClass, Term
from app.school.tree import Tree
from app.store.database import database
from app.store.journal import Step, operation, worker
from app.store.settings import put


def start_school(draft: SchoolDraft) -> Step:
    """Begin the ledger of a school: profile, current term, one campus, its office; refused where one is there already."""
    require_valid(rules.check_school(draft))
    term = parse_code(draft.term) if draft.term else term_of(today())
    title = tidy(draft.operator_title) or settings.OPERATOR.default
    operator = tidy(draft.operator) or title
    with operation(f"{rules.FOUNDING} {tidy(draft.name)}") as work:
        if Term.select().exists():
            raise Refused("这个账本里已经有学校了。要新建另一所学校，请用另一个数据文件夹。")
        put({settings.NAME: tidy(draft.name), settings.SHORT_NAME: tidy(draft.short_name), settings.CODE: draft.code,
             settings.BUREAU: tidy(draft.bureau), settings.PHONE: draft.phone, settings.OFFICE: tidy(draft.office),
             settings.OPERATOR: operator})
        Term.insert(school_year=term.school_year, half=term.half, starts_on=term.starts_on, ends_on=term.ends_on,
                    is_current=1).execute()
        if not Tree().top:
            Tree().add(PlaceDraft(MAIN_CAMPUS, None, CAMPUS))
        office, _ = Departments().resolve(draft.office)
        if operator not in (title, settings.OPERATOR.default):
            person, _ = People().resolve(operator)
            Person.update(department=office, title=title).where(
                (Person.id == person) & Person.department.is_null()).execute()
    worker.name = operator
    return work.done


# --- terms -------------------------------------------------------------------------------------------------------


def add_term(draft: TermDraft) -> Step:
    """Add a term; days left blank are the usual ones."""
    if draft.half in (1, 2) and 1949 <= draft.school_year <= 2999:
        name = TermName(draft.school_year, draft.half)
        draft.starts_on, draft.ends_on = draft.starts_on or name.starts_on, draft.ends_on or name.ends_on
    with operation(f"新增学期 {_term_title(draft)}") as work:
        require_valid(rules.check_term(draft, _other_terms(0)))
        with _first_day_moves(draft.school_year):
            work.made(int(Term.insert(school_year=draft.school_year, half=draft.half, starts_on=draft.starts_on,
                                      ends_on=draft.ends_on).execute()))
    return work.done


def edit_term(identity: int, draft: TermDraft) -> Step | None:
    """Change a term's name or days; refused once it is closed."""
    with operation(f"修改学期 {_term_title(draft)}") as work:
        _open_term(identity)
        require_valid(rules.check_term(draft, _other_terms(identity)))
        with _first_day_moves(draft.school_year):
            Term.update(school_year=draft.school_year, half=draft.half, starts_on=draft.starts_on,
                        ends_on=draft.ends_on).where(Term.id == identity).execute()
    return work.step


@contextmanager
def _first_day_moves(year: int) -> Iterator[None]:
    """Let the pupils who began with a school year go on doing so when its first day turns out to be another one.

    They would otherwise seem to have come after the term had begun, and be charged for a part of it.
    """
    before = roster.first_day(year)
    yield
    after = roster.first_day(year)
    if before == after:
        return
    in_year = "school_class_id IN (SELECT id FROM school_class WHERE school_year = ?)"
    database.execute_sql(
        f"UPDATE enrolment SET joined_on = ? WHERE joined_on = ? AND (left_on IS NULL OR left_on > ?) AND {in_year}",
        (after.isoformat(), before.isoformat(), after.isoformat(), year),
    )
    database.execute_sql(f"UPDATE enrolment SET left_on = ? WHERE left_on = ? AND reason = ? AND {in_year}",
                         (after.isoformat(), before.isoformat(), MOVED_UP, year - 1))


def make_current(identity: int) -> Step | None:
    """Make a term the current one; refused for a closed one."""
    with operation("切换当前学期") as work:
        _open_term(identity)
        work.rename(f"切换当前学期 {_title_of(identity)}")
        Term.update(is_current=0).where((Term.is_current == 1) & (Term.id != identity)).execute()
        Term.update(is_current=1).where(Term.id == identity).execute()
    return work.step


def close_term(identity: int, day: date | None = None) -> Step:
    """Close a term: from now on it takes no more changes. Undo opens it again."""
    with operation("学期结账", day) as work:
        _open_term(identity)
        work.rename(f"学期结账 {_title_of(identity)}")
        Term.update(closed_on=day or today()).where(Term.id == identity).execute()
    return work.done


def reopen_term(identity: int) -> Step | None:
    """Take back the closing of a term, so that it takes changes again; refused for one that is open."""
    term = _require(Term, identity, "这个学期")
    title = TermName(term.school_year, term.half).title
    with operation(f"撤销结账 {title}") as work:
        if not Term.update(closed_on=None).where((Term.id == identity) & Term.closed_on.is_null(False)).execute():
            raise Refused(f"{title}没有结账，不用撤销。")
    return work.step


def _title_of(identity: int) -> str:
    term = Term.get_by_id(identity)
    return TermName(term.school_year, term.half).title


def _open_term(identity: int) -> None:
    term = Term.get_or_none(Term.id == identity)
    if term is None:
        raise Refused("这个学期已经不在了，请刷新后再试。")
    if term.closed_on:
        title = TermName(term.school_year, term.half).title
        raise Refused(f"{title}已在 {term.closed_on} 结账，不能再改。如确有需要，请先撤销结账。")


def _other_terms(identity: int) -> list[tuple[TermName, date, date]]:
    return [(TermName(term.school_year, term.half), term.starts_on, term.ends_on)
            for term in Term.select().where(Term.id != identity)]


def _term_title(draft: TermDraft) -> str:
    return TermName(draft.school_year, draft.half).title if draft.half in (1, 2) else ""


# --- people and departments --------------------------------------------------------------------------------------


def add_person(draft: PersonDraft) -> Step:
    """Add a member of staff; a namesake is allowed, for people do share names."""
    with operation(f"新增人员 {tidy(draft.name)}") as work:
        require_valid(rules.check_person(draft, ()))
        work.made(int(Person.insert(**_person_row(draft)).execute()))
    return work.done


def edit_person(identity: int, draft: PersonDraft) -> Step | None:
    """Change a person's name, department, title or phone."""
    with operation(f"修改人员 {tidy(draft.name)}") as work:
        _require(Person, identity, "这个人")
        require_valid(rules.check_person(draft, ()))
        Person.update(**_person_row(draft)).where(Person.id == identity).execute()
    return work.step


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a person who left still keeps (``uses.still_keeps``), to be handed over; and the step, None where he had left."""

    kept: tuple[str, ...]
    step: Step | None


def person_leaves(identity: int, day: date | None = None) -> Leaving:
    """Mark a person as 离岗 and give what they still keep.

    Not refused while things are kept: staff leave first and hand over later, and history must stay as it was.
    """
    person = _require(Person, identity, "这个人")
    with operation(f"人员离岗 {person.name}", day) as work:
        Person.update(on_staff=0, left_on=day or today()).where(Person.id == identity).execute()
        kept = uses.still_keeps(identity)
    return Leaving(tuple(kept), work.step)


def person_returns(identity: int) -> Step | None:
    """Mark a person as 在岗 again."""
    person = _require(Person, identity, "这个人")
    with operation(f"人员返岗 {person.name}") as work:
        Person.update(on_staff=1, left_on=None).where(Person.id == identity).execute()
    return work.step


def remove_person(identity: int) -> Step:
    """Delete a person whom nothing refers to; refused otherwise, for old records must keep their names."""
    person = _require(Person, identity, "这个人")
    with operation(f"删除人员 {person.name}") as work:
        uses.require_unused("person", identity, person.name, "请改为“离岗”。")
        Person.delete().where(Person.id == identity).execute()
    return work.done


def _person_row(draft: PersonDraft) -> dict[str, object]:
    name = tidy(draft.name)
    return {"name": name, "department": draft.department_id, "title": tidy(draft.title), "phone": tidy(draft.phone),
            "keys": pinyin.name_keys(name, draft.phone)}


def add_department(name: str) -> Step:
    """Add a department at the end of the list."""
    with operation(f"新增部门 {tidy(name)}") as work:
        require_valid(rules.check_department(name, _other_departments(0)))
        position = Department.select().count() + 1
        work.made(int(Department.insert(name=tidy(name), keys=pinyin.keys(tidy(name)), position=position).execute()))
    return work.done


def rename_department(identity: int, name: str) -> Step | None:
    """Give a department another name; everything that refers to it follows."""
    with operation(f"部门改名 {tidy(name)}") as work:
        _require(Department, identity, "这个部门")
        require_valid(rules.check_department(name, _other_departments(identity)))
        Department.update(name=tidy(name), keys=pinyin.keys(tidy(name))).where(Department.id == identity).execute()
    return work.step


def order_departments(identities: list[int]) -> Step | None:
    """Put departments into the given order."""
    with operation("调整部门顺序") as work:
        for position, identity in enumerate(identities, 1):
            Department.update(position=position).where(Department.id == identity).execute()
    return work.step


def remove_department(identity: int) -> Step:
    """Delete a department that nothing refers to."""
    department = _require(Department, identity, "这个部门")
    with operation(f"删除部门 {department.name}") as work:
        uses.require_unused("department", identity, department.name, "请先把他们改到别的部门。")
        Department.delete().where(Department.id == identity).execute()
    return work.done


def _other_departments(identity: int) -> list[str]:
    rows = database.execute_sql("SELECT name FROM department WHERE id <> ?", (identity,)).fetchall()
    return [name for (name,) in rows]


# --- classes -----------------------------------------------------------------------------------------------------


def add_class(draft: ClassDraft) -> Step:
    """Add a class to a school year."""
    with operation(f"新增班级 {_class_name(draft)}") as work:
        require_valid(rules.check_class(draft, _other_classes(draft.school_year, 0)))
        work.made(int(SchoolClass.insert(**_class_row(draft)).execute()))
    return work.done


def add_classes(school_year: int, per_grade: dict[int, int]) -> Step | None:
    """Add classes 1 to n of each grade where they are missing; ``made`` of the step tells how many are new."""
    with operation(f"批量新增班级 {school_year}—{school_year + 1}学年") as work:
        taken = _other_classes(school_year, 0)
        for grade, count in per_grade.items():
            for number in range(1, count + 1):
                draft = ClassDraft(school_year, grade, number)
                if (grade, number) not in taken:
                    require_valid(rules.check_class(draft, taken))
                    work.made(int(SchoolClass.insert(**_class_row(draft)).execute()))
    return work.step


def edit_class(identity: int, draft: ClassDraft) -> Step | None:
    """Change a class, its 班主任 or its room."""
    with operation(f"修改班级 {_class_name(draft)}") as work:
        _require(SchoolClass, identity, "这个班")
        require_valid(rules.check_class(draft, _other_classes(draft.school_year, identity)))
        SchoolClass.update(**_class_row(draft)).where(SchoolClass.id == identity).execute()
    return work.step


def remove_class(identity: int) -> Step:
    """Delete a class that nothing refers to."""
    found = _require(SchoolClass, identity, "这个班")
    with operation(f"删除班级 {found.name}") as work:
        uses.require_unused("school_class", identity, found.name, "请先处理这些记录。")
        SchoolClass.delete().where(SchoolClass.id == identity).execute()
    return work.done


def _class_name(draft: ClassDraft) -> str:
    return tidy(draft.name) or rules.class_name(draft.grade, draft.number)


def _class_row(draft: ClassDraft) -> dict[str, object]:
    return {"school_year": draft.school_year, "grade": draft.grade, "number": draft.number, "name": _class_name(draft),
            "teacher": draft.teacher_id, "place": draft.place_id,
            "keys": rules.class_keys(_class_name(draft), draft.grade, draft.number)}


def _other_classes(school_year: int, identity: int) -> set[tuple[int, int]]:
    rows = database.execute_sql(
        "SELECT grade, number FROM school_class WHERE school_year = ? AND id <> ?", (school_year, identity))
    return set(rows.fetchall())


# --- shared ------------------------------------------------------------------------------------------------------


def _require(table: Any, identity: int, what: str) -> Any:
    """Give a row by id; refuses one that has been removed meanwhile."""
    row = table.get_or_none(table.id == identity)
    if row is None:
        raise Refused(f"{what}已经不在了，可能刚被删除。请刷新后再试。")
    return row
