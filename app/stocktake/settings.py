"""What can be set about stocktakes: how they are numbered, who approves them."""

from app.core.numbering import Rule
from app.core.settings import Setting

GROUP = "盘点"
STOCKTAKE_NUMBERS = Rule("stocktake", "PD", True, 5, "盘点编号")
APPROVERS = Setting("stocktake.approvers", "盘点由谁批准", ["校长办公会", "校长", "主管教育局"], group=GROUP,
                    help="录入批准文号时可选，一行一个；盘盈盘亏按权限报批。")
