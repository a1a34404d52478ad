"""The import wizard by clicks: the file, header and columns, the rehearsal, the import and its way back."""

import threading
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.assets import importing, queries
from app.assets.importing import BadRow, Outcome, Source
from app.assets.sheet_rows import sheets_meant
from app.core.listing import Wish
from app.core.progress import Cancelled
from app.exchange.problems import RowProblem
from app.store import backup, journal
from ui.assets import import_sheets, import_wizard
from ui.assets.import_check import ProblemsView, in_words
from ui.assets.import_sheet import column_letters
from ui.assets.import_wizard import ImportWizard, run_import_wizard
from ui.base import jobs

HEADS = ["序号", "财产编号", "设备名称", "单位", "数量", "单价", "购置日期", "放置地点", "责任人", "去向"]


def book(path: Path, rows, heads=HEADS, titles=("青禾小学固定资产台账",)):
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "固定资产"
    for line in [*([title] for title in titles), heads, *rows]:
        sheet.append(line)
    made.create_sheet("说明").append(["本表由总务处填写"])
    made.save(path)
    return path


def good(number, **changes):
    row = dict(zip(HEADS, [number, f"QH-{number:04d}", "分体空调", "台", 1, "￥2,899.00元", "2019.9.1", "教学楼304", "王敏", None],
                   strict=True))
    return list({**row, **changes}.values())


BAD = good(9, 数量=2.5, 购置日期="去年")


@pytest.fixture
def wizard(qtbot, ledger, show_active):
    """Give a function that opens the wizard on a file, or on none."""

    def make(path=None):
        made = ImportWizard(None, ledger.folder, path)
        qtbot.addWidget(made, before_close_func=lambda closing: setattr(closing, "lose", ""))
        show_active(made)
        return made

    return make


@pytest.fixture
def clean(tmp_path):
    return book(tmp_path / "台账.xlsx", [good(1), good(2), good(3, 数量="40套")])


@pytest.fixture
def messy(tmp_path):
    return book(tmp_path / "台账.xlsx", [good(1), BAD, good(3)])


def test_file_chosen_by_button_opens_the_columns(wizard, said, qtbot, clean):
    made = wizard()
    assert made.place == 0
    assert not made.onward.isEnabled()
    said.files = [clean]
    qtbot.mouseClick(made.file.choose_button, Qt.MouseButton.LeftButton)
    assert made.place == 1
    made.go(-1)
    assert made.onward.isEnabled()
    made.next()
    assert made.place == 1


def test_file_dropped_on_the_panel_opens(wizard, clean):
    made, mime = wizard(), QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(clean))])
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton,
                      Qt.KeyboardModifier.NoModifier)
    made.file.panel.dropEvent(drop)
    assert made.place == 1


def test_file_that_is_no_table_is_refused_in_place(wizard, said, tmp_path):
    photo = tmp_path / "台账.xlsx"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(200))
    made = wizard(photo)
    assert made.place == 0
    assert "图片" in made.file.trouble.text()
    assert not made.onward.isEnabled()
    assert said.texts == []


def test_columns_are_guessed_and_shown(wizard, clean, clipped):
    made = wizard(clean)
    step = made.columns
    assert step.header.text() == "表头：第 2 行"
    assert [box.currentText() for box in step.heads.boxes[:10]] == [
        "不导入", "资产编号", "资产名称", "计量单位", "数量", "单价", "取得日期", "存放地点", "保管人", "不导入"]
    assert step.words.text() == "将读取 8 列；不导入：序号、去向。"
    assert clipped(made) == []


