"""What a fee item and a standard are typed in."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.fees.plan import commands, queries, rules
from app.fees.plan.rules import ItemDraft, StandardDraft
from app.fees.rules import COPY, DAY, KINDS, MONTH, TERM, UNITS, grade_word
from app.school import settings as school_words
from app.store import journal, settings
from ui.base import notify
from ui.forms.form import Field, FormDialog, Section

_YES_NO = [(True, "自愿"), (False, "不是")]
_MEASURES = [(TERM, "按学期"), (MONTH, "按月"), (DAY, "按天、按餐"), (COPY, "按份、按次")]


def edit_item(parent: QWidget | None, identity: int = 0) -> int | None:
    """Let a person fill in an item (0: a new one); gives its id, None where he changed his mind."""
    draft = queries.item_draft(identity) if identity else ItemDraft()
    others = [name for name, other in queries.item_names().items() if other != identity]
    groups = settings.value(school_words.WAIVERS)

    def save(filled: ItemDraft) -> int:
        if not identity:
            return commands.add_item(filled)
        commands.edit_item(identity, filled)
        return identity

    form = FormDialog(parent, "修改收费项目" if identity else "新收费项目", draft, _fields(groups),
                      lambda filled: rules.check_item(filled, others, groups), save)
    if not form.exec():
        return None
    more = "已有的学期不受影响，要改用新的文字请在方案里点“改用项目库里的依据和文字”。" if identity else ""
    notify.said(f"已保存收费项目“{form.filled().name.strip()}”。{more}", [("撤销", journal.undo)])
    return int(form.saved)


def _fields(groups: Sequence[str]) -> list[Field | Section]:
    return [
        Field("name", "项目名称", width=2, required=True),
        Field("kind", "收费类别", "choice", choices=KINDS, required=True),
        Field("unit", "计费单位", "choice", choices=UNITS, free=True, required=True),
        Field("measure", "计量", "choice", choices=_MEASURES, hint="结算时按它算每个学生的应收"),
        Field("voluntary", "是否自愿", "choice", choices=_YES_NO, hint="自愿项目要有家长回执，没有答复的不收"),
        Section("收费依据", [
            Field("office", "批准机关", hint="如 省发展改革委"), Field("document", "文号", hint="如 苏发改收费〔2022〕1号"),
            Field("issued_on", "文件日期", "day"), Field("starts_on", "执行日期", "day"),
            Field("ends_on", "截止日期", "day", hint="文件没有写就留空")]),
        Section("公示的内容", [
            Field("scope", "收费范围", width=2, hint="如 自愿参加课后服务的学生"),
            Field("waiver_policy", "减免政策", width=2, hint="如 低保、特困学生免收"),
            Field("waived", "减免对象", "lines", width=2, hint=f"一行一个，这些学生不收：{'、'.join(groups)}"),
            Field("refund_rule", "退费办法", width=2, hint="如 按实际就餐天数结算")]),
        Section("其他", [Field("supplier", "供应单位", width=2), Field("remark", "备注", width=2)]),
    ]


def add_standard(parent: QWidget | None, item: int) -> bool:
    """Let a person note what may be charged from a day on; gives whether he did."""
    name, known = queries.item_draft(item).name, queries.standards(item)
    draft = StandardDraft(from_on=clock.today(), document=queries.item_draft(item).document)
    grades = [(0, "各年级都一样"), *((grade, grade_word(grade)) for grade in range(1, 13))]
    form = FormDialog(parent, f"登记标准 - {name}", draft, [
        Field("fen", "标准（元）", "money", required=True, hint="规定的最高标准"), Field("from_on", "从哪天起执行", "day", required=True),
        Field("grade", "年级", "choice", choices=grades), Field("document", "依据文号"),
    ], rules.check_standard, lambda filled: commands.add_standard(item, filled),
        again=lambda filled: StandardDraft(from_on=filled.from_on, document=filled.document))
    done = bool(form.exec()) or len(queries.standards(item)) > len(known)
    if done:
        notify.said(f"已登记“{name}”的标准，原来的标准留作历史。", [("撤销", journal.undo)])
    return done
