"""Pickups at the counter: against the right code, never unpaid, all or some; and what becomes of those nobody comes for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.sql.work import SqlWork
from domain.cashier import Cashier, carried_out
from domain.event import EventType
from domain.pickup_end import expire_uncollected, remind
from tests.backroom import FIND, Backroom, found, level, opened, ordered, seen
from tests.device import Device
from tests.shop import Shop

Found = dict[str, Any]
STEPS = ("accept", "pick", "ready")


@pytest.fixture
async def phone(shop: Shop) -> Device:
    return await opened(shop)


async def waiting(
    phone: Device, *goods: tuple[str, int], how: str = "pickup"
) -> tuple[Backroom, dict[str, Any], dict[str, Any]]:
    """Ready in Lyon: who works there, the order, and what is to be handed over."""
    order = await ordered(phone, *goods, how=how)
    lyon = await Backroom.of(phone.shop, "LYON")
    (task,) = [one for one in await lyon.tasks("LYON") if one["order"]["id"] == order["id"]]
    return lyon, order, await lyon.all(task, *STEPS)


async def settled(shop: Shop) -> None:
    """Providers have done what there was for them to do."""
    await carried_out(Cashier(SqlWork(shop.database), shop.payments, lambda: shop.now))


async def test_wrong_codes_open_nothing_and_are_limited(phone: Device) -> None:
    shop = phone.shop
    lyon, order, task = await waiting(phone, ("HAT", 1))
    code = order["fulfillments"][0]["pickup"]["code"]
    wrong = [await lyon.refused("collect", task, code="AAAAAA") for _ in range(10)]
    assert {error["code"] for error in wrong} == {"CODE_INVALID"}
    limited = await lyon.refused("collect", task, code=code)
    assert (limited["code"], limited["retryAfterSeconds"]) == ("RATE_LIMITED", 900), "even the right one, for a while"
    other = await Backroom.of(shop, "LYON")
    assert (await other.refused("collect", task, code=code))["code"] == "RATE_LIMITED", "whoever tries"
    shop.now += timedelta(minutes=15)
    assert (await lyon.do("collect", task, code=f"{code[:3]}-{code[3:]}"))["status"] == "COLLECTED"


async def test_what_is_scanned_finds_what_is_ready_in_that_store_alone(phone: Device) -> None:
    shop = phone.shop
    lyon, order, task = await waiting(phone, ("HAT", 1))
    code = order["fulfillments"][0]["pickup"]["code"]
    at = {where: str(await shop.location_id(where)) for where in ("LYON", "PARIS")}
    by = {"pickupCode": {"location": at["LYON"], "code": code.lower()}}
    scanned = await lyon.find(by)
    assert scanned == {"id": task["id"], "status": "READY_FOR_PICKUP", "pickup": None}, "no code for staff"
    assert await lyon.find({"pickupCode": {"location": at["LYON"], "code": "AAAAAA"}}) is None
    paris = await Backroom.of(shop, "PARIS")
    assert await paris.find({"pickupCode": {"location": at["PARIS"], "code": code}}) is None
    assert await paris.find({"id": task["id"]}) is None
    assert (await phone.ask(FIND, which={"id": task["id"]}))["fulfillment"]["pickup"] == {"code": code}


async def test_some_of_it_is_taken_and_the_rest_is_restocked_and_paid_back(phone: Device) -> None:
    shop = phone.shop
    lyon, order, task = await waiting(phone, ("HAT", 3))
    code = order["fulfillments"][0]["pickup"]["code"]
    none = await lyon.refused("collect", task, code=code, lines=found(task, HAT=0))
    assert none["path"] == ["input", "lines"]
    given = await lyon.do("collect", task, code=code, lines=found(task, HAT=1))
    (line,) = given["order"]["lines"]
    assert (line["fulfilledQuantity"], line["canceledQuantity"], given["order"]["status"]) == (1, 2, "FULFILLED")
    (payment,) = (await seen(phone, order))["payments"]
    assert payment["captured"]["minorUnits"] - payment["refunded"]["minorUnits"] == 2_000
    assert await level(shop, "HAT", "LYON") == (2, 0)
    assert (await shop.prove()).balanced


async def test_what_was_reserved_is_paid_at_the_counter_before_it_is_handed_over(phone: Device) -> None:
    shop = phone.shop
    lyon, order, task = await waiting(phone, ("HAT", 2), how="reserveInStore")
    code = order["fulfillments"][0]["pickup"]["code"]
    assert (await seen(phone, order))["paid"]["minorUnits"] == 0
    unpaid = await lyon.refused("collect", task, code=code)
    assert (unpaid["code"], unpaid["due"]["minorUnits"]) == ("PAYMENT_REQUIRED", 4_000)
    cash = [{"by": {"cash": {"received": "30.00"}}}]
    assert (await lyon.refused("collect", task, code="AAAAAA", payments=cash))["code"] == "CODE_INVALID", "nothing is paid"
    one: dict[str, Any] = {
        "code": code,
        "lines": found(task, HAT=1),
        "payments": cash,
        "idempotencyKey": "a key for this",
    }
    given = await lyon.do("collect", task, **one)
    assert (given["status"], given["order"]["status"]) == ("COLLECTED", "FULFILLED")
    assert await lyon.do("collect", task, **one) == given, "paid and handed over once"
    after = await seen(phone, order)
    assert [(one["method"], one["captured"]["minorUnits"]) for one in after["payments"]] == [("CASH", 2_000)]
    assert (after["due"]["minorUnits"], await level(shop, "HAT", "LYON")) == (0, (2, 0))
    assert (await shop.prove()).balanced


async def test_what_nobody_collects_is_kept_for_longer_reminded_of_and_then_restocked_and_refunded(phone: Device) -> None:
    shop = phone.shop
    lyon, order, task = await waiting(phone, ("HAT", 2))
    buyer, kiosk = Backroom(shop, await phone.actor()), Backroom(shop, await shop.actor())
    (pickup,) = (await seen(phone, order))["fulfillments"]
    first, most = pickup["pickup"]["collectBefore"], pickup["extendableUntil"]
    assert (first, most) == ("2026-11-30T18:00:00+00:00", "2026-12-08T18:00:00+00:00")
    assert (await kiosk.refused("extend", task, until=most))["code"] == "NOT_FOUND"
    over = await buyer.refused("extend", task, until="2026-12-09T18:00:00+00:00")
    assert (over["code"], over["path"]) == ("INVALID_INPUT", ["input", "until"])

    async def jobs(at: str) -> tuple[int, int]:
        shop.now = datetime.fromisoformat(at)
        done = await remind(SqlWork(shop.database), shop.now), await expire_uncollected(SqlWork(shop.database), shop.now)
        await settled(shop)
        return done

    assert await jobs("2026-11-29T17:59:00+00:00") == (0, 0)
    assert (await jobs("2026-11-29T18:00:00+00:00"), await jobs("2026-11-29T18:01:00+00:00")) == ((1, 0), (0, 0))
    assert (await lyon.do("extend", task, until=most))["extendableUntil"] == "2026-12-16T18:00:00+00:00"
    assert (await jobs(first), await jobs("2026-12-07T18:00:00+00:00")) == ((0, 0), (1, 0))
    assert await level(shop, "HAT", "LYON") == (3, 2)
    assert (await jobs(most), await jobs(most)) == ((0, 1), (0, 0))
    after = await seen(phone, order)
    assert (after["status"], after["fulfillments"][0]["status"]) == ("CANCELED", "EXPIRED")
    (payment,) = after["payments"]
    assert (payment["status"], payment["captured"]["minorUnits"]) == ("VOIDED", 0)
    assert (await level(shop, "HAT", "LYON"), await lyon.tasks("LYON")) == ((3, 0), [])
    assert (await lyon.refused("collect", task, code=order["fulfillments"][0]["pickup"]["code"]))["status"] == "EXPIRED"
    events = [event for _, event in await shop.reads.outbox.after(0, 1_000) if event.type is EventType.ORDER_CHANGED]
    changes = [event.data["change"] for event in events]
    assert [changes.count(one) for one in ("ready", "reminded", "extended", "expired")] == [1, 2, 1, 1]
    assert (await shop.prove()).balanced
