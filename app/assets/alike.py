"""Register many cards like one at once: 30 computers with a range of numbers and their pasted serial numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.assets import commands, queries, rules
from app.assets.fields import FIELD, TITLE, AssetDraft
from app.assets.settings import ASSET_NUMBERS
from app.assets.tables import Asset
from app.core import clock
from app.core.errors import Problem, require_valid
from app.store import journal, numbering
from app.store.journal import Step

MOST = 1_000
_NAMED = 5  # how many wrong numbers a sentence names before it says how many more there are
_LAST_DIGITS = re.compile(r"(.*?)([0-9]{1,15})", re.DOTALL)


@dataclass
class Batch:
    """How many cards, from which number on ("": by the numbering rule), and serial numbers, one a line (or none)."""

    count: int | None = None
    first: str = ""
    serials: str = ""

    def serial_list(self) -> list[str]:
        """Give the serial numbers as pasted, blank lines left out."""
        return [line.strip() for line in self.serials.splitlines() if line.strip()]


def numbers_from(first: str, count: int) -> list[str]:
    """Give ``count`` numbers from ``first`` on, its last digits counting up: 校-098 → 校-098, 校-099, 校-100.

    A number that does not end in digits gives nothing: there is no next one.
    """
    found = _LAST_DIGITS.fullmatch(first.strip())
    if found is None:
        return []
    head, digits = found.groups()
    return [f"{head}{int(digits) + step:0{len(digits)}d}" for step in range(count)]


def check_batch(batch: Batch) -> list[Problem]:
    """Give everything wrong with a batch; a serial number that another card has is a warning, two alike are an error."""
    problems, count = [], batch.count or 0
    if not 1 <= count <= MOST:
        return [Problem("count", f"张数请填 1 到 {MOST:,}。")]
    if batch.first.strip():
        problems += _check_numbers(batch.first, count)
    serials = batch.serial_list()
    if serials:
        problems += _check_serials(serials, count)
    return problems


def _check_numbers(first: str, count: int) -> list[Problem]:
    numbers = numbers_from(first, count)
    if not numbers:
        return [Problem("first", "起始编号要以数字结尾，例如 校-0001；或者留空，由系统编号。")]
    if len(numbers[-1]) > FIELD["number"].longest:
        return [Problem("first", f"编号太长了，最多 {FIELD['number'].longest} 个字。")]
    taken, gone = queries.numbers_in_use(numbers), queries.numbers_retired(numbers)
    problems = []
    if taken:
        problems.append(Problem("first", f"编号 {_listed(each for each in numbers if each in taken)} 已被别的卡片使用。"))
    if gone - set(taken):
        problems.append(Problem("first", f"编号 {_listed(sorted(gone - set(taken)))} 属于已删除的卡片，不能重复使用。"))
    return problems


def _check_serials(serials: Sequence[str], count: int) -> list[Problem]:
    problems = []
    if len(serials) != count:
        problems.append(Problem("serials", f"要登记 {count} 张，粘贴了 {len(serials)} 个{TITLE['serial']}，请对齐（一行一个）。"))
    twice = [serial for serial, times in Counter(serials).items() if times > 1]
    if twice:
        problems.append(Problem("serials", f"{TITLE['serial']} {_listed(twice)} 重复了。"))
    long = [serial for serial in serials if len(serial) > FIELD["serial"].longest]
    if long:
        problems.append(Problem("serials", f"{TITLE['serial']}最多 {FIELD['serial'].longest} 个字，“{long[0][:20]}…”太长了。"))
    known = queries.serials_in_use(serials)
    if known:
        words = _listed(f"{serial}（{number}）" for serial, number in known.items())
        problems.append(Problem("serials", f"{TITLE['serial']} {words} 在别的卡片上已经有了，请核对。", "warning"))
    return problems


def _listed(words: Iterable[str]) -> str:
    all_words = list(words)
    more = f" 等 {len(all_words)} 个" if len(all_words) > _NAMED else ""
    return "、".join(all_words[:_NAMED]) + more


def register_alike(draft: AssetDraft, batch: Batch) -> Step:
    """Add the cards as one step, its ``made`` in the order of their numbers; ``Invalid`` where anything is wrong.

    Each is like ``draft`` but for number, serial and old number, which belong to one thing only.
    """
    base = commands.tidied(commands.like(draft))
    problems = check_batch(batch) + rules.check_asset(base, clock.today(), rules.PAST) + commands.extra_problems(base.extras)
    require_valid(problems)
    count = batch.count or 0
    with journal.operation(f"登记资产 {base.name} {count} 张卡片") as work:
        numbers = numbers_from(batch.first, count) if batch.first.strip() else commands.next_numbers(count)
        numbering.note_used(ASSET_NUMBERS, numbers)
        serials = batch.serial_list() or [""] * count
        for number, serial in zip(numbers, serials, strict=True):
            work.made(int(Asset.insert(**commands.row_of(replace(base, number=number, serial=serial))).execute()))
    return work.done
