"""Use a built program for its main jobs, as a user's PC has it; any failure and any stray word fails.

A fresh folder is begun, the demo school built, its workbook taken out and into the fresh ledger, the two main papers and the
sheet of a stocktake printed, a backup made and restored, a step undone and redone, every tab pictured, the window left.
"""

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import environment

LEAST_PICTURE, LEAST_EMPTY, LEAST_SHEET = 10_000, 4_000, 50_000  # bytes; a window with nothing in it or an empty paper is smaller
PAPERS = {"期末盘点表": "inventory", "盘点表": "stocktake-sheet", "告家长书": "fee-notice"}
Start = Callable[[Sequence[str | Path]], tuple[int, str, str]]  # command → exit code, what it put out, what it complained of


@dataclass(frozen=True)
class Program:
    """A built program: its folder, the ending of its files, and how it is started here."""

    folder: Path
    ending: str
    start: Start

    @property
    def window(self) -> Path:
        """The window."""
        return self.folder / f"总务通{self.ending}"

    @property
    def cli(self) -> Path:
        """The command line."""
        return self.folder / f"zongwu-cli{self.ending}"

    @property
    def modules(self) -> Path:
        """The archive of Python modules that both read (shared_modules.py)."""
        return self.folder / "_internal" / "modules.pyz"


def here(words: Sequence[str | Path]) -> tuple[int, str, str]:
    """Start a program of this system."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, encoding="utf-8", errors="replace",
                          check=False, cwd=environment.ROOT)
    return done.returncode, done.stdout, done.stderr


def use(program: Program, room: Path) -> None:
    """Do all the jobs in a folder of which the name has Chinese characters and spaces; stops at the first failure."""
    fresh, data, pictures = room / "新 账本", room / "示范 账本", room / "图片"
    book, copy = room / "台账.xlsx", room / "备份.zip"
    papers = {room / f"{title}.pdf": form for title, form in PAPERS.items()}
    run(program, ["--version"])
    begun: list[list[str | Path]] = [["init", "--school", "试用小学"], ["import", "assets", book, "--again"], ["check"],
                                     ["print", "inventory", "--out", room / "新账本的盘点表.pdf"]]
    for words in jobs(papers, book, copy):
        run(program, ["--data", data, *words])
    for words in begun:
        run(program, ["--data", fresh, *words])
    for folder in (fresh, data):
        run(program, ["--data", folder, "--pictures", pictures / folder.name], program.window)
        drawn = list((pictures / folder.name).glob("*.png"))
        least = LEAST_PICTURE if folder == data else LEAST_EMPTY
        if not drawn or any(picture.stat().st_size < least for picture in drawn):
            raise SystemExit("做好的程序没有画出每一页的图片。")
        written = (folder / "zongwu.log").read_text("utf-8") if (folder / "zongwu.log").exists() else ""
        if written.strip():
            raise SystemExit(f"做好的程序在记录里写了：{written[-800:]}")
    for paper in (*papers, room / "新账本的盘点表.pdf"):
        if not paper.exists() or paper.stat().st_size < LEAST_SHEET:
            raise SystemExit(f"做好的程序没有印出{paper.stem}。")


def jobs(papers: Mapping[Path, str], book: Path, copy: Path) -> list[list[str | Path]]:
    """Give the commands that the demo school is used by, in order."""
    prints: list[list[str | Path]] = [["print", form, "--out", paper] for paper, form in papers.items()]
    return [["demo"], *prints, ["export", "assets", book], ["undo"], ["redo"], ["backup", copy], ["restore", copy], ["check"]]


def run(program: Program, words: Sequence[str | Path], file: Path | None = None) -> str:
    """Run one command, give what it put out; stops where it fails or complains."""
    command = [file or program.cli, *words]
    environment.say(" ".join([command[0].name if isinstance(command[0], Path) else "", *map(str, words)]))
    code, said, complaint = program.start(command)
    if code or complaint.strip() or (file and said.strip()):
        raise SystemExit(f"没有做成，退出码 {code}：{' '.join(map(str, words))}\n{said[-800:]}{complaint[-1500:]}")
    return said


def install_and_use(program: Program, setup: Path, home: Path, named: str, room: Path) -> None:
    """Run Setup.exe silently, use what it installed, install again over it, uninstall; what others put there stays.

    ``home`` is the folder where the program is expected, ``named`` the same as Windows calls it.
    """
    begin(program, setup, "/S")
    use(Program(home, program.ending, program.start), room)
    ledger, stray = home / "账本数据" / "zongwu.db", home / "_internal" / "old.txt"
    ledger.parent.mkdir()
    ledger.write_bytes(b"ledger")
    stray.write_bytes(b"of the old version")
    begin(program, setup, "/S")
    if stray.exists() or ledger.read_bytes() != b"ledger":
        raise SystemExit("升级没有删去旧版的文件，或者动了账本。")
    begin(program, home / "卸载总务通.exe", "/S", f"_?={named}")     # _?=: it does the work itself and is waited for
    if ledger.read_bytes() != b"ledger":
        raise SystemExit("卸载动了账本。")
    left = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    if left not in (["账本数据/zongwu.db"], ["卸载总务通.exe", "账本数据/zongwu.db"]):
        raise SystemExit(f"卸载以后还留着：{'、'.join(left)}")
    environment.say("安装、升级、卸载都试过了，账本没有动。")


def begin(program: Program, file: Path, *words: str) -> None:
    """Start a program that says nothing, like an installer, and stop where it fails."""
    environment.say(" ".join([file.name, *words]))
    code, said, complaint = program.start([file, *words])
    if code:
        raise SystemExit(f"没有做成，退出码 {code}：{file.name}\n{said}{complaint}")
