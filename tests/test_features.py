"""What features declare is complete and there at the first look: nothing waits for a tab to be opened first.

What a fresh process says is compared with what the sources hold, found by walking every module of ``app``.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

import app
from app import features
from app.core.numbering import Rule
from app.core.progress import silent
from app.core.settings import Setting, by_group
from app.school import personal, uses
from app.store import check, nouns
from app.store.database import database

ROOT = Path(__file__).resolve().parent.parent
WINDOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
application = QApplication([])
from app.store.opening import open_store
from ui.main import Office
office = Office(open_store(Path(sys.argv[1])))
office.window.appear()
loaded = sorted(sys.modules)
page = office.window.show_page("settings")
for key in page.specs:
    page.show_section(key)
QApplication.processEvents()
print(json.dumps({
    "loaded": loaded,
    "sections": [spec.title for spec in page.specs.values()],
    "settings": [key for section in page.built.values() for key in getattr(section, "editors", ())],
    "series": [row[1] for row in page.built["numbers"].listed],
}))
"""
# What takes long to load, or belongs to a page that is not in front, has no business before the window stands.
NOT_BEFORE_THE_WINDOW = (
    "app.cli", "app.demo", "app.exchange", "app.paper", "openpyxl", "reportlab", "hypothesis", "pytest", "unittest",
    "PySide6.QtPdf", "PySide6.QtPdfWidgets", "PySide6.QtPrintSupport", "ui.paper", "ui.assets", "ui.stocktake", "ui.fees",
    "ui.settings", "app.fees.board", "app.fees.letters", "app.fees.money", "app.fees.plan",
)
_HEAVY_FILES = ("checks", "demo", "importing", "papers", "sheets")    # of a feature's folder, as the last word


def modules() -> list[ModuleType]:
    """Give every module below ``app``, loaded."""
    names = [found.name for found in pkgutil.walk_packages(app.__path__, "app.") if not found.name.endswith("__main__")]
    return [importlib.import_module(name) for name in names]


def declared(kind: type) -> list[object]:
    """Give every value of a kind that stands in a module of ``app``, alone or in a table or a row, each once."""
    found = {}
    for module in modules():
        for value in vars(module).values():
            inside = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
            found.update({id(each): each for each in inside if isinstance(each, kind)})
    return list(found.values())


def functions(ending: str) -> list[tuple[ModuleType, str]]:
    """Give the public functions of ``app`` whose name ends so, each with the module that it is written in."""
    return [(module, name) for module in modules() for name, value in vars(module).items()
            if name.endswith(ending) and not name.startswith("_") and getattr(value, "__module__", "") == module.__name__]


# --- each once ---------------------------------------------------------------------------------------------------


def test_every_setting_is_declared_once():
    keys = [setting.key for setting in features.settings()]
    assert len(set(keys)) == len(keys)
    assert set(features.settings()) == set(declared(Setting))
    assert all(setting.group for setting in features.settings()), "设置 shows settings by group"


def test_a_group_of_settings_stands_together():
    """设置 shows a group once: two features with groups of one name would be mixed without anybody having meant it."""
    owners = [(group, feature.key) for feature in features.FEATURES for group in by_group(feature.settings())]
    assert len({group for group, _ in owners}) == len(owners)


def test_every_number_series_is_declared_once():
    rules = features.series()
    assert len({rule.series for rule in rules}) == len({rule.prefix for rule in rules}) == len(rules)
    assert all(rule.title for rule in rules)
    assert {id(rule) for rule in rules} == {id(rule) for rule in declared(Rule)}


def test_every_form_is_declared_once():
    from app.paper.forms import Form

    forms = features.forms()
    assert len({form.key for form in forms}) == len(forms)
    assert {id(form) for form in forms} == {id(form) for form in declared(Form)}


def test_every_check_is_asked(monkeypatch):
    written = functions("_sound")
    assert len(written) >= 5
    for module, name in written:
        monkeypatch.setattr(module, name, lambda name=name: [name])
    assert sorted(text for _, sound in check.checks() for text in sound()) == sorted(name for _, name in written)


def test_what_a_person_keeps_is_asked(monkeypatch):
    written = functions("held_by")
    for module, name in written:
        monkeypatch.setattr(module, name, lambda person, module=module: [f"{module.__name__} {person}"])
    assert sorted(text for known in uses.holdings() for text in known(7)) == sorted(f"{module.__name__} 7" for module, _ in written)


def test_every_table_has_one_noun(ledger):
    tables = {name for (name,) in database.execute_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall()}
    tables -= check.UNCOUNTED
    said = [table for feature in features.FEATURES for table in feature.nouns]
    assert sorted(said) == sorted(tables)
    assert nouns.nouns == {table: word for feature in features.FEATURES for table, word in feature.nouns.items()}
    assert len(set(nouns.nouns.values())) == len(tables), "two tables with one name could not be told apart"


