"""What becomes of an order's goods and money afterwards, in a few words, for tests.

await leaves(shop, order, "DELIVERY")
await balanced(shop, order)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.payments.built_in import BuiltIn
from adapters.sql.work import SqlWork
from domain.allocation import leave, shelves_of
from domain.authorization import renew
from domain.cashier import Cashier, carried_out
from domain.fulfillment import UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.ids import OrderId, PaymentId
from domain.ledger import CUSTOMER, StockCause
from domain.money import Money
from domain.order import TimelineAsked, status_of
from domain.order_worth import value_of
from domain.payment import PaymentStatus, Unreachable
from domain.settlement import capture_for
from gateway.providers import KnownProviders
from tests.shop import Shop


class Deaf(BuiltIn):
    """A bank of which the next answers are lost: what it was asked for is done all the same."""

    lost = 0

    async def capture(self, payment: PaymentId, reference: str, amount: Money, *, key: str, is_last: bool) -> None:
        await super().capture(payment, reference, amount, key=key, is_last=is_last)
        self.lose()

    async def refund(self, payment: PaymentId, reference: str, amount: Money, *, key: str) -> None:
        await super().refund(payment, reference, amount, key=key)
        self.lose()

    def lose(self) -> None:
        if self.lost:
            self.lost -= 1
            raise Unreachable("the answer was lost")


def banked(shop: Shop, *, captures_in_parts: bool = True) -> Deaf:
    """The shop with another bank."""
    bank = Deaf(shop.database, clock=lambda: shop.now, wait=shop.patience, captures_in_parts=captures_in_parts)
    shop.bank, shop.payments = bank, KnownProviders(bank, {bank.name: bank})
    return bank


async def leaves(shop: Shop, order: dict[str, Any], method: str) -> None:
    """All that an order sends, or hands over, in a way: as the store's work does it."""
    async with SqlWork(shop.database) as work:
        before = await work.orders.lock(OrderId.parse(order["id"]))  # type: ignore[arg-type]
        assert before is not None
        after = before
        for one in before.fulfillments:
            if one.method == method and one.status in UNDER_WAY:
                assert one.location is not None
                is_last = sum(other.status in UNDER_WAY for other in after.fulfillments) == 1
                after = await capture_for(work, after, value_of(after, one), shop.now, is_last=is_last)
                units = {line.order_line: line.quantity for line in one.lines}
                shelves = shelves_of(one, after, units, one.location)
                await leave(work, one.id, shelves, CUSTOMER, StockCause.SALE, shop.now)
                lines = tuple(replace(line, fulfilled=line.fulfilled + units.get(line.id, 0)) for line in after.lines)
                parts = tuple(gone(other) if other.id == one.id else other for other in after.fulfillments)
                after = replace(after, lines=lines, fulfillments=parts)
        after = replace(after, version=before.version + 1, status=status_of(after.lines, after.fulfillments))
        await work.orders.save(before, after)
        await work.commit()
    await settle(shop)


def gone(fulfillment: Fulfillment) -> Fulfillment:
    is_sent = fulfillment.destination is None
    return replace(fulfillment, status=FulfillmentStatus.SHIPPED if is_sent else FulfillmentStatus.COLLECTED)


async def settle(shop: Shop) -> int:
    """As the jobs do, now and then."""
    return await carried_out(Cashier(SqlWork(shop.database), shop.payments, lambda: shop.now))


async def renewed(shop: Shop, *, captures: bool) -> int:
    done = await renew(SqlWork(shop.database), shop.now, 50, captures=captures)
    await settle(shop)
    return done


async def later(shop: Shop, **span: int) -> None:
    shop.now += timedelta(**span)
    await settle(shop)


async def balanced(shop: Shop, order: dict[str, Any]) -> None:
    """The ledger, and the bank's books beside ours."""
    assert (await shop.prove()).balanced
    async with SqlWork(shop.database) as work:
        found = await work.orders.lock(OrderId.parse(order["id"]))  # type: ignore[arg-type]
    assert found is not None
    for payment in found.payments:
        if payment.provider and payment.status is not PaymentStatus.FAILED:
            charge = await shop.bank.charge(payment.id)
            assert charge is not None
            assert sum(charge.captures.values()) == payment.captured.minor_units
            assert sum(charge.refunds.values()) == payment.refunded.minor_units
            assert charge.status is payment.status


async def timeline(shop: Shop, order: dict[str, Any]) -> list[str]:
    """What happened, the oldest first."""
    id = OrderId.parse(order["id"])
    assert id is not None
    entries = (await shop.reads.orders.entries(await shop.actor(), [id], TimelineAsked(100)))[id]
    return [entry.change for entry in reversed(entries)]
