"""Build the program for the machine this runs on: ``python build_scripts/build.py`` gives ``dist/总务通/``.

PyInstaller builds for its own system only, so the Windows program is built on Windows. Afterwards the built program
is tried on a fresh demo school: every module is in it, both programs start, a workbook goes out and in again, a sheet
is printed, a backup is made and restored, every tab is pictured. Any failure fails the build.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import environment  # first: an old Python hears here what it lacks

# Exact, like constraints.txt: the same checkout gives the same program. The last two are needed on Windows only.
TOOLS = ("pyinstaller==6.22.3", "pyinstaller-hooks-contrib==2026.9", "altgraph==0.17.5", "packaging==26.3",
         "pefile==2024.8.26; sys_platform == 'win32'", "pywin32-ctypes==0.2.3; sys_platform == 'win32'")
SPEC = environment.ROOT / "build_scripts" / "zongwu.spec"
DIST = environment.ROOT / "dist"
PROGRAM = DIST / "总务通"
ENDING = ".exe" if sys.platform == "win32" else ""
WINDOW, CLI = PROGRAM / f"总务通{ENDING}", PROGRAM / f"zongwu-cli{ENDING}"
LEAST_PICTURE, LEAST_SHEET = 10_000, 50_000  # bytes; an empty window or paper is smaller


def main() -> int:
    """Build and try the program; gives the exit code."""
    python = environment.prepare(dev=False)
    run([python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
         "-c", environment.ROOT / "constraints.txt", *TOOLS])
    run([python, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR", "--distpath", DIST,
         "--workpath", environment.ROOT / "build", SPEC])
    require_modules(python)
    with tempfile.TemporaryDirectory(prefix="总务通 试用 ", ignore_cleanup_errors=True) as room:
        try_out(Path(room))
    environment.say(f"做好了：{PROGRAM}（{size_of(PROGRAM) / 1024 / 1024:.0f} MB）")
    return 0


def require_modules(python: Path) -> None:
    """Refuse a window without one of its pages, which load only when first shown, and modules that neither program has."""
    window = modules_in(python, WINDOW)
    ours = modules_of(environment.ROOT)
    missing = {name for name in ours if name not in window and name.partition(".")[0] == "ui"}
    missing |= ours - window - modules_in(python, CLI)
    if missing:
        raise SystemExit(f"做好的程序里缺少：{'、'.join(sorted(missing))}")


def modules_in(python: Path, program: Path) -> set[str]:
    """Give the dotted names of the modules packed into a program."""
    listed = subprocess.run([python, "-m", "PyInstaller.utils.cliutils.archive_viewer", "-l", "-r", "-b", program],
                            check=True, capture_output=True, text=True, encoding="utf-8", errors="replace",
                            env={**os.environ, "PYTHONIOENCODING": "utf-8"}).stdout
    return {line.strip() for line in listed.splitlines()}


def modules_of(root: Path) -> set[str]:
    """Give the dotted names of all our modules, but for those that the programs start with."""
    files = [file.relative_to(root).with_suffix("")
             for package in ("app", "ui") for file in (root / package).rglob("*.py")]
    return {".".join(file.parts).removesuffix(".__init__") for file in files} - {"ui.main", "app.cli.main", "app.cli.__main__"}


def try_out(room: Path) -> None:
    """Use what was built for the main jobs, in a folder whose name has Chinese characters and spaces."""
    data, pictures = room / "账本", room / "图片"
    sheet, book, copy = room / "盘点表.pdf", room / "台账.xlsx", room / "备份.zip"
    run([CLI, "--version"])
    for words in (
        ["demo"], ["print", "inventory", "--out", sheet], ["export", "assets", book],
        ["import", "assets", book, "--duplicates", "skip", "--dry-run"], ["backup", copy], ["undo"], ["redo"],
        ["restore", copy], ["check"],
    ):
        run([CLI, "--data", data, *words])
    run([WINDOW, "--data", data, "--pictures", pictures])
    drawn = list(pictures.glob("*.png"))
    if not drawn or any(picture.stat().st_size < LEAST_PICTURE for picture in drawn):
        raise SystemExit("做好的程序没有画出每一页的图片。")
    if sheet.stat().st_size < LEAST_SHEET:
        raise SystemExit("做好的程序没有印出盘点表。")


def size_of(folder: Path) -> int:
    """Give the bytes of all files below a folder; a link counts nothing."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def run(command: list[str | Path]) -> None:
    """Run a command and stop the build where it fails."""
    words = [str(word) for word in command]
    environment.say(" ".join([Path(words[0]).name, *words[1:]]))
    code = subprocess.call(words, cwd=environment.ROOT)
    if code:
        raise SystemExit(f"没有做成，退出码 {code}：{' '.join(words)}")


if __name__ == "__main__":
    raise SystemExit(main())
