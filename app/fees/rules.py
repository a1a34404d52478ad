"""What all rooms of the fees share, without I/O: kinds, measures and states, a plan's rows, how grades and refunds are said.

Every amount is 分. The rooms build on each other in this order: ``plan`` (items, standards, the matrix), ``money`` (charges,
receipts, vouchers, settling), ``board`` (what hangs in public, and what forbids it), ``letters``; none imports a later one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.core.steps import Steps, Way, stays
from app.school.rules import grade_word as grade_word

ADMINISTRATIVE, SERVICE, AGENCY, FREE, BANNED = "行政事业性收费", "服务性收费", "代收费", "免费", "禁止收取"
KINDS = (ADMINISTRATIVE, SERVICE, AGENCY, FREE, BANNED)
CHARGED = (ADMINISTRATIVE, SERVICE, AGENCY)

BY_VOUCHERS, BY_STANDARD = "按票据结算", "按标准结算"
SETTLED_BY = (BY_VOUCHERS, BY_STANDARD)
"""What an item is settled by: what its vouchers come to, shared out, or what it is charged at the standard."""

TERM, MONTH, DAY, COPY = "学期", "月", "天", "份"
MEASURES = (TERM, MONTH, DAY, COPY)
UNITS = ("元/生·学期", "元/生·月", "元/生·天", "元/生·餐", "元/生·次", "元/套", "元/本", "元/生")

DRAFT, POSTED, COLLECTING, SETTLED, CLOSED = "draft", "posted", "collecting", "settled", "closed"
STEPS = Steps({DRAFT: "拟定", POSTED: "公示中", COLLECTING: "收费中", SETTLED: "已结算", CLOSED: "已结账"}, {
    "edit": Way("修改方案", stays(DRAFT, POSTED, COLLECTING)),     # after publication by a new version only
    "remove": Way("删除", stays(DRAFT)),
    "post": Way("公示", {DRAFT: POSTED, POSTED: POSTED, COLLECTING: COLLECTING}),
    "take_down": Way("撤下公示", {POSTED: DRAFT, **stays(COLLECTING, SETTLED, CLOSED)}),
    "collect": Way("开始收费", {POSTED: COLLECTING}),
    "answer": Way("登记回执", stays(DRAFT, POSTED, COLLECTING)),
    "receive": Way("登记收费", stays(COLLECTING), {
        SETTLED: "补缴的钱请在“结算清退”里登记；要补登漏掉的收据，请先撤销结算。"}),
    "record": Way("登记或修改", stays(DRAFT, POSTED, COLLECTING, SETTLED)),
    "leave": Way("办理离校结算", stays(COLLECTING)),
    "settle": Way("结算", {COLLECTING: SETTLED, SETTLED: SETTLED}),
    "unsettle": Way("撤销结算", {SETTLED: COLLECTING}, dict.fromkeys((DRAFT, POSTED, COLLECTING), "它还没有结算。")),
    "account": Way("打印清退签领表", stays(COLLECTING, SETTLED, CLOSED)),
    "post_settlement": Way("公示结算", stays(SETTLED, CLOSED)),
    "close": Way("结账", {SETTLED: CLOSED}),
    "reopen": Way("撤销结账", {CLOSED: SETTLED}, dict.fromkeys((DRAFT, POSTED, COLLECTING, SETTLED), "它还没有结账。")),
})
"""What may be done with a term's fees in each state. Every verb asks here, every page offers by it."""

MADE_UP, NOT_MADE_UP = "补", "不补"
SHORTAGES = {MADE_UP: "多退少补", NOT_MADE_UP: "多退少不补"}
_LAST_OF_NINE = 9   # 义务教育


@dataclass(frozen=True, slots=True)
class PlanRow:
    """The fees of one term as lists and papers know them."""

    id: int
    term_id: int
    term_title: str
    school_year: int
    half: int
    starts_on: date
    ends_on: date
    state: str
    shortage: str
    collect_from: date | None
    collect_until: date | None
    settled_on: date | None
    closed_on: date | None

    @property
    def state_words(self) -> str:
        """Give the state as people read it."""
        return STEPS.words[self.state]

    def allows(self, act: str) -> bool:
        """Whether something may be done in the plan's state (a key of ``STEPS.ways``)."""
        return STEPS.allows(self.state, act)

    def after(self, act: str) -> str:
        """Give the state after an act; ``Refused`` in a sentence where it may not be done now."""
        return STEPS.after(self.state, act, f"{self.term_title}的收费")

    def refusal(self, act: str) -> str:
        """Say why something may not be done now, "" where it may."""
        return "" if self.allows(act) else STEPS.refusal(self.state, act, f"{self.term_title}的收费")


Matrix = Mapping[tuple[int, int], int]
"""(plan item's id, grade) → 分 a measure; no key: not charged in that grade."""


def grades_words(grades: Iterable[int]) -> str:
    """Say several grades shortly: 一年级, 一至三年级, 一、二、五年级, 七至九、高一年级."""
    runs: list[str] = []
    ordered = sorted(set(grades))
    for _, run in groupby(enumerate(ordered), key=lambda pair: (pair[1] > _LAST_OF_NINE, pair[1] - pair[0])):
        numbers = [grade_word(grade).removesuffix("年级") for _, grade in run]
        runs.append("、".join(numbers) if len(numbers) < 3 else f"{numbers[0]}至{numbers[-1]}")
    return "、".join(runs) + "年级" if runs else ""


def usually_settled_by(kind: str) -> str:
    """Give what items of a kind are settled by where nobody says: 服务性收费 by their standard, 代收费 by vouchers."""
    return BY_STANDARD if kind in (ADMINISTRATIVE, SERVICE) else BY_VOUCHERS


def refund_sentence(shortage: str, full: bool = True) -> str:
    """Give the one sentence that every paper says about settling.

    Where a shortage is made up: 多退少补 (发改价格〔2010〕1619号); where not: 多退少不补, the school bears what was spent above the charge
    (as provinces have ruled since). ``full`` False gives the four or five characters alone.
    """
    words = SHORTAGES.get(shortage, SHORTAGES[MADE_UP])
    if not full:
        return words
    if shortage == NOT_MADE_UP:
        return "服务性收费和代收费据实结算，学期末多退少不补：多收的退还学生，支出超过应收的部分由学校承担，不向学生补收。"
    return "服务性收费和代收费据实结算，学期末多退少补：多收的退还学生，支出超过应收的部分凭据补收。"
