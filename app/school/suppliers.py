"""What can be asked of suppliers: the list, whom a word stands for, what a picker offers. Records keep the words typed."""

from collections.abc import Callable, Collection
from typing import Any

from app.core import pinyin
from app.core.columns import Column, Kind
from app.core.errors import Refused, not_joined
from app.core.pinyin import fold
from app.school.queries import Pick
from app.school.rules import SupplierDraft, draft_lines
from app.store.database import database, scalar

SUPPLIERS: tuple[Column, ...] = (
    Column("name", "供应商", Kind.TEXT, 50, names=("供应商名称", "单位名称", "名称", "供货单位", "公司名称")),
    Column("kinds", "供应类别", Kind.TEXT, 36, names=("类别", "经营范围", "供应内容")),
    Column("contact", "联系人", Kind.TEXT, 22, names=("联系人姓名",)),
    Column("phone", "电话", Kind.CODE, 28, names=("联系电话", "手机")),
    Column("tax_number", "税号", Kind.CODE, 40, names=("纳税人识别号", "统一社会信用代码")),
    Column("bank", "开户行和账号", Kind.TEXT, 50, shown=False, names=("开户行及账号", "开户银行和账号")),
    Column("others", "曾用名称", Kind.TEXT, 40),
    Column("remark", "备注", Kind.TEXT, 30, shown=False),
    Column("state", "状态", Kind.CHOICE, 16),
)

Renamer = Callable[[frozenset[str], str, bool], int]
"""Gives how many records of a feature name a supplier by one of some folded names and may still change; ``True``: writes the
new name into them, inside an operation that is open."""

renamers: Callable[[], tuple[Renamer, ...]] = not_joined
"""Gives those of all features (``app.features.join``)."""


def suppliers_listing() -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``SUPPLIERS``) by pinyin."""
    rows = database.execute_sql(
        """SELECT id, name, kinds, contact, phone, tax_number, bank, others, remark, iif(active, '在用', '停用') FROM supplier
           ORDER BY keys, id"""
    ).fetchall()
    return [tuple("、".join(value.splitlines()) if isinstance(value, str) else value for value in row) for row in rows]


def supplier_draft(identity: int) -> SupplierDraft:
    """Give a supplier as a form edits it."""
    row = database.execute_sql(
        "SELECT name, kinds, contact, phone, tax_number, bank, others, remark FROM supplier WHERE id = ?", (identity,)
    ).fetchone()
    if row is None:
        raise Refused("这个供应商已经不在了，可能刚被删除。请刷新后再试。")
    return SupplierDraft(*row)


def supplier_name(identity: int) -> str:
    """Give a supplier's name, "" where there is none."""
    return str(scalar("SELECT name FROM supplier WHERE id = ?", (identity,)) or "")


def find_suppliers(text: str, limit: int = 30) -> list[Pick]:
    """Give suppliers in use whose names, contact or phone hold every word typed (pinyin too)."""
    words = pinyin.words(text)
    where = " AND ".join(["active = 1", *["instr(keys, ?) > 0"] * len(words)])
    rows = database.execute_sql(
        f"SELECT id, name, kinds, contact, phone FROM supplier WHERE {where} ORDER BY name = ? DESC, keys, id LIMIT ?",
        (*words, text.strip(), limit)).fetchall()
    return [Pick(identity, name, " ".join(filter(None, ("、".join(kinds.splitlines()), contact, phone))))
            for identity, name, kinds, contact, phone in rows]


def offered(text: str, limit: int = 30) -> list[tuple[str, str]]:
    """Give what a field offers for words, each with a note: suppliers, then payees of earlier invoices whom nobody stored as such.

    One that is off is not offered by his invoices either.
    """
    found = [(pick.text, pick.note) for pick in find_suppliers(text, limit)]
    known, words = {name for names in _names().values() for name in names}, pinyin.words(text)
    payees = [name for name, in database.execute_sql(
        "SELECT trim(supplier) FROM invoice WHERE voided_on IS NULL AND trim(supplier) <> '' GROUP BY 1 ORDER BY max(id) DESC").fetchall()]
    found += [(name, "以前的发票") for name in payees if fold(name) not in known and all(word in pinyin.keys(name) for word in words)]
    return found[:limit]


def all_names() -> list[tuple[int, str]]:
    """Give every supplier's id and name, those that are off too."""
    return [(int(identity), name) for identity, name in database.execute_sql("SELECT id, name FROM supplier ORDER BY id").fetchall()]


def names_of(suppliers: Collection[int]) -> frozenset[str]:
    """Give the folded names by which some suppliers are found."""
    return frozenset(name for identity, names in _names().items() if identity in suppliers for name in names)


def names_beside(identity: int) -> frozenset[str]:
    """Give the folded names by which all others than one supplier are found."""
    return frozenset(name for other, names in _names().items() if other != identity for name in names)


def merge_effect(kept: int, gone: Collection[int]) -> int:
    """Give how many records would take the kept supplier's name where suppliers are merged into him."""
    names, name = names_of([kept, *gone]), supplier_name(kept)
    return sum(rename(names, name, False) for rename in renamers())


def _names() -> dict[int, list[str]]:
    rows = database.execute_sql("SELECT id, name, others FROM supplier").fetchall()
    return {identity: [fold(each) for each in (name, *draft_lines(others))] for identity, name, others in rows}
