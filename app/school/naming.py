"""How offices write places: 教学楼3楼304, 教学楼-三层-304室, 1#楼2F会议室. Pure reading of names, no tree and no file."""

import re
from functools import lru_cache

from app.core.pinyin import fold
from app.school.rules import BUILDING, CAMPUS, FLOOR, LEVELS, ROOM, tidy

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九十")}
_NUM = r"(?:\d+|[一二三四五六七八九十]+)"
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十]+(?=[层楼号年班组栋幢座室(#])")
_SEPARATORS = re.compile(r"[\s\-—–－_/\\>＞|·•:：。~～]+")
_SEVERAL = re.compile(r"[、；;，,]")
_FLOOR = re.compile(rf"第?(负|地下)?({_NUM})(?:层楼?|楼(?!梯|道|顶))|(?<![A-Za-z])(\d{{1,2}})[Ff](?![A-Za-z])")
_CAMPUS = re.compile(r".{0,12}?(?:校区|分校|本部)")
_BUILDING = re.compile(rf".*?(?:(?:{_NUM}|[A-Za-z])(?:号楼|#楼?|栋|幢|座)|[A-Za-z]楼|[^\d一二三四五六七八九十第\s]楼(?!梯|道|顶))")
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_KEPT = "\ue000"     # stands for what is in brackets while a name is taken apart
_ROOM_NUMBER = re.compile(r"[A-Za-z]?\d{2,5}[A-Za-z]?")

# Each pair turns one way of writing into the one that names are compared in.
_SAME = (
    (re.compile(r"第(?=\d)"), ""),
    (re.compile(r"地下(?=\d)"), "负"),
    (re.compile(r"(?<![a-z0-9])(\d{1,2})f(?![a-z])"), r"\1层"),
    (re.compile(r"(\d+)#楼?"), r"\1号楼"),
    (re.compile(r"(\d)楼(?!梯|道|顶)"), r"\1层"),
    (re.compile(r"层楼(?!梯|道|顶)"), "层"),
    (re.compile(r"([a-z]?\d{2,5}[a-z]?)(?:室|房间|号房|房|教室|号教室)(?![一-鿿])"), r"\1"),
)
_SPACE = re.compile(r"(?<!\d) | (?!\d)")


def whole(digits: str) -> int:
    """Give the number of Arabic or Chinese digits up to 九十九: 十二 is 12."""
    if digits.isdecimal():
        return int(digits)
    tens, ten, ones = digits.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[sign]) for sign in digits))
    return 10 * _DIGITS.get(tens, 1) + (_DIGITS[ones] if len(ones) == 1 else 0)


@lru_cache(maxsize=20_000)  # an import compares every new room with all its neighbours
def canonical(text: str) -> str:
    """Give a place's name in the one spelling that names are compared in: 教学楼-三楼-304室 → 教学楼3层304."""
    text = _NUMBER.sub(lambda found: str(whole(found[0])), fold(text))
    for pattern, same in _SAME:
        text = pattern.sub(same, text)
    return _SPACE.sub("", _SEPARATORS.sub(" ", text).strip())


def joined(upper: str, lower: str) -> str:
    """Join two canonical names; a space keeps two numbers apart."""
    return f"{upper} {lower}" if upper[-1:].isdigit() and lower[:1].isdigit() else upper + lower


def natural_key(name: str) -> tuple[str, tuple[int, ...]]:
    """Give what comes before the first number in a name, and its numbers: rooms 2, 10 and 一层, 二层 sort by number."""
    found = list(_NUMBER.finditer(name))
    return name[: found[0].start()] if found else name, tuple(whole(match[0]) for match in found)


def names_several(text: str) -> bool:
    """Whether a text lists more than one place: 301、302."""
    return len([part for part in _SEVERAL.split(text) if part.strip()]) > 1


def says_something(piece: str) -> bool:
    """Whether a piece of a name is more than level words and marks: 层, 室, #."""
    return bool(piece.strip("第号层楼室房座栋幢#-—_/ "))


def segments(text: str, above: str | None = None) -> list[tuple[str, str]]:
    """Take a full name apart into (name, level) from the top down; ``above`` is the level it will hang under.

    教学楼3楼304 gives 教学楼 楼, 3层 层, 304室 室. What cannot be taken apart is one room; what stands in brackets stays
    together: 手术室（一号楼A座七楼） is one name.
    """
    kept = _IN_BRACKETS.findall(text)
    whole_text, text = text, _IN_BRACKETS.sub(_KEPT, text)
    return [(_restored(name, kept), level) for name, level in _cut(text, above)] or [(tidy(whole_text), ROOM)]


def _restored(name: str, kept: list[str]) -> str:
    """Put back what stood in brackets, in its order, used up from the left."""
    while kept and _KEPT in name:
        name = name.replace(_KEPT, kept.pop(0), 1)
    return name


def _cut(text: str, above: str | None) -> list[tuple[str, str]]:
    """Take apart a name whose brackets are masked."""
    pieces = [piece for piece in _SEPARATORS.split(tidy(text)) if says_something(piece)] or [""]
    if pieces[0].isdecimal() and above in (None, CAMPUS):
        return [(room_name(text), ROOM)]  # 3-304: building 3, floor 3 or one number? Nobody but the writer knows
    found: list[tuple[str, str]] = []
    for piece in pieces:
        found += _taken_apart(piece)
    return _with_levels([(name, level) for name, level in found if name], above)


def room_name(text: str) -> str:
    """Give a room's name as it is entered: a bare number gets its 室."""
    name = tidy(text)
    return f"{name}室" if _ROOM_NUMBER.fullmatch(name) else name


def floor_of(room: str) -> str:
    """Give the floor that a room number tells: 304 → 3层, 1203 → 12层, "" for any other name."""
    found = re.match(r"(\d{1,2})\d\d(?!\d)", room)
    return f"{int(found[1])}层" if found and int(found[1]) else ""


def _taken_apart(piece: str) -> list[tuple[str, str]]:
    """Cut one piece at campus, building and floor words; level "" where it must still be told."""
    for pattern, level in ((_CAMPUS, CAMPUS), (_BUILDING, BUILDING)):
        found = pattern.match(piece)
        if found and not _FLOOR.match(piece) and not _FLOOR.search(found[0]):
            return [(found[0], level), *_taken_apart(piece[found.end():])]
    floor = _FLOOR.search(piece)
    if not floor:
        return [(piece, "")] if piece else []
    name = f"{'负' if floor[1] else ''}{whole(floor[2] or floor[3])}层"
    return [(piece[:floor.start()], ""), (name, FLOOR), *_taken_apart(piece[floor.end():])]


def _with_levels(parts: list[tuple[str, str]], above: str | None) -> list[tuple[str, str]]:
    """Give every part its level, each deeper than the one before; what goes below a room is part of its name."""
    result: list[tuple[str, str]] = []
    depth = LEVELS.index(above) if above else -1
    for place, (name, level) in enumerate(parts):
        is_last = place == len(parts) - 1
        if not level:
            level = ROOM if is_last else LEVELS[min(max(depth + 1, 1), 3)]
        if LEVELS.index(level) <= depth or level == ROOM:
            rest = " ".join(name for name, _ in parts[place:])
            return [*result, (room_name(rest), ROOM)]
        if level == FLOOR and name.isdecimal():
            name = f"{int(name)}层"
        result.append((name, level))
        depth = LEVELS.index(level)
    return result
