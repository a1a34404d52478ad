"""Change the same fields of many cards: see old → new of every card first, then write all of it as one step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.assets import cells, fields, queries, rules
from app.assets.fields import FIELD, TITLE, AssetDraft
from app.assets.queries import Card
from app.core import clock
from app.core.columns import Kind, shown
from app.core.errors import Invalid, Problem, Refused, errors_only
from app.core.progress import Progress, silent
from app.store import journal
from app.store.journal import Counted

REMARK_MORE = "remark_more"  # words put behind the remark that a card has
FIELDS: dict[str, str] = {each.attribute: each.title for each in fields.BULK} | {REMARK_MORE: f"{TITLE['remark']}后面加上"}
NEVER_BLANK = frozenset({*fields.attributes("required"), REMARK_MORE})
_AT_ONCE = 500


@dataclass(frozen=True)
class Change:
    """What to write: field key (of ``FIELDS``, or ``extra:ID``) to value, and the fields to be emptied.

    A value of None or "" writes nothing by itself: to empty a field it must stand in ``cleared``.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()

    def wanted(self) -> dict[str, Any]:
        """Give what each field shall hold, words trimmed; emptied fields hold None or ""."""
        kept = {key: value.strip() if isinstance(value, str) else value for key, value in self.values.items()
                if key not in self.cleared}
        return kept | {key: FIELD[key].blank if key in FIELD else "" for key in self.cleared}


@dataclass(frozen=True, slots=True)
class CardChange:
    """What becomes of one card: (field title, old, new) as people read them; ``errors`` forbid it, ``warnings`` do not."""

    id: int
    number: str
    name: str
    fields: tuple[tuple[str, str, str], ...]
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class Preview:
    """Every card that would change or may not; ``same`` counts those that already are as wished."""

    cards: list[CardChange] = field(default_factory=list)
    same: int = 0

    @property
    def wrong(self) -> list[CardChange]:
        """Give the cards that may not be changed so."""
        return [each for each in self.cards if each.errors]


def titles() -> dict[str, str]:
    """Give the title of every field that can be changed for many cards, the school's own ones last."""
    return FIELDS | {fields.extra_key(extra.id): extra.title for extra in queries.extra_fields()}


def check_change(change: Change) -> list[Problem]:
    """Say what is wrong with the wish itself, whatever the cards are: nothing ticked, a blank without 清空, a gone place."""
    known, wanted = titles(), change.wanted()
    if not wanted:
        return [Problem("", "请先勾选要修改的字段。")]
    problems = []
    for key, value in wanted.items():
        title = known[key]
        if key in change.cleared:
            if key in NEVER_BLANK:
                problems.append(Problem(key, f"“{title}”不能清空。"))
        elif value in (None, ""):
            problems.append(Problem(key, f"勾选了“{title}”但没有填内容。要清空原有内容，请勾选“清空”。"))
        elif key in fields.REFERENCES and not queries.name_of(key, value):
            problems.append(Problem(key, f"选的{title}已经不在了，请重新选。"))
    if {"remark", REMARK_MORE} <= set(wanted):
        problems.append(Problem(REMARK_MORE, f"“{FIELDS['remark']}”和“{FIELDS[REMARK_MORE]}”只能选一个。"))
    return problems


def preview(ids: Sequence[int], change: Change, progress: Progress = silent) -> Preview:
    """Give old → new of every card without writing; raises ``Invalid`` where the wish itself is wrong."""
    _require(change)
    found = Preview()
    for _, _, what in _worked(ids, change, progress):
        if what.fields or what.errors:
            found.cards.append(what)
        else:
            found.same += 1
    return found


def edit_many(ids: Sequence[int], change: Change, skip_bad: bool = False, progress: Progress = silent) -> Counted:
    """Write the ticked fields over all these cards as one step and give how many changed.

    Cards that may not be changed so are left out with ``skip_bad``; without it the first is named in ``Refused`` and
    nothing is written. Cards that are gone meanwhile are passed over.
    """
    _require(change)
    known = titles()
    with journal.operation("批量修改") as work:
        pairs = []
        for card, after, what in _worked(ids, change, progress):
            if what.errors and not skip_bad:
                raise Refused(f"{what.number} {what.name}：{what.errors[0]}没有修改任何卡片。请改正，或勾选“跳过有问题的卡片”。")
            if what.fields and not what.errors:
                pairs.append((card, after))
        count = cells.write_changes(pairs, progress)
        if not count:
            raise Refused("没有需要修改的卡片：选中的卡片已经是这样了，或已被删除，或都有问题。")
        work.rename(f"批量修改 {count} 张卡片：{'、'.join(known[key] for key in change.wanted())}")
    return Counted(count, work.step)


def _require(change: Change) -> None:
    problems = check_change(change)
    if problems:
        raise Invalid(problems)


def _worked(ids: Sequence[int], change: Change, progress: Progress) -> Iterator[tuple[Card, AssetDraft, CardChange]]:
    """Give each card that is still there, its draft after the change, and the change in words."""
    wanted, known, own = change.wanted(), titles(), {extra.id: extra for extra in queries.extra_fields()}
    named = {key: queries.name_of(key, value) for key, value in wanted.items() if key in fields.REFERENCES and value}
    distinct = list(dict.fromkeys(ids))
    for start in range(0, len(distinct), _AT_ONCE):
        for card in queries.cards(distinct[start:start + _AT_ONCE]):
            after = _applied(card.draft, wanted)
            rows = tuple((known[key], _words(card.draft, key, card.names.get(key, "")),
                          _words(after, key, named.get(key, "")))
                         for key in wanted if _held(card.draft, key) != _held(after, key))
            errors, warnings = _problems(card.draft, after, wanted, own) if rows else ((), ())
            yield card, after, CardChange(card.id, card.draft.number, card.draft.name, rows, errors, warnings)
        progress(min(start + _AT_ONCE, len(distinct)), len(distinct), "核对卡片")


def _problems(
    before: AssetDraft, after: AssetDraft, wanted: Mapping[str, Any], own: Mapping[int, queries.Extra],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give errors of the card as it would be, and the warnings that the change brings."""
    today = clock.today()
    known, found = {each.text for each in rules.check_asset(before, today)}, rules.check_asset(after, today, wanted)
    unfit = [text for _, text in cells.unfit(after, wanted, own)]
    return ((*(each.text for each in errors_only(found)), *unfit),
            tuple(each.text for each in found if each.level == "warning" and each.text not in known))


def _applied(draft: AssetDraft, wanted: Mapping[str, Any]) -> AssetDraft:
    values = dict(wanted)
    if REMARK_MORE in values:
        values["remark"] = "；".join(filter(None, (draft.remark.rstrip("；。 "), values.pop(REMARK_MORE))))
    return cells.altered(draft, values)


def _held(draft: AssetDraft, key: str) -> Any:
    return cells.held(draft, "remark" if key == REMARK_MORE else key)


def _words(draft: AssetDraft, key: str, name: str) -> str:
    """Give what a draft holds in a field as people read it; ``name`` is that of the place or person it points to."""
    if key in fields.REFERENCES:
        return name
    if key == "class_code":
        return f"{draft.class_code} {draft.class_name}".strip()
    return shown(FIELD[key].kind if key in FIELD else Kind.TEXT, _held(draft, key))

