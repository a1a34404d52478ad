"""登记公示: where, from when, until when and by whom a list was posted, with photos; blocked while a check forbids it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFrame, QWidget

from app.core import clock
from app.core.errors import Problem
from app.core.terms import chinese_day
from app.fees.board import commands as publicity
from app.fees.board import current, frozen, queries
from app.fees.board import settings as words
from app.fees.board.commands import PostDraft
from app.fees.board.queries import ABOUT_FEES, PublicationRow
from app.fees.board.rules import Finding
from app.fees.plan import queries as plan_queries
from app.store import settings
from app.store.folder import DataFolder
from app.store.journal import Step
from ui.base import notify, undoing
from ui.base.parts import button, column, label, mark, open_at, row
from ui.forms.form import Field, FormDialog

PHOTOS = "照片 (*.jpg *.jpeg *.png *.heic *.webp *.bmp *.pdf)"
_MOST_LISTED, _FEW_LISTED, _LOW = 3, 2, 600     # findings named; fewer on a screen lower than so many px


def post(parent: QWidget, data: DataFolder, plan: int, about: str = ABOUT_FEES) -> str:
    """Let the person note a posting; gives "posted", "letters" where he goes on to them, "mend" where he wants to see what
    forbids it, else "".
    """
    dialog = PostDialog(parent, data, plan, about)
    if not dialog.exec():
        return "mend" if dialog.mend else ""
    made = queries.publication(dialog.saved.made[0])
    ready = publicity.collectable_on(plan) if about == ABOUT_FEES else None
    when = f"{chinese_day(ready)}起可以收费。" if ready and ready > clock.today() else "公示天数已经够了。" if ready else ""
    undoing.told(f"已登记{made.title}：{chinese_day(made.posted_on)}张贴在{made.place}。{when}", dialog.saved)
    return "letters" if dialog.onward else "posted"


def edit_posting(parent: QWidget, publication: PublicationRow) -> None:
    """Correct where, by whom and until when a version hung."""
    draft = PostDraft(
        publication.posted_on, publication.until_on, publication.place, publication.posted_by, publication.reason
    )
    form = FormDialog(
        parent,
        f"修改张贴记录 - {publication.title}",
        draft,
        [
            Field("place", "公示地点", width=2, required=True),
            Field("posted_by", "张贴人"),
            Field("until_on", "公示至", "day", hint="一直挂着就留空"),
        ],
        lambda filled: [],
        lambda filled: publicity.edit_posting(publication.id, filled),
    )
    if form.exec():
        undoing.told(f"已修改{publication.title}的张贴记录。", form.saved)


def take_down(parent: QWidget, publication: PublicationRow) -> None:
    """Let the person take a version down, with the day and why."""
    draft = PostDraft(publication.posted_on, clock.today(), publication.place, publication.posted_by, "")
    form = FormDialog(
        parent,
        f"撤下 - {publication.title}",
        draft,
        [
            Field("until_on", "撤下日期", "day", required=True),
            Field("reason", "原因", width=2, required=True, hint="如 标准有误，更正后重新公示"),
        ],
        _need_day,
        lambda filled: publicity.take_down(publication.id, filled.until_on, filled.reason),
        save_text="撤下",
    )
    if form.exec():
        undoing.told(f"已撤下{publication.title}，仍留档备查。", form.saved)


def _need_day(draft: PostDraft) -> list[Problem]:
    return [] if draft.until_on else [Problem("until_on", "请填撤下的日期。")]


class PostDialog(FormDialog):
    """``saved`` is the step, its ``made`` the publication; ``mend`` whether the person left to put right what forbids it,
    ``onward`` whether he goes on to the letters. What every board says and nobody has told yet is asked here as well.
    """

    def __init__(self, parent: QWidget | None, data: DataFolder, plan: int, about: str) -> None:
        self.plan, self.about, self.data_folder, self.mend = plan_queries.plan(plan), about, data, False
        self.onward, self.lacks = False, publicity.lacking(plan) if about == ABOUT_FEES else ()
        self.photos: list[Path] = []
        self.before = queries.hanging(plan, about)
        self.blocks: Sequence[Finding] = ()
        verb = "换新版" if self.before else "公示"
        super().__init__(
            parent,
            f"{verb}{'结算' if about != ABOUT_FEES else ''} - {self.plan.term_title}",
            publicity.usual(plan, about),
            _fields(self.before, self.lacks),
            lambda draft: publicity.check_brought_along(draft, self.lacks),
            self._post,
            save_text=verb,
        )
        self.what, self.doubts = label(self._what(), "", wrap=True), label("", "warning", wrap=True)
        self.panel, self.trouble = QFrame(), label("", "", wrap=True)
        self.names = label("可以以后再加", "hint")
        self.go_mend = button("去改", self._mend, flat=True)
        self.go_on = button("公示，接着印告家长书", self.post_and_go_on, "print")
        self._add()
        self.proposed = self.draft.collect_from
        if self.lacks:
            self.editors[self.lacks[0]].setFocus()      # the rest is proposed already
        self.changed.connect(lambda key: self._day_changed() if key == "posted_on" else None)
        self.check_now()

    def _add(self) -> None:
        """Put what is posted and what forbids it above the fields, the photos below."""
        inside = row(self.trouble, self.go_mend, margins=(12, 8, 8, 8))
        inside.setStretch(0, 1)
        self.panel.setLayout(inside)
        mark(self.panel, role="strip", tone="danger")
        mark(self.trouble, tone="danger")
        self.above.addLayout(column(self.what, self.panel, self.doubts, gap=8))
        if self.about == ABOUT_FEES and self.before is None:
            self.foot.addWidget(self.go_on)
        self.below.addLayout(row(label("公示照片"), button("选照片…", self.choose_photos, "image"), self.names, None, gap=12))

    def post_and_go_on(self) -> None:
        """Note the posting, then go on to the letters."""
        self.onward = self.save()

    def _day_changed(self) -> None:
        """Ask the checks as of another day; the days of collecting that were proposed move with it."""
        day = self.value("posted_on")
        if day and self.proposed and self.value("collect_from") == self.proposed:
            usual = publicity.collecting_from(day)
            self.proposed = usual[0]
            for key, value in zip(("collect_from", "collect_until"), usual, strict=True):
                self.set_value(key, value)
        self.check_now()

    def check_now(self) -> None:
        """Ask the checks anew, as of the day that is typed; the button waits while one forbids posting."""
        found = publicity.standing_in_the_way(self.plan.id, self.value("posted_on")) if self.about == ABOUT_FEES else []
        self.blocks = [each for each in found if each.level == "error"]
        most = _FEW_LISTED if self.screen().availableGeometry().height() < _LOW else _MOST_LISTED
        more = f"\n另有 {len(self.blocks) - most} 处。" if len(self.blocks) > most else ""
        lines = [f"{at}. {each.text}（{each.source}）" for at, each in enumerate(self.blocks[:most], 1)]
        self.trouble.setText(f"还不能公示，有 {len(self.blocks)} 处要先改好：\n" + "\n".join(lines) + more)
        self.panel.setVisible(bool(self.blocks))
        reminders = [each for each in found if each.level != "error"]
        self.doubts.setText(
            f"{len(reminders)} 条提醒："
            + "".join(each.text for each in reminders[:2])
            + ("……" if len(reminders) > 2 else "")
        )
        self.doubts.setVisible(bool(reminders) and not self.blocks)
        for way in (self.save_button, self.go_on):
            way.setEnabled(not self.blocks)
        self._fit()

    def _fit(self) -> None:
        """Be as wide as the fields want and as high as the words need then."""
        self.lines.activate()
        width = self.area.minimumWidth() + 40
        high = self.lines.totalHeightForWidth(width) if self.lines.hasHeightForWidth() else self.sizeHint().height()
        open_at(self, width, high)

    def grow(self) -> None:
        """Leave room on a small screen for what forbids posting: there the fields scroll."""
        super().grow()
        self.area.setMinimumHeight(
            min(self.area.minimumHeight(), max(78, self.screen().availableGeometry().height() - 400))
        )

    def save(self) -> bool:
        """Note the posting unless a check forbids it."""
        return not self.blocks and super().save()

    def choose_photos(self) -> None:
        """Let the person choose photos of the board."""
        paths = notify.open_files("公示照片", PHOTOS)
        if paths:
            self.photos, self.dirty = paths, True
            self.names.setText(
                "、".join(path.name for path in paths[:2]) + (f" 等 {len(paths)} 张" if len(paths) > 2 else "")
            )

    def _post(self, draft: PostDraft) -> Step:
        verb = publicity.post if self.about == ABOUT_FEES else publicity.post_settlement
        return verb(self.plan.id, draft, self.photos, self.data_folder)

    def _mend(self) -> None:
        self.mend, self.dirty = True, False
        self.reject()

    def _what(self) -> str:
        """Say which version this is, and what it changes."""
        need = settings.value(words.PUBLICITY_DAYS)
        if self.about != ABOUT_FEES:
            return f"公示{self.plan.term_title}的收支和结算结果：按项目、按班级汇总，没有学生姓名。"
        if self.before is None:
            return f"打印公示表张贴以后在这里登记。内容从此定住留档；从公示次日算起满 {need} 天才能收费。"
        changes = frozen.changes(self.before.content, current.content_now(self.plan.id))
        said = "；".join(each.sentence for each in changes[:3]) + (f" 等 {len(changes)} 处" if len(changes) > 3 else "")
        return f"第 {self.before.version + 1} 版，替换正在公示的第 {self.before.version} 版（旧版本存档）。变动：{said or '只有文字或日期'}。"


def _fields(before: PublicationRow | None, lacks: Sequence[str]) -> list[Field]:
    reason = Field("reason", "变更原因", width=2, required=True, hint="如 上级调整课后服务费标准")
    more = {"school_phone": Field("school_phone", "学校监督电话", required=True, hint="印在公示表和告家长书上"),
            "bureau_phone": Field("bureau_phone", "教育局投诉电话", required=True),
            "collect_from": Field("collect_from", "开始收费日期", "day", hint="公示满期以后"),
            "collect_until": Field("collect_until", "收费截止日期", "day")}
    return [Field("posted_on", "公示日期", "day", required=True, hint="张贴的那一天"),
            Field("until_on", "公示至", "day", hint="一直挂着就留空"), Field("place", "公示地点", required=True),
            Field("posted_by", "张贴人"), *([reason] if before else []), *(more[key] for key in lacks)]
