"""Letters and notices as a Word file (.docx), for an office that goes on writing: the same parts as on paper.

A template of our own (``resources/word/letter.docx``, made by ``build_scripts/word_template.py``) brings page, foot and
styles with fonts that every Chinese Windows has; sizes and margins are those in which the letter would be printed.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.errors import Refused
from app.core.files import require_file_target, why
from app.core.paths import shipped
from app.core.progress import Progress
from app.paper.book import Printed, Style
from app.paper.letter_blocks import DATE_BLANK, Blanks, Grid, Letter, Manner, Paragraph, Piece, Signed, Space

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line

# Styles of the template by the look of a paragraph.
STYLES = {"title": "公文标题", "centre": "公文居中", "heading": "公文小标题", "body": "公文正文", "flush": "公文顶格", "note": "公文说明",
          "slip": "公文回执"}
CELL, CUT = "公文表格", "公文裁切线"
# What a Windows PC has of the school's printing fonts; 思源宋体 comes with the program only.
_EAST_ASIAN = {"fangsong": "仿宋", "kaiti": "楷体"}
_USUAL = "宋体"
_ALIGN = {"l": "left", "c": "center", "r": "right"}
_TWIPS = 20             # to a point, what Word measures in
_CELL_MARGIN = 108      # of Word's table cells, left and right, in twips: by so much a table would stand out into the margin
_MM = 72 / 25.4 * _TWIPS


def check_word_target(path: Path) -> None:
    """Refuse a target that cannot be written before any work is done for it."""
    require_file_target(path)
    if not path.parent.is_dir():
        raise Refused(f"文件夹“{path.parent}”不存在，请换一个位置保存。")


def write_word(letters: Sequence[Letter], path: Path, title: str, manner: Manner, mark: str, progress: Progress,
               style: Style) -> Printed:
    """Write letters one after the other, each on a page of its own; ``mark`` stands in the foot of every page.

    Refuses a target that cannot be written. ``progress`` may raise ``Cancelled``: then there is no file. How many pages Word
    makes of it is not known: ``pages`` counts letters.
    """
    check_word_target(path)
    import docx

    document = docx.Document(str(shipped("resources", "word", "letter.docx")))
    writer = _Writer(document, manner, style)
    writer.set_up(title, mark)
    for number, letter in enumerate(letters):
        progress(number, len(letters), f"正在写第 {number + 1} 份，共 {len(letters)} 份")
        writer.letter(letter, first=number == 0)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        document.save(str(draft))
        os.replace(draft, path)
    except OSError as problem:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Refused(f"“{path.name}”写不进去：{why(problem)}。它可能正在 Word 里打开，请关闭后再试，或换一个文件名。") from problem
    return Printed(path, len(letters))


class _Writer:
    """Adds the parts of letters to a document."""

    def __init__(self, document: "Document", manner: Manner, style: Style) -> None:
        self.document, self.manner, self.style = document, manner, style
        self.width = (210 - manner.left - manner.right) * _MM
        # Everything goes right before the last element, and styles are named by id: the library's own way looks through
        # all that was written before for each paragraph, which a thousand families would wait minutes for.
        self.end: Any = document.element.body.sectPr
        self.ids = {name: str(document.styles[name].style_id) for name in (*STYLES.values(), CELL, CUT)}

    def set_up(self, title: str, mark: str) -> None:
        """Give page, styles and properties of the whole document."""
        from docx.shared import Mm, Pt

        section, manner = self.document.sections[0], self.manner
        section.top_margin, section.bottom_margin = Mm(manner.top), Mm(manner.bottom)
        section.left_margin, section.right_margin = Mm(manner.left), Mm(manner.right)
        sizes = {"title": manner.title, "note": manner.body * 0.88, "slip": manner.body * 1.15}
        pitches = {"title": manner.title * 1.45, "note": manner.pitch * 0.88, "slip": manner.pitch * 1.25}
        for look, name in STYLES.items():
            made: Any = self.document.styles[name]
            made.font.size = Pt(round(sizes.get(look, manner.body) * 2) / 2)
            made.paragraph_format.line_spacing = Pt(pitches.get(look, manner.pitch))
            if look in ("body", "heading"):
                made.paragraph_format.first_line_indent = Pt(2 * manner.body)      # beside firstLineChars of the template
            if look not in ("title", "heading"):
                _set_fonts(made.element, _EAST_ASIAN.get(self.style.family, _USUAL))
        cells: Any = self.document.styles[CELL]
        cells.font.size = Pt(manner.table)
        _set_fonts(cells.element, _EAST_ASIAN.get(self.style.family, _USUAL))
        section.footer.paragraphs[0].add_run(mark)
        properties = self.document.core_properties
        properties.title, properties.author = title, self.style.author

    def letter(self, letter: Letter, first: bool) -> None:
        """Add one letter with its slip."""
        self._line(letter.title, "title").paragraph_format.page_break_before = not first
        if letter.subtitle:
            self._line(letter.subtitle, "centre")
        for part in letter.parts:
            self._part(part)
        if letter.slip:
            self._paragraph("沿　此　线　剪　下", CUT)
            for part in letter.slip:
                self._part(part)

    def _part(self, part: Piece) -> None:
        match part:
            case Paragraph():
                self._line(part.text, part.look)
            case Grid():
                self._grid(part)
            case Blanks():
                self._blanks(part)
            case Signed():
                self._signed(part)
            case Space():
                from docx.shared import Pt
                self._line("", "flush").paragraph_format.line_spacing = Pt(max(1.0, part.lines * self.manner.pitch))

    def _line(self, text: str, look: str) -> "Line":
        return self._paragraph(text, STYLES[look])

    def _paragraph(self, text: str, style: str) -> "Line":
        from docx.oxml import OxmlElement
        from docx.text.paragraph import Paragraph as Made

        made: Any = OxmlElement("w:p")
        made.get_or_add_pPr().style = self.ids[style]
        if text:
            made.add_r().text = text
        self.end.addprevious(made)
        return Made(made, self.document)

    def _blanks(self, part: Blanks) -> None:
        """Add labels side by side, each with a blank to sign on; a day has 年 月 日 in its place."""
        from docx.shared import Twips

        size = self.manner.body
        days = [_width(f"{label}：{DATE_BLANK}", size) if label.endswith("日期") else 0.0 for label in part.labels]
        slot = max(0.0, self.width / _TWIPS - sum(days)) / max(1, days.count(0.0))     # points
        if len(part.labels) > 1 and any(days) and slot < max(_width(f"{label}：", size) for label in part.labels) + 4 * size:
            for labels in (tuple(each for each in part.labels if not each.endswith("日期")),
                           tuple(each for each in part.labels if each.endswith("日期"))):
                if labels and labels != part.labels:
                    self._blanks(Blanks(labels))
            return
        texts, stops, x = [], [], 0.0
        for label, day in zip(part.labels, days, strict=True):
            short = slot - _width(f"{label}：", size) - size
            texts.append(f"{label}：{DATE_BLANK if day else '_' * max(4, int(short / size * 2))}")
            x += day or slot
            stops.append(x)
        line = self._line("\t".join(texts), "flush")
        for stop in stops[:-1]:
            line.paragraph_format.tab_stops.add_tab_stop(Twips(int(stop * _TWIPS)))

    def _signed(self, part: Signed) -> None:
        """Add name and date at the right, the name centred over the date, four characters from the edge."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        size, edge = self.manner.body, 4 * self.manner.body
        texts = [text for text in (part.name, part.date) if text]
        last = _width(texts[-1], size) if texts else 0.0
        for at, text in enumerate(texts):
            line = self._line(text, "flush")
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = Pt(max(0.0, edge + (last - _width(text, size)) / 2))
            line.paragraph_format.keep_with_next = at < len(texts) - 1
            if not at:
                line.paragraph_format.space_before = Pt(self.manner.pitch * 0.9)

    def _grid(self, part: Grid) -> None:
        """Add a table: titles on every page, the total in bold."""
        from docx.oxml import OxmlElement
        from docx.shared import Pt

        share = (self.width - 2 * _CELL_MARGIN) / sum(part.widths)
        widths = [int(each * share) for each in part.widths]
        # Cells are made as elements: a document of a thousand families has tens of thousands of them.
        table = _element(OxmlElement("w:tbl"), _element(
            OxmlElement("w:tblPr"), _valued("w:tblStyle", "TableGrid"), _valued("w:tblW", None, w=sum(widths), type="dxa"),
            _valued("w:tblInd", None, w=_CELL_MARGIN, type="dxa"), _valued("w:tblLayout", None, type="fixed")), _element(
            OxmlElement("w:tblGrid"), *(_valued("w:gridCol", None, w=width) for width in widths)))
        table.append(self._row(part.titles, "c" * len(widths), widths, bold=True, head=True))
        for row in part.rows:
            table.append(self._row(row, part.align, widths, high=part.row))
        if part.total:
            table.append(self._row(part.total, "c" + part.align[1:], widths, bold=True))
        self.end.addprevious(table)
        self._line("", "flush").paragraph_format.line_spacing = Pt(4)      # so that two tables do not join

    def _row(self, cells: Sequence[str], align: str, widths: Sequence[int], bold: bool = False, head: bool = False,
             high: float = 1.0) -> Any:
        from docx.oxml import OxmlElement

        facts = _element(OxmlElement("w:trPr"), _valued("w:cantSplit", None),
                         _valued("w:trHeight", int(self.manner.row * high * _MM), hRule="atLeast"))
        if head:
            facts.append(_valued("w:tblHeader", None))
        row = _element(OxmlElement("w:tr"), facts)
        for text, side, width in zip(cells, align, widths, strict=False):
            run = _element(OxmlElement("w:r"), *([_element(OxmlElement("w:rPr"), _valued("w:b", None))] if bold else []))
            written = OxmlElement("w:t")
            written.text = text
            run.append(written)
            line = _element(OxmlElement("w:p"), _element(
                OxmlElement("w:pPr"), _valued("w:pStyle", self.ids[CELL]), _valued("w:jc", _ALIGN[side])), run)
            row.append(_element(OxmlElement("w:tc"), _element(
                OxmlElement("w:tcPr"), _valued("w:tcW", None, w=width, type="dxa"), _valued("w:vAlign", "center")), line))
        return row


def _element(parent: Any, *children: Any) -> Any:
    for child in children:
        parent.append(child)
    return parent


def _valued(tag: str, value: object, **more: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, each in {**({"val": value} if value is not None else {}), **more}.items():
        made.set(qn(f"w:{name}"), str(each))
    return made


def _set_fonts(style: Any, east_asian: str) -> None:
    """Set which font Chinese characters of a style have; Word asks for it apart from that of Latin letters."""
    from docx.oxml.ns import qn

    style.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def _width(text: str, size: float) -> float:
    """Give about how wide a text is in points: Chinese characters are square, Latin ones half as wide."""
    return sum(size if ord(char) > 0x2000 else size / 2 for char in text)
