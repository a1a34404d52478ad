"""What the school declares: its profile and signers, the words for places, people, terms and pupils, the roster's check."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from app.core.dues import Due
from app.core.progress import Progress
from app.core.settings import declared_in
from app.feature import Feature
from app.school import settings
from app.school.letters import settings as letters
from app.store.guards import Guards

if TYPE_CHECKING:
    from app.store.folder import DataFolder


def _roster_sound() -> Iterable[str]:
    from app.school.pupil_checks import roster_sound

    return roster_sound()


def _guards() -> Guards:
    from app.school.guards import GUARDS

    return GUARDS


def _demo(progress: Progress) -> tuple[str, ...]:
    from app.core import clock
    from app.school import queries, roster
    from app.school.demo import build_school

    build_school()
    return f"{len(queries.rooms())} 处房间", f"{len(roster.pupils_in(None, clock.today()))} 名学生"


def _invoices_sound() -> Iterable[str]:
    from app.school.invoices import invoices_sound

    return invoices_sound()


def _rename_supplier(names: frozenset[str], name: str, write: bool) -> int:
    from app.school.supplier_commands import rename_in_invoices

    return rename_in_invoices(names, name, write)


def _dues(day: date, _data: "DataFolder") -> Iterable[Due]:
    from app.school.dues import dues

    return dues(day)


FEATURE = Feature(
    key="school", title="学校", settings=lambda: declared_in(settings, letters), checks=(_roster_sound, _invoices_sound),
    guards=_guards, dues=_dues, demo=_demo, rename_supplier=_rename_supplier,
    nouns={"place": "地点", "person": "人员", "department": "部门", "school_class": "班级", "term": "学期", "pupil": "学生",
           "enrolment": "学生分班", "supplier": "供应商", "invoice": "发票", "signature": "签字", "record_link": "关联"})
