"""Each check by itself: what it finds, what it lets pass, how strict the school wants it."""

from dataclasses import replace
from datetime import date

import pytest

from app.purchasing import checking
from app.purchasing import settings as words
from app.purchasing.findings import RULES, Award, Facts, SplitSum, check_purchase, standing_in_the_way
from app.purchasing.tiers import SHIPPED, read_tiers, tier_of
from app.store import settings

TIERS = read_tiers(SHIPPED)
OF_A_LINE = {"not_lowest", "no_award", "off_ledger", "no_source"}
DAY, LATER = date(2026, 11, 20), date(2026, 11, 21)


def facts(fen=50_000, kind="货物", **more):
    usual = {"approved_on": DAY, "accepted_on": DAY, "buyers": 2, "least_acceptors": 2, "reply_no": "1", "meeting_no": "2", "contracts": 1,
             "quotes": 3, "askers": 2, "notices": 1, "accepted": fen, "invoiced": fen, "whole": True, "way": "询价"}
    return Facts(kind=kind, tier=tier_of(TIERS, kind, fen), fen=fen, **{**usual, **more})


def test_a_purchase_that_has_everything_passes():
    for fen in (1, 100_000, 100_001, 500_000, 29_999_999):
        assert check_purchase(facts(fen)) == []
    assert check_purchase(facts(40_000_000, way="政府采购")) == []


@pytest.mark.parametrize(("rule", "wrong"), [
    ("same_person", {"both": ["王敏"]}), ("few_buyers", {"buyers": 1}), ("few_acceptors", {"least_acceptors": 1}),
    ("not_approved", {"approved_on": None}), ("approved_late", {"approved_on": LATER}), ("no_reply", {"reply_no": " "}),
    ("few_quotes", {"quotes": 2}), ("few_askers", {"askers": 1}), ("not_lowest", {"awards": [Award(7, "桌", 9, 8)]}),
    ("no_award", {"awards": [Award(7, "桌", None, 8)]}), ("no_notice", {"notices": 0}), ("unpaid_for", {"invoiced": 1}),
    ("off_ledger", {"off_ledger": [(7, "投影仪")]}), ("over_budget", {"over_budget": [("公用经费", 5)]}),
    ("above_approved", {"expected": 599_999}), ("no_source", {"without_source": [(7, "桌")]}),
    ("number_twice", {"numbers_twice": ["0441"]}), ("split", {"splits": [SplitSum("计算机", 2026, 9, ("QG-1", "QG-2"), 100, 5)]})])
def test_each_check_finds_its_own(rule, wrong):
    found = check_purchase(facts(600_000, **wrong))
    assert [each.rule for each in found] == [rule]
    assert found[0].source
    assert found[0].line == (7 if rule in OF_A_LINE else 0)
    assert found[0].level == next(each.level for each in RULES if each.key == rule)
    assert check_purchase(facts(600_000, **wrong), {rule: None}) == []
    assert check_purchase(facts(600_000, **wrong), {rule: "warning"})[0].level == "warning"


@pytest.mark.parametrize("right", [
    {"quotes": 2, "few_reason": "县里只有两家"}, {"awards": [Award(1, "桌", 9, 8, "质保五年")]}, {"awards": [Award(1, "桌", 8, 8)]},
    {"invoiced": 1, "differs_reason": "抹零"}, {"invoiced": 1, "whole": False}, {"invoiced": None}, {"accepted_on": None, "notices": 0},
    {"accepted_on": None, "approved_on": None, "least_acceptors": None}])
def test_what_is_explained_or_not_due_yet_passes(right):
    assert check_purchase(facts(600_000, **right)) == []


def test_at_the_limit_it_goes_by_the_government_with_contract_and_meeting():
    found = check_purchase(facts(30_000_000, meeting_no="", contracts=0))
    assert {each.rule for each in found} == {"government", "no_meeting", "no_contract"}
    assert "300,000.00 元达到当地限额" in next(each.text for each in found if each.rule == "government")
    limit = SplitSum("计算机", 2026, 31_000_000, ("QG-1", "QG-2"), 30_000_000, 30_000_000)
    assert "达到政府采购限额" in check_purchase(facts(splits=[limit]))[0].text


def test_small_ones_need_no_quotes_and_nobody_who_asks():
    assert check_purchase(facts(quotes=0, askers=0, notices=0, reply_no="", meeting_no="", contracts=0, buyers=1, least_acceptors=1)) == []


def test_what_forbids_the_acceptance_forbids_the_claim_as_well():
    found = check_purchase(facts(600_000, buyers=1, reply_no=""))
    assert [each.rule for each in standing_in_the_way(found, "accept")] == ["few_buyers"]
    assert [each.rule for each in standing_in_the_way(found, "claim")] == ["few_buyers", "no_reply"]


def test_the_school_says_how_strict(shop):
    settings.change({words.SEVERITY["few_buyers"]: "不查", words.SEVERITY["few_acceptors"]: "提醒"})
    purchase = shop.buy(replace(shop.broom, quantity=200_000)).made[0]
    assert {each.rule: each.level for each in checking.findings(purchase)} == {"few_acceptors": "warning", "no_reply": "error"}
    settings.change({words.TIERS: ["0 起：申请单；采购 1；验收 1"]})
    assert checking.findings(purchase) == []


def test_nothing_is_known_of_a_purchase_yet():
    bare = Facts("货物", "", tier_of(TIERS, "货物", 30_000_000), 30_000_000)
    assert [(each.rule, each.line) for each in check_purchase(bare)] == [
        ("few_buyers", 0), ("government", 0), ("no_reply", 0), ("no_meeting", 0), ("no_contract", 0)]
    assert (bare.buyers, bare.contracts, bare.quotes, bare.askers, bare.notices, bare.accepted) == (0, 0, 0, 0, 0, 0)
    quoted = replace(bare, tier=tier_of(TIERS, "货物", 500_000), fen=500_000)
    assert [(each.rule, each.line) for each in check_purchase(quoted)] == [("few_buyers", 0), ("no_reply", 0), ("few_quotes", 0)]


def test_errors_come_first():
    found = check_purchase(facts(600_000, notices=0, approved_on=None, reply_no="", over_budget=[("公用经费", 5)]))
    assert [each.level for each in found] == ["error", "warning", "warning", "warning"]


def test_many_purchases_are_named_shortly():
    numbers = tuple(f"QG-{at}" for at in range(7))
    seven = check_purchase(facts(splits=[SplitSum("计算机", 2026, 9, numbers, None, 5)]))[0].text
    assert "QG-5等 7 次" in seven
    assert "QG-6" not in seven
    assert "等 6 次" not in check_purchase(facts(splits=[SplitSum("计算机", 2026, 9, numbers[:6], None, 5)]))[0].text
    assert check_purchase(facts(splits=[SplitSum("计算机", 2026, 9, numbers, 100, None)])) == []
    reached, = check_purchase(facts(splits=[SplitSum("计算机", 2026, 100, numbers, 100, None)]))
    assert ("达到政府采购限额" in reached.text, reached.line) == (True, 0)
