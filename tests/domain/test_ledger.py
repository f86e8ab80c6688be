"""The ledger: what is taken somewhere is put somewhere, and levels can be rebuilt."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import SHARED_POOL, LocationId, MovementId
from domain.ledger import (
    CUSTOMER,
    LOSS,
    SUPPLIER,
    Account,
    Movement,
    Shelf,
    StockCause,
    StockLevel,
    balances,
    counted,
    on_hand_at,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SHELF = Shelf("COAT", LocationId.new(), SHARED_POOL)
OTHER = Shelf("COAT", LocationId.new(), SHARED_POOL)
ACCOUNTS = st.sampled_from([SUPPLIER, CUSTOMER, LOSS, on_hand_at(SHELF), on_hand_at(OTHER)])


def movement(taken_from: Account, put_to: Account, quantity: int) -> Movement:
    return Movement(
        id=MovementId.new(),
        at=NOW,
        sku="COAT",
        taken_from=taken_from,
        put_to=put_to,
        quantity=quantity,
        cause=StockCause.TRANSFER,
    )


SIDES = st.tuples(ACCOUNTS, ACCOUNTS).filter(lambda sides: sides[0] != sides[1])
MOVEMENTS = st.lists(st.builds(lambda sides, quantity: movement(sides[0], sides[1], quantity), SIDES, st.integers(1, 99)))


@given(MOVEMENTS)
def test_all_accounts_together_always_sum_to_zero(movements: list[Movement]) -> None:
    assert balances(movements).total() == 0


@given(MOVEMENTS)
def test_an_account_holds_what_came_less_what_went(movements: list[Movement]) -> None:
    account = on_hand_at(SHELF)
    came = sum(m.quantity for m in movements if m.put_to == account)
    went = sum(m.quantity for m in movements if m.taken_from == account)
    assert balances(movements)[account] == came - went


def level(on_hand: int, *, counted_before: bool = True) -> StockLevel:
    return StockLevel(shelf=SHELF, on_hand=on_hand, counted_at=NOW if counted_before else None)


@given(st.lists(st.integers(0, 50), min_size=1))
def test_counts_one_after_the_other_leave_what_was_counted_last(counts: list[int]) -> None:
    now, movements = level(0, counted_before=False), []
    for quantity in counts:
        if made := counted(now, quantity, NOW):
            movements.append(made)
        now = level(quantity)
    assert balances(movements)[on_hand_at(SHELF)] == counts[-1]


def test_the_first_count_is_a_receipt_and_later_differences_are_found_or_lost() -> None:
    first, more, less = counted(level(0, counted_before=False), 5, NOW), counted(level(5), 7, NOW), counted(level(7), 4, NOW)
    assert first
    assert more
    assert less
    assert (first.taken_from, first.quantity, first.cause) == (SUPPLIER, 5, StockCause.RECEIPT)
    assert (more.taken_from, more.put_to, more.quantity) == (LOSS, on_hand_at(SHELF), 2)
    assert (less.taken_from, less.put_to, less.quantity) == (on_hand_at(SHELF), LOSS, 3)


def test_what_came_without_a_count_is_not_received_again_by_the_first_one() -> None:
    made = counted(level(5, counted_before=False), 6, NOW)
    assert made
    assert (made.taken_from, made.quantity) == (LOSS, 1)


def test_a_count_that_agrees_moves_nothing() -> None:
    assert counted(level(5), 5, NOW) is None


@pytest.mark.parametrize(("taken_from", "put_to", "quantity"), [(SUPPLIER, on_hand_at(SHELF), 0), (SUPPLIER, SUPPLIER, 1)])
def test_a_movement_moves_something_somewhere(taken_from: Account, put_to: Account, quantity: int) -> None:
    with pytest.raises(AssertionError):
        movement(taken_from, put_to, quantity)
