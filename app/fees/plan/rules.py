"""What a fee item, a standard and a term's plan must be, what a grade comes to, how two plans differ. No I/O here.

Every amount is 分. What forbids hanging a plan on the board is in ``board.rules``.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.core.errors import Problem
from app.core.money import MOST_FEN, format_fen
from app.core.terms import chinese_day
from app.fees.item_fields import COMPARED, FIELD, TITLE, ItemDraft, PlanItemRow, entries
from app.fees.rules import (
    CHARGED,
    COPY,
    MADE_UP,
    SHORTAGES,
    TERM,
    Matrix,
    grade_word,
    grades_words,
)

ALL_GRADES = 0      # of a standard: it holds for every grade
LONGEST = 200       # characters of one word of an item


@dataclass(frozen=True, slots=True)
class Standard:
    """The most that may be charged from a day on, 分 a measure; ``grade`` 0 stands for every grade."""

    id: int
    grade: int
    from_on: date
    fen: int
    document: str = ""


@dataclass(slots=True)
class StandardDraft:
    """A standard as a form edits it; ``fen`` is None until it was typed."""

    fen: int | None = None
    from_on: date | None = None
    grade: int = ALL_GRADES
    document: str = ""


@dataclass(slots=True)
class PlanDraft:
    """What a person decides about a term's fees as a whole."""

    shortage: str = MADE_UP
    collect_from: date | None = None
    collect_until: date | None = None
    remark: str = ""


def basis_words(office: str, document: str, issued_on: date | None) -> str:
    """Give a basis as people read it: 省发展改革委 苏发改收费〔2022〕1号（2022年9月1日）."""
    words = " ".join(part.strip() for part in (office, document) if part.strip())
    return f"{words}（{chinese_day(issued_on)}）" if words and issued_on else words


def price_words(prices: Mapping[int, int]) -> str:
    """Say what an item costs by grade: 60.00 where it is the same everywhere, else 一、二年级 7.00；三至六年级 10.00."""
    by_price: dict[int, list[int]] = {}
    for grade in sorted(prices):
        by_price.setdefault(prices[grade], []).append(grade)
    if len(by_price) == 1:
        return format_fen(next(iter(by_price)))
    return "；".join(f"{grades_words(grades)} {format_fen(fen)}" for fen, grades in by_price.items())


# --- drafts ------------------------------------------------------------------------------------------------------


def check_item(draft: ItemDraft, others: Collection[str], groups: Collection[str]) -> list[Problem]:
    """Give what is wrong with an item; ``others`` are the other items' names, ``groups`` the school's 减免类别."""
    problems = check_words({field.name: getattr(draft, field.name) for field in fields(draft)}, groups)
    if draft.name.strip() in others:
        problems.append(Problem("name", f"已经有{TITLE['name']}“{draft.name.strip()}”。请换一个名称，或去修改原来那一项。"))
    if draft.kind in CHARGED and not (draft.document.strip() or draft.office.strip()):
        problems.append(Problem("document", "没有依据文号，公示前必须补上（计价格〔2002〕792号）。", "warning"))
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        problems.append(Problem("ends_on", f"{TITLE['ends_on']}早于{TITLE['starts_on']}，请检查。"))
    return problems


def check_words(values: Mapping[str, Any], groups: Collection[str]) -> list[Problem]:
    """Check the words of an item, those given only."""
    problems = []
    if "name" in values and not str(values["name"]).strip():
        problems.append(Problem("name", f"请填{TITLE['name']}的名称。"))
    for each in FIELD.values():
        if each.choices and not each.free and each.attribute in values and values[each.attribute] not in each.choices:
            problems.append(Problem(each.attribute, f"{each.title}只能是{'、'.join(each.choices)}之一。"))
    if "unit" in values and not str(values["unit"]).strip():
        problems.append(Problem("unit", f"请填{TITLE['unit']}，例如 元/生·学期。"))
    for key, value in values.items():
        if isinstance(value, str) and len(value) > LONGEST:
            problems.append(Problem(key, f"最多 {LONGEST} 个字，现在是 {len(value)} 个。"))
    unknown = [word for word in entries(values.get("waived", "")) if word not in groups]
    if unknown:
        problems.append(Problem("waived", f"减免类别里没有“{'、'.join(unknown)}”。请改用{'、'.join(groups)}，或先在设置里增加。"))
    return problems


def check_standard(draft: StandardDraft) -> list[Problem]:
    """Give what is wrong with a standard."""
    problems = []
    if draft.fen is None or not 0 <= draft.fen <= MOST_FEN:
        problems.append(Problem("fen", "请填标准金额（元），不能是负数。"))
    if draft.from_on is None:
        problems.append(Problem("from_on", "请填从哪一天起执行。"))
    if not 0 <= draft.grade <= 12:
        problems.append(Problem("grade", "年级应在 1 与 12 之间；各年级都一样的不用填。"))
    return problems


def check_dates(draft: PlanDraft) -> list[Problem]:
    """Give what is wrong with what was decided about a term's fees."""
    problems = []
    if draft.shortage not in SHORTAGES:
        problems.append(Problem("shortage", "请选“补”（多退少补）或“不补”（多退少不补）。"))
    if draft.collect_from and draft.collect_until and draft.collect_until < draft.collect_from:
        problems.append(Problem("collect_until", "收费截止日期早于开始收费日期，请检查。"))
    return problems


