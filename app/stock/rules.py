"""When a slip of the store is right: what it is made of, and everything that is wrong with it. Pure.

食堂的食品不进这本账（另有食堂账）；不验收不入库由采购那边把关。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import Problem
from app.core.money import MOST_FEN
from app.core.pinyin import fold
from app.core.quantity import MOST, format_quantity, parse_quantity
from app.core.steps import Steps, Way, stays
from app.stock import costing

TRANSFER, COUNT = "调库", "盘点"
SLIP_KINDS = (costing.RECEIPT, costing.OPENING, costing.ISSUE, costing.RETURN, costing.SUPPLIER, TRANSFER, costing.SCRAP, COUNT, costing.PRICE)
MOST_LINES = 500
LONGEST = 60        # characters of a name, a spec, a word on a slip
LONGEST_UNIT = 8


@dataclass(frozen=True, slots=True)
class In:
    """A line that is taken in: an item, thousandths of its unit, and the whole amount in 分 (not a price)."""

    item: int
    quantity: int
    fen: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class NamedIn:
    """A line that is taken in of goods named by words, which are made where they are not known: thousandths, 分."""

    name: str
    spec: str
    unit: str
    quantity: int
    fen: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Out:
    """A line that goes out. ``of_receipt`` names the movement of a receipt of that day that is handed out directly."""

    item: int
    quantity: int
    of_receipt: int | None = None
    swapped: bool = False       # 以旧换新: the old one was handed in
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """A part of an earlier line that comes back (of an issue) or goes back (of a receipt): thousandths."""

    movement: int
    quantity: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who got the goods: any of a department, a class, a person, a place; ``words`` for whom the ledger does not know."""

    department: int | None = None
    school_class: int | None = None
    person: int | None = None
    place: int | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return any((self.department, self.school_class, self.person, self.place, self.words.strip()))


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """An item as it is typed; quantities in thousandths, ``pack_size`` 0 and ``pack_unit`` "" where it has no pack."""

    name: str = ""
    spec: str = ""
    unit: str = ""
    pack_unit: str = ""
    pack_size: int | None = None
    minimum: int | None = None
    category: str = ""
    storeroom: int | None = None
    remark: str = ""
    active: bool = True


def item_key(name: str, spec: str, unit: str) -> str:
    """Give what an item is known by: two of one key are one item."""
    return "|".join(fold(each) for each in (name, spec, unit))


def check_item(draft: ItemDraft, taken: bool, categories: Sequence[str]) -> list[Problem]:
    """Give everything wrong with an item; ``taken`` says that another has its key."""
    problems = [Problem(key, f"请填写{word}。") for key, word in (("name", "品名"), ("unit", "单位")) if not getattr(draft, key).strip()]
    problems += [Problem(key, f"{word}最多 {most} 个字。") for key, (word, most) in _WORDS.items() if len(getattr(draft, key).strip()) > most]
    if taken:
        problems.append(Problem("name", "已经有品名、规格、单位都相同的物品，请用那一个，或者写清规格。"))
    problems += _check_pack(draft)
    problems += [Problem(key, f"{word}应是 0 以上的数。") for key, word in (("pack_size", "每大包装数量"), ("minimum", "最低库存"))
                 if not 0 <= (getattr(draft, key) or 0) <= MOST]
    if draft.category.strip() and draft.category.strip() not in categories:
        problems.append(Problem("category", f"没有“{draft.category.strip()}”这个类别。可在设置里添加，或选：{'、'.join(categories)}。"))
    return problems


_WORDS = {"name": ("品名", LONGEST), "spec": ("规格", LONGEST), "remark": ("备注", 200), "unit": ("单位", LONGEST_UNIT),
          "pack_unit": ("大包装单位", LONGEST_UNIT)}


def _check_pack(draft: ItemDraft) -> list[Problem]:
    if bool(draft.pack_unit.strip()) != bool(draft.pack_size):
        return [Problem("pack_size", "大包装要把单位和数量都写上，例如“箱”和 12（1箱=12包）；没有大包装就都空着。")]
    if draft.pack_unit.strip() and fold(draft.pack_unit) == fold(draft.unit):
        return [Problem("pack_unit", "大包装单位与单位相同，请换一个，或者空着。")]
    return []


def typed_quantity(text: str, unit: str, pack_unit: str = "", pack_size: int = 0) -> int:
    """Read a quantity as typed: 12, 1.5, 3箱 (by the pack of the item), 3箱2包. Gives thousandths.

    ``ValueError`` with a sentence where it cannot be read, or names a unit that the item is not counted in.
    """
    left, total, seen = fold(text).replace(" ", ""), 0, False
    sizes = {fold(unit): 1000, **({fold(pack_unit): pack_size} if pack_unit and pack_size else {})}
    while left:
        number = left[:len(left) - len(left.lstrip("0123456789.,，"))].replace("，", ",")
        rest = left[len(number):]
        named = next((each for each in sorted(sizes, key=len, reverse=True) if each and rest.startswith(each)), "")
        if not number or (rest and not named) or (seen and not named):
            raise ValueError(_unread(text, unit, pack_unit, pack_size))
        try:
            thousandths = parse_quantity(number)
        except ValueError:
            raise ValueError(_unread(text, unit, pack_unit, pack_size)) from None
        amount = thousandths * sizes[named or fold(unit)]
        if amount % 1000:
            raise ValueError(f"“{text}”折成{unit}不是三位小数以内的数，请直接按{unit}填。")
        total, seen, left = total + amount // 1000, True, rest[len(named):]
    if not seen:
        raise ValueError("请填写数量。")
    return total


