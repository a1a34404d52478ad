"""A card split: value, depreciation and pieces are divided without losing a 分; the rest stays with the mother card."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import commands, queries, rules, splitting
from app.assets.fields import AssetDraft
from app.assets.splitting import Split
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import PersonDraft
from app.store import journal
from app.store.database import database

pytestmark = pytest.mark.usefixtures("started_ledger")

DESKS = AssetDraft(name="学生课桌", unit="张", quantity=45, unit_price=14_800, value=666_000, opening_depreciation=100_001,
                   opening_months=30, serial="S1", old_number="旧-7", voucher="记-12", supplier="育林")


def rows():
    return database.execute_sql("SELECT * FROM asset ORDER BY id").fetchall()


@st.composite
def splits(draw):
    quantity = draw(st.integers(2, 400))
    value = draw(st.one_of(st.integers(0, 3_000), st.integers(0, 10**12)))
    depreciation = draw(st.one_of(st.integers(0, value), st.just(value), st.just(max(value - 1, 0))))
    pieces, left = [], quantity
    if draw(st.booleans()):
        pieces = [1] * draw(st.integers(1, quantity - 1))
    else:
        while left > 1 and len(pieces) < 12 and (not pieces or draw(st.booleans())):
            pieces.append(draw(st.integers(1, left - 1)))
            left -= pieces[-1]
    return quantity, value, depreciation, pieces


@given(splits())
def test_sums_are_kept_and_no_card_is_impossible(case):
    quantity, value, depreciation, pieces = case
    parts = rules.shares(*case)
    assert [sum(column) for column in zip(*parts, strict=True)] == [quantity, value, depreciation]
    assert [part[0] for part in parts[:-1]] == pieces
    for count, fen, worn in parts:
        assert count >= 1
        assert 0 <= worn <= fen
    for count, fen, _ in parts[:-1]:
        assert 0 <= value * count - fen * quantity < quantity  # its part to the 分, rounded down


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(splits())
def test_cards_in_the_ledger_keep_all_sums_and_undo_restores(case):
    quantity, value, depreciation, pieces = case
    identity = commands.register_asset(AssetDraft(
        name="课桌", quantity=quantity, unit_price=value // quantity, value=value, opening_depreciation=depreciation)).made[0]
    before, totals = rows(), queries.totals(Wish())
    new = splitting.split_card(identity, Split(tuple(pieces))).made
    assert (queries.totals(Wish()).pieces, queries.totals(Wish()).fen) == (totals.pieces, totals.fen)
    cards = queries.cards([identity, *new])
    assert sum(card.draft.opening_depreciation for card in cards) == depreciation
    assert len({card.draft.number for card in cards}) == len(pieces) + 1
    after = rows()
    journal.undo()
    assert rows() == before
    journal.redo()
    assert rows() == after


def test_forty_five_desks_three_of_them_broken():
    place_commands.add_places("总务楼 1层 仓库 库房")
    store, keeper = school.find_places("仓库")[0].id, school_commands.add_person(PersonDraft("王敏")).made[0]
    identity = commands.register_asset(DESKS).made[0]
    new, = splitting.split_card(identity, Split((3,), store, keeper, "待报废")).made
    mother, child = (card.draft for card in queries.cards([identity, new]))
    assert (mother.quantity, mother.value, mother.opening_depreciation) == (42, 621_600, 93_335)
    assert (child.quantity, child.value, child.opening_depreciation) == (3, 44_400, 6_666)
    assert (child.number, child.serial, child.old_number, child.voucher) == ("ZC-2026-00002", "", "旧-7", "记-12")
    assert (child.place_id, child.keeper_id, child.status) == (store, keeper, "待报废")
    assert (mother.place_id, mother.status, mother.serial, mother.opening_months) == (None, "在用", "S1", 30)
    assert child.unit_price == mother.unit_price == 14_800
    assert journal.history("asset", identity)[0].title == "拆分资产 ZC-2026-00001 学生课桌：45 件 → 42 + 3"
    assert queries.totals(Wish("kz")).records == 2


def test_what_cannot_be_split_is_refused_and_changes_nothing():
    identity, one = commands.register_asset(DESKS).made[0], commands.register_asset(AssetDraft(name="讲台")).made[0]
    before = rows()
    for wish, text in (((), "各拆出几件"), ((0, 3), "至少 1 件"), ((44, 1), "原卡片至少要留 1 件"), ((1,) * 2_001, "最多拆成")):
        with pytest.raises(Invalid, match=text):
            splitting.split_card(identity, Split(wish))
    with pytest.raises(Invalid, match="只有一件"):
        splitting.split_card(one, Split((1,)))
    with pytest.raises(Refused, match="已被删除"):
        splitting.split_card(999, Split((1,)))
    assert rows() == before


def test_a_split_is_said_in_few_words():
    assert splitting.said(45, (3, 2)) == "45 件 → 40 + 3 + 2"
    assert splitting.said(45, (1,) * 44) == "45 件 → 1 + 44 张各 1 件"
    assert splitting.said(45, (1, 2, 3, 4, 5)) == "45 件 → 30 + 5 张共 15 件"


def test_pieces_are_read_as_people_type_them():
    assert splitting.pieces_from("3") == (3,)
    assert splitting.pieces_from(" 3、5，２ ; 1 ") == (3, 5, 2, 1)
    assert splitting.pieces_from("1×4 2 * 2") == (1, 1, 1, 1, 2, 2)
    assert splitting.pieces_from("") == ()
    for text in ("三", "3.5", "-1", "3张"):
        with pytest.raises(ValueError, match="pieces"):
            splitting.pieces_from(text)
