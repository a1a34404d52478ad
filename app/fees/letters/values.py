"""What stands in a letter's fields for each pupil: names, dates, the table of items and its sums, all computed, 分.

The sums are those of the charges and accounts in ``money.queries``: a letter has no figures of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import Refused
from app.core.money import format_fen, in_capitals
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.board import current
from app.fees.board import settings as fee_words
from app.fees.item_fields import TITLE, PlanItemRow
from app.fees.letters import queries
from app.fees.letters.kinds import CHOICES, KINDS, TABLE, choice_grid
from app.fees.letters.queries import LetterRow
from app.fees.money import settling
from app.fees.money.facts import Facts
from app.fees.money.settling import REFUSED, UNANSWERED, WAIVED, Account
from app.fees.plan import queries as plan_queries
from app.paper.letter_blocks import Grid, Paragraph, Piece
from app.school import roster
from app.school.letters import addressees
from app.school.letters.papers import Told
from app.school.roster import PupilRow
from app.store import settings

OPTIONAL, REQUIRED = "自愿", "按规定"
BLANK = "＿＿＿＿＿＿＿＿"    # of a number that nobody has typed: it is written by hand


@dataclass(frozen=True, slots=True)
class Line:
    """One item in a notice: ``fen`` is what the family pays if it agrees, 0 with the reason in ``why``."""

    item: PlanItemRow
    price: int
    units: int
    fen: int
    why: str = ""


@dataclass(frozen=True)
class Filled(Told):
    """What a letter tells a pupil's family, and what he has to pay or gets, 分 (``matter``: there is something)."""

    fen: int = 0
    matter: bool = True


