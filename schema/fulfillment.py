"""How the goods of a cart reach the buyer, as they chose it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import strawberry

import domain.booking
import domain.choice
import domain.quote
import resolvers.fulfillment
from domain.carrier import DeliveryService
from domain.channel import FulfillmentMethod
from domain.choice import ByOption, ToCollect, ToDeliver, ToReserve
from schema.customer import AddressInput
from schema.edge import answered_by, answered_for_all
from schema.error import UserError
from schema.location import Address, Location
from schema.money import Money
from schema.option import FulfillmentOption
from schema.promise import FulfillmentPromise
from schema.reason import Reason
from schema.sourcing import LineCoverage
from schema.view import command_of, input_of, one_of, view_of

if TYPE_CHECKING:
    from schema.quote import CartLine


@view_of(domain.quote.GroupLine)
class FulfillmentGroupLine:
    """A line, or some units of it."""

    id: strawberry.ID
    """For a client's cache."""
    line: Annotated[CartLine, strawberry.lazy("schema.quote")]
    """Which line."""
    quantity: int
    """How many of its units."""


def as_it_is(group: domain.quote.QuotedGroup) -> tuple[object, ...]:
    return group.cart.id, group.cart.version, group.id


@view_of(domain.quote.QuotedGroup)
class FulfillmentGroup:
    """Lines, or parts of lines, that reach the buyer in one way at one place."""

    id: strawberry.ID
    """For a client's cache."""
    method: FulfillmentMethod
    """How they reach the buyer."""
    location: Location | None = answered_for_all(resolvers.fulfillment.locations_of_groups, key=as_it_is)
    """The store where they are collected."""
    address: Address | None = answered_by(resolvers.fulfillment.address)
    """Where they are brought; hidden from who may only look, and from who came by a resume link."""
    lines: list[FulfillmentGroupLine]
    """What."""
    option: FulfillmentOption | None = answered_for_all(resolvers.fulfillment.options_of_groups, key=as_it_is)
    """As it was chosen."""
    price: Money | None
    """What the buyer pays for it, beside the goods."""
    promise: FulfillmentPromise | None
    """When all of it is there; null where that is not known."""


@input_of(domain.choice.ChosenLine)
class ChosenLineInput:
    """Units of a line."""

    line: strawberry.ID
    """Which; `CartLine.id`."""
    quantity: int | None = strawberry.UNSET
    """How many; all, if left out."""


@input_of(ByOption)
class ChosenOptionInput:
    """An option that was shown."""

    id: strawberry.ID
    """`FulfillmentOption.id`."""
    address: AddressInput | None = strawberry.UNSET
    """Where a delivery option that was asked for by postal code shall go."""


@input_of(ToCollect)
class PickupInput:
    """A store."""

    location: strawberry.ID
    """Which."""


@input_of(ToDeliver)
class DeliveryInput:
    """A delivery."""

    address: AddressInput
    """Where to."""
    service: DeliveryService = DeliveryService.STANDARD
    """How fast, or how gently."""


@one_of(domain.choice.How, reserve_in_store=ToReserve)
class FulfillmentHow:
    """How goods reach the buyer."""

    option: ChosenOptionInput | None = strawberry.UNSET
    """As an option said."""
    pickup: PickupInput | None = strawberry.UNSET
    """Collected at a store, and paid before."""
    reserve_in_store: PickupInput | None = strawberry.UNSET
    """Collected at a store, and paid there."""
    delivery: DeliveryInput | None = strawberry.UNSET
    """Brought to an address."""


@input_of(domain.choice.Choice)
class FulfillmentChoiceInput:
    """How some lines, or part of a line, reach the buyer."""

    lines: list[ChosenLineInput] | None = strawberry.UNSET
    """Which; all that no other choice names, if left out, or all that the option is for."""
    how: FulfillmentHow
    """In which way."""


@command_of(resolvers.fulfillment.CartFulfillmentChoose)
class CartFulfillmentChooseInput:
    """What to choose."""

    cart: strawberry.ID
    """For which cart."""
    choices: list[FulfillmentChoiceInput]
    """20 at most. What was chosen before for the same units gives way; for others it stays."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If something else was chosen since, the answer is VersionConflict."""


@view_of(domain.booking.FulfillmentUnavailable)
class FulfillmentUnavailable(UserError):
    """The goods cannot be had in the way that was chosen, or not all of them."""

    coverage: list[LineCoverage]
    """What of it could be had."""
    reasons: list[Reason]
    """Why not all."""


@view_of(domain.booking.OptionExpired)
class OptionExpired(UserError):
    """What was shown no longer holds."""

    current: FulfillmentOption | None
    """The option as it would be now; null where there is none like it any more."""


ERRORS = [FulfillmentUnavailable, OptionExpired]
