"""The sheet comes back from keepers: sorted, with hidden rows, remarks, ticks, unknown rows and nonsense."""

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import Invalid, Refused
from app.stocktake import commands, queries, sheets
from app.stocktake.rules import Count
from app.store import journal
from tests.cli_fixture import tables, workbook


@pytest.fixture
def sheet(begun, tmp_path):
    path = tmp_path / "盘点表.xlsx"
    assert sheets.write_sheet(begun.id, path) == 5
    return path


def filled(path, fill):
    """Open the sheet as a keeper would; ``fill(page, cell)`` writes, cell(name, title) gives the cell of a thing."""
    book = openpyxl.load_workbook(path)
    page = book.active
    heads = next(row for row in page.iter_rows() if row[0].value == "资产编号")
    at = {cell.value: cell.column for cell in heads}

    def cell(name, title):
        row = next(row for row in page.iter_rows(min_row=heads[0].row + 1) if row[1].value == name)
        return page.cell(row[0].row, at[title])

    fill(page, cell)
    book.save(path)


def test_an_untouched_sheet_says_nothing(begun, sheet):
    before = tables()
    outcome = sheets.read_sheet(begun.id, sheet)
    assert (outcome.counted, outcome.blank, outcome.parked, outcome.problems) == (0, 5, 0, [])
    assert tables() == before


def test_it_is_read_back_as_keepers_left_it(begun, sheet):
    def fill(page, cell):
        cell("课桌", "实盘数").value, cell("课桌", "其中损坏").value = "43张", 2
        cell("课桌", "差异原因").value = "丢失"
        cell("投影仪", "实盘数").value = "√"
        cell("投影仪", "实际地点").value = "102室"
        cell("钢琴", "备注").value = "琴房锁着，没进去"
        cell("音箱", "实盘数").value = "不少"
        rows = [[value.value for value in row] for row in page.iter_rows(min_row=3)]
        for at, values in enumerate(reversed(rows), 3):  # sorted the other way round
            for column, value in enumerate(values, 1):
                page.cell(at, column).value = value
            page.row_dimensions[at].hidden = at % 2 == 0
        page.append(["QH-99", "书柜", "两门", "个", None, None, None, None, 2])
        page.append([None, "鱼缸"])
        page.append(["合计", None, None, None, 49])
    filled(sheet, fill)
    outcome = sheets.read_sheet(begun.id, sheet, "王敏")
    assert (outcome.counted, outcome.blank, outcome.parked) == (3, 2, 2)
    assert [(problem.column, problem.value) for problem in outcome.problems] == [("实盘数", "不少")]
    desk, projector, piano = (begun.line(each) for each in (begun.desk, begun.projector, begun.piano))
    assert (desk.counted, desk.damaged, desk.reason, desk.result) == (43, 2, "丢失", "盘亏")
    assert (projector.result, projector.found_place) == ("位置不符", "教学楼 1层 102室")
    assert (piano.counted, piano.remark) == (None, "琴房锁着，没进去")
    assert [(find.code, find.name, find.quantity) for find in queries.finds(begun.id)] == [("QH-99", "书柜", 2), ("", "鱼缸", 1)]
    before = tables()
    again = sheets.read_sheet(begun.id, sheet)
    assert (again.counted, again.parked) == (0, 0)
    assert tables() == before


def test_a_blank_never_takes_a_count_back(begun, sheet):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    sheets.read_sheet(begun.id, sheet)
    assert begun.line(begun.desk).counted == 45


def test_a_sheet_with_counts_reads_back_unchanged(begun, tmp_path):
    for room in (begun.first, begun.second):
        commands.count_room(begun.id, room)
    line = begun.line(begun.desk)
    commands.count_lines(begun.id, [commands.changed(line, counted=0, reason="都不见了")])
    before = tables()
    sheets.write_sheet(begun.id, tmp_path / "b.xlsx")
    assert sheets.read_sheet(begun.id, tmp_path / "b.xlsx").same == 3
    assert tables() == before


