"""The command line in tests: run in this process on a data folder of the test's own, and the workbooks it is given."""

import json
from pathlib import Path

import openpyxl
import pypdf
import pytest

from app.cli import main as cli
from app.store import journal, triggers
from app.store.database import database

FILES = Path(__file__).parent / "exchange" / "files"
HEADS = ("资产编号", "资产名称", "数量", "单价", "存放地点", "保管人")
ROWS = ((None, "学生课桌", 45, 148, "教学楼 3层 304室", "王敏"), ("校-2", "讲台", 1, 680.5, "教学楼 3层 304室", "王敏"))


class Told:
    """What one run of the command line gave back."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    def __repr__(self):
        return f"{self.code}\n{self.out}\n{self.err}"


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command line on a data folder of the test's own."""
    root = tmp_path / "data"
    before = journal.worker.name

    def run(*words, data=root):
        capsys.readouterr()
        code = cli.main(["--data", str(data), *map(str, words)])
        told = Told(code, *capsys.readouterr())
        assert "Traceback" not in told.err
        return told

    run.root = root
    yield run
    database.close_everywhere()
    journal.worker.name = before


@pytest.fixture
def school_run(run, stopped_clock):
    """The same, with a school begun."""
    assert run("init", "--school", "青禾小学", "--term", "2026-2027-1").code == 0
    return run


@pytest.fixture
def demo_run(run, demo_file):
    """The same on a copy of the demo school."""
    def on_demo(*words):
        return run(*words, data=demo_file.parent)

    on_demo.root = demo_file.parent
    return on_demo


def workbook(path, rows=ROWS, heads=HEADS, title=None, before=()):
    book = openpyxl.Workbook()
    page = book.active
    page.title = title or "台账"
    for line in (*before, heads, *rows):
        page.append(line)
    book.save(path)
    return path


def texts(path):
    with pypdf.PdfReader(path) as reader:
        return [page.extract_text() for page in reader.pages]


def tables():
    return {table: database.execute_sql(f'SELECT * FROM "{table}" ORDER BY id').fetchall()
            for table in triggers.journalled_tables()}
