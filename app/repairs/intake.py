"""Taking jobs in: one by telephone, many pasted or made of what a stocktake found damaged. One verb, one step of undo.

``write`` is the inner verb: a plan's round, an import and a stocktake make their jobs by it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.assets import queries as assets
from app.core import clock, pinyin
from app.core.errors import Problem, Refused, require_valid
from app.repairs import calendar, guessing, queries, rules
from app.repairs.rules import RepairDraft
from app.repairs.settings import CATEGORIES
from app.repairs.tables import Repair, RepairAsset
from app.school import queries as school
from app.school.resolving import People, Places
from app.school.rules import tidy
from app.store import journal, numbering, settings
from app.store.database import database, scalar
from app.store.journal import Step


def begin(place: int | None = None, day: date | None = None) -> RepairDraft:
    """Give the draft that the intake opens with: today, and for a place who reported the last job there, with class and department."""
    draft = RepairDraft(reported_on=day or clock.today(), place=place)
    if place is None:
        return draft
    draft, last = replace(draft, school_class=queries.class_at(place)), queries.last_reporter(place)
    return draft if last is None else replace(draft, reporter=last.reporter, reporter_name=last.reporter_name, phone=last.phone,
                                              department=last.department)


def report(draft: RepairDraft) -> Step:
    """Take a job in; its ``made`` is the job. Raises ``Invalid`` with everything that is wrong."""
    with journal.operation(f"报修 {draft.what.strip()[:20]}", draft.reported_on) as work:
        identity = work.made(write(draft))
        work.rename(f"报修 {queries.titles([identity])[identity]}")
    return work.done


def report_many(drafts: Sequence[RepairDraft]) -> Step:
    """Take several jobs in as one step; ``Invalid`` with the problems of all, ``Problem.row`` -1, -2 … in their order."""
    if not drafts:
        raise Refused("没有要登记的报修。")
    with journal.operation(f"报修 {len(drafts)} 件") as work:
        for identity in _write_all({-at: draft for at, draft in enumerate(drafts, 1)}):
            work.made(identity)
    return work.done


def _write_all(drafts: Mapping[int, RepairDraft]) -> list[int]:
    """Write jobs by their row; ``Invalid`` with the problems of all of them."""
    require_valid([replace(problem, row=row) for row, draft in drafts.items() for problem in check(draft)])
    return [_insert(draft) for draft in drafts.values()]


def write(draft: RepairDraft, needs_reporter: bool = True) -> int:
    """Write a job inside an operation that is open already; gives its id.

    ``needs_reporter`` False: an old log may not say who reported it; whoever accepts it must then be named.
    """
    require_valid(check(draft, needs_reporter))
    return _insert(draft)


def _insert(draft: RepairDraft) -> int:
    day = draft.reported_on or clock.today()
    number = numbering.take(rules.REPAIR_NUMBERS, day.year)[0]
    identity = int(Repair.insert(number=number, plan=draft.plan, stocktake_line=draft.stocktake_line, **values_of(draft)).execute())
    write_assets(identity, draft.assets)
    return identity


def check(draft: RepairDraft, needs_reporter: bool = True) -> list[Problem]:
    """Give everything wrong with a job: its words and days, a place or card that is gone, damage that another job mends already."""
    problems = rules.check_repair(draft, clock.today(), list(guessing.read(settings.value(CATEGORIES))))
    if not needs_reporter:
        problems = [problem for problem in problems if problem.field != "reporter"]
    if draft.place is not None and school.place(draft.place) is None:
        problems.append(Problem("place", "选的地点已经不在了，请重新选择。"))
    if draft.reporter is not None and not school.person_name(draft.reporter):
        problems.append(Problem("reporter", "选的报修人已经不在了，请重新选择。"))
    known = {card.id: card.draft for card in assets.cards([asset for asset, _ in draft.assets])} if draft.assets else {}
    for asset, pieces in draft.assets:
        card = known.get(asset)
        if card is None:
            problems.append(Problem("assets", "选的资产卡片里有已经删除的，请重新选择。"))
        elif pieces > (card.quantity or 0):
            problems.append(Problem("assets", f"{card.number} {card.name}只有 {card.quantity} 件，写了 {pieces} 件，请核对。"))
    if draft.stocktake_line is not None and (number := scalar(
            "SELECT number FROM repair WHERE stocktake_line = ? AND voided_on IS NULL", (draft.stocktake_line,))):
        problems.append(Problem("assets", f"这一行盘点损坏已经报修过了（{number}）。"))
    return problems


def values_of(draft: RepairDraft) -> dict[str, object]:
    """Give the columns of a job, its category guessed and its day worked out where nobody said them."""
    words = {key: tidy(getattr(draft, key)) for key in (
        "place_words", "what", "reporter_name", "phone", "cause", "bearer", "bearer_words", "remark", "urgency")}
    if draft.reporter is not None:
        words["reporter_name"] = ""
    day = draft.reported_on or clock.today()
    plain = {key: getattr(draft, key) for key in ("place", "reporter", "school_class", "department")}
    return {**words, **plain, "reported_on": day, "by_office": int(draft.by_office), "self_mended": int(draft.self_mended),
            "category": draft.category or guessing.category_of(draft.what, settings.value(CATEGORIES)),
            "due_on": draft.due_on or calendar.due_on(day, draft.urgency),
            "keys": pinyin.keys(words["what"], words["place_words"], words["reporter_name"], words["bearer_words"])}


def write_assets(identity: int, wanted: Sequence[tuple[int, int]]) -> None:
    """Write which cards a job mends, in an open operation; those that stay keep their row."""
    before = {row.asset: row.pieces for row in queries.cards(identity)}
    for asset, pieces in wanted:
        if asset not in before:
            RepairAsset.insert(repair=identity, asset=asset, pieces=pieces).execute()
        elif before[asset] != pieces:
            RepairAsset.update(pieces=pieces).where((RepairAsset.repair == identity) & (RepairAsset.asset == asset)).execute()
    for asset in set(before) - {asset for asset, _ in wanted}:
        RepairAsset.delete().where((RepairAsset.repair == identity) & (RepairAsset.asset == asset)).execute()


# --- by words ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """A job as a line of text says it: ``place`` a room, its number or its class, ``by`` a name, ``mark`` 急 or !, ``day`` None: today."""

    place: str
    what: str
    by: str = ""
    mark: str = ""
    day: date | None = None
    phone: str = ""
    category: str = ""
    remark: str = ""


def from_words(lines: Sequence[Words], as_written: bool = False) -> list[RepairDraft]:
    """Give the drafts of lines of text, nothing made and nothing guessed.

    ``Invalid`` with all problems (``Problem.row`` -1, -2 …): a place or person that is unknown or may be several, with those it may be.
    ``as_written``: what is unknown stays as its words; what may be several is asked all the same.
    """
    places, people, problems = Places(), People(), list[Problem]()
    drafts = []
    for at, line in enumerate(lines, 1):
        draft, wrong = read_words(line, places, people, as_written)
        problems += [replace(problem, row=-at) for problem in wrong]
        drafts.append(draft)
    require_valid(problems)
    return drafts


def read_words(line: Words, places: Places, people: People, as_written: bool) -> tuple[RepairDraft, list[Problem]]:
    """Give the draft of one line, and what is wrong with its place, person and mark."""
    place, no_place = _place(tidy(line.place), places)
    draft = begin(place, line.day)
    if tidy(line.by):
        draft = replace(draft, reporter=None, reporter_name="", phone="", department=None)
    person, no_person = _person(tidy(line.by), people)
    problems = []
    if no_place and not (as_written and no_place.startswith(_UNKNOWN)):
        problems.append(Problem("place", no_place))
    if no_person and not (as_written and no_person.startswith(_UNKNOWN)):
        problems.append(Problem("reporter", no_person))
    if not rules.urgency_of(line.mark):
        problems.append(Problem("urgency", f"紧急程度“{line.mark.strip()[:20]}”看不懂，请写 急、! 或空着，也可写 一般、紧急、特急。"))
    if tidy(line.by):
        draft = replace(draft, reporter=person, reporter_name="" if person else tidy(line.by))
    return replace(
        draft, place_words="" if place else tidy(line.place), what=line.what, phone=line.phone or draft.phone, category=line.category,
        remark=line.remark, urgency=rules.urgency_of(line.mark) or rules.NORMAL), problems


_UNKNOWN = "没有找到"


def _place(text: str, places: Places) -> tuple[int | None, str]:
    """Give the place that a text means by its name, its number, its class or 拼音; exactly one, else what it may be."""
    if not text:
        return None, ""
    found, wrong = places.find(text)
    if found is not None or wrong:
        return found, wrong
    picks = school.find_places(text, 7)
    if len(picks) == 1:
        return picks[0].id, ""
    if picks:
        return None, f"“{text}”可能是：{'、'.join(pick.text for pick in picks[:6])}{'等' if len(picks) > 6 else ''}。请写全楼、层、室。"
    return None, f"{_UNKNOWN}地点“{text}”。请写房间号或全称，例如 教学楼 3层 304室。"


def _person(text: str, people: People) -> tuple[int | None, str]:
    if not text:
        return None, ""
    found, wrong = people.find(text)
    if found is not None or wrong:
        return found, wrong
    picks = school.find_people(text, 7)
    if len(picks) == 1:
        return picks[0].id, ""
    if picks:
        return None, f"“{text}”可能是：{'、'.join(f'{pick.text}（{pick.note}）' if pick.note else pick.text for pick in picks[:6])}。请写全姓名。"
    return None, f"{_UNKNOWN}叫“{text}”的人。请写全姓名；学校以外的人要另行注明。"


# --- of a stocktake ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Damage:
    """What a stocktake found damaged of one card and no job mends yet; ``draft`` is the job that is proposed for it."""

    line: int
    number: str
    name: str
    place: str
    damaged: int
    draft: RepairDraft


def damaged(day: date | None = None) -> list[Damage]:
    """Give the damaged pieces that the last finished stocktake found and that no standing job mends, by place and number.

    A card that was deleted since is left out, as are pieces that it has no more.
    """
    rows = database.execute_sql(
        """SELECT l.id, l.asset_id, l.number, l.name, coalesce(p.path, l.place), coalesce(l.found_place_id, l.place_id), l.damaged, a.quantity,
                  l.unit, s.number
           FROM stocktake_line l JOIN stocktake s ON s.id = l.stocktake_id JOIN asset a ON a.id = l.asset_id
           LEFT JOIN place p ON p.id = coalesce(l.found_place_id, l.place_id)
           WHERE l.stocktake_id = (SELECT id FROM stocktake WHERE state IN ('counted', 'approved') ORDER BY base_date DESC, id DESC LIMIT 1)
             AND l.damaged > 0 AND NOT EXISTS (SELECT 1 FROM repair r WHERE r.stocktake_line = l.id AND r.voided_on IS NULL)
           ORDER BY p.rank, l.number""").fetchall()
    found = []
    for line, asset, number, name, path, place, count, quantity, unit, stocktake in rows:
        pieces = min(count, quantity)
        draft = RepairDraft(day or clock.today(), place, "" if place else path or "未登记地点", f"{name} {pieces} {unit or '件'}损坏", by_office=True,
                            assets=((asset, pieces),), remark=f"盘点 {stocktake} 发现", stocktake_line=line)
        found.append(Damage(line, number, name, path or "", pieces, draft))
    return [each for each in found if each.damaged > 0]


def from_stocktake(lines: Collection[int]) -> Step:
    """Make jobs of damaged pieces, one a line of the stocktake, as one step; ``Refused`` where one is mended by a job already."""
    known = {each.line: each for each in damaged()}
    if missing := set(lines) - known.keys():
        raise Refused(f"选中的盘点损坏里有 {len(missing)} 行已经报修过，或卡片已删除，没有登记。请刷新后再试。")
    if not lines:
        raise Refused("请先选中要报修的盘点损坏。")
    with journal.operation(f"从盘点损坏生成报修 {len(set(lines))} 件") as work:
        for identity in _write_all({line: known[line].draft for line in lines}):
            work.made(identity)
    return work.done
