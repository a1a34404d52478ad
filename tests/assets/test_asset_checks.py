"""What a check finds in the cards: figures that cannot be, search words that are stale; and nothing in a sound ledger."""

import pytest

from app.assets import checks, commands, queries
from app.assets.fields import AssetDraft
from app.store import check, journal
from app.store.database import database


@pytest.fixture
def cards(started_ledger):
    return [commands.register_asset(AssetDraft(name=name, quantity=2, unit_price=500)).made[0] for name in ("桌", "椅", "柜")]


def spoil(sql, *values):
    """Write past the rules, as another program or an older version might have done."""
    with journal.operation("弄坏"):
        database.execute_sql(sql, values)


def test_a_sound_ledger_and_an_empty_one_have_no_findings(cards):
    assert list(checks.cards_sound()) == []
    commands.delete_assets(cards)
    assert list(checks.cards_sound()) == []


@pytest.mark.parametrize("change", [
    "quantity = 0", "quantity = -1", "value = -1", "unit_price = -1", "opening_depreciation = -1", "opening_depreciation = value + 1"])
def test_impossible_figures_are_named(cards, change):
    spoil(f"UPDATE asset SET {change} WHERE id = ?", cards[1])
    (finding,) = checks.cards_sound()
    assert "ZC-2026-00002 椅" in finding
    assert "改正" in finding


def test_many_impossible_figures_are_not_all_listed(cards):
    for _ in range(30):
        commands.register_asset(AssetDraft(name="凳"))
    spoil("UPDATE asset SET value = -1")
    assert len(list(checks.cards_sound())) == 20


def test_stale_search_words_are_found_and_saving_the_card_mends_them(cards, monkeypatch):
    monkeypatch.setattr(checks, "_AT_ONCE", 2)
    spoil("UPDATE asset SET keys = 'x' WHERE id IN (?, ?)", cards[0], cards[2])
    (finding,) = checks.cards_sound()
    assert "2 张卡片" in finding
    assert "ZC-2026-00001" in finding
    for identity in (cards[0], cards[2]):
        commands.edit_asset(identity, queries.card(identity).draft)
    assert list(checks.cards_sound()) == []


def test_the_whole_check_asks_the_cards_too(cards, started_ledger):
    assert check.run(started_ledger.folder).sound
    spoil("UPDATE asset SET keys = 'x' WHERE id = ?", cards[0])
    report = check.run(started_ledger.folder)
    assert [problem for problem in report.problems if "检索词" in problem]
    assert report.counts["附加字段"] == 0
