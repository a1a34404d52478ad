"""Labelled words around a table: 室名：301　保管人：王敏."""

import pytest

from app.exchange.about_lines import AboutLines

LINES = AboutLines({"place": ("存放地点", "室名", "地点"), "keeper": ("保管人", "责任人"), "department": ("使用部门",)})


@pytest.mark.parametrize(("cells", "found"), [
    (["室名：三（1）班   保管人：王敏"], {"place": "三（1）班", "keeper": "王敏"}),
    (["室 名： 301 室　　责任人：_____  日期：2026.9"], {"place": "301 室"}),
    (["室名", 301.0, None, "保管人", "王敏"], {"place": "301", "keeper": "王敏"}),
    (["室名：", None, "三(2)班", "保管人："], {"place": "三(2)班"}),
    (["填报单位：总务处  存放地点：教学楼 3层 304"], {"place": "教学楼 3层 304"}),
    (["保管人（签字）：王敏"], {"keeper": "王敏"}), (["保管人：（签字）"], {}), (["（室名：科学室）"], {"place": "科学室"}),
    (["存放地点:302保管人:李明"], {"place": "302", "keeper": "李明"}), (["室名：301；使用部门：教务处"], {"place": "301", "department": "教务处"}),
    (["存放地点：301", "存放地点：302"], {"place": "301"}), (["室名：/", "保管人：无"], {}), ([None, 3, True], {}),
    (["室名\n：301\n保管人：王敏"], {"place": "301", "keeper": "王敏"}), (["电话：123", "填表说明"], {}), ([], {})])
def test_lines_as_offices_write_them(cells, found):
    assert LINES.read(cells) == found


@pytest.mark.parametrize("cell", ["室名：" * 10_000, "室 " * 15_000, "存放地点：" + "a " * 15_000, "：" * 30_000, "室名：" + " " * 250 + "x：" * 10])
def test_hostile_cells_are_read_to_the_end(cell):
    assert set(LINES.read([cell])) <= {"place"}


def test_a_bare_label_is_known():
    assert LINES.is_label("室 名")
    assert not LINES.is_label("室名：301")
