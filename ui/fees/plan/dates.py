"""收费安排: when a term's fees are collected and who bears a shortage."""

from PySide6.QtWidgets import QWidget

from app.core.errors import Problem
from app.core.terms import chinese_day
from app.fees.board import checking
from app.fees.board import commands as publicity
from app.fees.board import settings as words
from app.fees.plan import commands, queries, rules
from app.fees.plan.rules import PlanDraft
from app.fees.rules import SHORTAGES
from app.store import settings
from ui.base import undoing
from ui.forms.form import Field, FormDialog


def edit_dates(parent: QWidget | None, plan_id: int) -> bool:
    """Let a person fill in the dates; gives whether he did."""
    plan = queries.plan(plan_id)
    ready = publicity.collectable_on(plan_id)

    def check(draft: PlanDraft) -> list[Problem]:
        found = rules.check_dates(draft)
        if draft.collect_from and ready and draft.collect_from < ready and checking.severity()["short_publicity"]:
            found.append(
                Problem(
                    "collect_from",
                    f"公示要满 {settings.value(words.PUBLICITY_DAYS)} 天，{chinese_day(ready)}起才能收费。",
                    "warning",
                )
            )
        return found

    form = FormDialog(parent, f"收费安排 - {plan.term_title}", queries.plan_draft(plan_id), [
        Field("collect_from", "开始收费日期", "day", hint=f"公示满 {settings.value(words.PUBLICITY_DAYS)} 天以后"),
        Field("collect_until", "收费截止日期", "day"),
        Field("shortage", "结算时不足部分", "choice", choices=list(SHORTAGES.items()), hint="公示表、告家长书上的话随它变"),
        Field("remark", "备注", width=2),
    ], check, lambda draft: commands.edit_plan(plan_id, draft))
    done = bool(form.exec())
    if done:
        undoing.told("已保存收费安排。", form.saved)
    return done
