"""Sourcing, for staff: where a cart would be sent from and why, and what other rules would come to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.actor import Actor
from tests.device import Device
from tests.options import FROM_LYON, HOME, SOMEWHERE, choose, codes, collect, deliver
from tests.people import agent, associate, customer, kiosk
from tests.shop import Shop

PLAN = """cost { minorUnits } bound { minorUnits } optimal parcels carbonGrams rules
  parts { location { code } lines { variant { sku } quantity } cost { minorUnits } promise { latest } reasons { code } }
  considered { location { code } chosen cost { minorUnits } distanceKm reasons { code } }"""
SOURCING = f"""query Q($id: ID!, $to: DestinationInput!, $near: NearInput) {{ cart(id: $id) {{
  fulfillmentOptions(to: $to, near: $near, stores: 1) {{
    delivery {{ id sourcing {{ {PLAN} }} }} pickup {{ id shipToStore sourcing {{ {PLAN} }} }} }} }} }}"""
SIMULATE = f"""query S($input: SourcingSimulateInput!) {{ sourcingSimulate(input: $input) {{
  plans {{ {PLAN} }} cost {{ minorUnits }} parcelsPerOrder carbonGrams
  baseline {{ cost {{ minorUnits }} parcelsPerOrder carbonGrams }} }} }}"""


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """Paris alone has all of it."""
    await shop.locations("LYON", "PARIS", "LILLE")
    await shop.product("goods", "COAT", "SCARF", price="100.00", variant={"grams": 1_000})
    await shop.stock("COAT", LYON=1, PARIS=1)
    await shop.stock("SCARF", LILLE=1, PARIS=1)
    await shop.carriers()
    return shop


@pytest.fixture
async def cart(phone: Device) -> dict[str, Any]:
    return await phone.create(("COAT", 1), ("SCARF", 1))


async def simulated(shop: Shop, cart: dict[str, Any], rules: dict[str, Any], **more: Any) -> Any:
    input = {"cart": cart["id"], "rules": rules, "to": SOMEWHERE} | more
    return (await shop.ask(SIMULATE, by=await agent(shop), input=input))["sourcingSimulate"]


async def test_staff_see_where_each_part_comes_from_and_why(shop: Shop, cart: dict[str, Any]) -> None:
    found = await shop.ask(SOURCING, by=await agent(shop), id=cart["id"], to=SOMEWHERE, near=FROM_LYON)
    plan = found["cart"]["fulfillmentOptions"]["delivery"][0]["sourcing"]
    (part,) = plan["parts"]
    assert (part["location"]["code"], [one["quantity"] for one in part["lines"]]) == ("PARIS", [1, 1])
    assert (plan["cost"], plan["optimal"], plan["rules"], plan["parcels"]) == (plan["bound"], True, "default", 1)
    assert plan["cost"]["minorUnits"] == 520 + 2 * 45
    assert {one["location"]["code"]: (one["chosen"], codes(one["reasons"])) for one in plan["considered"]} == {
        "LILLE": (False, ["COSTS_MORE"]),
        "LYON": (False, ["COSTS_MORE"]),
        "PARIS": (True, codes(part["reasons"])),
    }
    shelf, sent = found["cart"]["fulfillmentOptions"]["pickup"][-1], found["cart"]["fulfillmentOptions"]["pickup"][0]
    assert codes(shelf["sourcing"]["parts"][0]["reasons"]) == ["CHOSEN_BY_BUYER"]
    assert [one["location"]["code"] for one in sent["sourcing"]["parts"]] in (["LYON", "LILLE"], ["LYON", "PARIS"])


async def test_others_see_options_and_not_where_they_come_from(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    data, errors = await phone.answer(SOURCING, id=cart["id"], to=SOMEWHERE, near=FROM_LYON)
    assert data is not None
    found = data["cart"]["fulfillmentOptions"]
    assert found["delivery"]
    assert {one["sourcing"] and "seen" for kind in found.values() for one in kind} == {None}
    assert {error["extensions"]["code"] for error in errors} == {"FORBIDDEN"}


async def test_what_was_chosen_before_has_no_plan_any_more(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    await choose(phone, cart, deliver())
    query = "query Q($id: ID!) { cart(id: $id) { groups { option { sourcing { cost { minorUnits } } } } } }"
    found = await shop.ask(query, by=await agent(shop), id=cart["id"])
    assert found["cart"]["groups"] == [{"option": {"sourcing": None}}]


async def test_other_rules_are_tried_beside_todays(shop: Shop, cart: dict[str, Any]) -> None:
    paris = str(await shop.location_id("PARIS"))
    found = await simulated(shop, cart, {"exclude": [paris]})
    assert (found["parcelsPerOrder"], found["cost"]["minorUnits"]) == (2.0, 2 * (520 + 45))
    assert (found["baseline"]["parcelsPerOrder"], found["baseline"]["cost"]["minorUnits"]) == (1.0, 520 + 2 * 45)
    assert found["carbonGrams"] > found["baseline"]["carbonGrams"]
    (plan,) = found["plans"]
    assert plan["rules"] == "simulated"
    assert {one["location"]["code"] for one in plan["parts"]} == {"LYON", "LILLE"}
    assert [codes(one["reasons"]) for one in plan["considered"] if one["location"]["code"] == "PARIS"] == [["RULE"]]


async def test_the_same_rules_come_to_the_same(shop: Shop, cart: dict[str, Any]) -> None:
    await shop.rules(per_parcel=Decimal(2))
    found = await simulated(shop, cart, {"perParcel": 2})
    assert {name: found[name] for name in found["baseline"]} == found["baseline"]
    assert found["plans"][0]["cost"]["minorUnits"] == found["cost"]["minorUnits"] + 200


async def test_what_nobody_may_send_is_not_simulated(shop: Shop, cart: dict[str, Any]) -> None:
    every = [str(await shop.location_id(code)) for code in ("LYON", "PARIS", "LILLE")]
    assert await simulated(shop, cart, {"exclude": every}) is None


async def test_simulating_changes_nothing(shop: Shop, cart: dict[str, Any]) -> None:
    by = await agent(shop)
    before = await shop.rows()
    await shop.ask(SIMULATE, by=by, input={"cart": cart["id"], "rules": {"perKm": 1}, "to": {"address": HOME}})
    assert await shop.rows() == before


async def test_a_cart_goes_where_it_was_chosen_to_go(shop: Shop, phone: Device, cart: dict[str, Any]) -> None:
    by, asked = await agent(shop), {"cart": cart["id"], "rules": {}}
    error = await shop.refused(SIMULATE, by=by, input=asked)
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", ["input", "to"])
    await choose(phone, cart, await collect(phone, "PARIS"))
    assert (await shop.refused(SIMULATE, by=by, input=asked))["extensions"]["path"] == ["input", "to"]
    await choose(phone, cart, deliver())
    found = (await shop.ask(SIMULATE, by=by, input=asked))["sourcingSimulate"]
    assert found["parcelsPerOrder"] == found["baseline"]["parcelsPerOrder"] == 1.0


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"perKm": -1}, "perKm"),
        ({"shippingCost": -0.5}, "shippingCost"),
        ({"storeDepletion": 1_000_001}, "storeDepletion"),
        ({"maxParcels": 0}, "maxParcels"),
        ({"prefer": ["STORE", "STORE"]}, "prefer"),
    ],
)
async def test_rules_that_cannot_be_weighed_are_named(shop: Shop, cart: dict[str, Any], rules: Any, field: str) -> None:
    by = await agent(shop)
    error = await shop.refused(SIMULATE, by=by, input={"cart": cart["id"], "rules": rules, "to": SOMEWHERE})
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", ["input", "rules", field])
    assert field in error["message"]


async def test_a_location_that_does_not_exist_cannot_be_excluded(shop: Shop, cart: dict[str, Any]) -> None:
    unknown = "TG9jYXRpb246MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA"
    input = {"cart": cart["id"], "rules": {"exclude": [unknown]}, "to": SOMEWHERE}
    error = await shop.refused(SIMULATE, by=await agent(shop), input=input)
    assert error["extensions"]["path"][:3] == ["input", "rules", "exclude"]


async def test_a_simulation_is_of_a_cart_that_exists(shop: Shop, cart: dict[str, Any]) -> None:
    by = await agent(shop)
    error = await shop.refused(SIMULATE, by=by, input={"rules": {}, "to": SOMEWHERE})
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", ["input", "cart"])
    error = await shop.refused(SIMULATE, by=by, input={"orders": [cart["id"]], "rules": {}, "to": SOMEWHERE})
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("INVALID_INPUT", ["input", "orders"])


async def test_only_staff_simulate(shop: Shop, cart: dict[str, Any]) -> None:
    others: list[Actor] = [await shop.actor(), await customer(shop, "Ada"), await kiosk(shop, "LYON")]
    input = {"cart": cart["id"], "rules": {}, "to": SOMEWHERE}
    for other in others:
        data, (error,) = await shop.answer(SIMULATE, by=other, input=input)
        assert (data, error["extensions"]["code"]) == ({"sourcingSimulate": None}, "FORBIDDEN")


async def test_an_associate_simulates_no_cart_that_they_may_not_see(shop: Shop, cart: dict[str, Any]) -> None:
    input = {"cart": cart["id"], "rules": {}, "to": SOMEWHERE}
    error = await shop.refused(SIMULATE, by=await associate(shop, "LYON"), input=input)
    assert (error["extensions"]["code"], error["extensions"]["path"]) == ("NOT_FOUND", ["input", "cart"])
