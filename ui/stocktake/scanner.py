"""扫码盘点: a line that always has the focus, what the last scan came to in large words, the room's progress."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QLineEdit, QProgressBar, QWidget

from app.core import clock
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Refused
from app.school import queries as school
from app.stocktake import commands, queries, rules, scanning
from app.store import journal
from ui.base import notify
from ui.base.parts import button, column, label, later, mark, open_at, row
from ui.forms.tree import TreeNode, TreePopup
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel
from ui.stocktake.finds import edit_find

REFUSED, TAKEN_BACK = "refused", "back"
# Each outcome: its word, and the tone of the band (resources/style/app.qss: QFrame[role="band"]).
WORDS = {
    scanning.RIGHT: "相符", scanning.ELSEWHERE: "位置不符", scanning.AGAIN: "重复扫描", scanning.OUTSIDE: "不在本次范围",
    scanning.PARKED: "账上没有", scanning.ROOM: "换房间", REFUSED: "没有记入", TAKEN_BACK: "已撤销",
}
_TONES = {"相符": "done", "位置不符": "warning", "重复扫描": "quiet", "账上没有": "accent", "没有记入": "danger",
          "不在本次范围": "danger", "已撤销": "quiet"}
SILENT = (scanning.RIGHT, scanning.ROOM, TAKEN_BACK)  # all others beep: the eyes are on the things, not on the screen
LOG_KEPT, FOCUS_MS = 200, 30

_MISSING = (Column("number", "资产编号", Kind.CODE), Column("name", "名称"), Column("model", "规格型号"),
            Column("quantity", "数量", Kind.WHOLE), Column("keeper", "保管人"))
_LOG = (Column("at", "时间", Kind.CODE), Column("word", "结果", Kind.CHOICE), Column("code", "条码", Kind.CODE),
        Column("text", "说明"))


def scan_rooms(parent: QWidget, stocktake: int, room: int | None) -> None:
    """Take scans until the person closes the window; ``room`` is where counting begins, None before a room was scanned."""
    commands.require_open(stocktake)
    ScanDialog(parent, stocktake, room).exec()


@dataclass
class Said:
    """One line of the log; ``step`` is the journal's number of what it wrote, None where nothing was written."""

    at: str
    outcome: str
    code: str
    text: str
    step: int | None = None


