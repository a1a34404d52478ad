"""设置: a list of sections on the left, the chosen one on the right, each built when it is first shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app import features
from app.core.settings import Setting, by_group
from app.school import settings as words
from app.store.folder import DataFolder
from ui.base.changes import Changes
from ui.base.icons import icon
from ui.base.page import Page
from ui.base.parts import label, row
from ui.kit.steps_page import Holder
from ui.settings.about import AboutSection
from ui.settings.backups import BackupsSection
from ui.settings.checking import CheckSection
from ui.settings.classes import ClassesSection
from ui.settings.declared import DeclaredSection
from ui.settings.departments import DepartmentsSection
from ui.settings.display import DisplaySection
from ui.settings.extra_fields import ExtraFieldsSection
from ui.settings.numbers import NumbersSection
from ui.settings.people import PeopleSection
from ui.settings.places import PlacesSection
from ui.settings.printed import PrintedSection
from ui.settings.pupils import PupilsSection
from ui.settings.recycle_bin import RecycleBinSection
from ui.settings.steps import StepsSection
from ui.settings.suppliers import SuppliersSection
from ui.settings.terms import TermsSection

SIDE, LINE = 176, QSize(0, 30)      # px
SCHOOL_GROUPS = (words.SCHOOL, words.SIGNERS, words.PAPER, "附件")
_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class SectionSpec:
    """One line of the list on the left; ``heading`` stands above the first section of its kind."""

    key: str
    title: str
    icon: str
    heading: str
    make: Callable[[], Page]


class SettingsPage(Holder):
    """The page behind the gear. ``show_section(key)`` brings one section to the front: "backup" from a warning."""

    title = "设置"

    def __init__(self, changes: Changes, settings: QSettings | None, data: DataFolder,
                 parent: QWidget | None = None) -> None:
        super().__init__(changes, settings, parent)
        self.data = data
        self.specs = {spec.key: spec for spec in self._sections()}
        self.side = QListWidget()
        self._fill_side()
        line = row(self.side, self.pages, gap=0)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.side.currentItemChanged.connect(self._chosen)
        self.setFocusProxy(self.side)
        self.show_section(next(iter(self.specs)))

    def show_section(self, key: str) -> Page:
        """Bring a section to the front, making it if it was never shown; gives it."""
        for number in range(self.side.count()):
            if self.side.item(number).data(_KEY) == key:
                self.side.setCurrentRow(number)
        return self.built[key]

    def go(self, way: str) -> None:
        """Take the way to a section, and to an act of it: "backup", "places:keepers_by_cards"."""
        key, _, act = way.partition(":")
        section: Any = self.show_section(key)
        if act:
            section.actions_by_key[act].trigger()

    def fill(self) -> None:
        """Leave it to the sections: each fetches its own."""

    def make(self, key: str) -> Page:
        """Make a section."""
        return self.specs[key].make()

    def show_key(self, key: str) -> Page:
        """Bring a section to the front."""
        return self.show_section(key)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        key = item.data(_KEY) if item is not None else None
        if key is None:
            return
        section = self.page_of(key)
        self.pages.setCurrentWidget(section)
        self.status_changed.emit(*section.status_line())

    def _fill_side(self) -> None:
        self.side.setProperty("role", "side")
        self.side.setFixedWidth(SIDE)
        self.side.setIconSize(QSize(18, 18))
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        above = ""
        for spec in self.specs.values():
            if spec.heading != above:
                above = spec.heading
                head = QListWidgetItem(self.side)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                head.setSizeHint(LINE)
                words = label(above, "hint")
                words.setContentsMargins(12, 8, 0, 0)
                self.side.setItemWidget(head, words)
            item = QListWidgetItem(icon(spec.icon), spec.title, self.side)
            item.setData(_KEY, spec.key)
            item.setSizeHint(LINE)

    def _sections(self) -> list[SectionSpec]:
        """Give the sections in order; a settings group that a feature declares gets its own by itself."""
        groups = by_group(features.settings())
        own = {name: groups[name] for name in SCHOOL_GROUPS if name in groups}
        calendar = {words.CALENDAR: groups[words.CALENDAR]}
        more = {name: group for name, group in groups.items() if name and name not in (*SCHOOL_GROUPS, words.CALENDAR)}
        plain = (self.changes, self.settings)
        return [
            SectionSpec("school", "学校信息", "building", "学校", lambda: self._declared(
                "学校信息", "单据抬头、签字栏和打印用的名称，以及附件的大小。", own)),
            SectionSpec("terms", "学期", "calendar", "学校", lambda: TermsSection(*plain)),
            SectionSpec("calendar", "校历", "calendar", "学校", lambda: self._declared(
                "校历", "周一至周五上课；法定假日、调休和学校自己放的假写在这里，收费等按上课天数算的都问它。", calendar)),
            SectionSpec("places", "地点", "location", "学校", lambda: PlacesSection(*plain)),
            SectionSpec("people", "人员", "person", "学校", lambda: PeopleSection(*plain)),
            SectionSpec("departments", "部门", "people", "学校", lambda: DepartmentsSection(*plain)),
            SectionSpec("suppliers", "供应商", "cart", "学校", lambda: SuppliersSection(*plain)),
            SectionSpec("classes", "班级", "notebook", "学校", lambda: ClassesSection(*plain)),
            SectionSpec("pupils", "学生名册", "book", "学校", lambda: PupilsSection(self.data, *plain)),
            *(SectionSpec(f"group:{name}", name, "box", "规则", partial(
                self._declared, name, "标准和常用词。各地规定不同的，按本地规定改；只影响以后登记的内容。", {name: group}))
              for name, group in more.items()),
            SectionSpec("numbers", "编号规则", "tag", "规则", lambda: NumbersSection(*plain)),
            SectionSpec("extra_fields", "附加字段", "table", "规则", lambda: ExtraFieldsSection(*plain)),
            SectionSpec("backup", "备份与恢复", "shield", "账本", lambda: BackupsSection(self.data, *plain)),
            SectionSpec("steps", "操作记录", "history", "账本", lambda: StepsSection(*plain)),
            SectionSpec("recycle_bin", "回收站", "delete", "账本", lambda: RecycleBinSection(*plain)),
            SectionSpec("printed", "打印存档", "archive", "账本", lambda: PrintedSection(self.data, *plain)),
            SectionSpec("check", "检查账本", "clipboard", "账本", lambda: CheckSection(self.data, *plain)),
            SectionSpec("display", "显示", "zoom_in", "程序", lambda: DisplaySection(*plain)),
            SectionSpec("about", "关于", "info", "程序", lambda: AboutSection(self.data, *plain)),
        ]

    def _declared(self, title: str, hint: str, groups: Mapping[str, Sequence[Setting[Any]]]) -> Page:
        return DeclaredSection(title, hint, groups, self.changes, self.settings)
