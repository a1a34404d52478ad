"""The rows model: blocks only, bounded memory, Qt's own model tester."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.core.columns import Column, Kind
from app.core.errors import Damaged
from ui.grid.grid import Grid
from ui.grid.layout import fitted
from ui.grid.rows import BLOCK, BLOCKS_KEPT, RowsModel

COLUMNS = (Column("name", "名称"), Column("value", "价值", Kind.MONEY), Column("status", "状态", Kind.CHOICE))


@pytest.fixture
def asked():
    return []


@pytest.fixture
def model(qapp, asked):
    model = RowsModel(COLUMNS, {"在修": "warning"})

    def fetch(limit, offset):
        asked.append((limit, offset))
        return [(number + 1, f"第{number}", number * 100, "在修") for number in range(offset, min(offset + limit, 100_000))]

    model.load(fetch, 100_000)
    return model


def test_model_passes_qts_tester(model):
    model.load(model._fetch, 450)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.load(lambda limit, offset: [(1, "甲", 5, "在用")], 1)
    assert model.rowCount() == 1
    assert model.rowCount(model.index(0, 0)) == 0


def test_only_the_blocks_seen_are_fetched(model, asked):
    assert asked == []
    assert model.index(0, 0).data() == "第0"
    assert model.index(99_999, 1).data() == "99,999.00"
    assert asked == [(BLOCK, 0), (BLOCK, 99_800)]
    for number in range(0, 100_000, BLOCK):
        model.row(number)
    assert len(model._blocks) <= BLOCKS_KEPT


def test_values_by_kind(model):
    role = Qt.ItemDataRole
    assert model.index(3, 1).data(role.UserRole) == 300
    assert model.index(3, 1).data(role.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert model.index(3, 2).data(role.ForegroundRole).name() == "#b45309"
    assert model.index(3, 0).data(role.ForegroundRole) is None
    assert model.headerData(1, Qt.Orientation.Horizontal) == "价值"


def test_row_that_is_gone_meanwhile_is_blank(qapp):
    model = RowsModel(COLUMNS)
    model.load(lambda limit, offset: [(1, "甲", 5, "在用")], 3)
    assert model.index(2, 0).data() is None
    assert model.id_at(2) is None
    assert model.id_at(-1) is None


def test_find_looks_around_and_in_the_first_block(model):
    assert model.find([50_001], near=[50_150]) == {50_001: 50_000}
    assert model.find([3, 90_000], near=[40]) == {3: 2}


@pytest.mark.parametrize(("natural", "least", "soft", "room", "widths"), [
    ([100, 50], [60, 50], [True, False], 200, [150, 50]),
    ([200, 80, 50], [60, 60, 50], [True, True, False], 250, [120, 80, 50]),
    ([200, 80], [60, 60], [True, True], 100, [60, 60]),
    ([100], [60], [False], 300, [100]),
    ([], [], [], 300, []),
])
def test_fitted(natural, least, soft, room, widths):
    assert fitted(natural, least, soft, room) == widths


def test_rows_that_cannot_be_read_are_told_once_and_nothing_leaves_qts_overrides(qtbot, monkeypatch):
    told = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: told.append(error))

    def unreadable(limit, offset):
        raise Damaged("账本文件已损坏。")

    model = RowsModel(COLUMNS)
    grid = Grid(model)
    qtbot.addWidget(grid)
    grid.show()
    model.load(unreadable, 1000)
    grid.fit(measure=True)
    grid.viewport().repaint()
    assert told == [], "no dialog may open while the grid is being painted"
    qtbot.waitUntil(lambda: bool(told))
    assert list(map(str, told)) == ["账本文件已损坏。"]
    with pytest.raises(Damaged):    # whoever works with a row is not given a blank one
        model.id_at(0)
    model.load(unreadable, 1000)
    assert model.index(0, 0).data() is None
    qtbot.waitUntil(lambda: len(told) > 1)
    assert len(told) == 2, "and once more when the list is read anew"
    model.load(lambda limit, offset: [(1, "一个相当长的资产名称", 5, "在用")], 1)
    grid.fit()
    assert grid.layout_of_columns.measured[0] > grid.fontMetrics().horizontalAdvance("一个相当长的资产名称"), "nothing is kept of the blank rows"
