"""What comes next with a term's fees, what stands in its way, and what wants doing in all terms that are not closed."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from app.core.dues import PLAIN, WARNING, Due, Next
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.board import checking, current, frozen
from app.fees.board import commands as publicity
from app.fees.board import queries as boards
from app.fees.board.rules import RULES, Finding
from app.fees.letters import queries as letters
from app.fees.money import progress
from app.fees.money import queries as money
from app.fees.money.facts import Facts
from app.fees.plan import queries as plans
from app.fees.rules import PlanRow

_TITLES = {rule.key: rule.title for rule in RULES}
# What is said of the commonest trouble; of any other its rule's title and how often.
_SAID = {"no_basis": "{} 项没有依据文号", "above_standard": "{} 处超过规定标准", "changed": "{} 处公示以后有变动",
         "no_slip": "{} 项自愿收费没有回执", "no_items": "一项金额也没有填"}


def next_step(plan: PlanRow, day: date) -> Next:
    """Say what comes next with a term's fees, and the way there: a step's key, after a colon an act of it."""
    return _NEXT[plan.state](plan, day)


def dues(day: date) -> Iterator[Due]:
    """Give what comes next in each term whose fees are not closed, and the slips that should have come back."""
    for plan in plans.plans():
        if plan.state == rules.CLOSED:
            continue
        following = next_step(plan, day)
        if following.act:
            late = plan.allows("settle") and plan.ends_on < day
            words = f"{plan.term_title}{'已经结束，' if late else ''}收费：{following.text}"
            yield Due("fees/next", words, f"fees:{following.act}", following.words, WARNING if late else following.tone,
                      following.day, "fee_plan", plan.id)
        yield from _slips(plan, day)


def trouble(findings: Sequence[Finding]) -> str:
    """Say the errors in a few words: 2 项没有依据文号、1 处超过规定标准."""
    count = Counter(each.rule for each in findings if each.level == "error")
    said = [_SAID.get(rule, f"{_TITLES.get(rule, rule)}（{{}} 处）").format(times) for rule, times in count.most_common(3)]
    return "、".join(said) + (" 等" if len(count) > 3 else "")


def _slips(plan: PlanRow, day: date) -> Iterator[Due]:
    """Give the letters whose slips should have come back by now."""
    if not plan.allows("answer"):
        return
    for letter in letters.letters(plan.term_id):
        if letter.slip and letter.printed_on and letter.due_on and letter.due_on < day:
            missing = sum(each.pupils - each.returned for each in letters.reply_counts(letter.id))
            if missing:
                words = f"“{letters.heading(letter)}”的回执应在{chinese_day(letter.due_on)}收齐，还有 {missing:,} 人没有交。"
                yield Due(
                    "fees/slips",
                    words,
                    f"fees:replies:letter{letter.id}",
                    "去催收",
                    WARNING,
                    letter.due_on,
                    "fee_plan",
                    plan.id,
                    missing,
                )


def _draft(plan: PlanRow, _day: date) -> Next:
    if not plans.plan_items(plan.id):
        return Next("还没有收费项目。请添加项目并填写各年级的金额，没有的年级留空。", "plan:new", "加项目")
    found = publicity.standing_in_the_way(plan.id)
    said = trouble(found)
    if said:
        return Next(f"还有 {said}，公示前要改好。", "plan:check", "去看")
    reminders = f"检查通过，有 {len(found)} 条提醒。" if found else "检查通过。"
    return Next(f"{reminders}可以打印公示表张贴，并登记公示了。", "publicity:post", "去公示")


def _letters(plan: PlanRow) -> tuple[str, str]:
    """Give the way to the letters and its words: printing the one about fees, until it went out."""
    notice = letters.latest("fee-notice", plan.term_id)
    if notice is None or notice.printed_on is None:
        return "letters:notice", "印收费告家长书"
    return "letters", "看告家长书"


def _posted(plan: PlanRow, day: date) -> Next:
    hangs = boards.hanging(plan.id)
    if hangs is None:
        return Next("公示已撤下。请重新公示，期满后才能收费。", "publicity:post", "去公示", WARNING)
    changed = frozen.changes(hangs.content, current.content_now(plan.id))
    if changed:
        return Next(f"公示以后方案改了 {len(changed)} 处，要发布新版本替换正在公示的第{hangs.version}版。", "publicity:replace",
                    "换新版", WARNING)
    since, ready = checking.public_since(plan.id), publicity.collectable_on(plan.id)
    if since and ready and day < ready:
        return Next(f"{chinese_day(since)}起公示，还有 {(ready - day).days} 天满期，{chinese_day(ready)}起可以收费。"
                    "这几天可以印发告家长书、收回执。", *_letters(plan), PLAIN, ready)
    found = checking.findings(plan.id, "collect")
    said = trouble(found)
    if {each.rule for each in found if each.level == "error"} == {"no_slip"}:
        return Next(f"公示已满期，还有 {said}：要先印发告家长书，逐项征求意见。", *_letters(plan), WARNING)
    if said:
        return Next(f"公示已满期，还有 {said}，收费前要改好。", "plan:check", "去看", WARNING)
    if plan.collect_from and day < plan.collect_from:
        return Next(f"公示已满期，定于{chinese_day(plan.collect_from)}开始收费。这几天可以印发告家长书、收回执。", *_letters(plan),
                    PLAIN, plan.collect_from)
    return Next("公示已满期，可以开始收费了。", "publicity:collect", "开始收费", WARNING, plan.collect_from)


def _collecting(plan: PlanRow, day: date) -> Next:
    hangs = boards.hanging(plan.id)
    changed = frozen.changes(hangs.content, current.content_now(plan.id)) if hangs else []
    if changed:
        return Next(f"公示以后方案改了 {len(changed)} 处，要发布新版本公示。", "publicity:replace", "换新版", WARNING)
    facts = Facts(plan.id)
    classes = progress.by_class(plan.id, facts)
    charged, paid, owed, debtors = (sum(getattr(each, what) for each in classes)
                                    for what in ("charged", "paid", "owed", "debtors"))
    if owed:
        over = plan.collect_until is not None and plan.collect_until < day
        return Next(f"应收 {format_fen(charged)} 元，已收 {format_fen(paid)} 元，还有 {debtors} 人欠缴 {format_fen(owed)} 元。",
                    "collection", "去登记收费", WARNING if over else PLAIN, plan.collect_until)
    doubts = money.doubts(facts)
    if doubts:
        return Next(f"费用已收齐。{doubts[0]}", "spending", "去登记票据", PLAIN, plan.ends_on)
    return Next("费用已收齐，票据已登记。期末核对无误后可以结算。", "settlement", "去结算", PLAIN, plan.ends_on)


def _settled(plan: PlanRow, _day: date) -> Next:
    facts = Facts(plan.id)
    wrong = money.problems(facts)
    if wrong:
        return Next(wrong[0], "settlement", "去看", WARNING)
    back = [fen for fen in money.open_balances(facts).values() if fen > 0]
    said = [*([f"{len(back)} 人应退 {format_fen(sum(back))} 元"] if back else []), *money.owing_words(facts)]
    if said:
        return Next(f"已结算，还有 {'、'.join(said)}没有办。请打印清退签领表发放并登记。", "settlement", "去清退")
    if not boards.publications(plan.id, boards.ABOUT_SETTLEMENT):
        return Next("已结算、清退完毕。请公示收支情况，然后结账。", "publicity:settlement", "公示结算")
    return Next("已结算、清退完毕并公示，可以结账了。", "settlement", "去结账")


def _closed(plan: PlanRow, _day: date) -> Next:
    day = chinese_day(plan.closed_on) if plan.closed_on else ""
    return Next(f"这个学期的收费已在{day}结账，只能查看和打印。")


_NEXT = {
    rules.DRAFT: _draft,
    rules.POSTED: _posted,
    rules.COLLECTING: _collecting,
    rules.SETTLED: _settled,
    rules.CLOSED: _closed,
}
