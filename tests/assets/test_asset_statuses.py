"""The words for 使用状况 may be the school's own; their meaning is one of a few, and what the program does rests on that."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from app.assets import bulk, cells, checks, commands, meanings, queries, splitting, statuses
from app.assets.fields import FIELD, FIELDS, AssetDraft
from app.assets.settings import STATUSES
from app.assets.splitting import Split
from app.core.errors import Invalid, Refused
from app.store import journal, settings, triggers
from app.store.database import database


def write(*lines):
    return settings.change({STATUSES: "\n".join(lines)})


def refusal(*lines):
    with pytest.raises(Invalid) as told:
        write(*lines)
    return told.value.problems[0].text


OWN = ("在用", "外借出去＝在外", "拟报废=待处置", "报损待批 ＝ 待核销", "送外维护＝送修")


def test_shipped_words_have_their_meaning(started_ledger):
    assert meanings.read(settings.value(STATUSES)) == {
        "在用": "在用", "闲置": "闲置", "出借": "在外", "出租": "在外", "送修": "送修", "待修理": "待修理", "待报废": "待处置", "待核销": "待核销",
        "毁坏不能用": "待处置", "危房不能用": "危险"}
    assert statuses.offered(FIELD["status"]) == statuses.words()


def test_a_school_writes_its_own_words(started_ledger):
    write(*OWN)
    assert statuses.words() == ["在用", "外借出去", "拟报废", "报损待批", "送外维护"]
    assert statuses.word_for(meanings.WRITE_OFF) == "报损待批"
    assert statuses.by_word({meanings.OUTSIDE: "借出"}) == {"外借出去": "借出"}
    assert statuses.synonyms("status")["报废"] == "拟报废"
    assert statuses.synonyms("status")["出借"] == "外借出去"
    assert "待修" not in statuses.synonyms("status")        # no word of this school means it: a workbook's 待修 is asked about


@pytest.mark.parametrize(("lines", "words"), [
    (("在用", "坏了"), "使用状况：“坏了”没有写明含义"), (("在用", "坏了＝没法用"), "“坏了”没有写明含义"), (("在用", "＝在用"), "没有写明含义"),
    ((*OWN, "外借出去＝在用"), "“外借出去”写了两行"), (OWN[1:], "“在用”请保留"), (OWN[:3], "含义是待核销"), (("在用",), "待处置、待核销"),
    ((), "至少要有一项")])
def test_words_without_meaning_are_refused(started_ledger, lines, words):
    before = statuses.words()
    assert words in refusal(*lines)
    assert statuses.words() == before


def test_a_word_that_cards_bear_stays(started_ledger):
    card = commands.register_asset(AssetDraft(name="音箱", status="出借")).made[0]
    assert "“出借”还有 1 条登记在用，不能去掉" in refusal(*OWN)
    write(*meanings.SHIPPED, *OWN[1:])
    bulk.edit_many([card], bulk.Change({"status": "外借出去"}))
    assert write(*OWN).step is not None


def test_a_card_takes_no_word_of_unknown_meaning(started_ledger):
    card = commands.register_asset(AssetDraft(name="课桌", quantity=3)).made[0]
    for act in (lambda: commands.register_asset(AssetDraft(name="凳", status="坏了")),
                lambda: cells.write_cells({card: {"status": "坏了"}}, []),
                lambda: cells.write_cells({}, [{"name": "凳", "status": "坏了"}]),
                lambda: splitting.split_card(card, Split((1,), status="坏了"))):
        with pytest.raises(Invalid) as told:
            act()
        assert "没有“坏了”这个使用状况" in told.value.problems[0].text
    assert queries.card(card).draft.status == "在用"
    assert list(checks.cards_sound()) == []


def test_undo_leaves_no_card_with_a_word_nobody_lists(started_ledger):
    write(*meanings.SHIPPED, "封存＝闲置")
    step = journal.undoable()[0]
    card = commands.register_asset(AssetDraft(name="旧琴", status="封存")).made[0]
    with pytest.raises(Refused, match="1 张卡片的使用状况是“封存”"):
        journal.undo(step)
    moved = bulk.edit_many([card], bulk.Change({"status": "闲置"})).step
    write(*meanings.SHIPPED)
    with pytest.raises(Refused, match="“封存”已经从设置里去掉了"):
        journal.undo(moved.id)
    journal.undo()
    journal.undo()
    assert queries.card(card).draft.status == "封存"


def test_a_check_names_words_whose_meaning_is_not_known(started_ledger):
    commands.register_asset(AssetDraft(name="旧琴"))
    triggers.drop()
    database.execute_sql("UPDATE asset SET status = '封存'")
    triggers.install()
    assert list(checks.cards_sound()) == ["1 张卡片的使用状况是“封存”，设置里没有写明它的含义，按“在用”处理。请在“设置—资产台账”里加上。"]


@how(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text("在用修报废坏=＝ x", max_size=6), max_size=5), stranger=st.text(max_size=5))
def test_meanings_are_closed(started_ledger, words, stranger):
    lines = [*meanings.SHIPPED, *words]
    assert set(meanings.read(lines).values()) <= set(meanings.MEANINGS)
    assert set(meanings.read([stranger]).values()) <= set(meanings.MEANINGS)
    if not meanings.wrong(lines):
        assert meanings.read(lines) == meanings.read([f"{word}＝{meaning}" for word, meaning in meanings.read(lines).items()])
        assert all(meaning in meanings.read(lines).values() for meaning in meanings.NEEDED)


def test_every_field_offers_its_words(started_ledger):
    assert all(statuses.offered(field) for field in FIELDS if field.choices)
    assert set(meanings.SYNONYMS.values()) <= set(meanings.MEANINGS)
    assert set(meanings.SAME.values()) <= set(meanings.read(meanings.SHIPPED))
