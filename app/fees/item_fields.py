"""The words of a fee item, each declared once: what library, term, form, workbook and board make of them.

A new word is one ``Annotated`` line: in ``ItemWords`` where a term's plan has it as well, in ``ItemDraft`` where only the
library has; with it the migration that adds its column (``since``) and its test. Places are spaced by tens, so that one may be
put between.
"""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Annotated, Any, get_type_hints

from app.core.columns import Column, Kind
from app.fees.rules import AGENCY, BY_VOUCHERS, KINDS, MEASURES, SETTLED_BY, TERM, UNITS

BASICS, BASIS, PUBLIC, OTHER = "", "收费依据", "公示的内容", "其他"
SECTIONS = (BASICS, BASIS, PUBLIC, OTHER)   # of the form


@dataclass(frozen=True, slots=True)
class ItemField:
    """One word of an item: what it is called everywhere, where it stands, how it is typed. ``width`` is mm."""

    title: str                      # the one title: lists, form, workbook, messages, board
    kind: Kind = Kind.TEXT
    width: float = 30.0
    place: int = 0                  # its order in lists, form and workbook
    column_place: int = 0           # its order in the table, where that is another
    shown: bool = True              # in a list that is first opened
    listed: bool = True             # in the library's list
    board_title: str = ""           # the wording of the 公示表, where it differs
    form: str = ""                  # the section it stands in
    wide: bool = False              # takes both columns of the form
    lines: bool = False             # one entry a line
    hint: str = ""
    choices: tuple[str, ...] = ()
    free: bool = False              # other words than the choices are taken too
    names: tuple[str, ...] | None = None    # headings that workbooks give it, best first; None: a term's workbook has no such column
    required: bool = False
    searched: bool = False          # its words find the item
    compared: bool = False          # told where a term's plan differs from the one before
    public: bool = False            # frozen with every publication
    since: int = 1                  # version of the file that brought its columns; a later one has a DEFAULT
    # --- filled in from the line
    attribute: str = ""
    default: Any = None

    @property
    def blank(self) -> Any:
        """Give what the table holds where nothing was said: no text, not voluntary, no day."""
        return None if self.kind is Kind.DAY else 0 if isinstance(self.default, bool) else ""

    def read(self, stored: Any) -> Any:
        """Give what a stored value stands for."""
        if self.kind is Kind.DAY:
            return date.fromisoformat(stored) if stored else None
        if isinstance(self.default, tuple):
            return entries(stored)
        return bool(stored) if isinstance(self.default, bool) else stored

    def stored(self, value: Any) -> Any:
        """Give a value as the table holds it: words trimmed, one entry a line, each once."""
        if self.lines:
            return "\n".join(entries(value))
        if isinstance(value, date):
            return value.isoformat()
        return int(value) if isinstance(value, bool) else value.strip() if isinstance(value, str) else value

    def column(self, **changes: Any) -> Column:
        """Give its column in a list or a workbook; ``changes`` are that list's own."""
        return replace(Column(self.attribute, self.title, self.kind, self.width, shown=self.shown), **changes)


def entries(text: object) -> tuple[str, ...]:
    """Give the entries of a text with one a line, or of a list, each once."""
    words = text.splitlines() if isinstance(text, str) else list(text) if isinstance(text, list | tuple) else []
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


