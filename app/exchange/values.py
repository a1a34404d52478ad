"""Read single cells as offices type them: ￥1,200.00元, 40套, 2019年9月, 43709, 2010301000000.0.

Each reader gives the value or raises ``Unreadable`` with a Chinese reason and remedy. An empty cell is unreadable too:
ask ``is_blank`` (or ``says_nothing``) first where a field may be left out.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from app.core.money import FULL_WIDTH, parse_fen
from app.core.quantity import parse_quantity
from app.exchange.problems import quoted

MOST_PIECES = 10_000_000
MOST_SERIAL = 60_000      # Excel's day number of 2064-04-08; larger numbers in a day column are not days
YEARS = range(1900, 2101)


class Unreadable(ValueError):
    """A cell that holds no value of the kind asked for: ``reason`` says why, ``remedy`` what to type instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason}，{'' if remedy.startswith('请') else '请'}{remedy}")


class NoResult(str):
    """What a formula cell shows that holds no result: the program that wrote the file never worked it out."""

    __slots__ = ()


class ErrorCell(str):
    """The word of a cell that holds an error (#N/A, #REF!), which is not the same words typed as text."""

    __slots__ = ()


class SerialFrom1904(float):
    """A number cell of a book that counts its days from 1904, as Excel for Macintosh did."""

    __slots__ = ()


NO_RESULT = NoResult("（公式没有结果）")
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_DIGITS_LOST = re.compile(r"[-+]?\d(?:\.\d+)?[Ee]\+\d{1,3}")
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NOTHING = frozenset(
    ("", "-", "--", "---", "—", "——", "–", "_", "/", "\\", ".", "*", "无", "空", "暂无", "没有", "不详", "不明", "未知",
     "n/a", "na", "null", "none"))
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_AMOUNT = re.compile(
    r"[-+(]?(?:人民币|RMB|CNY)?[￥¥$]?[-+]?"
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,15})?(?:\.\d{0,12})?(?:[Ee][-+]?\d{1,3})?\)?(?:万|千)?(?:元|圆)?整?",
    re.IGNORECASE)
