"""导入模板: an empty workbook with the export's own columns, which imports back as it is filled in."""

from collections.abc import Sequence
from pathlib import Path

from app.assets import queries, statuses
from app.assets.fields import FIELD, CardField
from app.assets.sheets import FIELDS, export_columns
from app.core.listing import Wish
from app.exchange.templates import TemplateField, write_template
from app.school import queries as school

SHEET = "资产台账"
_NOTES = (
    "总务通 资产台账导入模板",
    "一行一张卡片；一张卡片可以是多件（数量填件数）。列的顺序可以改，不用的列可以删，也可以另加自己的列。",
    f"只有“{FIELD['name'].title}”必须填，其余没有就空着；导入时先检查，把所有问题一次列清，确认以后才写入。",
    "已有的卡片也可以改好再导入：编号相同的选“更新已有卡片”，空格不会清空原有内容。",
)
_OWN_KINDS = {"数字": "填数字", "选项": "从下拉列表里选", "日期": FIELD["acquired_on"].explained[0]}


def export_template(path: Path) -> None:
    """Write the template with the school's own words, rooms and people to choose from. An unwritable target is ``Refused``."""
    required = {spec.key for spec in FIELDS if spec.required}
    known = {extra.key: extra for extra in queries.extra_fields()}
    fields = []
    for column in export_columns():
        if extra := known.get(column.key):
            choices = extra.choices if extra.kind == "选项" else ()
            fields.append(TemplateField(column, _OWN_KINDS.get(extra.kind, ""), "", False, choices, not choices))
        else:
            field = FIELD[column.key]
            fields.append(
                TemplateField(column, *field.explained, column.key in required, _choices(field), not field.closed)
            )
    write_template(path, SHEET, fields, _NOTES)


def _choices(field: CardField) -> Sequence[str]:
    """Give the words that a field offers."""
    if field.ref == "place":
        return [room.path for room in school.rooms()]
    if field.ref == "person":
        return [row[1] for row in school.people_listing(Wish())]
    if field.ref == "department":
        return [row[1] for row in school.departments_listing()]
    return statuses.offered(field)
