"""The steps of jobs of repair: each verb is one operation and one step of undo, for one job or for several at once.

What is wrong with several is told at once, ``Problem.row`` is the job. A card that goes out for repair (送修) and comes back is
written in the same step (``away``).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, joined, require_valid
from app.repairs import away, intake, queries, rules
from app.repairs.queries import RepairRow
from app.repairs.rules import STEPS, AcceptDraft, CompletionDraft, RepairDraft
from app.repairs.tables import Repair, RepairEvent, RepairWorker
from app.school.signing_rules import Signer, given, names
from app.school.signing_rules import same as same_people
from app.store import journal, voiding
from app.store.database import scalar
from app.store.journal import Step

_MOST_NAMED = 3


def edit(identity: int, draft: RepairDraft) -> Step | None:
    """Write what was reported anew; its day of promise follows the urgency where the draft has none.

    ``Invalid`` where a later step would come before the report; ``Refused`` once it was accepted, and where cards would change
    while they are out for repair.
    """
    row = queries.repair(identity)
    with journal.operation(f"修改报修 {row.number}") as work:
        row.after("edit")
        before = {card.asset: card.pieces for card in queries.cards(identity)}
        if row.state == rules.OUTSIDE and dict(draft.assets) != before:
            raise Refused(f"报修 {row.number} 的东西还在外面修，卡片不能换。请先登记外修取回。")
        changed = tuple((asset, pieces) for asset, pieces in draft.assets if before.get(asset) != pieces)
        problems = intake.check(replace(draft, assets=changed, stocktake_line=None), needs_reporter=bool(row.reporter) or row.by_office)
        first = scalar("SELECT min(dated_on) FROM repair_event WHERE repair_id = ?", (identity,))
        days = {key: getattr(row, key) for key in rules.ORDERED} | {"reported_on": draft.reported_on}
        wrong = rules.check_order(days)
        if not wrong and draft.reported_on and first and first < draft.reported_on.isoformat():
            wrong = f"报修日期 {draft.reported_on.isoformat()} 晚于已经登记的步骤（{first}），请核对。"
        require_valid([*problems, *([Problem("reported_on", wrong)] if wrong else [])])
        Repair.update(**intake.values_of(draft)).where(Repair.id == identity).execute()
        intake.write_assets(identity, draft.assets)
    return work.step


def assign(identities: Collection[int], day: date | None, workers: Sequence[Signer], vendor: str = "") -> Step:
    """Send workers of the school, or a vendor, to jobs; doing it again names others. The first completion keeps the day it was assigned."""
    who = given(workers)

    def check(row: RepairRow) -> list[Problem]:
        return rules.check_day("day", "派工日期", day, clock.today(), _floor(row, assigned=False))

    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, vendor=vendor.strip(), waiting_reason="", **({} if row.first_done_on else {"assigned_on": day}))
        RepairWorker.delete().where(RepairWorker.repair == row.id).execute()
        for at, each in enumerate(who):
            RepairWorker.insert(repair=row.id, position=at, person=each.person, name="" if each.person else each.name.strip()).execute()
        return "、".join(filter(None, (names(queries.workers(row.id)), vendor.strip())))

    wrong = rules.check_words(vendor=vendor)
    if not who and not vendor.strip():
        wrong.append(Problem("workers", "请选择维修人，或填写维修单位。"))
    if any(same_people([each], who[at + 1:]) for at, each in enumerate(who)):
        wrong.append(Problem("workers", "同一个维修人选了两次。"))
    return _take(identities, "assign", day, check, write, wrong)


def wait(identities: Collection[int], day: date | None, reason: str) -> Step:
    """Note that material is awaited, and which; the days go on counting."""
    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, waiting_reason=reason.strip())
        return reason.strip()

    return _take(identities, "wait", day, lambda row: rules.check_day("day", "日期", day, clock.today(), _floor(row)), write,
                 _needed("reason", "请写明等什么材料、为什么等。", reason))


def send(identity: int, day: date | None, vendor: str, reason: str = "") -> Step:
    """Send a job's things out for repair (外修): their cards become 送修 in the same step."""
    def write(row: RepairRow, state: str) -> str:
        first = {} if row.first_done_on or row.assigned_on else {"assigned_on": day}
        _change(row, state=state, vendor=vendor.strip(), waiting_reason=reason.strip(), **first)
        return "；".join(filter(None, (vendor.strip(), reason.strip(), away.send(row.id))))[:rules.LONGEST * 2]

    wrong = _needed("vendor", "请填写送到哪个单位修。", vendor) + rules.check_words(reason=reason)
    return _take([identity], "send", day, lambda row: rules.check_day("day", "送修日期", day, clock.today(), _floor(row)), write, wrong)


