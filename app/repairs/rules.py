"""Jobs of repair as a person types them, the steps they take, and what is wrong with them; no I/O. Amounts are 分, quantities thousandths.

A job is closed only by the signature of who reported it (the paper comes back, its date and satisfaction are typed): nothing is
ever accepted because time went by.
"""

from app.core.numbering import Rule
from app.core.steps import Steps, Way, stays

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
    "use": Way("登记用料", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE)),
    "give_back": Way("退料", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ACCEPTED, WORKS, ESCALATED)),
    "pay": Way("登记费用", stays(REPORTED, ASSIGNED, WAITING, OUTSIDE, DONE, ACCEPTED)),
    "to_works": Way("转大修", {REPORTED: WORKS, ASSIGNED: WORKS, WAITING: WORKS, DONE: WORKS, ESCALATED: WORKS}),
    "escalate": Way("上报", {REPORTED: ESCALATED, ASSIGNED: ESCALATED, WAITING: ESCALATED}),
    "void": Way("作废", {REPORTED: VOIDED, ASSIGNED: VOIDED, WAITING: VOIDED, DONE: VOIDED, ESCALATED: VOIDED, WORKS: VOIDED},
                {OUTSIDE: "东西还在外面修，请先登记外修取回。", ACCEPTED: "已经验收的请先撤回验收。", VOIDED: "它已经作废了。"}),
})
"""What may be done with a job in each state: the one transition table."""
