"""Find the cards of a pasted list of numbers, as it comes: any separators, full-width signs, other columns beside them."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.assets import queries
from app.store.database import database

MOST_LINES = 20_000     # of a paste that are looked at
_SEPARATORS = re.compile(r"[\s,，、;；|]+")
_DIGITS = re.compile(r"[0-9]")
_DECIMAL = re.compile(r"[0-9,]+\.[0-9]+")
_LENGTH_APART = 2       # digits by which a number may differ from those found and still be taken for one


@dataclass
class Finding:
    """What became of a pasted list: ``numbers`` of the cards found, in its order and each once.

    ``by_old`` counts those that were found by their old number, ``again`` words that named a card once more. ``deleted``
    belonged to cards that are gone, ``unknown`` look like numbers but no card has them.
    """

    numbers: list[str] = field(default_factory=list)
    by_old: int = 0
    again: int = 0
    deleted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def find_numbers(text: str) -> Finding:
    """Give the cards that a pasted list names, one or several a line, and what in it names none.

    In a line that names a card the other words are other columns, unless they are made like the numbers found. A line
    that names none is tried by old numbers, the longest that fits: the pieces of a split card share one, all are found.
    """
    cells = [[cell.strip().lstrip("'") for cell in line.split("\t")] for line in text.splitlines()[:MOST_LINES]]
    held = _held(word for line in cells for cell in line for word in (cell, *_SEPARATORS.split(cell)))
    lines = [_words(line, held) for line in cells]
    old = _old_numbers(word for words in lines if held.keys().isdisjoint(words) for word in words)
    shapes = {_shape(number) for number in held.values()}
    found, seen, missing = Finding(), dict[str, None](), dict[str, None]()
    for words in lines:
        hits = [held[word] for word in words if word in held]
        known = [] if hits else [word for word in words if word in old]
        if known:
            hits = old[max(known, key=len)]
            found.by_old += sum(number not in seen for number in hits)
        else:
            missing.update(dict.fromkeys(_missing(words, held, shapes)))
        found.again += sum(number in seen for number in hits)
        seen.update(dict.fromkeys(hits))
    gone = queries.numbers_retired(missing) if missing else set()
    found.numbers = list(seen)
    found.deleted = [word for word in missing if word in gone]
    found.unknown = [word for word in missing if word not in gone]
    return found


def _held(words: Iterable[str]) -> dict[str, str]:
    """Give the number of a card by each word that names it: as it stands, in half width, in small or capital letters."""
    ways = {word: _ways(word) for word in set(words) if word}
    numbers = queries.numbers_in_use({way for several in ways.values() for way in several})
    return {word: number for word, several in ways.items()
            if (number := next((way for way in several if way in numbers), ""))}


def _ways(word: str) -> tuple[str, ...]:
    half = unicodedata.normalize("NFKC", word)
    return (word, half, half.upper(), half.lower())


def _words(cells: Sequence[str], held: Mapping[str, str]) -> list[str]:
    """Give the words of a line: a cell that is a number stands whole, though it hold blanks; others fall to pieces."""
    words = (word for cell in cells for word in ((cell,) if cell in held else _SEPARATORS.split(cell)))
    return [word for word in dict.fromkeys(words) if word]


def _old_numbers(words: Iterable[str]) -> dict[str, list[str]]:
    """Give the numbers of the cards that carry these old numbers, by old number; a word without a digit is none."""
    halves = {word: unicodedata.normalize("NFKC", word) for word in words}
    wanted = {half for half in halves.values() if _DIGITS.search(half)}
    rows = database.execute_sql(
        "SELECT old_number, number FROM asset WHERE old_number IN (SELECT value FROM json_each(?)) ORDER BY number",
        (json.dumps(list(wanted)),)).fetchall() if wanted else []
    found: dict[str, list[str]] = {}
    for old, number in rows:
        found.setdefault(old, []).append(number)
    return {word: found[half] for word, half in halves.items() if half in found}


def _shape(number: str) -> tuple[str, int]:
    """Give what numbers of one series share: the signs before the first digit, and about how long they are."""
    first = _DIGITS.search(number)
    return number[:first.start()].casefold() if first else number.casefold(), len(number)


def _missing(words: Sequence[str], held: Mapping[str, str], shapes: set[tuple[str, int]]) -> list[str]:
    """Give the words of a line that seem to be numbers of cards but are none, in half width.

    Where any card was found, those made like the numbers found; in a line that has neither, its first word with digits.
    """
    halves = [unicodedata.normalize("NFKC", word) for word in words if word not in held]
    free = [word for word in halves if _DIGITS.search(word) and not _DECIMAL.fullmatch(word)]
    alike = [word for word in free if any(_alike(word, shape) for shape in shapes)]
    if alike or len(halves) < len(words):
        return alike
    return free[:1] if shapes else free


def _alike(word: str, shape: tuple[str, int]) -> bool:
    head, length = _shape(word)
    return head == shape[0] and abs(length - shape[1]) <= _LENGTH_APART
