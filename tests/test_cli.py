"""The command line: words it does not know, beginning, importing, beside an open window, as a program of its own.

Exit status: 0 done, 1 refused, 2 usage.
"""

import gzip
import importlib
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from app.assets import queries
from app.cli import main as cli
from app.cli import opening as cli_opening
from app.core.listing import Wish
from app.school import queries as school
from app.store import folder, opening
from app.store.database import database
from tests.cli_fixture import FILES, ROWS, Told, tables, workbook

PROJECT = Path(__file__).parents[1]


# --- words that are not understood -------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "said"), [
    ([], "缺少：动作"),
    (["盘点"], "动作 不能是 '盘点'，只能是 "),
    (["import", "stocks", "x.xlsx"], "不能是 'stocks'，只能是 "),
    (["import", "assets"], "缺少：FILE"),
    (["init"], "缺少：--school"),
    (["stat", "assets", "--jason"], "不认识：--jason\n可用 zongwu-cli stat assets --help"),
    (["undo", "--list", "--step", "3"], "--step 不能和 --list 同时用"),
    (["demo", "多余"], "不认识：多余"),
    (["print", "labels", "--out", "x.pdf"], "单据 不能是 'labels'"),
    (["print", "inventory"], "缺少：--out"),
    (["print", "inventory", "--out"], "--out 后面还要写内容"),
    (["print", "inventory", "--out", "x.pdf", "--term", "明年"], "--term 要写学期，例如 2026-2027-1，“明年”不是"),
    (["print", "inventory", "--out", "x.pdf", "--term", "2026-2028-1"], "--term 要写学期"),
    (["print", "inventory", "--out", "x.pdf", "--orientation", "斜"], "--orientation 不能是 '斜'"),
    (["init", "--school", "青禾小学", "--term", "x"], "--term 要写学期"),
    (["import", "assets", "x.xlsx", "--header-row", "三"], "--header-row 要填整数，'三' 不是"),
    (["import", "assets", "x.xlsx", "--duplicates", "merge"], "--duplicates 不能是 'merge'"),
    (["import", "assets", "x.xlsx", "--dry-run=1"], "--dry-run 后面不要写内容"),
    (["undo", "--step", "x"], "--step 要写 undo --list 里的编号，“x”不是"),
    (["undo", "--step", "99999999999999999999"], "--step 要写 undo --list 里的编号"),
    (["restore"], "缺少：FILE"),
    (["import", "assets", "x.xlsx", "--s"], "--s 不明确，可能是 --sheet, --skip-bad, --save-bad"),
])
def test_unknown_words_are_a_usage_error_in_chinese(run, words, said):
    told = run(*words)
    assert told.code == 2
    assert said in told.err
    assert told.out == ""
    assert "--help" in told.err
    assert not run.root.exists()


@pytest.mark.parametrize("words", [["--help"], ["print", "-h"], *([*verb.path.split(), "--help"] for verb in cli.VERBS)])
def test_help_is_chinese(run, words):
    told = run(*words)
    assert told.code == 0
    assert "用法：" in told.out
    for english in ("usage", "positional", "options", "show this", "optional"):
        assert english not in told.out


def test_every_module_s_verbs_are_listed():
    """A feature's verbs stand in its module; the one list in main names them all, each under its heading."""
    files = sorted((PROJECT / "app" / "cli").glob("*.py"))
    found = [importlib.import_module(f"app.cli.{file.stem}") for file in files if file.stem != "__main__"]
    declared = {verb.path for module in found if module is not cli for verb in getattr(module, "VERBS", ())}
    paths = [verb.path for verb in cli.VERBS]
    assert declared | {"papers", "print"} == set(paths)
    assert len(set(paths)) == len(paths)
    headings = {verb.path for verb in cli.VERBS if verb.run is None}
    assert {path.rpartition(" ")[0] for path in paths} - {""} == headings
    words = [word.name for module in found for word in getattr(module, "ORDER_WORDS", ())]
    typed = cli.parser().parse_args(["print", "inventory", "--out", "x.pdf"])
    assert words
    assert all(name in typed for name in words)


def test_the_version(run):
    told = run("--version")
    assert (told.code, told.out.startswith("总务通 ")) == (0, True)


