"""Version 22: jobs of repair are journalled; one standing job a damaged line of a stocktake."""

import peewee
import pytest

from app.repairs.tables import Repair, RepairPlan, Works
from app.store import journal
from app.store.database import scalar


def job(number, **more):
    return Repair.insert(number=number, reported_on="2026-11-20", what="灯", due_on="2026-11-20", **more).execute()


def test_a_damaged_line_has_one_standing_job(ledger):
    with journal.operation("报修"):
        job("WX-1", stocktake_line=7)
        job("WX-2", stocktake_line=7, voided_on="2026-11-21", void_reason="报错", state="voided")
        job("WX-3")
        job("WX-4")
    with pytest.raises(peewee.IntegrityError), journal.operation("又"):
        job("WX-5", stocktake_line=7)


def test_jobs_plans_and_works_are_journalled(ledger):
    with journal.operation("都登记") as work:
        plan = RepairPlan.insert(title="空调清洗", every_months=6).execute()
        works = Works.insert(number="DX-1", title="屋面防水", planned_on="2026-11-20").execute()
        job("WX-1", plan=plan, works=works)
    journal.undo(work.step.id)
    assert scalar("SELECT (SELECT count(*) FROM repair) + (SELECT count(*) FROM repair_plan) + (SELECT count(*) FROM works)") == 0
