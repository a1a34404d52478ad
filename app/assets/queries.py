"""What can be asked of the ledger. Gives plain rows; searching, filtering, sorting and limiting are SQL's work."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.assets import classes, fields
from app.assets.fields import DAYS, FIELD, FIELDS, FIXED, REFERENCES, AssetDraft, CardField, extra_key
from app.assets.tables import NUMBER_ORDER
from app.core import pinyin
from app.core.columns import Column
from app.core.conditions import Condition
from app.core.listing import Totals, Wish
from app.school import queries as school
from app.store.database import among, by_name, database
from app.store.listing import TableList

COLUMNS: tuple[Column, ...] = fields.COLUMNS    # of the list

# The tables of the records that a card names, each under its own alias.
_ALIAS = {each.key: f"{each.key}_of" for each in FIELDS if each.ref}
_SHOWN = {"place": "path"}      # what a record of a table is called, when it is not its name
# Where a column's value lies when that differs from the card's own column.
_VALUES = {key: f"{alias}.{_SHOWN.get(FIELD[key].ref, 'name')}" for key, alias in _ALIAS.items()}
_JOINS = {alias: f"LEFT JOIN {FIELD[key].ref} {alias} ON {alias}.id = a.{FIELD[key].attribute}"
          for key, alias in _ALIAS.items()}
_ALL_JOINS = " ".join(_JOINS.values())
_SELECTED = ", ".join(_VALUES.get(column.key, f"a.{column.key}") for column in COLUMNS)
# What cards are sorted by that name such a record: these are put in order once, not once for each of their cards.
_RANK = {"place": "rank", "person": "name_order(name)", "department": "word_order(name)"}
_RANKS = {
    f"{key}_at": f"""LEFT JOIN (SELECT id, row_number() OVER (ORDER BY {_RANK[FIELD[key].ref]}) AS at FROM {FIELD[key].ref}) {key}_at
        ON {key}_at.id = a.{FIELD[key].attribute}"""
    for key in _ALIAS
}
NO_DAY = "无"  # the year filter's value for cards without 取得日期


def listing(wish: Wish, limit: int = 500, offset: int = 0) -> list[tuple[Any, ...]]:
    """Give cards that match, as (id, values in the order of ``COLUMNS``); days as ISO text, money in 分."""
    return LISTING.rows(wish, limit, offset)


def rows_of(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Give chosen cards as ``listing`` gives them, by number."""
    rows = database.execute_sql(
        f"""SELECT a.id, {_SELECTED} FROM asset a {_ALL_JOINS}
            WHERE a.id IN (SELECT value FROM json_each(?)) ORDER BY {", ".join(NUMBER_ORDER)}""",
        (json.dumps(list(ids)),),
    )
    return list(rows.fetchall())


def totals(wish: Wish) -> Totals:
    """Give cards, pieces and value (分) of all that match."""
    return LISTING.totals(wish)


def matching_ids(wish: Wish) -> list[int]:
    """Give the ids of all cards that match, in the list's order: "select all" reaches beyond what is on screen."""
    return LISTING.ids(wish)


def _named(key: str) -> Callable[[Condition], tuple[str, Sequence[Any]]]:
    """Look among the places or people first: their cards come from an index."""
    column, table = FIELD[key].attribute, f"{FIELD[key].ref} {_ALIAS[key]}"

    def asked(typed: Condition) -> tuple[str, Sequence[Any]]:
        if typed.test in ("blank", "filled"):
            return f"a.{column} IS {'NOT ' if typed.test == 'filled' else ''}NULL", []
        sql, given = typed.sql(_VALUES[key])
        return f"a.{column} IN (SELECT id FROM {table} WHERE {sql})", given
    return asked


def _read_how(wish: Wish) -> str:
    """Say how SQLite shall read the cards.

    All in the table's own order where no index holds what is asked, whichever order the list has: it takes at most half
    the time that a walk along an index and to each of its cards takes. Found by words alone they come along the index of
    their numbers, which is in order already.
    """
    if not {"place", "keeper"}.issuperset(wish.cells):
        return "NOT INDEXED"
    plain = not (wish.filters or wish.cells) and wish.sort in ("", "number")
    return "INDEXED BY asset_number_order" if plain else ""


