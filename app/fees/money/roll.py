"""Who a line of a foreign list means: by 学号, by name and class; two of one name are never guessed between."""

from collections import defaultdict
from dataclasses import dataclass

from app.core.pinyin import fold
from app.fees.money import lists
from app.fees.money.facts import Facts
from app.fees.money.lists import Name
from app.school.class_names import Classes

MOST_HITS = 30
_DOTS = str.maketrans("•・.．", "····")


@dataclass(frozen=True, slots=True)
class Meant:
    """Who may be meant. ``why`` is a sentence on what leaves it open, "" where exactly one pupil is meant for sure."""

    pupils: tuple[Name, ...] = ()
    why: str = ""

    @property
    def sure(self) -> Name | None:
        """Give the one pupil that is meant beyond doubt."""
        return self.pupils[0] if len(self.pupils) == 1 and not self.why else None


def plain(name: str) -> str:
    """Give a name for comparing: half-width, without blanks, one kind of middle dot."""
    return fold(name).replace(" ", "").translate(_DOTS)


class Roll:
    """The pupils who have to do with the fees of a term, as foreign lists name them."""

    def __init__(self, facts: Facts) -> None:
        self.names = lists.names(facts)
        self.classes = Classes(facts.head.term.school_year, make=False)
        self.by_number = {plain(each.number): each for each in self.names.values() if each.number}
        self.by_name: dict[str, list[Name]] = defaultdict(list)
        for each in self.names.values():
            self.by_name[plain(each.name)].append(each)

    def find(self, name: str, class_text: str = "", number: str = "") -> Meant:
        """Give who is meant by a line's 姓名, 班级 and 学号, each "" where the list does not say it."""
        numbered = self.by_number.get(plain(number)) if number else None
        if numbered is not None:
            agrees = not name or plain(name) == plain(numbered.name)
            return Meant((numbered,), "" if agrees else f"学号 {number} 在名册里是{numbered.name}的，这里写的是{name}。")
        found = self._named(name, class_text)
        if number and found.pupils and not found.why:
            known = found.pupils[0].number
            said = f"{found.pupils[0].name}在名册里的学号是 {known}，这里写的是 {number}。" if known else ""
            return Meant(found.pupils, said)
        return found

    def _named(self, name: str, class_text: str) -> Meant:
        if not name:
            return Meant((), "没有写姓名。")
        same = tuple(self.by_name.get(plain(name), ()))
        if not same:
            return Meant((), f"这个学期的名册里没有“{name}”。")
        if not class_text:
            return Meant(same, "" if len(same) == 1 else f"有 {len(same)} 个{name}，没有写班级。")
        room, trouble = self.classes.find(class_text)
        here = tuple(each for each in same if each.class_id == room)
        if len(here) == 1:
            return Meant(here)
        if here:
            return Meant(here, f"{here[0].class_name}有 {len(here)} 个{name}，请按学号认。")
        return Meant(same, trouble or f"{self.classes.names.get(room or 0, class_text)}没有{name}，别的班有。")

    def within(self, text: str) -> list[Name]:
        """Give the pupils whose whole name stands in a free text (the note of a payment), of the class that it names if any.

        A name that is part of a longer one that stands there as well (王浩, 王浩然) is not meant.
        """
        words = plain(text)
        named = [key for key in self.by_name if len(key) > 1 and key in words]
        longest = [key for key in named if not any(key != other and key in other for other in named)]
        found = [each for key in longest for each in self.by_name[key]]
        room, _ = self.classes.in_title(text) if found else (None, "")
        return [each for each in found if each.class_id == room] or found

    def hits(self, text: str) -> list[tuple[int, str, str]]:
        """Give pupils for a picker: whose name, 学号 or class holds the words; (id, name, class and 学号)."""
        words = plain(text)
        return [(each.pupil, each.name, described(each)) for each in self.names.values()
                if words in plain(f"{each.name}{each.number}") or words in plain(f"{each.class_name}{each.name}")][:MOST_HITS]


def described(who: Name) -> str:
    """Say where a pupil is found: 三年级1班 12号 学号 20260001."""
    return " ".join(filter(None, (who.class_name, f"{who.seat}号" if who.seat else "", f"学号 {who.number}" if who.number else "")))
