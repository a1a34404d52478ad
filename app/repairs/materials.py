"""Material that a job uses (用料): drawn from the store, or in words with its amount where the school keeps no stock of it.

What came out of the store is a movement there: its quantity and cost are read from it, also what comes back or is voided there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.core import clock
from app.core.errors import Invalid, Problem, Refused, require_valid
from app.core.money import MOST_FEN
from app.core.quantity import MOST, format_quantity
from app.repairs import commands, queries, rules
from app.repairs.lists import PART_FEN
from app.repairs.queries import LEFT_OF_PART, RepairRow
from app.repairs.tables import RepairPart
from app.stock import items, movements
from app.stock import queries as stock
from app.stock.rules import Back, Out, Receiver
from app.store import journal, voiding
from app.store.database import among, by_name, scalar
from app.store.journal import Step

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Used:
    """What was used: an ``item`` of the store, else words with an amount (分, what it cost in all); ``quantity`` thousandths."""

    item: int | None = None
    quantity: int = 0
    name: str = ""
    spec: str = ""
    unit: str = ""
    fen: int = 0


@dataclass(frozen=True, slots=True)
class PartRow:
    """What a job used: ``quantity`` and ``fen`` are what was not returned; ``slip`` is the store's, "" for material in words.

    ``stands`` is False for what was returned whole or voided.
    """

    id: int
    repair: int
    used_on: date
    movement: int | None
    slip: str
    item: int | None
    name: str
    spec: str
    unit: str
    used: int
    quantity: int
    fen: int
    stands: bool


def parts(*repairs: int) -> list[PartRow]:
    """Give what some jobs used, by job in the order in which it was typed; what was returned whole or voided as well."""
    narrowed, parameters = among("t.repair_id", repairs)
    return [PartRow(**{**row, "used_on": date.fromisoformat(row["used_on"]), "stands": bool(row["stands"])}) for row in by_name(
        f"""SELECT t.id, t.repair_id AS repair, t.used_on, t.movement, coalesce(s.number, '') AS slip, m.item_id AS item,
                coalesce(i.name, t.name) AS name, coalesce(i.spec, t.spec) AS spec, coalesce(i.unit, t.unit) AS unit,
                coalesce(-m.quantity, t.quantity) AS used, iif(t.voided_on IS NULL, {LEFT_OF_PART}, 0) AS quantity,
                iif(t.voided_on IS NULL, {PART_FEN}, 0) AS fen, t.voided_on IS NULL AND {LEFT_OF_PART} > 0 AS stands
            FROM repair_part t LEFT JOIN stock_movement m ON m.id = t.movement LEFT JOIN stock_slip s ON s.id = m.slip_id
            LEFT JOIN stock_item i ON i.id = m.item_id WHERE 1 {narrowed} ORDER BY t.repair_id, t.id""", parameters)]


# --- using -------------------------------------------------------------------------------------------------------


def use(repair: int, day: date | None, lines: Sequence[Used], storeroom: int | None = None) -> Step:
    """Note what a job used, as one step: goods of the store go out to the job's place by one slip; ``made`` are the parts.

    ``storeroom`` None is the one that serves most of it. ``Invalid`` where a line is wrong or the store has too little of it
    (``Problem.row`` -1, -2 …).
    """
    row = queries.repair(repair)
    with journal.operation(f"登记用料 {row.title}", day) as work:
        row.after("use")
        problems = rules.check_day("used_on", "用料日期", day, clock.today(), ("报修日期", row.reported_on))
        require_valid(problems + _check(lines))
        for part in _write(row, day or clock.today(), lines, storeroom):
            work.made(part)
        commands.note(row.id, "use", day, row.state, _told(parts(row.id)[-len(lines):]))
    return work.done


def _check(lines: Sequence[Used]) -> list[Problem]:
    if not lines:
        return [Problem("lines", "请至少填写一行材料。")]
    if len(lines) > MOST_LINES:
        return [Problem("lines", f"一次最多 {MOST_LINES} 行，请分开登记。")]
    problems = []
    for at, line in enumerate(lines, 1):
        wrong = [] if 0 < line.quantity <= MOST else [Problem("quantity", "数量应大于 0。")]
        if line.item is None:
            wrong += [] if line.name.strip() else [Problem("name", "请填写材料名称，或从库房里选。")]
            wrong += [] if 0 <= line.fen <= MOST_FEN else [Problem("fen", "金额应是 0 元以上的数；不花钱的填 0。")]
            wrong += rules.check_words(rules.LONGEST_NAME, name=line.name, spec=line.spec, unit=line.unit)
        elif line.fen:
            wrong.append(Problem("fen", "从库房领的材料，金额按库存成本算，请空着。"))
        problems += [replace(problem, row=-at) for problem in wrong]
    return problems


def _write(row: RepairRow, day: date, lines: Sequence[Used], storeroom: int | None) -> list[int]:
    """Write the parts in their order, those of the store by one slip."""
    stored = [at for at, line in enumerate(lines) if line.item is not None]
    moved = dict[int, int]()
    if stored:
        to = Receiver(place=row.place_id, words="" if row.place_id else row.place_words)
        outs = [Out(lines[at].item or 0, lines[at].quantity, remark=row.number) for at in stored]
        try:
            slip = movements.issue(day, storeroom or _storeroom(outs, day), outs, to, handler=row.workers[:rules.LONGEST_NAME],
                                   remark=f"维修 {row.number}")
        except Invalid as wrong:    # its rows count the lines of the slip
            raise Invalid([replace(each, row=-1 - stored[-each.row - 1]) if each.row is not None and each.row < 0 else each
                           for each in wrong.problems]) from None
        moved = dict(zip(stored, slip.movements, strict=True))
    return [int(RepairPart.insert(
        repair=row.id, used_on=day, movement=moved.get(at), **({} if at in moved else {
            "name": line.name.strip(), "spec": line.spec.strip(), "unit": line.unit.strip(), "quantity": line.quantity, "fen": line.fen})).execute())
        for at, line in enumerate(lines)]


def _storeroom(outs: Sequence[Out], day: date) -> int:
    """Give the storeroom in use that serves most of what is taken on a day, of equally good ones that with more of the first good."""
    there = {(row.item, row.storeroom): row.quantity for row in stock.balances(day)}

    def serves(store: int) -> tuple[int, int]:
        return sum(there.get((out.item, store), 0) >= out.quantity for out in outs), there.get((outs[0].item, store), 0)

    return max((store.id for store in stock.storerooms()), key=serves, default=0) or items.usual_storeroom()


def _told(found: Sequence[PartRow]) -> str:
    """Say what was used or returned in a few words: 灯管 2支、胶布 1卷."""
    words = [f"{each.name} {format_quantity(each.quantity)}{each.unit}" for each in found]
    return "、".join(words[:5]) + (f"等 {len(words)} 种" if len(words) > 5 else "")  # noqa: PLR2004  as many as are read at a glance


# --- returning ---------------------------------------------------------------------------------------------------


def give_back(quantities: Mapping[int, int], day: date | None) -> Step:
    """Return some of what jobs used (part → thousandths) as one step (退料): to the store what came from there.

    Of material in words the amount shrinks with the quantity. ``Invalid`` where more comes back than is left, ``Problem.row`` the part.
    """
    found = [each for each in parts_of(quantities) if quantities[each.id]]
    rows = {row.id: row for row in queries.repairs(sorted({each.repair for each in found}))}
    if not found or len(found) < len(quantities):
        raise Refused("要退的料里有已经不在了的，没有改动。请刷新后再试。" if found else "请先选中要退的料，写上数量。")
    with journal.operation(f"退料 {'、'.join(row.number for row in rows.values())}"[:100], day) as work:
        for row in rows.values():
            row.after("give_back")
        require_valid([problem for each in found for problem in _check_back(each, quantities[each.id], day)])
        _return_to_store([each for each in found if each.movement], quantities, day or clock.today())
        for each in found:
            if each.movement is None:
                _return_words(each, quantities[each.id])
        for row in rows.values():
            came = [replace(each, quantity=quantities[each.id]) for each in found if each.repair == row.id]
            commands.note(row.id, "give_back", day, row.state, _told(came))
    return work.done


def parts_of(ids: Collection[int]) -> list[PartRow]:
    """Give parts by id; those that are gone are left out."""
    narrowed, parameters = among("id", ids)
    jobs = [row["repair"] for row in by_name(f"SELECT DISTINCT repair_id AS repair FROM repair_part WHERE 1 {narrowed}", parameters)]
    return [each for each in parts(*jobs) if each.id in ids] if jobs else []


def _check_back(part: PartRow, quantity: int, day: date | None) -> list[Problem]:
    problems = rules.check_day("day", "退料日期", day, clock.today(), ("用料日期", part.used_on))
    if not 0 < quantity <= part.quantity:
        left = f"只剩 {format_quantity(part.quantity)}{part.unit} 没有退" if part.quantity else "已经全退了，或在库房里作废了"
        problems.append(Problem("quantity", f"{part.name}{left}，写了 {format_quantity(quantity)}，请核对。"))
    return [replace(problem, row=part.id) for problem in problems]


def _return_to_store(found: Sequence[PartRow], quantities: Mapping[int, int], day: date) -> None:
    """Write one slip of return for each storeroom that the goods came from."""
    stores: dict[int, list[PartRow]] = {}
    for each in found:
        stores.setdefault(int(scalar("SELECT storeroom_id FROM stock_movement WHERE id = ?", (each.movement,))), []).append(each)
    for storeroom, several in stores.items():
        movements.give_back(day, storeroom, [Back(each.movement or 0, quantities[each.id]) for each in several], remark="维修退料")


def _return_words(part: PartRow, quantity: int) -> None:
    if quantity == part.quantity:
        voiding.void("repair_part", [part.id], "退料")
        return
    left = part.quantity - quantity
    RepairPart.update(quantity=left, fen=(part.fen * left * 2 + part.quantity) // (2 * part.quantity)).where(RepairPart.id == part.id).execute()
