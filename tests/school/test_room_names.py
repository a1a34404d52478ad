"""What a sheet's name or a title means: a room there is, a room that may be made, or no room at all."""

import pytest

from app.school import place_commands
from app.school.resolving import Places
from app.school.room_names import bare_title, names_a_room, ways_of_naming


@pytest.mark.parametrize(("title", "bare"), [
    ("三（1）班班级财产登记表", "三（1）班"), ("青禾小学科学室资产明细表", "科学室"), ("2026年三（1）班财产登记表", "三（1）班"),
    ("2025-2026学年第一学期三（1）班公物清单", "三（1）班"), ("2026年度固定资产台账", ""), ("2026年9月期末盘点表", ""),
    ("教学楼301室内物品登记表", "教学楼301"),
    ("301", "301"), (" 食堂 ", "食堂"), ("青禾小学固定资产台账", "")])
def test_titles_without_school_year_and_document(title, bare):
    assert bare_title(title, "青禾小学") == bare


@pytest.mark.parametrize("words", [
    "301", "B203", "301室", "音乐教室", "三（1）班", "三1班", "九年级12班", "教学楼301", "综合楼2层205",
    "图书馆", "体育场", "校长室", "教师办公室", "门卫", "2（3）班", "体育器材室", "设备间"])
def test_words_that_name_a_room(words):
    assert names_a_room(words)


@pytest.mark.parametrize("words", [
    "", "Sheet1", "2026", "2026年", "汇总表", "总表", "办公设备", "家具类", "说明", "目录", "体育器材", "一、课桌椅类",
    "张三", "青禾小学", "总务处", "A", "1", "x" * 30,
    "填表说明", "2025-2026学年"])
def test_words_that_name_none(words):
    assert not names_a_room(words)


@pytest.mark.parametrize(("words", "parts"), [
    ("301 三（2）班", ["301", "三（2）班"]), ("301（三2班）", ["301", "三2班"]), ("三（2）班301", ["301", "三（2）班"]),
    ("三2班-301室", ["301", "三2班"]),
    ("综合楼301", []), ("综合楼-301", []), ("综合楼（301）", []), ("综合楼（东）301", []), ("三（2）班", [])])
def test_number_and_class_together_are_two_names_of_one_room(words, parts):
    assert ways_of_naming(words)[3:] == parts


def test_a_room_there_is_comes_first(started_ledger):
    place_commands.add_places("教学楼 3层 301-302室 教室\n综合楼 3层 301室\n科学实验室")
    places = Places()
    assert [places.name_in(title) for title in ("302", "302 三（2）班", "三（9）班302", "教学楼301", "科学实验")] == [
        "302", "302", "302", "教学楼301", "科学实验室"]
    assert places.name_in("综合楼302") == "综合楼302"      # not the one of another building
    assert places.name_in("Sheet1") == ""
    assert places.new == []
