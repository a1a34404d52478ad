"""What counts and finds are typed in, in the cells of the lists and in the dialogs."""

from collections.abc import Mapping

from app.assets import statuses
from app.stocktake import rules
from ui.forms.form import Field
from ui.kit.school_fields import place_field


def _statuses() -> list[str]:
    return ["", *statuses.words()]


COUNT_FIELDS: Mapping[str, Field] = {
    "counted": Field("counted", "实盘数", "whole"), "damaged": Field("damaged", "损坏", "whole"),
    "found_place": place_field("found_place_id", "实际地点", rooms_only=True),
    "found_status": Field("found_status", "实际状况", "choice", choices=_statuses),
    "reason": Field("reason", "差异原因"), "remark": Field("remark", "备注"),
}
FIND_FIELDS: Mapping[str, Field] = {
    "code": Field("code", "标签号"), "name": Field("name", "名称", required=True), "model": Field("model", "规格型号"),
    "unit": Field("unit", "单位"), "quantity": Field("quantity", "数量", "whole"),
    "place": place_field("place_id", "发现地点", rooms_only=True),
    "estimate": Field("estimate", "估价（元/件）", "money"),
    "decision": Field("decision", "处理", "choice", choices=rules.DECISIONS),
    "reason": Field("reason", "原因"), "remark": Field("remark", "备注"),
}
