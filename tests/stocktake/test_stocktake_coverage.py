"""What a scope is said to cover is what opening freezes."""

from datetime import date

import pytest

from app.assets import commands as cards
from app.assets import queries as assets
from app.core.listing import Wish
from app.school import place_commands
from app.school import queries as school
from app.stocktake import queries
from app.stocktake.coverage import covered
from app.stocktake.rules import Scope

DAY = date(2026, 11, 20)


@pytest.mark.parametrize("make", [
    lambda small: Scope(), lambda small: Scope(places=(small.first,)), lambda small: Scope(places=(small.first, small.second)),
    lambda small: Scope(classes=("A05000000",)), lambda small: Scope(keepers=(small.wang,)),
    lambda small: Scope(places=(school.place(small.first).parent_id,), classes=("A05010201",)),
    lambda small: Scope(places=(0,)),
])
def test_it_says_what_opening_freezes(small, make):
    card = assets.card(small.lent)
    card.draft.place_id = None
    cards.edit_asset(small.lent, card.draft)
    scope = make(small)
    found = covered(scope, DAY)
    total = queries.result(small.begin(scope=scope), "all")[0]
    assert (found.records, found.pieces, found.fen) == (total.lines, total.book, total.fen)
    assert found.records


def test_branch_rooms_only(small):
    assert not covered(Scope(branch_rooms=True), DAY).records
    draft = school.place_draft(small.second)
    draft.custody = "分保管室"
    place_commands.edit_place(small.second, draft)
    assert covered(Scope(branch_rooms=True), DAY).records == 1


def test_cards_booked_after_the_day_are_not_covered(small):
    before = covered(Scope(), DAY).records
    small.card("新书柜", booked_on=date(2026, 11, 21))
    assert covered(Scope(), DAY).records == before
    assert covered(Scope(), None).records == before + 1 == assets.totals(Wish()).records
