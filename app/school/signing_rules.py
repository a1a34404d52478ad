"""Who signs, as a value, and when two are one and the same; without I/O.

A person who was picked is known by who he is; where one of two is only a name (an outsider), the folded names are compared.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.errors import Problem
from app.core.pinyin import fold
from app.school.settings import FORBID, REMIND


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs: ``person`` of the school, or an outsider by ``name``. ``shown`` is what people read."""

    person: int | None = None
    name: str = ""
    signed_on: date | None = None
    opinion: str = ""
    refused: bool = False
    shown: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """Give what tells him from others: a picked person, else the folded name."""
        return (self.person, "") if self.person else (0, fold(self.name).replace(" ", ""))


def given(signers: Iterable[Signer]) -> tuple[Signer, ...]:
    """Give those that are anybody."""
    return tuple(each for each in signers if each.person or each.name.strip())


def same(one: Iterable[Signer], other: Iterable[Signer]) -> list[Signer]:
    """Give who of the second stands among the first as well: the same person, or, where one is not picked, the same name."""
    first = list(one)
    keys, names = {each.key for each in first}, {_name(each) for each in first} - {""}
    loose = {_name(each) for each in first if not each.person} - {""}
    return [each for each in other if each.key in keys or _name(each) in loose or (not each.person and _name(each) in names)]


def _name(signer: Signer) -> str:
    return fold(signer.name or signer.shown).replace(" ", "")


def check_apart(roles: Sequence[tuple[str, str, Signer | None]], level: str) -> list[Problem]:
    """Say which of several roles are signed by one and the same; ``roles`` are field, title and signer (None: nobody yet).

    ``level`` is the school's setting: 禁止, 提醒 or 不查.
    """
    problems: list[Problem] = []
    before: list[tuple[str, Signer]] = []
    for key, title, signer in roles:
        if signer is None:
            continue
        other = next((name for name, earlier in before if same([earlier], [signer])), "")
        if other and level == FORBID:
            problems.append(Problem(key, f"{title}不能与{other}是同一个人，请另选一人。"))
        elif other and level == REMIND:
            problems.append(Problem(key, f"{title}与{other}是同一个人，请确认。", "warning"))
        else:
            before.append((title, signer))
    return problems


def names(signers: Iterable[Signer]) -> str:
    """Give names as people read them: 王敏、李强."""
    return "、".join(each.shown or each.name for each in signers)
