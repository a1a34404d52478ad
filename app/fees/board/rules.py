"""What forbids publishing or printing a term's fees: each check by name, with its source, without I/O.

``check_plan`` runs them all. How strict each is the school decides (``board.settings.SEVERITY``); ``RULES`` has what is shipped.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from app.core.errors import Level
from app.core.money import format_fen
from app.core.terms import chinese_day
from app.fees.board import refunding
from app.fees.item_fields import PlanItemRow
from app.fees.money.settings import HALF
from app.fees.plan.rules import ADDED, Difference, Standard, standard_in_force
from app.fees.rules import (
    ADMINISTRATIVE,
    BANNED,
    CHARGED,
    FREE,
    SERVICE,
    Matrix,
    PlanRow,
    grade_word,
    grades_words,
)

Purpose = Literal["post", "print", "collect"]
_792, _1619, _2020 = "计价格〔2002〕792号", "发改价格〔2010〕1619号", "教财〔2020〕5号"
_PENALTY = "价格违法行为行政处罚规定"


@dataclass(frozen=True, slots=True)
class Rule:
    """A check: its key, what people call it, how strict it is unless the school says otherwise, where it comes from."""

    key: str
    title: str
    level: Level
    source: str


RULES = (
    Rule("no_items", "没有填收费金额", "error", _792),
    Rule("no_basis", "没有收费依据", "error", _792),
    Rule("above_standard", "超过规定标准", "error", f"{_PENALTY}第八条；{_792}"),
    Rule("no_standard", "没有登记标准", "warning", _792),
    Rule("banned", "禁止收取的项目", "error", f"{_1619}；{_2020}"),
    Rule("free_charged", "免费的项目写了金额", "error", "义务教育法第二条；教财〔2020〕5号"),
    Rule("prepayment", "跨学期预收", "error", _1619),
    Rule("merged", "服务性收费、代收费与学费合并", "error", _1619),
    Rule("no_slip", "自愿项目没有征求意见的回执", "error", _1619),
    Rule("no_dates", "没有定开始收费日期", "warning", _792),
    Rule("short_publicity", "收费前公示天数不够", "error", f"发改价检〔2003〕781号；{_792}"),
    Rule("not_public", "没有列入公示", "error", _792),
    Rule("changed", "公示以后有变动", "error", f"{_792}；发改价检〔2003〕781号"),
    Rule("fresh_item", "新增、提高的标准公示未满", "warning", f"{_792}；发改价检〔2003〕781号"),
    Rule("expired", "依据已过期或项目已停用", "error", _792),
    Rule("stale_basis", "依据在项目库里已更新", "warning", _792),
    Rule("no_price", "有项目没有金额", "warning", _792),
    Rule("no_scope", "没有写收费范围", "warning", _792),
    Rule("refund_differs", "退费办法与算法不一致", "error", _1619),
    Rule("no_waiver_policy", "没有减免政策", "warning", f"{_792}；发改价检〔2003〕781号"),
    Rule("waiver_not_given", "写了免收却没有选减免对象", "error", f"{_792}；发改价检〔2003〕781号"),
    Rule("waiver_untold", "选了减免对象却没有写减免政策", "warning", f"{_792}；发改价检〔2003〕781号"),
    Rule("no_phone", "没有投诉电话", "error", f"{_792}；发改价检〔2003〕781号"),
)
_BY_KEY = {rule.key: rule for rule in RULES}

_TUITION = re.compile(r"(?<![研游])学费|学杂费|住宿费")     # 研学费 is no tuition
_SERVICES = re.compile(r"服务|课后|伙食|餐|校车|作业本|教辅|校服|代收|代办|保险|资料|[、及和与+＋/]")
_FREE_OF_CHARGE = re.compile(r"免收|全免|免缴|免交|免费|不收")
_SEVERAL_TERMS = re.compile(r"学年|/年|全年|下学期|两学期|跨学期|预收下")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the item itself says today: its basis, its time, the standards on record."""

    basis: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True
    standards: Sequence[Standard] = ()


