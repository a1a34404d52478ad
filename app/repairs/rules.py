"""Jobs of repair as a person types them, the steps they take, and what is wrong with them; no I/O. Amounts are 分, quantities thousandths.

A job is closed only by the signature of who reported it (the paper comes back, its date and satisfaction are typed): nothing is
ever accepted because time went by.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.core.errors import Problem
from app.core.numbering import Rule
from app.core.steps import Steps, Way, stays
from app.core.terms import chinese_day
from app.school.signing_rules import Signer

REPAIR_NUMBERS = Rule("repair", "WX", title="报修单号")
WORKS_NUMBERS = Rule("works", "DX", title="大修工程编号")
SERIES = (REPAIR_NUMBERS, WORKS_NUMBERS)

NORMAL, URGENT, EMERGENCY = URGENCIES = ("一般", "紧急", "特急")
SATISFIED, FAIR, UNSATISFIED = SATISFACTIONS = ("满意", "基本满意", "不满意")
CAUSES = ("自然损坏", "人为损坏", "老化", "其他")
SCHOOL, CLASS, PERSON = BEARERS = ("学校", "班级", "个人")

REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ACCEPTED = "reported", "assigned", "waiting", "outside", "done", "accepted"
WORKS, ESCALATED, VOIDED = "works", "escalated", "voided"
OPEN = (REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ESCALATED)
"""States in which somebody still waits for something; 转大修 is followed up with the work."""
UNDONE = (REPORTED, ASSIGNED, WAITING, OUTSIDE, ESCALATED)
"""States in which it is not mended yet."""

STEPS = Steps({REPORTED: "已报修", ASSIGNED: "已派工", WAITING: "待料", OUTSIDE: "外修", DONE: "待验收", ACCEPTED: "已完成",
               WORKS: "转大修", ESCALATED: "已上报", VOIDED: "已作废"}, {
    "edit": Way("修改", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ESCALATED), {ACCEPTED: "要改请先撤回验收。"}),
    "assign": Way("派工", {REPORTED: ASSIGNED, ASSIGNED: ASSIGNED, WAITING: ASSIGNED, ESCALATED: ASSIGNED}),
    "wait": Way("转待料", {REPORTED: WAITING, ASSIGNED: WAITING, WAITING: WAITING}),
    "send": Way("送外修", {REPORTED: OUTSIDE, ASSIGNED: OUTSIDE, WAITING: OUTSIDE, OUTSIDE: OUTSIDE}),
    "bring_back": Way("外修取回", {OUTSIDE: ASSIGNED}),
    "complete": Way("完工", {REPORTED: DONE, ASSIGNED: DONE, WAITING: DONE, OUTSIDE: DONE}),
    "rework": Way("返修", {DONE: ASSIGNED}, {ACCEPTED: "已经验收的请先撤回验收；过后又坏了，请另报一次。"}),
    # A slip that comes back signed says both: mended and accepted.
    "accept": Way("验收", {REPORTED: ACCEPTED, ASSIGNED: ACCEPTED, WAITING: ACCEPTED, OUTSIDE: ACCEPTED, DONE: ACCEPTED},
                  {ACCEPTED: "它已经验收了。"}),
    "take_back": Way("撤回验收", {ACCEPTED: DONE}),
    "dispose": Way("标为待报废", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE)),
    "use": Way("登记用料", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE)),
    "give_back": Way("退料", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ACCEPTED, WORKS, ESCALATED)),
    "pay": Way("登记费用", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ACCEPTED)),
    "to_works": Way("转大修", {REPORTED: WORKS, ASSIGNED: WORKS, WAITING: WORKS, DONE: WORKS, ESCALATED: WORKS}),
    "escalate": Way("上报", {REPORTED: ESCALATED, ASSIGNED: ESCALATED, WAITING: ESCALATED}),
    "void": Way("作废", {REPORTED: VOIDED, ASSIGNED: VOIDED, WAITING: VOIDED, DONE: VOIDED, ESCALATED: VOIDED, WORKS: VOIDED},
                {OUTSIDE: "东西还在外面修，请先登记外修取回。", ACCEPTED: "已经验收的请先撤回验收。", VOIDED: "它已经作废了。"}),
})
"""What may be done with a job in each state: the one transition table."""

LONGEST, LONGEST_NAME, MOST_PIECES = 200, 60, 100_000
MOST_MINUTES = 60 * 24 * 60     # of work on one job: sixty days without a pause


@dataclass(frozen=True, slots=True)
class RepairDraft:
    """A job as somebody reports it. ``category`` "" is guessed from the words, ``due_on`` None follows from the urgency.

    ``by_office``: the office found it itself, the room's keeper accepts it. ``assets`` are cards with how many pieces of each.
    ``plan`` and ``stocktake_line`` say what it came of.
    """

    reported_on: date | None = None
    place: int | None = None
    place_words: str = ""
    what: str = ""
    category: str = ""
    urgency: str = NORMAL
    reporter: int | None = None
    reporter_name: str = ""
    phone: str = ""
    school_class: int | None = None
    department: int | None = None
    by_office: bool = False
    self_mended: bool = False
    due_on: date | None = None
    cause: str = ""
    bearer: str = SCHOOL
    bearer_words: str = ""
    remark: str = ""
    assets: tuple[tuple[int, int], ...] = ()
    plan: int | None = None
    stocktake_line: int | None = None


@dataclass(frozen=True, slots=True)
class CompletionDraft:
    """What was done: ``minutes`` of work, ``arrived_on`` where somebody noted it."""

    done_on: date | None = None
    treatment: str = ""
    cause: str = ""
    minutes: int | None = None
    arrived_on: date | None = None


@dataclass(frozen=True, slots=True)
class AcceptDraft:
    """What the signed slip says. ``acceptor`` None: who reported the job, of the office's own jobs the room's keeper.

    ``done_on`` (None: the day of acceptance) and ``treatment`` are for a job whose completion was not typed before.
    """

    accepted_on: date | None = None
    satisfaction: str = ""
    acceptor: Signer | None = None
    done_on: date | None = None
    treatment: str = ""


_URGENT_MARKS = {"": NORMAL, "急": URGENT, "!": EMERGENCY, "！": EMERGENCY, **{word: word for word in URGENCIES}}


def urgency_of(mark: str) -> str:
    """Give the urgency that a mark stands for (急, !, or the word itself; nothing is 一般); "" for any other."""
    return _URGENT_MARKS.get(mark.strip(), "")


def check_repair(draft: RepairDraft, today: date, categories: Collection[str]) -> list[Problem]:
    """Give everything wrong with a job as it is reported; a day long past is right, one to come is not."""
    problems = check_day("reported_on", "报修日期", draft.reported_on, today)
    if draft.place is None and not draft.place_words.strip():
        problems.append(Problem("place", "请填写地点。"))
    if not draft.what.strip():
        problems.append(Problem("what", "请写明什么坏了。"))
    if draft.reporter is None and not draft.reporter_name.strip() and not draft.by_office:
        problems.append(Problem("reporter", "请填写报修人；总务处自己发现的，请勾选“总务处自报”。"))
    for key, title, word, words in (("urgency", "紧急程度", draft.urgency, URGENCIES), ("bearer", "费用承担", draft.bearer, BEARERS),
                                    ("cause", "故障原因", draft.cause, ("", *CAUSES)), ("category", "类别", draft.category, ("", *categories))):
        if word not in words:
            problems.append(Problem(key, f"{title}没有“{word[:20]}”这一种，请选：{'、'.join(filter(None, words))}。"))
    if draft.due_on and draft.reported_on and draft.due_on < draft.reported_on:
        problems.append(Problem("due_on", "约定完成日期早于报修日期，请核对。"))
    if len({asset for asset, _ in draft.assets}) < len(draft.assets):
        problems.append(Problem("assets", "同一张卡片选了两次，请合成一行。"))
    if any(not 0 < pieces <= MOST_PIECES for _, pieces in draft.assets):
        problems.append(Problem("assets", "件数应大于 0。"))
    return problems + check_words(what=draft.what, place_words=draft.place_words, bearer_words=draft.bearer_words, remark=draft.remark) + (
        check_words(LONGEST_NAME, reporter_name=draft.reporter_name, phone=draft.phone))


def check_words(longest: int = LONGEST, **words: str) -> list[Problem]:
    """Say which texts are too long."""
    return [Problem(key, f"共 {len(text.strip())} 个字，太长了，最多 {longest} 个字，请缩短。") for key, text in words.items()
            if len(text.strip()) > longest]


def check_day(key: str, title: str, day: date | None, today: date, floor: tuple[str, date] | None = None, needed: bool = True) -> list[Problem]:
    """Check a day that has been: there where it is needed, not to come, not before ``floor`` (what that was, its day)."""
    if day is None:
        return [Problem(key, f"请填写{title}。")] if needed else []
    if day > today:
        return [Problem(key, f"{title} {day.isoformat()} 还没有到，请改正。")]
    if floor and day < floor[1]:
        return [Problem(key, f"{title} {day.isoformat()} 早于{floor[0]}（{chinese_day(floor[1])}），请核对。")]
    return []


def check_order(days: Mapping[str, date | None]) -> str:
    """Say which day of a job comes before the one that must stand before it, "" where all are in order.

    ``days`` are by key of ``ORDERED``; those that nobody noted are left out.
    """
    known = [(ORDERED[key], day) for key in ORDERED if (day := days.get(key)) is not None]
    for (before, first), (after, second) in zip(known, known[1:], strict=False):
        if second < first:
            return f"{after} {second.isoformat()} 早于{before} {first.isoformat()}，请核对。"
    return ""


ORDERED: Mapping[str, str] = {"reported_on": "报修日期", "assigned_on": "派工日期", "arrived_on": "到场日期", "first_done_on": "首次完工日期",
                              "done_on": "完工日期", "accepted_on": "验收日期"}
"""The days of a job in the order in which they can only come."""


def check_completion(draft: CompletionDraft, today: date, floor: tuple[str, date]) -> list[Problem]:
    """Check what was done: its day not before ``floor``, the arrival between the two."""
    problems = check_day("done_on", "完工日期", draft.done_on, today, floor)
    problems += check_day("arrived_on", "到场日期", draft.arrived_on, today, floor, needed=False)
    if draft.arrived_on and draft.done_on and draft.arrived_on > draft.done_on:
        problems.append(Problem("arrived_on", "到场日期晚于完工日期，请核对。"))
    if draft.cause not in ("", *CAUSES):
        problems.append(Problem("cause", f"故障原因请选：{'、'.join(CAUSES)}。"))
    if draft.minutes is not None and not 0 <= draft.minutes <= MOST_MINUTES:
        problems.append(Problem("minutes", "工时请填 0 以上的分钟数。"))
    return problems + check_words(treatment=draft.treatment)


def check_accept(draft: AcceptDraft, today: date) -> list[Problem]:
    """Check what the signed slip says, as far as it is the same for every job."""
    problems = check_day("accepted_on", "验收日期", draft.accepted_on, today)
    if draft.satisfaction not in ("", *SATISFACTIONS):
        problems.append(Problem("satisfaction", f"满意度请选：{'、'.join(SATISFACTIONS)}；没有填的空着。"))
    return problems + check_words(treatment=draft.treatment)