# The index on keys holds all that a search through the cards asks for: a scan of it is many times as fast as of the
# cards. What lies in a place (or in the room of a class) or with a person of that name comes from their own indexes.
_WORD = """a.id IN (SELECT f.id FROM asset f INDEXED BY asset_keys WHERE instr(f.keys, ?)
           UNION ALL SELECT id FROM asset WHERE place_id IN (
             SELECT id FROM place WHERE instr(keys, ?)
             UNION ALL SELECT c.place_id FROM school_class c JOIN term t ON t.school_year = c.school_year
                       WHERE t.is_current = 1 AND instr(c.keys, ?))
           UNION ALL SELECT id FROM asset WHERE keeper_id IN (SELECT id FROM person WHERE instr(keys, ?)))"""


def _in_place(value: Any) -> tuple[str, list[Any]]:
    """Match cards in a place or anywhere below it; 0 matches the cards without a place."""
    if value == 0:
        return "a.place_id IS NULL", []
    return ("""a.place_id IN (SELECT below.id FROM place top JOIN place below
               ON below.rank >= top.rank AND below.rank < top.rank || '~' WHERE top.id = ?)""", [value])


def _in_rooms(value: Iterable[int]) -> tuple[str, list[Any]]:
    """Match cards that lie in exactly these places; 0 among them stands for cards without a place."""
    return "coalesce(a.place_id, 0) IN (SELECT value FROM json_each(?))", [json.dumps(list(value))]


def _numbered(value: Iterable[str]) -> tuple[str, list[Any]]:
    """Match the cards that carry one of these numbers: a list that was pasted."""
    return "a.number IN (SELECT value FROM json_each(?))", [json.dumps(list(value))]


def class_bounds(code: str) -> tuple[str, str]:
    """Give the codes between which a class lies with all below it: from the first one up to, not with, the second."""
    stem = classes.stem(code)
    return stem, stem + "\uffff"


def _in_class(value: Any) -> tuple[str, list[Any]]:
    return "a.class_code >= ? AND a.class_code < ?", list(class_bounds(str(value)))


def _in_year(value: Any) -> tuple[str, list[Any]]:
    if value == NO_DAY:
        return "a.acquired_on IS NULL", []
    return "a.acquired_on >= ? AND a.acquired_on < ?", [str(value), str(int(value) + 1)]


def _equal(column: str) -> Any:
    return lambda value: (f"a.{column} = ?", [value])


_FILTERS: dict[str, Any] = {
    "place": _in_place, "rooms": _in_rooms, "class": _in_class, "year": _in_year, "keeper": _equal("keeper_id"),
    "status": _equal("status"), "category": _equal("category"), "number": _equal("number"),
    "numbers": _numbered,
}


# Numbers stand by what comes before the digits at their end, then by the value of these, which an index holds
# (``tables.NUMBER_ORDER``). What is alike in another order stands by number as well, in a way that costs nothing.
LISTING = TableList(
    COLUMNS,
    "asset a",
    {**_JOINS, **_RANKS},
    _VALUES,
    {"number": NUMBER_ORDER, **{key: (f"{key}_at.at",) for key in _ALIAS}},
    own=NUMBER_ORDER,
    numbers="number",
    ties=("length(a.number)", "a.number"),
    words=_WORD,
    filters=_FILTERS,
    filled=frozenset(each.key for each in FIELDS if each.required or each.key == "number"),
    under={key: _named(key) for key in _ALIAS},
    pieces="a.quantity",
    fen="a.value",
    hint=_read_how,
)


def years() -> list[str]:
    """Give the years cards were acquired in, latest first; ``NO_DAY`` at the end where some have no day."""
    rows = database.execute_sql("SELECT DISTINCT substr(acquired_on, 1, 4) AS y FROM asset ORDER BY y DESC").fetchall()
    return [year if year else NO_DAY for (year,) in rows]


def keepers() -> list[tuple[int, str]]:
    """Give (id, name) of everyone who keeps something, by pinyin."""
    return list(
        database.execute_sql(
            "SELECT id, name FROM person WHERE id IN (SELECT keeper_id FROM asset) ORDER BY name_order(name), id"
        ).fetchall()
    )


def classes_in_use() -> list[tuple[str, str]]:
    """Give (code, name) of the main groups and of the classes that cards carry, in code order."""
    rows = database.execute_sql("SELECT DISTINCT class_code, class_name FROM asset WHERE class_code <> ''").fetchall()
    named: dict[str, str] = dict(rows)
    for code in list(named):
        item = classes.find_class(code)
        named[code] = item.name if item else named[code]
    for group in classes.main_groups():
        if any(code.startswith(classes.stem(group.code)) for code in named):
            named[group.code] = group.name
    return sorted(named.items())


