"""What a person can do with a stocktake until it is approved: open, count in several ways, finish, reopen, void.

Counting never touches the ledger or the frozen figures; only ``approval.approve`` corrects cards.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from app.assets import queries as assets
from app.assets import statuses
from app.core import clock
from app.core.drafts import drafts_of, require_right
from app.core.errors import Invalid, Problem, Refused
from app.core.listing import Wish
from app.school import queries as school
from app.school.rules import BRANCH_STORE
from app.stocktake import queries, rules
from app.stocktake.queries import StocktakeRow
from app.stocktake.rules import Count, FindDraft, Scope, StocktakeDraft
from app.stocktake.settings import STOCKTAKE_NUMBERS
from app.stocktake.tables import Stocktake, StocktakeFind
from app.store import journal, numbering, voiding
from app.store.database import database, scalar
from app.store.journal import Counted, Step


def open_stocktake(draft: StocktakeDraft) -> Step:
    """Freeze the book figures of all cards in the scope as a new stocktake; several may run in one term.

    Cards booked after the 基准日 are left out. Raises ``Invalid``, or ``Refused`` where no card lies in the scope.
    """
    problems = rules.check_draft(draft, clock.today())
    term = next((row for row in school.terms() if row.id == draft.term_id), None)
    if term is None and not problems:
        problems.append(Problem("term_id", "这个学期已经不在了，请重新选择。"))
    elif term is not None and term.closed_on:
        problems.append(Problem("term_id", f"{term.title}已经结账，不能再开始盘点。请选择当前学期。"))
    if problems or term is None:
        raise Invalid(problems)
    title = draft.title.strip() or f"{term.title}{draft.kind}盘点"
    with journal.operation(f"开始盘点 {title}") as work:
        work.made(start(replace(draft, title=title), clock.today()))
    return work.done


def start(draft: StocktakeDraft, day: date) -> int:
    """Open a stocktake on a day, with a title and a base date, inside an operation that is open already."""
    ids = _in_scope(draft.scope)
    number = numbering.take(STOCKTAKE_NUMBERS, day.year)[0]
    identity = int(Stocktake.insert(
        number=number, term=draft.term_id, kind=draft.kind, base_date=draft.base_date, title=draft.title,
        scope=draft.scope.as_json(), scope_words=scope_words(draft.scope), team=draft.team.strip(),
        observer=draft.observer.strip(), opened_on=day, remark=draft.remark.strip()).execute())
    _freeze(identity, ids, (draft.base_date or day).isoformat())
    if not require(identity).lines:
        raise Refused("这个范围里没有资产卡片，没有开始盘点。请改选地点、分类、保管人或基准日。")
    return identity


def _in_scope(scope: Scope) -> set[int]:
    """Give the cards a scope covers: any of the given values of each sort, all sorts together."""
    branches = [room.id for room in school.rooms() if room.custody == BRANCH_STORE]
    sorts: list[list[Mapping[str, object]]] = [
        [{"place": each} for each in scope.places], [{"class": each} for each in scope.classes],
        [{"keeper": each} for each in scope.keepers], [{"rooms": branches}] if scope.branch_rooms else []]
    found = set(assets.matching_ids(Wish()))
    for filters in filter(None, sorts):
        found &= {card for each in filters for card in assets.matching_ids(Wish(filters=each))}
    return found


def scope_words(scope: Scope) -> str:
    """Say in a few words what a scope covers: 全校, or places, classes and keepers by name."""
    below = [place for each in scope.places for place in school.places_below(each) or [each]]
    parts = [school.scope(below)] if scope.places else []
    parts += [f"分类 {'、'.join(scope.classes)}"] if scope.classes else []
    parts += [f"保管人 {'、'.join(school.person_name(each) for each in scope.keepers)}"] if scope.keepers else []
    parts += ["分保管室"] if scope.branch_rooms else []
    return "，".join(parts) or "全校"


def _freeze(identity: int, ids: set[int], base: str) -> None:
    database.execute_sql(
        """INSERT INTO stocktake_line (stocktake_id, asset_id, number, name, model, unit, quantity, value, class_code,
              class_name, category, place_id, place, keeper_id, keeper, user, status, mark, damaged, found_status, reason, remark,
              counted_by, counted_at, source)
            SELECT ?, a.id, a.number, a.name, a.model, a.unit, a.quantity, a.value, a.class_code, a.class_name, a.category, a.place_id,
              coalesce(p.path, ''), a.keeper_id, coalesce(k.name, ''), coalesce(u.name, ''), a.status,
              coalesce((SELECT value FROM json_each(?) WHERE key = a.status), ''),
              0, '', '', '', '', '', ''
            FROM asset a LEFT JOIN place p ON p.id = a.place_id LEFT JOIN person k ON k.id = a.keeper_id
            LEFT JOIN person u ON u.id = a.user_id
            WHERE a.id IN (SELECT value FROM json_each(?)) AND coalesce(a.booked_on, a.acquired_on, '') <= ?
            ORDER BY a.number""",
        (identity, json.dumps(statuses.by_word(rules.MARKS), ensure_ascii=False), json.dumps(sorted(ids)), base),
    )


# --- counting ----------------------------------------------------------------------------------------------------


def count_lines(identity: int, counts: Sequence[Count], by: str = "", source: str = rules.TYPED) -> Step | None:
    """Write what was counted of these lines as one step; a count of None takes the count back.

    Raises ``Invalid`` with every problem of every count (its ``row`` is the line), ``Refused`` where the stocktake is
    not open or a line is not its own.
    """
    with journal.operation(f"盘点录入 {_named(counts)}") as work:
        require_open(identity)
        write_counts(identity, counts, by, source)
    return work.step


def write_counts(identity: int, counts: Sequence[Count], by: str, source: str, at: str = "") -> int:
    """Check and write counts inside an operation that is open already; ``at`` is the time, now unless given."""
    problems = [replace(problem, row=count.line) for count in counts for problem in rules.check_count(count)]
    unlisted = {word: text for word in {count.found_status.strip() for count in counts} if (text := statuses.unlisted(word))}
    problems += [Problem("found_status", unlisted[word], row=count.line)
                 for count in counts if (word := count.found_status.strip()) in unlisted]
    if problems:
        raise Invalid(problems)
    places = {count.found_place_id for count in counts} - {None}
    if scalar(
        "SELECT count(*) FROM place WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(places)),)
    ) < len(places):
        raise Refused("选的实际地点已经不在了，没有录入。请重新选。")
    at = at or clock.now().strftime("%Y-%m-%d %H:%M:%S")
    written = database.cursor().executemany(
        """UPDATE stocktake_line SET counted = ?, damaged = ?, found_place_id = ?, found_status = ?, reason = ?, remark = ?,
             counted_by = ?, counted_at = ?, source = ? WHERE id = ? AND stocktake_id = ?""",
        [(*_values(count, by, source, at), count.line, identity) for count in counts],
    )
    if counts and written.rowcount != len(counts):
        raise Refused("有一行不在这次盘点里，没有录入。请刷新后再试。")
    return len(counts)


def _values(count: Count, by: str, source: str, at: str) -> tuple[Any, ...]:
    if count.counted is None:  # taken back: as if nobody had been there
        return None, 0, None, "", "", count.remark.strip(), "", "", ""
    return (count.counted, count.damaged, count.found_place_id, count.found_status.strip(), count.reason.strip(),
            count.remark.strip(), by, at, source)


def edit_lines(identity: int, edits: Mapping[int, Mapping[str, Any]], by: str = "") -> Counted:
    """Change fields of some lines' counts by hand (line → attribute of ``Count`` → value) as one step; gives how many differ from what was counted.

    Raises ``Invalid`` with all problems, each naming its line, and writes nothing then.
    """
    now = queries.lines_by_id(list(edits))
    if len(now) < len(edits):
        raise Refused("有一行不在这次盘点里，没有录入。请刷新后再试。")
    counts, problems = [], []
    for line, values in edits.items():
        given = dict(values)
        if "found_place_id" in given and given["found_place_id"] == now[line].place_id:
            given["found_place_id"] = None
        count, wrong = rules.edited(changed(now[line]), now[line].quantity, given)
        if count != changed(now[line]):     # what is the same already keeps who counted it, and when
            counts.append(count)
        problems += wrong
    if problems:
        raise Invalid(problems)
    return Counted(len(counts), count_lines(identity, counts, by))


def take_back(identity: int, lines: Sequence[int]) -> Counted:
    """Take the counts of these lines back as one step and give how many were counted; remarks stay."""
    counts = [changed(line, counted=None) for line in queries.lines_by_id(lines).values() if line.counted is not None]
    if not counts:
        raise Refused("选中的行都还没有盘，没有可以取消的。")
    with journal.operation(f"取消盘点 {_named(counts)}") as work:
        require_open(identity)
        write_counts(identity, counts, "", rules.TYPED)
    return Counted(len(counts), work.step)


def _named(counts: Sequence[Count]) -> str:
    return queries.line_name(counts[0].line) if len(counts) == 1 else f"{len(counts)} 种"


def count_room(identity: int, room: int, exceptions: Sequence[Count] = (), by: str = "") -> Counted:
    """Count a room as 全部相符 除了 the exceptions, as one step, and give the number of lines written.

    Lines that were counted before keep their count; what is lent or in repair is not counted as there.
    """
    name = school.place_path(room) or queries.NO_PLACE
    with journal.operation(f"盘点 {name} 全部相符" + (f"，除 {len(exceptions)} 种" if exceptions else "")) as work:
        require_open(identity)
        apart = {count.line for count in exceptions}
        alike = [
            Count(line.id, line.quantity, remark=line.remark)
            for line in queries.lines(identity, (rules.UNSEEN,), room)
            if line.id not in apart
        ]
        done = write_counts(identity, exceptions, by, rules.TYPED) + write_counts(identity, alike, by, rules.WHOLE_ROOM)
        if not done:
            raise Refused(f"{name} 没有还未盘的资产。")
    return Counted(done, work.step)


# --- what was found besides --------------------------------------------------------------------------------------


def record_find(identity: int, draft: FindDraft, find: int | None = None, source: str = rules.TYPED) -> Step | None:
    """Note something that no card stands for, or change such a note. Raises ``Invalid``."""
    problems = rules.check_find(draft)
    if problems:
        raise Invalid(problems)
    with journal.operation(f"登记盘盈 {draft.name.strip() or draft.code.strip()}") as work:
        require_open(identity)
        if find is None:
            work.made(park(identity, draft, source))
        elif not StocktakeFind.update(**_find_row(draft)).where(
                (StocktakeFind.id == find) & (StocktakeFind.stocktake == identity)).execute():
            raise Refused("这条盘盈记录已经不在了。请刷新后再试。")
    return work.step


def edit_finds(
    identity: int, edits: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]] = ()
) -> Counted:
    """Change fields of notes (find → attribute of ``FindDraft`` → value) and add new ones, as one step; gives how many.

    Raises ``Invalid`` with all problems: their ``row`` is the find, or -1, -2 … for the new ones in order.
    """
    now = {find.id: find for find in queries.finds(identity)}
    if not edits.keys() <= now.keys():
        raise Refused("这条盘盈记录已经不在了。请刷新后再试。")
    drafts = drafts_of(edits, added, lambda find: _draft_of(now[find]), FindDraft())
    require_right(drafts, lambda _, draft: rules.check_find(draft))
    first = next(iter(drafts.values()))
    what = first.name.strip() or first.code.strip() if len(drafts) == 1 else f"{len(drafts)} 条"
    with journal.operation(f"登记盘盈 {what}") as work:
        require_open(identity)
        for find, draft in drafts.items():
            if find < 0:
                work.made(park(identity, draft, rules.TYPED))
            else:
                StocktakeFind.update(**_find_row(draft)).where(StocktakeFind.id == find).execute()
    return Counted(len(drafts), work.step)


def _draft_of(find: queries.FindRow) -> FindDraft:
    return FindDraft(**{key: getattr(find, key) for key in asdict(FindDraft())})


def park(identity: int, draft: FindDraft, source: str, at: str = "") -> int:
    """Note something found inside an operation that is open already; ``at`` is the time, now unless given."""
    return int(StocktakeFind.insert(
        **_find_row(draft), stocktake=identity, source=source,
        found_at=at or clock.now().strftime("%Y-%m-%d %H:%M:%S")).execute())


def _find_row(draft: FindDraft) -> dict[str, Any]:
    row = {key: value.strip() if isinstance(value, str) else value for key, value in asdict(draft).items()}
    return {**row, "place": row.pop("place_id")}


def drop_finds(identity: int, finds: Sequence[int]) -> Counted:
    """Strike out notes of things found (typed by mistake) and give how many."""
    with journal.operation(f"删除盘盈登记 {len(finds)} 条") as work:
        require_open(identity)
        count = int(StocktakeFind.delete().where(
            StocktakeFind.id.in_(list(finds)) & (StocktakeFind.stocktake == identity)).execute())
    return Counted(count, work.step)


# --- how far it is -----------------------------------------------------------------------------------------------


def finish_counting(identity: int) -> Step:
    """Close the counting; ``Refused`` while anything is neither counted nor marked, naming the rooms."""
    row = require_open(identity)
    with journal.operation(f"清点完毕 {row.title}") as work:
        require_counted(row)
        Stocktake.update(state=row.after("finish"), closed_on=clock.today()).where(Stocktake.id == identity).execute()
    return work.done


def reopen(identity: int, reason: str) -> Step:
    """Go on counting after the end of counting; the reason is kept. An approved stocktake is undone, not reopened."""
    row = require(identity)
    return _turn(row, row.after("reopen"), "重新打开盘点", reason)


def void_stocktake(identity: int, reason: str) -> Step:
    """Give a stocktake up; its number and papers stay, the reason is kept. An approved one cannot be given up."""
    row = require(identity)
    return _turn(row, row.after("void"), "作废盘点", reason)


def _turn(row: StocktakeRow, state: str, word: str, reason: str) -> Step:
    reason = voiding.require_reason(reason)
    note = f"{clock.today()} {word}：{reason}"
    with journal.operation(f"{word} {row.title}：{reason}") as work:
        Stocktake.update(state=state, closed_on=None, remark=f"{row.remark}\n{note}".strip()).where(
            Stocktake.id == row.id).execute()
    return work.done


def require(identity: int) -> StocktakeRow:
    """Give a stocktake; ``Refused`` where it is gone."""
    row = queries.stocktake(identity)
    if row is None:
        raise Refused("这次盘点已经不在了，可能刚被撤销。请刷新后再试。")
    return row


def require_open(identity: int) -> StocktakeRow:
    """Give a stocktake that may be counted; ``Refused`` in any other state."""
    row = require(identity)
    row.after("count")
    return row


def require_counted(row: StocktakeRow) -> None:
    """Refuse to go on while lines are not counted: what nobody looked at is no loss."""
    if row.left:
        rooms = queries.missing_rooms(row.id)
        some = "、".join(room.name for room in rooms[:5]) + (f"等 {len(rooms)} 处" if len(rooms) > 5 else "")
        raise Refused(f"还有 {row.left} 种没有盘：{some}。盘不到的请填实盘数 0 并写明原因。")


def changed(line: queries.LineRow, **values: Any) -> Count:
    """Give the count that a line has now, with some of it changed: for editing a single field."""
    return replace(Count(line.id, line.counted, line.damaged, line.found_place_id, line.found_status, line.reason,
                         line.remark), **values)
