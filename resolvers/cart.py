"""Carts, as the session that asks may see them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.cart import Cart
from domain.channel import Channel
from domain.ids import CartId
from resolvers.context import Context


async def cart(*, context: Context, id: CartId) -> Cart | None:
    return (await context.reads.carts.carts(context.actor, [id])).get(id)


async def channels_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Channel]:
    channels = await context.channels()
    return [channels[cart.channel] for cart in carts]
