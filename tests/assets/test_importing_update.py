"""Updating by number: what differs is shown field by field, only what is ticked is written, a blank never clears."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest

from app.assets import checks, commands, queries
from app.assets.fields import AssetDraft
from app.assets.importing import Source, run
from app.core.listing import Wish
from app.school.resolving import People, Places
from app.store import journal

HEADS = ["资产编号", "资产名称", "数量", "单价", "金额", "取得日期", "存放地点", "保管人", "使用年限", "颜色", "使用状况"]


@pytest.fixture
def cards(ledger):
    """Three cards in the ledger, with a field of the school's own."""
    colour = commands.save_extra_field(commands.ExtraDraft("颜色")).made[0]
    with journal.operation("地点"):
        place, person = Places().resolve("教学楼301")[0], People().resolve("王敏")[0]
    for number in ("A1", "A2", "A3"):
        commands.register_asset(AssetDraft(
            number=number, name="课桌", quantity=45, unit_price=10_000, acquired_on=date(2019, 9, 1), place_id=place, keeper_id=person,
            life_months=60, brand="格力", extras={colour: "红"}))


@pytest.fixture
def take(cards, tmp_path):
    """Give a function that updates from rows under ``HEADS``."""

    def do(*rows, rehearse=False, **plan):
        book = openpyxl.Workbook()
        book.active.append(HEADS)
        for row in rows:
            book.active.append(row)
        book.save(tmp_path / "更新.xlsx")
        source = Source(tmp_path / "更新.xlsx")
        return run(source, replace(source.propose(), **{"duplicates": "update", **plan}), rehearse=rehearse)

    return do


def drafts():
    return {card.draft.number: card.draft for card in queries.cards(queries.matching_ids(Wish()))}


ALL = ["A1", "学生课桌", 40, 120, None, "2020.1.2", "教学楼302", "李红", 8, "蓝", "闲置"]


def test_every_field_that_differs_is_shown_as_people_read_it(take):
    before = drafts()
    outcome = take(ALL, ["A2", *[None] * 10], ["A9", "讲台"], rehearse=True)
    assert drafts() == before
    assert (outcome.updated, outcome.unchanged, outcome.imported) == (1, 1, 1)
    (update,) = outcome.updates
    assert (update.number, update.name, update.sheet, update.row) == ("A1", "课桌", "Sheet", 2)
    assert {title: (old, new) for _, title, old, new in update.fields} == {
        "资产名称": ("课桌", "学生课桌"), "数量": ("45", "40"), "单价": ("100.00", "120.00"), "价值": ("4,500.00", "4,800.00"),
        "取得日期": ("2019-09-01", "2020-01-02"), "存放地点": ("教学楼 301室", "教学楼 302室"), "保管人": ("王敏", "李红"),
        "折旧年限（月）": ("60", "96"), "颜色": ("红", "蓝"), "使用状况": ("在用", "闲置")}


def test_the_rehearsal_says_what_is_written_and_undo_brings_it_back(take):
    before = drafts()
    rehearsed = take(ALL, ["A9", "讲台"], rehearse=True)
    outcome = take(ALL, ["A9", "讲台"])
    assert replace(outcome, step=None) == rehearsed
    assert (drafts()["A1"].name, drafts()["A1"].brand, "A9" in drafts()) == ("学生课桌", "格力", True)
    assert queries.totals(Wish("xskz")).records == 1
    assert list(checks.cards_sound()) == []
    journal.undo(outcome.step.id)
    assert drafts() == before


def test_only_the_ticked_fields_are_written_and_the_others_still_counted(take):
    outcome = take(ALL, ["A2", None, None, None, None, None, None, "李红"], fields=frozenset({"keeper", "extra:1", "life_months"}))
    assert [[key for key, *_ in update.fields] for update in outcome.updates] == [["keeper", "life_months", "extra:1"], ["keeper"]]
    assert (outcome.fields["name"], outcome.fields["keeper"], outcome.fields["value"]) == (1, 2, 1)
    after = drafts()["A1"]
    assert (after.name, after.quantity, after.value, after.life_months, after.extras) == ("课桌", 45, 450_000, 96, {1: "蓝"})


def test_nothing_ticked_changes_no_card(take):
    before = drafts()
    outcome = take(ALL, fields=frozenset())
    assert (outcome.updated, outcome.unchanged, outcome.step) == (0, 1, None)
    assert drafts() == before


def test_a_blank_never_clears(take):
    before = drafts()
    take(["A1", None, "", " ", None, "/", "—", "无", None, "", None])
    assert drafts() == before


def test_what_the_rules_forbid_is_told_and_stays_out(take):
    outcome = take(["A1", "课桌" * 60, 3], ["A2", "课椅"], skip_bad=True)
    assert [(each.row, each.column) for each in outcome.problems if each.level == "error"] == [(2, "资产名称")]
    assert ([*outcome.bad_rows], outcome.updated) == ([("Sheet", 2)], 1)
    assert (drafts()["A1"].quantity, drafts()["A2"].name) == (45, "课椅")


def test_a_number_twice_gets_a_new_one_and_keeps_the_old_as_old_number(take):
    outcome = take(["A1", "课椅"], ["A1", "讲台"], ["B1", "书架"], ["B1", "书柜"], twice="renumber")
    assert (outcome.updated, outcome.imported, outcome.errors) == (1, 3, 0)
    after = {draft.name: draft for draft in drafts().values()}
    assert after["课椅"].number == "A1"
    assert (after["讲台"].old_number, after["书柜"].old_number) == ("A1", "B1")
    assert len({after[name].number for name in ("课椅", "讲台", "书架", "书柜")}) == 4
    assert any("2 行的编号在文件里重复" in each.text for each in outcome.problems)


def test_an_old_number_that_stands_already_is_kept(ledger, tmp_path):
    path = tmp_path / "台账.csv"
    path.write_text("资产编号,资产名称,原资产编号\nA1,课桌,X1\nA1,课椅,X2", "utf-8")
    source = Source(path)
    run(source, replace(source.propose(), twice="renumber"))
    (chair,) = [draft for draft in drafts().values() if draft.name == "课椅"]
    assert (chair.old_number, chair.remark) == ("X2", "原编号 A1")
