"""设置—显示: the letter size is chosen, kept for this machine, and counts from the next start."""

from PySide6.QtCore import QSize

from ui.base import scaling


def test_a_size_is_chosen_and_counts_from_the_next_start(settings_page, said, clipped, monkeypatch):
    monkeypatch.setattr(scaling, "fitting", lambda room, now: [100, 110, 125, 150])
    section = settings_page.show_section("display")
    section.refresh()
    assert [section.sizes.itemText(at) for at in range(section.sizes.count())] == ["100 %", "110 %", "125 %", "150 %"]
    assert section.sizes.value() == 100
    assert "这块屏幕最多放大到 150 %" in section.told.text()
    section.sizes.set_value(150)
    section.sizes.edited.emit()
    assert said.last == "字号改为 150 %，下次打开总务通时生效。"
    assert scaling.kept(section.settings) == 150
    assert "已选 150 %，下次打开总务通时生效。" in section.told.text()
    assert clipped(section) == []
    section.sizes.set_value(100)
    section.sizes.edited.emit()
    assert said.last == "字号已是 100 %。"


def test_the_screen_decides_what_is_offered(settings_page):
    section = settings_page.show_section("display")
    room: QSize = section.screen().availableGeometry().size()
    section.refresh()
    assert section.sizes.count() == len(scaling.fitting(room, scaling.in_force()))
