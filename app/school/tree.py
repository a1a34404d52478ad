"""The tree of places while it is being changed: names, order and what follows from them (path, rank, search words).

A ``Tree`` is loaded once inside an open operation, changed in memory, and ``save()`` writes only the rows that differ.
A place's rank is its parent's rank and four digits of its own; the digits leave gaps, so that a new room seldom moves
the others and history stays quiet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core import pinyin
from app.core.errors import Refused
from app.school.naming import natural_key
from app.school.rules import CAMPUS, PlaceDraft, room_code, tidy
from app.store.database import database

GAP = 10
MOST_SIBLINGS = 9_999
_WRITTEN = "parent_id, name, level, kind, code, keeper_id, custody, path, rank, keys, active"
_COLUMNS = f"id, {_WRITTEN}"


@dataclass(eq=False)
class Node:
    """One place; ``below`` holds the places directly under it in their order."""

    id: int
    parent: "Node | None"
    name: str
    level: str
    kind: str = ""
    code: str = ""
    keeper_id: int | None = None
    custody: str = ""
    path: str = ""
    rank: str = ""
    keys: str = ""
    active: int = 1
    below: list["Node"] = field(default_factory=list)

    def chain(self) -> list["Node"]:
        """Give the places from the top down to this one."""
        return [*(self.parent.chain() if self.parent else []), self]

    def walk(self) -> Iterator["Node"]:
        """Give this place and all below it, in order."""
        yield self
        for child in self.below:
            yield from child.walk()

    def row(self) -> tuple[object, ...]:
        """Give the values as they are stored, without the id."""
        parent = self.parent.id if self.parent else None
        return (parent, self.name, self.level, self.kind, self.code, self.keeper_id, self.custody, self.path, self.rank,
                self.keys, self.active)


class Tree:
    """All places of the school."""

    def __init__(self) -> None:
        self.nodes: dict[int, Node] = {}
        self.top: list[Node] = []
        self._derived = False
        parents = {}
        rows = database.execute_sql(f"SELECT {_COLUMNS} FROM place ORDER BY rank, id").fetchall()
        for identity, parent_id, *values in rows:
            self.nodes[identity] = Node(identity, None, *values)
            parents[identity] = parent_id
        for node in self.nodes.values():
            node.parent = self.nodes.get(parents[node.id])
            self.siblings(node.parent).append(node)
        self._stored = {node.id: node.row() for node in self.nodes.values()}

    def siblings(self, parent: Node | None) -> list[Node]:
        """Give the places directly under ``parent`` (None: the top), in order; the list itself."""
        return parent.below if parent else self.top

    def node(self, identity: int) -> Node:
        """Give a place by id; refuses one that has been removed meanwhile."""
        if identity not in self.nodes:
            raise Refused("这个地点已经不在了，可能刚被删除。请刷新后再试。")
        return self.nodes[identity]

    def add(self, draft: PlaceDraft, before: Node | None = None) -> Node:
        """Insert a checked place before a sibling, or else where its number belongs; everything is written at once."""
        parent = self.node(draft.parent_id) if draft.parent_id else None
        node = Node(0, parent, "", draft.level)
        self._fill(node, draft)
        hidden = self._hidden()
        self._settle_in(node, before)
        self._derive(node)
        values = node.row()
        node.id = database.execute_sql(f"INSERT INTO place ({_WRITTEN}) VALUES ({', '.join('?' * len(values))})", values).lastrowid
        self.nodes[node.id] = node
        self._stored[node.id] = node.row()
        if self._hidden() is not hidden:
            self.derive_all()  # a second campus has come: every path changes
        if self._derived:
            self.save()
        return node

    def change(self, node: Node, draft: PlaceDraft) -> None:
        """Take over a checked draft, moving the place with all below it when the parent is another one."""
        parent = self.node(draft.parent_id) if draft.parent_id else None
        self._fill(node, draft)
        if parent is not node.parent:
            self.move(node, parent)
        self.derive_all()

    def move(self, node: Node, parent: Node | None, before: Node | None = None) -> None:
        """Hang a place under another parent or elsewhere among its siblings."""
        if parent is not None and node in parent.chain():
            raise ValueError("a place under itself")
        self.siblings(node.parent).remove(node)
        node.parent = parent
        self._settle_in(node, before)
        self.derive_all()

    def remove(self, node: Node) -> None:
        """Take a place without places below it out of the tree and delete its row."""
        self.siblings(node.parent).remove(node)
        del self.nodes[node.id], self._stored[node.id]
        database.execute_sql("DELETE FROM place WHERE id = ?", (node.id,))
        self.derive_all()

    def save(self) -> None:
        """Write the places that differ from what is stored."""
        sets = ", ".join(f"{name} = ?" for name in _WRITTEN.split(", "))
        for node in self.nodes.values():
            row = node.row()
            if row != self._stored[node.id]:
                database.execute_sql(f"UPDATE place SET {sets} WHERE id = ?", (*row, node.id))
                self._stored[node.id] = row
        self._derived = False

    def differs(self) -> bool:
        """Whether what is stored is not what follows from names and parents, or a place lies in itself."""
        self.derive_all()
        below = sum(1 for top in self.top for _ in top.walk())
        path, rank = (_WRITTEN.split(", ").index(name) for name in ("path", "rank"))
        return below < len(self.nodes) or any(
            (node.path, node.rank) != (self._stored[node.id][path], self._stored[node.id][rank])
            for node in self.nodes.values()
        )

    def derive_all(self) -> None:
        """Work out path, rank and search words of every place from names and order."""
        for top in self.top:
            for node in top.walk():
                self._derive(node)
        self._derived = True

    def spread(self, siblings: list[Node]) -> None:
        """Give siblings new digits in the order they stand in, with even gaps."""
        gap = min(GAP, MOST_SIBLINGS // max(len(siblings), 1))
        for place, sibling in enumerate(siblings, 1):
            sibling.rank = f"{gap * place:04d}"
        self.derive_all()

    def _fill(self, node: Node, draft: PlaceDraft) -> None:
        node.name, node.level, node.kind = tidy(draft.name), draft.level, draft.kind
        node.code = tidy(draft.code) or room_code(node.name)
        node.keeper_id, node.custody = draft.keeper_id, draft.custody

    def _hidden(self) -> Node | None:
        """Give the campus that paths leave out because it is the only one."""
        return self.top[0] if len(self.top) == 1 and self.top[0].level == CAMPUS else None

    def _derive(self, node: Node) -> None:
        parent = node.parent
        node.rank = (parent.rank if parent else "") + node.rank[-4:]
        node.path = node.name if parent is None or parent is self._hidden() else f"{parent.path} {node.name}"
        node.keys = pinyin.keys(node.path, node.code)

    def _settle_in(self, node: Node, before: Node | None) -> None:
        """Put a place among its new siblings and give it four digits between its neighbours'."""
        siblings = self.siblings(node.parent)
        if len(siblings) >= MOST_SIBLINGS:
            raise Refused(f"同一处最多 {MOST_SIBLINGS} 个地点，请分层或分楼登记。")
        index = siblings.index(before) if before else _natural_index(siblings, node.name)
        low = int(siblings[index - 1].rank[-4:]) if index else 0
        high = int(siblings[index].rank[-4:]) if index < len(siblings) else low + 2 * GAP
        siblings.insert(index, node)
        middle = (low + high) // 2
        if low < middle <= MOST_SIBLINGS:
            node.rank = f"{middle:04d}"
            return
        self.spread(siblings)


def _natural_index(siblings: list[Node], name: str) -> int:
    """Give where a new name belongs: by number among names that begin alike, else at the end."""
    stem, numbers = natural_key(name)
    alike = [place for place, node in enumerate(siblings) if natural_key(node.name)[0] == stem]
    if not numbers or not alike:
        return len(siblings)
    later = [place for place in alike if natural_key(siblings[place].name)[1] > numbers]
    return later[0] if later else alike[-1] + 1
