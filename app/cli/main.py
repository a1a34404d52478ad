"""The same verbs without a window: ``zongwu-cli --data DIR VERB …``.

Messages are Chinese sentences, ``--json`` gives machines the same facts. Exit status: 0 done, 1 refused, 2 usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__, features
from app.cli import assets, fees, ledger, printing, purchasing, repairs, roster, stock, stocktake
from app.cli.opening import told
from app.cli.words import DONE, REFUSED, Parser, SayAction, Unheard, Verb, add_verbs, heard
from app.core.errors import Invalid, Refused
from app.core.files import why
from app.store.database import trouble_of

VERBS: tuple[Verb, ...] = (
    *ledger.VERBS, *printing.verbs((*stocktake.ORDER_WORDS, *fees.ORDER_WORDS, *stock.ORDER_WORDS, *purchasing.ORDER_WORDS)),
    *assets.VERBS, *roster.VERBS, *stocktake.VERBS, *fees.VERBS, *stock.VERBS, *purchasing.VERBS, *repairs.VERBS)
"""All verbs, in the order in which help lists them; a feature's own stand in its module here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give the exit status; known trouble is one sentence on stderr, never a traceback."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding=_encoding(stream.isatty(), given), errors="replace")
    features.join()
    if any("\ud800" <= letter <= "\udfff" for word in given for letter in str(word)):
        return _refuse("命令行里有认不出的字（编码不对）。请用 UTF-8 的终端，或把名称重新输入一遍。")
    try:
        status = _done(arguments)
        with heard():
            sys.stdout.flush()  # what was said may wait in memory still, and be written to nowhere when the program ends
        return status
    except KeyboardInterrupt:
        return _refuse("中断了，做到一半的这一步没有保存。")
    except Unheard as trouble:
        _say_no_more()
        return _refuse(trouble.text) if trouble.text else DONE
    except Exception as error:
        known = _sentence(error)
        if not known:
            raise
        return _refuse(known)


def _done(arguments: Sequence[str] | None) -> int:
    """Run the verb and give its status; help, version and words that are not understood end sooner."""
    try:
        words, unknown = parser().parse_known_args(arguments)
        if unknown:
            words.parser.error(f"unrecognized arguments: {' '.join(unknown)}")  # so that the verb's own help is named
        return words.run(words) or DONE
    except SystemExit as leaving:
        return int(leaving.code or 0)


def _say_no_more() -> None:
    """Let what is still to be said go nowhere: the place for it is closed or full."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _encoding(screen: bool, words: Sequence[str]) -> str:
    """Give the encoding of what is said: UTF-8, but what Windows pipes on to another program is in its own code page."""
    if sys.platform != "win32" or screen or sys.flags.utf8_mode or "--json" in words:
        return "utf-8"
    import ctypes

    return f"cp{ctypes.windll.kernel32.GetConsoleOutputCP() or ctypes.windll.kernel32.GetOEMCP()}"


def _sentence(error: Exception) -> str:
    """Give what is said of an error, "" for a bug."""
    if isinstance(error, Invalid):
        return "\n".join(problem.text for problem in error.problems)
    known = error if isinstance(error, Refused) else trouble_of(error)
    if known is None and isinstance(error, OSError) and error.filename:  # a name that was typed, and the system will not have
        return f"“{Path(str(error.filename)).name[:60]}”读写不了：{why(error)}。"
    return told(known) if known else ""


def _refuse(text: str) -> int:
    sys.stderr.write(f"没有完成：{text}\n")
    return REFUSED


def parser() -> argparse.ArgumentParser:
    """Give what reads the command line."""
    made = Parser(prog="zongwu-cli", description="总务通命令行")
    made.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹（不写时用本机默认位置）")
    made.add_argument("--version", action=SayAction, nargs=0, const=f"总务通 {__version__}", help="显示版本后退出")
    add_verbs(made, VERBS)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
