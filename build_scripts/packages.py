"""Make what is handed on of a built program: Setup.exe and a portable zip for Windows, .deb and tar.gz for Linux.

Everything goes into ``dist/``, named with the version. None of it holds or touches a ledger.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import environment

sys.path.insert(0, str(environment.ROOT))
from app import __version__  # noqa: E402

SETUP_SCRIPT = environment.ROOT / "build_scripts" / "setup.nsi"
ICON = environment.ROOT / "resources" / "icons" / "zongwu.png"
PUBLISHER = "Zongwutong"
PORTABLE = "有这个文件时，账本放在程序旁边的“账本数据”文件夹里，可以装在 U 盘上带走。不要删除。\r\n"
# What Qt and the program load from a Debian or Ubuntu system.
DEPENDS = ("libegl1, libgl1, libfontconfig1, libdbus-1-3, libxkbcommon0, libxkbcommon-x11-0, libxcb-cursor0, libxcb-icccm4, "
           "libxcb-image0, libxcb-keysyms1, libxcb-randr0, libxcb-render-util0, libxcb-shape0, libxcb-xkb1")
COMMANDS = {"zongwu": "总务通", "zongwu-cli": "zongwu-cli"}
DESKTOP = """[Desktop Entry]
Type=Application
Name=Zongwutong
Name[zh_CN]=总务通
Comment=The ledger and paper desk of a school's general affairs office
Comment[zh_CN]=学校总务处的资产台账、盘点和收费公示
Exec=zongwu
Icon=zongwutong
Categories=Office;
"""


def for_windows(program: Path, dist: Path) -> list[Path]:
    """Make Setup.exe and the portable zip of a program built for Windows; needs ``makensis`` (NSIS 3)."""
    return [setup(program, dist / f"总务通-{__version__}-Setup.exe"), portable(program, dist / f"总务通-{__version__}-便携版.zip")]


def for_linux(program: Path, dist: Path) -> list[Path]:
    """Make tar.gz and, where ``dpkg-deb`` is there, the Debian package of a program built for Linux."""
    made = [tar(program, dist / f"zongwutong-{__version__}-linux-x86_64.tar.gz")]
    if shutil.which("dpkg-deb"):
        made.append(deb(program, dist / f"zongwutong_{__version__}_amd64.deb"))
    return made


def setup(program: Path, target: Path) -> Path:
    """Pack the installer: for one user, no administrator; a new version goes in the place of the old one."""
    makensis = shutil.which("makensis") or shutil.which(r"C:\Program Files (x86)\NSIS\makensis.exe")
    if makensis is None:
        sys.exit("缺少 NSIS 3（makensis），没有做安装程序。请从 nsis.sourceforge.io 安装后再运行一次；程序文件夹已经做好。")
    with tempfile.TemporaryDirectory() as room:
        icon = Path(room) / "zongwu.ico"
        make_icon(icon)
        kilobytes = sum(file.stat().st_size for file in program.rglob("*") if file.is_file()) // 1024
        words = {"VERSION": __version__, "SOURCE": program, "TARGET": target, "ICON": icon, "PUBLISHER": PUBLISHER, "SIZE": kilobytes}
        sign = "/" if os.name == "nt" else "-"
        command = [makensis, f"{sign}V2", f"{sign}INPUTCHARSET", "UTF8",
                   *(f"{sign}D{name}={value}" for name, value in words.items()), str(SETUP_SCRIPT)]
        if subprocess.call(command):
            sys.exit("安装程序没有做成，原因见上。")
    return target


def make_icon(target: Path) -> None:
    """Write the program's icon in the sizes that Windows shows."""
    subprocess.run([str(environment.python_of(environment.VENV)), "-c",
                    "import sys; from PIL import Image; Image.open(sys.argv[1]).save(sys.argv[2], sizes=[(n, n) for n in "
                    "(16, 24, 32, 48, 64, 128, 256)])", str(ICON), str(target)], check=True)


def portable(program: Path, target: Path) -> Path:
    """Zip the program with ``portable.txt``: unpacked anywhere it keeps its ledger beside itself."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for file in sorted(program.rglob("*")):
            if file.is_file():
                zipped.write(file, f"总务通/{file.relative_to(program).as_posix()}")
        zipped.writestr("总务通/portable.txt", "\ufeff" + PORTABLE)
    return target


def tar(program: Path, target: Path) -> Path:
    """Pack the program for Linux as it is, owned by root."""
    with tarfile.open(target, "w:gz", compresslevel=9) as packed:
        packed.add(program, "zongwutong", filter=_of_root)
    return target


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


def deb(program: Path, target: Path) -> Path:
    """Make the Debian package: the program in /opt, two commands, an entry in the menu."""
    with tempfile.TemporaryDirectory() as room:
        root = Path(room) / "root"
        home = root / "opt" / "zongwutong"
        shutil.copytree(program, home, symlinks=True)
        for command, name in COMMANDS.items():
            link = root / "usr" / "bin" / command
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(f"/opt/zongwutong/{name}")
        write(root / "usr/share/applications/zongwutong.desktop", DESKTOP)
        picture = root / "usr/share/pixmaps/zongwutong.png"
        picture.parent.mkdir(parents=True)
        shutil.copyfile(ICON, picture)
        licence = root / "usr/share/doc/zongwutong/copyright"
        write(licence, (environment.ROOT / "LICENSE").read_text("utf-8") + "\n"
              + (environment.ROOT / "THIRD_PARTY.md").read_text("utf-8"))
        kilobytes = sum(file.stat().st_size for file in home.rglob("*") if file.is_file() and not file.is_symlink()) // 1024
        write(root / "DEBIAN/control", f"Package: zongwutong\nVersion: {__version__}\nArchitecture: amd64\n"
              f"Maintainer: {PUBLISHER} <nobody@localhost>\nInstalled-Size: {kilobytes}\nDepends: {DEPENDS}\nSection: misc\n"
              "Priority: optional\nDescription: 总务通, the offline desk of a school's general affairs office\n")
        if subprocess.call(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(target)], stdout=subprocess.DEVNULL):
            sys.exit("Debian 包没有做成，原因见上。")
    return target


def unpack(package: Path, room: Path) -> Path | None:
    """Take a package apart into a folder and give that of the program; None for a Setup, which only its own system can run."""
    if package.suffix == ".exe":
        return None
    if package.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(package), str(room)], check=True)
        return room / "opt" / "zongwutong"
    shutil.unpack_archive(package, room)
    return next(room.iterdir())


def write(file: Path, text: str) -> None:
    """Write a text file with the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
