"""Letters as Word files, read back: every part, Chinese fonts of their own, pages, foot; refusals in a sentence."""

import docx
import pytest
from docx.oxml.ns import qn

from app.core.errors import Refused
from app.core.paths import shipped
from app.core.progress import Cancelled
from app.paper.book import Style
from app.paper.letter_blocks import OFFICIAL, SMALL, Blanks, Grid, Letter, Paragraph, Signed, Space
from app.paper.letters import Bundle, Mailing, write_letters
from app.paper.word import STYLES

LETTER = Letter(
    "关于开展期末盘点的通知",
    (Paragraph("各处室、各班：", "flush"), Paragraph("一、范围", "heading"), Paragraph("全校各室。<b>&amp; {不是标记}"), Space(0.5),
     Grid(("项目", "金额（元）"), (("作业本费", "15.00"), ("伙食费", "900.00")), (50, 30), "lr", ("合计", "915.00")),
     Signed("青禾小学总务处", "2026年9月4日")),
    (Paragraph("回　执", "slip"), Blanks(("家长签名", "日期"))), "总务〔2026〕9号")


def mailing(letters=(LETTER,), manner=OFFICIAL, mark="内部资料　请勿张贴"):
    return Mailing("盘点通知", [Bundle(letters, Letter("封面", (Paragraph("本班 2 份"),)))], (manner,), mark=mark)


@pytest.fixture
def written(tmp_path):
    """Write letters and read them back."""
    def written(paper=None, **style):
        done = write_letters(paper or mailing(), tmp_path / "信.docx", style=Style(author="青禾小学", **style))
        return docx.Document(done.path)
    return written


def test_every_part_is_there_in_its_order(written):
    made = written(mailing([LETTER, LETTER]))
    lines = [line.text for line in made.paragraphs if line.text.strip()]
    assert lines[:5] == ["封面", "本班 2 份", "关于开展期末盘点的通知", "总务〔2026〕9号", "各处室、各班："]
    for words in ("一、范围", "全校各室。<b>&amp; {不是标记}", "青禾小学总务处", "2026年9月4日", "沿　此　线　剪　下", "回　执"):
        assert lines.count(words) == 2, words
    assert any(line.startswith("家长签名：____") and "年　　月　　日" in line for line in lines)
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [
        ["项目", "金额（元）"], ["作业本费", "15.00"], ["伙食费", "900.00"], ["合计", "915.00"]]
    assert len(made.tables) == 2
    titles = [line for line in made.paragraphs if line.style.name == STYLES["title"]]
    assert [bool(line.paragraph_format.page_break_before) for line in titles] == [False, True, True], "each on a page of its own"


def test_chinese_characters_have_fonts_of_their_own(written):
    for family, font in (("noto", "宋体"), ("fangsong", "仿宋"), ("kaiti", "楷体")):
        made = written(family=family)
        fonts = {look: made.styles[name].element.rPr.rFonts.get(qn("w:eastAsia")) for look, name in STYLES.items()}
        assert (fonts["body"], fonts["flush"], fonts["heading"], fonts["title"]) == (font, font, "黑体", "宋体")
        assert made.styles[STYLES["body"]].font.name == "Times New Roman"
        assert {line.style.name for line in made.paragraphs} <= {*STYLES.values(), "公文裁切线"}, "no style of another template"


def test_it_is_set_as_it_would_be_printed(written):
    for manner in (OFFICIAL, SMALL):
        made = written(mailing(manner=manner))
        section = made.sections[0]
        margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
        assert [round(each.mm) for each in margins] == [manner.top, manner.left, manner.right, manner.bottom]
        assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
        assert made.styles[STYLES["body"]].font.size.pt == manner.body
        assert section.footer.paragraphs[0].text == "内部资料　请勿张贴"
    assert (made.core_properties.title, made.core_properties.author) == ("盘点通知", "青禾小学")


def test_the_template_is_our_own():
    made = docx.Document(str(shipped("resources", "word", "letter.docx")))
    assert {*STYLES.values()} <= {style.name for style in made.styles}
    assert made.core_properties.author == ""
    assert not [line for line in made.paragraphs if line.text]


def test_what_cannot_be_written_is_refused_and_a_cancel_leaves_nothing(tmp_path):
    with pytest.raises(Refused, match="不存在"):
        write_letters(mailing(), tmp_path / "no" / "信.docx")

    def cancel(*_):
        raise Cancelled

    with pytest.raises(Cancelled):
        write_letters(mailing(), tmp_path / "信.docx", cancel)
    assert list(tmp_path.iterdir()) == []
