"""Makes ``resources/word/letter.docx``: page, foot and styles of letters and notices as Word files.

Fonts are those of every Chinese Windows (宋体, 黑体, 仿宋, 楷体), set for Chinese characters apart from Latin letters; the
program sets sizes and margins to those in which the letter would be printed. ``python build_scripts/word_template.py``
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "resources" / "word" / "letter.docx"
LATIN = "Times New Roman"
# name, Chinese font, bold, alignment, first line indented by two characters
STYLES = (
    ("公文标题", "宋体", True, WD_ALIGN_PARAGRAPH.CENTER, False), ("公文居中", "宋体", False, WD_ALIGN_PARAGRAPH.CENTER, False),
    ("公文小标题", "黑体", False, WD_ALIGN_PARAGRAPH.LEFT, True), ("公文正文", "宋体", False, WD_ALIGN_PARAGRAPH.JUSTIFY, True),
    ("公文顶格", "宋体", False, WD_ALIGN_PARAGRAPH.LEFT, False), ("公文说明", "宋体", False, WD_ALIGN_PARAGRAPH.JUSTIFY, False),
    ("公文回执", "宋体", True, WD_ALIGN_PARAGRAPH.CENTER, False), ("公文表格", "宋体", False, WD_ALIGN_PARAGRAPH.LEFT, False),
    ("公文页脚", "宋体", False, WD_ALIGN_PARAGRAPH.LEFT, False), ("公文裁切线", "宋体", False, WD_ALIGN_PARAGRAPH.CENTER, False))


def fonts(style: Any, chinese: str) -> None:
    """Set both fonts of a style."""
    style.font.name = LATIN
    found = style.element.get_or_add_rPr().get_or_add_rFonts()
    found.set(qn("w:eastAsia"), chinese)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        found.attrib.pop(qn(f"w:{theme}"), None)


def add_styles(document: Any) -> None:
    """Give the document our styles, based on one whose Chinese and Latin fonts are set apart."""
    normal: Any = document.styles["Normal"]
    fonts(normal, "宋体")
    normal.font.size = Pt(12)
    language = normal.element.get_or_add_rPr()
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), "en-US")
    tongue.set(qn("w:eastAsia"), "zh-CN")
    language.append(tongue)
    for name, chinese, bold, side, indented in STYLES:
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        fonts(style, chinese)
        style.font.bold = bold
        style.paragraph_format.alignment = side
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        if indented:
            lines = style.element.get_or_add_pPr().get_or_add_ind()
            lines.set(qn("w:firstLineChars"), "200")
    heading: Any = document.styles["公文小标题"]
    heading.paragraph_format.keep_with_next = True
    title: Any = document.styles["公文标题"]
    title.paragraph_format.space_after = Pt(10)
    foot: Any = document.styles["公文页脚"]
    foot.font.size = Pt(8)
    cut: Any = document.styles["公文裁切线"]
    cut.font.size = Pt(8)
    cut.paragraph_format.space_before, cut.paragraph_format.space_after = Pt(14), Pt(8)
    edges = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for key, value in (("val", "dashed"), ("sz", "4"), ("space", "4"), ("color", "auto")):
        line.set(qn(f"w:{key}"), value)
    edges.append(line)
    cut.element.get_or_add_pPr().insert_element_before(edges, "w:spacing", "w:ind", "w:jc")


def main() -> int:
    """Write the template."""
    document = docx.Document()
    add_styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.header_distance, section.footer_distance = Mm(15), Mm(12)
    foot = section.footer
    foot.is_linked_to_previous = False
    foot.paragraphs[0].style = document.styles["公文页脚"]
    properties = document.core_properties
    properties.author = properties.comments = properties.title = properties.last_modified_by = ""
    properties.created = properties.modified = datetime(2026, 11, 28, tzinfo=UTC)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(TARGET))
    return 0


if __name__ == "__main__":
    sys.exit(main())
