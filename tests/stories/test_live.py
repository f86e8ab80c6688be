"""Live availability: how it is at first, then each change once and in order, and of many changes the last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLError

from adapters.sql.database import Database
from domain.intake.stock import StockDraft
from resolvers.live import PLACES_MAX
from tests.shop import Following, Shop, product

FIELDS = "id quantity status reasons { code } journeys asOf"
FOLLOW = f"""subscription ($skus: [String!]!, $at: [ID!]!) {{
    availabilityChanged(skus: $skus, locations: $at) {{ {FIELDS} }}
}}"""


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    """Two SKUs at two stores."""
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT-38", "COAT-40")
    await shop.stock("COAT-38", LYON=9, PARIS=1)
    await shop.stock("COAT-40", LYON=5)
    return shop


@asynccontextmanager
async def followed(shop: Shop, *skus: str, at: tuple[str, ...] = ("LYON",)) -> AsyncIterator[Following]:
    places = [str(await shop.location_id(code)) for code in at]
    async with shop.following(FOLLOW, skus=list(skus), at=places) as events:
        yield events


async def units(events: Following, times: int = 1) -> list[tuple[str, int]]:
    found = [await events.next() for _ in range(times)]
    return [(one["id"], one["quantity"]) for one in found]


async def test_every_place_is_sent_first_in_the_order_asked(coats: Shop) -> None:
    async with followed(coats, "COAT-40", "COAT-38", "COAT-40", at=("PARIS", "LYON")) as events:
        assert await units(events, 4) == [("COAT-40@PARIS", 0), ("COAT-40@LYON", 5), ("COAT-38@PARIS", 1), ("COAT-38@LYON", 9)]


async def test_a_change_is_sent_once_and_of_that_place_alone(coats: Shop) -> None:
    async with followed(coats, "COAT-38", "COAT-40", at=("LYON", "PARIS")) as events:
        await units(events, 4)
        await coats.stock("COAT-38", LYON=8)
        assert await units(events) == [("COAT-38@LYON", 8)]
        await coats.stock("COAT-40", PARIS=2)
        assert await units(events) == [("COAT-40@PARIS", 2)]


async def test_what_is_sent_is_what_a_query_answers(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events:
        await events.next()
        await coats.hold("COAT-38", "LYON", 9)
        coats.now += timedelta(minutes=1)
        query = f'{{ variant(by: {{sku: "COAT-38"}}) {{ availability(first: 1) {{ nodes {{ {FIELDS} }} }} }} }}'
        asked = (await coats.ask(query))["variant"]["availability"]["nodes"][0]
        sent = await events.next()
        assert {**sent, "asOf": None} == {**asked, "asOf": None}
        assert sent["reasons"] == [{"code": "HELD_FOR_OTHERS"}]


async def test_what_leaves_everything_as_it_was_sends_nothing(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events:
        await units(events)
        await coats.stock("COAT-40", LYON=1)
        coats.now += timedelta(days=2)
        await coats.stock("COAT-38", LYON=9)  # confirmed
        await coats.stock("COAT-38", LYON=7)
        assert await units(events) == [("COAT-38@LYON", 7)]


async def test_a_slow_reader_is_sent_the_newest_state_and_nothing_in_between(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events:
        await units(events)
        for left in (8, 7, 6):
            await coats.stock("COAT-38", LYON=left)
        await coats.relay.catch_up()
        assert await units(events) == [("COAT-38@LYON", 6)]
        await coats.stock("COAT-38", LYON=5)
        assert await units(events) == [("COAT-38@LYON", 5)]


async def test_one_that_changes_all_the_time_keeps_no_other_back(coats: Shop) -> None:
    async with followed(coats, "COAT-38", at=("LYON", "PARIS")) as events:
        await units(events, 2)
        await coats.stock("COAT-38", LYON=8, PARIS=3)
        await coats.relay.catch_up()
        assert await units(events) == [("COAT-38@LYON", 8)]
        await coats.stock("COAT-38", LYON=7)
        await coats.relay.catch_up()
        assert await units(events, 2) == [("COAT-38@PARIS", 3), ("COAT-38@LYON", 7)]


async def test_a_change_made_through_another_database_object_is_seen(coats: Shop, database_url: str) -> None:
    """Whose commits nobody tells the relay of."""
    other = Shop(Database(database_url))
    async with followed(coats, "COAT-38") as events:
        await units(events)
        await other.stock("COAT-38", LYON=2)
        assert await units(events) == [("COAT-38@LYON", 2)]
    await other.database.close()


async def test_it_ends_when_nothing_of_it_is_sold_any_more(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events:
        await units(events)
        await coats.import_products(product("coat", "COAT-38", "COAT-40", published=False))
        await coats.stock("COAT-38", LYON=2)
        await events.ends()


async def test_nobody_watches_when_all_have_gone(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events, followed(coats, "COAT-40") as others:
        await asyncio.gather(units(events), units(others))
        assert set(coats.relay.watchers.by_subject) == {"sku:COAT-38", "sku:COAT-40"}
    assert not coats.relay.watchers.by_subject
    assert not coats.relay.watchers.flags


@pytest.mark.parametrize(
    ("skus", "places", "told"),
    [
        (["COAT-38", "HAT"], 1, {"code": "INVALID_INPUT", "path": ["skus"]}),
        ([], 1, {"code": "INVALID_INPUT", "path": ["skus"]}),
        (["COAT-38"], 0, {"code": "INVALID_INPUT", "path": ["locations"]}),
        ([f"S{n}" for n in range(101)], 1, {"code": "INVALID_INPUT", "path": ["skus"]}),
        ([f"S{n}" for n in range(PLACES_MAX // 20 + 1)], 20, {"code": "LIMIT_REACHED", "limit": "places"}),
    ],
)
async def test_what_cannot_be_followed_is_refused(coats: Shop, skus: list[str], places: int, told: dict[str, Any]) -> None:
    await coats.locations(*(f"S{n}" for n in range(20)))
    at = [str(await coats.location_id(f"S{n}")) for n in range(places)]
    with pytest.raises(GraphQLError) as refused:
        async with coats.following(FOLLOW, skus=skus, at=at) as events:
            await events.next()
    assert refused.value.extensions == told
    assert not coats.relay.watchers.flags


async def test_a_location_that_does_not_sell_here_is_refused(coats: Shop) -> None:
    await coats.locations("NICE", services=frozenset())
    with pytest.raises(GraphQLError) as refused:
        async with followed(coats, "COAT-38", at=("LYON", "NICE")) as events:
            await events.next()
    assert refused.value.extensions == {"code": "INVALID_INPUT", "path": ["locations"]}


async def test_an_event_has_a_moment_of_its_own(coats: Shop) -> None:
    async with followed(coats, "COAT-38") as events:
        first = await events.next()
        coats.now += timedelta(minutes=5)
        await coats.count(StockDraft(sku="COAT-38", location="LYON", on_hand=3))
        second = await events.next()
    assert (first["asOf"], second["asOf"]) == ("2026-11-21T12:00:00+00:00", "2026-11-21T12:05:00+00:00")
