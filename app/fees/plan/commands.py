"""What a person can do with fee items and a term's plan. One verb is one step of undo.

Verbs without an operation of their own (``start``, ``copy``, ``write``, ``step_to``) are for verbs that do more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.core import clock, pinyin
from app.core.drafts import drafts_of, require_right
from app.core.errors import Problem, Refused, require_valid
from app.core.terms import TermName
from app.fees.item_fields import EDITABLE, FIELD, IN_TERM, LIBRARY, TITLE, ItemDraft, PlanItemRow, entries
from app.fees.keys import grade_of
from app.fees.plan import catalogue, queries, rules
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.fees.plan.settings import SHORTAGE
from app.fees.rules import (
    SHORTAGES,
    PlanRow,
    usually_settled_by,
)
from app.fees.tables import FeeItem, FeePlan, FeePlanItem, FeePrice, FeeStandard
from app.school.settings import WAIVERS
from app.school.tables import Term
from app.school.uses import require_unused
from app.store import settings
from app.store.database import database, scalar
from app.store.journal import Counted, Step, operation

# --- items and standards -----------------------------------------------------------------------------------------


def add_item(draft: ItemDraft) -> Step:
    """Add a fee item. Raises ``Invalid``; a missing basis is a warning, it may come later."""
    with operation(f"新增收费项目 {draft.name.strip()}") as work:
        work.made(_add_item(draft))
    return work.done


def _add_item(draft: ItemDraft) -> int:
    require_valid(rules.check_item(draft, queries.item_names(), settings.value(WAIVERS)))
    position = int(scalar("SELECT coalesce(max(position), 0) + 1 FROM fee_item"))
    return int(FeeItem.insert(**_item_values(draft), position=position).execute())


def edit_item(identity: int, draft: ItemDraft) -> Step | None:
    """Change a fee item; plans keep the words they have."""
    with operation(f"修改收费项目 {draft.name.strip()}") as work:
        _edit_item(identity, draft)
    return work.step


def _edit_item(identity: int, draft: ItemDraft) -> None:
    queries.item_draft(identity)
    others = [name for name, other in queries.item_names().items() if other != identity]
    require_valid(rules.check_item(draft, others, settings.value(WAIVERS)))
    FeeItem.update(**_item_values(draft)).where(FeeItem.id == identity).execute()


def write_items(changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]]) -> Step | None:
    """Write many items as one step (what a grid gives); raises ``Invalid`` with every problem, each naming its row."""
    drafts = drafts_of(changed, added, queries.item_draft, ItemDraft())
    groups, names = settings.value(WAIVERS), {other: name for name, other in queries.item_names().items()}
    names |= {row: draft.name for row, draft in drafts.items()}
    require_right(
        drafts,
        lambda row, draft: rules.check_item(draft, [name for other, name in names.items() if other != row], groups),
    )
    with operation(
        f"修改收费项目 {len(drafts)} 项" if len(drafts) > 1 else f"修改收费项目 {next(iter(drafts.values())).name}"
    ) as work:
        for identity, draft in drafts.items():
            if identity < 0:
                work.made(_add_item(draft))
            else:
                FeeItem.update(**_item_values(draft)).where(FeeItem.id == identity).execute()
    return work.step


def remove_items(identities: Sequence[int]) -> Step | None:
    """Remove items that no plan has, with their standards; refused for one that has been charged: switch it off instead."""
    what = f"{len(identities)} 项" if len(identities) != 1 else queries.item_draft(identities[0]).name
    with operation(f"删除收费项目 {what}") as work:
        for identity in identities:
            FeeStandard.delete().where(FeeStandard.item == identity).execute()
            require_unused("fee_item", identity, queries.item_draft(identity).name, "不再收的项目请停用，旧学期的记录要留着。")
            FeeItem.delete().where(FeeItem.id == identity).execute()
    return work.step


def set_active(identities: Sequence[int], active: bool) -> Step | None:
    """Switch items on or off; one that is off is not offered for new plans."""
    with operation(f"{'启用' if active else '停用'}收费项目 {len(identities)} 项") as work:
        FeeItem.update(active=int(active)).where(FeeItem.id.in_(list(identities))).execute()
    return work.step


def add_shipped_items(names: Iterable[str] | None = None) -> Counted:
    """Add the shipped items (all, or these) that the ledger does not have yet, as one step."""
    with operation("添加常见收费项目") as work:
        count = len(add_shipped(names))
        work.rename(f"添加常见收费项目 {count} 项")
    return Counted(count, work.step)


def add_shipped(names: Iterable[str] | None = None) -> list[int]:
    """The same inside an operation that is open already; gives the items that were added.

    One that is named is wanted: it is switched on, though it is shipped switched off.
    """
    there, wanted = queries.item_names(), None if names is None else set(names)
    chosen = [item for item in catalogue.shipped_items()
              if item.name not in there and (wanted is None or item.name in wanted)]
    return [_add_item(replace(item.draft(), active=item.active or wanted is not None)) for item in chosen]


def add_standard(item_id: int, draft: StandardDraft) -> Step | None:
    """Note what may be charged from a day on; earlier standards stay as history. The same day again replaces its amount."""
    with operation(f"登记收费标准 {queries.item_draft(item_id).name}") as work:
        set_standard(item_id, draft)
    return work.step


def set_standard(item_id: int, draft: StandardDraft) -> None:
    """The same inside an operation that is open already."""
    require_valid(rules.check_standard(draft))
    there = FeeStandard.get_or_none((FeeStandard.item == item_id) & (FeeStandard.grade == draft.grade)
                                    & (FeeStandard.from_on == draft.from_on))
    values = {"fen": draft.fen, "document": draft.document.strip()}
    if there is not None:
        FeeStandard.update(**values).where(FeeStandard.id == there.id).execute()
    else:
        FeeStandard.insert(item=item_id, grade=draft.grade, from_on=draft.from_on, **values).execute()


def _item_values(draft: ItemDraft) -> dict[str, Any]:
    values = {each.attribute: each.stored(getattr(draft, each.attribute)) for each in LIBRARY}
    words = pinyin.keys(*(values[each.attribute] for each in LIBRARY if each.searched))
    return values | {"active": int(draft.active), "keys": words}


def rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    """Give how many items name a supplier by one of some folded names; ``write`` the new name into them (in an open operation).

    A term's plan keeps the words that it was published with.
    """
    rows = database.execute_sql(
        "SELECT id, supplier, name, document FROM fee_item WHERE supplier NOT IN ('', ?)", (name,)
    ).fetchall()
    chosen = [(name, pinyin.keys(own, document, name), identity) for identity, word, own, document in rows
              if pinyin.fold(word) in names]
    if write:
        database.cursor().executemany("UPDATE fee_item SET supplier = ?, keys = ? WHERE id = ?", chosen)
    return len(chosen)


# --- a term's plan -----------------------------------------------------------------------------------------------


def start_plan(term_id: int) -> Step:
    """Begin a term's fees with nothing in them; refused where the term has some already."""
    with operation(f"新建收费 {_term_title(term_id)}") as work:
        work.made(start(term_id))
    return work.done


