"""How goods are sent to another place, and taken in there: on the way they are on no shelf, and expected on one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.action import ActionKind
from domain.actor import Actor, Role
from domain.ids import SHARED_POOL, IncomingId, LocationId, StockTransferId
from domain.incoming import not_to_come
from domain.ledger import Incoming, StockCause, in_transit_to, moved, on_hand_at
from domain.quantities import Quantities
from domain.receiving import ReceivingWork, use_up
from domain.refusal import Forbidden, InvalidInput, NotFound, WrongState
from domain.stock import may_change
from domain.stock_changes import Asked, Done, StockLine, StockRefusal, once, path_of, summed, too_few, unknown_sku
from domain.transfer import StockTransfer, StockTransferLine, StockTransferStatus, TransferWrites

TRANSFER = ("input", "transfer")
NO_SUCH_TRANSFER = NotFound(TRANSFER, "There is no such transfer, or it is between stores that you do not work in.")


class TransferWork(ReceivingWork, Protocol):
    @property
    def transfers(self) -> TransferWrites: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransferSend:
    """Of the shared pool. Without `expected_at` the goods are not shown as incoming, since nobody knows when they come."""

    from_location: LocationId
    to_location: LocationId
    lines: tuple[StockLine, ...]
    idempotency_key: str
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTransferReceive:
    transfer: StockTransferId
    lines: tuple[StockLine, ...]
    idempotency_key: str


# ------------------------------------------------------------------------------------------------ sending


async def send(
    work: TransferWork, asked: Asked, sending: StockTransferSend, locations: Collection[LocationId]
) -> StockTransferId | StockRefusal:
    units = summed(sending.lines)
    if isinstance(units, InvalidInput):
        return units
    if refusal := misdirected(sending, locations, asked.now):
        return refusal
    transfer = sent(sending, units, asked.now)

    async def change() -> Done | StockRefusal:
        if unknown := await unknown_sku(work.catalog, sending.lines):
            return unknown
        taken = {transfer.sender(sku): n for sku, n in units.items()}
        if short := await too_few(work, taken, [transfer.receiver(sku) for sku in units], asked.now):
            return short
        await take_out(work, transfer)
        return Done(ActionKind.TRANSFER_SENT, str(transfer.id))

    return transfer_of(await once(work, asked, change))


def misdirected(sending: StockTransferSend, locations: Collection[LocationId], now: datetime) -> InvalidInput | NotFound | None:
    if sending.to_location == sending.from_location:
        return InvalidInput(("input", "toLocation"), "The goods are there already; name another location.")
    if sending.to_location not in locations:
        return NotFound(("input", "toLocation"), "There is no such location.")
    return not_to_come(sending.expected_at, now) if sending.expected_at else None


def sent(sending: StockTransferSend, units: Quantities[str], now: datetime) -> StockTransfer:
    id = StockTransferId.new()
    return StockTransfer(
        id=id,
        from_location_id=sending.from_location,
        to_location_id=sending.to_location,
        pool=SHARED_POOL,
        lines=tuple(StockTransferLine(transfer=id, sku=sku, quantity=units[sku]) for sku in sorted(units)),
        expected_at=sending.expected_at,
        created_at=now,
    )


async def take_out(work: TransferWork, transfer: StockTransfer) -> None:
    await work.ledger.post(
        [
            moved(
                on_hand_at(transfer.sender(line.sku)),
                in_transit_to(transfer.receiver(line.sku)),
                line.quantity,
                StockCause.TRANSFER,
                transfer.created_at,
            )
            for line in transfer.lines
        ]
    )
    await work.transfers.add(transfer)
    if transfer.expected_at is None:
        return
    for line in transfer.lines:
        await work.ledger.expect(
            Incoming(
                id=IncomingId.new(),
                shelf=transfer.receiver(line.sku),
                quantity=line.quantity,
                promised=0,
                expected_at=transfer.expected_at,
                transfer=transfer.id,
            )
        )


def transfer_of(done: str | StockRefusal) -> StockTransferId | StockRefusal:
    if not isinstance(done, str):
        return done
    id = StockTransferId.parse(done)
    assert id, "the key was settled with a transfer"
    return id


# ---------------------------------------------------------------------------------------------- receiving


def refused(actor: Actor, transfer: StockTransfer | None) -> Forbidden | NotFound | None:
    """`transfer`: as far as `actor` is told of it."""
    if not actor.is_staff and Role.INTEGRATION not in actor.roles:
        return Forbidden(TRANSFER, "Only staff take transfers in.")
    if transfer is None:
        return NO_SUCH_TRANSFER
    if may_change(actor, transfer.to_location_id, transfer.pool):
        return None
    return Forbidden(TRANSFER, "Only staff of the location it goes to may take it in.")


async def receive(work: TransferWork, asked: Asked, receiving: StockTransferReceive) -> StockTransferId | StockRefusal:
    """All of it, or some; what has not come stays in transit."""
    units = summed(receiving.lines)
    if isinstance(units, InvalidInput):
        return units

    async def change() -> Done | StockRefusal:
        transfer = await work.transfers.lock(receiving.transfer)
        if transfer is None:
            return NO_SUCH_TRANSFER
        if refusal := not_outstanding(transfer, receiving.lines, units):
            return refusal
        await put_in(work, transfer, units, asked.now)
        return Done(ActionKind.TRANSFER_RECEIVED, str(transfer.id))

    return transfer_of(await once(work, asked, change))


def not_outstanding(
    transfer: StockTransfer, lines: Sequence[StockLine], units: Quantities[str]
) -> WrongState | InvalidInput | None:
    if transfer.status is not StockTransferStatus.IN_TRANSIT:
        return WrongState(TRANSFER, "Nothing of this transfer is on its way any more.", status=transfer.status)
    known = {line.sku: line for line in transfer.lines}
    for n, line in enumerate(lines):
        if (expected := known.get(line.sku)) is None:
            return InvalidInput(path_of(n, "sku"), f"{line.sku!r} is no part of this transfer; count it with `stockCount`.")
        if units[line.sku] > expected.outstanding:
            message = (
                f"{expected.quantity} were sent and {expected.received_quantity} have come in, so that it must be "
                f"{expected.outstanding} at most; count what came beyond that with `stockCount`."
            )
            return InvalidInput(path_of(n, "quantity"), message)
    return None


async def put_in(work: TransferWork, transfer: StockTransfer, units: Quantities[str], now: datetime) -> None:
    arrived = Quantities((transfer.receiver(sku), n) for sku, n in units.items())
    await work.ledger.post(
        [moved(in_transit_to(shelf), on_hand_at(shelf), arrived[shelf], StockCause.TRANSFER, now) for shelf in sorted(arrived)]
    )
    await work.promises.fill(arrived, now)
    await use_up(work.ledger, arrived, lambda expected: expected.transfer == transfer.id)
    await work.transfers.save(transfer.received(units))
