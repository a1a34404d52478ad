"""Web pages named .xls: rows, spans, entities and charsets as Excel takes them; hostile pages are refused, quickly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refused
from app.exchange import limits
from app.exchange.reading import Merged, open_workbook
from app.exchange.web_table import read_web_table

EXPORT = """<html xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta http-equiv="Content-Type" content="text/html; charset={charset}"><title>导出</title>
<style>td {{ mso-number-format:"\\@"; }}</style><!--[if gte mso 9]><xml><x:Name>台账</x:Name></xml><![endif]--></head>
<body><table border=1>
<tr><td colspan="4"><b>青禾小学</b>固定资产台账</td></tr>
<tr><th>资产编号</th><th>资产名称</th><th>数量</th><th>单价<br/>（元）</th></tr>
<tr><td style='vnd.ms-excel.numberformat:@'>007</td><td>课桌&nbsp;&amp;&#26885;</td><td x:num="45">45</td><td x:num="1480.5">1,480.50</td></tr>
<tr><td rowspan=2>0012</td><td>讲 台
  一张</td><td> </td><td>="0080"</td></tr>
<tr><td>黑板<td>2<td>30
</table></body></html>"""
ROWS = [["青禾小学固定资产台账"], ["资产编号", "资产名称", "数量", "单价\n（元）"], ["007", "课桌 &椅", 45.0, 1480.5],
        ["0012", "讲 台 一张", None, "0080"], [None, "黑板", "2", "30"]]


@pytest.mark.parametrize(("charset", "encoding"), [
    ("utf-8", "utf-8"), ("gb2312", "gbk"), ("GBK", "gbk"), ("utf-8", "gbk"), ("gb2312", "utf-8"), ("没有", "utf-8"), ("x" * 20, "gbk"),
    ("utf-8", "utf-8-sig"), ("utf-16", "utf-16")])
def test_a_page_opens_as_a_workbook_whatever_its_charset(tmp_path, charset, encoding):
    path = tmp_path / "固定资产.xls"
    path.write_bytes(EXPORT.format(charset=charset).encode(encoding))
    (sheet,) = open_workbook(path).sheets
    assert (sheet.name, sheet.rows) == ("固定资产", ROWS)
    assert sheet.merged == [Merged(1, 0, 1, 3), Merged(4, 0, 5, 0)]


def rows(page):
    return read_web_table(page.encode())[0]


def test_tables_follow_one_another_with_the_text_between_them():
    assert rows("<h3>室名：301</h3><table><tr><td>课桌</td></tr></table><p>合计&lt;1&gt;</p><div><table><tr><td>课椅</table>签字：") == [
        ["室名：301"], ["课桌"], ["合计<1>"], ["课椅"], ["签字："]]


def test_a_table_inside_a_cell_goes_on_with_rows_of_its_own():
    assert rows("<table><tr><td><table><tr><td>a<td>b</tr></table></td></tr><tr><td>c</table>") == [[], ["a", "b"], ["c"]]


def test_cells_that_reach_down_push_those_below_to_the_right():
    made, merged = read_web_table("<table><tr><td rowspan=3>类<td colspan=2>一<tr><td>二<td>三<tr><td>四<tr><td>五</table>".encode())
    assert made == [["类", "一"], [None, "二", "三"], [None, "四"], ["五"]]
    assert merged == [(1, 0, 3, 0), (1, 1, 1, 2)]


@pytest.mark.parametrize(("page", "found"), [
    ("<table><tr><td>1 < 2 & 3 > 2</td>", [["1 < 2 & 3 > 2"]]), ("<table><tr><td title='a>b' >x</td>", [["x"]]),
    ("<table><tr><td><script>var a = '<td>z</td>'</script>y</td>", [["y"]]), ("<table><tr><td colspan=9999999999 rowspan=-1>x", [["x"]]),
    ("<table><tr><td>x<!-- <td>y</td> ", [["x"]]), ("<table><tr><td>=1+1<td>'x<td>\x00", [["=1+1", "'x"]]),
    ("<!DOCTYPE html><table><tr><td>&#0;&#x110000;&bogus;a", [["\ufffd\ufffd&bogus;a"]]), ("<table><td>a<td>b", [["a", "b"]])])
def test_broken_pages_give_what_can_be_seen(page, found):
    assert rows(page) == found


@pytest.mark.parametrize("page", [
    "<table>" + "<tr><td>x" * (limits.MOST_ROWS + 1), "<table><tr>" + "<td>x" * (limits.MOST_COLUMNS + 1),
    "<table>" + "<tr><td colspan=300 rowspan=2>" * 21_000, "<html>" + " " * (26 * 2**20)])
def test_pages_that_ask_for_too_much_are_refused(page):
    with pytest.raises(Refused):
        read_web_table(page.encode())


@pytest.mark.parametrize("piece", ["<", "<!--", "<td a='", '<td a="', "&", "&#", "<a b=c", "<script", "<td", "</"])
def test_hostile_pieces_are_read_to_the_end(piece):
    with pytest.raises(Refused, match="没有表格"):
        read_web_table(b"<html>" + piece.encode() * 200_000)


@given(st.lists(st.sampled_from(["<table>", "<tr>", "<td>", "<td rowspan=2>", "<td colspan=3>", "</td>", "</tr>", "</table>", "字", "<br>", " ",
                                 "<p>", "&lt;", "<!--", "-->", "<script>", "</script>", "\"", "'", "<", ">"]), max_size=40))
def test_any_page_gives_rows_or_a_refusal(pieces):
    try:
        made, merged = read_web_table("".join(pieces).encode())
    except Refused:
        return
    assert all(cell is None or isinstance(cell, str) for row in made for cell in row)
    assert all(first <= last and left <= right for first, left, last, right in merged)
