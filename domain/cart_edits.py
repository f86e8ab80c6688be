"""What is changed of a cart: its lines, its contact, its discount codes; what others changed meanwhile stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.actor import Actor
from domain.cart import LINES, Cart, CartReads, conflict, with_added, with_quantities
from domain.cart_activity import Change
from domain.cart_changes import NO_SUCH_CART, Asked, CartRefusal, CartWork, Looked, Step, change
from domain.catalog import CatalogReads
from domain.contact import Contact
from domain.ids import CartLineId
from domain.promotion import codes_entered
from domain.refusal import InvalidInput, LimitReached, NotFound


@dataclass(frozen=True, slots=True)
class LineQuantity:
    line: CartLineId
    quantity: int


async def add_lines(work: CartWork, actor: Actor, asked: Asked, lines: Looked) -> Cart | CartRefusal:
    """Adds always merge in, whatever version they were made on."""

    def edit(cart: Cart) -> Step | CartRefusal | None:
        if not isinstance(lines, tuple):
            return lines
        if refusal := conflict(cart, asked.expected_version, changed_at=0):
            return refusal
        filled = with_added(cart, lines, actor.channel.line_quantity_max)
        if isinstance(filled, LimitReached):
            return filled
        return Step(filled, Change.LINES_ADDED, tuple((line.title, line.quantity) for line in lines)) if lines else None

    return await change(work, actor, asked, edit)


@dataclass(frozen=True, slots=True)
class Shop:
    """What is looked up before a cart is locked."""

    carts: CartReads
    catalog: CatalogReads


async def update_lines(
    work: CartWork, shop: Shop, actor: Actor, asked: Asked, lines: Sequence[LineQuantity]
) -> Cart | CartRefusal:
    """Absolute quantities; 0 removes. A line that is named has seen the price of now, whatever its quantity."""
    if refusal := wrong_quantities(lines, actor.channel.line_quantity_max):
        return refusal
    seen = (await shop.carts.carts(actor, [asked.cart])).get(asked.cart)
    if seen is None:
        return NO_SUCH_CART
    sold = [one for one in await shop.catalog.variants_by(actor, [line.variant for line in seen.lines]) if one]
    prices, titles = {one.id: one.price for one in sold}, {one.id: one.title for one in sold}
    quantities = {line.line: line.quantity for line in lines}

    def edit(cart: Cart) -> Step | CartRefusal | None:
        there = {line.id: line for line in cart.lines}
        missing = [n for n, line in enumerate(lines) if line.line not in there and line.quantity > 0]
        changed_at = max((there[line].version for line in quantities if line in there), default=0)
        if refusal := conflict(cart, asked.expected_version, max(changed_at, cart.lines_removed_version if missing else 0)):
            return refusal
        if missing:
            return NotFound((*LINES, str(missing[0]), "line"), "This cart has no such line (any more).")
        after = with_quantities(cart, quantities, prices)
        if isinstance(after, LimitReached):
            return after
        if after == cart:
            return None
        units = tuple(
            (titles.get(there[line].variant, "…"), quantity)
            for line, quantity in quantities.items()
            if line in there and there[line].quantity != quantity
        )
        return Step(after, Change.LINES_CHANGED, units)

    return await change(work, actor, asked, edit)


def wrong_quantities(lines: Sequence[LineQuantity], most: int) -> InvalidInput | LimitReached | None:
    for n, line in enumerate(lines):
        if line.quantity < 0:
            return InvalidInput((*LINES, str(n), "quantity"), f"`quantity` is {line.quantity}; it must be 0 or more.")
        if line.quantity > most:
            return LimitReached("quantity", f"{line.quantity} units of one line; it can have {most} at most.", LINES)
    if len({line.line for line in lines}) < len(lines):
        return InvalidInput(LINES, "A line is named twice; name each once.")
    return None


async def set_contact(work: CartWork, actor: Actor, asked: Asked, contact: Contact) -> Cart | CartRefusal:
    def edit(cart: Cart) -> Step | CartRefusal | None:
        if refusal := conflict(cart, asked.expected_version, cart.contact_version):
            return refusal
        after = replace(cart, contact=contact, contact_version=cart.version + 1)
        return None if contact == cart.contact else Step(after, Change.CONTACT_SET)

    return await change(work, actor, asked, edit)


async def set_codes(work: CartWork, actor: Actor, asked: Asked, codes: Sequence[str]) -> Cart | CartRefusal:
    """All of them, in the order in which they were entered. Whether each is good is told with the totals."""
    if isinstance(entered := codes_entered(codes, ("input", "codes")), InvalidInput):
        return entered

    def edit(cart: Cart) -> Step | CartRefusal | None:
        if refusal := conflict(cart, asked.expected_version, cart.codes_version):
            return refusal
        after = replace(cart, discount_codes=entered, codes_version=cart.version + 1)
        return None if entered == cart.discount_codes else Step(after, Change.CODES_SET)

    return await change(work, actor, asked, edit)
