"""What pyproject.toml asks for is locked, licensed and said so."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
ASKED = [
    Requirement(line)
    for line in (
        *PROJECT["build-system"]["requires"],
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["dev"],
    )
]


def locked() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def test_every_requirement_is_locked_within_its_bounds():
    lock = locked()
    for asked in ASKED:
        assert asked.specifier.contains(lock[canonicalize_name(asked.name)]), asked


def test_what_the_libraries_need_is_locked_too():
    lock = locked()
    for name in lock.keys() - {"colorama"}:
        for line in importlib.metadata.requires(name) or []:
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in lock, f"{name} needs {needed}"


def test_every_locked_library_is_in_the_licence_list():
    text = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    named = {canonicalize_name(word) for word in re.findall(r"[A-Za-z0-9_-]+", text)}
    assert locked().keys() <= named


def test_python_floor_is_the_same_everywhere():
    import environment

    floor = ".".join(map(str, environment.FLOOR))
    assert PROJECT["project"]["requires-python"] == f">={floor}"
    assert PROJECT["tool"]["mypy"]["python_version"] == floor
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{floor.replace('.', '')}"
