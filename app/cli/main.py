"""The same verbs without a window: ``zongwu-cli --data DIR VERB …``.

Messages are Chinese sentences, ``--json`` gives machines the same facts. Exit status: 0 done, 1 refused, 2 usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app import __version__, features
from app.cli import assets, fees, ledger, printing, roster, stocktake
from app.cli.words import DONE, REFUSED, Parser, Verb, add_verbs
from app.core.errors import Invalid, Refused
from app.store.database import trouble_of

VERBS: tuple[Verb, ...] = (
    *ledger.VERBS, *printing.verbs(stocktake.ORDER_WORDS), *assets.VERBS, *roster.VERBS, *stocktake.VERBS, *fees.VERBS)
"""All verbs, in the order in which help lists them; a feature's own stand in its module here."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give the exit status; known trouble is one sentence on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    features.join()
    try:
        words, unknown = parser().parse_known_args(arguments)
        if unknown:
            words.parser.error(f"unrecognized arguments: {' '.join(unknown)}")  # so that the verb's own help is named
        return words.run(words) or DONE
    except SystemExit as leaving:
        return int(leaving.code or 0)
    except KeyboardInterrupt:
        return _refuse("中断了，做到一半的这一步没有保存。")
    except BrokenPipeError:     # whoever read our words has heard enough: … | head -1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        known = _sentence(error)
        if not known:
            raise
        return _refuse(known)


def _sentence(error: Exception) -> str:
    """Give what is said of an error, "" for a bug."""
    if isinstance(error, Invalid):
        return "\n".join(problem.text for problem in error.problems)
    known = error if isinstance(error, Refused) else trouble_of(error)
    return known.text if known else ""


def _refuse(text: str) -> int:
    sys.stderr.write(f"没有完成：{text}\n")
    return REFUSED


def parser() -> argparse.ArgumentParser:
    """Give what reads the command line."""
    made = Parser(prog="zongwu-cli", description="总务通命令行")
    made.add_argument("--data", type=Path, metavar="DIR", help="数据文件夹（不写时用本机默认位置）")
    made.add_argument("--version", action="version", version=f"总务通 {__version__}", help="显示版本后退出")
    add_verbs(made, VERBS)
    return made


if __name__ == "__main__":
    raise SystemExit(main())
