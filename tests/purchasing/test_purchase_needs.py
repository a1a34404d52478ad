"""开学用品 by class or pupils, handed out later without retyping; another price by the invoice; awards come to the lines."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.purchasing import (
    accepting,
    budget,
    cancelling,
    commands,
    handing_out,
    intake,
    paying,
    queries,
    quoting,
    sheets,
)
from app.purchasing.commands import People
from app.purchasing.paying import PaperDraft
from app.purchasing.quoting import Asking, Award, QuoteDraft
from app.purchasing.rules import AcceptanceDraft, AcceptedLine, LineDraft, Need, RequestDraft
from app.school.signing_rules import Signer
from app.stock import plans
from app.stock.tables import StockMovement
from app.store import journal
from tests.cli_fixture import workbook

DAY = date(2026, 11, 20)


def test_a_list_by_class_or_pupils_becomes_the_hand_out(fee_school):
    classes = list(fee_school.classes.values())
    books = LineDraft("作业本", "16开", "本", 30_000, 90, goes="入库", needs=tuple(map(Need, classes, (8_000, 4_000, 4_000), (4, 2, 2))))
    chalk = LineDraft("粉笔", "", "盒", 6_000, 300, goes="入库", needs=tuple(Need(each, 2_000) for each in classes))
    people = fee_school.people
    asked = commands.request(RequestDraft(DAY, lines=(books, chalk)), People(buyers=[Signer(people["经手甲"])])).made[0]
    assert queries.request_draft(asked)[0].lines[0].needs == books.needs
    with pytest.raises(Refused, match="还没有入库"):
        handing_out.hand_out(asked)
    accepting.accept(asked, AcceptanceDraft(DAY, lines=tuple(AcceptedLine(line.id, line.quantity) for line in queries.lines(asked))),
                     [Signer(people["验收乙"])])
    intake.take_in(asked, intake.proposed(asked))
    made = handing_out.hand_out(asked).made[0]
    found = {(line.receiver, line.name): line.quantity for line in plans.plan_lines(made)}
    assert found == {**{(each, "粉笔"): 2_000 for each in classes},
                     (classes[0], "作业本"): 8_000, (classes[1], "作业本"): 4_000, (classes[2], "作业本"): 4_000}
    plans.issue_plan(made, DAY)


def test_more_for_the_classes_than_is_bought_is_refused(fee_school):
    room = next(iter(fee_school.classes.values()))
    line = LineDraft("作业本", "", "本", 1_000, 90, needs=(Need(room, 2_000),))
    with pytest.raises(Invalid, match="各班合计 2，超过要买的 1"):
        commands.request(RequestDraft(DAY, lines=(line,)))
    with pytest.raises(Invalid, match="写了两次"):
        commands.request(RequestDraft(DAY, lines=(replace(line, needs=(Need(room, 100), Need(room, 200))),)))


def test_an_invoice_at_another_price_is_what_the_goods_cost(shop):
    asked = shop.buy(replace(shop.broom, goes="入库"), replace(shop.broom, name="拖把", goes="入库", price=1_140), paper=PaperDraft()).made[0]
    paying.enter(asked, PaperDraft(number="7", code="36", dated_on=DAY, fen=19_000))
    cost = "价差"
    assert not StockMovement.select().where(StockMovement.kind == cost).exists()        # nobody has explained it yet
    paying.enter(asked, PaperDraft(number="8", code="36", dated_on=DAY, fen=600, differs_reason="优惠 4 元"))
    assert sum(line.fen for line in StockMovement.select().where(StockMovement.stands == 1)) == 19_600
    paying.void([each.id for each in paying.shares(asked)], "错票")
    assert sum(line.fen for line in StockMovement.select().where(StockMovement.stands == 1)) == 20_000
    cancelling.void(asked, "退")
    assert sum(line.fen for line in StockMovement.select().where(StockMovement.stands == 1)) == 0


@given(prices=st.lists(st.lists(st.integers(1, 9_000), min_size=3, max_size=3), min_size=1, max_size=4),
       picks=st.lists(st.integers(0, 2), min_size=4))
@hypothesis(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_awards_come_to_what_the_lines_come_to(shop, prices, picks):
    begun = journal.undoable()
    asked = commands.request(RequestDraft(DAY, lines=tuple(LineDraft(f"物{at}", "", "个", 1_500 * (at + 1)) for at in range(len(prices))))).made[0]
    lines = [line.id for line in queries.lines(asked)]
    quoting.write_quotes(asked, Asking(tuple(
        QuoteDraft(f"店{shop_at}", prices={line: prices[at][shop_at] for at, line in enumerate(lines)}) for shop_at in range(3)), DAY))
    quotes = quoting.asking(asked).quotes
    lowest = quoting.lowest(quotes)
    assert all(next(each for each in quotes if each.id == lowest[line]).prices[line] == min(prices[at]) for at, line in enumerate(lines))
    quoting.award(asked, {line: Award(quotes[picks[at]].id) for at, line in enumerate(lines)})
    assert sum(quoting.awarded(asked).values()) == sum(line.amount for line in queries.lines(asked))
    while journal.undoable() != begun:
        journal.undo()


@pytest.mark.parametrize(("words", "source", "what"), [
    ("公用经费", "预算", "公用经费"), ("作业本费", "代收费", "作业本费"), ("专项：校园足球", "专项", "校园足球"), ("捐赠 校友会", "捐赠", "校友会")])
def test_a_workbook_names_where_the_money_comes_from(fee_school, tmp_path, words, source, what):
    budget.write_lines({}, [{"year": 2026, "name": "公用经费", "fen": 1}])
    path = workbook(tmp_path / "买.xlsx", (("作业本", "本", 10, 2, words),), ("品名", "单位", "数量", "单价", "资金来源"))
    read = sheets.read_lines(path, DAY)
    assert read.problems == []
    asked = commands.request(RequestDraft(DAY, lines=read.lines)).made[0]
    line, = queries.lines(asked)
    assert (line.source, line.money_words) == (source, what)


def test_a_source_that_is_not_known_is_said(fee_school, tmp_path):
    path = workbook(tmp_path / "买.xlsx", (("作业本", "本", 10, 2, "小金库"),), ("品名", "单位", "数量", "单价", "资金来源"))
    problem, = sheets.read_lines(path, DAY).problems
    assert (problem.row, "小金库" in problem.text) == (-1, True)
