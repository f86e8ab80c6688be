"""Takes channels in, as a shop's file describes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.channel import ChannelFacts
from domain.intake.report import Imported, differences
from domain.work import UnitOfWork


class ChannelWrites(Protocol):
    async def facts(self, codes: Collection[str]) -> Mapping[str, ChannelFacts]:
        """The channels there are, by code."""
        ...

    async def save(self, channels: Sequence[ChannelFacts]) -> None:
        """Adds or changes them; a MULTI channel gets a pool of its own."""
        ...


class ChannelIntake(UnitOfWork, Protocol):
    @property
    def channels(self) -> ChannelWrites: ...


@dataclass(frozen=True, slots=True)
class StrategyChange:
    """A file would change the strategy of this channel, and leave the stock it sells from behind."""

    code: str


async def import_channels(work: ChannelIntake, channels: Sequence[ChannelFacts]) -> Imported | StrategyChange:
    wanted = {facts.code: facts for facts in channels}
    async with work:
        known = await work.channels.facts(wanted)
        for code, facts in known.items():
            if facts.strategy is not wanted[code].strategy:
                return StrategyChange(code)
        differing, imported = differences(wanted, known)
        await work.channels.save(differing)
        await work.commit()
    return imported
