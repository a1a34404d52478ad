"""Notice, plan and report of a stocktake in words: before it is open, with its figures, as paper and for Word."""

import docx
import pytest

from app import features
from app.core.errors import Refused
from app.paper.forms import Order
from app.school import settings as words
from app.stocktake import commands, notices
from app.stocktake.rules import Count, FindDraft
from app.store import settings
from tests.cli_fixture import texts


@pytest.fixture
def write(tmp_path):
    """Write a form as a PDF and for Word: the words of both are the same; gives them without spaces."""
    def write(key, **order):
        form = features.form(key)
        pdf = form.write(Order(**order), tmp_path / f"{key}.pdf")
        word = form.write(Order(**order), tmp_path / f"{key}.docx")
        assert pdf.warnings == ()
        made = docx.Document(word.path)
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        said = squeezed("".join(line.text for line in made.paragraphs)) + squeezed("".join(cells))
        paper = squeezed("".join(texts(pdf.path)))
        assert all(squeezed(line.text) in paper or "—" in paper for line in made.paragraphs[:3])
        return said
    return write


def squeezed(text):
    return "".join(text.split())


def test_notice_and_plan_go_out_before_a_stocktake_is_open(started_ledger, write):
    for key in notices.BEFORE:
        told = write(key)
        assert "____年__月__日" in told
        assert "2026—2027学年第一学期财产盘点" in told
        with pytest.raises(Refused, match="还没有盘点"):
            features.form(key).write(Order(about=7), started_ledger.folder.root / "a.pdf")
    with pytest.raises(Refused, match="还没有盘点"):
        features.form("stocktake-narrative").write(Order(), started_ledger.folder.root / "a.pdf")


def test_they_tell_of_the_stocktake_that_is_meant(begun, write):
    told = write("stocktake-notice", about=begun.id)
    for words_ in ("关于开展2026—2027学年第一学期期末盘点的通知", "2026年11月20日的账面数", "监盘人", "不得自行调账", "青禾小学总务处",
                   "2026年11月21日"):
        assert words_ in told, words_
    told = write("stocktake-plan")
    for words_ in ("工作方案", "基准日：2026年11月20日", "准备", "自查", "清点", "复核", "报批", "调账", "第三十九条"):
        assert words_ in told, words_


def test_the_report_has_the_figures_of_the_tables(begun, write):
    settings.change({words.BUREAU: "青禾县教育局"})
    commands.count_lines(begun.id, [
        Count(begun.line(begun.desk).id, 42, 2, reason="毕业搬离时丢失"), Count(begun.line(begun.projector).id, 1, found_place_id=begun.second)])
    commands.record_find(begun.id, FindDraft("690123", "书柜", place_id=begun.first, quantity=2, decision="入账", reason="捐赠"))
    told = write("stocktake-narrative")
    for words_ in ("青禾县教育局：", "以2026年11月20日为基准日", "涉及2处、5种、49件", "盘亏3件、300.00元", "盘盈2件（其中账外2件）", "实盘中损坏2件",
                   "毕业搬离时丢失3300.00", "盘完以前不能作出账实相符的结论", "要补盘", "1件搬动后没有登记"):
        assert words_ in told, words_


def test_a_table_is_not_written_for_word(begun, tmp_path):
    with pytest.raises(Refused, match="“盘点表（空白）”不能存成 Word，只能存成 PDF"):
        features.form("stocktake-sheet").write(Order(), tmp_path / "a.docx")
