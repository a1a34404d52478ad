"""Write what was typed, pasted or filled into the cells of the ledger: many cards, many fields, one step of undo.

The rules are those of the card form, asked for every card again and told all at once. ``altered`` and ``write_changes``
serve the bulk edit as well: there is one way in which a field of a standing card changes.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.assets import classes, commands, fields, queries, rules, statuses
from app.assets.fields import TITLE, AssetDraft, extra_id, extra_key
from app.assets.queries import Card, Extra
from app.assets.settings import ASSET_NUMBERS, BULK_KINDS, BULK_PIECES, THRESHOLD
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.progress import Progress, silent
from app.store import database, journal, numbering, settings
from app.store.database import database as ledger
from app.store.journal import Step

_AT_ONCE = 500
_MOST_NAMED = 4     # fields a step's title names
_SUMS = frozenset({"quantity", "unit_price", "value"})
_FOUND_BY = frozenset(fields.attributes("searched"))
_NEVER_BLANK = frozenset(fields.attributes("required"))


@dataclass(frozen=True, slots=True)
class _Row:
    """A card as it will be: ``row`` as in its problems (id, or -1, -2 … for new ones), ``typed`` the fields written."""

    row: int
    draft: AssetDraft
    typed: Mapping[str, Any]


def write_cells(
    changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]], progress: Progress = silent,
) -> Step | None:
    """Write cells of standing cards and add new cards as one step; its ``made`` are the new ones in their order.

    ``changed`` maps a card's id to the fields typed over, ``added`` holds the fields of each new card; keys are the
    attributes of ``AssetDraft`` and ``extra:ID``. What follows is filled in: value from price and pieces unless it was
    typed, the class's name from its code, and for a new card number, category, unit and life.

    Raises ``Invalid`` with every problem of every card (``Problem.row`` is its id, or -1, -2 … of the new ones), its
    ``field`` being one that was typed; ``Refused`` where a card is gone meanwhile. Nothing is written then. Cards that
    are already as wished are left alone; where all are, there is no step.
    """
    with journal.operation("修改资产") as work:
        cards = {card.id: card for card in _standing(changed)}
        typed = {identity: _differing(card.draft, changed[identity]) for identity, card in cards.items()}
        standing = [_Row(each, altered(cards[each].draft, typed[each]), typed[each]) for each in cards if typed[each]]
        fresh = [_Row(-1 - place, _fresh(values), values) for place, values in enumerate(added)]
        _require_valid([*standing, *fresh], progress)
        write_changes(((cards[each.row], each.draft) for each in standing), progress)
        for identity in _insert([each.draft for each in fresh], progress):
            work.made(identity)
        numbering.note_used(ASSET_NUMBERS, [each.draft.number for each in (*standing, *fresh)
                                            if each.typed.get("number")])
        if standing or fresh:
            work.rename(_title(standing, fresh))
    return work.step


def altered(draft: AssetDraft, values: Mapping[str, Any]) -> AssetDraft:
    """Give a standing card with these fields typed over, and with what follows from them.

    A new code brings the name of its class: an old name beside a new code would mislead. A new price or number of
    pieces brings the value, as in the card form, unless that is typed itself; a card that has a value but no price
    keeps its value when pieces are counted anew. Only words that were typed are trimmed: the rest stays byte for byte.
    """
    given = {key: _as_stored(key, value) for key, value in values.items()}
    plain = {key: value for key, value in given.items() if not extra_id(key)}
    if plain.get("class_code", draft.class_code) != draft.class_code and "class_name" not in plain:
        found = classes.find_class(plain["class_code"])
        plain["class_name"] = found.name if found else ""
    if "value" not in plain and ("unit_price" in plain or ("quantity" in plain and draft.unit_price)):
        plain["value"] = None if plain.get("unit_price", draft.unit_price) is not None else draft.value
    extras = dict(draft.extras) | {extra_id(key): as_text(value) for key, value in given.items() if extra_id(key)}
    after = copy(draft)     # dataclasses.replace asks for all the fields again: for thousands of cards that is felt
    after.extras = {key: text for key, text in extras.items() if text}
    for key, value in plain.items():
        setattr(after, key, value)
    if not _SUMS.isdisjoint(plain):
        rules.settle(after)
    return after


def _as_stored(key: str, value: Any) -> Any:
    """Give a typed value as the draft holds it: words trimmed, no words as an empty text."""
    if isinstance(value, str):
        return rules.tidy(key, value)
    return "" if value is None and key in rules.TEXT_FIELDS else value


def as_text(value: object) -> str:
    """Give the text by which a field of the school's own is held: ISO for days."""
    return value.isoformat() if isinstance(value, date) else str(value or "")


