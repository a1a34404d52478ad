"""A wheel holds all that the program reads, and works where no checkout is: the demo school is built and a sheet printed."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import environment
import pypdf
import pytest
from wheel_hook import SHIPPED

ROOT = environment.ROOT


def run(*words, **more):
    told = subprocess.run([str(word) for word in words], text=True, encoding="utf-8", capture_output=True, check=False, **more)
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--no-index",
        "--wheel-dir", out, ROOT)
    return next(out.glob("*.whl"))


def names_of(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def shipped_files():
    for name in SHIPPED:
        path = ROOT / name
        yield from ([path] if path.is_file() else (each for each in path.rglob("*") if each.is_file()))


def test_all_that_is_shipped_and_every_module_is_in_it(wheel):
    wanted = {f"app/shipped/{path.relative_to(ROOT).as_posix()}" for path in shipped_files()}
    wanted |= {path.relative_to(ROOT).as_posix() for package in ("app", "ui") for path in (ROOT / package).rglob("*.py")}
    inside = names_of(wheel)
    assert wanted <= inside
    assert {name for name in inside if ".dist-info/" not in name} == wanted     # no tests, no caches


def test_attributions_go_along(wheel):
    inside = names_of(wheel)
    assert {name.rpartition("/licenses/")[2] for name in inside if "/licenses/" in name} == {"LICENSE", "THIRD_PARTY.md"}
    fonts = {name.rpartition("/")[2] for name in inside if name.startswith("app/shipped/resources/fonts/")}
    assert any(name.upper().startswith(("OFL", "LICENSE")) for name in fonts)
    assert "app/shipped/resources/icons/LICENSE.txt" in inside


def test_it_works_in_an_empty_environment(wheel, tmp_path):
    """Libraries are lent by the environment of the tests; of ours only the wheel is there."""
    home = tmp_path / "空 环境"
    venv.create(home, with_pip=False)
    python = environment.python_of(home)
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", wheel)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    (packages / "lent.pth").write_text(f"{sysconfig.get_path('purelib')}\n", sys.getfilesystemencoding())
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | {"PYTHONUTF8": "1"}
    there = {"cwd": tmp_path, "env": variables}
    assert Path(run(python, "-c", "import app; print(app.__file__)", **there).strip()).is_relative_to(packages)
    cli = python.with_name("zongwu-cli.exe" if os.name == "nt" else "zongwu-cli")
    sheet, data = tmp_path / "盘点表.pdf", tmp_path / "账本"
    assert "示范学校" in run(cli, "--data", data, "demo", **there)
    run(cli, "--data", data, "print", "inventory-summary", "--out", sheet, **there)
    with pypdf.PdfReader(sheet) as reader:
        assert "青禾小学" in reader.pages[0].extract_text()
    look = "from ui.base import style; from app.core.paths import shipped; assert style.RESOURCES.joinpath('style', 'app.qss').exists();" \
           "assert shipped('THIRD_PARTY.md').exists(); assert shipped('resources', 'manual', 'manual.md').exists()"
    run(python, "-c", look, **there)
