"""公示 in the tab: posting is blocked until checks pass, days are counted, versions replace each other, boards are printed."""

from datetime import date, timedelta

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app import features
from app.core.progress import silent
from app.fees import rules
from app.fees.board import commands as publicity
from app.fees.board import queries as board_queries
from app.fees.board import settings as words
from app.fees.board.commands import PostDraft
from app.fees.item_fields import ItemDraft
from app.fees.money import settlement
from app.fees.plan import commands, queries, sheets
from app.fees.plan.rules import PlanDraft
from app.school import queries as school
from app.store import archive
from app.store import settings as stored
from tests.fee_verbs import write_prices
from ui.fees.board import posting
from ui.fees.board.printing import BoardPapers
from ui.fees.page import FeesPage
from ui.fees.plan.workbooks import TakeDialog
from ui.paper import preview

TODAY = date(2026, 11, 21)


@pytest.fixture
def page(qtbot, started_ledger, settings, show_active, changes):
    """The tab with a term's fees drawn up: one item of 300 in every grade, without a basis; collecting begins on December 1st."""
    stored.change({words.BUREAU_PHONE: "0700-6210500", words.SCHOOL_PHONE: "0700-6210018"})
    item = commands.add_item(ItemDraft("作业本费", voluntary=False, scope="全体学生", refund_rule="据实结算",
                                       waiver_policy="低保免收", waived="低保")).made[0]
    plan = commands.start_plan(school.current_term().id).made[0]
    made = FeesPage(changes, settings, started_ledger.folder)
    made.row = commands.add_plan_items(plan, [item]).made[0]
    write_prices(plan, {(made.row, grade): 300_00 for grade in range(1, 7)})
    commands.edit_plan(plan, PlanDraft(collect_from=date(2026, 12, 1)))
    qtbot.addWidget(made)
    made.resize(1338, 690)
    show_active(made)
    made.list = made.show_key("publicity")
    return made


@pytest.fixture
def mended(page):
    """The same with a basis."""
    commands.write_cells(page.plan.id, {page.row: {"basis": "发改价〔2022〕31号"}})
    return page


@pytest.fixture
def posted(mended):
    """Posted ten days ago."""
    mended.id = publicity.post(mended.plan.id, PostDraft(TODAY - timedelta(10), place="校门口公示栏", posted_by="王敏")).made[0]
    mended.list.choose(mended.id)
    return mended


def shown(page):
    """Give the versions listed: version, state, days."""
    return [(row[2], row[3], row[6]) for row in page.list.fetch(page.list.wish(), 99, 0)]


def offered(page):
    return [key for key in ("post", "replace", "collect", "settlement") if page.list.actions_by_key[key].isVisible()]


def test_what_would_be_posted_is_seen_before(page, clipped):
    assert shown(page) == [("下一版", "拟定", "")]
    assert offered(page) == ["post"]
    page.list._show_row()
    QApplication.processEvents()
    assert page.list.picture.document.pageCount() >= 1
    assert "还没有张贴" in page.list.detail.name.text()
    assert not page.list.actions_by_key["photo"].isEnabled()
    assert clipped(page) == []


def test_posting_waits_until_checks_pass_and_says_what_is_wrong(page, monkeypatch):
    seen = []

    def look(dialog):
        dialog.show()
        seen.append(dialog)
        assert not dialog.save()        # Ctrl+Enter does nothing either
        dialog.go_mend.click()
        return 0

    monkeypatch.setattr(posting.PostDialog, "exec", look)
    page.list.actions_by_key["post"].trigger()
    dialog = seen[0]
    assert not dialog.save_button.isEnabled()
    assert "没有收费依据" in dialog.trouble.text()
    assert "计价格〔2002〕792号" in dialog.trouble.text()
    assert board_queries.publications(page.plan.id) == []
    assert page.front() is page.page_of("plan")     # 去改: the findings under the matrix
    assert page.front().grid_page.findings.isVisible()


