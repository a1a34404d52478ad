"""Tiers as typed: read, written again the same, refused in a sentence; and what a purchase falls into."""

import pytest

from app.purchasing import tiers
from app.purchasing.tiers import SHIPPED, read_tier, read_tiers, tier_of


@pytest.mark.parametrize("line", SHIPPED)
def test_the_shipped_lines_are_written_as_they_are_read(line):
    assert read_tier(line).line == line


@pytest.mark.parametrize(("fen", "kind", "starts", "quotes", "buyers"), [
    (0, "货物", 0, 0, 1), (100_000, "货物", 0, 0, 1), (100_001, "货物", 100_001, 0, 2), (499_999, "服务", 100_001, 0, 2),
    (500_000, "货物", 500_000, 3, 2), (29_999_999, "货物", 500_000, 3, 2), (30_000_000, "货物", 30_000_000, 0, 2),
    (30_000_000, "工程", 500_000, 3, 2)])
def test_an_amount_falls_into_the_highest_tier_below_it(fen, kind, starts, quotes, buyers):
    tier = tier_of(read_tiers(SHIPPED), kind, fen)
    assert (tier.starts, tier.quotes, tier.buyers) == (starts, quotes, buyers)
    assert tiers.limit_of(read_tiers(SHIPPED), kind) == (60_000_000 if kind == "工程" else 30_000_000)


def test_without_tiers_nothing_is_asked():
    tier = tier_of((), "货物", 10**9)
    assert (tier.papers, tier.buyers, tier.acceptors) == ((), 0, 0)
    assert tiers.next_start((), "货物", 0) is None


@pytest.mark.parametrize(("line", "said"), [
    ("五千 起：公示", "没有写从多少元起"), ("图书 5000 起：公示", "看不懂"),
    ("5000 起：盖章", "“盖章”不是可以要求的东西"), ("5000 起 公示", "没有写从多少元起"), ("5000 起：报价 三", "不是可以要求的东西")])
def test_what_cannot_be_read_is_said(line, said):
    assert said in tiers.wrong([line])


def test_two_tiers_do_not_begin_together():
    assert "都从 5,000.00 元起" in tiers.wrong(["5000 起：公示", "货物 5000 起：合同"])
    assert tiers.wrong(["服务 5000 起：公示", "货物 5000 起：合同"]) == ""
    assert tiers.next_start(read_tiers(SHIPPED), "货物", 100_000) == 100_001


def test_the_next_tier_is_above():
    known = read_tiers(SHIPPED)
    assert [tiers.next_start(known, "货物", fen) for fen in (0, 100_001, 499_999, 500_000, 30_000_000)] == [
        100_001, 500_000, 500_000, 30_000_000, None]


def test_what_a_line_does_not_say_is_one_and_one():
    tier = read_tier("服务 200 起：申请单")
    assert (tier.starts, tier.kinds, tier.papers, tier.approver) == (20_000, ("服务",), ("申请单",), "")
    assert (tier.quotes, tier.buyers, tier.acceptors) == (0, 1, 1)


@pytest.mark.parametrize("line", ["一二三四五六七八九十" * 4 + " 起：公示", "图书" * 20 + " 5000 起：公示", "5 起：" + "盖章很长" * 10])
def test_a_long_line_is_quoted_shortly(line):
    said = tiers.wrong([line])
    assert len(said.partition("”")[0]) in (21, 31)
