"""The fields of an asset card, each declared once: what the draft, table, list, form, workbook and papers make of it.

A new field is one ``Annotated`` line in ``AssetDraft`` (with ``since`` the version of the file that brings it), the
migration that adds its column, and its test. A field with ``ref`` is a foreign key with an index: its migration builds
the table anew. A field that becomes ``searched`` wants a migration that renews ``keys``.

Places in the list, on the form and on paper are spaced by tens, so that one may be put between; 0 leaves the field out
there. Workbooks have the fields in the order of the draft.
"""

from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Annotated, Any, Literal, get_type_hints

from app.assets import settings
from app.core.columns import Column, Kind
from app.core.settings import Setting

FIXED, LOW_VALUE = "固定资产", "低值易耗品"
CATEGORIES = (FIXED, LOW_VALUE)
BASIC, WORTH, USE, WEAR, OTHER = "基本信息", "数量和价值", "存放和使用", "折旧", "其他"
SECTIONS = (BASIC, WORTH, USE, WEAR, OTHER)     # of the form; the school's own fields begin the last one
LONGEST = 200                                   # characters of a text, unless its field says otherwise
_DAY_WORDS = ("写成 2019-09-01、2019.9.1 或 2019年9月1日都行", "2019-09-01")


@dataclass(frozen=True, slots=True)
class CardField:
    """One field of the card: what it is called everywhere, where it stands, and how it is typed and read.

    ``width`` is mm on paper, in the list and in the workbook. ``names`` are headings that foreign workbooks give it, best
    first; ``lines`` further labels of lines around a table that say it for many rows (None: no line ever does).
    """

    title: str                      # the one title: list, form, workbook, paper, messages
    kind: Kind = Kind.TEXT
    width: float = 22.0
    short: str = ""                 # the title where there is little room: a narrow column, a value that says its unit
    paper_title: str = ""           # the bureau's wording on the 期末盘点表
    # --- where it stands
    grid: int = 0                   # place in the list
    shown: bool = True              # in the list when it is first opened
    total: bool = False             # summed in totals
    form: tuple[str, int] = (OTHER, 0)
    wide: bool = False              # takes both columns of the form
    card: int = 0                   # place on the paper card
    card_span: int = 1              # how many labels and values wide there
    pane: int = 0                   # place in the pane beside the list
    bulk: int = 0                   # place among the fields that can be one and the same for many cards
    # --- how it is typed and read
    hint: str = ""                  # in the form
    how: str = ""                   # in the import template
    example: str = ""
    choices: Setting[Any] | tuple[str, ...] = ()
    open: bool = False              # a workbook may say other words than the choices (a form always may, for a Setting)
    ref: Literal["", "place", "person", "department"] = ""     # the table of the records it names
    editor: Literal["", "lines", "class", "supplier"] = ""                  # where the kind does not tell
    longest: int = LONGEST
    names: tuple[str, ...] = ()
    lines: tuple[str, ...] | None = None
    # --- what it means
    required: bool = False          # may not be emptied
    searched: bool = False          # its words find the card
    past: bool = False              # a day that lies neither before 1900 nor after today
    own: bool = False               # belongs to one thing only: another card like this one does not have it
    bought: bool = False            # says how this thing was bought: pieces that a stocktake found have none of it
    merge: Literal["choose", "same", "sum", "keep"] = "choose"  # when like cards become one
    join: str = ""                  # what differs is joined by this sign when like cards become one
    # --- in the table
    unique: bool = False
    since: int = 1                  # version of the file that brought its column; a later one has a DEFAULT
    # --- filled in from the draft
    attribute: str = ""             # of the draft, and the column of the table: place_id
    default: Any = None

    @property
    def key(self) -> str:
        """Give the name of its value in lists and workbooks: place, where the draft holds place_id."""
        return self.attribute.removesuffix("_id") if self.ref else self.attribute

    @property
    def is_text(self) -> bool:
        """Whether the draft holds it as text."""
        return isinstance(self.default, str)

    @property
    def blank(self) -> Any:
        """Give what the table holds where the draft holds nothing: no text, 0 分, 0 months done; else NULL."""
        if self.is_text:
            return ""
        return 0 if self.kind is Kind.MONEY or self.default == 0 else None

    @property
    def label(self) -> str:
        """Give the title as it stands beside its value on a form or card, with its unit."""
        return f"{self.title}（元）" if self.kind is Kind.MONEY else self.title

    @property
    def closed(self) -> bool:
        """Whether a workbook may hold only its choices."""
        return bool(self.choices) and not self.open

    @property
    def explained(self) -> tuple[str, str]:
        """Give how it is filled in, and an example, for the import template."""
        if self.how:
            return self.how, self.example
        if self.kind is Kind.DAY:
            return _DAY_WORDS
        if self.closed:
            return "从下拉列表里选", ""
        return {Kind.MONEY: ("单位是元", "100.00"), Kind.WHOLE: ("整数", ""),
                Kind.CODE: ("号码按原样填，前面的 0 会保留", "")}.get(self.kind, ("", ""))

    def column(self, **changes: Any) -> Column:
        """Give its column in a list, a workbook or on paper; ``changes`` (width, title, by_hand …) are that paper's own."""
        plain = Column(self.key, self.short or self.title, self.kind, self.width, self.total, shown=self.shown, person=self.ref == "person")
        return replace(plain, **changes)


