"""What the forms of the store are typed in: goods with what lies there, who gets them, quantities by the pack."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.school import queries as school
from app.school import roster
from app.stock import costing, queries, rules
from app.stock.queries import ItemRow
from app.stock.rules import Receiver
from ui.forms.form import Field
from ui.forms.picker import Found

_MOST = 40
OUT_COLUMNS: tuple[Column, ...] = (
    Column("item", "品名", Kind.TEXT, 52), Column("quantity", "数量", Kind.TEXT, 18), Column("known", "折合、库内", Kind.TEXT, 44),
    Column("swapped", "以旧换新", Kind.CHOICE, 18), Column("remark", "用途", Kind.TEXT, 34))
IN_COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 44), Column("spec", "规格", Kind.TEXT, 30), Column("unit", "单位", Kind.CHOICE, 13),
    Column("quantity", "数量", Kind.TEXT, 18), Column("price", "单价（元）", Kind.MONEY, 20), Column("fen", "金额（元）", Kind.MONEY, 22),
    Column("known", "折合、库内", Kind.TEXT, 40), Column("remark", "备注", Kind.TEXT, 26))
YES = "是"


@dataclass(frozen=True, slots=True)
class Target:
    """Whom or what goods go to: ``kind`` is the attribute of ``Receiver``."""

    kind: str
    id: int


# --- goods -------------------------------------------------------------------------------------------------------


def find_goods(text: str) -> Found:
    """Give goods in use by name or 拼音, each with what lies there."""
    return [(item.id, item.title, there(item)) for item in queries.find_items(text, _MOST)]


def there(item: ItemRow) -> str:
    """Say what lies there of an item: 库内 12盒."""
    return f"库内 {rules.quantity_words(item.quantity, item.unit)}"


def goods_field(key: str = "item", title: str = "品名") -> Field:
    """Give a field that holds the id of an item."""
    return Field(key, title, "lookup", find=find_goods, text_of=lambda identity: item_of(identity).title, required=True,
                 hint="品名或拼音首字母")


def item_of(identity: int) -> ItemRow:
    """Give an item."""
    return queries.items([identity])[identity]


def out_fields() -> dict[str, Field]:
    """Give the fields of lines that go out, by column."""
    return {"item": goods_field(), "quantity": Field("quantity", "数量", hint="12，或 3箱"),
            "swapped": Field("swapped", "以旧换新", "choice", choices=["", YES]), "remark": Field("remark", "用途")}


def in_fields() -> dict[str, Field]:
    """Give the fields of lines that come in, by column; a name that is not known is a new item."""
    return {
        "name": Field("name", "品名", "lookup", find=_find_names, text_of=str, free=True, own_words=True, hint="品名或拼音首字母"),
        "spec": Field("spec", "规格"), "unit": Field("unit", "单位"), "quantity": Field("quantity", "数量", hint="12，或 3箱"),
        "price": Field("price", "单价", "money"), "fen": Field("fen", "金额", "money"), "remark": Field("remark", "备注")}


def _find_names(text: str) -> Found:
    return [(_Named(item), item.title, there(item)) for item in queries.find_items(text, _MOST)]


class _Named(str):
    """The name of an item that was picked from the list, with the item itself."""

    item: ItemRow

    def __new__(cls, item: ItemRow) -> "_Named":
        made = super().__new__(cls, item.name)
        made.item = item
        return made


def follow_out(_record: int, _typed: Sequence[str], line: Mapping[str, Any]) -> Mapping[str, str]:
    """Say beside a line what its quantity comes to and what lies there."""
    if not line.get("item"):
        return {}
    item = item_of(line["item"])
    return {"known": " · ".join(filter(None, (_comes_to(line.get("quantity", ""), item), there(item))))}


def follow_in(_record: int, typed: Sequence[str], line: Mapping[str, Any]) -> Mapping[str, str]:
    """Fill what is known of an item that was picked, and of price and amount the one that follows from the other."""
    found: dict[str, str] = {}
    name = line.get("name")
    if "name" in typed and isinstance(name, _Named):
        found |= {"spec": name.item.spec, "unit": name.item.unit}
        if name.item.last_price is not None and not line.get("price"):
            found["price"] = format_fen(name.item.last_price)
    item = known_item({**line, **found})
    quantity = _quantity_or_none(line.get("quantity", ""), item, str(line.get("unit") or found.get("unit", "")))
    if item is not None:
        found["known"] = " · ".join(filter(None, (_comes_to(line.get("quantity", ""), item), there(item))))
    if quantity and {"quantity", "price", "name"} & set(typed) and "fen" not in typed and line.get("price") is not None:
        found["fen"] = format_fen(costing.amount_at(line["price"], quantity))
    elif quantity and "fen" in typed and line.get("fen") is not None:
        found["price"] = format_fen(costing.price_of(line["fen"], quantity) or 0)
    return found


def known_item(line: Mapping[str, Any]) -> ItemRow | None:
    """Give the item that a line's words name, None where it would be a new one."""
    key = rules.item_key(str(line.get("name", "")), str(line.get("spec", "")), str(line.get("unit", "")))
    near = queries.find_items(str(line.get("name", "")), _MOST) if line.get("name") else []
    return next((item for item in near if rules.item_key(item.name, item.spec, item.unit) == key), None)


