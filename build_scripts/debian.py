"""System packages on Debian and Ubuntu: installed when root, otherwise the exact command is printed."""

import os
import shutil
import subprocess
from collections.abc import Sequence


def install(packages: Sequence[str], reason: str) -> bool:
    """Install packages with apt-get and tell whether that worked; without the right to, say what to type.

    ``reason`` is the Chinese sentence that says what is missing. On other systems only the names can be given.
    """
    print(reason, flush=True)
    names = " ".join(packages)
    if shutil.which("apt-get") is None:
        print(f"请用系统的软件管理器装上它（Debian/Ubuntu 上的包名：{names}）。", flush=True)
        return False
    if not is_root():
        print(f"请在终端运行：\n    {command(packages)}", flush=True)
        return False
    print(f"正在用 apt-get 安装 {names} ……", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # An update that fails (one dead mirror) need not stop the installation: the lists at hand may do.
    subprocess.call(["apt-get", "update", "-qq"], env=quiet)
    if subprocess.call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet,
                       stdout=subprocess.DEVNULL):
        print(f"没有装上，原因见上。也可以自己在终端运行：\n    {command(packages)}", flush=True)
        return False
    return True


def command(packages: Sequence[str]) -> str:
    """Give the line a person types to install packages."""
    return "sudo apt-get update && sudo apt-get install -y " + " ".join(packages)


def is_root() -> bool:
    """Whether this process may install system packages; never on Windows."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
