"""Carrier tables in a few words: France within a day by truck, and Paris by bicycle."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.carbon import Carbon
from domain.carrier import DeliveryService
from domain.carrier_table import CarrierTable, DeliveryRoute, Places, Price, TransferRoute, Zone
from domain.location import LocationKind

STANDARD, SAME_DAY = DeliveryService.STANDARD, DeliveryService.SAME_DAY
FRANCE = Zone(name="France", country="FR", time_zone="Europe/Paris")
PARIS = Zone(name="Paris", country="FR", time_zone="Europe/Paris", postal_codes=("75",))
TRUCK = Carbon(grams_parcel=120, grams_km=0.05, grams_kg_km=0.125)


def price(service: DeliveryService = STANDARD, *zones: str, amount: str = "4.90", **changes: Any) -> Price:
    return replace(Price(service=service, zones=zones or ("France",), currency="EUR", amount=Decimal(amount)), **changes)


def route(service: DeliveryService = STANDARD, *zones: str, **changes: Any) -> DeliveryRoute:
    made = DeliveryRoute(
        carrier="Alizé",
        mode="truck",
        service=service,
        zones=zones or ("France",),
        collections="Mo-Fr 17:00-17:30; PH off",
        deliveries="Mo-Sa 09:00-19:00; PH off",
        days_min=1,
        days_max=2,
        parcel=Decimal("5.20"),
        kg=Decimal("0.45"),
    )
    return replace(made, **changes)


def shuttle(**changes: Any) -> TransferRoute:
    made = TransferRoute(
        carrier="Navette",
        mode="truck",
        destinations=Places(kinds=(LocationKind.STORE,)),
        collections="Mo-Fr 18:00-18:30; PH off",
        deliveries="Mo-Sa 08:00-12:00; PH off",
        days_min=1,
        days_max=1,
        parcel=Decimal("3.10"),
    )
    return replace(made, **changes)


def table(**changes: Any) -> CarrierTable:
    made = CarrierTable(
        currency="EUR",
        modes={"truck": TRUCK},
        zones=(FRANCE,),
        prices=(price(),),
        deliveries=(route(),),
        transfers=(shuttle(),),
    )
    return replace(made, **changes)
