"""首页 over a small ledger: what waits is told, and the school itself is not taken back by a click among others."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from app.assets import commands, importing, rejected
from app.assets.fields import AssetDraft
from app.assets.importing import Source
from ui.base.changes import Changes
from ui.home.page import HomePage


@pytest.fixture
def page(qtbot, started_ledger, show_active):
    made = HomePage(Changes(), None, started_ledger.folder, lambda *_: None)
    qtbot.addWidget(made)
    made.resize(1366, 690)
    show_active(made)
    made.looked = True
    made.data = started_ledger.folder
    made.refresh()
    return made


def words(page):
    return [each.text() for each in page.findChildren(QLabel) if each.isVisibleTo(page)]


def buttons(page):
    return [each.text() for each in page.findChildren(QPushButton) if each.isVisibleTo(page)]


def test_the_step_that_founded_the_school_has_no_button(page):
    assert "建立学校 青禾小学" in words(page)
    assert "撤销" not in buttons(page)
    commands.register_asset(AssetDraft(name="课桌"))
    page.refresh()
    assert buttons(page).count("撤销") == 1


def test_what_waits_for_the_bureau_and_rows_that_stayed_outside_are_told(page, tmp_path):
    for status in ("待报废", "毁坏不能用", "待核销"):
        commands.register_asset(AssetDraft(name="课桌", status=status))
    path = tmp_path / "台账.csv"
    path.write_text("资产名称,数量\n课椅,1\n显微镜,若干", "utf-8")
    source = Source(path)
    outcome = importing.run(source, replace(source.propose(), skip_bad=True))
    rejected.imported(page.data, outcome, path)
    rejected.save(page.data, outcome, tmp_path / "台账-有问题的行.xlsx")
    page.refresh()
    told = "\n".join(words(page))
    for each in ("1 件待报废，等着报批处置", "1 件毁坏不能用，等着报批处置", "1 件待核销，等着报批核销", "上次导入有 1 行没有进台账"):
        assert each in told
    assert "没有等着办的事" not in told
    figure = words(page).index("待报批处置、核销")
    assert words(page)[figure + 1] == "3"
