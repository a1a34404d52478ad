"""The trial of wrong lines changes one thing at a time, the same for the same seed, and only what may make a difference."""

import ast

import environment
import mutate
import pytest

SOURCE = '''"""A module."""

LIMIT = 5


def near(value: int, most: int = 3) -> int:
    """Give 7."""
    if not value < LIMIT and value > 0:
        print(value)
        value += 1
    return value - 1 if value == most else value
'''


def test_each_sort_of_change_is_made():
    found = list(mutate.mutations("m.py", SOURCE))
    assert sorted({(each.line, each.change) for each in found}) == [
        (3, "one more"), (6, "one more"), (8, "and/or"), (8, "comparison"), (8, "not left out"), (8, "one more"), (9, "left out"),
        (10, "left out"), (10, "one more"), (11, "comparison"), (11, "no answer"), (11, "one more"), (11, "other sign"), (11, "turned round")]


def test_one_thing_is_changed_and_nothing_else():
    plain = ast.unparse(ast.parse(SOURCE)).splitlines()
    for each in mutate.mutations("m.py", SOURCE):
        changed = mutate.mutated(SOURCE, each).splitlines()
        assert sum(one != other for one, other in zip(plain, changed, strict=True)) == 1, each


@pytest.mark.parametrize(("change", "line", "after"), [
    ("comparison", 8, "if not value <= LIMIT and value > 0:"), ("not left out", 8, "if value < LIMIT and value > 0:"),
    ("left out", 9, "pass"), ("no answer", 11, "return None"), ("other sign", 11, "return value + 1 if value == most else value"),
    ("turned round", 11, "return value if value == most else value - 1"), ("one more", 3, "LIMIT = 6"),
])
def test_what_a_change_looks_like(change, line, after):
    made = [mutate.mutated(SOURCE, each) for each in mutate.mutations("m.py", SOURCE) if (each.change, each.line) == (change, line)]
    assert any(after in map(str.strip, text.splitlines()) for text in made)


def test_the_same_seed_tries_the_same_lines_one_a_line():
    modules = list(mutate.TESTED)
    one, other = (mutate.chosen(environment.ROOT, modules, seed, 120) for seed in (1, 1))
    assert one == other != mutate.chosen(environment.ROOT, modules, 2, 120)
    assert len({(each.module, each.line) for each in one}) == len(one) == 120
    assert not {each.key for each in one} & set(mutate.EQUIVALENT)


def test_the_tests_named_for_a_module_are_there():
    assert all((environment.ROOT / path).exists() for module, tests in mutate.TESTED.items() for path in (module, *tests))


def test_every_change_that_changes_nothing_can_still_be_made():
    possible = {each.key for module in mutate.TESTED for each in mutate.mutations(
        module, (environment.ROOT / module).read_text("utf-8"))}
    assert set(mutate.EQUIVALENT) <= possible
