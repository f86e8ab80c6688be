"""Pickup tickets, which only the buyer is shown."""

from __future__ import annotations

from collections.abc import Sequence

from domain.fulfillment import UNDONE, Fulfillment
from domain.ticket import Ticket
from resolvers import qr
from resolvers.context import Context


async def tickets_of_fulfillments(fulfillments: Sequence[Fulfillment], *, context: Context) -> list[Ticket | None]:
    """Whoever could hand goods over does not see what they are handed over against; nor who acts for the buyer."""
    if context.actor.staff:
        return [None] * len(fulfillments)
    found = await context.reads.tickets.tickets(sorted({one.order for one in fulfillments}))
    kept = (one.status not in UNDONE and one.destination for one in fulfillments)
    return [found.get((one.order, place)) if place else None for one, place in zip(fulfillments, kept, strict=True)]


def code(ticket: Ticket, *, context: Context) -> str:
    return ticket.code(context.keys) or ""


def qr_svg(ticket: Ticket, *, context: Context) -> str:
    """What it says is the code alone: a scanner at the counter is as good as a keyboard."""
    return qr.qr_svg(code(ticket, context=context))
