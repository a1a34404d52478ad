"""``purchase new`` and ``purchase show``."""

import pytest

from app.purchasing.tables import Purchase
from app.school import commands as school
from app.school.rules import PersonDraft
from app.store.database import database
from tests.cli_fixture import workbook

HEADS = ("品名", "规格", "单位", "数量", "单价", "金额", "去向", "领用")
ROWS = (("扫帚", "塑料", "把", 10, 8.6, None, "直接领用", "教务处"), ("粉笔", "白", "盒", 2.5, None, 30, "入库", None))


@pytest.fixture
def book(tmp_path):
    return workbook(tmp_path / "买.xlsx", ROWS, HEADS)


@pytest.fixture
def staffed(school_run):
    school.add_department("教务处")
    for name in ("王敏", "李强"):
        school.add_person(PersonDraft(name))
    return school_run


WHOLE = ("--supplier", "青河五金店", "--date", "2026-11-20", "--buyer", "王敏", "--acceptor", "李强", "--invoice", "04410001", "--code", "36")


def test_a_whole_purchase_and_what_is_shown_of_it(staffed, book):
    told = staffed("purchase", "new", book, *WHOLE)
    assert told.code == 0, told
    assert "已登记 QG-2026-00001 扫帚等 2 种" in told.out
    shown = staffed("purchase", "show", "yS-2026-00001", "--json").json
    assert shown["number"] == "QG-2026-00001"
    assert shown["people"]["采购人"] == "王敏"
    assert [(line["name"], line["quantity"], line["fen"], line["goes"]) for line in shown["lines"]] == [
        ("扫帚", "10", 8_600, "直接领用"), ("粉笔", "2.5", 3_000, "入库")]
    assert {step["key"]: step["state"] for step in shown["steps"]}["claim"] == "now"
    assert shown["next"] == "可以报销了。"
    assert "√ 验收" in staffed("purchase", "show", "QG-2026-00001").out


def test_without_acceptors_only_a_request(staffed, book):
    assert staffed("purchase", "new", book, "--department", "教务处").code == 0
    shown = staffed("purchase", "show", "QG-2026-00001", "--json").json
    assert (shown["state"], shown["department"], shown["acceptances"]) == ("asked", "教务处", [])
    assert "等待审批" in shown["next"]


def test_a_rehearsal_writes_nothing(staffed, book):
    told = staffed("purchase", "new", book, *WHOLE, "--approved", "无", "--dry-run")
    assert "没有写入" in told.out
    assert "补办" in told.out
    assert database.is_closed() or not Purchase.select().exists()


def test_what_cannot_be_read_is_said_by_the_line(staffed, tmp_path):
    bad = workbook(tmp_path / "坏.xlsx", (("扫帚", "", "把", 1, 2, None, "扔掉", "天上"),), HEADS)
    told = staffed("purchase", "new", bad, *WHOLE)
    assert told.code == 1
    assert "扔掉" in told.err
    assert "天上" in told.err
    assert staffed("purchase", "show", "QG-2026-00009").code == 1


# --- suppliers, figures ------------------------------------------------------------------------------------------

SUPPLIERS = ("供应商名称", "联系人", "电话", "供应类别")


def test_suppliers_are_rehearsed_imported_and_found_again(school_run, tmp_path):
    book = workbook(tmp_path / "供.xlsx", (("老王五金", "王五", "0700-1", "五金、工具"), ("新华书店", None, None, "图书")), SUPPLIERS)
    told = school_run("import", "suppliers", book, "--dry-run", "--json").json
    assert (told["new"], told["changed"], told["problems"]) == (["老王五金", "新华书店"], [], [])
    assert school_run("import", "suppliers", book, "--dry-run", "--json").json["new"] == ["老王五金", "新华书店"]
    assert "新增 2 家" in school_run("import", "suppliers", book).out
    again = workbook(tmp_path / "又.xlsx", (("老王五金", "王五", None, "工具"), ("新华书店", None, None, None)), SUPPLIERS)
    told = school_run("import", "suppliers", again, "--json").json
    assert (told["new"], told["changed"], told["same"]) == ([], [], 2)
    assert "导入供应商 2 家" in school_run("undo").out


def test_what_differs_is_told_and_blanks_change_nothing(school_run, tmp_path):
    school_run("import", "suppliers", workbook(tmp_path / "一.xlsx", (("老王五金", "王五", "0700-1", "五金"),), SUPPLIERS))
    told = school_run("import", "suppliers", workbook(tmp_path / "二.xlsx", (("老王五金", None, "0700-2", "水电"),), SUPPLIERS), "--json").json
    assert told["changed"] == [{"name": "老王五金", "field": "供应类别", "old": "五金", "new": "五金、水电"},
                               {"name": "老王五金", "field": "电话", "old": "0700-1", "new": "0700-2"}]


def test_the_same_supplier_twice_in_a_file_is_refused(school_run, tmp_path):
    twice = workbook(tmp_path / "三.xlsx", (("老王五金", "甲", None, None), ("老王五金", "乙", None, None)), SUPPLIERS)
    told = school_run("import", "suppliers", twice)
    assert (told.code, "与第 1 条是同一家" in told.out) == (1, True)
    assert school_run("import", "suppliers", twice, "--json").json["refused"] is True


def test_figures_of_a_year(demo_run):
    told = demo_run("stat", "budget", "--year", "2025", "--json").json
    assert sum(line["planned_fen"] for line in told["lines"]) == 33_800_000
    assert all(line["left_fen"] == line["planned_fen"] - line["committed_fen"] - line["spent_fen"] for line in told["lines"])
    told = demo_run("stat", "purchases", "--year", "2026", "--json").json
    assert told["stages"]["部分到货"]["count"] == 1
    assert demo_run("stat", "purchases", "--year", "2026").code == 0
    assert "还没有预算项目" in demo_run("stat", "budget", "--year", "2019").out
