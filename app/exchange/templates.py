"""Empty workbooks to be filled in: heads, drop-downs, columns that keep what is typed, and a sheet that explains them.

Codes and days are text columns: 007 keeps its zeros, 2019.10 stays October. The lists behind the drop-downs lie on a
hidden sheet, because Excel takes only 255 characters in the cell rule itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.datavalidation import DataValidation

from app.core.columns import Column, Kind
from app.exchange.writing import MM_A_CHARACTER, inert, new_book, sheet_names

ROWS_READY = 5_000      # rows that have drop-downs
MOST_CHOICES = 3_000    # of one list
_PROMPT = 250           # characters Excel keeps of a hint
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FILLS = {True: PatternFill("solid", fgColor="FDF3E3"), False: PatternFill("solid", fgColor="EDF2F7")}
_FORMATS = {Kind.MONEY: "#,##0.00", Kind.WHOLE: "#,##0"}


@dataclass(frozen=True)
class TemplateField:
    """A column to be filled in: ``choices`` are offered, others are taken too where ``open``; ``how`` and ``example`` explain."""

    column: Column
    how: str
    example: str = ""
    required: bool = False
    choices: Sequence[str] = ()
    open: bool = True


def write_template(path: Path, name: str, fields: Sequence[TemplateField], notes: Sequence[str]) -> None:
    """Write the empty workbook; ``notes`` stand above the explanations. An unwritable target is ``Refused``."""
    with new_book(path) as book:
        _Template(book, fields).write(name, notes)


class _Template:
    """Writes the three sheets."""

    def __init__(self, book: Workbook, fields: Sequence[TemplateField]) -> None:
        self._book, self._fields = book, fields

    def write(self, name: str, notes: Sequence[str]) -> None:
        """Write the sheet to be filled in, the explanations and the lists."""
        name, self._notes, self._lists = sheet_names([name, "填写说明", "选项"])
        page = self._book.create_sheet(name)
        page.freeze_panes = "A2"
        page.row_dimensions[1].height = 24
        lists = [field for field in self._fields if field.choices]
        for at, field in enumerate(self._fields, start=1):
            letter = get_column_letter(at)
            page.column_dimensions[letter].width = max(9.0, round(field.column.width / MM_A_CHARACTER, 1))
            page.column_dimensions[letter].number_format = _FORMATS.get(field.column.kind, "@")
            rule = _rule(field, self._lists, lists.index(field) + 1 if field in lists else 0)
            rule.add(f"{letter}2:{letter}{ROWS_READY + 1}")
            page.data_validations.append(rule)
        page.append([_head(page, f"{field.column.title}{'*' if field.required else ''}", field.required)
                     for field in self._fields])
        self._write_notes(notes)
        self._write_lists(lists)

    def _write_notes(self, notes: Sequence[str]) -> None:
        page = self._book.create_sheet(self._notes)
        for letter, width in zip("ABCD", (18, 8, 70, 26), strict=True):
            page.column_dimensions[letter].width = width
        for note in notes:
            page.append([_text(page, note)])
        page.append([])
        page.append([_head(page, title, False) for title in ("列名", "要填吗", "怎么填", "例子")])
        for field in self._fields:
            cells = [_text(page, words)
                     for words in (field.column.title, "必填" if field.required else "", field.how, field.example)]
            for cell in cells:
                cell.border = _BORDER
                cell.alignment = Alignment(vertical="center", wrap_text=True)
            page.append(cells)

    def _write_lists(self, lists: Sequence[TemplateField]) -> None:
        if not lists:
            return
        page = self._book.create_sheet(self._lists)
        page.sheet_state = "hidden"
        page.append([_text(page, f"{field.column.title}的选项") for field in lists])
        columns = [list(field.choices)[:MOST_CHOICES] for field in lists]
        for at in range(max(map(len, columns))):
            page.append([_text(page, choices[at]) if at < len(choices) else None for choices in columns])


def _rule(field: TemplateField, lists: str, place: int) -> DataValidation:
    """Make a column's cell rule: the hint, and the drop-down where it has one (``place`` in the sheet ``lists``, from 1)."""
    rule = DataValidation(allow_blank=True, showInputMessage=True, promptTitle=inert(field.column.title)[:30],
                          prompt=inert(field.how)[:_PROMPT])
    if place:
        letter = get_column_letter(place)
        rule.type = "list"
        rule.formula1 = f"{quote_sheetname(lists)}!${letter}$2:${letter}${min(len(field.choices), MOST_CHOICES) + 1}"
        rule.showErrorMessage = not field.open
        rule.errorTitle, rule.error = "不在可选的词里", "请从下拉列表里选一个。"
    return rule


def _head(page: WriteOnlyWorksheet, text: str, required: bool) -> WriteOnlyCell:
    cell = _text(page, text)
    cell.font, cell.fill, cell.border = Font(bold=True), _FILLS[required], _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _text(page: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    """Make a cell that holds text only, whatever it begins with."""
    cell = WriteOnlyCell(page)
    cell.value = inert(text)
    cell.data_type = "s"
    cell.number_format = "@"
    return cell