def test_posting_asks_for_what_every_board_says_and_goes_on_to_the_letters(mended, monkeypatch, said, type_words):
    stored.change({words.BUREAU_PHONE: "", words.SCHOOL_PHONE: ""})
    commands.edit_plan(mended.plan.id, PlanDraft())
    seen, gone = [], []

    def fill_in(dialog):
        dialog.show()
        seen.append(dialog)
        assert dialog.focusWidget() is dialog.editors["school_phone"]
        dialog.set_value("posted_on", TODAY - timedelta(2))
        dialog.changed.emit("posted_on")
        assert dialog.value("collect_from") == TODAY + timedelta(5)      # what was proposed moves along
        dialog.go_on.click()
        assert board_queries.publications(mended.plan.id) == []       # the telephones are missing
        dialog.set_value("school_phone", "0700-1")
        dialog.set_value("bureau_phone", "0700-2")
        dialog.go_on.click()
        return dialog.result()

    monkeypatch.setattr(posting.PostDialog, "exec", fill_in)
    monkeypatch.setattr(type(mended), "go", lambda _self, way: gone.append(way))
    mended.list.go.disconnect()
    mended.list.go.connect(gone.append)
    mended.list.actions_by_key["post"].trigger()
    assert [row.version for row in board_queries.publications(mended.plan.id)] == [1]
    assert gone == ["letters:notice"]
    assert queries.plan(mended.plan.id).collect_until == TODAY + timedelta(14)


def test_posting_too_late_for_the_day_of_collecting_is_blocked(mended, qtbot):
    page = mended
    commands.edit_plan(page.plan.id, PlanDraft(collect_from=date(2026, 11, 25)))
    dialog = posting.PostDialog(page, page.data_folder, page.plan.id, board_queries.ABOUT_FEES)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.save_button.isEnabled()
    dialog.editors["posted_on"].setText("2026-11-17")
    dialog.editors["posted_on"].edited.emit()
    assert dialog.save_button.isEnabled()
    assert not dialog.panel.isVisible()
    dialog.dirty = False


def test_a_posting_is_noted_with_its_photos(mended, fill, said, tmp_path, monkeypatch):
    page = mended
    photo = tmp_path / "公示栏.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0xffffff)
    assert image.save(str(photo))
    before = posting.PostDialog._add

    def add(dialog):
        before(dialog)
        dialog.choose_photos()

    monkeypatch.setattr(posting.PostDialog, "_add", add)
    said.files = [[photo]]
    fill.answers = [{"posted_by": "王敏", "place": "校门口公示栏"}]
    page.list.actions_by_key["post"].trigger()
    assert fill.cut == []
    made = board_queries.hanging(page.plan.id)
    assert (made.version, made.posted_on, made.posted_by) == (1, TODAY, "王敏")
    assert [each.name for each in publicity.photos_of(made.id)] == ["公示栏.png"]
    assert said.last == "已登记收费公示 第1版：2026年11月21日张贴在校门口公示栏。2026年11月28日起可以收费。"
    assert page.head.chip.text() == "公示中"
    assert "还有 7 天满期" in page.head.words.whole
    assert shown(page) == [("第 1 版", "公示中", "0 天")]
    assert page.list.chosen().row.id == made.id
    page.list._show_row()
    assert page.list.files.count() == 1
    publicity.remove_photo(publicity.photos_of(made.id)[0].id)
    assert publicity.photos_of(made.id) == []
    page.list._take_photos([photo])
    assert said.last == "已存入 1 张照片。"


def test_days_are_counted_and_collecting_begins(posted, said, refusal):
    page = posted
    page.list._show_row()
    assert page.list.detail.under.text() == "2026年11月11日起，已公示 10 天，满 7 天，可以收费。"
    assert offered(page) == ["replace", "collect"]
    assert "还没有到" in refusal(page.list.actions_by_key["collect"].trigger)       # December 1st was posted
    commands.edit_plan(page.plan.id, PlanDraft(collect_from=date(2026, 11, 19)))
    assert "收费时间由“2026年12月1日”变更为“2026年11月19日”" in refusal(page.list.actions_by_key["collect"].trigger)   # families read another
    publicity.post(page.plan.id, PostDraft(TODAY, place="校门口", reason="提前收费"))
    page.list.actions_by_key["collect"].trigger()
    assert page.plan.state == rules.COLLECTING
    assert offered(page) == ["replace"]
    said.actions["撤销"]()
    assert page.plan.state == rules.POSTED


