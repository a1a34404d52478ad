"""What the office itself spends, for the month's report."""

TITLE = "办公费"

SQL = (
    """CREATE TABLE "office_expense" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "dated_on" TEXT NOT NULL,
        "purpose" TEXT NOT NULL,
        "fen" INTEGER NOT NULL,
        "supplier" TEXT NOT NULL,
        "number" TEXT NOT NULL,
        "handler" TEXT NOT NULL,
        "remark" TEXT NOT NULL) STRICT""",
)
