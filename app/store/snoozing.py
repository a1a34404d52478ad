"""Putting off what wants doing until a day, with a reason; it is due again on that day. Undone like any other step."""

from dataclasses import dataclass
from datetime import date

from app.core import clock
from app.core.dues import Due, Key
from app.core.errors import Invalid, Problem
from app.store import journal
from app.store.database import database
from app.store.journal import Step
from app.store.tables import Snooze

LONGEST_DAYS = 366
SHOWN = 30      # characters of a due in the title of the step


@dataclass
class SnoozeDraft:
    """Until which day something is put off, and why."""

    until: date | None = None
    reason: str = ""


def check_snooze(draft: SnoozeDraft, today: date) -> list[Problem]:
    """Give what is wrong: no day, one that is not to come, one more than a year off; no reason."""
    problems = []
    if draft.until is None:
        problems.append(Problem("until", "请填暂缓到哪一天，到那天再提醒。"))
    elif draft.until <= today:
        problems.append(Problem("until", "请填今天以后的日期。"))
    elif (draft.until - today).days > LONGEST_DAYS:
        problems.append(Problem("until", "最多暂缓一年。"))
    if not draft.reason.strip():
        problems.append(Problem("reason", "请写明原因，以后好查。"))
    return problems


def put_off(due: Due, draft: SnoozeDraft) -> Step | None:
    """Put a due off; one that was put off before gets the new day. Raises ``Invalid`` with what is wrong."""
    problems = check_snooze(draft, clock.today())
    if problems:
        raise Invalid(problems)
    kind, table, record = due.key
    words = due.words if len(due.words) <= SHOWN else due.words[:SHOWN] + "…"
    with journal.operation(f"暂缓到 {draft.until}：{words}") as work:
        mine = (Snooze.kind == kind) & (Snooze.owner_table == table) & (Snooze.owner_id == record)
        if not Snooze.update(until=draft.until, reason=draft.reason.strip()).where(mine).execute():
            Snooze.insert(
                kind=kind, owner_table=table, owner_id=record, until=draft.until, reason=draft.reason.strip()
            ).execute()
    return work.step


def wake_all() -> Step | None:
    """Let everything that was put off be due again, as one step; None where nothing was."""
    with journal.operation("取消全部暂缓") as work:
        Snooze.delete().execute()
    return work.step


def asleep(day: date) -> frozenset[Key]:
    """Give what is put off beyond a day."""
    return frozenset(database.execute_sql(
        "SELECT kind, owner_table, owner_id FROM snooze WHERE until > ?", (day.isoformat(),)).fetchall())
