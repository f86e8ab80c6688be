"""Carrier tables and sourcing rules as a shop writes them: every mistake is named with its place, and good ones survive."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.files.carrier import read_carriers
from adapters.files.rules import read_rules
from domain.carbon import Carbon
from domain.carrier import DeliveryService
from domain.carrier_table import CarrierTable, DeliveryRoute, Places, Price, TransferRoute, Zone
from domain.intake.carrier_check import AMOUNT_MAX, DAYS_MAX, mistakes_in
from domain.intake.rules import mistakes_in_book
from domain.location import LocationKind
from domain.rules import PARCELS_MAX, WEIGHT_MAX, RuleBook, SourcingRules
from tests.adapters.test_carriers import DEPOT, SHOP, place
from tests.carriers import FRANCE, PARIS, SAME_DAY, STANDARD, price, route, shuttle, table

DEMO = Path(__file__).parents[2] / "demo"
NAN = Decimal("NaN")


def mistakes(**changes: Any) -> list[str]:
    return list(mistakes_in(table(**changes), [SHOP, DEPOT]))


def test_the_demos_own_files_are_right() -> None:
    depots = [place("DEPOT", LocationKind.WAREHOUSE), SHOP]
    assert list(mistakes_in(read_carriers(DEMO / "carriers.toml"), depots)) == []
    assert list(mistakes_in_book(read_rules(DEMO / "rules.toml"), {"kiosk"}, ())) == []


def test_a_table_without_mistakes_has_none() -> None:
    assert mistakes() == []
    assert mistakes_in(CarrierTable(currency="EUR"), []) == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"currency": "EURO", "prices": (), "deliveries": ()},
            ["currency: 'EURO' is not an ISO 4217 currency code such as EUR"],
        ),
        ({"transfers": (shuttle(),) * 1001}, ["transfers: there are 1,001; 1,000 are the most there may be"]),
        ({"exchange": {"CHF": Decimal(0)}}, ["exchange.CHF: is a number from 0.000001 to 1,000,000, and not 0"]),
        ({"exchange": {"EUR": Decimal(1)}}, ["exchange.EUR: costs are in EUR already; name the others alone"]),
        (
            {"modes": {"truck": Carbon(grams_parcel=-1, grams_km=float("nan"), grams_kg_km=0)}},
            [
                "modes.truck.grams_parcel: is a number from 0 to 1,000,000, and not -1",
                "modes.truck.grams_km: is a number from 0 to 1,000,000, and not nan",
            ],
        ),
        ({"zones": (FRANCE, replace(PARIS, name="France"))}, ["zones[1]: 'France' stands in zones[0] already"]),
        ({"zones": (FRANCE, replace(FRANCE, name="Again"))}, ["zones[1]: 'FR' stands in zones[0] already"]),
        (
            {"zones": (FRANCE, PARIS, replace(PARIS, name="Again", postal_codes=("92", " 75")))},
            ["zones[2]: 'FR 75' stands in zones[1] already"],
        ),
        (
            {"zones": (FRANCE, replace(PARIS, name=" "))},
            ["zones[1].name: is what prices and deliveries call it, and not empty"],
        ),
        (
            {"zones": (FRANCE, replace(PARIS, country="France", time_zone="Paris"))},
            [
                "zones[1].country: 'France' is not an ISO 3166-1 alpha-2 code such as FR",
                "zones[1].time_zone: 'Paris' is not an IANA time zone such as Europe/Paris",
            ],
        ),
        ({"prices": (price(), price())}, ["prices[1]: 'STANDARD to France in EUR' stands in prices[0] already"]),
        (
            {"prices": (price(STANDARD, "France", "France"),)},
            ["prices[0]: 'STANDARD to France in EUR' stands in prices[0] already"],
        ),
        ({"prices": (price(zones=()), price())}, ["prices[0].zones: names no zone"]),
        ({"prices": (price(), price(STANDARD, "Spain"))}, ["prices[1].zones: there is no zone 'Spain'"]),
        (
            {"prices": (price(currency="CHF"),)},
            ["prices[0].currency: costs are in EUR; `exchange` must say how much CHF that is"],
        ),
        ({"prices": (price(amount="-1"),)}, ["prices[0].amount: is 0 or more, and not -1"]),
        ({"prices": (price(amount="4.999"),)}, ["prices[0].amount: '4.999' is not an exact amount of EUR (2 decimals)"]),
        ({"prices": (price(free_from=Decimal(0)),)}, ["prices[0].free_from: is more than 0, and not 0"]),
        ({"prices": (price(free_from=NAN),)}, ["prices[0].free_from: 'NaN' is not an amount such as 19.90"]),
        ({"prices": ()}, ["prices: nothing for STANDARD to France, which deliveries has; add it here, or take it out there"]),
        (
            {"deliveries": ()},
            ["deliveries: nothing for STANDARD to France, which prices has; add it here, or take it out there"],
        ),
        (
            {"deliveries": (route(), route(carrier=""))},
            ["deliveries[1].carrier: is whom the parcels are handed to, and not empty"],
        ),
        ({"deliveries": (route(mode="ship"),)}, ["deliveries[0].mode: there is no mode 'ship'; `modes` has truck"]),
        (
            {"deliveries": (route(origins=Places(codes=("MOON",))),)},
            ["deliveries[0].origins.codes: no location has code 'MOON'"],
        ),
        (
            {"deliveries": (route(origins=Places(countries=("fr",))),)},
            ["deliveries[0].origins.countries: 'fr' is not an ISO 3166-1 alpha-2 code such as FR"],
        ),
        (
            {"deliveries": (route(collections="five o'clock"),)},
            [
                'deliveries[0].collections: "five o\'clock" is not in the OpenStreetMap syntax, '
                "such as 'Mo-Sa 10:00-19:00; PH off'"
            ],
        ),
        (
            {"deliveries": (route(deliveries="Mo-Fr 09:00-19:00; SH off"),)},
            ["deliveries[0].deliveries: speaks of school holidays (SH), which are not known here; give dates instead"],
        ),
        (
            {"deliveries": (route(days_min=3),)},
            ["deliveries[0].days_max: days_min and days_max are from 0 to 60, the first not above the second"],
        ),
        ({"deliveries": (route(parcel=NAN),)}, ["deliveries[0].parcel: is a number from 0 to 1,000,000, and not NaN"]),
        ({"deliveries": (route(kg=Decimal(-1)),)}, ["deliveries[0].kg: is a number from 0 to 1,000,000, and not -1"]),
        (
            {"deliveries": (route(parcel_kg_max=Decimal(0)),)},
            ["deliveries[0].parcel_kg_max: is a number from 0.001 to 1,000,000, and not 0"],
        ),
        (
            {"deliveries": (route(radius_km=float("inf")),)},
            ["deliveries[0].radius_km: is a number from 0.001 to 1,000,000, and not inf"],
        ),
        (
            {"transfers": (shuttle(), shuttle(days_max=99, destinations=Places(codes=("MOON",))))},
            [
                "transfers[1].days_max: days_min and days_max are from 0 to 60, the first not above the second",
                "transfers[1].destinations.codes: no location has code 'MOON'",
            ],
        ),
    ],
    ids=str,
)
def test_each_mistake_in_a_carrier_table_is_named_with_its_place(changes: dict[str, Any], told: list[str]) -> None:
    assert mistakes(**changes) == told


def test_holidays_that_are_not_known_where_parcels_begin_or_end_are_a_mistake() -> None:
    of = table(zones=(replace(FRANCE, country="XK"),))
    assert list(mistakes_in(of, [place("PRISTINA", country="XK")])) == [
        f"{where}: speaks of public holidays (PH), which are not known for 'XK'; give dates instead"
        for where in ("deliveries[0].collections", "transfers[0].collections", "deliveries[0].deliveries")
    ]


def test_a_table_may_come_before_the_locations() -> None:
    assert mistakes_in(table(), []) == ()


# ------------------------------------------------------------------------------------------------ as TOML


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "table.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Object missing required field `currency`"),
        ('currency = "EUR"\ncolor = "red"', "there is nothing called color"),
        (
            'currency = "EUR"\n[modes.truck]\ngrams_parcel = 1\ngrams_km = 1\ngrams_kg_km = 1\ngrams_mile = 2\n'
            '[[zones]]\nname = "A"\ncountry = "FR"\ntime_zone = "Europe/Paris"\npostcode = "75"',
            "there is nothing called modes.truck.grams_mile, zones[0].postcode",
        ),
        (
            'currency = "EUR"\n[[zones]]\nname = "A"\ncountry = "FR"\ntime_zone = 1',
            "Expected `str`, got `int` - at `$.zones[0].time_zone`",
        ),
        (
            'currency = "EUR"\n[[prices]]\nservice = "SLOW"\nzones = []\ncurrency = "EUR"\namount = 1',
            "Invalid enum value 'SLOW' - at `$.prices[0].service`",
        ),
        ("currency = ", "Invalid value (at end of document)"),
    ],
)
def test_what_has_not_the_shape_of_a_carrier_table_is_named(tmp_path: Path, text: str, told: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {told}") + "$"):
        read_carriers(file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[shared]\nper_mile = 1\n[channels.web]\nper_foot = 1",
            "there is nothing called shared.per_mile, channels.web.per_foot",
        ),
        ("[shared]\nper_km = true", "Expected `decimal`, got `bool` - at `$.shared.per_km`"),
        ('[shared]\nprefer = ["SHIP"]', "Invalid enum value 'SHIP' - at `$.shared.prefer[0]`"),
    ],
)
def test_what_has_not_the_shape_of_rules_is_named(tmp_path: Path, text: str, told: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {told}") + "$"):
        read_rules(file)


def test_each_mistake_in_rules_is_named_with_its_place() -> None:
    shared = SourcingRules(shipping_cost=float("inf"), per_km=Decimal(-1), exclude=("MOON", "SHOP"), max_parcels=0)
    web = SourcingRules(prefer=(LocationKind.STORE, LocationKind.STORE))
    book = RuleBook(shared=shared, channels={"web": web, "moon": SourcingRules()})
    assert list(mistakes_in_book(book, {"web"}, {"SHOP"})) == [
        "shared.shipping_cost: is a number from 0 to 1,000,000, and not inf",
        "shared.per_km: is a number from 0 to 1,000,000, and not -1",
        "shared.max_parcels: is a number of parcels from 1 to 1,000; leave it out for any number",
        "shared.exclude: no location has code 'MOON'",
        "channels.web.prefer: names a kind twice",
        "channels.moon: no channel has code 'moon'",
    ]


# ------------------------------------------------------------------------------------------------ what survives

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=8).filter(str.strip)
COSTS = st.decimals(0, AMOUNT_MAX, places=4)
FACTORS = st.floats(0, AMOUNT_MAX, allow_nan=False)
HOURS = st.sampled_from(["Mo-Fr 17:00-17:30; PH off", "24/7", "Mo-Sa 09:00-12:00,14:00-19:00", "Jan-Mar Tu 10:00-11:00"])
PLACES = st.builds(
    Places,
    kinds=st.lists(st.sampled_from(LocationKind), max_size=2).map(tuple),
    codes=st.lists(st.sampled_from(["SHOP", "DEPOT"]), max_size=2).map(tuple),
    countries=st.lists(st.sampled_from(["FR", "BE"]), max_size=1).map(tuple),
)


@st.composite
def tables(draw: st.DrawFn) -> CarrierTable:
    """Any that is right: every zone has a beginning of its own, every service a price and a route to each of them."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    modes = draw(
        st.dictionaries(NAMES, st.builds(Carbon, grams_parcel=FACTORS, grams_km=FACTORS, grams_kg_km=FACTORS), min_size=1)
    )
    services = draw(st.lists(st.sampled_from(DeliveryService), min_size=1, unique=True))
    days = sorted(draw(st.lists(st.integers(0, DAYS_MAX), min_size=2, max_size=2)))
    common = {
        "carrier": NAMES,
        "mode": st.sampled_from(sorted(modes)),
        "origins": PLACES,
        "collections": HOURS,
        "deliveries": HOURS,
        "days_min": st.just(days[0]),
        "days_max": st.just(days[1]),
        "parcel": COSTS,
        "kg": COSTS,
        "parcel_kg_max": st.none() | st.decimals("0.001", 1000, places=3),
    }
    radius = st.none() | st.floats(0.001, 20_000)
    amounts = st.decimals(0, 1000, places=2)
    free = st.none() | st.decimals("0.01", 1000, places=2)
    return CarrierTable(
        currency="EUR",
        exchange=draw(st.dictionaries(st.sampled_from(["CHF", "GBP", "JPY"]), st.decimals("0.01", 200, places=6))),
        modes=modes,
        zones=tuple(
            Zone(name=name, country="FR", time_zone="Europe/Paris", postal_codes=(f"{n}",) if n else ())
            for n, name in enumerate(names)
        ),
        prices=tuple(
            Price(service=service, zones=tuple(names), currency="EUR", amount=draw(amounts), free_from=draw(free))
            for service in services
        ),
        deliveries=tuple(
            draw(st.builds(DeliveryRoute, service=st.just(service), zones=st.just(tuple(names)), radius_km=radius, **common))
            for service in services
        ),
        transfers=tuple(draw(st.lists(st.builds(TransferRoute, destinations=PLACES, **common), max_size=2))),
    )


