"""Which payments of a bank's statement became receipts: the same one is never taken twice."""

TITLE = "对账单登记的收款"

SQL = (
    """CREATE TABLE "fee_statement_line" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "receipt_id" INTEGER NOT NULL,
        "pupil_id" INTEGER NOT NULL,
        "serial_key" TEXT NOT NULL,
        "payment_key" TEXT NOT NULL,
        FOREIGN KEY ("receipt_id") REFERENCES "fee_receipt" ("id"),
        FOREIGN KEY ("pupil_id") REFERENCES "pupil" ("id")) STRICT""",
    """CREATE INDEX "fee_statement_line_pupil_id" ON "fee_statement_line" ("pupil_id")""",
    """CREATE UNIQUE INDEX "fee_statement_line_receipt_id" ON "fee_statement_line" ("receipt_id")""",
)
