"""The facts of a purchase gathered for its checks: what the tier asks for, who bought and accepted, papers, money, sums of a year."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.assets import queries as cards
from app.core.errors import Level
from app.purchasing import budgets, queries, rules, tiers
from app.purchasing import settings as words
from app.purchasing.findings import Award, Facts, Finding, SplitSum, check_purchase, standing_in_the_way
from app.purchasing.queries import ACCEPTED_OWNER, OWNER, LineRow, PurchaseRow
from app.purchasing.tiers import Tier
from app.school import signing
from app.school.settings import FORBID, IGNORE, REMIND
from app.school.signing_rules import Signer, same
from app.store import settings
from app.store.database import database, scalar

_LEVELS: dict[str, Level | None] = {FORBID: "error", REMIND: "warning", IGNORE: None}


def levels() -> dict[str, Level | None]:
    """Give how strict the school wants each check."""
    return {key: _LEVELS[settings.value(setting)] for key, setting in words.SEVERITY.items()}


def findings(purchase: int, act: str = "") -> list[Finding]:
    """Give what is missing or doubtful about a purchase; with an act (accept, claim) only what forbids it.

    Of one that is voided or was not approved nothing is asked.
    """
    row = queries.purchase(purchase)
    if row.state in (rules.VOIDED, rules.REFUSED):
        return []
    found = check_purchase(facts(row, of_a_year=act != "accept"), levels())
    return standing_in_the_way(found, act) if act else found


def all_tiers() -> tuple[Tier, ...]:
    """Give the school's tiers, the lowest first; the shipped ones where a stored line cannot be read any more."""
    try:
        return tiers.read_tiers(settings.value(words.TIERS))
    except ValueError:
        return tiers.read_tiers(tiers.SHIPPED)


def facts(row: PurchaseRow, of_a_year: bool = True) -> Facts:
    """Gather everything that the checks of a purchase look at; ``of_a_year`` False leaves out what sums of other purchases say.

    Those are dear, and none of them stands in the way of an acceptance.
    """
    lines = queries.lines(row.id)
    fen, accepted = sum(line.amount or 0 for line in lines), sum(line.accepted_fen for line in lines)
    signers = signing.of(OWNER, [row.id], rules.BUYER).get(row.id, [])
    acceptors = _acceptors(row.id)
    both = {each.shown: None for signed in acceptors.values() for each in same(signers, signed)}
    awards, quotes = _awards(row.id)
    contracts, notices = (scalar(f"SELECT count(*) FROM {table} WHERE purchase_id = ? AND voided_on IS NULL", (row.id,))
                          for table in ("purchase_contract", "purchase_notice"))
    return Facts(
        row.kind, row.way, tiers.tier_of(all_tiers(), row.kind, max(fen, accepted)), max(fen, accepted), row.approved_on,
        queries.first_acceptance(row.id), len(signers),
        min(map(len, acceptors.values()), default=None), list(both), row.reply_no, row.meeting_no, contracts, quotes,
        len(signing.of(OWNER, [row.id], rules.ASKER).get(row.id, [])), row.few_reason, awards, notices, accepted, invoiced(row.id),
        row.state == rules.DONE or all(not line.open for line in lines), row.differs_reason, _off_ledger(row, lines),
        splits(row, lines) if of_a_year else (),
        budgets.exceeded(row.year, {line.budget_line for line in lines if line.budget_line}) if of_a_year else (),
        [(line.id, line.name) for line in lines if not line.source] if budgets.in_use(row.year) else [], _twice(row.id),
        None if any(line.amount is None for line in lines) else fen)


def _acceptors(purchase: int) -> dict[int, list[Signer]]:
    """Give who accepted, by standing acceptance."""
    standing = [each.id for each in queries.acceptances(purchase) if each.stands]
    found = signing.of(ACCEPTED_OWNER, standing, rules.ACCEPTOR)
    return {each: found.get(each, []) for each in standing}


def _awards(purchase: int) -> tuple[list[Award], int]:
    """Give the lines that have quotes, and how many suppliers quoted something."""
    rows = database.execute_sql(
        """SELECT l.id, l.name, min(q.price), max(iif(q.quote_id = l.quote_id, q.price, NULL)), l.award_reason
           FROM purchase_line l JOIN purchase_quote_line q ON q.line_id = l.id WHERE l.purchase_id = ? GROUP BY l.id ORDER BY l.position, l.id""",
        (purchase,)).fetchall()
    quotes = scalar("""SELECT count(DISTINCT q.id) FROM purchase_quote q JOIN purchase_quote_line l ON l.quote_id = q.id
                       WHERE q.purchase_id = ?""", (purchase,))
    return [Award(line, name, price, lowest, reason) for line, name, lowest, price, reason in rows], int(quotes)


SHARE_FEN = "coalesce(v.fen, s.fen)"
SHARES = "purchase_invoice_share s LEFT JOIN fee_voucher v ON v.id = s.voucher_id"
STANDS = "s.voided_on IS NULL AND v.voided_on IS NULL"
"""SQL: shares of invoices with the vouchers that some of them are; what is voided in either place counts no more."""


