"""A whole stocktake on the command line: open, sheet out, counts back, result, preview, approve, undo."""

import docx
import openpyxl
import pytest

from tests.cli_fixture import tables, workbook

ROWS = ((None, "学生课桌", 45, 148, "教学楼 3层 304室", None), (None, "讲台", 1, 680.5, "教学楼 3层 304室", None),
        (None, "钢琴", 1, 9_000, "综合楼 1层 音乐室", None))


@pytest.fixture
def stocked(school_run, tmp_path):
    assert school_run("import", "assets", workbook(tmp_path / "台账.xlsx", ROWS)).code == 0
    return school_run


def test_from_opening_to_approval_and_back(stocked, tmp_path):
    run, path = stocked, tmp_path / "盘点.xlsx"
    opened = run("stocktake", "open", "--term", "2026-2027-1", "--place", "教学楼 3层 304室", "--team", "王敏")
    assert "已开始盘点 PD-2026-00001 2026—2027学年第一学期期末盘点：教学楼 3层 304室，2 种" in opened.out
    assert run("stocktake", "sheet", "--out", path).code == 0
    book = openpyxl.load_workbook(path)
    page = book.active
    for row in page.iter_rows(min_row=3):
        row[8].value = 43 if row[1].value == "学生课桌" else "√"
        row[12].value = "丢失" if row[1].value == "学生课桌" else None
    book.save(path)
    assert run("stocktake", "import", path, "--json").json == {
        "number": "PD-2026-00001", "counted": 2, "same": 0, "blank": 0, "parked": 0, "problems": []}
    result = run("stocktake", "result", "--json").json
    assert (result["total"]["pieces"]["盘亏"], result["total"]["lost_fen"], result["missing_rooms"]) == (2, 29_600, [])
    assert "盘亏 296.00 元" in run("stocktake", "result", "--by", "class").out
    before = tables()
    preview = run("stocktake", "approve", "--preview")
    assert "部分盘亏 ZC-2026-00001 学生课桌：45 件 → 43 件；拆出 2 件为待核销" in preview.out
    assert run("stocktake", "approve", "--preview", "--json").json["blocks"] == []
    assert tables() == before
    assert run("stocktake", "approve").code == 1
    done = run("stocktake", "approve", "--no", "总〔2026〕1号", "--date", "2026-11-21", "--json")
    assert (done.json["written"], len(done.json["corrections"])) == (1, 1)
    assert run("stocktake", "list", "--json").json[0]["state"] == "approved"
    assert run("check").code == 0
    paper = run("print", "stocktake-report", "--stocktake", "pd-2026-00001", "--out", tmp_path / "a.pdf")
    assert "已打印盘点报告，共 1 页" in paper.out
    assert "没有编号为" in run("print", "stocktake-report", "--stocktake", "PD-9", "--out", tmp_path / "b.pdf").err
    assert "还没有盘点" in run("print", "stocktake-report", "--term", "2025-2026-1", "--out", tmp_path / "b.pdf").err
    assert run("undo").code == 0
    assert "清点" not in run("stocktake", "list").out
    assert tables() == before


def test_wrong_words_are_told(stocked, tmp_path):
    assert "还没有盘点" in stocked("stocktake", "result").err
    assert stocked("stocktake", "open", "--term", "x").code == 2
    assert "账本里没有" in stocked("stocktake", "open", "--term", "2020-2021-1").err
    assert "还没有到" in stocked("stocktake", "open", "--term", "2026-2027-1", "--date", "2027-01-20").err
    assert stocked("stocktake", "open", "--term", "2026-2027-1", "--date", "明天").code == 2
    assert stocked("stocktake", "open", "--term", "2026-2027-1", "--kind", "期初").code == 0
    assert "没有编号为" in stocked("stocktake", "result", "--number", "PD-1").err
    path = workbook(tmp_path / "a.xlsx", [("ZC-2026-00001", "很多")], ("资产编号", "实盘数"))
    assert "1 行有问题没有录入" in stocked("stocktake", "import", path).out


def test_a_sheet_for_each_room_and_what_stands_in_the_way(stocked, tmp_path):
    run = stocked
    assert run("stocktake", "open", "--term", "2026-2027-1").code == 0
    assert "盘点表 2 个" in run("stocktake", "sheet", "--out", tmp_path / "发", "--each", "room").out
    assert len(list((tmp_path / "发").glob("PD-2026-00001 *.xlsx"))) == 2
    (tmp_path / "文件").touch()
    below = run("stocktake", "sheet", "--out", tmp_path / "文件" / "发", "--each", "room")
    assert (below.code, "文件”是一个文件" in below.err) == (1, True)
    again = run("stocktake", "sheet", "--out", tmp_path / "发", "--each", "room")
    assert (again.code, "没有覆盖" in again.err) == (1, True)
    assert "还不能批准：还有 3 种没有盘" in run("stocktake", "approve", "--preview").out


def test_a_notice_is_saved_for_word_and_a_table_is_not(stocked, tmp_path):
    told = stocked("print", "stocktake-notice", "--out", tmp_path / "通知.docx")
    assert (told.code, "已把盘点通知存为 Word" in told.out) == (0, True)
    assert "关于开展2026—2027学年第一学期财产盘点的通知" in [line.text for line in docx.Document(tmp_path / "通知.docx").paragraphs]
    assert not list((stocked.root / "printed").rglob("*.*")), "what the office goes on writing is no printed paper yet"
    told = stocked("print", "inventory", "--out", tmp_path / "表.docx")
    assert (told.code, "“期末盘点表”不能存成 Word" in told.err) == (1, True)
    assert stocked("print", "stocktake-notice", "--out", tmp_path / "通知.pdf").code == 0
