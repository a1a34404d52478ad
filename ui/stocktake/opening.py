"""开始盘点: term, kind, 基准日, what it covers and who counts; says live how many cards that is."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.assets import queries as assets
from app.core import clock
from app.core.errors import Invalid, Problem, Refused
from app.core.listing import Totals
from app.core.money import format_fen
from app.school import queries as school
from app.stocktake import commands, queries, rules
from app.stocktake.coverage import covered
from app.stocktake.rules import Scope, StocktakeDraft
from app.store.journal import Step
from ui.base import jobs, undoing
from ui.base.parts import TabPages, column, label, later, mark, open_at, row
from ui.forms.form import Field, FormDialog
from ui.forms.ticks import Branch, TickTree

COUNT_MS, START_DAYS = 150, 45      # after the last tick; how long after its first day a term is at its beginning


def open_stocktake(parent: QWidget) -> int | None:
    """Let the person open a stocktake and give its id, None when he changed his mind."""
    dialog = OpeningDialog(parent)
    if not dialog.exec():
        return None
    made = commands.require(dialog.saved.made[0])
    undoing.told(f"已开始盘点 {made.number} {made.title}：{made.scope_words}，{made.lines:,} 种。账面数已经定住，以后的变动不影响它。",
                 dialog.saved)
    return made.id


class OpeningDialog(FormDialog):
    """``saved`` is the step, its ``made`` the stocktake that was opened."""

    def __init__(self, parent: QWidget | None) -> None:
        self.trees = {"places": TickTree(["地点"], _places()), "classes": TickTree(["分类"], _classes()),
                      "keepers": TickTree(["保管人"], _keepers())}
        self.branches = QCheckBox("只盘分保管室（设置—地点里标明的）")
        self.found = Totals()
        super().__init__(
            parent, "开始盘点", _first_draft(), _fields(), self._problems, commands.open_stocktake, save_text="开始盘点"
        )
        self.tabs = TabPages()
        self.tabs.setDocumentMode(True)
        for title, tree in zip(_TITLES, self.trees.values(), strict=True):
            self.tabs.addTab(_searchable(tree), title)
            tree.itemChanged.connect(lambda *_: self._scope_changed())
        self.tabs.setMinimumHeight(150)
        self.branches.toggled.connect(lambda _: self._scope_changed())
        self.covers, self.beside = label("", "title", wrap=True), label(_under_way(), "warning", wrap=True)
        self.beside.setVisible(bool(self.beside.text()))
        scope = column(row(label("盘点范围", "section"), label("都不勾选就是全校；几页都勾选了，要同时符合才盘", "hint"), None,
                           self.branches), self.tabs, self.covers, self.beside, gap=6)
        scope.setStretch(1, 1)
        self.below.addLayout(scope, 1)
        self.favour_below()
        self.counting = later(self, COUNT_MS, self.count)
        self.changed.connect(self._told)
        self._suggest_title()
        self.count()
        self.grow()
        open_at(self, self.sizeHint().width(), 730)

    def grow(self) -> None:
        """Leave room for the scope on a small screen: there the fields scroll."""
        super().grow()
        self.area.setMinimumHeight(
            min(self.area.minimumHeight(), max(120, self.screen().availableGeometry().height() - 370))
        )

    def filled(self) -> StocktakeDraft:
        """Give the draft as the fields and ticks stand."""
        values: dict[str, Any] = {key: editor.value() for key, editor in self.editors.items()}
        values["term_id"] = values["term_id"] or 0
        return replace(StocktakeDraft(), **values, scope=self.scope())

    def save(self) -> bool:
        """Open the stocktake as a job: freezing 20,000 lines takes a moment. Gives whether it is opened already."""
        self.touched = set(self.fields)
        problems = self._found_problems()
        self._show_problems(problems)
        if problems:
            self._focus(problems[0].field)
            return False
        draft = self.filled()
        jobs.run_job(
            self,
            "开始盘点，定住账面数",
            lambda _: commands.open_stocktake(draft),
            self._opened,
            self._failed,
            can_cancel=False,
        )
        return self.saved is not None

    def _opened(self, step: Step) -> None:
        self.saved, self.dirty = step, False
        self.accept()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Invalid):
            self._show_problems(error.problems)
        elif isinstance(error, Refused):
            self._say(error.text)
        else:
            raise error

    def scope(self) -> Scope:
        """Give what is ticked."""
        chosen = {key: tuple(tree.tops()) for key, tree in self.trees.items()}
        return Scope(**chosen, branch_rooms=self.branches.isChecked())  # type: ignore[arg-type]  # ids as the trees got them

    def count(self) -> None:
        """Say what the scope covers as it stands."""
        draft = self.filled()
        self.found = found = covered(draft.scope, draft.base_date)
        words = commands.scope_words(draft.scope)
        for number, (key, title) in enumerate(zip(self.trees, _TITLES, strict=True)):
            chosen = len(getattr(draft.scope, key))
            self.tabs.setTabText(number, f"{title}（{chosen}）" if chosen else title)
        mark(self.covers, role="title" if found.records else "error")
        self.covers.setText(
            f"{words}：{found.records:,} 种、{found.pieces:,} 件，账面价值 ￥{format_fen(found.fen)}" if found.records
            else f"{words}：这个范围里没有资产卡片，请改选范围或基准日。")

    def _scope_changed(self) -> None:
        self.dirty = True
        self.counting.start()

    def _told(self, key: str) -> None:
        if key == "base_date":
            self.counting.start()
        if key in ("term_id", "kind"):
            self._suggest_title()

    def _suggest_title(self) -> None:
        """Show under the title's field what an empty title will become."""
        term = next((each for each in school.terms() if each.id == self.value("term_id")), None)
        self.editors["title"].setPlaceholderText(f"{term.title}{self.value('kind')}盘点" if term else "")

    def _problems(self, draft: StocktakeDraft) -> list[Problem]:
        return rules.check_draft(draft, clock.today())


