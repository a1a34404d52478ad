"""What can be asked of the school's own records. Gives plain rows, never live models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import Wish
from app.core.settings import Setting
from app.core.terms import TermName
from app.school import settings as words
from app.school.calendar import SchoolDays, read_days
from app.school.rules import ClassDraft, PersonDraft, PlaceDraft, TermDraft
from app.store.database import database, scalar
from app.store.listing import TableList
from app.store.remembered import Remembered
from app.store.settings import value

PEOPLE: tuple[Column, ...] = (
    Column("name", "姓名", Kind.TEXT, 22, person=True), Column("department", "部门", Kind.TEXT, 30),
    Column("title", "职务", Kind.TEXT, 30), Column("phone", "电话", Kind.CODE, 30),
    Column("state", "状态", Kind.CHOICE, 16), Column("left_on", "离岗日期", Kind.DAY, 23, shown=False),
    Column("rooms", "保管地点数", Kind.WHOLE, 22),
)
PLACES: tuple[Column, ...] = (
    Column("path", "地点", Kind.TEXT, 50),
    Column("level", "层级", Kind.CHOICE, 14),
    Column("kind", "用途", Kind.CHOICE, 18),
    Column("code", "房间号", Kind.CODE, 18),
    Column("keeper", "保管人", Kind.TEXT, 20, person=True),
    Column("custody", "保管室", Kind.CHOICE, 20),
    Column("class", "班级", Kind.TEXT, 24),
    Column("state", "状态", Kind.CHOICE, 14),
)
CLASSES: tuple[Column, ...] = (
    Column("name", "班级", Kind.TEXT, 26), Column("grade", "年级", Kind.WHOLE, 14, ordinal=True),
    Column("number", "班号", Kind.WHOLE, 14, ordinal=True),
    Column("teacher", "班主任", Kind.TEXT, 22, person=True), Column("place", "教室", Kind.TEXT, 44),
)
TERMS: tuple[Column, ...] = (
    Column("title", "学期", Kind.TEXT, 48), Column("starts_on", "开始日期", Kind.DAY, 23),
    Column("ends_on", "结束日期", Kind.DAY, 23), Column("state", "状态", Kind.CHOICE, 18),
)
DEPARTMENTS: tuple[Column, ...] = (Column("name", "部门", Kind.TEXT, 40), Column("people", "在岗人数", Kind.WHOLE, 20))


@dataclass(frozen=True, slots=True)
class Profile:
    """The school as papers name it; ``short_name`` is the full one where none is set."""

    name: str
    short_name: str
    code: str
    bureau: str
    phone: str
    office: str
    operator: str


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term; ``closed_on`` is None while it is open."""

    id: int
    name: TermName
    starts_on: date
    ends_on: date
    is_current: bool
    closed_on: date | None

    @property
    def title(self) -> str:
        """Give 2026—2027学年第一学期."""
        return self.name.title

    @property
    def code(self) -> str:
        """Give 2026-2027-1."""
        return self.name.code


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place of the tree, parents before children; ``depth`` is 0 at the top."""

    id: int
    parent_id: int | None
    name: str
    level: str
    kind: str
    code: str
    keeper_id: int | None
    keeper: str
    custody: str
    path: str
    rank: str
    active: bool

    @property
    def depth(self) -> int:
        """Give how many places lie above."""
        return len(self.rank) // 4 - 1


@dataclass(frozen=True, slots=True)
class Pick:
    """One line of a picker: the record's id, its name, and a few words that tell it from others."""

    id: int
    text: str
    note: str = ""


def started() -> bool:
    """Whether the file holds a school already; the first-start wizard opens where not."""
    return scalar("SELECT 1 FROM term LIMIT 1") is not None


def profile() -> Profile:
    """Give the school's profile."""
    name = value(words.NAME)
    return Profile(name, value(words.SHORT_NAME) or name, value(words.CODE), value(words.BUREAU), value(words.PHONE),
                   value(words.OFFICE), value(words.OPERATOR))


# --- terms -------------------------------------------------------------------------------------------------------


_known_terms: Remembered[Sequence[TermRow]] = Remembered()