def check_price(fen: object) -> str:
    """Give what is wrong with a cell of the matrix, "" for an amount or an empty cell."""
    if fen is None:
        return ""
    if isinstance(fen, bool) or not isinstance(fen, int):
        return "请填金额（元），例如 60 或 60.00；不收就留空。"
    return "" if 0 <= fen <= 100_000_00 else "金额应在 0 与 100,000 元之间。"


# --- what a grade comes to ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Total:
    """What a pupil of a grade is charged in a term, computed and never typed, 分: all, and how much of it is voluntary.

    Items by month or day have no one sum a term: their names are in ``beside``.
    """

    grade: int
    fen: int
    voluntary: int
    beside: tuple[str, ...] = ()


def totals(items: Sequence[PlanItemRow], matrix: Matrix) -> dict[int, Total]:
    """Give the sum of every grade that has a price."""
    found: dict[int, Total] = {}
    for grade in sorted({grade for _, grade in matrix}):
        mine = [(item, matrix[item.id, grade]) for item in items if (item.id, grade) in matrix]
        summed = [(item, fen) for item, fen in mine if item.measure in (TERM, COPY)]
        found[grade] = Total(grade, sum(fen for _, fen in summed), sum(fen for item, fen in summed if item.voluntary),
                             tuple(item.name for item, _ in mine if item.measure not in (TERM, COPY)))
    return found


# --- what changed ------------------------------------------------------------------------------------------------

ADDED, WITHDRAWN, RAISED, LOWERED, REWORDED = "新增", "取消", "提高", "降低", "变更"


WHOLE = {"shortage": "结算时不足部分", "collect": "收费时间", "phones": "监督投诉电话", "declaration": "声明"}
"""What may differ in a term's fees as a whole, as papers call it: ``Difference.what`` and ``name``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was: ``what`` is an attribute, ``price``, ``refunds`` or a key of ``WHOLE``.

    ``item`` is the later plan's item (0: gone, or the term's fees as a whole).

    ``sort`` is one of 新增 取消 提高 降低 变更; ``before`` and ``after`` are as people read them.
    """

    item: int
    name: str
    what: str
    sort: str
    grade: int = 0
    before: str = ""
    after: str = ""

    @property
    def title(self) -> str:
        """Give what papers call the word that differs."""
        return TITLE[{"refunds": "refund_rule"}.get(self.what, self.what)]

    @property
    def sentence(self) -> str:
        """Say it in a few words."""
        if self.what == "item":
            return f"{self.name}：{self.sort}"
        if self.what in WHOLE:
            return f"{self.name}由“{self.before or '（无）'}”{self.sort}为“{self.after or '（无）'}”"
        where = "" if self.what != "price" else grade_word(self.grade)
        title = "标准" if self.what == "price" else self.title
        return f"{self.name}：{where}{title}由“{self.before or '（无）'}”{self.sort}为“{self.after or '（无）'}”"


def differences(before: Sequence[PlanItemRow], prices_before: Matrix, after: Sequence[PlanItemRow],
                prices_after: Matrix, words: Sequence[str] = COMPARED) -> list[Difference]:
    """Compare two plans item by item (by the item they stand for): prices, and these words of theirs."""
    old = {item.item_id: item for item in before}
    new = {item.item_id: item for item in after}
    found = []
    for item in after:
        was = old.get(item.item_id)
        if was is None:
            found.append(Difference(item.id, item.name, "item", ADDED))
            continue
        for what in words:
            then, now = getattr(was, what), getattr(item, what)
            if then != now:
                found.append(Difference(item.id, item.name, what, REWORDED, 0, _shown(then), _shown(now)))
        found += _prices(was, item, prices_before, prices_after)
    found += [Difference(0, item.name, "item", WITHDRAWN) for item in before if item.item_id not in new]
    return found


def _prices(was: PlanItemRow, item: PlanItemRow, before: Matrix, after: Matrix) -> list[Difference]:
    found = []
    grades = {grade for each, grade in before if each == was.id} | {grade for each, grade in after if each == item.id}
    for grade in sorted(grades):
        then, now = before.get((was.id, grade)), after.get((item.id, grade))
        if then != now:
            sort = ADDED if then is None else WITHDRAWN if now is None else RAISED if now > then else LOWERED
            found.append(Difference(item.id, item.name, "price", sort, grade, _money(then), _money(now)))
    return found


def _money(fen: int | None) -> str:
    return "不收" if fen is None else format_fen(fen)


def _shown(value: object) -> str:
    return ("自愿" if value else "非自愿") if isinstance(value, bool) else str(value)


def standard_in_force(standards: Iterable[Standard], grade: int, day: date) -> Standard | None:
    """Give the standard of a grade on a day: the latest that had begun, one for this grade before one for all."""
    begun = [each for each in standards if each.grade in (0, grade) and each.from_on <= day]
    return max(begun, key=lambda each: (each.grade > 0, each.from_on), default=None)
