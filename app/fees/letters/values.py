"""What stands in a letter's fields for each pupil: names, dates, the table of items and its sums, all computed, 分.

The sums are those of the charges and accounts in ``money.queries``: a letter has no figures of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.errors import Refused
from app.core.money import format_fen, in_capitals
from app.core.terms import chinese_day
from app.fees import rules
from app.fees.board import current
from app.fees.board import queries as boards
from app.fees.board import settings as fee_words
from app.fees.item_fields import TITLE, PlanItemRow
from app.fees.letters import queries
from app.fees.letters.kinds import CHOICES, KINDS, TABLE, choice_grid
from app.fees.letters.queries import LetterRow
from app.fees.money import bank, lists, settling
from app.fees.money.facts import Facts
from app.fees.money.settling import REFUSED, UNANSWERED, WAIVED, Account
from app.fees.plan import queries as plan_queries
from app.paper.letter_blocks import Grid, Paragraph, Piece
from app.school import roster
from app.school.letters import addressees
from app.school.letters.papers import Told
from app.school.pupil_rules import told_apart
from app.school.roster import PupilRow
from app.store import settings

OPTIONAL, REQUIRED = "自愿", "按规定"
# How each item is computed stands on the board: here it would cost every family a second sheet.
_SEE_BOARD = "各项目中途转入、转出和请假怎样计收、退还，见公示表的退费办法。"
OFFER = "subscription"     # the kind of letter that only asks
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
        count = Counter((row.class_id, row.name) for row in queries.addressed(self.letter))
        self._namesakes = {key for key, times in count.items() if times > 1}
        if plan is None or not self.kind.about:
            return
        self._facts = facts = Facts(plan.id)
        self.items = {item.id: item for item in plan_queries.plan_items(plan.id)}
        self.common |= {
            "退费说明": rules.refund_sentence(plan.shortage),
            "结算办法": rules.refund_sentence(plan.shortage, full=False),
            "缴费时间": _span(plan.collect_from, plan.collect_until),
            "缴费方式": settings.value(fee_words.PAY_WAYS).rstrip("。"),
            "政策依据": _bases(list(self.items.values())),
            "公示情况": _posted(plan.id),
            "减免说明": _waivers(list(self.items.values())),
        }
        if self.kind.about == "fees":
            self.common["退费说明"] += _SEE_BOARD
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
        self._given = {row.who.pupil: row for row in lists.settlements(facts.plan_id, facts=facts)}
        self._cards = bank.accounts()
        self._prices = {item.id: item.prices for item in facts.items}
        self._units = {(each.pupil, each.plan_item): each.units for found in facts.charges.values() for each in found}

    def _notice_lines(self, facts: Facts) -> dict[int, list[Line]]:
        """Give every pupil's lines: what an unanswered voluntary item would cost stands there as if the family agreed.

        A letter that asks offers the voluntary items only, each as if the family agreed: their sum is that of all of them.
        """
        offers = self.letter.kind == OFFER
        found: dict[int, list[Line]] = defaultdict(list)
        for item in facts.items:
            row = self.items[item.id]
            by_days = facts.by_days(item)
            if offers and not item.voluntary:
                continue
            for child in facts.children:
                answer = facts.choices.get((item.id, child.id))
                charge = settling.charge(
                    item, child, facts.calendar, offers or _agreed(answer), facts.usage.get((item.id, child.id)), by_days
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
        if (pupil.class_id, pupil.name) in self._namesakes:
            values["姓名"] = told_apart(pupil.name, pupil.number, pupil.seat)
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
        slips = [(line.item.name, _rate(line)) for line in lines if line.item.id in asked]
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
        values |= {"预收合计": format_fen(paid), "实支合计": format_fen(spent), "退补说明": self._told(pupil.id, back, arrears, owed)}
        values |= {word: format_fen(fen) for word, fen in amounts.items()}
        values |= {f"{word}大写": f"人民币{in_capitals(fen)}" for word, fen in amounts.items()}
        grids: dict[str, Sequence[Piece]] = {
            TABLE: (self._account_grid(accounts, paid, spent, refund),) if accounts else ()
        }
        return Filled(values, grids, refund, bool(accounts))

    def _account_grid(self, accounts: Sequence[Account], paid: int, spent: int, refund: int) -> Grid:
        meals = self.kind is not None and self.kind.about == "meals"
        borne = sum(each.borne for each in accounts)
        titles = ["项目", "标准（元）", *(["就餐天数"] if meals else []), "预收（元）", "实支（元）", *(["学校承担（元）"] if borne else []),
                  "应退（元）"]
        rows = []
        for each in accounts:
            item = self.items[each.plan_item]
            days = [str(self._units.get((each.pupil, each.plan_item), 0))] if meals else []
            rows.append((item.name, self._measured(each, item, not meals), *days, format_fen(each.paid), format_fen(each.spent),
                         *([format_fen(each.borne)] if borne else []), _signed(each.back, each.arrears, each.shortage)))
        unpaid = sum(each.arrears for each in accounts)
        total = ("合计", "", *([""] if meals else []), format_fen(paid), format_fen(spent),
                 *([format_fen(borne)] if borne else []), _signed(max(refund, 0), *settling.owed_parts(max(-refund, 0), unpaid)))
        widths = (42, 32, *([20] if meals else []), 25, 25, *([25] if borne else []), 27)
        return Grid(tuple(titles), tuple(rows), widths, "cc" + "c" * meals + "rr" + "r" * bool(borne) + "r", total)


    def _measured(self, account: Account, item: PlanItemRow, counted: bool) -> str:
        """Give the price of an item for a pupil, and what of it he took: 9.70×58天."""
        place = self._facts.places.get(account.pupil) if self._facts else None
        price = self._prices[item.id].get(place.grade) if place else None
        if price is None:
            return "—"
        units = self._units.get((account.pupil, account.plan_item), 0)
        return _counted(price, item.measure, units if counted else 0)

    def _told(self, pupil: int, back: int, arrears: int, shortage: int) -> str:
        """Say what a family gets and how, or did not pay yet, or pays in addition."""
        if not back:
            return _owed(arrears, shortage)
        row, account = self._given.get(pupil), self._cards.get(pupil)
        said = f"应退还您 {format_fen(back)} 元（大写：人民币{in_capitals(back)}）"
        if row and row.given and row.given_on:
            way = f"以{row.method}" if row.method else ""
            left = "" if row.left <= 0 else f"，其余 {format_fen(row.left)} 元待领取"
            return f"{said}，已于{chinese_day(row.given_on)}{way}退还 {format_fen(row.given)} 元{left}。"
        if account:
            return f"{said}，将转入您登记的银行账户（尾号 {account.card[-4:]}）。"
        return f"{said}，按班级通知的时间由家长签字领取。"


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


_COUNTED = {rules.MONTH: "个月", rules.DAY: "天", rules.COPY: "份"}


def _counted(fen: int, measure: str, units: int) -> str:
    """Give a price with what it is for: 300.00 a term, 9.70×60天; without a number of them 9.70/天."""
    word = _COUNTED.get(measure, "")
    if not word:
        return format_fen(fen)
    return f"{format_fen(fen)}×{units}{word}" if units else f"{format_fen(fen)}/{word.removeprefix('个')}"


def _price(line: Line) -> str:
    return _counted(line.price, line.item.measure, line.units)


def _rate(line: Line) -> str:
    """Give the price of one measure: what a slip asks about."""
    return _counted(line.price, line.item.measure, 0)


def _amount(line: Line) -> str:
    """Give an amount as the family reads it; where nothing is charged, why."""
    if not line.fen and line.why in (WAIVED, REFUSED, UNANSWERED):
        return {WAIVED: "免收 0.00", REFUSED: "不参加 0.00"}.get(line.why, "0.00")
    return format_fen(line.fen)


def _signed(back: int, arrears: int, shortage: int) -> str:
    """Give what is given back, or what is still to be paid: 欠 before what was charged, 补 before what it cost more."""
    owed = [f"{word} {format_fen(fen)}" for word, fen in (("欠", arrears), ("补", shortage)) if fen]
    return "，".join(owed) or format_fen(back)


def _owed(arrears: int, shortage: int) -> str:
    """Say what a family did not pay yet, or pays in addition."""
    said = [f"还有应缴未缴的 {format_fen(arrears)} 元（大写：人民币{in_capitals(arrears)}），请于收到通知后缴清。"] if arrears else []
    if shortage:
        said.append(f"支出超过应收，应补缴 {format_fen(shortage)} 元（大写：人民币{in_capitals(shortage)}），请于收到通知后凭票据补缴。")
    return "".join(said) or "收支相抵，不退不补。"


def _bases(items: Sequence[PlanItemRow]) -> str:
    """Give the bases of what is charged, each once with the items it is for."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.kind in rules.CHARGED and item.basis.strip():
            found[item.basis.strip()].append(item.name)
    return "；".join(f"{'、'.join(names)}：{basis}" for basis, names in found.items()) + "。" if found else ""


def _posted(plan_id: int) -> str:
    """Say where the settlement hangs, "" while it does not: a letter claims no notice that nobody posted."""
    row = boards.hanging(plan_id, boards.ABOUT_SETTLEMENT)
    return f"全校和各年级、各班的结算汇总已于{chinese_day(row.posted_on)}在{row.place}公示。" if row else ""


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
