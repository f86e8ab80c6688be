"""How busy locations are: as nothing is booked before there are orders, nothing waits anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.actor import Actor
from domain.ids import LocationId
from domain.load import IDLE, Load


class SqlLoads:
    """What locations have taken on."""

    async def loads(self, actor: Actor, locations: Sequence[LocationId]) -> Mapping[LocationId, Load]:
        return dict.fromkeys(locations, IDLE)
