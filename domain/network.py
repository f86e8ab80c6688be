"""The network, read: what all locations can give now, for whoever plans where goods shall come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.carrier import CarrierReads
from domain.catalog import CatalogReads
from domain.channel import ChannelReads
from domain.load import Loads
from domain.location import Location, LocationReads, sells_to
from domain.offer import StockReads
from domain.rules import RulesReads
from domain.supply import Supply


class NetworkReads(Protocol):
    @property
    def carriers(self) -> CarrierReads: ...

    @property
    def catalog(self) -> CatalogReads: ...

    @property
    def channels(self) -> ChannelReads: ...

    @property
    def loads(self) -> Loads: ...

    @property
    def locations(self) -> LocationReads: ...

    @property
    def rules(self) -> RulesReads: ...

    @property
    def stock(self) -> StockReads: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """`is_over`: is the time to think up? `available_only`: why a shelf has nothing is not asked."""

    now: datetime
    is_over: Callable[[], bool]
    available_only: bool = False


async def supply_of(
    reads: NetworkReads, actor: Actor, every: Iterable[Location], skus: Iterable[str], asking: Asking
) -> Supply:
    """Of those of `every` location that sell to the actor's channel; three statements at most, of however many."""
    locations = tuple(one for one in every if sells_to(one, actor.channel, asking.now))
    ids, wanted = [location.id for location in locations], sorted(set(skus))
    return Supply(
        channel=actor.channel,
        locations=locations,
        shelves=await reads.stock.shelves(actor, wanted, at=ids, available_only=asking.available_only),
        loads=await reads.loads.loads(actor, ids, asking.now),
        rules=await reads.rules.of(actor),
        now=asking.now,
        is_over=asking.is_over,
    )