def _comes_to(text: str, item: ItemRow) -> str:
    quantity = _quantity_or_none(text, item, item.unit)
    return f"＝{rules.quantity_words(quantity, item.unit)}" if quantity and format_quantity(quantity) != text.strip() else ""


def _quantity_or_none(text: str, item: ItemRow | None, unit: str) -> int | None:
    try:
        return rules.typed_quantity(text, item.unit if item else unit, item.pack_unit if item else "", item.pack_size if item else 0)
    except ValueError:
        return None


def read_quantity(text: str, item: ItemRow | None, unit: str, row: int) -> int:
    """Give a line's quantity in thousandths; ``Invalid`` at the line where it cannot be read."""
    try:
        return rules.typed_quantity(text, item.unit if item else unit, item.pack_unit if item else "", item.pack_size if item else 0)
    except ValueError as wrong:
        raise Invalid([Problem("quantity", str(wrong), row=row)]) from None


# --- who gets them -----------------------------------------------------------------------------------------------


def receiver_field(key: str, title: str, kinds: Collection[str] = (), **more: Any) -> Field:
    """Give a field that holds a ``Target``: a department, a class, somebody on staff, a room; only of ``kinds`` where they are named."""
    def find(text: str) -> Found:
        return [each for each in _find_receivers(text) if not kinds or each[0].kind in kinds]

    return Field(key, title, "lookup", find=find, text_of=_target_words, **{"hint": "部门、班级、姓名、房间，可用拼音首字母", **more})


def _find_receivers(text: str) -> Found:
    typed = pinyin.words(text)
    found = [(Target("school_class", identity), name, "班级") for identity, name in roster.classes_of()
             if all(word in pinyin.keys(name) for word in typed)]
    most = _MOST if text.strip() else 12
    found = [(Target("department", pick.id), pick.text, "部门") for pick in school.find_departments(text, most)] + found[:_MOST]
    found += [(Target("person", pick.id), pick.text, pick.note) for pick in school.find_people(text, most)]
    return found + [(Target("place", pick.id), pick.text, "房间") for pick in school.find_places(text, most, rooms_only=True)]


def _target_words(target: Target | None) -> str:
    if target is None:
        return ""
    if target.kind == "school_class":
        return dict(roster.classes_of()).get(target.id, "")
    return {"department": school.department_name, "person": school.person_name, "place": school.place_path}[target.kind](target.id)


def receiver_of(target: Target | None, person: int | None) -> Receiver:
    """Give who gets goods: whom they go to, and who takes them along."""
    to = {target.kind: target.id} if target is not None else {}
    return Receiver(to.get("department"), to.get("school_class"), to.get("person", person), to.get("place"))


def storeroom_field(key: str = "storeroom", title: str = "保管室") -> Field:
    """Give a choice of the storerooms in use."""
    return Field(key, title, "choice", choices=lambda: [(room.id, room.name) for room in queries.storerooms()], required=True)


def first_storeroom(goods: Sequence[ItemRow] = ()) -> int:
    """Give the storeroom that stands in a form at first: that in which all of some goods usually lie, else the first one."""
    usual = {item.storeroom_id for item in goods}
    in_use = {room.id for room in queries.storerooms()}
    return next((each for each in usual if each in in_use), 0) if len(usual) == 1 and usual & in_use else queries.storeroom_of("")
