"""Three terms of fees for the demo school, invented and always the same: one closed, one being collected, one drawn up.

The rows are written as the verbs would write them, but all in one step and whatever the calendar says today.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.core.money import parse_fen
from app.core.paths import shipped
from app.core.progress import Progress, silent
from app.core.terms import TermName
from app.fees import rules
from app.fees.board import commands as publicity
from app.fees.board import settings as words
from app.fees.board.commands import PostDraft
from app.fees.keys import grade_key
from app.fees.letters import kinds as letters
from app.fees.money.facts import Facts
from app.fees.money.rules import RECEIPT_NUMBERS
from app.fees.plan import catalogue
from app.fees.plan import commands as plan_commands
from app.fees.plan import queries as plan_queries
from app.fees.plan.rules import PlanDraft, StandardDraft
from app.fees.tables import (
    FeeChoice,
    FeeItem,
    FeeLetter,
    FeePlan,
    FeeReceipt,
    FeeReceiptLine,
    FeeRefund,
    FeeReply,
    FeeSettlement,
    FeeUsage,
    FeeVoucher,
    OfficeExpense,
)
from app.school import queries as school
from app.school.invoice_rules import key_of
from app.school.tables import Invoice, Term
from app.store import journal, numbering, settings
from app.store.database import database, insert_rows, scalar

_LAST, _NOW, _NEXT = TermName(2025, 2), TermName(2026, 1), TermName(2026, 2)
_NEXT_DAYS = (date(2027, 2, 22), date(2027, 7, 9))
_PLACE, _POSTER = "校门口公示栏、食堂门口", "周文海"
_UNIFORM, _WORKBOOKS, _MEALS, _CARE = "校服费", "教辅材料费", "伙食费", "课后服务费"
_CODE = "3600224130"    # of all their invoices
_SPENT = 0.965          # of what was charged, where vouchers decide
_SHARES = (0.3, 0.4, 0.3)   # of an item's vouchers


@dataclass(frozen=True, slots=True)
class _Days:
    """The days of a term's fees."""

    posted: date
    collect_from: date
    collect_until: date
    replies_from: date
    first_voucher: date


_DAYS = {_LAST: _Days(date(2026, 2, 20), date(2026, 3, 2), date(2026, 3, 13), date(2026, 2, 27), date(2026, 3, 25)),
         _NOW: _Days(date(2026, 8, 24), date(2026, 9, 1), date(2026, 9, 18), date(2026, 8, 31), date(2026, 9, 22))}


def build_fees(progress: Progress = silent) -> int:
    """Add three terms of fees as one step and give how many; the demo's pupils must be there."""
    terms = {row.name: row.id for row in school.terms()}
    settings.change({words.BUREAU_PHONE: "0700-6210500", words.PLACE: _PLACE})   # a step of its own: boards print it
    with journal.operation("建立示范收费 3 个学期"):
        maker = _Maker(terms, progress)
        maker.items()
        maker.closed_term(terms[_LAST])
        maker.term_under_way(terms[_NOW], terms[_LAST])
        maker.next_term(terms[_NOW])
        maker.office()
        progress(3, 3, "建立示范收费")
    return 3


_OFFICE = (
    ("2026-09-10", "复印纸 10 箱", 198_000, "青河县新华印刷厂"), ("2026-10-12", "门锁、插座", 46_350, "青河五金店"),
    ("2026-10-28", "邮寄费", 3_600, ""), ("2026-11-05", "硒鼓 4 个", 92_000, "青河新华书店"), ("2026-11-18", "保洁用品", 61_280, "青河五金店"))


