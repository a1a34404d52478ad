"""The tiers of money: what a purchase must have from an amount on. A table of the school, one tier a line of text; pure.

Shipped are the tiers of a primary school as it wrote them down (1000 元以上先请示上级；货比三家); they differ from county to county.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.core.money import format_fen, parse_fen
from app.purchasing.rules import KINDS

REPLY, MEETING, CONTRACT, BARGAIN, NOTICE, GOVERNMENT = DEMANDS = ("请示批复", "会议纪要", "合同", "议标记录", "公示", "政府采购")
REQUEST, ACCEPTANCE = "申请单", "验收单"
FORMS = (REQUEST, ACCEPTANCE, *DEMANDS)
_COUNTED = {"报价": "quotes", "采购": "buyers", "验收": "acceptors"}
SHIPPED = [
    "0 起：申请单；验收单；采购 1；验收 1；审批 总务主任",
    "1000.01 起：申请单；请示批复；验收单；采购 2；验收 2；审批 校长",
    "5000 起：申请单；请示批复；验收单；公示；报价 3；采购 2；验收 2；审批 校长",
    "货物、服务 300000 起：申请单；请示批复；会议纪要；合同；验收单；公示；政府采购；采购 2；验收 2；审批 校长",
    "工程 600000 起：申请单；请示批复；会议纪要；合同；验收单；公示；政府采购；采购 2；验收 2；审批 校长",
]
GRAMMAR = "一行一档，如：货物 5000 起：申请单；验收单；公示；报价 3；采购 2；验收 2；审批 校长。不写类别的对货物、服务、工程都适用。"


@dataclass(frozen=True, slots=True)
class Tier:
    """From ``starts`` (分) on, for some ``kinds``: which ``papers`` must be there, how many quotes, buyers and acceptors at least,
    and who approves.
    """

    starts: int
    kinds: tuple[str, ...] = KINDS
    papers: tuple[str, ...] = (REQUEST, ACCEPTANCE)
    quotes: int = 0
    buyers: int = 1
    acceptors: int = 1
    approver: str = ""

    @property
    def line(self) -> str:
        """Give the tier as it is typed."""
        kinds = "" if set(self.kinds) == set(KINDS) else f"{'、'.join(self.kinds)} "
        yuan = format_fen(self.starts).replace(",", "").removesuffix(".00")
        counts = [f"{word} {count}" for word, key in _COUNTED.items() if (count := getattr(self, key))]
        return f"{kinds}{yuan} 起：" + "；".join([*self.papers, *counts, *([f"审批 {self.approver}"] if self.approver else [])])


def read_tier(line: str) -> Tier:
    """Read a tier as typed; ``ValueError`` with a sentence for what cannot be read."""
    head, colon, rest = line.replace(":", "：").replace(";", "；").partition("：")
    *kinds, amount = head.replace("起", " ").replace("元", " ").split() or [""]
    named = tuple(word for part in kinds for word in part.split("、") if word)
    try:
        starts = parse_fen(amount)
    except ValueError:
        raise ValueError(f"“{line[:30]}”没有写从多少元起。{GRAMMAR}") from None
    if not colon or starts < 0 or set(named) - set(KINDS):
        raise ValueError(f"“{line[:30]}”看不懂。{GRAMMAR}")
    papers, counts, approver = list[str](), dict[str, int](), ""
    for word in filter(None, (part.strip() for part in rest.split("；"))):
        title, _, value = word.partition(" ")
        if word in FORMS:
            papers.append(word)
        elif title in _COUNTED and value.strip().isdecimal() and len(value.strip()) < 3:
            counts[_COUNTED[title]] = int(value)
        elif title == "审批" and value.strip():
            approver = value.strip()
        else:
            raise ValueError(f"“{word[:20]}”不是可以要求的东西。可以写：{'、'.join(FORMS)}，报价、采购、验收的人数，审批人。")
    return Tier(starts, named or KINDS, tuple(papers), **counts, approver=approver)


@lru_cache(maxsize=16)
def _read(lines: tuple[str, ...]) -> tuple[Tier, ...]:
    return tuple(sorted((read_tier(line) for line in lines), key=lambda tier: tier.starts))


def read_tiers(lines: Sequence[str]) -> tuple[Tier, ...]:
    """Read all tiers, the lowest first; ``ValueError`` as ``read_tier``."""
    return _read(tuple(lines))


def wrong(lines: list[str]) -> str:
    """Say what cannot be read, or that two tiers begin at the same amount, "" where nothing is wrong."""
    try:
        tiers = read_tiers(lines)
    except ValueError as trouble:
        return str(trouble)
    for at, tier in enumerate(tiers):
        if any(other.starts == tier.starts and set(other.kinds) & set(tier.kinds) for other in tiers[at + 1:]):
            return f"有两档都从 {format_fen(tier.starts)} 元起，请合成一档。"
    return ""


def tier_of(tiers: Iterable[Tier], kind: str, fen: int) -> Tier:
    """Give the tier that a purchase of a kind and amount falls into; one that asks for nothing where there is none."""
    fitting = [tier for tier in tiers if kind in tier.kinds and tier.starts <= fen]
    return max(fitting, key=lambda tier: tier.starts) if fitting else Tier(0, papers=(), buyers=0, acceptors=0)


def next_start(tiers: Iterable[Tier], kind: str, fen: int) -> int | None:
    """Give the amount at which the next tier above one begins, None where there is none."""
    above = [tier.starts for tier in tiers if kind in tier.kinds and tier.starts > fen]
    return min(above) if above else None


def limit_of(tiers: Iterable[Tier], kind: str) -> int | None:
    """Give the amount from which a kind must go by 政府采购, None where the school set none."""
    starts = [tier.starts for tier in tiers if kind in tier.kinds and GOVERNMENT in tier.papers]
    return min(starts) if starts else None