def bring_back(identity: int, day: date | None) -> Step:
    """Note that things came back from outside: their cards are what they were, in the same step. The job is still to be completed."""
    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, waiting_reason="")
        away.bring_back(row.id)
        return row.vendor

    return _take([identity], "bring_back", day, lambda row: rules.check_day("day", "取回日期", day, clock.today(), _floor(row)), write)


def complete(identities: Collection[int], draft: CompletionDraft) -> Step:
    """Note that jobs are mended; what was outside is back. From then on they wait for who signs.

    What the draft leaves open stays as it stands; the first completion of a job stays when it comes back later.
    """
    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, **_completion(row, draft))
        away.bring_back(row.id)
        return draft.treatment.strip()

    return _take(identities, "complete", draft.done_on, lambda row: rules.check_completion(draft, clock.today(), _floor(row)), write)


def _completion(row: RepairRow, draft: CompletionDraft) -> dict[str, Any]:
    values: dict[str, Any] = {"done_on": draft.done_on, "waiting_reason": ""}
    if row.first_done_on is None:
        values |= {"first_done_on": draft.done_on, "arrived_on": draft.arrived_on}
    values |= {key: text for key in ("treatment", "cause") if (text := getattr(draft, key).strip())}
    return values if draft.minutes is None else values | {"minutes": draft.minutes}


def rework(identity: int, day: date | None, reason: str) -> Step:
    """Let a job that was not mended well go back to its workers (返修): counted, its first completion stays."""
    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, rework=row.rework + 1, done_on=None)
        return reason.strip()

    return _take([identity], "rework", day, lambda row: rules.check_day("day", "返修日期", day, clock.today(), _floor(row)), write,
                 _needed("reason", "请写明哪里没有修好。", reason))


def accept(identities: Collection[int], draft: AcceptDraft) -> Step:
    """Close jobs by their signed slips: one day and one word for all of them; a job that was not completed yet is completed as well.

    Who signs is who reported the job, of the office's own jobs the room's keeper, unless the draft names somebody. Nothing is ever
    accepted otherwise. Things that were outside are back in the same step.
    """
    def done(row: RepairRow) -> date | None:
        return row.done_on or draft.done_on or draft.accepted_on

    def check(row: RepairRow) -> list[Problem]:
        problems = []
        if row.done_on is None:
            problems += rules.check_day("done_on", "完工日期", done(row), clock.today(), _floor(row))
        if draft.accepted_on and (last := done(row)) and draft.accepted_on < last:
            problems.append(Problem("accepted_on", f"验收日期 {draft.accepted_on.isoformat()} 早于完工日期 {last.isoformat()}，请核对。"))
        if _acceptor(row, draft) is None:
            keeper = "它是总务处自报的，房间没有保管人" if row.by_office else "它没有登记报修人"
            problems.append(Problem("acceptor", f"报修 {row.number} 由谁验收？{keeper}，请填写验收人。"))
        return problems

    def write(row: RepairRow, state: str) -> str:
        who = _acceptor(row, draft) or Signer()
        values = {} if row.done_on else _completion(row, CompletionDraft(done(row), draft.treatment))
        _change(row, state=state, **values, accepted_on=draft.accepted_on, satisfaction=draft.satisfaction, acceptor=who.person,
                acceptor_name="" if who.person else who.name.strip())
        away.bring_back(row.id)
        return "，".join(filter(None, (who.shown or who.name, draft.satisfaction)))

    return _take(identities, "accept", draft.accepted_on, check, write, rules.check_accept(draft, clock.today()))


def _acceptor(row: RepairRow, draft: AcceptDraft) -> Signer | None:
    """Give who accepts a job: who was named, else the keeper of an office's own job, else who reported it; None for nobody."""
    if draft.acceptor is not None and given([draft.acceptor]):
        return draft.acceptor
    if row.by_office:
        return Signer(row.keeper_id, shown=_name(row.keeper_id)) if row.keeper_id else None
    return Signer(row.reporter_id, row.reporter_name, shown=row.reporter) if row.reporter else None


def _name(person: int) -> str:
    return str(scalar("SELECT name FROM person WHERE id = ?", (person,)) or "")


def take_back(identities: Collection[int], day: date | None = None, reason: str = "") -> Step:
    """Take an acceptance back: the job waits for who signs again; its parts and costs stay."""
    when = day or clock.today()

    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, accepted_on=None, acceptor=None, acceptor_name="", satisfaction="")
        return reason.strip()

    return _take(identities, "take_back", when, lambda _: rules.check_day("day", "日期", when, clock.today()), write,
                 rules.check_words(reason=reason))


def escalate(identities: Collection[int], day: date | None, number: str = "") -> Step:
    """Note that jobs were reported to those above (上报), with the number of the letter where it has one."""
    def write(row: RepairRow, state: str) -> str:
        _change(row, state=state, reported_up_no=number.strip(), waiting_reason="")
        return number.strip()

    return _take(identities, "escalate", day, lambda row: rules.check_day("day", "上报日期", day, clock.today(), _floor(row)), write,
                 rules.check_words(number=number))


