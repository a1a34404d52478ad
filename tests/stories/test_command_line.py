"""A term's end without a window: an old ledger comes in, what is wrong is mended, rooms are printed, nothing is lost."""

import json
from pathlib import Path

import openpyxl
import pypdf
import pytest

from app.cli import main as cli
from app.store import journal
from app.store.database import database

SAMPLE = Path(__file__).parents[1] / "exchange" / "files" / "sample_ledger_foreign_template.xls"


@pytest.fixture
def office(tmp_path, capsys, stopped_clock):
    """Type a line, as in a terminal: gives (exit status, what was said)."""
    before = journal.worker.name

    def office(*words):
        database.close_everywhere()  # each line is a process of its own
        journal.worker.name = "总务主任"
        capsys.readouterr()
        status = cli.main(["--data", str(tmp_path / "账本"), *map(str, words)])
        said = capsys.readouterr()
        return status, said.out + said.err

    yield office
    database.close_everywhere()
    journal.worker.name = before


def old_ledger(path):
    """The office's own workbook, kept for years by several hands."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "固定资产"
    for line in (
        ["青禾小学固定资产登记表"],
        ["单位：总务处", None, None, None, None, None, "2026年9月"],
        ["序号", "财产编号", "设备名称", "规格", "数量", "单价", "金额", "购置日期", "放置地点", "保管员", "现状"],
        [1, None, "学生课桌", "KZY-01", "45套", "￥148.00元", 6660, "2019.9.1", "教学楼 3层 304室", "王䶮", "正常"],
        [2, None, "多媒体讲台", None, "１台", 680, 680, 20200315, "教学楼 3层 304室", "王䶮", "在用"],
        [3, "JS-0007", "台式计算机", "文祥E520", 30, 4300, 129000, "2021年9月", "综合楼 4层 计算机教室", "李龘", "正常"],
        [4, None, "钢琴", "UP-125", "一架", "一万八", 18000, "2018.3.2", "综合楼 2层 音乐室", "单桂芝", "在修"],
        [5, "JS-0007", "投影机", None, 1, 5200, 5200, "2022-02-30", "综合楼 4层 计算机教室", "李龘", "正常"],
        ["合计", None, None, None, 78, None, 159540, None, None, None, None],
    ):
        page.append(line)
    book.save(path)
    return path


def mend(path):
    """Open the copy with the bad rows, put right what its first column says, save."""
    book = openpyxl.load_workbook(path)
    page = book.active
    column = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        assert page.cell(row, column["问题"]).value
        if page.cell(row, column["设备名称"]).value == "钢琴":
            page.cell(row, column["单价"]).value = 18000
        if page.cell(row, column["设备名称"]).value == "投影机":
            page.cell(row, column["财产编号"]).value = "JS-0008"
            page.cell(row, column["购置日期"]).value = "2022-02-28"
    book.save(path)
    return page.max_row - 1


def texts(path):
    with pypdf.PdfReader(path) as reader:
        return [page.extract_text() for page in reader.pages]


def cards(office):
    status, said = office("stat", "assets", "--json")
    assert status == 0
    facts = json.loads(said)
    return facts["cards"], facts["pieces"], facts["fen"]


def test_an_old_ledger_comes_in_is_mended_printed_and_carried_home(office, tmp_path):
    status, said = office("init", "--school", "青禾小学", "--term", "2026-2027-1")
    assert (status, "2026—2027学年第一学期" in said) == (0, True)

    # What would come in, and what is wrong with it: nothing is written yet.
    ledger, bad = old_ledger(tmp_path / "老账.xlsx"), tmp_path / "要改的.xlsx"
    status, said = office("import", "assets", ledger, "--dry-run")
    assert status == 1
    assert "错误 第 7 行 单价“一万八”" in said
    assert "错误 第 8 行 财产编号“JS-0007”：编号与第 6 行重复" in said
    assert "错误 第 8 行 购置日期“2022-02-30”" in said
    assert cards(office) == (0, 0, 0)

    # The good rows come in; the others are mended in their own copy and come in after them.
    status, said = office("import", "assets", ledger, "--skip-bad", "--save-bad", bad)
    assert status == 0
    assert "导入 3 张卡片、76 件、136,340.00 元" in said
    assert cards(office) == (3, 76, 13_634_000)
    assert mend(bad) == 2
    status, said = office("import", "assets", bad)
    assert (status, "导入 2 张卡片" in said) == (0, True), said
    assert cards(office) == (5, 78, 15_954_000)

    # Another product's ledger was tried by mistake, and taken back in one step.
    assert office("import", "assets", SAMPLE)[0] == 0
    assert cards(office)[0] == 6
    status, said = office("undo")
    assert (status, SAMPLE.name in said) == (0, True)
    assert cards(office) == (5, 78, 15_954_000)

    # Found by initials, and printed for its room; the rare character of the keeper's name is there.
    found = tmp_path / "钢琴.xlsx"
    assert office("export", "assets", found, "--search", "gq yys")[1].startswith("已导出 1 张卡片")
    sheet = tmp_path / "盘点表.pdf"
    status, said = office("print", "inventory", "--out", sheet, "--place", "304室")
    assert (status, "提醒" in said) == (0, False)
    (page,) = texts(sheet)
    for words in ("青禾小学期末财产盘点表", "2026—2027学年第一学期", "室名：教学楼 3层 304室", "学生课桌", "多媒体讲台", "本室合计：2 种 46",
                  "盘点人：", "监盘人：", "保管人/班主任：", "总务主任：", "一式三份", "第 1 页　共 1 页"):
        assert words in page
    assert "台式计算机" not in page
    for key in ("inventory-summary", "asset-ledger", "asset-card"):
        assert office("print", key, "--out", tmp_path / f"{key}.pdf")[0] == 0
    assert "合计 5 78 159,540.00" in texts(tmp_path / "inventory-summary.pdf")[-1]
    assert "王䶮" in "".join(texts(tmp_path / "asset-ledger.pdf"))
    assert len(list((tmp_path / "账本" / "printed").rglob("*.pdf"))) == 4

    # Checked, and carried home on a stick; at home somebody deletes everything by undoing, and gets it back.
    assert office("check")[0] == 0
    stick = tmp_path / "U盘"
    stick.mkdir()
    assert office("backup", stick)[0] == 0
    (copy,) = stick.iterdir()
    while office("undo")[0] == 0:
        pass
    assert cards(office) == (0, 0, 0)
    assert office("restore", copy)[0] == 0
    assert cards(office) == (5, 78, 15_954_000)
    assert office("check")[0] == 0


def test_a_visitor_tries_the_demo(office, tmp_path):
    assert office("demo")[0] == 0
    count, pieces, fen = cards(office)
    assert count == 3_000
    status, said = office("papers")
    key = said.split()[0]
    out = tmp_path / "盘点表.pdf"
    status, said = office("print", key, "--out", out, "--place", "教学楼 4层", "--term", "2026-2027-1")
    assert status == 0
    pages = texts(out)
    assert all("教学楼 4层" in page for page in pages)
    assert "学生代表：" in "".join(pages)
    out = tmp_path / "台账.xlsx"
    assert office("export", "assets", out, "--search", "教学楼 4层")[0] == 0
    assert office("import", "assets", out, "--dry-run")[0] == 1  # they are all there already
    status, said = office("import", "assets", out, "--duplicates", "update", "--json")
    assert (status, json.loads(said)["updated"]) == (0, 0)  # and nothing in them differs
    assert cards(office) == (count, pieces, fen)
