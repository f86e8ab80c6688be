"""How the goods of a cart reach the buyer: the groups that are chosen, and choosing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias
from uuid import UUID

from domain import cart_fulfillment
from domain.actor import Actor
from domain.address import Address
from domain.booking import FulfillmentUnavailable, OptionExpired, book
from domain.carrier import Destination
from domain.cart import Cart, may_edit
from domain.cart_changes import NO_SUCH_CART, Asked, CartRefusal, after_checkout
from domain.choice import (
    CHOICES,
    CHOICES_MAX,
    ByOption,
    Choice,
    How,
    SealedOption,
    Shown,
    ToCollect,
    ToDeliver,
    ToReserve,
    wishes,
)
from domain.fulfillment_options import Asked as Wanted
from domain.fulfillment_options import Ways
from domain.group import Group
from domain.group_record import destination_of, group_of
from domain.ids import CartId, FulfillmentGroupId, LocationId
from domain.location import Location, Place
from domain.option import DeliveryOption, PickupOption, option_of
from domain.quote import QuotedGroup, QuotedLine, address_shown
from domain.refusal import InvalidInput, NotFound
from domain.supply import Supply
from resolvers.cart_changes import CartAnswer
from resolvers.context import Context
from resolvers.location import every_location
from resolvers.option import OPTION, deliveries_to, ways_to
from resolvers.quote import quotes, quotes_of_carts
from resolvers.supply import destination, supply_of

ChoiceRefusal: TypeAlias = CartRefusal | FulfillmentUnavailable | OptionExpired


@dataclass(frozen=True, slots=True, kw_only=True)
class CartFulfillmentChoose:
    cart: CartId
    choices: tuple[Choice, ...]
    expected_version: int | None = None


async def cart_fulfillment_choose(*, context: Context, input: CartFulfillmentChoose) -> CartAnswer | ChoiceRefusal:
    if not 1 <= len(input.choices) <= CHOICES_MAX:
        return InvalidInput(CHOICES, f"`choices` has {len(input.choices)} items; it must have 1 to {CHOICES_MAX}.")
    cart = (await context.reads.carts.carts(context.actor, [input.cart])).get(input.cart)
    if cart is None:
        return NO_SUCH_CART
    if refusal := may_edit(after_checkout(cart), context.actor):  # one that is being paid is refused when it is locked
        return refusal
    (quote,) = await quotes_of_carts([replace(cart, channel=context.actor.channel.id)], context=context)
    booked = await groups_chosen(context, cart, quote.lines, input.choices)
    if not isinstance(booked, list):
        return booked
    seen = {line: cart.quantities[line] for group in booked for line, _ in group.units}
    asked = Asked(cart.id, context.now, input.expected_version)
    outcome = await cart_fulfillment.choose(context.work(), context.actor, asked, booked, seen)
    return CartAnswer(outcome) if isinstance(outcome, Cart) else outcome


async def groups_chosen(
    context: Context, cart: Cart, lines: Sequence[QuotedLine], choices: Sequence[Choice]
) -> list[Group] | ChoiceRefusal:
    shown: dict[int, Shown] = {}
    for n, choice in enumerate(choices):
        if isinstance(choice.how, ByOption):
            held = unsealed(context, choice.how.id)
            if held is None or held.cart != cart.id:
                return InvalidInput(path_of(n, "option", "id"), "This is not the id of an option of this cart.")
            shown[n] = held
    units = wishes(choices, shown, lines)
    if not isinstance(units, list):
        return units
    supply = await supply_of(context, context.actor, [line.variant.sku for line in lines])
    ways = await ways_of_each(context, supply, [shown[n].group if n in shown else c.how for n, c in enumerate(choices)])
    if not isinstance(ways, list):
        return ways
    booked: list[Group] = []
    variants = {line.id: line.variant for line in lines}
    for n, choice in enumerate(choices):
        asked = Wanted(cart.id, units[n], cart.currency_code)
        group = book(supply, asked, choice.how, ways[n], shown=shown[n].group if n in shown else None, path=path_of(n))
        if not isinstance(group, Group):
            return group
        booked.append(group)
        supply = supply.after(group, variants)
    return booked


def path_of(n: int, *steps: str) -> tuple[str, ...]:
    return (*CHOICES, str(n), "how", *steps)


def unsealed(context: Context, id: SealedOption) -> Shown | None:
    record = context.keys.unsealed(OPTION, id.text)
    if record is None:
        return None
    to = record["destination"]
    return Shown(CartId(UUID(hex=record["cart"])), group_of(record["group"], destination_of(to) if to else None))


async def ways_of_groups(
    context: Context, actor: Actor, supply: Supply, groups: Sequence[Group]
) -> dict[FulfillmentGroupId, Ways]:
    """By which each could be chosen anew; at a store that is gone, by none."""
    if not groups:
        return {}
    collected = await ways_to(context, actor, supply, None, selling(supply, {one.location for one in groups}))
    ways: dict[FulfillmentGroupId, Ways] = {}
    for one in groups:
        if to := one.destination:
            ways[one.id] = Ways(destination=to, deliveries=await deliveries_to(context, actor, supply, to))
        else:
            ways[one.id] = at_store(collected, one.location)
    return ways


def selling(supply: Supply, stores: Collection[LocationId | None]) -> list[Place]:
    return [Place(location, None) for location in supply.locations if location.id in stores]


def at_store(collected: Ways, store: LocationId | None) -> Ways:
    return Ways(stores=tuple(pair for pair in collected.stores if pair[0].location.id == store))


async def ways_of_each(context: Context, supply: Supply, wanted: Sequence[Group | How]) -> list[Ways] | InvalidInput | NotFound:
    """Read at once for all stores, and once for each address."""
    every = {location.id: location for location in await context.once(every_location)}
    stores = {n: store for n, one in enumerate(wanted) if (store := store_of(one))}
    if unknown := [n for n, store in stores.items() if store not in every]:
        return NotFound(path_of(unknown[0]), "There is no such location.")
    collected = await ways_to(context, context.actor, supply, None, selling(supply, stores.values()))
    ways: list[Ways] = []
    for n, one in enumerate(wanted):
        if n in stores:
            ways.append(at_store(collected, stores[n]))
            continue
        to = await destination_of_choice(context, one, n)
        if not isinstance(to, Destination):
            return to
        ways.append(Ways(destination=to, deliveries=await deliveries_to(context, context.actor, supply, to)))
    return ways


def store_of(wanted: Group | How) -> LocationId | None:
    if isinstance(wanted, ToReserve):
        return wanted.at.location
    return wanted.location if isinstance(wanted, ToCollect | Group) else None


async def destination_of_choice(context: Context, wanted: Group | How, n: int) -> Destination | InvalidInput:
    if isinstance(wanted, Group):
        assert wanted.destination, "what is not collected is delivered"
        return wanted.destination
    assert isinstance(wanted, ToDeliver), "an option is known by what it holds"
    return await destination(context, wanted.address, path_of(n, "delivery"))


# ------------------------------------------------------------------------------------------------ what is chosen


async def groups_of_carts(carts: Sequence[Cart], *, context: Context) -> list[tuple[QuotedGroup, ...]]:
    return [quote.groups for quote in await quotes(carts, context)]


async def groups_of_lines(lines: Sequence[QuotedLine], *, context: Context) -> list[tuple[QuotedGroup, ...]]:
    found = await quotes([line.cart for line in lines], context)
    return [
        tuple(group for group in quote.groups if any(one.line.id == line.id for one in group.lines))
        for line, quote in zip(lines, found, strict=True)
    ]


async def locations_of_groups(groups: Sequence[QuotedGroup], *, context: Context) -> list[Location | None]:
    every = {location.id: location for location in await context.once(every_location)}
    return [every.get(one.group.location) if one.group.location else None for one in groups]


async def options_of_groups(groups: Sequence[QuotedGroup], *, context: Context) -> list[DeliveryOption | PickupOption]:
    """As they were chosen."""
    stores = await locations_of_groups(groups, context=context)
    return [option_of(group, Place(store, None) if store else None) for group, store in zip(groups, stores, strict=True)]


def address(group: QuotedGroup, *, context: Context) -> Address | None:
    return address_shown(group, context.actor)
