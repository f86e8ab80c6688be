"""How the goods of a cart shall reach the buyer, as they choose it: line by line, or units of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.actor import Actor
from domain.cart import Cart, conflict
from domain.cart_activity import Change
from domain.cart_changes import Asked, CartRefusal, CartWork, Step, change
from domain.group import Group, chosen
from domain.ids import CartLineId
from domain.refusal import VersionConflict


async def choose(
    work: CartWork, actor: Actor, asked: Asked, booked: Sequence[Group], seen: Mapping[CartLineId, int]
) -> Cart | CartRefusal:
    """Books these groups for units of the cart's lines. `seen`: the quantities they were planned for: a cart that has fewer
    of a line by now has been changed in the meantime."""

    def edit(cart: Cart) -> Step | CartRefusal | None:
        if refusal := conflict(cart, asked.expected_version, cart.groups_version):
            return refusal
        if any(cart.quantities.get(line, 0) < quantity for line, quantity in seen.items()):
            return VersionConflict(("input", "choices"), cart)
        after = chosen(cart.groups, booked, cart.quantities)
        return Step(replace(cart, groups=after, groups_version=cart.version + 1), Change.FULFILLMENT_CHOSEN)

    return await change(work, actor, asked, edit)
