"""The store on the command line: balances, a slip of issue, figures; papers by their keys."""

import pytest

from tests.cli_fixture import texts


@pytest.fixture
def store(demo_run):
    return demo_run


def test_balance_of_now_and_of_a_past_day(store):
    now = {(row["name"], row["spec"], row["storeroom"]): row for row in store("stock", "balance", "--json").json}
    then = {(row["name"], row["spec"]): row for row in store("stock", "balance", "--day", "2025-01-02", "--json").json}
    assert len(then) == 180
    assert now["粉笔", "白色", "总保管室"]["quantity"] != then["粉笔", "白色"]["quantity"]
    assert "体育器材室" in {key[2] for key in now}
    said = store("stock", "balance", "--item", "fenbi").out
    assert "粉笔 白色" in said
    assert "共 2 种" in said
    assert "没有保管室“库房”" in store("stock", "balance", "--store", "库房").err


def test_issue_by_the_pack_and_what_is_refused(store):
    before = {row["spec"]: row["quantity"] for row in store("stock", "balance", "--item", "粉笔", "--json").json}
    done = store("stock", "issue", "粉笔 白色=1箱", "复印纸 A4 70克=2", "--to", "教务处", "--use", "期末", "--json")
    assert done.json["number"].startswith("CK-")
    assert done.json["fen"] > 0
    after = {row["spec"]: row["quantity"] for row in store("stock", "balance", "--item", "粉笔", "--json").json}
    assert before["白色"] - after["白色"] == 50
    assert "三年级1班，粉笔 彩色 1盒" in store("stock", "issue", "粉笔 彩色=1", "--to", "三年级1班").out
    assert "可能是：粉笔 白色、粉笔 彩色" in store("stock", "issue", "粉笔=1", "--to", "教务处").err
    assert "不够" in store("stock", "issue", "粉笔 白色=99999", "--to", "教务处").err
    assert "要写成 品名=数量" in store("stock", "issue", "粉笔", "--to", "教务处").err
    assert "“三盒”不是数量。请按盒填数字，例如 12，也可以写 3箱（1箱=50盒）。" in store("stock", "issue", "粉笔 白色=三盒", "--to", "教务处").err
    assert store("check").code == 0


def test_figures(store):
    facts = store("stat", "stock", "--json").json
    assert facts["items"] > 150
    assert facts["fen"] == sum(facts["by_category"].values())
    assert 1 <= len(facts["low"]) <= 20
    assert facts["unsigned"] >= 1
    assert "低于最低库存" in store("stat", "stock").out


def test_papers(store, tmp_path):
    paper = tmp_path / "a.pdf"
    assert store("print", "stock-issue", "--slip", "CK-2026-00001", "--out", paper).code == 0
    assert "一式二联" in texts(paper)[0]
    assert store("print", "stock-differences", "--count", "KP-2026-00001", "--out", paper).code == 0
    assert texts(paper)[0].count("漏登记") == 1
    assert "没有编号为" in store("print", "stock-differences", "--count", "KP-1", "--out", paper).err
    assert "没有单号为" in store("print", "stock-issue", "--slip", "CK-1", "--out", paper).err
