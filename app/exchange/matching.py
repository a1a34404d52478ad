"""Which column holds which field: words, values and arithmetic together.

``understand`` gives every choice with the reasons that a person can read, and asks where two columns could be it or where
only part of a word speaks for one. Rows are lists of cells where ``rows[i]`` is worksheet row ``i + 1``; columns count from 0.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.core.columns import Kind
from app.exchange import evidence
from app.exchange.headings import (
    SURE,
    FieldSpec,
    likeness,
    may_be_heading,
    money_factor,
    normal_heading,
)
from app.exchange.reading import Cell
from app.exchange.values import is_blank, read_text

GROUP = " / "           # between a group's heading and the one under it: 账面数 / 数量
_BOOK_GROUPS = ("账面", "期末", "结存", "现有", "实有", "库存")
_OTHER_GROUPS = ("期初", "上期", "上年", "增加", "减少", "盘盈", "盘亏", "差异", "入库", "出库", "领用", "报废")


@dataclass(frozen=True, slots=True)
class Choice:
    """A column taken for a field, how sure that is (``SURE`` and more: surely) and why, in words."""

    column: int
    key: str
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Which of these columns, if any, holds a field: two could be it, or only part of a word speaks for one.

    ``heads`` are the columns' headings and ``names`` the words by which ``understand`` remembers an answer; ``elsewhere``
    says that they stand in another head than the one that a person looks at. Without columns the question is whether
    ``sheets`` only repeat the others.
    """

    key: str
    columns: tuple[int, ...]
    text: str
    heads: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    elsewhere: bool = False
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What each column was taken for and what wants asking; the columns asked about are chosen for the time being."""

    choices: tuple[Choice, ...]
    questions: tuple[Question, ...]

    @property
    def columns(self) -> dict[int, str]:
        """Give the field of each column."""
        return {choice.column: choice.key for choice in self.choices}


def understand(
    heads: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str] | None = None,
    rows: Sequence[Sequence[Cell]] = (),
) -> Understanding:
    """Give which column holds which field, by the heads and by the values of some ``rows`` below them.

    ``remembered`` maps a normal heading to a field's key, or to "" for a column that is left out; it beats everything. Of
    several columns of one heading 姓名#2 is the second.
    No column and no field is used twice.
    """
    return _Matching(heads, specs, remembered or {}, rows[:evidence.MOST_ROWS]).understanding()


def match_columns(
    heads: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str] | None = None,
) -> dict[int, str]:
    """Give which column holds which field by the heads alone."""
    return understand(heads, specs, remembered).columns


class _Matching:
    """One head being matched."""

    def __init__(
        self, heads: Sequence[object], specs: Sequence[FieldSpec], remembered: Mapping[str, str], rows: Sequence[Sequence[Cell]],
    ) -> None:
        self.heads, self.specs, self.rows = [read_text(head) for head in heads], {spec.key: spec for spec in specs}, rows
        self.chosen: dict[int, Choice] = {}
        self.questions: list[Question] = []
        self.decided: set[int] = set()
        for at, (head, name) in enumerate(zip(self.heads, numbered(self.heads), strict=True) if remembered else ()):
            plain = normal_heading(head)
            key = remembered.get(name, remembered.get(plain)) if plain else None
            if key is not None and (not key or (key in self.specs and key not in self._taken())):
                self.decided.add(at)
                if key:
                    self.chosen[at] = Choice(at, key, DECIDED, (f"您上次把“{head}”定为{self.specs[key].title}",))
        self.open = [at for at, head in enumerate(self.heads) if at not in self.decided and may_be_heading(head)]
        self.repeats = _side_by_side(self.heads)

    def understanding(self) -> Understanding:
        """Match by words and values, then let arithmetic settle the money, then ask what is left in doubt."""
        for score, at, key in self._offers():
            if at not in self.chosen and key not in self._taken():
                self.chosen[at] = Choice(at, key, score, self._reasons(at, self.specs[key]))
        self._settle_money()
        for choice in list(self.chosen.values()):
            self._doubt(choice)
        names = numbered(self.heads)
        return Understanding(tuple(self.chosen[at] for at in sorted(self.chosen)), tuple(
            replace(each, heads=tuple(self.heads[at] for at in each.columns), names=tuple(names[at] for at in each.columns))
            for each in self.questions))

    def _taken(self) -> set[str]:
        return {choice.key for choice in self.chosen.values()}

    def _offers(self) -> list[tuple[float, int, str]]:
        """Give (score, column, field) of all that could be, the best first; what may only count the rows comes after another that is named."""
        offers = []
        for order, spec in enumerate(self.specs.values()):
            for at in self.open:
                words = named(self.heads[at], spec)
                if words:
                    score = self._with_values(words, at, spec)
                    if score >= 1 or (score >= LEAST and not spec.asks):
                        rank = score - 0.5 if self._only_counts_rows(at, spec) else score
                        offers.append((-rank, at, order, score, spec.key))
        return [(score, at, key) for _, at, _, score, key in sorted(offers)]

    def _with_values(self, words: float, at: int, spec: FieldSpec) -> float:
        """Give the score of words and values together; a weak word that the values deny is none."""
        cells = evidence.column(self.rows, at)
        if spec.asks and evidence.are_links(cells):
            return 0.0
        agrees = evidence.agreement(spec, cells)
        if agrees is None:
            return words
        if agrees <= evidence.DENIES:
            return words - 1 if words >= SURE else 0.0
        return words + 0.25 if agrees >= evidence.AGREES else words

    def _reasons(self, at: int, spec: FieldSpec) -> tuple[str, ...]:
        agrees = evidence.agreement(spec, evidence.column(self.rows, at))
        words = "按标题" if named(self.heads[at], spec) >= SURE else "标题里有相近的词，"
        values = "和内容" if agrees is not None and agrees >= evidence.AGREES else ""
        return (f"{words}“{self.heads[at]}”{values}认作{spec.title}",)

    # --- price × number = amount

    def _settle_money(self) -> None:
        """Let price × number = amount say which column is which, where the rows tell."""
        by_role = {spec.role: spec for spec in self.specs.values() if spec.role}
        if by_role.keys() != {"price", "count", "amount"} or not self.rows:
            return
        price, amount = by_role["price"], by_role["amount"]
        count = self._counting(by_role["count"], price, amount)
        if count is None:
            return
        free = [at for at in self.open if at not in self.chosen or self.chosen[at].key in (price.key, amount.key)]
        maybe = {at: money_factor(self.heads[at]) for at in free
                 if self._is_money(at) and not self._named_otherwise(at, price, amount)}
        found = evidence.product(self.rows, count, self._could_be(price, amount, maybe), self._could_be(amount, price, maybe))
        if found is None:
            self._drop_sums_of_several(count, price, amount)
            return
        if (found.price, found.amount) == (self._column(price.key), self._column(amount.key)):
            self._confirm(found, price, amount)
            return
        for at in [at for at, choice in self.chosen.items() if choice.key in (price.key, amount.key) and at not in self.decided]:
            del self.chosen[at]
        if not {price.key, amount.key} & self._taken():
            for at, spec in ((found.price, price), (found.amount, amount)):
                self.chosen[at] = Choice(at, spec.key, SURE, ())
            self._confirm(found, price, amount)

    def _drop_sums_of_several(self, count: int, price: FieldSpec, amount: FieldSpec) -> None:
        """Leave out an amount that stands beside the first of several priced rows only."""
        one, whole = self._column(price.key), self._column(amount.key)
        if one is not None and whole is not None and whole not in self.decided and evidence.stands_in_few(self.rows, count, one, whole):
            del self.chosen[whole]

    def _could_be(self, spec: FieldSpec, other: FieldSpec, maybe: Mapping[int, int]) -> dict[int, int]:
        """Give the columns that arithmetic may take for a field: where headings surely name it only those, else any but the other's."""
        sure = {at: factor for at, factor in maybe.items() if named(self.heads[at], spec) >= SURE}
        return sure or {at: factor for at, factor in maybe.items() if named(self.heads[at], other) < SURE}

    def _counting(self, spec: FieldSpec, price: FieldSpec, amount: FieldSpec) -> int | None:
        """Give the column of the number; where words leave it open, the one by which price × number = amount.

        A column for which no word speaks at all is taken so too, but asked about.
        """
        standing, one, whole = map(self._column, (spec.key, price.key, amount.key))
        if (standing is not None and self.chosen[standing].score >= SURE) or one is None or whole is None:
            return standing
        for at in self.open:
            if at in self.chosen and at != standing or not self._is_money(at) or self._named_otherwise(at, price, amount):
                continue
            if evidence.product(self.rows, at, {one: money_factor(self.heads[one])}, {whole: money_factor(self.heads[whole])}):
                if standing is not None:
                    del self.chosen[standing]
                sure = SURE if named(self.heads[at], spec) else SURE - 0.5
                because = f"“{self.heads[one]}”×“{self.heads[at]}”=“{self.heads[whole]}”"
                self.chosen[at] = Choice(at, spec.key, sure, (f"按{because}认作{spec.title}",))
                return at
        return standing

    def _confirm(self, found: evidence.Product, price: FieldSpec, amount: FieldSpec) -> None:
        """Write down that the product is right, which settles what words left open."""
        because = f"数量×“{self.heads[found.price]}”=“{self.heads[found.amount]}”，{found.share:.0%} 的行相符"
        for at in (found.price, found.amount):
            choice = self.chosen[at]
            self.chosen[at] = replace(choice, score=max(choice.score, SURE), reasons=(*choice.reasons, because))

    def _column(self, key: str) -> int | None:
        return next((at for at, choice in self.chosen.items() if choice.key == key), None)

    def _is_money(self, at: int) -> bool:
        cells = evidence.column(self.rows, at)
        return bool(cells) and sum(map(evidence.is_number, cells)) >= evidence.AGREES * len(cells)

    def _named_otherwise(self, at: int, price: FieldSpec, amount: FieldSpec) -> bool:
        """Whether a heading surely names a field that is neither price nor amount."""
        return any(named(self.heads[at], spec) >= SURE for spec in self.specs.values() if spec not in (price, amount))

    # --- doubts

    def _doubt(self, choice: Choice) -> None:
        """Ask about a choice that only part of a word speaks for, or that another column could be as well."""
        spec, at = self.specs[choice.key], choice.column
        if at in self.decided:
            return
        if self._only_counts_rows(at, spec):
            self.questions.append(Question(
                spec.key, (at,), f"“{self.heads[at]}”这一列只是 1、2、3……的行号，还是{spec.title}？"))
            return
        if spec.unique and evidence.are_barcodes(evidence.column(self.rows, at)):
            self.questions.append(Question(
                spec.key, (at,), f"“{self.heads[at]}”这一列是商品出厂时印的条码，同样的商品都相同。也拿它作{spec.title}吗？"))
            return
        repeated = self._most_repeated(at, spec)
        if repeated:
            self.questions.append(Question(spec.key, (at,), (
                f"“{self.heads[at]}”这一列有许多相同的值（如“{repeated[:20]}”）：它是{spec.title}，还是同一种东西共用的编码？")))
            return
        if spec.role == "price" and self._adds_up_alone(at):
            self.questions.append(Question(spec.key, (at,), (
                f"“{self.heads[at]}”这一列不乘数量，加起来才等于表里的合计：它是一件的{spec.title}，还是一行的总价？")))
            return
        if choice.score < SURE and spec.asks:
            self.questions.append(Question(spec.key, (at,), f"“{self.heads[at]}”这一列是不是{spec.title}？"))
            return
        same = normal_heading(self.heads[at])
        others = tuple(other for other in self.open if other != at and other not in self.chosen and other not in self.repeats
                       and normal_heading(self.heads[other]) == same and self._differ(at, other))
        if others:
            where = "、".join(f"第 {column_letters(each)} 列" for each in (at, *others))
            text = f"有 {len(others) + 1} 列都叫“{self.heads[at]}”（{where}），哪一列是{spec.title}？"
            self.questions.append(Question(spec.key, (at, *others), text))

    def _most_repeated(self, at: int, spec: FieldSpec) -> str:
        """Give a value that many rows share where each should have its own, "" for none; what is called as the field is that field."""
        if not spec.unique or normal_heading(self.heads[at]) == normal_heading(spec.title):
            return ""
        return evidence.most_repeated(evidence.column(self.rows, at))

    def _adds_up_alone(self, at: int) -> bool:
        """Whether a price that is not called 单价 comes to the sheet's own total without the numbers; there is no amount then."""
        role = {choice.key: choice.column for choice in self.chosen.values()}
        by_role = {spec.role: role.get(spec.key) for spec in self.specs.values() if spec.role}
        count = by_role.get("count")
        return ("单" not in self.heads[at] and count is not None and by_role.get("amount") is None
                and evidence.adds_up_alone(self.rows, count, at))

    def _only_counts_rows(self, at: int, spec: FieldSpec) -> bool:
        """Whether a column that is called no more than 编号 holds 1, 2, 3: it may be a number, or only where a row stands."""
        if spec.kind is not Kind.CODE or normal_heading(self.heads[at].rpartition(GROUP)[2]) not in _BARE_NUMBERS:
            return False
        cells = evidence.column(self.rows, at)
        return evidence.is_rising(cells) and evidence.number(cells[0]) == 1 and not any(
            isinstance(cell, str) and cell.startswith("0") for cell in cells)

    def _differ(self, at: int, other: int) -> bool:
        """Whether a second column of the same heading holds something else."""
        mine, its = ([row[each] if each < len(row) else None for row in self.rows] for each in (at, other))
        return any(not is_blank(second) and second != first for first, second in zip(mine, its, strict=True)) or not self.rows


