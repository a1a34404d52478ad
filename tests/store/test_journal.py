"""The journal: undo, redo, history, recycle bin, refresh; and the property that undoing all gives the first state."""

import shutil
from contextlib import suppress

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets.tables import Asset
from app.core.errors import Refused
from app.core.listing import Wish
from app.school.tables import Department, Person, Place
from app.store import journal, numbering, opening
from app.store.database import database, scalar
from app.store.step_list import STEP_LIST
from app.store.tables import Operation
from tests.store.conftest import add_departments, department_names, rename_department, rows_of_all_tables


def test_undo_and_redo_many_steps(ledger):
    add_departments("总务处")
    rename_department("总务处", "后勤处")
    rename_department("后勤处", "行政处")
    assert journal.undoable()[1] == "改名 后勤处"
    assert [journal.undo(), journal.undo(), journal.undo()] == ["改名 后勤处", "改名 总务处", "添加部门 1 个"]
    assert department_names() == []
    assert journal.undoable() is None
    with pytest.raises(Refused, match="没有可以撤销"):
        journal.undo()
    assert [journal.redo(), journal.redo(), journal.redo()] == ["添加部门 1 个", "改名 总务处", "改名 后勤处"]
    assert department_names() == ["行政处"]
    with pytest.raises(Refused, match="没有可以重做"):
        journal.redo()


def test_a_new_step_ends_the_chain_of_redo(ledger):
    add_departments("总务处")
    journal.undo()
    assert journal.redoable() is not None
    add_departments("教导处")
    assert journal.redoable() is None


def test_undo_of_a_named_step_that_nothing_touched_since(ledger):
    add_departments("总务处")
    first = journal.undoable()[0]
    add_departments("教导处")
    assert journal.undo(first) == "添加部门 1 个"
    assert department_names() == ["教导处"]
    with pytest.raises(Refused, match="“添加部门 1 个”已经撤销过了"):
        journal.undo(first)
    with pytest.raises(Refused, match="没有编号为 999"):
        journal.undo(999)


def test_undo_is_refused_with_the_step_that_stands_in_the_way(ledger):
    add_departments("总务处")
    first = journal.undoable()[0]
    rename_department("总务处", "后勤处")
    before = rows_of_all_tables()
    with pytest.raises(Refused, match="后来的“改名 总务处”.*请先撤销后来的操作"):
        journal.undo(first)
    assert rows_of_all_tables() == before
    assert scalar("SELECT operation_id FROM journal_now") is None


def test_undo_is_refused_where_later_records_would_be_orphaned(some_rows):
    first = journal.steps()[-1].id
    before = rows_of_all_tables()
    with pytest.raises(Refused, match="还有 1 条后来的记录用到它"):
        journal.undo(first)
    assert rows_of_all_tables() == before


def test_undo_is_refused_where_its_name_was_taken_meanwhile(ledger):
    add_departments("总务处")
    with journal.operation("删除部门"):
        Department.delete().execute()
    deletion = journal.undoable()[0]
    add_departments("总务处")
    with pytest.raises(Refused, match="已被占用"):
        journal.undo(deletion)
    assert department_names() == ["总务处"]


def test_undo_of_a_swap_and_redo_of_a_shift_of_unique_values(ledger):
    """Neither order of single updates would do: B→A while A still stands."""
    add_departments("A", "B", "C")
    with journal.operation("交换"):
        for old, new in (("A", "x"), ("B", "A"), ("x", "B")):
            Department.update(name=new).where(Department.name == old).execute()
    with journal.operation("顺移"):
        for old, new in (("C", "D"), ("A", "C"), ("B", "A")):
            Department.update(name=new).where(Department.name == old).execute()
    state = rows_of_all_tables()
    journal.undo()
    journal.undo()
    assert [row.name for row in Department.select().order_by(Department.id)] == ["A", "B", "C"]
    journal.redo()
    journal.redo()
    assert rows_of_all_tables() == state
    # What was needed on the way is nobody's business: history tells the step itself only.
    assert [event.title for event in journal.history("department", 1)][:2] == ["重做：顺移", "重做：交换"]
    assert journal.history("department", 1)[0].fields == {"name": ("B", "A")}


