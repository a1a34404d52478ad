"""What the words for 使用状况 mean. A school writes its own words; what the program does rests on their meaning alone. No I/O.

A line of the setting says a word and what it means (送外维修＝送修); a word that is a meaning itself needs nothing beside it.
"""

import re
from collections.abc import Mapping, Sequence

MEANINGS = USED, IDLE, BROKEN, DANGEROUS, OUTSIDE, SENT_AWAY, DISPOSAL, WRITE_OFF = (
    "在用", "闲置", "待修理", "危险", "在外", "送修", "待处置", "待核销")
EXPLAINED: Mapping[str, str] = {
    USED: "在场", IDLE: "在场", BROKEN: "坏了，还在场", DANGEROUS: "不能用，还在场", OUTSIDE: "出借、出租", SENT_AWAY: "送出去修",
    DISPOSAL: "等着报批处置", WRITE_OFF: "盘亏，等着报批核销"}
"""What each meaning says of the thing: what is 在场 a stocktake looks for, the rest it does not count as 盘亏."""
SYNONYMS: Mapping[str, str] = {
    word: meaning for meaning, words in {
        USED: "正常 完好 使用中 使用 良好 在使用 可用 正常使用 在用（正常） 正常在用 完好在用 好",
        IDLE: "闲置未用 未使用 未使用（闲置） 未使用(闲置) 停用 备用 库存 库存备用 备用库存 在库 在库闲置",
        OUTSIDE: "借出 外借 出借 出租 租出",
        SENT_AWAY: "送外维修 外送维修 送修中",
        # Being mended says not where: it is looked for in its room, so that nothing gets lost behind the word.
        BROKEN: "在修 维修 维修中 待修 损坏 故障",
        # Scrapped by the office's word, but still on its book: it leaves the book by a disposal, not by an import.
        DISPOSAL: "待报废 报废 已报废 拟报废 申请报废 待处置（待报废） 待处置(待报废)",
        WRITE_OFF: "报损 已报损 待报损 盘亏 丢失 遗失",
    }.items() for word in words.split()}
"""What other programs and other schools write, by what it means."""
SAME = {"毁坏": "毁坏不能用", "不能用": "毁坏不能用", "毁损": "毁坏不能用", "危房": "危房不能用"}
"""What they write for one of the shipped words, where the school still has it."""
NEEDED = (DISPOSAL, WRITE_OFF)
"""Meanings for which there must be a word: what is worn and what is lost wait for the bureau, each apart from the other."""
SHIPPED = ["在用", "闲置", "出借＝在外", "出租＝在外", "送修", "待修理", "待报废＝待处置", "待核销", "毁坏不能用＝待处置", "危房不能用＝危险"]
_EQUALS = re.compile(r"\s*[=＝]\s*")


def read(lines: Sequence[str]) -> dict[str, str]:
    """Give the meaning of each word, in the order of the lines; a line that says none it knows means 在用."""
    found: dict[str, str] = {}
    for word, meaning in map(_parts, lines):
        found.setdefault(word, meaning if meaning in MEANINGS else USED)
    return found


def words(lines: Sequence[str]) -> Sequence[str]:
    """Give the words of the lines without their meanings."""
    return list(read(lines))


def wrong(lines: Sequence[str]) -> str:
    """Say what is wrong with the lines of the setting: no meaning, a word twice, none for what is needed."""
    listed = "、".join(MEANINGS)
    parts = [_parts(line) for line in lines]
    unknown = [word or meaning for word, meaning in parts if not word or meaning not in MEANINGS]
    if unknown:
        return f"“{unknown[0]}”没有写明含义，请写成“{unknown[0]}＝含义”，含义只能是 {listed}。"
    words = [word for word, _ in parts]
    twice = next((word for word in words if words.count(word) > 1), "")
    if twice:
        return f"“{twice}”写了两行，请只留一行。"
    if USED not in words:
        return f"“{USED}”请保留：新卡片一开始就是它。"
    lacking = [meaning for meaning in NEEDED if meaning not in read(lines).values()]
    return f"没有一个状况的含义是{'、'.join(lacking)}，程序要用到，请加上。" if lacking else ""


def _parts(line: str) -> tuple[str, str]:
    """Give the word of a line and what it means, which is the word itself where nothing is said."""
    word, *rest = _EQUALS.split(line.strip(), maxsplit=1)
    return word, rest[0].strip() if rest else word
