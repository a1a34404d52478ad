"""The list of jobs as the window shows it, and how many wait for what. It names people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.columns import Column, Kind
from app.repairs import calendar, rules
from app.school import queries as school
from app.store.database import database
from app.store.listing import Sql, TableList

ASSIGN, WAITING, ACCEPT, LATE = CHIPS = ("assign", "waiting", "accept", "late")
CHIP_TITLES: Mapping[str, str] = {ASSIGN: "待派", WAITING: "待料外修", ACCEPT: "待验收", LATE: "超时"}

COLUMNS: tuple[Column, ...] = (
    Column("number", "报修单号", Kind.CODE, 27),
    Column("reported_on", "报修日期", Kind.DAY, 20, names=("日期", "报修时间", "申报日期", "登记日期")),
    Column("place", "地点", Kind.TEXT, 34, names=("报修地点", "位置", "维修地点", "房间", "详细地点")),
    Column("what", "报修内容", Kind.TEXT, 50, names=("内容", "故障描述", "问题描述", "维修内容", "维修项目", "项目", "故障现象")),
    Column("category", "类别", Kind.CHOICE, 18, names=("报修类别", "维修类别", "分类")),
    Column("urgency", "紧急程度", Kind.CHOICE, 16, names=("紧急", "缓急")),
    Column("reporter", "报修人", Kind.TEXT, 18, person=True, names=("申报人", "联系人", "报修老师", "申请人")),
    Column("unit", "班级、部门", Kind.TEXT, 24),
    Column("state", "状态", Kind.CHOICE, 16),
    Column("workers", "维修人", Kind.TEXT, 24, names=("维修人员", "维修工", "修理人")),
    Column("due_on", "约定完成", Kind.DAY, 20),
    Column("late", "超时（天）", Kind.WHOLE, 16),
    Column("waiting", "待料、外修的原因", Kind.TEXT, 34),
    Column("done_on", "完工日期", Kind.DAY, 20, names=("完成日期", "维修日期", "修复日期", "完成时间", "维修时间")),
    Column("accepted_on", "验收日期", Kind.DAY, 20, names=("确认日期", "签字日期")),
    Column("satisfaction", "满意度", Kind.CHOICE, 16, names=("评价",)),
    Column("cost", "费用（元）", Kind.MONEY, 22, total=True),
    Column("rework", "返修次数", Kind.WHOLE, 16, shown=False),
    Column("acceptor", "验收人", Kind.TEXT, 18, person=True, shown=False),
    Column("treatment", "处理措施", Kind.TEXT, 40, shown=False, names=("处理结果", "维修情况", "维修结果", "处理情况")),
    Column("cause", "故障原因", Kind.CHOICE, 18, shown=False, names=("原因",)),
    Column("vendor", "维修单位", Kind.TEXT, 30, shown=False, names=("外修单位",)),
    Column("minutes", "工时（分钟）", Kind.WHOLE, 18, shown=False),
    Column("assigned_on", "派工日期", Kind.DAY, 20, shown=False),
    Column("first_done_on", "首次完工", Kind.DAY, 20, shown=False),
    Column("bearer", "费用承担", Kind.CHOICE, 16, shown=False),
    Column("phone", "联系电话", Kind.CODE, 24, shown=False, names=("电话", "手机")),
    Column("remark", "备注", Kind.TEXT, 30, shown=False),
    Column("void", "作废", Kind.TEXT, 30, shown=False),
)

_STATE = "CASE r.state " + " ".join(f"WHEN '{state}' THEN '{word}'" for state, word in rules.STEPS.words.items()) + " END"
_WORKERS = """(SELECT group_concat(name, '、') FROM (SELECT coalesce(w.name, k.name) AS name FROM repair_worker k
    LEFT JOIN person w ON w.id = k.person_id WHERE k.repair_id = r.id ORDER BY k.position))"""
_UNDONE = ", ".join(f"'{state}'" for state in rules.UNDONE)
# What a part cost, 分: of the store's goods what their issue cost less what came back; a 价差 of the issue is of its receipt.
PART_FEN = """iif(t.movement IS NULL, t.fen, coalesce((SELECT -m.fen - coalesce((
    SELECT sum(b.fen) FROM stock_movement b WHERE b.origin_id = m.id AND b.kind = '退库' AND b.stands), 0)
    FROM stock_movement m WHERE m.id = t.movement AND m.stands), 0))"""
COST = f"""(coalesce((SELECT sum({PART_FEN}) FROM repair_part t WHERE t.repair_id = r.id AND t.voided_on IS NULL), 0)
    + coalesce((SELECT sum(s.fen) FROM repair_share s WHERE s.repair_id = r.id AND s.voided_on IS NULL), 0))"""


def _chip(value: Any) -> Sql:
    """Narrow to what waits for one thing: 待派, 待料外修, 待验收, 超时."""
    if value == LATE:
        return f"r.state IN ({_UNDONE}) AND r.due_on < ?", [clock.today().isoformat()]
    states = {ASSIGN: (rules.REPORTED,), WAITING: (rules.WAITING, rules.OUTSIDE), ACCEPT: (rules.DONE,)}[value]
    return f"r.state IN ({', '.join('?' * len(states))})", states


def _below(place: Any) -> Sql:
    return "p.rank >= ? AND p.rank < ?", school.rank_range(int(place))


def _period(value: Any) -> Sql:
    """Narrow to jobs reported in a time: 2026, 2026-11, or (first, last) with both counted in."""
    if isinstance(value, str):
        return "substr(r.reported_on, 1, length(?)) = ?", [value, value]
    first, last = value
    return "r.reported_on BETWEEN ? AND ?", [first.isoformat(), last.isoformat()]


@dataclass(frozen=True)
class RepairList(TableList):
    """A ``TableList`` of jobs that knows how many working days each open one is late today."""

    def value(self, key: str) -> str:
        """Give the expression of a column's value; that of ``late`` is worked out from the calendar."""
        return _late() if key == "late" else super().value(key)


