"""The category of a job by the school's own table of words."""

import pytest

from app.core.errors import Invalid
from app.repairs import guessing
from app.repairs.settings import CATEGORIES
from app.store import settings


@pytest.mark.parametrize(("what", "category"), [
    ("灯管不亮", "电"), ("水龙头漏水", "水"), ("门锁坏了", "门窗"), ("课桌螺丝松", "桌椅"), ("电脑开不了机", "电教设备"),
    ("上不了网，网线断了", "网络"),
    ("空调不制冷", "空调"), ("墙皮脱落", "房屋"), ("灭火器过期", "消防"), ("黑板掉漆", "木工"), ("说不清", "其他"), ("WIFI 连不上", "网络"),
    ("电", "电"), ("投影仪灯泡", "电教设备"), ("", "其他"),
])
def test_shipped_table(what, category):
    assert guessing.category_of(what, guessing.SHIPPED) == category


def test_the_longest_word_wins_then_the_first_line():
    lines = ["甲＝灯", "乙＝灯管 管道", "丙＝水管"]
    assert guessing.category_of("灯管", lines) == "乙"
    assert guessing.category_of("灯", lines) == "甲"
    assert guessing.category_of("水管灯管", lines) == "乙"
    assert guessing.category_of("桌子", lines) == ""


def test_lines_are_read_as_people_write_them():
    assert guessing.read(["水 = 水管、龙头，地漏", "电"]) == {"水": ("水管", "龙头", "地漏"), "电": ()}


@pytest.mark.parametrize(("lines", "said"), [
    (["＝水管"], "没有写类别"), (["水＝龙头", "水＝水管"], "写了两行"), (["水＝管", "电＝灯 管"], "“管”写在“水”和“电”两类里"),
])
def test_what_is_wrong_is_said(lines, said):
    assert said in guessing.wrong(lines)
    assert guessing.wrong(guessing.SHIPPED) == ""


def test_a_category_in_use_cannot_be_taken_out(shop):
    shop.report()
    with pytest.raises(Invalid, match="还有 1 条登记在用"):
        settings.change({CATEGORIES: [line for line in guessing.SHIPPED if not line.startswith("电＝")]})
