"""Staff stock: what stands on a shelf, every movement behind it, and the safety that staff set there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.action import Action, ActionKind, ActionWrites
from domain.actor import Actor, Role
from domain.channel import Channel
from domain.ids import SHARED_POOL, ChannelId, LocationId, PoolId
from domain.ledger import Incoming, LedgerWrites, Movement, Shelf, StockLevel
from domain.page import Edge, PageInfo, PageRequest
from domain.quantities import WHOLE_MAX
from domain.refusal import Forbidden, InvalidInput, NotFound
from domain.work import UnitOfWork

SAFETY_MAX = WHOLE_MAX // 4  # a level takes it off together with what is held and allocated


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry(Movement):
    """A movement as the ledger of some locations shows it. `balance`: units on hand there after it, over all pools."""

    balance: int


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Entries, newest first. How many there are in all is not counted."""

    edges: tuple[Edge[LedgerEntry], ...]
    page_info: PageInfo

    @property
    def nodes(self) -> tuple[LedgerEntry, ...]:
        return tuple(edge.node for edge in self.edges)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockSafetySet:
    """`channel`: the one whose own pool is meant; None for the shared pool."""

    location: LocationId
    sku: str
    safety: int
    channel: ChannelId | None = None


class LedgerReads(Protocol):
    """An associate is told of their own stores alone, an integration of its channel's pool, and whoever else of nothing."""

    async def levels(self, actor: Actor, shelves: Collection[Shelf]) -> Mapping[Shelf, StockLevel]: ...

    async def incoming(self, actor: Actor, shelves: Collection[Shelf]) -> Mapping[Shelf, tuple[Incoming, ...]]:
        """By the time they are expected."""
        ...

    async def entries(
        self, actor: Actor, sku: str, location: LocationId | None, page: PageRequest
    ) -> LedgerPage | InvalidInput:
        """What moved into or out of this location, or any that the actor is told of; balances are over the same."""
        ...


class KnownSkus(Protocol):
    async def known_skus(self, skus: Collection[str]) -> Collection[str]:
        """Those that some variant has, also one that is not sold any more."""
        ...


class StockWork(UnitOfWork, Protocol):
    @property
    def catalog(self) -> KnownSkus: ...

    @property
    def ledger(self) -> LedgerWrites: ...

    @property
    def actions(self) -> ActionWrites: ...


def pool_meant(
    channel: ChannelId | None, channels: Mapping[ChannelId, Channel], path: Sequence[str]
) -> PoolId | NotFound | InvalidInput:
    """The pool of a channel that stands alone; without one, the shared pool."""
    if channel is None:
        return SHARED_POOL
    if (found := channels.get(channel)) is None:
        return NotFound(tuple(path), "There is no such channel.")
    if found.pool == SHARED_POOL:
        message = (
            f"The channel {found.code!r} has no stock of its own; leave `{path[-1]}` out for the shared pool. "
            "What an OMNI channel keeps back for itself is a setting of the channel."
        )
        return InvalidInput(tuple(path), message)
    return found.pool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolAsked:
    """Whose stock, and where; `named` and `named_place` are the input's fields that say so."""

    location: LocationId
    channel: ChannelId | None = None
    named: str = "pool"
    named_place: str = "location"


def may_change(actor: Actor, location: LocationId, pool: PoolId) -> bool:
    """Staff change the stock they serve; an integration that of its channel, everywhere."""
    return actor.serves(location) or (Role.INTEGRATION in actor.roles and pool == actor.channel.pool)


def pool_to_change(
    actor: Actor, asked: PoolAsked, locations: Collection[LocationId], channels: Mapping[ChannelId, Channel]
) -> PoolId | Forbidden | NotFound | InvalidInput:
    """Who may not change anything there learns nothing else."""
    pool = pool_meant(asked.channel, channels, ("input", asked.named))
    if not actor.serves(asked.location) and not (isinstance(pool, PoolId) and may_change(actor, asked.location, pool)):
        return Forbidden(("input", asked.named_place), "Only staff of this location may change its stock.")
    if asked.location not in locations:
        return NotFound(("input", asked.named_place), "There is no such location.")
    return pool


async def set_safety(
    work: StockWork, actor: Actor, shelf: Shelf, safety: int, now: datetime
) -> StockLevel | NotFound | InvalidInput:
    """Of a shelf whose stock `actor` may change; one that never had anything is opened, empty."""
    if not 0 <= safety <= SAFETY_MAX:
        return InvalidInput(("input", "safety"), f"`safety` is {safety}; it must be from 0 to {SAFETY_MAX:,}.")
    async with work:
        if not await work.catalog.known_skus([shelf.sku]):
            return NotFound(("input", "sku"), f"No variant has the SKU {shelf.sku!r}.")
        level = (await work.ledger.lock([shelf]))[shelf]
        await work.ledger.set_safety({shelf: safety})
        if actor.staff:
            await work.actions.record(Action(at=now, staff=actor.staff, kind=ActionKind.SAFETY_SET, subject=level.id))
        await work.commit()
    return replace(level, safety=safety, safety_is_default=False)
