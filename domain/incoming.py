"""Incoming goods: what is expected of suppliers on a shelf, and when, as staff set it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.action import ActionKind
from domain.ids import SHARED_POOL, IncomingId, LocationId
from domain.ledger import Incoming, Shelf
from domain.receiving import INCOMING, of_transfer
from domain.refusal import InvalidInput, NotFound
from domain.stock_changes import UNITS_MAX, Asked, Done, StockChangeWork, StockRefusal, no_such_sku, once

EXPECTED_WITHIN = timedelta(days=730)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockIncomingSet:
    """`incoming`: the expected goods that are meant; None for further ones. A `quantity` of 0 removes them."""

    location: LocationId
    sku: str
    quantity: int
    expected_at: datetime
    idempotency_key: str
    incoming: IncomingId | None = None

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.sku, self.location, SHARED_POOL)


async def set_incoming(work: StockChangeWork, asked: Asked, setting: StockIncomingSet) -> tuple[Shelf, ...] | StockRefusal:
    """Answers the one shelf; one that never had anything is opened, empty."""
    if refusal := unheard_of(setting, asked.now):
        return refusal

    async def change() -> Done | StockRefusal:
        if not await work.catalog.known_skus([setting.sku]):
            return no_such_sku(setting.sku)
        level = (await work.ledger.lock([setting.shelf]))[setting.shelf]
        known = (await work.ledger.incoming([setting.shelf])).get(setting.shelf, ())
        after = expected_after(setting, known)
        if not isinstance(after, Incoming):
            return after
        await work.ledger.expect(after)
        return Done(ActionKind.STOCK_EXPECTED, level.id)

    done = await once(work, asked, change)
    return (setting.shelf,) if isinstance(done, str) else done


def unheard_of(setting: StockIncomingSet, now: datetime) -> InvalidInput | None:
    """When the goods are expected does not matter any more where they are removed."""
    least = 0 if setting.incoming else 1
    if not least <= setting.quantity <= UNITS_MAX:
        message = (
            f"`quantity` is {setting.quantity}; it must be from {least} to {UNITS_MAX:,}, and 0 removes what `incoming` names."
        )
        return InvalidInput(("input", "quantity"), message)
    if setting.quantity:
        return not_to_come(setting.expected_at, now)
    return None


def not_to_come(expected_at: datetime, now: datetime) -> InvalidInput | None:
    if now < expected_at <= now + EXPECTED_WITHIN:
        return None
    message = f"`expectedAt` is {expected_at.isoformat()}; it must be after now, and within {EXPECTED_WITHIN.days} days."
    return InvalidInput(("input", "expectedAt"), message)


def expected_after(setting: StockIncomingSet, known: Sequence[Incoming]) -> Incoming | InvalidInput | NotFound:
    """The goods as they are expected from now on, unless others stand in their way, or what is promised of them."""
    before = next((one for one in known if one.id == setting.incoming), None)
    if setting.incoming and before is None:
        return NotFound(INCOMING, "Nothing like that is expected of this SKU here.")
    if before and (refusal := of_transfer(before) or promised_away(before, setting.quantity)):
        return refusal
    others = [one.expected_at for one in known if one is not before and one.transfer is None]
    if setting.quantity and setting.expected_at in others:
        message = "Some are expected at that moment already; name those by `incoming`, or give another moment."
        return InvalidInput(("input", "expectedAt"), message)
    return Incoming(
        id=before.id if before else IncomingId.new(),
        shelf=setting.shelf,
        quantity=setting.quantity,
        promised=before.promised if before else 0,
        expected_at=setting.expected_at,
    )


def promised_away(expected: Incoming, quantity: int) -> InvalidInput | None:
    if quantity >= expected.promised:
        return None
    promised = f"{expected.promised} of them are promised to buyers"
    message = f"`quantity` is {quantity}, and {promised}; it must be {expected.promised} or more."
    return InvalidInput(("input", "quantity"), message)
