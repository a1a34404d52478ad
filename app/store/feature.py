"""What the file itself declares: how large an attachment may be, and what people call its own tables."""

from collections.abc import Iterable
from datetime import date

from app.core.dues import Due
from app.core.settings import declared_in
from app.feature import Feature
from app.store import attachments
from app.store.folder import DataFolder
from app.store.guards import Guards


def _guards() -> Guards:
    from app.store.numbering import prefixes_differ

    return {"number_rule": (prefixes_differ,)}


def _dues(day: date, data: DataFolder) -> Iterable[Due]:
    from app.store.dues import dues

    return dues(day, data)


def _voided_sound() -> Iterable[str]:
    from app.store.voiding import voided_sound

    return voided_sound()


FEATURE = Feature(
    key="store",
    title="账本",
    settings=lambda: declared_in(attachments),
    checks=(_voided_sound,),
    guards=_guards,
    dues=_dues,
    nouns={
        "operation": "操作记录",
        "change": "改动记录",
        "counter": "编号",
        "printed": "打印存档", "printed_record": "打印存档的单据",
        "setting": "设置",
        "number_rule": "编号规则",
        "attachment": "附件",
        "snooze": "暂缓的事",
        "imported_file": "导入过的文件",
    },
)
