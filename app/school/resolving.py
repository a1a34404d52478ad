"""From words in a workbook to places, people and departments: found tolerantly, made where new, never guessed.

Each resolver is made inside an open operation, loads once and remembers every answer, so that 20,000 rows cost little.
What could mean two things is a problem for the person to settle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from app.core import pinyin
from app.core.pinyin import fold
from app.school.naming import canonical, floor_of, joined, names_several, says_something, segments
from app.school.room_names import LONGEST_TITLE, bare_title, names_a_room, ways_of_naming
from app.school.rules import BUILDING, CAMPUS, FLOOR, LEVELS, LONGEST_NAME, ROOM, PlaceDraft, likely_kind, tidy
from app.school.tables import Department, Person
from app.school.tree import Node, Tree
from app.store.database import database

MAIN_CAMPUS = "校本部"
LONGEST_PATH = 100


Found = tuple[int | None, str]
"""An answer: the record's id, and what is wrong. A blank text gives no id and nothing wrong."""
NOTHING: Found = (None, "")


class Places:
    """Finds and makes places.

    ``new`` lists the full names of those made, ``warnings`` what is odd about a text that was resolved all the same.
    """

    def __init__(self) -> None:
        self.tree = Tree()
        self.new: list[str] = []
        self.warnings: dict[str, str] = {}
        self._answers: dict[str, Found] = {}
        self._spelled: dict[str, list[Node]] = {}
        for node in self.tree.nodes.values():
            self._spell(node)
        self._spell_classes()

    def resolve(self, text: str) -> Found:
        """Give the place a text means, making it and what lies above it where they are new."""
        answer = self._answers.get(text)
        if answer is None:
            known = len(self.new)
            answer = self._resolve(tidy(text))
            if len(self.new) > known:
                # What was unclear may be clear now; what was found stays, or one row would mean two places.
                self._answers = {asked: found for asked, found in self._answers.items() if not found[1]}
            self._answers[text] = answer
        return answer

    def known(self, text: str) -> bool:
        """Whether a text means exactly one place that there is already; makes nothing."""
        return bool(text) and len(text) <= LONGEST_PATH and len(self._meant(canonical(tidy(text)))) == 1

    def find(self, text: str) -> Found:
        """Give the place in use that a text means, or None and what is wrong, "" where there is no such place; makes nothing."""
        known = self._meant(canonical(tidy(text))) if len(text) <= LONGEST_PATH else []
        if len(known) > 1:
            return None, _which(text, known)
        if known and not known[0].active:
            return None, f"地点“{known[0].path}”已停用。"
        return (known[0].id, "") if known else NOTHING

    def name_in(self, title: str, school: str = "") -> str:
        """Give the place that a sheet's name or a title means: a known one, also short of 班 or 室, else a room's name; "".

        ``school`` is the school's own name, which titles begin with.
        """
        words = bare_title(title, school) if len(title) <= LONGEST_TITLE else ""
        ways = ways_of_naming(words)
        known = next((way for way in ways if self.known(way)), "")
        return known or next((way for way in [*ways[3:], words] if names_a_room(way)), "")

    def _resolve(self, text: str) -> Found:
        if not text:
            return NOTHING
        if len(text) > LONGEST_PATH:
            return (None, f"存放地点有 {len(text)} 个字，太长了，请改成“楼 层 室”这样的名称。")
        known = self._meant(canonical(text))
        if len(known) == 1:
            if not known[0].active:
                self.warnings[text] = f"地点“{known[0].path}”已停用。"
            return known[0].id, ""
        if known:
            return (None, _which(text, known))
        if names_several(text):
            return (None, f"“{text}”写了不止一处地点，请分成几行，每行一处。")
        return self._make(text)

    def _meant(self, name: str) -> list[Node]:
        """Give the places a canonical name can mean: one that is so called in full, else all, those in use first."""
        nodes = self._spelled.get(name, [])
        if len(nodes) > 1:
            nodes = [node for node in nodes if node.active] or nodes
        if len(nodes) > 1:
            nodes = [node for node in nodes if canonical(node.path) == name] or nodes
        return nodes

    def _make(self, text: str) -> Found:
        upper, rest = self._known_part(text)
        if len(upper) > 1:
            return (None, _which(text, upper))
        parent = upper[0] if upper else None
        if parent and not says_something(rest):
            return parent.id, ""
        if parent is None:
            campuses = [node for node in self.tree.top if node.level == CAMPUS and node.active]
            parts = segments(rest)
            if len(campuses) > 1 and parts[0][1] != CAMPUS:
                return (None, f"“{text}”：学校有 {len(campuses)} 个校区，请在前面写明是哪个校区。")
            if parts[0][1] != CAMPUS:
                parent = campuses[0] if campuses else self._add(MAIN_CAMPUS, CAMPUS, None)
        parts = segments(rest, parent.level if parent else None)
        trouble = self._trouble(text, parent, parts)
        if trouble:
            return (None, trouble)
        for name, level in parts:
            existing = self._beneath(parent, name)
            parent = existing or self._add(name, level, self._floor_for(parent, name, level))
        return parent.id if parent else None, ""

    def _known_part(self, text: str) -> tuple[list[Node], str]:
        """Give the places that the longest known beginning of a text can mean, and the rest of it."""
        for end in range(len(text) - 1, 0, -1):
            head, rest = text[:end].strip(), text[end:].strip()
            between = text[end - 1] in " -—_/" or text[end] in " -—_/"
            known = [node for node in self._meant(canonical(head)) if between or node.level != ROOM]
            if known and not (head[-1].isdigit() and rest[0].isdigit()):
                return known, rest.lstrip("-—_/ ")
        return [], text

    def _trouble(self, text: str, parent: Node | None, parts: list[tuple[str, str]]) -> str:
        if any(len(name) > LONGEST_NAME for name, _ in parts):
            return f"“{text[:20]}……”太长了，一处地点的名称最多 {LONGEST_NAME} 个字。"
        if parent is None or LEVELS.index(parts[0][1]) > LEVELS.index(parent.level):
            return ""
        if parent.level == ROOM and parent.parent and parent.parent.level in (CAMPUS, BUILDING):
            # What was entered as a room turns out to hold rooms: 图书馆 was a room, 图书馆/阅览室 makes it a building.
            parent.level = BUILDING if parent.parent.level == CAMPUS else FLOOR
            self.tree.save()
            return ""
        return f"“{text}”：“{parent.path}”是{parent.level}，下面不能再放“{parts[0][0]}”，请改写地点。"

    def _beneath(self, parent: Node | None, name: str) -> Node | None:
        wanted = canonical(name)
        return next((node for node in self.tree.siblings(parent) if canonical(node.name) == wanted), None)

    def _floor_for(self, parent: Node | None, name: str, level: str) -> Node | None:
        """Hang a numbered room under its floor where the building has that floor: 教学楼304 goes to 3层."""
        if parent and parent.level == BUILDING and level == ROOM and floor_of(name):
            return self._beneath(parent, floor_of(name)) or parent
        return parent

    def _add(self, name: str, level: str, parent: Node | None) -> Node:
        kind = likely_kind(name) if level == ROOM else ""
        node = self.tree.add(PlaceDraft(name, parent.id if parent else None, level, kind))
        self.new.append(node.path)
        self._spell(node)
        return node

    def _spell(self, node: Node) -> None:
        """Note every way of naming a place: its own name or number after any choice of the names above it."""
        own = {canonical(node.name)} | ({canonical(node.code)} if node.code else set())
        above = [canonical(upper.name) for upper in node.chain()[:-1]]
        for count in range(len(above) + 1):
            for chosen in combinations(above, count):
                stem = ""
                for name in chosen:
                    stem = joined(stem, name)
                for name in own:
                    self._note(joined(stem, name), node)
        self._note(canonical(node.path), node)

    def _spell_classes(self) -> None:
        """Let a class of the current school year mean its room, unless a place is so called: 三(2)班, 三年级2班."""
        rows = database.execute_sql(
            """SELECT grade, number, name, place_id FROM school_class WHERE place_id IS NOT NULL AND school_year =
               (SELECT school_year FROM term WHERE is_current = 1)""").fetchall()
        places = set(self._spelled)
        for grade, number, name, place in rows:
            word = "零一二三四五六七八九十"[grade] if grade <= 10 else str(grade)
            ways = {name, f"{word}年级{number}班", f"{word}({number})班", f"{grade}({number})班", f"{word}{number}班",
                    f"{grade}.{number}班", f"{word}年级({number})班", f"{word}年{number}班", f"{grade}0{number}班"}
            for way in {canonical(way) for way in ways} - places:
                self._note(way, self.tree.node(place))

    def _note(self, name: str, node: Node) -> None:
        nodes = self._spelled.setdefault(name, [])
        if node not in nodes:
            nodes.append(node)


