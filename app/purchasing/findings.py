"""What is missing or doubtful about a purchase: each check by name, with its source; pure. How strict each is the school decides.

A check that forbids stands in the way of one act (``blocks``): the acceptance, or the claim. As in the fees, what is 提醒 is only said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import Level
from app.core.money import format_fen
from app.purchasing import rules
from app.purchasing.tiers import BARGAIN, CONTRACT, GOVERNMENT, MEETING, NOTICE, REPLY, Tier

_ACCEPT, _CLAIM = "accept", "claim"
_LAW, _STATUTE = "政府采购法", "政府采购法实施条例"
_APART, _OWN, _TIERS = "内部控制规范（不相容岗位分离）", "校内采购制度", "设置—采购：采购档次"


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: its key, what people call it, how strict it is unless the school says otherwise, its source, and what it blocks."""

    key: str
    title: str
    level: Level
    source: str
    blocks: str = _CLAIM


RULES = (
    Rule("same_person", "采购人与验收人是同一个人", "error", _APART, _ACCEPT),
    Rule("few_buyers", "采购人不够", "error", _TIERS, _ACCEPT),
    Rule("few_acceptors", "验收人不够", "error", _TIERS, _ACCEPT),
    Rule("not_approved", "没有批准就验收", "warning", f"{_OWN}：先请示后购买，先批准再报支", _ACCEPT),
    Rule("approved_late", "先买后批（补办）", "warning", _OWN, _ACCEPT),
    Rule("government", "没有走政府采购", "error", f"{_LAW}第二条；{_TIERS}", _ACCEPT),
    Rule("no_reply", "没有请示上级的批复号", "error", _TIERS),
    Rule("no_meeting", "没有会议纪要号", "error", _TIERS),
    Rule("no_contract", "没有合同", "error", _TIERS),
    Rule("few_quotes", "报价不足", "error", f"货比三家；{_LAW}第四十条"),
    Rule("few_askers", "询价人不足两人", "error", _OWN),
    Rule("not_lowest", "没有定给最低价", "error", f"货比三家；{_LAW}第四十条"),
    Rule("no_award", "报了价没有定标", "error", _OWN),
    Rule("no_notice", "没有公示", "warning", _TIERS),
    Rule("unpaid_for", "发票与验收金额不符", "error", "三单匹配：请购、验收、发票"),
    Rule("above_approved", "验收金额超过请购金额", "warning", f"{_OWN}：先请示后购买"),
    Rule("off_ledger", "账外资产", "warning", "事业单位财务规则（财政部令第108号）"),
    Rule("split", "化整为零", "warning", f"{_LAW}第二十八条；{_STATUTE}第二十八条"),
    Rule("over_budget", "超出预算", "warning", "预算管理制度"),
    Rule("no_source", "没有写资金来源", "warning", "预算管理制度"),
    Rule("number_twice", "同一号码又写在办公费里", "warning", "同一张票据不能重复报销"),
)
_BY_KEY = {rule.key: rule for rule in RULES}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ``rule`` names it, ``text`` says it with the remedy, ``source`` where the rule comes from.

    ``blocks`` is the act that an error stands in the way of; ``line`` the line it concerns, 0 for none.
    """

    rule: str
    text: str
    level: Level
    source: str
    blocks: str
    line: int


@dataclass(frozen=True, slots=True)
class Award:
    """A line's quotes: what the one who got it asks, None while nobody did; the lowest; why not he."""

    line: int
    name: str
    price: int | None
    lowest: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SplitSum:
    """What was bought of one sort from one budget line in a calendar year, this purchase among it; ``numbers`` name the purchases."""

    words: str
    year: int
    fen: int
    numbers: tuple[str, ...]
    limit: int | None
    next_start: int | None


@dataclass(frozen=True)
class Facts:
    """All that the checks of one purchase look at. Names are of people, as they are shown; amounts 分."""

    kind: str
    way: str
    tier: Tier
    fen: int
    approved_on: date | None = None
    accepted_on: date | None = None
    buyers: int = 0
    least_acceptors: int | None = None      # of the acceptance with the fewest, None before any
    both: Sequence[str] = ()                # who bought and accepted
    reply_no: str = ""
    meeting_no: str = ""
    contracts: int = 0
    quotes: int = 0
    askers: int = 0
    few_reason: str = ""
    awards: Sequence[Award] = ()
    notices: int = 0
    accepted: int = 0
    invoiced: int | None = None             # None while no paper was entered
    whole: bool = False                     # everything that was wanted came, or the rest was given up
    differs_reason: str = ""
    off_ledger: Sequence[tuple[int, str]] = ()
    splits: Sequence[SplitSum] = ()
    over_budget: Sequence[tuple[str, int]] = ()
    without_source: Sequence[tuple[int, str]] = ()
    numbers_twice: Sequence[str] = ()
    expected: int | None = None             # what the lines come to as wanted or awarded, None while a price is not known


Found = Iterator[tuple[str, str, int]]      # rule's key, sentence, line


def check_purchase(facts: Facts, levels: Mapping[str, Level | None] | None = None) -> list[Finding]:
    """Run every check: errors first. ``levels`` gives a rule's level where the school has changed it, None: not wanted."""
    found = []
    for check in _CHECKS:
        for key, text, line in check(facts):
            rule = _BY_KEY[key]
            level = rule.level if levels is None or key not in levels else levels[key]
            if level:
                found.append(Finding(key, text, level, rule.source, rule.blocks, line))
    return sorted(found, key=lambda each: each.level != "error")


