"""For the store's tests: short ways to write into a real ledger and to compare whole tables."""

import pytest

from app.school.tables import Department, Person
from app.store import check, guards, journal, nouns, numbering, triggers
from app.store.database import database
from app.store.feature import FEATURE


def add_departments(*names):
    with journal.operation(f"添加部门 {len(names)} 个"):
        for name in names:
            Department.insert(name=name, keys="", position=0).execute()


def rename_department(old, new):
    with journal.operation(f"改名 {old}"):
        Department.update(name=new).where(Department.name == old).execute()


def department_names():
    return sorted(row.name for row in Department.select())


def rows_of_all_tables():
    """Give every journalled table's rows, for comparing states row for row."""
    return {
        table: database.execute_sql(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
        for table in triggers.journalled_tables()
    }


@pytest.fixture
def some_rows(ledger):
    """Give an open ledger with two departments and a person, in two steps."""
    add_departments("总务处", "教导处")
    with journal.operation("添加人员"):
        Person.insert(name="王芳", department=1, title="", phone="", on_staff=1, keys="").execute()
    return ledger


@pytest.fixture(autouse=True)
def the_store_alone(monkeypatch):
    """The store knows no feature here, whatever other tests have joined to it."""
    monkeypatch.setattr(nouns, "nouns", dict(FEATURE.nouns))
    monkeypatch.setattr(numbering, "all_series", tuple)
    monkeypatch.setattr(check, "checks", tuple)
    monkeypatch.setattr(guards, "guards", tuple)
