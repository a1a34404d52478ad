"""操作记录: every step that was made, and taking one back."""

from collections.abc import Sequence
from typing import Any

from app.core.columns import Column, Kind
from app.core.listing import Totals, Wish
from app.store import journal
from ui.base import undoing
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import ListSection


class StepsSection(ListSection):
    """The journal, newest first, read in blocks: ten years of work are as quick as one."""

    title = "操作记录"
    hint = "谁在什么时候做了什么。可以撤销任何一步；后来又改动过同样记录的，要先撤销后来的。"
    columns = (
        Column("at", "时间", Kind.CODE), Column("who", "操作人", Kind.CODE), Column("title", "内容"),
        Column("day", "业务日期", Kind.DAY), Column("rows", "涉及记录", Kind.WHOLE), Column("state", "状态", Kind.CHOICE),
    )
    acts = (Act("undo", "撤销这一步", "undo_step", "undo", needs="one"),)
    tones = {"已撤销": "quiet"}
    empty_text = "还没有做过任何操作。"
    settings_key = "settings/steps"
    search_hint = "搜索内容、操作人、日期（例如 2026-11）"
    record_word = "步操作"

    def __init__(self, *inherited: Any) -> None:
        super().__init__(*inherited)
        self.grid.horizontalHeader().setSectionsClickable(False)    # by time only: it is a log

    def fetch(self, wish: Wish, limit: int, offset: int) -> Sequence[Row]:
        """Give a block of steps."""
        return [(step.id, step.entered_at[:16], step.who, step.title, step.business_date, step.rows,
                 "已撤销" if step.undone else "") for step in journal.steps(limit, None, wish.search, offset)]

    def totals(self, wish: Wish) -> Totals:
        """Count the steps that match."""
        return Totals(journal.count_steps(search=wish.search))

    def position(self, wish: Wish, record_id: int) -> int | None:
        """Leave it to the blocks at hand."""
        return None

    def undo_step(self) -> None:
        """Take the chosen step back; refused, with the reason, where later steps build on it."""
        step = self.selected_id()
        if step is not None:
            undoing.take_back(step)
