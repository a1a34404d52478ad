"""Taking an office's own stock workbook in as opening balances (期初): each row becomes an item and what lies there of it.

All of it is one step. With errors nothing is written unless the bad rows are to be left out; a rehearsal goes the same way and
writes nothing. What can be read in two ways is asked or is an error, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from app.core.columns import Kind
from app.core.errors import Invalid, Refused
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.exchange.headings import FieldSpec, money_factor
from app.exchange.matching import Question
from app.exchange.plain_tables import Line, Listed, read_list
from app.exchange.problems import RowProblem, row_problem
from app.exchange.reading import open_workbook
from app.exchange.values import Unreadable, is_blank, read_money, read_text, read_thousandths
from app.school.rules import tidy
from app.stock import costing, items, movements, rules
from app.stock.rules import In, ItemDraft
from app.stock.settings import CATEGORIES
from app.store import imported, journal, settings
from app.store.database import scalar
from app.store.imported import Earlier
from app.store.journal import Step

SPECS = (
    FieldSpec("name", "品名", Kind.TEXT, ("物品名称", "名称", "商品名称", "货物名称", "物资名称", "材料名称", "品名规格"), True),
    FieldSpec("spec", "规格", Kind.TEXT, ("规格型号", "型号", "规格/型号")),
    FieldSpec("unit", "单位", Kind.TEXT, ("计量单位",)),
    FieldSpec("quantity", "库存数量", Kind.QUANTITY, (
        "结存数量", "期末数量", "期末结存数量", "现有数量", "实存数量", "结存", "库存", "数量", "余数"), asks=True),
    FieldSpec("price", "单价", Kind.MONEY, ("平均单价", "单价（元）", "进价"), asks=True),
    FieldSpec("fen", "库存金额", Kind.MONEY, ("结存金额", "期末金额", "期末结存金额", "金额", "总价", "合计金额"), asks=True),
    FieldSpec("category", "类别", Kind.TEXT, ("物品类别", "分类")),
    FieldSpec("minimum", "最低库存", Kind.QUANTITY, ("安全库存", "库存下限")),
    FieldSpec("remark", "备注", Kind.TEXT, ("说明",)),
)
TITLES: Mapping[str, str] = {spec.key: spec.title for spec in SPECS}
NEW, KNOWN, EMPTY, BAD = "新物品", "已有物品", "没有库存", "有问题"
_EVERY = 100


@dataclass(frozen=True, slots=True)
class StockPlanIn:
    """How a file is to be taken in: as of which day, into which store. ``answers`` say of headings which field they are."""

    day: date
    storeroom: int
    skip_bad: bool = False
    again: bool = False
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes of one row."""

    what: str
    name: str
    spec: str
    unit: str
    quantity: int
    fen: int
    sheet: str
    row: int


