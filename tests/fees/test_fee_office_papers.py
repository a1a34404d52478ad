"""Papers that the office files: figures as in the ledger, names where they belong and nowhere else."""

from datetime import date

import pypdf
import pytest

from app import features
from app.core.errors import Refused
from app.core.money import format_fen
from app.fees.board import commands as board
from app.fees.board.commands import PostDraft
from app.fees.letters import queries as letters
from app.fees.money import commands, queries, settlement
from app.fees.money.facts import Facts
from app.fees.money.rules import RefundDraft, VoucherDraft
from app.fees.tables import FeeReply
from app.paper.forms import Order
from app.store import journal
from tests.fee_verbs import make_shipped, record_voucher

FIRST = "三年级1班"


@pytest.fixture
def settled(fee_school):
    for each in fee_school.classes.values():
        commands.pay_class(fee_school.plan, each, date(2026, 9, 30))
    people = list(fee_school.people.values())
    for number, name, fen in (("1", "作业本费", 10_001), ("2", "伙食费", 400_000), ("3", "校服费", 120_000), ("9", "校服费", 500)):
        record_voucher(fee_school.plan, VoucherDraft(fee_school.items[name], number, date(2026, 11, 5), fen, "发票", "", "供应商", *people))
    settlement.settle(fee_school.plan)
    return fee_school


def text_of(key, tmp_path, **order):
    done = features.form(key).write(Order(**order), tmp_path / "p.pdf")
    with pypdf.PdfReader(done.path) as reader:
        return "\n".join(page.extract_text() for page in reader.pages)


def test_the_vouchers_are_listed_by_item_with_their_sums_and_no_pupil(settled, tmp_path):
    text = text_of("fee-vouchers", tmp_path)
    for words in ("校服费", "小计：2 张", "1,205.00", "4,000.00", "经手甲", format_fen(sum(Facts(settled.plan).vouchers.values()))):
        assert words in text, words
    assert not any(name in text for name in settled.pupils)
    assert "内部资料" not in text


def test_who_has_not_collected_is_on_the_list_until_he_has(settled, tmp_path):
    open_now = queries.open_balances(Facts(settled.plan))
    back = {pupil: fen for pupil, fen in open_now.items() if fen > 0}
    text = text_of("fee-settlement-unclaimed", tmp_path)
    names = {pupil: name for name, pupil in settled.pupils.items()}
    assert all(names[pupil] in "".join(text.split()) for pupil in back)
    assert format_fen(sum(back.values())) in text
    assert "内部资料" in text
    assert settled.pupils["冯七"] in back
    assert "2026年10月10日离校" in "".join(text.split())
    first = next(iter(back))
    settlement.record_refunds(settled.plan, [RefundDraft(first, back[first], date(2026, 11, 20))])
    assert names[first] not in text_of("fee-settlement-unclaimed", tmp_path)
    for pupil, fen in list(back.items())[1:]:
        settlement.record_refunds(settled.plan, [RefundDraft(pupil, fen, date(2026, 11, 20))])
    assert "无记录" in text_of("fee-settlement-unclaimed", tmp_path)


def test_waivers_are_listed_with_what_is_waived(settled, tmp_path):
    text = text_of("fee-waivers", tmp_path)
    assert "白二" in text
    assert "低保" in text
    assert "课后服务费" in text
    assert "安一" not in text
    facts = Facts(settled.plan)
    waived = sum(each.full - each.fen for each in facts.ground.by_pupil[settled.pupils["白二"]].values() if each.why == "减免")
    assert waived > 0
    assert format_fen(waived) in text
    assert "内部资料" in text
    assert "白二" not in text_of("fee-waivers", tmp_path, grades=(4,))


def test_the_slips_are_counted_by_class_without_names(fee_school, tmp_path):
    with pytest.raises(Refused, match="没有带回执的信"):
        text_of("fee-reply-counts", tmp_path)
    letter = make_shipped(fee_school.term, "fee-notice", date(2026, 9, 1), date(2026, 9, 4)).made[0]
    with journal.operation("回执"):
        FeeReply.create(letter=letter, pupil=fee_school.pupils["安一"], returned_on=date(2026, 9, 3))
    text = text_of("fee-reply-counts", tmp_path)
    counts = {each.class_name: each for each in letters.reply_counts(letter)}
    assert counts[FIRST].returned == 1
    assert f"{FIRST} {counts[FIRST].pupils} 1" in " ".join(text.split())
    assert "课后服务费" in text
    assert "合计：3 个班" in text
    assert not any(name in text for name in fee_school.pupils)
    with pytest.raises(Refused):
        text_of("fee-reply-counts", tmp_path, records=(letter + 1,))


def test_the_posting_is_proved_version_by_version(fee_school, tmp_path):
    with pytest.raises(Refused, match="还没有张贴过公示"):
        text_of("fee-posting-proof", tmp_path)
    with journal.operation("公示"):
        one = board.hang_unasked(fee_school.plan, PostDraft(date(2026, 8, 24), date(2026, 9, 4), "校门口公示栏", "经手甲"))
    text = text_of("fee-posting-proof", tmp_path)
    for words in ("公示张贴证明", "校门口公示栏", "2026年8月24日", "2026年9月4日", "11 天", "经手甲", "家长代表", "第 1 版", "792号"):
        assert words in text, words
    assert not any(name in text for name in fee_school.pupils)
    with pytest.raises(Refused):
        text_of("fee-posting-proof", tmp_path, records=(one + 1,))


def test_on_the_command_line(settled, run, tmp_path):
    for key in ("fee-vouchers", "fee-settlement-unclaimed", "fee-waivers"):
        assert run("print", key, "--out", tmp_path / f"{key}.pdf").code == 0
    assert run("print", "fee-vouchers", "--class", FIRST, "--out", tmp_path / "x.pdf").code == 1
