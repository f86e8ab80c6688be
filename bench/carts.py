"""The carts that are measured, begun before: those that are read have lines, those that are added to have none."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from bench.shop import SCARCE, SEED, SKUS
from domain.actor import Actor
from domain.cart import Cart, Wanted, begun, with_added
from domain.cart_activity import Change
from domain.cart_changes import Step, activity_of
from domain.catalog import Sku, Variant
from domain.session import HandoffScope
from domain.session import begun as session_begun
from gateway.settings import Settings

READ = 100
ADDED_TO = 500  # by the gateway, and as many by the floor: in turn, so that no line gets too long while it is measured
LINES = 3
SOURCED = 100  # of which options are asked
SOURCED_LINES, SOURCED_QUANTITY = 5, 2


@dataclass(frozen=True, slots=True)
class Carts:
    """`added_to` are pairs, the gateway's and the floor's; `token`: of the one session that opens them all."""

    read: Sequence[Cart]
    sourced: Sequence[Cart]
    added_to: Sequence[tuple[Cart, Cart]]
    variants: Sequence[Variant]
    token: str


def carts(url: str) -> Carts:
    return asyncio.run(opened(url))


async def opened(url: str) -> Carts:
    database, rng, now = Database(url), random.Random(SEED), system()
    reads = SqlReads(database)
    actor = Actor(next(channel for channel in await reads.channels.every() if channel.code == "web"))
    found = await reads.catalog.variants_any(actor, [Sku(sku) for sku in rng.sample(SKUS, 100)])
    variants = [one for one in found if one]
    session = session_begun(actor.channel.id, now)
    read = [filled(actor, rng.sample(variants, LINES), now) for _ in range(READ)]
    sourced = [filled(actor, mixed(variants, rng), now, quantity=SOURCED_QUANTITY) for _ in range(SOURCED)]
    added_to = [(filled(actor, (), now), filled(actor, (), now)) for _ in range(ADDED_TO)]
    work = SqlWork(database)
    async with work:
        await work.sessions.open(session, now)
        for cart in (*read, *sourced, *(one for pair in added_to for one in pair)):
            await work.carts.create(cart, activity_of(cart, Step(cart, Change.CREATED), actor, now))
            await work.sessions.grant(session.id, cart.id, HandoffScope.CHECKOUT, now)
        await work.commit()
    await database.close()
    return Carts(read, sourced, added_to, variants, SignedKeys(Settings().secret).access_token(session, now))


def mixed(variants: Sequence[Variant], rng: random.Random) -> Sequence[Variant]:
    """One is scarce, the others are not."""
    scarce = rng.choice([one for one in variants if one.sku in SCARCE])
    return [*rng.sample([one for one in variants if one.sku not in SCARCE], SOURCED_LINES - 1), scarce]


def filled(actor: Actor, variants: Sequence[Variant], now: datetime, *, quantity: int = 1) -> Cart:
    """The first version of a cart with so many of each."""
    wanted = [Wanted(variant=one.id, quantity=quantity, price=one.price, title=one.title) for one in variants]
    cart = with_added(begun(actor.channel, now), wanted, actor.channel.line_quantity_max)
    assert isinstance(cart, Cart), cart
    return replace(cart, version=1)
