"""Orders as they are found: by staff, whatever a buyer still knows of theirs; by customers, in a list of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.actor import Actor
from domain.ids import CustomerId
from tests.device import Device
from tests.options import choose, collect
from tests.orders import begin, place, reached
from tests.people import agent, associate, customer
from tests.shop import Shop
from tests.stories.test_purchase import opened

LIST = """query Find($filter: OrderFilter, $first: Int, $after: String) {
  orders(filter: $filter, first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { number } } }"""


async def bought(shop: Shop, name: str, phone: str, store: str, *goods: tuple[str, int], by: CustomerId | None = None) -> Any:
    """An order of somebody on a device of their own, a minute after the one before."""
    shop.now += timedelta(minutes=1)
    device = Device(shop)
    if by:
        await device.is_customer(by)
    email = f"{name.partition(' ')[0].lower()}@shop.test"
    cart = await reached(device, await device.create(*goods), email=email, name=name, phone=phone)
    return await place(device, await begin(device, await choose(device, cart, await collect(device, store))))


async def numbers(shop: Shop, by: Actor, **filter: Any) -> list[str]:
    found = await shop.answer(LIST, by=by, filter=filter)
    assert not found[1], found[1]
    assert found[0]
    orders: dict[str, Any] = found[0]["orders"]
    assert orders["totalCount"] == len(orders["nodes"])
    return [one["number"] for one in orders["nodes"]]


async def test_staff_find_an_order_by_whatever_its_buyer_knows(shop: Shop) -> None:
    await opened(shop)
    ada = await bought(shop, "Ada Canari", "+33472000000", "LYON", ("COAT-38", 1))
    zoe = await bought(shop, "Zoé Évrard", "+33472111111", "PARIS", ("HAT", 2))
    lea = await bought(shop, "Léa Canard", "+33472222222", "PARIS", ("HAT", 1))
    desk, lyon = await agent(shop), await associate(shop, "LYON")
    a, z, c = (one["number"] for one in (ada, zoe, lea))
    for text, found in {
        a.lower().replace("-", " "): [a],
        "ADA@shop.test": [a],
        "ada": [a],
        "canar": [c, a],
        "Canari Ada": [a],
        "evrard": [z],
        "zoe evr": [z],
        "04 72 11 11 11": [z],
        "+33 4 72 11 11 11": [z],
        "HAT": [c, z],
        "% canar": [],
        "nobody": [],
    }.items():
        assert await numbers(shop, desk, search=text) == found, text
    assert await numbers(shop, lyon, search="canar") == [a], "an associate finds those of their own stores"
    assert await numbers(shop, desk, location=str(await shop.location_id("PARIS"))) == [c, z]
    assert await numbers(shop, desk, statuses=["PLACED"]) == [c, z, a]
    assert await numbers(shop, desk, statuses=["CANCELED"]) == []
    assert await numbers(shop, desk, channels=[str((await shop.actor()).channel.id)]) == [c, z, a]
    moment = zoe["placedAt"]
    assert await numbers(shop, desk, placedFrom=moment) == [c, z]
    assert await numbers(shop, desk, placedTo=moment, search="HAT") == []
    page = (await shop.answer(LIST, by=desk, first=2))[0]
    assert page
    assert ([one["number"] for one in page["orders"]["nodes"]], page["orders"]["totalCount"]) == ([c, z], 3)
    rest = (await shop.answer(LIST, by=desk, first=2, after=page["orders"]["pageInfo"]["endCursor"]))[0]
    assert rest
    assert [one["number"] for one in rest["orders"]["nodes"]] == [a]
    assert rest["orders"]["pageInfo"]["hasNextPage"] is False


async def test_customers_have_a_list_of_their_own_and_search_nobody_elses(shop: Shop) -> None:
    await opened(shop)
    ada, zoe = await customer(shop, "Ada"), await customer(shop, "Zoe")
    assert ada.customer
    mine = [await bought(shop, "Ada", "+33472000000", "LYON", ("HAT", 1), by=ada.customer) for _ in range(2)]
    await bought(shop, "Guest", "+33472000000", "LYON", ("HAT", 1))
    assert await numbers(shop, ada) == [mine[1]["number"], mine[0]["number"]]
    assert await numbers(shop, zoe) == []
    asked = "query ($c: ID!) { node(id: $c) { ... on Customer { orders(first: 1) { totalCount nodes { number } } } } }"
    for asker in (ada, await agent(shop)):
        data, errors = await shop.answer(asked, by=asker, c=str(ada.customer))
        assert not errors
        assert data
        assert data["node"]["orders"] == {"totalCount": 2, "nodes": [{"number": mine[1]["number"]}]}
    for filter in ({"search": "Guest"}, {"customer": str(ada.customer)}, {"location": str(await shop.location_id("LYON"))}):
        data, (error,) = await shop.answer(LIST, by=zoe, filter=filter)
        assert (data, error["extensions"]["code"]) == ({"orders": None}, "FORBIDDEN")


async def test_a_page_of_orders_takes_six_statements_however_many_there_are(shop: Shop) -> None:
    await opened(shop)
    desk = await agent(shop)
    for orders in (1, 2):
        await bought(shop, "Ada Canari", "+33472000000", "LYON", ("HAT", 1))
        with shop.statements() as seen:
            assert len(await numbers(shop, desk, search="Ada", statuses=["PLACED"])) == orders
        assert len(seen) == 7, "\n".join(seen)  # with the channel of who asks
