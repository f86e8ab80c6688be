"""What an order is worth, for any line and any fate of its units."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import ChannelId, OrderId, OrderLineId, PoolId, VariantId
from domain.money import Money
from domain.order import Order, OrderLine, OrderStatus
from domain.order_worth import due, excess, owed, value_of_canceled, value_of_fulfilled, worth
from domain.payment import PaymentMethod, PaymentStatus
from domain.payment_attempt import Payment
from domain.pricing import Totals
from tests.shop import NOON


def euros(minor: int) -> Money:
    return Money("EUR", minor)


def line(quantity: int, total: int) -> OrderLine:
    return OrderLine(
        id=OrderLineId.new(),
        variant=VariantId.new(),
        sku="COAT",
        title="Coat",
        quantity=quantity,
        unit_price=euros(total),
        discount=euros(0),
        tax=euros(0),
        total=euros(total),
    )


def order(*lines: OrderLine, payments: tuple[Payment, ...] = (), bringing: int = 0) -> Order:
    total = sum((one.total for one in lines), euros(bringing))
    totals = Totals(
        subtotal=total,
        discount=euros(0),
        fulfillment=euros(bringing),
        tax=euros(0),
        tax_included=True,
        total=total,
    )
    return Order(
        id=OrderId.new(),
        number="K7M-2QX-9TB",
        version=1,
        status=OrderStatus.PLACED,
        channel=ChannelId.new(),
        pool=PoolId.new(),
        currency_code="EUR",
        lines=lines,
        payments=payments,
        totals=totals,
        placed_at=NOON,
        updated_at=NOON,
    )


PARTS = st.lists(st.integers(1, 9), min_size=1, max_size=8)
TOTAL = st.integers(0, 10**7)


@given(PARTS, PARTS, TOTAL)
def test_what_leaves_and_what_is_canceled_always_adds_up_to_the_line(leaves: list[int], goes: list[int], total: int) -> None:
    """In whatever parts, one after the other."""
    whole = line(sum(leaves) + sum(goes), total)
    left = [value_of_fulfilled(whole, before, n) for before, n in zip(accumulate(leaves, initial=0), leaves, strict=False)]
    gone = [value_of_canceled(whole, before, n) for before, n in zip(accumulate(goes, initial=0), goes, strict=False)]
    assert all(one.minor_units >= 0 for one in left + gone)
    assert sum(left + gone, euros(0)) == whole.total


@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(1, 3), TOTAL)
def test_an_order_is_worth_what_is_neither_canceled_nor_came_back(
    fulfilled: int, canceled: int, returned: int, rest: int, total: int
) -> None:
    whole = replace(line(fulfilled + canceled + rest, total), fulfilled=fulfilled, canceled=canceled)
    back = min(returned, fulfilled)
    now = worth(order(replace(whole, returned=back), bringing=590))
    assert now + value_of_canceled(whole, 0, canceled) + value_of_fulfilled(whole, 0, back) == whole.total + euros(590)
    over = replace(whole, canceled=whole.quantity, fulfilled=0)
    assert worth(order(over, bringing=590)) == euros(0)


@given(TOTAL, TOTAL, TOTAL)
def test_what_is_due_and_what_is_too_much_never_stand_together(total: int, paid: int, back: int) -> None:
    payment = Payment(
        id=None,  # type: ignore[arg-type]
        method=PaymentMethod.CARD,
        status=PaymentStatus.CAPTURED,
        amount=euros(paid),
        captured=euros(paid),
        released=euros(0),
        refunded=euros(min(back, paid)),
        created_at=NOON,
    )
    one = order(replace(line(3, total), fulfilled=3), payments=(payment,))
    assert due(one) - excess(one) == worth(one) - (one.paid - one.refunded)
    assert euros(0) in (due(one), excess(one))
    assert owed(one) == due(one), "all of it has left"