_TITLES = ("按地点", "按分类", "按保管人")


def _fields() -> list[Field]:
    terms = [(term.id, f"{term.title}{'（当前）' if term.is_current else ''}") for term in school.terms()
             if not term.closed_on]
    return [
        Field("term_id", "学期", "choice", choices=terms, required=True),
        Field("kind", "种类", "choice", choices=rules.KINDS, required=True),
        Field("base_date", "基准日", "day", required=True, hint="账面数以这一天为准；这天以后入账的不盘"),
        Field("observer", "监盘人", hint="财务或纪检人员"),
        Field("team", "盘点人", width=2, hint="不少于两人，如 龚秀珍、郝明珠"),
        Field("title", "名称", width=2), Field("remark", "备注", width=2),
    ]


def _first_draft() -> StocktakeDraft:
    """Propose the current term: its start while that is near and was not counted yet, else its end; the same people as last."""
    term, today = school.current_term(), clock.today()
    if term is None:
        return StocktakeDraft(base_date=today)
    before = queries.stocktakes(term.id)
    started = any(row.kind == rules.TERM_START and row.state != rules.VOIDED for row in before)
    early = not started and (today - term.starts_on).days <= START_DAYS
    last = next(iter(before), None)
    return StocktakeDraft(term.id, rules.TERM_START if early else rules.TERM_END, today,
                          team=last.team if last else "", observer=last.observer if last else "")


def _under_way() -> str:
    """Say which stocktakes are not done yet: a second one may run beside them, but seldom should."""
    rows = [row for row in queries.stocktakes() if row.state in (rules.OPEN, rules.COUNTED)]
    names = "、".join(f"{row.number} {row.title}" for row in rows[:2]) + (f"等 {len(rows)} 次" if len(rows) > 2 else "")
    return f"{names}还没有办完。可以同时再开一次，两次互不影响。" if rows else ""


def _searchable(tree: TickTree) -> QWidget:
    """Give a tree under a line to search it."""
    made, words = QWidget(), QLineEdit(placeholderText="输入名称或拼音首字母")
    words.setClearButtonEnabled(True)
    words.textChanged.connect(tree.narrow)
    tree.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setLayout(column(words, tree, margins=(0, 6, 0, 0), gap=6))
    return made


def _places() -> list[Branch]:
    branches = [Branch(place.id, place.parent_id, (place.name,)) for place in school.places_tree()]
    return [*branches, Branch(0, None, ("未登记地点",))]


def _classes() -> list[Branch]:
    listed = assets.classes_in_use()
    groups = {code[:3]: code for code, _ in listed if code.endswith("000000") and code.startswith("A")}
    branches = [Branch(code, groups.get(code[:3]) if groups.get(code[:3]) != code else None, (f"{name}　{code}",))
                for code, name in listed]
    return sorted(branches, key=lambda each: each.parent is not None)


def _keepers() -> list[Branch]:
    return [Branch(identity, None, (name,)) for identity, name in assets.keepers()]
