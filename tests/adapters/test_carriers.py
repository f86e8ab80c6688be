"""Carriers by a table: who is offered what, from where, and for how much."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from adapters.carriers import TableCarriers
from domain.address import Address
from domain.calendar import Calendar
from domain.carbon import Carbon
from domain.carrier import Delivery, DeliveryService, Destination
from domain.carrier_table import CarrierTable, Places, Zone
from domain.ids import LocationId
from domain.location import Coordinates, Location, LocationKind, LocationService
from domain.money import Money
from tests.carriers import FRANCE, PARIS, SAME_DAY, STANDARD, TRUCK, price, route, shuttle, table

GREEN = DeliveryService.GREEN
BARGE = Carbon(grams_parcel=9, grams_km=0.01, grams_kg_km=0.03)
ALL = (LocationService.PICKUP, LocationService.SHIP_FROM)


def place(code: str, kind: LocationKind = LocationKind.STORE, *, country: str = "FR", **changes: Any) -> Location:
    made = Location(
        id=LocationId.new(),
        code=code,
        name=code,
        kind=kind,
        address=Address(line1="1", postal_code="1", city=code, country_code=country),
        latitude=48.85,
        longitude=2.35,
        time_zone="Europe/Paris",
        opening_hours=None,
        services=ALL,
    )
    return replace(made, **changes)


SHOP, DEPOT = place("SHOP"), place("DEPOT", LocationKind.WAREHOUSE)


def to(postal_code: str = "69002", country: str = "FR", coordinates: Coordinates | None = None) -> Destination:
    return Destination(country_code=country, postal_code=postal_code, coordinates=coordinates)


async def offered(
    of: CarrierTable, destination: Destination, *origins: Location, currency: str = "EUR"
) -> tuple[Delivery, ...]:
    return await TableCarriers(of).deliveries(origins or (SHOP, DEPOT), destination, currency)


# ------------------------------------------------------------------------------------------------ where to


@pytest.mark.parametrize(
    ("postal_code", "minor"), [("69002", 100), ("75004", 200), ("75 116", 300), ("75116", 300), ("7", 100), ("", 100)]
)
async def test_the_longest_beginning_of_a_postal_code_decides_the_zone(postal_code: str, minor: int) -> None:
    zones = (FRANCE, PARIS, replace(PARIS, name="Passy", postal_codes=("92", "75 1")))
    prices = tuple(price(STANDARD, zone.name, amount=str(n)) for n, zone in enumerate(zones, start=1))
    of = table(zones=zones, prices=prices, deliveries=(route(STANDARD, *(zone.name for zone in zones)),))
    (delivery,) = await offered(of, to(postal_code))
    assert delivery.price == Money("EUR", minor)


async def test_letters_of_a_postal_code_are_read_without_regard_to_case_and_spaces() -> None:
    zone = Zone(name="London", country="GB", time_zone="Europe/London", postal_codes=("SW1a",))
    of = table(zones=(zone,), prices=(price(STANDARD, "London"),), deliveries=(route(STANDARD, "London"),))
    assert await offered(of, to("sw1 a1aa", "GB"))
    assert not await offered(of, to("SW2 1AA", "GB"))


async def test_to_a_country_that_the_table_does_not_know_nothing_is_offered() -> None:
    assert await offered(table(), to(country="DE")) == ()
    assert await offered(table(zones=(PARIS,)), to("69002")) == ()


async def test_a_zone_without_prices_is_taken_out_of_its_country() -> None:
    of = table(zones=(FRANCE, PARIS))
    assert await offered(of, to("69002"))
    assert await offered(of, to("75001")) == ()


# ------------------------------------------------------------------------------------------------ for how much


async def test_a_service_is_offered_in_the_currencies_it_has_a_price_in() -> None:
    of = table(exchange={"CHF": Decimal("0.5")}, prices=(price(), price(amount="4.00", currency="CHF")))
    (euros,) = await offered(of, to())
    (francs,) = await offered(of, to(), currency="CHF")
    assert (euros.price, francs.price) == (Money("EUR", 490), Money("CHF", 400))
    assert await offered(of, to(), currency="USD") == ()


async def test_what_the_shop_pays_is_told_in_minor_units_of_the_currency_that_is_asked_for() -> None:
    of = table(exchange={"JPY": Decimal(160)}, prices=(price(), price(amount="700", currency="JPY")))
    (euros,), (yen,) = await offered(of, to(), SHOP), await offered(of, to(), SHOP, currency="JPY")
    assert [(lane.parcel_minor, lane.kg_minor) for lane in euros.lanes.values()] == [(520.0, 45.0)]
    assert [(lane.parcel_minor, lane.kg_minor) for lane in yen.lanes.values()] == [(832.0, 72.0)]


async def test_from_an_amount_of_goods_on_the_buyer_pays_nothing() -> None:
    (delivery,) = await offered(table(prices=(price(free_from=Decimal("100.00")),)), to())
    assert delivery.free_from == Money("EUR", 10000)
    assert delivery.price_of(Money("EUR", 9999)) == Money("EUR", 490)
    assert delivery.price_of(Money("EUR", 10000)) == Money("EUR", 0)


async def test_services_are_told_in_one_order_whatever_that_of_the_file() -> None:
    services = (GREEN, SAME_DAY, STANDARD, DeliveryService.EXPRESS)
    of = table(prices=tuple(map(price, services)), deliveries=tuple(map(route, services)))
    assert [delivery.service for delivery in await offered(of, to())] == list(DeliveryService)


# ------------------------------------------------------------------------------------------------ from where


async def test_only_a_location_that_ships_sends_to_buyers() -> None:
    (delivery,) = await offered(table(), to(), replace(SHOP, services=(LocationService.PICKUP,)), DEPOT)
    assert set(delivery.lanes) == {DEPOT.id}
    assert await offered(table(), to(), replace(SHOP, services=())) == ()


@pytest.mark.parametrize(
    ("origins", "codes"),
    [
        (Places(), ["BRUSSELS", "DEPOT", "SHOP"]),
        (Places(kinds=(LocationKind.WAREHOUSE,)), ["DEPOT"]),
        (Places(codes=("SHOP",)), ["SHOP"]),
        (Places(kinds=(LocationKind.WAREHOUSE,), codes=("SHOP",)), ["DEPOT", "SHOP"]),
        (Places(countries=("BE",)), ["BRUSSELS"]),
        (Places(kinds=(LocationKind.STORE,), countries=("FR",)), ["SHOP"]),
    ],
    ids=str,
)
async def test_a_route_begins_at_places_of_its_kinds_or_codes_and_in_its_countries(origins: Places, codes: list[str]) -> None:
    places = {one.id: one for one in (SHOP, DEPOT, place("BRUSSELS", country="BE"))}
    (delivery,) = await offered(table(deliveries=(route(origins=origins),)), to(), *places.values())
    assert sorted(places[id].code for id in delivery.lanes) == codes


async def test_of_several_routes_that_fit_the_first_counts() -> None:
    depots = route(carrier="Depots", origins=Places(kinds=(LocationKind.WAREHOUSE,)))
    (delivery,) = await offered(table(deliveries=(depots, route(carrier="Others"))), to())
    assert {id: lane.carrier for id, lane in delivery.lanes.items()} == {SHOP.id: "Others", DEPOT.id: "Depots"}


async def test_within_a_radius_only_what_is_known_to_be_near_is_offered() -> None:
    of = table(prices=(price(SAME_DAY),), deliveries=(route(SAME_DAY, radius_km=10.0, days_min=0, days_max=0),))
    near, far = Coordinates(48.93, 2.35), Coordinates(48.95, 2.35)
    assert await offered(of, to(coordinates=near))
    assert await offered(of, to(coordinates=far)) == ()
    assert await offered(of, to(coordinates=None)) == ()


async def test_hours_are_kept_by_the_clock_and_the_holidays_of_either_end() -> None:
    belgium = Zone(name="Belgium", country="BE", time_zone="Europe/Brussels")
    of = table(zones=(belgium,), prices=(price(STANDARD, "Belgium"),), deliveries=(route(STANDARD, "Belgium"),))
    (delivery,) = await offered(of, to("1000", "BE"), SHOP)
    lane = delivery.lanes[SHOP.id]
    assert lane.collections == Calendar("Mo-Fr 17:00-17:30; PH off", "Europe/Paris", "FR")
    assert lane.deliveries == Calendar("Mo-Sa 09:00-19:00; PH off", "Europe/Brussels", "BE")
    assert (lane.days_min, lane.days_max, lane.carbon, lane.parcel_grams_max) == (1, 2, TRUCK, None)


async def test_a_shop_may_take_its_factors_of_carbon_from_elsewhere() -> None:
    class Elsewhere:
        def of(self, carrier: str, mode: str) -> Carbon:
            return {("Alizé", "truck"): BARGE, ("Navette", "truck"): TRUCK}[carrier, mode]

    carriers = TableCarriers(table(), Elsewhere())
    (delivery,) = await carriers.deliveries([SHOP], to(), "EUR")
    transfers = await carriers.transfers([DEPOT], [SHOP], "EUR")
    assert [lane.carbon for lane in (*delivery.lanes.values(), *transfers.values())] == [BARGE, TRUCK]


async def test_a_parcel_may_weigh_so_much_at_most() -> None:
    (delivery,) = await offered(table(deliveries=(route(parcel_kg_max=Decimal("2.5")),)), to(), SHOP)
    assert delivery.lanes[SHOP.id].parcel_grams_max == 2500


async def test_lanes_that_are_alike_are_one() -> None:
    carriers = TableCarriers(table())
    shops = [place(f"SHOP-{n}") for n in range(5)]
    (first,) = await carriers.deliveries(shops, to("69002"), "EUR")
    (second,) = await carriers.deliveries(shops, to("31000"), "EUR")
    assert len({id(lane) for lane in (*first.lanes.values(), *second.lanes.values())}) == 1
    transfers = await carriers.transfers(shops, shops, "EUR")
    assert len({id(lane) for lane in transfers.values()}) == 1


# ------------------------------------------------------------------------------------------------ between places


async def test_transfers_go_from_where_goods_ship_to_where_they_are_picked_up_and_to_nowhere_from_itself() -> None:
    silent, deaf = place("SILENT", services=(LocationService.PICKUP,)), place("DEAF", services=(LocationService.SHIP_FROM,))
    places = [SHOP, DEPOT, silent, deaf]
    transfers = await TableCarriers(table()).transfers(places, places, "EUR")
    pairs = {(DEPOT, SHOP), (deaf, SHOP), (SHOP, silent), (DEPOT, silent), (deaf, silent)}
    assert set(transfers) == {(origin.id, end.id) for origin, end in pairs}


async def test_of_several_transfers_that_fit_the_first_counts_for_each_pair() -> None:
    paris, lyon = place("PARIS"), place("LYON", time_zone="Europe/Rome")
    bike = shuttle(carrier="Bike", origins=Places(codes=("DEPOT",)), destinations=Places(codes=("PARIS",)))
    transfers = await TableCarriers(table(transfers=(bike, shuttle()))).transfers([DEPOT, SHOP], [paris, lyon], "EUR")
    assert {pair: lane.carrier for pair, lane in transfers.items()} == {
        (DEPOT.id, paris.id): "Bike",
        (SHOP.id, paris.id): "Navette",
        (DEPOT.id, lyon.id): "Navette",
        (SHOP.id, lyon.id): "Navette",
    }
    assert transfers[SHOP.id, lyon.id].deliveries.time_zone == "Europe/Rome"
    assert transfers[SHOP.id, paris.id].deliveries.time_zone == "Europe/Paris"


async def test_a_transfer_is_delivered_by_the_clock_of_its_own_end() -> None:
    paris, rome = place("PARIS"), place("ROME", country="IT", time_zone="Europe/Rome")
    transfers = await TableCarriers(table()).transfers([DEPOT], [paris, rome], "EUR")
    clocks = [(lane.deliveries.time_zone, lane.deliveries.country_code) for lane in transfers.values()]
    assert clocks == [("Europe/Paris", "FR"), ("Europe/Rome", "IT")]


async def test_a_transfer_costs_in_the_currency_that_is_asked_for() -> None:
    of = TableCarriers(table(exchange={"CHF": Decimal("0.5")}))
    assert [lane.parcel_minor for lane in (await of.transfers([DEPOT], [SHOP], "CHF")).values()] == [155.0]
    assert [lane.parcel_minor for lane in (await of.transfers([DEPOT], [SHOP], "EUR")).values()] == [310.0]
    assert await of.transfers([DEPOT], [SHOP], "USD") == {}
