"""The data folder: where it lies, what is refused, and that one process works in it."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.core.errors import Refused
from app.store import folder


@pytest.mark.parametrize("path", ["\\\\server\\share\\账本", "//server/share/账本"])
def test_network_paths_are_refused(path):
    with pytest.raises(Refused, match="网络位置"):
        folder.prepare(Path(path))


@pytest.mark.parametrize("name", ["OneDrive", "坚果云", "My Dropbox"])
def test_synced_folders_are_refused(tmp_path, name):
    with pytest.raises(Refused, match="网盘同步文件夹"):
        folder.prepare(tmp_path / name / "账本")
    assert list(tmp_path.iterdir()) == []


def test_folder_that_cannot_be_written_is_refused(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")
    monkeypatch.setattr(folder.tempfile, "TemporaryFile", refuse)
    with pytest.raises(Refused, match="没有写入权限"):
        folder.prepare(tmp_path / "data")


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(Refused, match="不是文件夹"):
        folder.prepare(tmp_path / "file")
    with pytest.raises(Refused, match="有一段是文件"):
        folder.prepare(tmp_path / "file" / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "backups").write_text("x")
    with pytest.raises(Refused, match="backups"):
        folder.prepare(tmp_path / "data")


def test_portable_mark_keeps_the_data_beside_the_program(tmp_path):
    assert folder.default_root(tmp_path) != tmp_path / folder.PORTABLE_FOLDER
    (tmp_path / folder.PORTABLE_MARK).touch()
    assert folder.default_root(tmp_path) == tmp_path / folder.PORTABLE_FOLDER


HOLD = """
import sys, pathlib
from app.store import folder
lock = folder.take(folder.prepare(pathlib.Path(sys.argv[1])))
print("taken", flush=True)
sys.stdin.read()
"""


def test_second_process_is_told_that_the_folder_is_taken(tmp_path):
    data = folder.prepare(tmp_path / "data")
    first = subprocess.Popen([sys.executable, "-c", HOLD, str(data.root)], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True, cwd=Path(folder.__file__).parents[2])
    try:
        assert first.stdout.readline() == "taken\n"
        with pytest.raises(folder.Taken, match="正开着这个账本"):
            folder.take(data)
    finally:
        first.communicate("")
    lock = folder.take(data)
    with pytest.raises(folder.Taken):
        folder.take(data)  # not even the same process twice
    lock.release()
    lock.release()
    folder.take(data).release()


FULL_DISK = """
import resource, sys
from pathlib import Path
from app.store import folder
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
folder.take(folder.DataFolder(Path(sys.argv[1]))).release()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_a_folder_on_a_full_disk_is_taken_and_is_not_said_to_be_in_use(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_where_nothing_can_be_written_is_not_said_to_be_in_use(tmp_path):
    (tmp_path / "zongwu.lock").mkdir()
    with pytest.raises(Refused, match="不能在.*里写文件") as refusal:
        folder.take(folder.DataFolder(tmp_path))
    assert not isinstance(refusal.value, folder.Taken)
