"""Why the system would not read or write a file, in words that say what to do; the system's own words are English."""

import errno
import re
from pathlib import Path

from app.core.errors import Refused

_REASONS = {
    errno.ENOSPC: "磁盘已满，请清理后再试",
    errno.EFBIG: "文件太大，这个磁盘的格式（FAT32）放不下超过 4 GB 的文件，请换一个磁盘",
    errno.EACCES: "没有权限，或文件正被别的程序打开，请关闭后再试",
    errno.EPERM: "没有权限，请换一个位置",
    errno.EROFS: "磁盘是只读的（写保护），请换一个",
    errno.ENOENT: "找不到文件或文件夹，请检查 U 盘是否插好",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "这是一个文件夹，不是文件",
    errno.ENAMETOOLONG: "名称太长，请缩短",
    errno.ENODEV: "找不到磁盘，请检查 U 盘是否插好",
    errno.EIO: "读写磁盘出错，请换一个磁盘再试",
}


def why(trouble: OSError) -> str:
    """Give the reason and the remedy of a file trouble, without a full stop: 磁盘已满，请清理后再试."""
    return _REASONS.get(trouble.errno or 0, f"读写文件出错（代号 {trouble.errno}），请换一个位置再试")


# Names that Windows keeps for devices, with whatever ending: writing to them writes nowhere.
_DEVICES = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])(?:\..*)?", re.IGNORECASE)


def require_file_target(path: Path) -> None:
    """Refuse a target that is no file and could become none: a device, which would be replaced, or a name kept for one."""
    if _DEVICES.fullmatch(path.name.strip()):
        raise Refused(f"“{path.name}”是系统留给设备的名称，不能作文件名。请换一个名称。")
    if path.exists() and not path.is_file() and not path.is_dir():
        raise Refused(f"“{path}”是设备或管道，不是文件，没有写入。请写一个文件名。")
