"""Every verb of the command line: what it does, what it says, its JSON, its exit status (0 done, 1 refused, 2 usage)."""

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pypdf
import pytest

from app import cli
from app.assets import commands, queries
from app.assets.rules import AssetDraft
from app.core.listing import Wish
from app.school import queries as school
from app.store import folder, journal, opening
from app.store.database import database

FILES = Path(__file__).parent / "exchange" / "files"
PROJECT = Path(__file__).parents[1]
HEADS = ("资产编号", "资产名称", "数量", "单价", "存放地点", "保管人")
ROWS = ((None, "学生课桌", 45, 148, "教学楼 3层 304室", "王敏"), ("校-2", "讲台", 1, 680.5, "教学楼 3层 304室", "王敏"))


class Told:
    """What one run of the command line gave back."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"{self.code}\n{self.out}\n{self.err}"


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command line on a data folder of the test's own."""
    root = tmp_path / "data"
    before = journal.worker.name

    def run(*words, data=root):
        capsys.readouterr()
        code = cli.main(["--data", str(data), *map(str, words)])
        told = Told(code, *capsys.readouterr())
        assert "Traceback" not in told.err
        return told

    run.root = root
    yield run
    database.close_everywhere()
    journal.worker.name = before


@pytest.fixture
def school_run(run, stopped_clock):
    """The same, with a school begun."""
    assert run("init", "--school", "青禾小学", "--term", "2026-2027-1").code == 0
    return run


@pytest.fixture
def demo_run(run, demo_file):
    """The same on a copy of the demo school."""
    def on_demo(*words):
        return run(*words, data=demo_file.parent)

    on_demo.root = demo_file.parent
    return on_demo


def workbook(path, rows=ROWS, heads=HEADS, title=None, before=()):
    book = openpyxl.Workbook()
    page = book.active
    page.title = title or "台账"
    for line in (*before, heads, *rows):
        page.append(line)
    book.save(path)
    return path


def texts(path):
    with pypdf.PdfReader(path) as reader:
        return [page.extract_text() for page in reader.pages]


def tables():
    return {table: database.execute_sql(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
            for table in journal.journalled_tables()}


# --- words that are not understood -------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "said"), [
    ([], "缺少：动作"),
    (["盘点"], "动作 不能是 '盘点'，只能是 "),
    (["import", "stock", "x.xlsx"], "不能是 'stock'，只能是 "),
    (["import", "assets"], "缺少：FILE"),
    (["init"], "缺少：--school"),
    (["stat", "assets", "--jason"], "不认识：--jason"),
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


@pytest.mark.parametrize("words", [["--help"], ["import", "--help"], ["print", "-h"]])
def test_help_is_chinese(run, words):
    told = run(*words)
    assert told.code == 0
    assert "用法：" in told.out
    for english in ("usage", "positional", "options", "show this", "optional"):
        assert english not in told.out


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
    assert (told.code, told.json["imported"], told.json["fen"], told.json["problems"]) == (0, 1, 218_000, [])
    assert school_run("check").code == 0


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


# --- asking ------------------------------------------------------------------------------------------------------


def test_stat_agrees_with_the_ledger(demo_run):
    facts = demo_run("stat", "assets", "--json").json
    totals = queries.totals(Wish())
    assert (facts["cards"], facts["pieces"], facts["fen"]) == (totals.records, totals.pieces, totals.fen)
    assert facts["cards"] == 3_000
    assert facts["places"] == len(queries.by_room()) - 1
    assert facts["classes"] == len(facts["by_class"])
    assert sum(line["fen"] for line in facts["by_class"]) == facts["fen"]
    told = demo_run("stat", "assets")
    assert "3000 张" in told.out
    assert told.code == 0


def test_papers_lists_keys_and_names(run):
    told = run("papers", "--json")
    assert (told.code, told.json[0]) == (0, {"key": "inventory", "name": "期末盘点表"})
    assert {"inventory", "inventory-summary", "asset-ledger", "asset-card"} <= {form["key"] for form in told.json}
    assert "inventory-summary" in run("papers").out


def test_export_gives_a_workbook_that_imports_back(demo_run, school_run, tmp_path):
    path = tmp_path / "台账.xlsx"
    told = demo_run("export", "assets", path, "--search", "钢琴")
    assert told.code == 0
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    count = len(queries.matching_ids(Wish("钢琴")))
    assert f"已导出 {count} 张卡片" in told.out
    assert sum(row[1] == "钢琴" for row in rows) == count
    told = school_run("import", "assets", path, "--json")
    assert (told.code, told.json["imported"]) == (0, count)


def test_export_to_a_place_that_is_not_there_is_refused(demo_run, tmp_path):
    assert demo_run("export", "assets", tmp_path / "没有" / "台账.xlsx", "--search", "钢琴").code == 1
    assert demo_run("export", "assets", tmp_path / "台账.pdf", "--search", "钢琴").code == 1


def test_check_finds_nothing_in_the_demo_and_something_in_a_touched_file(demo_run):
    told = demo_run("check", "--json")
    assert (told.code, told.json["ok"], told.json["problems"], told.json["counts"]["资产卡片"]) == (0, True, [], 3_000)
    assert "没有发现问题" in demo_run("check").out
    database.execute_sql("DROP TRIGGER journal_asset_update")
    database.execute_sql("UPDATE asset SET value = value + 1 WHERE id = 7")
    told = demo_run("check", "--json")
    assert (told.code, told.json["ok"]) == (1, False)
    assert any("第 7 号" in problem for problem in told.json["problems"])
    assert "处问题" in demo_run("check").out


# --- printing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "title"), [
    ("inventory", "青禾小学期末财产盘点表"), ("inventory-summary", "青禾小学期末财产盘点汇总表（按地点）"),
    ("inventory-classes", "青禾小学期末财产盘点汇总表（按分类）"), ("asset-ledger", "青禾小学固定资产台账"),
    ("asset-card", "固定资产卡片"),
])
def test_every_form_is_printed_for_chosen_places_and_kept(demo_run, tmp_path, key, title):
    out = tmp_path / "out.pdf"
    told = demo_run("print", key, "--out", out, "--place", "101室", "--place", "教学楼 2层 202室", "--term", "2025-2026-2")
    assert told.code == 0, told
    pages = texts(out)
    assert f"共 {len(pages)} 页" in told.out
    assert all(page.startswith(title) for page in pages)
    whole = "\n".join(pages)
    if key.startswith("inventory"):
        assert "2025—2026学年第二学期" in whole
    if key != "inventory-classes":
        assert "教学楼 1层 101室" in whole
        assert "103室" not in whole
    (kept,) = (demo_run.root / "printed").rglob("*.pdf")
    assert kept.read_bytes() == out.read_bytes()
    row = database.execute_sql("SELECT form, scope, pages FROM printed").fetchone()
    assert row == (key, "教学楼 1层 101室、教学楼 2层 202室", len(pages))


