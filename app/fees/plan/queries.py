"""What can be asked of a term's fees: items and their standards, plans, the matrix, publications. Plain rows only.

Nothing here knows a pupil: these are the queries that public papers stand on.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import MemoryList, Wish
from app.core.terms import TermName, parse_code
from app.fees.item_fields import EDITABLE, IN_TERM, LIBRARY, ItemDraft, ItemField, PlanItemRow
from app.fees.keys import grade_key
from app.fees.plan import rules
from app.fees.plan.rules import Difference, PlanDraft, Standard, Total
from app.fees.rules import PlanRow, grade_word
from app.school import roster
from app.store.database import by_name, database, scalar
from app.store.remembered import Remembered

__all__ = ["PlanItemRow", "PlanRow"]

ITEMS: tuple[Column, ...] = tuple(column for each in LIBRARY if each.listed for column in (
    *((Column("state", "状态", Kind.CHOICE, 14),) if each.attribute == "remark" else ()), each.column(),
    *((Column("standard", "现行标准", Kind.TEXT, 30),) if each.attribute == "unit" else ())))


# --- items -------------------------------------------------------------------------------------------------------


def _all_items() -> list[tuple[Any, ...]]:
    """Give every item in the office's order, with the standard in force today in words."""
    chosen = ", ".join(_SHOWN.get(column.key, f"i.{column.key}") for column in ITEMS)
    rows = database.execute_sql(f"SELECT i.id, {chosen} FROM fee_item i ORDER BY i.position, i.id").fetchall()
    known = standards_of([row[0] for row in rows])
    return [(row[0], *_with_standard(row[1:], known.get(row[0], []))) for row in rows]


def _with_standard(values: Sequence[Any], standards: Sequence[Standard]) -> Iterator[Any]:
    """Give the values of ``ITEMS`` with the standard in force today in words."""
    for column, value in zip(ITEMS, values, strict=True):
        yield _in_force(standards, clock.today()) if column.key == "standard" else value


# How a column is shown that is not simply stored.
_SHOWN = {"voluntary": "iif(i.voluntary, '自愿', '')", "state": "iif(i.active, '启用', '停用')", "standard": "''"}


def library() -> MemoryList:
    """Give the list of the items; filters: ``kind``, ``retired`` (those switched off). The search finds names by pinyin too."""
    at = {column.key: number for number, column in enumerate(ITEMS, 1)}
    return MemoryList(
        ITEMS,
        _all_items,
        tuple(each.attribute for each in LIBRARY if each.searched),
        {
            "kind": lambda row, kind: bool(row[at["kind"]] == kind),
            "retired": lambda row, off: bool((row[at["state"]] == "停用") == off),
        },
        defaults={"retired": False},
    )


def items_listing(wish: Wish) -> list[tuple[Any, ...]]:
    """Give (id, values in the order of ``ITEMS``) in the office's order, as ``library`` finds them."""
    return library().rows(wish)


def _in_force(standards: Sequence[Standard], day: date) -> str:
    """Say the standards in force on a day by grade."""
    latest: dict[int, Standard] = {}
    for each in sorted(standards, key=lambda each: each.from_on):
        if each.from_on <= day:
            latest[each.grade] = each
    if not latest:
        return ""
    prices = {grade: each.fen for grade, each in latest.items()}
    if set(prices) == {rules.ALL_GRADES}:
        return rules.price_words(prices)
    common = prices.pop(rules.ALL_GRADES, None)
    words = [] if common is None else [f"各年级 {rules.price_words({0: common})}"]
    return "；".join([*words, *(f"{grade_word(grade)} {rules.price_words({grade: fen})}"
                               for grade, fen in sorted(prices.items()))])


def item_draft(identity: int) -> ItemDraft:
    """Give an item as a form edits it; refuses one that has been removed meanwhile."""
    row = database.execute_sql(
        f"SELECT {', '.join(each.attribute for each in LIBRARY)}, active FROM fee_item WHERE id = ?", (identity,)
    ).fetchone()
    if row is None:
        raise Refused("这个收费项目已经不在了，可能刚被删除。请刷新后再试。")
    *words, active = row
    return ItemDraft(**_read(LIBRARY, words), active=bool(active))


