"""The demo school's purchases of two calendar years: behind what its store took in and its ledger got, all as it was on paper.

140 small ones, 9 with quotes, one by the government's shop, two approved afterwards, one refused, one that came in part, and the
exercise books of a term whose fees are closed. The rows are written as the verbs would write them, in one step and whatever the
calendar says today.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.core import pinyin
from app.core.progress import Progress, silent
from app.core.quantity import ONE
from app.purchasing import queries, rules
from app.purchasing.tables import (
    BudgetLine,
    Purchase,
    PurchaseAcceptance,
    PurchaseAcceptanceLine,
    PurchaseClaim,
    PurchaseContract,
    PurchaseInstalment,
    PurchaseIntake,
    PurchaseInvoiceShare,
    PurchaseLine,
    PurchaseNotice,
    PurchaseQuote,
    PurchaseQuoteLine,
)
from app.school.invoice_rules import key_of
from app.school.tables import Invoice, Signature
from app.store import journal, numbering
from app.store.database import database, insert_rows, scalar

_SMALL, _QUOTED, _SMALL_FEN, _QUOTED_FEN = 140, 9, 100_000, 500_000
_CODE, _FIRST_INVOICE = "3600225130", 5_510_207
_BUYERS, _ACCEPTORS, _AUDITOR, _PRINCIPAL = ("覃晓东", "周文海"), ("龚秀珍", "郝明珠"), "谢玉兰", "贺文彬"
_LINES = (("公用经费—办公用品", 4_000_000), ("公用经费—教学用品", 6_000_000), ("公用经费—清洁卫生", 2_500_000), ("公用经费—水电维修", 3_000_000),
          ("公用经费—体育文艺", 1_500_000), ("设备购置", 16_000_000), ("办公费（月报）", 800_000))
_OF = {"办公用品": 0, "会议接待": 0, "福利": 0, "教学用品": 1, "作业本": 1, "清洁用品": 2, "卫生防疫": 2, "水电维修": 3, "体育用品": 4}
_EQUIPMENT, _OFFICE = 5, 6
_CLASSES = {"体育用品": "A02462900"}       # sorts whose class code somebody filled in: only these are summed up against 化整为零
_UNCLAIMED_SINCE = date(2026, 10, 20)
_GOVERNMENT_SHOP, _RIVALS = "政府采购网上超市", ("青禾市华诚教育设备有限公司", "联创电脑服务部", "惠民家电", "青禾市育林家具厂")
_BOOKS = "作业本费"


@dataclass(frozen=True)
class _Line:
    """A line: where its pieces went is a movement of the store (and its issue) or a card."""

    name: str
    spec: str
    unit: str
    quantity: int
    fen: int
    budget: int | None = None
    class_code: str = ""
    movement: int | None = None
    asset: int | None = None
    accepted: int | None = None     # thousandths; None: all
    plan_item: int | None = None
    service: str = ""


@dataclass(frozen=True)
class _Bought:
    """One purchase as it went; ``approved`` is how many days after the request, None: never."""

    day: date
    supplier: str
    lines: Sequence[_Line]
    approved: int | None = 0
    state: str = rules.APPROVED
    kind: str = rules.GOODS
    way: str = "自行采购"
    quoted: bool = False
    lead: int = 0                   # days from the request to the delivery
    reply: str = ""
    meeting: str = ""
    contract: bool = False
    delivered: bool = True
    voucher: int | None = None
    purpose: str = ""

    @property
    def fen(self) -> int:
        """Give what it comes to."""
        return sum(line.fen for line in self.lines)


@dataclass
class _Rows:
    """Rows by table, with ids given beforehand."""

    people: Mapping[str, int]
    budgets: Mapping[tuple[int, int], int]
    found: dict[type, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    last: dict[type, int] = field(default_factory=dict)

    def add(self, table: type, **values: Any) -> int:
        """Note a row and give its id."""
        if table not in self.last:
            self.last[table] = int(scalar(f'SELECT coalesce(max(id), 0) FROM "{table._meta.table_name}"'))  # type: ignore[attr-defined]  # noqa: SLF001  peewee's public name
        self.last[table] += 1
        self.found[table].append({"id": self.last[table], **values})
        return self.last[table]

    def sign(self, table: str, owner: int, role: str, names: Sequence[str]) -> None:
        """Note who signs."""
        for at, name in enumerate(names):
            self.add(Signature, owner_table=table, owner_id=owner, role=role, position=at, person_id=self.people[name], name="", opinion="",
                     refused=0)

    def write(self) -> None:
        """Insert everything, in the order in which tables refer to each other."""
        order = (Purchase, PurchaseQuote, PurchaseLine, PurchaseQuoteLine, PurchaseContract, PurchaseInstalment, PurchaseAcceptance,
                 PurchaseAcceptanceLine, PurchaseIntake, Invoice, PurchaseClaim, PurchaseInvoiceShare, PurchaseNotice, Signature)
        for table in order:
            rows = self.found[table]
            if rows:
                keys = list(dict.fromkeys(key for row in rows for key in row))
                insert_rows(table, keys, [[_stored(row.get(key)) for key in keys] for row in rows])


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def build_purchases(progress: Progress = silent) -> int:
    """Add the purchases as one step and give how many; the demo's store, cards and fees must be there."""
    with journal.operation("建立示范采购"):
        progress(0, 1, "建立示范采购")
        people = dict(database.execute_sql("SELECT name, id FROM person ORDER BY id DESC").fetchall())
        rows = _Rows(people, {(year, at): int(BudgetLine.insert(year=year, name=name, fen=fen, position=at, office=int(at == _OFFICE)).execute())
                              for year in (2025, 2026) for at, (name, fen) in enumerate(_LINES)})
        bought = sorted(_all(), key=lambda each: each.day)
        numbers = _numbers(bought)
        for each in bought:
            _note(rows, each, numbers)
        rows.write()
    return len(bought)


