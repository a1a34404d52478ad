"""A ledger of ten school years, made by the app's own verbs: ``python3 build_scripts/ten_years.py DIR [--years N]``.

On the demo school the clock is set to one day after the other: promotion, a first grade, an import of new cards, twenty
terms of fees (board, slips, receipts by class and one by one, days eaten, vouchers, settlement, refunds, close), a
stocktake of all rooms a year, edits of many cards and of single ones, pupils who leave, steps taken back. ``bench.py``
measures what it comes to. Always the same.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as hour
from importlib.util import find_spec
from pathlib import Path
from random import Random

import environment
from bench_ledger import HEAD, rows

YEARS, FIRST_YEAR = 10, 2027
CARDS_A_YEAR, EDITS_A_TERM, SINGLE_RECEIPTS = 300, 40, 60
SLIPS_LATE, REFUSING = 0.02, 0.08


class _Clock:
    """The office's calendar, which says what it is told to say; a step takes a minute."""

    def __init__(self) -> None:
        from app.core import clock

        self.moment = datetime(2026, 11, 21, 8).astimezone()
        clock.now = self._now

    def _now(self) -> datetime:
        self.moment += timedelta(seconds=20)
        return self.moment.replace(microsecond=0)

    def turn_to(self, day: date) -> None:
        """Let it be eight o'clock of a day."""
        self.moment = datetime.combine(day, hour(8)).astimezone()


