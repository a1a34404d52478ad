"""The first start: which school, which term, who is working. Everything else has a sensible default."""

from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from app.core.clock import today
from app.core.terms import term_of
from app.demo import build_demo
from app.school.commands import start_school
from app.school.queries import started
from app.school.rules import SchoolDraft, check_school
from app.school.settings import OPERATOR
from app.store.folder import DataFolder
from app.store.rescue import Lost
from ui.base import jobs
from ui.base.parts import button, column, label, later, row
from ui.forms.form import Field, FormDialog

WAYS_ON = (("资产台账…", "assets:import", "box"), ("学生名册，做收费告家长书…", "fees:roster", "receipt"))
_TITLES = (OPERATOR.default, "总务副主任", "后勤主任", "总务干事", "资产管理员", "报账员")


def terms_at_hand() -> list[tuple[object, str]]:
    """Give code and title of the term of today, then of its neighbours."""
    now = term_of(today())
    return [(term.code, term.title) for term in (now, now.previous, now.following)]


class FirstStart(FormDialog):
    """Begins the ledger of a school, or takes one over from a backup (new computer).

    ``demo`` says that the person would rather look at the demo school, in a folder of its own; ``following`` is where he goes
    on once the window stands, a place as ``Office.open`` takes it, "" for the first page.
    """

    def __init__(self, data: DataFolder, parent: QWidget | None = None) -> None:
        draft = SchoolDraft(term=term_of(today()).code, operator_title=OPERATOR.default)
        super().__init__(parent, "总务通", draft, _FIELDS, check_school, start_school, save_text="开始使用")
        self.data, self.demo, self.following = data, False, ""
        self.look = button("先看看示范学校", self.show_demo, flat=True)
        self.take_over = button("已有备份，从备份恢复…", self.restore, flat=True)
        self.above.addLayout(column(
            label("欢迎使用总务通", "title"),
            label("先说明是哪所学校、现在是哪个学期、谁在使用。以后都可以在“设置”里修改。", "hint", wrap=True), gap=4,
            margins=(0, 6, 0, 10)))
        self.ways_on = {place: button(text, partial(self.go_on, place), name) for text, place, name in WAYS_ON}
        self.below.addLayout(row(label("手头有现成的表格，接着就导入：", "hint"), *self.ways_on.values(), None))
        self.foot.addWidget(self.look)
        self.foot.addWidget(self.take_over)
        self.leave_button.setText("退出")
        self.lines.setContentsMargins(28, 20, 28, 20)
        self.lines.setSpacing(16)

    def go_on(self, place: str) -> None:
        """Begin the school, then go on at that place."""
        self.following = place if self.save() else ""

    def show_demo(self) -> None:
        """Leave for the demo school: it lies in a folder of its own, nothing of it comes into the office's ledger."""
        self.demo = True
        self.dirty = False
        self.reject()

    def restore(self) -> None:
        """Let a backup be chosen, of this folder or of a U 盘; where one was restored the school has begun already."""
        from ui.home.lost_ledger import LostLedgerDialog

        words = "从备份恢复账本：换了电脑，或者想回到原来的账本时用。"
        if LostLedgerDialog(self, self.data, Lost("missing", words, 0), working=True).exec() and started():
            self.dirty = False
            self.accept()


class DemoStart(QDialog):
    """Builds the demo school in its own empty folder while one waits; accepted when it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("总务通 - 示范学校")
        self.setLayout(column(label("正在建立示范学校……", "title"), label("24 个班、1,000 名学生、3,000 张卡片，几秒钟。", "hint"),
                              margins=(28, 20, 28, 20)))
        self.soon = later(self, 0, self.build)
        self.soon.start()

    def build(self) -> None:
        """Build the school as a job."""
        jobs.run_job(self, "正在建立示范学校", build_demo, lambda _said: self.accept(), can_cancel=False)


_FIELDS = (
    Field("name", "学校名称", width=2, required=True, hint="印在单据上的全称，例如：青禾市实验小学"),
    Field("term", "当前学期", "choice", width=2, choices=terms_at_hand),
    Field("operator", "操作人姓名", hint="会记在每一步操作里，可以不填"),
    Field("operator_title", "职务", "choice", choices=_TITLES, free=True),
)
