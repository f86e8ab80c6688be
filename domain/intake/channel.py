"""Takes channels in, as a shop's file describes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.channel import Assortment, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows
from domain.intake.report import Imported, differences
from domain.work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDraft:
    code: str
    name: str
    kind: ChannelKind
    strategy: ChannelStrategy
    currency_code: str
    public: bool
    fulfillment_methods: tuple[FulfillmentMethod, ...]
    shows: Shows
    low_stock: int
    safety: int
    assortment: Assortment


class ChannelWrites(Protocol):
    async def drafts(self, codes: Collection[str]) -> Mapping[str, ChannelDraft]:
        """The channels there are, by code."""
        ...

    async def save(self, channels: Sequence[ChannelDraft]) -> None:
        """Adds or changes them; a MULTI channel gets a pool of its own."""
        ...


class ChannelIntake(UnitOfWork, Protocol):
    @property
    def channels(self) -> ChannelWrites: ...


async def import_channels(work: ChannelIntake, drafts: Sequence[ChannelDraft]) -> Imported:
    wanted = {draft.code: draft for draft in drafts}
    async with work:
        differing, imported = differences(wanted, await work.channels.drafts(wanted))
        await work.channels.save(differing)
        await work.commit()
    return imported
