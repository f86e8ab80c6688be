"""Groups as plain values: what a cart's row keeps of them, and with where they go, what a sealed option holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.address import AddressFacts
from domain.carrier import DeliveryService, Destination
from domain.channel import FulfillmentMethod
from domain.group import Group, GroupPart
from domain.ids import CartLineId, FulfillmentGroupId, LocationId
from domain.location import Coordinates
from domain.money import Money
from domain.promise import Promise
from domain.reason import ReasonCode

PROMISED = ("earliest", "latest", "order_by", "valid_until")


def record_of(group: Group) -> dict[str, Any]:
    """All of it but where it is delivered, of numbers, texts, lists and nulls."""
    return {
        "id": group.id.value.hex,
        "method": group.method.value,
        "location": group.location and group.location.value.hex,
        "service": group.service and group.service.value,
        "parts": [part_record(part) for part in group.parts],
        "currency": group.price.currency_code,
        "minor": [group.price.minor_units, group.cost.minor_units, group.bound.minor_units],
        "promise": group.promise and promise_record(group.promise)[0],
        "time_zone": group.promise and group.promise.time_zone,
        "valid_until": seconds(group.valid_until),
        "carbon_grams": group.carbon_grams,
        "optimal": group.optimal,
        "rules": group.rules,
    }


def part_record(part: GroupPart) -> list[Any]:
    units = [[line.value.hex, quantity] for line, quantity in part.units]
    reasons = [code.value for code in part.reasons]
    return [part.location.value.hex, units, part.expected_at and seconds(part.expected_at), reasons]


def promise_record(promise: Promise) -> tuple[list[int], str]:
    return [seconds(getattr(promise, name)) for name in PROMISED], promise.time_zone


def seconds(at: datetime) -> int:
    """Since the epoch; promises and their validity are told to the second."""
    return int(at.timestamp())


def group_of(record: Mapping[str, Any], destination: Destination | None) -> Group:
    """What `record_of` made the record of, and where it is delivered."""
    price, cost, bound = (Money(record["currency"], minor) for minor in record["minor"])
    return Group(
        id=FulfillmentGroupId(UUID(hex=record["id"])),
        method=FulfillmentMethod(record["method"]),
        location=record["location"] and LocationId(UUID(hex=record["location"])),
        service=record["service"] and DeliveryService(record["service"]),
        destination=destination,
        parts=tuple(part_of(*part) for part in record["parts"]),
        price=price,
        promise=record["promise"] and promise_of(record["promise"], record["time_zone"]),
        valid_until=moment(record["valid_until"]),
        carbon_grams=record["carbon_grams"],
        cost=cost,
        bound=bound,
        optimal=record["optimal"],
        rules=record["rules"],
    )


def part_of(location: str, units: list[list[Any]], expected_at: int | None, reasons: Sequence[str] = ()) -> GroupPart:
    return GroupPart(
        location=LocationId(UUID(hex=location)),
        units=tuple((CartLineId(UUID(hex=line)), quantity) for line, quantity in units),
        expected_at=None if expected_at is None else moment(expected_at),
        reasons=tuple(map(ReasonCode, reasons)),
    )


def promise_of(moments: list[int], time_zone: str) -> Promise:
    zone = ZoneInfo(time_zone)
    earliest, latest, order_by, valid_until = (moment(at).astimezone(zone) for at in moments)
    return Promise(earliest=earliest, latest=latest, order_by=order_by, valid_until=valid_until, time_zone=time_zone)


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def destination_record(to: Destination) -> dict[str, Any]:
    point = to.coordinates
    return {
        "to": [to.country_code, to.postal_code, point and point.latitude, point and point.longitude],
        "address": to.address and asdict(to.address),
    }


def destination_of(record: Mapping[str, Any]) -> Destination:
    country, postal_code, latitude, longitude = record["to"]
    return Destination(
        country_code=country,
        postal_code=postal_code,
        coordinates=None if latitude is None else Coordinates(latitude, longitude),
        address=AddressFacts(**record["address"]) if record["address"] else None,
    )
