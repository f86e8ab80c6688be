"""Every field of the schema, asked by everybody, against the table of permissions.py."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from graphql import GraphQLObjectType, build_schema, is_introspection_type

from domain.actor import Actor
from domain.address import Address, AddressFacts
from domain.carrier import DeliveryService, Destination
from domain.cart import Cart, CartLine, begun
from domain.cart_activity import Activity, Change
from domain.catalog import Image, ProductOption, Sku, Variant
from domain.channel import ChannelKind, FulfillmentMethod
from domain.contact import Contact
from domain.fulfillment import Tracking
from domain.group import Group, GroupPart
from domain.handoff import CartHandoff, Offering, offer
from domain.ids import (
    AddressId,
    CartActivityId,
    CartId,
    CartLineId,
    FulfillmentGroupId,
    LocationId,
    OrderEntryId,
    OrderId,
    PaymentAttemptId,
    PaymentStepId,
)
from domain.intake.carrier import set_carriers
from domain.intake.location import PostalCodeDraft, TerminalDraft, import_postal_codes
from domain.intake.stock import StockDraft
from domain.location import LocationService, PostalCode
from domain.money import Money
from domain.order import Entry, EntryKind, Order
from domain.payment_step import PaymentStep, StepKind, StepStatus
from domain.promise import Promise
from domain.session import HandoffScope
from domain.store_credit import CreditCause
from tests.carriers import table
from tests.people import admin, agent, associate, customer, kiosk, signed_in
from tests.schema.matrix import Answer, Matrix, outcomes
from tests.schema.permissions import ARGUMENTS, EVERYWHERE, ROWS, Asker
from tests.shop import CITIES, KEYS, SCHEMA, STORE, WEB, Shop, done, sheet
from tests.stockroom import Stockroom

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
    await Shop.opened(shop.database, replace(WEB, code="kiosk", name="Kiosks", kind=ChannelKind.KIOSK, public=False))
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
    device = await signed_in(shop, customer=owner.customer)
    carts = await carts_of(shop, owner, device, askers[Asker.ASSOCIATE] or owner)
    await credited(shop, owner)
    orders = await orders_of(shop, owner, askers[Asker.ASSOCIATE] or owner, carts)
    samples = (
        carts
        | orders
        | {
            "attempt": str(PaymentAttemptId.new()),
            "code": await code_for(shop, owner, carts["cart"]),
            "channel": found["viewer"]["channel"]["id"],
            "customer": str(owner.customer),
            "address": str(AddressId.new()),
            "kiosk": str((askers[Asker.KIOSK] or owner).kiosk),
            "lyon": str(await shop.location_id("LYON")),
            "paris": str(await shop.location_id("PARIS")),
            "product": found["product"]["id"],
            "refresh": await refresh_token(shop, device),
            "staff": str((askers[Asker.ASSOCIATE] or owner).staff),
            "terminal": await terminal_at(shop, askers[Asker.ADMIN] or owner),
            "transfer": await sent_to_lyon(shop),
        }
    )
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
    terminals = (TerminalDraft("Caisse 1"),)
    await shop.locations("LYON", "PARIS", address=address, services=STORE | {LocationService.KIOSK}, terminals=terminals)
    image = Image("https://images.example/coat.jpg", "A coat")
    variant = {"barcode": "400", "image": image, "compare_at_price": Money.parse("300", "EUR")}
    shown = {"images": (image,), "categories": (("Clothing", "Coats"),), "options": (ProductOption("Taille", ("38",)),)}
    await shop.product("coat", "COAT", vendor="Maison", description="Warm.", variant=variant, **shown)
    await shop.product("hat")
    await shop.product("cap", published=False)
    await shop.count(StockDraft(sku="COAT", location="LYON", on_hand=7, expected=(5, date(2026, 12, 8))))
    await set_carriers(shop.work, table(), now=shop.now)
    lyon = PostalCodeDraft(PostalCode("FR", "69002"), "Lyon 2e", CITIES["LYON"])
    done(await import_postal_codes(shop.work, sheet(lyon), skip_bad_rows=False))


async def carts_of(shop: Shop, owner: Actor, device: Actor, associate: Actor) -> dict[str, str]:
    """The owner's own, with nothing left out; and some that their session has opened, each with a problem of its own. One is
    opened by another device of theirs."""
    coat, hat, cap = await shop.reads.catalog.variants_any(owner, [Sku("COAT"), Sku("HAT"), Sku("CAP")])
    assert coat
    assert hat
    assert cap
    cheap = Money("EUR", 1)
    contact = Contact(f"{OWNER.lower()}@mail.example", OWNER, "+33400000000")
    whole = cart_with(owner, shop, (coat, 3, coat.price))
    one, late, dearer, ready, held, bought, brought = (cart_with(owner, shop, (coat, 1, coat.price)) for _ in range(7))
    lyon = await shop.location_id("LYON")
    groups = (delivered(whole, shop, lyon), collected(whole, shop, lyon))
    carts = {
        "cart": replace(whole, customer=owner.customer, contact=contact, groups=groups, discount_codes=("NOPE",)),
        "collected": replace(one, groups=(collected(one, shop, lyon),)),
        "late": replace(late, groups=(over(collected(late, shop, lyon), shop, promised_hours=0),)),
        "dearer": replace(dearer, groups=(over(delivered(dearer, shop, lyon), shop, promised_hours=720),)),
        "ready": replace(ready, contact=contact, groups=(collected(ready, shop, lyon),)),
        "held": replace(held, contact=contact, groups=(collected(held, shop, lyon),)),
        "bought": replace(bought, contact=contact, groups=(collected(bought, shop, lyon),)),
        "brought": replace(brought, contact=contact, groups=(delivered(brought, shop, lyon),)),
        "short": cart_with(owner, shop, (coat, 9, coat.price)),
        "dear": cart_with(owner, shop, (coat, 1, cheap)),
        "gone": cart_with(owner, shop, (cap, 1, cheap)),
        "unreachable": cart_with(owner, shop),
        "guest": cart_with(owner, shop, (coat, 1, coat.price)),
    }
    async with shop.work as work:
        for name, cart in carts.items():
            opener = device if name == "guest" else owner
            await work.carts.create(cart, created(cart, shop, associate))
            assert opener.session
            if cart.customer is None:
                await work.sessions.grant(opener.session, cart.id, HandoffScope.CHECKOUT, shop.now)
        await work.commit()
    return {name: str(cart.id) for name, cart in carts.items()}


async def orders_of(shop: Shop, owner: Actor, associate: Actor, carts: dict[str, str]) -> dict[str, str]:
    """A checkout that is not paid yet, and two orders: one is collected in LYON, the other brought from there."""
    held, bought, brought = [await checked_out(shop, owner, carts[name]) for name in ("held", "bought", "brought")]
    other, order = await placed(shop, owner, brought), await placed(shop, owner, bought)
    async with shop.work as work:
        tracking = Tracking("colissimo", "6A123", "https://carrier.example/6A123")
        parts = tuple(replace(one, tracking=tracking, version=2) for one in other.fulfillments)
        await work.orders.save(other, replace(other, customer=owner.customer, fulfillments=parts, version=2))
        await work.orders.save(order, replace(order, customer=owner.customer, version=2))
        await work.orders.write_down([entry_by(associate, order, shop)])
        await work.payment_steps.add([goodwill(other, shop)])
        await work.commit()
    return {
        "checkout": held,
        "order": str(order.id),
        "number": order.number,
        "fulfillment": str(order.fulfillments[0].id),
        "parcel": str(other.fulfillments[0].id),
        "brought_order": str(other.id),
        "broughtNumber": other.number,
        "email": f"{OWNER.lower()}@mail.example",
    }


async def checked_out(shop: Shop, owner: Actor, cart: str) -> str:
    asked = """mutation ($cart: ID!, $key: String!) { checkoutBegin(input: {cart: $cart, idempotencyKey: $key}) {
        checkout { id } errors { code message } } }"""
    data, errors = await shop.answer(asked, by=owner, cart=cart, key=cart)
    assert data, errors
    assert data["checkoutBegin"]["checkout"], data
    return str(data["checkoutBegin"]["checkout"]["id"])


async def placed(shop: Shop, owner: Actor, checkout: str) -> Order:
    asked = """mutation ($checkout: ID!, $key: String!) { orderPlace(input: {checkout: $checkout, idempotencyKey: $key,
        payments: [{by: {card: {token: "tok_ok"}}}]}) { order { id } errors { code message } } }"""
    data, errors = await shop.answer(asked, by=owner, checkout=checkout, key=checkout)
    assert data, errors
    id = OrderId.parse(data["orderPlace"]["order"]["id"])
    assert id
    return (await shop.reads.orders.orders(owner, [id]))[id]


def goodwill(order: Order, shop: Shop) -> PaymentStep:
    """A cent of it was given back."""
    return PaymentStep(
        id=PaymentStepId.new(),
        order=order.id,
        payment=order.payments[0].id,
        kind=StepKind.REFUND,
        status=StepStatus.DONE,
        amount=Money(order.currency_code, 1),
        method=order.payments[0].method,
        is_last=False,
        key="goodwill",
        reason="late",
        created_at=shop.now,
    )


def entry_by(associate: Actor, order: Order, shop: Shop) -> Entry:
    return Entry(
        id=OrderEntryId.new(),
        order=order.id,
        at=shop.now,
        kind=EntryKind.FULFILLMENT,
        change="accepted",
        data={"units": 1},
        reason="as usual",
        channel=order.channel,
        staff=associate.staff,
        fulfillment=order.fulfillments[0].id,
    )


def cart_with(owner: Actor, shop: Shop, *goods: tuple[Variant, int, Money]) -> Cart:
    lines = (
        CartLine(id=CartLineId.new(), variant=variant.id, quantity=quantity, price_seen=price, version=1)
        for variant, quantity, price in goods
    )
    return replace(begun(owner.channel, shop.now), version=1, lines=tuple(lines))


def delivered(cart: Cart, shop: Shop, lyon: LocationId) -> Group:
    """One unit of the first line; the address names the owner."""
    address = AddressFacts(line1="2 rue", postal_code="69002", city="Lyon", country_code="FR", name=OWNER)
    to = Destination(country_code="FR", postal_code="69002", coordinates=CITIES["LYON"], address=address)
    group = collected(cart, shop, lyon)
    return replace(group, method=FulfillmentMethod.DELIVERY, location=None, service=DeliveryService.STANDARD, destination=to)


def collected(cart: Cart, shop: Shop, lyon: LocationId) -> Group:
    """One unit of the first line."""
    free, later = Money("EUR", 0), shop.now + timedelta(days=2)
    promise = Promise(earliest=later, latest=later, order_by=shop.now, valid_until=shop.now, time_zone="Europe/Paris")
    return Group(
        id=FulfillmentGroupId.new(),
        method=FulfillmentMethod.PICKUP,
        location=lyon,
        parts=(GroupPart(location=lyon, units=((cart.lines[0].id, 1),)),),
        price=free,
        promise=promise,
        valid_until=shop.now,
        carbon_grams=0,
        cost=free,
        bound=free,
        optimal=True,
        rules="default",
    )


def over(group: Group, shop: Shop, *, promised_hours: int) -> Group:
    """No longer honored, and promised for then."""
    at = shop.now + timedelta(hours=promised_hours)
    assert group.promise
    return replace(group, promise=replace(group.promise, earliest=at, latest=at), valid_until=shop.now - timedelta(hours=1))


def created(cart: Cart, shop: Shop, associate: Actor) -> Activity:
    """With the help of somebody of the staff."""
    return Activity(
        id=CartActivityId.new(),
        cart=cart.id,
        version=cart.version,
        at=shop.now,
        channel=cart.channel,
        staff=associate.staff,
        kiosk=None,
        change=Change.CREATED,
    )


async def credited(shop: Shop, owner: Actor) -> None:
    assert owner.customer
    async with shop.work as work:
        await work.store_credits.grant(owner.customer, Money("EUR", 500), CreditCause.GRANTED, None, shop.now)
        await work.commit()


async def terminal_at(shop: Shop, admin: Actor) -> str:
    lyon = await shop.location_id("LYON")
    ((terminal,),) = (await shop.reads.terminals.at(admin, [lyon])).values()
    return str(terminal.id)


async def code_for(shop: Shop, owner: Actor, cart: str) -> str:
    id = CartId.parse(cart)
    assert id
    asked = Offering(cart=id, scope=HandoffScope.EDIT, ttl_seconds=600, now=shop.now)
    handoff = await offer(shop.work, KEYS, owner, asked)
    assert isinstance(handoff, CartHandoff)
    return handoff.code


async def sent_to_lyon(shop: Shop) -> str:
    """A transfer, by which Paris sends all it has."""
    stockroom = Stockroom(shop, await admin(shop))
    await stockroom.done("stockReceive", location="PARIS", lines=[("COAT", 2)])
    on_its_way = {"fromLocation": "PARIS", "toLocation": "LYON", "expectedAt": "2026-12-09T10:00:00Z"}
    return str((await stockroom.done("stockTransfer", lines=[("COAT", 2)], **on_its_way))["transfer"]["id"])


async def refresh_token(shop: Shop, device: Actor) -> str:
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
            told.append(answer := await answer_to(scenario, operation, scenario.askers[asker]))
            for name, found in outcomes(row, names, answer):
                if found != (meant := row.rules[name].for_(asker)):
                    wrong.append(f"{row.type}.{name} by {row.path!r}: {found}, and not {meant}")
    assert wrong == []
    if asker not in MAY_KNOW_THE_OWNER:
        known = ["sessionRefresh"]  # the token is the owner's own
        known += ["order"] if asker is Asker.ASSOCIATE else []  # they hand its goods over
        public = [answer for answer in told if not any((answer[0] or {}).get(name) for name in known)]
        assert not personal(public)


@pytest.mark.parametrize(
    ("scope", "is_masked", "is_shown"),
    [
        (HandoffScope.VIEW, False, False),
        (HandoffScope.EDIT, False, True),
        (HandoffScope.CHECKOUT, False, True),
        (HandoffScope.CHECKOUT, True, False),
    ],
)
async def test_where_it_goes_is_shown_to_who_may_change_the_cart_unless_they_came_by_a_resume_link(
    scenario: Scenario, scope: HandoffScope, is_masked: bool, is_shown: bool
) -> None:
    shop, cart = scenario.shop, CartId.parse(scenario.samples["cart"])
    visitor = await signed_in(shop)
    assert visitor.session
    assert cart
    async with shop.work as work:
        await work.sessions.grant(visitor.session, cart, scope, shop.now, is_masked=is_masked)
        await work.commit()
    asked = "query ($id: ID!) { cart(id: $id) { groups { method address { name } option { method } } } }"
    data, errors = await shop.answer(asked, by=visitor, id=str(cart))
    assert not errors
    assert data
    assert data["cart"]["groups"][0]["method"] == "DELIVERY"
    assert bool(data["cart"]["groups"][0]["address"]) is is_shown
    assert bool(personal([(data, [])])) is is_shown


async def answer_to(scenario: Scenario, operation: str, by: Actor | None) -> Answer:
    """The first event, of a subscription."""
    shop = scenario.shop
    return await (shop.first_event if operation.startswith("subscription") else shop.answer)(operation, by=by)


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
    """What stands between a cart and an order is asked for with the cart."""
    unasked = {row.type for row in ROWS if row.path is None}
    interfaces = {name: {one.name for one in kind.interfaces} for name, kind in OBJECTS.items()}
    assert unasked == {name for name, all_of in interfaces.items() if all_of == {"UserError"}}


def test_one_way_to_a_thing_stands_in_the_table_once() -> None:
    ways = Counter((row.type, row.path, name) for row in ROWS for name in row.rules)
    assert [way for way, times in ways.items() if times > 1] == []


def test_arguments_are_those_of_fields() -> None:
    for coordinate in ARGUMENTS:
        kind, _, name = coordinate.partition(".")
        assert OBJECTS[kind].fields[name.partition("@")[0]].args, coordinate
