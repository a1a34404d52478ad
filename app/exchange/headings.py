"""What a heading names: 资产名称（必填）, 购置日期, 现存放地点 are fields under other words; 生产日期 and 区域名称 are not.

Pure words. A heading names a field surely (its title or a synonym, brackets aside, or one with 固定资产, 设备, 现 … before
it) or weakly (a synonym inside a longer word). What the values say is ``evidence``'s business.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from app.core.columns import Kind
from app.core.money import FULL_WIDTH
from app.exchange.values import read_text

LONGEST_HEADING = 24  # characters; a longer cell is a sentence
EXACT, BRACKETS, COMPOUND, SURE = 4.0, 3.0, 2.5, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class FieldSpec:
    """A field that a sheet may have a column for: ``synonyms`` are other headings offices give it, best first.

    ``asks`` says that a doubtful column for it must be asked about: numbers, money, people, rooms. ``fits`` tells of one
    cell whether it can be a value of the field, where its kind does not tell; ``role`` which part it has in
    price × count = amount. ``unique`` values name one thing each: where most stand in several rows they are of something else.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    asks: bool = False
    fits: Callable[[str], bool] | None = None
    role: Literal["", "price", "count", "amount"] = ""
    unique: bool = False


_BRACKETED = re.compile(r"[(\[【〔〈<{][^)\]】〕〉>}]*[)\]】〕〉>}]")
_MARKS = re.compile(r"[\s*※★☆:：·.。、,，\-_/\\|'\"“”]+")
_SAYS_MORE = re.compile(r"[:：]\s*(?![(（]|[千万]?元|$)\S")  # 保管人：王敏 is a line about the table, 单价：元 a heading
_AND = ("及", "和", "与", "或")
_THING = ("固定资产|资产|设备|仪器|器材|物品|产品|商品|物资|物料|材料|财产|校产|家具|图书|货物|用品|教具|装备|设施|耗材|实物|货品|存货|单品")
# In front of a field's word these change nothing: 设备名称, 现存放地点, 账面数量.
_SAME_THING = re.compile(rf"(?:{_THING}|现有|现|目前|当前|实际|具体|详细|账面|期末|结存|实有|库存|购置|开始|标准|主|本)*(?:的|所)?")
# In front of it these make it another thing, whatever the column holds: no date of making is one of buying.
_ANOTHER_THING = re.compile(
    r"生产|制造|出厂|报废|处置|盘点|清查|检定|校验|检验|检测|有效|到期|截止|失效|更新|修改|创建|打印|维修|保养|出生|年检|盘盈|盘亏|差异|"
    r"项目|区域|用户|部门|厂家|厂商|供应商|供货|学校|班级|客户|公司|品牌|规格|型号|分类|类别|类型|仓库|地点|位置|房间|楼|系统|变量|信号|角色|ip|mac|plc|网络|邮件|网址|收货|发货|"
    r"人员|教师|负责|期初|入库|出库|领用|计划|需求|预警|最低|最高|安全|销售|零售|批发|预算|参考|评估|折旧|残值|净|税|旧|原|老|上级|上年|去年")
# A heading that goes on with one of these is about another thing: 保管人电话 is no 保管人, 使用人EHR号 no 使用人.
_OTHER_THING = re.compile(
    r"(电话|手机|编号|编码|代码|号码|工号|号|码|邮箱|职务|职称|性别|身份证|日期|时间|部门|签字|签名|签章|备注|说明|状态|状况|名称|单位|数量|数|"
    r"金额|价值|类型|方式|来源|年限|地点|位置|照片|图片|规格|型号|序号|id)$")
_OLD = re.compile(r"旧|原|老")
_IN_MONEY = re.compile(r"(?<=[价额值款])[万千]?元$")
_MONEY_UNITS = {"万": 10_000, "千": 1_000}
_MONEY_UNIT = re.compile(r"([万千])元|[(\[【〔]([万千])[)\]】〕]")  # 总价(万) says it without 元
_FOREIGN = re.compile(r"sgd|usd|hkd|eur|jpy|gbp|twd|[美港日欧英澳加新台]元|[港新台]币|欧|英镑|韩元|卢布|[$€£]")
_UNIT_LINE = re.compile(r"单位[:：]?[(（]?(?:人民币)?([万千])元")
_SPAN = re.compile(r"[年月天]")


