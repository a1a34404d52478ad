"""学期: which terms there are, which one is current, and closing one."""

from collections.abc import Sequence

from app.core.clock import today
from app.core.terms import HALF_WORDS, school_year_of, school_year_title
from app.school import commands, queries
from app.school.rules import TermDraft
from ui.base import notify, undoing
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import ListSection, fill_in


class TermsSection(ListSection):
    """The terms, latest first."""

    title = "学期"
    hint = "单据和盘点表上印的是当前学期。结账表示这个学期已经盘点、核对完毕，不再改动。"
    columns = queries.TERMS
    acts = (
        Act("new", "新增学期", "add", "add", primary=True),
        Act("edit", "修改日期", "edit", "edit", needs="one"),
        Act("current", "设为当前学期", "make_current", "checkmark", needs="one"),
        Act("close", "结账", "close_term", "book", needs="one"),
        Act("reopen", "撤销结账", "reopen_term", "restore", needs="one"),
    )
    tones = {"当前": "accent", "已结账": "done"}
    empty_text = "还没有学期。"
    empty_acts = ("new",)
    settings_key = "settings/terms"
    search_hint = "搜索学期"
    record_word = "个学期"

    def rows(self) -> Sequence[Row]:
        """Give the terms."""
        return queries.terms_listing()

    def add(self) -> None:
        """Add the term that follows the latest, or another."""
        terms = queries.terms()
        name = terms[0].name.following if terms else None
        draft = TermDraft(name.school_year, name.half) if name else TermDraft(school_year_of(today()), 1)
        years = range(draft.school_year + 1, draft.school_year - 12, -1)
        fields = [Field("school_year", "学年", "choice", choices=[(year, school_year_title(year)) for year in years]),
                  Field("half", "学期", "choice", choices=list(HALF_WORDS.items())), *_DAYS]
        form = fill_in(self, "新增学期", draft, fields, commands.add_term)
        if form:
            self.choose(form.saved.made[0])
            undoing.told("已新增学期。", form.saved)

    def edit(self) -> None:
        """Change the first and last day of a term."""
        identity = self.selected_id()
        if identity is not None:
            draft = queries.term_draft(identity)
            title = next(term.title for term in queries.terms() if term.id == identity)
            fill_in(self, f"修改 {title}", draft, _DAYS, lambda filled: commands.edit_term(identity, filled))

    def make_current(self) -> None:
        """Make the chosen term the current one."""
        term = self._chosen()
        if term and not term.is_current:
            undoing.told(f"当前学期已改为{term.title}。", commands.make_current(term.id))
        elif term:
            notify.said(f"{term.title}已经是当前学期。")

    def close_term(self) -> None:
        """Close the chosen term after saying what that means."""
        term = self._chosen()
        if term and (term.closed_on or notify.ask(
                f"要给{term.title}结账吗？", "结账", "取消",
                "结账后，这个学期不能再修改，也不能再设为当前学期。结账前请先核对盘点表并打印存档。\n"
                "以后发现差错，可以在这里撤销结账。")):
            undoing.told(f"{term.title}已结账。", commands.close_term(term.id))

    def reopen_term(self) -> None:
        """Take back the closing of the chosen term."""
        term = self._chosen()
        if term and (not term.closed_on or notify.ask(
                f"要撤销{term.title}的结账吗？", "撤销结账", "取消",
                f"这个学期已在 {term.closed_on} 结账。撤销后又可以改动，已经打印的盘点表可能与账上不再一致。", danger=True)):
            undoing.told(f"{term.title}已撤销结账，可以改动了。", commands.reopen_term(term.id))

    def _chosen(self) -> queries.TermRow | None:
        return next((term for term in queries.terms() if term.id == self.selected_id()), None)


_DAYS = [Field("starts_on", "开始日期", "day", hint="可以留空"),
         Field("ends_on", "结束日期", "day", hint="可以留空")]
