"""The two shipped code tables: GB/T 14885-2022 (A + 8 digits) and GB/T 14885-2010 (7 digits).

Cards from before 2023 keep their old codes beside the new ones; codes of neither table may be typed.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache

from app.core import pinyin
from app.core.paths import shipped

_A_CODE = re.compile(r"A[0-9]{8}")
_OLD_CODE = re.compile(r"[0-9]{7}")


@dataclass(frozen=True, slots=True)
class AssetClass:
    """One class: ``months`` of life by 财会〔2018〕20号 (None: not depreciated or not listed) and the usual ``unit``."""

    code: str
    name: str
    months: int | None = None
    unit: str = ""


@cache
def table(standard: int) -> dict[str, AssetClass]:
    """Give the classes of a standard (2022 or 2010) by code."""
    with shipped("data", "reference", f"asset_classes_{standard}.csv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        return {row["code"]: AssetClass(row["code"], row["name"],
                                        int(row["years"]) * 12 if row.get("years") else None,
                                        row.get("unit") or "") for row in rows}


def standard_of(code: str) -> int | None:
    """Tell the standard a code is written in by its shape: 2022, 2010, or None for older and private codes."""
    if _A_CODE.fullmatch(code):
        return 2022
    return 2010 if _OLD_CODE.fullmatch(code) else None


def find_class(code: str) -> AssetClass | None:
    """Give the class of a code in either table, None where neither has it."""
    standard = standard_of(code)
    return table(standard).get(code) if standard else None


def stem(code: str) -> str:
    """Give the prefix that a class and everything below it share: A02010000 → A0201, 2010000 → 201.

    Codes grow by pairs of digits (A + 4 pairs; three digits + 2 pairs in 2010), so trailing 00 pairs are cut.
    """
    shortest = 3 if code.startswith("A") else 1
    while len(code) > shortest and code.endswith("00"):
        code = code[:-2]
    return code


@cache
def _searchable(standard: int) -> tuple[tuple[str, AssetClass], ...]:
    return tuple((f"{item.code.lower()} {pinyin.keys(item.name)}", item) for item in table(standard).values())


def search(text: str, limit: int = 50) -> list[AssetClass]:
    """Find classes by code, name, 全拼 or 拼音首字母; those of 2022 first, best matches before longer names."""
    words = pinyin.words(text)
    found: list[AssetClass] = []
    for standard in (2022, 2010):
        hits = [item for keys, item in _searchable(standard) if all(word in keys for word in words)]
        found += sorted(hits, key=lambda item: (not item.code.lower().startswith(words[0] if words else ""),
                                                len(item.name), item.code))
        if len(found) >= limit:
            break
    return found[:limit]


def main_groups() -> list[AssetClass]:
    """Give the six groups of 2022 that fixed assets fall into, and the others the code table has (物资, 无形资产)."""
    return [item for item in table(2022).values() if item.code.endswith("000000")]


# Where the groups of 2010 went in 2022 (domain: 通用设备 and 专用设备 became 设备; animals and plants left 家具).
_GROUP_OF_2010 = {"603": "A06", "604": "A06", "1": "A01", "2": "A02", "3": "A02", "4": "A03", "5": "A04", "6": "A05"}


def group_of(code: str) -> str:
    """Give the code of the 2022 main group that a code of either table belongs to, "" for other codes."""
    standard = standard_of(code)
    start = code[:3] if standard == 2022 else ""
    if standard == 2010:
        start = _GROUP_OF_2010.get(code[:3]) or _GROUP_OF_2010.get(code[:1], "")
    full = f"{start}000000"
    return full if full in table(2022) else ""


def group_for(code: str, name: str) -> str:
    """Give the code of the main group of a card's class: by its code, where it has none by what the class is called."""
    return group_of(code) if code else group_called(name)


_CALLED = {"A01": "房屋 构筑物", "A02": "设备", "A03": "文物 陈列品", "A04": "图书 档案", "A05": "家具 用具 装具", "A06": "动植物"}


def group_called(name: str) -> str:
    """Give the code of the 2022 main group that a class without a code is called after, "" where its name tells none.

    Names of 2012's groups count as well: 通用设备, 家具、用具、装具及动植物 (the first word decides).
    """
    found = [(name.find(word), start) for start, words in _CALLED.items() for word in words.split() if word in name]
    return f"{min(found)[1]}000000" if found else ""
