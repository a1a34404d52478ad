"""Bank accounts to which refunds are transferred, kept with the pupils."""

TITLE = "退费的银行账户"

SQL = (
    """CREATE TABLE "fee_bank_account" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "pupil_id" INTEGER NOT NULL,
        "holder" TEXT NOT NULL,
        "card" TEXT NOT NULL,
        "bank" TEXT NOT NULL,
        FOREIGN KEY ("pupil_id") REFERENCES "pupil" ("id")) STRICT""",
    """CREATE UNIQUE INDEX "fee_bank_account_pupil_id" ON "fee_bank_account" ("pupil_id")""",
)
