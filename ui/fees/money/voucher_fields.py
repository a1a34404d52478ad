"""What a voucher is typed in, in a cell of the list and in its form."""

from collections.abc import Sequence

from app.fees.money.facts import titles
from app.fees.money.rules import VOUCHER_KINDS
from ui.forms.form import Field
from ui.kit.school_fields import person_field, supplier_field

FILES = "照片和文件 (*.jpg *.jpeg *.png *.webp *.bmp *.pdf *.ofd *.xml *.docx *.xlsx *.doc *.xls)"
SIGNERS = {"handler": "经手人", "acceptor": "验收人", "auditor": "审核人"}


def voucher_fields(plan_id: int) -> dict[str, Field]:
    """Give the fields of a voucher by the column of the list, in the order of the paper."""
    def items() -> Sequence[tuple[object, str]]:
        return [(each.id, each.name) for each in titles(plan_id)]

    people = {key: person_field(key, title, required=True) for key, title in SIGNERS.items()}
    return {
        "item": Field("plan_item", "收费项目", "choice", choices=items, required=True),
        "kind": Field("kind", "票据种类", "choice", choices=VOUCHER_KINDS, free=True, required=True),
        "code": Field("code", "票据代码", hint="发票代码；没有就空着"), "number": Field("number", "票据号码", hint="发票、财政票据必填"),
        "dated_on": Field("dated_on", "票据日期", "day", required=True),
        "fen": Field("fen", "金额（元）", "money", required=True, hint="红字票据填负数"),
        "total": Field("total", "发票总额（元）", "money", hint="一张发票分几处报销才填"),
        "red_of": Field("red_of", "红冲的发票", hint="红字发票填原来那张的号码"),
        "supplier": supplier_field("supplier", "收款单位", width=2), **people, "remark": Field("remark", "备注", width=2),
    }