@given(tables())
def test_any_table_that_is_right_comes_back_from_json_as_it_was(drawn: CarrierTable) -> None:
    assert mistakes_in(drawn, [SHOP, DEPOT]) == ()
    body = orjson.loads(orjson.dumps(msgspec.to_builtins(drawn)))
    assert msgspec.convert(body, CarrierTable) == drawn


WEIGHTS = st.decimals(0, WEIGHT_MAX, places=6)
RULES = st.builds(
    SourcingRules,
    shipping_cost=st.floats(0, WEIGHT_MAX),
    per_parcel=WEIGHTS,
    per_km=WEIGHTS,
    per_day_late=WEIGHTS,
    per_kg_carbon=WEIGHTS,
    store_depletion=WEIGHTS,
    prefer=st.lists(st.sampled_from(LocationKind), unique=True).map(tuple),
    exclude=st.lists(st.sampled_from(["SHOP", "DEPOT"]), unique=True).map(tuple),
    max_parcels=st.none() | st.integers(1, PARCELS_MAX),
)


@given(st.builds(RuleBook, shared=RULES, channels=st.dictionaries(st.sampled_from(["web", "kiosk"]), RULES)))
def test_any_rules_that_are_right_come_back_from_json_as_they_were(drawn: RuleBook) -> None:
    assert list(mistakes_in_book(drawn, {"web", "kiosk"}, {"SHOP", "DEPOT"})) == []
    body = orjson.loads(orjson.dumps(msgspec.to_builtins(drawn)))
    assert msgspec.convert(body, RuleBook) == drawn


def test_a_route_of_the_same_day_may_say_so() -> None:
    assert mistakes(prices=(price(SAME_DAY),), deliveries=(route(SAME_DAY, radius_km=5.0, days_min=0, days_max=0),)) == []
