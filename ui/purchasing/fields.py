"""What the lines of a purchase are typed in: the thing with its last price and what lies in store, where it goes, whose money."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.assets import classes
from app.core import clock, pinyin
from app.core.columns import Column, Kind
from app.core.errors import Problem
from app.core.money import format_fen
from app.core.quantity import format_quantity
from app.fees.plan import queries as plans
from app.purchasing import budgets, queries, rules
from app.purchasing.rules import LineDraft
from app.school import queries as school
from app.school import roster
from app.school.signing_rules import Signer
from app.stock import queries as stock
from ui.forms.form import Field
from ui.forms.picker import Found
from ui.grid.edits import Cell
from ui.kit.school_fields import person_field

_MOST = 40

LINE_COLUMNS: tuple[Column, ...] = (
    Column("name", "品名", Kind.TEXT, 40, names=("名称", "物品名称", "商品名称", "货物名称")),
    Column("spec", "规格型号", Kind.TEXT, 26, names=("规格", "型号")), Column("unit", "单位", Kind.CHOICE, 12, names=("计量单位",)),
    Column("quantity", "数量", Kind.QUANTITY, 14, names=("采购数量",)), Column("price", "单价（元）", Kind.MONEY, 18),
    Column("fen", "金额（元）", Kind.MONEY, 20, names=("合计", "总价", "小计")),
    Column("goes", "去向", Kind.CHOICE, 21), Column("to", "领用、存放", Kind.TEXT, 28, names=("存放地点", "使用部门")),
    Column("keeper", "保管人", Kind.TEXT, 17, shown=False, person=True),
    Column("money", "资金来源", Kind.TEXT, 26), Column("class_code", "分类代码", Kind.CODE, 26, shown=False),
    Column("purpose", "用途", Kind.TEXT, 24, shown=False), Column("needs", "各班用量", Kind.TEXT, 18, shown=False),
    Column("known", "库内、上次", Kind.TEXT, 34), Column("remark", "备注", Kind.TEXT, 20))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is bought again: its words, and what is known of it."""

    name: str
    spec: str = ""
    unit: str = ""
    price: int | None = None
    class_code: str = ""
    goes: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """To whom or where a line goes: ``kind`` is the draft's attribute (department, school_class, person, place, storeroom)."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Money:
    """Where the money of a line comes from, as a line of a purchase has it."""

    source: str
    budget_line: int | None = None
    plan_item: int | None = None
    fund: str = ""


def line_fields() -> dict[str, Field]:
    """Give the fields by column."""
    return {
        "name": Field("name", "品名", "lookup", find=find_things, text_of=str, free=True, own_words=True, hint="名称或拼音首字母"),
        "spec": Field("spec", "规格型号"), "unit": Field("unit", "单位"), "quantity": Field("quantity", "数量", "quantity"),
        "price": Field("price", "单价", "money"), "fen": Field("fen", "金额", "money"),
        "goes": Field("goes", "去向", "choice", choices=["", *rules.GOES]),
        "to": Field("to", "领用、存放", "lookup", find=find_targets, text_of=lambda target: target_words(target)),
        "keeper": person_field("keeper", "保管人"),
        "money": Field("money", "资金来源", "lookup", find=find_money, text_of=lambda money: money_words(money)),
        "class_code": Field("class_code", "分类代码", "lookup", find=_find_classes, free=True, own_words=True, text_of=str),
        "purpose": Field("purpose", "用途"), "remark": Field("remark", "备注"),
        "needs": Field("needs", "各班用量", "lookup", find=lambda text: (), text_of=needs_words),    # given by its own form
        "line": Field("line", "行号", "whole"),     # of no column: it goes where its line goes
    }


# --- things ------------------------------------------------------------------------------------------------------


def find_things(text: str) -> Found:
    """Give things bought before and goods of the store whose words hold what was typed, with the last price and what lies there."""
    bought = [Thing(each.name, each.spec, each.unit, each.price, each.class_code, each.goes) for each in queries.names_again(text, _MOST)]
    goods = {queries.key_of(each.name, each.spec): each for each in stock.find_items(text, _MOST)}
    found = {queries.key_of(each.name, each.spec): each for each in bought}
    found |= {key: Thing(each.name, each.spec, each.unit, each.last_price, "", rules.STORE) for key, each in goods.items() if key not in found}
    return [(each, " ".join(filter(None, (each.name, each.spec))), known_words(each.price, each.unit, goods.get(key)))
            for key, each in list(found.items())[:_MOST]]


def known_words(price: int | None, unit: str, item: Any) -> str:
    """Say what is known of a thing: 库内 12 包 · 上次 3.50."""
    there = f"库内 {format_quantity(item.quantity)} {item.unit}" if item is not None and item.quantity else ""
    return " · ".join(filter(None, (there, f"上次 {format_fen(price)}" if price is not None else "")))


def known_of(name: str, spec: str) -> str:
    """Say what is known of a thing that was typed by hand."""
    last = queries.last_bought([(name, spec)]).get((name, spec))
    item = next((each for each in stock.find_items(name, _MOST) if queries.key_of(each.name, each.spec) == queries.key_of(name, spec)), None)
    return known_words(last.price if last else None, last.unit if last else "", item)


def _find_classes(text: str) -> Found:
    return [(item.code, f"{item.code} {item.name}", item.unit) for item in classes.search(text, _MOST)]


# --- to whom, where ----------------------------------------------------------------------------------------------

_TARGETS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "department": ("部门", school.department_name), "person": ("人", school.person_name), "place": ("房间", school.place_path),
    "school_class": ("班级", lambda identity: dict(roster.classes_of()).get(identity, "")),
    "storeroom": ("保管室", lambda identity: next((each.name for each in stock.storerooms(all_=True) if each.id == identity), ""))}


def find_targets(text: str) -> Found:
    """Give departments, classes, people, rooms and storerooms that hold what was typed."""
    typed = pinyin.words(text)
    named = [("school_class", identity, name) for identity, name in roster.classes_of()]
    named += [("storeroom", each.id, each.name) for each in stock.storerooms()]
    found = [(kind, identity, name) for kind, identity, name in named if all(word in pinyin.keys(name) for word in typed)]
    most = _MOST if text.strip() else 12
    lists = {"department": school.find_departments(text, most), "person": school.find_people(text, most),
             "place": school.find_places(text, most, rooms_only=True)}
    found += [(kind, pick.id, pick.text) for kind, listed in lists.items() for pick in listed]
    return [(Target(kind, identity), name, _TARGETS[kind][0]) for kind, identity, name in found[:3 * _MOST]]


def target_words(target: Target | None) -> str:
    """Name a target."""
    return _TARGETS[target.kind][1](target.id) if target is not None else ""


def target_of(line: LineDraft) -> Target | None:
    """Give where a line goes, the nearest of what it names."""
    for kind in ("school_class", "place", "storeroom", "person", "department"):
        identity = getattr(line, kind)
        if identity is not None and not (kind == "person" and line.goes == rules.CARD):
            return Target(kind, identity)
    return None


# --- whose money -------------------------------------------------------------------------------------------------


def find_money(text: str) -> Found:
    """Give budget lines of this year, items of the term's fees, 专项 and 捐赠; other words name a 专项."""
    typed = pinyin.words(text)
    listed = [(Money(rules.BUDGET, budget_line=each.id), each.name, f"余 {format_fen(each.left)}")
              for each in budgets.lines(clock.today().year) if each.active]
    term = school.current_term()
    plan = plans.plan_of(term.id) if term else None
    listed += [(Money(rules.AGENCY, plan_item=each.id), each.name, "代收费") for each in (plans.plan_items(plan.id) if plan else ())]
    listed += [(Money(rules.GIFT), rules.GIFT, "捐赠"), (Money(rules.BUDGET), "公用经费", "不列预算项目")]
    if text.strip() not in [name for _, name, _ in listed]:     # else the words would name two things
        listed.append((Money(rules.SPECIAL, fund=text.strip() or rules.SPECIAL), text.strip() or rules.SPECIAL, "专项"))
    return [each for each in listed if all(word in pinyin.keys(each[1]) for word in typed)]


