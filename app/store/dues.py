"""What wants doing about the ledger's safety: a backup that failed, or that is missing for too long."""

from collections.abc import Iterator
from datetime import date, timedelta

from app.core.dues import DANGER, WARNING, Due
from app.store import backup
from app.store.folder import DataFolder

LONGEST_DAYS = 7


def dues(day: date, data: DataFolder) -> Iterator[Due]:
    """Give whether the last backup failed, or is older than a week while the ledger was changed since."""
    failed = backup.last_failure(data)
    made = backup.of_open_ledger(data)
    if failed:
        yield Due("store/backup", f"最近一次备份没有成功：{failed}", "settings:backup", "去备份", DANGER)
    elif not made:
        yield Due("store/backup", "还没有做过备份。", "settings:backup", "立即备份", WARNING)
    elif (days := (day - made[0].at.date()).days) > LONGEST_DAYS and backup.changed_since_last(data):
        words = f"已经 {days} 天没有备份，其间账本有改动。"
        yield Due("store/backup", words, "settings:backup", "去备份", WARNING, made[0].at.date() + timedelta(LONGEST_DAYS))
