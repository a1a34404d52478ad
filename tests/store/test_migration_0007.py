"""After the seventh migration what wants doing can be put off, undone like any step, and is due again on its day."""

from datetime import date, timedelta

import pytest

from app.core.dues import DANGER, Due, gathered
from app.core.errors import Invalid
from app.store import check, journal, migrations, opening, snoozing
from app.store.database import database, scalar
from app.store.migrations import MIGRATIONS
from app.store.snoozing import SnoozeDraft

TODAY = date(2026, 11, 21)
SLIPS = Due("fees/slips", "回执还有 23 人没有交。", "fees:replies", "去催收", table="fee_plan", id=2)


@pytest.fixture
def sixth_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the sixth program wrote."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:6])
        patch.setattr(migrations, "LATEST", 6)
        store = opening.open_store(tmp_path / "data")
        database.close_everywhere()
    return store.folder


def test_an_older_ledger_can_put_off_after_the_migration(sixth_version, stopped_clock):
    store = opening.open_store(sixth_version.root)
    snoozing.put_off(SLIPS, SnoozeDraft(TODAY + timedelta(7), "家长会后再收"))
    assert snoozing.asleep(TODAY) == {SLIPS.key}
    assert check.run(store.folder).problems == []
    database.close_everywhere()


def test_put_off_until_its_day_and_undone(ledger, stopped_clock):
    step = snoozing.put_off(SLIPS, SnoozeDraft(TODAY + timedelta(7), " 家长会后再收 "))
    assert step.title == "暂缓到 2026-11-28：回执还有 23 人没有交。"
    other = Due("fees/slips", "另一封", "fees:replies", "去催收", table="fee_plan", id=3)
    for days, left in ((0, [other]), (6, [other]), (7, [SLIPS, other])):
        asleep = snoozing.asleep(TODAY + timedelta(days))
        assert gathered([("收费", lambda: [SLIPS, other])], asleep) == left
    journal.undo(step.id)
    assert snoozing.asleep(TODAY) == frozenset()
    journal.redo()
    assert snoozing.asleep(TODAY) == {SLIPS.key}


def test_a_new_day_takes_the_place_of_the_old_and_all_can_be_woken(ledger, stopped_clock):
    snoozing.put_off(SLIPS, SnoozeDraft(TODAY + timedelta(7), "等"))
    snoozing.put_off(SLIPS, SnoozeDraft(TODAY + timedelta(1), "还是早些"))
    assert snoozing.asleep(TODAY + timedelta(1)) == frozenset()
    assert snoozing.asleep(TODAY) == {SLIPS.key}
    assert snoozing.wake_all() is not None
    assert snoozing.asleep(TODAY) == frozenset()
    assert snoozing.wake_all() is None


def test_many_of_a_kind_are_put_off_as_one_line_what_is_red_never_sleeps(ledger, stopped_clock):
    many = [Due("assets/left", f"第{number}位", "assets", "去交接", table="person", id=number, many="{} 位") for number in range(1, 8)]
    [line] = gathered([("台账", lambda: many)])
    snoozing.put_off(line, SnoozeDraft(TODAY + timedelta(7), "寒假统一交接"))
    failed = Due("store/backup", "备份失败", "settings:backup", "去备份", DANGER)
    snoozing.put_off(failed, SnoozeDraft(TODAY + timedelta(7), "不想看"))
    assert gathered([("台账", lambda: [*many, failed])], snoozing.asleep(TODAY)) == [failed]


@pytest.mark.parametrize(("until", "reason", "wrong"), [
    (None, "等", ["until"]), (TODAY, "等", ["until"]), (TODAY + timedelta(1), "", ["reason"]), (TODAY + timedelta(1), "  ", ["reason"]),
    (TODAY + timedelta(366), "等", []), (TODAY + timedelta(367), "等", ["until"]), (TODAY + timedelta(1), "等", []),
])
def test_a_day_to_come_within_a_year_and_a_reason(ledger, stopped_clock, until, reason, wrong):
    draft = SnoozeDraft(until, reason)
    assert [each.field for each in snoozing.check_snooze(draft, TODAY)] == wrong
    if wrong:
        steps = scalar("SELECT count(*) FROM operation")
        with pytest.raises(Invalid):
            snoozing.put_off(SLIPS, draft)
        assert scalar("SELECT count(*) FROM operation") == steps
