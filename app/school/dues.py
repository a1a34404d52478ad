"""What wants doing about the school itself: a term that ends without the next one being there."""

from collections.abc import Iterator
from datetime import date

from app.core.dues import DANGER, WARNING, Due
from app.core.terms import chinese_day
from app.school import queries

DAYS_BEFORE_TERM_END = 30


def dues(day: date) -> Iterator[Due]:
    """Give what is due about terms: papers and stocktakes are made for the current one, so it must be the right one."""
    term = queries.current_term()
    if term is None:
        yield Due("school/term", "还没有设置当前学期。单据和盘点都按学期登记。", "settings:terms", "设置学期", DANGER)
        return
    following = next((each for each in reversed(queries.terms()) if each.starts_on > term.ends_on), None)
    if following and following.starts_on <= day:
        words = f"{following.title}已经开始，现在的当前学期还是{term.title}。请把它设为当前学期。"
        yield Due("school/term", words, "settings:terms", "设置学期", DANGER, following.starts_on, "term", following.id)
    elif term.ends_on < day and not following:
        words = f"{term.title}已经结束，请设置新学期。"
        yield Due("school/term", words, "settings:terms", "设置学期", WARNING, term.ends_on, "term", term.id)
    elif not following and (term.ends_on - day).days <= DAYS_BEFORE_TERM_END:
        words = f"本学期{chinese_day(term.ends_on)}结束，还没有登记下一个学期的起止日期。"
        yield Due("school/term", words, "settings:terms", "设置学期", day=term.ends_on, table="term", id=term.id)
