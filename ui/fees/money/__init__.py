"""The steps 收费登记, 支出票据 and 结算清退."""
