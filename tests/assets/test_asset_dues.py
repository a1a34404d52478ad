"""What wants doing in the ledger: what waits outside, what waits for disposal, what is kept by people who left."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest

from app.assets import commands, importing, queries, rejected
from app.assets.dues import dues
from app.assets.fields import AssetDraft
from app.assets.importing import Source
from app.core.dues import gathered
from app.core.listing import Wish
from app.school import commands as school
from app.school.rules import PersonDraft

TODAY = date(2026, 11, 21)


@pytest.fixture
def office(started_ledger):
    """Verbs with little to type, and what is told."""
    def card(name="课桌", **more):
        return commands.register_asset(AssetDraft(name=name, unit="张", unit_price=100_00, acquired_on=date(2026, 9, 1), **more)).made[0]

    return SimpleNamespace(
        card=card, data=started_ledger.folder, dues=lambda: {due.kind: due for due in gathered([("", lambda: dues(TODAY, started_ledger.folder))])})


def test_an_empty_ledger_wants_to_be_filled_and_nothing_else(office):
    [due] = office.dues().values()
    assert due.act == "assets:import"
    assert "台账还是空的" in due.words


def test_cards_that_wait_for_disposal_and_cards_that_say_too_little(office):
    office.card(status="待报废", quantity=4)
    office.card(status="待报废")
    office.card(acquired_by="新购")
    found = office.dues()
    assert found["assets/disposal"].words == "有 2 张卡片、5 件待报废，等着报批处置；批复以前还在账上。"
    assert queries.totals(Wish(filters=found["assets/disposal"].filters)).records == found["assets/disposal"].count == 2
    assert found["assets/没有登记地点"].count == 3
    assert "assets/write-off" not in found
    assert "assets/没有取得日期" not in found


def test_what_is_lost_waits_apart_from_what_is_worn(office):
    office.card(status="待核销", quantity=3)
    office.card(status="毁坏不能用")
    found = office.dues()
    assert found["assets/write-off"].words == "有 1 张卡片、3 件待核销，等着报批核销；批复以前还在账上。"
    assert found["assets/write-off"].filters == {"status": "待核销"}
    assert found["assets/disposal"].words == "有 1 张卡片、1 件毁坏不能用，等着报批处置；批复以前还在账上。"


def test_whoever_left_and_still_keeps_cards_is_named_many_are_one_line(office):
    for number in range(6):
        person = school.add_person(PersonDraft(f"教师{number}")).made[0]
        office.card(keeper_id=person)
        school.person_leaves(person, date(2026, 11, 2))
        due = office.dues()["assets/left"]
        if number < 5:
            assert due.filters["keeper"]
    assert due.words == "6 名离岗人员名下还有卡片，请交接给新的保管人。"
    assert (due.count, due.filters) == (6, {})
    one = next(each for each in dues(TODAY, office.data) if each.kind == "assets/left")
    assert one.words == "教师0（2026-11-02 离岗）名下还有 1 张卡片，请交接给新的保管人。"


def sheet(path, *rows):
    book = openpyxl.Workbook()
    for row in (["资产名称", "单价", "数量", "单位"], *rows):
        book.active.append(row)
    book.save(path)
    return path


def take(office, path, saved=None):
    source = Source(path)
    outcome = importing.run(source, replace(source.propose(), skip_bad=True))
    rejected.imported(office.data, outcome, path)
    if outcome.bad_rows and saved:
        rejected.save(office.data, outcome, saved)
    return outcome


def test_rows_that_stayed_outside_are_due_until_they_came_in(office, tmp_path):
    saved = tmp_path / "台账-有问题的行.xlsx"
    take(office, sheet(tmp_path / "台账.xlsx", ["课桌", 100, 2, "张"], ["讲台", 300, "几", "张"], ["电扇", 50, "若干", "台"]), saved)
    due = office.dues()["assets/rejected"]
    assert due.words == "上次导入有 2 行没有进台账，另存在“台账-有问题的行.xlsx”里。改好后再导入那个文件。"
    assert (due.count, due.day) == (2, TODAY)
    sheet(saved, ["讲台", 300, 1, "张"], ["电扇", 50, "若干", "台"])      # one row mended
    take(office, saved, saved)
    assert office.dues()["assets/rejected"].count == 1
    sheet(saved, ["电扇", 50, 3, "台"])
    take(office, saved)
    assert "assets/rejected" not in office.dues()


def test_a_workbook_that_was_thrown_away_is_no_longer_told_of(office, tmp_path):
    saved = tmp_path / "问题.xlsx"
    take(office, sheet(tmp_path / "台账.xlsx", ["讲台", 300, "几", "张"]), saved)
    assert [each.rows for each in rejected.lying(office.data)] == [1]
    saved.unlink()
    assert rejected.lying(office.data) == []
    (office.data.root / rejected.NOTE).write_text("no json", "utf-8")
    assert rejected.lying(office.data) == []