def money_words(money: Money | None) -> str:
    """Name where money comes from."""
    if money is None:
        return ""
    if money.budget_line is not None:
        return next((each.name for each in budgets.lines() if each.id == money.budget_line), "")
    if money.plan_item is not None:
        return next((each.name for plan in plans.plans() for each in plans.plan_items(plan.id) if each.id == money.plan_item), rules.AGENCY)
    return money.fund or ("公用经费" if money.source == rules.BUDGET else money.source)


def money_of(line: LineDraft) -> Money | None:
    """Give whose money a line is bought with, None while nobody said."""
    return Money(line.source, line.budget_line, line.plan_item, line.fund) if line.source else None


# --- what follows from what was typed ------------------------------------------------------------------------------


class Following:
    """What follows from cells that were just typed in a line of a purchase: for ``Lines``.

    A thing that is known brings spec, unit and last price; number and price make the amount, an amount the price where it comes out
    even; price and bulk propose where it goes, until somebody says otherwise; who gets it and whose money it is are those of the
    line above.
    """

    def __init__(self, kind: Callable[[], str], above: Callable[[int], Mapping[str, Any]]) -> None:
        self.kind, self.above = kind, above
        self.said: set[int] = set()     # lines of which somebody said where they go

    def __call__(self, record: int, typed: Sequence[str], line: Mapping[str, Any]) -> Mapping[str, "str | Cell"]:
        """Give words or cells by column."""
        if "goes" in typed:
            self.said.add(record)
        found: dict[str, str | Cell] = {}
        if "name" in typed:
            found |= self._thing(record, line)
        if "spec" in typed and not isinstance(line.get("name"), Thing):
            found["known"] = Cell(known_of(str(line.get("name", "")), str(line.get("spec", ""))))
        draft = line_draft({**line, **{key: each.value for key, each in found.items() if isinstance(each, Cell) and each.value is not None}})
        found |= _amounts(typed, draft)
        if record not in self.said and {"name", "price", "quantity", "fen", "class_code"} & set(typed):
            amount = found.get("fen")
            proposed = replace(draft, fen=amount.value if isinstance(amount, Cell) else draft.fen)
            goes = queries.proposed(proposed, self.kind())
            found["goes"] = Cell(goes, goes)
        return found

    def _thing(self, record: int, line: Mapping[str, Any]) -> dict[str, "str | Cell"]:
        named = line.get("name")
        thing = named if isinstance(named, Thing) else _known_thing(str(named or ""), str(line.get("spec", "")))
        found: dict[str, str | Cell] = {}
        if thing is not None:
            found = {"name": Cell(thing.name, thing), "known": Cell(known_of(thing.name, thing.spec))}
            if not line.get("price") and not line.get("fen") and thing.price is not None:
                found["price"] = Cell(format_fen(thing.price), thing.price)
            for key in ("spec", "unit", "class_code"):
                if not line.get(key) and getattr(thing, key):
                    found[key] = Cell(getattr(thing, key), getattr(thing, key))
        elif named:
            found["known"] = Cell("")
        before = self.above(record)
        for key, words in (("to", target_words), ("money", money_words), ("keeper", school.person_name)):
            if not line.get(key) and before.get(key):
                found[key] = Cell(words(before[key]), before[key])
        return found


