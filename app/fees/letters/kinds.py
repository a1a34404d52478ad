"""Letters of a term of fees: which kinds there are, the fields of money that they may use, the table of a slip's choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import Problem
from app.paper.letter_blocks import Grid
from app.school.letters import addressees, text
from app.school.letters.text import FieldGroups, LetterDraft, LetterKind

IN_ONE_COLUMN = 3       # voluntary items in one column of a slip
TABLE, CHOICES = "项目表", "征求意见表"

_MONEY = "项目和金额"
_REFUNDS = {"退费说明": "多退少补或多退少不补的说明", "结算办法": "多退少补或多退少不补"}
FEE_FIELDS: Mapping[str, str] = {
    TABLE: "收费项目表（单独一行）", CHOICES: "自愿项目的同意、不同意表（单独一行）", "合计": "各项合计，如 1,733.00", "大写": "合计的大写",
    "自愿合计": "其中自愿项目", "必缴合计": "其中非自愿项目", **_REFUNDS, "减免说明": "减免政策", "缴费时间": "2026年9月8日至9月15日",
    "缴费方式": "现金、转账或扫码", "政策依据": "各项目的批准机关和文号",
}
"""Fields of a letter about what is to be paid."""
SETTLED_FIELDS: Mapping[str, str] = {
    TABLE: "结算表（单独一行）", "预收合计": "预收的合计", "实支合计": "实际支出的合计", "应退": "应退金额", "应退大写": "应退金额的大写",
    "欠缴": "应缴未缴的金额", "欠缴大写": "欠缴金额的大写", "应补": "支出超过应收、要补缴的金额", "应补大写": "应补金额的大写",
    "退补说明": "应退、欠缴、应补多少的一句话，退了的写怎样退的", "公示情况": "结算汇总何时公示在何处，没有公示就没有这句话", **_REFUNDS,
}
"""Fields of a letter about what was settled."""
_BOARD: FieldGroups = (("公示和监督", {"监督电话": "学校、教育局和热线电话", "公示地点": "校门口公示栏"}),)


@dataclass(frozen=True)
class FeeLetterKind(LetterKind):
    """A kind of letter in a term of fees: ``about`` says which money it tells (fees, settled, meals or none).

    The items that a slip asks about are the voluntary ones of the plan.
    """

    about: str = ""


def _kind(key: str, name: str, about: str = "", by_item: bool = False) -> FeeLetterKind:
    money = FEE_FIELDS if about == "fees" else SETTLED_FIELDS
    groups = (*addressees.PUPIL, *(((_MONEY, money),) if about else ()), *addressees.TERM, *_BOARD)
    tables = frozenset((TABLE, CHOICES)) & set(money) if about else frozenset()
    return FeeLetterKind(key, name, groups, tables, about == "fees", by_item, about)


KINDS: dict[str, FeeLetterKind] = {kind.key: kind for kind in (
    _kind("fee-notice", "收费告家长书（带回执）", "fees", by_item=True),
    _kind("subscription", "征订回执", "fees", by_item=True),
    _kind("settlement", "代办费结算告家长书", "settled"),
    _kind("meals", "伙食费退费告家长书", "meals"),
    *(_kind(each.key, each.name) for each in addressees.KINDS.values()),
)}


def check_letter(draft: LetterDraft) -> list[Problem]:
    """Give what is wrong with a letter."""
    kind = KINDS.get(draft.kind)
    return text.check_letter(draft, kind) if kind else [Problem("kind", f"没有“{draft.kind}”这种信。可用：{'、'.join(KINDS)}。")]


def shipped_draft(kind: str, dated_on: date | None = None, due_on: date | None = None) -> LetterDraft:
    """Give a new letter of a kind with its shipped text."""
    return text.shipped_draft(KINDS[kind], dated_on, due_on)


def choice_grid(rows: Sequence[tuple[str, str]]) -> Grid:
    """Give the table of a slip: for each voluntary item (name, price) a box to agree and one not to; many stand in two columns."""
    boxes = "☐ 同意　☐ 不同意"
    titles, widths, align = ("自愿项目", "标准（元）", "意见（请打√）"), (31.0, 22.0, 38.0), "crc"
    if len(rows) <= IN_ONE_COLUMN:
        return Grid(titles, tuple((name, price, boxes) for name, price in rows), widths, align, row=1.05)
    high = -(-len(rows) // 2)
    cells = [(name, price, boxes) for name, price in rows] + [("", "", "")]
    return Grid(
        titles * 2, tuple((*cells[at], *cells[at + high]) for at in range(high)), widths * 2, align * 2, row=1.1
    )
