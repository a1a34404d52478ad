"""What people mean when money is typed, without I/O: Enter, an amount for no item, all of a class but some.

Amounts are 分. ``owed`` is what a pupil still has to pay by plan item, in the plan's order; ``open_now`` what is still to be
given back to him, below zero what he still has to pay in addition.
"""

from collections.abc import Mapping

from app.core.errors import Invalid, Problem
from app.core.money import format_fen

PAY, GIVE, SIGNER = "pay", "give", "signer"     # the columns in which it is typed; a problem names them


def spread(owed: Mapping[int, int], fen: int) -> dict[int, int]:
    """Give what of an amount (分) goes to each item, in the order of ``owed``: what comes first in the plan is paid first.

    An item that gets nothing is left out. What is more than all that is owed goes to the last item, so that the check of a
    receipt finds it there.
    """
    parts, left = dict[int, int](), fen
    for item, most in owed.items():
        part = min(most, left)
        if part > 0:
            parts[item] = part
            left -= part
    if left > 0 and owed:
        last = list(owed)[-1]
        parts[last] = parts.get(last, 0) + left
    return parts


def paid(owed: Mapping[int, int], fen: int | None, items: Mapping[int, int], name: str = "") -> dict[int, int]:
    """Give what was paid for each item by what was typed for a pupil: an amount for no item, or amounts by item.

    Nothing typed is nothing paid. ``Invalid`` at ``PAY`` where both were typed, and for an amount that is not above zero or
    more than he owes (``name`` is his).
    """
    if fen is None:
        return dict(items)
    if items:
        raise Invalid([Problem(PAY, "“本次收”和项目列只填一处：要么填总数，要么分项填。")])
    whole = sum(owed.values())
    if not whole:
        raise Invalid([Problem(PAY, f"{name}不欠费，不能再收。")])
    if not 0 < fen <= whole:
        raise Invalid([Problem(PAY, f"{name}欠 {format_fen(whole)} 元，本次收的要大于零、不超过这个数。")])
    return spread(owed, fen)


def all_but(open_now: Mapping[int, int], typed: Mapping[int, int]) -> dict[int, int]:
    """Give who pays or gets how much where all of a class do, except who was ``typed``: he that much, for 0 nothing.

    ``Invalid`` with the pupil as ``Problem.row`` for who was typed though nothing is open for him.
    """
    strangers = [pupil for pupil, fen in typed.items() if fen and pupil not in open_now]
    if strangers:
        raise Invalid([Problem("fen", "这名学生现在没有要办的钱，请刷新后再填。", row=pupil) for pupil in strangers])
    return {pupil: fen for pupil, whole in open_now.items() if (fen := typed.get(pupil, whole))}


def given(open_now: int, fen: int | None, signer: str = "") -> int | None:
    """Give what changes hands by what was typed for a pupil, below zero where he pays in addition; None: nothing was typed.

    A signature alone is for all that is open; an amount, typed without a sign, goes the way in which money is open.
    """
    if fen is None:
        return open_now if signer else None
    return fen if open_now > 0 else -fen


def nothing_open(settled: bool, left: int) -> str:
    """Say why nothing can be given back to a pupil or taken from him; ``left`` is what he would have if it were settled now."""
    if left and not settled:
        return "还没有结算。清退要在结算以后登记；已经离校的学生先做“离校结算”。"
    return "这名学生没有还要退、要补的钱。改错的请在“清退记录”里作废，再重新登记。"
