"""Giving document numbers: gapless while nothing is undone, and never the same number twice.

The counter moves in the same transaction as the record that carries the number, so a rolled-back operation leaves no
gap. The counter is not journalled: undoing a record does not give its number back.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from app.core.errors import Invalid, Problem, not_joined
from app.core.numbering import Rule, check_rule
from app.store import journal
from app.store.database import database, scalar
from app.store.guards import Replay
from app.store.journal import Step
from app.store.tables import Counter, NumberRule

Exists = Callable[[list[str]], set[str]]
MOST_BATCH = 10_000
MOST_DIGITS = 9  # of a serial set by hand

all_series: Callable[[], tuple[Rule, ...]] = not_joined
"""Gives the series of all features as they are declared (``app.features.join``): no two may share a prefix."""


def none_exist(numbers: list[str]) -> set[str]:
    """Give the empty set: for series whose numbers come from here only."""
    return set()


def rule_of(declared: Rule) -> Rule:
    """Give the rule in force: what the school set, else the declared one."""
    row = NumberRule.get_or_none(NumberRule.series == declared.series)
    if row is None:
        return declared
    return replace(declared, prefix=row.prefix, with_year=bool(row.with_year), digits=row.digits)


def rules() -> list[Rule]:
    """Give the rules in force of all declared series, in the order they were declared."""
    return [rule_of(rule) for rule in all_series()]


def take(declared: Rule, year: int, count: int = 1, exists: Exists = none_exist) -> list[str]:
    """Give the next ``count`` numbers, for good; only inside an operation, whose rollback takes them back.

    ``exists`` gives those of a list that records already carry (imported ones); they are passed over.
    """
    row = database.execute_sql(
        """SELECT j.operation_id, r.prefix, r.with_year, r.digits FROM journal_now j LEFT JOIN number_rule r ON r.series = ?""",
        (declared.series,),
    ).fetchone()
    if not database.in_transaction() or row is None or row[0] is None:
        raise RuntimeError("numbers are taken inside an operation only")
    rule = declared if row[1] is None else replace(declared, prefix=row[1], with_year=bool(row[2]), digits=row[3])
    numbers, last = _next(rule, year, count, exists)
    _set_last(rule.series, rule.counting_year(year), last)
    return numbers


def peek(declared: Rule, year: int, exists: Exists = none_exist) -> str:
    """Give the number that ``take`` would give next, without taking it."""
    return _next(rule_of(declared), year, 1, exists)[0][0]


def raise_to(declared: Rule, year: int, last: int) -> None:
    """Let the counter of a year go on after ``last``; it never goes down. Inside an operation, or on its own."""
    counting_year = rule_of(declared).counting_year(year)
    with database.atomic():
        if last > _last(declared.series, counting_year):
            _set_last(declared.series, counting_year, last)


def note_used(declared: Rule, numbers: Iterable[str]) -> None:
    """Let the counters go on after numbers that came from elsewhere (an import) and have this series' form.

    So a number that was imported and later deleted is not given to another record.
    """
    rule = rule_of(declared)
    highest: dict[int, int] = {}
    for found in map(rule.serial, numbers):
        if found is not None:
            highest[found[0]] = max(found[1], highest.get(found[0], 0))
    for year, last in highest.items():
        raise_to(declared, year, last)


def change_rule(
    declared: Rule, prefix: str, with_year: bool, digits: int, year: int = 0, following: int = 0
) -> Step | None:
    """Set how numbers look from now on, as one step (None: they looked so before); numbers already given stay as they are.

    ``following``, where given, is the serial to go on with in ``year``; like every serial it cannot be taken back.
    Raises ``Invalid`` for a prefix or digits that do not do, for a prefix that another series has, and for a serial
    that would give numbers a second time.
    """
    wanted = replace(declared, prefix=prefix.strip().upper(), with_year=with_year, digits=digits)
    problems = check_rule(wanted)
    last = _last(wanted.series, wanted.counting_year(year))
    if following and following <= last:
        problems.append(Problem("following", f"流水号 {last} 及以前的已经用过，编号不能重复，请填 {last + 1} 或更大的数。"))
    if following >= 10**MOST_DIGITS:
        problems.append(Problem("following", f"流水号最多 {MOST_DIGITS} 位数。"))
    clash = next((rule for rule in rules() if rule.series != wanted.series and rule.prefix == wanted.prefix), None)
    if clash:
        holder = clash.title or clash.series
        problems.append(Problem("prefix", f"前缀“{wanted.prefix}”已经用在“{holder}”上，请换一个。"))
    if problems:
        raise Invalid(problems)
    if following and wanted == rule_of(declared):
        raise_to(declared, year, following - 1)  # counters are not journalled: there would be no step to keep it in
        return None
    with journal.operation(f"修改编号规则 {wanted.title or wanted.series}") as work:
        here = NumberRule.series == wanted.series
        words = {"prefix": wanted.prefix, "with_year": int(with_year), "digits": digits}
        if wanted == declared:
            NumberRule.delete().where(here).execute()
        elif not NumberRule.update(words).where(here).execute():
            NumberRule.insert(series=wanted.series, **words).execute()
        if following:
            raise_to(declared, year, following - 1)
    return work.step


def prefixes_differ(_: Replay) -> Iterator[str]:
    """Guard an undo or redo: no two series begin with the same letters afterwards."""
    holders: dict[str, Rule] = {}
    for rule in rules():
        other = holders.setdefault(rule.prefix, rule)
        if other is not rule:
            yield f"前缀“{rule.prefix}”后来给了“{(rule.title or rule.series)}”或“{other.title or other.series}”。请先给它换一个前缀。"


def _next(rule: Rule, year: int, count: int, exists: Exists) -> tuple[list[str], int]:
    """Give ``count`` free numbers and the serial of the last of them."""
    last = _last(rule.series, rule.counting_year(year))
    numbers: list[str] = []
    batch = count
    while len(numbers) < count:
        serials = range(last + 1, last + 1 + batch)
        candidates = [rule.number(year, serial) for serial in serials]
        used = exists(candidates)
        for serial, number in zip(serials, candidates, strict=True):
            last = serial
            if number not in used:
                numbers.append(number)
            if len(numbers) == count:
                break
        batch = min(max(2 * batch, 100), MOST_BATCH)  # a long run of used numbers is passed in few questions
    return numbers, last


def _last(series: str, year: int) -> int:
    return int(scalar("SELECT last FROM counter WHERE series = ? AND year = ?", (series, year)) or 0)


def _set_last(series: str, year: int, last: int) -> None:
    if not Counter.update(last=last).where((Counter.series == series) & (Counter.year == year)).execute():
        Counter.insert(series=series, year=year, last=last).execute()
