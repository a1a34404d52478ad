"""The way back after a verb: the strip offers to take back the very step that the verb made, never "the latest one".

Whoever undoes names a step and comes through here; which is the latest one is asked by the window's Ctrl+Z only
(``ui/main.py``).
"""

from collections.abc import Sequence
from datetime import date
from functools import partial

from app.core.terms import chinese_day
from app.store import archive, journal
from app.store.journal import Step
from ui.base import notify
from ui.base.notify import Way

UNCHANGED = "没有改动，和原来一样。"


def told(text: str, step: Step | None, ways: notify.Actions = (), tone: str = "done") -> None:
    """Say what a verb did, with the button that takes back its step (after the other ``ways`` on).

    Where it changed nothing (``step`` is None) say that instead of ``text``, and offer nothing.
    """
    if step is None:
        notify.said(UNCHANGED)
    else:
        notify.said(text, [*ways, way_back(step)], tone)


def way_back(step: Step) -> Way:
    """Give the button that takes a step back, for a strip that a caller words by himself."""
    return Way("撤销", partial(take_back, step.id), f"撤销：{step.title}")


def take_back(step: int) -> None:
    """Undo a step and say what was taken back; 重做 brings back that very step. Raises ``Refused`` as ``journal.undo`` does.

    Where a paper of it was printed meanwhile that is asked once: the signed sheet must not go on as if it stood.
    """
    printed = archive.printed_since(step)
    detail = "请收回那张纸。编号不再使用，存档的那份标上“已撤销”。"
    if printed and not notify.ask(f"{_papers(printed)}。仍然撤销吗？", "撤销", "不撤销", detail, danger=True):
        return
    title = journal.undo(step)
    archive.mark([paper for paper, *_ in printed], undone=True)
    notify.said(f"已撤销：{title}", [Way("重做", partial(bring_back, step), f"重做：{title}")])


def bring_back(step: int) -> None:
    """Redo a step and say what came back; 撤销 takes back that very step. Raises ``Refused`` as ``journal.redo`` does."""
    title = journal.redo(step)
    archive.mark(archive.undone_with(step), undone=False)
    notify.said(f"已重做：{title}", [Way("撤销", partial(take_back, step), f"撤销：{title}")])


def _papers(printed: Sequence[tuple[int, str, str, str]]) -> str:
    """Say which papers lie about: “领用单 CK-2026-00012”已于 2026年3月5日打印."""
    _, title, scope, at = printed[-1]
    more = f"等 {len(printed)} 份单据" if len(printed) > 1 else ""
    return f"“{title} {scope}”{more}已于 {chinese_day(date.fromisoformat(at[:10]))}打印"
