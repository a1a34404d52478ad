"""What a person can do with letters and their slips: one verb is one operation, one step of undo."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.core.terms import TermName
from app.fees.letters import queries
from app.fees.letters.kinds import KINDS, check_letter, shipped_draft
from app.fees.letters.replies import Exceptions, ReplyDraft
from app.fees.tables import FeeChoice, FeeLetter, FeeReply
from app.school.letters import settings as words
from app.school.letters.text import LetterDraft
from app.school.tables import Term
from app.store import settings
from app.store.journal import Counted, Step, operation


def usual_draft(kind: str) -> LetterDraft:
    """Give a new letter of a kind with its shipped text, dated today; a slip is due back after the usual number of days."""
    today = clock.today()
    draft = shipped_draft(kind, today, today + timedelta(settings.value(words.REPLY_DAYS)))
    return draft if draft.slip else replace(draft, due_on=None)


def make_letter(term_id: int, draft: LetterDraft) -> Step:
    """Add a letter to a term; raises ``Invalid`` with everything that is wrong."""
    term = _term(term_id)
    _refuse_wrong(draft)
    with operation(f"新建{KINDS[draft.kind].name} {TermName(term.school_year, term.half).title}") as work:
        work.made(int(FeeLetter.insert(term=term_id, **_values(draft)).execute()))
    return work.done


def edit_letter(letter_id: int, draft: LetterDraft) -> Step | None:
    """Change a letter; its kind stays what it is once slips came back."""
    row = queries.letter(letter_id)
    _refuse_wrong(draft)
    if row.replies and (draft.kind != row.kind or draft.by_item != row.by_item):
        raise Refused(f"这封信已收回 {row.replies} 份回执，种类和逐项征求意见不能再改。请另建一封。")
    with operation(f"修改{row.kind_name} {queries.heading(row)}") as work:
        FeeLetter.update(**_values(draft)).where(FeeLetter.id == letter_id).execute()
    return work.step


def copy_letters(from_term: int, to_term: int, kinds: Collection[str] | None = None) -> Step:
    """Copy last term's letters (of some kinds) into a term, one of each kind that it has none of yet.

    Dates are left empty: they are the new term's own. Refused where there is nothing to copy.
    """
    term = _term(to_term)
    have = {row.kind for row in queries.letters(to_term)}
    newest = {row.kind: row for row in queries.letters(from_term) if kinds is None or row.kind in kinds}
    chosen = [row for kind, row in newest.items() if kind not in have]
    if not chosen:
        raise Refused("没有可以复制的信：上学期没有，或这个学期都已经有了。可以用自带的文本新建。")
    with operation(f"复制告家长书 {len(chosen)} 封到{TermName(term.school_year, term.half).title}") as work:
        for row in chosen:
            work.made(int(FeeLetter.insert(term=to_term, kind=row.kind, title=row.title, body=row.body, slip=row.slip,
                                           by_item=int(row.by_item)).execute()))
    return work.done


def remove_letter(letter_id: int) -> Step:
    """Remove a letter; refused once slips came back, because they say what families agreed to."""
    row = queries.letter(letter_id)
    if row.replies:
        raise Refused(f"这封信已收回 {row.replies} 份回执，要留着备查，不能删除。")
    with operation(f"删除{row.kind_name} {queries.heading(row)}") as work:
        FeeLetter.delete().where(FeeLetter.id == letter_id).execute()
    return work.done


def note_printed(letter_id: int, day: date | None = None) -> Step | None:
    """Note the day on which a letter was printed for the families."""
    row = queries.letter(letter_id)
    with operation(f"印发{row.kind_name} {queries.heading(row)}", day) as work:
        FeeLetter.update(printed_on=day or clock.today()).where(FeeLetter.id == letter_id).execute()
    return work.step


# --- slips -------------------------------------------------------------------------------------------------------


def record_class(
    letter_id: int, class_id: int, exceptions: Exceptions | None = None, day: date | None = None
) -> Counted:
    """Count a class at once: every slip came back and agrees to every item, except what is said; gives how many came back.

    Slips counted before are written over: typing the class again corrects it. Who is in ``missing`` has no slip, and no
    answer of his is kept.
    """
    wrong = exceptions or Exceptions()
    rows = queries.reply_rows(letter_id, class_id)
    day = day or clock.today()
    known = {row.pupil for row in rows}
    if strangers := (set(wrong.missing) | set(wrong.refused)) - known:
        raise Refused(f"有 {len(strangers)} 名学生不在这个班，请刷新后再试。")
    drafts = {row.pupil: ReplyDraft() if row.pupil in wrong.missing else ReplyDraft(
        row.returned_on or day, {item: item not in wrong.refused.get(row.pupil, ())
                                 for item in row.choices}, row.remark)
        for row in rows}
    step = set_replies(letter_id, drafts)
    return Counted(sum(draft.returned_on is not None for draft in drafts.values()), step)


def set_replies(letter_id: int, drafts: Mapping[int, ReplyDraft]) -> Step | None:
    """Write the slips of some pupils as one step: what they chose decides what they are charged.

    Refused for a term that is settled, where the letter asks about items; ``Invalid`` for a day in the future or an item
    that the letter does not ask the pupil about.
    """
    row = queries.letter(letter_id)
    plan = queries.plan_asked(row)
    if plan is not None:
        plan.after("answer")
    problems = _wrong(row, plan.id if plan else 0, drafts)
    if problems:
        raise Invalid(problems)
    asked = [item.id for items in queries.voluntary(plan.id).values() for item in items] if plan else []
    back = sum(draft.returned_on is not None for draft in drafts.values())
    with operation(f"登记回执 {back} 份 {queries.heading(row)}") as work:
        before = queries.returned(letter_id, drafts)
        for pupil, draft in drafts.items():
            _write_reply(letter_id, pupil, draft, before)
        if plan is not None:
            kept = queries.answered_elsewhere(row, drafts)
            _write_choices({pupil: draft for pupil, draft in drafts.items() if draft.returned_on or pupil not in kept},
                           set(asked), queries.choices(plan.id, drafts))
    return work.step


def _wrong(row: queries.LetterRow, plan_id: int, drafts: Mapping[int, ReplyDraft]) -> list[Problem]:
    grades = {pupil.id: pupil.grade for pupil in queries.addressed(row)}
    asked = (
        {grade: {item.id for item in items} for grade, items in queries.voluntary(plan_id).items()} if plan_id else {}
    )
    problems = []
    for pupil, draft in drafts.items():
        if pupil not in grades:
            problems.append(Problem("pupil", "这名学生不在发这封信的班里，请刷新后再试。", row=pupil))
        elif draft.returned_on and draft.returned_on > clock.today():
            problems.append(Problem("returned_on", "收回日期不能晚于今天。", row=pupil))
        elif set(draft.choices) - asked.get(grades[pupil], set()):
            problems.append(Problem("choices", "有的项目不征求这名学生的意见：不是自愿项目，或本年级不收。", row=pupil))
        elif draft.returned_on is None and any(agreed is not None for agreed in draft.choices.values()):
            problems.append(Problem("returned_on", "写了意见就要写收回日期。", row=pupil))
    return problems


def _write_reply(letter_id: int, pupil: int, draft: ReplyDraft, before: Mapping[int, tuple[date, str]]) -> None:
    here = (FeeReply.letter == letter_id) & (FeeReply.pupil == pupil)
    if draft.returned_on is None:
        if pupil in before:
            FeeReply.delete().where(here).execute()
    elif pupil not in before:
        FeeReply.insert(
            letter=letter_id, pupil=pupil, returned_on=draft.returned_on, remark=draft.remark.strip()
        ).execute()
    elif before[pupil] != (draft.returned_on, draft.remark.strip()):
        FeeReply.update(returned_on=draft.returned_on, remark=draft.remark.strip()).where(here).execute()


def _write_choices(
    drafts: Mapping[int, ReplyDraft], asked: Collection[int], known: Mapping[tuple[int, int], bool]
) -> None:
    """Write answers; a slip that was taken back takes all its answers along."""
    for pupil, draft in drafts.items():
        chosen = draft.choices if draft.returned_on else dict.fromkeys(asked)
        for item, agreed in chosen.items():
            here = (FeeChoice.plan_item == item) & (FeeChoice.pupil == pupil)
            before = known.get((item, pupil))
            if agreed is None:
                if before is not None:
                    FeeChoice.delete().where(here).execute()
            elif before is None:
                FeeChoice.insert(plan_item=item, pupil=pupil, agreed=int(agreed), chosen_on=draft.returned_on).execute()
            elif before != agreed:
                FeeChoice.update(agreed=int(agreed), chosen_on=draft.returned_on).where(here).execute()


# --- small parts -------------------------------------------------------------------------------------------------


def _term(term_id: int) -> Any:
    term = Term.get_or_none(Term.id == term_id)
    if term is None:
        raise Refused("这个学期已经不在了。请先在“设置—学期”里建立它。")
    return term


def _values(draft: LetterDraft) -> dict[str, Any]:
    lines: Sequence[str] = [draft.body, draft.slip]
    body, slip = ("\n".join(line.rstrip() for line in text.strip().splitlines()) for text in lines)
    return {"kind": draft.kind, "title": draft.title.strip(), "body": body, "slip": slip, "by_item": int(draft.by_item),
            "dated_on": draft.dated_on, "due_on": draft.due_on}


def _refuse_wrong(draft: LetterDraft) -> None:
    problems = check_letter(draft)
    if problems:
        raise Invalid(problems)
