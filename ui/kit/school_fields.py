"""Fields in which a person, a place or a department of the school is typed: found by name or 拼音, the same in every form and cell."""

from collections.abc import Callable, Sequence
from typing import Any

from app.school import queries
from ui.forms.form import Field
from ui.forms.picker import Found

PEOPLE_HINT, PLACES_HINT, DEPARTMENTS_HINT = "姓名或拼音首字母", "房间号、名称或拼音首字母", "名称或拼音首字母"


def picks(found: Sequence[Any]) -> Found:
    """Give the lines of a picker from what a ``find_…`` query found."""
    return [(pick.id, pick.text, pick.note) for pick in found]


def person_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a person on staff; ``more`` is what any ``Field`` takes."""
    return _lookup(key, title, queries.find_people, queries.person_name, PEOPLE_HINT, more)


def place_field(key: str, title: str, rooms_only: bool = False, **more: Any) -> Field:
    """Give a field that holds the id of a place in use, with ``rooms_only`` of a room."""
    return _lookup(key, title, lambda text: queries.find_places(text, rooms_only=rooms_only), queries.place_path, PLACES_HINT, more)


def department_field(key: str, title: str, **more: Any) -> Field:
    """Give a field that holds the id of a department."""
    return _lookup(key, title, queries.find_departments, queries.department_name, DEPARTMENTS_HINT, more)


def _lookup(key: str, title: str, find: Callable[[str], Sequence[Any]], name: Callable[[int], str], hint: str,
            more: dict[str, Any]) -> Field:
    def text_of(identity: int | None) -> str:
        return name(identity) if identity else ""

    return Field(key, title, "lookup", find=lambda text: picks(find(text)), text_of=text_of, **{"hint": hint, **more})
