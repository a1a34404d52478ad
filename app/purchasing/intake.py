"""What becomes of accepted pieces: goods of the store, handed out at once or kept, or cards of the ledger. 不验收不入库.

The amounts are those of the acceptance: whatever is rounded is put on the last part, so that all parts come to what was accepted.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.assets import commands as cards
from app.assets import queries as asset_queries
from app.assets.fields import FIXED, LOW_VALUE, AssetDraft
from app.assets.rules import check_asset
from app.core import clock
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.quantity import ONE, format_quantity
from app.fees.money.rules import numbers_from
from app.purchasing import pricing, queries, rules
from app.purchasing.queries import AcceptedRow, LineRow, PurchaseRow
from app.purchasing.rules import CARD, USE, IntakeDraft
from app.purchasing.tables import PurchaseIntake
from app.stock import items, movements
from app.stock.rules import In, Out, Receiver
from app.store import journal
from app.store.database import database
from app.store.journal import Step

MOST_CARDS = 2_000


@dataclass(frozen=True, slots=True)
class _Part:
    """Pieces of one acceptance line that go one way, and what they are worth."""

    draft: IntakeDraft
    accepted: AcceptedRow
    line: LineRow
    quantity: int
    fen: int


def take_in(purchase: int, drafts: Sequence[IntakeDraft], day: date | None = None) -> Step:
    """Let accepted pieces go where they belong, as one step; ``day`` is that of the slips and cards, else of the acceptance.

    Raises ``Invalid`` with every problem (``Problem.row`` -1, -2 … in the order of the drafts).
    """
    row = queries.purchase(purchase)
    with journal.operation(f"入库建卡 {row.number}") as work:
        row.after("take_in")
        with pricing.following([purchase], day) as followed:
            said = write(row, drafts, day)
        work.rename(f"入库建卡 {row.number}：{said}{followed.words}")
    return work.done


def proposed(purchase: int) -> list[IntakeDraft]:
    """Give drafts for all accepted pieces that went nowhere yet, as their lines say, else by price and bulk."""
    row, lines = queries.purchase(purchase), {line.id: line for line in queries.lines(purchase)}
    return [draft_for(row, each, lines[each.line]) for each in queries.accepted_lines(purchase) if each.left > 0 and row.kind == rules.GOODS]


def draft_for(row: PurchaseRow, accepted: AcceptedRow, line: LineRow) -> IntakeDraft:
    """Give the draft that a line's own words make."""
    fixed = queries.fixed(line.unit_price or 0, line.quantity, line.class_code)
    return IntakeDraft(accepted.id, line.goes or (CARD if fixed else rules.STORE), None, line.department or row.department_id,
                       line.school_class, line.person, line.place, line.storeroom)


def write(row: PurchaseRow, drafts: Sequence[IntakeDraft], day: date | None = None) -> str:
    """The same inside an operation that is open already; gives in words what was done."""
    parts = _parts(row, drafts)
    days = {each.id: each.accepted_on for each in queries.acceptances(row.id)}
    groups: dict[tuple[int, bool], list[_Part]] = defaultdict(list)
    for part in parts:
        groups[part.accepted.acceptance, part.draft.goes == CARD].append(part)
    said = []
    for (acceptance, is_card), group in groups.items():
        on = day or days[acceptance]
        said.append(_write_cards(row, group, on) if is_card else _write_slips(row, group, on, acceptance))
    return "，".join(said)


