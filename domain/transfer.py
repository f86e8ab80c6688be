"""Transfers: goods on their way between two of the shop's own places, one pool's; they may come in by parts."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from domain.actor import Actor
from domain.ids import LocationId, PoolId, StockTransferId
from domain.ledger import Shelf
from domain.page import Edge, PageInfo, PageRequest
from domain.quantities import Quantities
from domain.refusal import InvalidInput


class StockTransferStatus(StrEnum):
    """IN_TRANSIT until all of it has come in, then RECEIVED. CANCELED is kept for what is given up, which nothing does yet."""

    IN_TRANSIT = "IN_TRANSIT"
    RECEIVED = "RECEIVED"
    CANCELED = "CANCELED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransferLine:
    transfer: StockTransferId
    sku: str
    quantity: int
    received_quantity: int = 0

    @property
    def id(self) -> str:
        """Of its SKU in its transfer, opaque as ids are."""
        text = f"StockTransferLine:{self.transfer.value.hex}:{self.sku}"
        return urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @property
    def outstanding(self) -> int:
        return self.quantity - self.received_quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransfer:
    """`lines`: one for each SKU. `expected_at` is None where nobody knows."""

    id: StockTransferId
    status: StockTransferStatus = StockTransferStatus.IN_TRANSIT
    from_location_id: LocationId
    to_location_id: LocationId
    pool: PoolId
    lines: tuple[StockTransferLine, ...]
    expected_at: datetime | None
    created_at: datetime

    def sender(self, sku: str) -> Shelf:
        return Shelf(sku, self.from_location_id, self.pool)

    def receiver(self, sku: str) -> Shelf:
        return Shelf(sku, self.to_location_id, self.pool)

    def received(self, units: Quantities[str]) -> StockTransfer:
        """With these come in, too."""
        lines = tuple(replace(line, received_quantity=line.received_quantity + units[line.sku]) for line in self.lines)
        is_whole = all(line.outstanding == 0 for line in lines)
        return replace(self, lines=lines, status=StockTransferStatus.RECEIVED if is_whole else self.status)


@dataclass(frozen=True, slots=True)
class TransferPage:
    """Transfers, newest first. How many there are in all is not counted."""

    edges: tuple[Edge[StockTransfer], ...]
    page_info: PageInfo

    @property
    def nodes(self) -> tuple[StockTransfer, ...]:
        return tuple(edge.node for edge in self.edges)


class TransferReads(Protocol):
    """An associate is told of those from or to their own stores, an integration of its channel's pool, whoever else of none."""

    async def transfers(self, actor: Actor, ids: Sequence[StockTransferId]) -> Mapping[StockTransferId, StockTransfer]: ...

    async def page(
        self, actor: Actor, location: LocationId, page: PageRequest, *, only_open: bool
    ) -> TransferPage | InvalidInput:
        """From or to this location."""
        ...


class TransferWrites(Protocol):
    async def add(self, transfer: StockTransfer) -> None: ...

    async def lock(self, id: StockTransferId) -> StockTransfer | None:
        """As it is, until this unit of work ends."""
        ...

    async def save(self, transfer: StockTransfer) -> None:
        """What has come in of it, and its status."""
        ...
