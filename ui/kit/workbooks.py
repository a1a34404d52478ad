"""What any list can do with workbooks and paper: out as it stands, in as typed rows, an empty one to fill in, printed.

Every list can be printed and exported as it stands on the screen (``ui.kit.usual_acts``). ``IMPORT``, ``TEMPLATE``, and
``EXPORT`` where it deserves a button, are acts that a page lists among its own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.core.columns import Column
from app.core.columns import shown as words_of
from app.core.errors import Refused
from app.core.progress import Progress
from app.store.archive import safe_name
from app.store.listing import TableList
from ui.base import jobs, notify
from ui.forms.form import Field
from ui.grid.rows import Row, RowsModel
from ui.kit.acts import Act

if TYPE_CHECKING:
    from app.exchange.typed_rows import TypedRows
    from ui.kit.table_page import TablePage

WORKBOOK, WORKBOOKS = "Excel 工作簿 (*.xlsx)", "表格 (*.xlsx *.xlsm *.xls *.et *.ods *.csv)"


def save_workbook(
    parent: QWidget, what: str, name: str, write: Callable[[Path, Progress], int], told: Callable[[int, Path], str]
) -> None:
    """Ask where, then write as a job and say what ``told`` makes of the count and the place; ``name`` is without suffix."""
    path = notify.save_file(f"导出{what}", f"{safe_name(name)}.xlsx", WORKBOOK)
    if path is not None:
        jobs.run_job(parent, f"导出{what}", lambda progress: write(path, progress), lambda count: notify.written(told(count, path), path))


@dataclass(frozen=True)
class Shown:
    """What stands on the screen: ``said`` names what narrows it, ``standing`` its sums where not all rows count (作废)."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    said: str
    record_word: str
    standing: str = ""
    internal: bool = False      # names pupils


def export_list(page: "TablePage", chosen: bool = False) -> None:
    """Write the rows that match, or only the chosen ones, in the columns and the order in which they stand on the screen."""
    export_shown(page, _as_shown(page, chosen))


def print_list(page: "TablePage", chosen: bool = False) -> None:
    """Show the same as a paper, with what narrows it in the head."""
    print_shown(page, _as_shown(page, chosen))


def export_shown(parent: QWidget, shown: Shown) -> None:
    """Ask where, and write what stands on the screen as a workbook."""
    from app.exchange.writing import (  # libraries of workbooks and paper load when they are needed
        SheetOut,
        write_workbook,
    )

    title = f"{shown.title}（{shown.said}）" if shown.said else shown.title
    notes = [each for each in (shown.standing, INTERNAL if shown.internal else "") if each]
    sheet = SheetOut(shown.title, shown.columns, shown.rows, title, any(each.total for each in shown.columns), notes)
    save_workbook(
        parent,
        shown.title,
        shown.title,
        lambda path, progress: write_workbook(path, [sheet], progress),
        lambda count, path: f"已导出 {count:,} {shown.record_word}到 {path}。{f'{INTERNAL}。' if shown.internal else ''}",
    )


def print_shown(parent: QWidget, shown: Shown) -> None:
    """Show what stands on the screen as a paper; nothing is archived, for it is no official paper."""
    from app.school.papers import write_list
    from ui.paper.choosing import show_paper

    count = "　".join(filter(None, (f"共 {len(shown.rows):,} {shown.record_word}", shown.standing)))
    mark = INTERNAL if shown.internal else ""
    show_paper(
        parent,
        shown.title,
        shown.said,
        lambda path, progress: write_list(shown.title, shown.columns, shown.rows, path, shown.said, count, mark, progress),
        keep=lambda printed: None,
    )


def save_template(page: "TablePage") -> None:
    """Write an empty workbook with the columns that can be typed in."""
    from app.exchange.templates import TemplateField, write_template

    path = notify.save_file("另存导入模板", f"{page.title}导入模板.xlsx", WORKBOOK)
    if path is not None:
        fields = [TemplateField(each, field.hint, "", field.required, words, field.free or not words)
                  for each in _typed_in(page) for field in (page.fields[each.key],) for words in (field.words(),)]
        write_template(path, page.title, fields, (
            f"{page.title}导入模板", "一行一条；带 * 的必须填，其余没有就空着；列的顺序可以改，不用的列可以删。"))
        notify.written(f"已写出模板：{path}。填好后从“导入”读回来。", path)


