"""How far a purchase is, step by step, and what comes next: the strip over its page, the dues on 首页, ``purchase show``."""

from dataclasses import dataclass
from datetime import date

from app.core.dues import PLAIN, WARNING, Next
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.purchasing import checking, paying, queries, rules
from app.purchasing.findings import Finding
from app.purchasing.queries import LineRow, PurchaseRow
from app.purchasing.tiers import CONTRACT, NOTICE, REPLY, tier_of

DONE, NOW, BLOCKED, WAITS, SPARED = "done", "now", "blocked", "waits", "spared"
STEPS = (("request", "请购"), ("approval", "审批"), ("quotes", "询价议标"), ("contract", "合同"), ("acceptance", "验收"),
         ("intake", "入库建卡"), ("papers", "发票"), ("claim", "报销"), ("notice", "公示"))
"""The steps of the chain in their order: key and title."""


@dataclass(frozen=True, slots=True)
class StepState:
    """One step of the chain: ``state`` is done, now (comes next), blocked, waits, or spared where its tier asks for none.

    ``facts`` say in a few words what there is of it; ``why`` what stands in its way.
    """

    key: str
    title: str
    state: str
    facts: str = ""
    why: str = ""


@dataclass(frozen=True)
class Strip:
    """All steps of one purchase, what comes next, and everything that was found."""

    steps: tuple[StepState, ...]
    next: Next
    findings: tuple[Finding, ...]


def strip(identity: int) -> Strip:
    """Give the strip of a purchase."""
    row, lines = queries.purchase(identity), queries.lines(identity)
    found = checking.findings(identity)
    states = _states(row, lines, found)
    return Strip(tuple(states), _next(row, states, found), tuple(found))


def _states(row: PurchaseRow, lines: list[LineRow], found: list[Finding]) -> list[StepState]:
    facts = checking.facts(row)
    tier = tier_of(checking.all_tiers(), row.kind, facts.fen)
    forbids = {act: next((each.text for each in found if each.level == "error" and each.blocks == act), "") for act in ("accept", "claim")}
    taken = queries.intakes(row.id)
    left = sum(each.left for each in queries.accepted_lines(row.id)) if row.kind == rules.GOODS else 0
    papers = paying.shares(row.id)
    open_claims = [each for each in papers if each.claim is None]
    accepted = facts.accepted_on is not None
    quoted = bool(facts.quotes) and all(each.price is not None for each in facts.awards)
    made: list[tuple[str, bool, bool, str, str]] = [   # key, done, spared, facts, why
        ("request", True, False, f"{len(lines)} 行 {format_fen(facts.fen)} 元", ""),
        ("approval", row.approved_on is not None, False, _approved(row, facts.accepted_on),
         _said(found, "no_reply") if REPLY in tier.papers and not row.reply_no else ""),
        ("quotes", quoted, not tier.quotes and not facts.quotes, f"{facts.quotes} 家" if facts.quotes else "",
         _said(found, "few_quotes", "no_award", "few_askers", "not_lowest")),
        ("contract", bool(facts.contracts), CONTRACT not in tier.papers and not facts.contracts, f"{facts.contracts} 份" if facts.contracts else "",
         _said(found, "no_contract")),
        ("acceptance", accepted and facts.whole, False, _accepted(facts.accepted, accepted, facts.whole), forbids["accept"]),
        ("intake", accepted and not left, row.kind != rules.GOODS, f"{len(taken)} 笔" if taken else "", ""),
        ("papers", facts.invoiced is not None and facts.invoiced == facts.accepted or bool(facts.invoiced and row.differs_reason), False,
         f"{format_fen(facts.invoiced)} 元" if facts.invoiced is not None else "", _said(found, "unpaid_for")),
        ("claim", bool(papers) and not open_claims, False, "、".join(dict.fromkeys(each.claim_no for each in papers if each.claim_no)),
         forbids["claim"] if papers else ""),
        ("notice", bool(facts.notices), NOTICE not in tier.papers and not facts.notices, "", _said(found, "no_notice")),
    ]
    titles = dict(STEPS)
    states, came = list[StepState](), False
    for key, done, spared, words, why in made:
        state = DONE if done else SPARED if spared else WAITS if came else BLOCKED if why and key in ("acceptance", "claim") else NOW
        came = came or state in (NOW, BLOCKED)
        states.append(StepState(key, titles[key], state, words, "" if done and key != "quotes" else why))
    return states


def _said(found: list[Finding], *keys: str) -> str:
    return next((each.text for each in found if each.rule in keys), "")


def _approved(row: PurchaseRow, accepted_on: date | None) -> str:
    late = "（补办）" if rules.late(row.approved_on, accepted_on) else ""
    return f"{chinese_day(row.approved_on)}{late}" if row.approved_on else late.strip("（）")


def _accepted(fen: int, accepted: bool, whole: bool) -> str:
    return "" if not accepted else f"{format_fen(fen)} 元" if whole else f"部分到货 {format_fen(fen)} 元"


_WAYS = {
    "approval": ("等待审批。批下来以后请登记批准日期。", "approve", "登记审批"), "quotes": ("要询价、议标并定标。", "quotes", "登记报价"),
    "contract": ("要签合同。", "contract", "登记合同"), "acceptance": ("到货以后请验收。", "accept", "去验收"),
    "intake": ("验收的东西还没有入库、建卡。", "take_in", "入库建卡"), "papers": ("还没有发票。", "paper", "登记发票"),
    "claim": ("可以报销了。", "claim", "去报销"), "notice": ("要公示采购结果。", "post", "去公示"),
}


# Where what stands in the way is mended, where that is not the act itself: by the rule that says so.
_MENDED = {
    **dict.fromkeys(("no_reply", "no_meeting"), ("approve", "去填批复号、会议纪要号")),
    **dict.fromkeys(("few_buyers", "government"), ("edit", "修改请购")),
    **dict.fromkeys(("few_quotes", "few_askers", "no_award", "not_lowest"), ("quotes", "登记报价")),
    "no_contract": ("contract", "登记合同"), "unpaid_for": ("paper", "登记发票"),
}


def _next(row: PurchaseRow, states: list[StepState], found: list[Finding]) -> Next:
    """Say what comes next; what blocks it stands before the way."""
    if row.state == rules.VOIDED:
        return Next(f"这次采购已经作废：{row.void_reason}")
    if row.state == rules.REFUSED:
        return Next("没有批准。要重新报批请“重新打开”。")
    step = next((each for each in states if each.state in (NOW, BLOCKED)), None)
    if step is None:
        said = next((each.text for each in found), "")
        return Next(f"已经办完。{said}" if said else "已经办完，可以打印采购档案。", tone=WARNING if said else PLAIN)
    text, act, words = _WAYS[step.key]
    if step.why:
        rule = next((each.rule for each in found if each.text == step.why), "")
        return Next(step.why, *_MENDED.get(rule, (act, words)), WARNING)
    if step.key == "acceptance" and step.facts:
        text = f"{step.facts}，余下的还没有到。到了请再验收，不来了请了结。"
    if step.key == "papers" and step.facts:
        text = f"已登记发票 {step.facts}，与验收金额还不一致。"
    return Next(text, act, words)
