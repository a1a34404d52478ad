"""The tables of a query are measured, and what is kept in memory falls when one of them changes."""

import threading
from datetime import datetime

import peewee
import pytest

from app.core import clock, reading
from app.core.settings import Setting
from app.school.tables import Department, Person
from app.store import journal, settings
from app.store.database import MOST_REMEMBERED, database, scalar
from app.store.remembered import Remembered
from tests.store.conftest import department_names, rename_department


def tables_read(work):
    with reading.recording() as seen:
        work()
    return seen.tables


def test_every_table_of_a_query_is_noted(some_rows):
    questions = {
        "SELECT count(*) FROM person": {"person"},
        "SELECT 1 FROM department WHERE EXISTS (SELECT 1 FROM person)": {"department", "person"},
        "SELECT d.id FROM department d LEFT JOIN person p ON p.department_id = d.id": {"department", "person"},
        "WITH chosen AS (SELECT id FROM term) SELECT count(*) FROM chosen": {"term"},
        "  select title from operation union select name from department": {"operation", "department"},
        "SELECT 1": set(),
        "PRAGMA user_version": set(),
    }
    for sql, tables in questions.items():
        assert tables_read(lambda sql=sql: database.execute_sql(sql).fetchall()) == tables, sql
    assert tables_read(lambda: list(Person.select().join(Department))) == {"person", "department"}
    assert tables_read(lambda: scalar("SELECT name FROM department WHERE id = ?", (1,))) == {"department"}


def test_a_query_that_is_prepared_already_is_noted_as_well(some_rows):
    department_names()      # nobody listens: SQLite prepares it, the driver keeps it prepared
    assert tables_read(department_names) == {"department"}
    assert tables_read(department_names) == {"department"}


def test_writing_is_no_reading(some_rows):
    def write():
        with journal.operation("改名"):
            database.execute_sql("UPDATE department SET name = name || '一'")
    assert "department" not in tables_read(write)


def test_a_query_that_fails_is_refused_as_ever(some_rows):
    with pytest.raises(peewee.OperationalError, match="no such table"), reading.recording():
        database.execute_sql("SELECT * FROM nowhere")
    assert tables_read(department_names) == {"department"}


def test_measuring_does_not_disturb_rows_that_are_being_fetched(some_rows):
    with reading.recording() as seen:
        rows = database.execute_sql("SELECT id FROM department ORDER BY id")
        first = rows.fetchone()
        database.execute_sql("SELECT max(id) + 7 FROM person").fetchone()
        assert [first, *rows.fetchall()] == [(1,), (2,)]
    assert seen.tables == {"department", "person"}


def test_many_different_queries_do_not_fill_the_memory(some_rows):
    with reading.recording() as seen:
        for number in range(MOST_REMEMBERED + 5):
            database.execute_sql(f"SELECT {number} FROM term LIMIT 0")
    assert seen.tables == {"term"}
    assert tables_read(department_names) == {"department"}


def test_a_worker_measures_with_its_own_connection(some_rows):
    found = []

    def work():
        found.append(tables_read(department_names))
        database.close()
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    assert found == [{"department"}]


def test_settings_given_from_memory_were_read(ledger):
    key = Setting("test/word", "字", "甲")
    assert tables_read(lambda: settings.value(key)) == {"setting"}
    assert tables_read(lambda: settings.value(key)) == {"setting"}


# --- kept in memory ----------------------------------------------------------------------------------------------


class Names:
    """The names of all departments, remembered; ``made`` counts how often they were read."""

    def __init__(self):
        self.made, self.kept = 0, Remembered(2)

    def __call__(self, key=0, read=department_names):
        def make():
            self.made += 1
            return read()
        return self.kept.get(key, make)


def test_kept_until_one_of_its_tables_changes(some_rows):
    names = Names()
    assert [names(), names()] == [["总务处", "教导处"]] * 2
    assert names.made == 1
    with journal.operation("电话"):
        Person.update(phone="8").execute()
    names()
    assert names.made == 1
    rename_department("总务处", "后勤处")
    assert names() == ["后勤处", "教导处"]
    journal.undo()
    assert names() == ["总务处", "教导处"]
    assert names.made == 3


def test_who_is_served_from_memory_has_read_the_same_tables(some_rows):
    names = Names()
    assert tables_read(names) == {"department"}
    assert tables_read(names) == {"department"}
    assert names.made == 1
    outer = Remembered()
    assert tables_read(lambda: outer.get("outer", names)) == {"department"}
    rename_department("总务处", "后勤处")
    assert outer.get("outer", names) == ["后勤处", "教导处"]


def test_what_an_open_step_wrote_is_not_kept(some_rows):
    names = Names()
    names()
    with journal.operation("试一试") as step:
        Department.update(name="后勤处").where(Department.name == "总务处").execute()
        assert names() == ["后勤处", "教导处"]
        step.discard()
    assert names() == ["总务处", "教导处"]


def test_what_was_read_while_another_committed_is_not_kept(some_rows):
    names = Names()

    def read():
        found = department_names()
        if names.made == 1:
            rename_department("总务处", "后勤处")
        return found
    assert names(read=read) == ["总务处", "教导处"]
    assert names() == ["后勤处", "教导处"]


def test_the_day_counts_where_it_was_asked(some_rows, monkeypatch):
    names, today = Names(), Names()
    for day in (21, 21, 22):
        monkeypatch.setattr(clock, "now", lambda day=day: datetime(2026, 11, day, 9).astimezone())
        names()
        assert today(read=clock.today).day == day
    assert (names.made, today.made) == (1, 2)


def test_another_file_is_another_matter(some_rows, tmp_path):
    names = Names()
    names()
    database.opened += 1
    names()
    assert names.made == 2


def test_few_are_kept_those_used_last(some_rows):
    names = Names()
    for key in (1, 2, 1, 3, 1, 2):
        names(key)
    assert names.made == 4      # 1 2 3, and 2 once more: 1 was used later than 2 when 3 came