def _parts(row: PurchaseRow, drafts: Sequence[IntakeDraft]) -> list[_Part]:
    """Give the parts with their amounts; raises everything that is wrong."""
    accepted = {each.id: each for each in queries.accepted_lines(row.id)}
    lines = {line.id: line for line in queries.lines(row.id)}
    left = {each.id: [each.left, each.fen - each.taken_fen] for each in accepted.values()}
    parts, problems = list[_Part](), list[Problem]()
    for at, draft in enumerate(drafts, 1):
        of = accepted.get(draft.acceptance_line)
        found = [Problem("acceptance_line", "这一行还没有验收，不能入库建卡。不验收不入库。")] if of is None else \
            _problems(row, draft, of, left[of.id][0])
        problems += [replace(problem, row=-at) for problem in found]
        if of is None or found:
            continue
        pieces, fen = left[of.id]
        quantity = pieces if draft.quantity is None else draft.quantity
        part = fen if quantity == pieces else min(fen, fen * quantity // pieces)
        left[of.id] = [pieces - quantity, fen - part]
        parts.append(_Part(draft, of, lines[of.line], quantity, part))
    if problems or not parts:
        raise Invalid(problems or [Problem("lines", "没有可以入库建卡的东西。")])
    return parts


def _problems(row: PurchaseRow, draft: IntakeDraft, of: AcceptedRow, left: int) -> list[Problem]:
    if row.kind != rules.GOODS:
        return [Problem("goes", f"{row.kind}没有东西入库、领用。")]
    problems, quantity = rules.check_intake_target(draft), left if draft.quantity is None else draft.quantity
    if not 0 < quantity <= left:
        problems.append(Problem("quantity", f"“{of.name}”验收后还有 {format_quantity(left)} 没有入库建卡，数量要在这以内。"))
    elif draft.goes == CARD and quantity % ONE:
        problems.append(Problem("quantity", "建卡的数量要是整数。"))
    elif draft.goes == CARD and draft.alike and quantity // ONE > MOST_CARDS:
        problems.append(Problem("quantity", f"一次最多建 {MOST_CARDS:,} 张卡片。数量多的请建一张数量卡。"))
    if draft.goes != CARD and not of.unit.strip():
        problems.append(Problem("unit", f"“{of.name}”没有写单位，不能入库。请先在请购单上补上。"))
    return problems


# --- cards -------------------------------------------------------------------------------------------------------


def _write_cards(row: PurchaseRow, parts: Sequence[_Part], day: date) -> str:
    made = 0
    for part in parts:
        drafts = _cards(row, part, day)
        problems = [problem for draft in drafts[:1] for problem in errors_only(check_asset(draft, clock.today()))]
        if problems:
            raise Invalid(problems)
        ids = cards.enter(drafts, day.year)
        for identity, draft in zip(ids, drafts, strict=True):
            PurchaseIntake.insert(acceptance_line=part.accepted.id, asset=identity, quantity=(draft.quantity or 1) * ONE,
                                  fen=draft.value or 0).execute()
        made += len(ids)
    return f"建卡 {made} 张"


def _cards(row: PurchaseRow, part: _Part, day: date) -> list[AssetDraft]:
    """Give the cards of a part: one a piece, what is rounded on the last one, or one for all."""
    pieces, line, draft = part.quantity // ONE, part.line, part.draft
    price = rules.price_of(part.quantity, part.fen) or 0
    common = AssetDraft(
        name=line.name, model=line.spec, unit=line.unit, class_code=line.class_code, class_name=queries.class_title(line.class_code),
        category=FIXED if queries.fixed(price, part.quantity, line.class_code) else LOW_VALUE, acquired_on=day, supplier=row.supplier,
        invoice=pricing.invoice_words(row.id), funding=line.money_words or line.source, life_months=queries.life_of(line.class_code),
        purchase_form="集中采购" if row.way == rules.BY_GOVERNMENT else "自行采购", place_id=draft.place, keeper_id=draft.person,
        department_id=draft.department, remark=f"采购 {row.number}")
    if not draft.alike:
        return [replace(common, number=draft.number.strip(), quantity=pieces, unit_price=price, value=part.fen)]
    values, numbers = rules.card_values(part.fen, pieces), _numbers(draft.number, pieces)
    return [replace(common, number=number, quantity=1, unit_price=value, value=value) for value, number in zip(values, numbers, strict=True)]


def _numbers(first: str, count: int) -> list[str]:
    if not first.strip():
        return [""] * count
    try:
        return numbers_from(first, count)
    except ValueError:
        raise Invalid([Problem("number", "起始编号要以数字结尾，例如 校-001，才能往下编。")]) from None


# --- the store ---------------------------------------------------------------------------------------------------


def _write_slips(row: PurchaseRow, parts: Sequence[_Part], day: date, acceptance: int) -> str:
    """Write one receipt for each storeroom, and of what is handed out at once one issue for each receiver."""
    names = queries.acceptor_names(acceptance)
    rooms: dict[int, list[_Part]] = defaultdict(list)
    for part in parts:
        rooms[part.draft.storeroom or items.usual_storeroom()].append(part)
    said = []
    for room, group in rooms.items():
        goods = [items.found_or_made(part.line.name, part.line.spec, part.line.unit) for part in group]
        slip = movements.receive(day, room, [In(item, part.quantity, part.fen, part.line.purpose) for item, part in zip(goods, group, strict=True)],
                                 row.supplier, names, f"验收 {queries.acceptance(acceptance).number}")
        received = dict(zip(range(len(group)), slip.movements, strict=True))
        issued, numbers = _hand_out(room, group, goods, received, day)
        for at, part in enumerate(group):
            PurchaseIntake.insert(acceptance_line=part.accepted.id, movement=received[at], issue=issued.get(at), quantity=part.quantity,
                                  fen=part.fen).execute()
        said.append("、".join([slip.number, *numbers]))
    return "，".join(said)


def _hand_out(room: int, group: Sequence[_Part], goods: Sequence[int], received: Mapping[int, int],
              day: date) -> tuple[dict[int, int], list[str]]:
    """Hand out what goes to somebody at once, one issue for each of them; gives the issues by place in the group, and their numbers."""
    to: dict[Receiver, list[int]] = defaultdict(list)
    for at, part in enumerate(group):
        if part.draft.goes == USE:
            draft = part.draft
            to[Receiver(draft.department, draft.school_class, draft.person, draft.place)].append(at)
    issued, numbers = dict[int, int](), list[str]()
    for receiver, places in to.items():
        lines = [Out(goods[at], group[at].quantity, received[at], remark=group[at].line.purpose) for at in places]
        slip = movements.issue(day, room, lines, receiver)
        issued |= dict(zip(places, slip.movements, strict=True))
        numbers.append(slip.number)
    return issued, numbers


# --- taking back -------------------------------------------------------------------------------------------------


def take_back(purchase: int, acceptance: int, reason: str) -> None:
    """Take back what became of an acceptance, in an open operation: issues before receipts are voided, cards go to the recycle bin."""
    found = queries.intakes(purchase, acceptance)
    _require_as_made([each for each in found if each.asset], pricing.prices(purchase).cards)
    receipts = [each.movement for each in found if each.movement]
    for slip in _price_slips(receipts) + _slips([each.issue for each in found if each.issue]) + _slips(receipts):
        movements.void_slip(slip, reason)
    cards.drop([each.asset for each in found if each.asset])
    of = [line.id for line in queries.lines_of_acceptance(acceptance)]     # those whose receipt the store voided go as well
    PurchaseIntake.delete().where(PurchaseIntake.acceptance_line.in_(of)).execute()


def _slips(moved: Collection[int]) -> list[int]:
    """Give the standing slips of some movements, the latest first."""
    marks = ",".join(str(int(each)) for each in moved)
    return [int(slip) for (slip,) in database.execute_sql(
        f"""SELECT DISTINCT m.slip_id FROM stock_movement m JOIN stock_slip s ON s.id = m.slip_id
            WHERE m.id IN ({marks}) AND s.voided_on IS NULL ORDER BY m.slip_id DESC""").fetchall()]


def _require_as_made(found: Sequence[queries.IntakeRow], worth: Mapping[int, int]) -> None:
    """Refuse to take cards back that were split, merged or valued anew since; those that are gone are passed over."""
    known = {card.id: card.draft for card in asset_queries.cards([each.asset for each in found if each.asset])}
    for each in found:
        card = known.get(each.asset or 0)
        if card and ((card.quantity or 0) * ONE, card.value) != (each.quantity, worth[each.asset or 0]):
            raise Refused(f"卡片 {card.number} {card.name} 建好以后改过数量或价值（拆分、合并、调账），不能随验收作废。请先处理这张卡片。")


def _price_slips(receipts: Collection[int]) -> list[int]:
    """Give the standing slips that priced some receipts anew, the latest first."""
    marks = ",".join(str(int(each)) for each in receipts)
    return _slips([int(line) for (line,) in database.execute_sql(
        f"SELECT id FROM stock_movement WHERE kind = '价差' AND stands AND origin_id IN ({marks})").fetchall()])
