"""登记多张: how many cards like this one, from which number on, with which serial numbers."""

from PySide6.QtWidgets import QWidget

from app.assets import alike
from app.assets.alike import Batch
from app.assets.fields import TITLE, AssetDraft
from app.core.columns import Kind, shown
from ui.base.parts import label
from ui.forms.form import Field, FormDialog

_FIELDS = (
    Field("count", "登记几张", "whole", required=True),
    Field("first", "起始编号", hint="留空由系统编号，如 校-0001"),
    Field("serials", TITLE["serial"], "lines", width=2, hint="可以不填；从 Excel 粘贴一列，一行一个，行数要与张数相同"),
)


class AlikeDialog(FormDialog):
    """``saved`` is the step, its ``made`` the new cards. Pasting serial numbers fills the count while it is empty."""

    def __init__(self, parent: QWidget | None, draft: AssetDraft) -> None:
        self.alike = draft
        super().__init__(parent, "照此登记多张", Batch(), _FIELDS, alike.check_batch,
                         lambda batch: alike.register_alike(draft, batch), save_text="登记")
        pieces = f"{draft.quantity} {draft.unit}".strip()
        head = label(f"{draft.name}　{draft.model}".strip(), "title", wrap=True)
        rest = f"{TITLE['place']}、{TITLE['keeper']}等与 {draft.number} 相同。"
        under = label(f"每张卡片数量 {pieces}、价值 ￥{shown(Kind.MONEY, draft.value)}；{rest}", "hint", wrap=True)
        self.range = label("", "hint", wrap=True)
        self.above.addWidget(head)
        self.above.addWidget(under)
        self.below.addWidget(self.range)
        self.editors["serials"].setFixedHeight(170)
        self.editors["serials"].setPlaceholderText("可以不填；从 Excel 粘贴一列，一行一个")
        self.changed.connect(self._tell)
        self._tell("")
        self.grow()

    def filled(self) -> Batch:
        """Give the batch as the fields stand."""
        return Batch(**{key: editor.value() for key, editor in self.editors.items()})

    def _tell(self, key: str) -> None:
        """Say which numbers there will be, and how many serial numbers were pasted."""
        serials = self.filled().serial_list()
        if key == "serials" and self.value("count") is None and serials:
            self.set_value("count", len(serials))
        batch = self.filled()
        count = batch.count if batch.count and 0 < batch.count <= alike.MOST else 0
        numbers = alike.numbers_from(batch.first, count)
        words = [f"编号 {numbers[0]} 至 {numbers[-1]}"] if numbers else ["" if batch.first else "编号由系统接着编"]
        words += [f"{TITLE['serial']} {len(serials)} 个"] if serials else []
        self.range.setText("　".join(filter(None, words)))
