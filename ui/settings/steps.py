"""操作记录: every step that was made, and taking one back."""

from app.core.listing import Listing
from app.store.step_list import STEP_LIST, STEPS, UNDONE
from ui.base import undoing
from ui.kit.acts import Act
from ui.settings.sections import ListSection


class StepsSection(ListSection):
    """The journal, newest first, read in blocks: ten years of work are as quick as one."""

    title = "操作记录"
    hint = "谁在什么时候做了什么。可以撤销任何一步；后来又改动过同样记录的，要先撤销后来的。"
    columns = STEPS
    acts = (Act("undo", "撤销这一步", "undo_step", "undo", needs="one"),)
    tones = {UNDONE: "quiet"}
    empty_text = "还没有做过任何操作。"
    settings_key = "settings/steps"
    search_hint = "搜索内容、操作人、日期（例如 2026-11）"
    record_word = "步操作"
    internal = True     # titles of steps name pupils

    def make_listing(self) -> Listing:
        """Give the journal, which is searched and sorted where it is stored."""
        return STEP_LIST

    def undo_step(self) -> None:
        """Take the chosen step back; refused, with the reason, where later steps build on it."""
        step = self.selected_id()
        if step is not None:
            undoing.take_back(step)
