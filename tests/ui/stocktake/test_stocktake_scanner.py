"""扫码盘点 as a scanner drives it: keys in bursts, noise, each outcome in its own words, undo, the focus that stays."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.assets import queries as assets
from app.core.errors import Refused
from app.school import place_commands
from app.school import queries as school
from app.stocktake import commands, queries, scanning
from tests.cli_fixture import tables
from ui.stocktake import scanner
from ui.stocktake.scanner import WORDS, ScanDialog


@pytest.fixture
def window(begun, qtbot, show_active):
    made = ScanDialog(None, begun.id, None)
    qtbot.addWidget(made)
    show_active(made)
    return made


@pytest.fixture
def scan(window, qtbot):
    """Type a code and Enter as a scanner does: to whatever has the focus."""
    def typed(code):
        for sign in code:
            if sign.isascii():
                qtbot.keyClick(QApplication.focusWidget(), sign)
            else:
                commit(QApplication.focusWidget(), sign)
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
        return window.last.outcome
    return typed


def commit(widget, words):
    """Type as an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def number(asset):
    return assets.card(asset).draft.number


def test_every_outcome_has_its_word_and_colour(begun, window, scan, clipped):
    assert scan(number(begun.desk)) == scanner.REFUSED
    assert "先扫房间" in window.text.text()
    outside = begun.card("开始以后才登记的")
    seen = {}
    for code, outcome in ((school.place_path(begun.second), "room"), (number(begun.piano), "right"), (number(begun.piano), "again"),
                          (number(begun.projector), "elsewhere"), ("6901", "parked"), (number(outside), "outside")):
        assert scan(code) == outcome, code
        assert window.word.text() == WORDS[outcome]
        assert window.band.property("tone") == outcome
        seen[window.word.text()] = window.grab().toImage().pixelColor(window.band.x() + 2, window.band.y() + 50).name()
        assert clipped(window) == []
    assert len(seen) == len(set(seen.values())) == 6
    assert [row.outcome for row in window.said][1:] == ["room", "right", "again", "elsewhere", "parked", "outside"]


def test_two_scans_in_one_burst_are_both_taken(begun, window, qtbot):
    window.room = begun.first
    codes = [number(begun.desk), number(begun.projector)]
    qtbot.keyClicks(window.line, "\r".join(codes) + "\r\r")      # CR LF of some scanners: a bare Enter more
    assert [line.counted for line in map(begun.line, (begun.desk, begun.projector))] == [45, 1]
    assert len(window.said) == 2


def test_keys_that_arrive_elsewhere_reach_the_line(begun, window, qtbot):
    window.room = begun.first
    window.missing_grid.setFocus()
    window.setFocus()
    for sign in number(begun.desk):
        qtbot.keyClick(window, sign)
    assert window.line.hasFocus()
    qtbot.keyClick(window.line, Qt.Key.Key_Return)
    assert begun.line(begun.desk).counted == 45


def test_what_an_input_method_commits_is_read_too(begun, window, qtbot):
    window.room = begun.first
    assert not window.line.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    commit(window.line, "".join(chr(ord(sign) + 0xFEE0) for sign in number(begun.desk).lower()))
    qtbot.keyClick(window.line, Qt.Key.Key_Enter)
    assert window.last.outcome == scanning.RIGHT


def test_the_room_says_what_is_missing(begun, window, scan):
    scan(school.place_path(begun.first))
    assert window.place.text() == school.place_path(begun.first)
    assert window.progress.text() == "已盘 0 / 2"
    assert window.missing_title.text() == "本室还没盘到（2）"
    assert window.away.text() == "不用找：音箱（借出）、空调（送修）"
    scan(number(begun.desk))
    scan(number(begun.projector))
    assert window.progress.text() == "已盘 2 / 2"
    assert window.away.text().startswith("本室的都盘到了。")
    assert window.missing.rowCount() == 0


def test_the_last_scan_is_taken_back_and_scanned_again(begun, window, scan):
    scan(school.place_path(begun.first))
    before = tables()
    scan(number(begun.desk))
    scan(number(begun.desk))       # again: nothing to take back
    window.back.click()
    assert tables() == before
    assert window.word.text() == "已撤销"
    assert not window.back.isEnabled()
    assert scan(number(begun.desk)) == scanning.RIGHT
    assert window.line.hasFocus()


def test_a_scan_that_was_changed_since_is_not_taken_back(begun, window, scan):
    scan(school.place_path(begun.first))
    scan(number(begun.desk))
    commands.count_lines(begun.id, [commands.changed(begun.line(begun.desk), counted=44)])
    window.undo_last()
    assert window.last.outcome == "right"
    assert window.said[-1].outcome == scanner.REFUSED
    assert begun.line(begun.desk).counted == 44


def test_an_unknown_label_is_named_at_once(begun, window, scan, monkeypatch):
    scan(school.place_path(begun.first))
    scan("6901")
    assert window.name_it.isVisible()
    asked = []
    monkeypatch.setattr(scanner, "edit_find", lambda *words: asked.append(words))
    window.name_it.click()
    assert asked == [(window, begun.id, queries.finds(begun.id)[0].id, begun.first)]


def test_a_room_code_of_several_rooms_is_no_room(begun, window, scan):
    place_commands.add_places("科技楼 1层 101室 教室")
    assert scan("101室") == scanner.REFUSED
    assert window.room is None


def test_escape_clears_then_closes(window, qtbot):
    qtbot.keyClicks(window.line, "ZC")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert (window.line.text(), window.isVisible()) == ("", True)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_a_stocktake_that_is_not_open_is_not_scanned(begun):
    commands.void_stocktake(begun.id, "不盘了")
    with pytest.raises(Refused, match="已作废"):
        scanner.scan_rooms(None, begun.id, None)


def test_what_waits_for_repair_is_missed_and_what_may_be_two_is_asked(begun, qtbot, show_active):
    begun.card("风琴", status="待修理", serial="SN-7")
    place_commands.add_places("综合楼 1层 101室 教室")
    window = ScanDialog(None, begun.begin("期中"), begun.first)
    qtbot.addWidget(window)
    show_active(window)

    def scan(code):
        window.line.setText(code)
        window.take()
        return window.last.outcome

    assert "风琴" in [window.missing.row(at)[2] for at in range(window.missing.rowCount())]
    assert "风琴" not in window.away.text()
    assert (scan("101室"), window.word.text()) == (scanner.REFUSED, "没有记入")
    assert "有 2 间房叫“101室”" in window.text.text()
    assert scan("序列号：SN-7") == scanning.RIGHT
    assert "风琴" not in [window.missing.row(at)[2] for at in range(window.missing.rowCount())]
    assert queries.finds(window.stocktake) == []
