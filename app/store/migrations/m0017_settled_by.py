"""Each item says what it is settled by: its vouchers or its standard. Until now one voucher decided it, for some kinds.

Items of a term keep what was true of them: those of the kinds in the former setting ``fees.fixed_kinds`` went by their standard
while they had no voucher. Items of the library of these kinds do so too, unless they are charged by the day (meals).
"""

TITLE = "收费项目的结算方式"

_KINDS = """SELECT each.value FROM json_each(coalesce((SELECT value FROM setting WHERE key = 'fees.fixed_kinds'),
    '["行政事业性收费", "服务性收费"]')) each"""

SQL = (
    """ALTER TABLE fee_item ADD COLUMN "settled_by" TEXT NOT NULL DEFAULT ''""",
    """ALTER TABLE fee_plan_item ADD COLUMN "settled_by" TEXT NOT NULL DEFAULT ''""",
    """UPDATE fee_item SET settled_by = '按票据结算'""",
    """UPDATE fee_plan_item SET settled_by = '按票据结算'""",
    f"""UPDATE fee_item SET settled_by = '按标准结算' WHERE kind IN ({_KINDS}) AND measure <> '天'""",
    f"""UPDATE fee_plan_item SET settled_by = '按标准结算' WHERE kind IN ({_KINDS}) AND NOT EXISTS (
        SELECT 1 FROM fee_voucher v WHERE v.plan_item_id = fee_plan_item.id AND v.voided_on IS NULL)""",
)
