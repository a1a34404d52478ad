"""显示: how large letters are shown on this machine."""

from typing import Any

from PySide6.QtWidgets import QFrame

from ui.base import notify, scaling
from ui.base.page import Page
from ui.base.parts import column, label, mark, row
from ui.forms.editors import ChoiceEditor
from ui.settings.sections import heading


class DisplaySection(Page):
    """One choice, of the sizes that this screen has room for."""

    title = "显示"
    hint = "字号只管这台电脑，别的电脑、打印出来的单据都不变。"

    def __init__(self, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.sizes, self.told = ChoiceEditor([]), label("", "hint", wrap=True)
        self.sizes.setAccessibleName("字号")
        self.sizes.setFixedWidth(120)
        self.sizes.edited.connect(self.choose)
        panel = QFrame()
        mark(panel, role="panel")
        panel.setLayout(column(row(label("字号"), self.sizes, None, gap=16), self.told, margins=(16, 12, 16, 12), gap=10))
        self.setLayout(column(heading(self.title, self.hint), panel, None, margins=(14, 12, 14, 10), gap=10))
        self.setFocusProxy(self.sizes)

    def fill(self) -> None:
        """Offer what the screen has room for, and say what counts now."""
        now, able = scaling.in_force(), scaling.fitting(self.screen().availableGeometry().size(), scaling.in_force())
        self.sizes.clear()
        for each in able:
            self.sizes.addItem(f"{each} %", each)
        chosen = scaling.kept(self.settings) if self.settings is not None else now
        self.sizes.set_value(chosen if chosen in able else now if now in able else able[0])
        most = "" if able[-1] == scaling.SIZES[-1] else f"这块屏幕最多放大到 {able[-1]} %，再大就摆不下了。"
        later = f"已选 {chosen} %，下次打开总务通时生效。" if chosen != now and chosen in able else ""
        self.told.setText(f"现在是 {now} %。{later}{most}")

    def choose(self) -> None:
        """Keep what was chosen, and say when it counts."""
        percent = int(self.sizes.value())
        if self.settings is not None:
            scaling.keep(self.settings, percent)
        self.fill()
        notify.said(f"字号已是 {percent} %。" if percent == scaling.in_force() else f"字号改为 {percent} %，下次打开总务通时生效。")