_NUMBER = re.compile(r"([-+]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)([^\d.,]{0,8})")
_HAN_DIGITS = {digit: at for at, digit in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_NUMBER = re.compile(
    r"([一二两三四五六七八九])?(十)?([一二三四五六七八九])?([^\d一二两三四五六七八九十百千万]{1,8})")
_UNIT = re.compile(r"[A-Za-z\u3400-\u9fff㎡³²./]+")
_DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_LIKE_DIGITS = ("O", "o", "I", "l", "i")     # 1O is 10 mistyped sooner than one O
_SPAN = re.compile(r"(?:(\d+(?:\.\d+)?|[一二两三四五六七八九十半])年)?(?:(\d+|[一二两三四五六七八九十半])个?月)?")
_CLOCK = re.compile(r"[ T]\s*\d{1,2}[:时]\d{0,2}.*$")
_SHORT_DAY = re.compile(r"(\d\d)(?:年(\d{1,2})月?|[.\-/](\d{1,2})[.\-/](?=\d))(?:(\d{1,2})[日号]?)?")
_DAY = re.compile(r"(\d{4})[年.\-/、,—–](\d{1,2})(?:[月.\-/、,—–](\d{1,2})?(?:日|号)?)?")
_PLAIN_DIGITS = re.compile(r"\d+(?:\.0+)?")


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing but spaces."""
    return value is None or (isinstance(value, str) and (not value or value.isspace() or not _UNSEEN.sub("", value)))


def says_nothing(value: object) -> bool:
    """Whether a cell is blank or only says so: 无, —, /, 不详, N/A."""
    return value is None or (isinstance(value, str) and read_text(value).lower() in _NOTHING)


def trouble_of(value: object) -> Unreadable | None:
    """Give why a cell has no value at all, whatever is asked of it: an error (#N/A) or a formula without a result."""
    if type(value) is NoResult:
        return Unreadable("这一格的公式没有算出结果", "在 Excel 或 WPS 里打开这个文件保存一次再导入，或直接填上数")
    if type(value) is ErrorCell:
        return Unreadable(f"这一格是错误值 {value}", "在原表里改好，或直接填上应有的内容")
    return None


def with_errors(field: str) -> str:
    """Give a field of a text table as an ``ErrorCell`` where Excel wrote an error as text: #N/A, #DIV/0!."""
    return ErrorCell(field) if field[:1] == "#" and _ERROR.fullmatch(field) else field


def _require_value(value: object) -> None:
    trouble = trouble_of(value)
    if trouble is not None:
        raise trouble


def read_text(value: object) -> str:
    """Give a cell as one line of text: trimmed, line breaks and full-width spaces as single spaces, case kept.

    Whole floats lose their .0, 2.0103E+12 is written out, days are ISO. "" for an empty cell. Never refuses.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        # Most cells are clean words: two cheap questions spare them both patterns.
        if value.isprintable() and " " not in value:
            return value
        return _SPACES.sub(" ", _UNSEEN.sub("", value)).strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ", "minutes")
    return str(value)


def _float_text(value: float) -> str:
    """Write a float as a person would: no .0, no exponent; "" for NaN and infinity."""
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def read_name(value: object) -> str:
    """Give a name: as ``read_text``, without the spaces that pad 王 强 to three characters."""
    return _HAN_GAP.sub("", read_text(value))


def read_code(value: object) -> str:
    """Give an asset number, class code or serial number: half-width, no spaces, never a number's .0 or exponent.

    Refuses a number of more than 15 digits, whose last digits Excel has already replaced by zeros, and 6.93436E+12 as
    text: the digits behind are gone.
    """
    _require_value(value)
    if isinstance(value, str) and value.isascii() and value.isprintable() and " " not in value and "+" not in value:
        return value    # nearly every one
    if isinstance(value, str) and _DIGITS_LOST.fullmatch(value.strip()):
        raise Unreadable(f"“{quoted(value)}”是科学计数法，后面的数字已经丢失", "在原来的表里把这一列改成文本格式，重新导出")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= 1e15:
        raise Unreadable("编号在表里是按数字存的，超过 15 位，末尾几位已被 Excel 改成 0",
                         "请把这一列设为文本格式后重新填写")
    return _SPACES.sub("", read_text(value).translate(FULL_WIDTH))


def read_money(value: object) -> int:
    """Read an amount in 元 as typed or as a number cell into 分, half a 分 rounded up. Negative amounts are given."""
    if isinstance(value, float) and abs(value) < 1e12:
        return int(value) * 100 if value.is_integer() else parse_fen(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12:
        return value * 100
    text = _typed(value, "金额", "填上数字，如 1200.00")
    bare = text.replace(" ", "").replace("'", "")
    if not any(letter.isdigit() for letter in bare) or not _AMOUNT.fullmatch(bare):
        raise Unreadable(f"“{quoted(value)}”不是金额", "只填数字，如 1200.00")
    factor = 1
    if "千" in bare:
        bare, factor = bare.replace("千", ""), 1000
    try:
        return parse_fen(bare) * factor
    except (ValueError, ArithmeticError):
        raise Unreadable(f"“{quoted(value)}”不是金额或大得离谱", "核对后只填数字，如 1200.00") from None


def read_quantity(value: object) -> tuple[int, str | None]:
    """Read a number of pieces with the unit typed behind it, if any: 40套 → (40, "套"), 1.0 → (1, None).

    Refuses negative, fractional and absurd (more than 10 million) numbers.
    """
    if isinstance(value, float) and value.is_integer() and 0 <= value <= MOST_PIECES:
        return int(value), None
    if isinstance(value, int) and not isinstance(value, bool):
        return _pieces(Decimal(value), value), None
    text = _typed(value, "数量", "填上整数，如 45")
    found = _NUMBER.fullmatch(text.replace(" ", ""))
    if found is None:
        return _counted_in_words(text.replace(" ", ""), value)
    sign, digits, unit = found.groups()
    _refuse_dozens(unit, value)
    if unit and not _UNIT.fullmatch(unit):
        raise Unreadable(f"“{quoted(value)}”不是数量", "只填一个整数，如 45")
    if unit in _LIKE_DIGITS:
        raise Unreadable(f"“{quoted(value)}”末尾是字母 {unit}，不是数字", "核对是不是打错了的 0 或 1，只填一个整数")
    if len(digits) > 40:
        raise Unreadable("数量大得离谱", "核对后填整数")
    number = Decimal(digits.replace(",", ""))
    if unit[:1] in ("万", "百", "千", "亿"):
        raise Unreadable(f"“{quoted(value)}”看不准是多少", "写成完整的整数，如 12000")
    return _pieces(-number if sign == "-" else number, value), unit or None


def read_thousandths(value: object) -> tuple[int, str | None]:
    """Read a quantity of goods in thousandths with the unit typed behind it, if any: 1.5 → (1500, None), 12包 → (12000, "包").

    Refuses what is negative, has more than three places or is no single number.
    """
    if isinstance(value, float):
        value = round(value, 9)     # what a sheet has worked out: 0.30000000000000004
    text = _typed(value, "数量", "填上数，如 12 或 1.5")
    found = _NUMBER.fullmatch(str(text).replace(" ", ""))
    sign, digits, unit = found.groups() if found else ("", "", "")
    _refuse_dozens(unit, value)
    if not found or (unit and not _UNIT.fullmatch(unit)) or unit in _LIKE_DIGITS or unit[:1] in ("万", "百", "千", "亿"):
        raise Unreadable(f"“{quoted(value)}”不是数量", "只填一个数，如 12 或 1.5")
    if sign == "-":
        raise Unreadable(f"数量“{quoted(value)}”是负数", "核对后填 0 以上的数")
    try:
        return parse_quantity(digits), unit or None
    except ValueError:
        raise Unreadable(f"数量“{quoted(value)}”超过三位小数，或者大得离谱", "核对后最多填三位小数") from None


def read_months(value: object, count: Literal[1, 12]) -> int:
    """Read a span of time into months: 10年, 60个月, 1年6个月, 半年, or a bare number that counts ``count`` months each.

    Refuses what is no whole number of months, 5天, negative and absurd spans.
    """
    if isinstance(value, str) and re.search("[年月]", value):
        found = _SPAN.fullmatch(read_text(value).translate(FULL_WIDTH).replace(" ", ""))
        if found is None:
            raise Unreadable(f"“{quoted(value)}”不是年限", "写成 10年 或 60个月")
        months = sum(_span(words) * each for words, each in ((found[1], 12), (found[2], 1)) if words) + Decimal()
    else:
        text = _typed(value, "年限", "填数字，如 60").replace(" ", "")
        if not _DECIMAL.fullmatch(text):
            raise Unreadable(f"“{quoted(value)}”不是年限", "只填数字，如 60，或写成 10年、60个月")
        months = Decimal(text) * count
    if months != months.to_integral_value():
        raise Unreadable(f"“{quoted(value)}”不是整月数", "按整月数填，如 60")
    return _pieces(months, value)


def _span(words: str) -> Decimal:
    """Give the number of a span: 2.5, 十, 半."""
    if words == "半":
        return Decimal("0.5")
    return Decimal(10 if words == "十" else _HAN_DIGITS[words]) if words in _HAN_DIGITS or words == "十" else Decimal(words)


def _counted_in_words(text: str, value: object) -> tuple[int, str | None]:
    """Read 一台, 两套, 十二张, 二十把 (up to 99)."""
    found = _HAN_NUMBER.fullmatch(text)
    if found is None or not (found[1] or found[2]) or (found[3] and not found[2]) or not _UNIT.fullmatch(found[4]):
        raise Unreadable(f"“{quoted(value)}”不是数量", "只填一个整数，如 45")
    _refuse_dozens(found[4], value)
    tens = (_HAN_DIGITS[found[1]] if found[1] else 1) if found[2] else 0
    ones = _HAN_DIGITS[found[3]] if found[3] else 0
    return (tens * 10 + ones if found[2] else _HAN_DIGITS[found[1]]), found[4]


def _refuse_dozens(unit: str, value: object) -> None:
    """Refuse 两打: that are 24 pieces, or two packs, and never two pieces."""
    if unit == "打":
        raise Unreadable(f"“{quoted(value)}”是按打计的，一打是 12 件", "换算成件数再填，如 24")


def _pieces(number: Decimal, value: object) -> int:
    """Give a whole, non-negative number of pieces."""
    if number < 0:
        raise Unreadable(f"数量是负数（{quoted(value)}）", "在这里填现有数量，账上减少的要办处置")
    if number != number.to_integral_value():
        raise Unreadable(f"数量带小数（{quoted(value)}）", "改成整数；按米、平方米计的可记 1 项，尺寸写进规格")
    if number > MOST_PIECES:
        raise Unreadable(f"数量大得离谱（{quoted(value)}）", "核对是不是填成了金额或编号")
    return int(number)


def _typed(value: object, what: str, remedy: str) -> str:
    """Give a cell's text in half-width for number reading; refuses cells of other kinds."""
    _require_value(value)
    if is_blank(value):
        raise Unreadable(f"没有填{what}", remedy)
    if isinstance(value, bool):
        raise Unreadable(f"这一格是“{'是' if value else '否'}”，不是{what}", remedy)
    if isinstance(value, date):
        raise Unreadable(f"这一格在表里是日期（{value:%Y-%m-%d}），不是{what}", f"把单元格格式改回数字，{remedy}")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unreadable(f"这一格不是有效的数字，不能作{what}", remedy)
        return repr(value) if abs(value) >= 1e17 else _float_text(value)
    return read_text(value).translate(FULL_WIDTH)


def read_day(value: object) -> tuple[date, bool]:
    """Read a day as typed, as a date cell or as Excel's day number; the flag is False where something was guessed.

    2019.9.1, 2019-9-1, 2019/9/1, 20190901 and 2019年9月1日 are exact; 2019年9月, 2019.9, 201909 give the 1st,
    2019 gives 1 January, 19.9.1 and 19年9月 mean 2019, all inexact. Refuses impossible days, years outside 1900–2100, and the number cell 2019.1,
    which may be January or an October whose zero Excel dropped.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _known_year(value, value), True
    if isinstance(value, float) and math.isfinite(value) and not value.is_integer():
        if value > 2101:
            return _from_serial(int(value), value), True
        if round(value * 10) == value * 10 and round(value * 10) % 10 == 1:
            year = int(value)
            raise Unreadable(f"“{quoted(value)}”分不清是 1 月还是 10 月（Excel 会去掉末尾的 0）",
                             f"写成 {year}-01 或 {year}-10")
    text = _typed_day(value)
    digits, point, _ = text.partition(".")
    if _PLAIN_DIGITS.fullmatch(text) and (not point or len(digits) > 4):
        return _from_digits(digits, value)
    return _from_parts(text, value)


def _typed_day(value: object) -> str:
    """Give the text of a day without spaces and without the time of day."""
    _require_value(value)
    if is_blank(value):
        raise Unreadable("没有填日期", _DAY_REMEDY)
    text = _CLOCK.sub("", read_text(value).translate(FULL_WIDTH)).replace(" ", "").replace("。", ".")
    text = text.lstrip("'‘’`").rstrip(".")
    if isinstance(value, bool) or not text:
        raise Unreadable(f"“{quoted(value)}”不是日期", _DAY_REMEDY)
    return text


_DAY_REMEDY = "写成 2019-09-01 这样的年-月-日"


def _from_digits(digits: str, value: object) -> tuple[date, bool]:
    """Read 20190901, 201909, 2019 or a day number by the count of digits."""
    if len(digits) == 8:
        return _made(int(digits[:4]), int(digits[4:6]), int(digits[6:]), value), True
    if len(digits) == 6:
        return _made(int(digits[:4]), int(digits[4:]), 1, value), False
    if len(digits) == 4 and int(digits) in YEARS:
        return date(int(digits), 1, 1), False
    if len(digits) == 5 or (len(digits) < 5 and isinstance(value, (int, float))):  # typed, 45 is no day of 1900
        return _from_serial(int(digits), value), True
    raise Unreadable(f"“{quoted(value)}”不是日期", _DAY_REMEDY)


def _from_serial(number: int, value: object) -> date:
    """Give the day of Excel's day number; 60 is the 29 February 1900 that never was."""
    if isinstance(value, SerialFrom1904):
        return date(1904, 1, 1) + timedelta(days=number)
    if not 1 <= number <= MOST_SERIAL or number == 60:
        raise Unreadable(f"“{quoted(value)}”不是日期", _DAY_REMEDY)
    return date(1899, 12, 31 if number < 60 else 30) + timedelta(days=number)


def _from_parts(text: str, value: object) -> tuple[date, bool]:
    """Read year, month and perhaps day divided by 年月日 or . - / and the like; 2019年 alone is a year."""
    if re.fullmatch(r"\d{4}年", text):
        return _made(int(text[:4]), 1, 1, value), False
    found = _DAY.fullmatch(text)
    if found is None:
        short = _SHORT_DAY.fullmatch(text)
        if short:  # 09年9月, 98.9.1: of this century up to 2049, else of the last
            century = 2000 if int(short[1]) < 50 else 1900
            return _made(century + int(short[1]), int(short[2] or short[3]), int(short[4] or 1), value), False
        if re.match(r"\d{2}[年.\-/]", text):
            raise Unreadable(f"“{quoted(value)}”的年份只有两位", "把年份写全，如 2019-09-01")
        raise Unreadable(f"“{quoted(value)}”不是日期", _DAY_REMEDY)
    year, month, day = found.groups()
    return _made(int(year), int(month), int(day or 1), value), day is not None


def _made(year: int, month: int, day: int, value: object) -> date:
    """Make a day that exists."""
    try:
        return _known_year(date(year, month, day), value)
    except ValueError as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"没有“{quoted(value)}”这一天", _DAY_REMEDY) from None


def _known_year(day: date, value: object) -> date:
    """Refuse years outside 1900–2100."""
    if day.year not in YEARS:
        raise Unreadable(f"“{quoted(value)}”的年份不在 1900—2100 之间", "核对年份")
    return day


def read_choice(value: object, words: Sequence[str], synonyms: Mapping[str, str]) -> str:
    """Give one of ``words``: the cell's own word, or the word its synonym stands for; spaces and case do not matter."""
    _require_value(value)
    text = _plain_word(read_text(value))
    if not text:
        raise Unreadable("没有填写", f"填其中之一：{_listed(words)}")
    for word in words:
        if _plain_word(word) == text:
            return word
    for synonym, word in synonyms.items():
        if _plain_word(synonym) == text:
            return word
    raise Unreadable(f"“{quoted(value)}”不在可选的词里", f"填其中之一：{_listed(words)}")


def _plain_word(text: str) -> str:
    """Give a word for comparing: half-width, no spaces, lower case."""
    return _SPACES.sub("", text.translate(FULL_WIDTH)).lower()


def _listed(words: Sequence[str]) -> str:
    """List words, at most ten."""
    return "、".join(words[:10]) + ("……" if len(words) > 10 else "")
