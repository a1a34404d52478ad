"""Settings about the ledger itself: rules, backups, operations, recycle bin, archive, check."""

from datetime import datetime

from PySide6.QtGui import QDesktopServices

from app.assets import commands as assets
from app.assets import queries as asset_queries
from app.assets.fields import AssetDraft
from app.core import clock
from app.core.clock import today
from app.core.listing import Wish
from app.school import commands, queries
from app.store import archive, backup, check, database, journal
from app.store.check import Report
from ui.base import jobs
from ui.settings import printed


def numbers():
    return [row[1] for row in asset_queries.listing(Wish())]


def test_numbers_are_seen_and_changed_upward_only(settings_page, fill, said):
    section = settings_page.show_section("numbers")
    year = today().year
    assert section.listed[0][1:] == ("资产编号", "ZC", "带年份", 5, f"ZC-{year}-00001")
    fill.answers = [{"prefix": "gd", "digits": 4, "following": 501}, {"following": 500}, {"following": 600},
                    {"digits": None, "prefix": "-"}]
    section.actions_by_key["edit"].trigger()
    assert section.listed[0][5] == f"GD-{year}-0501"
    assert fill.cut == []
    section.actions_by_key["edit"].trigger()
    assert "请填 501 或更大" in fill.words["following"]
    section.actions_by_key["edit"].trigger()
    assert said.last == f"以后的资产编号从 GD-{year}-0600 排起。"
    section.actions_by_key["edit"].trigger()
    assert set(fill.words) == {"prefix", "digits"}
    assets.register_asset(AssetDraft(name="课桌"))
    assert numbers() == [f"GD-{year}-0600"]


def test_extra_fields_are_added_renamed_retired_and_come_back(settings_page, fill):
    section = settings_page.show_section("extra_fields")
    fill.answers = [{"title": "捐赠人", "kind": "选项"}, {"title": "捐赠人", "kind": "选项", "choices": "校友会\n家长"},
                    {"title": "捐赠单位"}, {"title": "资产编号"}]
    section.actions_by_key["new"].trigger()
    assert "一行一个" in fill.words["choices"]
    section.actions_by_key["new"].trigger()
    extra = asset_queries.extra_fields()[0]
    section.choose(extra.id)
    section.actions_by_key["edit"].trigger()
    section.actions_by_key["edit"].trigger()
    assert "已经有" in fill.words["title"]
    extra = asset_queries.extra_fields()[0]
    assert (extra.title, extra.kind, extra.choices) == ("捐赠单位", "选项", ("校友会", "家长"))
    section.actions_by_key["retire"].trigger()
    assert asset_queries.extra_fields() == []
    section.actions_by_key["reopen"].trigger()
    assert len(asset_queries.extra_fields()) == 1


# --- backups


def test_backup_change_restore_brings_the_old_state_back(settings_page, said, clipped):
    section = settings_page.show_section("backup")
    people = settings_page.show_section("departments")
    settings_page.show_section("backup")
    assert "还没有备份过" in section.state.text()
    section.actions_by_key["new"].trigger()
    assert said.last.startswith("已备份：")
    assert "没有改动" in section.state.text()
    made = section.listed[0]
    assert made[2] == "手工备份"
    commands.add_department("后来的部门")
    settings_page.show_section("backup")
    section.refresh()
    assert "又有改动" in section.state.text()
    said.answers = [False, True]
    section.choose(made[0])
    section.actions_by_key["restore"].trigger()
    assert len(queries.departments_listing()) == 2      # the person thought better of it
    section.actions_by_key["restore"].trigger()
    assert [row[1] for row in queries.departments_listing()] == ["总务处"]
    assert said.last.startswith("已恢复到今天")
    assert [row[2] for row in section.listed] == ["恢复之前", "手工备份"]
    settings_page.show_section("departments")
    assert [row[1] for row in people.listed] == ["总务处"]
    settings_page.show_section("backup")
    said.answers = [True]
    said.actions["恢复回来"]()
    assert len(queries.departments_listing()) == 2
    assert clipped(section) == []


