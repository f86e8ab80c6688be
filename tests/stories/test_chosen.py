"""What is chosen is its buyer's: who sees it, who may change it, what stays when carts are merged, and what is forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters.sql.work import SqlWork
from domain import cart_fulfillment
from domain.abandonment import abandon, forget
from domain.cart import LINES_MAX
from domain.cart_changes import Asked
from domain.choice import SealedOption
from domain.ids import CartId
from domain.intake.stock import StockDraft
from domain.refusal import VersionConflict
from tests.device import Device
from tests.options import CHOSEN, HOME, booked, choose, chosen, collect, deliver, deliveries, refused, take, two_stores
from tests.people import agent
from tests.shop import KEYS, Shop, product

DAY = timedelta(days=1)
CANARY = "quai du Canari"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await two_stores(shop, units=9)
    return shop


@pytest.fixture
async def cart(phone: Device) -> dict[str, Any]:
    """To be delivered."""
    cart = await phone.create(("COAT", 2))
    await choose(phone, cart, deliver())
    return cart


def addresses(cart: dict[str, Any]) -> list[str | None]:
    return [group["address"] and group["address"]["line1"] for group in cart["groups"]]


async def test_a_session_that_may_only_look_sees_no_address_and_cannot_choose(
    shop: Shop, phone: Device, cart: dict[str, Any]
) -> None:
    kiosk = Device(shop)
    await kiosk.take_over(await phone.hand_over(cart, scope="VIEW"))
    seen = await chosen(kiosk, cart)
    assert (booked(seen), addresses(seen)) == ([("DELIVERY", None, {"COAT": 2})], [None])
    assert (await refused(kiosk, cart, await collect(kiosk, "LYON")))["code"] == "FORBIDDEN"
    assert addresses(await chosen(phone, cart)) == [HOME["line1"]]


@pytest.mark.parametrize("scope", ["EDIT", "CHECKOUT"])
async def test_a_session_that_may_change_the_cart_sees_it_and_can_choose(
    shop: Shop, phone: Device, cart: dict[str, Any], scope: str
) -> None:
    laptop = Device(shop)
    await laptop.take_over(await phone.hand_over(cart, scope=scope))
    assert addresses(await chosen(laptop, cart)) == [HOME["line1"]]
    assert booked(await choose(laptop, cart, await collect(laptop, "LYON"))) == [("PICKUP", "LYON", {"COAT": 2})]


async def test_a_stranger_sees_nothing_and_cannot_choose(shop: Shop, cart: dict[str, Any]) -> None:
    other = Device(shop)
    mine = await other.create(("COAT", 1))
    assert await other.ask(f"query Q($id: ID!) {{ cart(id: $id) {{ {CHOSEN} }} }}", id=cart["id"]) == {"cart": None}
    assert (await refused(other, cart, deliver()))["code"] == "NOT_FOUND"
    assert booked(await choose(other, mine, deliver())) == [("DELIVERY", None, {"COAT": 1})]


async def test_a_resume_link_shows_no_address(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    shop.now += DAY
    (left,) = await abandon(SqlWork(shop.database), KEYS, shop.now, after=DAY)
    laptop = Device(shop)
    await laptop.take_over(left.code)
    seen = await chosen(laptop, cart)
    assert (booked(seen), addresses(seen)) == ([("DELIVERY", None, {"COAT": 2})], [None])
    anew = await choose(laptop, cart, deliver(line1="1 rue Neuve"))
    assert addresses(anew) == [None]
    assert addresses(await chosen(phone, cart)) == ["1 rue Neuve"]


async def test_staff_at_the_desk_see_the_address(shop: Shop, cart: dict[str, Any]) -> None:
    query = f"query Q($id: ID!) {{ cart(id: $id) {{ {CHOSEN} }} }}"
    assert addresses((await shop.ask(query, by=await agent(shop), id=cart["id"]))["cart"]) == [HOME["line1"]]


async def test_claiming_a_cart_keeps_what_was_chosen(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    me = Device(shop)
    await me.is_customer(await shop.customer())
    await me.done("cartClaim", {"cart": cart["id"], "cartSession": phone.access_token}, "cart { id }")
    after = await chosen(me, cart)
    assert (booked(after), addresses(after)) == ([("DELIVERY", None, {"COAT": 2})], [HOME["line1"]])


async def test_merging_keeps_what_was_chosen_for_the_cart_that_stays(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    me = Device(shop)
    await me.is_customer(await shop.customer())
    mine = await me.create(("COAT", 1), ("SCARF", 1))
    await choose(me, mine, await collect(me, "PARIS"))
    await me.done("cartClaim", {"cart": cart["id"], "cartSession": phone.access_token}, "cart { id }")
    after = await chosen(me, mine)
    assert booked(after) == [("PICKUP", "PARIS", {"COAT": 1, "SCARF": 1})]
    assert [problem["__typename"] for problem in after["problems"]] == ["FulfillmentNotChosen", "ContactMissing"]


async def test_units_that_went_while_a_choice_was_made_are_a_conflict(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    actor, id = await phone.actor(), CartId.parse(cart["id"])
    assert id
    seen = (await shop.reads.carts.carts(actor, [id]))[id]
    await phone.update(cart, {"COAT": 1})
    asked = Asked(id, shop.now, None)
    outcome = await cart_fulfillment.choose(SqlWork(shop.database), actor, asked, seen.groups, seen.quantities)
    assert isinstance(outcome, VersionConflict)
    assert booked(await chosen(phone, cart)) == [("DELIVERY", None, {"COAT": 1})]


async def test_an_option_of_the_longest_cart_can_be_chosen(shop: Shop, phone: Device) -> None:
    skus = [f"LONG-{n}" for n in range(LINES_MAX)]
    await shop.import_products(*(product(sku.lower(), sku) for sku in skus))
    await shop.count(*(StockDraft(sku=sku, location=code, on_hand=1) for sku in skus for code in ("LYON", "PARIS")))
    cart = await phone.create(*((sku, 2) for sku in skus))
    (option,) = (await deliveries(phone, cart, to={"address": HOME})).values()
    assert option["complete"]
    assert len(option["id"]) <= SealedOption.CHARACTERS_MAX
    (group,) = (await choose(phone, cart, take(option)))["groups"]
    assert len(group["lines"]) == LINES_MAX


async def test_an_address_is_kept_in_one_place_only(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    option = (await deliveries(phone, cart, to={"address": HOME}))["STANDARD"]
    assert CANARY not in option["id"]
    await choose(phone, cart, take(option))
    await phone.update(cart, {"COAT": 1})
    rows = await shop.rows()
    assert [name for name, kept in rows.items() if "Canari" in repr(kept)] == ["cart_address"]
    assert len(rows["cart_address"]) == 1


async def test_an_address_goes_with_its_group(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    await choose(phone, cart, deliver(line1="1 rue Neuve"))
    (kept,) = (await shop.rows())["cart_address"]
    assert "1 rue Neuve" in repr(kept)
    assert CANARY not in repr(kept)
    await choose(phone, cart, await collect(phone, "LYON"))
    assert (await shop.rows())["cart_address"] == []
    await choose(phone, cart, deliver())
    await phone.update(cart, {"COAT": 0})
    assert (await shop.rows())["cart_address"] == []


async def test_a_cart_that_is_forgotten_takes_its_address_with_it(shop: Shop, cart: dict[str, Any]) -> None:
    assert len((await shop.rows())["cart_address"]) == 1
    shop.now += DAY
    assert await forget(SqlWork(shop.database), shop.now, after=DAY) == 1
    rows = await shop.rows()
    assert (rows["cart"], rows["cart_address"]) == ([], [])
    assert "Canari" not in repr(rows)
