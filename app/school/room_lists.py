"""Making many rooms at once from a few lines: 教学楼 1-4层 每层 01-08室 教室. Pure: text in, planned places out."""

import re
from dataclasses import dataclass

from app.core.errors import Invalid, Problem
from app.core.pinyin import fold
from app.school.naming import room_name, segments, whole
from app.school.rules import BUILDING, FLOOR, KINDS, LEVELS, LONGEST_NAME, ROOM, likely_kind, tidy

MOST_PLACES = 2_000
EXAMPLE = "教学楼 1-4层 每层 01-08室 教室\n综合楼 2层 会议室、音乐室、舞蹈室\n体育场、篮球场 室外"
_DASH = "[-—–－~～至到]"
_NUM = r"(?:\d+|[一二三四五六七八九十]+)"
_FLOORS = re.compile(rf"({_NUM})(?:层|楼)?(?:{_DASH}({_NUM}))?(?:层|楼)")
_ROOMS = re.compile(rf"([A-Za-z]?)(\d{{1,5}})[室房]?{_DASH}([A-Za-z]?)(\d{{1,5}})[室房]?")
_LIST = re.compile(r"[、，,；;]")


@dataclass(frozen=True, slots=True)
class PlannedPlace:
    """A place that a line asks for: its names and levels from the top down (without the campus), and its use."""

    chain: tuple[tuple[str, str], ...]
    kind: str

    @property
    def path(self) -> str:
        """Give the names joined as they will be read."""
        return " ".join(name for name, _ in self.chain)


def plan_places(text: str) -> list[PlannedPlace]:
    """Give every place that the lines ask for, each once; raises ``Invalid`` with all lines that cannot be read.

    A line is the building, the floors, 每层 if the numbers follow the floor, rooms as range or list, and their use.
    """
    planned: dict[PlannedPlace, None] = {}
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            planned.update(dict.fromkeys(_planned_by(fold_marks(line))))
        except ValueError as trouble:
            problems.append(Problem("lines", f"第 {number} 行：{trouble}"))
        if len(planned) > MOST_PLACES:
            problems.append(Problem("lines", f"一次最多 {MOST_PLACES} 处，请分几次添加。"))
            break
    if problems or not planned:
        raise Invalid(problems or [Problem("lines", f"请写要添加的地点，一行一组，例如：{EXAMPLE.splitlines()[0]}")])
    return list(planned)


def fold_marks(line: str) -> str:
    """Give a line with half-width digits and letters, its Chinese marks kept."""
    return "".join(fold(sign) if "０" <= sign <= "ｚ" else sign for sign in tidy(line))


def _planned_by(line: str) -> list[PlannedPlace]:
    head, floors, rooms, each, kind = _words_of(line)
    uppers = [(*head, (floor, FLOOR)) for floor in floors] or [tuple(head)]
    planned = []
    for upper in uppers:
        storey = re.sub(r"\D", "", upper[-1][0]) if upper and upper[-1][1] == FLOOR else ""
        prefix = storey if each or len(floors) > 1 else ""
        for room in rooms or [""]:
            numbered = room[:1].isdigit() and len(room.rstrip("室房")) <= 2
            name = f"{prefix}{room}" if numbered and prefix else room
            chain = (*upper, (name, ROOM)) if name else upper
            used_as = kind or (likely_kind(name) if name else "")
            planned.append(PlannedPlace(chain, used_as))
    if not all(place.chain for place in planned):
        raise ValueError("没有写地点名称。")
    if any(len(name) > LONGEST_NAME for place in planned for name, _ in place.chain):
        raise ValueError(f"名称太长了，最多 {LONGEST_NAME} 个字。")
    return planned


def _words_of(line: str) -> tuple[list[tuple[str, str]], list[str], list[str], bool, str]:
    """Sort the words of a line: what stands above, floors, rooms, whether 每层 was said, the use at the end."""
    words = line.split()
    kind = words.pop() if len(words) > 1 and words[-1] in KINDS else ""
    each = "每层" in words or "每楼" in words
    head: list[tuple[str, str]] = []
    floors: list[str] = []
    rooms: list[str] = []
    for word in words:
        if word in ("每层", "每楼"):
            continue
        found = _FLOORS.fullmatch(word)
        if found:
            floors += _floors(found)
        elif _ROOMS.fullmatch(word) or _LIST.search(word) or word is words[-1]:
            rooms += _rooms(word)
        else:
            head += _above(word, head)
    if rooms and len(words) == 1 and not _LIST.search(line) and segments(line)[-1][1] != ROOM:
        return segments(line), [], [], False, kind  # one word that is itself a building: 综合楼
    return head, floors, rooms, each, kind


def _above(word: str, head: list[tuple[str, str]]) -> list[tuple[str, str]]:
    level = next((level for _, level in segments(word) if level != ROOM), BUILDING)
    if head and LEVELS.index(level) <= LEVELS.index(head[-1][1]):
        raise ValueError(f"“{word}”看不懂。写法：楼 层 房间，例如“教学楼 1-4层 每层 01-08室”。")
    return [(word, level)]


def _floors(found: re.Match[str]) -> list[str]:
    first, last = whole(found[1]), whole(found[2] or found[1])
    if not 1 <= first <= last <= 99:
        raise ValueError(f"楼层“{found[0]}”不对，请从低到高写，例如 1-4层。")
    return [f"{floor}层" for floor in range(first, last + 1)]


def _rooms(word: str) -> list[str]:
    names: list[str] = []
    for part in filter(None, _LIST.split(word)):
        found = _ROOMS.fullmatch(part)
        if not found:
            names.append(f"{part}室" if part.isdecimal() else room_name(part))
            continue
        letter, first, other, last = found.groups()
        low, high = int(first), int(last)
        if low > high or high - low >= MOST_PLACES or (other and other != letter):
            raise ValueError(f"房间“{part}”不对，请从小到大写，例如 101-108室。")
        names += [f"{letter}{room:0{len(first)}d}室" for room in range(low, high + 1)]
    return names