def held(draft: AssetDraft, key: str) -> Any:
    """Give what a card holds in a field, one of the school's own among them."""
    own = extra_id(key)
    return draft.extras.get(own, "") if own else getattr(draft, key)


def unfit(draft: AssetDraft, keys: Iterable[str], own: Mapping[int, Extra]) -> Iterator[tuple[str, str]]:
    """Give (field key, sentence) for those of ``keys`` whose text does not fit: the school's own fields, a status nobody listed."""
    for key in keys:
        extra = own.get(extra_id(key))
        text = draft.extras.get(extra.id) if extra else ""
        reason = rules.unfit_extra(extra.kind, extra.choices, text) if extra and text else None
        if extra and reason:
            yield key, f"{extra.title}{reason}"
        if key == "status" and draft.status and (reason := statuses.unlisted(draft.status)):
            yield key, reason


def write_changes(pairs: Iterable[tuple[Card, AssetDraft]], progress: Progress = silent) -> int:
    """Write the columns in which each card differs, and no others, inside the open operation; gives how many cards did."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for card, after in pairs:
        row = _changed_columns(card.draft, after)
        if row:
            alike[tuple(row)].append((*row.values(), card.id))
    total, done = sum(map(len, alike.values())), 0
    for names, rows in alike.items():
        sets = ", ".join(f'"{name}" = ?' for name in names)
        for start in range(0, len(rows), _AT_ONCE):
            ledger.cursor().executemany(f"UPDATE asset SET {sets} WHERE id = ?", rows[start:start + _AT_ONCE])
            done += len(rows[start:start + _AT_ONCE])
            progress(done, total, "写入卡片")
    return total


def _changed_columns(before: AssetDraft, after: AssetDraft) -> dict[str, Any]:
    old, row = vars(before), {}
    for name, value in vars(after).items():
        if value != old[name]:
            row[name] = value.isoformat() if isinstance(value, date) else (value or 0) if name in fields.ZERO else value
    if "extras" in row:
        row["extras"] = commands.row_of(after)["extras"]
    if not _FOUND_BY.isdisjoint(row):
        row["keys"] = rules.search_keys(after)
    return row


def _standing(changed: Mapping[int, Mapping[str, Any]]) -> list[Card]:
    cards = queries.cards(list(changed))
    if len(cards) < len(changed):
        gone = len(changed) - len(cards)
        raise Refused(f"要修改的卡片里有 {gone} 张已经被删除了，没有保存。可在回收站恢复它们，或放弃对它们的修改后再保存。")
    return cards


def _differing(draft: AssetDraft, values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what the card holds already; nothing and an empty text are the same there."""
    kept = {key: as_text(value) if extra_id(key) else value for key, value in values.items()}
    return {key: value for key, value in kept.items() if (value or None) != (held(draft, key) or None)}


def _fresh(values: Mapping[str, Any]) -> AssetDraft:
    """Give a new card of what was typed; blanks take what a new card usually has, and what follows is filled in."""
    typed = {key: value for key, value in values.items() if value not in (None, "")}
    plain = {key: value for key, value in typed.items() if not extra_id(key)}
    extras = {extra_id(key): as_text(value) for key, value in typed.items() if extra_id(key)}
    draft = commands.tidied(AssetDraft(**plain, extras=extras))
    found = classes.find_class(draft.class_code)
    if found:
        draft.class_name = draft.class_name or found.name
        draft.unit = draft.unit or found.unit
        if draft.life_months is None and found.months:
            draft.life_months = found.months
    if "category" not in typed and draft.unit_price is not None and draft.quantity:
        draft.category = rules.suggested_category(
            draft.unit_price, draft.quantity, draft.class_code, settings.value(THRESHOLD), settings.value(BULK_PIECES),
            settings.value(BULK_KINDS))
    return draft


