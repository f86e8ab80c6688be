"""Booking: what a choice comes to, which is exactly what was shown, or what is best now, or a refusal that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from domain.address import AddressFacts, checked_address
from domain.channel import FulfillmentMethod
from domain.choice import ByOption, How, ToCollect, ToDeliver
from domain.fulfillment_options import Asked, Ways, options
from domain.group import Group
from domain.ids import FulfillmentGroupId
from domain.option import DeliveryOption, Line, LineCoverage, Option, Options, PickupOption, by_usefulness
from domain.reason import Reason, ReasonCode
from domain.refusal import ErrorCode, InvalidInput
from domain.supply import Supply


@dataclass(frozen=True, slots=True)
class FulfillmentUnavailable:
    """It can't be had in this way: what of it could, and why no more."""

    code: ClassVar[ErrorCode] = ErrorCode.FULFILLMENT_UNAVAILABLE
    path: tuple[str, ...]
    coverage: tuple[LineCoverage, ...] = ()
    reasons: tuple[Reason, ...] = ()
    message: str = "These goods cannot be had in this way."


@dataclass(frozen=True, slots=True)
class OptionExpired:
    """What was shown no longer holds; `current`: as it would be now, None where there is no such option any more."""

    code: ClassVar[ErrorCode] = ErrorCode.OPTION_EXPIRED
    path: tuple[str, ...]
    current: DeliveryOption | PickupOption | None
    message: str = "This offer no longer holds; look at it as it is now."


def book(
    supply: Supply, asked: Asked, how: How, ways: Ways, *, shown: Group | None, path: tuple[str, ...]
) -> Group | InvalidInput | FulfillmentUnavailable | OptionExpired:
    """`shown`: what the option holds that was chosen; None where none was."""
    if not isinstance(how, ByOption) or shown is None:
        return best(of_method(options(supply, asked, ways), how), path)
    anew = replace(shown, id=FulfillmentGroupId.new())  # one option may be chosen twice, and go to another address then
    group = addressed(anew, how.address, (*path, "option", "address"))
    if isinstance(group, InvalidInput) or holds(group, [wish.line for wish in asked.wishes], supply):
        return group
    return OptionExpired(path, alike(options(supply, asked, ways), group))


def best(found: Sequence[Option], path: tuple[str, ...]) -> Group | FulfillmentUnavailable:
    """The most useful option of some that all are what was asked for."""
    option = min(found, key=by_usefulness, default=None)
    if option and option.complete:
        return option.group
    if option:
        return FulfillmentUnavailable(path, option.coverage, option.reasons)
    return FulfillmentUnavailable(path, (), (Reason(ReasonCode.SERVICE_NOT_OFFERED),))


def of_method(options: Options, how: How) -> list[Option]:
    """The options that are what somebody asked for."""
    if isinstance(how, ToDeliver):
        return [option for option in options.delivery if option.service is how.service]
    method = FulfillmentMethod.PICKUP if isinstance(how, ToCollect) else FulfillmentMethod.RESERVE_IN_STORE
    return [option for option in options.pickup if option.method is method]


def alike(options: Options, group: Group) -> DeliveryOption | PickupOption | None:
    """The option that a group was chosen as, as it is now; a store's own goods rather than those that are sent there."""
    found: list[DeliveryOption | PickupOption] = [option for option in options.delivery if option.service is group.service]
    found += [one for one in options.pickup if (one.method, one.group.location) == (group.method, group.location)]
    return min(found, key=lambda one: (not one.complete, (one.parcels > 0) is not (group.parcels > 0)), default=None)


def holds(group: Group, lines: Sequence[Line], supply: Supply) -> bool:
    """Is an option still good: in a way this channel has, not too old, for units still there, on shelves that have them?"""
    there = {line.id: line for line in lines}
    if (
        group.method not in supply.channel.fulfillment_methods
        or supply.now > group.valid_until
        or any(line not in there or there[line].quantity < units for line, units in group.units)
    ):
        return False
    return all(
        supply.gives(there[line].variant, part.location, expected=part.expected_at is not None) >= units
        for part in group.parts
        for line, units in part.units
    )


def addressed(group: Group, address: AddressFacts | None, path: tuple[str, ...]) -> Group | InvalidInput:
    """With where exactly it goes, which may not be elsewhere than what was asked for."""
    to = group.destination
    if to is None:
        return group
    if address is None:
        where = "Say where it shall go: this option was asked for by postal code."
        return group if to.address else InvalidInput(path, where)
    checked = checked_address(address, path)
    if isinstance(checked, InvalidInput):
        return checked
    if not to.is_at(checked):
        return InvalidInput((*path, "postalCode"), f"This option is for {to.postal_code} in {to.country_code}.")
    return replace(group, destination=replace(to, address=checked))
