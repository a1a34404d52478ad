"""导入台账: the file, its header and columns, a rehearsal with every problem at once, then all in one step of undo."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.assets import importing, queries, rejected
from app.assets.importing import Outcome, Plan, Source
from app.core.errors import Invalid, Refused
from app.core.listing import Wish
from app.core.progress import Progress
from app.store import backup
from app.store.folder import DataFolder
from ui.assets.import_check import CheckStep, ProblemsDialog
from ui.assets.import_steps import PATTERNS, ColumnsStep, FileStep, ImportState, ImportStep
from ui.base import jobs, notify, undoing
from ui.base.parts import open_at
from ui.forms.wizard import Wizard

_LOSE = "台账还没有导入。现在关闭，刚才核对的表头和各列要重新来过。"
_SHEETS = "Excel 工作簿 (*.xlsx)"


@dataclass(frozen=True)
class Imported:
    """What an import did: its outcome, where the bad rows lie, or why they could not be saved."""

    outcome: Outcome
    bad_rows: Path | None = None
    trouble: str = ""


class ImportWizard(Wizard):
    """Leads an office's own ledger into the file. ``imported`` holds what was done, None while nothing was.

    ``straight``: where every column is sure the person sees at once what would come in; the columns are one step back.
    """

    def __init__(self, parent: QWidget | None, data: DataFolder, path: Path | None = None, straight: bool = False) -> None:
        self.state, self.data, self.straight = ImportState(), data, straight
        self.imported: Imported | None = None
        self.file = FileStep(self.state, self._file_opened)
        self.columns = ColumnsStep(self.state, self.rehearse)
        self.check = CheckStep(self.state, self.read_again, self.save_bad, self.update_only)
        steps: list[ImportStep] = [self.file, self.columns, self.check]
        super().__init__(parent, "导入台账", list(steps), self.write)
        for step in steps:
            step.changed.connect(self._look_again)
        room = self.screen().availableGeometry()
        self.setMinimumSize(820, min(460, room.height() - 60))
        open_at(self, 1180, 690)
        if path is not None:
            self.file.open(path)

    def go(self, by: int) -> None:
        """Go on or back; what would be lost by closing changes with it. Enter then does what the button below says."""
        super().go(by)
        self.lose = _LOSE if self.place else ""
        self._look_again()
        if self.onward.isEnabled():
            self.onward.setFocus()

    def _file_opened(self) -> None:
        """Show the columns; with nothing to ask about them go on to what would come in."""
        self.go(+1)
        if self.straight and self.columns.ready:
            self.next()

    def rehearse(self) -> None:
        """Check the whole sheet through the import's own code, writing nothing; then show what it found."""
        source, plan = self._opened()
        jobs.run_job(self, "正在检查台账，还没有写入", lambda progress: importing.run(source, plan, progress, rehearse=True),
                     self._rehearsed, self._refuse)

    def update_only(self, fields: frozenset[str]) -> None:
        """Take only these fields for cards there are, and check again; cancelled, the plan stays as it was shown."""
        source, plan = self._opened()
        if not self._stale(plan) or jobs.running():
            return
        narrowed = replace(plan, fields=fields)

        def take(outcome: Outcome) -> None:
            self.state.plan = narrowed
            self._rehearsed(outcome)

        jobs.run_job(self, "正在按勾选的字段重新检查，还没有写入",
                     lambda progress: importing.run(source, narrowed, progress, rehearse=True), take, self._refuse)

    def _stale(self, plan: Plan) -> bool:
        """Whether other fields are ticked than those that were looked at."""
        updates = self.check.updates
        return self.check.has_updates and updates.ticked() != (updates.offered if plan.fields is None else plan.fields)

    def read_again(self) -> None:
        """Read the file anew after it was mended, and check again; changed headings are to be looked at first."""
        old, plan = self._opened()
        jobs.run_job(self, "正在重新读取文件", lambda progress: _read_again(old, plan, progress), self._read, self._refuse)

    def save_bad(self) -> None:
        """Write the rows with errors as a workbook of their own, to be mended there."""
        source, plan = self._opened()
        outcome, path = self.state.outcome, self._ask_where()
        if outcome is None or path is None:
            return
        try:
            rejected.save(self.data, outcome, path)
        except Refused as trouble:
            self.check.say(trouble.text)
            return
        notify.said(f"已把有问题的 {len(outcome.bad_rows):,} 行另存到“{path.name}”。改好后可以单独导入那个文件。")

    def write(self) -> bool:
        """Back up and import in one job; the dialog closes when that is done."""
        source, plan = self._opened()
        if self._stale(plan):  # what is written was shown before
            self.check.updates.soon.stop()
            self.update_only(self.check.updates.ticked())
            return False
        path = self._ask_where() if self.check.only_good else None
        if self.check.only_good and path is None:
            return False
        plan = replace(plan, skip_bad=self.check.only_good)
        jobs.run_job(self, "正在导入台账", lambda progress: _write(self.data, source, plan, path, progress), self._written,
                     self._refuse)
        return False

    def _opened(self) -> tuple[Source, Plan]:
        assert self.state.source is not None
        assert self.state.plan is not None
        return self.state.source, self.state.plan

    def _ask_where(self) -> Path | None:
        source, _ = self._opened()
        return notify.save_file("另存有问题的行", f"{source.path.stem}-有问题的行.xlsx", _SHEETS)

    def _rehearsed(self, outcome: Outcome) -> None:
        self.state.outcome = outcome
        self.go(self.steps.index(self.check) - self.place)

    def _read(self, found: tuple[Source, Plan, Outcome | None]) -> None:
        self.state.source, self.state.plan, outcome = found
        if outcome is None:
            self.go(-1)
            notify.warn("文件的表头变了，请再核对一遍各列。")
        else:
            self._rehearsed(outcome)

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, Refused | Invalid):
            raise error
        if self.steps[self.place] is self.check:
            self.check.say(notify.sentence(error))
        else:
            notify.refuse(error)

    def _written(self, imported: Imported) -> None:
        if imported.outcome.refused:    # another import came between: show what stands in the way now
            self._rehearsed(imported.outcome)
            return
        self.imported = imported
        self.lose = ""
        self.accept()

    def _look_again(self) -> None:
        step = self.steps[self.place]
        assert isinstance(step, ImportStep)
        self.onward.setText(step.next_text)
        self.onward.setEnabled(step.ready)
        self.back.setText("返回改列" if step is self.check else "上一步")


