"""Lists on sheets: where the head is, what stands above, which lines count, what is left unused."""

from app.core.columns import Kind
from app.exchange.headings import FieldSpec
from app.exchange.plain_tables import read_list
from app.exchange.reading import Merged, Sheet

SPECS = (FieldSpec("name", "姓名", Kind.TEXT, ("名字",), True), FieldSpec("seat", "序号", Kind.WHOLE), FieldSpec("room", "房间"),
         FieldSpec("phone", "电话", Kind.CODE))


def _listed(rows, merged=()):
    return read_list(Sheet("表", False, lambda: (rows, list(merged))), SPECS, "name", ("room",))


def _cells(listed):
    return [line.cells for line in listed.lines]


def test_titles_stand_above_and_totals_notes_and_prefilled_numbers_are_no_lines():
    listed = _listed([["名单", None, "2026年"], [], ["序号", "姓名", "生日"], [1.0, "甲", "5-1"], [2.0], ["合计", "1人"], ["制表人：乙"],
                      ["序号", "姓名", "生日"], [3.0, "丙"]])
    assert _cells(listed) == [{"seat": 1.0, "name": "甲"}, {"seat": 3.0, "name": "丙"}]
    assert listed.lines[0].about == ("名单", "2026年")
    assert (listed.lines[0].row, list(listed.unused)) == (4, ["生日"])


def test_tables_side_by_side_are_read_one_after_the_other():
    head = ["序号", "姓名"]
    listed = _listed([[*head, None, *head], [1.0, "甲", None, 3.0, "丙"], [2.0, "乙", None, 4.0, "丁"]])
    assert [cells["name"] for cells in _cells(listed)] == ["甲", "乙", "丙", "丁"]
    assert listed.tables == 2


def test_a_title_between_lines_counts_from_there_on():
    listed = _listed([["一班"], ["姓名", "电话"], ["甲", "1"], ["二班"], ["乙", "2"], ["三班"], ["姓名", "电话"], ["丙", "3"], ["丁"]],
                     [Merged(4, 0, 4, 1)])
    assert [(line.cells["name"], line.about) for line in listed.lines] == [
        ("甲", ("一班",)), ("乙", ("二班",)), ("丙", ("三班",)), ("丁", ("三班",))]


def test_merged_cells_count_for_each_line_where_they_may():
    listed = _listed([["房间", "姓名", "电话"], ["301", "甲", "1"], [None, "乙", None]], [Merged(2, 0, 3, 0), Merged(2, 2, 3, 2)])
    assert _cells(listed) == [{"room": "301", "name": "甲", "phone": "1"}, {"room": "301", "name": "乙"}]


def test_a_line_over_the_head_does_not_join_with_it():
    listed = _listed([["房间", "301", None, "电话", "8001"], ["序号", "学生", None, "家长", None], [None, "姓名", "性别", "姓名", "电话"],
                      [1.0, "甲", "男", "乙", "139"]], [Merged(2, 1, 2, 2), Merged(2, 3, 2, 4)])
    assert listed.lines[0].row == 4
    assert "301" in listed.lines[0].about


def test_a_sheet_without_the_needed_field_has_no_lines():
    assert _listed([["房间", "电话"], ["301", "1"]]).lines == []
    assert _listed([]).tables == 0
