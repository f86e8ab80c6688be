"""What every resolver is given: who asks, when, in which language, and what may be read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from strawberry.dataloader import DataLoader

from domain.account import AccountReads
from domain.actor import Actor
from domain.carrier import CarrierReads
from domain.cart import CartReads
from domain.catalog import CatalogReads
from domain.channel import Channel, ChannelReads
from domain.checkout import CheckoutReads
from domain.customer import CustomerReads
from domain.idempotency import IdempotencyReads
from domain.ids import ChannelId
from domain.kiosk import KioskReads
from domain.load import Loads
from domain.location import LocationReads
from domain.mail import Letters
from domain.offer import StockReads
from domain.order import OrderReads
from domain.order_list import OrderLists
from domain.order_lookup import Lookups
from domain.password import Passwords
from domain.payment import Providers
from domain.payment_attempt import AttemptReads
from domain.pricing import PricingReads
from domain.proof import ProofReads
from domain.refund import RefundReads
from domain.refusal import LimitReached
from domain.rules import RulesReads
from domain.search import SearchReads
from domain.session import Keys, SessionReads
from domain.staff import StaffReads
from domain.stock import LedgerReads
from domain.store_credit import StoreCreditReads
from domain.store_task import StoreTaskReads
from domain.terminal import TerminalReads
from domain.ticket import TicketReads
from domain.transfer import TransferReads
from resolvers.budget import Budget
from resolvers.refusal import Refused

Parent = TypeVar("Parent")
Answer = TypeVar("Answer")

PARENTS_MAX = 5_000  # asked for at once; databases bound the parameters of a statement
OBJECTS_MAX = 10_000  # below the root, of one operation: what its cost, which takes lists to be of usual size, may miss


class Reads(Protocol):
    @property
    def accounts(self) -> AccountReads: ...

    @property
    def carriers(self) -> CarrierReads: ...

    @property
    def carts(self) -> CartReads: ...

    @property
    def channels(self) -> ChannelReads: ...

    @property
    def checkouts(self) -> CheckoutReads: ...

    @property
    def customers(self) -> CustomerReads: ...

    @property
    def idempotency(self) -> IdempotencyReads: ...

    @property
    def orders(self) -> OrderReads: ...

    @property
    def lookups(self) -> Lookups: ...

    @property
    def order_lists(self) -> OrderLists: ...

    @property
    def payments(self) -> AttemptReads: ...

    @property
    def store_tasks(self) -> StoreTaskReads: ...

    @property
    def tickets(self) -> TicketReads: ...

    @property
    def kiosks(self) -> KioskReads: ...

    @property
    def sessions(self) -> SessionReads: ...

    @property
    def staff(self) -> StaffReads: ...

    @property
    def catalog(self) -> CatalogReads: ...

    @property
    def ledger(self) -> LedgerReads: ...

    @property
    def loads(self) -> Loads: ...

    @property
    def locations(self) -> LocationReads: ...

    @property
    def pricing(self) -> PricingReads: ...

    @property
    def proof(self) -> ProofReads: ...

    @property
    def refunds(self) -> RefundReads: ...

    @property
    def rules(self) -> RulesReads: ...

    @property
    def search(self) -> SearchReads: ...

    @property
    def stock(self) -> StockReads: ...

    @property
    def store_credits(self) -> StoreCreditReads: ...

    @property
    def terminals(self) -> TerminalReads: ...

    @property
    def transfers(self) -> TransferReads: ...


class Watcher(Protocol):
    """Remembers that something has changed, however often it has."""

    @property
    def has_changed(self) -> bool: ...

    async def next(self) -> None:
        """Returns when something has changed since the last time; the first time, at once."""
        ...


class Changes(Protocol):
    """Whoever watches is told that something has changed, and reads for themselves what: they may be told twice."""

    def watch(self, subjects: Collection[str]) -> AbstractAsyncContextManager[Watcher]:
        """A subject is the text of an id, or what `stock_subject` of domain/event.py makes of a SKU."""
        ...

    async def shared(self, question: Hashable, read: Callable[[], Awaitable[Answer]]) -> Answer:
        """What `read` answers, read once for all who ask the same question before it begins, a few questions at a time.

        So a change that a thousand watch is read once, and the database has time for others.
        """
        ...


class Batches:
    """The questions of one operation: what is asked of many parents in one turn of the loop is asked at once."""

    def __init__(self) -> None:
        self.loaders: dict[Hashable, DataLoader[Any, Any]] = {}
        self.objects = 0

    def loader(
        self, question: Hashable, ask: Callable[[list[Any]], Awaitable[Sequence[Any]]], key: Callable[[Any], Hashable]
    ) -> DataLoader[Any, Any]:
        if question not in self.loaders:
            self.loaders[question] = DataLoader(load_fn=ask, cache_key_fn=key, max_batch_size=PARENTS_MAX)
        return self.loaders[question]

    async def counted(self, answer: Awaitable[Sequence[Any]]) -> Sequence[Any]:
        """A list counts wherever it stands in the answer, though it was asked for once."""
        items = await answer
        self.count(len(items))
        return items

    def count(self, objects: int) -> None:
        self.objects += objects
        if self.objects > OBJECTS_MAX:
            message = f"The answer would hold more than {OBJECTS_MAX:,} objects; ask for fewer at once."
            raise Refused(LimitReached("objects", message))


@dataclass(slots=True)
class Context:
    """Of one operation. `now` is the same for all its fields; `language` is that of messages, `fr` or `en`.

    `work`: a new unit of work; `client`: a digest of the address that asks. Whoever signs in goes on as who they are now:
    `become` is the one thing that changes here.
    """

    actor: Actor
    reads: Reads
    work: Callable[[], Any]
    keys: Keys
    passwords: Passwords
    letters: Letters
    payments: Providers
    clock: Callable[[], datetime]
    language: str
    now: datetime
    changes: Changes
    client: str = ""
    budget: Budget = field(default_factory=Budget)
    batches: Batches = field(default_factory=Batches)

    def become(self, actor: Actor) -> None:
        """What is asked from now on is asked by this actor, anew."""
        self.actor, self.batches = actor, Batches()

    def look_anew(self) -> None:
        """What was read before a change says nothing of how things are after it."""
        objects, self.batches = self.batches.objects, Batches()
        self.batches.objects = objects

    def for_operation(self) -> Context:
        """The same for another operation of the connection, or for a subscription's next event."""
        return replace(self, now=self.clock(), budget=self.budget.anew(), batches=Batches())

    async def channels(self) -> dict[ChannelId, Channel]:
        """All of them: tens."""
        return {channel.id: channel for channel in await self.once(every_channel)}

    async def once(self, ask: Callable[[Context], Awaitable[Answer]]) -> Answer:
        """The answer to a question without a parent, asked once however many ask it."""

        async def for_all(asked: list[None]) -> list[Answer]:
            return [await ask(self)] * len(asked)

        answer: Answer = await self.batches.loader(ask, for_all, key=id).load(None)
        return answer

    async def of_each(
        self, ask: Callable[..., Awaitable[Sequence[Answer]]], parents: Sequence[Parent], key: Callable[[Parent], Hashable]
    ) -> list[Answer]:
        """The answers that several edges share, asked once for each parent."""

        async def for_all(asked: list[Parent]) -> Sequence[Answer]:
            return await ask(asked, context=self)

        return await self.batches.loader(ask, for_all, key=key).load_many(parents)


async def every_channel(context: Context) -> tuple[Channel, ...]:
    return await context.reads.channels.every()
