"""What no longer holds of the groups that were chosen: a store's goods that are gone, promises and prices that have moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from domain.booking import alike
from domain.catalog import Variant
from domain.fulfillment_options import Asked, Ways, options
from domain.group import is_later
from domain.ids import LocationId
from domain.option import Wish
from domain.quote import FulfillmentPriceChanged, InsufficientStock, Problem, PromiseChanged, Quote, QuotedGroup
from domain.supply import Supply


def stores_short(supply: Supply, groups: Sequence[QuotedGroup]) -> Iterator[InsufficientStock]:
    """What was to be had from a chosen store's own shelves, added up over all groups, and is not there any more."""
    wanted: Counter[tuple[Variant, LocationId, bool]] = Counter()
    for chosen in groups:
        variants = {one.line.id: one.line.variant for one in chosen.lines}
        for part in chosen.group.parts:
            if part.location == chosen.group.location:
                for line, units in part.units:
                    wanted[variants[line], part.location, part.expected_at is not None] += units
    for (variant, location, is_expected), units in wanted.items():
        there = supply.gives(variant, location, expected=is_expected)
        if there < units:
            shown = there if supply.channel.shows_quantity else None
            yield InsufficientStock(("groups",), variant, units, shown, at=location)


def moved(supply: Supply, chosen: QuotedGroup, ways: Ways, quote: Quote) -> Iterator[Problem]:
    """Of a group that is no longer honored as it was chosen: what it would be now, if that is later or dearer."""
    group = chosen.group
    lines = {line.id: line for line in quote.lines}
    wishes = tuple(Wish(lines[line], units) for line, units in group.units)
    asked = Asked(chosen.cart.id, wishes, chosen.cart.currency_code)
    option = alike(options(supply, asked, ways), group)
    now = option.promise if option and option.complete else None
    if is_later(now, group.promise):
        yield PromiseChanged(chosen, group.promise, now)
    if option and option.price > group.price:
        yield FulfillmentPriceChanged(chosen, group.price, option.price)
