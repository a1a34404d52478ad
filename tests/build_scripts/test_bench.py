from itertools import islice

import bench
import bench_ledger
import pytest


@pytest.mark.parametrize(("value", "most", "verdict"), [(1.0, None, ""), (2.0, 2, "ok"), (2.01, 2, "OVER 2")])
def test_verdict_of_a_figure(value, most, verdict):
    assert bench.Figure("x", value, "×", most).verdict == verdict


def test_rows_are_the_same_every_time_and_fit_the_head():
    rows = list(bench_ledger.rows(1_000))
    assert rows == list(bench_ledger.rows(1_000))
    assert list(islice(bench_ledger.rows(5_000), 1_000)) == rows
    assert {len(row) for row in rows} == {len(bench_ledger.HEAD)}
    assert len({row[0] for row in rows}) == 1_000


def test_workbook_holds_all_rows(tmp_path):
    from openpyxl import load_workbook

    bench_ledger.write_workbook(tmp_path / "a.xlsx", 50)
    book = load_workbook(tmp_path / "a.xlsx", read_only=True)
    assert sum(1 for _ in book.active.iter_rows()) == 51
    book.close()


def test_a_failing_command_ends_the_measurement_with_its_words():
    import sys

    with pytest.raises(SystemExit, match="no such ledger"):
        bench_ledger.output([sys.executable, "-c", "import sys; sys.exit('no such ledger')"])


def test_main_prints_a_table_and_fails_over_a_bound(monkeypatch, capsys):
    monkeypatch.setattr(bench, "SECTIONS", {"one": lambda _: [bench.Figure("a", 1.0, "s", 2)]})
    assert bench.main([]) == 0
    monkeypatch.setitem(bench.SECTIONS, "two", lambda _: [bench.Figure("b", 3.0, "s", 2), bench.Figure("c", 1.0, "s")])
    assert bench.main([]) == 1
    assert "| two | b | 3.00 s | 2 s | OVER 2 |" in capsys.readouterr().out
    assert bench.main(["--only", "one"]) == 0