@dataclass
class Filler:
    """Gives the values of one letter for any pupil; asks the file once for all of them.

    ``draft``: for looking at only, with the figures as they would be if the term were settled now.
    """

    letter: LetterRow
    draft: bool = False
    common: dict[str, str] = field(init=False)
    _facts: Facts | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.kind = KINDS.get(self.letter.kind)
        if self.kind is None:
            raise Refused(f"这封信的种类“{self.letter.kind}”不认识了，请另建一封。")
        plan = plan_queries.plan_of(self.letter.term_id)
        if self.kind.about and plan is None:
            raise Refused(f"{self.letter.term.title}还没有收费计划，这封信里的项目和金额无从计算。请先建立本学期的收费。")
        self.common = _common(self.letter)
        if plan is None or not self.kind.about:
            return
        self._facts = facts = Facts(plan.id)
        self.items = {item.id: item for item in plan_queries.plan_items(plan.id)}
        self.common |= {
            "退费说明": rules.refund_sentence(plan.shortage),
            "结算办法": rules.refund_sentence(plan.shortage, full=False),
            "缴费时间": _span(plan.collect_from, plan.collect_until),
            "减免说明": _waivers(list(self.items.values())),
        }
        if self.kind.about == "fees":
            self._lines = self._notice_lines(facts)
            self._asked = queries.voluntary(plan.id)
        else:
            self._prepare_accounts(facts)

    def _prepare_accounts(self, facts: Facts) -> None:
        # Before the term is settled only who has left has accounts that stay as they are.
        accounts = facts.accounts if self.draft else facts.frozen
        if not accounts:
            raise Refused(f"{facts.head.title}的收费还没有结算，金额还会变。请先结算，再印结算告家长书。")
        meals = {item.id for item in self.items.values()
                 if item.measure == rules.DAY or "伙食" in item.name or "餐" in item.name}
        self._accounts: dict[int, list[Account]] = defaultdict(list)
        for account in accounts:
            if self.kind is not None and (self.kind.about != "meals" or account.plan_item in meals):
                self._accounts[account.pupil].append(account)
        self._units = {(each.pupil, each.plan_item): each.units for found in facts.charges.values() for each in found}

    def _notice_lines(self, facts: Facts) -> dict[int, list[Line]]:
        """Give every pupil's lines: what an unanswered voluntary item would cost stands there as if the family agreed."""
        found: dict[int, list[Line]] = defaultdict(list)
        for item in facts.items:
            row = self.items[item.id]
            by_days = facts.by_days(item)
            for child in facts.children:
                answer = facts.choices.get((item.id, child.id))
                charge = settling.charge(
                    item, child, facts.calendar, _agreed(answer), facts.usage.get((item.id, child.id)), by_days
                )
                if charge is not None:
                    found[child.id].append(Line(row, item.prices[child.grade], charge.units, charge.fen, charge.why))
        return found

    def lines(self, pupil: int) -> list[Line]:
        """Give what a notice tells a pupil's family, item by item."""
        return self._lines.get(pupil, [])

    def accounts(self, pupil: int) -> list[Account]:
        """Give the accounts that a settlement letter tells a pupil's family."""
        return self._accounts.get(pupil, [])

    def addressed(self) -> list[PupilRow]:
        """Give who gets the letter: who is in class; of a settlement also who left in the term, with his last class."""
        here = queries.addressed(self.letter)
        if self._facts is None or self.kind is None or self.kind.about == "fees":
            return here
        if self._facts.head.settled_on is None and not self.draft:
            here = []       # only who has left is settled for good
        latest: dict[int, PupilRow] = {}
        for row in roster.pupils_in(None, None, self.letter.school_year):
            if row.id not in latest or latest[row.id].joined_on < row.joined_on:
                latest[row.id] = row
        known = {row.id for row in here}
        places = self._facts.places
        gone = [
            row
            for pupil, row in latest.items()
            if pupil not in known
            and pupil in self._accounts
            and pupil in places
            and places[pupil].class_id == row.class_id
        ]
        order = {each.class_id: at for at, each in enumerate(roster.class_sizes(self.letter.school_year))}
        return sorted([*here, *gone], key=lambda row: (order[row.class_id], row.seat is None, row.seat or 0))

    def filled(self, pupil: PupilRow) -> Filled:
        """Give a pupil's values and tables."""
        values = self.common | dict(addressees.pupil(pupil).values)
        if self._facts is None or self.kind is None:
            return Filled(values, {})
        if self.kind.about == "fees":
            return self._notice(pupil, values)
        return self._settled(pupil, values)

    def _notice(self, pupil: PupilRow, values: dict[str, str]) -> Filled:
        lines = self.lines(pupil.id)
        total = sum(line.fen for line in lines)
        chosen = sum(line.fen for line in lines if line.item.voluntary)
        values |= {"合计": format_fen(total), "大写": f"人民币{in_capitals(total)}", "自愿合计": format_fen(chosen),
                   "必缴合计": format_fen(total - chosen)}
        asked = {line.item.id for line in lines if line.item.voluntary}
        slips = [(line.item.name, _price(line)) for line in lines if line.item.id in asked]
        grids: dict[str, Sequence[Piece]] = {TABLE: (_notice_grid(lines, total),) if lines else ()}
        grids[CHOICES] = (choice_grid(slips) if slips else Paragraph("（本学期没有需要选择的自愿项目）"),)
        return Filled(values, grids, total, bool(total or slips))

    def _settled(self, pupil: PupilRow, values: dict[str, str]) -> Filled:
        order = list(self.items)
        accounts = sorted((each for each in self.accounts(pupil.id)
                           if each.charged or each.paid or each.spent or each.refund or each.borne),
                          key=lambda each: order.index(each.plan_item))
        paid, spent, refund = (sum(getattr(each, key) for each in accounts) for key in ("paid", "spent", "refund"))
        back = max(refund, 0)
        arrears, owed = settling.owed_parts(max(-refund, 0), sum(each.arrears for each in accounts))
        amounts = {"应退": back, "欠缴": arrears, "应补": owed}
        values |= {"预收合计": format_fen(paid), "实支合计": format_fen(spent), "退补说明": _told(back, arrears, owed)}
        values |= {word: format_fen(fen) for word, fen in amounts.items()}
        values |= {f"{word}大写": f"人民币{in_capitals(fen)}" for word, fen in amounts.items()}
        grids: dict[str, Sequence[Piece]] = {
            TABLE: (self._account_grid(accounts, paid, spent, refund),) if accounts else ()
        }
        return Filled(values, grids, refund, bool(accounts))

    def _account_grid(self, accounts: Sequence[Account], paid: int, spent: int, refund: int) -> Grid:
        meals = self.kind is not None and self.kind.about == "meals"
        borne = sum(each.borne for each in accounts)
        titles = ["项目", TITLE["unit"], *(["就餐天数"] if meals else []), "预收（元）", "实支（元）", *(["学校承担（元）"] if borne else []),
                  "应退（元）"]
        rows = []
        for each in accounts:
            item = self.items[each.plan_item]
            days = [str(self._units.get((each.pupil, each.plan_item), 0))] if meals else []
            rows.append((item.name, item.unit, *days, format_fen(each.paid), format_fen(each.spent),
                         *([format_fen(each.borne)] if borne else []), _signed(each.back, each.arrears, each.shortage)))
        unpaid = sum(each.arrears for each in accounts)
        total = ("合计", "", *([""] if meals else []), format_fen(paid), format_fen(spent),
                 *([format_fen(borne)] if borne else []), _signed(max(refund, 0), *settling.owed_parts(max(-refund, 0), unpaid)))
        widths = (46, 28, *([20] if meals else []), 25, 25, *([25] if borne else []), 27)
        return Grid(tuple(titles), tuple(rows), widths, "cc" + "c" * meals + "rr" + "r" * bool(borne) + "r", total)


