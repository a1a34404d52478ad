"""部门: the school's offices and teaching groups, in the office's own order."""

from collections.abc import Sequence

from app.school import commands, queries
from ui.base import undoing
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.kit.school_fields import DEPARTMENT_FIELDS, Named
from ui.settings.sections import ListSection, fill_in


class DepartmentsSection(ListSection):
    """The departments; the order here is the order in pickers and on papers."""

    title = "部门"
    hint = "处室和教研组。上下的顺序就是选择时和汇总表上的顺序；改名后，用到它的记录一起改过来。"
    columns = queries.DEPARTMENTS
    acts = (
        Act("new", "新增部门", "add", "add", primary=True),
        Act("edit", "改名", "rename", "edit", needs="one"),
        Act("up", "上移", "move_up", "chevron_up", "Alt+Up", needs="one"),
        Act("down", "下移", "move_down", "chevron_down", "Alt+Down", needs="one"),
        Act("delete", "删除", "remove", "delete", needs="one"),
    )
    empty_text = "还没有登记部门。"
    empty_acts = ("new",)
    settings_key = "settings/departments"
    search_hint = "搜索部门，可用拼音首字母"
    record_word = "个部门"

    def rows(self) -> Sequence[Row]:
        """Give the departments."""
        return queries.departments_listing()

    def add(self) -> None:
        """Add a department; one after another with 保存并继续."""
        form = fill_in(self, "新增部门", Named(), DEPARTMENT_FIELDS, lambda draft: commands.add_department(draft.name),
                       again=lambda draft: Named())
        if form:
            self.choose(form.saved.made[0])

    def rename(self) -> None:
        """Give the chosen department another name."""
        identity = self.selected_id()
        if identity is not None:
            fill_in(self, "部门改名", Named(self._name(identity)), DEPARTMENT_FIELDS,
                    lambda draft: commands.rename_department(identity, draft.name))

    def move_up(self) -> None:
        """Move the chosen department one place up."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the chosen department one place down."""
        self._move(1)

    def remove(self) -> None:
        """Delete the chosen department; refused while people or cards name it."""
        identity = self.selected_id()
        if identity is not None:
            name = self._name(identity)
            undoing.told(f"已删除部门“{name}”。", commands.remove_department(identity))

    def _move(self, by: int) -> None:
        identity, order = self.selected_id(), [row[0] for row in queries.departments_listing()]
        if identity is None:
            return
        if self.sort[0]:
            self._sort_by("", False)    # moving shows only in the office's own order
        place = order.index(identity)
        if 0 <= place + by < len(order):
            order[place], order[place + by] = order[place + by], order[place]
            commands.order_departments(order)

    @staticmethod
    def _name(identity: int) -> str:
        return next((str(row[1]) for row in queries.departments_listing() if row[0] == identity), "")
