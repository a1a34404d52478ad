"""收费方案: the term's items × grades, typed and pasted; what differs from last term, what checks find, what a grade comes to."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSettings, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget

from app.core.columns import Column
from app.core.errors import Refused
from app.core.listing import Totals, Wish
from app.core.money import format_fen
from app.core.progress import Progress, silent
from app.fees.board import checking
from app.fees.board import queries as board_queries
from app.fees.keys import grade_key
from app.fees.plan import commands, queries, rules
from app.fees.rules import BANNED, FREE, PlanRow
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.page import Page, Typing
from ui.base.parts import Elided, column, low
from ui.fees.plan import matrix
from ui.fees.plan.findings import FindingsPane, cells_of
from ui.fees.plan.foot import lines_of
from ui.fees.plan.matrix import MatrixModel
from ui.grid.foot import Foot
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.table_page import TablePage

ACTS: tuple[Act, ...] = (
    Act("check", "检查", "check", "checkmark", primary=True),
    Act("new", "加项目", "add_items", "add"),
    Act("items", "项目库", "show_items", "book"),
    Act("dates", "收费安排", "edit_dates", "calendar"),
    Act("export", "导出", "export", "export"),
    Act("import", "导入", "take_workbook", "import"),
    Act("up", "上移", "move_up", "chevron_up", "Alt+Up", needs="some", menu=True),
    Act("down", "下移", "move_down", "chevron_down", "Alt+Down", needs="some", menu=True),
    Act("refresh", "改用项目库里的依据和文字", "refresh_words", "refresh", needs="some", menu=True),
    Act("delete", "移出本学期", "take_out", "delete", needs="some", menu=True),
    Act("remove", "删除本学期的方案…", "remove_plan", "dismiss", menu=True),
)
_OPEN_ONLY = ("check", "new", "dates", "import", "up", "down", "refresh", "delete", "remove")


class PlanStep(Page):
    """Holds the grid of a plan, made anew where another plan has other grades."""

    title = "收费方案"
    go = Signal(str)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(changes, settings)
        self.data_folder = data
        self.grid_page: PlanPage | None = None
        self.window_acts: tuple[QAction, ...] = ()
        self.place = QStackedWidget()
        self.setLayout(column(self.place))

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """Give the acts of the plan in sight."""
        return self.grid_page.actions_by_key if self.grid_page else {}

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show a term's plan."""
        if plan is None:
            return
        columns = queries.plan_columns(plan.id)
        if self.grid_page is None or columns != self.grid_page.columns:
            self._make(columns)
        assert self.grid_page is not None
        self.grid_page.show_plan(plan)

    def _make(self, columns: Sequence[Column]) -> None:
        if self.grid_page is not None:
            self.place.removeWidget(self.grid_page)
            self.grid_page.deleteLater()
        self.grid_page = page = PlanPage(columns, self.changes, self.settings)
        page.place_window_acts(*self.window_acts)
        page.status_changed.connect(self.status_changed.emit)
        page.go.connect(self.go.emit)
        self.place.addWidget(page)
        self.setFocusProxy(page)

    def fill(self) -> None:
        """Leave it to the grid, which fetches for itself."""

    def place_window_acts(self, *actions: QAction) -> None:
        """Keep undo and redo in the row of acts."""
        self.window_acts = actions
        if self.grid_page is not None:
            self.grid_page.place_window_acts(*actions)

    def save(self) -> object:
        """Store what waits in the grid."""
        return self.grid_page.save() if self.grid_page else True

    def typing(self) -> Typing | None:
        """Give what is typed in the grid."""
        return self.grid_page.typing() if self.grid_page else None

    def unsaved(self) -> str:
        """Say what waits in the grid."""
        return self.grid_page.unsaved() if self.grid_page else ""

    def status_line(self) -> tuple[str, str]:
        """Give what the grid says."""
        return self.grid_page.status_line() if self.grid_page else ("", "")


