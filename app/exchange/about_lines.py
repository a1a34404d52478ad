"""What the lines around a table say about all of its rows: 室名：三（1）班　保管人：王敏, above the head or beside it.

Pure reading of words: which labels count, and what becomes of the values, is the caller's business.
"""

import re
from collections.abc import Mapping, Sequence

from app.exchange.headings import normal_heading
from app.exchange.values import is_blank, read_text, says_nothing

_ENDS = r"(?=\s{2,}|\u3000|[;；|]|\s+[^\s:：]{1,8}\s*[:：]|$)"
LONGEST_LINE = 300  # characters; a longer cell is a text, and is not looked into
_NO_VALUE = re.compile(r"[_＿—\-\s./\\]*(?:[(（]?(?:签[字名章]|盖章)[)）]?)?[_＿—\-\s./\\]*")
_BEFORE = r"[（(【]?"


class AboutLines:
    """Reads labelled words out of the lines around a table.

    ``labels`` maps a key (place, keeper) to the words that announce it, best first.
    """

    def __init__(self, labels: Mapping[str, Sequence[str]]) -> None:
        self._keys = {normal_heading(word): key for key, words in labels.items() for word in words}
        longest_first = sorted({word for words in labels.values() for word in words}, key=len, reverse=True)
        spaced = "|".join(r"\s*".join(map(re.escape, word)) for word in longest_first)
        label = rf"({spaced})(?:名称)?(?:[(（][^)）]{{0,6}}[)）])?\s*[:：]"
        followed = label.replace("(", "(?:", 1)
        self._pair = re.compile(rf"{_BEFORE}{label}\s*(.*?)(?:{_ENDS}|(?=\s*{followed}))", re.DOTALL)

    def read(self, cells: Sequence[object]) -> dict[str, str]:
        """Give what a row announces: key to value; a label's value may stand behind it or in the next filled cell."""
        found: dict[str, str] = {}
        filled = [(column, cell) for column, cell in enumerate(cells) if not is_blank(cell)]
        for at, (_, cell) in enumerate(filled):
            if not isinstance(cell, str) or len(cell) > LONGEST_LINE:
                continue
            behind = read_text(filled[at + 1][1]) if at + 1 < len(filled) else ""
            for key, value in self._pairs(cell):
                taken = _value(value) or ("" if value.strip() else self._beside(behind))
                if taken:
                    found.setdefault(key, taken)
        return found

    def is_label(self, text: str) -> bool:
        """Whether a cell is a label and nothing else: 室名, 保管人."""
        return normal_heading(text) in self._keys

    def _pairs(self, cell: str) -> list[tuple[str, str]]:
        """Give the labels of one cell with what follows them; a cell that is only a label has a blank value."""
        if ":" in cell or "：" in cell:
            return [(self._keys[normal_heading(label)], value) for label, value in self._pair.findall(cell.strip())]
        key = self._keys.get(normal_heading(cell))
        return [(key, "")] if key else []

    def _beside(self, text: str) -> str:
        """Give a neighbour's text as a value unless it is itself a label."""
        is_label = ":" in text or "：" in text or normal_heading(text) in self._keys
        return "" if is_label else _value(text)


def _value(text: str) -> str:
    """Give a value without the blanks that wait for a pen; "" where nothing is written."""
    words = read_text(text).strip("_＿ ")
    for opening, closing in ("（）", "()", "【】"):  # the bracket that the label stands in closes behind its value
        if words.endswith(closing) and opening not in words:
            words = words[:-1].strip()
    return "" if says_nothing(words) or _NO_VALUE.fullmatch(words) else words
