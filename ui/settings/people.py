"""人员: who works here, who has left, and what they still keep."""

from app.core.listing import Listing
from app.school import commands, queries, uses
from app.school.rules import PersonDraft
from ui.base import notify, undoing
from ui.kit.acts import Act
from ui.kit.filters import ChoiceFilter
from ui.kit.school_fields import check_of_person, person_fields
from ui.settings.sections import ListSection, fill_in


class PeopleSection(ListSection):
    """The staff by 拼音; those who left only when asked for."""

    title = "人员"
    hint = "保管人、班主任、经办人都从这里选。离岗的人不会删除，旧记录上还要有他的名字。"
    columns = queries.PEOPLE
    filters = (
        ChoiceFilter("department", "全部部门", lambda: [(row[0], row[1]) for row in queries.departments_listing()]),
        ChoiceFilter("left", "在岗人员", lambda: [(True, "含离岗人员")]),
    )
    acts = (
        Act("new", "新增人员", "add", "add", primary=True),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("leave", "离岗", "leave", "person", needs="one"),
        Act("return", "复岗", "come_back", "restore", needs="one"),
        Act("delete", "删除", "remove", "delete", needs="one", menu=True),
    )
    tones = {"在岗": "done", "离岗": "quiet"}
    empty_text = "还没有登记人员。导入台账时会自动登记保管人，也可以在这里新增。"
    empty_acts = ("new",)
    settings_key = "settings/people"
    search_hint = "搜索姓名、部门、电话，可用拼音首字母"
    record_word = "人"

    def make_listing(self) -> Listing:
        """Give the staff as the query searches and sorts it."""
        return queries.PEOPLE_LIST

    def add(self) -> None:
        """Add a person; one after another with 保存并继续."""
        department = self.boxes["department"].value()
        draft = PersonDraft(department_id=department if isinstance(department, int) else None)
        form = fill_in(self, "新增人员", draft, person_fields(), commands.add_person, check_of_person(0),
                       lambda filled: PersonDraft(department_id=filled.department_id))
        if form:
            self.choose(form.saved.made[0])

    def edit(self) -> None:
        """Change the chosen person."""
        identity = self.selected_id()
        if identity is not None:
            draft = queries.person_draft(identity)
            fill_in(self, f"修改 {draft.name}", draft, person_fields(), lambda filled: commands.edit_person(identity, filled),
                    check_of_person(identity))

    def leave(self) -> None:
        """Mark the chosen person as 离岗, telling first what is still in their hands."""
        identity = self.selected_id()
        if identity is None:
            return
        name, kept = queries.person_name(identity), uses.still_keeps(identity)
        detail = "\n".join(["名下还有：", *(f"· {each}" for each in kept), "离岗后请尽快交接给别人。"]) if kept else \
            "名下没有保管的地点和资产。"
        if notify.ask(f"要把“{name}”标为离岗吗？", "标为离岗", "取消", detail):
            step = commands.person_leaves(identity).step
            left = f"名下还有 {len(kept)} 项待交接：{'；'.join(kept)}。" if kept else ""
            undoing.told(f"“{name}”已离岗。{left}", step, tone="warning" if kept else "done")

    def come_back(self) -> None:
        """Mark the chosen person as 在岗 again."""
        identity = self.selected_id()
        if identity is not None:
            undoing.told(f"“{queries.person_name(identity)}”已恢复在岗。", commands.person_returns(identity))

    def remove(self) -> None:
        """Delete the chosen person, as when entered twice; refused while anything names them."""
        identity = self.selected_id()
        if identity is not None:
            name = queries.person_name(identity)
            undoing.told(f"已删除“{name}”。", commands.remove_person(identity))
