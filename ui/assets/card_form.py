"""The form of one card: fields in the order of the paper card, suggestions that never overwrite what was typed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from app.assets import classes, commands, queries, rules
from app.assets import settings as words
from app.assets.rules import AssetDraft
from app.core import clock
from app.core.columns import Column
from app.core.errors import Problem
from app.school import queries as school
from app.store import settings
from app.store.journal import Step
from ui.forms.form import Field, FormDialog, Section
from ui.forms.picker import Found


def edit_card(parent: QWidget, draft: AssetDraft, identity: int | None) -> int | None:
    """Show the form and give the id of the saved card; None when nothing was saved."""
    form = CardForm(parent, draft, identity)
    if not form.exec():
        return None
    return int(form.saved.made[0]) if identity is None else identity


class CardForm(FormDialog):
    """Registers a card, or edits the card ``identity``. Extra fields of the school follow at the end."""

    def __init__(self, parent: QWidget, draft: AssetDraft, identity: int | None) -> None:
        self.identity = identity
        self.extra_ids = [extra.id for extra in queries.extra_fields()]
        title = "登记资产" if identity is None else f"编辑资产 {draft.number}"
        super().__init__(parent, title, draft, card_fields(), self._problems, self._save,
                         commands.like if identity is None else None)
        self.changed.connect(self._suggest)

    def _problems(self, draft: AssetDraft) -> list[Problem]:
        return rules.check_asset(commands.tidied(draft), clock.today())

    def _save(self, draft: AssetDraft) -> Step | None:
        return commands.register_asset(draft) if self.identity is None else commands.edit_asset(self.identity, draft)

    def _suggest(self, key: str) -> None:
        """Fill what one field says about others, only where these are still empty or follow from it."""
        if key == "class_code":
            self._suggest_class()
        if key in ("unit_price", "quantity"):
            price, pieces = self.value("unit_price"), self.value("quantity")
            if isinstance(price, int) and isinstance(pieces, int):
                self.set_value("value", price * pieces)
        if self.identity is None and key in ("unit_price", "quantity", "class_code"):
            self._suggest_category()

    def _suggest_class(self) -> None:
        found = classes.find_class(str(self.value("class_code") or ""))
        if found is None:
            return
        self.set_value("class_name", found.name)
        if not self.value("unit"):
            self.set_value("unit", found.unit)
        if not self.value("life_months") and found.months:
            self.set_value("life_months", found.months)

    def _suggest_category(self) -> None:
        price, pieces = self.value("unit_price"), self.value("quantity")
        if isinstance(price, int) and isinstance(pieces, int):
            self.set_value("category", rules.suggested_category(
                price, pieces, str(self.value("class_code") or ""), settings.value(words.THRESHOLD),
                settings.value(words.BULK_PIECES), settings.value(words.BULK_KINDS)))

    def field_value(self, draft: AssetDraft, key: str) -> Any:
        """Give what a field shows of the draft; extra fields lie in ``extras``."""
        return draft.extras.get(int(key[6:]), "") if key.startswith("extra:") else super().field_value(draft, key)

    def filled(self) -> AssetDraft:
        """Give the draft as the fields stand, extra fields gathered."""
        values: dict[str, Any] = {key: editor.value() for key, editor in self.editors.items()}
        extras = dict(self.draft.extras)
        for identity in self.extra_ids:
            value = values.pop(f"extra:{identity}")
            extras[identity] = value.isoformat() if isinstance(value, date) else str(value or "")
        return replace(self.draft, **values, extras={key: text for key, text in extras.items() if text})


def card_fields() -> list[Section]:
    """Give the fields of a card in the order of the paper card; the school's own ones at the end."""
    extras = [_extra_field(extra) for extra in queries.extra_fields()]
    return [
        Section("基本信息", [
            Field("name", "资产名称", width=2, required=True),
            Field("number", "资产编号", hint="留空由系统编号"),
            Field("category", "资产类别", "choice", choices=rules.CATEGORIES),
            Field("class_code", "分类代码", "lookup", hint="输入名称、拼音首字母或代码", find=_find_classes, text_of=str,
                  create=lambda text: (text, text), free=True),
            Field("class_name", "国标名称"),
            Field("model", "规格型号"),
            Field("brand", "品牌"),
            Field("serial", "序列号"),
            Field("old_number", "原编号"),
        ]),
        Section("数量和价值", [
            Field("quantity", "数量", "whole", required=True),
            Field("unit", "计量单位", "choice", choices=lambda: settings.value(words.UNITS), free=True),
            Field("unit_price", "单价（元）", "money"),
            Field("value", "价值（元）", "money"),
            Field("value_type", "价值类型", "choice", choices=lambda: settings.value(words.VALUE_TYPES), free=True),
            Field("acquired_by", "取得方式", "choice", choices=lambda: settings.value(words.ACQUIRED_BY), free=True),
            Field("acquired_on", "取得日期", "day"),
            Field("booked_on", "入账日期", "day"),
            Field("voucher", "凭证号"),
            Field("funding", "经费来源", "choice", choices=lambda: settings.value(words.FUNDINGS), free=True),
            Field("purchase_form", "采购形式", "choice", choices=lambda: ["", *settings.value(words.PURCHASE_FORMS)], free=True),
            Field("invoice", "发票号"),
            Field("supplier", "供应商", width=2),
        ]),
        Section("存放和使用", [
            Field("place_id", "存放地点", "lookup", hint="房间号、名称或拼音首字母", find=_find_places, text_of=_place_name),
            Field("status", "使用状况", "choice", choices=lambda: settings.value(words.STATUSES), free=True),
            Field("keeper_id", "保管人", "lookup", find=_find_people, text_of=_person_name),
            Field("user_id", "使用人", "lookup", find=_find_people, text_of=_person_name),
            Field("department_id", "使用部门", "lookup", find=_find_departments, text_of=_department_name),
            Field("purpose", "使用方向", "choice", choices=lambda: settings.value(words.PURPOSES), free=True),
            Field("warranty_until", "保修截止", "day"),
        ]),
        Section("折旧", [
            Field("life_months", "折旧年限（月）", "whole", hint="不提折旧填 0"),
            Field("opening_depreciation", "期初累计折旧", "money"),
            Field("opening_months", "期初已提月数", "whole"),
        ]),
        Section("其他", [*extras, Field("remark", "备注", "lines", width=2)]),
    ]


