"""Hanging a term's fees, and later its settlement, on the board: versions, posting, replacing, taking down.

《教育收费公示制度》(计价格〔2002〕792号): nothing is charged that is not public; a change needs a new version, the old one
stays on file as it hung. Public papers know no names: what is posted is made of items, grades and classes only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.fees.board import checking, current, folding, frozen, queries
from app.fees.board import settings as words
from app.fees.board.queries import ABOUT_FEES, ABOUT_SETTLEMENT, HANGING, REPLACED, TAKEN_DOWN, PublicationRow
from app.fees.board.rules import Finding
from app.fees.money import queries as money_queries
from app.fees.money.facts import Facts
from app.fees.plan import commands as plan_commands
from app.fees.plan import queries as plan_queries
from app.fees.plan import rules as plan_rules
from app.fees.plan.rules import Difference, PlanDraft
from app.fees.tables import FeePublication
from app.store import attachments, settings
from app.store.database import scalar
from app.store.folder import DataFolder
from app.store.journal import Step, operation

OWNER = "fee_publication"     # of photos
COLLECTING_DAYS = 9     # of collecting that are proposed with the first posting
# What checks find that a posting can bring along: by the rule's key, the fields of a ``PostDraft``.
_ASKED_WHEN_POSTING = {"no_phone": ("school_phone", "bureau_phone"), "no_dates": ("collect_from",)}
_PHONES = {"school_phone": words.SCHOOL_PHONE, "bureau_phone": words.BUREAU_PHONE}


@dataclass(slots=True)
class PostDraft:
    """A posting as a form edits it; ``reason`` is needed where it replaces a version that hangs.

    What every board says and the school has not told yet (telephones, when is collected) can be given with it, "" and None
    leave it as it is.
    """

    posted_on: date | None = None
    until_on: date | None = None
    place: str = ""
    posted_by: str = ""
    reason: str = ""
    school_phone: str = ""
    bureau_phone: str = ""
    collect_from: date | None = None
    collect_until: date | None = None


def lacking(plan_id: int) -> tuple[str, ...]:
    """Give what every board says and nobody has told yet, as fields of a ``PostDraft``; a posting can bring it along."""
    plan = plan_queries.plan(plan_id)
    told = {"school_phone": current.school_phone(), "bureau_phone": current.bureau_phone(), "collect_from": plan.collect_from,
            "collect_until": plan.collect_from and plan.collect_until}
    return tuple(key for key, value in told.items() if not value)


def standing_in_the_way(plan_id: int, posted_on: date | None = None) -> list[Finding]:
    """Give what checks find against posting a plan, but for what the posting itself asks for."""
    lacks = set(lacking(plan_id))
    return [each for each in checking.findings(plan_id, "post", posted_on)
            if not lacks.intersection(_ASKED_WHEN_POSTING.get(each.rule, ()))]


def usual(plan_id: int, about: str = ABOUT_FEES) -> PostDraft:
    """Give a draft with what is usual: today, the place of last time, who posted it then."""
    last, today = next(iter(queries.publications(plan_id, about)), None), clock.today()
    draft = PostDraft(today, None, last.place if last else settings.value(words.PLACE), last.posted_by if last else "")
    if about == ABOUT_FEES and "collect_from" in lacking(plan_id):
        draft.collect_from, draft.collect_until = collecting_from(today)
    return draft


def collecting_from(posted_on: date) -> tuple[date, date]:
    """Give the days of collecting that are proposed where a list is posted on a day: from the first allowed one on."""
    first = posted_on + timedelta(settings.value(words.PUBLICITY_DAYS))
    return first, first + timedelta(COLLECTING_DAYS)


def check_brought_along(draft: PostDraft, lacks: Sequence[str]) -> list[Problem]:
    """Give what is wrong with what a posting brings along: telephones that are lacking still, days in the wrong order."""
    found = [Problem(key, f"请填{setting.title}：公示表和告家长书上都要有。") for key, setting in _PHONES.items()
             if key in lacks and not getattr(draft, key).strip()]
    return found + plan_rules.check_dates(PlanDraft(collect_from=draft.collect_from, collect_until=draft.collect_until))


def post(plan_id: int, draft: PostDraft, photos: Sequence[Path] = (), data: DataFolder | None = None) -> Step:
    """Post a plan as its next version; what it says is frozen from now on.

    ``Refused`` while a check forbids it, or where nothing differs from the version that hangs; ``Invalid`` without a
    reason where one is replaced. The version before ends on that day and stays on file.
    """
    row = plan_queries.plan(plan_id)
    with operation(f"公示 {row.term_title}收费", draft.posted_on) as work:
        plan_commands.require_open(plan_id)
        _tell(plan_id, draft)
        made = work.made(hang(plan_id, draft))
        _attach(made, photos, data)
        work.rename(f"公示 {row.term_title}收费 第{queries.publication(made).version}版")
    return work.done


def _tell(plan_id: int, draft: PostDraft) -> None:
    """Write down what a posting brings along: only what nobody had told before."""
    lacks = lacking(plan_id)
    phones = {setting: getattr(draft, key).strip() for key, setting in _PHONES.items() if key in lacks}
    settings.put({setting: number for setting, number in phones.items() if number})
    if "collect_from" in lacks and draft.collect_from:
        plan = plan_queries.plan_draft(plan_id)
        plan_commands.set_dates(plan_id, replace(plan, collect_from=draft.collect_from, collect_until=draft.collect_until))


def hang(plan_id: int, draft: PostDraft) -> int:
    """The same without photos, inside an operation that is open already."""
    before = queries.hanging(plan_id)
    _refuse_wrong(draft, before)
    checking.require_clean(plan_id, "post", draft.posted_on)
    if before is not None and current.content_now(plan_id) == before.content:
        raise Refused(f"和正在公示的第{before.version}版完全一样，不用发布新版本。")
    return hang_unasked(plan_id, draft)


def hang_unasked(plan_id: int, draft: PostDraft) -> int:
    """Hang a version without asking any rule, for the demo school, whose days do not go by today's calendar."""
    made = _insert(plan_id, ABOUT_FEES, current.content_now(plan_id), draft, queries.hanging(plan_id))
    plan_commands.step_to(plan_id, "post")
    return made


