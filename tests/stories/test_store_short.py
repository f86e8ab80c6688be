"""What a location cannot give: turned down, not found, or not accepted in time, it comes from elsewhere; nobody is misled."""

from __future__ import annotations

from datetime import timedelta

from adapters.sql.work import SqlWork
from domain.accept_time import expire_unaccepted
from domain.event import EventType
from domain.resourcing import Sourcer
from tests.backroom import Backroom, found, level, opened, ordered, seen
from tests.shop import Shop


async def told(shop: Shop) -> list[str]:
    """What has been told of orders."""
    events = [event for _, event in await shop.reads.outbox.after(0, 1_000)]
    return [event.data["change"] for event in events if event.type is EventType.ORDER_CHANGED]


async def test_a_store_turns_a_pickup_down_and_the_goods_are_sent_to_it(shop: Shop) -> None:
    """T24: the store that was chosen stays; the new promise is told."""
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 2))
    before = order["fulfillments"][0]["promise"]["latest"]
    lyon, paris = await Backroom.of(shop, "LYON"), await Backroom.of(shop, "PARIS")
    (task,) = await lyon.tasks("LYON")
    silent = await lyon.refused("reject", task, reason=" ")
    assert silent["path"] == ["input", "reason"]
    assert (await lyon.do("reject", task))["status"] == "REJECTED"
    assert await level(shop, "HAT", "LYON") == (3, 0)
    rejected, sent = (await seen(phone, order))["fulfillments"]
    assert (rejected["status"], sent["status"]) == ("REJECTED", "OPEN")
    assert (sent["location"]["code"], sent["destination"]["code"]) == ("PARIS", "LYON")
    assert sent["promise"]["latest"] > before
    assert await told(shop) == ["placed", "rejected", "promise_changed", "resourced"]
    assert (await shop.prove()).balanced

    (again,) = await paris.tasks("PARIS")
    assert (await paris.do("reject", again))["order"]["status"] == "ACTION_NEEDED", "never back to the same place"
    assert [line["unsourcedQuantity"] for line in (await seen(phone, order))["lines"]] == [2]
    assert (await shop.prove()).balanced


async def test_what_is_not_found_comes_from_elsewhere_and_is_not_sold_again(shop: Shop) -> None:
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 3), ("COAT", 1))
    lyon = await Backroom.of(shop, "LYON")
    (task,) = await lyon.tasks("LYON")
    await lyon.do("accept", task)
    some = await lyon.refused("pick", task, lines=found(task, HAT=1, COAT=1)[:1])
    assert (some["code"], some["path"]) == ("INVALID_INPUT", ["input", "lines"])
    more = await lyon.refused("pick", task, lines=found(task, HAT=4, COAT=1))
    assert more["message"].endswith("it must be from 0 to 3.")
    picked = await lyon.do("pick", task, lines=found(task, HAT=1, COAT=0), idempotencyKey="the key of this pick")
    assert [(line["orderLine"]["sku"], line["quantity"]) for line in picked["lines"]] == [("HAT", 1)]
    assert (await level(shop, "HAT", "LYON"), await level(shop, "COAT", "LYON")) == ((1, 1), (1, 0))
    hats = next(one for one in (await seen(phone, order))["fulfillments"] if one["location"]["code"] == "PARIS")
    assert (hats["destination"]["code"], [line["quantity"] for line in hats["lines"]]) == ("LYON", [2])
    after = await seen(phone, order)
    assert (after["status"], [line["unsourcedQuantity"] for line in after["lines"]]) == ("ACTION_NEEDED", [0, 1])
    text = 'query { variant(by: {sku: "COAT"}) { availability { nodes { location { code } confidence } } } }'
    shelves = (await phone.ask(text))["variant"]["availability"]["nodes"]
    assert next(one["confidence"] for one in shelves if one["location"]["code"] == "LYON") == "LOW"
    assert (await shop.prove()).balanced


async def test_a_store_that_finds_nothing_has_turned_it_down(shop: Shop) -> None:
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 3))
    lyon = await Backroom.of(shop, "LYON")
    (task,) = await lyon.tasks("LYON")
    await lyon.do("accept", task)
    assert (await lyon.do("pick", task, lines=found(task, HAT=0)))["status"] == "REJECTED"
    assert [one["status"] for one in (await seen(phone, order))["fulfillments"]] == ["REJECTED", "OPEN"]
    assert await level(shop, "HAT", "LYON") == (0, 0)
    assert (await shop.prove()).balanced


async def test_what_is_not_accepted_within_an_open_hour_goes_to_another(shop: Shop) -> None:
    phone = await opened(shop)
    order = await ordered(phone, ("HAT", 2))
    lyon = await Backroom.of(shop, "LYON")
    late = await ordered(phone, ("COAT", 1))

    async def time_passes(minutes: int) -> int:
        shop.now += timedelta(minutes=minutes)
        sourcer = Sourcer(SqlWork(shop.database), shop.reads, lambda: shop.now, lambda: False)
        places = {one.id: one for one in await shop.reads.locations.every(await shop.actor())}
        return await expire_unaccepted(SqlWork(shop.database), sourcer, places, shop.now)

    assert await time_passes(59) == 0
    (coat,) = [one for one in await lyon.tasks("LYON") if one["order"]["id"] == late["id"]]
    await lyon.do("accept", coat)
    assert (await time_passes(1), await time_passes(1)) == (1, 0), "once"
    first, second = (await seen(phone, order))["fulfillments"]
    assert (first["status"], second["location"]["code"]) == ("REJECTED", "PARIS")
    assert (await lyon.refused("accept", {"id": first["id"]}))["status"] == "REJECTED"
    assert (await shop.prove()).balanced