def cell_fields(columns: Sequence[Column]) -> dict[str, Field]:
    """Give the card's field for each column of the ledger's list, by the column's key: what the form asks for is typed there too."""
    known = {field.key: field for section in card_fields() for field in section.fields}
    return {column.key: known[_NAMED.get(column.key, column.key)] for column in columns}


_NAMED = {"place": "place_id", "keeper": "keeper_id", "user": "user_id", "department": "department_id"}


def _extra_field(extra: queries.Extra) -> Field:
    key = f"extra:{extra.id}"
    if extra.kind == "选项":
        return Field(key, extra.title, "choice", choices=["", *extra.choices])
    return Field(key, extra.title, "day" if extra.kind == "日期" else "text")


def _find_classes(text: str) -> Found:
    return [(item.code, f"{item.code} {item.name}", item.unit) for item in classes.search(text, 40)]


def _find_places(text: str) -> Found:
    return [(pick.id, pick.text, pick.note) for pick in school.find_places(text)]


def _find_people(text: str) -> Found:
    return [(pick.id, pick.text, pick.note) for pick in school.find_people(text)]


def _find_departments(text: str) -> Found:
    return [(pick.id, pick.text, pick.note) for pick in school.find_departments(text)]


def _place_name(identity: int | None) -> str:
    return school.place_path(identity) if identity else ""


def _person_name(identity: int | None) -> str:
    return school.person_name(identity) if identity else ""


def _department_name(identity: int | None) -> str:
    return school.department_name(identity) if identity else ""