def _unread(text: str, unit: str, pack_unit: str, pack_size: int) -> str:
    pack = f"，也可以写 3{pack_unit}（1{pack_unit}={format_quantity(pack_size)}{unit}）" if pack_unit and pack_size else ""
    return f"“{text}”不是数量。请按{unit or '单位'}填数字，例如 12{pack}。"


def quantity_words(quantity: int, unit: str) -> str:
    """Give a quantity with its unit: 12包, 1.5米."""
    return f"{format_quantity(quantity)}{unit}"


def check_day(day: date | None, today: date) -> list[Problem]:
    """Give what is wrong with the day of a slip: none, or one to come."""
    if day is None:
        return [Problem("dated_on", "请填写日期。")]
    if day > today:
        return [Problem("dated_on", "日期还没有到，请检查。")]
    return []


def check_in(lines: Sequence[In]) -> list[Problem]:
    """Give what is wrong with lines taken in; ``Problem.row`` is -1, -2 … in their order."""
    return check_out(lines) + [Problem("fen", "金额应是 0 元以上的数（赠送的填 0）。", row=-at) for at, line in enumerate(lines, 1)
                               if not 0 <= line.fen <= MOST_FEN]


def check_out(lines: Sequence[In | Out | Back]) -> list[Problem]:
    """Give what is wrong with lines that go out or come back; ``Problem.row`` is -1, -2 … in their order."""
    if not lines:
        return [Problem("lines", "一行物品都没有，请至少填一行。")]
    problems = [Problem("lines", f"一张单据最多 {MOST_LINES} 行，请分几张。")] if len(lines) > MOST_LINES else []
    return problems + [Problem("quantity", "数量应大于 0。", row=-at) for at, line in enumerate(lines, 1) if not 0 < line.quantity <= MOST]


# --- counts ------------------------------------------------------------------------------------------------------

OPEN, COUNTED, APPROVED, VOID = "open", "counted", "approved", "void"
COUNT_STEPS = Steps({OPEN: "盘点中", COUNTED: "清点完毕", APPROVED: "已批准", VOID: "已作废"}, {
    "count": Way("录入", stays(OPEN)),
    "finish": Way("清点完毕", {OPEN: COUNTED}),
    "reopen": Way("重新打开", {COUNTED: OPEN}),
    "approve": Way("批准入账", {COUNTED: APPROVED}),
    "void": Way("作废", {OPEN: VOID, COUNTED: VOID}, {APPROVED: "已经批准入账的，请撤销批准那一步。"})})


@dataclass(frozen=True, slots=True)
class CountDraft:
    """What was found of one line: thousandths, None for not counted; ``price`` of a unit found besides, 分, None for the book's."""

    counted: int | None = None
    price: int | None = None
    reason: str = ""


def check_count(draft: CountDraft) -> list[Problem]:
    """Give everything wrong with a line of a count."""
    problems = []
    if draft.counted is not None and not 0 <= draft.counted <= MOST:
        problems.append(Problem("counted", "实盘数量应是 0 以上的数。"))
    if draft.price is not None and not 0 <= draft.price <= MOST_FEN:
        problems.append(Problem("price", "盘盈单价应是 0 元以上的数。"))
    if len(draft.reason) > LONGEST:
        problems.append(Problem("reason", f"原因最多 {LONGEST} 个字。"))
    return problems


# --- handing out to many -----------------------------------------------------------------------------------------

TO_CLASSES, TO_PEOPLE = "班级", "人员"
PLAN_KINDS = (TO_CLASSES, TO_PEOPLE)


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A 分发表 as it is typed; ``cells`` are thousandths by (id of the class or person, id of the item), blanks left out."""

    title: str = ""
    kind: str = TO_CLASSES
    storeroom: int = 0
    cells: Mapping[tuple[int, int], int] = field(default_factory=dict)
    remark: str = ""


def check_plan(draft: PlanDraft) -> list[Problem]:
    """Give everything wrong with a 分发表."""
    problems = []
    if not draft.title.strip() or len(draft.title.strip()) > LONGEST:
        problems.append(Problem("title", f"请填写名称，最多 {LONGEST} 个字，例如 2026年秋季作业本。"))
    if draft.kind not in PLAN_KINDS:
        problems.append(Problem("kind", "请选发给班级还是人员。"))
    if any(not 0 < quantity <= MOST for quantity in draft.cells.values()):
        problems.append(Problem("cells", "数量应大于 0，不发的空着。"))
    return problems
