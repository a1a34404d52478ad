"""Older changes of the journal lie in compressed blocks: a ledger of ten years stays small."""

TITLE = "较早的历史压缩存放"

SQL = (
    """CREATE TABLE "change_block" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "last_change" INTEGER NOT NULL,
        "content" BLOB NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "change_block_last_change" ON "change_block" ("last_change")""",
    """CREATE TABLE "packed_table" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "name" TEXT NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "packed_table_name" ON "packed_table" ("name")""",
    """CREATE TABLE "packed_operation" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "last_change" INTEGER NOT NULL,
        "changes" INTEGER NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "packed_operation_last_change" ON "packed_operation" ("last_change")""",
    """CREATE TABLE "packed_change" (
        "table_id" INTEGER NOT NULL,
        "row_id" INTEGER NOT NULL,
        "change_id" INTEGER NOT NULL,
        PRIMARY KEY ("table_id", "row_id", "change_id")) STRICT, WITHOUT ROWID""",
)
