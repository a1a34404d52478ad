"""拆分卡片: how many pieces each new card takes and where they go; every card that comes of it stands below."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.assets import splitting
from app.assets.fields import TITLE
from app.assets.queries import Card
from app.assets.splitting import Split
from app.core.columns import Kind, shown
from app.core.errors import Problem
from app.store.journal import Step
from ui.assets.card_form import field_of
from ui.assets.part_lines import COLUMNS_OF_PARTS, row_of_part, row_of_sum
from ui.base.parts import button, label, open_at, row
from ui.forms.form import Field, FormDialog, Section
from ui.grid.grid import Grid
from ui.grid.rows import RowsModel

_BESIDES_PX = 370       # of the screen: fields, words and buttons beside the grid of parts


@dataclass
class _Typed:
    """The form's own draft: pieces as typed."""

    pieces: str = ""
    place_id: int | None = None
    keeper_id: int | None = None
    status: str = ""


class SplitDialog(FormDialog):
    """``saved`` is the step, its ``made`` the new cards."""

    def __init__(self, parent: QWidget | None, card: Card) -> None:
        self.card, self.mother = card, card.draft
        super().__init__(
            parent, f"拆分卡片 {card.draft.number}", _Typed(), _fields(), self._problems, self._save, save_text="拆分"
        )
        draft = card.draft
        worn = (
            f"，{TITLE['opening_depreciation']} ￥{shown(Kind.MONEY, draft.opening_depreciation)}"
            if draft.opening_depreciation
            else ""
        )
        head = label(f"{draft.name}　{draft.model}".strip(), "title", wrap=True)
        under = label(f"共 {draft.quantity} {draft.unit}，{TITLE['value']} ￥{shown(Kind.MONEY, draft.value)}{worn}。"
                      "价值和折旧按件数分，除不尽的留在原卡片，合计不变。", "hint", wrap=True)
        each = button("每件一张卡片", self._each, flat=True)
        self.model = RowsModel(COLUMNS_OF_PARTS)
        self.grid_below = Grid(self.model)
        self.grid_below.horizontalHeader().setSectionsClickable(False)
        self.grid_below.setMinimumHeight(max(110, min(190, self.screen().availableGeometry().height() - _BESIDES_PX)))
        self.above.addWidget(head)
        self.above.addWidget(under)
        self.below.addLayout(row(each, None))
        self.below.addWidget(self.grid_below, 1)
        self.favour_below()
        self.changed.connect(lambda _: self._show())
        open_at(self, max(self.width(), 760), self.height())
        self._show()
        self.grow()

    def _each(self) -> None:
        self.set_value("pieces", f"1×{(self.mother.quantity or 1) - 1}")
        self.changed.emit("pieces")

    def _split(self, typed: _Typed) -> Split:
        return Split(splitting.pieces_from(typed.pieces), typed.place_id, typed.keeper_id, typed.status)

    def _problems(self, typed: _Typed) -> list[Problem]:
        try:
            return splitting.check_split(self.mother, self._split(typed))
        except ValueError:
            return [Problem("pieces", "件数看不懂，请写成 3，或者 3、5，或者 1×44（44 张各 1 件）。")]

    def _save(self, typed: _Typed) -> Step:
        return splitting.split_card(self.card.id, self._split(typed))

    def _show(self) -> None:
        """Show the cards that come of it, the mother card first; while the pieces do not fit, only her as she is."""
        typed = self.filled()
        wrong = any(problem.field == "pieces" for problem in self._problems(typed))
        *new, rest = [self.mother] if wrong else splitting.drafts(self.mother, self._split(typed))
        rows = [
            row_of_part(f"原卡片 {rest.number}", rest),
            *(row_of_part(f"新卡片 {number}", draft) for number, draft in enumerate(new, 1)),
        ]
        if new:
            rows.append(row_of_sum("合计", self.mother))
        self.model.load(lambda limit, offset: rows[offset:offset + limit], len(rows))
        self.grid_below.fit(measure=True)

    def filled(self) -> _Typed:
        """Give what is typed."""
        return _Typed(**{key: editor.value() for key, editor in self.editors.items()})


def _fields() -> list[Section]:
    kept = "不填则与原卡片相同"
    return [
        Section("", [Field("pieces", "拆出几件", hint="3，或者 3、5（两张新卡片）", required=True)]),
        Section("拆出的新卡片", [field_of(key, hint=kept, required=False) for key in ("place_id", "keeper_id", "status")]),
    ]