def _read(fields: Sequence[ItemField], words: Sequence[Any]) -> dict[str, Any]:
    """Give what stored words stand for, by attribute; they come in the order of the fields."""
    return {each.attribute: each.read(value) for each, value in zip(fields, words, strict=True)}


def item_names() -> dict[str, int]:
    """Give the id of every item by its name, those switched off too."""
    return dict(database.execute_sql("SELECT name, id FROM fee_item ORDER BY position, id").fetchall())


def standards(item_id: int) -> list[Standard]:
    """Give an item's standards, the latest first; what is no longer in force is its history."""
    return sorted(standards_of([item_id]).get(item_id, []), key=lambda each: (each.from_on, -each.grade), reverse=True)


def standards_of(item_ids: Sequence[int]) -> dict[int, list[Standard]]:
    """Give the standards of several items by item."""
    found: dict[int, list[Standard]] = {}
    for identity, item, grade, from_on, fen, document in database.execute_sql(
        """SELECT id, item_id, grade, from_on, fen, document FROM fee_standard
               WHERE item_id IN (SELECT value FROM json_each(?)) ORDER BY from_on, grade""",
        (json.dumps(list(item_ids)),),
    ).fetchall():
        found.setdefault(item, []).append(Standard(identity, grade, date.fromisoformat(from_on), fen, document))
    return found


# --- plans -------------------------------------------------------------------------------------------------------

_PLAN = """SELECT p.id, t.id AS term_id, t.school_year, t.half, t.starts_on, t.ends_on, p.state, p.shortage, p.collect_from, p.collect_until,
                  p.settled_on, p.closed_on
           FROM fee_plan p JOIN term t ON t.id = p.term_id"""


_plans: Remembered[Sequence[PlanRow]] = Remembered()
_grades: Remembered[Sequence[int]] = Remembered()


def plans() -> Sequence[PlanRow]:
    """Give the plans of all terms, latest term first."""
    return _plans.get("", lambda: [
        _plan_row(row) for row in by_name(f"{_PLAN} ORDER BY t.school_year DESC, t.half DESC")])


def plan_of(term_id: int) -> PlanRow | None:
    """Give the plan of a term, None where it has none yet."""
    return next((row for row in plans() if row.term_id == term_id), None)


def plan(plan_id: int) -> PlanRow:
    """Give a plan; refuses one that has been removed meanwhile."""
    row = next((row for row in plans() if row.id == plan_id), None)
    if row is None:
        raise Refused("这个学期的收费已经不在了，可能刚被删除或撤销。请刷新后再试。")
    return row


def chosen_plan(about: int = 0, term: str = "") -> PlanRow:
    """Give the plan a paper or a verb is about: of an id, else of a term's code, else of the current term.

    ``Refused`` with what to do where there is none.
    """
    if about:
        return plan(about)
    where, name = "t.is_current = 1", "当前学期"
    parameters: tuple[int, ...] = ()
    if term:
        wanted = parse_code(term)
        where, parameters, name = "t.school_year = ? AND t.half = ?", (wanted.school_year, wanted.half), wanted.title
    rows = by_name(f"{_PLAN} WHERE {where}", parameters)
    if not rows:
        raise Refused(f"{name}还没有收费项目。请先从上学期复制，或新建。")
    return _plan_row(rows[0])


def plan_draft(plan_id: int) -> PlanDraft:
    """Give a plan's dates and its shortage as a form edits them."""
    row = plan(plan_id)
    return PlanDraft(row.shortage, row.collect_from, row.collect_until,
                     str(scalar("SELECT remark FROM fee_plan WHERE id = ?", (plan_id,))))


