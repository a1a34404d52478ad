"""发盘点表、收回盘点表: workbooks out to keepers, and back after a preview of what changes and what is wrong."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QDialog, QRadioButton, QWidget

from app.core.columns import Column, Kind
from app.core.errors import joined
from app.school import queries as school
from app.stocktake import commands, queries, rules, sheets
from app.stocktake.sheets import BY_KEEPER, BY_ROOM, LineChange, Reading
from app.store import archive
from ui.base import jobs, notify, undoing
from ui.base.parts import button, column, label, open_at, row
from ui.forms.editors import text_editor
from ui.forms.ticks import CHECKED, UNCHECKED
from ui.kit.rehearsal import RehearsalDialog
from ui.stocktake.rooms import RoomTicks

WORKBOOKS = "盘点表 (*.xlsx *.xlsm *.xls *.ods *.csv)"
_WAYS = (("", "一个文件，全部在一张表里"), (BY_KEEPER, "每位保管人一个文件，放进一个文件夹"), (BY_ROOM, "每个房间一个文件，放进一个文件夹"))


def send_sheets(parent: QWidget, stocktake: int) -> None:
    """Let the person write the stocktake's workbooks: one file, or one for each room or keeper."""
    SendDialog(parent, stocktake).exec()


def take_sheet(parent: QWidget, stocktake: int) -> None:
    """Let the person choose filled workbooks, see what they change, and take them."""
    commands.require_open(stocktake)
    TakeDialog(parent, stocktake).exec()