@pytest.mark.parametrize(("line", "word"), [
    ((3, None, "操场那边", None), "没有认出地点"), ((3, 4, None, None), "损坏"), ((-1, None, None, None), "负数"),
])
def test_cells_that_cannot_be_are_told(begun, tmp_path, line, word):
    number = begun.line(begun.desk).number
    path = workbook(tmp_path / "a.xlsx", [(number, *line)], ("资产编号", "实盘数", "损坏", "实际地点", "备注"))
    if line[1] is None and line[2]:
        path = workbook(tmp_path / "a.xlsx", [(number, 3, line[2])], ("资产编号", "实盘数", "实际地点"))
    outcome = sheets.read_sheet(begun.id, path)
    assert word in outcome.problems[0].text
    assert outcome.counted == 0


def test_rows_that_disagree_are_told(begun, tmp_path):
    number = begun.line(begun.desk).number
    path = workbook(tmp_path / "a.xlsx", [(number, 44), (number, 44), (number, 43)], ("资产编号", "实盘数"))
    outcome = sheets.read_sheet(begun.id, path)
    assert "填得不一样" in outcome.problems[0].text
    assert begun.line(begun.desk).counted == 44


def test_other_workbooks_are_refused(begun, sheet, tmp_path):
    with pytest.raises(Refused, match="没有找到"):
        sheets.read_sheet(begun.id, workbook(tmp_path / "a.xlsx"))
    second = begun.begin("期中")
    with pytest.raises(Refused, match="PD-2026-00001，不是现在的 PD-2026-00002"):
        sheets.read_sheet(second, sheet)
    with pytest.raises(Refused, match="不在本次盘点范围"):
        sheets.write_sheet(begun.id, tmp_path / "b.xlsx", [999])
    assert sheets.write_sheet(begun.id, tmp_path / "b.xlsx", [begun.second]) == 1


def test_a_file_for_each_room_or_keeper_never_over_one_that_lies_there(begun, tmp_path):
    rooms = sheets.write_sheets(begun.id, tmp_path, sheets.BY_ROOM)
    assert [path.name for path in rooms] == ["PD-2026-00001 教学楼 1层 101室.xlsx", "PD-2026-00001 教学楼 1层 102室.xlsx"]
    filled(rooms[0], lambda page, cell: setattr(cell("课桌", "实盘数"), "value", 45))
    before = rooms[0].read_bytes()
    with pytest.raises(Refused, match="已经有 2 个同名的盘点表"):
        sheets.write_sheets(begun.id, tmp_path, sheets.BY_ROOM)
    assert rooms[0].read_bytes() == before
    keeper, = sheets.write_sheets(begun.id, tmp_path, sheets.BY_KEEPER, [begun.second])
    assert keeper.name == "PD-2026-00001 王敏.xlsx"


def test_nothing_is_left_of_files_that_could_not_all_be_written(begun, tmp_path):
    def stop(done, total, text=""):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sheets.write_sheets(begun.id, tmp_path, sheets.BY_ROOM, progress=stop)
    assert list(tmp_path.glob("*.xlsx")) == []


def test_several_files_are_looked_at_first_and_taken_as_one_step(begun, tmp_path):
    first, second = sheets.write_sheets(begun.id, tmp_path, sheets.BY_ROOM)
    filled(first, lambda page, cell: setattr(cell("课桌", "实盘数"), "value", 44))
    filled(second, lambda page, cell: setattr(cell("钢琴", "实盘数"), "value", "几架"))
    other = workbook(tmp_path / "通讯录.xlsx", [("王敏", "13800000000")], ("姓名", "电话"))
    before = tables()
    reading = sheets.look(begun.id, [first, second, other])
    assert tables() == before
    assert [(change.result, change.line.name) for change in reading.changes] == [("盘亏", "课桌")]
    assert reading.changes[0].where.startswith(first.stem)
    assert [name for name, _ in reading.refused] == ["通讯录.xlsx"]
    assert [problem.sheet for problem in reading.outcome.problems] == [f"{second.stem} 盘点表"]
    assert sheets.take(begun.id, reading, "王敏").counted == 1
    assert begun.line(begun.desk).counted == 44
    journal.undo()
    assert tables() == before


def test_a_title_with_figures_of_its_own_is_no_other_stocktake(begun, tmp_path):
    number = begun.line(begun.piano).number
    for title, taken in (("期末盘点（2026-2）（PD-2026-00001）", 1), ("期末盘点（PD-2025-00009）", 0), ("期末盘点（2026年）", 0)):
        path = workbook(tmp_path / "a.xlsx", [("资产编号", "实盘数"), (number, 1)], (title, None))
        reading = sheets.look(begun.id, [path])
        assert (len(reading.changes), bool(reading.refused)) == ((1, False) if taken or "年" in title else (0, True)), title


