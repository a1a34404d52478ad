"""Checking the ledger: is the file whole, does every reference hold, does the journal agree with the tables.

What features check (totals, search keys) is asked after the file itself (``checks``).
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.core.errors import Refused, not_joined
from app.core.progress import Progress, silent
from app.store import attachments, copying, images, migrations, triggers
from app.store.database import TROUBLES, database, known_trouble, scalar
from app.store.folder import DataFolder
from app.store.nouns import noun
from app.store.tables import PACKED

Findings = Iterable[str]

Check = Callable[[], Findings]
checks: Callable[[], tuple[tuple[str, Check], ...]] = not_joined
"""Gives the checks of all features (``app.features.join``), each with the feature's title: sentences for what is wrong."""

MOST_EXAMPLES = 10
UNCOUNTED = frozenset({"journal_now", "ledger_identity", *PACKED})


@dataclass
class Report:
    """What a check found: ``problems`` are sentences, ``counts`` the rows of each table by its Chinese name."""

    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def run(data: DataFolder, progress: Progress = silent) -> Report:
    """Check everything and give all findings; changes nothing. ``Cancelled`` from ``progress`` ends it."""
    report = Report()
    try:
        with known_trouble(), _one_moment():
            _fill(report, data, progress)
    except Refused as trouble:  # so damaged that it cannot even be read
        report.problems.append(trouble.text)
    except (ValueError, OverflowError):     # words, days or lists in a record that are none
        report.problems.append(TROUBLES["malformed"])
    return report


@contextmanager
def _one_moment() -> Iterator[None]:
    """Let all reading inside see the ledger as it is now: what others write or pack meanwhile is no finding."""
    connection = database.connection()
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN").close()
    try:
        yield
    finally:
        if connection.in_transaction:   # some troubles of the disk end it by themselves
            connection.execute("ROLLBACK").close()


def _fill(report: Report, data: DataFolder, progress: Progress) -> None:
    stages: list[tuple[str, Check]] = [
        ("数据文件", _file), ("记录之间的引用", _references), ("日志触发器", _triggers), ("日志与记录", lambda: _journal(progress)),
        ("附件", lambda: _attachments(data, progress)),
    ]
    stages += checks()
    for done, (title, stage) in enumerate(stages):
        progress(done, len(stages), f"检查{title}")
        report.problems += stage()
        if stage is _file and report.problems:
            return
    report.counts = {noun(name): count for name, count in copying.count_rows(database.connection()).items()
                     if name not in UNCOUNTED}
    progress(len(stages), len(stages), "检查完毕")


def of_file(progress: Progress = silent) -> list[str]:
    """Check the file itself, its references and its journal, without attachments and what features check; give the findings.

    ``Cancelled`` by ``progress``, asked now and then.
    """
    try:
        with known_trouble(), _one_moment():
            return [*_file()] or [*_references(), *_journal(progress)]
    except Refused as trouble:
        return [trouble.text]


def _file() -> Findings:
    verdicts = [text for (text,) in database.execute_sql("PRAGMA integrity_check(20)").fetchall()]
    if verdicts != ["ok"]:
        yield f"账本文件已损坏（{verdicts[0]}）。请在“备份与恢复”里恢复最近的备份。"


def _references() -> Findings:
    rows = database.execute_sql("PRAGMA foreign_key_check").fetchall()
    yield from _few(f"{noun(table)}第 {row} 号记录引用的{noun(parent)}已不存在。" for table, row, parent, _ in rows)


