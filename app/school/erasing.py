"""Erasing pupils so that nobody can read them out of the data folder: what still holds them, and taking them out of it.

``look`` tells beforehand what there is, for one question; ``erase`` does it. The ledger itself is always cleaned: records,
history, free pages, WAL and log. Printed papers and files that bear a name go where the person wants it, and so do the
pupils in older backups. What lies elsewhere (a U 盘, a printed sheet) nobody can reach from here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.school import personal, pupil_commands
from app.store import archive, attachments, backup, compacting, erasure, journal, triggers, turns, upkeep
from app.store.database import database
from app.store.erasure import Whom
from app.store.folder import DataFolder
from app.store.journal import Step
from app.store.nouns import noun

_SEARCHED = 2   # letters of a name from which on it is looked for in other words


@dataclass(frozen=True, slots=True)
class Traces:
    """What holds some pupils, by ``names``, besides their records: papers and files that bear one, other records, older backups."""

    names: tuple[str, ...]
    papers: tuple[archive.Paper, ...]
    files: tuple[attachments.Stored, ...]
    elsewhere: tuple[str, ...]
    backups: int

    @property
    def told(self) -> str:
        """Say it, a line for each kind; "" where there is nothing."""
        lines = []
        if self.papers:
            lines.append(f"打印存档里有 {len(self.papers)} 份单据写着姓名：{_some([each.path.name for each in self.papers])}。")
        if self.files:
            lines.append(f"附件里有 {len(self.files)} 个文件名带姓名：{_some([each.name for each in self.files])}。")
        if self.elsewhere:
            lines.append(f"别处的文字里也有这个姓名（{'、'.join(self.elsewhere)}），可能是同名的人，请自己核对，不会改动。")
        if self.backups:
            lines.append(f"以前的备份 {self.backups} 份，里面可能还有。")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done: how many pupils, papers, files and backups; ``troubles`` are sentences about what still holds them."""

    count: int
    step: Step | None
    papers: int = 0
    files: int = 0
    backups: int = 0
    troubles: tuple[str, ...] = field(default=())

    @property
    def told(self) -> str:
        """Say what was done."""
        more = [f"{count} {word}" for count, word in ((self.papers, "份打印存档"), (self.files, "个附件"), (self.backups, "份以前的备份"))
                if count]
        return f"已清除 {self.count} 名学生的个人信息{'，连同 ' + '、'.join(more) if more else ''}。{''.join(self.troubles)}"


def look(data: DataFolder, ids: Sequence[int]) -> Traces:
    """Give what holds these pupils besides their own records; nothing is changed. ``Refused`` for who is still in a class."""
    pupil_commands.require_left(ids)
    names = _names([pupil_commands.whom(identity) for identity in ids])
    referring = {table for known in personal.about() for table in known.words()}
    others = [table for table in triggers.journalled_tables() if table not in {"pupil", "attachment", *referring}]
    found = erasure.standing_elsewhere(database.connection(), others, names) if names else {}
    return Traces(tuple(names), tuple(archive.bearing(data, names)), tuple(attachments.named_like(names)),
                  tuple(f"{noun(table)} {count} 条" for table, count in found.items()), len(backup.of_open_ledger(data)))


def erase(data: DataFolder, ids: Sequence[int], papers: bool = False, backups: bool = False, progress: Progress = silent) -> Erased:
    """Erase pupils; ``papers`` removes printed papers and files that bear a name as well, ``backups`` rewrites older backups.

    ``Refused``, with nothing changed, for who is still in a class. A backup that cannot be rewritten stays as it is and is named.
    """
    persons = [pupil_commands.whom(identity) for identity in ids]
    held = [(person, erasure.names_of(database.connection(), person)) for person in persons]
    names, traces = _names(persons), look(data, ids)
    progress(0, 0, "清除个人信息")
    done = pupil_commands.erase(ids)
    if papers:
        _remove_files(data, traces, names)
    troubles = []
    with turns.turn(data):
        if not compacting.rewrite_file():
            troubles.append("账本正被读取，临时文件要到退出程序时才清空。")
    erasure.mend_logs(data.root, names)
    rewritten = _clean_backups(data, held, progress, troubles) if backups else 0
    return Erased(done.count, done.step, len(traces.papers) if papers else 0, len(traces.files) if papers else 0, rewritten,
                  tuple(troubles))


def _clean_backups(data: DataFolder, held: Sequence[tuple[Whom, Collection[str]]], progress: Progress, troubles: list[str]) -> int:
    def all_of_them(copy: Any) -> bool:
        return sum(erasure.take_out_of_copy(copy, person, names) for person, names in held) > 0

    count, made = 0, backup.of_open_ledger(data)
    for number, each in enumerate(made):
        progress(number, len(made), "清除以前的备份")
        try:
            count += upkeep.rewrite(data, each, all_of_them, database.key)
        except Refused as trouble:
            troubles.append(f"备份“{each.path.name}”没有改：{trouble.text}")
    return count


def _remove_files(data: DataFolder, traces: Traces, names: Sequence[str]) -> None:
    """Remove the papers and files that bear a name, with the name in what is noted of them."""
    archive.remove(data, traces.papers, names)
    if traces.files:
        with journal.operation(f"删除附件 {len(traces.files)} 个"):
            for each in traces.files:
                attachments.remove(each.id)
                erasure.forget_words(database.connection(), "attachment", each.id, names)
        for each in traces.files:
            attachments.destroy(data, each)


def _names(persons: Sequence[Whom]) -> list[str]:
    """Give the names that are worth looking for in other words; one letter stands in too many."""
    found = {name for person in persons for name in erasure.names_of(database.connection(), person)}
    return sorted(name for name in found if len(name) >= _SEARCHED and not name.startswith("已清除"))


def _some(names: list[str]) -> str:
    return "、".join(names[:3]) + ("等" if len(names) > 3 else "")
