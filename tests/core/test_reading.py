"""What was read is noted by thread, inside each other, and in spite of exceptions."""

import threading

import pytest

from app.core import clock, reading


def test_only_an_open_recording_hears():
    reading.also({"lost"})
    assert not reading.listening()
    with reading.recording() as seen:
        assert reading.listening()
        reading.also({"asset"})
        reading.also(("place", "asset"))
    reading.also({"late"})
    assert seen.tables == {"asset", "place"}


def test_what_is_read_inside_was_read_by_the_outer_one_too():
    with reading.recording() as outer:
        reading.also({"term"})
        with reading.recording() as inner:
            reading.also({"asset"})
        with reading.recording(apart=True) as own:
            reading.also({"person"})
        reading.also({"place"})
    assert (inner.tables, own.tables, outer.tables) == ({"asset"}, {"person"}, {"term", "asset", "place"})


def test_a_recording_goes_on_from_what_was_noted_before():
    with reading.recording() as seen:
        reading.also({"asset"})
    with reading.recording(into=seen) as again:
        reading.also({"place"})
    assert again is seen
    assert seen.tables == {"asset", "place"}


def test_what_was_read_before_an_exception_counts():
    seen = reading.Seen()

    def fail_halfway():
        with reading.recording(into=seen):
            reading.also({"asset"})
            raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    assert seen.tables == {"asset"}
    assert not reading.listening()


def test_another_thread_is_not_overheard():
    with reading.recording() as seen:
        other = threading.Thread(target=lambda: reading.also({"asset"}))
        other.start()
        other.join()
    assert seen.tables == frozenset()


def test_whoever_asks_for_the_day_has_read_it():
    with reading.recording() as seen:
        clock.now()
    assert seen.tables == frozenset()
    with reading.recording() as seen:
        clock.today()
    assert seen.tables == {reading.TODAY}
