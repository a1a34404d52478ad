"""A small school with two rooms and a few cards, on the 21st of November 2026."""

from datetime import date
from types import SimpleNamespace

import pytest

from app.assets import commands as cards
from app.assets.fields import AssetDraft
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.stocktake import commands, queries
from app.stocktake.rules import Scope, StocktakeDraft


@pytest.fixture
def small(started_ledger):
    """Give rooms, keeper and card ids: 45 desks and a projector in 101, a piano in 102, and things lent and in repair."""
    place_commands.add_places("教学楼 1层 101室 教室\n教学楼 1层 102室 教室")
    first, second = (room.id for room in school.rooms())
    wang = school_commands.add_person(PersonDraft("王敏")).made[0]

    def card(name, quantity=1, yuan=100, room=first, **more):
        return cards.register_asset(AssetDraft(
            name=name, quantity=quantity, unit_price=yuan * 100, unit="张", place_id=room, keeper_id=wang, **more)).made[0]

    return SimpleNamespace(
        begin=lambda kind="期末", scope=None: commands.open_stocktake(
            StocktakeDraft(school.current_term().id, kind, date(2026, 11, 20), scope or Scope())).made[0],
        term=school.current_term().id, first=first, second=second, wang=wang, card=card,
        desk=card("课桌", 45, value=450_007, opening_depreciation=100_003, class_code="A05010201"),
        projector=card("投影仪", yuan=2_000),
        piano=card("钢琴", yuan=9_000, room=second), lent=card("音箱", status="出借"), repair=card("空调", status="送修"))


@pytest.fixture
def begun(small):
    """Give the same with a stocktake of everything under way: ``small.id``, ``small.line(asset)``."""
    small.id = small.begin()
    small.line = lambda asset: next(line for line in queries.lines(small.id) if line.asset_id == asset)
    return small