def test_a_place_stands_for_all_below_it_on_paper(demo_run, tmp_path):
    out = tmp_path / "out.pdf"
    assert demo_run("print", "inventory-summary", "--out", out, "--place", "食堂 1层").code == 0
    whole = "\n".join(texts(out))
    for room in ("学生餐厅", "操作间", "食品库房", "更衣室"):
        assert f"食堂 1层 {room}" in whole
    assert "食堂 2层" not in whole


def test_orientation_and_run_on(demo_run, tmp_path):
    out = tmp_path / "out.pdf"
    rooms = ("--place", "教学楼 1层")
    assert demo_run("print", "inventory", "--out", out, *rooms, "--orientation", "landscape").code == 0
    with pypdf.PdfReader(out) as reader:
        box = reader.pages[0].mediabox
        apart = len(reader.pages)
    assert box.width > box.height
    assert demo_run("print", "inventory", "--out", out, *rooms, "--orientation", "landscape", "--run-on").code == 0
    assert len(texts(out)) < apart


@pytest.mark.parametrize(("place", "said"), [
    ("没有这里", "没有找到地点“没有这里”"),
    ("办公室", "“办公室”可能是："),
])
def test_a_place_that_is_not_plain_is_refused_with_what_there_is(demo_run, tmp_path, place, said):
    told = demo_run("print", "inventory", "--out", tmp_path / "out.pdf", "--place", place)
    assert (told.code, said in told.err) == (1, True)
    assert not (tmp_path / "out.pdf").exists()


def test_a_target_that_is_not_there_is_refused(demo_run, tmp_path):
    told = demo_run("print", "inventory", "--out", tmp_path / "没有" / "out.pdf")
    assert (told.code, "不存在" in told.err) == (1, True)
    assert list((demo_run.root / "printed").rglob("*.pdf")) == []


def test_a_character_that_no_typeface_has_is_named(school_run, tmp_path):
    commands.register_asset(AssetDraft(name="灯\U0002A700"))
    told = school_run("print", "asset-ledger", "--out", tmp_path / "out.pdf")
    assert told.code == 0
    assert "提醒：字体里没有“\U0002A700”（U+2A700）" in told.out


