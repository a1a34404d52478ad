"""The private environment that run.py, test.py and bench.py share: ``.venv`` in the checkout, made once, kept quick.

Plain standard library. The first lines must be readable by any Python 3, so that an old one hears a clear sentence.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FLOOR = (3, 11)
if sys.version_info[:2] < FLOOR:
    sys.exit(
        "总务通需要 Python 3.11 或更新的版本，这台电脑上正在用的是 {0}.{1}。请从 python.org 安装新版后再试。\n"
        "Zongwutong needs Python 3.11 or newer; this is {0}.{1}. Please install a newer Python and try again.".format(
            *sys.version_info[:2]
        )
    )

import debian  # noqa: E402  (after the check above: its annotations need the new Python)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
DECLARED = ("pyproject.toml", "constraints.txt")
STAMP = "zongwutong.json"


def say(text: str) -> None:
    """Tell the person something at once; into a pipe or file in UTF-8, as the program itself does on every system."""
    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def python_of(venv: Path) -> Path:
    """Give the interpreter inside an environment."""
    return venv / "Scripts" / "python.exe" if os.name == "nt" else venv / "bin" / "python"


def prepare(*, dev: bool) -> Path:
    """Make or freshen the private environment where needed and give its interpreter; ``dev`` adds the test tools.

    Ends the program with a sentence where that is impossible. When nothing has changed this only hashes two files.
    """
    stamp, python = read_stamp(), python_of(VENV)
    base = interpreter_mark()
    if stamp.get("python") != base or not python.exists():
        make_venv()
        stamp = {"python": base}
        write_stamp(stamp)
    wanted = declared_mark(ROOT)
    if stamp.get("installed") != wanted or (dev and not stamp.get("dev")):
        dev = dev or bool(stamp.get("dev"))     # run.py after test.py renews the test tools too, or they would rot
        write_stamp({"python": base})           # interrupted half-way, the next start installs again
        install(python, dev=dev)
        write_stamp({"python": base, "installed": wanted, "dev": dev})
    return python


def interpreter_mark() -> str:
    """Give what tells one Python and one place of the checkout from another; an environment fits only its own."""
    return f"{sys.version} {sys.base_prefix} {VENV}"


def declared_mark(root: Path) -> str:
    """Give a hash of what the project asks to be installed."""
    digest = hashlib.sha256()
    for name in DECLARED:
        digest.update((root / name).read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamp() -> dict[str, object]:
    """Give what is known about the environment; nothing where it is absent or half made."""
    try:
        stamp = json.loads((VENV / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, object]) -> None:
    """Note what is installed, in one step, so that a broken-off write never looks finished."""
    part = VENV / (STAMP + ".part")
    part.write_text(json.dumps(stamp, indent=1), "utf-8")
    part.replace(VENV / STAMP)


def make_venv() -> None:
    """Make an empty environment, replacing one that belongs to another Python or was left half made."""
    say(f"正在建立私有环境 {VENV} ……")
    if not can_make_venv():
        # Debian and Ubuntu split this out of Python itself.
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not debian.install([package], "Python 缺少建立私有环境的部件（venv、ensurepip）。") or not can_make_venv():
            sys.exit(f"装好 {package} 之后，请再运行一次本命令。")
    if VENV.exists():
        shutil.rmtree(VENV)
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]):
        sys.exit(f"没能在 {VENV} 建立私有环境，原因见上。请检查这个文件夹能否写入、磁盘是否已满，然后再试。")


def can_make_venv() -> bool:
    """Whether this Python has the parts that make an environment (asked afresh: they may just have been installed)."""
    return subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0


def install(python: Path, *, dev: bool) -> None:
    """Install the locked libraries, then the project itself as an editable install."""
    say("正在安装所需的程序库（只有第一次，以及清单有变时才需要，约一两分钟）……")
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    libraries = requirements(dev=dev)
    if subprocess.call([*pip, "--constraint", str(ROOT / "constraints.txt"), *libraries], cwd=ROOT):
        sys.exit("程序库没有装全，原因见上。请检查网络（或 pip 的镜像设置）后再运行一次。")
    # The build backend is already there, locked like the rest: nothing unlocked is fetched behind the scenes.
    if subprocess.call([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], cwd=ROOT):
        sys.exit("程序本身没有装好，原因见上。")


def requirements(*, dev: bool) -> list[str]:
    """Give what pyproject.toml declares: the build backend, the libraries and, with ``dev``, the test tools."""
    import tomllib  # not at the top: an older Python has none, and must first hear so

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*declared["build-system"]["requires"], *declared["project"]["dependencies"]]
    if dev:
        wanted += declared["project"]["optional-dependencies"]["dev"]
    return [str(line) for line in wanted]
