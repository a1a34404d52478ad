"""Which records a printed paper stands for: what is asked before its step is taken back, and what its archived copy says then."""

from datetime import timedelta

import pytest

from app.core import clock
from app.school import commands as school
from app.school.rules import PersonDraft
from app.store import archive, journal


@pytest.fixture
def paper(started_ledger, tmp_path):
    """Give a function that archives a paper for records."""
    (pdf := tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")

    def keep(*records):
        return archive.keep(started_ledger.folder, pdf, "stock-issue", "领用单", "CK-2026-00001", 1, records)
    return keep


def test_a_paper_printed_after_a_step_is_told_and_marked(started_ledger, paper):
    step = school.add_person(PersonDraft("王敏"))
    paper(("person", step.made[0]))
    paper(("person", 10**6))
    printed = archive.printed_since(step.id)
    assert [(title, scope) for _, title, scope, _ in printed] == [("领用单", "CK-2026-00001")]
    journal.undo(step.id)
    archive.mark([each[0] for each in printed], undone=True)
    assert [bool(each.undone_at) for each in archive.listing(started_ledger.folder)] == [False, True]
    assert archive.printed_since(step.id) == [], "it is asked once"
    journal.redo(step.id)
    archive.mark(archive.undone_with(step.id), undone=False)
    assert [each.undone_at for each in archive.listing(started_ledger.folder)] == ["", ""]


def test_a_paper_printed_before_a_step_does_not_show_it(started_ledger, paper, monkeypatch):
    first = school.add_person(PersonDraft("王敏"))
    clock_now = clock.now
    monkeypatch.setattr(clock, "now", lambda: clock_now() - timedelta(hours=1))
    paper(("person", first.made[0]))
    monkeypatch.undo()
    step = school.edit_person(first.made[0], PersonDraft("王敏", phone="0700"))
    assert archive.printed_since(step.id) == []


def test_a_paper_of_a_record_stands_for_what_belongs_to_it(started_ledger, paper):
    """A person's paper shows the department that he was put into by a later step: a row that points at the record counts."""
    department = school.add_department("教务处").made[0]
    step = school.add_person(PersonDraft("王敏", department_id=department))
    paper(("department", department))
    assert len(archive.printed_since(step.id)) == 1
