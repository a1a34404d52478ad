"""备份与恢复: whether the ledger is safe, making a copy, and going back to one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.core.clock import today
from app.core.columns import Column, Kind
from app.school import queries
from app.store import backup, backup_list, transfer
from app.store.backup import Backup
from app.store.backup_list import Listed
from app.store.folder import DataFolder
from ui.base import jobs, notify
from ui.base.parts import label, mark
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import BAND, ListSection

COPIES = "总务通备份 (*.zip *.db)"
_WHEN = {"退出": "退出程序时", "每日": "每天第一次改动后", "导入前": "导入台账之前", "升级前": "程序升级之前", "恢复前": "恢复之前",
         "手工": "手工备份"}


class BackupsSection(ListSection):
    """The backups in the data folder, newest first, with the state of things in a sentence above."""

    title = "备份与恢复"
    hint = ("退出时、每天和导入前自动备份，保留最近 7 天、4 周、12 个月各一份；手工的和导入、升级、恢复前的至少留 30 天。"
            "备份和账本在同一块硬盘上，硬盘坏了会一起丢失，请每月复制一份到 U 盘。")
    columns = (
        Column("at", "备份时间", Kind.CODE, 44), Column("reason", "什么时候做的", width=30), Column("ledger", "哪个账本", width=20),
        Column("state", "状态", width=18), Column("cards", "资产卡片", Kind.WHOLE, 20), Column("last", "最后一步", width=60),
        Column("size", "大小（KB）", Kind.WHOLE),
    )
    acts = (
        Act("new", "立即备份", "back_up", "save", primary=True),
        Act("restore", "恢复选中的备份", "restore_chosen", "restore", needs="one"),
        Act("file", "从文件恢复", "restore_file", "folder"),
        Act("copy", "复制到 U 盘", "copy_out", "usb"),
    )
    empty_text = "还没有备份。"
    empty_acts = ("new",)
    settings_key = "settings/backups"
    search_hint = "搜索日期、原因、最后一步"
    record_word = "份备份"

    def __init__(self, data: DataFolder, *inherited: Any) -> None:
        self.data = data
        super().__init__(*inherited)
        self.state = label("", "chip", wrap=True)
        self.state.setMinimumHeight(BAND)
        self.top.addWidget(self.state)

    def rows(self) -> Sequence[Row]:
        """Give the backups that lie in the data folder."""
        listed = backup_list.of_open_ledger(self.data)
        self.backups = {each.made.sequence or int(each.made.at.timestamp()): each for each in listed}
        return [
            (key, each.moment, _WHEN[each.made.reason], each.ledger, each.state, each.holds.counts.get("asset"), each.last_step,
             max(each.made.size // 1024, 1))
            for key, each in self.backups.items()
        ]

    def fill(self) -> None:
        """Read the list and say how things stand."""
        super().fill()
        text, tone = self._standing()
        self.state.setText(text)
        mark(self.state, tone=tone)

    def _standing(self) -> tuple[str, str]:
        """Say when the last backup was made, or why the last one failed; with the tone it is said in."""
        made, failure = backup.of_open_ledger(self.data), backup.last_failure(self.data)
        last = f"最近一次备份：{_day(made[0])}，{_WHEN[made[0].reason]}。" if made else "还没有备份过。"
        if failure:
            return f"上次备份没有成功：{failure}　{last}", "danger"
        if not made:
            return f"{last}请点“立即备份”。", "warning"
        if backup.changed_since_last(self.data):
            return f"{last}之后账本又有改动，退出程序时会自动备份。", "accent"
        return f"{last}之后没有改动，账本是安全的。", "done"

    def back_up(self) -> None:
        """Make a backup now."""
        jobs.run_job(self, "备份账本", lambda progress: backup.make(self.data, "手工", progress=progress), _made)

    def restore_chosen(self) -> None:
        """Go back to the chosen backup, after saying what that means."""
        chosen = self.backups.get(self.selected_id() or 0)
        if chosen is not None:
            made = chosen.made
            self._restore(made.path, f"{_day(made)}（{_WHEN[made.reason]}）的备份", _what(chosen))

    def restore_file(self) -> None:
        """Go back to a copy from a U 盘 or another folder."""
        path = notify.open_file("从文件恢复", COPIES)
        if path is not None:
            self._restore(path, f"文件“{path.name}”", "")

    def copy_out(self) -> None:
        """Write the whole ledger with its attachments as one file into a folder of the person's choice."""
        folder = notify.choose_folder("复制到 U 盘")
        if folder is not None:
            target = folder / transfer.suggested_name(queries.profile().short_name)
            jobs.run_job(self, "复制到 U 盘", lambda progress: transfer.export(self.data, target, progress), _copied)

    def _restore(self, source: Path, words: str, holds: str) -> None:
        detail = (f"{holds}账本会回到那时的样子，那以后登记、修改和删除的内容都会消失。\n"
                  "恢复前会先把现在的账本自动备份一份，万一恢复错了，还能从列表里再恢复回来。\n"
                  "打印存档里的 PDF 文件不受影响。")
        if notify.ask(f"要恢复到{words}吗？", "备份现在的账本并恢复", "取消", detail, danger=True):
            jobs.run_job(self, "恢复账本", lambda progress: transfer.restore(self.data, source, progress=progress),
                         lambda counts: self._restored(words, counts))

    def _restored(self, words: str, counts: dict[str, int]) -> None:
        safe = next(iter(backup.listing(self.data)), None)
        back = [("恢复回来", lambda: self._restore(safe.path, "恢复之前的样子", ""))] if safe and safe.reason == "恢复前" else []
        notify.said(f"已恢复到{words}，里面有资产卡片 {counts.get('asset', 0):,} 张。", back)


def _what(chosen: Listed) -> str:
    """Say what the chosen backup holds, and what speaks against it, a line each."""
    lines = [f"这份备份里有资产卡片 {chosen.holds.counts.get('asset', 0):,} 张，最后一步是“{chosen.last_step}”。"]
    if chosen.ours is False:
        lines.append("注意：这是另一个账本的备份，恢复后打开的就是那个账本。")
    if not chosen.dated:
        lines.append("注意：做这份备份时电脑的时钟不对，备份时间不可信；列表按实际先后排列。")
    if chosen.state == backup_list.DOUBTFUL:
        lines.append("注意：做这份备份时账本的检查没有通过，里面可能有错。")
    return "".join(f"{line}\n" for line in lines) if not chosen.holds.trouble else ""


def _made(made: Backup) -> None:
    notify.said(f"已备份：{made.path.name}，{_size(made.size)}，已检查可以恢复。")


def _copied(done: transfer.Exported) -> None:
    notify.said(f"已复制到 {done.path}（{_size(done.size)}，附件 {done.attachments} 个），内容已核对。可以安全弹出 U 盘了。")


def _day(made: Backup) -> str:
    word = "今天" if made.at.date() == today() else f"{made.at:%Y-%m-%d}"
    return f"{word} {made.at:%H:%M}"


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:,.1f} MB" if size >= 1024 * 1024 else f"{max(size // 1024, 1):,} KB"
