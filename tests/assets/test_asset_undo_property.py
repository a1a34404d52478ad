"""Whatever people do, undoing all of it gives the first state row for row, and redoing it gives the last."""

import csv
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets import alike, bulk, cells, commands, importing, merging, queries, splitting
from app.assets import settings as asset_settings
from app.assets.commands import ExtraDraft
from app.assets.fields import AssetDraft
from app.assets.importing import Source
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.school import commands as school_commands
from app.school import place_commands
from app.school import queries as school
from app.school.rules import ClassDraft, PersonDraft, PlaceDraft, SchoolDraft, TermDraft
from app.store import check, journal, numbering, opening, triggers
from app.store import settings as stored_settings
from app.store.database import database

NAMES = ("学生课桌", "讲台", "钢琴", "台式计算机", "重庆标牌")
PEOPLE = ("王敏", "李龘", "单桂芝")
PLACES = ("教学楼 1层 101室 教室", "教学楼 2层 201-203室 教室", "综合楼 会议室、音乐室", "操场 室外")


class Office:
    """Somebody at work in a ledger, choosing at random among the real verbs."""

    def __init__(self, folder, seed):
        self.folder = folder
        self.chance = Random(seed)

    def any(self, table):
        ids = [row[0] for row in database.execute_sql(f'SELECT id FROM "{table}" ORDER BY id').fetchall()]
        return self.chance.choice(ids) if ids else None

    def maybe(self, table):
        return self.any(table) if self.chance.random() < 0.6 else None

    def some(self, table):
        ids = [row[0] for row in database.execute_sql(f'SELECT id FROM "{table}" ORDER BY id').fetchall()]
        return self.chance.sample(ids, min(len(ids), self.chance.randint(1, 3)))

    def card(self):
        field = self.maybe("extra_field")
        return AssetDraft(
            name=self.chance.choice(NAMES), number=self.chance.choice(("", "", "", "校-1", "校-2", "ZC-2026-00004")),
            quantity=self.chance.randint(1, 45), unit_price=self.chance.choice((None, 14_800, 268_000)),
            place_id=self.maybe("place"), keeper_id=self.maybe("person"), department_id=self.maybe("department"),
            extras={field: self.chance.choice(("3", "红", "2026-09-01"))} if field else {})

    # --- the ledger

    def register(self):
        commands.register_asset(self.card())

    def edit(self):
        identity = self.any("asset") or 1
        draft, card = self.card(), queries.card(identity)
        draft.number = draft.number or (card.draft.number if card else "")
        commands.edit_asset(identity, draft)

    def type_cells(self):
        changed = {identity: self.cells() for identity in self.some("asset")}
        cells.write_cells(changed, [{"name": "钢琴", **self.cells()} for _ in range(self.chance.randint(0, 2))])

    def cells(self):
        every = {"name": self.chance.choice((*NAMES, "")), "number": f"校-{self.chance.randint(1, 99)}", "quantity": self.chance.randint(0, 45),
                 "unit_price": self.chance.choice((None, 14_800)), "value": self.chance.choice((None, 1_000_001)), "place_id": self.maybe("place"),
                 "keeper_id": self.maybe("person"), "remark": self.chance.choice(("", "走廊")), "class_code": self.chance.choice(("", "A05010201"))}
        return {key: every[key] for key in self.chance.sample(sorted(every), self.chance.randint(1, 4))}

    def change_many(self):
        change = bulk.Change({"status": self.chance.choice(("闲置", "在用")), bulk.REMARK_MORE: "查过"},
                             frozenset(self.chance.choice(((), ("keeper_id",)))))
        bulk.edit_many(self.some("asset"), change, skip_bad=self.chance.random() < 0.5)

    def register_alike(self):
        alike.register_alike(self.card(), alike.Batch(
            self.chance.randint(1, 3), self.chance.choice(("", "校-1", "校-8")), self.chance.choice(("", "A\nB"))))

    def split(self):
        splitting.split_card(self.any("asset") or 1, splitting.Split(self.chance.choice(((1,), (3, 5), (1,) * 6)), self.maybe("place")))

    def merge(self):
        ids = self.some("asset")
        draft = queries.card(ids[0]).draft if ids else None
        if draft and (draft.quantity or 0) > 1 and self.chance.random() < 0.7:    # cards made apart by chance are seldom alike
            ids = [ids[0], *splitting.split_card(ids[0], splitting.Split((1,), self.maybe("place"))).made]
        into = self.chance.choice(ids) if ids else 0
        fields = [each.key for each in merging.differences(queries.cards(ids))]
        merging.merge_cards(merging.Merge(tuple(ids), into, {key: self.chance.choice(ids) for key in fields}))

    def delete(self):
        commands.delete_assets(self.some("asset"))

    def restore(self):
        found = journal.deleted("asset")
        if found:
            commands.restore_assets(self.chance.sample(found, self.chance.randint(1, len(found))))

    def extra_field(self):
        kind = self.chance.choice(commands.EXTRA_KINDS)
        commands.save_extra_field(ExtraDraft(self.chance.choice(("层高", "颜色", "贴标")), kind, "红\n蓝"), self.maybe("extra_field"))

    def retire_field(self):
        commands.retire_extra_field(self.any("extra_field") or 1, self.chance.random() < 0.5)

    def attach(self):
        path = self.folder / f"{self.chance.randint(1, 3)}.jpg"
        path.write_bytes(path.name.encode())
        commands.attach_files(self.data, self.any("asset") or 1, [path])

    def detach(self):
        commands.remove_attachment(self.any("attachment") or 1)

    def take_in(self):
        path = self.folder / "台账.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(["资产编号", "资产名称", "数量", "单价", "存放地点", "保管人", "购置日期"])
            for _ in range(self.chance.randint(1, 4)):
                sheet.writerow([self.chance.choice(("", "校-1", "校-3")), self.chance.choice(NAMES), self.chance.choice((1, 45, "坏")),
                                148, self.chance.choice(("", "实验楼 3层 304室", "101室")), self.chance.choice(("", *PEOPLE, "新来的")),
                                self.chance.choice(("", "2019.9.1"))])
        source = Source(path)
        plan = source.propose()
        importing.run(source, replace(plan, duplicates=self.chance.choice(("refuse", "skip", "update")),
                                                skip_bad=self.chance.random() < 0.7), rehearse=self.chance.random() < 0.2)

    # --- the school

    def add_places(self):
        place_commands.add_places(self.chance.choice(PLACES))

    def add_place(self):
        place_commands.add_place(PlaceDraft(self.chance.choice(("分校", "新校区")), None, "校区"))

    def change_place(self):
        identity = self.any("place")
        draft = school.place_draft(identity)
        draft.name, draft.keeper_id = self.chance.choice((draft.name, "新名", "105室")), self.maybe("person")
        place_commands.edit_place(identity, draft)

    def move_place(self):
        identity = self.any("place")
        draft = school.place_draft(identity)
        draft.parent_id = self.maybe("place")
        place_commands.edit_place(identity, draft)

    def keep(self):
        place_commands.set_keeper(self.some("place"), self.maybe("person"))

    def close_place(self):
        self.chance.choice((place_commands.retire_place, place_commands.reopen_place))(self.any("place"))

    def remove_place(self):
        place_commands.remove_place(self.any("place"))

    def add_person(self):
        school_commands.add_person(PersonDraft(self.chance.choice(PEOPLE), self.maybe("department")))

    def change_person(self):
        identity = self.any("person") or 1
        self.chance.choice((
            lambda: school_commands.edit_person(identity, PersonDraft(self.chance.choice(PEOPLE), phone="8001")),
            lambda: school_commands.person_leaves(identity), lambda: school_commands.person_returns(identity),
            lambda: school_commands.remove_person(identity)))()

    def department(self):
        self.chance.choice((
            lambda: school_commands.add_department(self.chance.choice(("教务处", "财务室"))),
            lambda: school_commands.rename_department(self.any("department"), self.chance.choice(("教务处", "德育处"))),
            lambda: school_commands.order_departments(self.some("department")),
            lambda: school_commands.remove_department(self.any("department"))))()

    def school_class(self):
        self.chance.choice((
            lambda: school_commands.add_classes(2026, {self.chance.randint(1, 6): self.chance.randint(1, 3)}),
            lambda: school_commands.edit_class(
                self.any("school_class") or 1, ClassDraft(2026, self.chance.randint(1, 6), 1, "", self.maybe("person"), self.maybe("place"))),
            lambda: school_commands.remove_class(self.any("school_class") or 1)))()

    def term(self):
        self.chance.choice((
            lambda: school_commands.add_term(TermDraft(self.chance.choice((2026, 2027)), self.chance.randint(1, 2))),
            lambda: school_commands.make_current(self.any("term")), lambda: school_commands.close_term(self.any("term")),
            lambda: school_commands.reopen_term(self.any("term"))))()

    # --- settings and steps

    def settle(self):
        stored_settings.change({asset_settings.BULK_PIECES: self.chance.choice((20, 30)),
                                asset_settings.UNITS: self.chance.choice(("台\n张", "把"))})

    def rule(self):
        numbering.change_rule(asset_settings.ASSET_NUMBERS, self.chance.choice(("ZC", "GZ")), self.chance.random() < 0.5, 5)

    def undo(self):
        journal.undo()

    def undo_one_and_redo(self):
        """Take back any one step, not the latest; where that is allowed, redo brings everything back as it was."""
        before = state()
        journal.undo(self.chance.choice(journal.steps(20)).id)
        journal.redo()
        assert state() == before

    def redo(self):
        journal.redo()


