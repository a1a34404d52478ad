"""The import on the command line: sheets taken together, updates by number field by field, the template."""

import openpyxl
import pytest

from app.assets import queries
from app.core.listing import Wish
from tests.cli_fixture import ROWS, workbook


@pytest.fixture
def rooms(tmp_path):
    """A workbook with a sheet a room."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for room in ("301", "302", "音乐室"):
        page = book.create_sheet(room)
        page.append(["资产名称", "数量", "单价"])
        page.append([f"{room}课桌", 45, 100])
    book.save(tmp_path / "分室.xlsx")
    return tmp_path / "分室.xlsx"


def test_sheets_come_in_together_or_as_named(school_run, rooms):
    facts = school_run("import", "assets", rooms, "--dry-run", "--json").json
    assert (facts["sheets"], facts["imported"]) == (["301", "302", "音乐室"], 3)
    told = school_run("import", "assets", rooms, "--sheet", "302", "--sheet", "音乐室", "--no-room-names", "--json")
    assert (told.json["sheets"], told.json["imported"], told.json["new_places"]) == (["302", "音乐室"], 2, [])
    assert "没有名为“405”的工作表" in school_run("import", "assets", rooms, "--sheet", "301", "--sheet", "405").err


def test_problems_of_several_sheets_name_theirs(school_run, rooms):
    book = openpyxl.load_workbook(rooms)
    book["302"]["B2"] = "若干"
    book.save(rooms)
    assert "错误 “302”第 2 行 数量“若干”：" in school_run("import", "assets", rooms).out


def test_update_tells_old_and_new_and_writes_only_the_fields_wanted(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx", [("A1", "课桌", 45, 148, "301", "王敏"), ROWS[1]])
    school_run("import", "assets", path)
    again = workbook(tmp_path / "又.xlsx", [("A1", "学生课桌", 45, 150, None, "李红"), ("A2", "椅", 1, 5, None, None)])
    assert "其中 1 行的编号台账里已有，可加 --update" in school_run("import", "assets", again).out
    told = school_run("import", "assets", again, "--update", "--dry-run")
    assert "更新 A1 课桌：资产名称 课桌 → 学生课桌；单价 148.00 → 150.00；价值 6,660.00 → 6,750.00；保管人 王敏 → 李红" in told.out
    told = school_run("import", "assets", again, "--update", "--only", "资产名称", "--only", "保管人", "--json")
    assert (told.json["updated"], told.json["imported"]) == (1, 1)
    assert [field["field"] for field in told.json["updates"][0]["fields"]] == ["name", "keeper"]
    (row,) = queries.listing(Wish(filters={"number": "A1"}))
    card = queries.card(row[0])
    assert (card.draft.name, card.draft.unit_price, card.keeper) == ("学生课桌", 14_800, "李红")
    assert school_run("undo").code == 0
    assert queries.card(row[0]).draft.name == "课桌"
    assert "没有“颜色”这个字段" in school_run("import", "assets", again, "--update", "--only", "颜色").err


def test_numbers_twice_may_get_new_ones(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx", [("A1", "课桌", 1, 1, None, None), ("A1", "课椅", 1, 1, None, None)])
    assert school_run("import", "assets", path).code == 1
    told = school_run("import", "assets", path, "--renumber")
    assert told.code == 0
    assert "有 1 行的编号在文件里重复" in told.out
    cards = {card.draft.name: card.draft for card in queries.cards(queries.matching_ids(Wish()))}
    assert (cards["课桌"].number, cards["课椅"].old_number) == ("A1", "A1")
    assert cards["课椅"].number.startswith("ZC-2026-")


def test_the_template_is_written_and_imports(school_run, tmp_path):
    path = tmp_path / "模板.xlsx"
    assert "已写出导入模板" in school_run("export", "template", path).out
    assert "是空白的表" in school_run("import", "assets", path).err
    book = openpyxl.load_workbook(path)
    book["资产台账"]["B2"] = "课桌"
    book.save(path)
    assert "已导入 1 张卡片" in school_run("import", "assets", path).out
