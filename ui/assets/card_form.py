"""The form of one card: fields in the order of the paper card, suggestions that never overwrite what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QWidget

from app.assets import classes, commands, queries, rules, statuses
from app.assets import settings as words
from app.assets.fields import FIELD, OTHER, SECTIONS, AssetDraft, CardField, extra_id, extra_key, in_section
from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Problem
from app.core.settings import Setting
from app.exchange.values import read_code
from app.store import settings
from app.store.journal import Step
from ui.forms.form import EditorKind, Field, FormDialog, Section
from ui.forms.picker import Found
from ui.kit.school_fields import department_field, person_field, place_field, supplier_field


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
        filled = commands.tidied(draft)
        given = {key for key in rules.PAST if getattr(filled, key) != getattr(self.draft, key) or not self.identity}
        return rules.check_asset(filled, clock.today(), given)

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
        return draft.extras.get(own, "") if (own := extra_id(key)) else super().field_value(draft, key)

    def filled(self) -> AssetDraft:
        """Give the draft as the fields stand, extra fields gathered."""
        values: dict[str, Any] = {key: self.draft_value(key) for key in self.editors}
        extras = dict(self.draft.extras)
        for identity in self.extra_ids:
            value = values.pop(extra_key(identity))
            extras[identity] = value.isoformat() if isinstance(value, date) else str(value or "")
        return replace(self.draft, **values, extras={key: text for key, text in extras.items() if text})


def card_fields() -> list[Section]:
    """Give the fields of a card in the order of the paper card; the school's own ones begin the last section."""
    own = [_extra_field(extra) for extra in queries.extra_fields()]
    return [Section(section, [*(own if section == OTHER else ()), *map(_field, in_section(section))])
            for section in SECTIONS]


def field_of(attribute: str, **changes: Any) -> Field:
    """Give the field in which one attribute of a card is typed; ``changes`` is what another form says otherwise."""
    return replace(_field(FIELD[attribute]), **changes)


def cell_fields(columns: Sequence[Column]) -> dict[str, Field]:
    """Give the card's field for each column of the ledger's list, by the column's key: what the form asks for is typed there too."""
    return {column.key: _field(FIELD[column.key]) for column in columns}


_LOOKUPS = {"place": place_field, "person": person_field, "department": department_field}


def _field(field: CardField) -> Field:
    """Give what a declared field is typed in."""
    more: dict[str, Any] = {"width": 2 if field.wide else 1, "required": field.required, "reads": read_code if field.kind is Kind.CODE else None}
    if field.hint:
        more["hint"] = field.hint
    if field.ref:
        return _LOOKUPS[field.ref](field.attribute, field.label, **more)
    if field.editor == "class":
        return Field(
            field.attribute,
            field.label,
            "lookup",
            find=_find_classes,
            create=lambda text: (text, text),
            free=True,
            **more,
        )
    if field.editor == "supplier":
        return supplier_field(field.attribute, field.label, **more)
    if field.choices:
        return Field(field.attribute, field.label, "choice", choices=partial(_choices, field),
                     free=isinstance(field.choices, Setting) and field.key != "status", synonyms=partial(_other_words, field.key), **more)
    return Field(
        field.attribute, field.label, "lines" if field.editor == "lines" else _EDITORS.get(field.kind, "text"), **more
    )


_EDITORS: dict[Kind, EditorKind] = {Kind.MONEY: "money", Kind.WHOLE: "whole", Kind.DAY: "day"}


def _other_words(key: str) -> Mapping[str, str]:
    """Give the words by which workbooks call the choices of a field."""
    return statuses.synonyms(key)


def _choices(field: CardField) -> Sequence[str]:
    """Give the words a field offers, a blank first where a card may hold none."""
    words = statuses.offered(field)
    return words if field.default else ["", *words]


def _extra_field(extra: queries.Extra) -> Field:
    if extra.kind == "选项":
        return Field(extra.key, extra.title, "choice", choices=["", *extra.choices])
    return Field(extra.key, extra.title, "day" if extra.kind == "日期" else "text")


def _find_classes(text: str) -> Found:
    return [(item.code, f"{item.code} {item.name}", item.unit) for item in classes.search(text, 40)]
