"""Page breaks: every row once, in order, within the room, headings and totals in company."""

from hypothesis import given
from hypothesis import strategies as st

from app.paper.ruling import Line, paginate, ruled

LINES = st.lists(st.builds(Line, st.just(""), st.floats(5, 60), part=st.sampled_from(["row", "row", "row", "head", "foot"])),
                 max_size=60)


@given(LINES, st.floats(100, 300), st.floats(70, 100))
def test_pages_hold_every_row_once_and_never_overflow(lines, room, last_room):
    pages = list(paginate(lines, room, last_room))
    assert [index for start, end in pages for index in range(start, end)] == list(range(len(lines)))
    for start, end in pages[:-1]:
        assert start < end
        assert sum(line.height for line in lines[start:end]) <= room + 0.02
    start, end = pages[-1]
    assert sum(line.height for line in lines[start:end]) <= last_room + 0.02 or pages[-1] == (len(lines) - 1, len(lines))


def test_a_heading_gives_way_where_it_would_push_rows_under_the_signatures():
    lines = [Line("", 5), Line("", 11, part="head"), Line("", 60)]
    assert list(paginate(lines, 100, 70)) == [(0, 2), (2, 3)]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.integers(120, 200))
def test_headings_and_totals_are_never_left_alone(sizes, room):
    lines = []
    for size in sizes:
        lines += [Line("", 10, part="head"), *[Line("", 10) for _ in range(size)], Line("", 10, part="foot")]
    for start, end in paginate(lines, room, room - 60):
        assert lines[start].part != "foot"
        assert lines[end - 1].part != "head"


def test_a_merged_row_interrupts_the_upright_rules():
    operators, y = ruled([Line("", 20, (50.0,)), Line("", 20), Line("", 20, (50.0,))], 0, 100, 100)
    assert y == 40
    assert "50.00 100.00 m 50.00 80.00 l" in operators
    assert "50.00 60.00 m 50.00 40.00 l" in operators
    assert "50.00 80.00 m" not in operators