def test_the_list_says_whose_how_sound_and_how_much_and_a_wrong_date(settings_page, said, monkeypatch, clipped):
    section = settings_page.show_section("backup")
    assets.register_asset(AssetDraft(name="课桌"))
    for year in (2026, 2036, 2026):
        moment = datetime(year, 11, 28, 8).astimezone()
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda moment=moment: moment)
            backup.make(settings_page.data, "手工")
    identity = database.database
    identity.execute_sql("UPDATE ledger_identity SET identity = 'another'")
    identity.close_everywhere()
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: datetime(2026, 11, 29, 8).astimezone())
        backup.make(settings_page.data, "手工")
        section.refresh()
    assert [row[1:6] for row in section.listed] == [
        ("2026-11-29 08:00:00", "手工备份", "本账本", "完好", 1), ("2026-11-28 08:00:00", "手工备份", "另一个账本", "完好", 1),
        ("2036-11-28 08:00:00（日期不对）", "手工备份", "另一个账本", "完好", 1),
        ("2026-11-28 08:00:00", "手工备份", "另一个账本", "完好", 1)]
    assert "登记" in section.listed[0][6]
    said.answers = [False]
    section.choose(section.listed[1][0])
    section.actions_by_key["restore"].trigger()
    assert "资产卡片 1 张，最后一步是" in said.details[-1]
    assert "另一个账本的备份" in said.details[-1]
    assert clipped(section) == []


def test_backup_and_restore_in_a_worker_while_the_window_waits(settings_page, said, qtbot, monkeypatch):
    monkeypatch.setattr(jobs, "inline", False)
    monkeypatch.setattr(jobs, "on_thread_end", [database.close_thread])
    people = settings_page.show_section("departments")
    section = settings_page.show_section("backup")
    section.actions_by_key["new"].trigger()
    qtbot.waitUntil(lambda: said.last.startswith("已备份"))
    commands.add_department("后来的部门")
    section.choose(section.listed[0][0])
    said.answers = [True]
    section.actions_by_key["restore"].trigger()
    qtbot.waitUntil(lambda: said.last.startswith("已恢复"))
    settings_page.show_section("departments")
    assert [row[1] for row in people.listed] == ["总务处"]
    commands.add_department("恢复以后")
    assert [row[1] for row in people.listed] == ["总务处", "恢复以后"]


def test_the_ledger_goes_out_to_a_folder_and_comes_back_from_the_file(settings_page, said, tmp_path):
    section = settings_page.show_section("backup")
    stick = tmp_path / "U盘"
    stick.mkdir()
    said.files = [stick]
    section.actions_by_key["copy"].trigger()
    (copy,) = stick.iterdir()
    assert copy.name.startswith("总务通备份-青禾小学-")
    assert "可以安全弹出" in said.last
    commands.add_department("后来的部门")
    said.files, said.answers = [copy], [True]
    section.actions_by_key["file"].trigger()
    assert [row[1] for row in queries.departments_listing()] == ["总务处"]


def test_a_file_that_is_no_copy_changes_nothing_and_is_said(settings_page, said, tmp_path):
    section = settings_page.show_section("backup")
    wrong = tmp_path / "照片.zip"
    wrong.write_bytes(b"PK\x03\x04 not a zip")
    said.files, said.answers = [wrong, None], [True]
    section.actions_by_key["file"].trigger()
    assert "不是总务通的账本" in said.last
    section.actions_by_key["file"].trigger()        # the person closed the file dialog
    said.files = [None]
    section.actions_by_key["copy"].trigger()
    assert len(queries.departments_listing()) == 1


