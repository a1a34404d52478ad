"""Asset numbers are listed by the value of the digits at their end: K2 before K10."""

TITLE = "编号按数字大小排列"

SQL = (
    """CREATE INDEX "asset_number_order" ON "asset" (rtrim(number, '0123456789'), """
    """CAST(substr(number, length(rtrim(number, '0123456789')) + 1) AS INTEGER), number)""",
)