def test_days_that_are_not_over_are_refused_even_without_a_date(mended, refusal):
    page = mended
    publicity.post(page.plan.id, PostDraft(TODAY - timedelta(2), place="校门口"))
    commands.edit_plan(page.plan.id, PlanDraft())
    assert "公示还没有满期，2026年11月26日起才能收费" in refusal(page.list.actions_by_key["collect"].trigger)


def test_a_change_after_posting_asks_for_a_new_version(posted, fill, said):
    page = posted
    page.show_key("plan").grid_page.write({page.row: {"grade1": 290_00}}, [])
    QApplication.processEvents()
    assert "发布新版本" in said.last
    assert "公示以后方案改了 1 处" in page.head.words.whole
    fill.answers = [{"reason": ""}, {"reason": "一年级减少一本作业本"}]
    said.actions["去换新版"]()
    assert "请写明变更原因" in fill.words["reason"]
    assert "一年级标准由“300.00”降低为“290.00”" in fill.form.what.text()
    page.list.actions_by_key["replace"].trigger()
    assert shown(page) == [("第 2 版", "公示中", "0 天"), ("第 1 版", "已替换", "10 天")]
    page.list._show_row()
    assert "连同前几版共 10 天" in page.list.detail.under.text()
    assert page.list.detail.tabs.tabText(2) == "变更 1"
    assert page.list.changes_words.text().startswith("原因：一年级减少一本作业本")
    said.actions["撤销"]()
    assert shown(page)[1:] == [("第 1 版", "公示中", "10 天")]


def test_a_version_is_taken_down_and_stays_on_file(posted, fill, said):
    page = posted
    fill.answers = [{"until_on": None, "reason": "标准有误"}, {"until_on": TODAY, "reason": "标准有误"}]
    page.list.actions_by_key["down"].trigger()
    assert fill.words == {"until_on": "请填撤下的日期。"}
    page.list.actions_by_key["down"].trigger()
    assert shown(page) == [("下一版", "拟定", ""), ("第 1 版", "已撤下", "10 天")]
    assert page.plan.state == rules.DRAFT
    assert offered(page) == ["post"]
    said.actions["撤销"]()
    assert page.plan.state == rules.POSTED


def test_the_record_of_a_posting_is_corrected(posted, fill):
    page = posted
    fill.answers = [{"place": "校门口公示栏、食堂门口", "posted_by": "李建国", "until_on": None}]
    page.list.actions_by_key["edit"].trigger()
    assert board_queries.publication(page.id).posted_by == "李建国"


def test_the_settlement_is_posted_too(posted, fill, said):
    page = posted
    commands.edit_plan(page.plan.id, PlanDraft(collect_from=date(2026, 11, 19)))
    publicity.post(page.plan.id, PostDraft(TODAY, place="校门口", reason="提前收费"))
    publicity.begin_collecting(page.plan.id)
    settlement.settle(page.plan.id)
    assert shown(page) == [("下一版", "拟定", ""), ("第 2 版", "公示中", "0 天"), ("第 1 版", "已替换", "10 天")]
    assert offered(page) == ["settlement"]
    fill.answers = [{"posted_by": "王敏", "until_on": TODAY}]
    page.list.actions_by_key["settlement"].trigger()
    assert fill.cut == []
    assert said.last == "已登记结算公示 第1版：2026年11月21日张贴在校门口公示栏。"
    assert [row[1] for row in page.list.fetch(page.list.wish(), 9, 0)] == ["结算公示", "收费公示", "收费公示"]
    settlement.close_term(page.plan.id)
    assert offered(page) == []


def test_what_hung_until_a_day_that_is_past_is_over(posted, fill):
    fill.answers = [{"until_on": TODAY - timedelta(1)}]
    posted.list.actions_by_key["edit"].trigger()
    assert shown(posted) == [("第 1 版", "已到期", "9 天")]


