"""Which backups stay: the calendar keeps its promise, and nothing that is the only copy of anything ever goes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.store.thinning import Copy, doubted, kept, later_ones

NOON = datetime(2026, 11, 21, 12)  # noqa: DTZ001 - pure arithmetic
OURS = "ours"


def daily(days, now=NOON, reason="退出", first=0):
    """Give a backup of each of the last days, the oldest first."""
    return [Copy(now - timedelta(days=days - 1 - number), reason, first + number, OURS) for number in range(days)]


def staying(copies, now=NOON, newest=None):
    return sorted(kept(copies, now, OURS, newest or now), key=lambda copy: copy.order)


def days_of(copies):
    return [copy.at.date().isoformat() for copy in copies]


def test_the_calendar_keeps_days_weeks_and_months():
    assert days_of(staying(daily(40))) == ["2026-10-31", "2026-11-01", "2026-11-08", "2026-11-15", "2026-11-16", "2026-11-17",
                                           "2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]


def test_after_two_years_a_year_of_months_is_left():
    left = days_of(staying(daily(800)))
    assert left[:12] == ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
                         "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-01"]
    assert len(left) == 20


def test_forty_days_are_believed_and_no_second_more():
    second = timedelta(seconds=1)
    for pause, is_thinned in ((timedelta(days=40), True), (timedelta(days=40) + second, False)):
        assert (kept(daily(12), NOON + pause, OURS, NOON) != set(daily(12))) is is_thinned
        assert (len(staying([*daily(12), Copy(NOON + pause, "退出", 20, OURS)], NOON + pause)) == 2) is is_thinned


def test_who_takes_the_place_of_whom():
    monday, tuesday, next_week, next_month = (
        Copy(datetime(2026, 11, day, 12) + timedelta(days=more), "退出", day + more, OURS)  # noqa: DTZ001 - pure arithmetic
        for day, more in ((16, 0), (17, 0), (23, 0), (30, 1)))
    assert later_ones([monday], [tuesday, next_week, next_month]) == {tuesday, next_week}
    assert later_ones([], [tuesday]) == set()


def test_what_lies_in_the_future_is_doubted():
    later = NOON + timedelta(hours=1)
    assert doubted([later], NOON) == {0}
    assert doubted([NOON, later, NOON, later], NOON) == {1, 3}
    assert doubted([], NOON) == set()


def test_what_a_person_asked_for_stays_thirty_days_also_several_of_one_day():
    for reason in ("手工", "恢复前", "导入前", "升级前"):
        same = [Copy(NOON - timedelta(days=29, minutes=9 - number), reason, number, OURS) for number in range(9)]
        now = [Copy(NOON, "退出", 9, OURS)]
        assert staying([*same, *now]) == [*same, *now], reason
        later = NOON + timedelta(days=1)
        again = [*same, Copy(later, "退出", 9, OURS)]
        assert staying(again, later) == again[-2:], reason      # the newest of its week stays


def test_a_mistaken_restore_and_three_imports_keep_the_only_copy():
    """Issue A1 (a): 2,000 cards imported, an old copy restored by mistake, three files imported; then months of daily work."""
    lost = Copy(NOON, "恢复前", 1, OURS, held=False)
    imports = [Copy(NOON + timedelta(minutes=number), "导入前", 2 + number, OURS) for number in range(3)]
    assert lost in staying([lost, *imports], NOON + timedelta(minutes=5))
    year = daily(400, NOON + timedelta(days=400), first=10)
    assert lost in staying([lost, *imports, *year], NOON + timedelta(days=400))


def test_backups_of_another_ledger_are_never_touched():
    """Issue A1 (b): the ledger was lost and begun anew in the same folder."""
    real = [Copy(NOON - timedelta(hours=number), "退出", number, "lost") for number in range(9)]
    fresh = [Copy(NOON + timedelta(minutes=number), "导入前", 10 + number, OURS) for number in range(3)]
    assert set(real) <= kept([*real, *fresh], NOON + timedelta(days=200), OURS, NOON + timedelta(days=200))


def test_one_that_is_not_sound_pushes_out_none_that_is():
    """Issue A1 (c): a damaged file that still opens was backed up."""
    good, bad = Copy(NOON, "退出", 1, OURS), Copy(NOON + timedelta(minutes=5), "退出", 2, OURS, sound=False)
    assert staying([good, bad], NOON + timedelta(minutes=6)) == [good, bad]
    worse = Copy(NOON + timedelta(minutes=7), "退出", 3, OURS, sound=False)
    assert staying([good, bad, worse], NOON + timedelta(minutes=8)) == [good, worse]


def test_a_clock_that_is_ahead_once_takes_nothing():
    """Issue A2: one backup at 2036 deleted seven of nine."""
    nine = daily(9)
    ahead = Copy(NOON.replace(year=2036), "退出", 9, OURS)
    assert staying([*nine, ahead], ahead.at, newest=NOON) == [*nine, ahead]            # nothing was entered in 2036
    calendar = staying(nine)
    assert staying([*nine, ahead], ahead.at, newest=ahead.at) == [*calendar, ahead]     # something was
    later = Copy(ahead.at + timedelta(days=1), "退出", 10, OURS)
    assert set(calendar[-6:]) <= set(staying([*nine, ahead, later], later.at))
    back = Copy(NOON + timedelta(hours=1), "退出", 11, OURS)
    assert staying([*nine, ahead, later, back], back.at) == [*calendar[:-1], ahead, later, back]


def test_a_clock_that_is_behind_takes_nothing():
    nine = daily(9)
    behind = Copy(NOON.replace(year=2010), "退出", 9, OURS)
    assert staying([*nine, behind], behind.at, newest=NOON) == [*nine, behind]
    again = Copy(NOON + timedelta(hours=1), "退出", 10, OURS)
    assert staying([*nine, behind, again], again.at) == [*staying(nine)[:-1], behind, again]
    assert doubted([copy.at for copy in [*nine, behind, again]], again.at) == {9}


def test_after_the_summer_nothing_goes_before_somebody_works():
    before = [*daily(12), Copy(NOON + timedelta(days=60), "退出", 20, OURS)]
    assert staying(before, NOON + timedelta(days=60), newest=NOON) == before
    assert staying(before, NOON + timedelta(days=60)) == [*staying(daily(12)), before[-1]]


def test_nobody_knows_a_ledger_without_steps():
    assert staying(daily(40)) != daily(40)
    assert kept(daily(40), NOON, OURS, None) == set(daily(40))


# --- properties --------------------------------------------------------------------------------------------------

REASONS = st.sampled_from(["退出", "每日", "导入前", "升级前", "恢复前", "手工"])
COPIES = st.lists(st.tuples(st.integers(0, 900), REASONS, st.booleans()), max_size=60).map(lambda rows: [
    Copy(NOON - timedelta(hours=hours), reason, order, OURS, sound)
    for order, (hours, reason, sound) in enumerate(sorted(rows, key=lambda row: -row[0]))])


@given(COPIES)
def test_of_every_day_week_and_month_the_newest_sound_one_stays(copies):
    left = kept(copies, NOON, OURS, NOON)
    assert kept(left, NOON, OURS, NOON) == left
    sound = [copy for copy in copies if copy.sound]
    for limit, span in ((7, lambda at: at.toordinal()), (4, lambda at: (at.toordinal() - 1) // 7), (12, lambda at: at.year * 12 + at.month)):
        for number in range(span(NOON) - limit + 1, span(NOON) + 1):
            those = [copy for copy in sound if span(copy.at) == number]
            assert not those or those[-1] in left
    for copy in set(copies) - left:
        assert copy.reason in ("退出", "每日") or NOON.toordinal() - copy.at.toordinal() >= 30
        assert not copy.sound or later_ones([copy], left) & set(sound) or NOON.toordinal() - copy.at.toordinal() >= 28


@dataclass
class Office:
    """An office whose clock lies: what was acknowledged, what each ledger and each backup holds."""

    now: datetime = NOON
    ledger: str = OURS
    steps: tuple[int, ...] = ()
    entered: datetime | None = None
    acknowledged: set[int] = field(default_factory=set)
    backups: dict[Copy, tuple] = field(default_factory=dict)
    made: int = 0

    def work(self, reason):
        self.made += 1
        self.acknowledged.add(self.made)
        self.steps, self.entered = (*self.steps, self.made), self.now

    def back_up(self, reason):
        self.made += 1
        self.backups[Copy(self.now, reason, self.made, self.ledger)] = (self.steps, self.entered)
        facts = {Copy(copy.at, copy.reason, copy.order, copy.ledger, copy.sound, set(steps) <= set(self.steps)): (steps, entered)
                 for copy, (steps, entered) in self.backups.items()}
        left = kept(facts, self.now, self.ledger, self.entered)
        assert {copy for copy in facts if copy.ledger != self.ledger} <= left
        self.backups = {copy: facts[copy] for copy in facts if copy in left}

    def restore(self, number):
        if self.backups:
            self.back_up("恢复前")
            copy = list(self.backups)[number % len(self.backups)]
            self.ledger, (self.steps, self.entered) = copy.ledger, self.backups[copy]

    def season(self, days):
        for _ in range(6):
            self.now += timedelta(days=days)
            self.work("")
            self.back_up("退出")

    def begin_anew(self, reason):
        self.back_up("退出")        # it was closed; then the file was lost
        self.made += 1
        self.ledger, self.steps, self.entered = f"ledger {self.made}", (), None


ACTS = st.lists(st.one_of(
    st.tuples(st.just("work"), REASONS), st.tuples(st.just("back_up"), REASONS), st.tuples(st.just("restore"), st.integers(0, 50)),
    st.tuples(st.just("begin_anew"), REASONS), st.tuples(st.just("season"), st.sampled_from([1, 12, 40])),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 24, 24, 24 * 7, 24 * 45, 24 * 70, 24 * 3650, -24, -24 * 45, -24 * 6000])),
), max_size=80)


@given(ACTS)
@settings(max_examples=300)
def test_under_any_calendar_what_was_acknowledged_is_in_the_ledger_or_in_a_kept_copy(acts):
    office = Office()
    for act, word in acts:
        if act == "wait":
            office.now += timedelta(hours=word)
        else:
            getattr(office, act)(word)
        there = set(office.steps).union(*(steps for steps, _ in office.backups.values()))
        assert office.acknowledged <= there