def test_operation_that_changes_nothing_leaves_no_step(ledger):
    add_departments("总务处")
    told = []
    journal.listeners.append(told.append)
    try:
        with journal.operation("什么也没做"):
            pass
        with journal.operation("原样"):
            Department.update(name="总务处").execute()
    finally:
        journal.listeners.remove(told.append)
    assert [step.title for step in journal.steps()] == ["添加部门 1 个"]
    assert told == []


def test_work_gives_its_step_after_the_block(ledger):
    with journal.operation("添加两个部门") as work:
        with pytest.raises(RuntimeError, match="not finished"):
            work.step  # noqa: B018  asked too early
        first = work.made(int(Department.insert(name="总务处").execute()))
        second = work.made(int(Department.insert(name="教导处").execute()))
        work.rename("添加部门 2 个")
    assert work.step == journal.Step(journal.undoable()[0], "添加部门 2 个", (first, second)) == work.done
    with journal.operation("原样") as nothing:
        Department.update(name="总务处").where(Department.id == first).execute()
    with journal.operation("试一试") as rehearsal:
        Department.delete().execute()
        rehearsal.discard()
    assert (nothing.step, rehearsal.step) == (None, None)
    with pytest.raises(RuntimeError, match="nothing changed"):
        nothing.done  # noqa: B018
    with pytest.raises(ZeroDivisionError), journal.operation("出错") as broken:
        raise ZeroDivisionError
    with pytest.raises(RuntimeError, match="not finished"):
        broken.step  # noqa: B018


def test_redo_of_a_named_step(ledger):
    add_departments("总务处")
    first = journal.undoable()[0]
    add_departments("教导处")
    second = journal.undoable()[0]
    journal.undo(first)
    journal.undo(second)
    assert journal.redo(first) == "添加部门 1 个"      # not the one undone last
    assert department_names() == ["总务处"]
    with pytest.raises(Refused, match="已经重做过"):
        journal.redo(first)
    add_departments("政教处")
    with pytest.raises(Refused, match="又做了别的操作"):
        journal.redo(second)


def test_undo_passes_a_step_whose_changes_cancel_out(ledger):
    add_departments("总务处")
    with journal.operation("改过去又改回来"):
        Department.update(name="后勤处").execute()
        Department.update(name="总务处").execute()
    assert [journal.undo(), journal.undo()] == ["改过去又改回来", "添加部门 1 个"]
    assert [journal.redo(), journal.redo()] == ["添加部门 1 个", "改过去又改回来"]
    assert department_names() == ["总务处"]


def test_nested_operation_raises(ledger):
    with pytest.raises(RuntimeError, match="already open"), journal.operation("外"):
        add_departments("总务处")
    assert department_names() == []
    add_departments("教导处")
    assert department_names() == ["教导处"]


def test_exception_rolls_back(ledger):
    def fail_halfway():
        with journal.operation("失败"):
            Department.insert(name="总务处", keys="", position=0).execute()
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert department_names() == []
    assert journal.steps() == []
    assert scalar("SELECT count(*) FROM change") == 0


def test_rehearsal_leaves_nothing_behind(ledger):
    rule = numbering.Rule("asset", "ZC", True, 5)
    told = []
    journal.listeners.append(told.append)
    try:
        with journal.operation("试导入") as step:
            Department.insert(name="总务处", keys="", position=0).execute()
            assert numbering.take(rule, 2026) == ["ZC-2026-00001"]
            step.discard()
    finally:
        journal.listeners.remove(told.append)
    tables = ("department", "operation", "change", "counter")
    assert [scalar(f"SELECT count(*) FROM {table}") for table in tables] == [0, 0, 0, 0]
    assert numbering.peek(rule, 2026) == "ZC-2026-00001"
    assert told == []


def test_listeners_hear_which_tables_changed(some_rows):
    told = []
    journal.listeners.append(told.append)
    try:
        with journal.operation("两处"):
            Department.update(position=5).where(Department.id == 2).execute()
            Person.update(phone="1").execute()
        journal.undo()
        journal.redo()
    finally:
        journal.listeners.remove(told.append)
    assert told == [frozenset({"department", "person"}) | journal.ITSELF] * 3