def start(term_id: int, before: int | None = None) -> int:
    """The same inside an operation that is open already; ``before`` is the plan it is a copy of."""
    title = _term_title(term_id)
    if queries.plan_of(term_id) is not None:
        raise Refused(f"{title}已经有收费项目了，没有再建。请直接修改，或先删除它。")
    shortage = next(key for key, words in SHORTAGES.items() if words == settings.value(SHORTAGE))
    return int(FeePlan.insert(term=term_id, shortage=shortage, copied_from=before).execute())


def copy_plan(term_id: int, from_term_id: int) -> Step:
    """Begin a term's fees as a copy of another term's (items, words, prices) as one step, its ``made`` the new plan.

    Dates of collecting are not copied. Refused where the term has fees already or the other has none.
    """
    with operation(f"复制收费 {_term_title(term_id)}") as work:
        work.made(copy(term_id, from_term_id))
    return work.done


def copy(term_id: int, from_term_id: int) -> int:
    """The same inside an operation that is open already."""
    source = queries.plan_of(from_term_id)
    if source is None:
        raise Refused(f"{_term_title(from_term_id)}没有收费项目，没有可复制的。请另选一个学期。")
    made = start(term_id, source.id)
    prices = queries.matrix(source.id)
    for item in queries.plan_items(source.id):
        copied = _insert(made, item.item_id, item)
        for (each, grade), fen in prices.items():
            if each == item.id:
                FeePrice.insert(plan_item=copied, grade=grade, fen=fen).execute()
    return made


def remove_plan(plan_id: int) -> Step:
    """Remove a plan that was never published and that nothing refers to."""
    row = queries.plan(plan_id)
    with operation(f"删除收费 {row.term_title}") as work:
        row.after("remove")
        for item in queries.plan_items(plan_id):
            _drop(item)
        FeePlan.update(copied_from=None).where(FeePlan.copied_from == plan_id).execute()
        require_unused("fee_plan", plan_id, f"{row.term_title}收费", "公示过的要留档。")
        FeePlan.delete().where(FeePlan.id == plan_id).execute()
    return work.done


def edit_plan(plan_id: int, draft: PlanDraft) -> Step | None:
    """Change when is collected and who bears a shortage; raises ``Invalid``."""
    with operation(f"修改收费安排 {queries.plan(plan_id).term_title}") as work:
        require_open(plan_id)
        set_dates(plan_id, draft)
    return work.step


