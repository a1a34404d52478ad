"""The head over a work that goes through states: which one, how far it is, what comes next and the way there."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame

from app.core.dues import Next
from ui.base.parts import Choices, Elided, button, column, label, low, mark, row

_MOST_PX, _ROOM = 380, 300      # px of the choice; how much of the line the facts may take


class WorkHead(QFrame):
    """``picked`` tells that another work was chosen, by its id; ``go`` that the offered way was taken.

    ``noun`` is what is chosen (学期). ``beside`` is the place right of the facts.
    """

    picked = Signal(int)
    go = Signal(str)

    def __init__(self, noun: str) -> None:
        super().__init__()
        mark(self, role="panel")
        self.choice, self.chip, self.facts = Choices(), label("", "chip"), Elided()
        self.choice.setSizeAdjustPolicy(Choices.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMaximumWidth(_MOST_PX)
        self.choice.setToolTip(f"选一个{noun}")
        self.choice.setAccessibleName(noun)
        self.words, self.way = Elided(""), button("", lambda: self.go.emit(self.next.act), flat=True)
        self.words.setMinimumHeight(self.way.sizeHint().height())
        self.next = Next("")
        self.beside = row(gap=12)
        self.state_line = row(self.choice, self.chip, self.facts, None, self.beside, gap=12)
        self.state_line.setStretch(2, _ROOM)
        self.next_line = row(self.words, self.way, None, gap=6)
        self.next_line.setStretch(0, 100)      # up to its own width
        self.setLayout(column(self.state_line, self.next_line, margins=(10, 8, 14, 8), gap=6))
        self.choice.activated.connect(lambda at: self.picked.emit(self.choice.itemData(at)))

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the height of the window."""
        super().showEvent(event)
        self.window().installEventFilter(self)
        self._make_room()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take one line in a low window, two in any other."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self._make_room()
        return False

    def _make_room(self) -> None:
        tight = low(self)
        if tight == self.facts.isHidden():
            return
        self.facts.setVisible(not tight)        # they are the tip of the state then
        for place, (thing, stretch) in enumerate(((self.words, 100), (self.way, 0))):
            (self.next_line if tight else self.state_line).removeWidget(thing)
            if tight:
                self.state_line.insertWidget(2 + place, thing, stretch)
            else:
                self.next_line.insertWidget(place, thing, stretch)

    def offer(self, listed: Sequence[tuple[int, str]], chosen: int) -> None:
        """Offer these works to choose from, by id and title; 0 for none chosen."""
        if list(listed) != [(self.choice.itemData(at), self.choice.itemText(at)) for at in range(self.choice.count())]:
            self.choice.clear()
            for identity, title in listed:
                self.choice.addItem(title, identity)
        self.choice.setCurrentIndex(self.choice.findData(chosen) if chosen else -1)

    def put_back(self, chosen: int) -> None:
        """Show the work that stays chosen, where another was picked in vain."""
        self.choice.setCurrentIndex(self.choice.findData(chosen))

    def tell(self, state: str, tone: str, facts: str, following: Next) -> None:
        """Say the state in a word, the facts in a line, and what comes next with the way there."""
        self.chip.setText(state)
        mark(self.chip, tone=tone)
        self.chip.setToolTip(facts)
        self.facts.say(facts)
        self.next = following
        self.words.say(following.text)
        self.way.setText(following.words)
        self.way.setVisible(bool(following.act))