VERBS = [name for name in vars(Office) if name not in ("any", "maybe", "some", "card", "cells") and not name.startswith("_")]
OFTEN = ["register"] * 3 + ["edit"] * 3 + [
    "type_cells", "type_cells", "merge", "delete", "restore", "take_in", "undo", "undo", "redo", "redo", "redo"]
MORNING = ("add_places", "add_person", "add_person", "department", "school_class", "register", "register", "attach")


def state():
    return {table: database.execute_sql(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
            for table in triggers.journalled_tables()}


def counters():
    return {row[:2]: row[2] for row in database.execute_sql("SELECT series, year, last FROM counter").fetchall()}


@pytest.fixture
def nobody_else():
    before = journal.worker.name
    yield
    database.close_everywhere()
    journal.worker.name = before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(verbs=st.lists(st.sampled_from(VERBS + OFTEN), min_size=1, max_size=20), seed=st.integers(0, 10_000))
def test_undoing_all_gives_the_first_state_and_redoing_all_the_last(empty_ledger, stopped_clock, nobody_else, verbs, seed):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        root.mkdir()
        shutil.copyfile(empty_ledger, root / "zongwu.db")
        store = opening.open_store(root)
        first = state()
        school_commands.start_school(SchoolDraft("青禾小学", term="2026-2027-1"))
        office = Office(Path(folder), seed)
        office.data = store.folder
        given_so_far = counters()
        for verb in (*MORNING, *verbs):
            before = state()
            try:
                getattr(office, verb)()
            except (Invalid, Refused):
                assert state() == before, verb  # what is refused changes nothing
            now = counters()
            assert all(now.get(key, 0) >= last for key, last in given_so_far.items()), verb
            given_so_far = now
        last = state()
        undone = 0
        while journal.undoable():
            journal.undo()
            undone += 1
        assert state() == first
        assert counters() == given_so_far
        for _ in range(undone):
            journal.redo()
        assert state() == last
        assert counters() == given_so_far
        assert [problem for problem in check.run(store.folder).problems if "数量或金额" not in problem] == []
        numbers = [row[1] for row in queries.listing(Wish(), 10_000)]
        assert len(numbers) == len(set(numbers))
        database.close_everywhere()