class _Maker:
    """Makes the fees; luck is always the same."""

    def __init__(self, terms: Mapping[TermName, int], progress: Progress) -> None:
        self.chance, self.terms, self.progress = Random(20260901), terms, progress
        self.people = [int(scalar("SELECT id FROM person WHERE name = ?", (name,)))
                       for name in ("覃晓东", "龚秀珍", "周文海")]
        self.rows = list(_rows())
        self.voucher = 4_410_266

    def office(self) -> None:
        """Note what the office itself spent."""
        for day, purpose, fen, supplier in _OFFICE:
            OfficeExpense.insert(dated_on=day, purpose=purpose, fen=fen, supplier=supplier, handler="覃晓东").execute()

    def items(self) -> None:
        """Add the shipped items and what the county says about those that the school charges."""
        plan_commands.add_shipped()
        ids = plan_queries.item_names()
        kinds = {item.name: item for item in catalogue.shipped_items()}
        for row in self.rows:
            FeeItem.update(
                office=row["批准机关"],
                document=row["文号"],
                issued_on=row["文件日期"] or None,
                supplier=row["供应单位"],
                active=1,
                waived="\n".join(row["减免对象"].split()),
                remark=row["备注"],
                voluntary=int(kinds[row["项目"]].voluntary and row["项目"] != "作业本费"),
            ).where(FeeItem.id == ids[row["项目"]]).execute()
            prices = [parse_fen(text) for text in row["标准"].split()]
            for grade, fen in enumerate(prices, 1) if len(prices) > 1 else enumerate(prices):
                if fen:
                    plan_commands.set_standard(
                        ids[row["项目"]], StandardDraft(fen, date.fromisoformat(row["执行日期"]), grade, row["文号"])
                    )

    def _prices(self, plan_id: int, column: str, but: Sequence[str] = ()) -> None:
        ids = plan_queries.item_names()
        there = {item.name: item.id for item in plan_queries.plan_items(plan_id)}
        for row in self.rows:
            name, texts = row["项目"], row[column].split()
            if name in but or (not texts and row["标准"]):
                continue
            item = there.get(name) or plan_commands.take(plan_id, ids[name])
            cells = {grade_key(grade): parse_fen(text) or None for grade, text in enumerate(texts, 1)}
            plan_commands.write(plan_id, {item: cells | {"remark": row["备注"]}})

    def _post(self, plan_id: int, day: date, until: date | None = None, reason: str = "") -> None:
        publicity.hang_unasked(plan_id, PostDraft(day, until, _PLACE, _POSTER, reason))

    # --- a term ----------------------------------------------------------------------------------------------

    def closed_term(self, term: int) -> None:
        """Make a term that was settled, given back and closed; a few who left or went on have not fetched their money."""
        self.progress(0, 3, "建立示范收费")
        days, plan = _DAYS[_LAST], plan_commands.start(term)
        self._prices(plan, "上学期")
        plan_commands.set_dates(plan, PlanDraft(rules.MADE_UP, days.collect_from, days.collect_until))
        self._post(plan, days.posted)
        FeePlan.update(state=rules.COLLECTING).where(FeePlan.id == plan).execute()
        self._answers(plan, term, days, missing=0)
        self._receipts(plan, days, owing=0)
        self._usage(plan)
        self._vouchers(plan, days, _SPENT, 1.0)
        self._settle(plan, date(2026, 7, 8))
        self._refunds(plan, date(2026, 7, 9), open_accounts=7)
        publicity.hang_settlement_unasked(plan, PostDraft(date(2026, 7, 10), date(2026, 7, 17), _PLACE, _POSTER))
        FeePlan.update(state=rules.CLOSED, closed_on=date(2026, 7, 13), close_reason="转学、毕业学生的退款联系不上，挂账待领。").where(
            FeePlan.id == plan).execute()

    def term_under_way(self, term: int, before: int) -> None:
        """Make the term that is being collected: a second version hangs, some slips and some money have not come in."""
        self.progress(1, 3, "建立示范收费")
        days, plan = _DAYS[_NOW], plan_commands.copy(term, before)
        self._prices(plan, "本学期", but=(_UNIFORM,))
        plan_commands.set_dates(plan, PlanDraft(rules.MADE_UP, days.collect_from, days.collect_until))
        self._post(plan, days.posted)
        self._prices(plan, "本学期")
        cheaper = next(item.id for item in plan_queries.plan_items(plan) if item.name == _WORKBOOKS)
        plan_commands.write(plan, {cheaper: {grade_key(3): 7_600}})
        self._post(plan, date(2026, 9, 4), None, "一年级新生自愿购买校服；三年级教辅按省评议公告调低价格。")
        FeePlan.update(state=rules.COLLECTING).where(FeePlan.id == plan).execute()
        self._answers(plan, term, days, missing=23)
        self._receipts(plan, days, owing=31)
        self._vouchers(plan, days, _SPENT, 0.55)

    def next_term(self, before: int) -> None:
        """Draw up the next term's fees: copied, some prices changed, some things still to be mended before publishing."""
        term = self.terms.get(_NEXT) or int(
            Term.insert(
                school_year=_NEXT.school_year,
                half=_NEXT.half,
                starts_on=_NEXT_DAYS[0],
                ends_on=_NEXT_DAYS[1],
                is_current=0,
            ).execute()
        )
        plan = plan_commands.copy(term, before)
        items = {item.name: item.id for item in plan_queries.plan_items(plan)}
        plan_commands.write(plan, {items[_UNIFORM]: {grade_key(1): None}, items[_MEALS]: {"basis": ""},
                              items[_CARE]: {grade_key(5): 32_000, grade_key(6): 32_000}})

    # --- its papers ------------------------------------------------------------------------------------------

    def _answers(self, plan: int, term: int, days: _Days, missing: int) -> None:
        """Make the notice, its slips and what families chose."""
        draft = letters.shipped_draft("fee-notice", days.posted + timedelta(4), days.collect_from)
        letter = int(
            FeeLetter.insert(
                term=term,
                kind=draft.kind,
                title=draft.title,
                body=draft.body,
                slip=draft.slip,
                by_item=1,
                dated_on=draft.dated_on,
                due_on=draft.due_on,
                printed_on=draft.dated_on,
            ).execute()
        )
        facts = Facts(plan)
        silent_ones = set(self.chance.sample([child.id for child in facts.children], missing))
        back = {child.id: (days.replies_from + timedelta(self.chance.randrange(3))).isoformat()
                for child in facts.children if child.id not in silent_ones}
        insert_rows(
            FeeReply,
            ("letter_id", "pupil_id", "returned_on", "remark"),
            [(letter, pupil, day, "") for pupil, day in back.items()],
        )
        refuse = {_MEALS: 0.14, _CARE: 0.11, _WORKBOOKS: 0.06, _UNIFORM: 0.2}
        names = {each.id: each.name for each in facts.titles}
        insert_rows(FeeChoice, ("plan_item_id", "pupil_id", "agreed", "chosen_on"), [
            (item.id, child.id, int(self.chance.random() >= refuse.get(names[item.id], 0.03)), back[child.id])
            for item in facts.items if item.voluntary and item.prices
            for child in facts.children if child.id in back and child.grade in item.prices])

    def _receipts(self, plan: int, days: _Days, owing: int) -> None:
        """Let everybody pay what he owes, but for a few; who came later pays on coming."""
        facts = Facts(plan)
        owed: dict[int, list[tuple[int, int]]] = {}
        for item, charges in facts.charges.items():
            for each in charges:
                if each.fen > 0:
                    owed.setdefault(each.pupil, []).append((item, each.fen))
        late = set(self.chance.sample(sorted(owed), owing))
        paying = [child for child in facts.children if child.id in owed and child.id not in late]
        numbers = numbering.take(RECEIPT_NUMBERS, days.collect_from.year, len(paying))
        first = int(scalar("SELECT coalesce(max(id), 0) + 1 FROM fee_receipt"))
        rows, lines = [], []
        for at, (child, number) in enumerate(zip(paying, numbers, strict=True), first):
            day = max(days.collect_from + timedelta(self.chance.randrange(9)), child.stays[0].joined_on)
            rows.append(
                (
                    at,
                    plan,
                    child.id,
                    number,
                    day.isoformat(),
                    self.chance.choice(("扫码", "扫码", "银行转账", "现金")),
                    "",
                    "",
                )
            )
            lines += [(at, item, fen) for item, fen in owed[child.id]]
        insert_rows(
            FeeReceipt, ("id", "plan_id", "pupil_id", "number", "paid_on", "method", "remark", "void_reason"), rows
        )
        insert_rows(FeeReceiptLine, ("receipt_id", "plan_item_id", "fen"), lines)

    def _usage(self, plan: int) -> None:
        """Note the days eaten: some were ill."""
        facts = Facts(plan)
        meals = next(each.id for each in facts.titles if each.name == _MEALS)
        insert_rows(FeeUsage, ("plan_item_id", "pupil_id", "units"), [
            (meals, each.pupil, each.units - min(each.units, self.chance.choice((0, 0, 1, 2, 3, 5))))
            for each in facts.charges[meals] if each.units])

    def _vouchers(self, plan: int, days: _Days, share: float, part: float) -> None:
        """Enter the vouchers of what is settled by vouchers: three an item, for ``part`` of the term."""
        facts = Facts(plan)
        invoices: list[tuple[object, ...]] = []
        rows = []
        first = int(scalar("SELECT coalesce(max(id), 0) + 1 FROM invoice"))
        for title in facts.titles:
            charged = sum(each.full or each.fen for each in facts.charges[title.id])
            if not charged or title.name == _CARE:
                continue
            total = int(charged * share * part)
            for at, portion in enumerate(_SHARES[:3 if part == 1.0 else 2]):
                self.voucher += self.chance.randrange(3, 900)
                number, fen = f"{self.voucher:08d}", int(total * portion)
                invoices.append((first + len(invoices), "发票", _CODE, number, key_of(_CODE, number),
                                 (days.first_voucher + timedelta(26 * at)).isoformat(), title.supplier, fen, ""))
                rows.append((title.id, invoices[-1][0], "", "", "", fen, *self.people, "", ""))
        insert_rows(
            Invoice, ("id", "kind", "code", "number", "key", "dated_on", "supplier", "fen", "void_reason"), invoices
        )
        insert_rows(
            FeeVoucher,
            (
                "plan_item_id",
                "invoice_id",
                "kind",
                "number",
                "supplier",
                "fen",
                "handler_id",
                "acceptor_id",
                "auditor_id",
                "remark",
                "void_reason",
            ),
            rows,
        )

    def _settle(self, plan: int, day: date) -> None:
        accounts, _ = Facts(plan).settled
        insert_rows(
            FeeSettlement,
            ("plan_item_id", "pupil_id", "charged", "paid", "spent", "refund", "borne", "at_leaving", "settled_on"),
            [
                (
                    each.plan_item,
                    each.pupil,
                    each.charged,
                    each.paid,
                    each.spent,
                    each.refund,
                    each.borne,
                    int(each.at_leaving),
                    day.isoformat(),
                )
                for each in accounts
            ],
        )
        FeePlan.update(state=rules.SETTLED, settled_on=day).where(FeePlan.id == plan).execute()

    def _refunds(self, plan: int, day: date, open_accounts: int) -> None:
        due: dict[int, int] = {}
        for each in Facts(plan).frozen:
            due[each.pupil] = due.get(each.pupil, 0) + each.refund
        gone = [pupil for (pupil,) in database.execute_sql(
            "SELECT DISTINCT pupil_id FROM enrolment WHERE reason IN ('转出', '毕业')").fetchall()]
        unfetched = set([pupil for pupil in gone if due.get(pupil)][:open_accounts])
        insert_rows(FeeRefund, ("plan_id", "pupil_id", "fen", "paid_on", "method", "signer", "remark", "void_reason"), [
            (plan, pupil, fen, day.isoformat(), "原路退回" if fen > 0 else "扫码", "", "", "") for pupil, fen in due.items()
            if fen and pupil not in unfetched])


def _rows() -> Iterator[dict[str, str]]:
    with shipped("data", "demo", "fees.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
