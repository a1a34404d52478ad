"""Which ledger a file is, and marks that tell its steps from those of another copy that went its own way.

A backup belongs to the ledger whose identity it holds; a restored copy keeps its own. A file that is older than this
takes the moment of its first step as its identity, so that its older backups are still known as its own.
"""

TITLE = "账本的身份"

SQL = (
    """CREATE TABLE "ledger_identity" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "identity" TEXT NOT NULL) STRICT""",
    """INSERT INTO ledger_identity (id, identity) VALUES (1, coalesce("""
    """(SELECT 'since ' || entered_at FROM operation ORDER BY id LIMIT 1), lower(hex(randomblob(16)))))""",
    """ALTER TABLE "operation" ADD COLUMN "mark" INTEGER NOT NULL DEFAULT 0""",
    """CREATE TRIGGER "operation_marked" AFTER INSERT ON "operation" BEGIN """
    """UPDATE operation SET mark = random() WHERE id = NEW.id; END""",
)
