"""检查账本: is the file whole, does everything agree."""

from typing import Any

from PySide6.QtWidgets import QFrame

from app.store import check
from app.store.check import Report
from app.store.folder import DataFolder
from ui.base import jobs
from ui.base.page import Page
from ui.base.parts import button, column, label, mark, row
from ui.kit.detail import Facts
from ui.settings.sections import BAND, heading


class CheckSection(Page):
    """One button, then what was found and how many records there are."""

    title = "检查账本"
    hint = ("核对数据文件、记录之间的引用、操作日志、附件和合计。只看不改，随时可以做；"
            "停电、死机之后，或者数字看着不对时，请检查一次。")

    def __init__(self, data: DataFolder, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.data = data
        self.verdict = label("", "chip", wrap=True)
        self.verdict.setMinimumHeight(BAND)
        self.findings = label("", wrap=True)
        self.findings.setTextInteractionFlags(self.findings.textInteractionFlags().TextSelectableByMouse)
        self.counts = Facts(120)
        self.panel = QFrame()
        self.panel.setProperty("role", "panel")
        self.panel.setLayout(column(self.findings, label("账本里的记录", "section"), self.counts, margins=(16, 12, 16, 12)))
        lines = column(heading(self.title, self.hint), row(button("开始检查", self.run, "shield", primary=True), None),
                       self.verdict, self.panel, None, margins=(14, 12, 14, 10), gap=12)
        self.setLayout(lines)
        self.verdict.hide()
        self.panel.hide()

    def fill(self) -> None:
        """Leave what the last check found."""

    def run(self) -> None:
        """Check everything beside the window."""
        jobs.run_job(self, "检查账本", lambda progress: check.run(self.data, progress), self.show_report)

    def show_report(self, report: Report) -> None:
        """Show the verdict, every finding, and the number of records."""
        total = sum(report.counts.values())
        self.verdict.setText(f"没有发现问题，共核对 {total:,} 条记录。" if report.sound else
                             f"发现 {len(report.problems)} 个问题。账本没有被改动，请先做一次备份，再按下面的提示处理。")
        mark(self.verdict, tone="done" if report.sound else "danger")
        self.findings.setText("\n".join(f"{number}. {text}" for number, text in enumerate(report.problems, 1)))
        self.findings.setVisible(not report.sound)
        self.counts.show_pairs([(name, f"{count:,}") for name, count in report.counts.items()])
        self.verdict.show()
        self.panel.show()
