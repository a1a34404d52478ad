"""What a count means: the result of a line, what may not count as 盘亏, how a card's value is shared. No I/O here."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from app.assets import meanings
from app.assets.rules import MOST_PIECES, NOMINAL_FEN
from app.core.errors import Problem
from app.core.money import MOST_FEN
from app.core.steps import Steps, Way, stays

KINDS = TERM_START, MIDDLE, TERM_END = ("期初", "期中", "期末")
OPEN, COUNTED, APPROVED, VOIDED = "open", "counted", "approved", "voided"
_APPROVED_FOR_GOOD = {APPROVED: "要退回请撤销“批准盘点”那一步。"}
STEPS = Steps({OPEN: "盘点中", COUNTED: "清点完毕", APPROVED: "已批准", VOIDED: "已作废"}, {
    "count": Way("再录入", stays(OPEN), _APPROVED_FOR_GOOD),
    "finish": Way("结束清点", {OPEN: COUNTED}),
    "approve": Way("批准", {OPEN: APPROVED, COUNTED: APPROVED}),
    "reopen": Way("重新打开", {COUNTED: OPEN, VOIDED: OPEN}, {OPEN: "它本来就在进行中。", **_APPROVED_FOR_GOOD}),
    "void": Way("作废", {OPEN: VOIDED, COUNTED: VOIDED}, {VOIDED: "它已经作废了。", **_APPROVED_FOR_GOOD}),
})
"""What may be done with a stocktake in each state."""

MATCHED, MISSING, SURPLUS, MOVED, ALTERED, AWAY, UNSEEN = RESULTS = (
    "相符", "盘亏", "盘盈", "位置不符", "状态不符", "在外或待处置", "未盘")
MARKS = {meanings.OUTSIDE: "借出", meanings.SENT_AWAY: "送修", meanings.DISPOSAL: "待处置", meanings.WRITE_OFF: "待核销"}
"""By what a card's status means, why a thing need not be there and is no loss (办法: 报废未批的不算盘亏; 借出、送修 are on paper).

What waits for its repair, lies idle or is dangerous stands in its room and is looked for."""

UNDECIDED, BOOK_IT, LEAVE_IT = DECISIONS = ("待定", "入账", "不入账")
TYPED, WHOLE_ROOM, SCANNED, BY_SHEET = "录入", "整室", "扫码", "工作簿"
LONGEST = 200


@dataclass(frozen=True)
class Scope:
    """What a stocktake covers: places with all below them, class codes with all below them, keepers, 分保管室 only.

    Nothing given is the whole school; what is given of different sorts must all hold.
    """

    places: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    keepers: tuple[int, ...] = ()
    branch_rooms: bool = False

    def as_json(self) -> str:
        """Give the scope as it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


@dataclass
class StocktakeDraft:
    """A stocktake to be opened; an empty ``title`` is made of term and kind."""

    term_id: int = 0
    kind: str = TERM_END
    base_date: date | None = None
    scope: Scope = field(default_factory=Scope)
    title: str = ""
    team: str = ""
    observer: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Count:
    """What was counted of one line; ``counted`` None takes a count back. An empty place or status is the book's."""

    line: int
    counted: int | None = None
    damaged: int = 0
    found_place_id: int | None = None
    found_status: str = ""
    reason: str = ""
    remark: str = ""