# --- backup and restore ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("as_file", [True, False])
def test_a_backup_brings_the_state_back(school_run, tmp_path, as_file):
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    before = tables()
    copy = tmp_path / "副本.zip"
    told = school_run("backup", *([copy] if as_file else []))
    assert told.code == 0
    path = Path(told.out.strip().partition("：")[2])
    assert path.is_file()
    commands.delete_assets(queries.matching_ids(Wish()))
    told = school_run("restore", path)
    assert told.code == 0, told
    assert tables() == before
    reasons = {file.stem.rsplit("-", 1)[1] for file in (school_run.root / "backups").glob("zongwu-*.db")}
    assert "restore" in reasons


def test_a_copy_into_a_folder_says_its_name(school_run, tmp_path):
    usb = tmp_path / "U盘"
    usb.mkdir()
    told = school_run("backup", usb)
    (copy,) = usb.iterdir()
    assert str(copy) in told.out


def test_a_copy_is_restored_into_a_fresh_folder(school_run, run, tmp_path):
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    before = tables()
    school_run("backup", tmp_path / "副本.zip")
    fresh = tmp_path / "新电脑"
    assert run("restore", tmp_path / "副本.zip", data=fresh).code == 0
    assert (fresh / "zongwu.db").exists()
    assert tables() == before


def test_a_damaged_ledger_is_restored_too(school_run, tmp_path):
    school_run("backup", tmp_path / "副本.zip")
    before = tables()
    database.close_everywhere()
    for companion in school_run.root.glob("zongwu.db-*"):
        companion.unlink()
    (school_run.root / "zongwu.db").write_bytes(b"broken" * 2_000)
    assert school_run("stat", "assets").code == 1
    told = school_run("restore", tmp_path / "副本.zip")
    assert told.code == 0, told
    assert tables() == before
    (kept,) = (school_run.root / "backups").glob("unchecked-*.db")
    assert kept.read_bytes().startswith(b"broken")


@pytest.mark.parametrize("content", [None, b"no backup at all"])
def test_what_is_no_backup_is_refused_and_nothing_changes(school_run, tmp_path, content):
    path = tmp_path / "假.zip"
    if content:
        path.write_bytes(content)
    before = tables()
    assert school_run("restore", path).code == 1
    assert school_run("stat", "assets").code == 0
    assert tables() == before


def test_a_backup_into_the_data_folder_is_refused(school_run):
    told = school_run("backup", school_run.root / "副本.zip")
    assert (told.code, "数据文件夹" in told.err) == (1, True)


# --- undo --------------------------------------------------------------------------------------------------------


def test_undo_lists_and_takes_back_the_named_step(school_run):
    one = commands.register_asset(AssetDraft(name="桌"))
    commands.register_asset(AssetDraft(name="椅"))
    told = school_run("undo", "--list", "--json")
    assert [step["title"] for step in told.json] == ["登记资产 椅", "登记资产 桌", "建立学校 青禾小学"]
    assert set(told.json[0]) == {"id", "title", "who", "entered_at", "undone"}
    step = told.json[1]["id"]
    told = school_run("undo", "--step", step)
    assert (told.code, told.out) == (0, "已撤销：登记资产 桌\n")
    assert queries.card(one) is None
    assert "登记资产 桌（已撤销）" in school_run("undo", "--list").out
    assert school_run("undo", "--step", step).code == 1
    assert school_run("undo", "--step", "999").code == 1
    assert school_run("redo").out == "已重做：登记资产 桌\n"
    assert school_run("redo").code == 1


def test_there_is_an_end_to_undoing(school_run):
    assert school_run("undo").code == 0
    told = school_run("undo")
    assert (told.code, "没有可以撤销的操作" in told.err) == (1, True)


def test_what_is_done_is_done_by_the_schools_operator(demo_run):
    journal.worker.name = "总务主任"  # as in a process that has just begun
    assert demo_run("import", "assets", FILES / "sample_ledger_foreign_template.xls").code == 0
    told = demo_run("undo", "--list", "--json")
    assert told.json[0]["who"] == school.profile().operator == "周文海"


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
    told = program("-c", "import sys; from app import cli; cli.main(['papers']); "
                         "print([name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'ui', 'shiboken6')])")
    assert (told.code, told.out.splitlines()[-1]) == (0, "[]")


def test_an_interrupt_is_said_in_a_sentence(run, monkeypatch):
    def interrupted(words):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "open_store", interrupted)
    told = run("init", "--school", "青禾小学")
    assert (told.code, "中断" in told.err) == (1, True)


def test_opening_is_the_stores(school_run):
    """What the command line wrote, the window opens."""
    database.close_everywhere()
    store = opening.open_store(school_run.root)
    assert school.profile().name == "青禾小学"
    store.close()
