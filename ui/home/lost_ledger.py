"""The ledger is missing, empty or damaged: what was found, what leads back, before anything new is made."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from app import salvage
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Refused
from app.core.progress import Progress
from app.store import backup_list, transfer
from app.store.backup_list import Listed
from app.store.folder import DataFolder
from app.store.rescue import Lost
from ui.base import jobs, notify
from ui.base.parts import button, column, label, open_at, row
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

COPIES = "总务通备份 (*.zip *.db)"
_COLUMNS = (
    Column("at", "备份时间", Kind.CODE, 44), Column("reason", "什么时候做的", width=24), Column("state", "状态", width=20),
    Column("cards", "资产卡片", Kind.WHOLE, 22), Column("pupils", "学生", Kind.WHOLE, 18), Column("last", "最后一步", width=80))


class LostLedgerDialog(QDialog):
    """Leads back to a ledger. Accepted when one was restored, or (``anew``) when the person twice said to begin a new one."""

    def __init__(self, parent: QWidget | None, data: DataFolder, lost: Lost, working: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle("总务通 - 找回账本")
        open_at(self, 820, 460)
        self.data, self.lost, self.anew = data, lost, False
        self.backups: list[Listed] = []
        self.model = RowsModel(_COLUMNS, {backup_list.SOUND: "done", backup_list.DAMAGED: "danger", backup_list.DOUBTFUL: "warning"})
        self.grid = Grid(self.model)
        self.grid.horizontalHeader().setSectionsClickable(False)
        self.grid.horizontalHeader().setStretchLastSection(True)
        self._list()
        self.restore = button("恢复选中的备份", self.restore_chosen, "restore", primary=True)
        self.other = button("另选备份文件…", self.restore_file, "folder")
        self.read = button("把还读得出的存成 Excel…", self.save_readable, "export")
        self.read.setVisible(lost.kind == "damaged")
        self.begin = button("仍然新建账本…", self.begin_anew, flat=True)
        self.begin.setVisible(not working)
        leave = button("返回" if working else "退出", self.reject)
        held = "" if lost.kind == "missing" else "现在的文件会另存在备份文件夹里，不会删掉。"
        found = f"备份文件夹里有 {len(self.backups)} 份备份，选一份恢复：" if self.backups else \
            "备份文件夹里没有备份。如果 U 盘或别处有备份，请点“另选备份文件”。"
        lines = column(
            label(lost.text, "title", wrap=True), label(f"什么都还没有改动。{held}{found}", "hint", wrap=True), self.grid,
            row(self.restore, self.other, self.read, None, self.begin, leave), margins=(22, 18, 22, 16), gap=12)
        lines.setStretch(2, 1)
        self.setLayout(lines)
        self.grid.setVisible(bool(self.backups))
        if not self.backups:    # the words stay together above the buttons
            lines.insertStretch(2, 1)
            open_at(self, self.width(), lines.totalHeightForWidth(self.width()))
        self.restore.setVisible(bool(self.backups))
        self.grid.selectionModel().currentRowChanged.connect(lambda *_: self._look())
        first = next((at for at, each in enumerate(self.backups) if each.state == backup_list.SOUND), 0)
        if self.backups:
            self.grid.selectRow(first)
        self._look()

    def _list(self) -> None:
        self.backups = backup_list.described(self.data)
        rows = [_row(number, each) for number, each in enumerate(self.backups)]
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid.fit(measure=True)

    def _look(self) -> None:
        chosen = self._chosen()
        self.restore.setEnabled(chosen is not None and chosen.state != backup_list.DAMAGED)

    def _chosen(self) -> Listed | None:
        at = self.grid.currentIndex().row()
        return self.backups[at] if 0 <= at < len(self.backups) else None

    def restore_chosen(self) -> None:
        """Put the chosen backup in the place of the ledger."""
        chosen = self._chosen()
        if chosen is not None:
            self._restore(chosen.made.path)

    def restore_file(self) -> None:
        """Put a backup from a U 盘 or another folder in the place of the ledger."""
        path = notify.open_file("从文件恢复", COPIES)
        if path is not None:
            self._restore(path)

    def _restore(self, source: Path) -> None:
        jobs.run_job(self, "恢复账本", lambda progress: transfer.restore(self.data, source, progress=progress),
                     self._restored, self._refuse, can_cancel=False)

    def _restored(self, counts: Mapping[str, int]) -> None:
        notify.said(f"账本已恢复，里面有资产卡片 {counts.get('asset', 0):,} 张。")     # shown on by the window behind
        self.accept()

    def save_readable(self) -> None:
        """Write what can still be read of the damaged file as a workbook: to compare with, or to type anew from."""
        path = notify.save_file("另存读得出的内容", "读得出的内容.xlsx", "Excel 工作簿 (*.xlsx)")
        if path is not None:
            def work(progress: Progress) -> dict[str, int]:
                return salvage.salvage(self.data.file, path, progress=progress)

            jobs.run_job(self, "读取损坏的账本", work, lambda saved: self._saved(path, saved), self._refuse)

    def _saved(self, path: Path, saved: dict[str, int]) -> None:
        told = "、".join(f"{name} {count:,} 行" for name, count in saved.items())
        notify.written(f"已存到“{path.name}”：{told}。恢复备份以后，可以拿它核对缺了什么。", path)

    def begin_anew(self) -> None:
        """Begin an empty ledger all the same; asked twice, since it is seldom what is wanted."""
        kept = "备份都保留着。" + ("" if self.lost.kind == "missing" else "原来的文件会改名留在数据文件夹里。")
        if notify.ask("确实要新建一个空的账本吗？", "新建", "返回", f"原来登记的内容不会在新账本里。{kept}", danger=True) and \
                notify.ask("再确认一次：从空白开始？", "从空白开始", "返回", "以后仍可在“设置—备份与恢复”里恢复原来的备份。", danger=True):
            self.anew = True
            self.accept()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused | Invalid):
            raise error
        at = self.grid.currentIndex().row()
        self._list()    # what was found damaged just now is listed so
        if 0 <= at < len(self.backups):
            self.grid.selectRow(at)
        self._look()
        notify.refuse(error)


def _row(number: int, each: Listed) -> tuple[object, ...]:
    held = each.holds.counts
    return (number, each.moment, each.made.reason, each.state, held.get("asset"), held.get("pupil"), each.last_step)
