"""One mechanism for history, undo, redo, the recycle bin and refresh.

Every write happens inside ``with operation("登记资产 23 件") as work:`` — one transaction and one row in ``operation``.
Triggers write each touched row's image before and after to ``change`` and abort a write while no operation is open.
After the block ``work.step`` is the ``Step`` that a verb gives to whoever called it, None where nothing changed: what
offers to take it back names that step. Undo applies the images backwards as a new operation; it is refused, with the
reason, where a later step touched the same rows or a feature's guard (``guards``) finds a rule broken afterwards.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import peewee

from app.core import clock
from app.core.errors import Refused
from app.store import compacting, guards, triggers
from app.store.database import database, known_trouble, require_in_place, scalar
from app.store.guards import Replay
from app.store.tables import Operation

listeners: list[Callable[[frozenset[str]], None]] = []
"""Called after each commit with the names of the tables that changed; the window's refresh hangs here."""

ITSELF = frozenset({"operation", "change", "counter"})
"""What every step writes besides the tables it is about: the journal, and the numbers that were given."""


@dataclass
class Worker:
    """Who is working at this machine now: written into every operation."""

    name: str = "总务主任"


worker = Worker()


@dataclass(frozen=True, slots=True)
class Step:
    """What a verb did, as one step of undo; ``made`` are the ids of the records it added, in their order."""

    id: int
    title: str
    made: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a verb gives that must say how many records it changed (0 where ``step`` is None)."""

    count: int
    step: Step | None


class Work:
    """The operation under way; ``step`` gives what came of it once its block has ended.

    ``discard()`` makes it a rehearsal that leaves nothing behind.
    """

    def __init__(self, identity: int, title: str) -> None:
        self.id = identity
        self.title = title
        self.discarded = False
        self.tables: frozenset[str] = frozenset()
        self._made: list[int] = []
        self._step: Step | None = None
        self._open = True

    def made(self, identity: int) -> int:
        """Note a record that this operation added, for ``Step.made``; gives its id."""
        self._made.append(identity)
        return identity

    def discard(self) -> None:
        """Roll everything back at the end of the block: a dry run through the same code."""
        self.discarded = True

    def rename(self, title: str) -> None:
        """Say better what was done, once it is known: 导入台账 236 张卡片."""
        Operation.update(title=title).where(Operation.id == self.id).execute()
        self.title = title

    @property
    def step(self) -> Step | None:
        """Give the step, None where nothing changed; a ``RuntimeError`` while the block is still open."""
        if self._open:
            raise RuntimeError("the operation is not finished: ask for its step after the block")
        return self._step

    @property
    def done(self) -> Step:
        """Give the step of a verb that always changes something, such as adding a record."""
        if self.step is None:
            raise RuntimeError(f"nothing changed: {self.title}")
        return self.step

    def finish(self, changed: bool) -> None:
        """Close the books on it; called once, after the transaction ended."""
        self._open = False
        self._step = Step(self.id, self.title, tuple(self._made)) if changed else None


class _Discard(Exception):
    """Carries a rehearsal out of its transaction."""


@contextmanager
def operation(title: str, business_date: date | None = None) -> Iterator[Work]:
    """Open one transaction that is one step of undo; ``business_date`` (today unless given) may lie in the past.

    A block that changes nothing leaves no step: the ``Work``'s ``step`` is then None. Nesting is a bug and raises.
    Locked, full or read-only files are ``Refused`` in a sentence; any exception rolls everything back.
    """
    with _transaction(title, "do", None, business_date) as work:
        yield work


@contextmanager
def _transaction(title: str, kind: str, target: int | None, business_date: date | None) -> Iterator[Work]:
    if database.in_transaction():
        raise RuntimeError("an operation is already open: one verb is one operation")
    require_in_place()
    try:
        with known_trouble(), database.atomic("IMMEDIATE"):
            work = Work(_begin(title, kind, target, business_date), title)
            yield work
            work.tables = _touched(work.id)
            database.execute_sql("UPDATE journal_now SET operation_id = NULL")
            # A step whose changes cancel out must still be marked as undone, else undo would stop at it for ever.
            if work.discarded or (kind == "do" and not work.tables):
                raise _Discard
            require_in_place()
    except _Discard:
        work.finish(changed=False)
        return
    work.finish(changed=True)
    announce(work.tables | ITSELF)


def announce(tables: frozenset[str]) -> None:
    """Tell all listeners that tables changed: after a commit, and after the file was replaced."""
    for listener in list(listeners):
        listener(tables)


def _begin(title: str, kind: str, target: int | None, business_date: date | None) -> int:
    now = clock.now()
    identity = Operation.insert(
        title=title,
        kind=kind,
        target=target,
        undone=0,
        who=worker.name,
        schema=peewee.SQL("(SELECT user_version FROM pragma_user_version)"),
        entered_at=now.strftime("%Y-%m-%d %H:%M:%S"),
        business_date=business_date or now.date(),
    ).execute()
    database.execute_sql("UPDATE journal_now SET operation_id = ?", (identity,))
    return int(identity)


def _touched(step: int) -> frozenset[str]:
    rows = database.execute_sql("SELECT DISTINCT table_name FROM change WHERE operation_id = ?", (step,))
    return frozenset(name for (name,) in rows.fetchall())


# --- undo and redo -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """A finished operation as lists show it; ``undoable`` is False for steps of an older program version."""

    id: int
    title: str
    who: str
    entered_at: str
    business_date: str
    undone: bool
    rows: int


def steps(limit: int = 50, undone: bool | None = None) -> list[Done]:
    """Give the latest operations (undo and redo themselves left out), newest first, with the number of rows touched.

    All of them with limit -1. ``step_list`` has them as a list that is searched and sorted.
    """
    only = "" if undone is None else f"AND undone = {int(undone)}"
    rows = database.execute_sql(
        "SELECT id, title, who, entered_at, business_date, undone, "
        "(SELECT count(*) FROM change WHERE operation_id = operation.id) "
        "+ coalesce((SELECT changes FROM packed_operation WHERE id = operation.id), 0) "
        f"FROM operation WHERE kind = 'do' {only} ORDER BY id DESC LIMIT ?", (limit,))
    return [Done(*[*row[:5], bool(row[5]), row[6]]) for row in rows.fetchall()]


def undoable() -> tuple[int, str] | None:
    """Give id and title of the step that ``undo()`` would take back, None when there is none."""
    row = database.execute_sql(
        "SELECT id, title FROM operation WHERE kind = 'do' AND undone = 0 ORDER BY id DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else None


def redoable(step: int | None = None) -> tuple[int, str] | None:
    """Give id and title of the step that ``redo()`` would bring back (or of the named one, where it can still be brought
    back); a new step after the undo ends the chain.
    """
    row = database.execute_sql(
        """SELECT o.id, o.title FROM operation u JOIN operation o ON o.id = u.target
           WHERE u.kind = 'undo' AND o.undone = 1 AND (?1 IS NULL OR o.id = ?1)
             AND u.id > coalesce((SELECT max(id) FROM operation WHERE kind = 'do'), 0)
             AND u.id = (SELECT max(id) FROM operation WHERE kind = 'undo' AND target = o.id)
           ORDER BY u.id DESC LIMIT 1""", (step,)).fetchone()
    return (row[0], row[1]) if row else None


def undoable_and_redoable() -> tuple[tuple[int, str] | None, tuple[int, str] | None]:
    """Give both; in one question where nothing was undone since the latest step, which is after nearly every commit."""
    row = database.execute_sql(
        "SELECT id, title FROM operation WHERE kind = 'do' AND undone = 0 AND id = (SELECT max(id) FROM operation)"
    ).fetchone()
    return ((row[0], row[1]), None) if row else (undoable(), redoable())


def written_by(step: int) -> set[tuple[str, int]]:
    """Give (table, id) of the records that a step wrote, and of those that they point at by a column named after a table."""
    changes = _with_packed(step)
    rows = database.execute_sql(f"SELECT table_name, row_id, coalesce(after, before) FROM {changes} WHERE operation_id = ?", (step,)).fetchall()
    database.execute_sql("DROP TABLE IF EXISTS temp.step_change")
    found = {(table, row) for table, row, _ in rows}
    for _, _, image in rows:
        found |= {(key.removesuffix("_id"), value) for key, value in json.loads(image).items() if key.endswith("_id") and isinstance(value, int)}
    return found


def undo(step: int | None = None) -> str:
    """Take back the named step, or the latest one; gives its title.

    Refused where there is nothing to undo, where a later step changed the same records, where later records depend
    on what would vanish, and where a guard of a feature says that a rule would be broken afterwards.
    """
    target = undoable() if step is None else _named(step)
    if target is None:
        raise Refused("没有可以撤销的操作。")
    _replay(target, forwards=False)
    return target[1]


def redo(step: int | None = None) -> str:
    """Bring back the named step, or the one undone last; gives its title.

    Refused where nothing was undone, where another step was done since the undo, where the records changed meanwhile,
    and where a guard of a feature says that a rule would be broken afterwards.
    """
    target = redoable(step)
    if target is None:
        raise Refused("没有可以重做的操作。" if step is None else "撤销之后又做了别的操作，或者已经重做过了，不能再重做。")
    _replay(target, forwards=True)
    return target[1]


def _named(step: int) -> tuple[int, str]:
    row = database.execute_sql("SELECT title, undone, kind FROM operation WHERE id = ?", (step,)).fetchone()
    if row is None or row[2] != "do":
        raise Refused(f"没有编号为 {step} 的操作。")
    if row[1]:
        raise Refused(f"“{row[0]}”已经撤销过了。")
    return step, row[0]


def _replay(target: tuple[int, str], forwards: bool) -> None:
    identity, title = target
    word, kind = ("重做", "redo") if forwards else ("撤销", "undo")
    if scalar("SELECT schema FROM operation WHERE id = ?", (identity,)) != scalar("PRAGMA user_version"):
        raise Refused(f"“{title}”是程序升级之前做的，不能再{word}。")
    try:
        with _transaction(f"{word}：{title}", kind, identity, None):
            database.execute_sql("PRAGMA defer_foreign_keys = ON")
            _collect_net(identity, forwards)
            tables = [name for (name,) in database.execute_sql("SELECT DISTINCT table_name FROM net").fetchall()]
            for table in tables:
                _require_unchanged(table, identity, title, word)
            for table in tables:
                _apply(table)
            _require_no_orphans(title, word)
            if not _was_so(identity):
                broken = guards.problems(Replay(identity, frozenset(tables)))
                if broken:
                    raise Refused(f"不能{word}“{title}”：{broken[0]}")
            database.execute_sql("UPDATE operation SET undone = ? WHERE id = ?", (int(not forwards), identity))
    except peewee.IntegrityError as clash:
        raise Refused(f"不能{word}“{title}”：现有的记录与它冲突（编号或名称已被占用）。请先处理后来的记录。") from clash
    finally:
        if not database.is_closed():
            database.execute_sql("DROP TABLE IF EXISTS temp.net")


def _was_so(step: int) -> bool:
    """Whether undoing or redoing a step leads back to how the ledger already was, by verbs alone: no rule need be asked.

    It does where no later step stands, and each earlier one stands or is undone as it was when this one was done.
    """
    later = scalar("SELECT EXISTS (SELECT 1 FROM operation WHERE id > ? AND kind = 'do' AND undone = 0)", (step,))
    return not later and not scalar(
        """SELECT EXISTS (
               SELECT 1 FROM operation s WHERE s.id IN (SELECT target FROM operation WHERE id > ?1 AND target < ?1)
               AND s.undone <> coalesce((SELECT r.kind = 'undo' FROM operation r WHERE r.target = s.id AND r.id < ?1
                                         ORDER BY r.id DESC LIMIT 1), 0))""", (step,))


def _collect_net(identity: int, forwards: bool) -> None:
    """Gather what the step did to each row on the whole: the image expected now and the image wanted."""
    now, wanted = ("before", "after") if forwards else ("after", "before")
    image = {"before": "first", "after": "last"}
    database.execute_sql("DROP TABLE IF EXISTS temp.net")
    changes = _with_packed(identity)
    database.execute_sql(
        f"""CREATE TEMP TABLE net AS
            SELECT s.table_name, s.row_id, {image[now]}.{now} AS now, {image[wanted]}.{wanted} AS wanted
            FROM (SELECT table_name, row_id, min(id) AS low, max(id) AS high FROM {changes}
                  WHERE operation_id = ? GROUP BY table_name, row_id) s
            JOIN {changes} first ON first.id = s.low JOIN {changes} last ON last.id = s.high
            WHERE first.before IS NOT last.after""", (identity,))
    database.execute_sql("DROP TABLE IF EXISTS temp.step_change")


def _with_packed(step: int) -> str:
    """Give the table in which all changes of a step stand: ``change``, or where some of them are packed a temporary one."""
    packed = compacting.changes_of(step)
    if not packed:
        return "change"
    database.execute_sql(
        """CREATE TEMP TABLE step_change (id INTEGER PRIMARY KEY, operation_id INTEGER, table_name TEXT, row_id INTEGER,
                                          before TEXT, after TEXT)""")
    database.execute_sql("INSERT INTO step_change SELECT * FROM change WHERE operation_id = ?", (step,))
    database.cursor().executemany("INSERT INTO step_change VALUES (?, ?, ?, ?, ?, ?)",
                                  [(each.id, step, *each[1:]) for each in packed])
    return "temp.step_change"


def _require_unchanged(table: str, identity: int, title: str, word: str) -> None:
    changed = database.execute_sql(
        f"""SELECT n.row_id FROM net n LEFT JOIN "{table}" t ON t.id = n.row_id
            WHERE n.table_name = ? AND n.now IS NOT iif(t.id IS NULL, NULL, {triggers.image_of(table, 't')})""",
        (table,)).fetchall()
    if not changed:
        return
    later = database.execute_sql(
        """SELECT o.title, o.entered_at FROM change_image c JOIN operation o ON o.id = c.operation_id
           WHERE c.table_name = ? AND c.row_id = ? AND o.id > ? AND o.kind = 'do' AND o.undone = 0
           ORDER BY o.id DESC LIMIT 1""", (table, changed[0][0], identity)).fetchone()
    cause = f"后来的“{later[0]}”（{later[1]}）" if later else "后来的操作"
    raise Refused(f"不能{word}“{title}”：{cause}又改动过其中 {len(changed)} 条记录。请先撤销后来的操作。")


def _apply(table: str) -> None:
    names = triggers.columns_of(table)
    values = ", ".join(f"""json_extract(wanted, '$."{name}"')""" for name in names)
    sets = ", ".join(f"""\"{name}\" = json_extract(n.wanted, '$."{name}"')""" for name in names if name != "id")
    listed = ", ".join(f'"{name}"' for name in names)
    database.execute_sql(
        f'DELETE FROM "{table}" WHERE id IN (SELECT row_id FROM net WHERE table_name = ? AND wanted IS NULL)', (table,))
    update = f"""UPDATE "{table}" SET {sets} FROM net n WHERE n.table_name = ? AND n.row_id = "{table}".id
            AND n.now IS NOT NULL AND n.wanted IS NOT NULL"""
    try:
        database.execute_sql(update, (table,))
    except peewee.IntegrityError:  # names that changed places stand in each other's way: first all step aside
        if not _step_aside(table):
            raise
        database.execute_sql(update, (table,))
        _tell_once(table)
    database.execute_sql(
        f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM net WHERE table_name = ? AND now IS NULL', (table,))


def _step_aside(table: str) -> bool:
    """Give the rows to be updated passing values in their unique columns; False where the table has none to change."""
    references = {row[3] for row in database.execute_sql(f'PRAGMA foreign_key_list("{table}")').fetchall()}
    types = {row[1]: row[2] for row in database.execute_sql(f'PRAGMA table_info("{table}")').fetchall()}
    unique = {
        column[2]
        for index in database.execute_sql(f'PRAGMA index_list("{table}")').fetchall() if index[2]
        for column in database.execute_sql(f'PRAGMA index_info("{index[1]}")').fetchall()
    } - references
    if not unique:
        return False
    passing = {"TEXT": "char(1) || id", "INTEGER": f"-{10**15} - id"}
    sets = ", ".join(f'"{name}" = {passing[types[name]]}' for name in sorted(unique))
    database.execute_sql(
        f"""UPDATE "{table}" SET {sets} WHERE id IN (SELECT row_id FROM net
            WHERE table_name = ? AND now IS NOT NULL AND wanted IS NOT NULL)""", (table,))
    return True


def _tell_once(table: str) -> None:
    """Join the two changes of each row that stepped aside: history tells what became of it, not the way."""
    mine = "operation_id = (SELECT operation_id FROM journal_now) AND table_name = ?"
    database.execute_sql(
        f"""UPDATE change SET after = (SELECT l.after FROM change l WHERE l.{mine} AND l.row_id = change.row_id
                                       ORDER BY l.id DESC LIMIT 1)
            WHERE {mine} AND after IS NOT NULL""", (table, table))
    database.execute_sql(
        f"""DELETE FROM change WHERE {mine} AND id NOT IN
            (SELECT min(id) FROM change WHERE {mine} GROUP BY row_id)""", (table, table))


def _require_no_orphans(title: str, word: str) -> None:
    orphans = {(table, row) for table, row, _, _ in database.execute_sql("PRAGMA foreign_key_check").fetchall()}
    if not orphans:
        return
    ours = set(database.execute_sql("SELECT table_name, row_id FROM net").fetchall())
    if orphans <= ours:
        raise Refused(f"不能{word}“{title}”：它要用到的记录（地点、人员等）已被先前的撤销去掉了。请先重做那一步。")
    raise Refused(f"不能{word}“{title}”：还有 {len(orphans - ours)} 条后来的记录用到它。请先处理这些记录。")


# --- history and recycle bin -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One operation in the life of one record; ``fields`` maps a column to its value before and after."""

    operation: int
    title: str
    who: str
    entered_at: str
    business_date: str
    fields: dict[str, tuple[Any, Any]]


def history(table: str, row: int) -> list[Event]:
    """Give what happened to a record, newest first; it outlives the record itself."""
    rows = database.execute_sql(
        """SELECT o.id, o.title, o.who, o.entered_at, o.business_date, c.before, c.after
           FROM change_image c JOIN operation o ON o.id = c.operation_id
           WHERE c.table_name = ? AND c.row_id = ? ORDER BY c.id DESC""", (table, row)).fetchall()
    return [Event(*[*line[:5], _difference(line[5], line[6])]) for line in rows]


def _difference(before: str | None, after: str | None) -> dict[str, tuple[Any, Any]]:
    old: dict[str, Any] = json.loads(before) if before else {}
    new: dict[str, Any] = json.loads(after) if after else {}
    return {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}


@dataclass(frozen=True, slots=True)
class Deleted:
    """A record in the recycle bin: its id, its last image, and the operation that deleted it."""

    row: int
    image: dict[str, Any]
    operation: int
    title: str
    who: str
    entered_at: str


def deleted(table: str, limit: int = 500) -> list[Deleted]:
    """Give the records of a table that a person deleted and that have not come back, latest first."""
    rows = database.execute_sql(
        f"""SELECT c.row_id, c.before, o.id, o.title, o.who, o.entered_at
            FROM change c JOIN operation o ON o.id = c.operation_id
            WHERE c.table_name = ? AND c.after IS NULL AND o.kind <> 'undo' AND o.undone = 0
              AND NOT EXISTS (SELECT 1 FROM "{table}" t WHERE t.id = c.row_id)
              AND c.id = (SELECT max(id) FROM change l WHERE l.table_name = c.table_name AND l.row_id = c.row_id)
            ORDER BY c.id DESC LIMIT ?""", (table, limit)).fetchall()
    return [Deleted(identity, json.loads(image), step, title, who, entered)
            for identity, image, step, title, who, entered in rows]


def bring_back(table: str, image: dict[str, Any]) -> None:
    """Insert a deleted record again from its image, with its old id; the caller holds the operation open."""
    names = [name for name in triggers.columns_of(table) if name in image]
    marks = ", ".join("?" for _ in names)
    listed = ", ".join(f'"{name}"' for name in names)
    database.execute_sql(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', tuple(image[name] for name in names))
