"""附加字段: what this school notes on its asset cards besides the usual."""

from collections.abc import Sequence

from app.assets import commands, queries
from app.assets.commands import EXTRA_KINDS, ExtraDraft
from app.core.columns import Column, Kind
from ui.base import undoing
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import ListSection, fill_in

_TITLE = Field("title", "字段名", width=2, hint="例如：校园卡编号、捐赠人", required=True)
_KIND = Field("kind", "类型", "choice", width=2, choices=EXTRA_KINDS)
_CHOICES = Field("choices", "可选的内容", "lines", width=2, hint="一行一个，只用于“选项”")


class ExtraFieldsSection(ListSection):
    """The school's own fields; a field that was used is never deleted, only no longer shown on new cards."""

    title = "附加字段"
    hint = "资产卡片上本校自己要记的内容。停用后卡片上不再出现，已经填的内容保留，重新启用就回来。"
    columns = (Column("title", "字段名"), Column("kind", "类型", Kind.CHOICE), Column("choices", "可选的内容"),
               Column("state", "状态", Kind.CHOICE))
    acts = (
        Act("new", "新增字段", "add", "add", primary=True),
        Act("edit", "修改", "edit", "edit", needs="one"),
        Act("retire", "停用", "retire", "archive", needs="one"),
        Act("reopen", "重新启用", "reopen", "restore", needs="one"),
    )
    tones = {"在用": "done", "停用": "quiet"}
    empty_text = "没有附加字段。卡片上现有的内容不够用时，可以在这里加。"
    empty_acts = ("new",)
    settings_key = "settings/extra_fields"
    search_hint = "搜索字段"
    record_word = "个字段"

    def rows(self) -> Sequence[Row]:
        """Give all fields in their order."""
        return [(extra.id, extra.title, extra.kind, "、".join(extra.choices), "在用" if extra.active else "停用")
                for extra in queries.extra_fields(with_retired=True)]

    def add(self) -> None:
        """Add a field."""
        form = fill_in(self, "新增附加字段", ExtraDraft(), (_TITLE, _KIND, _CHOICES), commands.save_extra_field)
        if form:
            self.choose(form.saved.made[0])
            undoing.told("已新增附加字段，登记和编辑资产时可以填写。", form.saved)

    def edit(self) -> None:
        """Rename the chosen field or change its choices; its kind stays, so that no value becomes unreadable."""
        identity = self.selected_id()
        extra = next((each for each in queries.extra_fields(with_retired=True) if each.id == identity), None)
        if extra is not None:
            fields = (_TITLE, _CHOICES) if extra.kind == "选项" else (_TITLE,)
            fill_in(
                self,
                f"修改附加字段　{extra.title}",
                ExtraDraft(extra.title, extra.kind, "\n".join(extra.choices)),
                fields,
                lambda draft: commands.save_extra_field(draft, identity),
            )

    def retire(self) -> None:
        """Take the chosen field off the cards."""
        self._set_active(False)

    def reopen(self) -> None:
        """Show the chosen field on the cards again."""
        self._set_active(True)

    def _set_active(self, active: bool) -> None:
        identity = self.selected_id()
        if identity is not None:
            undoing.told("附加字段已重新启用。" if active else "附加字段已停用，填过的内容还在。",
                         commands.retire_extra_field(identity, active))
