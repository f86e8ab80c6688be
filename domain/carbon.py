"""Carbon: what parcels emit on their way, by factors from whatever source a shop trusts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Carbon:
    """Grams of CO2 equivalent of a parcel: so many for itself, for each kilometer, and for each kilogram and kilometer."""

    grams_parcel: float
    grams_km: float
    grams_kg_km: float

    def of_parcel(self, km: float) -> float:
        return self.grams_parcel + self.grams_km * km

    def of_kg(self, km: float) -> float:
        return self.grams_kg_km * km


class CarbonFactors(Protocol):
    """Where factors come from; whoever asks for them over the network has done so before, as lanes do not wait."""

    def of(self, carrier: str, mode: str) -> Carbon:
        """Of a parcel that a carrier takes by a mode of transport, both as the shop's routes call them."""
        ...