def _read_again(old: Source, plan: Plan, progress: Progress) -> tuple[Source, Plan, Outcome | None]:
    """Open the file anew. The plan stays where the headings are the same; else it is guessed anew and not run."""
    source = Source(old.path)
    gone = any(name not in source.sheets for name in plan.sheets)
    if gone or source.heads(plan) != old.heads(plan):
        return source, replace(source.propose(), duplicates=plan.duplicates, twice=plan.twice), None
    return source, plan, importing.run(source, plan, progress, rehearse=True)


def _write(data: DataFolder, source: Source, plan: Plan, path: Path | None, progress: Progress) -> Imported:
    """Back up, import, then save what stayed out: a full disk must not undo what came in."""
    backup.make(data, "导入前", progress=progress)
    outcome = importing.run(source, plan, progress)
    rejected.imported(data, outcome, source.path)
    if path is None or outcome.refused or not outcome.bad_rows:
        return Imported(outcome)
    try:
        rejected.save(data, outcome, path)
    except Refused as trouble:
        return Imported(outcome, None, trouble.text)
    return Imported(outcome, path)


def run_import_wizard(parent: QWidget, data: DataFolder, then: notify.Actions = ()) -> bool:
    """Ask for the file, lead through the import, say what came in, the ways on (``then``) and the way back; gives whether
    anything did. Into an empty ledger a file that leaves nothing to ask goes straight to what would come in.
    """
    path = notify.open_file("导入台账", PATTERNS)
    if path is None:
        return False
    wizard = ImportWizard(parent, data, path, straight=not queries.totals(Wish()).records)
    wizard.exec()
    if wizard.imported is not None:
        tell(parent, wizard.imported, then)
    wizard.deleteLater()
    return wizard.imported is not None


def tell(parent: QWidget, imported: Imported, then: notify.Actions = ()) -> None:
    """Say what an import did: 已导入 236 张卡片（2 行有问题，已另存）。[打印盘点表] [撤销] [查看问题]."""
    outcome = imported.outcome
    done = [f"已导入 {outcome.imported:,} 张卡片" if outcome.imported or not outcome.updated else "",
            f"已更新 {outcome.updated:,} 张卡片" if outcome.updated else ""]
    bad = ""
    if outcome.bad_rows:
        bad = f"（{len(outcome.bad_rows):,} 行有问题，{'没有存成' if imported.trouble else '已另存'}）"
    ways = [*(then if outcome.imported else ()), *([undoing.way_back(outcome.step)] if outcome.step else [])]
    if outcome.problems:
        ways.append(notify.Way("查看问题", lambda: ProblemsDialog(parent.window(), outcome.problems).exec()))
    text = "，".join(filter(None, done)) + bad + "。" + imported.trouble
    notify.said(text, ways, "warning" if imported.trouble else "done")