class ScanDialog(QDialog):
    """Each Enter is one scan, done at once: what the scanner types meanwhile waits in the queue and is not lost."""

    def __init__(self, parent: QWidget | None, stocktake: int, room: int | None) -> None:
        super().__init__(parent)
        self.stocktake, self.room, self.last = stocktake, room, scanning.Scanned("", "")
        self.said: list[Said] = []
        row_of = commands.require(stocktake)
        self.setWindowTitle(f"扫码盘点 - {row_of.title}")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.line = QLineEdit()
        self.line.setProperty("role", "scan")
        # Letters of a code typed into an input method would become Chinese words: it stays off in this one line.
        self.line.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self.line.setAccessibleName("条码")
        self.line.returnPressed.connect(self.take)
        self.place, self.progress = label("", "headline"), label("", "hint")
        self.bar = QProgressBar(textVisible=False)
        self.word, self.text = label("", "outcome"), label("", wrap=True)
        self.name_it = button("登记名称…", self.name_find)
        self.band = QFrame()
        self.missing, self.log = RowsModel(_MISSING), RowsModel(_LOG, _TONES)
        self.missing_grid, self.log_grid = Grid(self.missing), Grid(self.log)
        self.missing_title, self.away = label("", "section"), label("", "hint", wrap=True)
        self.missing_title.setMinimumHeight(30)     # as high as the button beside it: both lists begin on one line
        self.back = button("撤销上一次扫描", self.undo_last, "undo")
        self.pick = button("选房间…", self.choose_room, "location")
        self._lay_out()
        self.refocus = later(self, FOCUS_MS, self._keep_focus)
        self._show_band("", "", "先扫房间的条码" if room is None else "可以开始扫了")
        self._show_room()
        self._show_log()

    # --- scanning

    def take(self) -> None:
        """Take what the scanner typed; a bare Enter (the second of a pair) means nothing."""
        code = scanning.clean(self.line.text())
        self.line.clear()
        if not code:
            return
        try:
            self.last = scanning.scan(self.stocktake, code, self.room, journal.worker.name)
        except (Refused, Invalid) as refused:
            self.last = scanning.Scanned(REFUSED, notify.sentence(refused))
        if self.last.outcome == scanning.ROOM:
            self.room = self.last.record
        step = self.last.step.id if self.last.step else None
        self._note(Said(clock.now().strftime("%H:%M:%S"), self.last.outcome, code, self.last.text, step))

    def undo_last(self) -> None:
        """Take back the last scan that wrote something; one that wrote nothing has nothing to take back."""
        said = next((each for each in reversed(self.said) if each.step is not None), None)
        if said is None:
            return
        try:
            journal.undo(said.step)
        except Refused as refused:
            self._note(Said(clock.now().strftime("%H:%M:%S"), REFUSED, said.code, refused.text))
            return
        said.step, said.outcome = None, TAKEN_BACK
        self.last = scanning.Scanned(TAKEN_BACK, f"{said.code} 的扫描已撤销，可以重新扫。")
        self._show_all()

    def name_find(self) -> None:
        """Say what the unknown thing is that was just scanned."""
        if self.last.outcome == scanning.PARKED:
            edit_find(self, self.stocktake, self.last.record, self.room)
            self._show_all()
        self.refocus.start()

    def choose_room(self) -> None:
        """Choose the room from the tree, where its code cannot be scanned."""
        nodes = [TreeNode(place.id, place.parent_id, place.name, f"{place.path} {place.code}")
                 for place in school.places_tree()]
        popup = TreePopup(self.pick, "（先扫房间的条码）", nodes)
        popup.picked.connect(self._room_picked)
        popup.move(self.pick.mapToGlobal(QPoint(self.pick.width() - popup.width(), self.pick.height() + 2)))
        popup.destroyed.connect(self.refocus.start)
        popup.show()
        popup.words.setFocus()

    def _room_picked(self, room: int | None) -> None:
        self.room = room
        words = f"现在盘：{school.place_path(room)}" if room else "先扫房间的条码"
        self.last = scanning.Scanned(scanning.ROOM if room else "", words, room or 0)
        self._show_all()

    # --- what is shown

    def _note(self, said: Said) -> None:
        self.said = [*self.said[-LOG_KEPT:], said]
        if said.outcome not in SILENT:
            QApplication.beep()
        self._show_all()

    def _show_all(self) -> None:
        self._show_band(self.last.outcome, WORDS.get(self.last.outcome, ""), self.last.text)
        self._show_room()
        self._show_log()

    def _show_band(self, outcome: str, word: str, text: str) -> None:
        mark(self.band, tone=outcome or "ready")
        self.word.setText(word or "等待扫描")
        self.text.setText(text)
        self.name_it.setVisible(outcome == scanning.PARKED)
        for each in (self.word, self.text):
            mark(each)

    def _show_room(self) -> None:
        """Show how far the room is, and what is still missing in it."""
        lines = queries.lines(self.stocktake, room=self.room) if self.room is not None else []
        left = [each for each in lines if each.result == rules.UNSEEN]
        away = [each for each in lines if each.counted is None and each.mark]
        due = len(lines) - len(away)
        self.place.setText(school.place_path(self.room) if self.room else "还没有选房间")
        self.progress.setText(f"已盘 {due - len(left)} / {due}" if self.room else "")
        self.bar.setRange(0, max(due, 1))
        self.bar.setValue(due - len(left))
        self.missing_title.setText(
            "本室还没盘到" + (f"（{len(left)}）" if left else "") if self.room else "本室还没盘到的会列在这里")
        rows = [(each.id, each.number, each.name, each.model, each.quantity, each.keeper) for each in left]
        self.missing.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.missing_grid.fit(measure=True)
        words = "本室的都盘到了。" if self.room and due and not left else "账上没有东西在这个房间。" if self.room and not lines else ""
        names = "、".join(f"{each.name}（{each.mark}）" for each in away[:3]) + (
            f"等 {len(away)} 种" if len(away) > 3 else ""
        )
        self.away.setText("　".join(filter(None, (words, f"不用找：{names}" if away else ""))))
        self.away.setVisible(bool(self.away.text()))

    def _show_log(self) -> None:
        rows = [(0, each.at, WORDS[each.outcome], each.code, each.text) for each in reversed(self.said)]
        self.log.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.log_grid.fit(measure=True)
        self.back.setEnabled(any(each.step is not None for each in self.said))

    def _lay_out(self) -> None:
        self.band.setProperty("role", "band")
        self.band.setMinimumHeight(104)
        self.text.setMinimumHeight(40)
        words = column(self.word, self.text, gap=2)
        band = row(words, self.name_it, margins=(20, 10, 20, 12), gap=16)
        band.setStretch(0, 1)
        self.band.setLayout(band)
        for grid in (self.missing_grid, self.log_grid):
            grid.horizontalHeader().setSectionsClickable(False)
            grid.setMinimumWidth(320)
        shut = button("结束扫码", self.accept, primary=True)
        for widget in (self.missing_grid, self.log_grid, self.back, self.pick, self.name_it, shut, self.bar):
            widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)    # a click must not take the keys from the line
        head = row(self.place, None, self.progress, self.pick, gap=14)
        left = column(self.missing_title, self.missing_grid, self.away, gap=6)
        right = column(row(label("刚才扫的", "section"), None, self.back), self.log_grid, gap=6)
        left.setStretch(1, 1)
        right.setStretch(1, 1)
        middle = row(left, right, gap=16)
        middle.setStretch(0, 5)
        middle.setStretch(1, 6)
        foot = row(label("扫描枪要设成“扫完自动回车”。一个标签代表卡片上的全部件数；件数不符的请到盘点页上改。", "hint"), None, shut)
        lines = column(head, self.bar, row(self.line), self.band, middle, foot, margins=(20, 14, 20, 16), gap=10)
        lines.setStretch(4, 1)
        self.setLayout(lines)
        open_at(self, 1180, 700)

    # --- keeping the focus

    def _keep_focus(self) -> None:
        if QApplication.activePopupWidget() is None and self.isActiveWindow():
            self.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say_ready(self) -> None:
        ready = self.isActiveWindow()
        self.line.setPlaceholderText("扫描枪已就绪，也可以直接输入编号后按 Enter" if ready else "请点一下这个窗口，否则扫到的不会记入")
        mark(self.line, bad=not ready)

    def showEvent(self, event: QShowEvent) -> None:
        """Be ready for the first scan at once."""
        super().showEvent(event)
        self.line.setFocus()
        self._say_ready()

    def changeEvent(self, event: QEvent) -> None:
        """Take the keys back whenever the window comes to the front, and say when it is not there."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange:
            self._say_ready()
            self.refocus.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Give signs that arrive elsewhere to the line; Esc with something typed clears it, else closes."""
        if event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._keep_focus()      # never a default button: Enter is the end of a scan
        elif event.text().isprintable() and event.text():
            self.line.setFocus()
            self.line.insert(event.text())
        else:
            super().keyPressEvent(event)
