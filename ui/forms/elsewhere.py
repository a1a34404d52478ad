"""Words from another program (a paste), read as an import reads the cells of a workbook; what a person types is ``Field.read``'s."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from app.exchange.filling import is_ditto
from app.exchange.values import (
    Unreadable,
    read_choice,
    read_day,
    read_money,
    read_quantity,
    read_text,
    read_thousandths,
    says_nothing,
    trouble_of,
    with_errors,
)
from ui.forms.editors import MONTH_DAY
from ui.forms.form import Field

GUESSED_DAY = "日期只写到年或月，按当年 1 月或当月 1 日登记"
ONLY_NUMBER = "数字后面的单位没有登记"
_UNSHOWN = re.compile("#{3,}")      # what Excel shows of a number or day that its column is too narrow for


class Elsewhere:
    """Reads words for the fields of a list; made for one paste, since what it knows of people and places is of that moment."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self._meant: dict[str, Callable[[str], tuple[Any, str]]] = {}

    def read(self, key: str, text: str) -> tuple[Any, str] | None:
        """Give the value and what has to be told about it ("" mostly); None for words that say nothing: -, 无.

        Raises ``ValueError`` with a sentence for a person where the words cannot be read or may mean two things.
        """
        field, text = self.fields[key], read_text(text)
        trouble = trouble_of(with_errors(text))
        if trouble is not None:
            raise trouble
        if is_ditto(text):
            raise Unreadable(f"“{text}”看不出指的是什么：上面没有内容，或这一列不能照抄", "写明这一格的内容")
        if _UNSHOWN.fullmatch(text):
            raise Unreadable("只复制到了 ####，原表里这一列太窄，没有显示出内容", "在原表里把这一列拉宽，再复制一次")
        if says_nothing(text) and field.kind not in ("text", "lines") and text not in field.words():
            return None
        if field.reads is not None:
            value = field.reads(text)
            if not isinstance(value, str):
                return value, ""
            text = value
        return self._read(key, field, text)

    def _read(self, key: str, field: Field, text: str) -> tuple[Any, str]:
        if field.kind == "day":
            return _day(text)
        if field.kind == "choice" and field.synonyms is not None:
            with suppress(Unreadable):
                return field.read(read_choice(text, field.words(), field.synonyms())), ""
        try:
            return field.read(text), ""
        except ValueError:
            if field.kind == "money":
                return read_money(text), ""
            if field.kind == "whole":
                number, unit = read_quantity(text)
                return number, ONLY_NUMBER if unit else ""
            if field.kind == "quantity":
                number, unit = read_thousandths(text)
                return number, ONLY_NUMBER if unit else ""
            if field.meant is not None:
                return self._found(key, field.meant, text), ""
            raise

    def _found(self, key: str, meant: Callable[[], Callable[[str], tuple[Any, str]]], text: str) -> Any:
        if key not in self._meant:
            self._meant[key] = meant()
        found, trouble = self._meant[key](text)
        if trouble:
            raise ValueError(trouble)
        if found is None:
            raise ValueError(f"没有找到“{text}”，请按 F7 从列表中选")
        return found


def _day(text: str) -> tuple[Any, str]:
    """Read a day; a month and day alone are of this year where they are typed, of any year where they are copied."""
    if MONTH_DAY.fullmatch(text):
        raise Unreadable(f"“{text}”没有写年份", "写成 2024-9-1 这样的年-月-日")
    day, exact = read_day(text)
    return day, "" if exact else GUESSED_DAY
