"""What is not simply mended: marked for scrapping after a look, or bought anew by a request that is linked."""

import pytest

from app.core.errors import Invalid, Refused
from app.core.quantity import ONE
from app.purchasing import queries as purchases
from app.purchasing.rules import LineDraft
from app.repairs import commands, offers, queries
from app.school import links
from app.store import journal
from tests.repairs.conftest import FRIDAY, TUESDAY


def test_a_card_that_cannot_be_mended_waits_to_be_scrapped(shop):
    job = shop.assigned(assets=((shop.fan, 1),))
    step = offers.cannot_be_mended(job, FRIDAY, "线圈烧毁，无配件")
    assert (shop.status(shop.fan), shop.row(job).state_words) == ("待报废", "已派工")
    assert queries.events(job)[-1].title == "标为待报废"
    assert "线圈烧毁" in queries.events(job)[-1].words
    journal.undo(step.id)
    assert shop.status(shop.fan) == "在用"


def test_one_that_is_outside_stays_so_until_it_is_back_and_is_not_set_back(shop):
    job = shop.assigned(assets=((shop.fan, 1),))
    commands.send(job, TUESDAY, "电机厂")
    offers.cannot_be_mended(job, FRIDAY)
    commands.bring_back(job, FRIDAY)
    assert shop.status(shop.fan) == "待报废"


def test_without_a_card_or_with_some_of_its_pieces_it_is_refused(shop):
    with pytest.raises(Refused, match="没有登记资产卡片"):
        offers.cannot_be_mended(shop.assigned())
    with pytest.raises(Refused, match="共 45 件，只有 3 件不能修。请先在“资产台账”把它们拆分出来"):
        offers.cannot_be_mended(shop.assigned(assets=((shop.chairs, 3),)))
    assert shop.status(shop.chairs) == "在用"
    with pytest.raises(Refused, match="已完成"):
        offers.cannot_be_mended(shop.accepted(assets=((shop.fan, 1),)))
    with pytest.raises(Invalid, match="早于报修日期"):
        offers.cannot_be_mended(shop.report(assets=((shop.fan, 1),), reported_on=FRIDAY), TUESDAY)


def test_what_must_be_bought_becomes_a_request_linked_on_both_ends(shop):
    job = shop.assigned(assets=((shop.fan, 1),))
    step = offers.to_purchase(job)
    purchase = step.made[0]
    row, (line,) = purchases.purchase(purchase), purchases.lines(purchase)
    assert (row.state, row.number, line.name, line.quantity) == ("asked", "QG-2026-00001", "吊扇", ONE)
    assert "WX-2026-00001" in row.purpose
    assert [(each.table, each.id, each.why) for each in links.of("repair", job)] == [
        ("purchase", purchase, "报修转采购"), ("asset", shop.fan, "报修")]
    assert [(each.table, each.id) for each in links.of("purchase", purchase)] == [("repair", job)]
    journal.undo(step.id)
    assert [each.table for each in links.of("repair", job)] == ["asset"]


def test_lines_may_be_said_and_a_voided_job_buys_nothing(shop):
    job = shop.report()
    purchase = offers.to_purchase(job, [LineDraft("灯管", "T8", "支", 4 * ONE, 800)], FRIDAY).made[0]
    assert [(line.name, line.amount) for line in purchases.lines(purchase)] == [("灯管", 3_200)]
    assert [line.name for line in offers.purchase_lines(job)] == ["灯管不亮"]
    with pytest.raises(Invalid, match="早于报修日期"):
        offers.to_purchase(shop.report(reported_on=FRIDAY), day=TUESDAY)
    commands.void([job], "报错")
    with pytest.raises(Refused, match="已经作废"):
        offers.to_purchase(job)