def _triggers() -> Findings:
    there = dict(database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    for table in triggers.journalled_tables():
        if any(there.get(name) != sql for name, sql in triggers.of_table(table).items()):
            yield f"{noun(table)}的日志触发器缺失或被改动，之后的修改可能没有记入历史。请恢复最近的备份。"


def _journal(progress: Progress) -> Findings:
    """Compare the last image of every record with the record as it is today, a table at a time in SQL.

    Where the last image was written by an older version of the program its columns may differ from today's: then only
    whether the record exists is compared.
    """
    if scalar("SELECT operation_id FROM journal_now") is not None:
        yield "有一步操作没有正常结束。请关闭程序后重新打开。"
    version, seeded = migrations.version(), migrations.seeded()
    yield from _packed(version, progress)
    for table in triggers.journalled_tables():
        yield from _table_against_journal(table, version)
        if table not in seeded:
            without = scalar(
                f"""SELECT count(*) FROM "{table}" t WHERE NOT EXISTS
                    (SELECT 1 FROM change c WHERE c.table_name = ?1 AND c.row_id = t.id) AND NOT EXISTS
                    (SELECT 1 FROM packed_table n JOIN packed_change p ON p.table_id = n.id
                     WHERE n.name = ?1 AND p.row_id = t.id)""", (table,))
            if without:
                yield f"{noun(table)}有 {without} 条记录没有登记经过，可能是用别的程序写入的。"


def _table_against_journal(table: str, version: int) -> Iterator[str]:
    image = triggers.image_of(table, "t")
    rows = database.execute_sql(
        f"""SELECT l.row_id, t.id IS NULL, c.after IS NULL
            FROM (SELECT row_id, max(id) AS latest FROM change WHERE table_name = ?1 GROUP BY row_id) l
            JOIN change c ON c.id = l.latest JOIN operation o ON o.id = c.operation_id
            LEFT JOIN "{table}" t ON t.id = l.row_id
            WHERE ((t.id IS NULL) <> (c.after IS NULL) AND NOT (c.after IS NULL AND EXISTS (   -- came back, which is packed
                       SELECT 1 FROM packed_table n JOIN packed_change p ON p.table_id = n.id
                       WHERE n.name = ?1 AND p.row_id = l.row_id AND p.change_id > l.latest)))
               OR (c.after IS NOT NULL AND o.schema = ?2 AND c.after IS NOT iif(t.id IS NULL, NULL, {image}))""", (table, version)).fetchall()
    yield from _few(_difference(table, *row) for row in rows)


def _packed(version: int, progress: Progress) -> Findings:
    """Compare what older images say of records that no later change touched; a block at a time, each unpacked once."""
    damaged, held, wrong = 0, 0, []
    older = scalar("SELECT coalesce(max(p.last_change), 0) FROM packed_operation p JOIN operation o ON o.id = p.id "
                   "WHERE o.schema <> ?", (version,))
    database.execute_sql("CREATE TEMP TABLE unpacked (id INTEGER PRIMARY KEY, table_name TEXT, row_id INTEGER, after TEXT)")
    try:
        for last, content in database.execute_sql("SELECT last_change, content FROM change_block ORDER BY id").fetchall():
            progress(0, 0, "检查日志与记录")
            try:
                found = images.unpack(content)
            except images.Damaged:
                damaged += 1
                continue
            damaged += max(found) != last
            held += len(found)
            database.cursor().executemany("INSERT INTO unpacked VALUES (?, ?, ?, ?)",
                                          [(each.id, each.table, each.row, each.after) for each in found.values()])
            for table in {each.table for each in found.values()}:
                wrong += [_difference(table, row, missing, 0) for row, missing in _packed_of(table, older)]
            database.execute_sql("DELETE FROM unpacked")
    finally:
        database.execute_sql("DROP TABLE temp.unpacked")
    if damaged or held != scalar("SELECT count(*) FROM packed_change"):
        yield f"较早的历史里有 {max(damaged, 1)} 段读不出来了。请在“备份与恢复”里恢复最近的备份。"
    yield from _few(wrong)


def _packed_of(table: str, older: int) -> list[tuple[int, int]]:
    """Give (id, whether it is missing) of records of a table that differ from their latest image, where that is in ``unpacked``.

    Up to the change ``older`` another version of the program wrote, whose columns may differ.
    """
    rows = database.execute_sql(
        f"""SELECT u.row_id, t.id IS NULL FROM unpacked u LEFT JOIN "{table}" t ON t.id = u.row_id
            WHERE u.table_name = ?1 AND (t.id IS NULL OR (u.id > ?2 AND u.after IS NOT {triggers.image_of(table, 't')}))
              AND NOT EXISTS (SELECT 1 FROM packed_change p WHERE p.table_id = (SELECT id FROM packed_table WHERE name = ?1)
                              AND p.row_id = u.row_id AND p.change_id > u.id)
              AND NOT EXISTS (SELECT 1 FROM change c WHERE c.table_name = ?1 AND c.row_id = u.row_id AND c.id > u.id)""",
        (table, older)).fetchall()
    return [(int(row), int(missing)) for row, missing in rows]


def _difference(table: str, row: int, missing: int, deleted: int) -> str:
    if missing:
        return f"{noun(table)}第 {row} 号记录不见了，日志里没有删除它的操作。"
    if deleted:
        return f"{noun(table)}第 {row} 号记录还在，日志里却已删除。"
    return f"{noun(table)}第 {row} 号记录与日志里最后一次改动不一致，可能被别的程序改过。"


def _attachments(data: DataFolder, progress: Progress) -> Findings:
    rows = database.execute_sql("SELECT DISTINCT sha256, name, size FROM attachment ORDER BY id").fetchall()
    findings = []
    for done, row in enumerate(rows):
        progress(done, len(rows), "检查附件")
        wrong = attachments.misplaced(data, row)
        if wrong:
            findings.append(f"附件“{row[1]}”{wrong}。请从备份中恢复。")
    return _few(findings)


def _few(findings: Findings) -> Iterator[str]:
    """Give the first findings of one sort and the number of the rest."""
    left = 0
    for number, finding in enumerate(findings):
        if number < MOST_EXAMPLES:
            yield finding
        else:
            left += 1
    if left:
        yield f"……同类问题还有 {left} 处。"