def terms() -> Sequence[TermRow]:
    """Give all terms, latest first."""
    return _known_terms.get("", lambda: [_term(row) for row in database.execute_sql(
        f"{_TERMS} ORDER BY school_year DESC, half DESC").fetchall()])


def current_term() -> TermRow | None:
    """Give the current term, None before the school is started."""
    return next((row for row in terms() if row.is_current), None)


def term_draft(identity: int) -> TermDraft:
    """Give a term as a form edits it."""
    year, half, starts_on, ends_on = _row(
        "SELECT school_year, half, starts_on, ends_on FROM term WHERE id = ?", identity
    )
    return TermDraft(year, half, date.fromisoformat(starts_on), date.fromisoformat(ends_on))


def terms_listing() -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``TERMS``), latest first."""
    return [(row.id, row.title, row.starts_on, row.ends_on,
             "已结账" if row.closed_on else "当前" if row.is_current else "") for row in terms()]


_TERMS = "SELECT id, school_year, half, starts_on, ends_on, is_current, closed_on FROM term"


def _term(row: tuple[Any, ...]) -> TermRow:
    identity, year, half, starts_on, ends_on, is_current, closed_on = row
    return TermRow(identity, TermName(year, half), date.fromisoformat(starts_on), date.fromisoformat(ends_on),
                   bool(is_current), date.fromisoformat(closed_on) if closed_on else None)


def school_days() -> SchoolDays:
    """Give the school's calendar; refuses lines of its settings that are no days."""
    return SchoolDays(_days(words.DAYS_OFF), _days(words.DAYS_ON))


def _days(setting: Setting[list[str]]) -> frozenset[date]:
    try:
        return read_days(value(setting))
    except ValueError as trouble:
        raise Refused(
            f"“设置—校历”中“{setting.title}”里的“{trouble}”不是日子，请改成 2026-10-01 或 2026-10-01~2026-10-07 的样子。"
        ) from None


# --- places ------------------------------------------------------------------------------------------------------

_PLACES = """SELECT p.id, p.parent_id, p.name, p.level, p.kind, p.code, p.keeper_id, coalesce(k.name, ''), p.custody,
             p.path, p.rank, p.active FROM place p LEFT JOIN person k ON k.id = p.keeper_id"""


def places_tree(retired: bool = False) -> list[PlaceRow]:
    """Give all places in tree order, parents before children; those no longer in use only when asked for."""
    where = "" if retired else "WHERE p.active = 1"
    return _place_rows(f"{_PLACES} {where} ORDER BY p.rank")


def rooms(below: int | None = None) -> list[PlaceRow]:
    """Give the rooms in use (places of level 室), all or those below a place, in tree order."""
    low, high = rank_range(below) if below else ("", "~")
    return _place_rows(f"{_PLACES} WHERE p.level = '室' AND p.active = 1 AND p.rank >= ? AND p.rank < ? ORDER BY p.rank",
                       (low, high))


def place(identity: int) -> PlaceRow | None:
    """Give one place, None where there is none."""
    found = _place_rows(f"{_PLACES} WHERE p.id = ?", (identity,))
    return found[0] if found else None


def place_path(identity: int) -> str:
    """Give the full name of a place, "" where there is none."""
    return str(scalar("SELECT path FROM place WHERE id = ?", (identity,)) or "")


def scope(places: Sequence[int]) -> str:
    """Say in a few words which places were chosen: 全校 for none, the names of two at most; 0 is 未登记地点.

    A place that was chosen with all below it stands for them.
    """
    if not places:
        return "全校"
    chosen = set(places)
    names: list[str] = []
    covered: list[str] = []
    rows = database.execute_sql("SELECT id, path, rank FROM place ORDER BY rank").fetchall()
    for identity, path, rank in rows:
        if identity in chosen and not rank.startswith(tuple(covered)):
            names.append(path)
            if all(other in chosen for other, _, below in rows if below.startswith(rank)):
                covered.append(rank)
    names += ["未登记地点"] if 0 in chosen else []
    return "、".join(names[:2]) + (f"等 {len(names)} 处" if len(names) > 2 else "")


