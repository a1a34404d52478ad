"""The states of a document and what may be done in each: one table, one sentence of refusal, what a page may offer now.

::

    DRAFT, ISSUED = "draft", "issued"
    STEPS = Steps({DRAFT: "拟定", ISSUED: "已发"}, {
        "edit": Way("修改", stays(DRAFT)),
        "issue": Way("发出", {DRAFT: ISSUED}),
        "recall": Way("撤回", {ISSUED: DRAFT})})

    STEPS.after("issued", "edit", "通知")    # Refused: 通知现在是“已发”，不能修改。请先撤回。
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Way:
    """Something that may be done: what people call it, and the state before → after wherever it may be done.

    ``instead`` says, by state, what to do where it may not be done and the way back would be the wrong advice.
    """

    title: str
    turns: Mapping[str, str]
    instead: Mapping[str, str] = field(default_factory=dict)


def stays(*states: str) -> dict[str, str]:
    """Give the turns of what may be done in these states and changes none of them."""
    return {state: state for state in states}


class Steps:
    """``words`` are the states in their order, as people read them; ``ways`` what may be done, by key."""

    def __init__(self, words: Mapping[str, str], ways: Mapping[str, Way]) -> None:
        self.words, self.ways = dict(words), dict(ways)
        unknown = {
            state for way in ways.values() for state in (*way.turns, *way.turns.values(), *way.instead)
        } - words.keys()
        if unknown:
            raise ValueError(f"states without words: {', '.join(sorted(unknown))}")

    def allows(self, state: str, act: str) -> bool:
        """Whether something may be done in a state."""
        return state in self.ways[act].turns

    def offered(self, state: str) -> frozenset[str]:
        """Give what may be done in a state, by key: what a page offers now."""
        return frozenset(act for act, way in self.ways.items() if state in way.turns)

    def after(self, state: str, act: str, what: str) -> str:
        """Give the state after an act; ``Refused`` where it may not be done now (``what`` is the document as people call it)."""
        if not self.allows(state, act):
            raise Refused(self.refusal(state, act, what))
        return self.ways[act].turns[state]

    def refusal(self, state: str, act: str, what: str) -> str:
        """Give the sentence for what may not be done now, with what would have to be done before."""
        said = f"{what}现在是“{self.words[state]}”，不能{self.ways[act].title}。"
        if state in self.ways[act].instead:
            return said + self.ways[act].instead[state]
        first = self._first_towards(state, act)
        return said + (f"请先{first}。" if first else "")

    def _first_towards(self, state: str, act: str) -> str:
        """Give the first of the fewest acts that lead to where something may be done, "" where none do."""
        seen, waiting = {state}, deque([(state, "")])
        while waiting:
            here, first = waiting.popleft()
            if self.allows(here, act):
                return first
            for way in self.ways.values():
                there = way.turns.get(here, here)
                if there not in seen:
                    seen.add(there)
                    waiting.append((there, first or way.title))
        return ""
