from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.school.place_commands import add_places, preview_places
from app.school.room_lists import EXAMPLE, plan_places


def planned(text):
    return [(place.path, place.kind) for place in plan_places(text)]


@pytest.mark.parametrize(("text", "paths"), [
    ("教学楼 1-2层 每层 01-02室", ["教学楼 1层 101室", "教学楼 1层 102室", "教学楼 2层 201室", "教学楼 2层 202室"]),
    ("教学楼 一至二楼 每层 １－２室", ["教学楼 1层 11室", "教学楼 1层 12室", "教学楼 2层 21室", "教学楼 2层 22室"]),
    ("综合楼 2层 201~203", ["综合楼 2层 201室", "综合楼 2层 202室", "综合楼 2层 203室"]),
    ("综合楼 2层 会议室、音乐室", ["综合楼 2层 会议室", "综合楼 2层 音乐室"]),
    ("综合楼 1-2层 厕所", ["综合楼 1层 厕所", "综合楼 2层 厕所"]),
    ("体育场、篮球场", ["体育场", "篮球场"]),
    ("传达室", ["传达室"]),
    ("宿舍楼", ["宿舍楼"]),
    ("食堂 餐厅、操作间", ["食堂 餐厅", "食堂 操作间"]),
    ("实验楼 A01-A02", ["实验楼 A01室", "实验楼 A02室"]),
])
def test_lines_say_what_they_seem_to_say(text, paths):
    assert [path for path, _ in planned(text)] == paths


def test_the_use_stands_at_the_end_or_follows_from_the_name():
    assert planned("教学楼 1层 101、102 教室")[0] == ("教学楼 1层 101室", "教室")
    assert dict(planned("综合楼 会议室、体育器材室、校长室、音乐室")) == {
        "综合楼 会议室": "功能室", "综合楼 体育器材室": "库房", "综合楼 校长室": "办公室", "综合楼 音乐室": "功能室"}
    assert plan_places(EXAMPLE)


def test_every_unreadable_line_is_named():
    with pytest.raises(Invalid) as wrong:
        plan_places("教学楼 4-1层 101\n\n教学楼 1层 108-101室\n教学楼 1层 101\n教学楼 1-3层 乱 写 101-9999室")
    assert [problem.text[:6] for problem in wrong.value.problems] == ["第 1 行：", "第 3 行：", "第 5 行："]
    for empty in ("", "\n  \n"):
        with pytest.raises(Invalid, match="例如"):
            plan_places(empty)
    with pytest.raises(Invalid, match="最多"):
        plan_places("\n".join(f"{building}号楼 1-9层 每层 01-99室" for building in range(1, 9)))


@given(st.text("教学楼室层每场、 0123456789-～~一二十A座", max_size=25))
def test_any_line_is_read_or_refused(text):
    with suppress(Invalid):
        assert all(place.chain for place in plan_places(text))


def test_adding_twice_adds_once(school):
    text = "教学楼 1-4层 每层 01-08室 教室\n综合楼 2层 会议室"
    assert [there for _, there in preview_places(text)] == [False] * 33
    assert len(add_places(text).made) == 32 + 4 + 1 + 3
    assert [there for _, there in preview_places(text)] == [True] * 33
    assert add_places(text) is None
    assert len(add_places("教学楼 三层 309").made) == 1
