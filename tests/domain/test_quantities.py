"""The algebra of quantities."""

from hypothesis import given
from hypothesis import strategies as st

from domain.quantities import Quantities

PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(-9, 9)))


@given(PAIRS)
def test_pairs_of_one_key_add_up(pairs: list[tuple[str, int]]) -> None:
    made = Quantities(pairs)
    for key in "abc":
        assert made[key] == sum(quantity for other, quantity in pairs if other == key)
    assert made.total() == sum(quantity for _, quantity in pairs)


@given(PAIRS)
def test_a_key_without_units_is_not_in_it(pairs: list[tuple[str, int]]) -> None:
    made = Quantities(pairs)
    assert all(made[key] != 0 for key in made)
    assert len(made) == len(list(made))


@given(PAIRS, PAIRS, PAIRS)
def test_adding_and_taking_away(one: list[tuple[str, int]], two: list[tuple[str, int]], three: list[tuple[str, int]]) -> None:
    a, b, c = Quantities(one), Quantities(two), Quantities(three)
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + b - b == a
    assert not (a - a)


@given(PAIRS, PAIRS)
def test_what_stands_in_both_is_in_each(one: list[tuple[str, int]], two: list[tuple[str, int]]) -> None:
    a, b = (Quantities((key, abs(quantity)) for key, quantity in pairs) for pairs in (one, two))
    both = a & b
    assert both == b & a
    assert all(both[key] == min(a[key], b[key]) for key in "abc")
