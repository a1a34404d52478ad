"""Suppliers; and invoices, each one record of which vouchers hold shares.

A voucher of the earlier program becomes an invoice with one share where its paper has a number of the whole country: a
kind with 票 in it, a code, or the 20 digits of a 数电票. Standing vouchers with the same number (a 20-digit one alone,
else code and number) become one invoice with several shares, its total their sum, its kind, day and payee those of the
first. A voided voucher gets an invoice of its own, voided the same day for the same reason. Other papers (收据, 工资表)
keep their number, day and payee in the voucher itself.
"""

TITLE = "供应商和发票"
SEEDS = ("invoice",)

SQL = (
    """CREATE TABLE "supplier" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "name" TEXT NOT NULL,
        "others" TEXT NOT NULL,
        "tax_number" TEXT NOT NULL,
        "contact" TEXT NOT NULL,
        "phone" TEXT NOT NULL,
        "bank" TEXT NOT NULL,
        "kinds" TEXT NOT NULL,
        "remark" TEXT NOT NULL,
        "active" INTEGER NOT NULL,
        "keys" TEXT NOT NULL) STRICT""",
    """CREATE UNIQUE INDEX "supplier_name" ON "supplier" ("name")""",
    """CREATE TABLE "invoice" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "kind" TEXT NOT NULL,
        "code" TEXT NOT NULL,
        "number" TEXT NOT NULL,
        "key" TEXT NOT NULL,
        "dated_on" TEXT NOT NULL,
        "supplier" TEXT NOT NULL,
        "fen" INTEGER NOT NULL,
        "original_id" INTEGER,
        "voided_on" TEXT,
        "void_reason" TEXT NOT NULL,
        FOREIGN KEY ("original_id") REFERENCES "invoice" ("id")) STRICT""",
    """CREATE INDEX "invoice_original_id" ON "invoice" ("original_id")""",
    """CREATE UNIQUE INDEX "invoice_standing_key" ON "invoice" ("key") WHERE ("voided_on" IS NULL)""",
    # Codes and numbers as they are compared: half width, upper case, without spaces; character by character.
    """CREATE TEMP TABLE folded AS
       WITH RECURSIVE walk(id, rest, done) AS (
           SELECT id, code || char(31) || number, '' FROM fee_voucher
           UNION ALL
           SELECT id, substr(rest, 2), done || CASE
               WHEN unicode(rest) BETWEEN 65281 AND 65374 THEN char(unicode(rest) - 65248)
               WHEN unicode(rest) IN (9, 10, 13, 32, 160, 12288) THEN ''
               ELSE substr(rest, 1, 1) END
           FROM walk WHERE rest <> '')
       SELECT id, upper(substr(done, 1, instr(done, char(31)) - 1)) AS code, upper(substr(done, instr(done, char(31)) + 1)) AS number
       FROM walk WHERE rest = ''""",
    """CREATE TEMP TABLE paper AS
       SELECT v.id, iif(v.voided_on IS NULL, 0, v.id) AS alone,
              iif(length(f.number) = 20 AND f.number NOT GLOB '*[^0-9]*', f.number, f.code || '-' || f.number) AS key
       FROM fee_voucher v JOIN folded f ON f.id = v.id
       WHERE f.number <> '' AND (instr(v.kind, '票') > 0 OR f.code <> '' OR (length(f.number) = 20 AND f.number NOT GLOB '*[^0-9]*'))""",
    """INSERT INTO invoice (id, kind, code, number, key, dated_on, supplier, fen, original_id, voided_on, void_reason)
       SELECT v.id, v.kind, v.code, v.number, g.key, v.dated_on, v.supplier, g.fen, NULL, v.voided_on, v.void_reason
       FROM (SELECT min(p.id) AS first, p.key, sum(w.fen) AS fen FROM paper p JOIN fee_voucher w ON w.id = p.id
             GROUP BY p.alone, p.key) g
       JOIN fee_voucher v ON v.id = g.first ORDER BY v.id""",
    """CREATE TABLE "fee_voucher_new" (
        "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
        "plan_item_id" INTEGER NOT NULL,
        "invoice_id" INTEGER,
        "kind" TEXT NOT NULL,
        "number" TEXT NOT NULL,
        "dated_on" TEXT,
        "supplier" TEXT NOT NULL,
        "fen" INTEGER NOT NULL,
        "handler_id" INTEGER,
        "acceptor_id" INTEGER,
        "auditor_id" INTEGER,
        "remark" TEXT NOT NULL,
        "voided_on" TEXT,
        "void_reason" TEXT NOT NULL,
        FOREIGN KEY ("plan_item_id") REFERENCES "fee_plan_item" ("id"),
        FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id"),
        FOREIGN KEY ("handler_id") REFERENCES "person" ("id"),
        FOREIGN KEY ("acceptor_id") REFERENCES "person" ("id"),
        FOREIGN KEY ("auditor_id") REFERENCES "person" ("id")) STRICT""",
    """INSERT INTO fee_voucher_new (id, plan_item_id, invoice_id, kind, number, dated_on, supplier, fen, handler_id, acceptor_id,
           auditor_id, remark, voided_on, void_reason)
       SELECT v.id, v.plan_item_id, g.first, iif(g.first IS NULL, v.kind, ''), iif(g.first IS NULL, v.number, ''),
              iif(g.first IS NULL, v.dated_on, NULL), iif(g.first IS NULL, v.supplier, ''), v.fen, v.handler_id, v.acceptor_id,
              v.auditor_id, v.remark, v.voided_on, v.void_reason
       FROM fee_voucher v LEFT JOIN paper p ON p.id = v.id
       LEFT JOIN (SELECT min(id) AS first, alone, key FROM paper GROUP BY alone, key) g ON g.alone = p.alone AND g.key = p.key
       ORDER BY v.id""",
    # Numbers of deleted vouchers are not given again.
    """DELETE FROM sqlite_sequence WHERE name = 'fee_voucher_new'""",
    """UPDATE sqlite_sequence SET name = 'fee_voucher_new' WHERE name = 'fee_voucher'""",
    """DROP TABLE fee_voucher""",
    """ALTER TABLE fee_voucher_new RENAME TO fee_voucher""",
    """DROP TABLE temp.folded""",
    """DROP TABLE temp.paper""",
    """CREATE INDEX "fee_voucher_plan_item_id" ON "fee_voucher" ("plan_item_id")""",
    """CREATE INDEX "fee_voucher_invoice_id" ON "fee_voucher" ("invoice_id")""",
    """CREATE INDEX "fee_voucher_handler_id" ON "fee_voucher" ("handler_id")""",
    """CREATE INDEX "fee_voucher_acceptor_id" ON "fee_voucher" ("acceptor_id")""",
    """CREATE INDEX "fee_voucher_auditor_id" ON "fee_voucher" ("auditor_id")""",
)
