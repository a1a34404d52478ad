"""What is copied out of a grid, twice: as tabbed text, and as a table in which Excel and WPS leave codes as they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from PySide6.QtCore import QMimeData, QStringListModel

from app.core.columns import NUMBERS, Column, Kind, shown

# How the cells of a pasted table are formatted, as Excel and WPS are told it and as LibreOffice is: without a format of its own
# 00012 becomes a number and 3-1 a day.
_FORMATS = {Kind.WHOLE: ("0", "0"), Kind.QUANTITY: ("General", "General"),
            Kind.MONEY: (r"\#\,\#\#0\.00", "#,##0.00"), Kind.DAY: (r"yyyy\-mm\-dd", "YYYY-MM-DD")}
_TEXT = (r"\@", "@")
_HEAD = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table>'


@dataclass(frozen=True, slots=True)
class Copied:
    """A cell: the words that stand in it, and its plain value (分, whole number, day, words; None for none)."""

    text: str
    value: Any = None


def as_mime(columns: Sequence[Column], lines: Sequence[Sequence[Copied]], with_titles: bool) -> QMimeData:
    """Give both flavours of these cells; our own grid and plain editors read the text, spreadsheets the table."""
    titles = [[Copied(each.title) for each in columns]] if with_titles else []
    mime = _emptied()
    mime.setText("\n".join("\t".join(cell.text for cell in line) for line in (*titles, *lines)))
    rows = ["".join(_formatted(cell.text, *_TEXT) for cell in line) for line in titles]
    rows += ["".join(map(_cell, columns, line)) for line in lines]
    mime.setHtml(_HEAD + "".join(f"<tr>{row}</tr>" for row in rows) + "</table></body></html>")
    return mime


def _emptied() -> QMimeData:
    """Give data of Qt's own making: what Python has made and the clipboard still holds at the end of the program crashes it there."""
    model = QStringListModel([""])
    mime = model.mimeData([model.index(0)])
    for each in mime.formats():
        mime.removeFormat(each)
    return mime


def _cell(column: Column, cell: Copied) -> str:
    """Give a cell of the table: an amount or a number plain, so that it is one everywhere; all else exactly as it stands."""
    counts = column.kind in NUMBERS and isinstance(cell.value, int)
    numbered = counts or (column.kind is Kind.DAY and cell.value is not None)
    words = shown(column.kind, cell.value).replace(",", "") if counts else cell.text
    return _formatted(words, *(_FORMATS[column.kind] if numbered else _TEXT))


def _formatted(words: str, excel: str, libre: str) -> str:
    return f"<td style='mso-number-format:\"{excel}\";white-space:nowrap' sdnum='2052;0;{libre}'>{escape(words)}</td>"
