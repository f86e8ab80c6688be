"""Carrier tables and sourcing rules that a shop sets while it serves: whole, once each, and seen within a second."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from adapters.kept import KEPT_FOR
from domain.carrier import Destination
from domain.carrier_table import CarrierTable
from domain.catalog import Sku
from domain.intake.carrier import check_carriers, newest_carriers, set_carriers
from domain.intake.rules import check_rules, newest_rules, set_rules
from domain.intake.version import Kept, Mistakes
from domain.location import LocationKind
from domain.money import Money
from domain.rules import REAL_MONEY, NamedRules, RuleBook, SourcingRules
from tests.carriers import price, route, table
from tests.shop import WEB, Shop

LYON = Destination(country_code="FR", postal_code="69002", coordinates=None)
WRONG = table(deliveries=(route(mode="ship", days_min=9),))
FEW = SourcingRules(per_parcel=Decimal("1.50"), prefer=(LocationKind.STORE,), exclude=("NICE",), max_parcels=2)


async def prices(shop: Shop) -> list[Money]:
    origins = await shop.reads.locations.every(await shop.actor())
    return [one.price for one in await (await shop.reads.carriers.current()).deliveries(origins, LYON, "EUR")]


async def set_to(shop: Shop, wanted: CarrierTable) -> Kept | Mistakes:
    return await set_carriers(shop.work, wanted, now=shop.now)


def later(shop: Shop) -> None:
    """When what was kept for a moment is kept no longer."""
    shop.now += KEPT_FOR + timedelta(milliseconds=1)


async def test_where_no_table_is_set_nothing_is_offered(shop: Shop) -> None:
    await shop.locations("LYON", "PARIS")
    assert await prices(shop) == []
    origins = await shop.reads.locations.every(await shop.actor())
    assert await (await shop.reads.carriers.current()).transfers(origins, origins, "EUR") == {}
    assert await newest_carriers(shop.work) is None


async def test_a_table_that_is_set_while_the_shop_serves_is_seen_within_a_second(shop: Shop) -> None:
    await shop.locations("LYON", "PARIS")
    assert await set_to(shop, table()) == Kept(1, is_new=True)
    assert await prices(shop) == [Money("EUR", 490)]
    dearer = table(prices=(price(amount="5.90"),))
    assert await set_to(shop, dearer) == Kept(2, is_new=True)
    shop.now += KEPT_FOR
    assert await prices(shop) == [Money("EUR", 490)]
    later(shop)
    assert await prices(shop) == [Money("EUR", 590)]
    assert await set_to(shop, table()) == Kept(3, is_new=True)
    later(shop)
    assert await prices(shop) == [Money("EUR", 490)]
    origins = await shop.reads.locations.every(await shop.actor())
    assert len(await (await shop.reads.carriers.current()).transfers(origins, origins, "EUR")) == 2


async def test_setting_the_same_table_twice_changes_nothing(shop: Shop) -> None:
    await set_to(shop, table())
    before = await shop.rows()
    assert await set_to(shop, table()) == Kept(1, is_new=False)
    assert await shop.rows() == before


async def test_a_table_with_mistakes_is_refused_with_all_of_them_and_nothing_is_set(shop: Shop) -> None:
    await set_to(shop, table())
    before = await shop.rows()
    told = Mistakes(
        (
            "deliveries[0].mode: there is no mode 'ship'; `modes` has truck",
            "deliveries[0].days_max: days_min and days_max are from 0 to 60, the first not above the second",
        )
    )
    assert await check_carriers(shop.work, WRONG) == told
    assert await set_to(shop, WRONG) == told
    assert await check_carriers(shop.work, table()) is None
    assert await shop.rows() == before


async def test_a_table_is_asked_for_once_a_second_and_made_anew_only_when_it_changed(shop: Shop) -> None:
    await shop.locations("LYON")
    await set_to(shop, table())
    with shop.statements() as seen:
        first, second = await shop.reads.carriers.current(), await shop.reads.carriers.current()
        assert len(seen) == 1
        later(shop)
        third = await shop.reads.carriers.current()
        assert len(seen) == 2
    assert first is second is third


async def test_rules_are_of_a_channel_or_of_all(shop: Shop) -> None:
    shop = await Shop.opened(shop.database, replace(WEB, code="kiosk"))
    await shop.locations("NICE")
    web, kiosk = await shop.actor("web"), await shop.actor("kiosk")
    assert await shop.reads.rules.of(web) == NamedRules("default", REAL_MONEY)
    book = RuleBook(channels={"kiosk": FEW})
    assert await set_rules(shop.work, book, now=shop.now) == Kept(1, is_new=True)
    later(shop)
    with shop.statements() as seen:
        assert await shop.reads.rules.of(web) == NamedRules("all channels v1", REAL_MONEY)
        assert await shop.reads.rules.of(kiosk) == NamedRules("kiosk v1", FEW)
    assert len(seen) == 1
    before = await shop.rows()
    assert await set_rules(shop.work, book, now=shop.now) == Kept(1, is_new=False)
    assert await shop.rows() == before


async def test_rules_are_never_edited_a_change_is_a_new_version(shop: Shop) -> None:
    await shop.locations("NICE")
    await set_rules(shop.work, RuleBook(shared=FEW), now=shop.now)
    first = (await shop.rows())["sourcing_rules"]
    await set_rules(shop.work, RuleBook(), now=shop.now)
    assert (await shop.reads.rules.of(await shop.actor())) == NamedRules("all channels v2", REAL_MONEY)
    assert (await shop.rows())["sourcing_rules"][:1] == first
    newest = await newest_rules(shop.work)
    assert newest is not None
    assert (newest.number, newest.draft) == (2, RuleBook())


async def test_rules_with_mistakes_are_refused_with_all_of_them_and_nothing_is_set(shop: Shop) -> None:
    before = await shop.rows()
    wrong = RuleBook(shared=SourcingRules(per_km=Decimal(-1)), channels={"moon": FEW})
    told = Mistakes(
        (
            "shared.per_km: is a number from 0 to 1,000,000, and not -1",
            "channels.moon: no channel has code 'moon'",
            "channels.moon.exclude: no location has code 'NICE'",
        )
    )
    assert await check_rules(shop.work, wrong) == told
    assert await set_rules(shop.work, wrong, now=shop.now) == told
    assert await shop.rows() == before


async def test_what_a_variant_weighs_is_kept_and_read_in_every_channel(shop: Shop) -> None:
    await shop.product("coat", "COAT", variant={"grams": 1450})
    await shop.product("scarf", "SCARF")
    actor = await shop.actor()
    coat, scarf = await shop.reads.catalog.variants_any(actor, [Sku("COAT"), Sku("SCARF")])
    assert coat is not None
    assert scarf is not None
    assert (coat.grams, scarf.grams) == (1450, 0)
    assert (await shop.product("coat", "COAT", variant={"grams": 1450})).unchanged == 1
    assert (await shop.product("coat", "COAT", variant={"grams": 1500})).changed == 1
