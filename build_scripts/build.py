"""Build the program for the machine this runs on: ``python build_scripts/build.py`` gives ``dist/zongwu/``.

PyInstaller builds for its own system only, so the Windows program is built on Windows. Afterwards the built program
is started on a fresh demo school and must print a sheet and picture every tab; any failure fails the build.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment  # first: an old Python hears here what it lacks

PYINSTALLER = "pyinstaller>=6.22,<6.23"
SPEC = environment.ROOT / "build_scripts" / "zongwu.spec"
DIST = environment.ROOT / "dist"


def main() -> int:
    """Build and try the program; gives the exit code."""
    python = environment.prepare(dev=False)
    run([str(python), "-m", "pip", "install", "--quiet", "-c", str(environment.ROOT / "constraints.txt"), PYINSTALLER])
    run([str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", "--distpath", str(DIST),
         "--workpath", str(environment.ROOT / "build"), str(SPEC)])
    smoke()
    environment.say(f"做好了：{DIST / 'zongwu'}")
    return 0


def smoke() -> None:
    """Start what was built: demo school, one paper, every tab as a picture."""
    ending = ".exe" if sys.platform == "win32" else ""
    window, cli = (DIST / "zongwu" / f"{name}{ending}" for name in ("zongwu", "zongwu-cli"))
    with tempfile.TemporaryDirectory() as room:
        data, sheet, pictures = Path(room) / "data", Path(room) / "inventory.pdf", Path(room) / "pictures"
        run([str(cli), "--data", str(data), "demo"])
        run([str(cli), "--data", str(data), "print", "inventory", "--out", str(sheet)])
        run([str(window), "--data", str(data), "--pictures", str(pictures)], {"QT_QPA_PLATFORM": "offscreen"})
        if sheet.stat().st_size < 10_000 or not list(pictures.glob("*.png")):
            raise SystemExit("做好的程序没有印出盘点表或没有留下图片。")


def run(command: list[str], more: dict[str, str] | None = None) -> None:
    """Run a command and stop the build where it fails."""
    environment.say(" ".join(command[:4]))
    code = subprocess.call(command, cwd=environment.ROOT, env={**os.environ, **(more or {})})
    if code:
        raise SystemExit(f"没有做成：{' '.join(command[:4])}（退出码 {code}）")


if __name__ == "__main__":
    raise SystemExit(main())
