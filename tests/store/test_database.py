"""Opening files: plain, encrypted, foreign, newer, damaged; pragmas; several threads; migrations."""

import sqlite3
import threading
from types import SimpleNamespace

import peewee
import pytest

from app.core.errors import Refused
from app.school.tables import Department
from app.store import backup, journal, migrations, opening, triggers
from app.store import database as db
from app.store.database import database, scalar


@pytest.fixture(autouse=True)
def _closed_afterwards():
    yield
    database.close_everywhere()


def add(name):
    with journal.operation("添加部门"):
        Department.insert(name=name, keys="", position=0).execute()


def test_new_file_has_pragmas_version_and_mark(tmp_path):
    store = opening.open_store(tmp_path / "账本 一")
    pragma = {name: scalar(f"PRAGMA {name}") for name in (
        "foreign_keys", "recursive_triggers", "journal_mode", "synchronous", "user_version", "application_id")}
    assert pragma == {"foreign_keys": 1, "recursive_triggers": 1, "journal_mode": "wal", "synchronous": 2,
                      "user_version": migrations.LATEST, "application_id": db.APPLICATION_ID}
    assert store.folder.file.read_bytes()[:15] == b"SQLite format 3"
    store.close()
    assert sorted(path.name for path in store.folder.root.iterdir()) == ["attachments", "backups", "printed", "zongwu.db"]


def test_encrypted_file_opens_with_its_key_only(tmp_path):
    root = tmp_path / "data"
    opening.open_store(root, "it's 密钥")
    add("总务处")
    database.close_everywhere()
    assert (root / "zongwu.db").read_bytes()[:15] != b"SQLite format 3"
    for wrong in ("", "other"):
        with pytest.raises(Refused, match="口令不对" if wrong else "加了口令"):
            opening.open_store(root, wrong)
    opening.open_store(root, "it's 密钥")
    assert Department.get().name == "总务处"


def test_plain_file_opens_after_an_encrypted_one(tmp_path):
    """peewee keeps connection parameters: the first file's key must not be asked of the second."""
    opening.open_store(tmp_path / "locked", "secret")
    opening.open_store(tmp_path / "plain")
    database.close_everywhere()
    assert (tmp_path / "plain" / "zongwu.db").read_bytes()[:15] == b"SQLite format 3"


def test_foreign_sqlite_file_is_refused_and_left_alone(tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    foreign = sqlite3.connect(root / "zongwu.db")
    foreign.execute("CREATE TABLE theirs (x)")
    foreign.close()
    before = (root / "zongwu.db").read_bytes()
    with pytest.raises(Refused, match="不是总务通的账本"):
        opening.open_store(root)
    assert (root / "zongwu.db").read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, but long enough " * 200, b"SQLite format 3\0" + b"\xff" * 5000])
def test_broken_file_is_refused_in_a_sentence(tmp_path, content):
    root = tmp_path / "data"
    root.mkdir()
    (root / "zongwu.db").write_bytes(content)
    with pytest.raises(Refused):
        opening.open_store(root)
    assert (root / "zongwu.db").read_bytes() == content


def test_newer_file_is_refused_before_anything_is_written(ledger_file):
    raw = sqlite3.connect(ledger_file)
    raw.execute(f"PRAGMA user_version = {migrations.LATEST + 1}")
    raw.commit()
    raw.close()
    before = ledger_file.read_bytes()
    with pytest.raises(Refused, match="更新版本"):
        opening.open_store(ledger_file.parent)
    assert ledger_file.read_bytes() == before


def test_write_outside_an_operation_raises(ledger):
    with pytest.raises(peewee.IntegrityError, match=triggers.OUTSIDE):
        Department.insert(name="总务处", keys="", position=0).execute()
    add("总务处")
    for query in (Department.update(position=3), Department.delete()):
        with pytest.raises(peewee.IntegrityError, match=triggers.OUTSIDE):
            query.execute()
    assert Department.get().position == 0


def test_insert_or_replace_is_journalled_as_a_deletion_too(ledger):
    add("总务处")
    with journal.operation("替换"):
        Department.insert(name="总务处", keys="", position=7).on_conflict_replace().execute()
    journal.undo()
    assert [(row.id, row.name, row.position) for row in Department.select()] == [(1, "总务处", 0)]


def test_foreign_keys_hold(ledger):
    with pytest.raises(peewee.IntegrityError), journal.operation("坏引用"):
        database.execute_sql("INSERT INTO person (name, department_id, title, phone, on_staff, keys) "
                             "VALUES ('王芳', 99, '', '', 1, '')")
    assert scalar("SELECT count(*) FROM person") == 0


def test_strict_columns(ledger):
    with pytest.raises(peewee.IntegrityError), journal.operation("错类型"):
        database.execute_sql("INSERT INTO department (name, keys, position) VALUES ('总务处', '', 'first')")


def test_threads_have_connections_of_their_own(ledger):
    add("总务处")
    seen = []

    def work():
        seen.append((Department.select().count(), id(database.connection())))
        db.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen[0][0] == 1
    assert seen[0][1] != id(database.connection())


def test_close_everywhere_lets_other_threads_open_anew(ledger):
    add("总务处")
    first, second = threading.Event(), threading.Event()
    seen = []

    def work():
        seen.append(Department.select().count())
        first.set()
        second.wait(10)
        seen.append(Department.select().count())
        db.close_thread()

    thread = threading.Thread(target=work)
    thread.start()
    first.wait(10)
    database.close_everywhere()
    second.set()
    thread.join()
    assert seen == [1, 1]
    assert Department.select().count() == 1


def test_locked_file_is_said_in_a_sentence(ledger):
    database.execute_sql("PRAGMA busy_timeout = 10")
    with db.beside(ledger.folder.file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="被另一个程序占用"):
            add("总务处")
    add("总务处")


def test_damage_met_while_fetching_is_said_in_a_sentence(ledger):
    with journal.operation("很多"):
        for number in range(2000):
            Department.insert(name=f"{number:04d}" * 20, keys="", position=0).execute()
    ledger.close()
    content = bytearray(ledger.folder.file.read_bytes())
    for page in range(40, len(content) // 4096):
        content[page * 4096:page * 4096 + 600] = b"\xa5" * 600
    ledger.folder.file.write_bytes(content)
    with pytest.raises(Refused, match="损坏"), db.known_trouble():
        database.execute_sql("SELECT * FROM department").fetchall()


# --- migrations --------------------------------------------------------------------------------------------------


def schema(execute):
    """Give tables with their columns, and indexes, in a form that does not depend on how SQL is laid out."""
    tables = [name for (name,) in execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name").fetchall()]
    return {
        table: (
            execute(f'PRAGMA table_info("{table}")').fetchall(),
            sorted(execute(f'PRAGMA foreign_key_list("{table}")').fetchall()),
            execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? ORDER BY name",
                    (table,)).fetchall(),
            " ".join(execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0].split())
            .replace("( ", "("),
        )
        for table in tables
    }


def test_migrated_equals_created_from_the_models(ledger, tmp_path):
    import app.assets.tables
    import app.fees.tables
    import app.purchasing.tables
    import app.repairs.tables
    import app.school.tables
    import app.stock.tables
    import app.stocktake.tables  # noqa: F401 - declares its tables
    migrated = schema(database.execute_sql)
    models = [model for model in db.Table.__subclasses__() if model.__module__.startswith("app.")]
    created = db.SqlCipherDatabase(str(tmp_path / "created.db"))
    with created.bind_ctx(models):
        created.create_tables(models, safe=False)
    from_models = schema(created.execute_sql)
    created.close()
    assert migrated.keys() == from_models.keys()
    for table, parts in migrated.items():
        assert parts == from_models[table], table


@pytest.fixture
def second_migration(monkeypatch):
    """Let the program know one more migration: a column, changed data and a rebuilt table."""
    second = SimpleNamespace(TITLE="部门加电话", SQL=(
        "ALTER TABLE department ADD COLUMN phone TEXT NOT NULL DEFAULT ''",
        "UPDATE department SET phone = '无', name = name || '（新）'",
    ))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second))
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    return second