def void(identities: Collection[int], reason: str) -> Step:
    """Void jobs with a reason; ``Refused`` while parts or costs stand on one: they are returned or voided first. Numbers stay used."""
    reason = voiding.require_reason(reason)

    def write(row: RepairRow, state: str) -> str:
        if held := queries.holds(row.id):
            raise Refused(f"报修 {row.number} 还有{'、'.join(held)}，不能作废。请先退料或作废这些登记。")
        voiding.void(queries.OWNER, [row.id], reason)
        _change(row, state=state)
        return reason

    return _take(identities, "void", clock.today(), lambda _: [], write)


# --- what every step does ----------------------------------------------------------------------------------------


def _take(identities: Collection[int], act: str, day: date | None, check: Callable[[RepairRow], Sequence[Problem]],
          write: Callable[[RepairRow, str], str], wrong: Sequence[Problem] = ()) -> Step:
    """Take one step with several jobs in one operation, and note it for each.

    ``wrong`` is what is wrong for all of them alike, ``check`` gives it of one. ``write`` gets a job and its next state and gives the
    words of the event. ``Refused`` names all jobs that are not so far.
    """
    rows = queries.repairs(list(dict.fromkeys(identities)))
    if not rows or len(rows) < len(set(identities)):
        raise Refused("选中的报修里有已经不在了的，没有改动。请刷新后再试。" if identities else "请先选中报修。")
    with journal.operation(f"{STEPS.ways[act].title} {_listed(rows)}", day) as work:
        far = [STEPS.refusal(row.state, act, f"报修 {row.number} ") for row in rows if not row.allows(act)]
        if far:
            raise Refused(joined(far[:_MOST_NAMED]) + (f"这样的共 {len(far)} 件。" if len(far) > _MOST_NAMED else ""))
        several = [replace(problem, row=row.id) for row in rows for problem in check(row)]
        _require([*wrong, *several], rows)
        for row in rows:
            state = row.after(act)
            words = write(row, state)
            note(row.id, act, day, state, words)
    return work.done


def note(identity: int, act: str, day: date | None, state: str, words: str) -> None:
    """Note a step that was taken with a job, in an open operation."""
    RepairEvent.insert(repair=identity, act=act, dated_on=day or clock.today(), state=state, words=words).execute()


def _require(problems: Sequence[Problem], rows: Sequence[RepairRow]) -> None:
    """Raise what is wrong; a sentence that is the same for all jobs is told once, one that is of a single job of several names it."""
    told: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        told.setdefault((problem.field, problem.text), []).append(problem)
    numbers = {row.id: row.number for row in rows}
    found = []
    for (key, text), same in told.items():
        row = same[0].row
        named = len(rows) > 1 and row is not None and len(same) < len(rows) and numbers[row] not in text
        listed = "、".join(numbers[each.row] for each in same[:_MOST_NAMED] if each.row) if named else ""
        more = f"等 {len(same)} 件" if len(same) > _MOST_NAMED else ""
        found.append(Problem(key, f"{listed}{more}：{text}" if named else text, row=row))
    if found:
        raise Invalid(found)


def _needed(key: str, sentence: str, text: str) -> list[Problem]:
    return ([] if text.strip() else [Problem(key, sentence)]) + rules.check_words(rules.LONGEST, **{key: text})


def _change(row: RepairRow, **values: object) -> None:
    Repair.update(**values).where(Repair.id == row.id).execute()


_LATER = ("wait", "send", "bring_back", "complete", "rework", "escalate")


def _floor(row: RepairRow, assigned: bool = True) -> tuple[str, date]:
    """Give the latest of what happened to a job, in words and by day: nothing of it may come before that.

    ``assigned`` False leaves out the day on which it was assigned: assigning again may mend it.
    """
    days: Mapping[str, date | None] = {"报修日期": row.reported_on, "派工日期": row.assigned_on if assigned else None, "到场日期": row.arrived_on,
                                       "首次完工日期": row.first_done_on, "完工日期": row.done_on}
    listed = ", ".join(f"'{act}'" for act in _LATER)
    last = scalar(f"SELECT max(dated_on) FROM repair_event WHERE repair_id = ? AND act IN ({listed})", (row.id,))
    known = [(word, day) for word, day in days.items() if day is not None]
    if last:
        known.append(("上一步的日期", date.fromisoformat(last)))
    return max(known, key=lambda each: each[1])


def _listed(rows: Sequence[RepairRow]) -> str:
    return rows[0].title if len(rows) == 1 else f"{rows[0].number} 等 {len(rows)} 件"
