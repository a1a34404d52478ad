"""A paste takes what an import takes, and the other way round: the same words by both ways."""

from datetime import date

import openpyxl
import pytest
from PySide6.QtGui import QGuiApplication

from app.assets import commands, queries
from app.assets.fields import FIELD, AssetDraft
from app.assets.importing import Source, run
from app.assets.source import Plan
from app.core.listing import Wish
from app.school.commands import add_department, add_person
from app.school.rules import PersonDraft
from ui.assets.card_form import cell_fields
from ui.forms.elsewhere import GUESSED_DAY, ONLY_NUMBER, Elsewhere

NOTHING, REFUSED = "says nothing", "refused"
SEPTEMBER = date(2019, 9, 1)
WORDS = {
    "quantity": {"40套": 40, "1.0": 1, "1,200": 1200, "４０": 40, "十二张": 12, "-": NOTHING, "无": NOTHING, "3.5": REFUSED, "1O": REFUSED,
                 "1,2": REFUSED, "-3": REFUSED, "#REF!": REFUSED},
    "unit_price": {"1.2千": 120000, "1.2万": 1200000, "￥1,200.00元": 120000, "人民币35元整": 3500, " - ": NOTHING, "—": NOTHING, "1,2": REFUSED,
                   "12元5角": REFUSED, "#N/A": REFUSED},
    "acquired_on": {**dict.fromkeys(("2019年9月", "2019-09", "2019.9.1", "43709", "201909", "19.9.1", "2019/9/1 0:00", "２０１９．９．１"),
                                    SEPTEMBER),
                    "2019": date(2019, 1, 1), "/": NOTHING, "9月1日": REFUSED, "9-1": REFUSED, "2019-13": REFUSED, "45": REFUSED,
                    "#VALUE!": REFUSED},
    "status": {"完好": "在用", "库存备用": "闲置", "已报废": "待报废", "在 用": "在用"},
    "acquired_by": {"购入": "新购", "无偿调入": "调拨"},
    "life_months": {"10年": 120, "60个月": 60, "1年6个月": 18, "半年": 6, "60": 60, "很久": REFUSED},
    "class_code": {"Ａ０２０１０１０５": "A02010105", "A0201 0105": "A02010105", "2.0103E+12": REFUSED},
    "number": {"ＺＣ－０１": "ZC-01", "ZC 02": "ZC02", "6.93436E+12": REFUSED, "#NAME?": REFUSED},
    "serial": {"6.93436E+12": REFUSED, "SN 01": "SN01"},
}


@pytest.mark.parametrize("key", WORDS)
def test_an_import_reads_words_so(ledger, tmp_path, key):
    words = WORDS[key]
    book = openpyxl.Workbook()
    book.active.append(["资产名称", FIELD[key].title])
    for at, text in enumerate(words):
        book.active.append([f"物{at}", text])
    book.save(tmp_path / "台账.xlsx")
    run(Source(tmp_path / "台账.xlsx"), Plan("Sheet", 1, {0: "name", 1: key}, skip_bad=True))
    held = {card.draft.name: getattr(card.draft, key) for card in queries.cards(queries.matching_ids(Wish()))}
    usual = commands.tidied(AssetDraft(name="物"))
    for at, (text, meant) in enumerate(words.items()):
        if meant is REFUSED:
            assert f"物{at}" not in held, text
        elif meant is NOTHING:
            assert held[f"物{at}"] in (getattr(usual, key), None, 0), text
        else:
            assert held[f"物{at}"] == meant, text


@pytest.mark.parametrize(("key", "text", "meant"), [(key, *case) for key, words in WORDS.items() for case in words.items()
                                                    if key in {column.key for column in queries.COLUMNS} and case[0] != "-3"])
def test_a_paste_reads_them_the_same(ledger, key, text, meant):
    elsewhere = Elsewhere(cell_fields(queries.COLUMNS))
    if meant is REFUSED:
        with pytest.raises(ValueError, match=r"[\u4e00-\u9fff]"):
            elsewhere.read(key, text)
        return
    found = elsewhere.read(key, text)
    assert (NOTHING if found is None else found[0]) == meant
    told = {"40套": ONLY_NUMBER, "十二张": ONLY_NUMBER, **dict.fromkeys(("2019年9月", "2019-09", "201909", "2019", "19.9.1"), GUESSED_DAY)}
    assert (found[1] if found else "") == told.get(text, "")


def paste(page, words, key, row=0):
    column = next(at for at, each in enumerate(page.columns) if each.key == key)
    page.grid.setColumnHidden(column, False)
    page.grid.choose_cell(row, column)
    QGuiApplication.clipboard().setText(words)
    page.grid.paste()


def test_people_and_rooms_are_found_as_an_import_finds_them(page):
    group = add_department("语文教研室").made[0]
    both = [add_person(PersonDraft("李无名", department_id=each)).made[0] for each in (group, None)]
    elsewhere = Elsewhere(page.fields)
    assert elsewhere.read("keeper", "李 无名（语文教研室）") == (both[0], "")
    with pytest.raises(ValueError, match="有 2 位“李无名”"):
        elsewhere.read("keeper", "李无名")
    with pytest.raises(ValueError, match="没有找到“查无此人”"):
        elsewhere.read("keeper", "查无此人")
    assert elsewhere.read("department", "语文 教研室") == (group, "")
    path = next(row[1 + [each.key for each in queries.COLUMNS].index("place")] for row in queries.listing(Wish(), 1))
    assert elsewhere.read("place", path) == elsewhere.read("place", path.replace(" ", ""))
    with pytest.raises(ValueError, match="没有找到“没有的楼”"):
        elsewhere.read("place", "没有的楼")


def test_what_a_paste_guessed_or_left_is_told_with_what_it_stored(page, said):
    paste(page, "2019年9月\n无\n2019-10-02", "acquired_on")
    assert said.texts == ["已保存 2 格。有 1 格日期只写到年或月，按当年 1 月或当月 1 日登记，请核对。"
                          "有 1 格粘贴的是“无”或“-”，当作空白，没有动；要清空请按 Del。"]
    assert said.tones == ["warning"]
    assert "撤销" in said.actions


def test_a_day_without_year_is_this_year_only_where_it_is_typed(page):
    assert page.fields["acquired_on"].read("9月1日").month == 9
    paste(page, "9月1日", "acquired_on")
    cell = page.model.edits.at(page.model.record_at(0), "acquired_on")
    assert "没有写年份" in cell.reason


def test_what_was_not_shown_in_a_narrow_column_is_refused(page):
    paste(page, "######", "name")
    assert "这一列太窄" in page.model.edits.at(page.model.record_at(0), "name").reason