def post_settlement(
    plan_id: int, draft: PostDraft, photos: Sequence[Path] = (), data: DataFolder | None = None
) -> Step:
    """Post what a settled term came to, by item and by class.

    ``Refused`` before the term is settled.
    """
    row = plan_queries.plan(plan_id)
    with operation(f"公示 {row.term_title}结算", draft.posted_on) as work:
        made = work.made(hang_settlement(plan_id, draft))
        _attach(made, photos, data)
    return work.done


def hang_settlement(plan_id: int, draft: PostDraft) -> int:
    """The same without photos, inside an operation that is open already."""
    before = queries.hanging(plan_id, ABOUT_SETTLEMENT)
    _refuse_wrong(draft, before)
    if before is not None and settlement_now(plan_id) == before.content:
        raise Refused(f"和正在公示的第{before.version}版完全一样，不用发布新版本。")
    return hang_settlement_unasked(plan_id, draft)


def hang_settlement_unasked(plan_id: int, draft: PostDraft) -> int:
    """Hang a settlement without asking any rule, for the demo school."""
    return _insert(
        plan_id, ABOUT_SETTLEMENT, settlement_now(plan_id), draft, queries.hanging(plan_id, ABOUT_SETTLEMENT)
    )


def settlement_now(plan_id: int) -> dict[str, Any]:
    """Give what a settled term came to as its board would say it: sums by item and by class, no name is asked for."""
    row = plan_queries.plan(plan_id)
    row.after("post_settlement")
    facts, least = Facts(plan_id), settings.value(words.LEAST_PUBLIC)
    by_item = [
        _line(each, _OF_ITEM) | {"grades": folding.folded(
            [_line(grade, _OF_ITEM) for grade in money_queries.sums(plan_id, "grade", each.key, facts) if grade.pupils], least)}
        for each in money_queries.sums(plan_id, "item", facts=facts)
        if each.pupils or each.vouchers
    ]
    given: dict[int, int] = {}
    grades: dict[int, int] = {}
    for pupil, fen in money_queries.refunded(plan_id).items():
        place = facts.places.get(pupil)
        given[place.class_id if place else 0] = given.get(place.class_id if place else 0, 0) + fen
    for place in facts.places.values():
        grades[place.class_id] = place.grade
    classes = {each.name: each.key for each in money_queries.sums(plan_id, "class", facts=facts)}
    by_class = folding.folded(
        [_line(each, _OF_CLASS) | {"refunded": given.get(each.key, 0)}
         for each in money_queries.sums(plan_id, "class", facts=facts) if each.pupils],
        least, lambda line: grades.get(classes.get(line["name"].partition("、")[0], 0)))
    return frozen.of_settlement(row, by_item, by_class, current.words_now())


_OF_CLASS = ("name", "pupils", "paid", "spent", "refund", "arrears", "shortage", "borne")
_OF_ITEM = (*_OF_CLASS, "remainder", "standard", "vouchers", "voucher_fen")


def _line(each: money_queries.Sum, keys: Sequence[str]) -> dict[str, Any]:
    return {key: getattr(each, key) for key in keys}


def take_down(publication_id: int, day: date, reason: str) -> Step:
    """Take a version down; it stays on file. Fees that were only public, not yet collected, are drawn up again."""
    row = queries.publication(publication_id)
    with operation(f"撤下{row.title}", day) as work:
        if row.state != HANGING:
            raise Refused(f"{row.title}{row.state}，不用再撤。")
        if not reason.strip():
            raise Invalid([Problem("reason", "请写明为什么撤下。")])
        if day < row.posted_on:
            raise Invalid([Problem("until_on", "撤下的日期早于公示日期，请检查。")])
        said = "；".join(part for part in (row.reason, f"撤下：{reason.strip()}") if part)
        FeePublication.update(state=TAKEN_DOWN, until_on=day, reason=said).where(FeePublication.id == row.id).execute()
        if row.about == ABOUT_FEES:
            plan_commands.step_to(row.plan_id, "take_down")
    return work.done


