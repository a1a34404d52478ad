"""How receipts for parents are printed: in how many copies, with what small print."""

from app.core.settings import Setting

RECEIPTS = "收费收据"
_MOST = 4


def _wrong_copies(copies: list[str]) -> str:
    return f"最多 {_MOST} 联。" if len(copies) > _MOST else ""


COPIES: Setting[list[str]] = Setting("fees.receipt_copies", "收据的各联", ["存根联", "缴款人联"], group=RECEIPTS, wrong=_wrong_copies,
                                     help="一行写一联的名称，打印时一联一份；两联的收据正好一张 A4，从中间裁开。")
NOTE = Setting("fees.receipt_note", "收据下面的说明", "加盖学校收款印章有效，请妥善保管；代收费学期末据实结算。", group=RECEIPTS)
