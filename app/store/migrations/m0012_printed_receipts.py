"""The day a receipt was first printed: printing it again says so."""

TITLE = "收据的打印日期"

SQL = ("""ALTER TABLE "fee_receipt" ADD COLUMN "printed_on" TEXT""",)