class PlanPage(TablePage):
    """One term's plan. The grades are columns, so the list is made for those of one plan."""

    title = "收费方案"
    acts = ACTS
    embedded = True
    adds, narrows = True, False     # the plan has its own order, that of the papers
    rows_model = MatrixModel
    tones = dict.fromkeys((FREE, BANNED), "quiet")
    record_word = "项"
    settings_key = "fees_plan"
    empty_text = "本学期还没有收费项目。点“加项目”从项目库里选；已经有 Excel 收费表的，可以“导入”。"
    empty_acts = ("new", "import")
    go = Signal(str)
    model: MatrixModel

    def __init__(self, columns: Sequence[Column], changes: Changes, settings: QSettings | None) -> None:
        self.columns = columns
        self.fields = matrix.fields_of(columns)
        self.plan: PlanRow | None = None
        self.rows: list[Row] = []
        self.found: Totals
        self.news, self.said_new = Elided(), False
        super().__init__(changes, settings)
        self.foot, self.findings = Foot(self.grid), FindingsPane()
        if settings is None or not settings.value(f"{self.settings_key}/columns"):
            self.grid.layout_of_columns.frozen.freeze(1)    # many grades scroll away under the item's name
        self._lay_out()
        self.findings.picked.connect(self.show_cell)
        self.findings.opened.connect(lambda _: self._make_room())

    def scope_words(self) -> str:
        """Give the term."""
        return self.plan.term_title if self.plan else ""

    def _lay_out(self) -> None:
        """A plan has a dozen lines: in the place of search and filters stands what differs from last term."""
        self.setContentsMargins(0, 8, 0, 0)
        self.above.addWidget(self.news)
        self.below.addWidget(self.foot)
        self.below.addWidget(self.findings)
        self.findings.hide()

    def show_plan(self, plan: PlanRow) -> None:
        """Show this plan; what is settled or closed can be looked at only."""
        other = self.plan is None or plan.id != self.plan.id
        changed = plan != self.plan
        self.plan = plan
        self.model.locked = locked = not plan.allows("edit")
        for key in _OPEN_ONLY:
            self.actions_by_key[key].setVisible(not locked)
        if locked:
            self.findings.hide()
        self.said_new = self.said_new and not other
        if changed:
            self.refresh()
        if other:
            self.grid.fit(measure=True)

    # --- what is shown

    def fill_list(self) -> None:
        """Read the plan, what differs, what checks find."""
        if self.plan is None:
            return
        self.plan = plan = queries.plan(self.plan.id)
        self.rows = matrix.rows_of(plan.id, self.columns)
        differences = queries.differences(plan.id)
        found = checking.findings(plan.id, checking.next_purpose(plan.id)) if plan.allows("edit") else []
        self.model.show_changes(differences)
        self.model.show_wanted(cells_of(found))
        self.findings.show_findings(found)
        self._say_news(plan, differences)
        super().fill_list()
        keys = {grade: grade_key(grade) for grade in queries.grades(plan.id)}
        self.foot.show_lines(lines_of(queries.totals(plan.id), keys))
        self._make_room()

    def _say_news(self, plan: PlanRow, differences: Sequence[rules.Difference]) -> None:
        before = queries.copied_from(plan.id)
        last = queries.plan(before) if before else queries.last_plan(plan.term_id)
        said = matrix.summary(differences)
        if last is None or not self.rows:
            self.news.say("")
            return
        self.news.say(f"与{last.term_title}相比：{said}。黄底的格子停上去可看原来的。" if said else f"与{last.term_title}完全相同。")
        self.news.setToolTip(
            "\n".join(each.sentence for each in differences[:30]) + ("\n……" if len(differences) > 30 else "")
        )

    def _make_room(self) -> None:
        """Let sums and news give way to what checks have found where the window is low."""
        room = not (self.findings.isVisible() and low(self))
        self.foot.setVisible(bool(self.rows) and room)
        self.news.setVisible(bool(self.news.whole) and room)

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of items."""
        return self.rows[offset:offset + limit]

    def totals(self, wish: Wish) -> Totals:
        """Count the items."""
        return Totals(len(self.rows))

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row an item stands in."""
        return next((number for number, row in enumerate(self.rows) if row[0] == record_id), None)

    def status_line(self) -> tuple[str, str]:
        """Say how many items there are and what the grades come to."""
        found, chosen = super().status_line()
        sums = [total.fen for total in queries.totals(self.plan.id).values()] if self.plan and self.rows else []
        spread = sorted({min(sums), max(sums)}) if sums else []
        return found + (f" · 每生合计 {'～'.join(map(format_fen, spread))} 元" if spread else ""), chosen

    def show_cell(self, item: int, key: str) -> None:
        """Go to a cell; item 0 stands for the term's dates, which are typed in 收费安排."""
        if not item:
            self.edit_dates()
            return
        number = self.number_of(item)
        if number is None:
            return
        at = [each.key for each in self.columns].index(key)
        self.grid.layout_of_columns.show_column(at, True)
        self.grid.choose_cell(number, at)
        self.grid.setFocus()

    # --- what a person does

    def write(self, changed: Mapping[int, Mapping[str, Any]], added: Sequence[Mapping[str, Any]],
              progress: Progress = silent) -> Step | None:
        """Store what was typed or pasted as one step; once after publication it says that a new version is needed."""
        plan = self._plan()
        rows = {item: _plain(values) for item, values in changed.items()}
        step = commands.write_cells(plan.id, rows, [_plain(values) for values in added]).step
        if not self.said_new and board_queries.hanging(plan.id) is not None:
            self.said_new = True
            QTimer.singleShot(0, self, lambda: self._say_new(step))
        return step

    def _say_new(self, step: Step | None) -> None:
        notify.warn("公示的内容不会跟着变：改好以后要发布新版本，旧版本存档。",
                    [("去换新版", lambda: self.go.emit("publicity:replace")), *([undoing.way_back(step)] if step else [])])

    def check(self) -> None:
        """Show what checks have found, each with the way to its cell."""
        self.reload()
        self.findings.open()

    def add_items(self) -> None:
        """Take items of the library into the term."""
        from ui.fees.plan.choosing import choose_items

        made = choose_items(self, self._plan().id)
        if made:
            plan = self._plan().id
            self.show_cell(made.made[0], grade_key(next(iter(queries.grades(plan)))))    # prices are typed or pasted from here on
            undoing.told(f"已加入 {len(made.made)} 项，请填写各年级的金额。", made)

    def show_items(self) -> None:
        """Open the library of items with their standards."""
        from ui.fees.plan.items import ItemsDialog

        ItemsDialog(self, self.changes, self.settings).exec()

    def edit_dates(self) -> None:
        """Say when is collected and who bears a shortage."""
        from ui.fees.plan.dates import edit_dates

        edit_dates(self, self._plan().id)

    def export(self) -> None:
        """Write the matrix as a workbook."""
        from ui.fees.plan import workbooks

        workbooks.write_matrix(self, self._plan())

    def take_workbook(self) -> None:
        """Read a workbook back, after a look at what it changes."""
        from ui.fees.plan import workbooks

        workbooks.take_matrix(self, self._plan())

    def move_up(self) -> None:
        """Move the chosen items up by one."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the chosen items down by one."""
        self._move(1)

    def _move(self, step: int) -> None:
        order, chosen = [row[0] for row in self.rows], set(self.selected_ids())
        places = [number for number, item in enumerate(order) if item in chosen][::-step]
        for number in places:
            if not 0 <= number + step < len(order):
                return      # they stand at the end already
            order[number], order[number + step] = order[number + step], order[number]
        commands.order_plan_items(self._plan().id, order)

    def take_out(self) -> None:
        """Take the chosen items out of the term."""
        chosen = self.selected_ids()
        names = [str(row[1]) for row in self.rows if row[0] in chosen]
        undoing.told(f"已移出{'、'.join(f'“{name}”' for name in names[:3])}{'等' if len(names) > 3 else ''}。",
                     commands.remove_plan_items(self._plan().id, chosen))

    def refresh_words(self) -> None:
        """Take basis and words of the chosen items from the library; prices stay."""
        chosen = self.selected_ids()
        undoing.told(f"{len(chosen)} 项的依据、范围等文字已改成和项目库一致，金额没有动。", commands.refresh_words(chosen))

    def remove_plan(self) -> None:
        """Remove the term's plan, which was never published."""
        plan = self._plan()
        if notify.ask(f"要删除{plan.term_title}的收费方案吗？", "删除", "取消", "项目和金额都会去掉；删错了可以撤销。", danger=True):
            undoing.told(f"已删除{plan.term_title}的收费方案。", commands.remove_plan(plan.id))

    def _plan(self) -> PlanRow:
        if self.plan is None:
            raise Refused("这个学期还没有收费方案。请先从上学期复制，或新建。")
        return self.plan


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give typed values as the commands want them: groups one a line."""
    waived = (
        {"waived": "\n".join(values["waived"].replace("，", "、").replace(",", "、").split("、"))}
        if "waived" in values
        else {}
    )
    return {**values, **waived}