@dataclass(frozen=True, slots=True)
class Card:
    """One card with the names its ids stand for; ``draft`` is ready to be edited."""

    id: int
    draft: AssetDraft
    names: Mapping[str, str]
    """By attribute: place_id → 教学楼 1层 101室; "" where the draft names nothing."""

    def value(self, field: CardField) -> Any:
        """Give what the card holds in a field; of a place, person or department its name."""
        return self.names[field.attribute] if field.ref else getattr(self.draft, field.attribute)

    @property
    def place(self) -> str:
        """Give the full name of the place."""
        return self.names["place_id"]

    @property
    def department(self) -> str:
        """Give the name of the department that uses it."""
        return self.names["department_id"]

    @property
    def keeper(self) -> str:
        """Give the keeper's name."""
        return self.names["keeper_id"]

    @property
    def user(self) -> str:
        """Give the user's name."""
        return self.names["user_id"]


_OF_CARD = {"id": "a.id", "extras": "a.extras"} | {each.attribute: f"a.{each.attribute}" for each in FIELDS}
_NAMES = {FIELD[key].attribute: value for key, value in _VALUES.items()}


def cards(ids: Sequence[int]) -> list[Card]:
    """Give the cards with these ids, in the order asked for; ids that are gone are left out."""
    selected = ", ".join((*_OF_CARD.values(), *(f"coalesce({value}, '')" for value in _NAMES.values())))
    rows = database.execute_sql(
        f"SELECT {selected} FROM asset a {_ALL_JOINS} WHERE a.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    found = {card.id: card for card in map(_card, rows.fetchall())}
    return [found[identity] for identity in ids if identity in found]


def _card(row: tuple[Any, ...]) -> Card:
    values = dict(zip(_OF_CARD, row, strict=False))
    for key in DAYS:
        values[key] = date.fromisoformat(values[key]) if values[key] else None
    identity, extras = values.pop("id"), json.loads(values.pop("extras"))
    draft = AssetDraft(**values, extras={int(key): text for key, text in extras.items()})
    return Card(identity, draft, dict(zip(_NAMES, row[len(_OF_CARD):], strict=True)))


_NAME_OF = {"place": school.place_path, "department": school.department_name, "person": school.person_name}


def name_of(attribute: str, identity: int) -> str:
    """Give what the record is called that a card names by an attribute (place_id, keeper_id …), "" where it is gone."""
    return _NAME_OF[REFERENCES[attribute]](identity)


def card(identity: int) -> Card | None:
    """Give one card, None where it is gone."""
    found = cards([identity])
    return found[0] if found else None


def titles(ids: Collection[int]) -> dict[int, str]:
    """Give what cards are called, by id; those that are gone are left out: ZC-2026-00001 学生课桌."""
    narrowed, parameters = among("id", ids)
    return dict(database.execute_sql(f"SELECT id, number || ' ' || name FROM asset WHERE 1 {narrowed}", parameters).fetchall())


def numbers_in_use(numbers: Iterable[str]) -> dict[str, int]:
    """Give the ids of the cards that carry any of these numbers."""
    rows = database.execute_sql(
        "SELECT number, id FROM asset WHERE number IN (SELECT value FROM json_each(?))", (json.dumps(list(numbers)),))
    return dict(rows.fetchall())


def numbers_alike(numbers: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Give, of numbers that no card carries as they are written, how the ledger writes them.

    First those that differ in case only (ab-1 is AB-1), then those of digits that lack zeros in front (123 for 000123).
    """
    standing = [number for (number,) in database.execute_sql("SELECT number FROM asset").fetchall()]
    as_written, by_case = set(standing), {number.lower(): number for number in standing}
    by_digits = {number.lstrip("0"): number for number in standing if number[:1] == "0" and number.isdecimal()}
    strange = [number for number in numbers if number and number not in as_written]
    spelled = {number: by_case[number.lower()] for number in strange if number.lower() in by_case}
    return spelled, {number: by_digits[number.lstrip("0")] for number in strange
                     if number not in spelled and number.isdecimal() and number.lstrip("0") in by_digits}


def cards_alike(drafts: Sequence[AssetDraft]) -> int:
    """Give how many of these, not stored yet, equal a card there is: name, model, number, value, day and place."""
    if not drafts:
        return 0
    standing = set(database.execute_sql("SELECT name, model, quantity, value, acquired_on, place_id FROM asset").fetchall())
    return sum((draft.name, draft.model, draft.quantity, draft.value, draft.acquired_on and draft.acquired_on.isoformat(),
                draft.place_id) in standing for draft in drafts)


def serials_in_use(serials: Iterable[str]) -> dict[str, str]:
    """Give which of these serial numbers cards carry already, with the number of such a card."""
    rows = database.execute_sql(
        "SELECT serial, min(number) FROM asset WHERE serial IN (SELECT value FROM json_each(?)) GROUP BY serial",
        (json.dumps(list(serials)),))
    return dict(rows.fetchall())


@dataclass(frozen=True, slots=True)
class Bearer:
    """A card that bears an old or serial number; ``serial`` says whether it is that."""

    id: int
    number: str
    name: str
    quantity: int
    serial: bool


def bearing(code: str) -> list[Bearer]:
    """Give the cards whose old number, or one of whose serial numbers (S1、S2), a code is, whatever its case; five at most."""
    rows = by_name(
        f"""SELECT id, number, name, quantity, lower(old_number) <> ?1 AS serial FROM asset
            WHERE lower(old_number) = ?1 OR (serial <> '' AND instr({_SERIALS}, '、' || ?1 || '、')) ORDER BY id LIMIT 5""",
        [pinyin.fold(code)])
    return [Bearer(**{**row, "serial": bool(row["serial"])}) for row in rows] if code.strip() else []


def other_numbers() -> dict[str, set[int]]:
    """Give the cards by each of their old and serial numbers, folded: for looking up many at once."""
    found: dict[str, set[int]] = {}
    for identity, old, serials in database.execute_sql(
            f"SELECT id, old_number, {_SERIALS} FROM asset WHERE old_number <> '' OR serial <> ''").fetchall():
        for code in filter(None, (pinyin.fold(old), *serials.split("、"))):
            found.setdefault(code, set()).add(identity)
    return found


_SERIALS = "('、' || replace(replace(replace(lower(serial), ',', '、'), ';', '、'), ' ', '、') || '、')"


def numbers_retired(numbers: Iterable[str]) -> set[str]:
    """Give which of these numbers belonged to cards that a person deleted: a number is never used twice (终身不复用)."""
    rows = database.execute_sql(
        """SELECT DISTINCT json_extract(c.before, '$.number') AS number FROM change c
           JOIN operation o ON o.id = c.operation_id
           WHERE c.table_name = 'asset' AND c.after IS NULL AND o.kind <> 'undo' AND o.undone = 0
             AND number IN (SELECT value FROM json_each(?))
             AND NOT EXISTS (SELECT 1 FROM asset a WHERE a.id = c.row_id)
             AND c.id = (SELECT max(id) FROM change l WHERE l.table_name = 'asset' AND l.row_id = c.row_id)""",
        (json.dumps(list(numbers)),),
    )
    return {number for (number,) in rows.fetchall()}


@dataclass(frozen=True, slots=True)
class Extra:
    """A field the school added: its ``kind`` is 文字, 数字, 日期 or 选项."""

    id: int
    title: str
    kind: str
    choices: tuple[str, ...]
    active: bool

    @property
    def key(self) -> str:
        """Give the key of its value in forms, cells and workbooks."""
        return extra_key(self.id)


def extra_fields(with_retired: bool = False) -> list[Extra]:
    """Give the school's own fields in their order; retired ones only when asked for."""
    rows = by_name(
        "SELECT id, title, kind, choices, active FROM extra_field WHERE active OR ? ORDER BY position, id",
        [with_retired],
    )
    return [Extra(**{**row, "choices": tuple(filter(None, row["choices"].split("\n"))), "active": bool(row["active"])})
            for row in rows]


MOST_KEEPERS = 3  # whose names have room on the line above a 盘点表


@dataclass(frozen=True, slots=True)
class RoomStock:
    """What the ledger says lies in one room: cards, pieces, value (分); ``users`` is the class that has its room there."""

    place: int
    path: str
    kind: str
    keeper: str
    users: str
    cards: int
    pieces: int
    fen: int


def by_room(places: Sequence[int] = ()) -> list[RoomStock]:
    """Give every place that holds cards, or those of ``places`` that do, in the order of the tree.

    Cards without a place come last as 未登记地点, which is place 0. A room of no keeper, as after an import, shows the
    keepers of its cards where they are three at most.
    """
    where, parameters = _in_rooms(places) if places else ("1", [])
    rows = by_name(
        f"""SELECT coalesce(p.id, 0) AS place, coalesce(p.path, '未登记地点') AS path, coalesce(p.kind, '') AS kind,
                   coalesce(k.name, CASE WHEN p.id IS NOT NULL AND count(DISTINCT w.id) <= {MOST_KEEPERS}
                                    THEN replace(group_concat(DISTINCT w.name), ',', '、') END, '') AS keeper,
                   coalesce((SELECT c.name FROM school_class c JOIN term t ON t.school_year = c.school_year
                             WHERE t.is_current = 1 AND c.place_id = p.id LIMIT 1), '') AS users,
                   count(*) AS cards, sum(a.quantity) AS pieces, sum(a.value) AS fen
            FROM asset a LEFT JOIN place p ON p.id = a.place_id LEFT JOIN person k ON k.id = p.keeper_id
                 LEFT JOIN person w ON w.id = a.keeper_id
            WHERE {where} GROUP BY a.place_id ORDER BY p.rank IS NULL, p.rank""", parameters)
    return [RoomStock(**row) for row in rows]


def fixed_by_room(places: Sequence[int] = ()) -> dict[int, int]:
    """Give what the 固定资产 of each place are worth (分); 0 stands for no place."""
    where, parameters = _in_rooms(places) if places else ("1", [])
    return dict(database.execute_sql(
        f"SELECT coalesce(a.place_id, 0), sum(a.value) FROM asset a WHERE a.category = ? AND {where} GROUP BY 1",
        (FIXED, *parameters)).fetchall())


ClassSum = tuple[str, str, int, int, int]
"""Code and name of a class, its cards, pieces and 分."""


@dataclass(frozen=True, slots=True)
class KeptRoom:
    """A room that has no keeper of its own, though all of its cards that name one name the same person."""

    place: int
    path: str
    keeper_id: int
    keeper: str


def rooms_kept_by_cards() -> list[KeptRoom]:
    """Give the rooms in use without a keeper whose cards tell one, in the order of the tree; whoever left is none."""
    return [KeptRoom(**row) for row in by_name(
        """SELECT p.id AS place, p.path, min(k.id) AS keeper_id, min(k.name) AS keeper
           FROM place p JOIN asset a ON a.place_id = p.id JOIN person k ON k.id = a.keeper_id
           WHERE p.keeper_id IS NULL AND p.active = 1 GROUP BY p.id HAVING count(DISTINCT k.id) = 1 AND min(k.on_staff) = 1
           ORDER BY p.rank""")]


def by_class(places: Sequence[int] = (), category: str = "") -> list[ClassSum]:
    """Give (code, name, cards, pieces, 分) for each class code that cards (of a ``category``) carry, in code order.

    Cards without a code come last, by the name of their class, those without either as 未分类. With ``places``, only cards
    in exactly these are counted.
    """
    where, parameters = _in_rooms(places) if places else ("1", [])
    if category:
        where, parameters = f"{where} AND a.category = ?", [*parameters, category]
    rows = database.execute_sql(
        f"""SELECT class_code, max(class_name), count(*), sum(quantity), sum(value) FROM asset a
            WHERE {where} GROUP BY class_code, iif(class_code = '', class_name, '')
            ORDER BY class_code = '', class_code, class_name = '', class_name""", parameters).fetchall()
    return [(code, (found.name if (found := classes.find_class(code)) else name) or "未分类", *sums)
            for code, name, *sums in rows]


def by_group() -> list[tuple[str, int, int, int]]:
    """Give (name, cards, pieces, 分) of the main groups that cards fall into, codes of 2010 under the groups of 2022.

    A card without a code falls into the group that its class is called after (家具, 通用设备).
    """
    rows = database.execute_sql(
        """SELECT class_code, iif(class_code = '', class_name, ''), count(*), sum(quantity), sum(value)
           FROM asset GROUP BY 1, 2""").fetchall()
    groups: dict[str, list[int]] = {}
    for code, name, *sums in rows:
        group = classes.group_for(code, name)
        groups[group] = [have + more for have, more in zip(groups.get(group, (0, 0, 0)), sums, strict=True)]
    names = {item.code: item.name for item in classes.main_groups()} | {"": "未分类或其他代码"}
    return [(names[group], cards, pieces, fen)
            for group, (cards, pieces, fen) in sorted(groups.items(), key=lambda each: (not each[0], each[0]))]


def room_wish(place: int) -> Wish:
    """Give the wish that lists one room's cards (0: cards without a place) in the order of their numbers."""
    return Wish(filters={"rooms": [place]}, sort="number")


def held_by(person: int) -> list[str]:
    """Say what a person still keeps, for the check before 离岗: a sentence, or nothing."""
    row = database.execute_sql(
        "SELECT count(*), coalesce(sum(quantity), 0) FROM asset WHERE keeper_id = ? OR user_id = ?", (person, person))
    count, pieces = row.fetchone()
    return [f"名下还有资产卡片 {count} 张、{pieces} 件"] if count else []
