"""The demo school's stocktakes: one of the term's start, approved, and one of its end under way; always the same."""

from datetime import date
from random import Random

from app.core.progress import Progress, silent
from app.school import queries as school
from app.stocktake import approval, commands, queries, rules
from app.stocktake.queries import LineRow
from app.stocktake.rules import Count, FindDraft, StocktakeDraft
from app.store import journal

_TEAM, _OBSERVER = "龚秀珍、郝明珠", "戚雅琴"
_START, _APPROVED, _END = date(2026, 9, 4), date(2026, 9, 18), date(2026, 11, 20)
_LOSSES = ("暑期施工搬运后去向不明", "原保管人调离时未办交接，查无实物", "已损坏由施工队误清运")
_ROOMS_DONE = 34  # of the second stocktake


def build_stocktakes(progress: Progress = silent) -> int:
    """Add both stocktakes as one step and give how many; the demo's cards must be there."""
    term = school.current_term()
    if term is None:
        return 0
    chance = Random(2027)
    with journal.operation("建立示范盘点 2 次"):
        progress(0, 2, "建立示范盘点")
        first = commands.start(_draft(term.id, rules.TERM_START, f"{term.title}期初盘点", _START), _START)
        rooms = [int(room.key) for room in queries.result(first) if room.key != "0"]
        commands.write_counts(first, [_count(chance, line, rooms) for line in queries.lines(first, (rules.UNSEEN,))],
                              _TEAM, rules.TYPED, "2026-09-08 15:30:00")
        commands.park(first, FindDraft("QH2012-077", "旧讲台", unit="张", place_id=rooms[0], decision=rules.LEAVE_IT,
                                       reason="已报废未运走，原卡片已注销"), rules.SCANNED, "2026-09-08 15:30:00")
        approval.carry_out(commands.require(first), "青小总务〔2026〕9号", _APPROVED)
        progress(1, 2, "建立示范盘点")
        second = commands.start(_draft(term.id, rules.TERM_END, f"{term.title}期末盘点", _END), _END)
        done = {room.key for room in queries.result(second)[:_ROOMS_DONE]}
        commands.write_counts(
            second,
            [
                _count(chance, line, rooms, whole=False)
                for line in queries.lines(second, (rules.UNSEEN,))
                if str(line.place_id or 0) in done
            ],
            _TEAM,
            rules.WHOLE_ROOM,
            "2026-11-20 16:00:00",
        )
        for draft in _finds(rooms):
            commands.park(second, draft, rules.SCANNED, "2026-11-20 16:00:00")
    return 2


def _draft(term: int, kind: str, title: str, day: date) -> StocktakeDraft:
    return StocktakeDraft(term, kind, day, title=title, team=_TEAM, observer=_OBSERVER)


def _count(chance: Random, line: LineRow, rooms: list[int], whole: bool = True) -> Count:
    """Count a line: nearly always as the book says, now and then lost, elsewhere, idle or with damaged pieces.

    Losses are of whole cards where ``whole``: the approved stocktake then leaves the number of cards as it is.
    """
    luck = chance.random()
    if luck < 0.006:
        left = 0 if whole or line.quantity == 1 else line.quantity - 1 - chance.randrange(min(3, line.quantity - 1))
        return Count(line.id, left, reason=chance.choice(_LOSSES))
    if luck < 0.014:
        return Count(line.id, line.quantity, found_place_id=chance.choice(rooms), remark="搬动后未登记")
    if luck < 0.02:
        return Count(line.id, line.quantity, found_status="闲置")
    damaged = chance.randint(1, min(3, line.quantity)) if luck > 0.985 else 0
    return Count(line.id, line.quantity, damaged)


def _finds(rooms: list[int]) -> list[FindDraft]:
    return [FindDraft("6901234567892", place_id=rooms[3]),
            FindDraft("", "书柜", "两门玻璃", "个", rooms[5], 2, 26_000, rules.BOOK_IT, "家委会捐赠，未登记")]