@dataclass
class FindDraft:
    """Something that no card stands for; ``estimate`` is 分 a piece."""

    code: str = ""
    name: str = ""
    model: str = ""
    unit: str = ""
    place_id: int | None = None
    quantity: int | None = 1
    estimate: int | None = None
    decision: str = UNDECIDED
    reason: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Where the pieces of one line went; all but ``surplus`` add up to the book quantity."""

    matched: int = 0
    missing: int = 0
    moved: int = 0
    altered: int = 0
    away: int = 0
    unseen: int = 0
    surplus: int = 0


def pieces(quantity: int, counted: int | None, mark: str, elsewhere: bool, altered: bool) -> Pieces:
    """Share the pieces of a line out among the results; a piece in another place counts there, whatever its status."""
    if counted is None:
        return Pieces(away=quantity) if mark else Pieces(unseen=quantity)
    there, gone, surplus = min(counted, quantity), max(quantity - counted, 0), max(counted - quantity, 0)
    return Pieces(
        matched=0 if elsewhere or altered else there, moved=there if elsewhere else 0,
        altered=there if altered and not elsewhere else 0,
        missing=0 if mark else gone, away=gone if mark else 0, surplus=surplus)


def result(quantity: int, counted: int | None, mark: str, elsewhere: bool, altered: bool) -> str:
    """Give the word a line is filed under: the gravest thing about it."""
    found = pieces(quantity, counted, mark, elsewhere, altered)
    for word, count in ((UNSEEN, found.unseen), (MISSING, found.missing), (SURPLUS, found.surplus),
                        (MOVED, found.moved), (ALTERED, found.altered), (AWAY, found.away)):
        if count:
            return word
    return MATCHED


def find_value(quantity: int, estimate: int | None) -> tuple[int, int, str]:
    """Give unit price, value (分) and value type of a 盘盈: its estimate, else 1 元 a piece (政府会计准则第3号)."""
    if estimate:
        return estimate, estimate * quantity, "评估价"
    return NOMINAL_FEN, NOMINAL_FEN * quantity, "名义金额"


def check_draft(draft: StocktakeDraft, today: date) -> list[Problem]:
    """Check a stocktake that is to be opened."""
    problems = []
    if draft.kind not in KINDS:
        problems.append(Problem("kind", f"盘点种类只能是{'、'.join(KINDS)}。"))
    if not draft.term_id:
        problems.append(Problem("term_id", "请选择盘点所属的学期。"))
    if draft.base_date is None:
        problems.append(Problem("base_date", "请填写基准日。"))
    elif draft.base_date > today:
        problems.append(Problem("base_date", f"基准日 {draft.base_date} 还没有到，现在的账面数不能当作那一天的。请到那天再开始盘点。"))
    return problems + _too_long(title=draft.title, team=draft.team, observer=draft.observer, remark=draft.remark)


def check_count(count: Count) -> list[Problem]:
    """Check one count by itself."""
    problems = []
    if count.counted is not None and not 0 <= count.counted <= MOST_PIECES:
        problems.append(Problem("counted", f"实盘数请填 0 到 {MOST_PIECES:,} 的整数。"))
    elif count.counted is not None and not 0 <= count.damaged <= count.counted:
        problems.append(Problem("damaged", "损坏的件数不能是负数，也不能多于实盘数。"))
    return problems + _too_long(found_status=count.found_status, reason=count.reason, remark=count.remark)


def edited(now: Count, quantity: int, values: Mapping[str, Any]) -> tuple[Count, list[Problem]]:
    """Give the count after some of its fields were changed by hand, and what is wrong with that.

    A place, a status or damaged pieces say that somebody saw the thing: a line not counted yet is then counted as the
    book has it (``quantity``). A reason alone says nothing of the kind and is refused. A problem stands at a field that
    was changed.
    """
    count = replace(now, **values)
    count = replace(count, damaged=count.damaged or 0, found_status=count.found_status or "", reason=count.reason or "",
                    remark=count.remark or "")
    if (
        now.counted is None
        and "counted" not in values
        and (count.damaged or count.found_place_id or count.found_status)
    ):
        count = replace(count, counted=quantity)
    problems = check_count(count)
    if count.counted is None and values.get("reason"):
        problems.append(Problem("reason", "这一行还没有盘。请先填实盘数，再写差异原因。"))
    return count, [
        replace(problem, row=now.line, field=problem.field if problem.field in values else next(iter(values)))
        for problem in problems
    ]


def check_find(draft: FindDraft) -> list[Problem]:
    """Check something found; what is to be booked must have a name."""
    problems = []
    if draft.quantity is None or not 1 <= draft.quantity <= MOST_PIECES:
        problems.append(Problem("quantity", f"数量请填 1 到 {MOST_PIECES:,} 的整数。"))
    if draft.estimate is not None and not 0 <= draft.estimate * (draft.quantity or 1) <= MOST_FEN:
        problems.append(Problem("estimate", "估价不能是负数，也不能超过一万亿元。"))
    if draft.decision not in DECISIONS:
        problems.append(Problem("decision", f"处理只能是{'、'.join(DECISIONS)}。"))
    if not draft.name.strip() and (draft.decision == BOOK_IT or not draft.code.strip()):
        problems.append(Problem("name", "请填写这件东西的名称。"))
    words = {key: getattr(draft, key) for key in ("model", "unit", "reason", "remark")}
    return problems + _too_long(**words) + _too_long(100, name=draft.name) + _too_long(40, code=draft.code)


def _too_long(most: int = LONGEST, **words: str) -> list[Problem]:
    return [Problem(key, f"共 {len(text)} 个字，太长了，最多 {most} 个字，请缩短。")
            for key, text in words.items() if len(text) > most]


def read_scope(text: str) -> Scope:
    """Give a stored scope."""
    stored: Mapping[str, Any] = json.loads(text)
    return Scope(tuple(stored["places"]), tuple(stored["classes"]), tuple(stored["keepers"]), stored["branch_rooms"])
