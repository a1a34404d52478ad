"""How document numbers look: ZC-2026-00001. Which serials were given is kept by ``app.store.numbering``."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from app.core.errors import Problem

LONGEST_PREFIX = 12
_PREFIX = r"[0-9A-Za-z一-鿿](?:[0-9A-Za-z一-鿿\-]*[0-9A-Za-z一-鿿])?"  # compiled when first asked: 2 ms


@dataclass(frozen=True, slots=True)
class Rule:
    """How the numbers of one series look: prefix, whether the year stands in them, and how many digits at least.

    A feature names the rules of its series in ``feature.py``; they hold until the school sets others.
    """

    series: str
    prefix: str
    with_year: bool = True
    digits: int = 5
    title: str = field(default="", compare=False)  # what people call the series: 资产编号

    def number(self, year: int, serial: int) -> str:
        """Give the number of a serial; a serial with more digits than the rule asks for widens it."""
        parts = [self.prefix] if self.prefix else []
        if self.with_year:
            parts.append(f"{year:04d}")
        return "-".join([*parts, f"{serial:0{self.digits}d}"])

    def serial(self, number: str) -> tuple[int, int] | None:
        """Give (year, serial) of a number that has this form, None for any other; year 0 where the rule has none."""
        if not number.startswith(self.prefix):
            return None
        found = _form(self.prefix, self.with_year, self.digits).fullmatch(number)
        if found is None:
            return None
        filled_up = len(found[2]) > self.digits and found[2][0] == "0"     # 0000012 where five digits are the rule
        return None if filled_up else (int(found[1] or 0), int(found[2]))

    def counting_year(self, year: int) -> int:
        """Give the year whose counter a number of ``year`` comes from; 0 where the series runs on over the years."""
        return year if self.with_year else 0


@lru_cache(maxsize=64)
def _form(prefix: str, with_year: bool, digits: int) -> re.Pattern[str]:
    """Give the pattern of the numbers of a series."""
    head = f"{re.escape(prefix)}-" if prefix else ""
    year = r"(\d{4})-" if with_year else r"()"
    return re.compile(rf"{head}{year}(\d{{{digits},15}})", re.ASCII)


def check_rule(rule: Rule) -> list[Problem]:
    """Give everything wrong with a rule as a person typed it."""
    problems = []
    if len(rule.prefix) > LONGEST_PREFIX:
        problems.append(Problem("prefix", f"前缀最多 {LONGEST_PREFIX} 个字。"))
    elif rule.prefix and not re.fullmatch(_PREFIX, rule.prefix):
        problems.append(Problem("prefix", "前缀只能用字母、数字、汉字和中间的短横线，例如 ZC。"))
    if not 1 <= rule.digits <= 9:
        problems.append(Problem("digits", "流水位数应在 1 与 9 之间。"))
    return problems
