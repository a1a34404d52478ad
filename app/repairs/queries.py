"""What can be asked of jobs of repair: plain rows with all words ready, their steps, cards and workers. They name people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.core import pinyin
from app.core.errors import Refused
from app.repairs import rules
from app.repairs.rules import STEPS, RepairDraft
from app.school.signing_rules import Signer
from app.store.database import among, by_name, database, scalar

OWNER = "repair"


@dataclass(frozen=True, slots=True)
class RepairRow:
    """A job as lists, papers and its page know it; ``place_title`` is the room with the words beside it, names are as people read them."""

    id: int
    number: str
    reported_on: date
    place_id: int | None
    place: str
    place_words: str
    what: str
    category: str
    urgency: str
    reporter_id: int | None
    reporter: str
    reporter_name: str
    phone: str
    class_id: int | None
    school_class: str
    department_id: int | None
    department: str
    by_office: bool
    self_mended: bool
    due_on: date
    state: str
    assigned_on: date | None
    arrived_on: date | None
    waiting_reason: str
    vendor: str
    cause: str
    treatment: str
    minutes: int
    first_done_on: date | None
    done_on: date | None
    rework: int
    accepted_on: date | None
    acceptor_id: int | None
    acceptor: str
    satisfaction: str
    bearer: str
    bearer_words: str
    reported_up_no: str
    plan_id: int | None
    works_id: int | None
    stocktake_line: int | None
    remark: str
    voided_on: date | None
    void_reason: str
    keeper_id: int | None
    workers: str

    @property
    def state_words(self) -> str:
        """Give the state as people read it."""
        return STEPS.words[self.state]

    @property
    def place_title(self) -> str:
        """Give where it is: 教学楼 3层 304室 窗边."""
        return f"{self.place} {self.place_words}".strip()

    @property
    def title(self) -> str:
        """Give what people call it: WX-2026-00012 304室 灯管不亮."""
        where = self.place.rpartition(" ")[2] or self.place_words
        return f"{self.number} {where} {self.what}"

    def after(self, act: str) -> str:
        """Give the state after an act; ``Refused`` where it may not be done now."""
        return STEPS.after(self.state, act, f"报修 {self.number} ")

    def allows(self, act: str) -> bool:
        """Whether something may be done in its state (a key of ``STEPS.ways``)."""
        return STEPS.allows(self.state, act)


_DAYS = frozenset({"reported_on", "due_on", "assigned_on", "arrived_on", "first_done_on", "done_on", "accepted_on", "voided_on"})
_ROW = """SELECT r.id, r.number, r.reported_on, r.place_id, coalesce(p.path, '') AS place, r.place_words, r.what, r.category, r.urgency,
    r.reporter_id, coalesce(n.name, r.reporter_name) AS reporter, r.reporter_name, r.phone, r.school_class_id AS class_id,
    coalesce(c.name, '') AS school_class, r.department_id, coalesce(d.name, '') AS department, r.by_office, r.self_mended, r.due_on, r.state,
    r.assigned_on, r.arrived_on, r.waiting_reason, r.vendor, r.cause, r.treatment, r.minutes, r.first_done_on, r.done_on, r.rework,
    r.accepted_on, r.acceptor_id, coalesce(a.name, r.acceptor_name) AS acceptor, r.satisfaction, r.bearer, r.bearer_words,
    r.reported_up_no, r.plan_id, r.works_id, r.stocktake_line, r.remark, r.voided_on, r.void_reason, p.keeper_id,
    coalesce((SELECT group_concat(name, '、') FROM (SELECT coalesce(w.name, k.name) AS name FROM repair_worker k
              LEFT JOIN person w ON w.id = k.person_id WHERE k.repair_id = r.id ORDER BY k.position)), '') AS workers
    FROM repair r LEFT JOIN place p ON p.id = r.place_id LEFT JOIN person n ON n.id = r.reporter_id
    LEFT JOIN school_class c ON c.id = r.school_class_id LEFT JOIN department d ON d.id = r.department_id
    LEFT JOIN person a ON a.id = r.acceptor_id"""


def repairs(identities: Collection[int]) -> list[RepairRow]:
    """Give jobs in the order asked for; those that are gone are left out."""
    narrowed, parameters = among("r.id", identities)
    found = {row["id"]: _made(row) for row in by_name(f"{_ROW} WHERE 1 {narrowed}", parameters)}
    return [found[identity] for identity in identities if identity in found]


def repair(identity: int) -> RepairRow:
    """Give one job; ``Refused`` where it is gone."""
    rows = repairs([identity])
    if not rows:
        raise Refused("这件报修已经不在了，可能刚被撤销。请刷新后再试。")
    return rows[0]


def by_number(number: str) -> RepairRow | None:
    """Give the job of a number, None where there is none."""
    identity = found(number)
    return repair(identity) if identity else None


def _made(row: dict[str, object]) -> RepairRow:
    days = {key: date.fromisoformat(str(row[key])) if row[key] else None for key in _DAYS}
    return RepairRow(**{**row, **days, "by_office": bool(row["by_office"]), "self_mended": bool(row["self_mended"])})  # type: ignore[arg-type]


def draft_of(identity: int) -> RepairDraft:
    """Give a job as a form edits it."""
    row = repair(identity)
    return RepairDraft(
        row.reported_on, row.place_id, row.place_words, row.what, row.category, row.urgency, row.reporter_id, row.reporter_name, row.phone,
        row.class_id, row.department_id, row.by_office, row.self_mended, row.due_on, row.cause, row.bearer, row.bearer_words, row.remark,
        tuple((each.asset, each.pieces) for each in cards(identity)), row.plan_id, row.stocktake_line)


# --- what hangs on a job -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventRow:
    """A step that was taken: ``act`` is a key of ``STEPS.ways``, ``title`` what people call it, ``state_words`` what the job was then."""

    id: int
    act: str
    title: str
    dated_on: date
    state_words: str
    words: str


def events(identity: int) -> list[EventRow]:
    """Give the steps of a job in the order in which they were typed; its report is no step."""
    return [EventRow(row["id"], row["act"], STEPS.ways[row["act"]].title, date.fromisoformat(row["dated_on"]), STEPS.words[row["state"]],
                     row["words"]) for row in by_name(
        "SELECT id, act, dated_on, state, words FROM repair_event WHERE repair_id = ? ORDER BY id", (identity,))]


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card that a job mends; ``number`` is "" where the card was deleted since, ``status_before`` what it was before 送修, "" at home."""

    repair: int
    asset: int
    pieces: int
    status_before: str
    number: str
    name: str
    place: str
    status: str
    quantity: int

    @property
    def gone(self) -> bool:
        """Whether the card was deleted since."""
        return not self.number


