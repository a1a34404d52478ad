"""Build the program: ``python build_scripts/build.py`` gives ``dist/总务通/`` and what is handed on, for the machine this runs on.

On Windows that is a Setup.exe and a portable zip, on Linux a tar.gz and a Debian package. ``--windows`` on Linux builds the
Windows ones under Wine (`wine.py`), into ``dist/windows/``. ``--folder-only`` leaves out what is handed on.
Afterwards the program is used for its main jobs (`smoke.py`); under Wine it is installed by its Setup.exe for that.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import environment  # first: an old Python hears here what it lacks
import packages
import smoke
import wine

# Exact, like constraints.txt: the same checkout gives the same program. The last two are needed on Windows only.
TOOLS = ("pyinstaller==6.22.3", "pyinstaller-hooks-contrib==2026.9", "altgraph==0.17.5", "packaging==26.3")
WINDOWS_TOOLS = ("pefile==2024.8.26", "pywin32-ctypes==0.2.3")
SPEC = environment.ROOT / "build_scripts" / "zongwu.spec"
DIST = environment.ROOT / "dist"
HERE = ".exe" if sys.platform == "win32" else ""


def main(arguments: list[str]) -> int:
    """Build, pack and try the program; gives the exit code."""
    parser = argparse.ArgumentParser(description="做出可以交给学校的总务通。")
    parser.add_argument("--windows", action="store_true", help="在 Linux 上用 Wine 做 Windows 版")
    parser.add_argument("--folder-only", action="store_true", help="只做程序文件夹，不做安装程序和压缩包")
    wish = parser.parse_args(arguments)
    if wish.windows and sys.platform == "win32":
        parser.error("这台电脑就是 Windows，不用加 --windows。")
    python = environment.prepare(dev=False)
    pip(python)
    if wish.windows:
        wine.require_tools()
        with wine.screen():
            made = under_wine(python, wish.folder_only)
    else:
        made = on_this_system(python, wish.folder_only)
    for file in made:
        environment.say(f"做好了：{file}（{size_of(file) / 1024 / 1024:.1f} MB）")
    return 0


def pip(python: Path) -> None:
    """Install the tools of the build beside the libraries."""
    tools = [*TOOLS, *(WINDOWS_TOOLS if sys.platform == "win32" else ())]
    run([python, "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
         "-c", environment.ROOT / "constraints.txt", *tools])


def on_this_system(python: Path, folder_only: bool) -> list[Path]:
    """Build for the system this runs on, and use it as it comes out of its packages; gives what was made."""
    run([python, "-m", "PyInstaller", *words_of_pyinstaller(DIST, "here")])
    folder = DIST / "总务通"
    require_modules(python, smoke.Program(folder, HERE, smoke.here))
    pack = packages.for_windows if sys.platform == "win32" else packages.for_linux
    made = [folder, *([] if folder_only else pack(folder, DIST))]
    with tempfile.TemporaryDirectory(prefix="总务通 试用 ", ignore_cleanup_errors=True) as room:
        for package in made[1:]:
            unpacked = packages.unpack(package, Path(room) / package.suffix)
            if unpacked:
                folder = unpacked
                smoke.run(smoke.Program(unpacked, HERE, smoke.here), ["--version"])
        smoke.use(smoke.Program(folder, HERE, smoke.here), Path(room))
    return made


def under_wine(python: Path, folder_only: bool) -> list[Path]:
    """Build the Windows program on Linux, install it in Wine's Windows and use it there; gives what was made."""
    dist = DIST / "windows"
    wine.prepare([*environment.requirements(dev=False), *TOOLS, *WINDOWS_TOOLS, "colorama", "setuptools"])
    code, said, complaint = wine.run([wine.PYTHON / "python.exe", "-m", "PyInstaller", *words_of_pyinstaller(dist, "windows")])
    if code:
        raise SystemExit(f"PyInstaller 没有做成，退出码 {code}：\n{said}{complaint}")
    program = smoke.Program(dist / "总务通", ".exe", wine.run)
    wine.require_own(program.folder)
    require_modules(python, program)
    made = [program.folder, *([] if folder_only else packages.for_windows(program.folder, dist))]
    with tempfile.TemporaryDirectory(prefix="总务通 试用 ", dir=wine.drive_c()) as room:
        if folder_only:
            smoke.use(program, Path(room))
        else:
            home = wine.local_programs() / "总务通"
            shutil.rmtree(home, ignore_errors=True)
            smoke.install_and_use(program, made[1], home, wine.windows_words(home), Path(room))
    return made


def words_of_pyinstaller(dist: Path, kind: str) -> list[str | Path]:
    """Give PyInstaller's command line; ``kind`` keeps the work for two systems apart."""
    return ["--noconfirm", "--clean", "--log-level", "ERROR", "--distpath", dist, "--workpath", environment.ROOT / "build" / kind, SPEC]


def require_modules(python: Path, program: smoke.Program) -> None:
    """Refuse a program without one of our modules: a page or a verb loads only when it is first asked for."""
    missing = modules_of(environment.ROOT) - modules_in(python, program.modules)
    if missing:
        raise SystemExit(f"做好的程序里缺少：{'、'.join(sorted(missing))}")


def modules_in(python: Path, archive: Path) -> set[str]:
    """Give the dotted names of the modules that an archive holds."""
    listed = subprocess.run([python, "-m", "PyInstaller.utils.cliutils.archive_viewer", "-l", "-r", "-b", archive],
                            check=True, capture_output=True, text=True, encoding="utf-8", errors="replace",
                            env={**os.environ, "PYTHONIOENCODING": "utf-8"}).stdout
    return {line.strip() for line in listed.splitlines()}


def modules_of(root: Path) -> set[str]:
    """Give the dotted names of all our modules, but for those that the programs start with."""
    files = [file.relative_to(root).with_suffix("")
             for package in ("app", "ui") for file in (root / package).rglob("*.py")]
    return {".".join(file.parts).removesuffix(".__init__") for file in files} - {"ui.main", "app.cli.main", "app.cli.__main__"}


def size_of(path: Path) -> int:
    """Give the bytes of a file, or of all files below a folder; a link counts nothing."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


def run(command: list[str | Path]) -> None:
    """Run a command and stop the build where it fails."""
    words = [str(word) for word in command]
    environment.say(" ".join([Path(words[0]).name, *words[1:]]))
    code = subprocess.call(words, cwd=environment.ROOT)
    if code:
        raise SystemExit(f"没有做成，退出码 {code}：{' '.join(words)}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