@dataclass
class StockOutcome:
    """What an import did, or a rehearsal would do; ``step`` is None where nothing was written."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    hidden: int = 0
    twice: Earlier | None = None
    refused: bool = False
    number: str = ""
    step: Step | None = None

    @property
    def errors(self) -> int:
        """Give how many problems keep their row out."""
        return sum(problem.level == "error" for problem in self.problems)

    @property
    def taken(self) -> list[Entry]:
        """Give the rows that come in."""
        return [entry for entry in self.entries if entry.what != BAD]

    def sentence(self) -> str:
        """Say in one sentence what came of it."""
        taken, bad = self.taken, len(self.entries) - len(self.taken)
        fen = sum(entry.fen for entry in taken)
        new = sum(entry.what != KNOWN for entry in taken)
        return f"导入 {len(taken)} 种物品（其中新物品 {new} 种），库存金额 {format_fen(fen)} 元" + (f"，{bad} 行有问题" if bad else "")


def run(path: Path, plan: StockPlanIn, progress: Progress = silent, rehearse: bool = False) -> StockOutcome:
    """Take a workbook in, or rehearse it; ``refused`` where nothing may be written: questions, errors, or the same file again."""
    book = open_workbook(path)
    listed = [read_list(sheet, SPECS, "name", (), dict(plan.answers)) for sheet in book.sheets if not sheet.hidden]
    found = [each for each in listed if each.lines]
    if not found:
        raise Refused(f"“{path.name}”里没有认出库存表：表头里要有“品名”，再加单位、数量、单价、金额中的一列。请改好标题再导入。")
    with journal.operation(f"导入期初库存 {path.name}") as work:
        outcome = _Run(found, plan, progress).perform()
        digest = imported.digest_of(path)
        outcome.twice = imported.earlier(digest)
        outcome.refused = bool(outcome.questions) or (bool(outcome.errors) and not plan.skip_bad) or (
            outcome.twice is not None and not plan.again) or not outcome.taken
        if rehearse or outcome.refused:
            work.discard()
        else:
            imported.note(digest, path.name, len(outcome.taken))
            work.rename(f"导入期初库存 {path.name}：{outcome.sentence()}")
    outcome.step = work.step
    return outcome


class _Run:
    """One pass over the file; the caller holds the operation open."""

    def __init__(self, found: list[Listed], plan: StockPlanIn, progress: Progress) -> None:
        self.found, self.plan, self.progress = found, plan, progress
        self.outcome = StockOutcome(sheets=[each.sheet for each in found], unused=[head for each in found for head in each.unused],
                                    questions=[question for each in found for question in each.questions], hidden=sum(each.hidden for each in found))
        self.categories = settings.value(CATEGORIES)
        self.met: dict[str, Line] = {}

    def perform(self) -> StockOutcome:
        """Read every row, make its item, then write one receipt of all that lies there."""
        lines, rows = [line for each in self.found for line in each.lines], list[In]()
        for done, line in enumerate(lines):
            if done % _EVERY == 0:
                self.progress(done, len(lines), "读库存表")
            before = len(self.outcome.problems)
            row = self._row(line)
            bad = any(problem.level == "error" for problem in self.outcome.problems[before:])
            entry = row[0] if row else Entry(BAD, read_text(line.cells.get("name")), "", "", 0, 0, line.sheet, line.row)
            self.outcome.entries.append(replace(entry, what=BAD) if bad else entry)
            if row and row[1] is not None and not bad:
                rows.append(row[1])
        for start in range(0, len(rows), rules.MOST_LINES):
            slip = movements.receive(self.plan.day, self.plan.storeroom, rows[start:start + rules.MOST_LINES], remark="期初导入",
                                     kind=costing.OPENING)
            self.outcome.number = self.outcome.number or slip.number
        return self.outcome

    def _wrong(self, line: Line, key: str, text: str, level: str = "error") -> None:
        self.outcome.problems.append(row_problem(line.sheet, line.row, line.titles.get(key, TITLES.get(key, "")), line.cells.get(key), text,
                                                 "error" if level == "error" else "warning"))

    def _row(self, line: Line) -> tuple[Entry, In | None] | None:
        """Give what becomes of a row, and what comes in of it; None where it cannot be made out."""
        words = {key: tidy(read_text(line.cells.get(key))) for key in ("name", "spec", "unit", "category", "remark")}
        quantity, unit = self._quantity(line, "quantity")
        minimum, _ = self._quantity(line, "minimum")
        words["unit"] = words["unit"] or unit
        if unit and words["unit"] != unit:
            self._wrong(line, "quantity", f"数量写的是“{unit}”，单位一列是“{words['unit']}”，请核对。")
        if not words["unit"]:
            self._wrong(line, "unit", "没有单位，请填写。")
        if quantity is None:
            if is_blank(line.cells.get("quantity")):
                self._wrong(line, "quantity", "没有数量；确实没有库存的填 0。")
            return None
        fen = self._fen(line, quantity)
        if words["category"] and words["category"] not in self.categories:
            self._wrong(line, "category", "设置里没有这个类别，先空着；可以在设置里加上，再改物品。", "warning")
            words["category"] = ""
        if fen is None or not words["unit"]:
            return None
        return self._item(line, words, quantity, fen, minimum)

    def _item(self, line: Line, words: Mapping[str, str], quantity: int, fen: int, minimum: int | None) -> tuple[Entry, In | None] | None:
        key = rules.item_key(words["name"], words["spec"], words["unit"])
        known = scalar("SELECT id FROM stock_item WHERE key = ?", (key,))
        what = KNOWN if known and key not in self.met else NEW
        entry = Entry(what, words["name"], words["spec"], words["unit"], quantity, fen, line.sheet, line.row)
        if key in self.met:
            first = self.met[key]
            where = f"{first.sheet} 第 {first.row} 行" if first.sheet != line.sheet else f"第 {first.row} 行"
            self._wrong(line, "name", f"与{where}是同一种物品，数量合在一起。", "warning")
        elif known and scalar("SELECT EXISTS (SELECT 1 FROM stock_movement WHERE item_id = ? AND stands)", (known,)):
            self._wrong(line, "name", "仓库里已经有这种物品的收发了，不能再导入期初；数量不对请盘点。")
            return None
        try:
            item = int(known) if known else items.write(ItemDraft(words["name"], words["spec"], words["unit"], minimum=minimum,
                                                                  category=words["category"], remark=words["remark"]))
        except Invalid as wrong:
            for problem in wrong.problems:
                self._wrong(line, problem.field, problem.text)
            return None
        self.met.setdefault(key, line)
        return (entry, In(item, quantity, fen)) if quantity else (replace(entry, what=EMPTY), None)

    def _quantity(self, line: Line, key: str) -> tuple[int | None, str]:
        """Give a quantity in thousandths and the unit behind it; None where there is none, or it cannot be read."""
        if is_blank(line.cells.get(key)):
            return None, ""
        try:
            quantity, unit = read_thousandths(line.cells[key])
        except Unreadable as wrong:
            self._wrong(line, key, str(wrong))
            return None, ""
        return quantity, unit or ""

    def _money(self, line: Line, key: str) -> int | None:
        if is_blank(line.cells.get(key)):
            return None
        try:
            fen = read_money(line.cells[key]) * money_factor(line.titles.get(key, ""))
        except Unreadable as wrong:
            self._wrong(line, key, str(wrong))
            return None
        if fen < 0:
            self._wrong(line, key, "金额是负数，请核对。")
        return fen

    def _fen(self, line: Line, quantity: int) -> int | None:
        """Give what the row is worth: its amount, else price × quantity; an error where both stand and disagree, or neither does."""
        before = len(self.outcome.problems)
        price, fen = self._money(line, "price"), self._money(line, "fen")
        if len(self.outcome.problems) > before:
            return None
        worked_out = None if price is None else costing.amount_at(price, quantity)
        if fen is None and worked_out is None:
            if quantity:
                self._wrong(line, "fen", "没有单价，也没有金额；赠送的填 0。")
            return None if quantity else 0
        if fen is None or worked_out is None:
            return fen if worked_out is None else worked_out
        if abs(fen - worked_out) > quantity / 2000 + 1:     # the price is rounded to the 分
            self._wrong(line, "fen", f"单价 × 数量是 {format_fen(worked_out)} 元，与金额 {format_fen(fen)} 元不符，请核对。")
            return None
        if fen and not quantity:
            self._wrong(line, "fen", "数量是 0，却有金额，请核对。")
            return None
        return fen