def begin_collecting(plan_id: int, day: date | None = None) -> Step:
    """Begin to collect a term's fees: refused before the day on the board has come, and while a check forbids it."""
    row = plan_queries.plan(plan_id)
    with operation(f"{row.term_title}收费：开始收费", day) as work:
        row.after("collect")
        checking.require_clean(plan_id, "collect")
        if row.collect_from and (day or clock.today()) < row.collect_from:
            raise Refused(f"公示的开始收费日期是 {row.collect_from}，还没有到。公示期满以前不能收费。")
        plan_commands.step_to(plan_id, "collect", day)
    return work.done


def edit_posting(publication_id: int, draft: PostDraft) -> Step | None:
    """Correct where, by whom and until when a version hung; what it said and when it was posted stay as they are."""
    row = queries.publication(publication_id)
    with operation(f"修改{row.title}的张贴记录") as work:
        if draft.until_on and draft.until_on < row.posted_on:
            raise Invalid([Problem("until_on", "公示截止日期早于公示日期，请检查。")])
        FeePublication.update(
            place=draft.place.strip(), posted_by=draft.posted_by.strip(), until_on=draft.until_on
        ).where(FeePublication.id == row.id).execute()
    return work.step


def add_photos(publication_id: int, photos: Sequence[Path], data: DataFolder) -> Step | None:
    """File photos of the board as it hung."""
    row = queries.publication(publication_id)
    with operation(f"{row.title}：添加照片 {len(photos)} 张") as work:
        _attach(row.id, photos, data)
    return work.step


def remove_photo(identity: int) -> Step:
    """Take a photo off its version; undo brings it back."""
    with operation("移除公示照片") as work:
        attachments.remove(identity)
    return work.done


def photos_of(publication_id: int) -> list[attachments.Stored]:
    """Give the photos of a version."""
    return attachments.of(OWNER, publication_id)


def changes(publication_id: int) -> list[Difference]:
    """Give how a version of the fees differs from the one before it, nothing for the first."""
    row = queries.publication(publication_id)
    before = next((each for each in queries.publications(row.plan_id, row.about)
                   if each.version == row.version - 1), None)
    return frozen.changes(before.content, row.content) if before and row.about == ABOUT_FEES else []


def collectable_on(plan_id: int) -> date | None:
    """Give the first day on which money may be taken: the days of publicity are over; None while nothing hangs."""
    since = checking.public_since(plan_id)
    return since + timedelta(settings.value(words.PUBLICITY_DAYS)) if since else None


def _refuse_wrong(draft: PostDraft, before: PublicationRow | None) -> None:
    problems = []
    if draft.posted_on is None:
        problems.append(Problem("posted_on", "请填公示日期。"))
    elif draft.posted_on > clock.today():
        problems.append(Problem("posted_on", "公示日期还没到。请在张贴以后再登记。"))
    elif before is not None and draft.posted_on < before.posted_on:
        problems.append(Problem("posted_on", f"公示日期早于正在公示的第{before.version}版（{before.posted_on}），请检查。"))
    if draft.posted_on and draft.until_on and draft.until_on < draft.posted_on:
        problems.append(Problem("until_on", "公示截止日期早于公示日期，请检查。"))
    if not draft.place.strip():
        problems.append(Problem("place", "请填张贴在哪里。"))
    if before is not None and not draft.reason.strip():
        problems.append(Problem("reason", f"这一版替换第{before.version}版，请写明变更原因。"))
    if problems:
        raise Invalid(problems)


def _insert(plan_id: int, about: str, content: dict[str, Any], draft: PostDraft, before: PublicationRow | None) -> int:
    if before is not None:
        FeePublication.update(state=REPLACED, until_on=draft.posted_on).where(FeePublication.id == before.id).execute()
    version = 1 + int(
        scalar(
            "SELECT coalesce(max(version), 0) FROM fee_publication WHERE plan_id = ? AND about = ?", (plan_id, about)
        )
    )
    return int(
        FeePublication.insert(
            plan=plan_id,
            about=about,
            version=version,
            content=json.dumps(content, ensure_ascii=False),
            posted_on=draft.posted_on,
            until_on=draft.until_on,
            place=draft.place.strip(),
            posted_by=draft.posted_by.strip(),
            reason=draft.reason.strip(),
            state=HANGING,
        ).execute()
    )


def _attach(publication_id: int, photos: Sequence[Path], data: DataFolder | None) -> None:
    if photos and data is None:
        raise RuntimeError("photos need the data folder")
    for path in photos:
        if data is not None:
            attachments.add(data, OWNER, publication_id, path)