_BARE_NUMBERS = frozenset({"编号", "编码", "号码"})
LEAST = 0.35    # of a heading must be the word that names a field not worth a question: 数据来源文件 is no 来源
DECIDED = 5.0  # what a person decided is surer than any word


def named(head: str, spec: FieldSpec) -> float:
    """Tell how well a heading names a field; one under a group by its own words, where the group is not of other things."""
    whole = likeness(normal_heading(head), spec)
    group, _, last = head.rpartition(GROUP)
    if not group:
        return whole
    whole = whole if whole >= SURE else 0.0  # a word of the group alone says nothing: 单位：万元 / 附属设备 is no 计量单位
    own = likeness(normal_heading(last), spec)
    if any(word in group for word in _OTHER_GROUPS):
        return min(own, 1.6)
    return max(whole, own - (0.1 if any(word in group for word in _BOOK_GROUPS) else 0.2) if own else 0.0)


def numbered(heads: Sequence[object]) -> list[str]:
    """Give each column's normal heading with the number that it is among those of the same heading: 姓名#2."""
    seen: Counter[str] = Counter()
    names = []
    for plain in map(normal_heading, heads):
        seen[plain] += 1
        names.append(f"{plain}#{seen[plain]}")
    return names


def column_letters(at: int) -> str:
    """Give A for column 0, AA for 26."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _side_by_side(heads: Sequence[str]) -> set[int]:
    """Give the columns whose headings repeat those of a table to their left: 序号 姓名 | 序号 姓名."""
    words = [normal_heading(head) for head in heads]
    if max(Counter(filter(None, words)).values(), default=0) < 2:
        return set()
    for shift in range(2, len(words)):
        again = {at for at in range(shift, len(words)) if words[at] and words[at] == words[at - shift]}
        if len(again) >= 2 and any(at + 1 in again for at in again):
            return again
    return set()