class SendDialog(QDialog):
    """Which rooms, and into how many files."""

    def __init__(self, parent: QWidget | None, stocktake: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("发盘点表")
        self.stocktake = commands.require(stocktake)
        self.ways = {key: QRadioButton(text) for key, text in _WAYS}
        self.group = QButtonGroup(self)
        for way in self.ways.values():
            self.group.addButton(way)
        self.ways[""].setChecked(True)
        self.rooms = RoomTicks(stocktake)
        self.count = label("", "hint")
        self.rooms.itemChanged.connect(lambda *_: self._say())
        choose = row(label("哪些房间", "section"), None, button("只选还没盘完的", self._tick_left, flat=True),
                     button("全选", lambda: self.rooms.tick_all(CHECKED), flat=True),
                     button("全不选", lambda: self.rooms.tick_all(UNCHECKED), flat=True))
        hint = label("保管人填“实盘数”以后各列就行：排序、隐藏、加列、写备注都不要紧，账上没有的写在最后几行。填好后用“收回盘点表”读回来。",
                     "hint", wrap=True)
        lines = column(
            hint,
            *self.ways.values(),
            choose,
            self.rooms,
            row(
                self.count, None, button("取消", self.reject), button("写出盘点表", self.write, "export", primary=True)
            ),
            margins=(20, 16, 20, 16),
            gap=8,
        )
        lines.setStretch(5, 1)
        self.setLayout(lines)
        open_at(self, 600, 640)
        self._say()

    def way(self) -> str:
        """Give what each file is for: "" for one file of everything."""
        return next(key for key, each in self.ways.items() if each.isChecked())

    def write(self) -> None:
        """Ask where, then write as a job."""
        if not self.rooms.chosen():
            notify.refuse("还没有选房间。请至少勾选一间，或点“全选”。")
            return
        identity, way, rooms = self.stocktake.id, self.way(), self.rooms.rooms()
        if way:
            folder = notify.choose_folder("盘点表放进哪个文件夹")
            if folder is not None:
                jobs.run_job(
                    self,
                    "写出盘点表",
                    lambda progress: sheets.write_sheets(identity, folder, way, rooms, progress),
                    lambda paths: self._written(f"已写出 {len(paths)} 个盘点表到 {folder}。", folder),
                )
            return
        path = notify.save_file("写出盘点表", f"{archive.safe_name(f'{self.stocktake.number} {self.stocktake.title}')}.xlsx",
                                "Excel 工作簿 (*.xlsx)")
        if path is not None:
            jobs.run_job(self, "写出盘点表", lambda progress: sheets.write_sheet(identity, path, rooms, progress),
                         lambda count: self._written(f"已写出盘点表，{count:,} 行：{path}。", path))

    def _written(self, text: str, path: Path) -> None:
        self.accept()
        notify.written(f"{text}填好后用“收回盘点表”读回来。", path)

    def _tick_left(self) -> None:
        self.rooms.tick_only({room for room, result in self.rooms.results.items() if result.left})

    def _say(self) -> None:
        self.count.setText(self.rooms.sentence())


_COLUMNS = (
    Column("number", "资产编号", Kind.CODE), Column("name", "资产名称"), Column("place", "账面地点"),
    Column("quantity", "账面数", Kind.WHOLE), Column("before", "原来录的", Kind.WHOLE), Column("counted", "表上填的", Kind.WHOLE),
    Column("result", "结果", Kind.CHOICE), Column("notes", "说明"), Column("where", "在哪一行"),
)
_FINDS = (
    Column("code", "标签号", Kind.CODE), Column("name", "名称"), Column("model", "规格型号"), Column("unit", "单位", Kind.CHOICE),
    Column("quantity", "数量", Kind.WHOLE), Column("place", "发现地点"), Column("reason", "原因"), Column("remark", "备注"),
)
_PROBLEMS = (Column("sheet", "文件、工作表"), Column("row", "行", Kind.WHOLE), Column("column", "列", Kind.CODE),
             Column("value", "表上写的", Kind.CODE), Column("text", "问题"))
_TONES = {rules.MATCHED: "done", rules.MISSING: "danger", rules.SURPLUS: "accent", rules.MOVED: "warning",
          rules.ALTERED: "warning", rules.AWAY: "quiet"}


class TakeDialog(RehearsalDialog):
    """Shows what the chosen workbooks would write; nothing is written before the button."""

    title, patterns, several = "收回盘点表", WORKBOOKS, True
    invitation = "请选保管人填好的盘点表，可以一次选几个文件，也可以拖到这里。"
    button_text = "记下"
    tables = (("将录入", _COLUMNS), ("账上没有", _FINDS), ("有问题", _PROBLEMS))
    tones = _TONES

    def __init__(self, parent: QWidget | None, stocktake: int) -> None:
        super().__init__(parent, 1160)
        self.stocktake, self.reading = commands.require(stocktake), Reading()
        self.by = text_editor()
        self.by.set_value(self.stocktake.team)
        self.by.setFixedWidth(220)
        self.controls.addLayout(row(None, label("盘点人"), self.by))
        self.offer(0, "行")

    def read(self) -> None:
        """Read the chosen files as a job and show what they would write."""
        identity, paths = self.stocktake.id, self.paths
        jobs.run_job(self, "读盘点表", lambda progress: sheets.look(identity, paths, progress), self._show)

    def write(self) -> None:
        """Write what was read, as one step."""
        identity, reading, by = self.stocktake.id, self.reading, self.by.value() or ""
        jobs.run_job(self, "记下盘点结果", lambda _: sheets.take(identity, reading, by), self._taken, can_cancel=False)

    def _taken(self, outcome: sheets.SheetOutcome) -> None:
        self.accept()
        undoing.told(f"{'、'.join(self.reading.files[:2])}：{outcome.sentence()}。", outcome.step)

    def _show(self, reading: Reading) -> None:
        self.reading = reading
        changes = sorted(reading.changes, key=lambda each: each.result == rules.MATCHED)
        self.load(0, [_change_row(each) for each in changes])
        self.load(
            1,
            [
                (
                    0,
                    find.code,
                    find.name,
                    find.model,
                    find.unit,
                    find.quantity,
                    school.place_path(find.place_id or 0),
                    find.reason,
                    find.remark,
                )
                for find in reading.finds
            ],
        )
        self.load(2, [(0, each.sheet, each.row, each.column, each.value, each.text)
                      for each in reading.outcome.problems])
        self.tabs.setCurrentIndex(0 if reading.changes or not reading.outcome.problems else 2)
        outcome = reading.outcome
        files = f"读了 {len(reading.files)} 个文件：" if len(self.paths) > 1 else ""
        parts = [f"将录入 {outcome.counted:,} 行"]
        over = sum(1 for each in reading.changes if each.line.counted is not None)
        parts += [f"其中 {over:,} 行原来录过、这次改"] if over else []
        parts += [f"{outcome.same:,} 行与已录的相同"] if outcome.same else []
        parts += [f"{outcome.blank:,} 行没有填实盘数，不动"] if outcome.blank else []
        parts += [f"账上没有的 {outcome.parked:,} 行将记入盘盈待查"] if outcome.parked else []
        parts += [f"{len(outcome.problems):,} 行有问题，不录入"] if outcome.problems else []
        self.sum.setText(files + "，".join(parts) + "。")
        self.offer(outcome.counted + outcome.parked, "行", "\n".join(f"{name}：{text}" for name, text in reading.refused))


def _change_row(change: LineChange) -> tuple[Any, ...]:
    line, count = change.line, change.count
    place = (
        f"在 {school.place_path(count.found_place_id)}"
        if count.found_place_id and count.found_place_id != line.place_id
        else ""
    )
    notes = [f"损坏 {count.damaged}" if count.damaged else "", place, count.found_status, count.reason, count.remark]
    result = "只改备注" if count.counted is None else change.result
    return (
        line.id,
        line.number,
        line.name,
        line.place or queries.NO_PLACE,
        line.quantity,
        line.counted,
        count.counted,
        result,
        joined(notes),
        change.where,
    )