def invoiced(purchase: int) -> int | None:
    """Give what the papers of a purchase come to, None where there are none."""
    value = scalar(f"SELECT sum({SHARE_FEN}) FROM {SHARES} WHERE s.purchase_id = ? AND {STANDS}", (purchase,))
    return None if value is None else int(value)


def _off_ledger(row: PurchaseRow, lines: Iterable[LineRow]) -> list[tuple[int, str]]:
    """Give the lines at or above what makes them 固定资产 that go elsewhere than onto a card."""
    return [(line.id, line.name) for line in lines if row.kind == rules.GOODS and line.goes not in ("", rules.CARD)
            and queries.fixed(line.unit_price or 0, line.quantity, line.class_code)]


def _twice(purchase: int) -> list[str]:
    """Give the numbers of papers that stand among the typed lines of 办公费 as well, while a claim counts them there."""
    return [number for (number,) in database.execute_sql(
        f"""SELECT DISTINCT coalesce(n.number, s.number) FROM {SHARES} LEFT JOIN invoice n ON n.id = s.invoice_id
            JOIN budget_line b ON b.id = s.budget_line_id AND b.office = 1
            JOIN office_expense o ON trim(o.number) <> '' AND folded(o.number) = folded(coalesce(n.number, s.number))
            WHERE s.purchase_id = ? AND {STANDS}""", (purchase,)).fetchall()]


# --- 化整为零 ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sort:
    """What is counted together: a kind, the first signs of the class code (or the kind of service), a budget line, a year."""

    kind: str
    what: str
    budget_line: int
    year: int


def _sort_sql(places: int) -> str:
    return f"iif(p.kind = '{rules.GOODS}', substr(l.class_code, 1, {places}), l.service)"


def sums_of_sorts(year: int, sorts: Collection[Sort] | None = None) -> list[SplitSum]:
    """Give what was bought of each sort in a calendar year where several purchases together reach a higher tier or the limit.

    A sort bought but once cannot be split; what has no class code and no kind of service is not counted.
    """
    places = settings.value(words.SPLIT_PLACES)
    rows = database.execute_sql(
        f"""SELECT p.kind, {_sort_sql(places)} AS what, coalesce(l.budget_line_id, 0), coalesce(b.name, ''), p.id, p.number,
                sum(coalesce(l.fen, (l.quantity * coalesce(l.price, 0) * 2 + 1000) / 2000))
            FROM purchase p JOIN purchase_line l ON l.purchase_id = p.id LEFT JOIN budget_line b ON b.id = l.budget_line_id
            WHERE p.voided_on IS NULL AND p.state <> '{rules.REFUSED}'
              AND coalesce(p.bought_on, p.requested_on) BETWEEN ? AND ? AND what <> ''
            GROUP BY 1, 2, 3, p.id ORDER BY 1, 2, 3, p.id""", (f"{year}-01-01", f"{year}-12-31")).fetchall()
    groups: dict[Sort, list[tuple[str, str, int]]] = {}
    for kind, what, line, title, _, number, fen in rows:
        groups.setdefault(Sort(kind, what, line, year), []).append((title, number, fen))
    known, found = all_tiers(), []
    for sort, bought in groups.items():
        total, single = sum(fen for _, _, fen in bought), max(fen for _, _, fen in bought)
        if len(bought) < 2 or (sorts is not None and sort not in sorts):
            continue
        reached = tiers.tier_of(known, sort.kind, total)
        limit = tiers.limit_of(known, sort.kind)
        higher = reached.starts if reached.starts > tiers.tier_of(known, sort.kind, single).starts else None
        if higher is not None or (limit is not None and total >= limit > single):
            found.append(SplitSum(_sort_words(sort, bought[0][0]), year, total, tuple(number for _, number, _ in bought), limit, higher))
    return found


def _sort_words(sort: Sort, line: str) -> str:
    name = sort.what
    if sort.kind == rules.GOODS:
        name = queries.class_title(sort.what.ljust(9, "0")) or sort.what
    return f"{name}（{line}）" if line else name


def splits(row: PurchaseRow, lines: Iterable[LineRow]) -> list[SplitSum]:
    """Give the sums of a year that one purchase belongs to."""
    places = settings.value(words.SPLIT_PLACES)
    mine = {Sort(row.kind, line.class_code[:places] if row.kind == rules.GOODS else line.service, line.budget_line or 0, row.year)
            for line in lines}
    return sums_of_sorts(row.year, {sort for sort in mine if sort.what}) if any(sort.what for sort in mine) else []


def cards_of(purchase: int) -> list[tuple[int, str, str]]:
    """Give the cards that came of a purchase and are still there: id, number, name."""
    ids = [each.asset for each in queries.intakes(purchase) if each.asset]
    return [(card.id, card.draft.number, card.draft.name) for card in cards.cards(ids)]
