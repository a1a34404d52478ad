"""回执: the classes with how many slips came back; on the right the slips of a class, Enter by Enter."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSettings, Signal
from PySide6.QtGui import QAction

from app import features
from app.core.columns import Column, Kind
from app.fees.item_fields import PlanItemRow
from app.fees.letters import queries
from app.fees.letters.queries import ChoiceCount, LetterRow, ReplyCount
from app.fees.plan import queries as plan_queries
from app.fees.rules import PlanRow
from app.store.folder import DataFolder
from ui.base import notify, style
from ui.base.changes import Changes
from ui.base.parts import button, invitation, label
from ui.fees.letters.slips import SlipsList
from ui.fees.plan_step import PlanStep
from ui.forms.editors import ChoiceEditor
from ui.grid.grid import Grid
from ui.grid.rows import Row, RowsModel
from ui.kit.groups_page import GroupsPage
from ui.kit.totals_pane import ALL, TotalsPane

_LEFT = (Column("name", "班级"), Column("returned", "已交", Kind.CHOICE), Column("missing", "未交", Kind.WHOLE))
_MISSING = 3        # place of 未交 in a row of the left side
_STATISTICS = (Column("item", "自愿项目"), Column("agreed", "同意", Kind.WHOLE), Column("refused", "不同意", Kind.WHOLE),
               Column("silent", "未答", Kind.WHOLE))
_LEAST_ROWS, _MOST_ROWS = 1, 6      # of the statistics: a small window keeps room for the classes
_WHAT = "回执在这里收：发出带回执的告家长书以后，按班清点交回的份数，自愿项目谁不同意就记谁，收费按它计算。"


class RepliesPage(PlanStep, GroupsPage):
    """The step. It holds the choice of a letter and of a class; the list of slips is made for the items of one plan."""

    title = "回执"
    settings_key = "fee_replies"
    left_px = 400
    row_over_all = True
    go = Signal(str)

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder) -> None:
        super().__init__(TotalsPane(_LEFT, give_way=("missing",)), changes, settings)
        self.data_folder = data
        self.letter: LetterRow | None = None
        self.counts: list[ReplyCount] = []
        self.choices: list[ChoiceCount] = []
        self.list: SlipsList | None = None
        self.ways: dict[str, QAction] = {}
        self.which = ChoiceEditor([])
        self.which.setAccessibleName("哪一封信的回执")
        self.which.setMinimumWidth(240)
        self.lead.addWidget(label("信"))
        self.lead.addWidget(self.which)
        self.items = Grid(RowsModel(_STATISTICS))
        self.items.head.setSectionsClickable(False)
        self.items.setAccessibleName("自愿项目统计")
        self.items_title = label("", "section")
        self.under_groups.addWidget(self.items_title)
        self.under_groups.addWidget(self.items)
        self.which.edited.connect(self._letter_chosen)

    @property
    def actions_by_key(self) -> dict[str, QAction]:
        """Give the acts of the list of slips, and for each letter ("letter5") the way to its slips."""
        return {**super().actions_by_key, **self.ways}

    # --- what is shown

    def fill(self) -> None:
        """Read anew which letters have slips, how many came back, and the slips of the chosen class."""
        if self.plan is None:
            return
        found = [each for each in queries.letters(self.plan.term_id) if each.slip]
        kept = self.letter.id if self.letter else 0
        self.letter = next((each for each in found if each.id == kept), None) or next(
            (each for each in found if each.by_item), found[0] if found else None)
        self._offer(found)
        if self.letter is None:
            self.invite(invitation("document", "还没有带回执的信", _WHAT,
                                   button("去写告家长书", lambda: self.go.emit("letters"), primary=True)))
            return
        self.which.set_value(self.letter.id)
        self._make(self.letter, self.plan)
        self.counts, self.choices = queries.reply_counts(self.letter.id), queries.choice_counts(self.letter.id)
        self.groups.show_rows(_groups(self.counts))
        self.show_front()

    def _offer(self, found: Sequence[LetterRow]) -> None:
        """Offer these letters to choose from."""
        self.which.clear()
        for way in self.ways.values():
            way.deleteLater()
        self.ways = {}
        for each in found:
            self.which.addItem(queries.heading(each), each.id)
            self.ways[f"letter{each.id}"] = way = QAction(self)
            way.triggered.connect(partial(self.show_letter, each.id))

    def show_letter(self, letter: int, *_: object) -> None:
        """Show the slips of this letter, as when it was chosen on top."""
        self.which.set_value(letter)
        self._letter_chosen()
        self._to_slips()

    def _make(self, letter: LetterRow, plan: PlanRow) -> None:
        """Make the list of slips for the items that the letter asks about, where those are others than before."""
        items: list[PlanItemRow] = []
        if letter.by_item:
            asked = {each.id for found in queries.voluntary(plan.id).values() for each in found}
            items = [each for each in plan_queries.plan_items(plan.id) if each.id in asked]
        titles = [(each.id, each.name) for each in items]
        if self.list is not None and titles == self.list.titles:
            return
        self.list = made = SlipsList(titles, self.changes, self.settings)
        self.set_lists(made)
        made.group_done.connect(self._class_done)
        made.reminders_asked.connect(self.print_reminders)
        made.counts_asked.connect(self.print_counts)

    def ready(self) -> bool:
        """Whether the term has a letter with slips."""
        return self.letter is not None and super().ready()

    def show_list(self, front: SlipsList) -> None:
        """Show the slips of the chosen class, and what it answered item by item."""
        key, letter = self.groups.key, self.letter
        assert letter is not None
        rows = _statistics(self.choices, key, front.titles)
        for widget in (self.items, self.items_title):
            widget.setVisible(bool(rows))
        self.items_title.setText(f"自愿项目：{self.named()}")
        model = self.items.rows
        model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        head = self.items.horizontalHeader().sizeHint().height() + 4
        self.items.setMinimumHeight(head + style.ROW_PX * _LEAST_ROWS)
        self.items.setMaximumHeight(head + style.ROW_PX * min(len(rows), _MOST_ROWS))
        self.items.fit(measure=True)
        front.show_class(self.shown_plan(), letter, key)

    def _letter_chosen(self) -> None:
        wanted = self.which.value()
        if self.list is not None and self.list.unsaved() and self.letter is not None and wanted != self.letter.id:
            self.which.set_value(self.letter.id)
            notify.refuse("表格里还有没保存的格子。请先改好或放弃，再换另一封信。")
            return
        self.letter = queries.letter(wanted)
        self.refresh()

    def status_line(self) -> tuple[str, str]:
        """Give what the list says, and how many slips the whole school has."""
        if self.list is None or self.letter is None:
            return "", ""
        found, chosen = self.list.status_line()
        back, due = sum(each.returned for each in self.counts), sum(each.pupils for each in self.counts)
        return f"{found} · 全校已交 {back}/{due}", chosen

    # --- what a person does

    def print_reminders(self) -> None:
        """Print the letter once more for whose slip is still out, of the chosen class where one is chosen."""
        from ui.fees.letters.printing import print_letter

        if self.letter is not None:
            key = self.groups.key
            print_letter(self, self.data_folder, self.letter, [key] if key != ALL else [], missing=True)

    def print_counts(self) -> None:
        """Show the 回执统计表 of the letter that is chosen; it is archived when it is printed or saved."""
        from app.paper.forms import Order  # what draws papers loads when it is needed
        from ui.paper.choosing import print_order

        order = Order(about=self.shown_plan().id, records=(self.letter.id,) if self.letter is not None else ())
        print_order(self, self.data_folder, features.form("fee-reply-counts"), order)

    def _to_slips(self) -> None:
        if self.list is not None:
            self.list.grid.setFocus()

    def _class_done(self) -> None:
        """Say that a class has handed in all slips, and go on to the next that has not."""
        name, following = self.groups.name(), self.groups.next_with(_MISSING)
        notify.said(f"{name} 的回执收齐了。" + ("" if following else "全校都收齐了。"))
        if following is not None:
            self.groups.choose(following)
            self._to_slips()


def _groups(counts: Sequence[ReplyCount]) -> list[Row]:
    """Give the classes with how many slips came back, the whole school on top; none missing is left blank."""
    back, due = sum(each.returned for each in counts), sum(each.pupils for each in counts)
    return [(ALL, "全校", f"{back}/{due}", (due - back) or None),
            *((each.class_id, each.class_name, f"{each.returned}/{each.pupils}", each.missing or None)
              for each in counts)]


def _statistics(choices: Sequence[ChoiceCount], key: int, titles: Sequence[tuple[int, str]]) -> list[Row]:
    """Give for each item, in the plan's order, how many agreed, refused and did not answer, of a class or of all."""
    mine = [each for each in choices if key in (ALL, each.class_id)]
    asked = {each.plan_item for each in mine}
    return [(item, name, *(sum(getattr(each, word) for each in mine if each.plan_item == item)
                           for word in ("agreed", "refused", "silent")))
            for item, name in titles if item in asked]
