"""Vouchers that the fourth program wrote become invoices with shares; other evidence and voided papers keep their words."""

import pytest

from app.fees.money import evidence
from app.fees.money.checks import money_sound
from app.school import invoice_rules, invoices
from app.school.tables import Invoice
from app.store import check, journal, migrations, opening
from app.store.database import database, scalar
from app.store.migrations import MIGRATIONS

DIGITAL = "24327000000012345678"
VOUCHERS = (    # kind, code, number, day, payee, 分, voided
    ("发票", "3600224130", "00441", "2026-10-12", "新华书店", 12_000, None),
    ("发票", "", DIGITAL, "2026-10-15", "印刷厂", 5_000, None),
    ("发票", "0320", " ２４３２ ７００００００　０１２３４５６７８", "2026-10-16", "县印刷厂", 2_500, None),   # the same paper, written another way
    ("收据", "", "00441", "2026-10-20", "文具店", 300, None),
    ("工资表", "", "9月", "2026-10-31", "保安", 90_000, None),
    ("发票", "3600224130", "00442", "2026-11-02", "抄错", 77, "2026-11-03"),
    ("发票", "3600224130", "00442", "2026-11-02", "科技馆", 78, "2026-11-04"),
    ("财政票据", "ab", "c1", "2026-11-02", "科技馆", 79, None),
    ("发票", "3600224130", "00443", "2026-11-05", "新华书店", -2_000, None),
)


@pytest.fixture
def fourth_version(tmp_path, monkeypatch):
    """Give the folder of a closed ledger that the fourth program wrote, with nine vouchers; a tenth was undone."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", MIGRATIONS[:4])
        patch.setattr(migrations, "LATEST", 4)
        store = opening.open_store(tmp_path / "data")
        with journal.operation("示例"):
            for sql in ("INSERT INTO term (school_year, half, starts_on, ends_on, is_current) VALUES (2026, 1, '2026-09-01', '2027-01-20', 1)",
                        "INSERT INTO fee_item (name, kind, unit, measure, office, document, scope, voluntary, waiver_policy, waived, "
                        "refund_rule, supplier, remark, position, active, keys) "
                        "VALUES ('作业本费', '代收费', '元', '学期', '', '', '', 0, '', '', '', '', '', 0, 1, 'zyb')",
                        "INSERT INTO fee_plan (term_id, state, shortage, close_reason, remark) VALUES (1, 'draft', '补', '', '')",
                        "INSERT INTO fee_plan_item (plan_id, item_id, position, name, kind, unit, measure, basis, scope, voluntary, "
                        "waiver_policy, waived, refund_rule, supplier, remark) "
                        "VALUES (1, 1, 0, '作业本费', '代收费', '元', '学期', '', '', 0, '', '', '', '', '')"):
                database.execute_sql(sql)
        for rows in (VOUCHERS, VOUCHERS[:1]):
            with journal.operation("登记票据"):
                for kind, code, number, day, payee, fen, voided in rows:
                    database.execute_sql(
                        "INSERT INTO fee_voucher (plan_item_id, kind, code, number, dated_on, supplier, fen, remark, voided_on, void_reason) "
                        "VALUES (1, ?, ?, ?, ?, ?, ?, '备注', ?, ?)", (kind, code, number, day, payee, fen, voided, "错" if voided else ""))
        database.execute_sql("CREATE TEMP TABLE packed_operation (id, last_change, changes)")   # that program packed nothing
        journal.undo()
        database.close_everywhere()
    return store.folder


def test_vouchers_become_invoices_with_shares(fourth_version):
    store = opening.open_store(fourth_version.root)
    try:
        rows = Invoice.select().order_by(Invoice.id)
        assert [(row.key, row.fen, row.supplier, str(row.voided_on or "")) for row in rows] == [
            ("3600224130-00441", 12_000, "新华书店", ""), (DIGITAL, 7_500, "印刷厂", ""), ("3600224130-00442", 77, "抄错", "2026-11-03"),
            ("3600224130-00442", 78, "科技馆", "2026-11-04"), ("AB-C1", 79, "科技馆", ""), ("3600224130-00443", -2_000, "新华书店", "")]
        assert all(row.key == invoice_rules.key_of(row.code, row.number) for row in rows)
        held = evidence.invoices_held(range(1, 20))
        assert [held.get(voucher) for voucher in range(1, 10)] == [1, 2, 2, None, None, 6, 7, 8, 9]
        stood = database.execute_sql(f"SELECT id, kind, number, dated_on, supplier, fen, remark, void_reason FROM {evidence.PAPERS} ORDER BY id")
        told = [tuple(row) for row in stood.fetchall()]
        assert [row[5] for row in told] == [each[5] for each in VOUCHERS]
        for row, (kind, _, number, day, payee, fen, voided) in zip(told, VOUCHERS, strict=True):
            if row[0] != 3:      # the second share has the words of its invoice
                assert row[1:] == (kind, number, day, payee, fen, "备注", "错" if voided else "")
        assert told[2][1:5] == ("发票", DIGITAL, "2026-10-15", "印刷厂")
        assert invoices.invoices_sound() == money_sound() == []
        assert check.run(store.folder).problems == []
        assert scalar("SELECT seq FROM sqlite_sequence WHERE name = 'fee_voucher'") == 10      # the undone one's number is not given again
        assert [event.title for event in journal.history("fee_voucher", 1)] == ["登记票据"]
    finally:
        database.close_everywhere()
