"""Start 总务通 from a checkout: make the private environment where needed, then open the window.

``python3 build_scripts/run.py [--data DIR]``. Without a display (or with ``--no-window``) the main job is done all the
same: the demo school is built, its term-end inventory book, the stocktake under way, the fee board and the notices to all families
are printed, and every tab pictured, into ``out/``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import environment  # first: an old Python hears here what it lacks
import qt_libraries

LEDGER = "zongwu.db"
MARK = "demo-school.txt"     # lies in the demo folder; a folder without it is never cleared


def main(arguments: list[str]) -> int:
    """Prepare, then open the window or do the job without one; gives the exit code."""
    wish, rest = read_arguments(arguments)
    python = environment.prepare(dev=False)
    window = qt_libraries.has_display() and not wish.no_window
    if not window and not wish.no_window:
        environment.say("这台电脑没有显示器。")
    if window and not qt_libraries.ready(python, display=True):
        environment.say("窗口现在打不开（原因见上），改为不开窗口完成主要工作。")
        # The person wanted to work in this folder, not to find a demo school in it next time.
        ledger = wish.data if wish.data and (wish.data / LEDGER).exists() else None
        code = without_window(python, ledger, wish.out)
        environment.say("要打开窗口，请先照最上面的提示去做，然后再运行一次。")
        return code
    if window:
        data = ["--data", str(wish.data)] if wish.data else []
        return subprocess.call([str(python), "-m", "ui.main", *data, *rest], cwd=environment.ROOT)
    if rest:
        environment.say(f"不开窗口时用不上这些参数：{' '.join(rest)}")
        return 2
    return without_window(python, wish.data, wish.out)


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Read our own arguments; what remains is the program's. Folders become absolute: the program starts elsewhere."""
    parser = argparse.ArgumentParser(description="启动总务通。其余参数交给程序本身。")
    parser.add_argument("--data", type=folder, metavar="DIR", help="数据文件夹（不写则用默认的）")
    parser.add_argument("--no-window", action="store_true",
                        help="不开窗口：建示范学校，打印期末盘点表、收费公示表、告家长书，给每一页留一张图")
    parser.add_argument("--out", type=folder, metavar="DIR", default=environment.ROOT / "out",
                        help="不开窗口时，成品放在哪里（默认 out/）")
    return parser.parse_known_args(arguments)


def folder(text: str) -> Path:
    """Read a folder's name as typed, relative to where the person stands."""
    return Path(text).expanduser().absolute()


def without_window(python: Path, data: Path | None, out: Path) -> int:
    """Do the main job without a window and say in words what was made and where; gives the exit code."""
    begin = time.time()
    out.mkdir(parents=True, exist_ok=True)
    environment.say("不开窗口，完成主要工作：示范学校、期末盘点表、收费公示表、告家长书、各页图片。")
    if data is None:
        data = out / "demo-data"
        if not clear_demo(data):
            environment.say(f"{data} 里有不是演示用的文件，没有动它。请移走它，或用 --data 另指一个文件夹。")
            return 1
    kept = (data / LEDGER).exists()
    for arguments in jobs(data, out, kept=kept):
        code = run(python, arguments)
        if code:
            environment.say(f"没有做完：{' '.join(arguments)} 这一步出错（见上）。")
            return code
    pictured = qt_libraries.ready(python, display=False) and not run(
        python, ["-m", "ui.main", "--data", str(data), "--pictures", str(out)]
    )
    for line in report(data, out, since=begin, kept=kept):
        environment.say(line)
    if not pictured:
        environment.say("各页图片没有生成（原因见上）；上面列出的都已做好。")
    return 0 if pictured else 1


def clear_demo(data: Path) -> bool:
    """Leave an empty folder marked as the demo's own; refuses (gives ``False``) a folder with anything else in it."""
    if data.exists():
        if any(data.iterdir()) and not (data / MARK).exists():
            return False
        shutil.rmtree(data)
    data.mkdir(parents=True)
    (data / MARK).write_text("示范学校的数据，每次重新生成，不要在里面记账。\n", "utf-8")
    return True


def jobs(data: Path, out: Path, *, kept: bool) -> list[list[str]]:
    """Give the program's commands in order; a ledger that is already there is printed, never written over."""
    cli = ["-m", "app.cli", "--data", str(data)]
    # A ledger of one's own may have no stocktake and no fees; the demo school has both.
    build = [] if kept else [
        [*cli, "demo"], [*cli, "print", "stocktake-sheet", "--out", str(out / "盘点表（进行中的盘点）.pdf")],
        [*cli, "print", "fee-board", "--out", str(out / "教育收费公示表.pdf")],
        [*cli, "print", "fee-notice", "--out", str(out / "收费告家长书.pdf")]]
    return [
        *build,
        [*cli, "print", "inventory", "--out", str(out / "期末盘点表.pdf")],
        [*cli, "print", "inventory-summary", "--out", str(out / "盘点汇总表.pdf")],
    ]


def run(python: Path, arguments: list[str]) -> int:
    """Run one command of the program off-screen and give its exit code."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.call([str(python), *arguments], cwd=environment.ROOT, env=surroundings)


def report(data: Path, out: Path, *, since: float, kept: bool) -> list[str]:
    """Give the lines that say what was made and where: papers with their size, pictures with their count."""
    # A file system may keep times to two seconds only.
    fresh = sorted(file for file in out.iterdir() if file.is_file() and file.stat().st_mtime >= since - 2)
    lines = ["", "做好了：", f"  账本（{'原有的，没有改动' if kept else '示范学校'}）  {data}"]
    papers = [file for file in fresh if file.suffix == ".pdf"]
    lines += [f"  {file.stem}  {file}（{file.stat().st_size / 1024:,.0f} KB）" for file in papers]
    pictures = [file for file in fresh if file.suffix == ".png"]
    if pictures:
        lines.append(f"  各页图片 {len(pictures)} 张  {out}")
        lines += [f"    {file.name}" for file in pictures]
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
