"""Things to do that a person put off: until when and why. What is due is worked out, only this is stored."""

TITLE = "暂缓的事"

SQL = (
    """CREATE TABLE "snooze" ("id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" TEXT NOT NULL, """
    """"owner_table" TEXT NOT NULL, "owner_id" INTEGER NOT NULL, "until" TEXT NOT NULL, "reason" TEXT NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "snooze_kind_owner_table_owner_id" ON "snooze" ("kind", "owner_table", "owner_id")""",
)