@dataclass
class AssetDraft:
    """A card being filled in. Money in 分, life in months; ids point to places, people and departments.

    ``extras`` maps the id of an extra field to its text. An empty ``number`` is given by the numbering rule on saving.
    """

    number: Annotated[str, CardField(
        "资产编号", Kind.CODE, 30, grid=10, form=(BASIC, 20), hint="留空由系统编号", searched=True, own=True, merge="keep",
        longest=40, unique=True, how="留空由程序按规则编号；填了就用填的，不能重复", example="ZC-2026-00001",
        names=("编号", "财产编号", "设备编号", "固定资产编号", "卡片编号", "资产卡号", "资产号", "标签号", "标签值", "校产编号", "资产编码",
            "设备编码", "物品编号", "物品编码", "器材编号", "条码", "条形码", "资产条码", "卡号", "财产号", "设备号", "编码"))] = ""
    name: Annotated[str, CardField(
        "资产名称", width=32, paper_title="名称", grid=20, form=(BASIC, 10), wide=True, card=10, bulk=90, required=True,
        searched=True, longest=100, how="物品的名称", example="学生课桌",
        names=("名称", "财产名称", "设备名称", "品名", "物品名称", "校产名称", "固定资产名称", "资产品名", "器材名称", "家具名称", "设备名",
            "资产名", "书名", "图书名称", "产品名称", "物资名称", "物料名称"))] = ""
    category: Annotated[str, CardField(
        "资产类别", Kind.CHOICE, grid=140, shown=False, form=(BASIC, 30), card=40, bulk=70, choices=CATEGORIES, required=True,
        merge="same", how="固定资产或低值易耗品，空着按固定资产", example=FIXED, names=("资产种类", "固定资产或低值", "账类"))] = FIXED
    class_code: Annotated[str, CardField(
        "分类代码", Kind.CODE, 24, grid=130, shown=False, form=(BASIC, 40), card=20, bulk=80, editor="class", merge="same",
        hint="输入名称、拼音首字母或代码", how="国标分类代码，新旧两种都行", example="A05010201",
        names=("资产分类代码", "类别代码", "国标代码", "资产代码", "国标分类代码", "分类号", "分类编码", "类别编码", "品目代码"))] = ""
    class_name: Annotated[str, CardField(
        "国标名称", width=26, grid=40, shown=False, form=(BASIC, 50), card=30, how="空着时按分类代码填", example="课桌",
        names=("分类名称", "资产分类", "类别", "分类", "类别名称", "国标分类名称", "资产分类名称", "资产类型", "设备类型", "资产大类",
            "所属大类", "物品类别", "类型"))] = ""
    model: Annotated[str, CardField(
        "规格型号", width=30, grid=30, form=(BASIC, 60), pane=50, card=50, bulk=100, searched=True, how="规格、型号、尺寸",
        example="700×500×760", names=("型号", "规格", "型号规格", "规格及型号", "规格/型号", "型号、规格", "技术参数", "规格参数", "配置",
            "参数"))] = ""
    brand: Annotated[str, CardField(
        "品牌", width=20, grid=150, shown=False, form=(BASIC, 70), card=60, bulk=110, searched=True,
        names=("厂牌", "商标", "品牌名称"))] = ""
    serial: Annotated[str, CardField(
        "序列号", Kind.CODE, 26, grid=160, shown=False, form=(BASIC, 80), pane=60, card=70, searched=True, own=True, join="、",
        names=("出厂编号", "出厂号", "产品序列号", "设备序列号", "机身号", "SN", "S/N", "产品编号"))] = ""
    unit: Annotated[str, CardField(
        "计量单位", Kind.CHOICE, 12, short="单位", grid=60, form=(WORTH, 20), bulk=120, choices=settings.UNITS, open=True,
        merge="same", names=("单位",))] = ""
    quantity: Annotated[int | None, CardField(
        "数量", Kind.WHOLE, 13, paper_title="账面数", grid=50, total=True, form=(WORTH, 10), pane=70, card=80, required=True, merge="sum",
        how="整数，空着按 1", example="45",
        names=("账面数量", "件数", "台件数", "数目", "台数", "实有数量", "账面数", "现有数量", "册数", "个数", "套数", "实有数", "库存数量",
            "现存数量", "结存数量", "期末数量", "期末结存", "期末库存", "在库数量", "当前库存", "库存", "复本数"))] = 1
    unit_price: Annotated[int | None, CardField(
        "单价", Kind.MONEY, grid=70, form=(WORTH, 30), card=90, merge="same", how="单位是元", example="148.50",
        names=("单位价格", "单位价值", "购置单价", "每件价格", "均价", "采购单价", "价格", "购买价格", "采购价格", "采购价", "购置价",
            "购置价格", "单件价格", "单件价值", "定价", "进价", "价钱"))] = None
    value: Annotated[int | None, CardField(
        "价值", Kind.MONEY, 24, grid=80, total=True, form=(WORTH, 40), pane=80, card=100, merge="sum",
        how="单位是元；空着时按单价×数量", example="6682.50",
        names=("金额", "原值", "总价", "总金额", "账面原值", "资产原值", "合计金额", "总值", "账面价值", "购置金额", "资产价值", "原价",
            "总价值", "总额", "价税合计", "总计", "采购金额", "合计"))] = None
    value_type: Annotated[str, CardField(
        "价值类型", Kind.CHOICE, form=(WORTH, 50), card=110, bulk=130, choices=settings.VALUE_TYPES, merge="same",
        names=("计价类型",))] = "原值"
    acquired_by: Annotated[str, CardField(
        "取得方式", Kind.CHOICE, form=(WORTH, 60), card=120, bulk=140, choices=settings.ACQUIRED_BY,
        names=("来源", "增加方式", "资产来源", "取得来源"))] = "新购"
    acquired_on: Annotated[date | None, CardField(
        "取得日期", Kind.DAY, 23, grid=110, form=(WORTH, 70), pane=90, card=130, bulk=150, past=True,
        names=("购置日期", "购入日期", "购买日期", "取得时间", "购置时间", "购入时间", "购买时间", "增加日期", "启用日期", "日期", "年月",
            "采购日期", "采购时间", "购进日期", "购置年份", "购置年月", "购置年度", "投入使用日期", "使用日期", "入库日期", "入库时间",
            "年度"))] = None
    booked_on: Annotated[date | None, CardField(
        "入账日期", Kind.DAY, 23, grid=190, shown=False, form=(WORTH, 80), pane=100, card=140, bulk=160, past=True,
        names=("财务入账日期", "入帐日期", "登记日期", "记账日期", "建账日期", "入账时间"))] = None
    voucher: Annotated[str, CardField(
        "凭证号", Kind.CODE, grid=200, shown=False, form=(WORTH, 90), card=150, bulk=170, bought=True,
        names=("会计凭证号", "记账凭证号", "凭证编号", "凭单号"))] = ""
    funding: Annotated[str, CardField(
        "经费来源", grid=210, shown=False, form=(WORTH, 100), card=160, bulk=180, choices=settings.FUNDINGS, open=True,
        names=("资金来源", "经费科目", "经费", "资金渠道"))] = ""
    purchase_form: Annotated[str, CardField(
        "采购组织形式", form=(WORTH, 110), bulk=190, choices=settings.PURCHASE_FORMS, open=True, bought=True,
        names=("采购方式", "采购形式"))] = ""
    supplier: Annotated[str, CardField(
        "供应商", width=30, grid=220, shown=False, form=(WORTH, 130), wide=True, editor="supplier", pane=120, card=170, bulk=210, bought=True,
        names=("供货单位", "供应单位", "销售商", "经销商", "供货商", "生产厂家", "厂家", "厂商", "制造商", "供应商名称", "厂家名称",
            "厂商名称", "生产厂商"))] = ""
    invoice: Annotated[str, CardField(
        "发票号", Kind.CODE, form=(WORTH, 120), bulk=200, bought=True,
        names=("发票号码", "合同号", "发票号/合同号", "合同编号", "发票编号"))] = ""
    warranty_until: Annotated[date | None, CardField(
        "保修截止", Kind.DAY, 23, grid=230, shown=False, form=(USE, 70), pane=130, card=240, bulk=220, bought=True,
        names=("保修截止日期", "保修期至", "质保期至", "保修到期", "保修期"))] = None
    place_id: Annotated[int | None, CardField(
        "存放地点", width=36, grid=90, form=(USE, 10), pane=10, card=190, bulk=10, ref="place", hint="房间号、名称或拼音首字母",
        how="写楼、层、室；还没有的地点会一并建立", example="教学楼 3层 304室",
        names=("放置地点", "使用场所", "存放位置", "所在地点", "存放处", "使用地点", "地点", "位置", "安放地点", "存放场所", "室名",
            "所在室", "存放地", "存放房间", "存放教室", "房间", "房间号", "房号", "教室", "教室名称", "场所", "所在位置", "使用班级",
            "地址"),
        lines=("室名", "室号", "室别", "房间", "房间号", "房号", "教室", "班级", "班别", "功能室", "场室"))] = None
    department_id: Annotated[int | None, CardField(
        "使用部门", width=24, grid=170, shown=False, form=(USE, 50), pane=40, card=200, bulk=40, ref="department", lines=(),
        names=("部门", "使用单位", "领用部门", "所属部门", "管理部门", "使用科室", "科室", "部门名称", "使用部门名称", "所属科室"))] = None
    keeper_id: Annotated[int | None, CardField(
        "保管人", width=18, grid=100, form=(USE, 30), pane=20, card=210, bulk=20, ref="person",
        how="写姓名；同名的后面注明部门，如 王芳（语文组）", example="王敏", lines=("班主任",),
        names=("保管员", "责任人", "管理人", "负责人", "领用人", "保管责任人", "管理员", "资产管理员", "资产管理人", "经管人", "保管者",
            "保管人员", "使用(保管)人", "保管(使用)人", "班主任"))] = None
    user_id: Annotated[int | None, CardField(
        "使用人", width=18, grid=180, shown=False, form=(USE, 40), pane=30, card=220, bulk=30, ref="person",
        names=("使用者", "使用人员", "使用人姓名"))] = None
    purpose: Annotated[str, CardField(
        "使用方向", Kind.CHOICE, form=(USE, 60), bulk=60, choices=settings.PURPOSES, names=("用途", "使用用途"))] = "自用"
    status: Annotated[str, CardField(
        "使用状况", Kind.CHOICE, 20, grid=120, form=(USE, 20), card=230, bulk=50, choices=settings.STATUSES, required=True,
        names=("状态", "使用状态", "资产状态", "现状", "资产状况", "设备状态", "使用情况", "设备状况", "完好情况", "完好状况", "目前状况",
            "状况", "新旧程度"))] = "在用"
    life_months: Annotated[int | None, CardField(
        "折旧年限（月）", Kind.WHOLE, short="折旧年限", form=(WEAR, 10), pane=110, card=180, bulk=230, merge="same", hint="不提折旧填 0",
        how="单位是月；不提折旧填 0", example="180",
        names=("折旧月数", "使用月数", "预计使用月数", "使用年限（月）"))] = None
    opening_depreciation: Annotated[int | None, CardField(
        "期初累计折旧", Kind.MONEY, form=(WEAR, 20), merge="sum", how="启用总务通以前已提的折旧，单位是元", example="0",
        names=("累计折旧", "已提折旧", "折旧累计", "累计折旧额", "已计提折旧", "已计提折旧额"))] = 0
    opening_months: Annotated[int | None, CardField(
        "期初已提月数", Kind.WHOLE, form=(WEAR, 30), merge="same", how="启用总务通以前已提折旧的月数", example="0",
        names=("已提月数", "已提折旧月数", "已使用月数", "已计提月数"))] = 0
    old_number: Annotated[str, CardField(
        "原资产编号", Kind.CODE, form=(BASIC, 90), pane=140, searched=True, own=True, join="、", names=("原编号", "旧编号", "原卡片编号",
            "原资产编码", "旧资产编号", "老编号"))] = ""
    remark: Annotated[str, CardField(
        "备注", width=30, grid=240, shown=False, form=(OTHER, 10), wide=True, pane=150, card=250, card_span=3, bulk=240, editor="lines",
        searched=True, join="；", longest=2_000, how="其他要记的", names=("说明", "附注", "备注说明", "备 注"))] = ""
    extras: dict[int, str] = field(default_factory=dict)


