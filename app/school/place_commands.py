"""What a person can do with places: one verb is one operation; paths, order and search words below follow at once."""

from collections.abc import Mapping

from app.core.errors import Invalid, Problem, errors_only
from app.school import rules, uses
from app.school.naming import canonical
from app.school.resolving import MAIN_CAMPUS
from app.school.room_lists import PlannedPlace, plan_places
from app.school.rules import CAMPUS, LEVELS, PlaceDraft, tidy
from app.school.tree import Node, Tree
from app.store.database import database
from app.store.journal import Counted, Step, operation


def add_place(draft: PlaceDraft, before: int | None = None) -> Step:
    """Add a place before a sibling, or where its number belongs."""
    with operation(f"新增地点 {_called(draft)}") as work:
        tree = Tree()
        _refuse_wrong(tree, draft)
        work.made(tree.add(draft, tree.node(before) if before else None).id)
    return work.done


def edit_place(identity: int, draft: PlaceDraft) -> Step | None:
    """Change a place; another ``parent_id`` moves it with everything below."""
    with operation(f"修改地点 {_called(draft)}") as work:
        tree = Tree()
        node = tree.node(identity)
        _refuse_wrong(tree, draft, node)
        tree.change(node, draft)
        tree.save()
    return work.step


def order_places(parent_id: int | None, identities: list[int]) -> Step | None:
    """Put the places directly under a parent into the given order; those left out follow."""
    with operation("调整地点顺序") as work:
        tree = Tree()
        wanted = {identity: position for position, identity in enumerate(identities)}
        siblings = tree.siblings(tree.node(parent_id) if parent_id else None)
        siblings.sort(key=lambda node: wanted.get(node.id, len(wanted)))
        tree.spread(siblings)
        tree.save()
    return work.step


def set_keeper(identities: list[int], keeper_id: int | None) -> Step | None:
    """Give several places the same keeper (None: nobody)."""
    with operation(f"设置保管人 {len(identities)} 处") as work:
        tree = Tree()
        for identity in identities:
            tree.node(identity).keeper_id = keeper_id
        tree.save()
    return work.step


def set_keepers(keepers: Mapping[int, int]) -> Step | None:
    """Give each of these places (by id) the keeper that its cards name, as one step."""
    with operation(f"按卡片登记保管人 {len(keepers)} 处") as work:
        tree = Tree()
        for identity, keeper in keepers.items():
            tree.node(identity).keeper_id = keeper
        tree.save()
    return work.step


def retire_place(identity: int) -> Counted:
    """Mark a place and all below it as no longer in use, and give how many; records that name them stay."""
    return _set_active(identity, 0, "停用地点")


def reopen_place(identity: int) -> Counted:
    """Mark a place and all below it as in use again, with what lies above it, and give how many places changed."""
    return _set_active(identity, 1, "重新启用地点")


def _set_active(identity: int, active: int, verb: str) -> Counted:
    with operation(verb) as work:
        tree = Tree()
        node = tree.node(identity)
        work.rename(f"{verb} {node.path}")
        touched = [*node.walk(), *(node.chain()[:-1] if active else [])]
        changed = [each for each in touched if each.active != active]
        for each in changed:
            each.active = active
        tree.save()
    return Counted(len(changed), work.step)


def remove_place(identity: int) -> Step:
    """Delete a place that nothing refers to; refused while it is in use or other places lie in it."""
    with operation("删除地点") as work:
        tree = Tree()
        node = tree.node(identity)
        work.rename(f"删除地点 {node.path}")
        uses.require_unused("place", identity, node.path, "请改为“停用”，或先处理这些记录。")
        tree.remove(node)
        tree.save()
    return work.done


def preview_places(text: str) -> list[tuple[PlannedPlace, bool]]:
    """Give every place that the lines ask for, and whether it is there already; ``Invalid`` names unreadable lines."""
    tree = Tree()
    return [(planned, _existing(tree, planned) is not None) for planned in plan_places(text)]


def add_places(text: str, campus_id: int | None = None) -> Step | None:
    """Make every place that the lines ask for under a campus (None: the first); ``made`` of the step are the new ones.

    Places already there stay as they are. Raises ``Invalid`` with every line that cannot be read.
    """
    planned = plan_places(text)
    with operation("批量新增地点") as work:
        tree = Tree()
        known = set(tree.nodes)
        if campus_id is None and not tree.top:
            tree.add(PlaceDraft(MAIN_CAMPUS, None, CAMPUS))
        top = tree.node(campus_id) if campus_id else tree.top[0]
        for plan in planned:
            _make(tree, top, plan)
        for identity in sorted(set(tree.nodes) - known):
            work.made(identity)
    return work.step


def _make(tree: Tree, top: Node, plan: PlannedPlace) -> None:
    node = top
    for position, (name, level) in enumerate(plan.chain):
        found = _child(tree, node, name)
        if found is None:
            kind = plan.kind if position == len(plan.chain) - 1 else ""
            if LEVELS.index(level) <= LEVELS.index(node.level):
                raise Invalid([Problem("lines", f"“{plan.path}”：“{node.name}”是{node.level}，下面不能再放“{name}”。")])
            found = tree.add(PlaceDraft(name, node.id, level, kind))
        node = found


def _existing(tree: Tree, plan: PlannedPlace) -> Node | None:
    for top in tree.top:
        node: Node | None = top
        for name, _ in plan.chain:
            node = _child(tree, node, name) if node else None
        if node:
            return node
    return None


def _child(tree: Tree, parent: Node | None, name: str) -> Node | None:
    wanted = canonical(name)
    return next((node for node in tree.siblings(parent) if canonical(node.name) == wanted), None)


def _called(draft: PlaceDraft) -> str:
    """Give what a place's path will be, for the operation's title."""
    row = database.execute_sql(
        """SELECT path FROM place WHERE id = ? AND NOT (parent_id IS NULL AND level = ?
           AND (SELECT count(*) FROM place WHERE parent_id IS NULL) = 1)""", (draft.parent_id, CAMPUS)).fetchone()
    return f"{row[0]} {tidy(draft.name)}" if row else tidy(draft.name)


def _refuse_wrong(tree: Tree, draft: PlaceDraft, node: Node | None = None) -> None:
    parent = tree.node(draft.parent_id) if draft.parent_id else None
    siblings = [other.name for other in tree.siblings(parent) if other is not node]
    below = {child.level for child in node.below} if node else set()
    problems = rules.check_place(draft, parent.level if parent else None, siblings, below)
    if parent and not parent.active and (node is None or node.parent is not parent):
        problems.append(Problem("parent_id", f"“{parent.path}”已停用，请先启用它，或另选上级。"))
    if node and parent and node in parent.chain():
        problems.append(Problem("parent_id", f"“{node.name}”不能移到它自己下面，请另选上级。"))
    if errors_only(problems):
        raise Invalid(problems)
