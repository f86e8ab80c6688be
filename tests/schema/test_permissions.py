"""Every field of the schema, asked by everybody, against the table of permissions.py."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest
from graphql import GraphQLObjectType, build_schema, is_introspection_type

from domain.actor import Actor
from domain.cart import Activity, Change, begun
from domain.catalog import Image, ProductOption
from domain.ids import CartActivityId
from domain.intake.stock import StockDraft
from domain.location import Address
from domain.money import Money
from tests.people import admin, agent, associate, customer, kiosk, signed_in
from tests.schema.matrix import Answer, Matrix, outcomes
from tests.schema.permissions import ARGUMENTS, EVERYWHERE, ROWS, Asker
from tests.shop import KEYS, SCHEMA, Shop

SERVED = build_schema(SCHEMA.as_str())
OBJECTS = {
    name: kind
    for name, kind in SERVED.type_map.items()
    if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind)
}
OWNER = "Lovelace"
MAY_KNOW_THE_OWNER = EVERYWHERE | {Asker.OWNER}


@dataclass(frozen=True)
class Scenario:
    """A shop where LYON has stock and OWNER a cart, and nothing that can be told of them is null."""

    shop: Shop
    askers: dict[Asker, Actor | None]
    samples: dict[str, str]


@pytest.fixture
async def scenario(shop: Shop) -> Scenario:
    await stocked(shop)
    owner = await customer(shop, OWNER)
    askers = {
        Asker.STRANGER: None,
        Asker.OTHER: await customer(shop, "Grace"),
        Asker.OWNER: owner,
        Asker.KIOSK: await kiosk(shop, "LYON"),
        Asker.ELSEWHERE: await associate(shop, "PARIS"),
        Asker.ASSOCIATE: await associate(shop, "LYON"),
        Asker.AGENT: await agent(shop),
        Asker.ADMIN: await admin(shop),
    }
    found = await shop.ask('{ product(by: {handle: "coat"}) { id } viewer { channel { id } } }')
    samples = {
        "cart": await cart_of(shop, owner),
        "channel": found["viewer"]["channel"]["id"],
        "customer": str(owner.customer),
        "lyon": str(await shop.location_id("LYON")),
        "product": found["product"]["id"],
        "refresh": await refresh_token(shop, owner),
        "staff": str((askers[Asker.ASSOCIATE] or owner).staff),
    }
    return Scenario(shop, askers, samples)


async def stocked(shop: Shop) -> None:
    address = Address(
        name="Maison",
        line1="1 rue",
        line2="2e",
        postal_code="69002",
        city="Lyon",
        region="Rhône",
        country_code="FR",
        phone="04",
    )
    await shop.locations("LYON", "PARIS", address=address)
    image = Image("https://images.example/coat.jpg", "A coat")
    variant = {"barcode": "400", "image": image, "compare_at_price": Money.parse("300", "EUR")}
    shown = {"images": (image,), "categories": (("Clothing", "Coats"),), "options": (ProductOption("Taille", ("38",)),)}
    await shop.product("coat", "COAT", vendor="Maison", description="Warm.", variant=variant, **shown)
    await shop.product("hat")
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=7, expected=(5, date(2026, 12, 8))))


async def cart_of(shop: Shop, owner: Actor) -> str:
    cart = begun(owner.channel, shop.now, customer=owner.customer)
    created = Activity(
        id=CartActivityId.new(),
        cart=cart.id,
        version=cart.version,
        at=shop.now,
        channel=cart.channel,
        staff=None,
        kiosk=None,
        change=Change.CREATED,
    )
    async with shop.work as work:
        await work.carts.create(cart, created)
        await work.commit()
    return str(cart.id)


async def refresh_token(shop: Shop, owner: Actor) -> str:
    """Of another device of theirs."""
    device = await signed_in(shop, customer=owner.customer)
    assert device.session is not None
    async with shop.work as work:
        session = await work.sessions.lock(device.session, shop.now)
    assert session is not None
    return KEYS.refresh_token(session)


@pytest.mark.parametrize("asker", Asker, ids=lambda asker: asker.name)
async def test_each_field_answers_each_asker_as_the_table_says(scenario: Scenario, asker: Asker) -> None:
    """Queries come before mutations, in the order of the table."""
    matrix = Matrix(SERVED, scenario.samples)
    told: list[Answer] = []
    wrong: list[str] = []
    for row in (row for row in ROWS if row.path is not None):
        for names, operation in matrix.operations(row):
            told.append(answer := await scenario.shop.answer(operation, by=scenario.askers[asker]))
            for name, found in outcomes(row, names, answer):
                if found != (meant := row.rules[name].for_(asker)):
                    wrong.append(f"{row.type}.{name} by {row.path!r}: {found}, and not {meant}")
    assert wrong == []
    if asker not in MAY_KNOW_THE_OWNER:
        public = [answer for answer in told if "sessionRefresh" not in (answer[0] or {})]  # the token is the owner's own
        assert not personal(public)


def personal(answers: list[Answer]) -> list[str]:
    """What is the owner's alone, wherever it stands."""
    text = json.dumps(answers)
    return [word for word in (OWNER, OWNER.lower()) if word in text]


def test_every_field_of_the_schema_has_a_rule_and_every_rule_a_field() -> None:
    ruled = {(row.type, name.partition("@")[0]) for row in ROWS for name in row.rules}
    served = {(name, field) for name, kind in OBJECTS.items() for field in kind.fields}
    assert served - ruled == set(), "write down who may see these"
    assert ruled - served == set(), "these are not served"


def test_only_errors_are_not_asked_for() -> None:
    unasked = {row.type for row in ROWS if row.path is None}
    assert unasked == {name for name, kind in OBJECTS.items() if any(i.name == "UserError" for i in kind.interfaces)}


def test_one_way_to_a_thing_stands_in_the_table_once() -> None:
    ways = Counter((row.type, row.path, name) for row in ROWS for name in row.rules)
    assert [way for way, times in ways.items() if times > 1] == []


def test_arguments_are_those_of_fields() -> None:
    for coordinate in ARGUMENTS:
        kind, _, name = coordinate.partition(".")
        assert OBJECTS[kind].fields[name.partition("@")[0]].args, coordinate