def _late() -> str:
    """Give how many working days an open job is past its day: worked out once for each such day, there are few."""
    today = clock.today()
    days = [day for (day,) in database.execute_sql(
        f"SELECT DISTINCT due_on FROM repair WHERE state IN ({_UNDONE}) AND due_on < ?", (today.isoformat(),)).fetchall()]
    if not days:
        return "NULL"
    office = calendar.office_days()
    cases = " ".join(f"WHEN '{day}' THEN {office.open_days(date.fromisoformat(day), today)}" for day in days)
    return f"iif(r.state IN ({_UNDONE}), CASE r.due_on {cases} END, NULL)"


REPAIRS = RepairList(
    COLUMNS, "repair r",
    {"p": "LEFT JOIN place p ON p.id = r.place_id", "n": "LEFT JOIN person n ON n.id = r.reporter_id",
     "c": "LEFT JOIN school_class c ON c.id = r.school_class_id", "d": "LEFT JOIN department d ON d.id = r.department_id",
     "a": "LEFT JOIN person a ON a.id = r.acceptor_id"},
    {"place": "trim(coalesce(p.path, '') || ' ' || r.place_words)", "reporter": "coalesce(n.name, r.reporter_name)",
     "unit": "coalesce(c.name, d.name, '')", "state": _STATE, "workers": _WORKERS, "waiting": "r.waiting_reason", "cost": f"nullif({COST}, 0)",
     "rework": "nullif(r.rework, 0)", "minutes": "nullif(r.minutes, 0)", "acceptor": "coalesce(a.name, r.acceptor_name)",
     "void": "iif(r.voided_on IS NULL, '', r.voided_on || ' ' || r.void_reason)"},
    {"place": ("p.rank", "r.place_words"), "unit": ("c.grade", "c.number", "d.position")},
    ("r.reported_on DESC", "r.number DESC"),
    words=f"""instr(r.keys || ' ' || lower(r.number) || ' ' || coalesce(p.keys, '') || ' ' || coalesce(n.keys, '') || ' '
        || coalesce(c.keys, '') || ' ' || folded(coalesce({_WORKERS}, '') || ' ' || r.vendor || ' ' || r.treatment), ?)""",
    filters={
        "chip": _chip, "place": _below, "category": "r.category = ?", "period": _period, "state": f"{_STATE} = ?", "urgency": "r.urgency = ?",
        "school_class": "r.school_class_id = ?", "person": "r.reporter_id = ?",
        "worker": "r.id IN (SELECT repair_id FROM repair_worker WHERE person_id = ?)",
        "asset": "r.id IN (SELECT repair_id FROM repair_asset WHERE asset = ?)", "plan": "r.plan_id = ?", "works": "r.works_id = ?"},
    fen=f"iif(r.voided_on IS NULL, {COST}, 0)", uncounted="void")
"""Jobs, the latest first; found by their words, place, people, vendor and number (拼音 too).

Filters: ``chip`` (one of ``CHIPS``), ``place`` (with all below it), ``category``, ``period`` (2026, 2026-11 or two days), ``state``,
``urgency``, ``school_class``, ``person`` (who reported), ``worker``, ``asset``, ``plan``, ``works`` (ids)."""


def chips(day: date) -> Mapping[str, int]:
    """Give how many jobs wait for what on a day, by key of ``CHIP_TITLES``, none missing."""
    found = database.execute_sql(
        f"""SELECT sum(state = '{rules.REPORTED}'), sum(state IN ('{rules.WAITING}', '{rules.OUTSIDE}')), sum(state = '{rules.DONE}'),
                   sum(state IN ({_UNDONE}) AND due_on < ?) FROM repair WHERE state NOT IN ('{rules.ACCEPTED}', '{rules.VOIDED}', '{rules.WORKS}')""",
        (day.isoformat(),)).fetchone()
    return {key: int(count or 0) for key, count in zip(CHIPS, found, strict=True)}


def years() -> Sequence[str]:
    """Give the calendar years in which jobs were reported, the latest first."""
    return [year for (year,) in database.execute_sql("SELECT DISTINCT substr(reported_on, 1, 4) FROM repair ORDER BY 1 DESC").fetchall()]