def test_arrows_over_a_column_open_its_list_and_take_no_field_from_another(wizard, clean, qtbot):
    made = wizard(clean)
    box = made.columns.heads.boxes[0]
    before = dict(made.state.plan.columns)
    box.setFocus()
    for _ in range(3):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.view().isVisible()
    assert made.state.plan.columns == before
    qtbot.keyClick(box.view(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not box.view().isVisible())
    assert (box.currentText(), made.state.plan.columns) == ("不导入", before)


def test_tab_goes_from_the_sheet_over_its_columns_and_brings_each_into_sight(wizard, clean, qtbot):
    made = wizard(clean)
    made.resize(made.minimumSize())
    step = made.columns
    step.grid.setFocus()
    reached = []
    for _ in range(10):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
        assert step.grid.viewport().rect().right() >= reached[-1].geometry().right()
    assert reached == step.heads.boxes[:10]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is step.kept["refuse"]


def test_questions_are_answered_by_keys_one_after_another(wizard, tmp_path, qtbot):
    rows = [[at, f"课桌{at}", f"课椅{at}", f"2020-1-{at}", f"2021-2-{at}"] for at in range(1, 9)]
    made = wizard(book(tmp_path / "台账.xlsx", rows, heads=["编号", "名称", "名称", "日期", "日期"]))
    step = made.columns
    step.two_rows.setFocus()
    asked = []
    while step.questions.isVisible():
        if not asked:
            qtbot.keyClick(step.two_rows, Qt.Key.Key_Tab)
        asked.append(step.questions.words.text())
        assert QApplication.focusWidget() is step.questions.ways[0]
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert len(asked) == len(set(asked)) == 3
    assert made.state.plan.columns == {0: "number", 1: "name", 3: "acquired_on"}
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert made.place == 2, "what has the keyboard then leads on"
    assert QApplication.focusWidget() is made.onward
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert made.imported


def test_header_row_is_chosen_by_keys(wizard, clean, qtbot):
    made = wizard(clean)
    grid = made.columns.grid
    grid.setFocus()
    assert grid.currentIndex().row() == 1
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert made.state.plan.header_row == 3


def test_empty_sheet_is_called_empty(wizard, tmp_path):
    openpyxl.Workbook().save(tmp_path / "台账.xlsx")
    made = wizard(tmp_path / "台账.xlsx")
    assert made.columns.words.text() == "这张工作表是空的。请换一张工作表，或返回上一步换一个文件。"


def test_cards_without_a_price_are_not_called_cheap(wizard, tmp_path):
    made = wizard(book(tmp_path / "台账.xlsx", [["课桌", 1], ["课椅", 2]], heads=["资产名称", "数量"]))
    made.next()
    told = [each.text for each in made.state.outcome.problems]
    assert any("2 张卡片没有价格" in each for each in told)
    assert not any("低于" in each for each in told)


def test_file_that_cannot_come_in_again_offers_no_second_time(wizard, clean):
    made = wizard(clean)
    made.next()
    made.next()
    assert made.imported
    again = wizard(clean)
    again.next()
    assert again.check.sentence.text() == "没有可以导入的行。"
    assert not again.check.once_more.isVisible()
    assert "已经导入过这个文件" in again.check.more.text()
    assert "重复登记" not in again.check.more.text()


def test_field_chosen_twice_moves(wizard, clean):
    made = wizard(clean)
    made.columns.heads.boxes[0].set_value("number")
    made.columns.heads.boxes[0].edited.emit()
    assert made.state.plan.columns[0] == "number"
    assert 1 not in made.state.plan.columns
    assert made.columns.heads.boxes[1].currentText() == "不导入"


def test_name_must_be_somewhere(wizard, clean):
    made = wizard(clean)
    made.columns.choose(2, "")
    assert "资产名称" in made.columns.words.text()
    assert made.columns.words.property("role") == "warning"
    assert not made.onward.isEnabled()
    made.columns.leave()
    assert made.place == 1
    made.columns.choose(9, "name")
    assert made.onward.isEnabled()


def test_clicked_row_becomes_the_header_and_choices_by_hand_stay(wizard, clean, qtbot):
    made = wizard(clean)
    made.columns.choose(9, "remark")
    grid = made.columns.grid
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(grid.top.index(0, 0)).center())
    assert made.columns.header.text() == "表头：第 1—2 行"
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.visualRect(grid.top.index(1, 0)).center())
    assert made.state.plan.header_row == 2
    assert made.state.plan.columns[9] == "remark"


