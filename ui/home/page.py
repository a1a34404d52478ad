"""首页: what the ledger holds, what wants doing now, and the latest steps with the way back."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from app.assets import queries as assets
from app.core import clock
from app.core.listing import Wish
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.school import queries as school
from app.stocktake import queries as stocktakes
from app.stocktake.rules import TERM_END, VOIDED
from app.store import backup, journal
from app.store.folder import DataFolder
from ui.base import undoing
from ui.base.changes import Changes
from ui.base.page import Page
from ui.base.parts import button, column, label, mark, row

Go = Callable[..., object]  # (place, filters) → None
STEPS_SHOWN = 8
DAYS_BEFORE_TERM_END = 30
_WAYS = (("登记资产", "assets:new", "add"), ("导入台账", "assets:import", "import"), ("打印盘点表", "assets:print", "print"))
_MENDS: Mapping[str, Mapping[str, object]] = {"没有登记地点": {"place": 0}, "没有取得日期": {"year": assets.NO_DAY}}


class HomePage(Page):
    """Refreshes with every change. ``go`` opens another page ("assets", "assets:import", "settings:backup"), and may
    narrow its list by filters.
    """

    title = "首页"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder, go: Go) -> None:
        super().__init__(changes, settings)
        self.data_folder, self.go = data, go
        self.area = QScrollArea()
        self.area.setProperty("role", "plain")
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column(self.area, gap=0))

    def fill(self) -> None:
        """Read figures, things to do and latest steps anew."""
        body = QWidget()
        lower = row(column(self._todo(), self._groups(), None, gap=14), column(self._latest(), None), gap=14)
        lower.setStretch(0, 1)
        lower.setStretch(1, 1)
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
        totals, rooms = assets.totals(Wish()), assets.by_room()
        idle = assets.totals(Wish(filters={"status": "待报废"}))
        figures = (("资产卡片", f"{totals.records:,}", "张"), ("件数", f"{totals.pieces:,}", "件"),
                   ("账面价值", format_fen(totals.fen), "元"), ("存放地点", f"{sum(room.place > 0 for room in rooms)}", "处"),
                   ("待报废", f"{idle.records:,}", "张"))
        line = row(gap=14)
        for title, number, unit in figures:
            line.addWidget(_figure(title, number, unit), 1)
        made = QWidget()
        made.setLayout(line)
        return made

    def _todo(self) -> QFrame:
        """List what wants doing now, each with the way to do it."""
        things = self._things()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(0, 1)
        for number, (text, way, slot) in enumerate(things):
            grid.addWidget(label(text, wrap=True), number, 0)
            grid.addWidget(button(way, slot), number, 1)
        if not things:
            grid.addWidget(label("没有等着办的事。", "hint"), 0, 0)
        return _panel("现在要办", grid)

    def _things(self) -> list[tuple[str, str, Callable[[], object]]]:
        found: list[tuple[str, str, Callable[[], object]]] = []
        failed = backup.last_failure(self.data_folder)
        if failed:
            found.append((f"最近一次备份没有成功：{failed}", "去备份", partial(self.go, "settings:backup")))
        if not assets.totals(Wish()).records:
            found.append(("台账还是空的。把学校原有的 Excel 台账导入进来，先看结果再确定。", "导入台账", partial(self.go, "assets:import")))
            return found
        running = stocktakes.under_way()
        found += [(_progress(each), "去盘点" if each.left else "去报批", partial(self.go, "stocktake"))
                  for each in running]
        term = school.current_term()
        if term and 0 <= (term.ends_on - clock.today()).days <= DAYS_BEFORE_TERM_END and not _counted_at_end(term.id):
            found.append((f"本学期 {chinese_day(term.ends_on)} 结束，可以开始期末盘点了。", "去盘点", partial(self.go, "stocktake")))
        if term and term.ends_on < clock.today():
            found.append((f"{term.name.title}已经结束，请设置新学期。", "设置学期", partial(self.go, "settings:terms")))
        for title, filters in _MENDS.items():
            count = assets.totals(Wish(filters=filters)).records
            if count:
                found.append((f"有 {count:,} 张卡片{title}。", "去补登", partial(self.go, "assets", filters)))
        if not backup.listing(self.data_folder):
            found.append(("还没有做过备份。", "立即备份", partial(self.go, "settings:backup")))
        return found

    def _groups(self) -> QFrame:
        """Show cards, pieces and value of each main group: what the books of finance are compared with (三账核对)."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(0, 1)
        for number, (name, *figures) in enumerate(assets.by_group()):
            grid.addWidget(label(name), number, 0)
            for at, text in enumerate((f"{figures[0]:,} 张", f"{figures[1]:,} 件", f"{format_fen(figures[2])} 元"), 1):
                grid.addWidget(label(text), number, at, Qt.AlignmentFlag.AlignRight)
        panel = _panel("按大类", grid)
        panel.setVisible(grid.count() > 0)
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
            grid.addWidget(_undone() if step.undone else button("撤销", partial(undoing.take_back, step.id), flat=True), number, 2)
        if not steps:
            grid.addWidget(label("还没有操作。", "hint"), 0, 0)
        return _panel("最近的操作", grid)


def _progress(stocktake: stocktakes.StocktakeRow) -> str:
    """Say how far a stocktake is."""
    done = stocktake.lines - stocktake.left
    if stocktake.left:
        return f"{stocktake.title}：已盘 {done:,} / {stocktake.lines:,} 行，还有 {len(stocktakes.missing_rooms(stocktake.id))} 处没有盘完。"
    return f"{stocktake.title}：{stocktake.lines:,} 行全部盘完，等着报批、入账。"


def _counted_at_end(term: int) -> bool:
    """Whether a term's stocktake of its end is under way or done."""
    return any(each.kind == TERM_END and each.state != VOIDED for each in stocktakes.stocktakes(term))


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