def class_in(place: int) -> str:
    """Give the name of the class that has its room there this school year, "" for none."""
    return scalar("""SELECT c.name FROM school_class c JOIN term t ON t.school_year = c.school_year
                     WHERE t.is_current = 1 AND c.place_id = ?""", (place,)) or ""


def rank_range(identity: int) -> tuple[str, str]:
    """Give the half-open range of ``place.rank`` that holds a place and all below it, for SQL; empty for none."""
    rank = scalar("SELECT rank FROM place WHERE id = ?", (identity,))
    return (rank, f"{rank}~") if rank else ("~", "~")


def places_below(identity: int) -> list[int]:
    """Give the ids of a place and of all below it, in tree order."""
    return [row[0] for row in database.execute_sql(
        "SELECT id FROM place WHERE rank >= ? AND rank < ? ORDER BY rank", rank_range(identity)).fetchall()]


def place_draft(identity: int) -> PlaceDraft:
    """Give a place as a form edits it."""
    return PlaceDraft(*_row(
        "SELECT name, parent_id, level, kind, code, keeper_id, custody FROM place WHERE id = ?", identity))


def places_listing(wish: Wish) -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``PLACES``); filters: ``below`` a place, ``kind``, ``retired``."""
    return _PLACES_LIST.rows(wish)


def _below(place: Any) -> tuple[str, Sequence[Any]]:
    return "p.rank >= ? AND p.rank < ?", rank_range(int(place))


_PLACES_LIST = TableList(
    PLACES,
    "place p",
    {
        "k": "LEFT JOIN person k ON k.id = p.keeper_id",
        "c": """LEFT JOIN school_class c ON c.id = (SELECT min(id) FROM school_class WHERE place_id = p.id AND school_year =
             (SELECT school_year FROM term WHERE is_current = 1))""",
    },
    {"keeper": "coalesce(k.name, '')", "class": "coalesce(c.name, '')", "state": "iif(p.active, '在用', '停用')"},
    {"path": ("p.rank",), "class": ("c.grade", "c.number")},
    ("p.rank", "p.id"),
    words="instr(p.keys, ?)",
    filters={"below": _below, "kind": "p.kind = ?", "retired": lambda too: ("1" if too else "p.active = 1", [])},
    defaults={"retired": False},
)


def find_places(text: str, limit: int = 30, rooms_only: bool = False) -> list[Pick]:
    """Give places in use whose path or number holds every word typed (pinyin too), best matches first."""
    where, parameters = _conditions("keys", text)
    only = "AND level = '室'" if rooms_only else ""
    typed = pinyin.fold(text)
    rows = database.execute_sql(
        f"""SELECT id, path, iif(kind = '', level, kind) FROM place WHERE active = 1 {only} AND {where}
            ORDER BY lower(code) = ? AND code <> '' DESC, lower(name) = ? DESC, rank LIMIT ?""",
        (*parameters, typed, typed, limit)).fetchall()
    return [Pick(*row) for row in rows]


def _place_rows(sql: str, parameters: tuple[Any, ...] = ()) -> list[PlaceRow]:
    rows = database.execute_sql(sql, parameters).fetchall()
    return [PlaceRow(*(*values, bool(active))) for *values, active in rows]


# --- people and departments --------------------------------------------------------------------------------------


def people_listing(wish: Wish) -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``PEOPLE``) by pinyin; filters: ``department``, ``left`` (those who left)."""
    return PEOPLE_LIST.rows(wish)


PEOPLE_LIST = TableList(
    PEOPLE,
    "person p",
    {"d": "LEFT JOIN department d ON d.id = p.department_id"},
    {
        "department": "coalesce(d.name, '')",
        "state": "iif(p.on_staff, '在岗', '离岗')",
        "rooms": "(SELECT count(*) FROM place WHERE keeper_id = p.id AND active = 1)",
    },
    {"department": ("d.position",)},
    ("name_order(p.name)", "p.id"),
    words="instr(p.keys || ' ' || coalesce(d.keys, ''), ?)",
    filters={"department": "p.department_id = ?", "left": lambda too: ("1" if too else "p.on_staff = 1", [])},
    defaults={"left": False},
)
"""The staff; filters as in ``people_listing``."""


