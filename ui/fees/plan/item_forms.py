"""What a fee item and a standard are typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.core import clock
from app.core.columns import Kind
from app.fees.item_fields import LIBRARY, SECTIONS, TITLE, ItemDraft, ItemField
from app.fees.plan import commands, queries, rules
from app.fees.plan.rules import StandardDraft
from app.fees.rules import COPY, DAY, MONTH, TERM, grade_word
from app.school import settings as school_words
from app.store import settings
from app.store.journal import Step
from ui.base import undoing
from ui.forms.form import Field, FormDialog, Section

# What a form says in full where a cell has one word.
_IN_FULL: dict[str, Sequence[tuple[object, str]]] = {
    "voluntary": [(True, "自愿"), (False, "不是")],
    "measure": [(TERM, "按学期"), (MONTH, "按月"), (DAY, "按天、按餐"), (COPY, "按份、按次")],
}
_IN_CELL: dict[str, Sequence[tuple[object, str]]] = {"voluntary": [(True, "自愿"), (False, "")]}


def edit_item(parent: QWidget | None, identity: int = 0) -> int | None:
    """Let a person fill in an item (0: a new one); gives its id, None where he changed his mind."""
    draft = queries.item_draft(identity) if identity else ItemDraft()
    others = [name for name, other in queries.item_names().items() if other != identity]
    groups = settings.value(school_words.WAIVERS)

    def save(filled: ItemDraft) -> Step | None:
        return commands.edit_item(identity, filled) if identity else commands.add_item(filled)

    form = FormDialog(parent, f"{'修改' if identity else '新'}{TITLE['name']}", draft, fields_of_item(groups),
                      lambda filled: rules.check_item(filled, others, groups), save)
    if not form.exec():
        return None
    more = "已有的学期不受影响，要改用新的文字请在方案里点“改用项目库里的依据和文字”。" if identity else ""
    undoing.told(f"已保存{TITLE['name']}“{form.filled().name.strip()}”。{more}", form.saved)
    return identity or int(form.saved.made[0])


def fields_of_item(groups: Sequence[str]) -> list[Field | Section]:
    """Give what an item is typed in, in the form; ``groups`` are the school's 减免类别."""
    found: list[Field | Section] = []
    for section in SECTIONS:
        mine = [_field(each, _IN_FULL, width=2 if each.wide else 1, required=each.required,
                       hint=f"{each.hint}：{'、'.join(groups)}" if each.attribute == "waived" else each.hint)
                for each in LIBRARY if each.form == section]
        found += [Section(section, mine)] if section else mine
    return found


def cell_field(word: ItemField) -> Field:
    """Give what a word of an item is typed in, in a cell."""
    return _field(replace(word, lines=False), _IN_CELL)


def _field(word: ItemField, said: Mapping[str, Sequence[tuple[object, str]]], **more: Any) -> Field:
    choices = said.get(word.attribute) or word.choices
    if choices:
        return Field(word.attribute, word.title, "choice", choices=choices, free=word.free, **more)
    return Field(
        word.attribute, word.title, "day" if word.kind is Kind.DAY else "lines" if word.lines else "text", **more
    )


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
        undoing.told(f"已登记“{name}”的标准，原来的标准留作历史。", form.saved)
    return done