def _agreed(answer: bool | None) -> bool:
    return answer is not False


def _notice_grid(lines: Sequence[Line], total: int) -> Grid:
    """Give the table of a notice: item, sort, unit and price, amount; the last row is the computed sum."""
    rows = tuple(
        (
            line.item.name,
            line.item.kind.removesuffix("收费") if line.item.kind.startswith("行政") else line.item.kind,
            OPTIONAL if line.item.voluntary else REQUIRED,
            line.item.unit,
            _price(line),
            _amount(line),
        )
        for line in lines
    )
    return Grid((TITLE["name"], "类别", "性质", TITLE["unit"], "标准（元）", "金额（元）"), rows, (44, 26, 18, 29, 24, 28), "cccccr",
                ("合计", "", "", "", "", format_fen(total)))


def _price(line: Line) -> str:
    price = format_fen(line.price)
    return f"{price}×{line.units}" if line.item.measure != rules.TERM and line.units > 1 else price


def _amount(line: Line) -> str:
    """Give an amount as the family reads it; where nothing is charged, why."""
    if not line.fen and line.why in (WAIVED, REFUSED, UNANSWERED):
        return {WAIVED: "免收 0.00", REFUSED: "不参加 0.00"}.get(line.why, "0.00")
    return format_fen(line.fen)


def _signed(back: int, arrears: int, shortage: int) -> str:
    """Give what is given back, or what is still to be paid: 欠 before what was charged, 补 before what it cost more."""
    owed = [f"{word} {format_fen(fen)}" for word, fen in (("欠", arrears), ("补", shortage)) if fen]
    return "，".join(owed) or format_fen(back)


def _told(back: int, arrears: int, shortage: int) -> str:
    """Say what a family gets, did not pay yet, or pays in addition."""
    if back:
        return f"应退还您 {format_fen(back)} 元（大写：人民币{in_capitals(back)}），按班级通知的时间由家长签字领取。"
    said = [f"还有应缴未缴的 {format_fen(arrears)} 元（大写：人民币{in_capitals(arrears)}），请于收到通知后缴清。"] if arrears else []
    if shortage:
        said.append(f"支出超过应收，应补缴 {format_fen(shortage)} 元（大写：人民币{in_capitals(shortage)}），请于收到通知后凭票据补缴。")
    return "".join(said) or "收支相抵，不退不补。"


def _common(letter: LetterRow) -> dict[str, str]:
    """Give the values that are the same for every pupil: the school's and the term's, and where to complain."""
    values = addressees.common_values(letter.term, letter.ends_on, letter.dated_on, letter.due_on)
    numbers = [(title, number) for title, number in current.phones() if number]
    return values | {"咨询电话": current.school_phone() or BLANK, "公示地点": settings.value(fee_words.PLACE),
                     "监督电话": "，".join(f"{_short(title)} {number}".strip() for title, number in numbers)}


def _short(title: str) -> str:
    return title.removesuffix("投诉电话").removesuffix("监督电话")


def _span(first: date | None, last: date | None) -> str:
    """Say from when to when: 2026年9月8日至9月15日, the year once."""
    if first is None:
        return f"{chinese_day(last)}前" if last else ""
    if last is None:
        return f"{chinese_day(first)}起"
    if first == last:
        return chinese_day(first)
    end = chinese_day(last)
    return f"{chinese_day(first)}至{end.removeprefix(f'{first.year}年')}"


def _waivers(items: Sequence[PlanItemRow]) -> str:
    """Give the items' waiver policies as one sentence, each policy once with the items it is for."""
    by_policy: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.waiver_policy.strip():
            by_policy[item.waiver_policy.strip().rstrip("。；;")].append(item.name)
    return (
        "；".join(f"{'、'.join(names)}：{policy}" for policy, names in by_policy.items()) + "。"
        if by_policy
        else "按国家和地方政策执行。"
    )
