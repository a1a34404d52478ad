"""Papers on the command line: ``papers`` lists them, ``print`` writes one as PDF; each form says which options it takes."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from app import features
from app.cli import naming
from app.cli.opening import opened, progress
from app.cli.words import Verb, day, emit, month_code, say, term_code
from app.core.errors import Refused
from app.paper.book import WORD
from app.paper.forms import LAYOUTS, PAPERS, Form, Option, Order
from app.school import queries as school
from app.store import archive


@dataclass(frozen=True)
class OrderWord:
    """An option of ``print``: what is typed, the option of an order that it gives, and how it is read.

    ``read`` gets what was typed after it and all the words. ``about`` is for the word that names the one record a paper
    is made for: the table of that record, in the place of an option. ``only`` are the keys of the forms that it is for, where an
    option means something else in others.
    """

    flag: str
    option: Option | None
    help: str
    read: Callable[[Any, argparse.Namespace], Any] = field(default=lambda typed, words: typed)
    typed: Mapping[str, Any] = field(default_factory=dict)     # how argparse takes it
    about: str = ""
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Where argparse puts what was typed."""
        return self.flag.removeprefix("--").replace("-", "_")

    def fits(self, form: Form) -> bool:
        """Whether a form takes it."""
        if self.only and form.key not in self.only:
            return False
        return form.about == self.about if self.about else self.option in form.takes


def _many(read: Callable[[str, argparse.Namespace], Any]) -> Callable[[Any, argparse.Namespace], Any]:
    return lambda typed, words: tuple(read(text, words) for text in typed)


def _places(typed: Sequence[str], _: argparse.Namespace) -> tuple[int, ...]:
    return tuple(each for text in typed for each in school.places_below(naming.place(text)))


WORDS: tuple[OrderWord, ...] = (
    OrderWord("--term", "term", "哪个学期（不写时是当前学期）", typed={"type": term_code, "metavar": "2026-2027-1"}),
    OrderWord("--day", "day", "单据的基准日（不写时是今天）", typed={"type": day, "metavar": "2026-11-20"}),
    OrderWord("--month", "month", "月报是哪个月的（不写时是本月）", typed={"type": month_code, "metavar": "2026-10"}),
    OrderWord("--place", "places", "只印这些地点（可写多次）", _places, {"action": "append", "metavar": "地点"}),
    OrderWord(
        "--class",
        "classes",
        "只印这些班，例如 三年级2班（可写多次）",
        _many(lambda text, words: naming.class_of(text, words.term or "")),
        {"action": "append", "metavar": "班级"},
    ),
    OrderWord(
        "--grade",
        "grades",
        "只印这些年级，例如 3（可写多次）",
        _many(lambda text, words: naming.grade(text)),
        {"action": "append", "metavar": "年级"},
    ),
    OrderWord("--orientation", "orientation", "纵向或横向", typed={"choices": ("portrait", "landscape")}),
    OrderWord(
        "--run-on",
        "own_pages",
        "各室、各班连续排印，不另起页",
        lambda typed, words: False,
        {"action": "store_true", "default": None},
    ),
    OrderWord("--layout", "layout", "告家长书每页一份或两份", typed={"choices": LAYOUTS}),
    OrderWord(
        "--paper",
        "paper",
        f"纸张：{'；'.join(f'{key} {words}' for key, words in PAPERS.items())}",
        typed={"choices": tuple(PAPERS)},
    ),
)


def verbs(more: Sequence[OrderWord]) -> tuple[Verb, ...]:
    """Give the verbs; ``more`` are the options of ``print`` that features declare beside those that all papers share."""
    words = (*WORDS, *more)
    return (Verb("papers", "列出可打印的单据和各自可用的选项", partial(_papers, words), json=True),
            Verb("print", "打印单据为 PDF", partial(_print, words), partial(_add_words, words)))


def _add_words(order_words: Sequence[OrderWord], parser: argparse.ArgumentParser) -> None:
    parser.add_argument("key", type=_form_key, metavar="单据", help="哪一种，用 papers 列出；每种只用得上一部分选项")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="信和通知也可以写成 FILE.docx，用 Word 接着改")
    for word in order_words:
        parser.add_argument(word.flag, dest=word.name, help=word.help, **word.typed)


def _form_key(text: str) -> str:
    """Give the key of a form as typed; the forms load with the first question, not with every verb."""
    keys = [form.key for form in features.forms()]
    if text not in keys:
        raise argparse.ArgumentTypeError(f"不能是 '{text}'，只能是 {'、'.join(keys)}")
    return text


def _papers(order_words: Sequence[OrderWord], words: argparse.Namespace) -> None:
    facts = [_form_facts(form, [word.flag for word in order_words if word.fits(form)]) for form in features.forms()]
    if words.json:
        emit(facts)
    for each in [] if words.json else facts:
        say(f"{each['key']:<24}{each['name']}　{' '.join(each['options'])}")


def _form_facts(form: Form, flags: list[str]) -> dict[str, Any]:
    sizes = {"papers": form.papers} if form.papers else {}
    return {"key": form.key, "name": form.name, "takes": sorted(form.takes), "options": flags, **sizes}


def _print(order_words: Sequence[OrderWord], words: argparse.Namespace) -> None:
    form = features.form(words.key)
    typed = _typed(form, order_words, words)
    store = opened(words)
    order = Order(**{word.option or "about": word.read(getattr(words, word.name), words) for word in typed})
    printed = form.write(order, words.out, progress)
    if words.out.suffix.lower() == WORD:    # what the office goes on writing is no paper yet
        say(f"已把{form.name}存为 Word：{words.out}")
        return
    archive.keep(store.folder, words.out, form.key, form.name, form.scope(order), printed.pages, form.stands_for(order))
    form.noted(order)
    for warning in printed.warnings:
        say(f"提醒：{warning}")
    say(f"已打印{form.name}，共 {printed.pages} 页：{words.out}")


def _typed(form: Form, order_words: Sequence[OrderWord], words: argparse.Namespace) -> list[OrderWord]:
    """Give the options that were typed; one that the form does not take is ``Refused``."""
    typed = [word for word in order_words if getattr(words, word.name) not in (None, "")]
    beyond = [word.flag for word in typed if not word.fits(form)]
    if beyond:
        fitting = "、".join(word.flag for word in order_words if word.fits(form))
        raise Refused(f"{form.name}用不上 {'、'.join(beyond)}。" + (f"可用的有：{fitting}。" if fitting else "这种单据没有可选的。"))
    return typed
