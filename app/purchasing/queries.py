"""What can be asked of purchases: plain rows, last prices, what is owed. Nothing public hangs on these: they name people."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.assets import classes
from app.assets import settings as assets
from app.assets.fields import FIXED
from app.assets.rules import suggested_category
from app.core import pinyin
from app.core.errors import Refused
from app.core.quantity import ONE
from app.purchasing import rules
from app.purchasing.rules import STEPS, LineDraft, Need
from app.school import signing
from app.school.signing_rules import Signer, names
from app.stock.rules import item_key
from app.store import settings
from app.store.database import among, by_name, database, scalar

OWNER, ACCEPTED_OWNER, CLAIM_OWNER, CONTRACT_OWNER = "purchase", "purchase_acceptance", "purchase_claim", "purchase_contract"


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """A purchase as lists, papers and its page know it."""

    id: int
    number: str
    kind: str
    way: str
    state: str
    department_id: int | None
    department: str
    purpose: str
    requested_on: date
    wanted_on: date | None
    approved_on: date | None
    bought_on: date | None
    supplier: str
    meeting_no: str
    petitioned_on: date | None
    reply_no: str
    replied_on: date | None
    quote_no: str
    quoted_on: date | None
    few_reason: str
    differs_reason: str
    finish_reason: str
    remark: str
    signed_on: date | None
    voided_on: date | None
    void_reason: str

    @property
    def state_words(self) -> str:
        """Give the state as people read it."""
        return STEPS.words[self.state]

    @property
    def year(self) -> int:
        """Give the calendar year that it counts in: of the day of buying, else of the request."""
        return (self.bought_on or self.requested_on).year

    def allows(self, act: str) -> bool:
        """Whether something may be done in its state (a key of ``STEPS.ways``)."""
        return STEPS.allows(self.state, act)

    def after(self, act: str) -> str:
        """Give the state after an act; ``Refused`` in a sentence where it may not be done now."""
        return STEPS.after(self.state, act, f"采购 {self.number} ")


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with what has come of it: ``accepted`` and ``refused`` thousandths, ``accepted_fen``, all of standing acceptances."""

    id: int
    name: str
    spec: str
    unit: str
    quantity: int
    price: int | None
    fen: int | None
    class_code: str
    service: str
    purpose: str
    goes: str
    department: int | None
    school_class: int | None
    person: int | None
    place: int | None
    storeroom: int | None
    source: str
    budget_line: int | None
    plan_item: int | None
    fund: str
    quote: int | None
    award_reason: str
    remark: str
    to_words: str
    money_words: str
    accepted: int
    refused: int
    accepted_fen: int

    @property
    def amount(self) -> int | None:
        """Give what it is expected to come to, None while nobody knows."""
        return self.fen if self.fen is not None else rules.amount_of(self.quantity, self.price)

    @property
    def unit_price(self) -> int | None:
        """Give what one unit costs, rounded where only the amount is known."""
        return self.price if self.price is not None else rules.price_of(self.quantity, self.fen)

    @property
    def open(self) -> int:
        """Give how much has not been accepted yet."""
        return self.quantity - self.accepted

    @property
    def money(self) -> tuple[str, int | None, int | None, str]:
        """Give where its money comes from: source, budget line, plan item, fund."""
        return self.source, self.budget_line, self.plan_item, self.fund


@dataclass(frozen=True, slots=True)
class AcceptanceRow:
    """An acceptance; ``fen`` is what was accepted."""

    id: int
    purchase: int
    number: str
    accepted_on: date
    delivered_on: date | None
    delivery_note: str
    differences: str
    remark: str
    signed_on: date | None
    voided_on: date | None
    void_reason: str
    fen: int

    @property
    def stands(self) -> bool:
        """Whether it was not voided."""
        return self.voided_on is None


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A line of an acceptance with its purchase line's words; ``taken`` thousandths and ``taken_fen`` went in already."""

    id: int
    acceptance: int
    line: int
    name: str
    spec: str
    unit: str
    delivered: int
    accepted: int
    refused: int
    fen: int
    remark: str
    goes: str
    class_code: str
    taken: int
    taken_fen: int

    @property
    def left(self) -> int:
        """Give how much of it went nowhere yet."""
        return self.accepted - self.taken


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """What became of accepted pieces: the movement, the issue tied to it, or the card."""

    id: int
    acceptance_line: int
    line: int
    name: str
    movement: int | None
    issue: int | None
    asset: int | None
    quantity: int
    fen: int


