"""Files that belong to a record: photos, scans, office papers. Content lies under its SHA-256, once for all records."""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.core import clock
from app.core.errors import Refused
from app.core.settings import Setting
from app.store import copying, settings
from app.store.copying import file_trouble
from app.store.database import database
from app.store.folder import DataFolder
from app.store.tables import Attachment

ALLOWED = frozenset({
    ".jpg", ".jpeg", ".png", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".heic", ".pdf", ".ofd", ".xml", ".doc", ".docx",
    ".xls", ".xlsx", ".ppt", ".pptx", ".wps", ".et", ".dps", ".txt", ".csv",
})
LIMIT = Setting(
    "attachments.limit", "单个附件大小上限（MB）", 50, group="附件", least=1, most=2_000,
    help="附件随备份一起复制，太大的文件会使备份变慢。")


@dataclass(frozen=True, slots=True)
class Stored:
    """One attachment of a record: ``name`` is the file's own name, ``size`` in bytes, ``added_on`` an ISO day."""

    id: int
    name: str
    size: int
    sha256: str
    added_on: str


def add(data: DataFolder, owner_table: str, owner_id: int, path: Path) -> Stored:
    """Attach a file to a record inside the open operation; the content is copied into the data folder.

    Refused in a sentence: no such file, a type that is not a picture, PDF or office paper, empty or too large, and
    content that this record already has; where that was lost from the data folder it is mended by it instead. Where
    the operation is rolled back the copy stays, unused.
    """
    if not database.in_transaction():
        raise RuntimeError("attachments are added inside an operation only")
    name, size = _require_fit(path)
    with file_trouble(f"不能添加“{name}”"):
        sha256 = copying.sha256_of(path)
        goal = data.root / _place(sha256, name)
        same = Attachment.get_or_none(
            (Attachment.owner_table == owner_table) & (Attachment.owner_id == owner_id) & (Attachment.sha256 == sha256))
        if same is not None:
            if not (data.root / _place(sha256, same.name)).exists():
                copying.place(
                    path, data.root / _place(sha256, same.name)
                )  # deleted by hand: this is the way to mend it
                return Stored(same.id, same.name, same.size, sha256, str(same.added_on))
            raise Refused(f"“{name}”已经添加过了（名为“{same.name}”），内容完全相同。")
        if not goal.exists() or goal.stat().st_size != size:
            copying.place(path, goal)
        if copying.sha256_of(goal) != sha256:
            goal.unlink(missing_ok=True)
            raise Refused(f"不能添加“{name}”：复制时文件发生了变化。请等它保存完毕后再试。")
    today = clock.today()
    identity = Attachment.insert(owner_table=owner_table, owner_id=owner_id, sha256=sha256, name=name, size=size,
                                 added_on=today).execute()
    return Stored(int(identity), name, size, sha256, today.isoformat())


def _require_fit(path: Path) -> tuple[str, int]:
    name = path.name
    if not path.is_file():
        raise Refused(f"找不到文件“{path}”。请检查它是否已被移动或删除。")
    if path.suffix.lower() not in ALLOWED:
        raise Refused(f"“{name}”不是图片、PDF 或办公文档，不能作为附件。")
    size = path.stat().st_size
    most = settings.value(LIMIT)
    if size == 0:
        raise Refused(f"“{name}”是空文件，没有添加。")
    if size > most * 1024 * 1024:
        raise Refused(f"“{name}”有 {size / 1024 / 1024:.1f} MB，超过上限 {most} MB。请压缩后再添加，或在设置里调高上限。")
    return name, size


def of(owner_table: str, owner_id: int) -> list[Stored]:
    """Give the attachments of a record in the order they were added."""
    rows = database.execute_sql(
        "SELECT id, name, size, sha256, added_on FROM attachment WHERE owner_table = ? AND owner_id = ? ORDER BY id",
        (owner_table, owner_id)).fetchall()
    return [Stored(*row) for row in rows]


def path_of(data: DataFolder, stored: Stored) -> Path:
    """Give where an attachment's content lies; refuses one whose content is gone."""
    path = data.root / _place(stored.sha256, stored.name)
    if not path.is_file():
        raise Refused(f"附件“{stored.name}”的内容不在数据文件夹里了。请从备份中恢复。")
    return path


def remove(identity: int) -> None:
    """Take an attachment off its record inside the open operation; its content stays, so that undo brings it back."""
    if not Attachment.delete().where(Attachment.id == identity).execute():
        raise Refused("这个附件已经不在了。")


def named_like(names: Collection[str]) -> list[Stored]:
    """Give the attachments whose own file name bears one of some names."""
    rows = database.execute_sql("SELECT id, name, size, sha256, added_on FROM attachment ORDER BY id").fetchall()
    return [Stored(*row) for row in rows if any(name in row[1] for name in names)]


def destroy(data: DataFolder, stored: Stored) -> None:
    """Remove the content of an attachment that was taken off its record, here and beside the backups, for good.

    Content that another record still has stays.
    """
    if not Attachment.select().where(Attachment.sha256 == stored.sha256).exists():
        with file_trouble(f"没有删掉附件“{stored.name}”"):
            for root in (data.root, data.backups):
                (root / _place(stored.sha256, stored.name)).unlink(missing_ok=True)


def move(owner_table: str, owners: Sequence[int], owner_id: int) -> None:
    """Hang the attachments of some records on another inside the open operation; content it has already comes once."""
    moved = (Attachment.owner_table == owner_table) & Attachment.owner_id.in_(list(owners))
    held = {stored.sha256 for stored in of(owner_table, owner_id)}
    for attached in Attachment.select().where(moved).order_by(Attachment.id):
        if attached.sha256 in held:
            Attachment.delete().where(Attachment.id == attached.id).execute()
        else:
            Attachment.update(owner_id=owner_id).where(Attachment.id == attached.id).execute()
        held.add(attached.sha256)


def misplaced(data: DataFolder, attached: tuple[str, str, int]) -> str:
    """Give what is wrong with the content of an attachment (SHA-256, name, size): 不见了, 内容已改变, or nothing."""
    sha256, name, size = attached
    path = data.root / _place(sha256, name)
    if not path.is_file():
        return "不见了"
    return "" if path.stat().st_size == size and copying.sha256_of(path) == sha256 else "内容已改变"


def _place(sha256: str, name: str) -> str:
    """Give the path below the data folder; the file's ending is kept so that other programs open it."""
    ending = os.path.splitext(name)[1].lower()
    return f"attachments/{sha256[:2]}/{sha256}{ending}"
