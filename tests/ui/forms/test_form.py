"""Forms: problems under their fields, what stays open, what is asked; editors and the picker."""

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.core.errors import Invalid, Problem, Refused
from ui.forms import editors
from ui.forms.editors import ChoiceEditor, DayEditor, LinesEditor, day_from, money_editor, whole_editor
from ui.forms.form import Field, FormDialog, Section
from ui.forms.picker import Picker

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
PEOPLE = ((1, "王敏", "语文组"), (2, "王小明", "后勤"), (3, "李建国", "总务处"))


@dataclass(frozen=True)
class CardDraft:
    name: str = ""
    quantity: int | None = 1
    price: int | None = None
    day: date | None = None
    way: str = "购置"
    keeper: int | None = None
    remark: str = ""


def find(text):
    return [each for each in PEOPLE if text in each[1] or text == "wm" and each[0] == 1]


FIELDS = (
    Section("基本情况", (Field("name", "名称", width=2, required=True), Field("quantity", "数量", "whole"),
                      Field("price", "单价（元）", "money"))),
    Section("来源", (Field("day", "取得日期", "day"), Field("way", "取得方式", "choice", choices=("购置", "接受捐赠")),
                   Field("keeper", "保管人", "lookup", find=find, text_of=lambda number: PEOPLE[number - 1][1]),
                   Field("remark", "备注", "lines", width=2, hint="可不填"))),
)


def check(draft):
    problems = [] if draft.name else [Problem("name", "请填写名称。")]
    if draft.price is not None and draft.price < 100_000:
        problems.append(Problem("price", "单价不足 1000 元，一般作低值易耗品登记。", "warning"))
    return problems


@pytest.fixture
def saved():
    return []


@pytest.fixture
def dialog(qtbot, saved, show_active):
    dialog = FormDialog(None, "登记资产", CardDraft(), FIELDS, check, lambda draft: saved.append(draft) or 7,
                        again=lambda draft: CardDraft(way=draft.way))
    qtbot.addWidget(dialog, before_close_func=lambda form: setattr(form, "dirty", False))
    show_active(dialog)
    return dialog


def test_filled_draft_is_saved_with_ctrl_enter(dialog, saved, qtbot, type_words):
    type_words(dialog.editors["name"], "分体空调")
    qtbot.keyClick(dialog.editors["name"], Key.Key_Return)
    assert dialog.editors["quantity"].hasFocus()
    dialog.editors["price"].setText("1.2万")
    dialog.editors["day"].setText("2024.9.1")
    qtbot.keyClick(dialog.editors["quantity"], Key.Key_Return, Control)
    assert saved == [CardDraft("分体空调", 1, 1_200_000, date(2024, 9, 1), "购置", None, "")]
    assert dialog.saved == 7
    assert not dialog.isVisible()


def test_problems_stand_under_their_fields(dialog, saved, clipped):
    dialog.editors["quantity"].setText("三")
    assert not dialog.save()
    assert dialog.problems["name"].text() == "请填写名称。"
    assert dialog.problems["name"].isVisible()
    assert dialog.problems["name"].property("role") == "error"
    assert dialog.problems["quantity"].text() == "这里要填整数"
    assert dialog.editors["name"].hasFocus()
    assert not dialog.problems["price"].isVisible()
    assert saved == []
    assert clipped(dialog) == []


def test_warning_is_seen_once_then_lets_pass(dialog, saved):
    dialog.set_value("name", "扫帚")
    dialog.set_value("price", 1500)
    assert not dialog.save()
    assert dialog.problems["price"].property("role") == "warning"
    assert dialog.save()
    assert len(saved) == 1


def test_problem_shows_when_the_field_is_left_not_before(dialog, qtbot, type_words):
    qtbot.keyClick(dialog.editors["name"], Key.Key_Tab)
    qtbot.waitUntil(lambda: dialog.problems["name"].isVisible())
    type_words(dialog.editors["name"], "桌")
    qtbot.waitUntil(lambda: not dialog.problems["name"].isVisible())


def test_refusal_keeps_the_dialog_open(dialog, qtbot):
    def refuse(draft):
        raise Refused("编号已被占用，请换一个。")

    def invalid(draft):
        raise Invalid([Problem("day", "取得日期在将来。"), Problem("else", "还有别的不对。")])

    dialog.set_value("name", "桌")
    dialog.save_draft = refuse
    assert not dialog.save()
    assert dialog.banner.text() == "编号已被占用，请换一个。"
    dialog.save_draft = invalid
    assert not dialog.save()
    assert dialog.problems["day"].text() == "取得日期在将来。"
    assert dialog.banner.text() == "还有别的不对。"
    assert dialog.isVisible()


def test_esc_asks_only_when_something_would_be_lost(dialog, qtbot, said, type_words):
    type_words(dialog.editors["name"], "桌")
    said.answers += [False, True]
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert dialog.isVisible()
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    assert len(said.questions) == 2


