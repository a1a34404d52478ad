"""One worksheet row into a draft: every cell read by its field's kind, every trouble told with row and column."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from app.assets import classes, queries, rules, statuses
from app.assets.fields import FIELD, FIELDS, FIXED, TITLE, AssetDraft, extra_key
from app.assets.sheets import GROUP_NAMES
from app.core.columns import Kind
from app.core.errors import Level
from app.exchange.headings import money_factor, names_its_unit
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import Row
from app.exchange.values import (
    Unreadable,
    read_choice,
    read_code,
    read_day,
    read_money,
    read_months,
    read_quantity,
    read_text,
    says_nothing,
    trouble_of,
)
from app.school.resolving import Departments, People, Places

_CODES, _MONEYS, _DAYS, _COUNTS = (
    frozenset(each.key for each in FIELDS if each.kind is kind)
    for kind in (Kind.CODE, Kind.MONEY, Kind.DAY, Kind.WHOLE)
)
_NAMES = frozenset(each.key for each in FIELDS if each.ref)
_WORDS = frozenset(each.key for each in FIELDS if each.kind is Kind.TEXT and not each.ref and not each.required)
_CHOICES = {each.key: each for each in FIELDS if each.closed}
_REPEATED = frozenset(each.key for each in FIELDS if not each.ref and not each.closed and not each.own and each.key == each.attribute)
_PLAIN_CELLS = frozenset({str, float})
_NOTHING: tuple[Any, str, bool] = (None, "", True)  # a cell that only says that there is nothing
_MOST_REMEMBERED = 5_000  # cells of one column
_LONGEST_NOTE = 100  # characters of an unknown word that are kept in the remark


@dataclass
class Parsed:
    """One row as read: by whom, its worksheet number, the draft, which fields the row gives, and what is wrong with it.

    ``places`` tells the column (from 0) of each field; ``names`` are the cells that name places and people, to be
    resolved once the rest is found good; ``said`` is what lines and titles around the table said for it;
    ``notes`` go into the remark; ``guessed`` are fields taken as usual.
    """

    reader: "RowReader"
    number: int
    titles: Mapping[str, str]
    cells: Row = field(default_factory=list)
    places: Mapping[str, int] = field(default_factory=dict)
    names: dict[str, object] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    draft: AssetDraft = field(default_factory=AssetDraft)
    given: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)

    def problem(self, key: str, text: str, level: Level = "error") -> None:
        """Note a problem under the heading of the column that gave the field, quoting the cell as it stands there."""
        if key == "life_months" and key not in self.places:
            key = "life_years"
        at = self.places.get(key, len(self.cells))
        # What a line above the table says has no column of its own.
        value = self.cells[at] if at < len(self.cells) else self.names.get(key)
        self.problems.append(row_problem(self.sheet, self.number, self.titles.get(key, ""), value, text, level))

    @property
    def bad(self) -> bool:
        """Whether an error forbids this row."""
        return any(problem.level == "error" for problem in self.problems)

    @property
    def sheet(self) -> str:
        """Give the name of the worksheet."""
        return self.reader.sheet

    def merged_into(self, card: AssetDraft, only: Collection[str] | None = None) -> AssetDraft:
        """Give the card with the fields that this row gives (``only`` these); a blank cell never clears."""
        given = set(self.given)
        if only is not None:
            given = {key for key in given if key in only or self._field_of(key) in only}
        changes = {each.attribute: getattr(self.draft, each.attribute) for each in FIELDS if each.attribute in given}
        extras = {key: text for key, text in self.draft.extras.items() if only is None or extra_key(key) in only}
        merged = replace(card, **changes, extras={**card.extras, **extras})
        if {"quantity", "unit_price"} & given and "value" not in given:
            merged.value = (merged.unit_price or 0) * (merged.quantity or 0)
        elif "value" in given and "unit_price" not in given:
            merged.unit_price = None
            rules.settle(merged)
        if "class_code" in given and "class_name" not in given:
            merged.class_name = self.draft.class_name
        _add_notes(merged, [note for key, note in self.notes.items() if only is None or key in only])
        return merged

    def _field_of(self, key: str) -> str:
        """Give the field whose column gives a part of the draft: place for place_id, life_years for its months."""
        if key == "life_months" and key not in self.places:
            return "life_years"
        return FIELD[key].key if key in FIELD else key


class Names(Protocol):
    """The resolvers that readers share."""

    places: Places
    people: People
    departments: Departments


class RowReader:
    """Reads rows of one sheet. Names of places, people and departments are resolved, and made where they are new."""

    def __init__(self, sheet: str, heads: Sequence[object], columns: Mapping[int, str], names: Names) -> None:
        self.sheet, self.heads = sheet, heads
        self.columns = sorted(columns.items())
        self.places_of = {key: index for index, key in self.columns}
        self.titles = {key: read_text(heads[index]) if index < len(heads) else "" for index, key in self.columns}
        self.factors = {key: money_factor(self.titles[key]) for key in self.titles if key in _MONEYS}
        self.places, self.people, self.departments = names.places, names.people, names.departments
        self.choices = {key: statuses.offered(field) for key, field in _CHOICES.items()}
        self.extras = {extra.key: extra for extra in queries.extra_fields()}
        self.known_choices: dict[tuple[str, str], str] = {}
        self._memo: dict[str, dict[object, tuple[Any, str, bool]]] = {
            key: {} for _, key in self.columns if key in _REPEATED}

    def read(self, number: int, cells: Row) -> Parsed:
        """Give the row's draft with every problem of its cells; its names are not resolved yet."""
        row = Parsed(self, number, self.titles, cells, self.places_of)
        for index, key in self.columns:
            cell = cells[index] if index < len(cells) else None
            if cell is None or self._known_before(row, key, cell) or says_nothing(cell):
                continue
            trouble = trouble_of(cell)
            if trouble is not None:
                row.problem(key, f"{trouble}。", "warning" if key in _WORDS else "error")
                continue
            if key in _NAMES:
                row.names[key] = cell
                continue
            try:
                self._set(row, key, cell)
            except Unreadable as trouble:
                row.problem(key, f"{trouble}。")
        self._fill(row)
        return row

    def _known_before(self, row: Parsed, key: str, cell: object) -> bool:
        """Take a cell that was read in an earlier row: names, prices and days repeat by the thousand. False for a new one."""
        memo = self._memo.get(key)
        if memo is None or type(cell) not in _PLAIN_CELLS:
            return False
        known = memo.get(cell)
        if known is None:
            known = self._read_once(key, cell)
            if known is None:
                return False
            if len(memo) < _MOST_REMEMBERED:
                memo[cell] = known
        if known is not _NOTHING:
            value, unit, exact = known
            setattr(row.draft, key, value)
            row.given.add(key)
            if unit and not row.draft.unit:
                row.draft.unit = unit
            if not exact:
                row.guessed.append(key)
        return True

    def _read_once(self, key: str, cell: object) -> tuple[Any, str, bool] | None:
        """Give what a cell stands for, the unit behind a number, whether it is exact; None where something must be said of it."""
        if says_nothing(cell):
            return _NOTHING
        if trouble_of(cell) is not None:
            return None
        try:
            if key in _DAYS:
                day, exact = read_day(cell)
                return day, "", exact
            if key == "quantity":
                count, unit = read_quantity(cell)
                return count, unit or "", True
            return self._plain(key, cell), "", True
        except Unreadable:
            return None

    def resolve(self, row: Parsed, only: Collection[str] | None = None) -> None:
        """Find the places, people and departments that the row names (``only`` these fields), and make the new ones."""
        department = read_text(row.names.get("department", ""))
        for key, cell in row.names.items():
            if only is None or key in only:
                self._resolve(row, key, cell, department)

    def _set(self, row: Parsed, key: str, cell: object) -> None:
        draft = row.draft
        if key in self.extras:
            self._set_extra(row, key, cell)
            return
        if key in _DAYS:
            day, exact = read_day(cell)
            setattr(draft, key, day)
            if not exact:
                row.guessed.append(key)
        elif key == "quantity":
            draft.quantity, unit = read_quantity(cell)
            if unit and not draft.unit:
                draft.unit = unit
        elif key == "life_years":
            draft.life_months = read_months(cell, 12)
            row.given.add("life_months")
        elif key not in _CHOICES:
            setattr(draft, key, self._plain(key, cell))
        elif not self._set_choice(row, key, cell):
            return
        row.given.add(key)

    def _plain(self, key: str, cell: object) -> str | int:
        """Read a cell that stands for itself: words, codes, money, counts. A remark keeps its lines."""
        if key in _CODES:
            return read_code(cell)
        if key in _MONEYS:
            return self.money(key, cell)
        if key in ("life_months", "opening_months"):
            return read_months(cell, 1)
        if key in _COUNTS:
            return read_quantity(cell)[0]
        if key == "remark" and isinstance(cell, str):
            return "\n".join(filter(None, map(read_text, cell.splitlines())))
        if key == "class_name" and isinstance(cell, str) and "\n" in cell:
            return "".join(map(read_text, cell.splitlines()))  # written downwards in a cell merged over many rows
        return read_text(cell)

    def money(self, key: str, cell: object) -> int:
        """Read an amount under its heading's unit: 原值(万元) counts in 万元 unless the cell says so itself."""
        factor = self.factors.get(key, 1)
        return read_money(cell) * (1 if isinstance(cell, str) and cell.rstrip("元 ").endswith("万") else factor)

    def count_in(self, factor: int) -> None:
        """Let amounts count in what a line over the table says, 单位：万元, but those whose heading says it itself."""
        for key in self.factors:
            if not names_its_unit(self.titles[key]) and self.factors[key] == 1:
                self.factors[key] = factor

    def _set_choice(self, row: Parsed, key: str, cell: object) -> bool:
        """Take one of the known words; an unknown one is kept as a note, and False given."""
        text = read_text(cell)
        if key == "category" and text in GROUP_NAMES:
            # 资产类别 heads a column of the six groups as often as one of 固定资产 and 低值易耗品.
            row.draft.category = FIXED
            if "class_name" not in self.places_of and not row.draft.class_name:
                row.draft.class_name = text
                row.given.add("class_name")
            return True
        chosen = self.known_choices.get((key, text))
        if chosen is None:
            try:
                chosen = read_choice(cell, self.choices[key], statuses.synonyms(key))
            except Unreadable:
                # History is never turned away for a word: it is kept in the remark and the usual word is taken.
                standing = getattr(row.draft, key)
                row.problem(key, f"不认识“{text[:20]}”，按“{standing}”登记，原文记在备注里。", "warning")
                row.notes[key] = f"{self.titles[key]}：{text[:_LONGEST_NOTE]}"
                return False
            self.known_choices[key, text] = chosen
        setattr(row.draft, key, chosen)
        return True

    def _set_extra(self, row: Parsed, key: str, cell: object) -> None:
        extra = self.extras[key]
        text = read_day(cell)[0].isoformat() if extra.kind == "日期" else read_text(cell)
        reason = rules.unfit_extra(extra.kind, extra.choices, text)
        if reason:
            row.problem(key, reason)
        else:
            row.draft.extras[extra.id] = text

    def _fill(self, row: Parsed) -> None:
        """Fill what follows from the rest: what the class code tells where the sheet has no such column, the value."""
        draft = row.draft
        found = classes.find_class(draft.class_code) if draft.class_code else None
        if found and "class_name" not in self.places_of:
            draft.class_name = found.name
        if found and "unit" not in self.places_of:
            draft.unit = draft.unit or found.unit
        if found and not {"life_months", "life_years"} & self.places_of.keys():
            draft.life_months = found.months
        if "quantity" not in row.given:
            row.guessed.append("quantity")
        rules.settle(draft)
        _add_notes(draft, row.notes.values())

    def _resolve(self, row: Parsed, key: str, cell: object, department: str) -> None:
        """Put the place, person or department that a cell names into the draft; what is ambiguous is a problem.

        The row's ``department`` tells namesakes apart.
        """
        warning = None
        if FIELD[key].ref == "place":
            identity, trouble = self.places.resolve(text := read_text(cell))
            warning = self.places.warnings.get(text)
        elif FIELD[key].ref == "department":
            identity, trouble = self.departments.resolve(read_text(cell))
        else:
            identity, trouble = self.people.resolve(text := read_text(cell), department)
            warning = self.people.warnings.get(text)
        if warning:
            row.problem(key, warning, "warning")
        if trouble:
            row.problem(key, trouble)
        elif identity is not None:
            setattr(row.draft, FIELD[key].attribute, identity)
            row.given.add(FIELD[key].attribute)


def counted_remarks(sheet: str, counted: Mapping[str, int], titles: Mapping[str, str]) -> list[RowProblem]:
    """Give one warning for each thing that was taken as usual in many rows, instead of one a row."""
    told = []
    for key, count in sorted(counted.items()):
        if not count:
            continue
        text = (f"有 {count} 行没有写{TITLE['quantity']}，按 1 件登记。" if key == "quantity"
                else f"有 {count} 个日期只写到年或月（按当年 1 月或当月 1 日登记），或年份只有两位（如 09 按 2009 年登记）。")
        told.append(row_problem(sheet, 0, titles.get(key, TITLE["quantity"]), None, text, "warning"))
    return told


def _add_notes(draft: AssetDraft, notes: Iterable[str]) -> None:
    """Put notes behind the remark, once each."""
    for note in notes:
        if note not in draft.remark:
            draft.remark = f"{draft.remark} {note}".strip()
