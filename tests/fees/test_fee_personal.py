"""What fees keep about one pupil: it goes out whole, and erasing blanks who signed while every amount stays."""

from datetime import date

import pytest

from app.exchange.reading import open_workbook
from app.fees import personal
from app.school import pupil_commands, roster_sheets
from app.store import check
from app.store.database import database, scalar


@pytest.fixture
def pupil(demo_ledger, stopped_clock):
    """A pupil of the demo school who got money back and signed for it; his id."""
    return scalar("""SELECT r.pupil_id FROM fee_refund r JOIN enrolment e ON e.pupil_id = r.pupil_id
                     WHERE e.left_on IS NULL ORDER BY r.signer = '', r.id LIMIT 1""")


def _amounts():
    return [database.execute_sql(sql).fetchall() for sql in (
        "SELECT pupil_id, sum(fen) FROM fee_refund GROUP BY 1", "SELECT sum(fen), count(*) FROM fee_receipt_line",
        "SELECT sum(charged), sum(paid), sum(spent), sum(refund) FROM fee_settlement")]


def test_a_pupils_data_go_out_with_his_fees(pupil, tmp_path):
    titles = [kept.title for kept in personal.about_pupil(pupil)]
    assert {"缴费", "结算", "退费"} <= set(titles)
    assert all(len(row) == len(kept.columns) for kept in personal.about_pupil(pupil) for row in kept.rows)
    assert roster_sheets.export_pupil(pupil, tmp_path / "一人.xlsx") == 2 + len(titles)
    assert [sheet.name for sheet in open_workbook(tmp_path / "一人.xlsx").sheets] == ["基本信息", "班级", *titles]


def test_erasing_keeps_the_accounts(pupil, demo_ledger):
    before = _amounts()
    signer = scalar("SELECT max(signer) FROM fee_refund WHERE pupil_id = ?", (pupil,))
    pupil_commands.transfer_out([pupil], date(2026, 11, 20))
    pupil_commands.erase([pupil])
    assert _amounts() == before
    assert scalar("SELECT max(signer) FROM fee_refund WHERE pupil_id = ?", (pupil,)) == ""
    if signer:
        images = str(database.execute_sql("SELECT before, after FROM change WHERE table_name = 'fee_refund' AND row_id IN "
                                          "(SELECT id FROM fee_refund WHERE pupil_id = ?)", (pupil,)).fetchall())
        assert signer not in images
    assert check.run(demo_ledger.folder).problems == []
