"""What can be set about stocktakes: how they are numbered."""

from app.core.numbering import Rule, declare

STOCKTAKE_NUMBERS = declare(Rule("stocktake", "PD", True, 5, "盘点编号"))
