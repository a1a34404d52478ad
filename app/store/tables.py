"""The store's own tables: the journal, settings, number series, attachments and the archive of printed papers.

``Operation``, ``Change``, ``Counter`` and ``Printed`` are facts about what happened: they are not journalled and
therefore not undone (a number once given is never given again).
"""

import peewee

from app.store.database import Day, Table


class Operation(Table):
    """One thing a person did: a verb in the past, who, when it was entered, the business date, and whether it stands."""

    title = peewee.TextField(verbose_name="操作")
    kind = peewee.TextField(verbose_name="种类")            # do, undo, redo
    target = peewee.IntegerField(null=True)                 # the operation that an undo or redo works on
    undone = peewee.IntegerField(default=0)                 # 1 while an undo of it stands
    who = peewee.TextField(verbose_name="操作人")
    entered_at = peewee.TextField(verbose_name="录入时间")  # local ISO time to the second
    business_date = Day(verbose_name="业务日期")
    schema = peewee.IntegerField()                          # user_version when it was done
    mark = peewee.IntegerField(constraints=[peewee.SQL("DEFAULT 0")])   # random, by a trigger: copies that went their own ways differ


class Change(Table):
    """One row before and after, as JSON objects; None for "did not exist".

    Older ones, but for deletions, lie in a ``ChangeBlock``; the view ``change_image`` (``images``) gives both.
    """

    operation = peewee.ForeignKeyField(Operation, on_delete="CASCADE")
    table_name = peewee.TextField()
    row_id = peewee.IntegerField()
    before = peewee.TextField(null=True)
    after = peewee.TextField(null=True)

    class Meta:
        indexes = ((("table_name", "row_id"), False),)


# The recycle bin and "was this number ever used" ask for deletions only: few rows among very many.
Change.add_index(Change.table_name, Change.row_id, where=Change.after.is_null(), name="change_deleted")


class ChangeBlock(Table):
    """Some older changes, packed (``images``): those after the block before it, up to ``last_change``."""

    last_change = peewee.IntegerField(unique=True)
    content = peewee.BlobField()

    class Meta:
        table_name = "change_block"


class PackedTable(Table):
    """A table's name, once for all of its packed changes."""

    name = peewee.TextField(unique=True)

    class Meta:
        table_name = "packed_table"


class PackedOperation(Table):
    """A step with packed changes, by its own id: the last one and how many."""

    last_change = peewee.IntegerField(unique=True)
    changes = peewee.IntegerField()

    class Meta:
        table_name = "packed_operation"


class PackedChange(Table):
    """Which packed changes touched a record; half a million of them in ten years, so they are as short as can be."""

    id = None
    table_id = peewee.IntegerField()
    row_id = peewee.IntegerField()
    change_id = peewee.IntegerField()

    class Meta:
        table_name = "packed_change"
        primary_key = peewee.CompositeKey("table_id", "row_id", "change_id")
        without_rowid = True


class JournalNow(Table):
    """One row naming the operation under way; the triggers abort a write while it is empty."""

    operation_id = peewee.IntegerField(null=True)

    class Meta:
        table_name = "journal_now"


class LedgerIdentity(Table):
    """One row: which ledger this file is (and its backups are). Given when it is begun, kept by every copy."""

    identity = peewee.TextField()


class Setting(Table):
    """A business setting that differs from its default: key and JSON value (in the file, so it is in the backup)."""

    key = peewee.TextField(unique=True)
    value = peewee.TextField()


class NumberRule(Table):
    """How the numbers of one kind of document look: ZC-2026-00001 is prefix ZC, with the year, five digits."""

    series = peewee.TextField(unique=True)
    prefix = peewee.TextField(verbose_name="前缀")
    with_year = peewee.IntegerField(verbose_name="含年份")
    digits = peewee.IntegerField(verbose_name="流水位数")


class Counter(Table):
    """The last serial given in a series and year (0: series without years); it only ever rises."""

    series = peewee.TextField()
    year = peewee.IntegerField()
    last = peewee.IntegerField()

    class Meta:
        indexes = ((("series", "year"), True),)


class Snooze(Table):
    """A thing to do that was put off: which one (``Due.key``), until which day, why. After that day it is due again."""

    kind = peewee.TextField()
    owner_table = peewee.TextField()
    owner_id = peewee.IntegerField()
    until = Day(verbose_name="暂缓到")
    reason = peewee.TextField(verbose_name="原因")

    class Meta:
        indexes = ((("kind", "owner_table", "owner_id"), True),)


class Attachment(Table):
    """A file that belongs to a record; its content lies under its SHA-256 in ``attachments/``."""

    owner_table = peewee.TextField()
    owner_id = peewee.IntegerField()
    sha256 = peewee.TextField()
    name = peewee.TextField(verbose_name="文件名")
    size = peewee.IntegerField(verbose_name="大小")
    added_on = Day(verbose_name="添加日期")

    class Meta:
        indexes = ((("owner_table", "owner_id"), False),)


class Printed(Table):
    """An official paper that was printed or saved: what, for whom, when, by whom, and its copy in ``printed/``."""

    form = peewee.TextField()
    title = peewee.TextField(verbose_name="单据")
    scope = peewee.TextField(verbose_name="范围")
    pages = peewee.IntegerField(verbose_name="页数")
    who = peewee.TextField(verbose_name="打印人")
    printed_at = peewee.TextField(verbose_name="打印时间")
    file = peewee.TextField()


class PrintedRecord(Table):
    """A record that a printed paper stands for; ``undone_at`` is when the step that made it so was taken back, "" while it stands."""

    printed = peewee.ForeignKeyField(Printed)
    table_name = peewee.TextField()
    row_id = peewee.IntegerField()
    undone_at = peewee.TextField(default="")

    class Meta:
        indexes = ((("table_name", "row_id"), False),)


PACKED = ("change_block", "packed_table", "packed_operation", "packed_change")
UNJOURNALLED = frozenset({"operation", "change", "journal_now", "counter", "printed", "printed_record", "ledger_identity", *PACKED})


class ImportedFile(Table):
    """A file whose rows came in, by its content (SHA-256)."""

    digest = peewee.TextField(index=True)
    name = peewee.TextField(verbose_name="文件名")
    rows = peewee.IntegerField(verbose_name="行数")
