"""Letters about orders: what becomes of an order is written to its buyer, one letter for each event that is worth one.

An event is taken from the outbox once, whoever looks; what cannot be sent is tried again after ever longer pauses, and the
letters of one order go out in the order of its events. Whoever dies between sending and saying so sends it once more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from domain.actor import Actor
from domain.channel import ChannelReads
from domain.ids import EventId, FulfillmentId, OrderId
from domain.location import LocationReads
from domain.mail import Mail, Mails
from domain.order import OrderReads, OrderWrites
from domain.order_mail import CHANGES, About, written
from domain.session import Keys
from domain.ticket import TicketReads
from domain.work import UnitOfWork

AT_ONCE = 5
LEASE = timedelta(minutes=3)  # of whoever sends so many
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
COMMITTED_WITHIN = timedelta(minutes=2)  # an event may become visible so long after it happened, and after later ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`id`: of the event that it tells of; `tries`: to send it, with the one that is under way."""

    id: EventId
    order: OrderId
    change: str
    fulfillment: FulfillmentId | None
    tries: int


class LetterWrites(Protocol):
    async def gather(self, changes: Collection[str], settled: datetime) -> None:
        """A letter for each new event of an order with such a change. What happened before `settled` is looked at once."""
        ...

    async def take(self, now: datetime, until: datetime, most: int) -> Sequence[Letter]:
        """Those that are due, each order's first, for whoever has sent them by then."""
        ...

    async def settle(self, id: EventId, again_at: datetime | None) -> None:
        """When it is tried again, if ever."""
        ...


class LetterWork(UnitOfWork, Protocol):
    @property
    def letters(self) -> LetterWrites: ...

    @property
    def orders(self) -> OrderWrites: ...


class LetterReads(Protocol):
    @property
    def channels(self) -> ChannelReads: ...

    @property
    def locations(self) -> LocationReads: ...

    @property
    def orders(self) -> OrderReads: ...

    @property
    def tickets(self) -> TicketReads: ...


@dataclass(frozen=True, slots=True)
class Post:
    """`storefront`: where the links of letters lead."""

    work: LetterWork
    reads: LetterReads
    keys: Keys
    mails: Mails
    storefront: str


@dataclass(frozen=True, slots=True)
class Posted:
    """`taken`: letters that were due; `failures`: the kind of each, of those that are not tried again."""

    taken: int
    sent: int
    failures: tuple[str, ...]


async def post_all(post: Post, now: datetime) -> Posted:
    """Some of what is due."""
    async with post.work as work:
        await work.letters.gather(CHANGES, now - COMMITTED_WITHIN)
        due = await work.letters.take(now, now + LEASE, AT_ONCE)
        await work.commit()
    sent, failures = 0, []
    for letter in due:
        mail = await mail_of(post, letter)
        failure = await post.mails.deliver(mail) if mail else None
        again_at = None if failure is None else next_try(letter, now)
        async with post.work as work:
            await work.letters.settle(letter.id, again_at)
            await work.commit()
        sent += mail is not None and failure is None
        failures += [failure] if failure and again_at is None else []
    return Posted(len(due), sent, tuple(failures))


def next_try(letter: Letter, now: datetime) -> datetime | None:
    return now + PAUSES[letter.tries - 1] if letter.tries <= len(PAUSES) else None


async def mail_of(post: Post, letter: Letter) -> Mail | None:
    """As the order is now; None where nobody can be written to, or what happened is no news any more."""
    async with post.work as work:
        order = await work.orders.lock(letter.order)
    if order is None:
        return None
    channel = next(one for one in await post.reads.channels.every() if one.id == order.channel)
    actor = Actor(channel)
    contact = (await post.reads.orders.people(actor, [order.id]))[order.id].contact
    if contact is None or contact.email is None:
        return None
    tickets = await post.reads.tickets.tickets([order.id])
    about = About(
        order=order,
        language=channel.language,
        stores={one.id: one for one in await post.reads.locations.every(actor)},
        codes={store: code for (_, store), ticket in tickets.items() if (code := ticket.code(post.keys))},
        fulfillment=letter.fulfillment,
        link=f"{post.storefront}#order={order.number}",
    )
    found = written(letter.change, about)
    return found and Mail(contact.email, *found)