def cards(*identities: int) -> list[CardRow]:
    """Give the cards of some jobs, by job and number."""
    narrowed, parameters = among("x.repair_id", identities)
    return [CardRow(**row) for row in by_name(
        f"""SELECT x.repair_id AS repair, x.asset, x.pieces, x.status_before, coalesce(a.number, '') AS number, coalesce(a.name, '') AS name,
                coalesce(p.path, '') AS place, coalesce(a.status, '') AS status, coalesce(a.quantity, 0) AS quantity
            FROM repair_asset x LEFT JOIN asset a ON a.id = x.asset LEFT JOIN place p ON p.id = a.place_id
            WHERE 1 {narrowed} ORDER BY x.repair_id, a.number, x.asset""", parameters)]


def workers(identity: int) -> list[Signer]:
    """Give who mends a job, in their order."""
    return [Signer(person, name, shown=shown) for person, name, shown in database.execute_sql(
        """SELECT k.person_id, k.name, coalesce(w.name, k.name) FROM repair_worker k LEFT JOIN person w ON w.id = k.person_id
           WHERE k.repair_id = ? ORDER BY k.position""", (identity,)).fetchall()]


# --- titles ------------------------------------------------------------------------------------------------------


def titles(identities: Collection[int]) -> Mapping[int, str]:
    """Give what jobs are called: WX-2026-00012 304室 灯管不亮."""
    return {row.id: row.title for row in repairs(identities)}


def found(number: str) -> int | None:
    """Give the job of a number, for the registry of records."""
    identity = scalar("SELECT id FROM repair WHERE number = ? COLLATE NOCASE", (number.strip(),))
    return int(identity) if identity else None


# --- what the intake offers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported a job: a person of the school, or an outsider by name; ``shown`` is what people read."""

    reporter: int | None
    reporter_name: str
    phone: str
    department: int | None
    shown: str


def last_reporter(place: int) -> Reporter | None:
    """Give who reported the last job of a room and is still at school, None where nobody did."""
    rows = by_name(
        """SELECT r.reporter_id AS reporter, r.reporter_name, r.phone, r.department_id AS department, coalesce(n.name, r.reporter_name) AS shown
           FROM repair r LEFT JOIN person n ON n.id = r.reporter_id
           WHERE r.place_id = ? AND r.voided_on IS NULL AND coalesce(n.on_staff, r.reporter_name <> '')
           ORDER BY r.reported_on DESC, r.id DESC LIMIT 1""", (place,))
    return Reporter(**rows[0]) if rows else None


