"""What a page shows: its body, or in its place an invitation to begin where there is nothing yet."""

from PySide6.QtWidgets import QLayout, QStackedWidget, QWidget


class Front(QStackedWidget):
    """A body, and in its place the latest invitation (see ``ui.base.parts.invitation``)."""

    def __init__(self, body: QLayout) -> None:
        super().__init__()
        self.invitation, holder = QWidget(), QWidget()
        holder.setLayout(body)
        self.addWidget(holder)
        self.addWidget(self.invitation)

    def invite(self, panel: QWidget) -> None:
        """Show what the page is for and how to begin, in the place of the body."""
        self.removeWidget(self.invitation)
        self.invitation.deleteLater()
        self.invitation = panel
        self.addWidget(panel)
        self.setCurrentWidget(panel)

    def show_body(self) -> None:
        """Show the body again."""
        self.setCurrentIndex(0)

    @property
    def inviting(self) -> bool:
        """Whether the invitation stands in front."""
        return self.currentIndex() != 0
