"""What a person can do with suppliers: add, change, switch off, merge, remove. One verb is one operation."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.core import pinyin
from app.core.drafts import drafts_of, require_right
from app.core.errors import Refused, require_valid
from app.school import invoices, rules, suppliers
from app.school.rules import SupplierDraft, draft_lines, tidy
from app.school.tables import Supplier
from app.store.database import database
from app.store.journal import Step, operation


def add_supplier(draft: SupplierDraft) -> Step:
    """Add a supplier; ``Invalid`` where one is found by that name already."""
    with operation(f"新增供应商 {tidy(draft.name)}") as work:
        work.made(write_supplier(draft))
    return work.done


def write_supplier(draft: SupplierDraft) -> int:
    """The same inside an operation that is open already; gives the id."""
    _refuse_wrong(draft, 0)
    return int(Supplier.insert(**_row(draft)).execute())


def write_suppliers(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> Step | None:
    """Change fields of suppliers (id → attribute of ``SupplierDraft`` → value) and add new ones, as one step.

    Records that name one by the words before keep them, and those words still find him. Raises ``Invalid`` with every
    problem (``Problem.row`` is the id, or -1, -2 … for the new ones in order); ``Refused`` where one is gone.
    """
    names = [str(values.get("name") or suppliers.supplier_name(identity)) for identity, values in changed.items()]
    with operation(f"登记供应商 {_listed([*names, *(str(values.get('name', '')) for values in added)])}") as work:
        for identity in write_rows(changed, added):
            work.made(identity)
    return work.step


def write_rows(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> list[int]:
    """The same inside an operation that is open already; gives the ids of the new ones."""
    before = {identity: suppliers.supplier_draft(identity) for identity in changed}
    drafts = drafts_of(changed, added, before.__getitem__, SupplierDraft())
    for identity, old in before.items():
        if pinyin.fold(old.name) not in map(
            pinyin.fold, (drafts[identity].name, *draft_lines(drafts[identity].others))
        ):
            drafts[identity].others += f"\n{old.name}"
    require_right(drafts, lambda row, draft: rules.check_supplier(draft, suppliers.names_beside(row) | {
        pinyin.fold(other.name) for at, other in drafts.items() if at != row}))
    made = []
    for row, draft in drafts.items():
        if row > 0:
            Supplier.update(**_row(draft)).where(Supplier.id == row).execute()
        else:
            made.append(int(Supplier.insert(**_row(draft)).execute()))
    return made


def switch_suppliers(identities: Collection[int], on: bool) -> Step | None:
    """Switch suppliers on or off: those that are off are not offered any more."""
    names = [suppliers.supplier_draft(each).name for each in identities]
    with operation(f"{'启用' if on else '停用'}供应商 {_listed(names)}") as work:
        Supplier.update(active=int(on)).where(
            (Supplier.id << list(identities)) & (Supplier.active != int(on))
        ).execute()
    return work.step


def remove_suppliers(identities: Collection[int]) -> Step | None:
    """Remove suppliers; records keep their words."""
    names = [suppliers.supplier_draft(each).name for each in identities]
    with operation(f"删除供应商 {_listed(names)}") as work:
        Supplier.delete().where(Supplier.id << list(identities)).execute()
    return work.step


def merge_suppliers(kept: int, gone: Collection[int], unify: bool) -> Step:
    """Merge suppliers into one, as one step: he is found by all their names, and what he lacks is taken from them.

    ``unify`` writes his name into the records that name him by another (not into those of a closed term). Without it
    they keep their words.
    """
    others = [each for each in dict.fromkeys(gone) if each != kept]
    if not others:
        raise Refused("请先在列表里选中两个或更多的供应商，再合并。")
    draft = suppliers.supplier_draft(kept)
    names, merged = suppliers.names_of([kept, *others]), [suppliers.supplier_draft(each) for each in others]
    for other in merged:
        for key in ("contact", "phone", "tax_number", "bank", "remark"):
            setattr(draft, key, getattr(draft, key) or getattr(other, key))
        draft.kinds = "\n".join(draft_lines(f"{draft.kinds}\n{other.kinds}"))
        draft.others = "\n".join(draft_lines(f"{draft.others}\n{other.name}\n{other.others}"))
    with operation(f"合并供应商 {_listed([other.name for other in merged])}到{draft.name}") as work:
        Supplier.delete().where(Supplier.id << others).execute()
        _refuse_wrong(draft, kept)
        Supplier.update(**_row(draft)).where(Supplier.id == kept).execute()
        if unify:
            for rename in suppliers.renamers():
                rename(names, draft.name, True)
    return work.done


def rename_in_invoices(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many invoices name a supplier by one of some folded names, none of a closed term; ``write`` the new name."""
    rows = database.execute_sql(
        "SELECT id, supplier FROM invoice WHERE voided_on IS NULL AND supplier NOT IN ('', ?)", (name,)
    ).fetchall()
    held = invoices.shares([identity for identity, word in rows if pinyin.fold(word) in names])
    chosen = [identity for identity, shares in held.items() if not any(share.locked for share in shares)]
    if write:
        database.cursor().executemany("UPDATE invoice SET supplier = ? WHERE id = ?", [(name, each) for each in chosen])
    return len(chosen)


def _refuse_wrong(draft: SupplierDraft, identity: int) -> None:
    require_valid(rules.check_supplier(draft, suppliers.names_beside(identity)))


def _row(draft: SupplierDraft) -> dict[str, Any]:
    name = tidy(draft.name)
    others = [each for each in draft_lines(draft.others) if pinyin.fold(each) != pinyin.fold(name)]
    kinds = draft_lines(draft.kinds)
    plain = {key: tidy(getattr(draft, key)) for key in ("contact", "phone", "tax_number", "bank", "remark")}
    return {"name": name, "others": "\n".join(others), "kinds": "\n".join(kinds), **plain,
            "keys": pinyin.keys(name, *others, *kinds, plain["contact"], plain["phone"], plain["tax_number"])}


def _listed(names: Collection[str]) -> str:
    first = list(names)[:2]
    return "、".join(first) + (f"等 {len(names)} 家" if len(names) > len(first) else "")