def _known_thing(name: str, spec: str) -> Thing | None:
    """Give the thing that typed words name exactly, None where none or several do."""
    same = [each for each in queries.names_again(name, _MOST) if pinyin.fold(each.name) == pinyin.fold(name) and spec in ("", each.spec)]
    return Thing(same[0].name, same[0].spec, same[0].unit, same[0].price, same[0].class_code, same[0].goes) if len(same) == 1 else None


def _amounts(typed: Sequence[str], draft: LineDraft) -> dict[str, "str | Cell"]:
    """Give the amount that follows from number and price, or the price that an amount comes to where it comes out even."""
    if "fen" in typed and draft.fen is not None and draft.quantity:
        price = rules.price_of(draft.quantity, draft.fen)
        even = price is not None and rules.amount_of(draft.quantity, price) == draft.fen
        return {"price": Cell(format_fen(price), price) if even and price is not None else Cell("")}
    if {"name", "quantity", "price"} & set(typed) and draft.price is not None and draft.quantity:
        fen = rules.amount_of(draft.quantity, draft.price)
        return {"fen": Cell(format_fen(fen), fen)} if fen is not None else {}
    return {}


# --- lines -------------------------------------------------------------------------------------------------------


def needs_words(needs: Sequence[rules.Need]) -> str:
    """Say for how many classes a line is reckoned: 24 个班."""
    return f"{len(needs)} 个班" if needs else ""


