"""Which records a printed paper stands for, and when the step that it shows was taken back (已撤销)."""

TITLE = "打印存档记下单据是哪条记录的"

SQL = (
    """CREATE TABLE "printed_record" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "printed_id" INTEGER NOT NULL,
        "table_name" TEXT NOT NULL,
        "row_id" INTEGER NOT NULL,
        "undone_at" TEXT NOT NULL,
        FOREIGN KEY ("printed_id") REFERENCES "printed" ("id")) STRICT""",
    """CREATE INDEX "printed_record_printed_id" ON "printed_record" ("printed_id")""",
    """CREATE INDEX "printed_record_table_name_row_id" ON "printed_record" ("table_name", "row_id")""",
)