def test_history_tells_fields_and_outlives_the_record(ledger):
    journal.worker.name = "李明"
    try:
        add_departments("总务处")
        rename_department("总务处", "后勤处")
        with journal.operation("删除部门"):
            Department.delete().execute()
    finally:
        journal.worker.name = "总务主任"
    told = [(event.title, event.fields.get("name")) for event in journal.history("department", 1)]
    assert told == [("删除部门", ("后勤处", None)), ("改名 总务处", ("总务处", "后勤处")), ("添加部门 1 个", (None, "总务处"))]
    assert {event.who for event in journal.history("department", 1)} == {"李明"}
    assert journal.history("department", 1)[1].fields.keys() == {"name"}


def test_recycle_bin_and_bringing_back(some_rows):
    with journal.operation("删除人员"):
        Person.delete().execute()
    gone = journal.deleted("person")
    assert [(one.row, one.image["name"], one.title) for one in gone] == [(1, "王芳", "删除人员")]
    with journal.operation("恢复人员"):
        journal.bring_back("person", gone[0].image)
    assert [(person.id, person.name) for person in Person.select()] == [(1, "王芳")]
    assert journal.deleted("person") == []
    journal.undo()
    assert Person.select().count() == 0
    journal.undo()
    assert journal.deleted("person") == []
    assert Person.select().count() == 1


def test_undone_creation_is_not_in_the_recycle_bin(ledger):
    add_departments("总务处")
    journal.undo()
    assert journal.deleted("department") == []


def test_ids_are_never_handed_out_again(ledger):
    add_departments("总务处")
    journal.undo()
    add_departments("教导处")
    assert Department.get().id == 2


def test_steps_count_rows_and_tell_what_was_undone(ledger):
    add_departments("总务处", "教导处")
    rename_department("总务处", "后勤处")
    journal.undo()
    assert [(step.title, step.rows, step.undone) for step in journal.steps()] == [
        ("改名 总务处", 1, True), ("添加部门 2 个", 2, False)]
    assert [step.title for step in journal.steps(undone=False)] == ["添加部门 2 个"]
    found = {search: [row[3] for row in STEP_LIST.rows(Wish(search))] for search in ("", "部门 2", "改名 无")}
    assert found == {"": [step.title for step in journal.steps()], "部门 2": ["添加部门 2 个"], "改名 无": []}
    assert [row[3] for row in STEP_LIST.rows(Wish(cells={"state": "已撤销"}))] == [step.title for step in journal.steps(undone=True)]


def test_business_date_may_lie_in_the_past(ledger):
    from datetime import date
    with journal.operation("补登", date(2025, 9, 1)):
        Department.insert(name="总务处", keys="", position=0).execute()
    assert journal.steps()[0].business_date == "2025-09-01"
    assert Operation.get().business_date == date(2025, 9, 1)


def test_twenty_thousand_rows_are_one_step(ledger):
    rows = [{"name": f"部门{number}", "keys": "", "position": number} for number in range(20_000)]
    with journal.operation("导入"):
        for start in range(0, len(rows), 5_000):
            Department.insert_many(rows[start:start + 5_000]).execute()
    assert journal.steps()[0].rows == 20_000
    journal.undo()
    assert Department.select().count() == 0
    journal.redo()
    assert Department.select().count() == 20_000


@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs",))), number=st.integers(-2**63, 2**63 - 1))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_and_number_survives_undo(ledger, text, number):
    identity = None
    with journal.operation("登记"):
        identity = Department.insert(name=f"{text}|{scalar('SELECT count(*) FROM operation')}", keys=text,
                                     position=number).execute()
    before = database.execute_sql("SELECT * FROM department WHERE id = ?", (identity,)).fetchall()
    with journal.operation("删除"):
        Department.delete().where(Department.id == identity).execute()
    journal.undo()
    assert database.execute_sql("SELECT * FROM department WHERE id = ?", (identity,)).fetchall() == before


# --- undo all gives the first state, redo all the last -----------------------------------------------------------