def normal_heading(value: object) -> str:
    """Give a heading for comparing and for remembering: half-width, no spaces or marks, no 必填, brackets kept."""
    return _normal(read_text(value))


@lru_cache(maxsize=8_192)  # synonyms are compared with every cell that may be a heading
def _normal(text: str) -> str:
    text = text.translate(FULL_WIDTH).lower()
    return _MARKS.sub("", text).replace("必填", "").replace("选填", "").replace("()", "")


def bare(heading: str) -> str:
    """Give a normal heading without what stands in brackets, and without 元 behind it: 单价(元), 单价/元 → 单价."""
    return _IN_MONEY.sub("", _BRACKETED.sub("", heading)) or heading


def money_factor(heading: object) -> int:
    """Give what amounts under a heading count in 元: 10,000 for 原值(万元), 1,000 for (千元), else 1."""
    found = _MONEY_UNIT.search(normal_heading(heading))
    return _MONEY_UNITS[found[1] or found[2]] if found else 1


def money_unit_above(words: object) -> int:
    """Give what a line over a table says that its amounts count in: 10,000 for 单位：万元, 1 where it says nothing of it."""
    found = _UNIT_LINE.search(read_text(words).replace(" ", ""))
    return _MONEY_UNITS[found[1]] if found else 1


def names_its_unit(heading: object) -> bool:
    """Whether a heading says itself what its amounts count in: 单价(元)."""
    return "元" in normal_heading(heading)


def may_be_heading(cell: object) -> bool:
    """Whether a cell can be a heading at all: short words, and no label with its value behind it (保管人：王敏)."""
    return 0 < len(normal_heading(cell)) <= LONGEST_HEADING and not _SAYS_MORE.search(read_text(cell))


@lru_cache(maxsize=65_536)
def likeness(heading: str, spec: FieldSpec) -> float:
    """Tell how well a normal heading names a field: from ``SURE`` up surely, below weakly, 0 not at all.

    Of two sure ones the better is the one whose word stands earlier among the field's names.
    """
    words, stem = _names(spec), bare(heading)
    if spec.kind is Kind.MONEY and _FOREIGN.search(heading):
        return 0.0  # the ledger counts in 人民币
    if heading in words:
        return EXACT - words[heading][0] / 1000
    best = 0.0
    for word, (place, its_stem) in words.items():
        if word == stem or its_stem == stem:
            if not _OLD.search(heading[len(stem):]) and not _other_span(heading, word):
                best = max(best, BRACKETS - place / 1000)
        elif len(word) >= 2 and word in stem and not _other_span(heading, word):
            best = max(best, _contained(word, stem) - place / 1000)
    return max(best, 0.0)


@lru_cache(maxsize=1_024)
def _names(spec: FieldSpec) -> dict[str, tuple[int, str]]:
    """Give the names of a field as normal headings, each with its place among them and without its brackets."""
    words = [word for name in (spec.title, *spec.synonyms) if (word := normal_heading(name))]
    return {word: (place, bare(word)) for place, word in reversed([*enumerate(words)])}


def _contained(word: str, stem: str) -> float:
    """Tell how well a heading is named by a word inside it; 0 where it is about another thing."""
    before, _, rest = stem.rpartition(word)
    share = len(word) / len(stem)
    if before.endswith(_AND):
        return share / 2
    if before and not _SAME_THING.fullmatch(before) and _ANOTHER_THING.search(before):
        return 0.0
    same = not before or _SAME_THING.fullmatch(before) is not None
    if rest.startswith(_AND):  # 设备名称及规格 is a name first
        return SURE + share / 4 if same else 1 + share / 2
    if not rest:  # the last word of a Chinese compound is what it is about: 现存放地点 is a 存放地点
        return COMPOUND + share / 100 if same else 1 + share / 2
    return 0.0 if _OTHER_THING.search(rest) else share


def _other_span(heading: str, word: str) -> bool:
    """Whether heading and word count in other spans of time: 折旧年限(年) is not 折旧年限(月)."""
    mine, its = ("".join(_SPAN.findall("".join(_BRACKETED.findall(each)))) for each in (heading, word))
    return bool(mine and its) and mine != its
