"""The demo's three terms of fees, and what the command line does with them."""

from app.fees import rules
from app.fees.board import checking
from app.fees.board import commands as publicity
from app.fees.board import queries as board_queries
from app.fees.money import queries as money_queries
from app.fees.money.facts import Facts
from app.fees.plan import queries
from app.store import check, journal
from tests.cli_fixture import texts


def test_one_is_closed_one_collected_one_drawn_up(demo_ledger):
    draft, now, closed = queries.plans()
    assert (draft.state, now.state, closed.state) == (rules.DRAFT, rules.COLLECTING, rules.CLOSED)
    assert [each.rule for each in checking.findings(draft.id, "post") if each.level == "error"] == [
        "above_standard", "above_standard", "no_basis"]
    assert checking.findings(now.id, "print") == []
    assert [row.state for row in board_queries.publications(now.id)] == [board_queries.HANGING, board_queries.REPLACED]
    assert publicity.changes(board_queries.hanging(now.id).id)
    assert board_queries.hanging(closed.id, board_queries.ABOUT_SETTLEMENT) is not None


def test_its_money_balances(demo_ledger):
    closed, now = queries.plans()[2], queries.plans()[1]
    facts = Facts(closed.id)
    assert money_queries.problems(facts) == []
    assert len(money_queries.open_balances(facts)) > 0
    whys = {charge.why for charge in money_queries.charges(now.id)}
    assert {"减免", "自愿不参加", "未答复"} <= whys
    assert any("转" in why for why in whys)
    assert check.run(demo_ledger.folder).problems == []


def test_it_is_one_step(demo_ledger):
    assert journal.undo() == "建立示范采购"       # what was built on the fees goes first
    assert journal.undo().startswith("建立示范仓库")
    assert journal.undo() == "建立示范收费 3 个学期"
    assert queries.plans() == []


# --- the command line --------------------------------------------------------------------------------------------


def test_fees_check_tells_the_rules_and_their_sources(demo_run):
    told = demo_run("fees", "check", "--term", "2026-2027-2", "--json")
    assert (told.code, told.json["ok"], told.json["state"]) == (1, False, "拟定")
    assert {"above_standard", "no_basis"} <= {each["rule"] for each in told.json["findings"]}
    assert all(each["source"] for each in told.json["findings"])
    assert demo_run("fees", "check").code == 0
    assert "合计" in demo_run("fees", "check").out


def test_fees_plan_copies_a_term_that_has_none(demo_run):
    told = demo_run("fees", "plan", "--copy-from", "2025-2026-2", "--term", "2025-2026-1", "--json")
    assert (told.code, told.json["differences"], told.json["items"]) == (0, [], 7)
    again = demo_run("fees", "plan", "--copy-from", "2025-2026-2", "--term", "2025-2026-1")
    assert again.code == 1
    assert "已经有收费项目" in again.err
    assert demo_run("fees", "plan", "--copy-from", "x").code == 2


def test_fees_settle_may_be_tried_first(demo_run):
    told = demo_run("fees", "settle", "--preview", "--json")
    assert (told.code, told.json["written"], told.json["state"]) == (0, False, "收费中")
    assert demo_run("fees", "settle", "--json").json["state"] == "已结算"


def test_a_form_takes_only_its_own_options(demo_run, tmp_path):
    out = tmp_path / "a.pdf"
    told = demo_run("print", "fee-board", "--out", out, "--paper", "poster")
    assert told.code == 0
    assert "教育收费公示表" in "".join(texts(out))
    for words, said in ((("fee-board", "--class", "三年级2班"), "用不上 --class"), (("inventory", "--paper", "a3"), "用不上 --paper"),
                        (("fee-board", "--layout", "two"), "用不上 --layout"), (("fee-refund-list", "--class", "九年级9班"), "没有找到班级"),
                        (("fee-refund-list", "--grade", "全校"), "不是年级"), (("fee-board", "--term", "2026-2027-2"), "还不能公示"),
                        (("fee-board", "--term", "2023-2024-1"), "还没有收费项目")):
        told = demo_run("print", words[0], "--out", out, *words[1:])
        assert told.code == 1
        assert said in told.err
    assert demo_run("print", "fee-refund-list", "--term", "2025-2026-2", "--class", "三（2）班", "--out", out).code == 0


def test_papers_say_what_each_form_takes(demo_run):
    forms = {each["key"]: each for each in demo_run("papers", "--json").json}
    assert forms["fee-board"]["papers"] == ["a3", "a4", "poster", "tiles"]
    assert {"fee-board", "fee-change-notice", "fee-settlement-board", "fee-notice", "fee-settlement-letter", "fee-refund-list",
            "fee-statement", "fee-monthly"} <= forms.keys()
    assert set(forms["fee-notice"]["takes"]) >= {"classes", "grades", "layout"}