def person_draft(identity: int) -> PersonDraft:
    """Give a person as a form edits it."""
    return PersonDraft(*_row("SELECT name, department_id, title, phone FROM person WHERE id = ?", identity))


def person_name(identity: int) -> str:
    """Give a person's name, "" where there is none."""
    return str(scalar("SELECT name FROM person WHERE id = ?", (identity,)) or "")


def department_name(identity: int) -> str:
    """Give a department's name, "" where there is none."""
    return scalar("SELECT name FROM department WHERE id = ?", (identity,)) or ""


def namesakes(name: str, except_id: int = 0) -> list[str]:
    """Give the departments of the other people on staff with this name, for ``rules.check_person``."""
    rows = database.execute_sql(
        """SELECT coalesce(d.name, '') FROM person p LEFT JOIN department d ON d.id = p.department_id
           WHERE p.name = ? AND p.id <> ? AND p.on_staff = 1""", (name, except_id)).fetchall()
    return [department for (department,) in rows]


def find_people(text: str, limit: int = 30) -> list[Pick]:
    """Give people on staff whose name, phone or department holds every word typed (pinyin too)."""
    where, parameters = _conditions("p.keys || ' ' || coalesce(d.keys, '')", text)
    rows = database.execute_sql(
        f"""SELECT p.id, p.name, trim(coalesce(d.name, '') || ' ' || p.title)
            FROM person p LEFT JOIN department d ON d.id = p.department_id
            WHERE p.on_staff = 1 AND {where}
            ORDER BY p.name = ? DESC, instr(p.keys, ?) > 0 DESC, name_order(p.name), p.id LIMIT ?""",
        (*parameters, text.strip(), pinyin.fold(text), limit)).fetchall()
    return [Pick(*row) for row in rows]


def departments_listing() -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``DEPARTMENTS``) in the office's order."""
    return list(database.execute_sql(
        """SELECT d.id, d.name, (SELECT count(*) FROM person WHERE department_id = d.id AND on_staff = 1)
           FROM department d ORDER BY d.position, d.id""").fetchall())


def find_departments(text: str, limit: int = 30) -> list[Pick]:
    """Give departments whose name holds every word typed (pinyin too), in the office's order."""
    where, parameters = _conditions("keys", text)
    rows = database.execute_sql(
        f"SELECT id, name FROM department WHERE {where} ORDER BY position, id LIMIT ?", (*parameters, limit)).fetchall()
    return [Pick(*row) for row in rows]


# --- classes -----------------------------------------------------------------------------------------------------


def classes_listing(school_year: int | None = None) -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``CLASSES``) of a school year (the current one unless given)."""
    year = school_year if school_year is not None else scalar("SELECT school_year FROM term WHERE is_current = 1")
    return list(database.execute_sql(
        """SELECT c.id, c.name, c.grade, c.number, coalesce(t.name, ''), coalesce(p.path, '')
           FROM school_class c LEFT JOIN person t ON t.id = c.teacher_id LEFT JOIN place p ON p.id = c.place_id
           WHERE c.school_year = ? ORDER BY c.grade, c.number""", (year,)).fetchall())


def school_years() -> list[int]:
    """Give the school years that have a term or classes, latest first."""
    rows = database.execute_sql(
        "SELECT school_year FROM term UNION SELECT school_year FROM school_class ORDER BY 1 DESC").fetchall()
    return [year for (year,) in rows]


def class_draft(identity: int) -> ClassDraft:
    """Give a class as a form edits it."""
    return ClassDraft(*_row(
        "SELECT school_year, grade, number, name, teacher_id, place_id FROM school_class WHERE id = ?", identity))


# --- shared ------------------------------------------------------------------------------------------------------


def _row(sql: str, identity: int) -> Any:
    """Give the values of one record for a form; refuses one that has been removed meanwhile."""
    row = database.execute_sql(sql, (identity,)).fetchone()
    if row is None:
        raise Refused("这条记录已经不在了，可能刚被删除。请刷新后再试。")
    return row


def _conditions(keys: str, text: str) -> tuple[str, list[Any]]:
    typed = pinyin.words(text)
    return " AND ".join([f"instr({keys}, ?)" for _ in typed] or ["1"]), list(typed)