class Decade:
    """Makes the years one after the other in the ledger that is open, on the demo school."""

    def __init__(self) -> None:
        from app.demo import build_demo

        self.clock, self.chance = _Clock(), Random(2027)
        build_demo()
        self.plan_term = self._term_id(2026, 1)

    def year(self, year: int) -> None:
        """Let a school year go by: 1 September to the summer."""
        self.clock.turn_to(date(year, 8, 20))
        self._pupils_rise(year)
        self._term(year, 1, date(year, 9, 1), date(year + 1, 1, 22))
        self._cards(year)
        self._stocktake(year, date(year, 12, 1))
        self._term(year, 2, date(year + 1, 2, 21), date(year + 1, 7, 3))
        self._leavers(date(year + 1, 3, 10))

    # --- pupils ----------------------------------------------------------------------------------------------

    def _pupils_rise(self, year: int) -> None:
        from app.school import commands, promotion, pupil_commands
        from app.store.database import database

        for half, first, last in ((1, date(year, 9, 1), date(year + 1, 1, 25)), (2, date(year + 1, 2, 20), date(year + 1, 7, 5))):
            if not self._term_id(year, half):
                from app.school.rules import TermDraft

                commands.add_term(TermDraft(year, half, first, last))
        promotion.promote(promotion.look(year - 1))
        commands.add_classes(year, {1: 4})
        classes = [identity for (identity,) in database.execute_sql(
            "SELECT id FROM school_class WHERE school_year = ? AND grade = 1 ORDER BY number", (year,)).fetchall()]
        for number, identity in enumerate(classes, 1):
            pupil_commands.write_pupils({}, [
                {"name": self._name(), "class_id": identity, "seat": seat, "number": f"{year}{number:02d}{seat:04d}",
                 "gender": self.chance.choice("男女"), "guardian": self._name(), "phone": f"138{self.chance.randrange(10**8):08d}"}
                for seat in range(1, 44)], year=year)

    def _name(self) -> str:
        pick = self.chance.choice
        return pick("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高") + pick("梓子雨欣浩宇思佳俊一") + pick("涵轩萱怡然辰琪豪诺桐")

    def _leavers(self, day: date) -> None:
        from app.school import pupil_commands, roster

        self.clock.turn_to(day)
        here = roster.pupils_in(None, day, day.year - 1)
        for pupil in self.chance.sample([each.id for each in here], 8):
            pupil_commands.transfer_out([pupil], day)

    # --- fees ------------------------------------------------------------------------------------------------

    def _term(self, year: int, half: int, first: date, last: date) -> None:
        from app.fees.board import commands as board
        from app.fees.board.commands import PostDraft
        from app.fees.money import settlement
        from app.fees.plan import commands as plans
        from app.fees.plan.rules import PlanDraft
        from app.fees.rules import MADE_UP
        from app.school import commands

        term = self._term_id(year, half)
        self.clock.turn_to(first - timedelta(days=12))
        commands.make_current(term)
        plan = plans.copy_plan(term, self.plan_term).made[0]
        plans.edit_plan(plan, PlanDraft(MADE_UP, first, first + timedelta(days=20)))
        board.post(plan, PostDraft(first - timedelta(days=12), None, "校门口公示栏", "周文海"))
        self._slips(term, plan, first - timedelta(days=3))
        self.clock.turn_to(first)
        board.begin_collecting(plan)
        self._receipts(plan)
        self._edits()
        self.clock.turn_to(last)
        self._usage(plan)
        self._vouchers(plan, last)
        settlement.settle(plan)
        self._refunds(plan)
        board.post_settlement(plan, PostDraft(last, last + timedelta(days=7), "校门口公示栏", "周文海"))
        settlement.close_term(plan, "转学学生的退款联系不上，挂账待领。")
        self.plan_term = term

    def _slips(self, term: int, plan: int, day: date) -> None:
        from app.fees.letters import commands, queries
        from app.fees.letters.kinds import shipped_draft
        from app.fees.letters.replies import Exceptions

        self.clock.turn_to(day)
        letter = commands.make_letter(term, shipped_draft("fee-notice", day, day + timedelta(days=3))).made[0]
        commands.note_printed(letter)
        for room in self._classes(plan):
            rows = queries.reply_rows(letter, room)
            refused = {row.pupil: frozenset([self.chance.choice(list(row.choices))]) for row in rows
                       if row.choices and self.chance.random() < REFUSING}
            late = frozenset(row.pupil for row in rows if self.chance.random() < SLIPS_LATE) - refused.keys()
            commands.record_class(letter, room, Exceptions(late, refused))

    def _receipts(self, plan: int) -> None:
        """Let single families pay first, then class by class; one receipt a class is typed wrongly and taken back."""
        from app.core import clock
        from app.fees.money import commands
        from app.fees.money.facts import Facts
        from app.fees.money.rules import ReceiptDraft
        from app.store import journal

        facts = Facts(plan)
        owing = {child.id: owed for child in facts.children if (owed := facts.owed(child.id))}
        for pupil in self.chance.sample(sorted(owing), SINGLE_RECEIPTS):
            commands.record_receipts(plan, [ReceiptDraft(pupil, clock.today(), owing[pupil], method="扫码")])
        for room in self._classes(plan):
            commands.pay_class(plan, room, clock.today(), "银行转账")
            if self.chance.random() < 0.1:
                journal.undo()
                journal.redo()

    def _usage(self, plan: int) -> None:
        """Note the days eaten, class by class as the kitchen tells them."""
        from app.fees.money import commands
        from app.fees.money.facts import Facts

        facts = Facts(plan)
        meals = next(each.id for each in facts.titles if each.name == "伙食费")
        by_class: dict[int, dict[int, dict[int, int | None]]] = {}
        for each in facts.charges[meals]:
            if each.units:
                days = each.units - min(each.units, self.chance.choice((0, 0, 1, 2, 3, 5)))
                by_class.setdefault(facts.places[each.pupil].class_id, {})[each.pupil] = {meals: days}
        for typed in by_class.values():
            commands.write_usage(plan, typed)

    def _vouchers(self, plan: int, last: date) -> None:
        from app.fees.money import commands
        from app.fees.money.facts import Facts
        from app.store.database import database

        people = [identity for (identity,) in database.execute_sql("SELECT id FROM person ORDER BY id LIMIT 3").fetchall()]
        facts = Facts(plan)
        for title in facts.titles:
            charged = sum(each.full or each.fen for each in facts.charges[title.id])
            for part in range(3 if charged else 0):
                commands.write_vouchers(plan, {}, [{
                    "plan_item": title.id, "kind": "发票", "number": f"{self.chance.randrange(10**8):08d}", "dated_on": last,
                    "supplier": title.supplier, "fen": charged * (96, 97, 98)[part] // 300, "handler": people[0],
                    "acceptor": people[1], "auditor": people[2]}])

    def _refunds(self, plan: int) -> None:
        from app.core import clock
        from app.core.errors import Refused
        from app.fees.money import settlement

        for room in self._classes(plan):
            try:
                settlement.refund_class(plan, room, clock.today(), "原路退回")
            except Refused:     # nothing is open in that class
                continue

    def _classes(self, plan: int) -> list[int]:
        from app.fees.money.facts import Facts

        facts = Facts(plan)
        return sorted({facts.places[child.id].class_id for child in facts.children})

    # --- cards -----------------------------------------------------------------------------------------------

    def _cards(self, year: int) -> None:
        """Import what was bought in the year, from a workbook."""
        import csv
        import tempfile

        from app.assets import importing
        from app.assets.source import Source

        self.clock.turn_to(date(year, 11, 10))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{year}.csv"
            with file.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([HEAD, *self._bought(year)])
            source = Source(file)
            outcome = importing.run(source, source.propose())
        if outcome.imported != CARDS_A_YEAR:
            raise RuntimeError(f"{outcome.imported} cards came in: {outcome.problems[:3]}")

    def _bought(self, year: int) -> Iterator[tuple[object, ...]]:
        for number, row in enumerate(rows(CARDS_A_YEAR), 1):
            day = date(year, 1 + number % 10, 1 + number % 28).isoformat()
            yield (f"ZC-{year}-{90_000 + number:06d}", *row[1:4], f"SN{year}{number:06d}", *row[5:9], day, *row[10:])

    def _edits(self) -> None:
        """Change single cards and many at once: remarks, states; take two of the steps back."""
        from dataclasses import replace

        from app.assets import bulk, commands, queries
        from app.store import journal
        from app.store.database import database

        ids = [identity for (identity,) in database.execute_sql("SELECT id FROM asset WHERE status = '在用'").fetchall()]
        for identity in self.chance.sample(ids, EDITS_A_TERM):
            (card,) = queries.cards([identity])
            commands.edit_asset(
                identity, replace(card.draft, remark=f"{self.clock.moment:%Y年%m月}修理，更换配件，{card.draft.remark}"[:40]))
        bulk.edit_many(self.chance.sample(ids, 200), bulk.Change({"status": "闲置"}), skip_bad=True)
        journal.undo()
        bulk.edit_many(self.chance.sample(ids, 60), bulk.Change({"remark": f"{self.clock.moment:%Y-%m}清查"}), skip_bad=True)

    def _stocktake(self, year: int, day: date) -> None:
        from app.stocktake import approval, commands, queries, rules
        from app.stocktake.rules import Count, StocktakeDraft

        self.clock.turn_to(day)
        made = commands.open_stocktake(
            StocktakeDraft(self._term_id(year, 1), rules.TERM_END, day, title=f"{year}年年终盘点", team="龚秀珍、郝明珠")).made[0]
        lines: dict[int, list[int]] = {}
        for line in queries.lines(made, (rules.UNSEEN,)):
            lines.setdefault(line.place_id or 0, []).append(line.id)
        for room, held in lines.items():
            lost = [Count(held[0], 0, reason="查无实物，去向不明")] if len(held) > 30 and self.chance.random() < 0.2 else []
            commands.count_room(made, room, lost, "龚秀珍")
        commands.finish_counting(made)
        approval.approve(made, f"青小总务〔{year}〕9号", day, "校长")

    def _term_id(self, year: int, half: int) -> int:
        from app.store.database import scalar

        return int(scalar("SELECT id FROM term WHERE school_year = ? AND half = ?", (year, half)) or 0)


def build(folder: Path, years: int = YEARS) -> None:
    """Make the ledger in a new data folder and close it; what the office's quiet moments would do to it is not done yet."""
    from app import features
    from app.store.opening import open_store

    features.join()
    store = open_store(folder)
    try:
        decade = Decade()
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            began = time.perf_counter()
            decade.year(year)
            print(f"{year}: {time.perf_counter() - began:.1f} s, {folder.joinpath('zongwu.db').stat().st_size / 1e6:.1f} MB", flush=True)
    finally:
        store.close()


def main(arguments: list[str]) -> int:
    """Read the command line and build, inside the private environment."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--years", type=int, default=YEARS)
    words = parser.parse_args(arguments)
    if words.folder.exists() and any(words.folder.iterdir()):
        sys.exit(f"{words.folder} is not empty")
    if find_spec("PySide6") is None:
        return subprocess.call([str(environment.prepare(dev=True)), __file__, *arguments])
    sys.path.insert(0, str(environment.ROOT))
    build(words.folder, words.years)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