def test_header_of_two_rows_by_hand(wizard, tmp_path):
    made = wizard(book(tmp_path / "a.xlsx", [good(1)]))
    made.columns.two_rows.click()
    assert made.state.plan.depth == 2
    assert made.columns.header.text() == "表头：第 2—3 行"
    made.columns.two_rows.click()
    assert made.state.plan.depth == 1


def test_what_is_doubtful_is_asked_above_the_sheet_before_one_may_go_on(wizard, tmp_path, qtbot):
    path = tmp_path / "东校区.csv"
    path.write_text("资产名称,数量,数量,东校区地点\n课桌,45,1,一楼教室\n课椅,40,2,二楼教室\n黑板,2,3,三楼教室", "utf-8")
    made = wizard(path)
    bar = made.columns.questions
    assert bar.isVisible()
    assert not made.onward.isEnabled()
    assert "都叫“数量”" in bar.words.text()
    assert "还有 1 个问题" in bar.words.text()
    assert made.columns.heads.asked == {1, 2, 3}
    assert [way.text() for way in bar.ways] == ["B 列", "C 列", "都不是"]
    qtbot.mouseClick(bar.ways[1], Qt.MouseButton.LeftButton)
    assert made.state.plan.columns[2] == "quantity"
    assert bar.words.text() == "“东校区地点”这一列是不是存放地点？"
    qtbot.mouseClick(bar.ways[0], Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert made.onward.isEnabled()
    assert made.columns.heads.boxes[3].toolTip() == "标题里有相近的词，“东校区地点”和内容认作存放地点"
    made.onward.click()
    assert made.state.outcome.imported == 3


def test_a_table_further_down_without_a_name_is_asked_about_by_its_headings(wizard, tmp_path, qtbot):
    path = tmp_path / "两张表.csv"
    path.write_text("物料名称,型号,数量,备注\n螺丝,M3,12,\n型号,数量,位号,备注\n电容,31,C1,\n芯片,2,U1,", "utf-8")
    made = wizard(path)
    bar = made.columns.questions
    assert "第 3 行是另一张表的表头" in bar.words.text()
    assert [way.text() for way in bar.ways] == ["型号", "位号", "都不是"]
    assert (made.columns.heads.asked, made.onward.isEnabled()) == (set(), False)
    qtbot.mouseClick(bar.ways[0], Qt.MouseButton.LeftButton)
    assert not bar.isVisible()
    assert made.state.plan.columns[1] == "model"
    made.onward.click()
    assert (made.state.outcome.imported, made.state.outcome.pieces) == (3, 45)


def test_a_head_shown_by_hand_counts_for_all_sheets_that_have_it(wizard, tmp_path, qtbot):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name in ("恐怖", "愛情"):
        made.create_sheet(name).append(["書名", "作者", "冊數"])
        made[name].append([f"{name}一", "甲", 2])
    made.save(tmp_path / "藏書.xlsx")
    made = wizard(tmp_path / "藏書.xlsx")
    assert (made.state.plan.header_row, made.onward.isEnabled()) == (0, False)
    made.columns.take_header(1)
    made.columns.choose(0, "name")
    assert made.state.plan.sheets == ("恐怖", "愛情")
    assert made.columns.together.text() == "共 2 张一起导入…"
    made.onward.click()
    assert made.state.outcome.imported == 2


def test_sheets_that_repeat_another_are_left_out_by_one_click(wizard, tmp_path, qtbot):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, last in (("一部", 6), ("全校", 20)):
        made.create_sheet(name).append(["资产编号", "资产名称", "数量"])
        for at in range(last):
            made[name].append([f"Q-{at:03d}", f"东西{at}", 1])
    made.save(tmp_path / "全校.xlsx")
    made = wizard(tmp_path / "全校.xlsx")
    bar = made.columns.questions
    assert "工作表“一部”里的内容，大多在“全校”里已经有了" in bar.words.text()
    assert ([way.text() for way in bar.ways], made.onward.isEnabled()) == (["不导入这 1 张", "都要导入"], False)
    qtbot.mouseClick(bar.ways[0], Qt.MouseButton.LeftButton)
    assert (made.state.plan.sheets, made.columns.sheet.currentText(), bar.isVisible()) == (("全校",), "全校", False)
    made.onward.click()
    assert made.state.outcome.imported == 20


def test_rooms_across_the_columns_are_told_with_the_way_to_turn_them(wizard, tmp_path, said):
    path = tmp_path / "各班.csv"
    path.write_text("物品名称,单位,一(1)班,一(2)班,101,合计\n课桌,张,40,41,42,123\n课椅,把,40,41,42,123", "utf-8")
    made = wizard(path)
    made.onward.click()
    assert made.state.outcome is None
    assert any("每样东西在每个地点各占一行" in text for text in said.texts)


def test_choosing_in_the_head_answers_as_well(wizard, tmp_path):
    path = tmp_path / "东校区.csv"
    path.write_text("资产名称,数量,东校区地点\n课桌,45,一楼教室\n课椅,40,二楼教室\n黑板,2,三楼教室", "utf-8")
    made = wizard(path)
    assert not made.onward.isEnabled()
    made.columns.choose(2, "remark")
    assert made.onward.isEnabled()


def test_a_file_that_came_in_before_wants_a_second_word(wizard, tmp_path, said):
    clean = book(tmp_path / "台账.xlsx", [["课桌", 1], ["课椅", 2]], heads=["资产名称", "数量"])
    made = wizard(clean)
    made.onward.click()
    made.onward.click()
    assert made.imported is not None
    made = wizard(clean)
    made.columns._keep("refuse")
    made.onward.click()
    assert "已经导入过这个文件" in made.check.more.text()
    assert made.check.once_more.isVisible()
    assert not made.onward.isEnabled()
    made.check.once_more.click()
    assert made.onward.isEnabled()


def test_another_sheet_without_header_asks_for_one(wizard, clean):
    made = wizard(clean)
    made.columns.sheet.setCurrentText("说明")
    made.columns.sheet.activated.emit(1)
    assert made.state.plan.sheet == "说明"
    assert "没有认出表头" in made.columns.words.text()
    assert not made.onward.isEnabled()


def test_clean_sheet_comes_in_as_one_step(wizard, said, ledger, clean, qtbot):
    made = wizard(clean)
    qtbot.mouseClick(made.onward, Qt.MouseButton.LeftButton)
    assert made.place == 2
    assert made.check.sentence.text() == "将导入 3 张卡片、42 件、121,758.00 元。"
    assert not made.check.good_rows.isVisible()
    assert queries.totals(Wish()).records == 0
    assert made.onward.text() == "导入 3 行"
    qtbot.mouseClick(made.onward, Qt.MouseButton.LeftButton)
    assert not made.isVisible()
    assert queries.totals(Wish()).records == 3
    assert [each.reason for each in backup.listing(ledger.folder)] == ["导入前"]
    import_wizard.tell(QWidget(), made.imported)
    assert said.last == "已导入 3 张卡片。"
    said.actions["撤销"]()
    assert queries.totals(Wish()).records == 0
    assert said.last.startswith("已撤销：导入台账 台账.xlsx")
    said.actions["重做"]()
    assert queries.totals(Wish()).records == 3


def test_bad_rows_stay_out_only_by_choice_and_are_saved(wizard, said, messy, tmp_path, qtbot):
    made = wizard(messy)
    made.next()
    assert not made.onward.isEnabled()
    assert made.check.more.text() == "1 行有错误，不能导入。"
    levels = [made.check.problems.model.row(each)[1] for each in range(made.check.problems.model.rowCount())]
    assert levels == ["错误", "错误"]
    qtbot.mouseClick(made.check.good_rows, Qt.MouseButton.LeftButton)
    assert made.onward.text() == "导入 2 行"
    said.files = [None]
    made.next()
    assert made.isVisible()
    assert queries.totals(Wish()).records == 0
    said.files = [tmp_path / "坏行.xlsx"]
    made.next()
    assert queries.totals(Wish()).records == 2
    import_wizard.tell(QWidget(), made.imported)
    assert said.last == "已导入 2 张卡片（1 行有问题，已另存）。"
    assert set(said.actions) == {"撤销", "查看问题"}
    assert "数量" in str(openpyxl.load_workbook(tmp_path / "坏行.xlsx").active["A2"].value)


def test_bad_rows_that_cannot_be_saved_do_not_undo_the_import(wizard, said, messy, tmp_path):
    made = wizard(messy)
    made.next()
    made.check.good_rows.click()
    said.files = [tmp_path / "没有这个文件夹" / "坏行.xlsx"]
    made.next()
    assert queries.totals(Wish()).records == 2
    import_wizard.tell(QWidget(), made.imported)
    assert "没有存成" in said.last
    assert said.tones[-1] == "warning"


def test_file_mended_in_excel_is_read_again(wizard, messy):
    made = wizard(messy)
    made.next()
    assert made.state.outcome.errors == 2
    book(messy, [good(1), good(2), good(3)])
    made.check.again.click()
    assert made.place == 2
    assert made.state.outcome.errors == 0
    assert made.onward.isEnabled()


def test_headings_that_changed_are_looked_at_first(wizard, said, messy):
    made = wizard(messy)
    made.next()
    book(messy, [good(1)], heads=[*HEADS[:-1], "备注"])
    made.check.again.click()
    assert made.place == 1
    assert made.state.plan.columns[9] == "remark"
    assert "表头变了" in said.last


def test_file_gone_meanwhile_is_said_in_place(wizard, messy):
    made = wizard(messy)
    made.next()
    messy.unlink()
    made.check.again.click()
    assert made.place == 2
    assert "找不到文件" in made.check.trouble.text()


def test_problem_rows_are_saved_from_the_list(wizard, said, messy, tmp_path):
    made = wizard(messy)
    made.next()
    said.files = [tmp_path / "坏行.xlsx"]
    made.check.save.click()
    assert (tmp_path / "坏行.xlsx").exists()
    assert "1 行" in said.last
    assert queries.totals(Wish()).records == 0


def test_known_numbers_as_chosen(wizard, clean):
    first = wizard(clean)
    first.next()
    first.next()
    made = wizard(clean)
    made.next()
    assert made.check.sentence.text() == "没有可以导入的行。"
    assert not made.check.good_rows.isEnabled()
    made.go(-1)
    made.columns.kept["skip"].click()
    made.next()
    assert made.check.sentence.text() == "表里没有要导入的新内容。"
    assert made.check.more.text() == "3 行编号已有，跳过。"
    assert not made.onward.isEnabled()


def test_new_places_are_listed(wizard, clean):
    made = wizard(clean)
    made.next()
    made.check.names["places"].click()
    assert made.check.listed.isVisible()
    assert "教学楼 304室" in made.check.listed.toPlainText()
    made.check.names["places"].click()
    assert not made.check.listed.isVisible()


def test_cancelled_import_leaves_nothing_and_the_wizard_open(wizard, said, clean, monkeypatch):
    made = wizard(clean)
    made.next()

    def stopped(*_args, **_more):
        raise Cancelled

    monkeypatch.setattr(importing, "run", stopped)
    made.next()
    assert made.isVisible()
    assert made.imported is None
    assert "已取消" in said.last
    assert queries.totals(Wish()).records == 0


def test_closing_asks_once_work_was_done(wizard, said, clean):
    made = wizard(clean)
    said.answers = [False, True]
    made.reject()
    assert made.isVisible()
    made.reject()
    assert not made.isVisible()


def test_closing_asks_nothing_before_a_file_is_open(wizard):
    made = wizard()
    made.reject()
    assert not made.isVisible()


def test_thirty_thousand_problems_are_fetched_as_one_scrolls(qtbot):
    view = ProblemsView()
    qtbot.addWidget(view)
    view.resize(900, 400)
    view.show()
    view.show_problems([RowProblem("表", number, "数量", "x", f"不是数量 {number}。", "error" if number % 3 else "warning")
                        for number in range(1, 30_001)])
    assert view.model.rowCount() == 30_000
    assert len(view.model._blocks) <= 3
    assert [way.text() for way in view.ways.values()] == ["全部 30,000", "错误 20,000", "提醒 10,000"]
    view.narrow("warning")
    assert view.model.rowCount() == 10_000
    view.grid.selectRow(0)
    assert view.whole.text() == "第 3 行　数量　“x”　不是数量 3。"


def test_problems_of_one_kind_are_one_line_with_the_rows_behind_it(qtbot):
    view = ProblemsView()
    qtbot.addWidget(view)
    view.show_problems([RowProblem("表", number, "班级", "", "没有班级。") for number in (*range(5, 45), 50)])
    assert view.model.rowCount() == 1
    view.grid.selectRow(0)
    assert view.whole.text() == "第 5—44、50 行（共 41 行）　班级　没有班级。"


def test_work_is_done_beside_the_window(wizard, clean, monkeypatch, qtbot):
    monkeypatch.setattr(jobs, "inline", False)
    seen, run = [], importing.run
    monkeypatch.setattr(importing, "run", lambda *args, **more: (seen.append(threading.current_thread().name),
                                                                  run(*args, **more))[1])
    made = wizard(clean)
    qtbot.waitUntil(lambda: made.place == 1 and not jobs.running())
    made.next()
    qtbot.waitUntil(lambda: made.place == 2 and not jobs.running())
    made.next()
    qtbot.waitUntil(lambda: made.imported is not None and not jobs.running())
    assert seen == ["job", "job"]
    assert queries.totals(Wish()).records == 3


def test_run_asks_for_the_file_first(qtbot, said, ledger, clean, monkeypatch):
    window = QWidget()
    qtbot.addWidget(window)
    said.files = [None]
    assert not run_import_wizard(window, ledger.folder)

    def at_once(wizard):
        wizard.next()
        wizard.next()

    monkeypatch.setattr(ImportWizard, "exec", at_once)
    said.files = [clean]
    assert run_import_wizard(window, ledger.folder)
    assert said.last == "已导入 3 张卡片。"
    assert journal.undoable()[1].startswith("导入台账 台账.xlsx：导入 3 张卡片")


def test_columns_chosen_by_hand_are_marked_the_next_time(wizard, tmp_path):
    first = wizard(book(tmp_path / "一月.xlsx", [good(1)]))
    first.columns.choose(9, "remark")
    first.next()
    first.next()
    made = wizard(book(tmp_path / "二月.xlsx", [good(2)]))
    assert made.state.plan.columns[9] == "remark"
    assert made.columns.heads.remembered == {9}


def test_sentences_of_an_outcome():
    assert in_words(Outcome(imported=2, pieces=3, fen=500, updated=1)) == "将导入 2 张卡片、3 件、5.00 元，更新已有卡片 1 张。"
    assert in_words(Outcome(updated=1)) == "将更新已有卡片 1 张。"
    assert in_words(Outcome(bad=[BadRow("Sheet", 3, [], [], {}, {})])) == "没有可以导入的行。"


@pytest.mark.parametrize(("number", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_of_columns(number, text):
    assert column_letters(number) == text


def test_foreign_template_opens(wizard):
    file = Path(__file__).parents[2] / "exchange" / "files" / "sample_ledger_foreign_template.xls"
    made = wizard(file)
    assert made.state.plan.sheet == "Sheet1"
    assert made.onward.isEnabled()
    assert Source(file).sheets == ("Sheet1", "Sheet2")


# --- several sheets, updates, the template -----------------------------------------------------------------------


@pytest.fixture
def rooms(tmp_path):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for room in ("汇总", "301", "302", "音乐室"):
        sheet = made.create_sheet(room)
        sheet.append(HEADS[1:6])
        sheet.append([f"QH-{room}", "课桌", "张", 45, 100])
    made.create_sheet("说明").append(["本表由总务处填写"])
    made.save(tmp_path / "分室.xlsx")
    return tmp_path / "分室.xlsx"


def test_sheets_are_ticked_in_a_dialog(wizard, rooms, monkeypatch, show_active, clipped):
    made = wizard(rooms)
    step, seen = made.columns, []
    assert step.together.text() == "共 3 张一起导入…"
    assert step.words.text() == "将读取 3 张工作表的 5 列。"

    def tick(dialog):
        show_active(dialog)
        seen.append([(name, item.text(1), item.text(2), item.isDisabled()) for name, item in dialog.tree.nodes.items()])
        assert clipped(dialog) == []
        dialog.tree.nodes["302"].setCheckState(0, Qt.CheckState.Unchecked)
        dialog.by_name.setChecked(False)
        seen.append((dialog.words.text(), dialog.tree.nodes["音乐室"].text(2)))
        dialog.accept()
        return 1

    monkeypatch.setattr(import_sheets.SheetsDialog, "exec", tick)
    step.together.click()
    assert seen == [
        [("汇总", "1", "", False), ("301", "1", "301", True), ("302", "1", "302", False), ("音乐室", "1", "音乐室", False),
         ("说明", "", "没有认出表头", True)], ("一起导入 2 张工作表、约 2 行，作为一步，可以一次撤销。", "")]
    assert made.state.plan.sheets == ("301", "音乐室")
    made.next()
    assert made.check.sentence.text() == "将从 2 张工作表导入 2 张卡片、90 件、9,000.00 元。"
    assert made.state.outcome.places == []


def test_all_sheets_and_only_this_one(wizard, rooms, qtbot):
    made = wizard(rooms)
    dialog = import_sheets.SheetsDialog(made, made.state.plan, sheets_meant(made.state.source, made.state.plan))
    qtbot.addWidget(dialog)
    dialog.all.click()
    assert dialog.also == ("汇总", "302", "音乐室")
    dialog.none.click()
    assert dialog.also == ()


def test_another_sheet_of_the_same_group_keeps_the_group(wizard, rooms):
    made = wizard(rooms)
    made.columns._propose("302")
    assert (made.state.plan.sheet, made.state.plan.also) == ("302", ("301", "音乐室"))
    made.columns._propose("汇总")
    assert made.state.plan.also == ()
    assert made.columns.together.text() == "只导入这一张…"


def test_updates_are_shown_field_by_field_and_ticks_narrow_them(wizard, tmp_path, qtbot, clipped):
    first = wizard(book(tmp_path / "一月.xlsx", [good(1), good(2)]))
    first.next()
    first.next()
    made = wizard(book(tmp_path / "二月.xlsx", [good(1, 单价=3000, 责任人="李红"), good(2), good(3)]))
    made.columns.kept["update"].click()
    made.next()
    check = made.check
    assert check.sentence.text() == "将导入 1 张卡片、1 件、2,899.00 元，更新已有卡片 1 张。"
    assert check.updates.isVisible()
    assert [row[1:] for row in check.updates.lines] == [
        ("QH-0001", "分体空调", "单价", "2,899.00", "3,000.00"), ("", "", "价值", "2,899.00", "3,000.00"), ("", "", "保管人", "王敏", "李红")]
    assert clipped(made) == []
    check.updates.fields.nodes["unit_price"].setCheckState(0, Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: len(check.updates.lines) == 1)
    assert check.updates.isVisible()
    assert check.updates.ticked() == {"value", "keeper"}
    made.next()
    card = queries.cards(queries.matching_ids(Wish("QH-0001")))[0]
    assert (card.draft.unit_price, card.keeper) == (289_900, "李红")


def test_ticks_not_looked_at_yet_are_shown_before_anything_is_written(wizard, tmp_path):
    first = wizard(book(tmp_path / "一月.xlsx", [good(1)]))
    first.next()
    first.next()
    made = wizard(book(tmp_path / "二月.xlsx", [good(1, 单价=3000, 责任人="李红")]))
    made.columns.kept["update"].click()
    made.next()
    made.check.updates.fields.nodes["keeper"].setCheckState(0, Qt.CheckState.Unchecked)
    made.next()
    assert made.imported is None
    assert made.check.sentence.text() == "将更新已有卡片 1 张。"
    assert [row[3] for row in made.check.updates.lines] == ["单价", "价值"]
    made.next()
    assert made.imported.outcome.updated == 1


def test_a_cancelled_look_leaves_the_plan_and_nothing_is_written_unseen(wizard, tmp_path, monkeypatch):
    first = wizard(book(tmp_path / "一月.xlsx", [good(1)]))
    first.next()
    first.next()
    made = wizard(book(tmp_path / "二月.xlsx", [good(1, 单价=3000, 责任人="李红")]))
    made.columns.kept["update"].click()
    made.next()
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "run_job", lambda *_: None)     # cancelled: neither done nor failed is called
        made.check.updates.fields.nodes["keeper"].setCheckState(0, Qt.CheckState.Unchecked)
        made.next()
    assert (made.imported, made.state.plan.fields, len(made.check.updates.lines)) == (None, None, 3)
    made.next()
    assert (made.imported, made.state.plan.fields, len(made.check.updates.lines)) == (None, {"unit_price", "value"}, 2)
    made.next()
    assert made.imported.outcome.updated == 1


def test_known_numbers_say_what_may_be_chosen_instead(wizard, tmp_path, clipped):
    first = wizard(book(tmp_path / "一月.xlsx", [good(1)]))
    first.next()
    first.next()
    made = wizard(book(tmp_path / "二月.xlsx", [good(1, 单价=3000), good(2)]))
    made.next()
    assert made.check.more.text() == "1 行有错误，不能导入；其中 1 行的编号台账里已有，可返回上一步改选“更新已有卡片”或“跳过这些行”。"
    assert clipped(made) == []


def test_numbers_twice_may_get_new_ones(wizard, tmp_path):
    made = wizard(book(tmp_path / "台账.xlsx", [good(1), good(1)]))
    made.columns.twice["renumber"].click()
    made.next()
    assert (made.state.outcome.imported, made.state.outcome.errors) == (2, 0)


def test_the_template_is_saved_from_the_first_step(wizard, said, tmp_path):
    made = wizard()
    said.files = [tmp_path / "模板.xlsx"]
    made.file.template_button.click()
    assert said.last.startswith("导入模板已存到“模板.xlsx”")
    assert (tmp_path / "模板.xlsx").exists()
    said.files = [tmp_path / "没有" / "模板.xlsx"]
    made.file.template_button.click()
    assert "没有" in made.file.trouble.text()
    made.file.open(tmp_path / "模板.xlsx")
    assert made.place == 1


def test_problems_have_the_room_that_their_words_need(wizard, tmp_path):
    """The column of sheets is hidden when the step is on screen: no column had its width set by hand."""
    rows = [good(number, 购置日期="去年" if number % 2 else "2019.9.1") for number in range(1, 80)]
    made = wizard(book(tmp_path / "台账.xlsx", rows))
    made.next()
    view = made.findChild(ProblemsView)
    widths, natural = view.grid.horizontalHeader(), view.grid.layout_of_columns
    assert not natural.by_hand
    sizes = [widths.sectionSize(number) for number in natural.order()]
    assert sum(sizes) == view.grid.viewport().width()
    assert sizes[0] < 80        # 级别, two characters, not the 100 px of a column that nobody measured
    assert sizes[1] == max(natural.measured[2], 64) > 150     # 2、4、6 …, whole
