"""Number formats that only write digits with zeros in front (000000, "ZC"0000), and how they show a number."""

import re
from html import unescape

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*["']([^"']*)["']""")
_CELL_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*?\bnumFmtId\s*=\s*[\"'](\d+)[\"']")
_ZERO_FORMAT = re.compile(r'(?:0|"[^"]*"|\\.|[-/ ])+')
_PIECE = re.compile(r'"([^"]*)"|\\(.)|(.)')


def zero_formats(styles: bytes) -> dict[int, str]:
    """Give the number formats that write zeros in front, by the number of the cell style that uses them."""
    formats: dict[bytes, str] = {}
    for attributes in _FORMAT.findall(styles):
        given = dict(_ATTRIBUTE.findall(attributes.decode("utf-8", "replace")))
        code = unescape(given.get("formatCode", ""))
        if is_zero_format(code):
            formats[given.get("numFmtId", "").encode()] = code
    cells = _CELL_STYLES.search(styles) if formats else None
    numbers = _STYLE_FORMAT.findall(cells[0]) if cells else []
    return {at: formats[number] for at, number in enumerate(numbers) if number in formats}


def is_zero_format(code: str) -> bool:
    """Whether a number format only writes digits with zeros in front, and words between: 000000, "ZC"0000, 00-00."""
    return code.count("0") > 1 and _ZERO_FORMAT.fullmatch(code) is not None


def as_shown(number: int, code: str) -> str:
    """Write a number as such a format shows it: 12 by 000000 is 000012, by "ZC"0000 it is ZC0012."""
    pieces = _PIECE.findall(code)
    places = sum(letter == "0" for _, _, letter in pieces)
    digits = str(number).rjust(places, "0")
    more, shown = len(digits) - places, ""
    for quoted, escaped, letter in pieces:
        if letter == "0":
            shown, digits, more = shown + digits[:1 + more], digits[1 + more:], 0
        else:
            shown += quoted or escaped or letter
    return shown
