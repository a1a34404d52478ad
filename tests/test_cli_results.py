"""The command line: what it answers, prints, exports, carries away, brings back and takes back."""

from pathlib import Path

import openpyxl
import pypdf
import pytest

from app.assets import commands, queries
from app.assets.fields import AssetDraft
from app.core.listing import Wish
from app.school import queries as school
from app.store import journal
from app.store.database import database
from tests.cli_fixture import FILES, tables, texts, workbook

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
    assert (told.code, told.json[0]) == (0, {
        "key": "inventory", "name": "期末盘点表", "takes": ["day", "orientation", "own_pages", "places", "term"],
        "options": ["--term", "--day", "--place", "--orientation", "--run-on"]})
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
    ("low-value-ledger", "青禾小学低值易耗品台账"),
    ("asset-card", "固定资产卡片"),
])
def test_every_form_is_printed_for_chosen_places_and_kept(demo_run, tmp_path, key, title):
    out = tmp_path / "out.pdf"
    term = ("--term", "2026-2027-1") if key.startswith("inventory") else ()     # the others show cards as they are today
    told = demo_run("print", key, "--out", out, "--place", "101室", "--place", "教学楼 2层 202室", *term)
    assert told.code == 0, told
    pages = texts(out)
    assert f"共 {len(pages)} 页" in told.out
    assert all(page.startswith((title, "低值易耗品卡片")) for page in pages)    # cards of both sorts, each under its own title
    whole = "\n".join(pages)
    if key.startswith("inventory"):
        assert "2026—2027学年第一学期" in whole
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
    reasons = {file.stem.rsplit("-", 1)[1] for file in (school_run.root / "backups").glob("zongwu-*")}
    assert "restore" in reasons


def test_backups_are_listed_with_what_they_hold(school_run, tmp_path):
    assert school_run("backup", "--list").out == "还没有备份。\n"
    assert Path(school_run("backup", "--json").json["file"]).is_file()
    school_run("import", "assets", workbook(tmp_path / "台账.xlsx"))
    told = school_run("backup", "--list")
    [before, first] = told.out.splitlines()
    assert "导入前  本账本  完好  0 张卡片" in before
    assert "手工  本账本  完好  0 张卡片，最后一步 2026-11-21 10:00" in first
    damaged = Path(first.split()[-1])
    damaged.write_bytes(b"no longer a backup")
    [_, one] = school_run("backup", "--list", "--json").json
    assert (one["state"], one["reason"], one["ours"]) == ("已损坏", "手工", None)
    assert one["trouble"].endswith("。")


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
    one = commands.register_asset(AssetDraft(name="桌")).made[0]
    commands.register_asset(AssetDraft(name="椅"))
    told = school_run("undo", "--list", "--json")
    assert [step["title"] for step in told.json] == ["登记资产 ZC-2026-00002 椅", "登记资产 ZC-2026-00001 桌", "建立学校 青禾小学"]
    assert set(told.json[0]) == {"id", "title", "who", "entered_at", "undone"}
    step = told.json[1]["id"]
    told = school_run("undo", "--step", step)
    assert (told.code, told.out) == (0, "已撤销：登记资产 ZC-2026-00001 桌\n")
    assert queries.card(one) is None
    assert "登记资产 ZC-2026-00001 桌（已撤销）" in school_run("undo", "--list").out
    assert school_run("undo", "--step", step).code == 1
    assert school_run("undo", "--step", "999").code == 1
    assert school_run("redo").out == "已重做：登记资产 ZC-2026-00001 桌\n"
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
