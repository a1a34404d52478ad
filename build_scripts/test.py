"""Check everything: ruff, mypy, then all tests with the architecture walls, off-screen.

``python3 build_scripts/test.py [pytest arguments]``. Every step runs even when an earlier one failed; the exit code
is not 0 if any did.
"""

import os
import subprocess
import sys
import time

import environment  # first: an old Python hears here what it lacks
import qt_libraries


def steps(python: str, pytest_arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Give the name and the command of each step, in order."""
    return [
        ("ruff", [python, "-m", "ruff", "check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("mypy build_scripts", [python, "-m", "mypy", "--follow-imports=silent", "build_scripts"]),
        ("pytest", [python, "-m", "pytest", *pytest_arguments]),
    ]


def main(arguments: list[str]) -> int:
    """Run all steps, sum them up, and give the exit code."""
    python = environment.prepare(dev=True)
    if not qt_libraries.ready(python, display=False):
        return 1
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    summary, failed = [], 0
    for name, command in steps(str(python), arguments):
        environment.say(f"== {name}")
        begin = time.monotonic()
        code = subprocess.call(command, cwd=environment.ROOT, env=surroundings)
        failed += code != 0
        summary.append(f"{name} {'failed' if code else 'ok'} ({time.monotonic() - begin:.1f} s)")
    environment.say("== " + " · ".join(summary))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
