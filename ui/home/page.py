"""首页: what the ledger holds, what wants doing now, and the latest steps with the way back."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from app import features
from app.core import clock
from app.core.dues import DANGER, Due
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.school import queries as school
from app.school.rules import FOUNDING
from app.store import journal, snoozing
from app.store.folder import DataFolder
from app.store.snoozing import SnoozeDraft
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import button, column, label, later, mark, row

Go = Callable[..., object]  # (place, filters, record) → None
STEPS_SHOWN, LOOK_MS = 8, 60
_NO_FIGURES = tuple((title, "", "") for title in ("资产卡片", "件数", "账面价值", "存放地点", "待报批处置、核销"))
DAYS_OFF = 7    # for which something is put off unless another day is typed
_WAYS = (("登记资产", "assets:new", "add"), ("导入台账", "assets:import", "import"), ("打印盘点表", "assets:print", "print"))


class HomePage(Page):
    """Refreshes with every change. ``go`` opens another page ("assets", "assets:import", "settings:backup"), may
    narrow its list by filters and choose a record there.
    """

    title = "首页"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder, go: Go) -> None:
        super().__init__(changes, settings)
        self.data_folder, self.go = data, go
        self.dues: list[Due] = []
        self.looked = False  # whether figures and what wants doing were read: the first time that waits until the window stands
        self.looking = later(self, LOOK_MS, self._look)
        self.area = QScrollArea()
        self.area.setProperty("role", "plain")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column(self.area, gap=0))

    def fill(self) -> None:
        """Read figures, things to do and latest steps anew."""
        body = QWidget()
        lower = row(column(self._todo(), None), column(self._latest(), self._groups(), None, gap=14), gap=14)
        lower.setStretch(0, 5)
        lower.setStretch(1, 4)
        body.setLayout(column(self._greeting(), self._figures(), lower, None, margins=(28, 22, 28, 22), gap=16))
        self.area.setWidget(body)

    def _greeting(self) -> QWidget:
        profile, term = school.profile(), school.current_term()
        made, today = QWidget(), clock.today()
        words = [chinese_day(today), f"星期{'一二三四五六日'[today.weekday()]}"] + ([term.name.title] if term else [])
        names = column(label(profile.name or "总务通", "headline"), label("　".join(words), "hint"), gap=4)
        ways = [button(text, partial(self.go, place), name) for text, place, name in _WAYS]
        made.setLayout(row(names, None, *ways))
        return made

    def _figures(self) -> QWidget:
        made, line = QWidget(), row(gap=14)
        for title, number, unit in self._known_figures() if self.looked else _NO_FIGURES:
            line.addWidget(_figure(title, number, unit), 1)
        made.setLayout(line)
        return made

    def _known_figures(self) -> tuple[tuple[str, str, str], ...]:
        """Give title, number and unit of what the ledger holds."""
        from app.assets import meanings, statuses
        from app.assets import queries as assets  # the ledger's room loads once the window stands

        totals, rooms = assets.totals(Wish()), assets.by_room()
        waiting = sum(assets.totals(Wish(filters={"status": word})).records
                      for word in statuses.words(meanings.DISPOSAL, meanings.WRITE_OFF))
        return (("资产卡片", f"{totals.records:,}", "张"), ("件数", f"{totals.pieces:,}", "件"),
                ("账面价值", format_fen(totals.fen), "元"), ("存放地点", f"{sum(room.place > 0 for room in rooms)}", "处"),
                (_NO_FIGURES[-1][0], f"{waiting:,}", "张"))

    def _todo(self) -> QFrame:
        """List what wants doing now in every feature, each with the way to it."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        if not self.looked:
            self.looking.start()
            grid.addWidget(label("正在看各处要办的事……", "hint"), 0, 0, 1, 2)
            return _panel("现在要办", grid)
        today = clock.today()
        self.dues = features.dues(today, self.data_folder)
        for number, due in enumerate(self.dues):
            text, tone = _when(due, today)
            if text:
                chip = label(text, "chip")
                mark(chip, tone=tone)
                grid.addWidget(chip, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(due.words, wrap=True), number, 1)
            grid.addWidget(button(due.button, partial(self.take, due)), number, 2)
            if due.tone != DANGER:
                grid.addWidget(button("暂缓", partial(self.put_off, due), flat=True), number, 3)
        if not self.dues:
            grid.addWidget(label("没有等着办的事。", "hint"), 0, 0, 1, 2)
        asleep = len(snoozing.asleep(today))
        if asleep:
            number = grid.rowCount()
            grid.addWidget(label(f"另有 {asleep} 件暂缓，到期再提醒。", "hint"), number, 1)
            grid.addWidget(button("现在就看", self.wake_all, flat=True), number, 2)
        return _panel("现在要办", grid)

    def take(self, due: Due) -> None:
        """Go to where a due is done, to the record that it is about."""
        self.go(due.act, due.filters, (due.table, due.id) if due.id else None)

    def put_off(self, due: Due) -> None:
        """Ask until when and why a due is put off."""
        from ui.forms.form import Field, FormDialog  # the window stands before any form is wanted

        draft = SnoozeDraft(clock.today() + timedelta(DAYS_OFF))
        fields = (Field("until", "暂缓到", "day", required=True), Field("reason", "原因", required=True, hint="例如 等教育局批复"))
        form = FormDialog(self, "暂缓", draft, fields, lambda filled: snoozing.check_snooze(filled, clock.today()),
                          partial(snoozing.put_off, due))
        if form.exec():
            undoing.told("已暂缓，到期再提醒。", form.saved)

    def wake_all(self) -> None:
        """Show again what was put off."""
        undoing.told("暂缓的事都列出来了。", snoozing.wake_all())

    def _look(self) -> None:
        """Read what wants doing for the first time: the window stands, the features may load what they need for it."""
        self.looked = True
        self.refresh()

    def _groups(self) -> QFrame:
        """Show cards, pieces and value of each main group: what the books of finance are compared with (三账核对)."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for number, (name, *figures) in enumerate(_by_group() if self.looked else ()):
            grid.addWidget(label(name), number, 0)
            for at, text in enumerate((f"{figures[0]:,} 张", f"{figures[1]:,} 件", f"{format_fen(figures[2])} 元"), 1):
                grid.addWidget(label(text), number, at, Qt.AlignmentFlag.AlignRight)
        panel = _panel("按大类", grid)
        if not grid.count():
            panel.hide()
        return panel

    def _latest(self) -> QFrame:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        steps = journal.steps(STEPS_SHOWN)
        for number, step in enumerate(steps):
            grid.addWidget(label(step.entered_at[5:16], "hint"), number, 0)
            grid.addWidget(label(step.title, wrap=True), number, 1)
            if step.undone:
                grid.addWidget(_undone(), number, 2)
            elif not step.title.startswith(FOUNDING):   # nobody takes back the school itself by a click among others
                grid.addWidget(button("撤销", partial(undoing.take_back, step.id), flat=True), number, 2)
        if not steps:
            grid.addWidget(label("还没有操作。", "hint"), 0, 0)
        return _panel("最近的操作", grid)


def _by_group() -> list[tuple[str, int, int, int]]:
    from app.assets import queries as assets

    return assets.by_group()


def _when(due: Due, today: date) -> tuple[str, str]:
    """Say how a due presses: 已过期, the day it is due by, 要紧; with the tone, "" for what has no day."""
    if due.tone == DANGER:
        return "要紧", "danger"
    if due.day is not None:
        return ("已过期", "warning") if due.day < today else (f"{due.day.month}月{due.day.day}日", due.tone or "accent")
    return ("要办", "warning") if due.tone else ("", "")


def _figure(title: str, number: str, unit: str) -> QFrame:
    made = QFrame()
    mark(made, role="panel")
    figures = row(label(number, "figure"), label(unit, "hint"), None, gap=6)
    made.setLayout(column(label(title, "hint"), figures, margins=(16, 12, 16, 12), gap=4))
    return made


def _panel(title: str, content: QGridLayout) -> QFrame:
    made = QFrame()
    mark(made, role="panel")
    made.setLayout(column(label(title, "section"), content, None, margins=(16, 14, 16, 16), gap=12))
    return made


def _undone() -> QLabel:
    return label("已撤销", "hint")
