import importlib.util
from pathlib import Path

import environment
import pytest
import qt_libraries

SCRIPTS = Path(environment.__file__).parent


def load(name):
    """Load a script under a name of its own (``test`` would be the standard library's)."""
    specification = importlib.util.spec_from_file_location(f"script_{name}", SCRIPTS / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def script(monkeypatch):
    """run.py where the environment is ready, Qt starts, and there is no display unless a test says so."""
    module = load("run")
    monkeypatch.setattr(environment, "prepare", lambda dev: Path("python"))
    monkeypatch.setattr(qt_libraries, "ready", lambda _, display: True)
    monkeypatch.setattr(qt_libraries, "has_display", lambda: False)
    return module


def words(calls):
    return [" ".join(call[2:]) for call in calls]


def test_with_a_display_the_window_opens_with_the_persons_arguments(script, calls, monkeypatch, tmp_path):
    monkeypatch.setattr(qt_libraries, "has_display", lambda: True)
    monkeypatch.chdir(tmp_path)
    calls.answers = {"ui.main": 3}
    assert script.main(["--data", "mine", "--scale", "150"]) == 3
    assert words(calls) == [f"ui.main --data {tmp_path / 'mine'} --scale 150"]


def test_without_a_display_the_main_job_is_done(script, calls, tmp_path, capsys):
    out = tmp_path / "out"
    assert script.main(["--out", str(out)]) == 0
    data = out / "demo-data"
    assert words(calls) == [
        f"app.cli --data {data} demo",
        f"app.cli --data {data} print stocktake-sheet --out {out / '盘点表（进行中的盘点）.pdf'}",
        f"app.cli --data {data} print fee-board --out {out / '教育收费公示表.pdf'}",
        f"app.cli --data {data} print fee-notice --out {out / '收费告家长书.pdf'}",
        f"app.cli --data {data} print inventory --out {out / '期末盘点表.pdf'}",
        f"app.cli --data {data} print inventory-summary --out {out / '盘点汇总表.pdf'}",
        f"ui.main --data {data} --pictures {out}",
    ]
    assert str(data) in capsys.readouterr().out


@pytest.mark.parametrize("mine", [[], ["--data", "mine"]])
def test_a_window_that_cannot_open_still_gets_the_main_job_outside_my_folder(
    script, calls, monkeypatch, tmp_path, capsys, mine
):
    monkeypatch.setattr(qt_libraries, "has_display", lambda: True)
    monkeypatch.setattr(qt_libraries, "ready", lambda _, display: not display)
    monkeypatch.chdir(tmp_path)
    assert script.main(["--out", str(tmp_path), *mine]) == 0
    assert words(calls)[0] == f"app.cli --data {tmp_path / 'demo-data'} demo"
    assert len(calls) == 7
    assert not (tmp_path / "mine").exists()
    assert "再运行一次" in capsys.readouterr().out.splitlines()[-1]


def test_a_ledger_that_is_there_is_printed_not_written_over(script, calls, tmp_path, capsys):
    data = tmp_path / "school"
    data.mkdir()
    (data / "zongwu.db").write_bytes(b"years of work")
    assert script.main(["--no-window", "--data", str(data), "--out", str(tmp_path)]) == 0
    assert not any(line.endswith("demo") for line in words(calls))
    assert (data / "zongwu.db").read_bytes() == b"years of work"
    assert "原有的，没有改动" in capsys.readouterr().out


def test_the_demo_folder_is_fresh_each_time(script, calls, tmp_path):
    script.main(["--out", str(tmp_path)])
    (tmp_path / "demo-data" / "zongwu.db").touch()
    script.main(["--out", str(tmp_path)])
    assert [file.name for file in (tmp_path / "demo-data").iterdir()] == [script.MARK]
    assert sum(line.endswith("demo") for line in words(calls)) == 2


def test_a_demo_folder_that_is_not_ours_is_left_alone(script, calls, tmp_path, capsys):
    (tmp_path / "demo-data").mkdir()
    (tmp_path / "demo-data" / "zongwu.db").write_bytes(b"mine")
    assert script.main(["--out", str(tmp_path)]) == 1
    assert calls == []
    assert (tmp_path / "demo-data" / "zongwu.db").read_bytes() == b"mine"
    assert "没有动它" in capsys.readouterr().out


def test_a_failing_step_stops_and_is_named(script, calls, tmp_path, capsys):
    calls.answers = {"print inventory ": 1}
    assert script.main(["--out", str(tmp_path)]) == 1
    assert len(calls) == 5
    assert "print inventory" in capsys.readouterr().out


def test_papers_stand_even_when_the_pictures_fail(script, calls, tmp_path, capsys):
    calls.answers = {"ui.main": 1}
    assert script.main(["--out", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "做好了" in said
    assert "各页图片没有生成" in said


def test_unknown_arguments_without_a_window_are_a_usage_error(script, calls, tmp_path):
    assert script.main(["--out", str(tmp_path), "--scale", "150"]) == 2
    assert calls == []


def test_report_names_new_papers_and_pictures_only(script, tmp_path):
    for name in ("期末盘点表.pdf", "台账.png", "old.png", "notes.txt"):
        (tmp_path / name).write_bytes(b"x" * 2048)
    import os
    os.utime(tmp_path / "old.png", (0, 0))
    lines = "\n".join(script.report(tmp_path, tmp_path, since=1000.0, kept=False))
    assert "期末盘点表.pdf（2 KB）" in lines
    assert "1 张" in lines
    assert "台账.png" in lines
    assert "old.png" not in lines
    assert "notes.txt" not in lines


def test_test_script_runs_every_step_and_sums_up(script, calls, capsys):
    check = load("test")
    calls.answers = {"ruff": 1, "pytest": 0}
    assert check.main(["-k", "money"]) == 1
    assert [call[2] for call in calls] == ["ruff", "mypy", "mypy", "pytest"]
    assert calls[-1][-2:] == ["-k", "money"]
    last = capsys.readouterr().out.splitlines()[-1]
    assert "ruff failed" in last
    assert "pytest ok" in last
    calls.answers = {}
    assert check.main([]) == 0
