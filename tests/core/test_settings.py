"""Settings as declarations: what each kind takes and refuses."""

from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import settings as core
from app.core.errors import Invalid
from app.core.settings import Setting


@pytest.fixture
def declared():
    return {
        "text": Setting("text", "校名", ""), "choice": Setting("choice", "字体", "宋体", choices=("宋体", "仿宋")),
        "whole": Setting("whole", "份数", 2, least=1, most=9), "yes_no": Setting("yes_no", "每室另起一页", True),
        "fen": Setting("fen", "标准", 100_000, kind="fen", least=0), "list": Setting("list", "状况", ["在用"], required=True),
    }


@pytest.mark.parametrize(("key", "typed", "value"), [
    ("text", "  实验小学 ", "实验小学"), ("text", "", ""), ("text", None, ""), ("choice", "仿宋", "仿宋"),
    ("whole", "３", 3), ("whole", 9, 9), ("yes_no", "是", True), ("yes_no", "否", False), ("yes_no", False, False),
    ("fen", "￥1,500.50元", 150_050), ("fen", 5, 5), ("fen", "0.1", 10),
    ("list", "在用\n\n 闲置 \n在用", ["在用", "闲置"]), ("list", ["a", "b"], ["a", "b"]),
])
def test_typed_values(declared, key, typed, value):
    parsed = declared[key].parse(typed)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(("key", "typed", "said"), [
    ("text", "字" * 201, "最多 200"), ("choice", "楷体", "只能是"), ("whole", "两份", "请填整数"), ("whole", "1_0", "请填整数"),
    ("whole", "9" * 5000, "请填整数"), ("whole", 10, "1 与 9 之间"), ("whole", True, "请填整数"), ("whole", "--3", "请填整数"),
    ("yes_no", "也许", "是"), ("fen", "一千", "请填金额"), ("fen", "-1", "0.00 与"), ("fen", "1e300", "请填金额"),
    ("fen", True, "请填金额"), ("list", "\n", "至少"), ("list", 3, "一行写一项"), ("list", ["字" * 201], "最多 200"),
])
def test_unfit_values_are_refused_in_a_sentence(declared, key, typed, said):
    with pytest.raises(ValueError, match=said):
        declared[key].parse(typed)


def test_all_problems_at_once(declared):
    with pytest.raises(Invalid) as refusal:
        core.parse_all({declared["whole"]: "x", declared["fen"]: "y", declared["text"]: "好"})
    assert [problem.field for problem in refusal.value.problems] == ["whole", "fen"]
    assert refusal.value.problems[0].text.startswith("份数：")


def test_groups_keep_the_order_of_declaration():
    one, two, three = Setting("a", "甲", "", group="一"), Setting("b", "乙", 1, group="二"), Setting("c", "丙", "", group="一")
    assert core.by_group((one, two, three)) == {"一": [one, three], "二": [two]}


def test_a_modules_settings_come_as_they_are_written():
    module = ModuleType("room")
    module.ONE, module.TITLE, module.TABLE, module.LAST = (
        Setting("a", "甲", ""), "甲", {"x": Setting("b", "乙", 1), "y": Setting("c", "丙", "")}, Setting("d", "丁", ""))
    assert [setting.key for setting in core.declared_in(module)] == ["a", "b", "c", "d"]


@given(st.integers(0, 10**12))
def test_money_shown_is_read_back(fen):
    setting = Setting("fen", "标准", 0, kind="fen")
    assert setting.parse(setting.shown(fen)) == fen


@given(st.text())
def test_no_text_makes_a_number_setting_fail_otherwise(text):
    for setting in (Setting("n", "数", 1), Setting("f", "额", 1, kind="fen"), Setting("y", "否", False)):
        said = "。"
        try:
            setting.parse(text)
        except ValueError as trouble:
            said = str(trouble)
        assert said.endswith("。")
