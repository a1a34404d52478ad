"""The acts that every list has, whether its feature names them or not: printing and exporting what it shows, 查找和替换."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ui.base.keys import KEYS
from ui.kit.acts import Act
from ui.kit.workbooks import export_list, print_list

if TYPE_CHECKING:
    from ui.kit.table_page import TablePage


def _replace_words(page: "TablePage") -> None:
    from ui.kit.replacing import replace_words  # loads when first opened, not at start

    replace_words(page)


_PRINT = Act("print_list", "打印列表…", print_list, "print", menu=True)
_EXPORT = Act("export_list", "导出列表…", export_list, "export", menu=True)
_REPLACE = Act("replace", "查找和替换…", _replace_words, "search", KEYS["replace"].press, menu=True)


def with_usual_acts(acts: Sequence[Act], embedded: bool, typed: bool) -> Sequence[Act]:
    """Give a page's acts, and in its ⋯ menu (on the row, where it has no buttons) the usual ones; nothing is replaced where nothing is typed.

    Where the page has no other 打印, and stands in none that has, Ctrl+P prints the list.
    """
    keys, slots = {act.key for act in acts}, [act.slot for act in acts]
    bare = all(act.menu for act in acts)    # a list with no buttons of its own shows these: a lone ⋯ says nothing
    more = [each if embedded or (plain := each.key.removesuffix("_list")) in keys else replace(each, key=plain)
            for each in (replace(_PRINT, menu=not bare), replace(_EXPORT, menu=not bare)) if each.slot not in slots]
    return (*acts, *([_REPLACE] if typed else []), *more)
