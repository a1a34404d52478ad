"""What comes next in a stocktake and what stands in its way; the stocktakes that wait, and the one a term's end asks for."""

from collections.abc import Iterator, Sequence
from datetime import date

from app.assets import queries as assets
from app.core.dues import PLAIN, WARNING, Due, Next
from app.core.listing import Wish
from app.core.terms import chinese_day
from app.school import queries as school
from app.stocktake import queries, rules
from app.stocktake.queries import Result, StocktakeRow

DAYS_BEFORE_TERM_END = 30
_ROOMS_NAMED = 2


def next_step(stocktake: StocktakeRow, rooms: Sequence[Result]) -> Next:
    """Say what comes next with a stocktake and what stands in its way; ``rooms`` are its results by room.

    The act is "left" (a room to count), "reasons", or "finds" (what was found besides and is not decided).
    """
    if stocktake.state == rules.VOIDED:
        return Next(f"这次盘点已作废，只能查看。{stocktake.remark.splitlines()[-1] if stocktake.remark else ''}")
    if stocktake.state == rules.APPROVED and stocktake.approved_on:
        return Next(f"已经 {stocktake.approval_no}（{stocktake.approved_on}）批准，台账已按批准结果调整，这里只能查看。"
                    "要退回，请撤销“批准盘点”那一步。")
    counting = stocktake.state == rules.OPEN
    if stocktake.left:
        left = [room.name for room in rooms if room.left]
        some = "、".join(left[:_ROOMS_NAMED]) + (" 等" if len(left) > _ROOMS_NAMED else "")
        return Next(f"还有 {len(left)} 处 {stocktake.left:,} 种没有盘：{some}。", *(("left", "去盘下一处") if counting else ()))
    bare, unclear = queries.obstacles(stocktake.id)
    blocks = "，".join(_obstacles(bare, unclear))
    if counting and blocks:
        way = ("reasons", "去写原因") if bare else ("finds", "去处理")
        return Next(f"全部盘完，但有 {blocks}，写清后才能报批。", *way, WARNING)
    if counting:
        return Next("全部盘完。核对无误后点“清点完毕”，再打印审批表报批。")
    if blocks:
        return Next(f"清点完毕，但有 {blocks}，不能报批。请先“重新打开”补上。", tone=WARNING)
    return Next("清点完毕，不能再录入。请打印审批表报批；批准以后点“审批入账”，填批准文号和日期，台账这时才调整。")


def dues(day: date) -> Iterator[Due]:
    """Give what comes next in each stocktake under way, differences to be decided meanwhile, and the one that is due."""
    for row in queries.under_way():
        following = next_step(row, queries.result(row.id) if row.left else ())
        done = f"已盘 {row.lines - row.left:,} / {row.lines:,} 种。" if row.left else ""
        yield Due(
            "stocktake/next",
            f"{row.title}：{done}{following.text}",
            f"stocktake:{following.act}" if following.act else "stocktake",
            following.words or "去盘点",
            following.tone,
            None,
            "stocktake",
            row.id,
        )
        bare, unclear = queries.obstacles(row.id) if row.left and row.allows("count") else (0, 0)
        if bare or unclear:
            yield Due("stocktake/undecided", f"{row.title}：{'，'.join(_obstacles(bare, unclear))}。",
                      "stocktake:reasons" if bare else "stocktake:finds", "去处理", PLAIN, None, "stocktake", row.id)
    term = school.current_term()
    if (
        term
        and 0 <= (term.ends_on - day).days <= DAYS_BEFORE_TERM_END
        and not _counted_at_end(term.id)
        and assets.totals(Wish()).records
    ):
        yield Due("stocktake/term-end", f"本学期{chinese_day(term.ends_on)}结束，可以开始期末盘点了。", "stocktake:open", "开始盘点",
                  WARNING, term.ends_on)


def _obstacles(bare: int, unclear: int) -> list[str]:
    return ([f"{bare} 种盘亏、盘盈没有写原因"] if bare else []) + ([f"{unclear} 条盘盈登记没有定是否入账"] if unclear else [])


def _counted_at_end(term: int) -> bool:
    """Whether a term's stocktake of its end is under way or done."""
    return any(each.kind == rules.TERM_END and each.state != rules.VOIDED for each in queries.stocktakes(term))