def set_dates(plan_id: int, draft: PlanDraft) -> None:
    """The same inside an operation that is open already."""
    require_valid(rules.check_dates(draft))
    FeePlan.update(shortage=draft.shortage, collect_from=draft.collect_from, collect_until=draft.collect_until,
                   remark=draft.remark.strip()).where(FeePlan.id == plan_id).execute()


def add_plan_items(plan_id: int, item_ids: Sequence[int], shipped: Sequence[str] = ()) -> Step | None:
    """Take items into a plan as they stand now, without prices; ``made`` of the step are the new rows. Refused for one it has.

    ``shipped`` are names of shipped items that the library does not have yet: they come into it in the same step.
    """
    with operation(f"添加本学期收费项目 {len(item_ids) + len(shipped)} 项") as work:
        require_open(plan_id)
        for item_id in [*item_ids, *(add_shipped(shipped) if shipped else ())]:
            work.made(take(plan_id, item_id))
    return work.step


def take(plan_id: int, item_id: int) -> int:
    """The same for one item inside an operation that is open already."""
    draft = queries.item_draft(item_id)
    if any(item.item_id == item_id for item in queries.plan_items(plan_id)):
        raise Refused(f"“{draft.name}”已经在本学期的收费里了。")
    return _insert(plan_id, item_id, _as_plan_item(item_id, draft))


def refresh_words(plan_item_ids: Sequence[int]) -> Step | None:
    """Write the items' words as they stand today into a plan (basis, scope, waiver policy …); prices stay."""
    with operation(f"按项目库更新 {len(plan_item_ids)} 项") as work:
        for identity in plan_item_ids:
            row = database.execute_sql(
                "SELECT plan_id, item_id FROM fee_plan_item WHERE id = ?", (identity,)
            ).fetchone()
            if row is None:
                raise Refused("这个项目已经不在本学期的收费里了。请刷新后再试。")
            plan_id, item_id = row
            require_open(plan_id)
            words = _words(_as_plan_item(item_id, queries.item_draft(item_id)))
            FeePlanItem.update(**words).where(FeePlanItem.id == identity).execute()
    return work.step


def remove_plan_items(plan_id: int, plan_item_ids: Sequence[int]) -> Step | None:
    """Take items out of a plan; refused for one that has choices, money or vouchers already."""
    chosen = [item for item in queries.plan_items(plan_id) if item.id in set(plan_item_ids)]
    with operation(f"去掉本学期收费项目 {'、'.join(item.name for item in chosen[:3])}") as work:
        require_open(plan_id)
        for item in chosen:
            _drop(item)
    return work.step


def order_plan_items(plan_id: int, plan_item_ids: Sequence[int]) -> Step | None:
    """Put a plan's items into this order; those not named follow."""
    with operation("调整收费项目的顺序") as work:
        require_open(plan_id)
        rest = [item.id for item in queries.plan_items(plan_id) if item.id not in set(plan_item_ids)]
        for position, identity in enumerate([*plan_item_ids, *rest], 1):
            FeePlanItem.update(position=position).where(
                (FeePlanItem.id == identity) & (FeePlanItem.plan == plan_id)
            ).execute()
    return work.step


def write_cells(
    plan_id: int, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]] = ()
) -> Counted:
    """Write words and prices of a plan (keys of ``queries.plan_columns``) as one step, and new rows; counts the cells.

    A new row names an item of the ledger or a new one. Totals have no key: they are computed. Raises ``Invalid`` with every
    problem, each naming its row (-1, -2 … for new ones), and writes nothing then.
    """
    names = {item.id: item.name for item in queries.plan_items(plan_id)}
    what = "、".join([names.get(item, "") for item in changed][:2] + [str(row.get("name", "")) for row in added][:2])
    with operation(f"修改收费标准 {what}{'等' if len(changed) + len(added) > 2 else ''}") as work:
        require_open(plan_id)
        count = write(plan_id, changed, added)
    return Counted(count, work.step)


def write(plan_id: int, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]] = ()) -> int:
    """The same inside an operation that is open already."""
    items = {item.id: item for item in queries.plan_items(plan_id)}
    if set(changed) - set(items):
        raise Refused("有一项已经不在本学期的收费里了，没有保存。请刷新后再试。")
    rows = {**changed, **{-at: row for at, row in enumerate(added, 1)}}
    problems = [replace(problem, row=row) for row, values in rows.items() for problem in _check_row(values)]
    problems += [Problem("name", f"请填{TITLE['name']}的名称。", row=row) for row, values in rows.items()
                 if row < 0 and not str(values.get("name", "")).strip()]
    taken = {item.name for item in items.values()}
    problems += [Problem("name", f"“{values['name']}”已经在本学期的收费里了。", row=row) for row, values in rows.items()
                 if row < 0 and str(values.get("name", "")).strip() in taken]
    require_valid(problems)
    count = 0
    for row, values in rows.items():
        identity = row if row > 0 else _new_row(plan_id, values)
        count += _write_words(identity, values) + _write_prices(identity, values)
    return count


