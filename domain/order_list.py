"""Lists of orders: what staff search them by, and a customer's own, the newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.ids import ChannelId, CustomerId, LocationId
from domain.order import Order, OrderStatus
from domain.page import Page, PageRequest
from domain.refusal import Forbidden, InvalidInput

SEARCH_CHARACTERS_MAX = 200
OF_STAFF = ("search", "location", "customer")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """`location`: that sends some of it, or where some of it is collected; from `placed_from` on, before `placed_to`."""

    search: str | None = None
    statuses: tuple[OrderStatus, ...] | None = None
    channels: tuple[ChannelId, ...] | None = None
    location: LocationId | None = None
    customer: CustomerId | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None


class OrderLists(Protocol):
    """Of orders that the actor may see, the newest first."""

    async def page(self, actor: Actor, filter: OrderFilter, request: PageRequest) -> Page[Order] | InvalidInput: ...

    async def of_customers(
        self, actor: Actor, customers: Sequence[CustomerId], request: PageRequest
    ) -> Mapping[CustomerId, Page[Order]] | InvalidInput:
        """A page of each."""
        ...


def may_filter(actor: Actor, filter: OrderFilter) -> Forbidden | InvalidInput | None:
    """Whoever has few orders need not search them; who has none cannot find out who has."""
    named = next((name for name in OF_STAFF if getattr(filter, name) is not None), None)
    if named and not actor.is_staff:
        return Forbidden(("filter", named), f"Only staff may ask by `{named}`.")
    if filter.search is not None and not 0 < len(filter.search.strip()) <= SEARCH_CHARACTERS_MAX:
        return InvalidInput(("filter", "search"), f"`search` must have 1 to {SEARCH_CHARACTERS_MAX} characters.")
    return None
