"""The cells of a term's plan: what stands in them, how they are typed in, which are not as they were last term."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from app.core.columns import Column
from app.fees.item_fields import FIELD, entries
from app.fees.keys import grade_key, grade_of
from app.fees.plan import queries, rules
from app.fees.plan.rules import Difference
from ui.base import style
from ui.fees.plan.item_forms import cell_field
from ui.forms.form import Field
from ui.grid.rows import Index, Row, RowsModel

_INK, _GROUND, _TIP = (int(role) for role in (
    Qt.ItemDataRole.ForegroundRole, Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ToolTipRole))
CHANGED = QColor("#fff6cf")
_WANTED = QColor("#fbe3df")         # where a check has found an error
_INKS = {rules.RAISED: QColor(style.WARNING), rules.LOWERED: QColor(style.DONE)}


def fields_of(columns: Sequence[Column]) -> dict[str, Field]:
    """Give the field of each column of a plan."""
    return {
        column.key: Field(column.key, column.title, "money")
        if grade_of(column.key) is not None
        else cell_field(FIELD[column.key])
        for column in columns
    }


def rows_of(plan_id: int, columns: Sequence[Column]) -> list[Row]:
    """Give the rows of a plan's grid, words as people read them."""
    return [(identity, *(_shown(column.key, values[column.key]) for column in columns))
            for identity, values in queries.plan_rows(plan_id)]


def _shown(key: str, value: Any) -> Any:
    return ("自愿" if value else "") if key == "voluntary" else "、".join(entries(value)) if key == "waived" else value


class MatrixModel(RowsModel):
    """Tints the cells that are not as they were last term, and those in which a check has found an error; the tip says why."""

    tinted = True

    def __init__(self, *inherited: Any, **more: Any) -> None:
        super().__init__(*inherited, **more)
        self.changes: dict[tuple[int, str], Difference] = {}
        self.wanted: dict[tuple[int, str], str] = {}

    def show_changes(self, found: Sequence[Difference]) -> None:
        """Take what differs from last term: by (plan item, column)."""
        self.changes = {(each.item, _column(each)): each for each in found if each.item}

    def show_wanted(self, found: Mapping[tuple[int, str], str]) -> None:
        """Take what checks have found: a sentence by (plan item, column)."""
        self.wanted = dict(found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Give the tint and its reason besides what every list gives."""
        if role in (_GROUND, _TIP, _INK) and (self.changes or self.wanted) and self.waiting(index) is None:
            cell = (self.record_at(index.row()), self.columns[index.column()].key)
            told = self._told(cell, role)
            if told is not None:
                return told
        return super().data(index, role)

    def _told(self, cell: tuple[int, str], role: int) -> Any:
        change, wanted = self.changes.get(cell), self.wanted.get(cell)
        if role == _GROUND:
            return _WANTED if wanted else CHANGED if change else None
        if role == _INK:
            return _INKS.get(change.sort) if change else None
        said = [wanted] if wanted else []
        said += [_was(change)] if change else []
        return "\n".join(said) or None


def _column(change: Difference) -> str:
    return "name" if change.what == "item" else grade_key(change.grade) if change.what == "price" else change.what


def _was(change: Difference) -> str:
    return "上学期没有这一项" if change.what == "item" else f"上学期：{change.before or '（没有填）'}"


def summary(found: Sequence[Difference]) -> str:
    """Say how a plan differs from the last, in one line: 新增 1 项（研学活动费），3 处标准提高，取消 1 项."""
    sorts = [("新增", [each.name for each in found if each.what == "item" and each.sort == rules.ADDED]),
             ("取消", [each.name for each in found if each.what == "item" and each.sort == rules.WITHDRAWN])]
    said = [f"{word} {len(names)} 项（{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}）"
            for word, names in sorts if names]
    prices = [each for each in found if each.what == "price"]
    for sort, word in ((rules.RAISED, "提高"), (rules.LOWERED, "降低"), (rules.ADDED, "新收"), (rules.WITHDRAWN, "不再收")):
        count = sum(each.sort == sort for each in prices)
        said += [f"{count} 处标准{word}" if word in ("提高", "降低") else f"{count} 处年级{word}"] if count else []
    words = sum(each.what not in ("item", "price") for each in found)
    return "，".join([*said, *([f"{words} 处依据、范围等文字变更"] if words else [])])