# --- rules, for all cards at once


def _require_valid(rows: Sequence[_Row], progress: Progress) -> None:
    own = {extra.id: extra for extra in queries.extra_fields(with_retired=True)}
    problems, today = _gone_references(rows), clock.today()
    problems += commands.number_problems([(each.row, each.draft.number) for each in rows if "number" in each.typed])
    for done, each in enumerate(rows):
        if done % _AT_ONCE == 0:
            progress(done, len(rows), "核对卡片")
        problems += _own_problems(each, today, own)
    if problems:
        raise Invalid(problems)


def _own_problems(card: _Row, today: date, own: Mapping[int, Extra]) -> list[Problem]:
    """Judge one card by itself; of a standing card what was typed is at fault, since only that can be mended there."""
    found = errors_only(rules.check_asset(card.draft, today, card.typed))
    found += [Problem(key, text) for key, text in unfit(card.draft, card.typed, own)]
    if card.row > 0:
        said = {each.field for each in found}
        found += [Problem(key, f"{TITLE[key]}不能为空。") for key in card.typed
                  if key in _NEVER_BLANK and key not in said and not getattr(card.draft, key)]
        first = next(iter(card.typed))
        found = [each if each.field in card.typed else replace(each, field=first) for each in found]
    return [replace(each, row=card.row) for each in found]


def _gone_references(rows: Sequence[_Row]) -> list[Problem]:
    problems = []
    for key, table in fields.REFERENCES.items():
        named = {value for each in rows if (value := each.typed.get(key))}
        known = ledger.execute_sql(
            f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(named)),)
        ).fetchall()
        gone = named - {identity for (identity,) in known}
        problems += [Problem(key, "选的地点、人员或部门已经不在了，请重新选。", row=each.row)
                     for each in rows if gone and each.typed.get(key) in gone]
    return problems


# --- writing and telling


def _insert(drafts: Sequence[AssetDraft], progress: Progress) -> list[int]:
    """Add cards, those without a number by the numbering rule, and give their ids."""
    blank = [draft for draft in drafts if not draft.number]
    if blank:
        numbers = commands.next_numbers(len(blank), coming={each.number for each in drafts})
        for draft, number in zip(blank, numbers, strict=True):
            draft.number = number
    rows = [commands.stored_row(draft) for draft in drafts]
    for start in range(0, len(rows), _AT_ONCE):
        database.insert_rows(Asset, list(rows[0]), [tuple(row.values()) for row in rows[start:start + _AT_ONCE]])
        progress(min(start + _AT_ONCE, len(rows)), len(rows), "登记卡片")
    ids = queries.numbers_in_use(draft.number for draft in drafts)
    return [ids[draft.number] for draft in drafts]


def titles() -> dict[str, str]:
    """Give the title of every field of a card, the school's own ones among them."""
    return TITLE | {extra_key(extra.id): extra.title for extra in queries.extra_fields(with_retired=True)}


def _title(standing: Sequence[_Row], fresh: Sequence[_Row]) -> str:
    """Say what the step does: 修改 12 张卡片的 保管人、备注；登记 3 张卡片."""
    parts = []
    if standing:
        keys = list(dict.fromkeys(key for each in standing for key in each.typed))
        known = titles()
        more = f"等 {len(keys)} 项" if len(keys) > _MOST_NAMED else ""
        whose = f"资产 {standing[0].draft.number} " if len(standing) == 1 else f" {len(standing):,} 张卡片的 "
        parts.append(f"修改{whose}{'、'.join(known[key] for key in keys[:_MOST_NAMED])}{more}")
    if fresh:
        parts.append(f"登记资产 {fresh[0].draft.number} {fresh[0].draft.name}" if len(fresh) == 1 else f"登记 {len(fresh):,} 张卡片")
    return "；".join(parts)
