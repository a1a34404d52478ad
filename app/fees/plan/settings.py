"""What a school decides about a new term's fees."""

from app.core.settings import Setting

FEES = "收费公示"

SHORTAGE = Setting("fees.shortage", "结算时不足部分", "多退少补", choices=("多退少补", "多退少不补"), group=FEES,
                   help="新学期的收费按这里定，已有的学期不变；公示表、告家长书、结算单上的话随之改变。各省规定不同，请按本地文件。")
