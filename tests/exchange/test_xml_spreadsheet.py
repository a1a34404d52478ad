"""XML 表格 2003: sheets, typed cells, indexes and spans; broken, hostile and boundless files are refused."""

from datetime import datetime

import pytest

from app.core.errors import Refused
from app.exchange.reading import Merged, open_workbook
from app.exchange.xml_spreadsheet import read_xml_spreadsheet

BOOK = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:html="http://www.w3.org/TR/REC-html40"><Styles><Style ss:ID="s1"><Font ss:Bold="1"/></Style></Styles>{sheets}</Workbook>"""
SHEET = """<Worksheet ss:Name="台账"><Table ss:ExpandedColumnCount="4"><Column ss:Width="80"/>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">青禾小学<html:B>固定资产</html:B>台账</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">资产编号</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">数量</Data></Cell></Row>
<Row><Cell ss:MergeDown="1"><Data ss:Type="String">007</Data></Cell><Cell><Data ss:Type="Number">1480.5</Data></Cell>
<Cell><Data ss:Type="DateTime">2019-09-01T00:00:00.000</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Number">很多</Data></Cell>
<Cell><Data ss:Type="String"> </Data></Cell></Row>
<Row ss:Span="2"/><Row><Cell><Data ss:Type="String">=1+1 &lt;a&gt;</Data></Cell></Row><Row/></Table></Worksheet>"""
ROWS = [["青禾小学固定资产台账"], [], ["资产编号", None, "数量"], ["007", 1480.5, datetime.fromisoformat("2019-09-01")], [None, True, "很多"],
        [], [], [], ["=1+1 <a>"]]


def made(sheets, encoding="utf-8"):
    return BOOK.format(sheets=sheets, encoding=encoding).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16"])
def test_a_workbook_opens_with_its_sheets(tmp_path, encoding):
    path = tmp_path / "导出.xls"
    path.write_bytes(made(SHEET + SHEET.replace("台账\"", "二\""), encoding))
    first, second = open_workbook(path).sheets
    assert (first.name, second.name) == ("台账", "二")
    assert first.rows == ROWS
    assert first.merged == [Merged(1, 0, 1, 3), Merged(4, 0, 5, 0)]


@pytest.mark.parametrize("content", [
    made('<Worksheet ss:Name="a"><Table><Row ss:Index="999999999"/></Table></Worksheet>'),
    made('<Worksheet ss:Name="a"><Table><Row ss:Span="999999"/></Table></Worksheet>'),
    made('<Worksheet ss:Name="a"><Table><Row><Cell ss:Index="20000"/></Row></Table></Worksheet>'),
    made('<Worksheet ss:Name="a"><Table><Row ss:Index="-1"/></Table></Worksheet>'),
    made('<Worksheet ss:Name="a"/>' * 501), made(SHEET)[:-30], made(""), b"<?xml version='1.0'?><a/>",
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 900 + b'"><!ENTITY c "' + b"&b;" * 900 + b'">]><a>&c;</a>',
    made('<Worksheet ss:Name="a"><Table>' + '<Row ss:Index="150000"/>' + '<Row ss:Span="40000"/>' * 9 + "</Table></Worksheet>")])
def test_broken_and_boundless_files_are_refused(content):
    with pytest.raises(Refused):
        read_xml_spreadsheet(content)


def test_long_texts_are_cut_and_wide_spans_kept_in_bounds():
    (sheet,) = read_xml_spreadsheet(made(
        '<Worksheet ss:Name="a"><Table><Row><Cell ss:MergeAcross="999999" ss:MergeDown="9999999"><Data ss:Type="String">'
        + "长" * 300_000 + "</Data></Cell></Row></Table></Worksheet>"))
    assert len(sheet.rows[0]) == 1
    assert sheet.merged[0][3] < 16_384
