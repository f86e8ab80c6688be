"""Carts: begun, filled, corrected and addressed from any device; what cannot be is refused, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.channel import ChannelKind
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.money import Money
from tests.device import Device, quantities_of, units
from tests.shop import WEB, Shop, done, sheet

KEY = "a key of sixteen characters"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON", "PARIS")
    await shop.product("coat", "COAT-38", "COAT-40", price="289.00")
    await shop.product("hat", "HAT", price="0.31")
    await shop.stock("COAT-38", LYON=3, PARIS=1)
    await shop.stock("COAT-40", LYON=2)
    await shop.stock("HAT", LYON=100)
    return shop


# ------------------------------------------------------------------------------------------------ begun


async def test_a_stranger_is_given_a_session_that_opens_the_cart_and_nobody_elses_does(shop: Shop, phone: Device) -> None:
    cart = await phone.create(("COAT-38", 2), ("HAT", 10))
    assert units(cart) == {"COAT-38": 2, "HAT": 10}
    assert cart["totals"]["total"] == {"minorUnits": 2 * 28900 + 310}
    assert (cart["version"], cart["status"]) == (1, "OPEN")
    assert phone.refresh_token
    assert await phone.cart(cart) == cart
    assert await Device(shop).cart(cart) is None, "an id opens nothing"
    other = Device(shop)
    await other.create()
    assert await other.cart(cart) is None
    error = await other.refused("cartLinesAdd", {"cart": cart["id"], "lines": await other.lines(("HAT", 1))})
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "cart"])


async def test_a_session_that_has_an_open_cart_gets_its_lines_added_to_it(phone: Device) -> None:
    first = await phone.create(("HAT", 1))
    again = await phone.create(("HAT", 2), ("COAT-38", 1))
    assert again["id"] == first["id"]
    assert units(again) == {"HAT": 3, "COAT-38": 1}
    assert again["version"] == 2
    assert (await phone.create())["version"] == 2, "nothing to add is no change"


async def test_the_viewer_is_told_of_the_open_cart(phone: Device) -> None:
    assert (await phone.ask("{ viewer { roles cart { id } } }"))["viewer"] == {"roles": ["SHOPPER"], "cart": None}
    cart = await phone.create(("HAT", 1))
    assert (await phone.ask("{ viewer { cart { id } } }"))["viewer"]["cart"] == {"id": cart["id"]}
    again = await phone.ask("query N($id: ID!) { node(id: $id) { __typename id } }", id=cart["id"])
    assert again["node"] == {"__typename": "Cart", "id": cart["id"]}


async def test_a_cart_can_be_begun_with_its_contact_and_the_campaign_that_led_here(shop: Shop, phone: Device) -> None:
    contact = {"email": "ada@example.org", "phone": "+33 4 72 00 00 00"}
    cart = await phone.create(contact=contact, sourceCode="SPRING")
    assert cart["contact"] == {"email": "ada@example.org", "name": None, "phone": "+33472000000"}
    (row,) = (await shop.rows())["cart"]
    assert "SPRING" in row


# ------------------------------------------------------------------------------------------------ changed


async def test_each_change_makes_one_version_and_one_entry_that_names_its_channel(phone: Device) -> None:
    cart = await phone.create(("HAT", 1))
    cart = await phone.add(cart, ("COAT-38", 1))
    cart = await phone.update(cart, {"HAT": 0})
    cart = (await phone.done("cartContactSet", {"cart": cart["id"], "contact": {"email": "ada@example.org"}}))["cart"]
    cart = (await phone.done("cartDiscountCodesSet", {"cart": cart["id"], "codes": [" TEN "]}))["cart"]
    assert cart["version"] == 5
    told = [(entry["version"], entry["summary"], entry["channel"]["code"]) for entry in cart["activity"]]
    assert told == [
        (5, "Discount codes entered", "web"),
        (4, "Contact given", "web"),
        (3, "Now: 0 × HAT", "web"),
        (2, "Added: 1 × Coat (COAT-38)", "web"),
        (1, "Cart begun: 1 × Hat (HAT)", "web"),
    ]
    assert cart["discountCodes"] == [{"code": "TEN", "applied": False}]


async def test_what_changes_nothing_makes_no_version(phone: Device) -> None:
    cart = await phone.create(("HAT", 2))
    assert (await phone.update(cart, {"HAT": 2}))["version"] == 1
    assert (await phone.done("cartDiscountCodesSet", {"cart": cart["id"], "codes": []}))["cart"]["version"] == 1
    assert (await phone.done("cartLinesAdd", {"cart": cart["id"], "lines": []}))["cart"]["version"] == 1


@pytest.mark.parametrize(
    ("quantity", "code", "path"),
    [(0, "INVALID_INPUT", ["input", "lines", "0", "quantity"]), (51, "LIMIT_REACHED", ["input", "lines"])],
)
async def test_quantities_have_limits(phone: Device, quantity: int, code: str, path: list[str]) -> None:
    cart = await phone.create(("COAT-38", 1))
    error = await phone.refused("cartLinesAdd", {"cart": cart["id"], "lines": await phone.lines(("HAT", quantity))})
    assert (error["code"], error["path"]) == (code, path)


async def test_a_line_that_would_grow_too_long_is_refused_whole(phone: Device) -> None:
    cart = await phone.create(("HAT", 45))
    lines = await phone.lines(("COAT-38", 1), ("HAT", 6))
    assert (await phone.refused("cartLinesAdd", {"cart": cart["id"], "lines": lines}))["code"] == "LIMIT_REACHED"
    wrong = quantities_of(cart, {"HAT": -1})
    assert (await phone.refused("cartLinesUpdate", {"cart": cart["id"], "lines": wrong}))["code"] == "INVALID_INPUT"


async def test_a_cart_has_100_lines_at_most(shop: Shop, phone: Device) -> None:
    skus = [f"PIN-{n}" for n in range(101)]
    await shop.product("pins", *skus)
    cart = await phone.create(*((sku, 1) for sku in skus[:100]))
    assert len(cart["lines"]) == 100
    error = await phone.refused("cartLinesAdd", {"cart": cart["id"], "lines": await phone.lines((skus[100], 1))})
    assert (error["code"], "100 at most" in error["message"]) == ("LIMIT_REACHED", True)


@pytest.mark.parametrize(
    ("contact", "path"),
    [
        ({}, []),
        ({"name": "Ada"}, []),
        ({"email": "ada"}, ["email"]),
        ({"email": "ada@example"}, ["email"]),
        ({"phone": "04 72 00 00 00"}, ["phone"]),
        ({"phone": "+33 soon"}, ["phone"]),
        ({"email": "ada@example.org", "name": "A" * 201}, ["name"]),
    ],
)
async def test_a_contact_that_cannot_be_reached_is_refused(phone: Device, contact: dict[str, Any], path: list[str]) -> None:
    cart = await phone.create(("HAT", 1))
    error = await phone.refused("cartContactSet", {"cart": cart["id"], "contact": contact})
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "contact", *path])


@pytest.mark.parametrize(
    ("mutation", "input", "path"),
    [
        ("cartLinesAdd", {"cart": "nonsense", "lines": []}, ["input", "cart"]),
        ("cartCreate", {"lines": [{"variant": "nonsense"}]}, ["input", "lines", "0", "variant"]),
        ("cartCreate", {"idempotencyKey": "short"}, ["input", "idempotencyKey"]),
        ("cartCreate", {"contact": {"email": "a\u0000@example.org"}}, ["input", "contact", "email"]),
        ("cartCreate", {"sourceCode": "x" * 101}, ["input", "sourceCode"]),
    ],
)
async def test_what_cannot_be_read_is_told_in_the_payload(
    phone: Device, mutation: str, input: dict[str, Any], path: list[str]
) -> None:
    error = await phone.refused(mutation, input)
    assert (error["code"], error["path"]) == ("INVALID_INPUT", path)


# ------------------------------------------------------------------------------------------------ who comes later


async def test_overlapping_adds_both_stay(phone: Device) -> None:
    """T9."""
    cart = await phone.create(("HAT", 1))
    await phone.add(cart, ("HAT", 2), expectedVersion=1)
    cart = await phone.add(cart, ("COAT-38", 1), expectedVersion=1)
    assert units(cart) == {"HAT": 3, "COAT-38": 1}


async def test_changes_of_different_lines_rebase_and_of_the_same_one_conflict(phone: Device) -> None:
    seen = await phone.create(("HAT", 1), ("COAT-38", 1))
    await phone.update(seen, {"HAT": 5}, expectedVersion=1)
    rebased = await phone.update(seen, {"COAT-38": 2}, expectedVersion=1)
    assert units(rebased) == {"HAT": 5, "COAT-38": 2}
    error = await phone.refused(
        "cartLinesUpdate", {"cart": seen["id"], "lines": quantities_of(seen, {"HAT": 9}), "expectedVersion": 1}
    )
    assert (error["__typename"], error["code"], error["currentVersion"]) == ("VersionConflict", "VERSION_CONFLICT", 3)
    assert units(error["current"]) == {"HAT": 5, "COAT-38": 2}


async def test_a_line_that_somebody_removed_is_a_conflict_or_not_there(phone: Device) -> None:
    seen = await phone.create(("HAT", 1), ("COAT-38", 1))
    await phone.update(seen, {"HAT": 0})
    change = {"cart": seen["id"], "lines": quantities_of(seen, {"HAT": 4})}
    assert (await phone.refused("cartLinesUpdate", change | {"expectedVersion": 1}))["code"] == "VERSION_CONFLICT"
    assert (await phone.refused("cartLinesUpdate", change))["code"] == "NOT_FOUND"
    assert (await phone.update(seen, {"HAT": 0}))["version"] == 2, "gone is gone"


async def test_a_version_that_is_not_there_yet_is_a_conflict(phone: Device) -> None:
    cart = await phone.create(("HAT", 1))
    for mutation, input in (
        ("cartLinesAdd", {"lines": await phone.lines(("HAT", 1))}),
        ("cartContactSet", {"contact": {"email": "ada@example.org"}}),
        ("cartDiscountCodesSet", {"codes": ["TEN"]}),
    ):
        asked = {"cart": cart["id"], "expectedVersion": 7, **input}
        assert (await phone.refused(mutation, asked))["code"] == "VERSION_CONFLICT", mutation


async def test_contact_and_codes_conflict_each_with_their_own_kind_only(phone: Device) -> None:
    cart = await phone.create(("HAT", 1))
    contact = {"cart": cart["id"], "contact": {"email": "ada@example.org"}, "expectedVersion": 1}
    codes = {"cart": cart["id"], "codes": ["TEN"], "expectedVersion": 1}
    await phone.done("cartContactSet", contact)
    assert (await phone.done("cartDiscountCodesSet", codes))["cart"]["version"] == 3
    other = contact | {"contact": {"email": "eve@example.org"}}
    assert (await phone.refused("cartContactSet", other))["code"] == "VERSION_CONFLICT"
    assert (await phone.refused("cartDiscountCodesSet", codes | {"codes": []}))["code"] == "VERSION_CONFLICT"


# ------------------------------------------------------------------------------------------------ the same once more


async def test_a_cart_that_is_begun_again_with_the_same_key_is_the_same_and_opens_again(shop: Shop, phone: Device) -> None:
    cart = await phone.create(("HAT", 1), idempotencyKey=KEY)
    lost = Device(shop)
    again = await lost.create(("HAT", 1), idempotencyKey=KEY)
    assert again == cart
    assert await lost.cart(cart) == cart, "the session that was lost is given again"
    other = {"lines": await phone.lines(("HAT", 2)), "idempotencyKey": KEY}
    assert (await Device(shop).refused("cartCreate", other))["code"] == "IDEMPOTENCY_KEY_REUSED"
    shop.now += timedelta(hours=2)
    assert (await Device(shop).create(("HAT", 1), idempotencyKey=KEY))["id"] != cart["id"], "it is good for an hour"


async def test_nothing_is_added_or_set_twice_with_one_key(phone: Device) -> None:
    cart = await phone.create(("HAT", 1))
    for _ in range(2):
        added = await phone.add(cart, ("HAT", 2), idempotencyKey="add")
        assert (units(added), added["version"]) == ({"HAT": 3}, 2)
    await phone.update(added, {"HAT": 1}, idempotencyKey="set")
    later = await phone.add(cart, ("HAT", 9))
    replayed = await phone.update(added, {"HAT": 1}, idempotencyKey="set")
    assert replayed == later, "it is read anew"


async def test_a_refused_change_leaves_no_key_behind(phone: Device) -> None:
    cart = await phone.create(("HAT", 50))
    lines = await phone.lines(("HAT", 1))
    asked = {"cart": cart["id"], "lines": lines, "idempotencyKey": "add"}
    assert (await phone.refused("cartLinesAdd", asked))["code"] == "LIMIT_REACHED"
    await phone.update(cart, {"HAT": 1})
    assert units((await phone.done("cartLinesAdd", asked))["cart"]) == {"HAT": 2}


# ------------------------------------------------------------------------------------------------ problems


def problems(cart: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in cart["problems"] if one["__typename"] not in ("FulfillmentNotChosen", "ContactMissing")]


async def test_problems_say_all_that_stands_between_a_cart_and_an_order(phone: Device) -> None:
    cart = await phone.create(("HAT", 1))
    assert [one["__typename"] for one in cart["problems"]] == ["FulfillmentNotChosen", "ContactMissing"]
    cart = (await phone.done("cartContactSet", {"cart": cart["id"], "contact": {"phone": "+33472000000"}}))["cart"]
    assert [one["__typename"] for one in cart["problems"]] == ["FulfillmentNotChosen"]


async def test_more_than_there_is_can_be_wanted_and_is_told(shop: Shop, phone: Device) -> None:
    cart = await phone.create(("COAT-38", 5))
    (short,) = problems(cart)
    assert (short["requested"], short["available"], short["variant"]) == (5, 4, {"sku": "COAT-38"})
    query = """query P($id: ID!) { cart(id: $id) { problems { message
      ... on InsufficientStock { alternatives { location { code } quantity } } } } }"""
    told = (await phone.ask(query, id=cart["id"]))["cart"]["problems"][0]
    assert told["message"] == "There is not as much in stock as you want."
    assert told["alternatives"] == [
        {"location": {"code": "LYON"}, "quantity": 3},
        {"location": {"code": "PARIS"}, "quantity": 1},
    ]
    await shop.hold("COAT-38", "LYON", 3)
    assert problems(await phone.cart(cart) or {})[0]["available"] == 1, "it is live"


async def test_a_price_that_changed_is_told_until_the_line_is_taken_at_it(shop: Shop, phone: Device) -> None:
    cart = await phone.create(("COAT-38", 1), ("HAT", 1))
    await shop.product("coat", "COAT-38", "COAT-40", price="299.00")
    cart = await phone.cart(cart) or {}
    (changed,) = problems(cart)
    assert (changed["before"], changed["now"]) == ({"minorUnits": 28900}, {"minorUnits": 29900})
    assert cart["totals"]["total"] == {"minorUnits": 29931}
    cart = await phone.update(cart, {"HAT": 2})
    assert problems(cart), "another line says nothing of this one"
    assert problems(await phone.update(cart, {"COAT-38": 1})) == []


async def test_a_variant_that_is_gone_stays_in_the_cart_and_is_told(shop: Shop, phone: Device) -> None:
    cart = await phone.create(("COAT-38", 1), ("HAT", 1))
    unlisted = ListingDraft(of=Listed("web", "coat", None), listed=False)
    done(await import_listings(shop.work, sheet(unlisted), skip_bad_rows=False))
    cart = await phone.cart(cart) or {}
    assert [one["__typename"] for one in problems(cart)] == ["VariantUnavailable"]
    assert units(cart) == {"COAT-38": 1, "HAT": 1}
    assert cart["totals"]["total"] == {"minorUnits": 28931}
    error = await phone.refused("cartLinesAdd", {"cart": cart["id"], "lines": await phone.lines(("COAT-38", 1))})
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "lines", "0", "variant"])
    assert problems(await phone.update(cart, {"COAT-38": 0})) == []


# ------------------------------------------------------------------------------------------------ channels


async def test_a_cart_is_priced_where_it_is_worked_on(shop: Shop) -> None:
    mobile = replace(WEB, code="mobile", name="Mobile", kind=ChannelKind.MOBILE)
    shop = await Shop.opened(shop.database, mobile)
    cheaper = ListingDraft(of=Listed("mobile", "hat", "HAT"), price=Money("EUR", 20))
    done(await import_listings(shop.work, sheet(cheaper), skip_bad_rows=False))
    device = Device(shop)
    cart = await device.create(("HAT", 10))
    device.channel = "mobile"
    assert (await device.cart(cart) or {})["totals"]["total"] == {"minorUnits": 310}, "looking moves nothing"
    moved = await device.add(cart, ("COAT-38", 1))
    assert moved["channel"] == {"code": "mobile"}
    assert moved["totals"]["total"] == {"minorUnits": 200 + 28900}
    assert [one["__typename"] for one in problems(moved)] == ["PriceChanged"]