def take_workbook(page: "TablePage") -> None:
    """Read a workbook into new rows of the list, which wait there to be looked through and stored."""
    from app.exchange.typed_rows import read_typed

    path, columns = notify.open_file(f"导入{page.title}", WORKBOOKS), _typed_in(page)
    needed = next((each for each in columns if page.fields[each.key].required), columns[0])
    if path is not None:
        jobs.run_job(
            page, f"读{page.title}", lambda _: read_typed(path, columns, needed), lambda read: _hold(page, path, read)
        )


def _hold(page: "TablePage", path: Path, read: "TypedRows") -> None:
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


def narrowed_by(page: "TablePage", chosen: bool = False) -> str:
    """Say of what the list is and what narrows it, "" where nothing does: 三（1）班；状态：借出；搜索“kt”；选中的行."""
    wish, titles = page.wish(), {each.key: each.title for each in page.columns}
    said = [page.scope_words()]
    said += [_filtered(page.boxes[key].words(), titles.get(key, all_text.removeprefix("全部")))
             for key, all_text in ((each.key, each.all_text) for each in page.filters)]
    said += [f"{titles[key]}：{typed}" for key, typed in wish.cells.items()]
    said += [f"搜索“{wish.search}”"] if wish.search else []
    said += ["选中的行"] if chosen else []
    return "；".join(filter(None, said))


def _filtered(words: str, title: str) -> str:
    """Give what a filter has chosen, with the filter's name where the words do not hold it (含离岗人员)."""
    return words if not words or title in words or words.startswith(("含", "不")) else f"{title}：{words}"


def _as_shown(page: "TablePage", chosen: bool) -> Shown:
    """Give what stands on the screen, read anew; ``Refused`` while cells wait there that are not stored."""
    if page.model.edits.cells:
        raise Refused("表格里还有没保存的格子，印出来、导出去就和看到的不一样。请先保存或放弃，再试一次。")
    if page.search_timer.isActive():
        page.reload()       # words typed just now count as well
    order = page.grid.layout_of_columns.order()
    rows = page.fetch(page.wish(), max(page.found.records, 1), 0)
    if type(page.model).data is not RowsModel.data:     # its cells say more than their values: (104), what is expected
        rows = [_worded(page, number, row) for number, row in enumerate(rows)]
    if chosen:
        ids = set(page.selected_ids())
        rows = [row for row in rows if row[0] in ids]
    columns, standing = [page.columns[each] for each in order], _standing(page, rows)
    if standing:        # a plain sum would count what is void as well
        columns = [replace(each, total=False) for each in columns]
    cells = [[row[each + 1] for each in order] for row in rows]
    return Shown(page.title, columns, cells, narrowed_by(page, chosen), page.record_word, standing, page.internal)


def _standing(page: "TablePage", rows: Sequence[Row]) -> str:
    """Say what the rows come to that are not void, "" where none is."""
    listing = getattr(page, "listing", None)
    void = listing.uncounted if isinstance(listing, TableList) else ""
    at = next((number for number, each in enumerate(page.columns, 1) if void and each.key == void), 0)
    if not at or not any(row[at] for row in rows):
        return ""
    sums = [f"{column.title} {words_of(column.kind, sum(row[number] or 0 for row in rows if not row[at]))}"
            for number, column in enumerate(page.columns, 1) if column.total]
    return f"合计（不含作废）：{'，'.join(sums)}"


def _worded(page: "TablePage", number: int, row: Row) -> Row:
    """Give a row with the words of its cells where these are not those of the values."""
    said = [(value, page.model.index(number, at).data() or "", words_of(column.kind, value))
            for at, (column, value) in enumerate(zip(page.columns, row[1:], strict=True))]
    return (row[0], *(value if words == usual else words for value, words, usual in said))


def _typed_in(page: "TablePage") -> list[Column]:
    return [each for each in page.columns if each.key in page.fields]


def only_reads(act: Act) -> bool:
    """Whether an act only prints or exports the list: it stays where nothing may be changed."""
    return act.slot in (print_list, export_list)


def in_menu(*acts: Act) -> list[Act]:
    """Give the acts for the ⋯ menu of a page that seldom needs them."""
    return [replace(act, menu=True) for act in acts]


INTERNAL = "内部资料　请勿张贴"      # lists that name pupils
IMPORT = Act("import", "导入…", take_workbook, "import")
EXPORT = Act("export", "导出", export_list, "export")
TEMPLATE = Act("template", "导入模板…", save_template, "table", menu=True)
