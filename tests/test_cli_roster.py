"""The roster on the command line: rehearsed, imported, exported and imported again."""

from datetime import date

import openpyxl
import pytest

from app.school import pupil_commands, roster
from app.school.queries import classes_listing


@pytest.fixture
def names(tmp_path):
    """A workbook with two classes, a sheet each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in (("三（1）班", [["01", "龘䶮㛃", "陈大鹏"], ["02", "李四", ""]]), ("三（2）班", [["03", "欧阳上官慕容雪", ""]])):
        page = book.create_sheet(title)
        for row in (["学号", "姓名", "家长", "身份证号"], *([*row, "330101201701010011"] for row in rows)):
            page.append(row)
    book.save(tmp_path / "名册.xlsx")
    return tmp_path / "名册.xlsx"


def test_a_roster_is_rehearsed_imported_and_taken_out_again(school_run, names, tmp_path):
    told = school_run("import", "students", names, "--dry-run")
    assert told.code == 1
    assert "缺少的班级：三年级1班、三年级2班。加 --make-classes 可以新建。" in told.out
    told = school_run("import", "students", names, "--make-classes", "--dry-run")
    assert (told.code, "检查完毕，将会新增 3 人，新建 2 个班。" in told.out) == (0, True)
    assert "这些列没有导入：身份证号" in told.out
    assert classes_listing() == []
    facts = school_run("import", "students", names, "--make-classes", "--json").json
    assert (facts["new"], facts["new_classes"], facts["refused"], facts["columns_left_out"]) == (3, ["三年级1班", "三年级2班"], False, ["身份证号"])
    assert [row.name for row in roster.pupils_in(None)] == ["龘䶮㛃", "李四", "欧阳上官慕容雪"]
    assert "已导出 3 名学生" in school_run("export", "students", tmp_path / "出.xlsx").out
    facts = school_run("import", "students", tmp_path / "出.xlsx", "--json").json
    assert (facts["unchanged"], facts["new"], facts["updated"], facts["entries"]) == (3, 0, 0, [])
    assert school_run("undo").code == 0
    assert roster.pupils_in(None) == []


def test_words_of_the_other_import_are_refused(school_run, names):
    for words in (["--renumber"], ["--update"]):
        told = school_run("import", "students", names, *words)
        assert (told.code, f"不认识：{words[0]}" in told.err) == (2, True)
    assert school_run("import", "students", names, "--year", "今年").code == 2
    assert "没有名为“四班”的工作表" in school_run("import", "students", names, "--sheet", "四班").err


def test_a_pupil_is_erased_by_number_or_name(school_run, names):
    school_run("import", "students", names, "--make-classes")
    assert "没有学号或姓名是“没有”的学生" in school_run("erase", "students", "没有").err
    assert "还在读，不能清除" in school_run("erase", "students", "01").err
    school_run("backup")
    one, two = (row.id for row in roster.pupils_in(None)[:2])
    pupil_commands.transfer_out([one, two], date(2026, 9, 2))
    told = school_run("erase", "students", "01", "--dry-run")
    assert "将清除 1 名学生的个人信息，不能撤销。\n以前的备份 " in told.out
    assert roster.pupil_name(one) == "龘䶮㛃"
    told = school_run("erase", "students", "龘䶮㛃")
    assert "已清除 1 名学生的个人信息。\n还留着的：\n以前的备份" in told.out
    told = school_run("erase", "students", "02", "--papers", "--backups")
    assert "连同 1 份以前的备份。" in told.out
    assert "还留着的" not in told.out