_DAYS = ("requested_on", "wanted_on", "approved_on", "bought_on", "petitioned_on", "replied_on", "quoted_on", "signed_on", "voided_on",
         "accepted_on", "delivered_on", "dated_on", "paid_on", "claimed_on", "due_on", "warranty_until", "posted_on", "until_on")


def with_days(row: dict[str, Any]) -> dict[str, Any]:
    """Give a row with its ISO texts of days as days."""
    return {key: date.fromisoformat(value) if key in _DAYS and value else value for key, value in row.items()}


_PURCHASES = """SELECT p.id, p.number, p.kind, p.way, p.state, p.department_id, coalesce(d.name, '') AS department, p.purpose,
    p.requested_on, p.wanted_on, p.approved_on, p.bought_on, p.supplier, p.meeting_no, p.petitioned_on, p.reply_no, p.replied_on,
    p.quote_no, p.quoted_on, p.few_reason, p.differs_reason, p.finish_reason, p.remark, p.signed_on, p.voided_on, p.void_reason
    FROM purchase p LEFT JOIN department d ON d.id = p.department_id"""


def _purchases(where: str, parameters: Sequence[object] = ()) -> list[PurchaseRow]:
    return [PurchaseRow(**with_days(row)) for row in by_name(f"{_PURCHASES} WHERE {where}", parameters)]


def purchase(identity: int) -> PurchaseRow:
    """Give a purchase; ``Refused`` where it is gone."""
    found = _purchases("p.id = ?", (identity,))
    if not found:
        raise Refused("这次采购已经不在了，可能刚被撤销。请刷新后再试。")
    return found[0]


def by_number(number: str) -> PurchaseRow | None:
    """Give the purchase of a number of its own or of one of its papers (YS, HT, XJ), None where there is none."""
    wanted = number.strip().upper()
    found = _purchases(
        """p.id = (SELECT id FROM purchase WHERE number = ?1 OR quote_no = ?1
                   UNION SELECT purchase_id FROM purchase_acceptance WHERE number = ?1
                   UNION SELECT purchase_id FROM purchase_contract WHERE number = ?1
                   UNION SELECT s.purchase_id FROM purchase_invoice_share s JOIN purchase_claim c ON c.id = s.claim_id WHERE c.number = ?1
                   LIMIT 1) AND ?1 <> ''""", (wanted,))
    return found[0] if found else None


def standing() -> list[PurchaseRow]:
    """Give the purchases that are neither voided nor refused, the oldest first."""
    return _purchases(f"p.voided_on IS NULL AND p.state <> '{rules.REFUSED}' ORDER BY p.requested_on, p.id")


LINE_SUMS = """(SELECT l.line_id, sum(l.accepted) AS accepted, sum(l.refused) AS refused, sum(l.fen) AS fen
    FROM purchase_acceptance_line l JOIN purchase_acceptance a ON a.id = l.acceptance_id AND a.voided_on IS NULL GROUP BY l.line_id)"""
_SUMS_OF_ONE = LINE_SUMS.replace("GROUP BY", "WHERE a.purchase_id = ?1 GROUP BY")
MONEY_WORDS = """CASE l.source WHEN '代收费' THEN coalesce(i.name, '代收费') WHEN '' THEN ''
    ELSE coalesce(nullif(l.fund, ''), b.name, l.source) END"""


def purchase_of(table: str, record: int) -> int:
    """Give the purchase that a record of one of its tables (a line, a paper's share, a contract) belongs to."""
    return int(scalar(f"SELECT purchase_id FROM {table} WHERE id = ?", (record,)))


def lines(identity: int) -> list[LineRow]:
    """Give the lines of a purchase in their order."""
    return [LineRow(**row) for row in by_name(
        f"""SELECT l.id, l.name, l.spec, l.unit, l.quantity, l.price, l.fen, l.class_code, l.service, l.purpose, l.goes,
                l.department_id AS department, l.school_class_id AS school_class, l.person_id AS person, l.place_id AS place, l.storeroom,
                l.source, l.budget_line_id AS budget_line, l.plan_item_id AS plan_item, l.fund, l.quote_id AS quote, l.award_reason,
                l.remark, coalesce(c.name, p.name, d.name, o.path, '') AS to_words, {MONEY_WORDS} AS money_words,
                coalesce(s.accepted, 0) AS accepted, coalesce(s.refused, 0) AS refused, coalesce(s.fen, 0) AS accepted_fen
            FROM purchase_line l LEFT JOIN {_SUMS_OF_ONE} s ON s.line_id = l.id
            LEFT JOIN school_class c ON c.id = l.school_class_id LEFT JOIN person p ON p.id = l.person_id
            LEFT JOIN department d ON d.id = l.department_id LEFT JOIN place o ON o.id = l.place_id
            LEFT JOIN budget_line b ON b.id = l.budget_line_id LEFT JOIN fee_plan_item i ON i.id = l.plan_item_id
            WHERE l.purchase_id = ?1 ORDER BY l.position, l.id""", (identity,))]


