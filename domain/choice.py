"""Choices: how a buyer says that some lines, or part of a line, shall reach them; and which units each of them is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from domain.address import AddressFacts
from domain.carrier import DeliveryService
from domain.group import Group
from domain.ids import CartId, CartLineId, LocationId
from domain.option import Wish
from domain.quote import QuotedLine
from domain.refusal import InvalidInput, NotFound

CHOICES = ("input", "choices")
CHOICES_MAX = 20


@dataclass(frozen=True, slots=True)
class SealedOption:
    """The id of an option, which holds all that is needed to book it."""

    CHARACTERS_MAX: ClassVar[int] = 20_000
    text: str


@dataclass(frozen=True, slots=True)
class ChosenLine:
    """`quantity`: units of it; None for all."""

    line: CartLineId
    quantity: int | None = None


@dataclass(frozen=True, slots=True)
class ToCollect:
    """Paid before, and collected at a store."""

    location: LocationId


@dataclass(frozen=True, slots=True)
class ToReserve:
    """Collected at a store, and paid there."""

    at: ToCollect


@dataclass(frozen=True, slots=True)
class ToDeliver:
    address: AddressFacts
    service: DeliveryService = DeliveryService.STANDARD


@dataclass(frozen=True, slots=True)
class ByOption:
    """`address`: of a delivery that was asked for by postal code."""

    id: SealedOption
    address: AddressFacts | None = None


How: TypeAlias = ToCollect | ToReserve | ToDeliver | ByOption


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`lines`: None for all that no other choice names."""

    how: How
    lines: tuple[ChosenLine, ...] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What an option's id holds: of which cart it is, and what it comes to."""

    cart: CartId
    group: Group


def wishes(
    choices: Sequence[Choice], shown: Mapping[int, Shown], lines: Sequence[QuotedLine]
) -> list[tuple[Wish, ...]] | InvalidInput | NotFound:
    """The units that each choice is about. `shown`: what the choices by option hold, by their place among the choices."""
    by_id = {line.id: line for line in lines}
    named: list[dict[CartLineId, int] | None] = []
    for n, choice in enumerate(choices):
        path = (*CHOICES, str(n), "lines")
        units = None if choice.lines is None else units_named(choice.lines, by_id, path)
        if isinstance(units, InvalidInput | NotFound):
            return units
        if n in shown:
            if units not in (None, dict(shown[n].group.units)):
                return InvalidInput(path, "This option is for other units; leave `lines` out to take it as it is.")
            units = still_there(shown[n].group, by_id)
        named.append(units)
    if named.count(None) > 1:
        return InvalidInput(CHOICES, "Two choices name no lines; at most one may take all that the others leave.")
    taken = Counter[CartLineId]()
    for some in named:
        taken.update(some or {})
    if over := [id for id, quantity in taken.items() if quantity > by_id[id].quantity]:
        return InvalidInput(CHOICES, f"The choices name more units of line {over[0]} than there are.")
    rest = {line.id: line.quantity - taken[line.id] for line in lines}
    meant = [wished(rest if some is None else some, by_id) for some in named]
    if empty := [n for n, some in enumerate(meant) if not some and n not in shown]:
        return InvalidInput(
            (*CHOICES, str(empty[0]), "lines"), "No units are left for this choice; name some, or leave it out."
        )
    return meant


def still_there(group: Group, by_id: Mapping[CartLineId, QuotedLine]) -> dict[CartLineId, int]:
    """What the cart still has of an option's units."""
    return {line: min(units, by_id[line].quantity) for line, units in group.units if line in by_id}


def units_named(
    lines: Sequence[ChosenLine], by_id: Mapping[CartLineId, QuotedLine], path: tuple[str, ...]
) -> dict[CartLineId, int] | InvalidInput | NotFound:
    units: dict[CartLineId, int] = {}
    for n, one in enumerate(lines):
        if one.line not in by_id:
            return NotFound((*path, str(n), "line"), "This cart has no such line (any more).")
        there = by_id[one.line].quantity
        quantity = there if one.quantity is None else one.quantity
        if one.line in units or not 1 <= quantity <= there:
            return InvalidInput(
                (*path, str(n)), f"Name each line once, with a `quantity` from 1 to {there}, or none for all of it."
            )
        units[one.line] = quantity
    return units


def wished(units: Mapping[CartLineId, int], by_id: Mapping[CartLineId, QuotedLine]) -> tuple[Wish, ...]:
    return tuple(Wish(by_id[line], quantity) for line, quantity in units.items() if quantity > 0)
