"""Fields in which a person, a place, a department or a supplier is typed: found by name or 拼音, the same everywhere."""

from collections.abc import Callable, Sequence
from typing import Any

from app.school import queries, resolving, suppliers
from ui.base import undoing
from ui.forms.form import Field
from ui.forms.picker import Found

PEOPLE_HINT, PLACES_HINT, DEPARTMENTS_HINT = "姓名或拼音首字母", "房间号、名称或拼音首字母", "名称或拼音首字母"
SUPPLIERS_HINT = "照票据写，也可以用拼音首字母选"


def picks(found: Sequence[Any]) -> Found:
    """Give the lines of a picker from what a ``find_…`` query found."""
    return [(pick.id, pick.text, pick.note) for pick in found]


def person_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a person on staff; ``more`` is what any ``Field`` takes."""
    return _lookup(key, title, queries.find_people, queries.person_name, PEOPLE_HINT, {"meant": lambda: resolving.People().find, **more})


def place_field(key: str, title: str, rooms_only: bool = False, **more: Any) -> Field:
    """Give a field that holds the id of a place in use, with ``rooms_only`` of a room."""
    meant = None if rooms_only else lambda: resolving.Places().find
    return _lookup(key, title, lambda text: queries.find_places(text, rooms_only=rooms_only), queries.place_path, PLACES_HINT,
                   {"meant": meant, **more})


def department_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a department."""
    return _lookup(key, title, queries.find_departments, queries.department_name, DEPARTMENTS_HINT,
                   {"meant": lambda: resolving.Departments().find, **more})


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
        find=lambda text: [(pick.text, pick.text, pick.note) for pick in suppliers.find_suppliers(text)],
        text_of=str,
        free=True,
        create=create,
        create_word="存为供应商",
        own_words=True,
        **{"hint": SUPPLIERS_HINT, **more},
    )


def _lookup(key: str, title: str, find: Callable[[str], Sequence[Any]], name: Callable[[int], str], hint: str,
            more: dict[str, Any]) -> Field:
    def text_of(identity: int | None) -> str:
        return name(identity) if identity else ""

    return Field(key, title, "lookup", find=lambda text: picks(find(text)), text_of=text_of, **{"hint": hint, **more})