NAMES = ["一部", "二部", "三部", "四部"]
writes = st.one_of(
    st.tuples(st.just("department"), st.sampled_from(NAMES)),
    st.tuples(st.just("rename"), st.integers(0, 5), st.sampled_from(NAMES)),
    st.tuples(st.just("swap"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("drop department"), st.integers(0, 5)),
    st.tuples(st.just("place"), st.integers(0, 5), st.sampled_from(NAMES)),
    st.tuples(st.just("move place"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("drop place"), st.integers(0, 5)),
    st.tuples(st.just("asset"), st.integers(1, 6), st.integers(0, 5)),
    st.tuples(st.just("edit asset"), st.integers(0, 5), st.integers(0, 10**14)),
    st.tuples(st.just("renumber"), st.integers(1, 6)),
    st.tuples(st.just("drop asset"), st.integers(0, 5)),
)
programs = st.lists(st.tuples(st.lists(writes, max_size=5), st.sampled_from(["do", "do", "do", "undo", "redo"])), max_size=8)


def pick(table, index):
    """Give the id of one of a table's rows, None where it is empty."""
    ids = [row for (row,) in database.execute_sql(f'SELECT id FROM "{table}" ORDER BY id').fetchall()]
    return ids[index % len(ids)] if ids else None


def write(step):  # noqa: C901 - one line for each kind of write
    """Do one write as some feature's command might; a clash with a unique name or a reference is a ``IntegrityError``."""
    word, *rest = step
    if word == "department":
        Department.insert(name=rest[0], keys="", position=0).execute()
    elif word == "rename":
        Department.update(name=rest[1]).where(Department.id == pick("department", rest[0])).execute()
    elif word == "swap":
        swap_names(pick("department", rest[0]), pick("department", rest[1]))
    elif word == "drop department":
        Department.delete().where(Department.id == pick("department", rest[0])).execute()
    elif word == "place":
        Place.insert(parent=pick("place", rest[0]), name=rest[1], level="室", path="", rank="").execute()
    elif word == "move place":
        Place.update(parent=pick("place", rest[1])).where(Place.id == pick("place", rest[0])).execute()
    elif word == "drop place":
        Place.delete().where(Place.id == pick("place", rest[0])).execute()
    elif word == "asset":
        Asset.insert(number=f"ZC-{rest[0]}", name="课桌", place=pick("place", rest[1]),
                     department=pick("department", rest[1])).execute()
    elif word == "edit asset":
        Asset.update(value=rest[1], remark="改").where(Asset.id == pick("asset", rest[0])).execute()
    elif word == "renumber":
        Asset.update(number=peewee.fn.printf("N%d", Asset.id + rest[0])).execute()
    else:
        Asset.delete().where(Asset.id == pick("asset", rest[0])).execute()


def swap_names(one, other):
    names = dict(database.execute_sql("SELECT id, name FROM department").fetchall())
    if one != other:
        for row, name in ((one, "暂"), (other, names[one]), (one, names[other])):
            Department.update(name=name).where(Department.id == row).execute()


def perform(program):
    for number, (steps, kind) in enumerate(program):
        if kind == "do":
            with suppress(peewee.IntegrityError), journal.operation(f"第{number}步"):
                for step in steps:
                    with suppress(peewee.IntegrityError):
                        write(step)
        else:
            with suppress(Refused):
                journal.undo() if kind == "undo" else journal.redo()


def open_fresh(empty_ledger, path):
    database.close_everywhere()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(empty_ledger, path)
    opening.open_store(path.parent)


@given(programs)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undo_all_gives_the_first_state_and_redo_all_the_last(empty_ledger, ledger_file, program):
    open_fresh(empty_ledger, ledger_file)
    first = rows_of_all_tables()
    perform(program)
    last = rows_of_all_tables()
    undone = 0
    while journal.undoable():
        journal.undo()
        undone += 1
    assert rows_of_all_tables() == first
    for _ in range(undone):
        journal.redo()
    assert rows_of_all_tables() == last
    assert scalar("SELECT operation_id FROM journal_now") is None
    twice = scalar("SELECT count(*) FROM (SELECT 1 FROM change c JOIN operation o ON o.id = c.operation_id "
                   "WHERE o.kind <> 'do' GROUP BY operation_id, table_name, row_id HAVING count(*) > 1)")
    assert twice == 0
    database.close_everywhere()