def _check_row(values: Mapping[str, Any]) -> list[Problem]:
    words = {key: value for key, value in values.items() if grade_of(key) is None}
    unknown = set(words) - set(EDITABLE)
    if unknown:
        raise Refused("合计由程序按各项金额计算，不能填写。" if "total" in unknown else f"没有“{'、'.join(sorted(unknown))}”这一栏。")
    wrong = {key: rules.check_price(value) for key, value in values.items() if grade_of(key) is not None}
    return rules.check_words(words, settings.value(WAIVERS)) + [
        Problem(key, text) for key, text in wrong.items() if text
    ]


def _new_row(plan_id: int, values: Mapping[str, Any]) -> int:
    name = str(values["name"]).strip()
    item_id = queries.item_names().get(name)
    if item_id is None:
        words = {each.attribute: values[each.attribute] for each in LIBRARY if each.attribute in values}
        words.setdefault("settled_by", usually_settled_by(str(words.get("kind", ItemDraft().kind))))
        item_id = _add_item(replace(ItemDraft(), **words | {"name": name, "document": str(values.get("basis", ""))}))
    return take(plan_id, item_id)


def _write_words(identity: int, values: Mapping[str, Any]) -> int:
    words = {key: FIELD[key].stored(value) for key, value in values.items() if key in EDITABLE}
    if words:
        FeePlanItem.update(**words).where(FeePlanItem.id == identity).execute()
    return len(words)


def _write_prices(identity: int, values: Mapping[str, Any]) -> int:
    cells = {grade: fen for key, fen in values.items() if (grade := grade_of(key)) is not None}
    for grade, fen in cells.items():
        here = (FeePrice.plan_item == identity) & (FeePrice.grade == grade)
        if fen is None:
            FeePrice.delete().where(here).execute()
        elif not FeePrice.update(fen=fen).where(here).execute():
            FeePrice.insert(plan_item=identity, grade=grade, fen=fen).execute()
    return len(cells)


# --- states ------------------------------------------------------------------------------------------------------


def step_to(plan_id: int, act: str, day: date | None = None, reason: str = "") -> None:
    """Do with a plan's state what an act does to it (a key of ``STEPS``), inside an operation that is open already.

    Settling and closing note their day (today unless given), closing its ``reason``; taking them back forgets them.
    ``Refused`` where the state does not allow it; what else the act asks for is asked by its own verb.
    """
    state = queries.plan(plan_id).after(act)
    when = day or clock.today()
    noted: dict[str, dict[str, Any]] = {
        "settle": {"settled_on": when}, "unsettle": {"settled_on": None},
        "close": {"closed_on": when, "close_reason": reason}, "reopen": {"closed_on": None, "close_reason": ""}}
    FeePlan.update(state=state, **noted.get(act, {})).where(FeePlan.id == plan_id).execute()


def require_open(plan_id: int) -> PlanRow:
    """Give a plan that may still be changed; refused for one that is settled or closed."""
    row = queries.plan(plan_id)
    row.after("edit")
    return row


# --- small parts -------------------------------------------------------------------------------------------------


def _as_plan_item(item_id: int, draft: ItemDraft) -> PlanItemRow:
    """Give an item of the library as a term's plan takes it over; remarks of the library stay there."""
    words = {each.attribute: getattr(draft, each.attribute) for each in IN_TERM if hasattr(draft, each.attribute)}
    words |= {"waived": entries(draft.waived), "remark": "",
              "basis": rules.basis_words(draft.office, draft.document, draft.issued_on)}
    return PlanItemRow(**words, item_id=item_id)


def _words(item: PlanItemRow) -> dict[str, Any]:
    return {each.attribute: each.stored(getattr(item, each.attribute)) for each in IN_TERM}


def _insert(plan_id: int, item_id: int, item: PlanItemRow) -> int:
    position = int(scalar("SELECT coalesce(max(position), 0) + 1 FROM fee_plan_item WHERE plan_id = ?", (plan_id,)))
    return int(FeePlanItem.insert(plan=plan_id, item=item_id, position=position, **_words(item)).execute())


def _drop(item: PlanItemRow) -> None:
    FeePrice.delete().where(FeePrice.plan_item == item.id).execute()
    require_unused("fee_plan_item", item.id, item.name, "已经征求意见或收过费的项目要留着；不再收的请把金额清空并发布新版本。")
    FeePlanItem.delete().where(FeePlanItem.id == item.id).execute()


def _term_title(term_id: int) -> str:
    term = Term.get_or_none(Term.id == term_id)
    if term is None:
        raise Refused("这个学期已经不在了。请先在“设置—学期”里建立它。")
    return TermName(term.school_year, term.half).title
