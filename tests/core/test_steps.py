"""States of a document: what may be done in each, the one sentence of refusal, and the way there."""

import pytest

from app.core.errors import Refused
from app.core.steps import Steps, Way, stays

STEPS = Steps({"draft": "拟定", "issued": "已发", "done": "办结", "gone": "作废"}, {
    "edit": Way("修改", stays("draft")),
    "issue": Way("发出", {"draft": "issued", "issued": "issued"}),
    "recall": Way("撤回", {"issued": "draft"}),
    "finish": Way("办结", {"issued": "done"}),
    "reopen": Way("撤销办结", {"done": "issued"}),
    "void": Way("作废", {"draft": "gone", "issued": "gone"}, {"done": "办结的请另发一份更正。"}),
})


@pytest.mark.parametrize(("state", "act", "then"), [
    ("draft", "edit", "draft"), ("draft", "issue", "issued"), ("issued", "issue", "issued"), ("issued", "finish", "done"),
    ("done", "reopen", "issued"), ("issued", "void", "gone")])
def test_what_may_be_done_leads_to_its_state(state, act, then):
    assert STEPS.allows(state, act)
    assert STEPS.after(state, act, "通知") == then


@pytest.mark.parametrize(("state", "act", "told"), [
    ("issued", "edit", "通知现在是“已发”，不能修改。请先撤回。"),
    ("done", "edit", "通知现在是“办结”，不能修改。请先撤销办结。"),      # the first of two
    ("draft", "finish", "通知现在是“拟定”，不能办结。请先发出。"),
    ("draft", "reopen", "通知现在是“拟定”，不能撤销办结。请先发出。"),
    ("done", "void", "通知现在是“办结”，不能作废。办结的请另发一份更正。"),
    ("gone", "edit", "通知现在是“作废”，不能修改。"),                    # nothing leads there
])
def test_a_refusal_says_the_state_and_what_comes_before(state, act, told):
    assert not STEPS.allows(state, act)
    with pytest.raises(Refused) as refused:
        STEPS.after(state, act, "通知")
    assert refused.value.text == told


def test_a_page_offers_what_the_state_allows():
    assert [STEPS.offered(state) for state in STEPS.words] == [
        {"edit", "issue", "void"}, {"issue", "recall", "finish", "void"}, {"reopen"}, set()]


def test_a_state_without_words_is_a_mistake_of_the_table():
    with pytest.raises(ValueError, match="other"):
        Steps({"draft": "拟定"}, {"edit": Way("修改", {"draft": "other"})})


def test_an_act_that_the_table_does_not_know_is_a_mistake():
    with pytest.raises(KeyError):
        STEPS.allows("draft", "forget")