def _which(text: str, nodes: list[Node]) -> str:
    listed = "、".join(node.path for node in nodes[:3]) + ("等" if len(nodes) > 3 else "")
    return f"“{text}”可能是 {len(nodes)} 处地点（{listed}），请写全楼、层、室。"


class Departments:
    """Finds and makes departments; ``new`` lists those made."""

    def __init__(self) -> None:
        self.new: list[str] = []
        rows = database.execute_sql("SELECT id, name FROM department").fetchall()
        self.ids: dict[str, int] = {_plain(name): identity for identity, name in rows}

    def find(self, text: str) -> Found:
        """Give the department a text means, None where there is none; makes nothing."""
        return self.ids.get(_plain(tidy(text))), ""

    def resolve(self, text: str) -> Found:
        """Give the department a text means, making it where it is new."""
        name = tidy(text)
        if not name:
            return NOTHING
        found = self.find(name)
        if found[0]:
            return found
        if len(name) > LONGEST_NAME:
            return (None, f"部门名称有 {len(name)} 个字，太长了，最多 {LONGEST_NAME} 个字。")
        identity = int(Department.insert(name=name, keys=pinyin.keys(name), position=len(self.ids) + 1).execute())
        self.ids[_plain(name)] = identity
        self.new.append(name)
        return identity, ""


