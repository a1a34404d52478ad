"""编号规则: how the numbers of each kind of record look, and where they go on."""

from collections.abc import Sequence
from dataclasses import dataclass

from app import features
from app.core.clock import today
from app.core.columns import Column, Kind
from app.core.errors import Invalid, Problem
from app.core.numbering import Rule, check_rule
from app.store import numbering
from ui.base import notify
from ui.forms.form import Field
from ui.grid.rows import Row
from ui.kit.acts import Act
from ui.settings.sections import ListSection, fill_in


@dataclass
class _RuleDraft:
    """A rule as the form edits it; ``following`` is the serial that the next record gets."""

    prefix: str
    with_year: bool
    digits: int | None
    following: int | None


_FIELDS = (
    Field("prefix", "前缀", hint="字母或汉字，例如 ZC；可以不要"),
    Field("with_year", "年份", "choice", choices=[(True, "带年份，每年从 1 排起"), (False, "不带年份，一直排下去")]),
    Field("digits", "流水号位数", "whole", required=True),
    Field("following", "下一个流水号", "whole", hint="只能改大，用过的编号不再用"),
)


class NumbersSection(ListSection):
    """One line for each series of numbers."""

    title = "编号规则"
    hint = "编号连续、不重复，删除和撤销后也不再给别人用。改规则只影响以后的编号，已有的编号不变。"
    columns = (
        Column("title", "用于"), Column("prefix", "前缀", Kind.CODE), Column("year", "年份", Kind.CHOICE),
        Column("digits", "流水号位数", Kind.WHOLE), Column("next", "下一个编号", Kind.CODE),
    )
    acts = (Act("edit", "修改规则", "edit", "edit", needs="one", primary=True),)
    empty_text = "还没有需要编号的单据。"
    settings_key = "settings/numbers"
    search_hint = "搜索"
    record_word = "种编号"
    always_one = True

    def rows(self) -> Sequence[Row]:
        """Give the rules in force with the number each would give next."""
        year = today().year
        return [(place, rule.title or rule.series, rule.prefix, "带年份" if rule.with_year else "不带", rule.digits,
                 numbering.peek(rule, year)) for place, rule in enumerate(numbering.rules(), 1)]

    def edit(self) -> None:
        """Change the chosen rule; the next serial may be raised, never lowered."""
        place = self.selected_id()
        if place is None:
            return
        declared, year = features.series()[place - 1], today().year
        rule = numbering.rule_of(declared)
        found = rule.serial(numbering.peek(declared, year))
        following = found[1] if found else 1
        draft = _RuleDraft(rule.prefix, rule.with_year, rule.digits, following)
        form = fill_in(
            self,
            f"修改编号规则　{rule.title}",
            draft,
            _FIELDS,
            lambda filled: _save(declared, filled, year, following),
            _problems,
        )
        if form:
            notify.said(f"以后的{rule.title}从 {numbering.peek(declared, year)} 排起。")


def _save(declared: Rule, filled: _RuleDraft, year: int, before: int) -> None:
    following = filled.following or 0
    if following != before and following < 1:
        raise Invalid([Problem("following", "下一个流水号请填 1 或更大的数。")])
    numbering.change_rule(declared, filled.prefix, filled.with_year, filled.digits or 0, year,
                          following if following != before else 0)


def _problems(filled: _RuleDraft) -> list[Problem]:
    return check_rule(Rule("", filled.prefix.strip(), filled.with_year, filled.digits or 0))
