"""Taking back what was printed: asked once, the archived copy is marked; redo takes the mark away again."""

import pytest

from app.school import commands as school
from app.school.rules import PersonDraft
from app.store import archive, journal
from ui.base import undoing


@pytest.fixture
def step(started_ledger, tmp_path):
    """A step whose paper was printed."""
    made = school.add_person(PersonDraft("王敏"))
    (pdf := tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4")
    archive.keep(started_ledger.folder, pdf, "stock-issue", "领用单", "CK-2026-00012", 1, [("person", made.made[0])])
    return made


def test_a_printed_paper_is_asked_about_before_its_step_goes(step, said, started_ledger):
    said.answers = [False]
    undoing.take_back(step.id)
    assert said.questions[0].startswith("“领用单 CK-2026-00012”已于 ")
    assert journal.undoable()[0] == step.id, "the step stays"
    said.answers = [True]
    undoing.take_back(step.id)
    assert "请收回那张纸" in said.details[-1]
    assert archive.listing(started_ledger.folder)[0].undone_at
    undoing.bring_back(step.id)
    assert not archive.listing(started_ledger.folder)[0].undone_at


def test_a_step_without_a_paper_goes_unasked(started_ledger, said):
    undoing.take_back(school.add_person(PersonDraft("李强")).id)
    assert said.questions == []
