"""Checkouts as plain values: what a row keeps of what was frozen, but for where it is delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any
from uuid import UUID

from domain import group_record
from domain.carrier import Destination
from domain.checkout import Checkout, CheckoutLine, due_now
from domain.ids import CartLineId, FulfillmentGroupId, PromotionId, VariantId
from domain.money import Money
from domain.pricing import Totals

AMOUNTS = ("unit_price", "discount", "total", "tax")
TOTALS = tuple(field.name for field in fields(Totals) if field.name != "tax_included")


def record_of(checkout: Checkout) -> dict[str, Any]:
    return {
        "lines": [line_record(line) for line in checkout.lines],
        "groups": [group_record.record_of(group) for group in checkout.groups],
        "totals": totals_record(checkout.totals),
        "promotions": sorted(promotion.value.hex for promotion in checkout.promotions),
    }


def line_record(line: CheckoutLine) -> list[Any]:
    amounts = [getattr(line, name).minor_units for name in AMOUNTS]
    return [line.id.value.hex, line.variant.value.hex, line.sku, line.title, line.quantity, *amounts]


def totals_record(totals: Totals) -> dict[str, Any]:
    """In minor units."""
    return {name: getattr(totals, name).minor_units for name in TOTALS} | {"tax_included": totals.tax_included}


def checkout_of(record: Mapping[str, Any], destinations: Mapping[FulfillmentGroupId, Destination], **columns: Any) -> Checkout:
    """What `record_of` made the record of; `columns`: all that stands beside it."""
    currency = columns["currency_code"]
    lines = tuple(line_of(line, currency) for line in record["lines"])
    groups = groups_of(record["groups"], destinations)
    totals = totals_of(record["totals"], currency)
    return Checkout(
        lines=lines,
        groups=groups,
        totals=totals,
        promotions=frozenset(PromotionId(UUID(hex=text)) for text in record["promotions"]),
        due=due_now(lines, groups, totals.total),
        **columns,
    )


def groups_of(records: list[Any], destinations: Mapping[FulfillmentGroupId, Destination]) -> tuple[Any, ...]:
    return tuple(group_record.group_of(one, destinations.get(FulfillmentGroupId(UUID(hex=one["id"])))) for one in records)


def line_of(record: list[Any], currency: str) -> CheckoutLine:
    id, variant, sku, title, quantity, *minor = record
    amounts = {name: Money(currency, one) for name, one in zip(AMOUNTS, minor, strict=True)}
    return CheckoutLine(
        id=CartLineId(UUID(hex=id)), variant=VariantId(UUID(hex=variant)), sku=sku, title=title, quantity=quantity, **amounts
    )


def totals_of(record: Mapping[str, Any], currency: str) -> Totals:
    return Totals(**{name: Money(currency, record[name]) for name in TOTALS}, tax_included=record["tax_included"])
