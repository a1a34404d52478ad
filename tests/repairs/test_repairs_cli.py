"""``repairs new | accept | list``."""

import pytest

from app.repairs.tables import Repair
from app.school import commands as school
from app.school import place_commands
from app.school.rules import PersonDraft


@pytest.fixture
def staffed(school_run):
    for name in ("王敏", "李强"):
        school.add_person(PersonDraft(name))
    place_commands.add_places("教学楼 3层 304室 教室\n教学楼 3层 305室 教室")
    return school_run


NEW = ("repairs", "new", "--place", "304", "--what", "灯管不亮")


def test_a_job_is_taken_in(staffed):
    told = staffed(*NEW, "--by", "王敏", "--urgent", "急", "--date", "2026-11-20")
    assert told.code == 0, told
    assert told.out == ("已登记 WX-2026-00001：教学楼 3层 304室 灯管不亮（电，紧急），报修人 王敏，约定 2026-11-20 前修好。\n")
    facts = staffed(*NEW, "--json").json
    assert (facts["number"], facts["reporter"], facts["due_on"], facts["state"]) == ("WX-2026-00002", "王敏", "2026-11-25", "已报修")
    assert staffed("undo").code == 0
    assert Repair.select().count() == 1


@pytest.mark.parametrize(("words", "said"), [
    (("--place", "999", "--what", "灯", "--by", "王敏"), "没有找到地点“999”"),
    (("--place", "jxl", "--what", "灯", "--by", "王敏"), "可能是"),
    (("--place", "304", "--what", "灯", "--by", "孙悟空"), "没有找到叫“孙悟空”的人"),
    (("--place", "304", "--what", "灯"), "请填写报修人"),
    (("--place", "304", "--what", " ", "--by", "王敏"), "请写明什么坏了"),
    (("--place", "304", "--what", "灯", "--by", "王敏", "--urgent", "快"), "看不懂"),
    (("--place", "304", "--what", "灯", "--by", "王敏", "--date", "2026-12-01"), "还没有到"),
    (("--place", "304", "--what", "灯", "--by", "王敏", "--category", "飞机"), "类别没有“飞机”"),
])
def test_what_is_not_plain_is_refused(staffed, words, said):
    told = staffed("repairs", "new", *words)
    assert (told.code, said in told.err) == (1, True), told
    assert Repair.select().count() == 0


def test_who_and_where_nobody_knows_are_kept_as_written(staffed):
    told = staffed("repairs", "new", "--place", "操场东门口", "--what", "围网破了", "--by", "保安老周", "--as-written", "--json").json
    assert (told["place"], told["reporter"]) == ("操场东门口", "保安老周")


def test_slips_that_came_back_are_accepted_together(staffed):
    for what in ("灯", "门锁"):
        staffed("repairs", "new", "--place", "304", "--what", what, "--by", "王敏", "--date", "2026-11-16")
    told = staffed("repairs", "accept", "WX-2026-00001", "wx-2026-00002", "--date", "2026-11-20", "--satisfied", "满意", "--done", "2026-11-17")
    assert told.code == 0, told
    assert told.out.splitlines() == ["已验收 WX-2026-00001 304室 灯：王敏，满意。", "已验收 WX-2026-00002 304室 门锁：王敏，满意。"]
    row = Repair.get_by_id(1)
    assert (str(row.done_on), str(row.accepted_on), row.state) == ("2026-11-17", "2026-11-20", "accepted")
    again = staffed("repairs", "accept", "WX-2026-00001", "--date", "2026-11-20")
    assert (again.code, "它已经验收了" in again.err) == (1, True)
    assert "没有这样的报修单：WX-9" in staffed("repairs", "accept", "WX-9", "--date", "2026-11-20").err
    assert staffed("repairs", "accept", "WX-2026-00001").code == 2
    assert staffed("repairs", "accept", "WX-2026-00001", "--date", "2026-11-20", "--satisfied", "好").code == 2


def test_what_is_overdue_is_listed(staffed):
    assert staffed("repairs", "list").out == "共 0 件。待派 0 · 待料外修 0 · 待验收 0 · 超时 0\n"
    staffed("repairs", "new", "--place", "304", "--what", "灯", "--by", "王敏", "--date", "2026-11-16")
    staffed("repairs", "new", "--place", "305", "--what", "门锁", "--by", "王敏")
    facts = staffed("repairs", "list", "--overdue", "--json").json
    assert [(each["number"], each["late_days"], each["due_on"]) for each in facts] == [("WX-2026-00001", 1, "2026-11-19")]
    told = staffed("repairs", "list", "--open").out
    assert "WX-2026-00001　2026-11-16　教学楼 3层 304室　灯　已报修，超时 1 天" in told
    assert told.endswith("共 2 件。待派 2 · 待料外修 0 · 待验收 0 · 超时 1\n")
    assert len(staffed("repairs", "list", "--search", "mensuo", "--json").json) == 1