@pytest.mark.parametrize(("size", "pages"), [("a3", 1), ("a4", 1), ("poster", 1), ("tiles", 2)])
def test_the_board_is_printed_in_its_sizes_and_filed(posted, qtbot, monkeypatch, size, pages, clipped):
    page, papers = posted, []

    def show_pdf(parent, path, title, warnings, on_printed):
        papers.append(path.read_bytes())
        on_printed()

    monkeypatch.setattr(preview, "show_pdf", show_pdf)
    dialog = BoardPapers(page, page.data_folder, page.plan.id, board_queries.publication(page.id), [features.form("fee-board")])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.size_of.set_value(size)
    dialog.size_of.edited.emit()
    assert dialog.upright.isEnabled() == (size in ("a3", "a4"))
    assert clipped(dialog) == []
    dialog.print_it()
    kept = archive.listing(page.data_folder)[0]
    assert kept.pages >= pages
    assert len(papers) == 1


def test_a_draft_is_not_printed_while_checks_forbid_it(page, refusal):
    assert "还不能公示" in refusal(page.list.actions_by_key["print"].trigger)


def test_the_print_dialog_offers_the_change_notice_of_a_later_version(posted, monkeypatch):
    page, seen = posted, []
    monkeypatch.setattr(BoardPapers, "exec", lambda dialog: seen.append((list(dialog.forms), dialog.order())))
    page.list.actions_by_key["print"].trigger()
    write_prices(page.plan.id, {(page.row, 1): 290_00})
    second = publicity.post(page.plan.id, PostDraft(TODAY, place="校门口", reason="减少一本")).made[0]
    page.list.choose(second)
    page.list.actions_by_key["print"].trigger()
    assert [keys for keys, _ in seen] == [["fee-board", "fee-posting-proof"], ["fee-board", "fee-change-notice", "fee-posting-proof"]]
    assert (seen[1][1].records, seen[1][1].about, seen[1][1].paper) == ((second,), page.plan.id, "a3")


def test_what_would_be_posted_is_printed_as_a_draft_while_another_hangs(posted, monkeypatch, tmp_path):
    page, seen = posted, []
    write_prices(page.plan.id, {(page.row, 1): 290_00})
    monkeypatch.setattr(BoardPapers, "exec", lambda dialog: seen.append(dialog))
    page.list.choose(0)
    page.list.actions_by_key["print"].trigger()
    form = seen[0].chosen()
    assert form.name == "教育收费公示表（核对稿）"
    form.write(seen[0].order(), tmp_path / "board.pdf", silent)
    words = "".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "board.pdf").pages)
    assert "290.00" in words
    assert "核对稿" in words


def test_the_board_is_looked_at_in_large(posted, monkeypatch):
    page, seen = posted, []
    monkeypatch.setattr(preview, "show_pdf", lambda parent, path, title: seen.append((path.read_bytes()[:5], title)))
    page.list._show_row()
    page.list.picture.clicked.emit()
    assert seen == [(b"%PDF-", "收费公示 第1版")]


# --- workbooks


def test_the_matrix_goes_out_and_comes_back(mended, said, tmp_path, monkeypatch, clipped):
    page, path = mended, tmp_path / "收费标准.xlsx"
    matrix = page.show_key("plan").grid_page
    said.files = [path, path, None]
    matrix.actions_by_key["export"].trigger()
    assert said.last.startswith("已导出 1 项")
    matrix.actions_by_key["import"].trigger()
    assert said.last == "“收费标准.xlsx”和现在完全一样，没有改动。"
    write_prices(page.plan.id, {(page.row, 1): 250_00})

    def take():
        dialog = QApplication.activeModalWidget()
        try:
            assert dialog.tabs.tabText(0) == "将改动 1"
            assert clipped(dialog) == []
            dialog.write.click()
        finally:
            dialog.reject()

    said.files = [path]
    QTimer.singleShot(0, take)
    matrix.actions_by_key["import"].trigger()
    assert said.last == "已从“收费标准.xlsx”写入 1 格。"
    assert queries.matrix(page.plan.id)[page.row, 1] == 300_00
    said.files = [None]
    matrix.actions_by_key["import"].trigger()       # changed his mind


def test_a_workbook_with_a_wrong_sum_is_not_taken(mended, qtbot):
    page = mended
    problem = sheets.Reading(problems=[sheets.row_problem("收费标准", 9, "一年级", "1,730.00", "合计写的是 1,730.00，各项相加是 1,733.00。")])
    dialog = TakeDialog(page, page.plan, "收费标准.xlsx", problem)
    qtbot.addWidget(dialog)
    assert not dialog.write.isEnabled()
    assert dialog.tabs.currentIndex() == 1
