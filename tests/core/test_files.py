"""File troubles are told in Chinese, whatever the system says."""

import errno
import os

import pytest

from app.core.files import why


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.ENOENT, errno.EISDIR, errno.EXDEV, None])
def test_reason_is_chinese_and_says_what_to_do(code):
    text = why(OSError(code, os.strerror(code)) if code else OSError("odd"))
    assert "，" in text or "是" in text
    assert not any(letter.isascii() and letter.islower() for letter in text.replace("None", ""))
