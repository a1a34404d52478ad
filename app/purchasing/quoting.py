"""货比三家: who was asked, what each asks for each line, to whom each line goes, and why not to the lowest.

A supplier says his price once (政府采购法第四十条: 一次报出不得更改). An award sets the line's price.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.core import clock
from app.core.errors import Problem, Refused, require_valid
from app.core.money import MOST_FEN
from app.purchasing import queries, rules
from app.purchasing.queries import OWNER, with_days
from app.purchasing.tables import Purchase, PurchaseLine, PurchaseQuote, PurchaseQuoteLine
from app.school import signing
from app.school.signing_rules import Signer
from app.store import journal, numbering
from app.store.database import by_name, database, insert_rows
from app.store.journal import Step

WAYS = ("电话", "现场", "网络", "书面")


@dataclass(frozen=True, slots=True)
class QuoteDraft:
    """What one supplier asks: ``prices`` are 分 a unit by line; a line that he does not offer is left out. ``id`` 0: new."""

    supplier: str = ""
    contact: str = ""
    quoted_on: date | None = None
    way: str = ""
    terms: str = ""
    remark: str = ""
    prices: Mapping[int, int] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """All that was asked for a purchase: the quotes, the day, who asked, and why they are fewer than the tier demands."""

    quotes: tuple[QuoteDraft, ...] = ()
    quoted_on: date | None = None
    askers: tuple[Signer, ...] = ()
    few_reason: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """To whom a line goes (None: to nobody yet), and why, where another asks less."""

    quote: int | None = None
    reason: str = ""


def asking(purchase: int) -> Asking:
    """Give what was asked for a purchase, as a form edits it."""
    row = queries.purchase(purchase)
    prices: dict[int, dict[int, int]] = {}
    for quote, line, fen in database.execute_sql(
            """SELECT l.quote_id, l.line_id, l.price FROM purchase_quote_line l JOIN purchase_quote q ON q.id = l.quote_id
               WHERE q.purchase_id = ?""", (purchase,)).fetchall():
        prices.setdefault(quote, {})[line] = fen
    quotes = tuple(QuoteDraft(**with_days(each), prices=prices.get(each["id"], {})) for each in by_name(
        "SELECT id, supplier, contact, quoted_on, way, terms, remark FROM purchase_quote WHERE purchase_id = ? ORDER BY id", (purchase,)))
    askers = tuple(signing.of(OWNER, [purchase], rules.ASKER).get(purchase, ()))
    return Asking(quotes, row.quoted_on, askers, row.few_reason)


def write_quotes(purchase: int, draft: Asking) -> Step | None:
    """Write all quotes of a purchase anew; those that are not in the draft are removed, the first gives a number XJ.

    Raises ``Invalid`` (``Problem.row`` is -1, -2 … in the order of the quotes); ``Refused`` where a quote that got an award is
    removed, or its price changed.
    """
    row = queries.purchase(purchase)
    with journal.operation(f"登记报价 {row.number}（{len(draft.quotes)} 家）") as work:
        row.after("quote")
        before = asking(purchase)
        require_valid(_problems(draft, {line.id for line in queries.lines(purchase)}))
        _require_awards_kept(purchase, before, draft)
        number = row.quote_no or numbering.take(rules.QUOTE_NUMBERS, (draft.quoted_on or clock.today()).year)[0]
        Purchase.update(quote_no=number, quoted_on=draft.quoted_on, few_reason=draft.few_reason.strip()).where(Purchase.id == purchase).execute()
        signing.write(OWNER, purchase, rules.ASKER, draft.askers)
        _write(purchase, before, draft)
    return work.step


def _problems(draft: Asking, lines: set[int]) -> list[Problem]:
    problems = rules.check_day("quoted_on", "询价日期", draft.quoted_on, clock.today())
    names = [each.supplier.strip() for each in draft.quotes]
    for at, each in enumerate(draft.quotes, 1):
        found = rules.check_words(supplier=each.supplier, contact=each.contact, terms=each.terms, remark=each.remark)
        if not each.supplier.strip():
            found.append(Problem("supplier", "请填写报价单位。"))
        elif names.count(each.supplier.strip()) > 1:
            found.append(Problem("supplier", f"“{each.supplier.strip()}”写了两次，一家只报一次价。"))
        if not each.prices:
            found.append(Problem("prices", f"“{each.supplier.strip()}”一行价也没有报，请填写或去掉。"))
        if any(not 0 <= fen <= MOST_FEN for fen in each.prices.values()):
            found.append(Problem("prices", "报价不能是负数，也不能大得离谱。"))
        if set(each.prices) - lines:
            found.append(Problem("prices", "有一行已经不在请购单上了，请刷新后再试。"))
        problems += [replace(problem, row=-at) for problem in found]
    return problems + rules.check_words(few_reason=draft.few_reason)


def _require_awards_kept(purchase: int, before: Asking, draft: Asking) -> None:
    kept = {each.id: each.prices for each in draft.quotes if each.id}
    for line in queries.lines(purchase):
        if line.quote is None:
            continue
        was = next((each for each in before.quotes if each.id == line.quote), None)
        if was and (line.quote not in kept or kept[line.quote].get(line.id) != was.prices.get(line.id)):
            raise Refused(f"“{line.name}”已经定给“{was.supplier}”，他的报价不能再改、不能去掉。要改请先取消定标。")


def _write(purchase: int, before: Asking, draft: Asking) -> None:
    kept = {each.id for each in draft.quotes if each.id}
    gone = [each.id for each in before.quotes if each.id not in kept]
    PurchaseQuoteLine.delete().where(PurchaseQuoteLine.quote.in_(gone)).execute()
    PurchaseQuote.delete().where(PurchaseQuote.id.in_(gone)).execute()
    old = {each.id: each for each in before.quotes}
    for each in draft.quotes:
        values = {"supplier": each.supplier.strip(), "contact": each.contact.strip(), "quoted_on": each.quoted_on, "way": each.way.strip(),
                  "terms": each.terms.strip(), "remark": each.remark.strip()}
        identity = each.id
        if identity:
            PurchaseQuote.update(**values).where(PurchaseQuote.id == identity).execute()
        else:
            identity = int(PurchaseQuote.insert(purchase=purchase, **values).execute())
        if identity not in old or dict(old[identity].prices) != dict(each.prices):
            PurchaseQuoteLine.delete().where(PurchaseQuoteLine.quote == identity).execute()
            insert_rows(PurchaseQuoteLine, ("quote_id", "line_id", "price"), [(identity, *price) for price in each.prices.items()])


# --- awards ------------------------------------------------------------------------------------------------------


def lowest(quotes: Sequence[QuoteDraft]) -> dict[int, int]:
    """Give by line the quote that asks least for it, the first where several do: marked in the matrix, proposed for the award."""
    best: dict[int, tuple[int, int]] = {}
    for quote in quotes:
        for line, fen in quote.prices.items():
            if line not in best or fen < best[line][0]:
                best[line] = (fen, quote.id)
    return {line: quote for line, (_, quote) in best.items()}


def award(purchase: int, awards: Mapping[int, Award]) -> Step | None:
    """Let lines go to those who quoted, at their prices; where all go to one he becomes the purchase's supplier.

    That another asks less is a finding until a reason is written. ``Refused`` for lines that were accepted already.
    """
    row = queries.purchase(purchase)
    with journal.operation(f"定标 {row.number}") as work:
        row.after("quote")
        quotes = {each.id: each for each in asking(purchase).quotes}
        lines = {line.id: line for line in queries.lines(purchase)}
        for identity, given in awards.items():
            line = lines.get(identity)
            if line is None or (given.quote is not None and identity not in quotes.get(given.quote, QuoteDraft()).prices):
                raise Refused("要定标的那一行没有这家的报价。请刷新后再试。")
            asked = None if given.quote is None or given.quote == line.quote else quotes[given.quote].prices[identity]
            if (line.accepted or line.refused) and asked not in (None, line.unit_price):
                raise Refused(f"“{line.name}”已经按别的单价验收，不能再这样定标。请先作废验收。")
            price = {} if asked is None or asked == line.unit_price else {"price": asked, "fen": None}
            PurchaseLine.update(quote=given.quote, award_reason=given.reason.strip(), **price).where(PurchaseLine.id == identity).execute()
        winners = {quotes[line.quote].supplier for line in queries.lines(purchase) if line.quote}
        if len(winners) == 1:
            Purchase.update(supplier=winners.pop()).where(Purchase.id == purchase).execute()
    return work.step


def awarded(purchase: int) -> dict[str, int]:
    """Give what each supplier was awarded, 分: they come to the sum of the lines that were awarded."""
    quotes = {each.id: each.supplier for each in asking(purchase).quotes}
    found: dict[str, int] = {}
    for line in queries.lines(purchase):
        if line.quote in quotes:
            found[quotes[line.quote]] = found.get(quotes[line.quote], 0) + (line.amount or 0)
    return found
