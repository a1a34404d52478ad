"""The papers of a purchase: what stands on them, 补办 in the corner, the chain as one file, the dossier with its scans."""

from dataclasses import replace
from datetime import date

import pypdf
import pytest
from PIL import Image

from app import features
from app.core.errors import Refused
from app.paper.forms import Order
from app.paper.merging import Part, merge
from app.purchasing import cancelling, claims, commands, notices, paying, queries, quoting
from app.purchasing.paying import PaperDraft
from app.purchasing.quoting import Asking, Award, QuoteDraft
from app.school import settings as words
from app.store import attachments, journal, settings
from app.store.folder import current
from tests.cli_fixture import texts

DAY = date(2026, 11, 20)


@pytest.fixture
def printed(shop, tmp_path):
    """Print a form of a purchase and give the words of its pages."""
    def printed(key, purchase, **order):
        path = tmp_path / f"{key}.pdf"
        features.form(key).write(Order(about=purchase, **order), path)
        return ["".join(text.split()) for text in texts(path)]
    return printed


def claimed(shop, purchase):
    shares = [each.id for each in paying.shares(purchase)]
    return claims.claim(shares, replace(claims.proposed(shares), auditor=shop.signer("钱多"))).made[0]


def test_the_request_says_what_the_store_has_and_what_it_cost(shop, printed):
    shop.buy(replace(shop.broom, goes="入库", price=900), paper=PaperDraft())
    second = shop.buy().made[0]
    page, = printed("purchase-request", second)
    assert "扫帚塑料把108.6086.00109.00" in page
    assert "合计（大写）：人民币捌拾陆元整" in page
    assert "补办" not in page


def test_what_was_approved_afterwards_says_so_in_the_corner(shop, printed):
    late = shop.buy(approved_on=None).made[0]
    for key in ("purchase-request", "purchase-acceptance", "purchase-approval"):
        assert "补办" in printed(key, late)[0]
    cancelling.void(late, "退了")
    assert "作废" in printed("purchase-request", late)[0]


def test_the_acceptance_in_three_copies(shop, printed):
    pages = printed("purchase-acceptance", shop.buy().made[0])
    assert [name for page in pages for name in ("财产管理员联", "会计联", "使用部门联") if name in page] == ["财产管理员联", "会计联", "使用部门联"]
    assert "发票号：04410001" in pages[0]


def test_the_chain_is_one_file_in_its_order(shop, printed):
    purchase = shop.buy().made[0]
    claimed(shop, purchase)
    told = "".join(printed("purchase-chain", purchase))
    places = [told.index(word) for word in ("采购申请单", "验收单", "入库单", "领用单", "报销单")]
    assert places == sorted(places)


def test_the_notice_names_no_person(shop, printed):
    purchase = shop.buy().made[0]
    notices.post([purchase], notices.begin(DAY))
    page, = printed("purchase-notice", purchase)
    assert "青河五金店" in page
    assert "2026年11月20日" in page
    for name in shop.people:
        assert name not in page


def test_quotes_and_the_bargain(shop, printed):
    purchase = shop.buy().made[0]
    with pytest.raises(Refused, match="还没有登记报价"):
        printed("purchase-quotes", purchase)
    line = queries.lines(purchase)[0].id
    quoting.write_quotes(purchase, Asking((QuoteDraft("甲店", prices={line: 860}), QuoteDraft("乙店", prices={line: 800})), DAY,
                                          (shop.signer("王敏"), shop.signer("张兰")), "只有两家"))
    quoting.award(purchase, {line: Award(quoting.asking(purchase).quotes[0].id, "乙店没有货")})
    told = printed("purchase-quotes", purchase)[0]
    assert "扫帚塑料把108.608.00乙店甲店86.00乙店没有货" in told
    assert "议定结果：甲店86.00元。" in printed("purchase-bargain", purchase)[0]


def test_the_petition_is_a_letter_that_word_goes_on_with(shop, tmp_path):
    purchase = shop.buy(reply_no="教字3号").made[0]
    settings.change({words.BUREAU: "青河县教育局"})
    features.form("purchase-petition").write(Order(about=purchase), tmp_path / "请示.docx")
    assert (tmp_path / "请示.docx").stat().st_size > 5_000


def test_the_dossier_takes_scans_in_and_names_what_it_cannot(shop, tmp_path, printed):
    purchase = shop.buy().made[0]
    Image.new("RGB", (300, 200), "red").save(tmp_path / "收货.jpg")
    (tmp_path / "发票.xml").write_text("<a/>", "utf-8")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF-1.7 nothing")
    share, accepted = paying.shares(purchase)[0].id, queries.acceptances(purchase)[0].id
    with journal.operation("附件"):
        attachments.add(current(), "purchase_acceptance", accepted, tmp_path / "收货.jpg")
        attachments.add(current(), paying.SHARE, share, tmp_path / "发票.xml")
        attachments.add(current(), paying.SHARE, share, tmp_path / "坏.pdf")
    commands.sign_back("purchase", purchase)
    path = tmp_path / "档案.pdf"
    done = features.form("purchase-dossier").write(Order(about=purchase), path)
    assert done.warnings == ("“发票 04410001：坏.pdf”读不出来（损坏了，或者有口令），没有并进去。请单独打印。",)
    with pypdf.PdfReader(path) as reader:
        outline = [each["/Title"] for each in reader.outline]
        assert len(reader.pages) == done.pages
        cover = "".join(reader.pages[0].extract_text().split())
    assert outline == ["封面和目录", "采购申请单", "验收单 YS-2026-00001", "验收 YS-2026-00001：收货.jpg", "入库单、领用单"]
    assert "另附的电子文件（没有并入）：发票04410001：发票.xml" in cover
    assert "不少于15年" in cover


def test_nothing_readable_is_refused(tmp_path):
    (tmp_path / "坏.pdf").write_bytes(b"no")
    with pytest.raises(Refused, match="没有一份读得出来"):
        merge("档案", [Part(tmp_path / "坏.pdf", "坏")], tmp_path / "出.pdf")
    assert not (tmp_path / "出.pdf").exists()


@pytest.mark.parametrize("count", [1, 8, 9, 60])
def test_papers_of_any_length(shop, printed, count):
    lines = [replace(shop.broom, name=f"扫帚{at}", quantity=1_000) for at in range(count)]
    purchase = shop.buy(*lines).made[0]
    claimed(shop, purchase)
    for key in ("purchase-request", "purchase-acceptance", "purchase-claim", "purchase-approval", "purchase-petition"):
        assert printed(key, purchase)
    assert sum("扫帚59" in page for page in printed("purchase-request", purchase)) == (count == 60)


@pytest.mark.parametrize(("count", "pages"), [(8, 2), (9, 3)])
def test_an_acceptance_of_eight_lines_takes_half_a_page_a_copy(shop, printed, count, pages):
    lines = [replace(shop.broom, name=f"扫帚{at}", quantity=1_000) for at in range(count)]
    assert len(printed("purchase-acceptance", shop.buy(*lines).made[0])) == pages
