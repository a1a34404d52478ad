"""The workbook of a count: out, filled in, back; blanks stay, strangers and nonsense are told."""

from datetime import date

import openpyxl
import pytest

from app.core.errors import Refused
from app.stock import count_sheets, counts
from app.store import journal


@pytest.fixture
def sent(store, tmp_path):
    store.fill()
    count = counts.open_count(1, date(2026, 11, 20)).made[0]
    path = tmp_path / "盘点.xlsx"
    assert count_sheets.write_sheet(count, path) == 2

    def fill(**counted):
        book = openpyxl.load_workbook(path)
        for row in book.active.iter_rows(min_row=3):
            if row[0].value in counted:
                row[4].value, row[5].value = counted[row[0].value]
        for name, values in counted.items():
            if name not in ("粉笔", "A4纸"):
                book.active.append([name, "", "把", None, *values])
        book.save(path)
        return path

    return count, fill


def test_what_was_counted_comes_back_as_one_step(sent, store):
    count, fill = sent
    done = count_sheets.read_back(count, fill(粉笔=(98, "破损"), A4纸=("√", None)))
    assert (done.counted, done.blank, done.problems) == (2, 0, [])
    assert {line.item: (line.counted, line.reason) for line in counts.lines(count)} == {
        store.chalk: (98_000, "破损"), store.paper: (40_000, "")}
    journal.undo(done.step.id)
    assert counts.require(count).counted == 0


def test_blanks_stay_and_what_cannot_be_read_is_told(sent, store):
    count, fill = sent
    counts.write_counts(count, {counts.lines(count)[0].id: {"counted": 99_000}})
    done = count_sheets.read_back(count, fill(粉笔=(None, None), A4纸=("不少", None), 扫帚=(5, "")))
    assert (done.counted, done.blank, [problem.text[:8] for problem in done.problems]) == (0, 1, ["“不少”不是数量", "这次盘点里没有这"])
    assert counts.require(count).counted == 1
    counts.write_counts(count, {line.id: {"counted": line.book} for line in counts.lines(count)})
    counts.finish(count)
    with pytest.raises(Refused, match="不能录入"):
        count_sheets.read_back(count, fill(粉笔=(1, "")))


def test_another_workbook_is_refused(sent, tmp_path):
    book = openpyxl.Workbook()
    for row in (("品名", "实盘数量"), ("钢琴", 1)):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(Refused, match="没有认出这次盘点的行"):
        count_sheets.read_back(sent[0], tmp_path / "x.xlsx")