ROWS = st.lists(st.tuples(st.integers(0, 60), st.booleans(), st.sampled_from(("", "闲置", "待修理")),
                          st.sampled_from(("", "丢失", "1200", "2024-9-1", "√", "合计"))), min_size=5, max_size=5)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.randoms(use_true_random=False))
def test_what_was_counted_comes_back_as_it_was_however_the_rows_lie(begun, tmp_path, rows, chance):
    def counted():
        return {line.number: (line.counted, line.damaged, line.found_place_id, line.found_status, line.reason, line.result)
                for line in queries.lines(begun.id)}

    lines = queries.lines(begun.id)
    commands.count_lines(begun.id, [
        Count(line.id, number, min(number, 1), begun.second if moved and line.place_id != begun.second else None, status, reason)
        for line, (number, moved, status, reason) in zip(lines, rows, strict=True)])
    before = counted()
    sheets.write_sheet(begun.id, tmp_path / "a.xlsx")
    journal.undo()

    def shuffle(page, _cell):
        values = [[value.value for value in row] for row in page.iter_rows(min_row=3)]
        chance.shuffle(values)
        for at, row in enumerate(values, 3):
            for column, value in enumerate(row, 1):
                page.cell(at, column).value = value
            page.row_dimensions[at].hidden = chance.random() < 0.5
        page.cell(2, len(values[0]) + 1).value = "保管人写的"
        page.cell(4, len(values[0]) + 1).value = "看过了"

    filled(tmp_path / "a.xlsx", shuffle)
    assert sheets.read_sheet(begun.id, tmp_path / "a.xlsx").problems == []
    assert counted() == before
    journal.undo()


def test_a_status_is_one_of_the_schools_words(begun, sheet):
    def fill(page, cell):
        for name, word in (("课桌", "坏了"), ("投影仪", "维修中"), ("钢琴", "在 用")):
            cell(name, "实盘数").value, cell(name, "实际状况").value = 1, word
    filled(sheet, fill)
    outcome = sheets.read_sheet(begun.id, sheet)
    assert [(each.column, each.value) for each in outcome.problems] == [("实际状况", "坏了")]
    assert "填其中之一：在用、闲置" in outcome.problems[0].text
    assert [begun.line(each).found_status for each in (begun.desk, begun.projector, begun.piano)] == ["", "待修理", "在用"]
    with pytest.raises(Invalid) as told:
        commands.count_lines(begun.id, [Count(begun.line(begun.desk).id, 45, found_status="坏了")])
    assert [(each.row, each.field) for each in told.value.problems] == [(begun.line(begun.desk).id, "found_status")]


def test_an_added_row_keeps_the_room_that_is_written(begun, sheet):
    def fill(page, cell):
        page.append([None, "鱼缸", None, "个", None, "教学楼 1层 102室"])
        page.append([None, "花架", None, "个", None, "教学楼 1层 102室", None, None, 1, None, "101室"])
        page.append([None, "屏风", None, "个", None, "不知哪里"])
    filled(sheet, fill)
    outcome = sheets.read_sheet(begun.id, sheet)
    assert [(each.name, each.place) for each in queries.finds(begun.id)] == [
        ("鱼缸", "教学楼 1层 102室"), ("花架", "教学楼 1层 101室")]
    assert [(each.column, each.value) for each in outcome.problems] == [("账面地点", "不知哪里")]


def test_a_row_is_found_by_serial_or_old_number_and_asked_where_two_bear_it(begun, tmp_path):
    begun.card("功放", serial="SN-88A")
    for name in ("讲台", "讲桌"):
        begun.card(name, old_number="K7")
    again, path = begun.begin("期中"), tmp_path / "盘点表.xlsx"
    sheets.write_sheet(again, path)

    def fill(page, cell):
        for number in ("sn-88a", "K7", f"资产编号：{begun.line(begun.piano).number}", "QH-1"):
            page.append([number, "随便", None, None, None, None, None, None, 1])
    filled(path, fill)
    outcome = sheets.read_sheet(again, path)
    assert (outcome.counted, outcome.parked) == (2, 1)
    assert "K7 是 2 张卡片的原编号或序列号" in outcome.problems[0].text
    assert {line.name for line in queries.lines(again) if line.counted is not None} == {"功放", "钢琴"}