@pytest.mark.parametrize("words", [
    ["stat", "assets"], ["check"], ["undo"], ["undo", "--list"], ["redo"], ["backup"], ["export", "assets", "x.xlsx"],
    ["import", "assets", str(FILES / "small_ledger.xls")], ["print", "inventory", "--out", "x.pdf"],
])
def test_a_missing_ledger_is_refused_and_not_made(run, words):
    told = run(*words)
    assert told.code == 1
    assert "没有账本" in told.err
    assert not run.root.exists()


def test_the_data_folder_may_be_named_after_the_verb_too(run, tmp_path):
    root = tmp_path / "别处"
    assert run("init", "--school", "青禾小学", "--data", root).code == 0
    assert (root / "zongwu.db").exists()
    assert not run.root.exists()
    assert run("stat", "assets", "--json", "--data", root).json["cards"] == 0


# --- init and demo -----------------------------------------------------------------------------------------------


def test_init_begins_a_school_once(run):
    told = run("init", "--school", "青禾小学", "--term", "2026—2027学年第二学期")
    assert told.code == 0
    assert "青禾小学，2026—2027学年第二学期" in told.out
    assert (school.profile().name, school.current_term().code) == ("青禾小学", "2026-2027-2")
    before = tables()
    told = run("init", "--school", "另一所")
    assert (told.code, "已经有账本" in told.err) == (1, True)
    assert tables() == before


def test_init_without_a_term_takes_todays(run, stopped_clock):
    assert run("init", "--school", "青禾小学").code == 0
    assert school.current_term().code == "2026-2027-1"


def test_a_school_without_a_name_is_refused_and_may_be_begun_afterwards(run):
    told = run("init", "--school", " ")
    assert told.code == 1
    assert "学校名称" in told.err
    assert run("init", "--school", "青禾小学").code == 0


def test_demo_fills_an_empty_folder_only(run):
    told = run("demo")
    assert told.code == 0
    assert "青禾小学" in told.out
    assert "3000" in told.out
    told = run("demo")
    assert (told.code, "--data" in told.err) == (1, True)
    assert run("stat", "assets", "--json").json["cards"] == 3_000


def test_a_network_folder_is_refused(run):
    told = run("init", "--school", "青禾小学", data="//server/share")
    assert (told.code, "网络位置" in told.err) == (1, True)


# --- import ------------------------------------------------------------------------------------------------------


def test_import_writes_cards_and_tells_what_it_made(school_run, tmp_path):
    told = school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    assert told.code == 0
    assert "已导入 2 张卡片、46 件、7,340.50 元" in told.out
    assert "新地点 3 个：" in told.out
    assert "新人员 1 个：王敏" in told.out
    rows = queries.listing(Wish())
    assert [row[1:3] for row in rows] == [("ZC-2026-00001", "学生课桌"), ("校-2", "讲台")]
    assert [backup.name.rsplit("-", 1)[1] for backup in (school_run.root / "backups").glob("zongwu-*.db")] == ["import.db"]