def _people(facts: Facts) -> Found:
    if facts.both:
        yield "same_person", f"{'、'.join(facts.both)}既是采购人又是验收人。请换一位没有参加采购的人验收。", 0
    if facts.buyers < facts.tier.buyers:
        yield "few_buyers", f"这一档要 {facts.tier.buyers} 名采购人，现在有 {facts.buyers} 名。请补上。", 0
    if facts.least_acceptors is not None and facts.least_acceptors < facts.tier.acceptors:
        yield "few_acceptors", f"这一档要 {facts.tier.acceptors} 名验收人，现在有 {facts.least_acceptors} 名。请补上。", 0


def _approval(facts: Facts) -> Found:
    if facts.accepted_on is not None and facts.approved_on is None:
        yield "not_approved", "还没有批准日期就验收了，算作补办。批下来以后请补登批准日期。", 0
    elif rules.late(facts.approved_on, facts.accepted_on):
        yield "approved_late", f"{facts.approved_on} 批准，{facts.accepted_on} 已经验收，算作补办。", 0


def _tier(facts: Facts) -> Found:
    papers = facts.tier.papers
    if GOVERNMENT in papers and facts.way != rules.BY_GOVERNMENT:
        yield "government", f"{format_fen(facts.fen)} 元达到当地限额，须走政府采购。请把采购方式改为“{rules.BY_GOVERNMENT}”并按程序办理。", 0
    if REPLY in papers and not facts.reply_no.strip():
        yield "no_reply", "这一档要先请示上级。请打印采购请示，批下来以后填批复号。", 0
    if MEETING in papers and not facts.meeting_no.strip():
        yield "no_meeting", "这一档要上会。请填会议纪要号。", 0
    if CONTRACT in papers and not facts.contracts:
        yield "no_contract", "这一档要签合同。请登记合同。", 0
    if NOTICE in papers and not facts.notices and facts.accepted_on is not None:
        yield "no_notice", "这一档要公示采购结果。请打印采购公示张贴并登记。", 0


def _quotes(facts: Facts) -> Found:
    asked = facts.quotes or BARGAIN in facts.tier.papers
    if facts.quotes < facts.tier.quotes and not facts.few_reason.strip():
        yield "few_quotes", f"这一档要 {facts.tier.quotes} 家报价，现在有 {facts.quotes} 家。请补上，确实不足的写明原因。", 0
    if asked and facts.askers < 2:
        yield "few_askers", f"询价要两个人以上一起，现在写了 {facts.askers} 人。请补上询价人。", 0
    for each in facts.awards:
        if each.price is None:
            yield "no_award", f"“{each.name}”报了价，还没有定给谁。请定标。", each.line
        elif each.price > each.lowest and not each.reason.strip():
            yield ("not_lowest", f"“{each.name}”定的是 {format_fen(each.price)} 元，最低的报价是 {format_fen(each.lowest)} 元。"
                   "请写明不取最低价的原因。", each.line)


def _papers(facts: Facts) -> Found:
    if facts.invoiced is not None and facts.whole and facts.invoiced != facts.accepted and not facts.differs_reason.strip():
        yield ("unpaid_for", f"发票合计 {format_fen(facts.invoiced)} 元，验收合计 {format_fen(facts.accepted)} 元，不一致。"
               "请核对，确实如此的写明原因。", 0)
    if facts.expected is not None and facts.accepted > facts.expected:
        yield ("above_approved", f"请购（定标）是 {format_fen(facts.expected)} 元，验收合计 {format_fen(facts.accepted)} 元。"
               "请核对单价，确实涨价的补办批准。", 0)
    for number in facts.numbers_twice:
        yield "number_twice", f"票据 {number} 也写在“办公费”里，月报会算两次。请删去那里的一笔。", 0


def _money(facts: Facts) -> Found:
    for name, fen in facts.over_budget:
        yield "over_budget", f"预算项目“{name}”超出 {format_fen(fen)} 元。请调整预算，或换一个资金来源。", 0
    for line, name in facts.without_source:
        yield "no_source", f"“{name}”没有写资金来源，不计入预算执行。请选择。", line


def _property(facts: Facts) -> Found:
    for line, name in facts.off_ledger:
        yield "off_ledger", f"“{name}”够固定资产的标准，却没有建卡，会成账外资产。请改为建卡。", line


def _splitting(facts: Facts) -> Found:
    for each in facts.splits:
        some = "、".join(each.numbers[:6]) + (f"等 {len(each.numbers)} 次" if len(each.numbers) > 6 else "")
        if each.limit is not None and each.fen >= each.limit:
            yield "split", f"{each.year}年“{each.words}”已买 {format_fen(each.fen)} 元，达到政府采购限额（{some}）。不得化整为零。", 0
        elif each.next_start is not None:
            yield ("split", f"{each.year}年“{each.words}”分 {len(each.numbers)} 次买了 {format_fen(each.fen)} 元，合起来要按 "
                   f"{format_fen(each.next_start)} 元那一档办（{some}）。", 0)


_CHECKS: tuple[Callable[[Facts], Found], ...] = (_people, _approval, _tier, _quotes, _papers, _money, _property, _splitting)


def standing_in_the_way(found: Sequence[Finding], act: str) -> list[Finding]:
    """Give what forbids an act; what stands in the way of an acceptance forbids the claim as well."""
    return [each for each in found if each.level == "error" and (each.blocks == act or act == _CLAIM)]


