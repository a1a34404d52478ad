"""The demo school 青禾小学, built from ``data/demo``: 24 classes, 60 staff, 90 rooms, seven terms, 1,000 pupils.

Always the same.
"""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from app.core import pinyin
from app.core.errors import Refused
from app.core.paths import shipped
from app.core.terms import parse_code
from app.school import queries, rules, settings
from app.school.demo_pupils import build_pupils
from app.school.resolving import MAIN_CAMPUS
from app.school.rules import BUILDING, CAMPUS, FLOOR, ROOM, PlaceDraft, SupplierDraft
from app.school.supplier_commands import write_supplier
from app.school.tables import Department, Person, SchoolClass, Term
from app.school.tree import Node, Tree
from app.store.journal import operation, worker
from app.store.settings import put

_SETTINGS = {
    setting.title: setting
    for setting in (
        settings.NAME,
        settings.SHORT_NAME,
        settings.CODE,
        settings.BUREAU,
        settings.PHONE,
        settings.OFFICE,
        settings.OPERATOR,
    )
}


def build_school() -> None:
    """Fill an empty ledger with the demo school as one step; refused where a school is there already."""
    with operation("建立示范学校"):
        if queries.started():
            raise Refused("这个账本里已经有学校了。示范学校请建在另一个数据文件夹里。")
        put({_SETTINGS[row["项目"]]: row["内容"] for row in _rows("school")})
        _make_terms()
        people = _make_people()
        places = _make_places(people)
        for row in _rows("classes"):
            grade, number = int(row["年级"]), int(row["班号"])
            SchoolClass.insert(
                school_year=int(row["学年"]), grade=grade, number=number, name=rules.class_name(grade, number),
                teacher=people[row["班主任"]], place=places[row["教室"]],
                keys=rules.class_keys(rules.class_name(grade, number), grade, number)).execute()
        for row in _rows("suppliers"):
            write_supplier(
                SupplierDraft(
                    row["供应商"],
                    row["供应类别"].replace(" ", "\n"),
                    row["联系人"],
                    row["电话"],
                    others=row["曾用名称"],
                )
            )
        build_pupils()
    worker.name = queries.profile().operator


def _make_terms() -> None:
    rows = list(_rows("terms"))
    for row in rows:
        name = parse_code(row["学期"])
        Term.insert(school_year=name.school_year, half=name.half, starts_on=row["开始日期"], ends_on=row["结束日期"],
                    closed_on=row["结账日期"] or None, is_current=int(row is rows[-1])).execute()


def _make_people() -> dict[str, int]:
    departments: dict[str, int] = {}
    for position, row in enumerate(_rows("departments"), 1):
        name = row["部门"]
        departments[name] = int(Department.insert(name=name, keys=pinyin.keys(name), position=position).execute())
    people: dict[str, int] = {}
    for row in _rows("people"):
        name, left_on = row["姓名"], row["离岗日期"]
        people[name] = int(Person.insert(
            name=name, department=departments[row["部门"]], title=row["职务"], phone=row["电话"],
            on_staff=int(not left_on), left_on=date.fromisoformat(left_on) if left_on else None,
            keys=pinyin.name_keys(name, row["电话"])).execute())
    return people


def _make_places(people: dict[str, int]) -> dict[str, int]:
    """Make the tree of places and give room ids by path."""
    tree = Tree()
    campus = tree.add(PlaceDraft(MAIN_CAMPUS, None, CAMPUS))
    made: dict[str, Any] = {}

    def upper(parent: Node, name: str, level: str) -> Node:
        if not name:
            return parent
        key = f"{parent.path} {name}"
        if key not in made:
            made[key] = tree.add(PlaceDraft(name, parent.id, level))
        found: Node = made[key]
        return found

    rooms: dict[str, int] = {}
    for row in _rows("rooms"):
        parent = upper(upper(campus, row["楼"], BUILDING), row["层"], FLOOR)
        room = tree.add(PlaceDraft(
            row["室"], parent.id, ROOM, row["用途"], row["房间号"], people[row["保管人"]], row["保管室"]))
        rooms[room.path] = room.id
    return rooms


def _rows(name: str) -> Iterator[dict[str, str]]:
    with shipped("data", "demo", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
