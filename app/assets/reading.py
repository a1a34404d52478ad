"""One worksheet row into a draft: every cell read by its field's kind, every trouble told with row and column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.assets import classes, queries, rules
from app.assets import settings as asset_settings
from app.assets.rules import AssetDraft
from app.assets.sheets import SYNONYMS
from app.core.errors import Level
from app.exchange.matching import money_factor
from app.exchange.problems import RowProblem, row_problem
from app.exchange.values import (
    Unreadable,
    read_choice,
    read_code,
    read_day,
    read_money,
    read_name,
    read_quantity,
    read_text,
    says_nothing,
)
from app.school.resolving import Departments, People, Places
from app.store import settings

_TEXTS = frozenset(
    {"name", "class_name", "model", "brand", "unit", "funding", "purchase_form", "supplier", "remark"})
_CODES = frozenset({"number", "class_code", "serial", "voucher", "invoice", "old_number"})
_MONEYS = frozenset({"unit_price", "value", "opening_depreciation"})
_DAYS = frozenset({"acquired_on", "booked_on", "warranty_until"})
_COUNTS = frozenset({"life_months", "opening_months"})
_NAMES = frozenset({"place", "department", "keeper", "user"})
_CHOICES = {
    "status": asset_settings.STATUSES, "value_type": asset_settings.VALUE_TYPES,
    "acquired_by": asset_settings.ACQUIRED_BY, "purpose": asset_settings.PURPOSES,
}


@dataclass
class Parsed:
    """One row as read: its worksheet number, the draft, which fields the row gives, and what is wrong with it."""

    sheet: str
    number: int
    titles: Mapping[str, str]
    draft: AssetDraft = field(default_factory=AssetDraft)
    given: set[str] = field(default_factory=set)
    problems: list[RowProblem] = field(default_factory=list)

    def problem(self, key: str, value: object, text: str, level: Level = "error") -> None:
        """Note a problem under the heading of the column that gave the field."""
        self.problems.append(row_problem(self.sheet, self.number, self.titles.get(key, ""), value, text, level))

    @property
    def bad(self) -> bool:
        """Whether an error forbids this row."""
        return any(problem.level == "error" for problem in self.problems)

    def merged_into(self, card: AssetDraft) -> AssetDraft:
        """Give the card with the fields that this row gives; a blank cell never clears."""
        changes = {key: getattr(self.draft, key) for key in self.given if key in AssetDraft.__dataclass_fields__}
        merged = replace(card, **changes, extras={**card.extras, **self.draft.extras})
        if {"quantity", "unit_price"} & self.given and "value" not in self.given:
            merged.value = (merged.unit_price or 0) * (merged.quantity or 0)
        elif "value" in self.given and "unit_price" not in self.given:
            merged.unit_price = None
            rules.settle(merged)
        return merged


class RowReader:
    """Reads rows of one sheet. Names of places, people and departments are resolved, and made where they are new."""

    def __init__(
        self, sheet: str, heads: Sequence[object], columns: Mapping[int, str],
        places: Places, people: People, departments: Departments,
    ) -> None:
        self.sheet = sheet
        self.columns = sorted(columns.items())
        self.titles = {key: read_text(heads[index]) if index < len(heads) else "" for index, key in self.columns}
        self.factors = {key: money_factor(self.titles[key]) for key in self.titles if key in _MONEYS}
        self.places, self.people, self.departments = places, people, departments
        self.choices = {key: settings.value(setting) for key, setting in _CHOICES.items()}
        self.choices["category"] = list(rules.CATEGORIES)
        self.extras = {f"extra:{extra.id}": extra for extra in queries.extra_fields()}
        self.counted: Counter[str] = Counter()
        self.known_choices: dict[tuple[str, str], str] = {}

    def read(self, number: int, cells: Sequence[object]) -> Parsed:
        """Give the row's draft with every problem of its cells; names are resolved only where the row is good so far."""
        row = Parsed(self.sheet, number, self.titles)
        names: dict[str, object] = {}
        for index, key in self.columns:
            cell = cells[index] if index < len(cells) else None
            if cell is None or says_nothing(cell):
                continue
            if key in _NAMES:
                names[key] = cell
                continue
            try:
                self._set(row, key, cell)
            except Unreadable as trouble:
                row.problem(key, cell, f"{trouble}。")
        self._fill(row)
        if not row.bad:
            for key, cell in names.items():
                self._resolve(row, key, cell, read_text(names.get("department", "")))
        return row

    def _set(self, row: Parsed, key: str, cell: object) -> None:
        draft = row.draft
        if key.startswith("extra:"):
            self._set_extra(row, key, cell)
            return
        if key in _TEXTS:
            setattr(draft, key, read_text(cell))
        elif key in _CODES:
            setattr(draft, key, read_code(cell))
        elif key in _MONEYS:
            setattr(draft, key, self._money(key, cell))
        elif key in _DAYS:
            day, exact = read_day(cell)
            setattr(draft, key, day)
            self.counted[key] += not exact
        elif key == "quantity":
            draft.quantity, unit = read_quantity(cell)
            if unit and not draft.unit:
                draft.unit = unit
        elif key == "life_years":
            draft.life_months = read_quantity(cell)[0] * 12
            row.given.add("life_months")
        elif key in _COUNTS:
            setattr(draft, key, read_quantity(cell)[0])
        else:
            self._set_choice(row, key, cell)
        row.given.add(key)

    def _money(self, key: str, cell: object) -> int:
        """Read an amount under its heading's unit: 原值(万元) counts in 万元 unless the cell says so itself."""
        factor = self.factors.get(key, 1)
        return read_money(cell) * (1 if isinstance(cell, str) and cell.rstrip("元 ").endswith("万") else factor)

    def _set_choice(self, row: Parsed, key: str, cell: object) -> None:
        text = read_text(cell)
        chosen = self.known_choices.get((key, text))
        if chosen is None:
            try:
                chosen = read_choice(cell, self.choices[key], SYNONYMS.get(key, {}))
            except Unreadable:
                # History is never turned away for a word: it is kept in the remark and the usual word is taken.
                standing = getattr(row.draft, key)
                row.problem(key, cell, f"不认识“{text[:20]}”，按“{standing}”登记，原文记在备注里。", "warning")
                row.draft.remark = f"{row.draft.remark} {self.titles[key]}：{text}".strip()
                return
            self.known_choices[key, text] = chosen
        setattr(row.draft, key, chosen)

    def _set_extra(self, row: Parsed, key: str, cell: object) -> None:
        extra = self.extras[key]
        text = read_day(cell)[0].isoformat() if extra.kind == "日期" else read_text(cell)
        reason = rules.unfit_extra(extra.kind, extra.choices, text)
        if reason:
            row.problem(key, cell, reason)
        else:
            row.draft.extras[extra.id] = text

    def _fill(self, row: Parsed) -> None:
        """Fill what follows from the rest: class name and unit from the code, value from price and pieces."""
        draft = row.draft
        if draft.class_code:
            found = classes.find_class(draft.class_code)
            if found:
                draft.class_name = draft.class_name or found.name
                draft.unit = draft.unit or found.unit
                draft.life_months = found.months if draft.life_months is None else draft.life_months
        if "quantity" not in row.given:
            self.counted["quantity"] += 1
        rules.settle(draft)

    def _resolve(self, row: Parsed, key: str, cell: object, department: str) -> None:
        """Put the place, person or department that a cell names into the draft; what is ambiguous is a problem.

        The row's ``department`` tells namesakes apart.
        """
        warning = None
        if key == "place":
            identity, trouble = self.places.resolve(text := read_text(cell))
            warning = self.places.warnings.get(text)
        elif key == "department":
            identity, trouble = self.departments.resolve(read_text(cell))
        else:
            identity, trouble = self.people.resolve(text := read_name(cell), department)
            warning = self.people.warnings.get(text)
        if warning:
            row.problem(key, cell, warning, "warning")
        if trouble:
            row.problem(key, cell, trouble)
        elif identity is not None:
            setattr(row.draft, f"{key}_id", identity)
            row.given.add(f"{key}_id")

    def remarks(self) -> list[RowProblem]:
        """Give one warning for each thing that was the same in many rows, instead of one a row."""
        told = []
        for key, count in sorted(self.counted.items()):
            if not count:
                continue
            text = (f"有 {count} 行没有写数量，按 1 件登记。" if key == "quantity"
                    else f"有 {count} 个日期只写到年或月，按当年 1 月或当月 1 日登记。")
            told.append(row_problem(self.sheet, 0, self.titles.get(key, "数量"), None, text, "warning"))
        return told