@dataclass(frozen=True)
class Facts:
    """All that the checks of a plan look at.

    ``banned`` maps words that no charged item may have in its name to (what is banned, source). ``public`` are the items
    (by the item they stand for) on the list that hangs now, None where none does; ``since`` is how the plan differs
    from it. ``fresh`` are items (as above) that the version hanging now added or raised, with its day; ``today`` counts their
    days. ``posted_on`` is the day on which publicity began, or would begin. ``asked``: a letter with a slip exists.
    ``phones`` are the school's own number and the bureau's, "" where there is none: hotlines of the whole country are neither.
    ``groups`` are the school's 减免类别, ``part_term`` and ``least_days`` how a part of a term or a month is charged.
    """

    plan: PlanRow
    items: Sequence[PlanItemRow]
    matrix: Matrix
    catalogue: Mapping[int, ItemFacts] = field(default_factory=dict)
    banned: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    public: Collection[int] | None = None
    since: Sequence[Difference] = ()
    posted_on: date | None = None
    asked: bool = False
    publicity_days: int = 7
    advance_days: int = 15
    phones: Sequence[str] = ()
    fresh: Mapping[int, date] = field(default_factory=dict)
    today: date | None = None
    groups: Sequence[str] = ()
    part_term: str = HALF
    least_days: int = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: ``rule`` names it, ``text`` says it with the remedy, ``source`` is the 文号.

    ``item`` is the plan's item and ``grade`` the column it concerns, 0 for none. An error blocks publishing and printing.
    """

    rule: str
    text: str
    level: Level
    source: str
    item: int = 0
    grade: int = 0


Found = Iterator[tuple[str, str, int, int]]     # rule's key, sentence, plan item, grade


def check_plan(facts: Facts, purpose: Purpose, levels: Mapping[str, Level | None] | None = None) -> list[Finding]:
    """Run every check that ``purpose`` asks for: errors first, then by item.

    ``levels`` gives a rule's level where the school has changed it, None for a rule it does not want checked.
    """
    found = []
    for check in _CHECKS[purpose]:
        for key, text, item, grade in check(facts):
            rule = _BY_KEY[key]
            level = rule.level if levels is None or key not in levels else levels[key]
            if purpose == "post" and key == "no_slip" and level:
                level = "warning"   # the slip goes out with the letter, after the list has been posted
            if level:
                found.append(Finding(key, text, level, rule.source, item, grade))
    places = {item.id: at for at, item in enumerate(facts.items)}
    return sorted(found, key=lambda each: (each.level != "error", places.get(each.item, -1)))


def _charged(facts: Facts) -> list[tuple[PlanItemRow, dict[int, int]]]:
    """Give the items that cost something in some grade, with their prices by grade."""
    prices: dict[int, dict[int, int]] = {}
    for (item, grade), fen in facts.matrix.items():
        if fen:
            prices.setdefault(item, {})[grade] = fen
    return [(item, prices[item.id]) for item in facts.items if item.id in prices]


def _basis(facts: Facts) -> Found:
    if not _charged(facts):
        yield "no_items", "这个学期还没有填任何收费金额。请先从上学期复制，或添加收费项目并填写各年级金额。", 0, 0
    for item in facts.items:
        if item.kind in CHARGED and not item.basis.strip():
            yield "no_basis", f"“{item.name}”没有收费依据。请填批准机关和文号；没有文件依据的不能收。", item.id, 0
        known = facts.catalogue.get(item.item_id, ItemFacts())
        if item.basis.strip() and known.basis and known.basis != item.basis:
            yield ("stale_basis", f"“{item.name}”的依据在项目库里是“{known.basis}”，本学期写的是“{item.basis}”。请核对后改成一致。",
                   item.id, 0)
        day = facts.plan.collect_from or facts.plan.starts_on
        if known.ends_on and known.ends_on < day:
            yield "expired", f"“{item.name}”的依据执行到 {known.ends_on}，本学期已过期。请换上新的文件，或去掉这一项。", item.id, 0
        elif not known.active:
            yield "expired", f"“{item.name}”在项目库里已停用。请去掉这一项，或先在项目库里重新启用。", item.id, 0


def _standards(facts: Facts) -> Found:
    day = facts.plan.collect_from or facts.plan.starts_on
    for item, prices in _charged(facts):
        known = facts.catalogue.get(item.item_id, ItemFacts())
        without = []
        for grade, fen in prices.items():
            standard = standard_in_force(known.standards, grade, day)
            if standard is None:
                without.append(grade)
            elif fen > standard.fen:
                yield (
                    "above_standard",
                    f"“{item.name}”{grade_word(grade)}填了 {format_fen(fen)} 元，超过标准 "
                    f"{format_fen(standard.fen)} 元（{standard.document or item.basis or '登记的标准'}，{standard.from_on} 起）。"
                    "请改到标准以内；标准有调整的，先在项目库里登记新标准。",
                    item.id,
                    grade,
                )
        if without and item.kind in (ADMINISTRATIVE, SERVICE):
            yield ("no_standard", f"“{item.name}”{grades_words(without)}没有登记规定的标准，没法核对是否超标。请在项目库里登记。", item.id, 0)


def _forbidden(facts: Facts) -> Found:
    for item, prices in _charged(facts):
        if item.kind == BANNED:
            yield "banned", f"“{item.name}”属于禁止收取的项目，不能收。请去掉这一项。", item.id, 0
            continue
        for word, (what, source) in facts.banned.items():
            if word in item.name:
                yield "banned", f"“{item.name}”属于禁止收取的“{what}”（{source}）。请去掉这一项；确实不是的，请改用准确的名称。", item.id, 0
                break
        if item.kind == FREE:
            yield ("free_charged", f"“{item.name}”是免费项目，{grades_words(prices)}却填了金额。请清空金额，公示表上列为“免收”。",
                   item.id, 0)
        if _TUITION.search(item.name) and (
            item.kind != ADMINISTRATIVE or _SERVICES.search(_TUITION.sub("", item.name))
        ):
            yield "merged", f"“{item.name}”把学费、住宿费与服务性收费或代收费合在一起。请拆成各自的项目，分别填写标准和依据。", item.id, 0


def _terms(facts: Facts) -> Found:
    plan = facts.plan
    for item, _ in _charged(facts):
        found = _SEVERAL_TERMS.search(f"{item.unit} {item.name}")
        if found:
            yield ("prepayment", f"“{item.name}”按“{item.unit}”收，超出一个学期（“{found[0].strip('/')}”）。"
                   "不得跨学期预收，请改成按学期、月或次收。", item.id, 0)
    earliest = plan.starts_on - timedelta(facts.advance_days)
    if plan.collect_from and plan.collect_from < earliest:
        yield ("prepayment", f"开始收费日期 {plan.collect_from} 比开学（{plan.starts_on}）早 "
               f"{(plan.starts_on - plan.collect_from).days} 天，属于跨学期预收。请改到 {earliest} 以后。", 0, 0)
    if plan.collect_from and plan.collect_from > plan.ends_on:
        yield "prepayment", f"开始收费日期 {plan.collect_from} 已在本学期（到 {plan.ends_on}）之后。请改到学期以内。", 0, 0


def _publicity(facts: Facts) -> Found:
    plan = facts.plan
    if plan.collect_from is None:
        yield "no_dates", "还没有定开始收费日期，没法核对公示天数。请在“收费安排”里填写。", 0, 0
        return
    if facts.posted_on is None:
        return
    public = (plan.collect_from - facts.posted_on).days
    if public < facts.publicity_days:
        earliest = facts.posted_on + timedelta(facts.publicity_days)
        yield ("short_publicity", f"从 {chinese_day(facts.posted_on)}公示到 {chinese_day(plan.collect_from)}开始收费只有 "
               f"{max(public, 0)} 天，不足 {facts.publicity_days} 天。请把开始收费日期改到 {chinese_day(earliest)}或以后。", 0, 0)


def _slips(facts: Facts) -> Found:
    for item, _ in _charged(facts):
        if item.voluntary and not facts.asked:
            yield "no_slip", f"“{item.name}”是自愿项目，还没有带回执的告家长书。请先建立告家长书并逐项征求意见。", item.id, 0


def _public(facts: Facts) -> Found:
    for item, _ in _charged(facts):
        if facts.public is None or item.item_id not in facts.public:
            yield "not_public", f"“{item.name}”没有列入本学期的公示，不能收。请先公示（或发布新版本），家长有权拒缴未公示的项目。", item.id, 0


def _changed(facts: Facts) -> Found:
    for change in facts.since:
        if not (change.what == "item" and change.sort == ADDED):     # what was added is said by not_public
            yield "changed", f"公示以后有变动：{change.sentence}。请发布新版本（旧版本存档），或改回公示的内容。", change.item, change.grade


def _fresh(facts: Facts) -> Found:
    for item, _ in _charged(facts):
        day = facts.fresh.get(item.item_id)
        starts = day + timedelta(facts.publicity_days) if day else None
        if day and starts and facts.today and facts.today < starts:
            yield ("fresh_item", f"“{item.name}”是 {chinese_day(day)}换版时新增或提高的，公示要满 {facts.publicity_days} 天。"
                   f"请到 {chinese_day(starts)}再按新的标准收。", item.id, 0)


def _words(facts: Facts) -> Found:
    charged = {item.id for item, _ in _charged(facts)}
    for item in facts.items:
        if item.id not in charged and item.kind in CHARGED:
            yield "no_price", f"“{item.name}”没有填任何年级的金额。请填写，或去掉这一项。", item.id, 0
        if item.id in charged and not item.scope.strip():
            yield "no_scope", f"“{item.name}”没有写收费范围（对象）。请填写，例如“自愿参加的学生”。", item.id, 0
        if item.id in charged and (wrong := refunding.contradiction(item, facts.part_term)):
            yield ("refund_differs", f"“{item.name}”的退费办法写着“{wrong}”，结算时却是{_computed(facts, item)}。"
                   "请删去这句话，或改计量、结算方式和“设置—收费结算”，使两者一致。", item.id, 0)
    if charged and not any(item.waiver_policy.strip() for item in facts.items):
        yield "no_waiver_policy", "没有任何项目写了对家庭经济困难学生的减免政策，公示表上必须有。请至少在一个项目里填写。", 0, 0
    lacking = [title for at, title in enumerate(("学校监督电话", "教育局投诉电话")) if not "".join(facts.phones[at:at + 1]).strip()]
    if lacking:
        yield ("no_phone", f"公示表要有学校和上级的投诉电话，还没有{'和'.join(lacking)}（12345、12315 不算）。请在“设置—收费公示”里填写。", 0, 0)


def _computed(facts: Facts, item: PlanItemRow) -> str:
    return f"“{refunding.refund_words(item, facts.part_term, facts.least_days)}”"


def _waivers(facts: Facts) -> Found:
    for item, _ in _charged(facts):
        promised = bool(_FREE_OF_CHARGE.search(item.waiver_policy))
        named = [group for group in facts.groups if group in item.waiver_policy or (len(group) > 2 and group[:2] in item.waiver_policy)]
        lacking = [group for group in named if group not in item.waived]
        if promised and (lacking or not item.waived):
            who = "、".join(lacking) or "哪些学生"
            yield ("waiver_not_given", f"“{item.name}”的减免政策写了免收，“减免对象”里却没有选{who}，现在照样收他们的钱。"
                   "请在减免对象里选上，或改写减免政策。", item.id, 0)
        elif item.waived and not item.waiver_policy.strip():
            yield ("waiver_untold", f"“{item.name}”不收{'、'.join(item.waived)}学生，减免政策却没有写，公示表上看不到。请写上。", item.id, 0)


_ALWAYS: tuple[Callable[[Facts], Found], ...] = (_basis, _standards, _forbidden, _terms, _publicity, _slips, _words, _waivers)
_CHECKS: Mapping[Purpose, tuple[Callable[[Facts], Found], ...]] = {
    "post": _ALWAYS, "print": (*_ALWAYS, _public, _changed, _fresh),
    "collect": (*_ALWAYS, _public, _changed, _fresh)}