def needs(identity: int) -> dict[int, tuple[Need, ...]]:
    """Give by line what each class gets of it."""
    found: dict[int, tuple[Need, ...]] = {}
    for line, *values in database.execute_sql(
            """SELECT n.line_id, n.school_class_id, n.quantity, n.pupils FROM purchase_need n JOIN purchase_line l ON l.id = n.line_id
               JOIN school_class c ON c.id = n.school_class_id
               WHERE l.purchase_id = ? ORDER BY n.line_id, c.grade, c.number""", (identity,)).fetchall():
        found[line] = (*found.get(line, ()), Need(*values))
    return found


def request_draft(identity: int) -> tuple[rules.RequestDraft, tuple[int, ...]]:
    """Give a request as a form edits it, and the ids of its lines in their order."""
    row, found, wanted = purchase(identity), lines(identity), needs(identity)
    keys = [key for key in LineDraft.__dataclass_fields__ if key != "needs"]
    drafts = tuple(LineDraft(**{key: getattr(line, key) for key in keys}, needs=wanted.get(line.id, ())) for line in found)
    return rules.RequestDraft(row.requested_on, row.kind, row.way, row.department_id, row.purpose, row.wanted_on, row.supplier, row.remark,
                              drafts), tuple(line.id for line in found)


_ACCEPTANCES = """SELECT a.id, a.purchase_id AS purchase, a.number, a.accepted_on, a.delivered_on, a.delivery_note, a.differences, a.remark,
    a.signed_on, a.voided_on, a.void_reason,
    (SELECT coalesce(sum(fen), 0) FROM purchase_acceptance_line WHERE acceptance_id = a.id) AS fen FROM purchase_acceptance a"""


def acceptances(identity: int) -> list[AcceptanceRow]:
    """Give the acceptances of a purchase, voided ones too, in their order."""
    return [AcceptanceRow(**with_days(row)) for row in by_name(f"{_ACCEPTANCES} WHERE a.purchase_id = ? ORDER BY a.accepted_on, a.id", (identity,))]


def acceptance(identity: int) -> AcceptanceRow:
    """Give an acceptance; ``Refused`` where it is gone."""
    found = by_name(f"{_ACCEPTANCES} WHERE a.id = ?", (identity,))
    if not found:
        raise Refused("这次验收已经不在了，可能刚被撤销。请刷新后再试。")
    return AcceptanceRow(**with_days(found[0]))


# What went in: a receipt that the store voided since has gone back to what was accepted and lies nowhere yet.
TAKEN = """(SELECT i.id, i.acceptance_line_id, i.movement, i.issue, i.asset, i.quantity, i.fen FROM purchase_intake i
    LEFT JOIN stock_movement g ON g.id = i.movement WHERE i.movement IS NULL OR g.stands)"""
_ACCEPTED = f"""SELECT l.id, l.acceptance_id AS acceptance, l.line_id AS line, p.name, p.spec, p.unit, l.delivered, l.accepted, l.refused,
    l.fen, l.remark, p.goes, p.class_code, coalesce(i.quantity, 0) AS taken, coalesce(i.fen, 0) AS taken_fen
    FROM purchase_acceptance_line l JOIN purchase_acceptance a ON a.id = l.acceptance_id JOIN purchase_line p ON p.id = l.line_id
    LEFT JOIN (SELECT acceptance_line_id, sum(quantity) AS quantity, sum(fen) AS fen FROM {TAKEN} GROUP BY 1) i
      ON i.acceptance_line_id = l.id"""


def accepted_lines(identity: int) -> list[AcceptedRow]:
    """Give the lines of the standing acceptances of a purchase."""
    return [AcceptedRow(**row) for row in by_name(
        f"{_ACCEPTED} WHERE a.purchase_id = ? AND a.voided_on IS NULL ORDER BY a.accepted_on, a.id, p.position, l.id", (identity,))]


def lines_of_acceptance(identity: int) -> list[AcceptedRow]:
    """Give the lines of one acceptance, voided or not."""
    return [AcceptedRow(**row) for row in by_name(f"{_ACCEPTED} WHERE l.acceptance_id = ? ORDER BY p.position, l.id", (identity,))]