@dataclass(frozen=True, slots=True)
class _Namesake:
    id: int
    department: str
    title: str
    on_staff: bool


class People:
    """Finds and makes people; a department may tell namesakes apart.

    ``new`` lists the names made, ``warnings`` what is odd about a text that was resolved all the same.
    """

    def __init__(self) -> None:
        self.new: list[str] = []
        self.warnings: dict[str, str] = {}
        self._answers: dict[tuple[str, str], Found] = {}
        self._namesakes: dict[str, list[_Namesake]] = {}
        rows = database.execute_sql(
            """SELECT p.id, p.name, coalesce(d.name, ''), p.title, p.on_staff
               FROM person p LEFT JOIN department d ON d.id = p.department_id""").fetchall()
        for identity, name, department, title, on_staff in rows:
            self._namesakes.setdefault(_plain(name), []).append(
                _Namesake(identity, _plain(department), _plain(title), bool(on_staff)))
        self._departments = {_plain(name) for (name,) in database.execute_sql("SELECT name FROM department").fetchall()}

    def resolve(self, text: str, department: str = "") -> Found:
        """Give the person a name means: 王芳, 王 芳, 王芳（语文组）; made in no department where new."""
        asked = (text, department)
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._answers[asked] = self._resolve(tidy(text), department)
        return answer

    def find(self, text: str, department: str = "") -> Found:
        """Give the person a name means, or None and what is wrong, "" where nobody is so called; makes nobody."""
        name, hint = _name_and_hint(tidy(text))
        whole = self._namesakes.get(_plain(text))
        known = whole or self._namesakes.get(_plain(name), [])
        return self._choose(text, known, ["" if whole else hint, department]) if known else NOTHING

    def _resolve(self, text: str, department: str) -> Found:
        if not text:
            return NOTHING
        found = self.find(text, department)
        if found != NOTHING:
            return found
        name, hint = _name_and_hint(text)
        if _plain(text) in self._departments:
            self.warnings[text] = f"“{text}”是部门，不是人名，先空着，请以后补上姓名。"
            return NOTHING
        if names_several(text) or _is_two_names(text):
            return (None, f"“{text}”写了不止一个人，请只留一位，其他人写在备注里。")
        if len(text) > LONGEST_NAME:
            return (None, f"姓名有 {len(text)} 个字，太长了，请核对这一格是不是姓名。")
        if hint and _plain(hint) not in self._departments:
            name = text
        return self._make(_closed_up(name))

    def _choose(self, text: str, known: list[_Namesake], hints: Iterable[str]) -> Found:
        for hint in hints:
            if len(known) > 1 and hint:
                fitting = [one for one in known if _plain(hint) in (one.department, one.title)]
                known = fitting or known
        if len(known) > 1:
            known = [one for one in known if one.on_staff] or known
        if len(known) > 1:
            where = "、".join(one.department or "未填部门" for one in known)
            return (None, f"有 {len(known)} 位“{text}”（{where}），请写明部门，例如：{text}（{known[0].department or '部门'}）。")
        if not known[0].on_staff:
            self.warnings[text] = f"“{text}”已经离岗。"
        return known[0].id, ""

    def _make(self, name: str) -> Found:
        identity = int(Person.insert(name=name, keys=pinyin.name_keys(name)).execute())
        self._namesakes[_plain(name)] = [_Namesake(identity, "", "", True)]
        self.new.append(name)
        return identity, ""


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")


def _closed_up(name: str) -> str:
    """Give 张三 for 张 三; a foreign name keeps its spaces."""
    return name.replace(" ", "") if not name.isascii() else name


def _name_and_hint(text: str) -> tuple[str, str]:
    """Take 王芳（语文组） apart."""
    for opening, closing in ("（）", "()"):
        if text.endswith(closing) and opening in text:
            name, _, hint = text[:-1].partition(opening)
            return name.strip(), hint.strip()
    return text, ""


_COMPOUND_SURNAMES = frozenset((
    "欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文",
    "东方", "夏侯", "端木", "轩辕", "百里", "呼延", "南宫", "西门", "独孤", "申屠", "太史", "公冶",
    "濮阳", "淳于", "单于", "赫连", "澹台", "钟离",
))


def _is_two_names(text: str) -> bool:
    parts = text.replace("/", " ").split()
    if len(parts) == 2 and parts[0] in _COMPOUND_SURNAMES:  # 欧阳 娜娜 is one person
        return False
    return len(parts) > 1 and not text.isascii() and all(len(part) > 1 for part in parts)