def test_a_failed_backup_stands_in_red_until_one_succeeds(settings_page, monkeypatch, said):
    section = settings_page.show_section("backup")
    with monkeypatch.context() as full:
        full.setattr(backup.copying, "copy_open_file", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
        section.actions_by_key["new"].trigger()
        assert "备份失败" in said.last
    assert "没有成功" in section.state.text()
    assert section.state.property("tone") == "danger"
    section.actions_by_key["new"].trigger()
    assert section.state.property("tone") == "done"


# --- operations, recycle bin


def test_a_step_is_found_and_taken_back_or_refused_with_the_reason(settings_page, refusal):
    department = commands.add_department("教务处").made[0]
    commands.rename_department(department, "教导处")
    section = settings_page.show_section("steps")
    section.search.setText("新增部门")
    section.reload()
    assert section.found.records == 1
    step = section.model.id_at(0)
    section.choose(step)
    assert "又改动过" in refusal(section.actions_by_key["undo"].trigger)
    section.clear_narrowing()
    section.choose(section.model.id_at(0))
    section.actions_by_key["undo"].trigger()
    section.choose(step)
    section.actions_by_key["undo"].trigger()
    assert [section.model.row(number)[6] for number in (0, 1)] == ["已撤销", "已撤销"]
    assert "已经撤销过" in refusal(section.actions_by_key["undo"].trigger)
    assert [row[1] for row in queries.departments_listing()] == ["总务处"]


def test_the_log_is_newest_first_and_can_be_searched_by_its_columns(settings_page):
    for name in ("教务处", "教导处"):
        commands.add_department(name)
    commands.rename_department(queries.departments_listing()[0][0], "后勤处")
    section = settings_page.show_section("steps")
    titles = [row[3] for row in section.listed]
    assert len(titles) >= 3
    assert [row[0] for row in section.listed] == sorted((row[0] for row in section.listed), reverse=True)
    section.grid.head.set_conditions({"title": "教导"})
    section.reload()
    assert [row[3] for row in section.listed] == [title for title in titles if "教导" in title]


def test_several_cards_come_back_from_the_recycle_bin(settings_page, said):
    ids = [assets.register_asset(AssetDraft(name=name)).made[0] for name in ("课桌", "讲台", "投影仪")]
    before = numbers()
    assets.delete_assets(ids[:2])
    assets.delete_assets(ids[2:])
    section = settings_page.show_section("recycle_bin")
    assert [row[2] for row in section.listed] == ["投影仪", "讲台", "课桌"]
    section.search.setText("tyy")
    section.reload()
    assert [row[2] for row in section.listed] == ["投影仪"]
    section.clear_narrowing()
    section.grid.selectAll()
    section.actions_by_key["restore"].trigger()
    assert said.last == "已恢复 3 张卡片。"
    assert numbers() == before
    assert section.found.records == 0
    assert journal.deleted("asset") == []


# --- archive, check, about


def test_archived_papers_are_found_and_opened(settings_page, refusal, tmp_path, monkeypatch):
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(b"%PDF-1.4")
    data = settings_page.data
    section = settings_page.show_section("printed")
    kept = archive.keep(data, pdf, "inventory", "期末盘点表", "教学楼 1层", 12)
    archive.keep(data, pdf, "asset-ledger", "资产台账", "全校", 120)
    assert [row[2] for row in section.listed] == ["资产台账", "期末盘点表"]      # seen at once
    shown, folders = [], []
    monkeypatch.setattr(printed, "show_pdf", lambda parent, path, title: shown.append((path, title)))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: folders.append(url.toLocalFile()))
    section.search.setText("盘点")
    section.reload()
    section.grid.selectRow(0)
    section.actions_by_key["edit"].trigger()
    section.actions_by_key["folder"].trigger()
    assert shown == [(kept, "期末盘点表 教学楼 1层")]
    assert folders == [kept.parent.as_posix()]
    kept.unlink()
    section.reload()
    assert section.listed[0][6] == "文件已不在"
    assert "不在存档文件夹" in refusal(section.actions_by_key["edit"].trigger)


def test_the_check_says_what_it_found(settings_page, monkeypatch, clipped):
    section = settings_page.show_section("check")
    section.run()
    assert section.verdict.text().startswith("没有发现问题")
    assert clipped(section) == []
    monkeypatch.setattr(check, "run", lambda data, progress: Report(["地点第 3 号记录不见了。"] * 3, {"地点": 2}))
    section.run()
    assert "3 个问题" in section.verdict.text()
    assert section.findings.text().startswith("1. 地点第 3 号")
    assert clipped(section) == []


def test_about_tells_the_folder_and_the_licences(settings_page, monkeypatch):
    section = settings_page.show_section("about")
    assert section.folder.text() == str(settings_page.data.root)
    assert "LGPL" in section.licences.toPlainText()
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    section.open_folder()
    assert opened == [settings_page.data.root.as_posix()]
