"""Receipts: an associate of any store finds the order that a buyer stands there with, and it is on record that they looked."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from domain.action import Action, ActionKind, ActionWrites
from domain.actor import Actor
from domain.order import Order
from domain.order_lookup import Lookup, Lookups
from domain.work import UnitOfWork


class ReceiptWork(UnitOfWork, Protocol):
    @property
    def actions(self) -> ActionWrites: ...


async def look_up(work: ReceiptWork, lookups: Lookups, actor: Actor, lookup: Lookup, now: datetime) -> Order | None:
    """For staff. Whom it is for and where it goes is not told of it where they do not see it anyway."""
    assert actor.staff is not None, "only staff look receipts up"
    found = await lookups.found(actor, lookup)
    if found is None:
        return None
    async with work:
        subject = str(found.order.id)
        await work.actions.record(Action(at=now, staff=actor.staff, kind=ActionKind.RECEIPT_LOOKED_UP, subject=subject))
        await work.commit()
    return found.order
