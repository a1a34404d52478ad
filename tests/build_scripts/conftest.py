"""The build scripts are plain programs side by side; their tests import them the way they import each other."""

import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "build_scripts"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """Point the scripts at an environment folder of this test."""
    import environment

    folder = tmp_path / ".venv"
    monkeypatch.setattr(environment, "VENV", folder)
    return folder


@pytest.fixture
def calls(monkeypatch):
    """Run nothing: note the commands and answer 0, or what ``answers`` says for a word in the command."""
    import subprocess

    class Calls(list):
        answers: dict[str, int] = {}

        def __call__(self, command, **_):
            self.append([str(word) for word in command])
            return next((code for word, code in self.answers.items() if word in " ".join(self[-1])), 0)

    noted = Calls()
    monkeypatch.setattr(subprocess, "call", noted)
    return noted