def test_import_json_has_the_promised_facts(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx", (*ROWS, (None, None, -3, "很贵", "", ""), (None, "椅", "0", 5, "", "")))
    told = school_run("import", "assets", path, "--json")
    assert told.code == 1
    facts = told.json
    assert (facts["refused"], facts["imported"], facts["pieces"], facts["fen"]) == (True, 0, 0, 0)
    assert facts["skipped"] == 2
    assert all(set(problem) == {"sheet", "row", "column", "value", "text", "level"} for problem in facts["problems"])
    assert {(problem["row"], problem["column"]) for problem in facts["problems"] if problem["level"] == "error"} >= {
        (4, "数量"), (4, "单价"), (5, "数量")}
    assert queries.totals(Wish()).records == 0
    assert school.find_people("王敏") == []


def test_a_refused_import_says_every_problem_and_what_to_do(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx", (*ROWS, (None, "椅", -3, "很贵", "", "")))
    told = school_run("import", "assets", path)
    assert told.code == 1
    assert "错误 第 4 行 数量“-3”：" in told.out
    assert "错误 第 4 行 单价“很贵”：" in told.out
    assert "没有写入任何内容" in told.out


def test_dry_run_writes_nothing(school_run, tmp_path):
    before = tables()
    path = workbook(tmp_path / "台账.xlsx")
    told = school_run("import", "assets", path, "--dry-run")
    assert told.code == 0
    assert "检查完毕，将会导入 2 张卡片" in told.out
    facts = school_run("import", "assets", path, "--dry-run", "--json").json
    assert (facts["dry_run"], facts["imported"], facts["pieces"], facts["fen"]) == (True, 2, 46, 734_050)
    assert facts["new_people"] == ["王敏"]
    assert tables() == before
    assert list((school_run.root / "backups").iterdir()) == []


def test_skip_bad_takes_the_good_rows_and_saves_the_others(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx", (*ROWS, (None, "椅", -3, 5, "", "")))
    bad = tmp_path / "有问题.xlsx"
    told = school_run("import", "assets", path, "--skip-bad", "--save-bad", bad, "--json")
    assert (told.code, told.json["imported"], told.json["skipped"], told.json["refused"]) == (0, 2, 1, False)
    rows = list(openpyxl.load_workbook(bad).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("问题", "原行号", "资产编号")
    assert rows[1][1:] == (4, None, "椅", -3, 5, None, None)
    assert "数量" in rows[1][0]


def test_duplicates_are_refused_skipped_or_update(school_run, tmp_path):
    path = workbook(tmp_path / "台账.xlsx")
    assert school_run("import", "assets", path).code == 0
    again = workbook(tmp_path / "又.xlsx", [("校-2", "多媒体讲台", 1, 680.5, None, None)])
    told = school_run("import", "assets", again)
    assert (told.code, "已有这个编号" in told.out) == (1, True)
    told = school_run("import", "assets", again, "--duplicates", "skip", "--json")
    assert (told.code, told.json["imported"], told.json["skipped"]) == (0, 0, 1)
    told = school_run("import", "assets", again, "--duplicates", "update", "--json")
    assert (told.code, told.json["updated"]) == (0, 1)
    (row,) = queries.listing(Wish(filters={"number": "校-2"}))
    assert row[2] == "多媒体讲台"
    assert queries.card(row[0]).place == "教学楼 3层 304室"


def test_sheet_header_row_and_map_say_how_a_workbook_is_read(school_run, tmp_path):
    path = tmp_path / "怪.xlsx"
    book = openpyxl.Workbook()
    page = book.create_sheet("第二张")
    for line in (("学校的账",), ("是什么", "多少", "在哪里呢"), ("课桌", 3, "库房"), ("椅子", 4, "库房")):
        page.append(line)
    book.save(path)
    told = school_run("import", "assets", path, "--sheet", "第二张", "--header-row", "2", "--map", "是什么=资产名称",
                      "--map", "多少=quantity", "--map", "在哪里呢=存放地点", "--json")
    assert (told.code, told.json["imported"], told.json["pieces"]) == (0, 2, 7)
    assert [queries.card(row[0]).place for row in queries.listing(Wish())] == ["库房", "库房"]


@pytest.mark.parametrize(("words", "said"), [
    (["--sheet", "没有"], "没有"),
    (["--header-row", "99"], "没有第 99 行"),
    (["--header-row", "0"], "没有第 0 行"),
    (["--map", "放置处=存放地点"], "没有“放置处”这一列"),
    (["--map", "数量"], "数量"),
    (["--map", "数量=个数哦"], "没有“个数哦”这个字段"),
    (["--map", "资产名称="], "还没有指明哪一列是“资产名称”"),
])
def test_what_the_workbook_does_not_have_is_refused_in_a_sentence(school_run, tmp_path, words, said):
    told = school_run("import", "assets", workbook(tmp_path / "台账.xlsx"), *words)
    assert told.code == 1
    assert said in told.err
    assert queries.totals(Wish()).records == 0


def test_naming_a_column_where_no_head_was_recognised_says_so(school_run, tmp_path):
    path = workbook(tmp_path / "怪.xlsx", [(1, 2)], ("甲", "乙"))
    told = school_run("import", "assets", path, "--map", "甲=资产名称")
    assert told.code == 1
    assert "--header-row" in told.err


@pytest.mark.parametrize("name", ["没有.xlsx", "照片.xlsx", "空.xls", "台账.docx"])
def test_files_that_are_no_workbooks_are_refused(school_run, tmp_path, name):
    path = tmp_path / name
    if "没有" not in name:
        path.write_bytes(b"\x89PNG\r\n\x1a\n" * 50 if "照片" in name else b"")
    told = school_run("import", "assets", path)
    assert told.code == 1
    assert told.err.startswith("没有完成：")


def test_the_sample_of_another_product_comes_in(school_run):
    told = school_run("import", "assets", FILES / "sample_ledger_foreign_template.xls", "--json")
    assert (told.code, told.json["imported"], told.json["fen"]) == (0, 1, 218_000)
    assert [each["column"] for each in told.json["unread"]] == ["资产大类", "校区编号"]
    assert [each["level"] for each in told.json["problems"]] == ["warning"]
    assert school_run("check").code == 0


DOUBTFUL = ["资产名称,数量,价格,东校区地点", "课桌,45,100,一楼教室", "课椅,40,50,二楼教室", "黑板,2,300,三楼教室"]


def test_what_is_doubtful_is_asked_with_the_words_that_answer(school_run, tmp_path):
    path = tmp_path / "东校区.csv"
    path.write_text("\n".join(DOUBTFUL), "utf-8")
    told = school_run("import", "assets", path)
    assert (told.code, "--map 东校区地点=存放地点" in told.out) == (1, True)
    told = school_run("import", "assets", path, "--json")
    [question] = told.json["questions"]
    assert (question["field"], question["alternatives"][0]["heading"]) == ("存放地点", "东校区地点")
    told = school_run("import", "assets", path, "--map", "东校区地点=存放地点", "--json")
    assert (told.code, told.json["imported"], told.json["fen"], len(told.json["new_places"])) == (0, 3, 710_000, 6)
    # answered once, it is not asked again; and the same file twice is told
    told = school_run("import", "assets", path, "--json")
    assert (told.code, told.json["imported"]) == (1, 0)
    assert "已经导入过这个文件“东校区.csv”，共 3 行" in told.json["imported_before"]
    assert told.json["alike"] == 3
    assert school_run("import", "assets", path, "--again", "--json").json["imported"] == 3


def test_a_table_further_down_is_asked_about_by_words_that_name_its_own_column(school_run, tmp_path):
    path = tmp_path / "两张表.csv"
    path.write_text("物料名称,型号,数量,备注\n螺丝,M3,12,\n型号,数量,位号,备注\n电容,31,C1,\n芯片,2,U1,", "utf-8")
    told = school_run("import", "assets", path)
    assert (told.code, "--map 型号#1=资产名称" in told.out) == (1, True)
    [question] = school_run("import", "assets", path, "--json").json["questions"]
    assert [each["map"] for each in question["alternatives"]] == ["型号#1", "位号#1"]
    assert school_run("import", "assets", path, "--map", "型号#1=资产名称", "--json").json["pieces"] == 45


def test_sheets_that_repeat_another_are_named_with_the_words_that_leave_them_out(school_run, tmp_path):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, last in (("全校", 20), ("一 部", 6)):
        made.create_sheet(name).append(["资产编号", "资产名称", "数量"])
        for at in range(last):
            made[name].append([f"Q-{at:03d}", f"东西{at}", 1])
    made.save(tmp_path / "全校.xlsx")
    told = school_run("import", "assets", tmp_path / "全校.xlsx")
    assert (told.code, '--sheet "全校"' in told.out, "--all-sheets" in told.out) == (1, True, True)
    told = school_run("import", "assets", tmp_path / "全校.xlsx", "--json")
    assert [question["leave_out"] for question in told.json["questions"]] == [["一 部"]]
    assert school_run("import", "assets", tmp_path / "全校.xlsx", "--all-sheets", "--dry-run", "--json").json["refused"]
    assert school_run("import", "assets", tmp_path / "全校.xlsx", "--sheet", "全校", "--json").json["imported"] == 20


def test_two_columns_of_one_heading_are_named_by_their_letters(school_run, tmp_path):
    path = tmp_path / "两列.csv"
    path.write_text("资产名称,数量,数量\n课桌,1,2\n课椅,3,4", "utf-8")
    told = school_run("import", "assets", path)
    assert (told.code, "--map B列=数量" in told.out, "--map C列=数量" in told.out) == (1, True, True)
    assert school_run("import", "assets", path, "--map", "C列=数量", "--json").json["pieces"] == 6


def test_case_and_lost_zeros_of_numbers(school_run, tmp_path):
    path = tmp_path / "一.csv"
    path.write_text("资产编号,资产名称\nAB-1,课桌\n=\"000123\",课椅", "utf-8")
    assert school_run("import", "assets", path).code == 0
    path.write_text("资产编号,资产名称\nab-1,书桌\n123,课椅", "utf-8")
    told = school_run("import", "assets", path, "--update", "--json")
    assert told.code == 1
    assert [(each["row"], "000123" in each["text"]) for each in told.json["problems"] if each["level"] == "error"] == [(3, True)]
    told = school_run("import", "assets", path, "--update", "--skip-bad", "--json")
    assert [update["number"] for update in told.json["updates"]] == ["AB-1"]


def test_one_import_is_one_step_back(school_run, tmp_path):
    before = tables()
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    after = tables()
    told = school_run("undo")
    assert told.code == 0
    assert told.out.startswith("已撤销：导入台账 台账.xlsx：导入 2 张卡片")
    assert tables() == before
    assert school_run("redo").code == 0
    assert tables() == after


# --- beside an open window ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [
    ["import", "assets", FILES / "small_ledger.xls"], ["undo"], ["redo"], ["restore", "x.zip"], ["demo"],
    ["init", "--school", "别的"],
])
def test_verbs_that_write_are_refused_while_the_window_is_open(school_run, words):
    before = tables()
    lock = folder.take(folder.prepare(school_run.root))
    try:
        told = school_run(*words)
    finally:
        lock.release()
    assert (told.code, "窗口" in told.err) == (1, True)
    assert tables() == before


def test_verbs_that_ask_work_beside_an_open_window(school_run, tmp_path):
    lock = folder.take(folder.prepare(school_run.root))
    try:
        for words in (["stat", "assets"], ["check"], ["papers"], ["undo", "--list"], ["backup"],
                      ["print", "inventory-summary", "--out", tmp_path / "o.pdf"], ["export", "assets", tmp_path / "o.xlsx"]):
            assert school_run(*words).code == 0, words
    finally:
        lock.release()


def test_a_verb_lets_the_folder_go_when_it_is_done(school_run, tmp_path):
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    folder.take(folder.prepare(school_run.root)).release()


# --- as a program of its own -------------------------------------------------------------------------------------


def program(*words):
    done = subprocess.run([sys.executable, "-X", "utf8", *map(str, words)], cwd=PROJECT, capture_output=True,
                          encoding="utf-8", timeout=60, check=False)
    return Told(done.returncode, done.stdout, done.stderr)


def test_the_program_speaks_through_exit_status_and_streams(tmp_path):
    root = tmp_path / "data"
    told = program("-m", "app.cli", "--data", root, "init", "--school", "青禾小学")
    assert (told.code, "青禾小学" in told.out, told.err) == (0, True, "")
    told = program("-m", "app.cli", "--data", root, "stat", "assets", "--json")
    assert (told.code, told.json["cards"], told.err) == (0, 0, "")
    told = program("-m", "app.cli", "--data", root, "init", "--school", "青禾小学")
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    told = program("-m", "app.cli", "--data", root, "盘点")
    assert (told.code, told.out) == (2, "")


def test_the_command_line_never_loads_qt():
    told = program("-c", "import sys; from app.cli.main import main; main(['papers']); "
                         "print([name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'ui', 'shiboken6')])")
    assert (told.code, told.out.splitlines()[-1]) == (0, "[]")


def test_an_interrupt_is_said_in_a_sentence(run, monkeypatch):
    def interrupted(*_words, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_opening, "open_store", interrupted)
    told = run("init", "--school", "青禾小学")
    assert (told.code, "中断" in told.err) == (1, True)


def test_opening_is_the_stores(school_run):
    """What the command line wrote, the window opens."""
    database.close_everywhere()
    store = opening.open_store(school_run.root)
    assert school.profile().name == "青禾小学"
    store.close()


@pytest.mark.parametrize("words", [
    ["import", "assets", "\udcff台账.xlsx"], ["check", "--data", "\udcff"], ["init", "--school", "\ud83d小学"], ["\udcff"], ["stat", "\udcff"],
    ["salvage", "\udcff.xlsx"], ["print", "inventory", "--out", "x.pdf", "--place", "\udcff"]])
def test_words_in_no_encoding_are_refused_in_a_sentence(school_run, words):
    told = school_run(*words)
    assert (told.code, told.out, "认不出的字" in told.err, told.err.count("\n")) == (1, "", True, 1)


@pytest.mark.parametrize("typed", ["9999-12-31", "0001-01-01", "2026-02-30", "2026-13-01", "2026-W47-5", "20261120", "-1", "", "今天"])
@pytest.mark.parametrize("words", [
    ["stocktake", "open", "--term", "2026-2027-1", "--date"], ["stocktake", "approve", "--date"], ["import", "students", "x.xlsx", "--day"],
    ["fees", "month", "--out", "x.xlsx", "--month"]])
def test_days_outside_the_calendar_are_a_usage_error(run, words, typed):
    told = run(*words[:-1], f"{words[-1]}={typed}")
    assert (told.code, told.out, f"{words[-1]} 要写" in told.err) == (2, "", True)


def test_a_card_of_no_day_of_the_calendar_does_not_come_in(school_run, tmp_path):
    heads = ("资产名称", "数量", "单价", "取得日期")
    for at, typed in enumerate(("9999-12-31", "1026-01-01", "2026-02-30", date(9999, 12, 31))):
        told = school_run("import", "assets", workbook(tmp_path / f"{at}.xlsx", [("课桌", 1, 148, typed)], heads))
        assert (told.code, "取得日期" in told.out) == (1, True)
    assert tables()["asset"] == []


@pytest.mark.parametrize("words", [
    ["check", "--data", "{}"], ["init", "--school", "甲", "--data", "{}"], ["export", "assets", "{}.xlsx"], ["print", "inventory", "--out", "{}.pdf"],
    ["salvage", "{}.xlsx"], ["salvage", "x.xlsx", "--from", "{}"], ["restore", "{}"], ["backup", "{}.zip"], ["import", "assets", "{}.xlsx"],
    ["import", "students", "{}.xlsx"], ["export", "template", "{}.xlsx"]])
def test_names_that_the_system_will_not_have_are_refused_in_a_sentence(school_run, tmp_path, words):
    told = school_run(*(word.format(tmp_path / ("长" * 300)) for word in words))
    assert (told.code, told.out, "名称太长" in told.err or "读不了" in told.err, told.err.count("\n")) == (1, "", True, 1)


def test_papers_never_replace_what_is_no_file(school_run):
    for target in ("/dev/null", "CON.pdf"):
        told = school_run("print", "inventory", "--out", target)
        assert told.code == 1
        assert told.err.startswith("没有完成：")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("verb", [["check"], ["undo"], ["backup", "x.zip"]])
def test_an_empty_file_is_not_made_a_ledger(run, tmp_path, monkeypatch, verb):
    monkeypatch.chdir(tmp_path)
    ledger = folder.prepare(tmp_path / "data").file
    ledger.touch()
    told = run(*verb)
    assert (told.code, "是空的（0 字节）" in told.err, ledger.stat().st_size) == (1, True, 0)


@pytest.fixture
def rotted(run):
    """Give the command line over a ledger that is damaged further in."""
    file = folder.prepare(run.root).file
    file.write_bytes(gzip.decompress((Path(__file__).parent / "store" / "files" / "rot_page18.db.gz").read_bytes()))
    return run


def test_what_is_readable_of_a_damaged_ledger_becomes_a_workbook(rotted, tmp_path):
    file, out = rotted.root / "zongwu.db", tmp_path / "读得出的.xlsx"
    before = file.read_bytes()
    told = rotted("salvage", out)
    assert (told.code, "资产卡片 60 行" in told.out, str(out) in told.out) == (0, True, True)
    book = openpyxl.load_workbook(out, read_only=True)
    assert "资产卡片" in book.sheetnames
    book.close()
    assert rotted("salvage", out, "--json").json["rows"]["资产卡片"] == 60
    copy = tmp_path / "U盘上的.db"
    copy.write_bytes(before)
    assert rotted("salvage", out, "--from", copy, data=tmp_path / "nowhere").code == 0
    assert not (tmp_path / "nowhere").exists()
    assert file.read_bytes() == before
    assert "读得出" in rotted("salvage", "--help").out


@pytest.mark.parametrize(("content", "said"), [(None, "找不到文件"), (b"", "一行也没有读出来"), (bytes(9000), "一行也读不出来")])
def test_where_nothing_is_readable_no_workbook_is_made(run, tmp_path, content, said):
    if content is not None:
        folder.prepare(run.root).file.write_bytes(content)
    told = run("salvage", tmp_path / "out.xlsx")
    assert (told.code, said in told.err, (tmp_path / "out.xlsx").exists()) == (1, True, False)


@pytest.mark.parametrize("words", [
    ["check"], ["undo"], ["undo", "--list"], ["redo"], ["backup"], ["backup", "x.zip"], ["stat", "assets"],
    ["demo"], ["init", "--school", "别的"], ["export", "assets", "x.xlsx"], ["print", "inventory", "--out", "x.pdf"],
    ["import", "assets", FILES / "small_ledger.xls"], ["restore", "x.zip"],
])
def test_a_damaged_ledger_is_told_by_every_verb_and_left_as_it_is(rotted, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    file = rotted.root / "zongwu.db"
    before = file.read_bytes()
    told = rotted(*words)
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    if words[0] != "restore":
        assert "账本文件已损坏" in told.err
        assert "salvage" in told.err
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("x.*"))
    assert not list((rotted.root / "backups").glob("*.db"))


def test_damage_that_is_met_at_work_names_the_way_back_too(rotted, monkeypatch):
    monkeypatch.setattr("app.store.rescue._SMALL", 0)   # as in a ledger too large to be looked through when it is opened
    told = rotted("stat", "assets")
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert all(word in told.err for word in ("已损坏", "restore", "salvage"))


def test_the_backups_of_a_damaged_ledger_are_listed(school_run):
    assert school_run("backup").code == 0
    database.close_everywhere()
    (school_run.root / "zongwu.db").write_bytes(bytes(9000))
    told = school_run("backup", "--list")
    assert (told.code, told.out.count("手工"), "已损坏" in told.err) == (0, 1, True)
    [made] = school_run("backup", "--list", "--json").json
    assert school_run("restore", made["file"]).code == 0
    assert school_run("check").code == 0


@pytest.mark.parametrize("words", [["print", "inventory", "--out"], ["export", "assets"], ["backup"], ["salvage"]])
def test_nothing_is_written_over_the_ledger(school_run, words):
    told = school_run(*words, school_run.root / "zongwu.db")
    assert told.code == 1
    assert school_run("check").code == 0


def test_words_for_nobody_are_no_trouble(school_run):
    """What reads our words may have heard enough: … | head -1."""
    database.close_everywhere()
    for words in (["papers"], ["--help"], ["papers", "--json"]):
        with subprocess.Popen([sys.executable, "-X", "utf8", "-m", "app.cli", "--data", str(school_run.root), *words], cwd=PROJECT,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
            started.stdout.close()
            assert (started.stderr.read(), started.wait(60)) == (b"", 0)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
@pytest.mark.parametrize("words", [["init", "--school", "试用小学"], ["papers"], ["papers", "--json"], ["--help"], ["--version"]])
@pytest.mark.parametrize("buffered", [True, False])
def test_words_that_cannot_be_written_are_told_without_a_traceback(tmp_path, words, buffered):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, *([] if buffered else ["-u"]), "-m", "app.cli", "--data", str(tmp_path / "d"), *words],
                              cwd=PROJECT, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr.count("\n"), done.stderr.startswith("没有完成：要输出的话写不出去")) == (1, 1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_full_temporary_folder_is_told_as_such(school_run, tmp_path, monkeypatch):
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx", [(None, f"课桌{at}", 1, 5, "库房", "王敏") for at in range(400)]))
    rows = tmp_path / "rows"
    rows.symlink_to("/dev/full")
    monkeypatch.setattr("openpyxl.worksheet._writer.ALL_TEMP_FILES", [str(rows)])
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", lambda *_: str(rows))
    told = school_run("export", "assets", tmp_path / "out.xlsx")
    assert (told.code, "磁盘已满" in told.err, "要输出的话" in told.err) == (1, True, False)
    assert not (tmp_path / "out.xlsx").exists()
    assert not os.path.lexists(rows)
