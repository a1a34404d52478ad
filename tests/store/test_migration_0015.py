"""Version 15: words for 使用状况 get a meaning, those the school wrote itself and those on cards among them."""

import json

import pytest

from app.assets import meanings
from app.assets.settings import STATUSES
from app.store import triggers
from app.store.database import database, scalar
from app.store.migrations import m0015_status_meanings
from app.store.settings import value


@pytest.fixture
def cards(demo_ledger):
    triggers.drop()
    database.execute_sql("UPDATE asset SET status = '在用'")
    yield demo_ledger
    triggers.install()


def upgraded(stored=None, on_cards=()):
    database.execute_sql("DELETE FROM setting WHERE key = 'assets.statuses'")
    if stored is not None:
        database.execute_sql("INSERT INTO setting (key, value) VALUES ('assets.statuses', ?)", (json.dumps(stored, ensure_ascii=False),))
    for asset, status in enumerate(on_cards, 1):
        database.execute_sql("UPDATE asset SET status = ? WHERE id = ?", (status, asset))
    for sql in m0015_status_meanings.SQL:
        database.execute_sql(sql)
    text = scalar("SELECT value FROM setting WHERE key = 'assets.statuses'")
    return None if text is None else json.loads(text)


def test_shipped_words_need_nothing(cards):
    assert upgraded(on_cards=("待修理", "待报废", "出借")) is None
    assert meanings.read(value(STATUSES))["出借"] == "在外"


def test_own_words_keep_what_the_program_did_with_them(cards):
    lines = upgraded(["在用", "待报废", "出借", "送外维护修理", "封存"], ("库房闲放", "出租"))
    assert meanings.wrong(lines) == ""
    assert meanings.read(lines) == {"在用": "在用", "待报废": "待处置", "出借": "在外", "送外维护修理": "待修理", "封存": "在用",
                                    "送修": "送修", "待核销": "待核销", "出租": "在外", "库房闲放": "闲置"}


def test_words_on_cards_alone_are_added_to_the_shipped_ones(cards):
    lines = upgraded(on_cards=("坏了",))
    assert [*lines[:3], lines[-1]] == ["在用", "闲置", "出借＝在外", "坏了＝在用"]
    assert set(meanings.SHIPPED) < set(lines)
