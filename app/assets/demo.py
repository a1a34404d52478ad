"""The demo school's ledger: 3,000 cards of eleven years, as untidy as real ones, the same on every machine."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.assets import classes, commands, rules
from app.assets.fields import AssetDraft
from app.assets.settings import BULK_KINDS, BULK_PIECES, THRESHOLD
from app.assets.tables import Asset
from app.core.paths import shipped
from app.core.progress import Progress, silent
from app.school import queries as school
from app.school.queries import PlaceRow
from app.store import database, journal, settings

CARDS = 3_000
FIRST_DAY, LAST_DAY = date(2016, 3, 1), date(2026, 10, 30)
NEW_CODES_FROM = date(2023, 1, 1)   # the 2022 code table came into use; older cards mostly keep the seven digits
_OTHER_NAMES = {"学生课桌": "课桌", "学生椅": "学生凳", "台式计算机": "电脑", "笔记本电脑": "手提电脑", "触控一体机": "班班通一体机",
                "分体空调": "空调", "A4黑白打印机": "打印机", "文件柜": "铁皮柜", "监控摄像机": "摄像头"}
_REMARKS = ("2019年从老校区搬来", "均衡发展验收配发", "家委会捐赠", "外壳有划痕", "遥控器由门卫保管", "与四年级办公室合用", "说明书在总务处")
_SUPPLIERS = ("青禾市华诚教育设备有限公司", "青禾市育林家具厂", "联创电脑服务部", "政府采购网上超市", "惠民家电", "")
_FUNDINGS = ("财政拨款", "财政拨款", "财政拨款", "事业收入", "捐赠")
_STATUSES = ("在用",) * 46 + ("闲置", "闲置", "待修理", "待报废")
_LONG_NAME = "多媒体教学设备（含中控、功放、音箱两只、无线话筒一套、电动幕布及安装线材辅料全套）"


@dataclass(frozen=True)
class _Kind:
    """A sort of thing that schools own, and where it stands."""

    name: str
    code: str
    old_code: str
    models: Sequence[str]
    brands: Sequence[str]
    unit: str
    fen: int
    rooms: tuple[str, ...]
    each: int
    least: int
    most: int

    def stands_in(self, room: PlaceRow) -> bool:
        """Whether a room has such things: by its kind (教室) or by its name (音乐室一)."""
        return any(word == room.kind or word in room.name for word in self.rooms)

    @property
    def many(self) -> bool:
        """Whether a room holds several cards of it: things carded one by one, and books by the batch."""
        return self.most == 1 or self.unit == "册"


def _kinds() -> list[_Kind]:
    with shipped("data", "demo", "asset_kinds.csv").open(encoding="utf-8", newline="") as lines:
        found = []
        for row in csv.DictReader(lines):
            least, _, most = row["pieces"].partition("-")
            found.append(_Kind(
                row["name"], row["code"], row["old_code"], row["models"].split("|"), row["brands"].split("|"),
                row["unit"], int(row["yuan"]) * 100, tuple(row["rooms"].split("|")), int(row["each"]),
                int(least), int(most or least)))
        return found


def build_cards(progress: Progress = silent) -> int:
    """Add the demo cards as one step and give how many; the places and people of the demo school must be there."""
    chance = Random(2026)
    rooms, kinds = school.rooms(), _kinds()
    drafts = [_card(chance, kind, room) for kind, room in _standing(chance, rooms, kinds)]
    # A card without 取得日期 has its place in the book by the day it was booked.
    drafts.sort(key=_day)
    drafts[1_234].name = _LONG_NAME
    with journal.operation(f"建立示范台账 {len(drafts)} 张卡片"):
        _number(drafts)
        rows = []
        for done, draft in enumerate(drafts):
            if done % 500 == 0:
                progress(done, len(drafts), "建立示范台账")
            rows.append(commands.stored_row(draft))
        database.insert_rows(Asset, list(rows[0]), [tuple(row.values()) for row in rows])
    return len(drafts)


def _standing(chance: Random, rooms: Sequence[PlaceRow], kinds: Sequence[_Kind]) -> list[tuple[_Kind, PlaceRow]]:
    """Give what stands where: most rooms have one card of what belongs there, then more until the book is full."""
    fitting = [(kind, room) for kind in kinds for room in rooms if kind.stands_in(room)]
    chosen = [pair for pair in fitting if chance.random() < 0.85]
    spare = [pair for pair in fitting for _ in range(pair[0].each - 1) if pair[0].many]
    return chosen + chance.sample(spare, CARDS - len(chosen))


def _number(drafts: Sequence[AssetDraft]) -> None:
    """Number the cards year by year; the oldest carry the number of the paper book before the program as well."""
    by_year: dict[int, list[AssetDraft]] = {}
    for draft in drafts:
        by_year.setdefault(_day(draft).year, []).append(draft)
    for year, batch in by_year.items():
        for order, (draft, number) in enumerate(zip(batch, commands.next_numbers(len(batch), year), strict=True), 1):
            draft.number = number
            draft.old_number = f"QH{year}-{order:03d}" if year < 2019 else ""


def _day(draft: AssetDraft) -> date:
    return draft.acquired_on or draft.booked_on or FIRST_DAY


def _card(chance: Random, kind: _Kind, room: PlaceRow) -> AssetDraft:
    bought = FIRST_DAY + timedelta(days=chance.randrange((LAST_DAY - FIRST_DAY).days))
    if chance.random() < 0.06:
        bought = bought.replace(day=1)  # the paper book said only the month
    price = kind.fen * chance.randrange(85, 116) // 100 // 50 * 50
    code = kind.old_code if kind.old_code and bought < NEW_CODES_FROM and chance.random() < 0.85 else kind.code
    found = classes.find_class(code)
    new = classes.find_class(kind.code)
    draft = AssetDraft(
        name=_OTHER_NAMES.get(kind.name, kind.name) if chance.random() < 0.07 else kind.name,
        class_code=code,
        class_name=found.name if found else "",
        model=chance.choice(kind.models),
        brand=chance.choice(kind.brands),
        unit=kind.unit,
        quantity=chance.randint(kind.least, kind.most),
        unit_price=price,
        funding=chance.choice(_FUNDINGS),
        supplier=chance.choice(_SUPPLIERS),
        status=chance.choice(_STATUSES),
        life_months=new.months if new else None,
        acquired_on=None if chance.random() < 0.02 else bought,
        booked_on=min(bought + timedelta(days=chance.randrange(3, 25)), LAST_DAY),
        voucher=f"{bought:%Y-%m}-{chance.randrange(1, 180):03d}" if chance.random() < 0.8 else "",
        remark=chance.choice(_REMARKS) if chance.random() < 0.05 else "",
        place_id=None if chance.random() < 0.01 else room.id,
        keeper_id=None if chance.random() < 0.08 else room.keeper_id,
    )
    if kind.most == 1 and kind.fen >= 300_000 and chance.random() < 0.5:
        draft.serial = f"SN{chance.randrange(10**9):09d}"
        draft.warranty_until = bought.replace(day=1) + timedelta(days=1_095)
    if draft.funding == "捐赠":
        draft.acquired_by, draft.value_type = "接受捐赠", "评估价"
    rules.settle(draft)
    draft.category = rules.suggested_category(
        price, draft.quantity or 1, kind.code, settings.value(THRESHOLD), settings.value(BULK_PIECES),
        settings.value(BULK_KINDS))
    return draft
