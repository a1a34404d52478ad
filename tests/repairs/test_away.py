"""Cards that go out for repair and come back: their word is the school's own and is set back in the same step."""

from dataclasses import replace

import pytest

from app.assets import commands as assets
from app.assets import queries as cards
from app.assets.settings import STATUSES
from app.core.errors import Refused
from app.repairs import commands, queries
from app.repairs.rules import AcceptDraft, CompletionDraft
from app.store import journal, settings
from tests.repairs.conftest import FRIDAY, MONDAY, TUESDAY


def word(shop, status):
    """Give the fan a word by hand."""
    draft = cards.card(shop.fan).draft
    draft.status = status
    assets.edit_asset(shop.fan, draft)


def before(identity):
    return [card.status_before for card in queries.cards(identity)]


def test_there_and_back(shop):
    word(shop, "待修理")
    identity = shop.report(assets=((shop.fan, 1),))
    step = commands.send(identity, TUESDAY, "青河电机厂", "烧了线圈")
    row = shop.row(identity)
    assert (row.state_words, row.vendor, row.waiting_reason, row.assigned_on) == ("外修", "青河电机厂", "烧了线圈", TUESDAY)
    assert (shop.status(shop.fan), before(identity)) == ("送修", ["待修理"])
    commands.bring_back(identity, FRIDAY)
    assert (shop.status(shop.fan), before(identity), shop.row(identity).state_words) == ("待修理", [""], "已派工")
    with pytest.raises(Refused):
        journal.undo(step.id)


@pytest.mark.parametrize("end", [lambda identity: commands.complete([identity], CompletionDraft(FRIDAY)),
                                 lambda identity: commands.accept([identity], AcceptDraft(FRIDAY))])
def test_completing_and_accepting_bring_it_back(shop, end):
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    step = end(identity)
    assert (shop.status(shop.fan), before(identity)) == ("在用", [""])
    journal.undo(step.id)
    assert (shop.status(shop.fan), before(identity)) == ("送修", ["在用"])


def test_the_word_is_the_schools_own(shop):
    settings.change({STATUSES: ["在用", "送外维修＝送修", "待报废＝待处置", "待核销", "闲置", "待修理"]})
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    assert shop.status(shop.fan) == "送外维修"


def test_without_a_word_for_it_the_card_stays_and_that_is_told(shop):
    settings.change({STATUSES: ["在用", "待报废＝待处置", "待核销"]})
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    assert (shop.status(shop.fan), before(identity)) == ("在用", [""])
    assert "没有表示“送修”的使用状况" in queries.events(identity)[-1].words


def test_some_pieces_of_a_card_leave_its_word(shop):
    """Three of forty-five chairs are out: a stocktake must still look for the forty-two."""
    identity = shop.report(assets=((shop.chairs, 3),))
    commands.send(identity, TUESDAY, "木器厂")
    assert shop.status(shop.chairs) == "在用"
    assert "只送出 3 件（共 45 件）" in queries.events(identity)[-1].words


def test_two_open_jobs_of_one_card(shop):
    """The first keeps the word, the last that comes back sets it again, in either order."""
    first, second = (shop.report(assets=((shop.fan, 1),), what=what) for what in ("不转", "响"))
    commands.send(first, TUESDAY, "甲厂")
    commands.send(second, TUESDAY, "乙厂")
    assert (before(first), before(second)) == (["在用"], ["在用"])
    commands.bring_back(first, FRIDAY)
    assert shop.status(shop.fan) == "送修"
    commands.bring_back(second, FRIDAY)
    assert shop.status(shop.fan) == "在用"


def test_what_was_marked_by_hand_comes_back_into_use(shop):
    word(shop, "送修")
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    commands.bring_back(identity, FRIDAY)
    assert shop.status(shop.fan) == "在用"


def test_a_word_given_meanwhile_stays(shop):
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    word(shop, "待报废")
    commands.bring_back(identity, FRIDAY)
    assert (shop.status(shop.fan), before(identity)) == ("待报废", [""])


def test_a_card_deleted_meanwhile_is_passed_over(shop):
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    assets.delete_assets([shop.fan])
    commands.bring_back(identity, FRIDAY)
    assert queries.cards(identity)[0].gone


def test_a_word_taken_out_of_the_settings_comes_back_as_in_use(shop):
    word(shop, "待修理")
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    settings.change({STATUSES: ["正常＝在用", "送修", "待报废＝待处置", "待核销", "在用"]})
    commands.bring_back(identity, FRIDAY)
    assert shop.status(shop.fan) == "正常"


def test_cards_do_not_change_while_they_are_out(shop):
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, TUESDAY, "电机厂")
    with pytest.raises(Refused, match="请先登记外修取回"):
        commands.edit(identity, replace(queries.draft_of(identity), assets=()))
    commands.edit(identity, replace(queries.draft_of(identity), what="风扇"))
    with pytest.raises(Refused, match="请先登记外修取回"):
        commands.void([identity], "不修了")


def test_sending_it_elsewhere_keeps_the_first_word(shop):
    identity = shop.report(assets=((shop.fan, 1),))
    commands.send(identity, MONDAY, "甲厂")
    commands.send(identity, TUESDAY, "乙厂")
    assert (before(identity), shop.row(identity).vendor) == (["在用"], "乙厂")
    commands.bring_back(identity, FRIDAY)
    assert shop.status(shop.fan) == "在用"
