"""File troubles are told in Chinese, whatever the system says."""

import errno
import os
from pathlib import Path

import pytest

from app.core.errors import Refused
from app.core.files import require_file_target, why


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EISDIR, errno.EXDEV, None])
def test_reason_is_chinese_and_says_what_to_do(code):
    text = why(OSError(code, os.strerror(code)) if code else OSError("odd"))
    assert "，" in text or "是" in text
    assert not any(letter.isascii() and letter.islower() for letter in text.replace("None", ""))


@pytest.mark.parametrize("name", ["CON.pdf", "nul", "com1.xlsx", "LPT9.pdf", "aux.txt"])
def test_names_of_devices_are_refused(tmp_path, name):
    with pytest.raises(Refused, match="留给设备"):
        require_file_target(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="devices are no files there")
def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/null"), tmp_path / "pipe"):
        with pytest.raises(Refused, match="不是文件"):
            require_file_target(path)
    require_file_target(tmp_path / "CONTENT.pdf")
    require_file_target(tmp_path / "新.pdf")
