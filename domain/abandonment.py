"""Abandonment: carts that were left alone for long are told of, can be taken up again by a link, and go in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.cart import Cart, CartStatus, CartWrites
from domain.cart_activity import Change
from domain.cart_changes import moved_on
from domain.code import CodeWrites, OneTimeCode, Purpose, mailed
from domain.event import Event, EventType, EventWrites
from domain.session import HandoffScope, Keys
from domain.work import UnitOfWork

AT_ONCE = 100
BATCHES_MAX = 200  # in one sweep; the next one goes on
RESUMABLE = timedelta(days=7)


class LeftCarts(CartWrites, Protocol):
    async def left_since(self, moment: datetime, most: int) -> Sequence[Cart]:
        """Open carts with something in them that nobody has changed since, locked; not those that others work on now."""
        ...

    async def forget(self, moment: datetime, most: int) -> int:
        """Deletes carts that were not ordered and that nobody has changed since, with all that is known of them."""
        ...


class AbandonmentWork(UnitOfWork, Protocol):
    @property
    def carts(self) -> LeftCarts: ...

    @property
    def codes(self) -> CodeWrites: ...

    @property
    def events(self) -> EventWrites: ...


@dataclass(frozen=True, slots=True)
class Left:
    """A cart that was left alone, and the code by which it can be taken up again; it is kept nowhere else."""

    cart: Cart
    code: str


async def abandon(work: AbandonmentWork, keys: Keys, now: datetime, *, after: timedelta) -> tuple[Left, ...]:
    """A batch of the carts that were left alone for so long."""
    async with work:
        left = tuple([await left_alone(work, keys, cart, now) for cart in await work.carts.left_since(now - after, AT_ONCE)])
        await work.commit()
    return left


async def left_alone(work: AbandonmentWork, keys: Keys, before: Cart, now: datetime) -> Left:
    after = await moved_on(work, before, CartStatus.ABANDONED, Change.ABANDONED, now)
    code = mailed()
    await work.codes.issue(
        OneTimeCode(
            digest=keys.digest("code", code),
            purpose=Purpose.RESUME,
            cart=after.id,
            scope=HandoffScope.EDIT,
            expires_at=now + RESUMABLE,
        )
    )
    work.events.add(Event.of(EventType.CART_ABANDONED, str(after.id), now, version=after.version))
    return Left(after, code)


async def abandon_all(work: AbandonmentWork, keys: Keys, now: datetime, *, after: timedelta) -> tuple[Left, ...]:
    """A batch at a time, so that nobody waits for it."""
    all_left: tuple[Left, ...] = ()
    for _ in range(BATCHES_MAX):
        some = await abandon(work, keys, now, after=after)
        all_left += some
        if len(some) < AT_ONCE:
            break
        await work.give_way()
    return all_left


async def forget(work: AbandonmentWork, now: datetime, *, after: timedelta) -> int:
    """How many carts are gone."""
    total = 0
    for _ in range(BATCHES_MAX):
        async with work:
            gone = await work.carts.forget(now - after, AT_ONCE)
            await work.commit()
        total += gone
        if gone < AT_ONCE:
            break
        await work.give_way()
    return total
