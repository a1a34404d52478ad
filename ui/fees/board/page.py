"""公示: every version as it hung, its days counted, its photos; posting, replacing, taking down, printing."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QScrollArea

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Refused
from app.core.listing import Totals, Wish
from app.core.terms import chinese_day
from app.fees.board import checking, current, frozen, queries
from app.fees.board import commands as publicity
from app.fees.board import settings as words
from app.fees.board.queries import ABOUT_FEES, ABOUT_SETTLEMENT, PublicationRow
from app.fees.plan import queries as plan_queries
from app.fees.plan.rules import Difference
from app.fees.rules import STEPS, PlanRow
from app.store import settings
from app.store.folder import DataFolder
from app.store.remembered import Remembered
from ui.base import notify, undoing
from ui.base.changes import Changes
from ui.base.parts import TabPages, label
from ui.fees.board import posting, printing
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.detail import DetailPane
from ui.kit.files import FilesList
from ui.kit.table_page import TablePage
from ui.paper import preview
from ui.paper.picture import PagePicture

_COLUMNS = (
    Column("about", "内容", Kind.CHOICE),
    Column("version", "版本", Kind.CHOICE),
    Column("state", "状态", Kind.CHOICE),
    Column("posted_on", "公示日期", Kind.DAY),
    Column("until_on", "公示至", Kind.DAY),
    Column("days", "已公示", Kind.CHOICE),
    Column("place", "地点"),
    Column("posted_by", "张贴人"),
    Column("photos", "照片", Kind.WHOLE),
    Column("reason", "变更原因"),
)
DRAWN_UP, OVER = "拟定", "已到期"
_NEXT = {ABOUT_FEES: 0, ABOUT_SETTLEMENT: -1}     # ids of the rows that stand for what would be posted now
_PANE = 0.46     # of the width, until someone drags it


@dataclass(frozen=True)
class Version:
    """A line of the list: a version that was posted, or what would be posted next."""

    about: str
    row: PublicationRow | None = None


class PublicityPage(TablePage):
    """The versions of one term, what would be posted next on top; the board of the chosen one on the right."""

    title = "公示"
    columns = _COLUMNS
    acts = (
        Act("post", "公示", "post", "clipboard", "Ctrl+N", primary=True),
        Act("replace", "换新版", "post", "copy"),
        Act("collect", "开始收费", "start_collecting", "money", primary=True),
        Act("settlement", "公示结算", "post_settlement", "receipt", primary=True),
        Act("down", "撤下", "take_down", "dismiss"),
        Act("print", "打印", "print_board", "print"),
        Act("photo", "加照片", "add_photos", "image", menu=True),
        Act("edit", "修改张贴记录", "edit", "edit", menu=True),
    )
    tones = {
        queries.HANGING: "done",
        queries.REPLACED: "quiet",
        queries.TAKEN_DOWN: "quiet",
        OVER: "quiet",
        DRAWN_UP: "warning",
    }
    empty_text = "还没有要公示的内容。请先在“收费方案”里填好项目和金额。"
    settings_key = "fee_publications"
    record_word = "版"
    embedded, narrows, always_one = True, False, True
    go = Signal(str)

    def __init__(self, changes: Changes, machine: QSettings | None, data: DataFolder) -> None:
        self.data_folder = data
        self.plan: PlanRow | None = None
        self.versions: dict[int, Version] = {}
        self.boards: Remembered[bytes] = Remembered(2)
        self.pictured = b""     # the board in sight
        super().__init__(changes, machine)
        self.setContentsMargins(0, 8, 0, 0)
        self.shared = machine is not None and machine.value(f"{self.settings_key}/pane_width") is not None
        self.grid.selectionModel().currentRowChanged.connect(lambda *_: self.selection_changed())

    def scope_words(self) -> str:
        """Give the term."""
        return self.plan.term_title if self.plan else ""

    def show_plan(self, plan: PlanRow | None) -> None:
        """Show the versions of a term's fees."""
        other = plan is not None and (self.plan is None or plan.id != self.plan.id)
        if plan == self.plan:
            return
        self.plan = plan
        self.refresh()
        if other:
            self.grid.fit(measure=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Give the board its share of the width when the page is first seen."""
        super().showEvent(event)
        if not self.shared:
            self.shared = True
            self.splitter.setSizes([int(self.width() * (1 - _PANE)), int(self.width() * _PANE)])

    # --- the list

    def totals(self, wish: Wish) -> Totals:
        """Read the versions anew and count them."""
        self.versions = self._read() if self.plan else {}
        return Totals(len(self.versions))

    def _read(self) -> dict[int, Version]:
        assert self.plan is not None
        found: dict[int, Version] = {}
        posted = queries.publications(self.plan.id)
        for about in (ABOUT_SETTLEMENT, ABOUT_FEES):
            mine = [row for row in posted if row.about == about]
            if self._differs(about, next((row for row in mine if row.state == queries.HANGING), None)):
                found[_NEXT[about]] = Version(about)
            found |= {row.id: Version(about, row) for row in mine}
        return found

    def _differs(self, about: str, hangs: PublicationRow | None) -> bool:
        """Whether what would be posted now is not what hangs; a closed term posts nothing more."""
        assert self.plan is not None
        if about == ABOUT_SETTLEMENT:
            return self.plan.allows("post_settlement") and hangs is None
        if not self.plan.allows("post") or not plan_queries.plan_items(self.plan.id):
            return False
        return hangs is None or bool(frozen.changes(hangs.content, current.content_now(self.plan.id)))

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of versions."""
        return [(identity, *_words(each)) for identity, each in self.versions.items()][offset:offset + limit]

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Give the row a version stands in."""
        return list(self.versions).index(record_id) if record_id in self.versions else None

    def chosen(self) -> Version | None:
        """Give the version in the current line."""
        index = self.grid.currentIndex()
        row = self.model.row(index.row()) if index.isValid() else None
        return self.versions.get(row[0]) if row else None

    def selection_changed(self) -> None:
        """What the term's state does not offer is not shown."""
        super().selection_changed()
        able = self.able()
        for key in ("post", "replace", "collect", "settlement"):
            self.actions_by_key[key].setVisible(able[key])

    def able(self) -> Mapping[str, bool]:
        """Say what can be done with the version in the current line."""
        allowed = STEPS.offered(self.plan.state) if self.plan else frozenset()
        hangs = queries.hanging(self.plan.id) if self.plan else None
        chosen = self.chosen()
        posted = chosen.row if chosen else None
        settled = "post_settlement" in allowed and ("reopen" not in allowed or _NEXT[ABOUT_SETTLEMENT] in self.versions)
        return {
            "post": hangs is None and "post" in allowed,
            "replace": hangs is not None and "post" in allowed,
            "down": posted is not None and posted.state == queries.HANGING,
            "print": chosen is not None,
            "photo": posted is not None,
            "collect": "collect" in allowed,
            "settlement": settled,
            "edit": posted is not None,
        }

    # --- the board on the right

    def detail_widget(self) -> DetailPane:
        """Give the pane: the board as it hangs, its photos, what it changed."""
        pane = DetailPane()
        self.picture, self.changes_words = PagePicture(), label("", wrap=True)
        self.picture.clicked.connect(self.look)
        self.files = FilesList(self.data_folder, self._take_photos, publicity.remove_photo)
        self.changes_words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.changes_words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        area = QScrollArea(widgetResizable=True)
        area.setProperty("role", "plain")
        area.setWidget(self.changes_words)
        for title, widget in (("公示表", self.picture), ("照片", self.files), ("变更", area)):
            pane.add_tab(title, widget)
        return pane

    def show_detail(self, row: Row | None) -> None:
        """Show the board of a version, where and how long it hung."""
        assert isinstance(self.detail, DetailPane)
        chosen = self.versions.get(row[0]) if row else None
        if row is None or chosen is None or self.plan is None:
            self.detail.clear()
            return
        posted = chosen.row
        name = posted.title if posted else f"{chosen.about}公示（还没有张贴）"
        state = _state(posted)
        self.detail.show_record(name, state, self.tones[state], self._days_words(chosen))
        self.detail.facts.hide()        # all room for the board
        self._show_board(row[0], chosen)
        stored = publicity.photos_of(posted.id) if posted else []
        self.files.show_files(stored)
        tabs: TabPages = self.detail.tabs
        tabs.setTabText(1, f"照片 {len(stored)}" if stored else "照片")
        tabs.setTabVisible(1, posted is not None)
        found = publicity.changes(posted.id) if posted else self._changes_now() if chosen.about == ABOUT_FEES else []
        reason = [f"原因：{posted.reason}", ""] if posted and posted.reason else []
        self.changes_words.setText(
            "\n".join([*reason, *(f"{at}. {each.sentence}" for at, each in enumerate(found, 1))])
        )
        tabs.setTabText(2, f"变更 {len(found)}" if found else "变更")
        tabs.setTabVisible(2, bool(found or reason))

    def _changes_now(self) -> list[Difference]:
        hangs = queries.hanging(self.plan.id) if self.plan else None
        return frozen.changes(hangs.content, current.content_now(hangs.plan_id)) if hangs else []

    def _show_board(self, identity: int, chosen: Version) -> None:
        assert self.plan is not None
        plan = self.plan.id
        try:
            self.pictured = self.boards.get((plan, identity), lambda: printing.board(plan, chosen.row, chosen.about))
        except Refused as refused:
            self.pictured = b""
            self.picture.say(refused.text)
            return
        if self.picture.content != self.pictured:
            self.picture.show_pdf(self.pictured)

    def _days_words(self, chosen: Version) -> str:
        """Say how long a version has hung, counted against what the school has set."""
        row, need, today = chosen.row, settings.value(words.PUBLICITY_DAYS), clock.today()
        if row is None:
            fees = chosen.about == ABOUT_FEES
            return "下面是张贴出去的样子。先打印核对，张贴以后点“公示”登记。" if fees else "下面是公示出去的样子，没有学生姓名。"
        days = row.days(today)
        span = (
            f"{chinese_day(row.posted_on)}起"
            + (f"至{chinese_day(row.until_on)}" if row.until_on else "")
            + f"，已公示 {days} 天"
        )
        since = checking.public_since(row.plan_id)
        if row.about != ABOUT_FEES or row.state != queries.HANGING or since is None:
            return span + "。"
        whole = (today - since).days
        beside = f"（连同前几版共 {whole} 天）" if since < row.posted_on else ""
        return span + beside + (f"，满 {need} 天，可以收费。" if whole >= need else f"，收费前至少 {need} 天，还差 {need - whole} 天。")

    def look(self) -> None:
        """Show the board of the chosen version in large."""
        chosen = self.chosen()
        if chosen is None or not self.pictured:
            return
        with tempfile.TemporaryDirectory(prefix="zongwu-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "board.pdf"
            path.write_bytes(self.pictured)
            preview.show_pdf(self, path, chosen.row.title if chosen.row else f"{chosen.about}公示 核对稿")

    # --- what a person does

    def post(self) -> None:
        """Note that the list was posted, as a first version or in the place of the one that hangs."""
        self._post(ABOUT_FEES)

    def post_settlement(self) -> None:
        """Note that what the term came to was posted."""
        self._post(ABOUT_SETTLEMENT)

    def _post(self, about: str) -> None:
        outcome = posting.post(self, self.data_folder, self._plan().id, about)
        if outcome == "mend":
            self.go.emit("plan:check")
        elif outcome and self.plan is not None:
            hangs = queries.hanging(self.plan.id, about)
            if hangs is not None:
                self.choose(hangs.id)
            if outcome == "letters":
                self.go.emit("letters:notice")

    def take_down(self) -> None:
        """Take the chosen version down."""
        posting.take_down(self, self._posted())

    def edit(self) -> None:
        """Correct the record of the chosen version's posting."""
        posting.edit_posting(self, self._posted())

    def print_board(self) -> None:
        """Print the public papers of the chosen version."""
        chosen = self.chosen()
        if chosen is None:
            raise Refused("请先选一版公示。")
        if chosen.row is None and chosen.about == ABOUT_FEES:
            checking.require_clean(self._plan().id, "post")
        printing.print_boards(self, self.data_folder, self._plan().id, chosen.row, chosen.about)

    def add_photos(self) -> None:
        """File photos of the board with the chosen version."""
        self._posted()
        paths = notify.open_files("公示照片", posting.PHOTOS)
        if paths:
            self._take_photos(paths)

    def _take_photos(self, paths: Sequence[Path]) -> None:
        undoing.told(f"已存入 {len(paths)} 张照片。", publicity.add_photos(self._posted().id, paths, self.data_folder))

    def start_collecting(self) -> None:
        """Begin collecting once the days of publicity are over and no check forbids it."""
        plan = self._plan()
        ready = publicity.collectable_on(plan.id)
        if ready is not None and clock.today() < ready and checking.severity()["short_publicity"] == "error":
            raise Refused(f"公示还没有满期，{chinese_day(ready)}起才能收费。")
        undoing.told(f"{plan.term_title}的收费已开始，可以登记收款了。", publicity.begin_collecting(plan.id))

    def _plan(self) -> PlanRow:
        if self.plan is None:
            raise Refused("这个学期还没有收费方案。请先从上学期复制，或新建。")
        return self.plan

    def _posted(self) -> PublicationRow:
        chosen = self.chosen()
        if chosen is None or chosen.row is None:
            raise Refused("这一版还没有张贴。请先选一版张贴过的。")
        return chosen.row


def _state(row: PublicationRow | None) -> str:
    """Give the state as people read it: what hung until a day that is past is over."""
    if row is None:
        return DRAWN_UP
    over = row.state == queries.HANGING and row.until_on is not None and row.until_on < clock.today()
    return OVER if over else row.state


def _words(each: Version) -> tuple[object, ...]:
    row = each.row
    if row is None:
        return (f"{each.about}公示", "下一版", DRAWN_UP, None, None, "", "", "", None, "")
    days = f"{row.days(clock.today())} 天"
    return (
        f"{row.about}公示",
        f"第 {row.version} 版",
        _state(row),
        row.posted_on,
        row.until_on,
        days,
        row.place,
        row.posted_by,
        len(publicity.photos_of(row.id)) or None,
        row.reason,
    )
