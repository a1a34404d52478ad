"""Fields in which a person, a place, a department or a supplier is typed: found by name or 拼音, the same everywhere.

Who or what is not there yet is made on the spot (新增…), by the same forms as in 设置.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from app.core.errors import Problem
from app.school import queries, resolving, suppliers
from app.school.rules import CUSTODIES, KINDS, LEVELS, PersonDraft, PlaceDraft, check_person
from ui.base import undoing
from ui.forms.form import Field, FormDialog
from ui.forms.picker import Found

PEOPLE_HINT, PLACES_HINT, DEPARTMENTS_HINT = "姓名或拼音首字母", "房间号、名称或拼音首字母", "名称或拼音首字母"
SUPPLIERS_HINT = "照票据写，也可以用拼音首字母选"
ALL, FITTING = 3_000, 60    # how many a list offers when nothing is typed, and of what fits the words


@dataclass(frozen=True)
class Named:
    """A department as it is typed."""

    name: str = ""


DEPARTMENT_FIELDS = (Field("name", "部门名称", width=2, required=True),)


def picks(found: Sequence[Any]) -> Found:
    """Give the lines of a picker from what a ``find_…`` query found."""
    return [(pick.id, pick.text, pick.note) for pick in found]


def person_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a person on staff; ``more`` is what any ``Field`` takes."""
    return _lookup(key, title, queries.find_people, queries.person_name, PEOPLE_HINT,
                   {"create": _make_person, "create_word": "新增人员…", "meant": lambda: resolving.People().find, **more})


def place_field(key: str, title: str, rooms_only: bool = False, **more: Any) -> Field:
    """Give a field that holds the id of a place in use, with ``rooms_only`` of a room."""
    meant = None if rooms_only else lambda: resolving.Places().find
    return _lookup(key, title, lambda text, limit: queries.find_places(text, limit, rooms_only), queries.place_path, PLACES_HINT,
                   {"create": partial(_make_place, rooms_only), "create_word": "新增房间…" if rooms_only else "新增地点…", "meant": meant, **more})


def department_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a department."""
    return _lookup(key, title, queries.find_departments, queries.department_name, DEPARTMENTS_HINT,
                   {"create": _make_department, "create_word": "新增部门…", "meant": lambda: resolving.Departments().find, **more})


def supplier_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds a supplier's name as words: those known are offered, others stand as typed or are stored at once."""

    def create(text: str) -> tuple[str, str] | None:
        from app.school import supplier_commands
        from app.school.rules import SupplierDraft

        step = supplier_commands.add_supplier(SupplierDraft(text))
        undoing.told(f"“{text}”已存为供应商。", step)
        return text, text

    return Field(
        key,
        title,
        "lookup",
        find=lambda text: [(name, name, note) for name, note in suppliers.offered(text, _most(text))],
        text_of=str,
        free=True,
        create=create,
        create_word="存为供应商",
        own_words=True,
        **{"hint": SUPPLIERS_HINT, **more},
    )


def person_fields() -> tuple[Field, ...]:
    """Give what a person is typed in."""
    return (Field("name", "姓名", required=True), department_field("department_id", "部门"), Field("title", "职务"),
            Field("phone", "电话"))


def check_of_person(identity: int) -> Callable[[PersonDraft], list[Problem]]:
    """Give the check of a person's form: a namesake is told. ``identity`` is the person who is changed, 0 for a new one."""
    return lambda draft: check_person(draft, queries.namesakes(draft.name, identity))


def place_fields() -> tuple[Field, ...]:
    """Give what a place is typed in."""
    uses = [("", "（不填）"), *((kind, kind) for kind in KINDS)]
    return (
        Field("name", "名称", width=2, hint="例如：教学楼、3层、304室、音乐室", required=True),
        place_field("parent_id", "上级", hint="留空是最上一级"),
        Field("level", "层级", "choice", choices=LEVELS),
        Field("kind", "用途", "choice", choices=uses),
        Field("code", "房间号", hint="名称是数字时可以不填"),
        person_field("keeper_id", "保管人"),
        Field("custody", "保管室", "choice", choices=[("", "（不是保管室）"), *((word, word) for word in CUSTODIES)]),
    )


def _front() -> QWidget | None:
    """Give the window over which a form opens: the dialog in front, else the window itself."""
    return QApplication.activeModalWidget() or QApplication.activeWindow()


def _make_person(words: str) -> tuple[int, str] | None:
    """Make a person of this name, asking for the rest; None where nobody was made."""
    from app.school import commands

    form = FormDialog(_front(), "新增人员", PersonDraft(name=words), person_fields(), check_of_person(0), commands.add_person)
    if not form.exec():
        return None
    made = form.saved.made[0]
    undoing.told(f"已新增人员“{queries.person_name(made)}”。", form.saved)
    return made, queries.person_name(made)


def _make_place(rooms_only: bool, words: str) -> tuple[int, str] | None:
    """Make a place of this name, below the one that the words begin with (教学楼 3层 305室), asking for the rest."""
    from app.school import place_commands

    above, name = _parted(words)
    fields = [each for each in place_fields() if not (rooms_only and each.key == "level")]
    form = FormDialog(_front(), "新增房间" if rooms_only else "新增地点", PlaceDraft(name=name, parent_id=above), fields, lambda draft: (),
                      place_commands.add_place)
    if not form.exec():
        return None
    made = form.saved.made[0]
    undoing.told(f"已新增地点“{queries.place_path(made)}”。", form.saved)
    return made, queries.place_path(made)


def _parted(words: str) -> tuple[int | None, str]:
    """Part the words into the place that is there already and the name of what is new below it."""
    parts = words.split()
    paths = {place.path: place.id for place in queries.places_tree()}
    for count in range(len(parts) - 1, 0, -1):
        found = paths.get(" ".join(parts[:count]))
        if found is not None:
            return found, " ".join(parts[count:])
    return None, " ".join(parts)


def _make_department(words: str) -> tuple[int, str] | None:
    """Make a department of this name, seen once before it is made."""
    from app.school import commands

    form = FormDialog(_front(), "新增部门", Named(words), DEPARTMENT_FIELDS, lambda draft: (),
                      lambda draft: commands.add_department(draft.name))
    if not form.exec():
        return None
    made = form.saved.made[0]
    undoing.told(f"已新增部门“{queries.department_name(made)}”。", form.saved)
    return made, queries.department_name(made)


def _most(text: str) -> int:
    return FITTING if text.strip() else ALL


def _lookup(key: str, title: str, find: Callable[[str, int], Sequence[Any]], name: Callable[[int], str], hint: str,
            more: dict[str, Any]) -> Field:
    def text_of(identity: int | None) -> str:
        return name(identity) if identity else ""

    return Field(key, title, "lookup", find=lambda text: picks(find(text, _most(text))), text_of=text_of, create_asks=True,
                 **{"hint": hint, **more})