def class_at(place: int) -> int | None:
    """Give the class that has its room there this school year, None for none."""
    identity = scalar("""SELECT c.id FROM school_class c JOIN term t ON t.school_year = c.school_year
                         WHERE t.is_current = 1 AND c.place_id = ? ORDER BY c.grade, c.number""", (place,))
    return int(identity) if identity else None


@dataclass(frozen=True, slots=True)
class CardPick:
    """A card that stands in a room, as the intake offers it; ``open_job`` is the number of the job that mends it already, "" for none."""

    asset: int
    number: str
    name: str
    model: str
    quantity: int
    status: str
    open_job: str


def cards_in(place: int, text: str = "", limit: int = 30) -> list[CardPick]:
    """Give the cards that stand in a place or below it and whose words (拼音, number too) hold what was typed, by name."""
    typed = pinyin.words(text)
    where = " AND ".join(["instr(a.keys || ' ' || lower(a.number), ?) > 0"] * len(typed) or ["1"])
    states = ", ".join(f"'{state}'" for state in (*rules.OPEN, rules.WORKS))
    return [CardPick(**row) for row in by_name(
        f"""SELECT a.id AS asset, a.number, a.name, a.model, a.quantity, a.status, coalesce((
                SELECT r.number FROM repair_asset x JOIN repair r ON r.id = x.repair_id WHERE x.asset = a.id AND r.state IN ({states})
                ORDER BY r.id DESC LIMIT 1), '') AS open_job
            FROM asset a JOIN place p ON p.id = a.place_id JOIN place o ON o.id = ?
            WHERE p.rank >= o.rank AND p.rank < o.rank || '~' AND {where} ORDER BY word_order(a.name), a.number LIMIT ?""",
        (place, *typed, limit))]


# What of a part was used and not returned: thousandths. What the store voided counts no more.
LEFT_OF_PART = """iif(t.movement IS NULL, t.quantity, coalesce((
    SELECT -m.quantity - coalesce((SELECT sum(b.quantity) FROM stock_movement b WHERE b.origin_id = m.id AND b.kind = '退库' AND b.stands), 0)
    FROM stock_movement m WHERE m.id = t.movement AND m.stands), 0))"""


def holds(identity: int) -> list[str]:
    """Say what stands on a job and keeps it from being voided: parts that were used, costs, the work it was turned over to."""
    parts = [name for (name,) in database.execute_sql(
        f"""SELECT coalesce(i.name, t.name) FROM repair_part t LEFT JOIN stock_movement g ON g.id = t.movement
            LEFT JOIN stock_item i ON i.id = g.item_id
            WHERE t.repair_id = ? AND t.voided_on IS NULL AND {LEFT_OF_PART} > 0 ORDER BY t.id""", (identity,)).fetchall()]
    shares = [words for (words,) in database.execute_sql(
        """SELECT coalesce(n.kind || ' ' || n.number, trim(s.kind || ' ' || s.number)) FROM repair_share s LEFT JOIN invoice n ON n.id = s.invoice_id
           WHERE s.repair_id = ? AND s.voided_on IS NULL ORDER BY s.id""", (identity,)).fetchall()]
    works = [title for (title,) in database.execute_sql(
        """SELECT DISTINCT w.number || ' ' || w.title FROM works w JOIN works_line l ON l.works_id = w.id
           WHERE l.repair_id = ? AND w.voided_on IS NULL""", (identity,)).fetchall()]
    return [f"{word}（{'、'.join(found[:3])}{'等' if len(found) > 3 else ''}）"
            for word, found in (("用料", parts), ("费用", shares), ("所在的大修工程", works)) if found]


def held_by(person: int) -> list[str]:
    """Say which jobs a person still has to mend or to accept, for the check before 离岗: short sentences, or nothing."""
    mends = int(scalar(
        f"""SELECT count(*) FROM repair r WHERE r.state IN ('{rules.ASSIGNED}', '{rules.WAITING}', '{rules.OUTSIDE}')
            AND EXISTS (SELECT 1 FROM repair_worker k WHERE k.repair_id = r.id AND k.person_id = ?)""", (person,)))
    accepts = int(scalar(f"SELECT count(*) FROM repair WHERE state = '{rules.DONE}' AND reporter_id = ? AND NOT by_office", (person,)))
    return [f"{words} {count} 件" for count, words in ((mends, "在修的报修"), (accepts, "等他验收的报修")) if count]