# A term's plan has the groups as a tuple, a form edits them as lines: the one word whose type differs.
_WAIVED = ItemField("减免对象", place=110, listed=False, form=PUBLIC, wide=True, lines=True, hint="一行一个，这些学生不收")


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What an item says, in the library and in a term's plan alike. ``measure`` says what an amount is for."""

    name: Annotated[str, ItemField(
        "收费项目", width=40, place=10, form=BASICS, wide=True, required=True, names=("项目", "项目名称", "收费项目名称"), searched=True,
        compared=True, public=True)] = ""
    kind: Annotated[str, ItemField(
        "收费类别", Kind.CHOICE, 26, 20, form=BASICS, choices=KINDS, required=True, names=("类别",), compared=True, public=True)] = AGENCY
    unit: Annotated[str, ItemField(
        "计费单位", width=24, place=30, form=BASICS, choices=UNITS, free=True, required=True, names=("单位",), compared=True,
        public=True)] = "元/生·学期"
    measure: Annotated[str, ItemField(
        "计量", Kind.CHOICE, 14, 95, 40, shown=False, form=BASICS, choices=MEASURES, hint="结算时按它算每个学生的应收", compared=True,
        public=True)] = TERM
    settled_by: Annotated[str, ItemField(
        "结算方式", Kind.CHOICE, 24, 97, form=BASICS, choices=SETTLED_BY, hint="按票据：支出票据分摊到人；按标准：应收多少就是支出多少",
        names=("结算办法",), compared=True, public=True, since=17)] = BY_VOUCHERS
    scope: Annotated[str, ItemField(
        "收费范围", width=34, place=80, form=PUBLIC, wide=True, hint="如 自愿参加课后服务的学生", names=("范围", "收费对象"),
        compared=True, public=True)] = ""
    voluntary: Annotated[bool, ItemField(
        "自愿", Kind.CHOICE, 12, 90, board_title="是否\n自愿", form=BASICS, hint="自愿项目要有家长回执，没有答复的不收",
        names=("是否自愿",), compared=True, public=True)] = True
    waiver_policy: Annotated[str, ItemField(
        "减免政策", width=40, place=100, shown=False, form=PUBLIC, wide=True, hint="如 低保、特困供养学生免收；免收的要在减免对象里选上",
        compared=True, public=True)] = ""
    refund_rule: Annotated[str, ItemField(
        "退费办法", width=40, place=120, shown=False, form=PUBLIC, wide=True, hint="算法按计量、结算方式自动写出，这里只写补充，如 尺码不合可调换",
        compared=True, public=True)] = ""
    supplier: Annotated[str, ItemField("供应单位", place=130, shown=False, form=OTHER, wide=True, searched=True)] = ""
    remark: Annotated[str, ItemField("备注", place=160, shown=False, form=OTHER, wide=True, names=("说明",), compared=True, public=True)] = ""


@dataclass(frozen=True, slots=True)
class ItemDraft(ItemWords):
    """A fee item as a form edits it. ``waived`` are words of the setting 减免类别, one a line."""

    waived: Annotated[str, _WAIVED] = ""
    office: Annotated[str, ItemField("批准机关", place=50, shown=False, form=BASIS, hint="如 省发展改革委")] = ""
    document: Annotated[str, ItemField("文号", width=40, place=60, form=BASIS, hint="如 苏发改收费〔2022〕1号", searched=True)] = ""
    issued_on: Annotated[date | None, ItemField("文件日期", Kind.DAY, 22, 70, shown=False, form=BASIS)] = None
    starts_on: Annotated[date | None, ItemField("执行日期", Kind.DAY, 22, 140, shown=False, form=BASIS)] = None
    ends_on: Annotated[date | None, ItemField("截止日期", Kind.DAY, 22, 150, shown=False, form=BASIS, hint="文件没有写就留空")] = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class PlanItemRow(ItemWords):
    """An item of a term's plan, with its words as they stand in that term; ``waived`` are the groups that pay nothing.

    ``basis`` is office, document and day as people read them.
    """

    waived: Annotated[tuple[str, ...], _WAIVED] = ()
    basis: Annotated[str, ItemField(
        "收费依据", width=50, place=75, board_title="收费依据（批准机关及文号）", names=("依据", "依据文号", "文号"), compared=True,
        public=True)] = ""
    id: int = 0
    item_id: int = 0
    position: int = 0


def _declared(of: type[ItemWords]) -> tuple[ItemField, ...]:
    """Give what the lines of a record say, in the order of their places."""
    hints = get_type_hints(of, include_extras=True)
    found = (replace(about[0], attribute=each.name, default=each.default) for each in fields(of)
             if (about := getattr(hints[each.name], "__metadata__", ())))
    return tuple(sorted(found, key=lambda each: each.place))


LIBRARY, IN_TERM = _declared(ItemDraft), _declared(PlanItemRow)
FIELD: dict[str, ItemField] = {each.attribute: each for each in (*LIBRARY, *IN_TERM)}
TITLE: dict[str, str] = {name: each.title for name, each in FIELD.items()}
EDITABLE = tuple(each.attribute for each in IN_TERM)
"""The words of a plan's item that a person may change in the plan; grades' prices besides, as ``grade1`` …"""
PUBLISHED = tuple(each.attribute for each in IN_TERM if each.public)
COMPARED = tuple(each.attribute for each in IN_TERM if each.compared)
