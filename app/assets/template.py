"""导入模板: an empty workbook with the export's own columns, which imports back as it is filled in."""

from collections.abc import Sequence
from pathlib import Path

from app.assets import queries, rules, settings
from app.assets.sheets import FIELDS, export_columns
from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.exchange.templates import TemplateField, write_template
from app.school import queries as school
from app.store import settings as stored

SHEET = "资产台账"
_NOTES = (
    "总务通 资产台账导入模板",
    "一行一张卡片；一张卡片可以是多件（数量填件数）。列的顺序可以改，不用的列可以删，也可以另加自己的列。",
    "只有“资产名称”必须填，其余没有就空着；导入时先检查，把所有问题一次列清，确认以后才写入。",
    "已有的卡片也可以改好再导入：编号相同的选“更新已有卡片”，空格不会清空原有内容。",
)
_HOW = {
    "number": ("留空由程序按规则编号；填了就用填的，不能重复", "ZC-2026-00001"),
    "name": ("物品的名称", "学生课桌"),
    "category": ("固定资产或低值易耗品，空着按固定资产", "固定资产"),
    "class_code": ("国标分类代码，新旧两种都行", "A05010201"),
    "class_name": ("空着时按分类代码填", "课桌"),
    "model": ("规格、型号、尺寸", "700×500×760"),
    "quantity": ("整数，空着按 1", "45"),
    "unit_price": ("单位是元", "148.50"),
    "value": ("单位是元；空着时按单价×数量", "6682.50"),
    "acquired_on": ("写成 2019-09-01、2019.9.1 或 2019年9月1日都行", "2019-09-01"),
    "place": ("写楼、层、室；还没有的地点会一并建立", "教学楼 3层 304室"),
    "keeper": ("写姓名；同名的后面注明部门，如 王芳（语文组）", "王敏"),
    "life_months": ("单位是月；不提折旧填 0", "180"),
    "opening_depreciation": ("启用总务通以前已提的折旧，单位是元", "0"),
    "opening_months": ("启用总务通以前已提折旧的月数", "0"),
    "remark": ("其他要记的", ""),
}
_BY_KIND = {Kind.DAY: ("写成 2019-09-01、2019.9.1 或 2019年9月1日都行", "2019-09-01"), Kind.MONEY: ("单位是元", "100.00"),
            Kind.WHOLE: ("整数", ""), Kind.CODE: ("号码按原样填，前面的 0 会保留", ""), Kind.CHOICE: ("从下拉列表里选", "")}
_CHOICES = {"status": settings.STATUSES, "value_type": settings.VALUE_TYPES, "acquired_by": settings.ACQUIRED_BY,
            "purpose": settings.PURPOSES}
_OFFERED = {"funding": settings.FUNDINGS, "purchase_form": settings.PURCHASE_FORMS, "unit": settings.UNITS}


def export_template(path: Path) -> None:
    """Write the template with the school's own words, rooms and people to choose from. An unwritable target is ``Refused``."""
    required = {spec.key for spec in FIELDS if spec.required}
    known = {f"extra:{extra.id}": extra for extra in queries.extra_fields()}
    fields = []
    for column in export_columns():
        how, example = _HOW.get(column.key) or _BY_KIND.get(column.kind) or ("", "")
        extra = known.get(column.key)
        if extra:
            how = {"日期": _BY_KIND[Kind.DAY][0], "数字": "填数字", "选项": "从下拉列表里选"}.get(extra.kind, "")
        choices, is_open = _choices(column)
        fields.append(TemplateField(column, how, example, column.key in required, choices, is_open))
    write_template(path, SHEET, fields, _NOTES)


def _choices(column: Column) -> tuple[Sequence[str], bool]:
    """Give what a column offers and whether other words are taken too."""
    key = column.key
    if key == "category":
        return rules.CATEGORIES, False
    if key in _CHOICES:
        return stored.value(_CHOICES[key]), False
    if key in _OFFERED:
        return stored.value(_OFFERED[key]), True
    if key == "place":
        return [room.path for room in school.rooms()], True
    if key in ("keeper", "user"):
        return [row[1] for row in school.people_listing(Wish())], True
    if key == "department":
        return [row[1] for row in school.departments_listing()], True
    extra = next((extra for extra in queries.extra_fields() if f"extra:{extra.id}" == key and extra.kind == "选项"), None)
    return (extra.choices if extra else (), not extra)