def test_esc_on_an_untouched_form_closes(dialog, qtbot, said):
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    assert said.questions == []


def test_save_and_continue_starts_the_next_one(dialog, saved, qtbot):
    dialog.set_value("name", "桌")
    dialog.set_value("way", "接受捐赠")
    qtbot.keyClick(dialog.editors["name"], Key.Key_Return, Control | Qt.KeyboardModifier.ShiftModifier)
    assert dialog.isVisible()
    assert saved[0].name == "桌"
    assert dialog.value("name") == ""
    assert dialog.value("way") == "接受捐赠"
    assert dialog.editors["name"].hasFocus()


def test_no_words_are_cut(dialog, clipped):
    assert clipped(dialog) == []


@pytest.mark.parametrize(("typed", "day"), [
    ("2024.9.1", date(2024, 9, 1)), ("20240901", date(2024, 9, 1)), ("2024年9月1日", date(2024, 9, 1)),
    ("2024/09/01", date(2024, 9, 1)), ("9-1", date(2026, 9, 1)), ("9月1日", date(2026, 9, 1)), ("９．１", date(2026, 9, 1)),
])
def test_days_as_typed(monkeypatch, typed, day):
    monkeypatch.setattr(editors, "today", lambda: date(2026, 11, 21))
    assert day_from(typed) == day


@pytest.mark.parametrize("typed", ["2024", "2024.9", "13-1", "2024-2-30", "昨天", "1"])
def test_days_that_leave_a_part_open_are_refused(typed):
    with pytest.raises(ValueError, match="."):
        day_from(typed)


def test_day_editor(qtbot, monkeypatch, show_active):
    monkeypatch.setattr(editors, "today", lambda: date(2026, 11, 21))
    editor = DayEditor()
    qtbot.addWidget(editor)
    show_active(editor)
    editor.setFocus()
    assert editor.value() is None
    qtbot.keyClick(editor, Key.Key_Semicolon, Control)
    assert editor.value() == date(2026, 11, 21)
    editor.setText("2024.13.1")
    assert editor.complaint().startswith("日期看不懂")
    assert editor.value() is None
    editor.open()
    editor.findChild(editors.QCalendarWidget).clicked.emit(editors.QDate(2026, 9, 1))
    assert editor.text() == "2026-09-01"


def test_number_editors():
    money, whole = money_editor(), whole_editor()
    money.set_value(289_900)
    assert money.text() == "2,899.00"
    money.setText("￥1,200元")
    assert money.value() == 120_000
    money.setText("很多")
    assert money.complaint()
    whole.setText("１，２００")
    assert whole.value() == 1200
    whole.setText("1.5")
    assert whole.complaint() == "这里要填整数"


def test_choice_keeps_a_value_of_old_times(qtbot):
    closed, free = ChoiceEditor(["台", "套"]), ChoiceEditor(["台", (3, "三")], free=True)
    closed.set_value("把")
    assert closed.value() == "把"
    free.set_value("打")
    assert free.value() == "打"
    free.setEditText("三")
    assert free.value() == 3
    lines = LinesEditor()
    lines.set_value(" 一\n二 ")
    assert lines.value() == "一\n二"


@pytest.fixture
def picker(qtbot, show_active):
    picker = Picker(find, lambda number: PEOPLE[number - 1][1])
    qtbot.addWidget(picker)
    show_active(picker)
    picker.setFocus()
    return picker


def test_picker_finds_by_initials_and_takes_with_enter(picker, qtbot):
    qtbot.keyClicks(picker, "wm")
    view = picker.completer().popup()
    assert view.isVisible()
    assert [picker.hits.item(each).text() for each in range(picker.hits.rowCount())] == ["王敏"]
    qtbot.keyClick(view, Key.Key_Down)
    qtbot.keyClick(view, Key.Key_Return)
    assert picker.value() == 1
    assert picker.text() == "王敏"
    assert picker.complaint() == ""
    view.hide()


def test_picker_lists_all_with_f7(picker, qtbot):
    picker.set_value(3)
    assert picker.text() == "李建国"
    qtbot.keyClick(picker, Key.Key_F7)
    assert picker.hits.rowCount() == 3
    picker.completer().popup().hide()


def test_picker_complains_of_unknown_words_and_takes_a_whole_name(picker, qtbot, type_words):
    type_words(picker, "赵六")
    assert picker.value() is None
    assert picker.complaint() == "没有找到“赵六”，请从列表中选"
    picker.setText("王小明")
    other = QLineEdit()
    qtbot.addWidget(other)
    other.show()
    picker.clearFocus()
    assert picker.value() == 2


def test_picker_offers_to_create(qtbot, type_words):
    made = []
    picker = Picker(find, str, create=lambda text: made.append(text) or (9, text))
    qtbot.addWidget(picker)
    picker.show()
    type_words(picker, "赵六")
    assert [picker.hits.item(each).text() for each in range(picker.hits.rowCount())] == ["赵六"]
    picker._activated(picker.hits.index(0, 0))
    assert made == ["赵六"]
    assert picker.value() == 9
    picker.completer().popup().hide()


