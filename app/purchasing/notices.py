"""采购公示: what hangs in public of a purchase. Its queries read no person's name, nor who asked or approved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import clock
from app.core.errors import Problem, Refused, require_valid
from app.purchasing import queries, rules
from app.purchasing import settings as words
from app.purchasing.queries import with_days
from app.purchasing.tables import PurchaseNotice
from app.store import journal, settings, voiding
from app.store.database import among, by_name
from app.store.journal import Step


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """When and where purchases hang."""

    posted_on: date | None = None
    until_on: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A purchase as it hung; ``voided_on`` the day it was taken down as wrong."""

    id: int
    purchase: int
    posted_on: date
    until_on: date | None
    place: str
    voided_on: date | None
    void_reason: str


@dataclass(frozen=True, slots=True)
class PublicLine:
    """A line as the public may read it: no person, no class, no purpose that may name one."""

    number: str
    way: str
    supplier: str
    name: str
    spec: str
    unit: str
    quantity: int
    fen: int
    day: date
    quotes: int


def begin(day: date | None = None) -> NoticeDraft:
    """Give the draft that the form opens with: today, the usual place, as long as the school sets."""
    posted = day or clock.today()
    return NoticeDraft(posted, posted + timedelta(settings.value(words.NOTICE_DAYS)), settings.value(words.NOTICE_PLACE))


def post(purchases: Sequence[int], draft: NoticeDraft) -> Step:
    """Note that purchases hang in public, as one step; its ``made`` are the notices."""
    rows = [queries.purchase(each) for each in purchases]
    with journal.operation(f"采购公示 {'、'.join(row.number for row in rows[:3])}{f'等 {len(rows)} 次' if len(rows) > 3 else ''}") as work:
        problems = rules.check_day("posted_on", "公示日期", draft.posted_on, clock.today())
        if draft.posted_on and draft.until_on and draft.until_on < draft.posted_on:
            problems.append(Problem("until_on", "公示截止日期早于公示日期，请核对。"))
        require_valid(problems + rules.check_words(place=draft.place))
        if not rows:
            raise Refused("请先选中要公示的采购。")
        for row in rows:
            row.after("post")
            work.made(int(PurchaseNotice.insert(purchase=row.id, posted_on=draft.posted_on, until_on=draft.until_on,
                                                place=draft.place.strip()).execute()))
    return work.done


def take_down(identity: int, reason: str) -> Step:
    """Void a notice that was wrong."""
    with journal.operation("撤下采购公示") as work:
        voiding.void("purchase_notice", [identity], reason)
    return work.done


def notices(purchase: int) -> list[NoticeRow]:
    """Give how often a purchase hung, taken down ones too."""
    return [NoticeRow(**with_days(row)) for row in by_name(
        """SELECT id, purchase_id AS purchase, posted_on, until_on, place, voided_on, void_reason FROM purchase_notice
           WHERE purchase_id = ? ORDER BY posted_on, id""", (purchase,))]


def public_lines(purchases: Collection[int]) -> list[PublicLine]:
    """Give what the board says of some purchases; of awarded lines the supplier who got each."""
    narrowed, parameters = among("p.id", purchases)
    return [PublicLine(**{**with_days(row), "day": date.fromisoformat(row["day"])}) for row in by_name(
        f"""SELECT p.number, p.way, coalesce(q.supplier, p.supplier) AS supplier, l.name, l.spec, l.unit, l.quantity,
                coalesce(s.fen, l.fen, (l.quantity * coalesce(l.price, 0) * 2 + 1000) / 2000) AS fen,
                coalesce(p.bought_on, p.approved_on, p.requested_on) AS day,
                (SELECT count(*) FROM purchase_quote WHERE purchase_id = p.id) AS quotes
            FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id LEFT JOIN purchase_quote q ON q.id = l.quote_id
            LEFT JOIN {queries.LINE_SUMS} s ON s.line_id = l.id AND s.accepted >= l.quantity
            WHERE p.voided_on IS NULL {narrowed} ORDER BY p.requested_on, p.id, l.position, l.id""", parameters)]