def copied_from(plan_id: int) -> int | None:
    """Give the plan that a plan was copied from, None where it was begun empty."""
    found = scalar("SELECT copied_from_id FROM fee_plan WHERE id = ?", (plan_id,))
    return int(found) if found else None


def last_plan(term_id: int) -> PlanRow | None:
    """Give the latest plan of a term before this one: what a new plan is copied from."""
    term = database.execute_sql("SELECT school_year, half FROM term WHERE id = ?", (term_id,)).fetchone()
    return next((row for row in plans() if term and (row.school_year, row.half) < tuple(term)), None)


def _plan_row(row: Mapping[str, Any]) -> PlanRow:
    days = {key: _day(row[key])
            for key in ("starts_on", "ends_on", "collect_from", "collect_until", "settled_on", "closed_on")}
    return PlanRow(**{**row, **days, "term_title": TermName(row["school_year"], row["half"]).title})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def plan_items(plan_id: int) -> list[PlanItemRow]:
    """Give the items of a plan in its order."""
    rows = database.execute_sql(
        f"""SELECT id, item_id, position, {', '.join(EDITABLE)} FROM fee_plan_item
            WHERE plan_id = ? ORDER BY position, id""", (plan_id,)).fetchall()
    return [PlanItemRow(id=identity, item_id=item, position=position, **_read(IN_TERM, words))
            for identity, item, position, *words in rows]


def matrix(plan_id: int) -> dict[tuple[int, int], int]:
    """Give (plan item's id, grade) → 分; no key: not charged in that grade."""
    rows = database.execute_sql(
        """SELECT p.plan_item_id, p.grade, p.fen FROM fee_price p JOIN fee_plan_item i ON i.id = p.plan_item_id
           WHERE i.plan_id = ? ORDER BY p.plan_item_id, p.grade""", (plan_id,)).fetchall()
    return {(item, grade): fen for item, grade, fen in rows}


def totals(plan_id: int) -> dict[int, Total]:
    """Give what each grade comes to: always computed, nowhere stored."""
    return rules.totals(plan_items(plan_id), matrix(plan_id))


def grades(plan_id: int) -> Sequence[int]:
    """Give the grades that the matrix shows: those of the school year's classes and those with a price."""
    return _grades.get(plan_id, lambda: _read_grades(plan_id))


def _read_grades(plan_id: int) -> list[int]:
    row = plan(plan_id)
    found = set(roster.grades_of(row.school_year)) or set(roster.grades_of()) or set(range(1, 7))
    return sorted(found | {grade for _, grade in matrix(plan_id)})


def differences(plan_id: int) -> list[Difference]:
    """Give how a plan differs from the one it was copied from (else from last term's); nothing where there is none."""
    row = plan(plan_id)
    before = copied_from(plan_id)
    if before is None:
        last = last_plan(row.term_id)
        before = last.id if last else None
    if before is None:
        return []
    return rules.differences(plan_items(before), matrix(before), plan_items(plan_id), matrix(plan_id))


def plan_columns(plan_id: int) -> tuple[Column, ...]:
    """Give the columns of the grid: the item's words and a price for each grade."""
    prices = [Column(grade_key(grade), grade_word(grade), Kind.MONEY, 20, total=True) for grade in grades(plan_id)]
    words = [each.column(width=36) if each.attribute == "name" else each.column() for each in IN_TERM]
    before = [column.key for column in words].index("basis")
    return (*words[:before], *prices, *words[before:])


def plan_rows(plan_id: int) -> list[tuple[int, dict[str, Any]]]:
    """Give (plan item's id, values by the keys of ``plan_columns``) in the plan's order; prices are 分 or None."""
    prices, shown = matrix(plan_id), grades(plan_id)
    found = []
    for item in plan_items(plan_id):
        values: dict[str, Any] = {key: getattr(item, key) for key in EDITABLE}
        values["waived"] = "\n".join(item.waived)
        values |= {grade_key(grade): prices.get((item.id, grade)) for grade in shown}
        found.append((item.id, values))
    return found


# --- publications ------------------------------------------------------------------------------------------------


