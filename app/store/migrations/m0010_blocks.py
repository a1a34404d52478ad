"""Older images of the journal lie in compressed blocks: a ledger of ten years stays small."""

TITLE = "较早的历史压缩存放"

SQL = (
    """CREATE TABLE "change_block" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "last_change" INTEGER NOT NULL,
        "content" BLOB NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "change_block_last_change" ON "change_block" ("last_change")""",
)
