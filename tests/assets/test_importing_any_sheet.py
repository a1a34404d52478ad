"""Whatever lies in a sheet, the import gives an outcome or a refusal in words; the rehearsal and the run agree."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets.importing import Source, run
from app.assets.sheet_rows import sheets_meant
from app.core.errors import Refused
from app.store import journal

WORDS = st.sampled_from([
    None, None, None, "资产编号", "资产名称", "数量", "单价", "金额", "存放地点", "保管人", "备注", "序号", "室名：301", "室名：", "保管人：王敏",
    "班级", "一、课桌椅类",
    "（二）图书馆", "合计", "小计", "同上", "课桌", "课椅", "空调", 1, 2, 45, 100.5, 0, "2019.9.1", "302室", "食堂", "A1", "A2",
    "制表人：王", "三（2）班财产登记表", "：", "在用", "物品名称", "数  量", True, "=1+1", "资产\n名称"])
HEADS = ["资产编号", "资产名称", "数量", "单价", "存放地点"]
ROWS = st.lists(st.one_of(st.lists(WORDS, max_size=11), st.just(HEADS), st.just([*HEADS, None, *HEADS]), st.just(["A1", "课桌", 1, 2.5, None])),
                max_size=14)
MERGED = st.lists(st.tuples(st.integers(1, 12), st.integers(1, 8), st.integers(0, 4), st.integers(0, 6)), max_size=3)
NAMES = st.lists(st.sampled_from(["301", "三（2）班", "食堂", "Sheet1", "汇总", "2026年", "音乐室"]), min_size=1, max_size=3, unique=True)


def write(path, names, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (rows, merged) in zip(names, sheets, strict=False):
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
            for cell in page[page.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
        for row, column, down, right in merged:
            if (down or right) and not any(area.min_row <= row + down and row <= area.max_row and area.min_col <= column + right
                                           and column <= area.max_col for area in page.merged_cells.ranges):
                page.merge_cells(start_row=row, start_column=column, end_row=row + down, end_column=column + right)
    book.save(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=NAMES, sheets=st.lists(st.tuples(ROWS, MERGED), min_size=3, max_size=3), duplicates=st.sampled_from(["refuse", "skip", "update"]),
       twice=st.sampled_from(["refuse", "renumber"]))
def test_any_sheet_gives_an_outcome_or_a_refusal(ledger, names, sheets, duplicates, twice):
    with TemporaryDirectory() as folder:
        write(Path(folder, "台账.xlsx"), names, sheets)
        source = Source(Path(folder, "台账.xlsx"))
    plan = replace(source.propose(), duplicates=duplicates, twice=twice, skip_bad=True)
    sheets_meant(source, plan)
    try:
        rehearsed = run(source, plan, rehearse=True)
    except Refused:
        return
    outcome = run(source, plan)
    assert replace(outcome, step=None) == rehearsed
    rows = {(name, number) for name in plan.sheets for number in range(1, len(source.workbook.sheet(name).rows) + 1)}
    assert set(outcome.bad_rows) <= rows
    assert all(problem.sheet in plan.sheets and problem.text for problem in outcome.problems)
    assert bool(outcome.errors) == bool(outcome.bad_rows)
    if outcome.step:
        journal.undo(outcome.step.id)
