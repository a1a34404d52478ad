"""The ledger as a workbook: the fields and the names that offices give them, and the export that imports back."""

import re
from pathlib import Path
from typing import Literal

from app.assets import fields, queries
from app.core.columns import Column, Kind
from app.core.listing import Wish
from app.core.progress import Progress, silent
from app.exchange.headings import FieldSpec
from app.exchange.writing import SheetOut, write_workbook
from app.school.room_names import names_a_room

# Other programs give the life in years; the card, and so the export, has it in months.
_LIFE_YEARS = FieldSpec(
    "life_years", "使用年限", Kind.WHOLE,
    ("折旧年限", "折旧年限(年)", "预计使用年限", "使用年限(年)", "规定使用年限", "使用期限", "计划使用年限", "耐用年限", "使用寿命"), asks=True)
_ASKED = frozenset({Kind.MONEY, Kind.WHOLE, Kind.DAY, Kind.CODE})
_PERSON = re.compile(r"(?!.*(?:[室楼班处科组部馆]|中心|年级)$)[\u3400-\u9fff·]{2,8}(?:\s*[、,，/]\s*[\u3400-\u9fff·]{2,8})*")
_PLACE = re.compile(r"(?=.*[\u3400-\u9fff])[\u3400-\u9fff\dA-Za-z（）()\-—#、]{2,16}|[A-Za-z]\d{1,4}")  # 南海, A01; no IP
_UNIT = re.compile(r"[^\d]{1,4}")


def _spec(each: fields.CardField) -> FieldSpec:
    """Give the field as a sheet's column is matched to it."""
    fits = {"person": _is_person, "place": _is_place}.get(each.ref) or (_is_unit if each.key == "unit" else None)
    return FieldSpec(
        each.key, each.title, each.kind, each.names, each.required and each.default == "",
        asks=bool(each.ref) or each.kind in _ASKED or each.key == "name",
        fits=fits,
        role=_ROLES.get(each.key, ""),
        unique=each.key == "number")


def _is_person(text: str) -> bool:
    return _PERSON.fullmatch(text) is not None


def _is_unit(text: str) -> bool:
    return _UNIT.fullmatch(text) is not None


def _is_place(text: str) -> bool:
    return names_a_room(text) or _PLACE.fullmatch(text) is not None or any(word in text for word in "楼室班栋区层")


_ROLES: dict[str, Literal["", "price", "count", "amount"]] = {"unit_price": "price", "quantity": "count", "value": "amount"}
FIELDS: tuple[FieldSpec, ...] = tuple(
    spec for each in fields.FIELDS for spec in (*((_LIFE_YEARS,) if each.key == "life_months" else ()), _spec(each)))

SYNONYMS: dict[str, dict[str, str]] = {
    "acquired_by": {"购置": "新购", "购入": "新购", "采购": "新购", "自购": "新购", "购买": "新购", "调入": "调拨",
                    "无偿调入": "调拨", "划拨": "调拨", "调拨（划拨）": "调拨", "捐赠": "接受捐赠", "受赠": "接受捐赠",
                    "自行建造": "自建"},
    "category": {"固定": "固定资产", "低值": "低值易耗品", "低值易耗": "低值易耗品", "易耗品": "低值易耗品"},
    "value_type": {"实际成本": "原值", "评估值": "评估价", "暂估": "暂估价", "名义价值": "名义金额"},
    "purpose": {"教学": "自用", "办公": "自用", "自用（教学）": "自用"},
}

# The groups of fixed assets as ledgers write them: of 2022 (财政部令第108号), of 2012 (财政部令第68号), with what both allow.
GROUP_NAMES = frozenset((
    "房屋和构筑物", "房屋及构筑物", "房屋构筑物", "房屋", "土地、房屋及构筑物", "设备", "通用设备", "专用设备", "一般设备",
    "文物和陈列品", "文物及陈列品", "图书和档案", "图书、档案", "图书档案", "图书", "家具和用具", "家具、用具、装具",
    "家具、用具、装具及动植物", "家具用具装具及动植物", "家具", "家具用具", "特种动植物", "动植物", "其他固定资产"))


def export_columns() -> tuple[Column, ...]:
    """Give the export's columns: every field of the card under its own name, then the school's extra fields."""
    return (*(each.column(title=each.title, shown=True) for each in fields.FIELDS),
            *(Column(extra.key, extra.title) for extra in queries.extra_fields()))


def export_ledger(path: Path, wish: Wish | None = None, progress: Progress = silent) -> int:
    """Write the cards that match (all, unless a wish narrows them) as .xlsx and give how many.

    The sheet imports back unchanged. An unwritable target is ``Refused``.
    """
    ids = queries.matching_ids(wish or Wish(sort="number"))
    columns = export_columns()
    rows = []
    for start in range(0, len(ids), 1_000):
        progress(start, len(ids), "读取卡片")
        rows += [_row(card, columns) for card in queries.cards(ids[start:start + 1_000])]
    progress(len(ids), len(ids), "写入工作簿")
    write_workbook(path, [SheetOut("资产台账", columns, rows)])
    return len(rows)


def _row(card: queries.Card, columns: tuple[Column, ...]) -> list[object]:
    return [
        card.draft.extras.get(own, "") if (own := fields.extra_id(column.key)) else card.value(fields.FIELD[column.key])
        for column in columns
    ]