def intakes(identity: int, acceptance: int | None = None) -> list[IntakeRow]:
    """Give what became of the accepted pieces of a purchase (of one acceptance where it is named)."""
    return [IntakeRow(**row) for row in by_name(
        f"""SELECT i.id, i.acceptance_line_id AS acceptance_line, l.line_id AS line, p.name, i.movement, i.issue, i.asset, i.quantity, i.fen
           FROM {TAKEN} i JOIN purchase_acceptance_line l ON l.id = i.acceptance_line_id
           JOIN purchase_acceptance a ON a.id = l.acceptance_id JOIN purchase_line p ON p.id = l.line_id
           WHERE a.purchase_id = ?1 AND a.voided_on IS NULL AND (?2 IS NULL OR a.id = ?2) ORDER BY i.id""", (identity, acceptance))]


def acceptor_names(acceptance: int) -> str:
    """Give the names of those who accepted a delivery."""
    return names(signing.of(ACCEPTED_OWNER, [acceptance], rules.ACCEPTOR).get(acceptance, ()))


def latest_people() -> tuple[tuple[Signer, ...], tuple[Signer, ...]]:
    """Give who bought and who accepted last, as the next purchase offers them."""
    row = database.execute_sql(
        """SELECT a.purchase_id, a.id FROM purchase_acceptance a WHERE a.voided_on IS NULL ORDER BY a.id DESC LIMIT 1""").fetchone()
    if row is None:
        return (), ()
    return (tuple(signing.of(OWNER, [row[0]], rules.BUYER).get(row[0], ())),
            tuple(signing.of(ACCEPTED_OWNER, [row[1]], rules.ACCEPTOR).get(row[1], ())))


# --- prices and proposals ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LastBought:
    """How a thing was bought the last time: 分 a unit, when, from whom, and where it went."""

    price: int
    unit: str
    day: date
    supplier: str
    class_code: str
    goes: str


def last_bought(wanted: Collection[tuple[str, str]], but: int = 0) -> dict[tuple[str, str], LastBought]:
    """Give for names and specs how each was bought last, by (name, spec) as asked; a purchase may be left out (``but``).

    Two whose folded words are the same are the same thing, in whatever unit; the latest purchase that stands counts.
    """
    keys = {key_of(name, spec): (name, spec) for name, spec in wanted}
    narrowed, parameters = among_texts("l.key", list(keys))
    rows = database.execute_sql(
        f"""SELECT l.key, l.price, l.fen, l.quantity, l.unit, coalesce(p.bought_on, p.requested_on), p.supplier, l.class_code, l.goes
            FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id
            WHERE {narrowed} AND p.voided_on IS NULL AND p.state <> '{rules.REFUSED}' AND p.id <> ? AND (l.price IS NOT NULL OR l.fen IS NOT NULL)
            ORDER BY coalesce(p.bought_on, p.requested_on), p.id, l.id""", (*parameters, but)).fetchall()
    found: dict[tuple[str, str], LastBought] = {}
    for key, price, fen, quantity, unit, day, supplier, class_code, goes in rows:
        cost = price if price is not None else rules.price_of(quantity, fen)
        found[keys[key]] = LastBought(cost or 0, unit, date.fromisoformat(day), supplier, class_code, goes)
    return found


def on_hand(wanted: Sequence[LineDraft | LineRow]) -> dict[int, int]:
    """Give how much the stores have of each of some lines now, in thousandths, by the line's id (of drafts by their place, from 0).

    The same name, spec and unit is the same thing; what no store knows is left out.
    """
    keys = {at if isinstance(line, LineDraft) else line.id: item_key(line.name, line.spec, line.unit) for at, line in enumerate(wanted)}
    narrowed, parameters = among_texts("i.key", list(dict.fromkeys(keys.values())))
    there = dict(database.execute_sql(
        f"""SELECT i.key, coalesce(sum(m.quantity), 0) FROM stock_item i LEFT JOIN stock_movement m ON m.item_id = i.id AND m.stands
            WHERE {narrowed} GROUP BY i.key""", parameters).fetchall())
    return {at: there[key] for at, key in keys.items() if key in there}


def key_of(name: str, spec: str) -> str:
    """Give what a thing is known by from purchase to purchase."""
    return item_key(name, spec, "")


