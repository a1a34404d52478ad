"""Business settings as declarations: key, title, default. Each feature declares its own; the file keeps what differs.

Declaring a setting has no effect of its own: a feature names its settings in ``feature.py``.

A declaration's default decides its kind; money in 分 is an int that says ``kind="fen"``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Generic, Literal, TypeVar

from app.core.errors import Invalid, Problem
from app.core.money import FULL_WIDTH, format_fen, parse_fen

SettingKind = Literal["", "text", "whole", "yes_no", "fen", "list"]
T = TypeVar("T", str, int, bool, list[str])

LONGEST = 200  # characters of a text, and of each line of a list
YES, NO = ("是", "true", "1", "yes", "on"), ("否", "false", "0", "no", "off", "")


@dataclass(frozen=True, eq=False)  # the declaration itself is the identity: it serves as a key of dictionaries
class Setting(Generic[T]):
    """One setting. ``choices`` limits a text, ``least`` and ``most`` a number (分 for fen).

    An empty text or list is a value like any other unless ``required``. ``wrong`` says what is wrong with a value that is
    typed ("" where nothing is); what is stored already is given as it is, so that whoever uses it can say so.
    ``borne_by`` names a table and its column where records bear the words of a list: such a word may not be taken out of
    it. ``words`` gives the words of its lines, where a line says more than the word.
    """

    key: str
    title: str
    default: T
    help: str = ""
    group: str = ""
    kind: SettingKind = ""
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 10**12
    required: bool = False
    wrong: Callable[[T], str] | None = None
    borne_by: tuple[str, str] | None = None
    words: Callable[[list[str]], Sequence[str]] = list

    def __post_init__(self) -> None:
        if not self.kind:
            object.__setattr__(self, "kind", _kind_of(self.default))

    def parse(self, value: object) -> T:
        """Read a value as typed or stored; ``ValueError`` with a Chinese sentence for what does not fit."""
        return _PARSERS[self.kind](self, value)

    def shown(self, value: T) -> str:
        """Give a value as people read it: 1,000.00 for 100000 分, 是 for True, a list one a line."""
        if isinstance(value, list):
            return "\n".join(value)
        if self.kind == "fen":
            return format_fen(int(value))
        if isinstance(value, bool):
            return "是" if value else "否"
        return str(value)


def _kind_of(default: object) -> SettingKind:
    if isinstance(default, bool):
        return "yes_no"
    if isinstance(default, int):
        return "whole"
    return "list" if isinstance(default, list) else "text"


def declared_in(*modules: ModuleType) -> tuple[Setting[Any], ...]:
    """Give the settings that modules declare, in the order in which they are written; those of a table as well."""
    return tuple(setting for module in modules for value in vars(module).values() for setting in _settings_of(value))


def _settings_of(value: object) -> Iterator[Setting[Any]]:
    for each in value.values() if isinstance(value, dict) else (value,):
        if isinstance(each, Setting):
            yield each


def by_group(settings: Iterable[Setting[Any]]) -> dict[str, list[Setting[Any]]]:
    """Give settings by their group's title, in the order they come."""
    found: dict[str, list[Setting[Any]]] = {}
    for setting in settings:
        found.setdefault(setting.group, []).append(setting)
    return found


def parse_all(values: Mapping[Setting[Any], object]) -> dict[Setting[Any], Any]:
    """Read many typed values; raises ``Invalid`` with every problem at once, each at its setting's key."""
    parsed, problems = {}, []
    for setting, value in values.items():
        try:
            parsed[setting] = setting.parse(value)
            if setting.wrong is not None and (words := setting.wrong(parsed[setting])):
                raise ValueError(words)
        except ValueError as trouble:
            problems.append(Problem(setting.key, f"{setting.title}：{trouble}"))
    if problems:
        raise Invalid(problems)
    return parsed


def _text(setting: Setting[str], value: object) -> str:
    text = str(value if value is not None else "").strip()
    if len(text) > LONGEST:
        raise ValueError(f"最多 {LONGEST} 个字。")
    if setting.required and not text:
        raise ValueError("不能为空。")
    if setting.choices and text not in setting.choices:
        raise ValueError(f"只能是 {'、'.join(setting.choices)} 之一。")
    return text


def _whole(setting: Setting[int], value: object) -> int:
    text = str(value).translate(FULL_WIDTH).strip().replace(",", "")
    # ``int`` alone would also take 1_000 and refuse texts of thousands of digits with an English sentence.
    if isinstance(value, bool) or not text.removeprefix("-").isdecimal() or len(text) > 18:
        raise ValueError("请填整数。")
    return _in_range(setting, int(text), str)


def _fen(setting: Setting[int], value: object) -> int:
    """Take 分 as an int, and 元 as text: the form shows and reads 元, the file holds 分."""
    if isinstance(value, int) and not isinstance(value, bool):
        return _in_range(setting, value, format_fen)
    try:
        return _in_range(setting, parse_fen(str(value)), format_fen)
    except ValueError as trouble:
        if trouble.args and "之间" in str(trouble.args[0]):
            raise
        raise ValueError("请填金额，例如 1000 或 1,000.00。") from None


def _in_range(setting: Setting[int], number: int, shown: Any) -> int:
    if not setting.least <= number <= setting.most:
        raise ValueError(f"应在 {shown(setting.least)} 与 {shown(setting.most)} 之间。")
    return number


def _yes_no(setting: Setting[bool], value: object) -> bool:
    word = str(value).strip().lower()
    if word not in YES + NO:
        raise ValueError("请选“是”或“否”。")
    return word in YES


def _list(setting: Setting[list[str]], value: object) -> list[str]:
    """Take a list, or text with one entry a line; blank lines and repetitions fall away."""
    lines: Sequence[object] = value.splitlines() if isinstance(value, str) else _sequence(value)
    entries = list(dict.fromkeys(line for line in (str(entry).strip() for entry in lines) if line))
    if any(len(entry) > LONGEST for entry in entries):
        raise ValueError(f"每行最多 {LONGEST} 个字。")
    if setting.required and not entries:
        raise ValueError("至少要有一项。")
    return entries


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        raise ValueError("请一行写一项。")
    return value


_PARSERS: dict[str, Any] = {"text": _text, "whole": _whole, "yes_no": _yes_no, "fen": _fen, "list": _list}
