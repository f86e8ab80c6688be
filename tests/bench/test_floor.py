"""What is measured is the same on both sides: the floor answers as the gateway does, and many levels as few."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient

from bench.floor import create
from bench.inside import inside
from bench.levels import enlarge
from bench.purchases import by_floor, by_gateway
from bench.questions import AVAILABILITY, CART, LINES_ADD, LISTING, OPTIONS, PRODUCT, QUANTITY, Question
from domain.carrier import DeliveryService
from domain.intake.location import PostalCodeDraft, import_postal_codes
from domain.location import PostalCode
from gateway.app import application
from tests.carriers import price, route
from tests.device import Device
from tests.shop import CITIES, Shop, done, sheet

AT_HOME = {"latitude": 45.7, "longitude": 4.8}
QUESTIONS = (
    Question("a product", PRODUCT, "/product", [{"handle": "coat"}, {"handle": "hat"}]),
    Question("a listing", LISTING, "/listing", [{"first": 24}, {"first": 1}]),
    Question("where it is", AVAILABILITY, "/availability", [{"sku": sku, **AT_HOME} for sku in ("COAT-S", "COAT-M")]),
    Question("what is sent there", AVAILABILITY, "/availability", [{"sku": sku, **AT_HOME} for sku in ("SCARF", "HAT")]),
)


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    """With many of one, few of another, none of a third, and of a fourth only here and there; by three delivery services."""
    await shop.locations(*CITIES)
    await shop.product("coat", "COAT-S", "COAT-M", price="289.05")
    await shop.product("hat", "HAT")
    for sku, units in (("COAT-S", 3), ("COAT-M", 4), ("HAT", 0)):
        await shop.stock(sku, LYON=units, PARIS=units, LILLE=units, NICE=units)
    await shop.product("scarf", "SCARF", variant={"grams": 300})
    await shop.stock("SCARF", LYON=0, PARIS=1, LILLE=2, NICE=0)
    services = (DeliveryService.STANDARD, DeliveryService.EXPRESS, DeliveryService.GREEN)
    await shop.carriers(prices=tuple(price(one) for one in services), deliveries=tuple(route(one) for one in services))
    await shop.rules(per_km=Decimal("0.01"), store_depletion=Decimal(2))
    lyon = PostalCodeDraft(code=PostalCode("FR", "69002"), name="Lyon", center=CITIES["LYON"])
    done(await import_postal_codes(shop.work, sheet(lyon), skip_bad_rows=False))
    return shop


@pytest.fixture
async def floor(stocked: Shop, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncClient]:
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", database_url)
    app = create(clock=lambda: stocked.now)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://floor.example") as made,
    ):
        yield made


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_the_floor_answers_as_the_gateway_does(stocked: Shop, floor: AsyncClient, question: Question) -> None:
    for variables in question.variables:
        answer = (await floor.post(question.path, json=variables)).json()
        assert answer == {"data": await stocked.ask(question.query, **variables)}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
async def test_what_a_request_costs_inside_is_counted(stocked: Shop, database_url: str, question: Question) -> None:
    counted = await inside(database_url, question, requests=3)
    await stocked.ask(question.query, **question.variables[0])  # what is kept for a moment is kept from now on
    with stocked.statements() as seen:
        await stocked.ask(question.query, **question.variables[0])
    assert counted.statements == len(seen) - 1  # the channel is read by the test's own `ask`
    assert (counted.parsed, counted.validated) == (0, 0)


async def test_the_floor_reads_carts_as_the_gateway_does(stocked: Shop, floor: AsyncClient) -> None:
    """With enough of one, too little of two others, and a price that has changed since."""
    phone = Device(stocked)
    cart = await phone.create(("COAT-S", 12), ("COAT-M", 17), ("HAT", 1))
    await stocked.product("hat", "HAT", price="21.00")
    for more in ({}, {"contact": {"email": "ada@example.org"}}):
        if more:
            await phone.done("cartContactSet", {"cart": cart["id"], **more})
        answer = (await floor.post("/cart", json={"id": cart["id"]})).json()
        assert answer == {"data": await phone.ask(CART, id=cart["id"])}
    problems = [problem["__typename"] for problem in answer["data"]["cart"]["problems"]]
    assert problems == ["InsufficientStock", "PriceChanged", "InsufficientStock", "FulfillmentNotChosen"]


async def test_the_floor_finds_the_options_of_carts_as_the_gateway_does(stocked: Shop, floor: AsyncClient) -> None:
    """Of what stores have, what must be sent to them or split, and what nobody has enough of."""
    phone = Device(stocked)
    for goods in ([("COAT-S", 2)], [("COAT-M", 3), ("SCARF", 3)], [("COAT-S", 5), ("HAT", 1)]):
        asked = {"id": (await phone.create(*goods))["id"], "postalCode": "69002"}
        answer = (await floor.post("/options", json=asked)).json()
        assert answer == {"data": await phone.ask(OPTIONS, **asked)}
        found = answer["data"]["cart"]["fulfillmentOptions"]
        assert {one["service"] for one in found["delivery"]} == {"STANDARD", "EXPRESS", "GREEN"}
        assert any(one["shipToStore"] for one in found["pickup"]) == (len(goods) > 1 or goods[0][1] > 3)
        assert all(one["complete"] for one in found["delivery"]) == (("HAT", 1) not in goods)


async def test_the_floor_adds_to_carts_as_the_gateway_does_and_writes_the_same(stocked: Shop, floor: AsyncClient) -> None:
    phone, twin = Device(stocked), Device(stocked)
    ours, least = await phone.create(), await twin.create()
    for goods in (("COAT-S", 2), ("COAT-M", 1), ("COAT-S", 1)):
        lines = await phone.lines(goods)
        answer = (await floor.post("/lines", json={"cart": least["id"], "lines": lines})).json()
        assert answer == {"data": await phone.ask(LINES_ADD, cart=ours["id"], lines=lines)}
    told = [await without_ids(device, cart) for device, cart in ((phone, ours), (twin, least))]
    assert told[0] == told[1]
    events = [(event.type, event.data) for _, event in await stocked.reads.outbox.after(0, 100) if event.subject]
    assert events[2::2] == events[3::2]


async def without_ids(device: Device, cart: dict[str, Any]) -> dict[str, Any]:
    """All of a cart but its ids."""
    whole = await device.cart(cart)
    assert whole is not None
    return whole | {"id": None, "lines": [line | {"id": None} for line in whole["lines"]]}


def asked(copy: int) -> list[tuple[str, dict[str, Any]]]:
    behind = f"-{copy}" if copy else ""
    return [(AVAILABILITY, {"sku": f"COAT-S{behind}", **AT_HOME}), (QUANTITY, {"sku": f"COAT-M{behind}"})]


async def test_copies_of_a_shop_answer_as_it_does_and_leave_it_as_it_was(stocked: Shop, database_url: str) -> None:
    before = [await stocked.ask(query, **variables) for query, variables in asked(0)]
    levels = len((await stocked.rows())["stock_level"])
    await asyncio.to_thread(enlarge, database_url, 3)
    for copy in range(4):
        assert [await stocked.ask(query, **variables) for query, variables in asked(copy)] == before
    assert len((await stocked.rows())["stock_level"]) == levels * 4


async def test_the_floor_sells_as_the_gateway_does(
    stocked: Shop, floor: AsyncClient, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same answers but for ids and numbers, and the same units allocated."""
    monkeypatch.setenv("COMPTOIR_DATABASE_URL", database_url)
    goods = [await Device(stocked).variant(sku) for sku in ("COAT-S", "COAT-M")]
    found = []
    async with AsyncClient(transport=ASGITransport(application(stocked.database, clock=lambda: stocked.now))) as gateway:
        for buy, client in ((by_gateway, gateway), (by_floor, floor)):
            order = await buy(client, "http://shop.example", goods)
            found.append((order | {"number": ""}, {table: len(rows) for table, rows in (await stocked.rows()).items()}))
            assert (await stocked.prove()).balanced
    (ours, once), (least, twice) = found
    assert ours == least
    for table in ("sales_order", "order_line", "fulfillment", "stock_allocation", "payment", "test_charge", "order_entry"):
        assert twice[table] == 2 * once[table], table
