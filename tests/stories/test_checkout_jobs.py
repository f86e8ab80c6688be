"""What a server does beside its requests: checkouts that are over end, and payments that were left come to theirs."""

from __future__ import annotations

from datetime import timedelta

from tests.device import Device
from tests.jobs import jobs_of
from tests.options import choose, collect
from tests.orders import begin, card, reached, tried
from tests.shop import Shop


async def test_a_pass_ends_what_is_over_and_recovers_what_was_left(shop: Shop) -> None:
    await shop.locations("LYON")
    await shop.product("hat", "HAT", price="20.00")
    await shop.stock("HAT", LYON=2)
    left, lost = Device(shop), Device(shop)
    begun = []
    for n, phone in enumerate((left, lost)):
        cart = await reached(phone, await phone.create(("HAT", 1)), email=f"{n}@shop.test")
        begun.append(await begin(phone, await choose(phone, cart, await collect(phone, "LYON"))))
    confirming = (await tried(lost, begun[1], card("tok_confirm")))["errors"][0]
    assert confirming["code"] == "PAYMENT_ACTION_REQUIRED"
    jobs = jobs_of(shop)
    assert set((await jobs.once()).values()) == {0}
    shop.now += timedelta(minutes=16)
    done = await jobs.once()
    assert (done["checkouts expired"], done["payments recovered"]) == (1, 1)
    shop.now += timedelta(minutes=5)  # for another way to pay
    done = await jobs.once()
    assert (done["checkouts expired"], done["payments recovered"]) == (1, 0)
    rows = await shop.rows()
    assert (rows["stock_hold"], rows["sales_order"]) == ([], [])
    assert (await shop.prove()).balanced