def _declared() -> tuple[CardField, ...]:
    """Give what the draft's lines say, each with its attribute and default."""
    hints = get_type_hints(AssetDraft, include_extras=True)
    return tuple(replace(hints[each.name].__metadata__[0], attribute=each.name, default=each.default)
                 for each in fields(AssetDraft) if each.name != "extras")


def _placed(place: str) -> tuple[CardField, ...]:
    """Give the fields that have a place there, in its order."""
    return tuple(sorted((each for each in FIELDS if getattr(each, place)), key=lambda each: int(getattr(each, place))))


FIELDS: tuple[CardField, ...] = _declared()
FIELD: dict[str, CardField] = {name: each for each in FIELDS for name in (each.key, each.attribute)}
"""Every field by its key and by its attribute: ``FIELD["place"]`` is ``FIELD["place_id"]``."""
TITLE: dict[str, str] = {name: each.title for name, each in FIELD.items()}
REFERENCES: dict[str, str] = {each.attribute: each.ref for each in FIELDS if each.ref}
"""The table whose records an attribute names: place_id → place."""
ZERO = frozenset(each.attribute for each in FIELDS if each.blank == 0)     # stored as 0 where left empty
DAYS = frozenset(each.attribute for each in FIELDS if each.kind is Kind.DAY)
GRID, CARD, PANE, BULK = map(_placed, ("grid", "card", "pane", "bulk"))
COLUMNS: tuple[Column, ...] = tuple(each.column() for each in GRID)


def in_section(section: str) -> tuple[CardField, ...]:
    """Give the fields of one of the form's ``SECTIONS``, in its order."""
    return tuple(sorted((each for each in FIELDS if each.form[0] == section and each.form[1]), key=lambda each: each.form[1]))


def attributes(holds: str) -> tuple[str, ...]:
    """Give the attributes of the fields of which something holds: searched, own, bought, is_text …"""
    return tuple(each.attribute for each in FIELDS if getattr(each, holds))


def extra_key(identity: int) -> str:
    """Give the key of a field of the school's own."""
    return f"extra:{identity}"


def extra_id(key: str) -> int:
    """Give the id of the school's own field that a key names, 0 for a field declared here."""
    return int(key[6:]) if key.startswith("extra:") else 0
