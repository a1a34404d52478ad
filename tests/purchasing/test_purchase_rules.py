"""Requests, lines and acceptances as typed; amounts and prices; states. Nothing is stored here."""

from dataclasses import replace
from datetime import date

import pytest

from app.core.errors import Refused
from app.core.money import MOST_FEN
from app.core.quantity import MOST
from app.purchasing import rules
from app.purchasing.rules import STEPS, IntakeDraft, LineDraft, Need, RequestDraft

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
LINE = LineDraft("扫帚", "", "把", 10_000, 860)
ASKED = RequestDraft(DAY, lines=(LINE,))


def fields(problems):
    return [problem.field for problem in problems]


@pytest.mark.parametrize(("change", "wrong"), [
    ({}, []), ({"requested_on": None}, ["requested_on"]), ({"requested_on": NEXT}, ["requested_on"]), ({"kind": "东西"}, ["kind"]),
    ({"lines": ()}, ["lines"]), ({"lines": (LINE,) * 500}, []), ({"lines": (LINE,) * 501}, ["lines"]), ({"wanted_on": DAY}, []),
    ({"wanted_on": date(2026, 11, 19)}, ["wanted_on"]), ({"purpose": "长" * 201}, ["purpose"]), ({"purpose": "长" * 200}, [])])
def test_the_head_of_a_request(change, wrong):
    assert fields(rules.check_request(replace(ASKED, **change), DAY)) == wrong


@pytest.mark.parametrize(("change", "wrong"), [
    ({}, []), ({"name": " "}, ["name"]), ({"name": "长" * 101}, ["name"]), ({"quantity": 0}, ["quantity"]), ({"quantity": None}, ["quantity"]),
    ({"quantity": MOST, "price": 1}, []), ({"quantity": MOST + 1, "price": 1}, ["quantity"]), ({"price": -1}, ["price"]), ({"price": 0}, []),
    ({"fen": 8_600}, []), ({"fen": 8_605}, []), ({"fen": 8_611}, ["fen"]), ({"price": None, "fen": MOST_FEN + 1}, ["fen"]),
    ({"price": None}, []), ({"goes": "扔"}, ["goes"]), ({"goes": "建卡"}, []), ({"goes": "建卡", "quantity": 1_500}, ["quantity"]),
    ({"goes": "入库", "quantity": 1_500}, []), ({"source": "小金库"}, ["source"]), ({"source": "代收费"}, ["plan_item"]),
    ({"source": "代收费", "plan_item": 1}, []), ({"plan_item": 1}, ["source"]), ({"budget_line": 1}, []),
    ({"budget_line": 1, "source": "捐赠"}, ["source"]), ({"needs": (Need(1, 5_000), Need(2, 5_000))}, []),
    ({"needs": (Need(1, 5_001), Need(2, 5_000))}, ["needs"]), ({"needs": (Need(1, 1), Need(1, 1))}, ["needs"]),
    ({"needs": (Need(1, -1),)}, ["needs"])])
def test_one_line(change, wrong):
    assert fields(rules.check_line(replace(LINE, **change), "货物")) == wrong


def test_what_it_cost_must_be_known_where_it_was_bought():
    assert fields(rules.check_line(replace(LINE, price=None), "货物", priced=True)) == ["price"]
    assert fields(rules.check_line(replace(LINE, price=None, fen=0), "货物", priced=True)) == []
    assert fields(rules.check_line(replace(LINE, goes="入库"), "服务")) == ["goes"]


@pytest.mark.parametrize(("quantity", "price", "fen"), [(1_000, 5, 5), (1_500, 5, 8), (1_500, 3, 5), (333, 1, 0), (500, 1, 1), (10_000, 860, 8_600)])
def test_amounts_are_rounded_halves_up(quantity, price, fen):
    assert rules.amount_of(quantity, price) == fen


def test_what_is_not_known_gives_no_amount_and_no_price():
    assert rules.amount_of(None, 1) is rules.amount_of(1, None) is rules.price_of(0, 1) is rules.price_of(1, None) is None
    assert rules.price_of(1_500, 8) == 5
    assert rules.price_of(2_000, 5) == 3
    assert LINE.amount == 8_600
    assert replace(LINE, fen=1).amount == 1
    assert LineDraft(unit="把").blank
    assert not replace(LineDraft(), fen=1).blank


@pytest.mark.parametrize(("fen", "pieces", "values"), [
    (100, 3, [33, 33, 34]), (200, 3, [67, 67, 66]), (5, 1, [5]), (0, 2, [0, 0]), (1, 3, [0, 0, 1]), (2, 3, [1, 1, 0]), (5, 9, [0] * 8 + [5])])
def test_the_last_card_takes_what_is_rounded(fen, pieces, values):
    assert rules.card_values(fen, pieces) == values


@pytest.mark.parametrize(("fen", "weights", "parts"), [
    (100, [1, 1, 1], [33, 33, 34]), (100, [1, 0], [100, 0]), (100, [3, 1], [75, 25]), (-100, [1, 1, 1], [-33, -33, -34]),
    (7, [0, 0], [7, 0]), (7, [], []), (0, [3], [0])])
def test_portions(fen, weights, parts):
    assert rules.portions(fen, weights) == parts


def test_what_is_not_said():
    assert (Need(1, 2).pupils, rules.AcceptedLine(1).refused, LineDraft().quantity) == (0, 0, 1_000)


@pytest.mark.parametrize(("approved", "accepted", "late"), [
    (DAY, DAY, False), (DAY, NEXT, False), (NEXT, DAY, True), (None, DAY, True), (None, None, False), (DAY, None, False)])
def test_what_is_approved_after_it_came_is_late(approved, accepted, late):
    assert rules.late(approved, accepted) is late


@pytest.mark.parametrize(("draft", "wrong"), [
    (IntakeDraft(1, "扔"), ["goes"]), (IntakeDraft(1, "直接领用"), ["to"]), (IntakeDraft(1, "直接领用", person=1), []),
    (IntakeDraft(1, "直接领用", place=1), []), (IntakeDraft(1, "入库"), []), (IntakeDraft(1, "建卡"), [])])
def test_accepted_pieces_go_to_somebody_or_somewhere(draft, wrong):
    assert fields(rules.check_intake_target(draft)) == wrong


@pytest.mark.parametrize(("state", "acts"), [
    ("asked", {"edit", "approve", "refuse", "quote", "contract", "accept", "take_in", "invoice", "claim", "void"}),
    ("approved", {"edit", "quote", "contract", "accept", "take_in", "invoice", "claim", "post", "finish", "void"}),
    ("refused", {"reopen", "void"}), ("done", {"reopen", "take_in", "invoice", "claim", "post", "void"}), ("voided", set())])
def test_what_may_be_done_in_each_state(state, acts):
    assert STEPS.offered(state) == acts
    if state == "voided":
        with pytest.raises(Refused, match="已经作废了"):
            STEPS.after(state, "void", "采购")