def among_texts(column: str, texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Give the SQL condition that a column is one of some texts, and its parameters."""
    return f"{column} IN ({','.join('?' * len(texts))})", tuple(texts)


def proposed(line: LineDraft, kind: str) -> str:
    """Propose where a line goes by its price and bulk, as the ledger does: 建卡, else 直接领用; nowhere for services and works."""
    if kind != rules.GOODS:
        return ""
    price = line.price if line.price is not None else rules.price_of(line.quantity, line.fen)
    return rules.CARD if price is not None and fixed(price, line.quantity or 0, line.class_code) else rules.USE


def fixed(price: int, quantity: int, class_code: str) -> bool:
    """Whether pieces at a price are 固定资产 by what the ledger says of price and bulk; 图书 and software by their class as well."""
    return suggested_category(price, quantity // ONE, class_code, settings.value(assets.THRESHOLD), settings.value(assets.BULK_PIECES),
                              settings.value(assets.BULK_KINDS)) == FIXED


def life_of(class_code: str) -> int | None:
    """Give the months of life that the table of classes has for a code."""
    known = classes.find_class(class_code)
    return known.months if known else None


def class_title(class_code: str) -> str:
    """Give what a class is called, "" for an unknown code."""
    known = classes.find_class(class_code)
    return known.name if known else ""


def names_again(text: str, limit: int = 30) -> list[LineDraft]:
    """Give things that were bought before and whose words (pinyin too) hold what was typed, the latest first, each once."""
    typed = pinyin.words(text)
    where = " AND ".join(["instr(l.keys, ?) > 0"] * len(typed) or ["1"])
    rows = by_name(
        f"""SELECT l.name, l.spec, l.unit, l.price, l.class_code, l.goes, l.service, max(l.id) AS latest FROM purchase_line l
            WHERE {where} GROUP BY l.key ORDER BY latest DESC LIMIT ?""", (*typed, limit))
    return [replace(LineDraft(), **{key: value for key, value in row.items() if key != "latest"}) for row in rows]


# --- titles ------------------------------------------------------------------------------------------------------


def titles(identities: Collection[int]) -> Mapping[int, str]:
    """Give what purchases are called: QG-2026-00012 扫帚等 3 种."""
    narrowed, parameters = among("p.id", identities)
    rows = database.execute_sql(
        f"""SELECT p.id, p.number, (SELECT name FROM purchase_line WHERE purchase_id = p.id ORDER BY position, id LIMIT 1),
                   (SELECT count(*) FROM purchase_line WHERE purchase_id = p.id)
            FROM purchase p WHERE 1 {narrowed}""", parameters).fetchall()
    return {identity: f"{number} {what_of([name or ''], count)}" for identity, number, name, count in rows}


def title(identity: int) -> str:
    """Give what a purchase is called; ``Refused`` where it is gone."""
    return titles([purchase(identity).id])[identity]


def what_of(names: Sequence[str], count: int | None = None) -> str:
    """Give in a few words what was bought: 扫帚, or 扫帚等 3 种."""
    many = len(names) if count is None else count
    return f"{names[0]}等 {many} 种" if many > 1 else "".join(names[:1])


def found(number: str) -> int | None:
    """Give the purchase of a number, for the registry of records."""
    row = by_number(number)
    return row.id if row else None


def count_late(year: int) -> tuple[int, int]:
    """Give how many purchases of a calendar year are 补办, and how many were accepted at all."""
    late, accepted = database.execute_sql(
        """SELECT sum(p.approved_on IS NULL OR p.approved_on > f.first), count(*) FROM purchase p
           JOIN (SELECT purchase_id, min(accepted_on) AS first FROM purchase_acceptance WHERE voided_on IS NULL GROUP BY 1) f
             ON f.purchase_id = p.id
           WHERE p.voided_on IS NULL AND substr(f.first, 1, 4) = ?""", (str(year),)).fetchone()
    return int(late or 0), int(accepted)


def first_acceptance(identity: int) -> date | None:
    """Give the day of the first acceptance of a purchase that stands."""
    day = scalar("SELECT min(accepted_on) FROM purchase_acceptance WHERE purchase_id = ? AND voided_on IS NULL", (identity,))
    return date.fromisoformat(day) if day else None


def held_by(person: int) -> list[str]:
    """Say what a person has bought or accepted that is not claimed yet, for the check before 离岗: a sentence, or nothing."""
    count = int(scalar(
        f"""SELECT count(DISTINCT p.id) FROM purchase p JOIN signature g ON g.owner_table = '{OWNER}' AND g.owner_id = p.id
            WHERE g.person_id = ? AND g.role = '{rules.BUYER}' AND p.voided_on IS NULL AND p.state IN ('{rules.ASKED}', '{rules.APPROVED}')
              AND NOT EXISTS (SELECT 1 FROM purchase_invoice_share s WHERE s.purchase_id = p.id AND s.claim_id IS NOT NULL)""", (person,)))
    return [f"经手的采购还有 {count} 次没有报销"] if count else []
