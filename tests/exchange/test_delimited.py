"""Text tables in every encoding and with every delimiter that offices' programs write."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.delimited import encoding_of, read_delimited

ROWS = [["资产编号", "资产名称", "备注"], ["007", "课桌椅", "甲,乙;丙"], [], ["008", "电脑", "两行\n备注"], [None, "打印机"]]


def written(rows, delimiter=","):
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [["" if cell is None else cell for cell in row] for row in rows])
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(encoding, delimiter):
    assert read_delimited(written(ROWS, delimiter).encode(encoding)) == ROWS


def test_rare_characters_in_gb18030():
    assert read_delimited("姓名\n㛃䶮\n".encode("gb18030")) == [["姓名"], ["㛃䶮"]]


def test_separator_line_keeps_row_numbers():
    assert read_delimited(b"sep=;\r\na;b\r\n") == [[], ["a", "b"]]


def test_protected_zeros():
    assert read_delimited(b'="0012",b\r\n') == [["0012", "b"]]


@pytest.mark.parametrize("content", [b'a,"' + b"x" * 2_000_000, b"\xff\xff\xff,\x81", b"a," * 17_000])
def test_what_cannot_be_read_is_a_sentence(content):
    with pytest.raises(Refused):
        read_delimited(content)


def test_too_many_rows(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ROWS", 3)
    with pytest.raises(Refused, match="太多"):
        read_delimited(b"a\n" * 4)


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8)


@given(rows=st.lists(st.lists(HAN, min_size=2, max_size=4), min_size=2, max_size=6), encoding=st.sampled_from(["utf-8", "gbk"]))
def test_round_trip(rows, encoding):
    content = written(rows).encode(encoding)
    assert encoding_of(content) in (encoding, "gb18030")
    assert read_delimited(content) == rows


def test_gbk_words_that_also_pass_for_utf8():
    content = "名称,数量\n一,1".encode("gbk")
    assert encoding_of(content) == "gb18030"
    assert encoding_of("一,一\n联通,1".encode("gbk")) == "gb18030"
    assert encoding_of("名称,é".encode()) == "utf-8"


@pytest.mark.parametrize("text", [
    '编号,名称,备注\nQ1,课桌,新\nQ2,显示器,"19寸\nQ3,椅子,旧\nQ4,讲台,新\n',               # open to the end of the file
    '编号,名称,备注\nQ1,课桌,新\nQ2,显示器,"19寸\nQ3,椅子,旧\nQ4,讲台,12"\nQ5,黑板,新\n',      # closed by another one far below
    '编号,名称,备注\nQ1,课桌,新\nQ2,显示器,"19寸"大,旧\n',                               # something behind the closing one
])
def test_a_quote_left_open_is_told_with_its_row_and_swallows_nothing(text):
    with pytest.raises(Refused, match="第 3 行有一个引号"):
        read_delimited(text.encode())


def test_quotes_inside_a_cell_and_line_breaks_between_quotes_are_read():
    text = '编号,名称,备注\nQ1,19"显示器,新\nQ2,课桌,"一层,放不下\n二层"\nQ3,"12""屏",旧\n'
    assert read_delimited(text.encode()) == [
        ["编号", "名称", "备注"], ["Q1", '19"显示器', "新"], ["Q2", "课桌", "一层,放不下\n二层"], ["Q3", '12"屏', "旧"]]
