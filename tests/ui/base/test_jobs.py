"""Jobs: finish, refuse, fail, cancel, one at a time; the worker's own clean-up runs in the worker."""

import threading
import time

import pytest
from PySide6.QtWidgets import QWidget

from app.core.errors import Refused
from ui.base import jobs


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def threaded(monkeypatch):
    monkeypatch.setattr(jobs, "inline", False)


def test_inline_job_is_done_at_once(parent):
    got = []
    jobs.run_job(parent, "试", lambda progress: progress(1, 1) or 7, got.append)
    assert got == [7]
    assert not jobs.running()


def test_threaded_job_ends_in_the_windows_thread(parent, qtbot, threaded, monkeypatch):
    ends, got = [], []
    monkeypatch.setattr(jobs, "on_thread_end", [lambda: ends.append(threading.current_thread().name)])
    jobs.run_job(parent, "试", lambda progress: threading.current_thread().name,
                 lambda name: got.append((name, threading.current_thread() is threading.main_thread())))
    assert jobs.running()
    with pytest.raises(Refused, match="还没有做完"):
        jobs.run_job(parent, "再试", lambda progress: None, got.append)
    qtbot.waitUntil(lambda: not jobs.running())
    assert got == [("job", True)]
    assert ends == ["job"]


def test_refusal_is_said_and_bug_goes_to_the_hook(parent, said, monkeypatch):
    def refuse(progress):
        raise Refused("磁盘满了，请腾出空间后再试。")

    jobs.run_job(parent, "试", refuse, lambda _: None)
    assert said.last == "磁盘满了，请腾出空间后再试。"
    hooked = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, trace: hooked.append(kind))
    jobs.run_job(parent, "试", lambda progress: 1 // 0, lambda _: None)
    assert hooked == [ZeroDivisionError]
    failed = []
    jobs.run_job(parent, "试", refuse, lambda _: None, failed.append)
    assert isinstance(failed[0], Refused)


def test_cancel_raises_inside_and_says_so(parent, qtbot, threaded, said, monkeypatch):
    monkeypatch.setattr(jobs, "POPUP_MS", 0)
    reached, got = [], []

    def work(progress):
        try:
            for step in range(10_000):
                progress(step, 10_000, "台账")
                time.sleep(0.002)
            reached.append("end")
        finally:
            reached.append("rolled back")

    jobs.run_job(parent, "导入台账", work, got.append)
    job = jobs._current
    qtbot.waitUntil(lambda: job.isVisible() and "/ 10,000" in job.count.text())
    job.cancel.click()
    assert job.count.text() == "正在取消…"
    qtbot.waitUntil(lambda: not jobs.running())
    assert reached == ["rolled back"]
    assert got == []
    assert said.last == "已取消“导入台账”，没有留下任何改动。"
