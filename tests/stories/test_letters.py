"""Letters about orders: what a buyer is written, in which words, once, and again where it could not be sent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.sql.work import SqlWork
from domain.event import Event, EventType
from domain.fulfillment import FulfillmentStatus, Tracking
from domain.ids import OrderId
from domain.intake.channel import import_channels
from domain.order import Order
from tests.device import Device
from tests.jobs import jobs_of
from tests.options import choose, collect, deliver
from tests.orders import begin, place, reached
from tests.shop import WEB, Shop


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.carriers()
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("HAT", LYON=9, PARIS=9)
    return shop


async def bought(shop: Shop, *, is_delivered: bool = False, **contact: Any) -> dict[str, Any]:
    phone = Device(shop)
    cart = await reached(phone, await phone.create(("HAT", 2)), **contact)
    how = deliver() if is_delivered else await collect(phone, "LYON")
    return await place(phone, await begin(phone, await choose(phone, cart, how)))


async def becomes(shop: Shop, order: dict[str, Any], change: str, **changes: Any) -> None:
    """Its one fulfillment, as the work in the store will have it."""
    id = OrderId.parse(order["id"])
    assert id
    async with SqlWork(shop.database) as work:
        before = await work.orders.lock(id)
        assert isinstance(before, Order)
        (part,) = before.fulfillments
        changed = replace(part, version=part.version + 1, **changes)
        await work.orders.save(before, replace(before, version=before.version + 1, fulfillments=(changed,)))
        event = Event.of(EventType.ORDER_CHANGED, str(id), shop.now, change=change, fulfillment=str(part.id))
        work.events.add(event)
        await work.commit()


async def posted(shop: Shop) -> int:
    return (await jobs_of(shop).once())["letters sent"]


async def posted_alone(shop: Shop) -> int:
    """By the one job that does, while no order goes on."""
    return await next(job for job in jobs_of(shop).all if job.name == "letters sent").once()


async def test_an_order_that_is_collected_is_written_of_at_each_step(shop: Shop) -> None:
    order = await bought(shop)
    code = order["fulfillments"][0]["pickup"]["code"]
    assert [await posted(shop), await posted(shop)] == [1, 0]
    mail = shop.mailbox.mails.pop()
    assert (mail.to, mail.subject) == ("ada@shop.test", f"Your order {order['number']}")
    assert "2 × Hat (HAT): €40.00\n\nTotal: €40.00" in mail.text
    assert "at Maison Lyon, 1 rue de la Paix, 00000 Lyon, from Saturday 21 November, 15:00 on" in mail.text
    assert f"Your pickup code at Maison Lyon: {code}" in mail.text
    assert f"https://shop.test/storefront#order={order['number']}" in mail.text
    until = shop.now + timedelta(days=7)
    await becomes(shop, order, "ready", status=FulfillmentStatus.READY_FOR_PICKUP, collect_before=until)
    await becomes(shop, order, "reminded")
    await becomes(shop, order, "expired", status=FulfillmentStatus.EXPIRED)
    assert await posted(shop) == 1, "what is no news any more is not told"
    assert shop.mailbox.mails.pop().subject == f"Your order {order['number']} was not collected"
    rows = await shop.rows()
    assert "ada@shop.test" not in repr([rows["letter"], rows["outbox"]])


async def test_a_french_shop_writes_french_and_says_until_when(shop: Shop) -> None:
    await import_channels(shop.work, [replace(WEB, country_code="FR")])
    order = await bought(shop)
    until = shop.now + timedelta(days=7)
    await becomes(shop, order, "ready", status=FulfillmentStatus.READY_FOR_PICKUP, collect_before=until)
    assert await posted(shop) == 2
    first, second = shop.mailbox.mails
    assert "2 × Hat (HAT) : 40,00\xa0€" in first.text
    assert second.subject == f"Prête à retirer : votre commande {order['number']}"
    assert "jusqu’au samedi 28 novembre à 13:00." in second.text


async def test_a_parcel_is_told_of_with_its_tracking_and_a_later_date_with_both(shop: Shop) -> None:
    order = await bought(shop, is_delivered=True)
    await posted(shop)
    placed = shop.mailbox.mails.pop()
    assert "It will be delivered by" in placed.text
    assert "pickup code" not in placed.text
    async with SqlWork(shop.database) as work:
        id = OrderId.parse(order["id"])
        assert id
        found = await work.orders.lock(id)
    assert found
    promise = found.fulfillments[0].promise
    assert promise
    later = replace(promise, latest=promise.latest + timedelta(days=2))
    await becomes(shop, order, "promise_changed", promise=later)
    await posted(shop)
    moved = shop.mailbox.mails.pop()
    assert moved.text.startswith("We had promised it for ")
    await becomes(shop, order, "shipped", status=FulfillmentStatus.SHIPPED, tracking=Tracking("Colissimo", "6A123"))
    await posted(shop)
    assert "2 × Hat (HAT)\n\nColissimo brings it, parcel 6A123\n" in shop.mailbox.mails.pop().text


async def test_what_cannot_be_sent_is_tried_again_later_and_given_up_in_the_end(shop: Shop) -> None:
    await bought(shop)
    shop.mailbox.failure = "SMTPServerDisconnected"
    assert await posted_alone(shop) == 0
    shop.mailbox.failure = None
    assert await posted_alone(shop) == 0, "not at once"
    shop.now += timedelta(minutes=1)
    assert await posted_alone(shop) == 1
    await bought(shop, email="eve@shop.test")
    shop.mailbox.failure = "SMTPServerDisconnected"
    for _ in range(6):
        await posted_alone(shop)
        shop.now += timedelta(hours=8)
    shop.mailbox.failure = None
    assert await posted_alone(shop) == 0
    assert [mail.to for mail in shop.mailbox.mails] == ["ada@shop.test"]


async def test_several_processes_write_each_letter_once(shop: Shop) -> None:
    for n in range(3):
        await bought(shop, email=f"{n}@shop.test", phone=f"+3347200000{n}")
    await asyncio.gather(*(posted(shop) for _ in range(3)))
    await posted(shop)
    assert sorted(mail.to for mail in shop.mailbox.mails) == [f"{n}@shop.test" for n in range(3)]


async def test_who_gave_no_address_is_not_written_to(shop: Shop) -> None:
    await bought(shop, email=None)
    assert await posted(shop) == 0
    assert shop.mailbox.mails == []