@pytest.fixture
def old_ledger(ledger):
    """Give the folder of a closed ledger of today's version with one department."""
    add("总务处")
    database.close_everywhere()
    return ledger.folder


def test_old_file_is_backed_up_then_migrated(old_ledger, second_migration):
    opening.open_store(old_ledger.root)
    assert scalar("PRAGMA user_version") == migrations.LATEST
    assert database.execute_sql("SELECT name, phone FROM department").fetchall() == [("总务处（新）", "无")]
    made = backup.listing(old_ledger)
    assert [one.reason for one in made] == ["升级前"]
    with db.beside(made[0].path) as copy:
        assert copy.execute("SELECT name FROM department").fetchall() == [("总务处",)]
    with pytest.raises(peewee.IntegrityError, match=triggers.OUTSIDE):
        database.execute_sql("UPDATE department SET phone = '1'")
    with journal.operation("改电话"):
        database.execute_sql("UPDATE department SET phone = '1'")
    assert journal.history("department", 1)[0].fields == {"phone": ("无", "1")}


def test_steps_from_before_a_migration_are_not_undone(old_ledger, second_migration):
    opening.open_store(old_ledger.root)
    with pytest.raises(Refused, match="升级之前"):
        journal.undo()


def test_failing_migration_leaves_the_file_as_it_was(old_ledger, second_migration):
    second_migration.SQL = (*second_migration.SQL, "INSERT INTO nowhere VALUES (1)")
    with pytest.raises(peewee.OperationalError):
        opening.open_store(old_ledger.root)
    raw = sqlite3.connect(old_ledger.file)
    assert raw.execute("SELECT name FROM department").fetchall() == [("总务处",)]
    assert raw.execute("PRAGMA user_version").fetchone() == (migrations.LATEST - 1,)
    assert raw.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] > 0
    raw.close()


def test_migration_that_breaks_references_is_refused(old_ledger, second_migration):
    second_migration.SQL = ("INSERT INTO person (name, department_id, title, phone, on_staff, keys) "
                            "VALUES ('王芳', 99, '', '', 1, '')",)
    with pytest.raises(Refused, match="没有升级"):
        opening.open_store(old_ledger.root)


def test_no_migration_without_a_backup(old_ledger, second_migration, monkeypatch):
    def fail(*_, **__):
        raise Refused("备份失败：磁盘已满。")
    monkeypatch.setattr(backup, "make", fail)
    with pytest.raises(Refused, match="磁盘已满"):
        opening.open_store(old_ledger.root)
    with db.beside(old_ledger.file) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (migrations.LATEST - 1,)


def test_each_migration_is_listed_with_a_title():
    names = sorted(path.stem for path in opening.Path(migrations.__file__).parent.glob("m[0-9]*.py"))
    assert [module.__name__.rpartition(".")[2] for module in migrations.MIGRATIONS] == names
    assert all(module.TITLE for module in migrations.MIGRATIONS)
