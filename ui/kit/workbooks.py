"""What any list can do with workbooks and paper: out as it stands, in as typed rows, an empty one to fill in, printed.

The four are acts a page lists among its own: ``acts = (…, IMPORT, EXPORT, PRINT, TEMPLATE)``.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.core.columns import Column
from app.core.progress import Progress
from app.store.archive import safe_name
from ui.base import jobs, notify
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.table_page import TablePage

if TYPE_CHECKING:
    from app.exchange.typed_rows import TypedRows

WORKBOOK, WORKBOOKS = "Excel 工作簿 (*.xlsx)", "表格 (*.xlsx *.xlsm *.xls *.et *.ods *.csv)"


def save_workbook(
    parent: QWidget, what: str, name: str, write: Callable[[Path, Progress], int], told: Callable[[int, Path], str]
) -> None:
    """Ask where, then write as a job and say what ``told`` makes of the count and the place; ``name`` is without suffix."""
    path = notify.save_file(f"导出{what}", f"{safe_name(name)}.xlsx", WORKBOOK)
    if path is not None:
        jobs.run_job(
            parent, f"导出{what}", lambda progress: write(path, progress), lambda count: notify.said(told(count, path))
        )


def export_list(page: TablePage) -> None:
    """Write the rows that match, in the columns and the order in which they stand on the screen."""
    from app.exchange.writing import (  # libraries of workbooks and paper load when they are needed
        SheetOut,
        write_workbook,
    )

    columns, rows = _as_shown(page)
    said = narrowed_by(page)
    title, total = f"{page.title}（{said}）" if said else page.title, any(each.total for each in columns)
    save_workbook(
        page,
        page.title,
        page.title,
        lambda path, progress: write_workbook(path, [SheetOut(page.title, columns, rows, title, total)], progress),
        lambda count, path: f"已导出 {count:,} {page.record_word}到 {path}。",
    )


def print_list(page: TablePage) -> None:
    """Show the same as a paper, with what narrows it in the head; nothing is archived, for it is no official paper."""
    from app.school.papers import write_list
    from ui.paper.choosing import show_paper

    columns, rows = _as_shown(page)
    said = narrowed_by(page)
    show_paper(
        page,
        page.title,
        said,
        lambda path, progress: write_list(page.title, columns, rows, path, said, progress),
        keep=lambda printed: None,
    )


def save_template(page: TablePage) -> None:
    """Write an empty workbook with the columns that can be typed in."""
    from app.exchange.templates import TemplateField, write_template

    path = notify.save_file("另存导入模板", f"{page.title}导入模板.xlsx", WORKBOOK)
    if path is not None:
        fields = [TemplateField(each, field.hint, "", field.required, words, field.free or not words)
                  for each in _typed_in(page) for field in (page.fields[each.key],) for words in (field.words(),)]
        write_template(path, page.title, fields, (
            f"{page.title}导入模板", "一行一条；带 * 的必须填，其余没有就空着；列的顺序可以改，不用的列可以删。"))
        notify.said(f"已写出模板：{path}。填好后从“导入”读回来。")


def take_workbook(page: TablePage) -> None:
    """Read a workbook into new rows of the list, which wait there to be looked through and stored."""
    from app.exchange.typed_rows import read_typed

    path, columns = notify.open_file(f"导入{page.title}", WORKBOOKS), _typed_in(page)
    needed = next((each for each in columns if page.fields[each.key].required), columns[0])
    if path is not None:
        jobs.run_job(
            page, f"读{page.title}", lambda _: read_typed(path, columns, needed), lambda read: _hold(page, path, read)
        )


def _hold(page: TablePage, path: Path, read: "TypedRows") -> None:
    page.clear_narrowing()
    page.begin_typing()  # an empty list shows its grid
    page.storing.hold(
        [{key: _in_one_line(page.fields[key], text) for key, text in words.items()} for words in read.rows]
    )
    left_out = f"表上这几列这里没有，没有读：{'、'.join(read.unused)}。" if read.unused else ""
    notify.said(f"从“{path.name}”读了 {len(read.rows):,} 行，列在最后面。请核对，再点上面的“保存”；不要就点“放弃”。{left_out}",
                tone="warning" if read.unused else "done")


def _in_one_line(field: Field, text: str) -> str:
    """Give words as they stand in a cell of a list: entries one a line between 、, other lines behind each other."""
    return ("、" if field.kind == "lines" else " ").join(text.splitlines())


def narrowed_by(page: TablePage) -> str:
    """Say what narrows the list, "" where nothing does: 状态：借出；搜索：kt."""
    wish, titles = page.wish(), {each.key: each.title for each in page.columns}
    said = [f"搜索：{wish.search}"] if wish.search else []
    said += [words for box in page.boxes.values() if (words := box.words())]
    said += [f"{titles[key]}：{typed}" for key, typed in wish.cells.items()]
    return "；".join(said)


def _as_shown(page: TablePage) -> tuple[list[Column], list[Row]]:
    if page.search_timer.isActive():
        page.reload()       # words typed just now count as well
    order = page.grid.layout_of_columns.order()
    rows = page.fetch(page.wish(), max(page.found.records, 1), 0)
    return [page.columns[each] for each in order], [[row[each + 1] for each in order] for row in rows]


def _typed_in(page: TablePage) -> list[Column]:
    return [each for each in page.columns if each.key in page.fields]


def in_menu(*acts: Act) -> list[Act]:
    """Give the acts for the ⋯ menu of a page that seldom needs them."""
    return [replace(act, menu=True) for act in acts]


IMPORT = Act("import", "导入…", take_workbook, "import")
EXPORT = Act("export", "导出", export_list, "export")
PRINT = Act("print", "打印", print_list, "print")
TEMPLATE = Act("template", "导入模板…", save_template, "table", menu=True)