def typed_ahead(qtbot, picker, words):
    """Type into a picker as a person does: once its list is open the keys go through the list. Gives the list."""
    view = picker.completer().popup()
    for letter in words:
        qtbot.keyClicks(view if view.isVisible() else picker, letter)
    qtbot.waitUntil(lambda: not picker.pointing.isActive())
    return view


def test_enter_takes_the_best_hit_and_not_the_line_that_makes_a_new_record_of_the_words(qtbot, show_active):
    made = []
    picker = Picker(lambda words: [(number, f"{number:02d} 打印机", "") for number in range(30)], str, create=made.append)
    qtbot.addWidget(picker)
    show_active(picker)
    picker.setFocus()
    view = typed_ahead(qtbot, picker, "dyj")
    assert picker.hits.item(30).text() == "dyj"
    assert view.currentIndex().row() == 0
    assert view.verticalScrollBar().value() == 0
    qtbot.keyClick(view, Key.Key_Return)
    assert picker.text() == "00 打印机"
    assert made == []


def test_enter_keeps_words_of_ones_own_though_a_record_begins_with_them(qtbot, show_active):
    picker = Picker(lambda words: [(1, "TP-LINK 商行", ""), (2, "TCL 电器", "")], str, own_words=True)
    qtbot.addWidget(picker)
    show_active(picker)
    picker.setFocus()
    view = typed_ahead(qtbot, picker, "T")
    assert not view.currentIndex().isValid()
    qtbot.keyClick(view, Key.Key_Return)
    assert picker.value() == "T"


def test_a_form_opens_with_all_its_fields_in_sight_where_the_screen_has_room(dialog):
    assert dialog.area.minimumHeight() >= dialog.body.sizeHint().height()
    assert dialog.area.verticalScrollBar().maximum() == 0


def test_enter_goes_on_from_a_word_that_may_be_typed_too(qtbot, show_active):
    @dataclass(frozen=True)
    class Draft:
        way: str = "购置"
        name: str = ""

    fields = (Field("way", "取得方式", "choice", choices=("购置", "接受捐赠"), free=True), Field("name", "名称"))
    form = FormDialog(None, "登记", Draft(), fields, lambda _: [], lambda _: None)
    qtbot.addWidget(form, before_close_func=lambda form: setattr(form, "dirty", False))
    show_active(form)
    qtbot.keyClick(form.focusWidget(), Key.Key_Return)
    assert form.focusWidget() is form.editors["name"]
    assert form.editors["way"].count() == 2


@dataclass(frozen=True)
class CodeDraft:
    code: str = ""


def test_words_that_name_no_record_are_a_named_problem_also_where_the_draft_holds_text(qtbot):
    saved: list[CodeDraft] = []
    seen: list[str] = []
    form = FormDialog(None, "卡片", CodeDraft(), [Field("code", "分类代码", "lookup", find=find)],
                      lambda draft: seen.append(draft.code.strip()) or (), saved.append)
    qtbot.addWidget(form)
    form.show()
    qtbot.keyClicks(form.editors["code"], "zzz")
    assert not form.save()
    assert form.problems["code"].text() == "没有找到“zzz”，请从列表中选"
    assert not form.save()  # and every time
    form.editors["code"].set_value(None)
    assert form.save()
    assert saved == [CodeDraft("")]
    assert set(seen) == {""}


def test_a_line_break_pasted_into_a_name_does_not_stay_in_it(qtbot):
    field = Field("name", "名称")
    editor = field.editor()
    qtbot.addWidget(editor)
    editor.setText("学生\n课桌\t A型 ")
    assert editor.value() == "学生 课桌 A型"
    assert field.read("学生\r\n课桌") == "学生 课桌"
    free = Field("title", "职务", "choice", choices=("主任",), free=True).editor()
    qtbot.addWidget(free)
    free.setEditText("总务\n主任")
    assert free.value() == "总务 主任"
    assert Field("remark", "备注", "lines").read("一\n二") == "一\n二", "a remark has lines"


def test_down_points_at_the_best_hit_where_the_words_may_stand_too(qtbot, show_active):
    """Enter leaves such words as typed; ↓ goes to the first hit, not to the line that stores the words."""
    picker = Picker(find, str, create=lambda text: (9, text), own_words=True)
    qtbot.addWidget(picker)
    show_active(picker)
    picker.setFocus()
    qtbot.keyClicks(picker, "wm")
    view = picker.completer().popup()
    qtbot.waitUntil(lambda: not picker.pointing.isActive())
    qtbot.keyClick(view, Key.Key_Down)
    assert view.currentIndex().row() == 0
    qtbot.keyClick(view, Key.Key_Return)
    assert picker.text() == "王敏"
    view.hide()
