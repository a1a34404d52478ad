"""Purchases as a person types them, their states, and what is wrong with them; no I/O. Amounts are 分, quantities thousandths.

What a tier of money asks for stands in ``tiers``; what is missing or doubtful about a purchase in ``findings``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import Problem
from app.core.money import MOST_FEN, format_fen
from app.core.numbering import Rule
from app.core.quantity import MOST, ONE, format_quantity
from app.core.steps import Steps, Way, stays

REQUEST_NUMBERS = Rule("purchase", "QG", title="请购编号")
QUOTE_NUMBERS = Rule("purchase_quote", "XJ", title="询价编号")
CONTRACT_NUMBERS = Rule("purchase_contract", "HT", title="合同编号")
ACCEPTANCE_NUMBERS = Rule("purchase_acceptance", "YS", title="验收编号")
CLAIM_NUMBERS = Rule("purchase_claim", "BX", title="报销编号")
SERIES = (REQUEST_NUMBERS, QUOTE_NUMBERS, CONTRACT_NUMBERS, ACCEPTANCE_NUMBERS, CLAIM_NUMBERS)

GOODS, SERVICES, WORKS = KINDS = ("货物", "服务", "工程")
BY_GOVERNMENT = "政府采购"
WAYS = ("自行采购", "询价", "议标", "网上超市", BY_GOVERNMENT)
USE, STORE, CARD = GOES = ("直接领用", "入库", "建卡")
"""Where accepted pieces go; services and works go nowhere ("")."""
BUDGET, AGENCY, SPECIAL, GIFT = SOURCES = ("预算", "代收费", "专项", "捐赠")
BUYER, ACCEPTOR, APPROVER, ASKER, WISHER = "采购人", "验收人", "审批人", "询价人", "申请人"
HANDLER, CHECKER, AUDITOR = "经手人", "验收人", "审核人"
CLAIM_ROLES = (HANDLER, CHECKER, AUDITOR)
LONGEST, LONGEST_NAME, MOST_LINES = 200, 100, 500

ASKED, APPROVED, REFUSED, DONE, VOIDED = "asked", "approved", "refused", "done", "voided"
STEPS = Steps({ASKED: "待审批", APPROVED: "已批准", REFUSED: "未批准", DONE: "已了结", VOIDED: "已作废"}, {
    "edit": Way("修改", stays(ASKED, APPROVED)),
    "approve": Way("批准", {ASKED: APPROVED}, {APPROVED: "它已经批准了。"}),
    "refuse": Way("不予批准", {ASKED: REFUSED}, {APPROVED: "它已经批准了；不买了请作废。"}),
    "reopen": Way("重新打开", {REFUSED: ASKED, DONE: APPROVED}),
    "quote": Way("登记报价", stays(ASKED, APPROVED)),
    "contract": Way("登记合同", stays(ASKED, APPROVED)),
    "accept": Way("验收", stays(ASKED, APPROVED)),      # 急用先买后补: that it is 补办 is told, and counted
    "take_in": Way("入库建卡", stays(ASKED, APPROVED, DONE)),
    "invoice": Way("登记发票", stays(ASKED, APPROVED, DONE)),
    "claim": Way("报销", stays(ASKED, APPROVED, DONE)),
    "post": Way("公示", stays(APPROVED, DONE)),
    "finish": Way("了结", {APPROVED: DONE}),
    "void": Way("作废", {ASKED: VOIDED, APPROVED: VOIDED, REFUSED: VOIDED, DONE: VOIDED}, {VOIDED: "它已经作废了。"}),
})
"""What may be done with a purchase in each state."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one class gets of a line; ``pupils`` how many it is reckoned for, 0 where it is by the class."""

    school_class: int
    quantity: int
    pupils: int = 0


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line: ``price`` or ``fen`` (or both); ids say to whom or where it goes and where its money comes from."""

    name: str = ""
    spec: str = ""
    unit: str = ""
    quantity: int | None = ONE
    price: int | None = None
    fen: int | None = None
    class_code: str = ""
    service: str = ""
    purpose: str = ""
    goes: str = ""
    department: int | None = None
    school_class: int | None = None
    person: int | None = None
    place: int | None = None
    storeroom: int | None = None
    source: str = ""
    budget_line: int | None = None
    plan_item: int | None = None
    fund: str = ""
    remark: str = ""
    needs: tuple[Need, ...] = ()

    @property
    def amount(self) -> int | None:
        """Give what the line comes to, None while nobody knows."""
        return self.fen if self.fen is not None else amount_of(self.quantity, self.price)

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not (self.name.strip() or self.spec.strip() or self.price or self.fen)


@dataclass(frozen=True, slots=True)
class RequestDraft:
    """A request as a department writes it."""

    requested_on: date | None = None
    kind: str = GOODS
    way: str = ""
    department: int | None = None
    purpose: str = ""
    wanted_on: date | None = None
    supplier: str = ""
    remark: str = ""
    lines: tuple[LineDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """What came of a line. ``fen`` is what is owed for the accepted pieces, None: at the line's price."""

    line: int
    accepted: int | None = None
    refused: int = 0
    fen: int | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class AcceptanceDraft:
    """A delivery that was looked at; lines that are not named did not come."""

    accepted_on: date | None = None
    delivered_on: date | None = None
    delivery_note: str = ""
    differences: str = ""
    remark: str = ""
    lines: tuple[AcceptedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class IntakeDraft:
    """Where accepted pieces of an acceptance line go. ``quantity`` None: all that is left.

    A card stands for each piece where ``alike``, else one card for all of them. ``number`` is the first of a run of numbers for
    the cards, "" for numbers of the series.
    """

    acceptance_line: int
    goes: str
    quantity: int | None = None
    department: int | None = None
    school_class: int | None = None
    person: int | None = None
    place: int | None = None
    storeroom: int | None = None
    alike: bool = True
    number: str = ""


def amount_of(quantity: int | None, price: int | None) -> int | None:
    """Give quantity × price in 分, halves up; None while one of them is unknown."""
    return None if quantity is None or price is None else (quantity * price * 2 + ONE) // (2 * ONE)


def price_of(quantity: int | None, fen: int | None) -> int | None:
    """Give what one unit costs where the amount is known, rounded to the 分; None for no pieces."""
    return None if not quantity or fen is None else (fen * ONE * 2 + quantity) // (2 * quantity)


def card_values(fen: int, pieces: int) -> list[int]:
    """Give what each of several like cards is worth: the rounded price each, what that leaves over or lacks on the last one.

    Their sum is ``fen``; none is below zero.
    """
    price = (fen * 2 + pieces) // (2 * pieces)
    if price * (pieces - 1) > fen:      # rounded up, many of them would come to more than all
        price = fen // pieces
    return [*[price] * (pieces - 1), fen - price * (pieces - 1)]


def portions(fen: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by weights (those of accepted sums), what is odd to the last that weighs anything; their sum is ``fen``."""
    whole = sum(weights)
    if not whole:
        return [fen, *[0] * (len(weights) - 1)] if weights else []
    parts = [abs(fen) * weight // whole * (1 if fen >= 0 else -1) for weight in weights]
    last = max(at for at, weight in enumerate(weights) if weight)
    parts[last] += fen - sum(parts)
    return parts


def late(approved_on: date | None, accepted_on: date | None) -> bool:
    """Whether a purchase is a 补办: accepted without an approval, or before it (急用先买后补)."""
    return accepted_on is not None and (approved_on is None or approved_on > accepted_on)


def check_words(longest: int = LONGEST, **words: str) -> list[Problem]:
    """Say which texts are too long."""
    return [Problem(key, f"共 {len(text)} 个字，太长了，最多 {longest} 个字，请缩短。") for key, text in words.items() if len(text) > longest]


def check_day(key: str, title: str, day: date | None, today: date, needed: bool = True) -> list[Problem]:
    """Check a day that has been: there where it is needed, and not to come."""
    if day is None:
        return [Problem(key, f"请填写{title}。")] if needed else []
    return [Problem(key, f"{title} {day.isoformat()} 还没有到，请改正。")] if day > today else []


def check_request(draft: RequestDraft, today: date) -> list[Problem]:
    """Check the head of a request and that it has lines."""
    problems = check_day("requested_on", "申请日期", draft.requested_on, today)
    if draft.kind not in KINDS:
        problems.append(Problem("kind", f"采购类别只能是{'、'.join(KINDS)}。"))
    if not draft.lines:
        problems.append(Problem("lines", "请至少填写一行要买的东西。"))
    if len(draft.lines) > MOST_LINES:
        problems.append(Problem("lines", f"一次采购最多 {MOST_LINES} 行，请分开登记。"))
    if draft.wanted_on and draft.requested_on and draft.wanted_on < draft.requested_on:
        problems.append(Problem("wanted_on", "要求到货日期早于申请日期，请核对。"))
    return problems + check_words(purpose=draft.purpose, supplier=draft.supplier, remark=draft.remark, way=draft.way)


def check_line(line: LineDraft, kind: str, priced: bool = False) -> list[Problem]:
    """Check one line; ``priced``: what it cost must be known."""
    problems = []
    if not line.name.strip():
        problems.append(Problem("name", "请填写品名。"))
    if line.quantity is None or not 0 < line.quantity <= MOST:
        problems.append(Problem("quantity", "请填写数量，要大于零。"))
    for key, title in (("price", "单价"), ("fen", "金额")):
        value = getattr(line, key)
        if value is not None and not 0 <= value <= MOST_FEN:
            problems.append(Problem(key, f"{title}不能是负数，也不能大得离谱。"))
    if not problems:
        problems += _check_amount(line, priced)
    if line.goes not in ("", *GOES):
        problems.append(Problem("goes", f"去向只能是{'、'.join(GOES)}；服务和工程留空。"))
    elif line.goes == CARD and kind == GOODS and line.quantity is not None and line.quantity % ONE:
        problems.append(Problem("quantity", "建卡的数量要是整数。"))
    elif line.goes and kind != GOODS:
        problems.append(Problem("goes", f"{kind}没有东西入库、领用，去向请留空。"))
    return problems + _check_source(line) + _check_needs(line) + check_words(
        spec=line.spec, purpose=line.purpose, remark=line.remark, fund=line.fund, service=line.service) + check_words(
        LONGEST_NAME, name=line.name)


def _check_amount(line: LineDraft, priced: bool) -> list[Problem]:
    """A price that was rounded may miss the amount by half a 分 a unit; more than that is a slip of the pen."""
    product = amount_of(line.quantity, line.price)
    if product is not None and line.fen is not None and abs(product - line.fen) * ONE > max(line.quantity or 0, ONE):
        return [Problem("fen", f"单价×数量是 {format_fen(product)} 元，金额写的是 {format_fen(line.fen)} 元，请核对；总价包干的只填金额。")]
    return [Problem("price", "请填写单价或金额。")] if priced and line.amount is None else []


def _check_source(line: LineDraft) -> list[Problem]:
    if line.source not in ("", *SOURCES):
        return [Problem("source", f"资金来源只能是{'、'.join(SOURCES)}。")]
    if line.source == AGENCY and line.plan_item is None:
        return [Problem("plan_item", "用代收费的，请选择是哪个学期的哪个收费项目。")]
    if line.plan_item is not None and line.source != AGENCY:
        return [Problem("source", "选了收费项目，资金来源就是代收费，请改正或去掉收费项目。")]
    if line.budget_line is not None and line.source not in ("", BUDGET):
        return [Problem("source", "选了预算项目，资金来源就是预算，请改正或去掉预算项目。")]
    return []


def _check_needs(line: LineDraft) -> list[Problem]:
    if len({need.school_class for need in line.needs}) < len(line.needs):
        return [Problem("needs", "同一个班写了两次，请合成一行。")]
    if any(need.quantity < 0 for need in line.needs):
        return [Problem("needs", "各班的数量不能是负数。")]
    total = sum(need.quantity for need in line.needs)
    if line.needs and line.quantity is not None and total > line.quantity:
        return [Problem("needs", f"各班合计 {format_quantity(total)}，超过要买的 {format_quantity(line.quantity)}。")]
    return []


def check_intake_target(draft: IntakeDraft) -> list[Problem]:
    """Check that accepted pieces go to somebody or somewhere."""
    if draft.goes not in GOES:
        return [Problem("goes", f"去向只能是{'、'.join(GOES)}。")]
    nobody = draft.department is None and draft.school_class is None and draft.person is None and draft.place is None
    if draft.goes == USE and nobody:
        return [Problem("to", "直接领用的，请选择领用的部门、班级或人。")]
    return []