def _all() -> Iterator[_Bought]:
    receipts = list(_receipts())
    small = [each for each in receipts if each.fen <= _SMALL_FEN]
    step = len(small) / (_SMALL + 2)
    chosen = [small[int(at * step)] for at in range(_SMALL + 2)]
    late = (_SMALL // 3, 2 * _SMALL // 3)
    own = chosen[20]    # of spring 2025: the office's own report counts it
    chosen[20] = replace(own, lines=[replace(line, budget=_OFFICE) for line in own.lines])
    yield from (replace(each, approved=(4 if at == late[0] else 2) if at in late else 0) for at, each in enumerate(chosen))
    yield from _of_cards()
    yield _Bought(date(2026, 10, 20), "", [_Line("咖啡机", "", "台", ONE, 259_900, _EQUIPMENT)], None, rules.REFUSED, delivered=False,
                  purpose="教师休息室")
    yield _Bought(date(2026, 11, 12), "青禾市育林家具厂", [
        _Line("学生课桌", "600×400×760", "张", 40 * ONE, 592_000, _EQUIPMENT, "A05010201", accepted=25 * ONE)], 1, quoted=True, lead=6,
        reply="青教后〔2026〕61号", purpose="四年级增班")
    yield from _exercise_books()


def _receipts() -> Iterator[_Bought]:
    """Give what the store took in, each receipt as one purchase."""
    lines: dict[int, list[_Line]] = defaultdict(list)
    heads: dict[int, tuple[date, str]] = {}
    for slip, day, supplier, movement, name, spec, unit, category, quantity, fen in database.execute_sql(
            """SELECT s.id, s.dated_on, s.supplier, m.id, i.name, i.spec, i.unit, i.category, m.quantity, m.fen FROM stock_slip s
               JOIN stock_movement m ON m.slip_id = s.id JOIN stock_item i ON i.id = m.item_id
               WHERE s.kind = '入库' AND s.voided_on IS NULL ORDER BY s.dated_on, s.id, m.id""").fetchall():
        heads[slip] = date.fromisoformat(day), supplier
        lines[slip].append(_Line(name, spec, unit, quantity, fen, _OF.get(category, 0), _CLASSES.get(category, ""), movement))
    for slip, (day, supplier) in heads.items():
        yield _Bought(day, supplier, lines[slip], purpose="补充库存")


def _of_cards() -> Iterator[_Bought]:
    """Give what stands on cards and cost much: nine with quotes, one by the government's shop."""
    rows = database.execute_sql(
        """SELECT id, name, model, unit, value, class_code, supplier, acquired_on FROM asset
           WHERE acquired_on BETWEEN '2025-01-10' AND '2026-11-01' AND supplier <> '' AND quantity = 1 AND value BETWEEN ? AND 5000000
             AND category = '固定资产' ORDER BY value DESC, id""", (_QUOTED_FEN,)).fetchall()
    by_shop = [row for row in rows if row[6] == _GOVERNMENT_SHOP][:1]
    others = [row for row in rows if row[6] != _GOVERNMENT_SHOP][:_QUOTED]
    for at, (asset, name, model, unit, value, class_code, supplier, day) in enumerate([*others, *by_shop]):
        government = supplier == _GOVERNMENT_SHOP
        yield _Bought(
            date.fromisoformat(day), supplier, [_Line(name, model, unit or "台", ONE, value, _EQUIPMENT, class_code, asset=asset)], 3, lead=18,
            way=rules.BY_GOVERNMENT if government else "询价", quoted=not government, reply=f"青教后〔{day[:4]}〕{11 + 3 * at}号",
            meeting=f"校务会〔{day[:4]}〕{at + 2}号" if value >= 2 * 10**6 else "", contract=value >= 2 * 10**6, purpose="设备更新")


def _exercise_books() -> Iterator[_Bought]:
    """Give the exercise books of the term whose fees are closed: their invoice is a voucher of the fees."""
    row = database.execute_sql(
        """SELECT v.id, v.fen, i.id, n.dated_on, n.supplier FROM fee_voucher v JOIN fee_plan_item i ON i.id = v.plan_item_id
           JOIN fee_plan p ON p.id = i.plan_id AND p.settled_on IS NOT NULL JOIN invoice n ON n.id = v.invoice_id
           WHERE i.name = ? AND v.voided_on IS NULL ORDER BY v.id LIMIT 1""", (_BOOKS,)).fetchone()
    voucher, fen, item, day, supplier = row
    third = fen // 3
    lines = [_Line(name, "16开 统一封面", "批", ONE, amount, plan_item=item, service="印刷")
             for name, amount in (("生字本印制", third), ("数学本印制", third), ("作文本、英语本印制", fen - 2 * third))]
    yield _Bought(date.fromisoformat(day), supplier, lines, 1, kind=rules.SERVICES, lead=12, reply="青教后〔2026〕9号", voucher=voucher,
                  purpose="春季学期作业本")


def _numbers(bought: Sequence[_Bought]) -> Mapping[str, dict[int, Iterator[str]]]:
    """Give the numbers of each series by year, in the order of the days."""
    found: dict[str, dict[int, Iterator[str]]] = {}
    for series in rules.SERIES:
        found[series.series] = {year: iter(numbering.take(series, year, _wanted(series.series, year, bought))) for year in (2025, 2026)}
    return found


def _wanted(series: str, year: int, bought: Sequence[_Bought]) -> int:
    tests: dict[str, Callable[[_Bought], bool]] = {
        "purchase": lambda each: True, "purchase_quote": lambda each: each.quoted, "purchase_contract": lambda each: each.contract,
        "purchase_acceptance": lambda each: each.delivered, "purchase_claim": _claimed}
    return sum(tests[series](each) and each.day.year == year for each in bought)


def _claimed(each: _Bought) -> bool:
    return each.delivered and each.day < _UNCLAIMED_SINCE


def _note(rows: _Rows, each: _Bought, numbers: Mapping[str, dict[int, Iterator[str]]]) -> None:
    """Note one purchase with all that hangs on it."""
    requested, year = each.day - timedelta(each.lead), each.day.year
    number = next(numbers["purchase"][year])
    names = [line.name for line in each.lines]
    purchase = rows.add(
        Purchase, number=number, kind=each.kind, way=each.way, state=each.state, department_id=_department(), purpose=each.purpose,
        requested_on=requested, approved_on=None if each.approved is None else requested + timedelta(each.approved),
        bought_on=each.day if each.delivered else None, supplier=each.supplier, meeting_no=each.meeting, reply_no=each.reply,
        quote_no=next(numbers["purchase_quote"][year]) if each.quoted else "", quoted_on=requested + timedelta(5) if each.quoted else None,
        few_reason="政府采购网上超市选购，平台内已比价。" if each.way == rules.BY_GOVERNMENT else "", differs_reason="", finish_reason="", remark="",
        void_reason="", keys=pinyin.keys(names[0], *names[1:], each.supplier, each.purpose))
    two = each.fen > _SMALL_FEN
    rows.sign("purchase", purchase, rules.BUYER, _BUYERS[:2 if two else 1])
    if each.state == rules.REFUSED:
        rows.add(Signature, owner_table="purchase", owner_id=purchase, role=rules.APPROVER, position=0, person_id=rows.people[_PRINCIPAL], name="",
                 signed_on=requested + timedelta(2), opinion="不属于教学必需，不予批准。", refused=1)
    lines = _note_lines(rows, each, purchase)
    if each.contract:
        _note_contract(rows, each, purchase, next(numbers["purchase_contract"][year]))
    if each.delivered:
        _note_acceptance(rows, each, purchase, lines, next(numbers["purchase_acceptance"][year]))
        if all(line.accepted is None for line in each.lines):
            claim = _note_claim(rows, each, names, numbers) if _claimed(each) else None
            _note_papers(rows, each, purchase, claim)
    if each.fen >= _QUOTED_FEN and _claimed(each):
        rows.add(PurchaseNotice, purchase_id=purchase, posted_on=each.day + timedelta(2), until_on=each.day + timedelta(7), place="校务公开栏",
                 void_reason="")


def _department() -> int:
    return int(scalar("SELECT id FROM department WHERE name = '总务处'"))


def _note_lines(rows: _Rows, each: _Bought, purchase: int) -> list[int]:
    quotes = []
    if each.quoted:
        rivals = [name for name in _RIVALS if name != each.supplier][:2]
        quotes = [rows.add(PurchaseQuote, purchase_id=purchase, supplier=name, contact="", quoted_on=each.day - timedelta(each.lead - 5),
                           way="书面", terms="含税，送货安装", remark="") for name in (each.supplier, *rivals)]
        rows.sign("purchase", purchase, rules.ASKER, _BUYERS)
    made = []
    for at, line in enumerate(each.lines):
        price = line.fen * ONE // line.quantity
        exact = price * line.quantity == line.fen * ONE
        goes = rules.STORE if line.movement else rules.CARD if line.asset or line.class_code else ""
        made.append(rows.add(
            PurchaseLine, purchase_id=purchase, position=at, name=line.name, spec=line.spec, unit=line.unit, quantity=line.quantity,
            price=price if exact else None, fen=None if exact else line.fen, class_code=line.class_code, service=line.service, purpose="", goes=goes,
            source=rules.AGENCY if line.plan_item else rules.BUDGET, plan_item_id=line.plan_item,
            budget_line_id=None if line.budget is None else rows.budgets[each.day.year, line.budget], fund="", quote_id=quotes[0] if quotes else None,
            award_reason="", remark="", key=queries.key_of(line.name, line.spec), keys=pinyin.keys(line.name, line.spec)))
        for dearer, quote in enumerate(quotes):
            rows.add(PurchaseQuoteLine, quote_id=quote, line_id=made[-1], price=price + price * dearer * 4 // 100)
    return made


def _note_contract(rows: _Rows, each: _Bought, purchase: int, number: str) -> None:
    kept = each.fen // 20
    contract = rows.add(PurchaseContract, purchase_id=purchase, number=number, supplier=each.supplier, title=f"{each.lines[0].name}采购合同",
                        fen=each.fen, signed_on=each.day - timedelta(8), due_on=each.day, remark="", void_reason="",
                        warranty_until=each.day + timedelta(3 * 365))
    rows.add(PurchaseInstalment, contract_id=contract, kind="付款", words="验收合格后", due_on=each.day + timedelta(10), fen=each.fen - kept,
             paid_on=each.day + timedelta(9))
    rows.add(PurchaseInstalment, contract_id=contract, kind="质保金", words="一年后无质量问题", due_on=each.day + timedelta(365), fen=kept,
             paid_on=each.day + timedelta(370) if each.day < date(2025, 11, 1) else None)


def _note_acceptance(rows: _Rows, each: _Bought, purchase: int, lines: Sequence[int], number: str) -> None:
    acceptance = rows.add(PurchaseAcceptance, purchase_id=purchase, number=number, accepted_on=each.day, delivered_on=each.day, delivery_note="",
                          differences="", remark="", signed_on=each.day + timedelta(1) if each.day < _UNCLAIMED_SINCE else None, void_reason="")
    rows.sign("purchase_acceptance", acceptance, rules.ACCEPTOR, _ACCEPTORS[:2 if each.fen > _SMALL_FEN else 1])
    for line, identity in zip(each.lines, lines, strict=True):
        accepted = line.quantity if line.accepted is None else line.accepted
        fen = line.fen * accepted // line.quantity
        row = rows.add(PurchaseAcceptanceLine, acceptance_id=acceptance, line_id=identity, delivered=accepted, accepted=accepted, refused=0, fen=fen,
                       remark="")
        if line.movement or line.asset:
            rows.add(PurchaseIntake, acceptance_line_id=row, movement=line.movement, issue=None, asset=line.asset, quantity=accepted, fen=fen)


def _note_claim(rows: _Rows, each: _Bought, names: Sequence[str], numbers: Mapping[str, dict[int, Iterator[str]]]) -> int:
    day = each.day + timedelta(6)
    claim = rows.add(PurchaseClaim, number=next(numbers["purchase_claim"][each.day.year]), claimed_on=day, department_id=_department(),
                     purpose=queries.what_of(names), pieces=3, payment="公务卡" if each.fen < _SMALL_FEN else "转账", payee=each.supplier, remark="",
                     signed_on=day, void_reason="")
    for role, name in zip(rules.CLAIM_ROLES, (_BUYERS[0], _ACCEPTORS[0], _AUDITOR), strict=True):
        rows.sign("purchase_claim", claim, role, [name])
    return claim


def _note_papers(rows: _Rows, each: _Bought, purchase: int, claim: int | None) -> None:
    """Note the invoice with a share for each source of money, or the voucher that is the share."""
    paid = each.day + timedelta(9) if claim else None
    plain = {"kind": "", "number": "", "dated_on": None, "supplier": "", "fund": "", "paid_on": paid, "claim_id": claim, "void_reason": ""}
    if each.voucher:
        rows.add(PurchaseInvoiceShare, purchase_id=purchase, voucher_id=each.voucher, source=rules.AGENCY, fen=0, **plain)
        return
    number = f"{_FIRST_INVOICE + 37 * len(rows.found[Invoice]):08d}"
    invoice = rows.add(Invoice, kind="发票", code=_CODE, number=number, key=key_of(_CODE, number), dated_on=each.day, supplier=each.supplier,
                       fen=each.fen, void_reason="")
    sums: dict[int, int] = defaultdict(int)
    for line in each.lines:
        sums[line.budget or 0] += line.fen
    for at, fen in sums.items():
        rows.add(PurchaseInvoiceShare, purchase_id=purchase, invoice_id=invoice, source=rules.BUDGET, budget_line_id=rows.budgets[each.day.year, at],
                 fen=fen, **plain)
