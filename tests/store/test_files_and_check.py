"""Attachments, the archive of printed papers, and the check that finds what is wrong."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.errors import Refused
from app.core.progress import Cancelled
from app.store import archive, attachments, check, journal, nouns, settings
from app.store import database as db
from app.store.database import database
from tests.store.conftest import add_departments, rename_department


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "合同 扫描.PDF"
    path.write_bytes(b"%PDF-1.4 contract")
    return path


def attach(ledger, path, owner=1):
    with journal.operation("添加附件"):
        return attachments.add(ledger.folder, "department", owner, path)


def test_content_lies_once_under_its_hash(some_rows, paper, tmp_path):
    first, second = attach(some_rows, paper), attach(some_rows, paper, 2)
    assert attachments.of("department", 1) == [first]
    assert (first.name, first.size) == ("合同 扫描.PDF", 17)
    assert attachments.path_of(some_rows.folder, first) == attachments.path_of(some_rows.folder, second)
    assert attachments.path_of(some_rows.folder, first).name == f"{first.sha256}.pdf"
    paper.unlink()
    assert attachments.path_of(some_rows.folder, first).read_bytes() == b"%PDF-1.4 contract"


def test_removed_attachment_comes_back_by_undo(some_rows, paper):
    stored = attach(some_rows, paper)
    with journal.operation("移除附件"):
        attachments.remove(stored.id)
    assert attachments.of("department", 1) == []
    journal.undo()
    assert attachments.of("department", 1) == [stored]
    assert attachments.path_of(some_rows.folder, stored).exists()
    with journal.operation("移除附件"):
        attachments.remove(stored.id)
    with pytest.raises(Refused, match="已经不在"), journal.operation("移除附件"):
        attachments.remove(stored.id)


def test_unfit_files_are_refused(some_rows, paper, tmp_path):
    attach(some_rows, paper)
    same = tmp_path / "副本.pdf"
    same.write_bytes(paper.read_bytes())
    (tmp_path / "x.exe").write_bytes(b"MZ")
    (tmp_path / "x.jpg").touch()
    (tmp_path / "dir.pdf").mkdir()
    (tmp_path / "big.png").write_bytes(b"x" * (2 * 1024 * 1024 + 1))
    settings.change({attachments.LIMIT: 2})
    for name, said in (("副本.pdf", "内容完全相同"), ("x.exe", "不能作为附件"), ("x.jpg", "空文件"), ("gone.pdf", "找不到"),
                       ("dir.pdf", "找不到"), ("big.png", "超过上限 2 MB")):
        with pytest.raises(Refused, match=said):
            attach(some_rows, tmp_path / name)
    assert len(attachments.of("department", 1)) == 1


def test_content_deleted_by_hand_is_mended_by_adding_the_file_again(some_rows, paper):
    stored = attach(some_rows, paper)
    attachments.path_of(some_rows.folder, stored).unlink()
    with pytest.raises(Refused, match="不在数据文件夹里"):
        attachments.path_of(some_rows.folder, stored)
    assert attach(some_rows, paper) == stored
    assert attachments.path_of(some_rows.folder, stored).read_bytes() == paper.read_bytes()


def test_attachments_are_added_inside_an_operation(some_rows, paper):
    with pytest.raises(RuntimeError):
        attachments.add(some_rows.folder, "department", 1, paper)


# --- the archive of printed papers -------------------------------------------------------------------------------


def test_printed_papers_are_kept_with_what_when_and_for_whom(ledger, paper, monkeypatch):
    at = datetime(2026, 11, 21, 9, 30, 12, tzinfo=timezone(timedelta(hours=8)))
    monkeypatch.setattr(clock, "now", lambda: at)
    told = []
    journal.listeners.append(told.append)
    try:
        first = archive.keep(ledger.folder, paper, "inventory", "期末盘点表", "教学楼/3层: 304室", 12)
        second = archive.keep(ledger.folder, paper, "inventory", "期末盘点表", "教学楼/3层: 304室")
    finally:
        journal.listeners.remove(told.append)
    assert first == ledger.folder.printed / "2026" / "2026-11-21 期末盘点表 教学楼 3层 304室.pdf"
    assert second.name == "2026-11-21 期末盘点表 教学楼 3层 304室 (2).pdf"
    assert first.read_bytes() == paper.read_bytes()
    assert told == [frozenset({"printed"})] * 2
    latest = archive.listing(ledger.folder)
    assert [(one.path, one.pages, one.who, one.printed_at) for one in latest] == [
        (second, 0, "总务主任", "2026-11-21 09:30:12"), (first, 12, "总务主任", "2026-11-21 09:30:12")]
    assert len(archive.listing(ledger.folder, limit=1)) == 1
    assert len(archive.listing(ledger.folder, search="盘点 304")) == 2
    assert archive.listing(ledger.folder, search="盘点 305%") == []
    assert journal.steps() == []


def test_paper_that_is_gone_is_refused_and_not_noted(ledger, tmp_path):
    with pytest.raises(Refused, match="没有存档"):
        archive.keep(ledger.folder, tmp_path / "gone.pdf", "inventory", "期末盘点表", "")
    assert archive.listing(ledger.folder) == []


def test_copy_is_taken_away_where_the_row_cannot_be_written(ledger, paper, monkeypatch):
    database.execute_sql("PRAGMA busy_timeout = 10")
    with db.beside(ledger.folder.file) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="占用"):
            archive.keep(ledger.folder, paper, "inventory", "期末盘点表", "全校")
    assert list(ledger.folder.printed.rglob("*.pdf")) == []


@given(st.text())
def test_names_are_safe_on_windows_too(wished):
    name = archive.safe_name(wished)
    assert name
    assert len(name) <= archive.LONGEST_NAME + 1
    assert not set(name) & set('<>:"/\\|?*\0\n\r\t')
    assert name[-1] not in ". "
    assert name.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


# --- check -------------------------------------------------------------------------------------------------------


def tamper(ledger, *statements):
    """Do to the file what another program might: without foreign keys, and with the triggers taken away."""
    with db.beside(ledger.folder.file) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            raw.execute(statement)


def without_triggers(*statements):
    triggers = database.execute_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    return [*(f'DROP TRIGGER "{name}"' for name, _ in triggers), *statements, *(sql for _, sql in triggers)]


def test_a_sound_ledger_has_no_findings(some_rows, paper):
    attach(some_rows, paper)
    rename_department("总务处", "后勤处")
    journal.undo()
    with journal.operation("删除人员"):
        database.execute_sql("DELETE FROM person")
    steps = []
    report = check.run(some_rows.folder, lambda done, total, text="": steps.append(text))
    assert report.problems == []
    assert report.sound
    assert report.counts["附件"] == 1
    assert report.counts["department"] == 2
    assert "journal_now" not in report.counts
    assert any("附件" in text for text in steps)


@pytest.mark.parametrize(("statement", "said"), [
    ("UPDATE department SET name = '改' WHERE id = 2", "department第 2 号记录与日志里最后一次改动不一致"),
    ("DELETE FROM department WHERE id = 2", "department第 2 号记录不见了"),
    ("INSERT INTO department (name, keys, position) VALUES ('多', '', 0)", "department有 1 条记录没有登记经过"),
    ("UPDATE person SET department_id = 99", "person第 1 号记录引用的department已不存在"),
])
def test_what_another_program_did_is_found(some_rows, statement, said):
    tamper(some_rows, *without_triggers(statement))
    assert any(said in problem for problem in check.run(some_rows.folder).problems)


def test_deleted_record_that_is_there_again_is_found(some_rows):
    with journal.operation("删除人员"):
        database.execute_sql("DELETE FROM person")
    tamper(some_rows, *without_triggers(
        "INSERT INTO person (id, name, department_id, title, phone, on_staff, keys) VALUES (1, '王', 1, '', '', 1, '')"))
    assert check.run(some_rows.folder).problems == ["person第 1 号记录还在，日志里却已删除。"]


def test_missing_triggers_are_found(some_rows):
    tamper(some_rows, "DROP TRIGGER journal_person_update")
    assert check.run(some_rows.folder).problems == ["person的日志触发器缺失或被改动，之后的修改可能没有记入历史。请恢复最近的备份。"]


def test_missing_and_changed_attachments_are_found(some_rows, paper, tmp_path):
    other = tmp_path / "照片.jpg"
    other.write_bytes(b"photo")
    first, second = attach(some_rows, paper), attach(some_rows, other)
    attachments.path_of(some_rows.folder, first).unlink()
    attachments.path_of(some_rows.folder, second).write_bytes(b"phot0")
    assert check.run(some_rows.folder).problems == [
        "附件“合同 扫描.PDF”不见了。请从备份中恢复。", "附件“照片.jpg”内容已改变。请从备份中恢复。"]
    with pytest.raises(Refused, match="不在数据文件夹里"):
        attachments.path_of(some_rows.folder, first)


def test_many_findings_of_a_sort_are_counted(ledger):
    add_departments(*(f"部门{number}" for number in range(25)))
    tamper(ledger, *without_triggers("UPDATE department SET position = 9"))
    problems = check.run(ledger.folder).problems
    assert len(problems) == check.MOST_EXAMPLES + 1
    assert problems[-1] == "……同类问题还有 15 处。"


def test_features_add_their_own_checks_and_names(some_rows, monkeypatch):
    monkeypatch.setattr(check, "checks", lambda: (("台账", lambda: ["合计不符。"]),))
    monkeypatch.setitem(nouns.nouns, "department", "部门")
    told = []
    report = check.run(some_rows.folder, lambda done, total, text="": told.append(text))
    assert told[-2:] == ["检查台账", "检查完毕"]
    assert report.problems == ["合计不符。"]
    assert report.counts["部门"] == 2


def test_steps_of_an_older_version_are_compared_by_existence(some_rows, monkeypatch):
    from types import SimpleNamespace

    from app.store import migrations
    second = SimpleNamespace(TITLE="新列", SEEDS=("term",), SQL=(
        "ALTER TABLE department ADD COLUMN phone TEXT NOT NULL DEFAULT ''",
        "INSERT INTO term (school_year, half, starts_on, ends_on, is_current) VALUES (2026, 1, '2026-09-01', '2027-01-20', 1)"))
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second))
    monkeypatch.setattr(migrations, "LATEST", migrations.LATEST + 1)
    migrations.migrate()
    assert check.run(some_rows.folder).problems == []


def test_a_damaged_file_is_said_and_ends_the_check(ledger):
    add_departments(*(f"部门{number}" * 40 for number in range(500)))
    ledger.close()
    content = bytearray(ledger.folder.file.read_bytes())
    for page in range(40, len(content) // 4096):
        content[page * 4096:page * 4096 + 600] = b"\xa5" * 600
    ledger.folder.file.write_bytes(content)
    problems = check.run(ledger.folder).problems
    assert len(problems) == 1
    assert problems[0].startswith("账本文件已损坏")


def test_check_can_be_cancelled(some_rows):
    def cancel(done, total, text=""):
        raise Cancelled
    with pytest.raises(Cancelled):
        check.run(some_rows.folder, cancel)
