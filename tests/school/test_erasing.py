"""Erased means that nobody finds a pupil's name by looking through the bytes of the data folder, packed or not."""

import io
import lzma
import zipfile
from contextlib import suppress
from datetime import date

import pytest

from app.core.errors import Refused
from app.school import commands, erasing, pupil_commands, roster
from app.school.pupil_rules import PupilDraft
from app.school.rules import ClassDraft
from app.store import archive, attachments, backup, check, compacting, images, journal, opening, upkeep
from app.store.database import database, scalar

NAME, LATER, GUARDIAN, PHONE, NUMBER = "龘䶮㛃", "陈䶮㛃", "陈大鹏麟", "13900004711", "G08150815"
WORDS = (NAME, LATER, GUARDIAN, PHONE, NUMBER)


def everything(folder):
    """Give the content of every file below a folder; what is packed inside as well, each with where it lies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            yield str(path.relative_to(folder)), path.name.encode() + content
            if zipfile.is_zipfile(io.BytesIO(content)):
                with zipfile.ZipFile(path) as packed:
                    for member in packed.namelist():
                        inner = packed.read(member)
                        plain = lzma.decompress(inner) if member.endswith(".xz") else inner
                        yield f"{path.name}:{member}", plain
                        yield from blocks_in(plain, f"{path.name}:{member}")
            yield from blocks_in(content, path.name)


def blocks_in(content, where):
    """Give what lies packed in a ledger: each stretch of LZMA, wherever it begins."""
    at = content.find(b"\xfd7zXZ")
    while at >= 0:
        with suppress(lzma.LZMAError):
            yield f"{where} at {at}", lzma.LZMADecompressor().decompress(content[at:])
        at = content.find(b"\xfd7zXZ", at + 1)


def found(folder, words=WORDS):
    """Give where any of the words stands, as UTF-8 or UTF-16."""
    return sorted({f"{word} in {where}" for where, content in everything(folder) for word in words
                   if word.encode() in content or word.encode("utf-16-le") in content})


def blocks():
    return [each for (content,) in database.execute_sql("SELECT content FROM change_block").fetchall()
            for each in images.unpack(content).values()]


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(compacting, "LATEST_STEPS", 2)
    monkeypatch.setattr(compacting, "ROWS", 2)
    monkeypatch.setattr(compacting, "PAUSE_S", 0)


@pytest.fixture
def pupil(started_ledger, small_blocks, tmp_path):
    """A pupil who came, changed his name and left: in packed history, in two backups, in a paper, an attachment and the log."""
    data = started_ledger.folder
    room = commands.add_class(ClassDraft(2026, 1, 1)).made[0]
    one, other = pupil_commands.write_pupils({}, [
        {"name": NAME, "class_id": room, "guardian": GUARDIAN, "phone": PHONE, "number": NUMBER, "remark": "哮喘"},
        {"name": "王强", "class_id": room}]).made
    backup.make(data, "手工")
    pupil_commands.edit_pupil(one, PupilDraft(LATER, room, guardian=GUARDIAN, phone=PHONE, number=NUMBER, joined_on=date(2026, 9, 1)))
    pupil_commands.edit_pupil(other, PupilDraft("王强", room, joined_on=date(2026, 9, 1)))
    upkeep.tidy(data)       # the first is packed, the second is not
    pupil_commands.transfer_out([one], date(2026, 10, 1))
    for number in range(5):
        pupil_commands.set_waiver([other], ("低保", "")[number % 2])
    assert compacting.compact(data) > 2
    assert any(NAME in str(each) for each in blocks())
    backup.make(data, "手工")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF")
    archive.keep(data, tmp_path / "paper.pdf", "fee-refund", "退费单", LATER)
    archive.keep(data, tmp_path / "paper.pdf", "fee-refund", "退费单", "一年级1班")
    (tmp_path / f"{LATER}的照片.jpg").write_bytes(b"picture")
    with journal.operation("附件"):
        attachments.add(data, "pupil", other, tmp_path / f"{LATER}的照片.jpg")
    (data.root / "zongwu.log").write_text(f"ERROR {LATER} 出错\n下一行", "utf-8")
    return one


def test_nothing_is_found_by_a_byte_search_after_erasing_all(pupil, started_ledger):
    data = started_ledger.folder
    assert len(found(data.root)) > 10
    traces = erasing.look(data, [pupil])
    assert "打印存档里有 1 份" in traces.told
    assert "附件里有 1 个" in traces.told
    assert "以前的备份 2 份" in traces.told
    done = erasing.erase(data, [pupil], papers=True, backups=True)
    assert done.troubles == ()
    assert "连同 1 份打印存档、1 个附件、2 份以前的备份" in done.told
    backup.make(data, "手工")
    assert found(data.root) == []
    assert not any(word in str(blocks()) for word in WORDS)
    for made in backup.of_open_ledger(data):
        with upkeep.opened(data, made) as (path, _):
            assert [word for word in WORDS if word.encode() in path.read_bytes()] == []
    assert check.run(data).problems == []
    assert scalar("SELECT count(*) FROM change_image WHERE table_name = 'pupil' AND row_id = ?", (pupil,)) > 0


def test_a_name_in_the_records_of_others_is_told_and_not_touched(pupil, started_ledger):
    with journal.operation("备注"):
        database.execute_sql("INSERT INTO person (name, title, phone, on_staff, keys) VALUES (?, '', '', 1, '')", (LATER,))
    traces = erasing.look(started_ledger.folder, [pupil])
    assert "别处的文字里也有这个姓名（人员 1 条）" in traces.told
    erasing.erase(started_ledger.folder, [pupil], papers=True, backups=True)
    assert scalar("SELECT count(*) FROM person WHERE name = ?", (LATER,)) == 1


def test_history_and_undo_agree_with_the_erased_record(pupil, started_ledger):
    erasing.erase(started_ledger.folder, [pupil])
    assert check.of_file() == []
    assert all(value[0] in (None, "", f"已清除{pupil}", value[1]) for event in journal.history("pupil", pupil)
               for key, value in event.fields.items() if key == "name")
    while journal.undoable() and journal.undoable()[1] != "新增班级 一年级1班":
        try:
            journal.undo()
        except Refused:
            break
    assert check.of_file() == []
    assert not any(NAME in str(each) for each in blocks())


def test_what_a_person_keeps_is_told_and_stays(pupil, started_ledger):
    data = started_ledger.folder
    done = erasing.erase(data, [pupil])
    assert (done.papers, done.files, done.backups) == (0, 0, 0)
    assert LATER in str([paper.path for paper in archive.listing(data)])
    left = found(data.root, (GUARDIAN, PHONE, NUMBER))
    assert left
    assert all(".zip" in where or "backups" in where or "zongwu-" in where for where in left), "only older backups"


def test_older_backups_are_whole_and_hold_all_the_rest(pupil, started_ledger):
    data = started_ledger.folder
    erasing.erase(data, [pupil], backups=True)
    for made in backup.of_open_ledger(data):
        with upkeep.opened(data, made) as (_, connection):
            assert [name for (name,) in connection.execute("SELECT name FROM pupil ORDER BY id").fetchall()] == [f"已清除{pupil}", "王强"]
            assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0] == scalar(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
    oldest = backup.of_open_ledger(data)[-1]
    from app.store import transfer
    transfer.restore(data, oldest.path)
    assert check.of_file() == []


def test_the_same_number_of_somebody_else_in_a_backup_is_left_alone(pupil, started_ledger):
    """A ledger that was restored may have given the number to another pupil."""
    data = started_ledger.folder
    made = backup.of_open_ledger(data)[0]

    def another(connection):
        connection.execute("DROP TRIGGER journal_pupil_update")
        connection.execute("UPDATE pupil SET name = '李四' WHERE id = ?", (pupil,))
        connection.execute("DELETE FROM change WHERE table_name = 'pupil'")
        connection.execute("DELETE FROM packed_change")
        return True

    upkeep.rewrite(data, made, another)
    erasing.erase(data, [pupil], backups=True)
    with upkeep.opened(data, made) as (_, connection):
        assert connection.execute("SELECT name FROM pupil WHERE id = ?", (pupil,)).fetchone() == ("李四",)


def test_a_damaged_backup_is_named(pupil, started_ledger):
    data = started_ledger.folder
    packed = next(made for made in backup.of_open_ledger(data) if made.path.suffix == ".zip")
    packed.path.write_bytes(packed.path.read_bytes()[:-400] + b"x" * 400)
    done = erasing.erase(data, [pupil], backups=True)
    assert packed.path.name in done.told
    assert done.backups == 1


def test_an_encrypted_ledger_and_its_backups(tmp_path, small_blocks):
    store = opening.open_store(tmp_path / "data", "secret")
    from app.school.rules import SchoolDraft
    commands.start_school(SchoolDraft(name="测试小学", term="2026-2027-1", operator="总务主任"))
    room = commands.add_class(ClassDraft(2026, 1, 1)).made[0]
    one, two = pupil_commands.write_pupils({}, [{"name": NAME, "class_id": room, "phone": PHONE}, {"name": LATER, "class_id": room}]).made
    backup.make(store.folder, "手工")
    pupil_commands.transfer_out([one, two], date(2026, 10, 1))
    done = erasing.erase(store.folder, [one, two], backups=True)
    assert (done.backups, done.troubles) == (1, ())
    with upkeep.opened(store.folder, backup.of_open_ledger(store.folder)[0], "secret") as (_, connection):
        assert connection.execute("SELECT name FROM pupil ORDER BY id").fetchall() == [(f"已清除{one}",), (f"已清除{two}",)]
    database.close_everywhere()


def test_who_is_still_in_class_stays_with_all_that_is_his(pupil, started_ledger):
    data = started_ledger.folder
    other = next(each.id for each in roster.pupils_in(None) if each.name == "王强")
    with pytest.raises(Refused, match="还在读"):
        erasing.erase(data, [other], papers=True, backups=True)
    assert [made.at for made in backup.of_open_ledger(data)]
    assert roster.pupil_name(other) == "王强"
    assert roster.called("王强") == [other]
    assert roster.called("") == []