def test_whoever_knows_of_pupils_gives_it_out_and_erases_it(ledger):
    """A feature with tables that refer to pupils says what it keeps about one; the school's own is in the export anyway."""
    knowing = {feature.key for feature in features.FEATURES for table in feature.nouns
               if any(key[2] == "pupil" for key in database.execute_sql(f'PRAGMA foreign_key_list("{table}")').fetchall())}
    assert knowing - {"school"} == {feature.key for feature in features.FEATURES if feature.about_person}
    assert personal.about() == tuple(feature.about_person for feature in features.FEATURES if feature.about_person)


def test_every_part_of_the_demo_school_is_built(demo_ledger, monkeypatch):
    written = [(module, name) for module in modules() for name in vars(module) if module.__name__.endswith(".demo")
               and name.startswith("build_") and vars(module)[name].__module__ == module.__name__ != "app.demo"]
    for number, (module, name) in enumerate(written):
        monkeypatch.setattr(module, name, lambda *_, number=number: 1000 + number)
    said = [words for feature in features.FEATURES if feature.demo for words in feature.demo(silent)]
    keys = {feature.key for feature in features.FEATURES if feature.demo}
    assert keys == {module.__name__.split(".")[1] for module, _ in written}
    assert len([words for words in said if words.startswith("1")]) >= len(written) - 1      # the school counts its own


def test_what_is_asked_by_name_leads_to_what_is_meant(demo_ledger):
    """The functions that load their module when asked really ask it: nothing is left out, nothing is asked of another."""
    from app.fees import personal as fees
    from app.school import roster

    pupil = roster.pupils_in(None, date(2026, 11, 21))[0].id
    (about,) = personal.about()
    assert about.kept(pupil) == fees.about_pupil(pupil)
    assert about.words() == fees.WORDS
    assert all(list(sound()) == [] for _, sound in check.checks())


# --- at the first look -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def first_look(tmp_path_factory):
    """What a fresh process with a real window says: what was loaded before it showed, and what 设置 shows at first."""
    from app.school.commands import start_school
    from app.school.rules import SchoolDraft
    from app.store import journal
    from app.store.opening import open_store

    root, worker = tmp_path_factory.mktemp("first look") / "data", journal.worker.name
    store = open_store(root)
    start_school(SchoolDraft("青禾小学", term="2026-2027-1"))
    store.close()
    journal.worker.name = worker
    return json.loads(fresh(WINDOW, str(root)))


def fresh(source: str, *arguments: str) -> str:
    """Give what a new process of Python writes that runs a source; it sees nothing that other tests loaded."""
    done = subprocess.run([sys.executable, "-c", source, *arguments], capture_output=True, text=True, encoding="utf-8", cwd=ROOT,
                          env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_settings_page_shows_every_setting_and_series_at_once(first_look):
    assert sorted(first_look["settings"]) == sorted(setting.key for setting in declared(Setting))
    assert sorted(first_look["series"]) == sorted(rule.title for rule in declared(Rule))
    assert {"收费公示", "收费检查", "收费结算", "告家长书", "资产台账", "盘点"} <= set(first_look["sections"])


def test_nothing_heavy_is_loaded_before_the_window_shows(first_look):
    early = [name for name in first_look["loaded"] if any(
        name == heavy or name.startswith(f"{heavy}.") for heavy in NOT_BEFORE_THE_WINDOW)]
    early += [name for name in first_look["loaded"] if name.startswith("app.") and name.rpartition(".")[2] in _HEAVY_FILES]
    assert early == []


def test_lower_rooms_that_ask_before_the_features_are_joined_fail_loudly():
    """A pupil's data erased, or a ledger found sound, without the features being asked would be silently wrong."""
    told = fresh("""
from app.school import personal, uses
from app.store import check, numbering
for ask in (personal.about, uses.holdings, check.checks, numbering.all_series):
    try:
        ask()
    except RuntimeError as wrong:
        print(wrong)
""")
    assert told.splitlines() == ["app.features.join was not called: what the features say is not known"] * 4


def test_a_fresh_process_knows_all_declarations():
    told = json.loads(fresh("""
import json
from app import features
from app.school import personal, uses
from app.store import check, nouns, numbering
features.join()
print(json.dumps({
    "settings": [each.key for each in features.settings()], "series": [each.series for each in features.series()],
    "joined": [each.series for each in numbering.all_series()], "checks": len(check.checks()), "holdings": len(uses.holdings()),
    "about": len(personal.about()), "nouns": nouns.nouns, "forms": [each.key for each in features.forms()],
}))
"""))
    assert told["settings"] == [each.key for each in features.settings()]
    assert told["series"] == told["joined"] == [each.series for each in features.series()]
    assert told["forms"] == [each.key for each in features.forms()]
    assert told["nouns"] == nouns.nouns
    assert (told["checks"], told["holdings"], told["about"]) == (len(check.checks()), len(uses.holdings()), len(personal.about()))
