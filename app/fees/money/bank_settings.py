"""What a bank wants of a file for a batch of transfers: which columns in which order, how a text file is written."""

from app.core.settings import Setting

BANK = "银行批量转账"

SERIAL, HOLDER, CARD, OPENED_AT, FEN, NOTE = "序号", "户名", "卡号", "开户行", "金额", "备注"
PARTS = (SERIAL, HOLDER, CARD, OPENED_AT, FEN, NOTE)
COMMA, TAB, BAR = "逗号", "制表符", "竖线"
GBK, UTF8 = "GBK", "UTF-8"
_NEEDED = (HOLDER, CARD, FEN)


def _wrong_columns(columns: list[str]) -> str:
    strange = [each for each in columns if each not in PARTS]
    if strange:
        return f"没有“{'、'.join(strange)}”这样的列，只能是{'、'.join(PARTS)}。"
    missing = [each for each in _NEEDED if each not in columns]
    return f"少了{'、'.join(missing)}，银行转不了账。" if missing else ""


COLUMNS: Setting[list[str]] = Setting(
    "fees.bank_columns", "转账文件的列和顺序", [HOLDER, CARD, FEN, NOTE], group=BANK, wrong=_wrong_columns,
    help=f"一行写一列，按银行要求的顺序。可用的有：{'、'.join(PARTS)}。")
WITH_HEAD = Setting("fees.bank_head", "转账文件第一行写列名", True, group=BANK)
DIVIDER = Setting("fees.bank_divider", "文本文件的分隔符", COMMA, choices=(COMMA, TAB, BAR), group=BANK,
                  help="存成 .csv 或 .txt 时用；存成 .xlsx 时不用。")
ENCODING = Setting("fees.bank_encoding", "文本文件的编码", GBK, choices=(GBK, UTF8), group=BANK,
                   help="银行的程序多用 GBK；看到乱码时改成 UTF-8。")
REMARK = Setting("fees.bank_remark", "转账备注", "{班级}{姓名}退费", group=BANK,
                 help="可以写 {学期}、{班级}、{姓名}、{学号}。")