def line_draft(values: Mapping[str, Any]) -> LineDraft:
    """Give a line of a purchase from what was typed."""
    plain = {key: values[key] for key in ("spec", "unit", "quantity", "price", "fen", "goes", "class_code", "purpose", "remark") if key in values}
    name, target, money = values.get("name", ""), values.get("to"), values.get("money")
    more: dict[str, Any] = {target.kind: target.id} if isinstance(target, Target) else {}
    if values.get("keeper"):
        more["person"] = values["keeper"]
    if isinstance(money, Money):
        more |= {"source": money.source, "budget_line": money.budget_line, "plan_item": money.plan_item, "fund": money.fund}
    code = str(plain.pop("class_code", "")).split(" ")[0]
    return LineDraft(name=name.name if isinstance(name, Thing) else str(name), class_code=code,
                     needs=values.get("needs", ()),
                     **{"quantity": None, **plain, **more})


def line_words(line: LineDraft, identity: int = 0) -> dict[str, str]:
    """Give a line as words by column, as a form shows it again; ``identity`` is that of a line that is stored."""
    keeper = school.person_name(line.person) if line.goes == rules.CARD and line.person else ""
    words = {
        "name": line.name, "spec": line.spec, "unit": line.unit, "quantity": format_quantity(line.quantity) if line.quantity is not None else "",
        "price": format_fen(line.price) if line.price is not None else "", "fen": format_fen(line.amount) if line.amount is not None else "",
        "goes": line.goes, "to": target_words(target_of(line)), "keeper": keeper, "money": money_words(money_of(line)),
        "class_code": line.class_code, "purpose": line.purpose, "remark": line.remark, "line": str(identity or "")}
    return {key: text for key, text in words.items() if text}


def sums_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """Say what lines come to: 共 3 行 · 合计 1,234.00 元."""
    amounts = [line_draft(line).amount for line in lines]
    unknown = sum(each is None for each in amounts)
    said = f"合计 {format_fen(sum(each or 0 for each in amounts))} 元"
    return " · ".join([f"共 {len(lines)} 行", said, *([f"{unknown} 行还没有价钱"] if unknown else [])])


# --- people ------------------------------------------------------------------------------------------------------


def signer_fields(key: str, title: str, required: bool = False) -> tuple[Field, Field]:
    """Give the fields of two people of one role: 采购人 and a second one."""
    return person_field(f"{key}1", title, required=required), person_field(f"{key}2", f"{title}二")


def signers(*people: int | None) -> tuple[Signer, ...]:
    """Give who stands in the fields of a role."""
    return tuple(Signer(person=each) for each in people if each)


def at_fields(problems: Sequence[Problem], *roles: str) -> list[Problem]:
    """Give problems with people of these roles at the first field of each, where the form has two."""
    return [replace(each, field=f"{each.field}1") if each.field in roles else each for each in problems]


def in_fields(found: Sequence[Signer]) -> tuple[int | None, int | None]:
    """Give what the two fields of a role show."""
    people = [each.person for each in found if each.person]
    return (people + [None])[0], (people + [None, None])[1]
