import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.pinyin import MOST_READINGS, fold, keys, words


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


def test_keys_begin_with_the_full_pinyin_so_that_they_sort():
    names = ["桌子", "椅子", "黑板", "A4纸", "安全帽"]
    assert sorted(names, key=keys) == ["A4纸", "安全帽", "黑板", "椅子", "桌子"]


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
