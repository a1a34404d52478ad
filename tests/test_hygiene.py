"""Whatever a test may leave behind is found: each sort is planted in a test of its own, which then fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import hygiene

ROOT = Path(__file__).parent.parent

PLANTED = '''
import os, subprocess, sys, tempfile, threading, time
import pytest
from PySide6.QtWidgets import QDialog
from ui.base import notify

pytest_plugins = ["tests.ui.conftest"]
kept = []

def test_clean(tmp_path):
    with tempfile.TemporaryFile(dir=tmp_path) as file:
        file.write(b"1")
    tempfile.TemporaryDirectory().cleanup()

def test_thread():
    ended = threading.Event()
    threading.Thread(target=lambda: time.sleep(30), name="job", daemon=True).start()

def test_temporary():
    os.close(tempfile.mkstemp()[0])

def test_temporary_of_a_child():
    subprocess.run([sys.executable, "-c", "import tempfile; tempfile.mkdtemp()"], check=True)

def test_half_written(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "unfinished-7.part").write_bytes(b"")

@pytest.mark.leaves("unfinished-*")
def test_clean_since_it_says_so(tmp_path):
    (tmp_path / "unfinished-7.part").write_bytes(b"")

def test_open_file(tmp_path):
    kept.append(open(tmp_path / "a.txt", "w"))

def test_file_that_was_never_closed(tmp_path):
    open(tmp_path / "b.txt", "w")

def test_dialog(qapp):
    kept.append(QDialog())
    kept[-1].show()

def test_answer(said):
    said.answers.append(True)

def test_file(said):
    said.files.append(None)

def test_crash_box(said):
    notify.crashed("ValueError: 坏了", "details")

def test_clean_crash_box(said):
    notify.crashed("ValueError: 坏了", "details")
    assert said.crashes.pop() == "ValueError: 坏了"
'''
FAULTS = {
    "thread": "thread job", "temporary": "temporary tmp", "temporary_of_a_child": "temporary tmp",
    "half_written": "half written unfinished-7.part", "open_file": "open file a.txt",
    "file_that_was_never_closed": "unclosed file", "dialog": "QDialog", "answer": "answer True",
    "file": "file None", "crash_box": "crash box: ValueError: 坏了",
}


@pytest.mark.leaves("unfinished-*")
@pytest.mark.skipif(not hygiene.HANDLES.exists(), reason="only Linux tells which files are open")
def test_each_sort_of_leaving_is_caught(tmp_path):
    """A test of each sort runs with the project's own plugins; those that leave nothing pass."""
    planted = tmp_path / "test_planted.py"
    planted.write_text(PLANTED, "utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, "-p", "tests.hygiene", "-p", "no:cacheprovider",
         "-rEfp", "--basetemp", tmp_path / "inner", planted], cwd=ROOT, text=True, encoding="utf-8", capture_output=True, check=False,
        env=os.environ | {"PYTHONUTF8": "1", "QT_QPA_PLATFORM": "offscreen"})
    said = [line for line in told.stdout.splitlines() if line.startswith(("ERROR ", "FAILED "))]
    assert {line.split("::test_")[1].split(" - ")[0] for line in said} == set(FAULTS), told.stdout
    for test, words in FAULTS.items():
        assert words in told.stdout, (test, told.stdout)


def test_what_is_left_is_cleared_for_the_next_test(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.txt").write_bytes(b"")
    assert hygiene.temporary_left(tmp_path) == ["temporary a"]
    assert hygiene.temporary_left(tmp_path) == []
