"""Claiming: what a shopper put into a cart before they signed in is theirs afterwards, whatever order a client calls in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.ids import CustomerId
from tests.device import Device, units
from tests.shop import Shop

REPORT = """cart { ...Whole } report { lines {
  variant { sku } outcome sourceQuantity targetQuantity resultQuantity reason } }"""
PREVIEW = """query P($source: ID!, $target: ID!, $policy: CartMergePolicy!) {
  cartMergePreview(source: $source, target: $target, policy: $policy) {
    totals { total { minorUnits } }
    lines { variant { sku } outcome sourceQuantity targetQuantity resultQuantity reason } } }"""


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.product("goods", "A", "B", "C", price="10.00")
    return shop


async def signed_in(shop: Shop, customer: CustomerId | None = None) -> Device:
    device = Device(shop)
    await device.is_customer(customer or await shop.customer())
    return device


def fates(payload: dict[str, Any]) -> dict[str, tuple[str, int]]:
    lines = (payload.get("report") or payload)["lines"]
    return {line["variant"]["sku"]: (line["outcome"], line["resultQuantity"]) for line in lines}


async def test_a_guest_cart_becomes_the_customers_who_had_none(shop: Shop) -> None:
    """T14."""
    guest, me = Device(shop), await signed_in(shop)
    cart = await guest.create(("A", 2))
    claimed = await me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.refresh_token}, REPORT)
    assert (claimed["cart"]["id"], units(claimed["cart"])) == (cart["id"], {"A": 2})
    assert fates(claimed) == {"A": ("KEPT", 2)}
    assert (await me.ask("{ viewer { cart { id } } }"))["viewer"]["cart"] == {"id": cart["id"]}
    again = await me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.access_token}, REPORT)
    assert again["cart"]["version"] == claimed["cart"]["version"], "a second time changes nothing"


async def test_on_a_second_device_nothing_is_overwritten(shop: Shop) -> None:
    """T11."""
    customer = await shop.customer()
    laptop, phone, guest = await signed_in(shop, customer), await signed_in(shop, customer), Device(shop)
    mine = await laptop.create(("A", 1))
    other = await guest.create(("A", 2), ("B", 1))
    assert (await phone.create())["id"] == mine["id"], "the same on every device"
    asked = {"cart": other["id"], "cartSession": guest.access_token}
    claimed = await phone.done("cartClaim", asked, REPORT)
    assert (claimed["cart"]["id"], units(claimed["cart"])) == (mine["id"], {"A": 3, "B": 1})
    assert fates(claimed) == {"A": ("SUMMED", 3), "B": ("ADDED", 1)}
    assert await laptop.cart(mine) == claimed["cart"]
    gone = await guest.cart(other) or {}
    assert (gone["status"], gone["mergedInto"]) == ("MERGED", None), "where it went is for those who open that"
    assert (await guest.refused("cartLinesAdd", {"cart": other["id"], "lines": []}))["code"] == "CART_CLOSED"
    assert (await phone.done("cartClaim", asked, REPORT))["cart"] == claimed["cart"], "a second time changes nothing"


@pytest.mark.parametrize(
    ("policy", "fate"),
    [
        ("SUM", {"A": ("SUMMED", 5), "B": ("KEPT", 4), "C": ("ADDED", 1)}),
        ("KEEP_GREATER", {"A": ("KEPT", 3), "B": ("KEPT", 4), "C": ("ADDED", 1)}),
        ("KEEP_TARGET", {"A": ("KEPT", 2), "B": ("KEPT", 4), "C": ("DROPPED", 0)}),
        ("KEEP_SOURCE", {"A": ("KEPT", 3), "B": ("DROPPED", 0), "C": ("ADDED", 1)}),
    ],
)
async def test_a_policy_says_how_many_there_are_in_the_end_and_a_preview_says_it_before(
    shop: Shop, policy: str, fate: dict[str, tuple[str, int]]
) -> None:
    guest, me = Device(shop), await signed_in(shop)
    mine = await me.create(("A", 2), ("B", 4))
    other = await guest.create(("A", 3), ("C", 1))
    assert (await me.ask(PREVIEW, source=other["id"], target=mine["id"], policy=policy))["cartMergePreview"] is None
    await me.opens(other)
    before = await shop.rows()
    preview = (await me.ask(PREVIEW, source=other["id"], target=mine["id"], policy=policy))["cartMergePreview"]
    assert await shop.rows() == before
    assert fates(preview) == fate
    asked = {"cart": other["id"], "cartSession": guest.access_token, "policy": policy, "idempotencyKey": "claim"}
    claimed = await me.done("cartClaim", asked, REPORT)
    assert claimed["report"]["lines"] == preview["lines"]
    assert claimed["cart"]["totals"]["total"] == preview["totals"]["total"]
    assert units(claimed["cart"]) == {sku: units for sku, (_, units) in fate.items() if units}
    assert await me.done("cartClaim", asked, REPORT) == claimed, "the same key, the same report"


async def test_merging_caps_and_says_so_and_the_cart_stays_usable(shop: Shop) -> None:
    """T13."""
    guest, me = Device(shop), await signed_in(shop)
    await me.create(("A", 40))
    other = await guest.create(("A", 30))
    claimed = await me.done("cartClaim", {"cart": other["id"], "cartSession": guest.access_token}, REPORT)
    (line,) = claimed["report"]["lines"]
    assert (line["outcome"], line["resultQuantity"], line["reason"]) == ("CAPPED", 50, "A line can have no more.")
    assert units(await me.update(claimed["cart"], {"A": 3})) == {"A": 3}


async def test_only_whoever_opens_a_cart_claims_it(shop: Shop) -> None:
    guest, thief, me = Device(shop), await signed_in(shop), await signed_in(shop)
    cart = await guest.create(("A", 1))
    asked = {"cart": cart["id"], "cartSession": thief.access_token}
    assert (await thief.refused("cartClaim", asked, REPORT))["code"] == "NOT_FOUND"
    assert (await thief.refused("cartClaim", asked | {"cartSession": "nonsense"}, REPORT))["code"] == "NOT_FOUND"
    asked["cartSession"] = guest.access_token
    assert (await guest.refused("cartClaim", asked, REPORT))["code"] == "FORBIDDEN"
    await me.done("cartClaim", asked, REPORT)
    assert (await thief.refused("cartClaim", asked, REPORT))["code"] == "NOT_FOUND", "it is somebody else's by now"


async def test_an_expired_token_will_do_while_its_session_goes_on(shop: Shop) -> None:
    guest = Device(shop)
    cart = await guest.create(("A", 1))
    shop.now += timedelta(days=89)
    me = await signed_in(shop)
    await me.done("cartClaim", {"cart": cart["id"], "cartSession": guest.access_token}, REPORT)
    other = Device(shop)
    cart = await other.create(("B", 1))
    shop.now += timedelta(days=91)
    me = await signed_in(shop)
    asked = {"cart": cart["id"], "cartSession": other.access_token}
    assert (await me.refused("cartClaim", asked, REPORT))["path"] == ["input", "cartSession"]
