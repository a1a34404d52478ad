import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pinyin import MOST_READINGS, fold, keys, name_keys, name_order, order, words


@pytest.mark.parametrize(("name", "typed"), [
    ("重庆路仓库", ["cq", "zq", "chongqinglu", "zhongqing", "cqlck"]),
    ("音乐室", ["yinyueshi", "yinleshi", "yys", "yls"]),
    ("校长室", ["xiaozhangshi", "jiaozhang", "xzs"]),
    ("行政楼", ["xingzheng", "xzl", "hangzheng"]),
    ("长桌", ["changzhuo", "zhangzhuo", "cz", "zz"]),
    ("调音台", ["tiaoyintai", "diaoyintai", "tyt", "dyt"]),
    ("藏书柜", ["cangshugui", "zangshu", "csg", "zsg"]),
    ("厦门海沧", ["xiamen", "shamen", "xmhc", "smhc"]),
    ("女厕绿植", ["nvce", "lvzhi", "nclz", "女厕"]),
    ("A4打印机（彩色）", ["a4dayinji", "a4dyj", "dayinjicaise", "打印机(彩色)"]),
    ("㛃䶮龘", ["jieyanda", "jyd", "䶮"]),
    ("Ｄｅｌｌ７０１０", ["dell7010"]),
])
def test_a_name_is_found_by_what_people_type(name, typed):
    found = keys(name)
    assert [word for word in typed if fold(word) not in found] == []


@pytest.mark.parametrize(("name", "typed"), [
    ("曾小明", ["zxm", "zengxiaoming", "cxm", "曾"]), ("翟让", ["zr", "zhai", "dr"]), ("单雄信", ["sxx", "shan", "dxx"]),
    ("仇英", ["qy", "qiu", "chou"]), ("区寄", ["oj", "ou", "qu"]), ("盖聂", ["gn", "genie", "gainie"]), ("黑小白", ["hxb", "hexiaobai", "hei"]),
    ("万俟卨", ["mq", "moqi"]), ("尉迟恭", ["ycg", "yuchigong"]), ("澹台灭明", ["tantai", "ttmm"]), ("乐正子", ["yuezheng", "yzz", "lezheng"]),
    ("单于大", ["chanyu", "cyd"]), ("Ann Lee", ["annlee", "ann"]),
])
def test_a_person_is_found_by_the_surnames_own_reading_and_by_any_other(name, typed):
    assert [word for word in typed if fold(word) not in name_keys(name)] == []


def test_words_stand_by_pinyin_syllable_by_syllable_and_numbers_by_value():
    wanted = ["（大）", "1号", "一年级2班", "二年级1班", "三年级2班", "三年级10班", "A4纸", "K2", "K10", "K10-2", "K10-10", "安全帽", "初一", "初三",
              "第二学期", "第十学期", "第十二学期", "黑板", "戚氏", "漆", "秦岭", "椅子", "桌子"]
    backwards = wanted[::-1]
    assert sorted(backwards, key=order) == wanted


def test_names_stand_by_the_surnames_own_reading():
    wanted = ["陈三", "盖聂", "华佗", "纪昀", "缪二", "万俟卨", "莫言", "区寄", "欧阳修", "朴一", "戚继光", "戚琳", "漆二", "秦观", "仇英",
              "邱二", "任五", "单雄信", "解缙", "尉迟恭", "乐毅", "岳飞", "曾巩", "查良镛", "翟让", "赵云"]
    backwards = wanted[::-1]
    assert sorted(backwards, key=name_order) == wanted


@given(st.lists(st.text(max_size=8), max_size=6))
def test_any_text_has_a_place(texts):
    for text in texts:
        assert isinstance(order(text), str)
        assert isinstance(name_order(text), str)
    assert sorted(texts, key=order) == sorted(texts, key=lambda text: order(f" {text} "))


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from(["K", "ZC-2026-", "三年级", ""]))
def test_numbers_count_by_value_wherever_they_stand(one, other, head):
    assert (order(f"{head}{one}班") < order(f"{head}{other}班")) is (one < other)


def test_other_words_are_folded_not_read():
    assert keys("椅子", "ZC-２０２６-00001", "", "含 靠背").endswith("椅子 zc-2026-00001 含 靠背")
    assert keys("", "SN1") == "sn1"
    assert keys("") == ""


def test_readings_are_few_however_many_doubtful_characters():
    assert len(keys("长乐行调" * 5).split()) <= 2 * (MOST_READINGS + 1) + 1
    assert len(keys("重" * 500)) < 50_000


@given(st.text(max_size=40))
def test_any_text_has_keys_that_hold_the_text_itself(text):
    found = keys(text, text)
    assert fold(text) in found
    assert found == fold(found)


@given(st.text(max_size=30))
def test_fold_is_done_once(text):
    assert fold(fold(text)) == fold(text)
    assert words(text) == fold(text).split(" ") or not fold(text)


def test_start_up_does_not_load_the_readings():
    code = "import sys, app.core.pinyin; app.core.pinyin.fold('ＡＢ'); sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
