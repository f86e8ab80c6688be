"""Each channel sells by its own assortment, titles and prices, in its own currency."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.channel import Assortment, ChannelStrategy
from domain.intake.channel import StrategyChange, import_channels
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.intake.report import Rejected
from domain.money import Money
from tests.shop import WEB, Shop, done, product, sheet

SCARF = product("scarf", "SCARF")


@pytest.fixture
async def stocked(shop: Shop) -> Shop:
    await shop.import_products(product("coat", "COAT-S", "COAT-M"), SCARF)
    renamed = ListingDraft(of=Listed("web", "coat", None), title="Mantel")
    done(await import_listings(shop.work, sheet(renamed), skip_bad_rows=False))
    return shop


async def handles(shop: Shop) -> list[str]:
    return [node["handle"] for node in (await shop.ask("{ products { nodes { handle } } }"))["products"]["nodes"]]


async def test_a_channel_sells_by_its_own_assortment_titles_and_prices(stocked: Shop) -> None:
    shop = await Shop.opened(stocked.database, replace(WEB, code="mobile", assortment=Assortment.LISTED))
    listings = sheet(
        ListingDraft(of=Listed("mobile", "coat", None), listed=True, title="Manteau"),
        ListingDraft(of=Listed("mobile", "coat", "COAT-S"), price=Money("EUR", 1500), compare_at_price=Money("EUR", 2000)),
        ListingDraft(of=Listed("mobile", "coat", "COAT-M"), listed=False),
    )
    done(await import_listings(shop.work, listings, skip_bad_rows=False))
    query = """{ products { totalCount nodes {
      title priceRange { min { amount } max { amount } } variants { sku price { amount } compareAtPrice { amount } } } } }"""
    assert (await shop.ask(query, channel="mobile"))["products"] == {
        "totalCount": 1,
        "nodes": [
            {
                "title": "Manteau",
                "priceRange": {"min": {"amount": "15.00"}, "max": {"amount": "15.00"}},
                "variants": [{"sku": "COAT-S", "price": {"amount": "15.00"}, "compareAtPrice": {"amount": "20.00"}}],
            }
        ],
    }
    for unseen in ('product(by: {handle: "scarf"})', 'variant(by: {sku: "SCARF"})', 'variant(by: {sku: "COAT-M"})'):
        assert list((await shop.ask(f"{{ {unseen} {{ id }} }}", channel="mobile")).values()) == [None]
    assert {node["title"] for node in (await shop.ask(query))["products"]["nodes"]} == {"Mantel", "Scarf"}


async def test_a_variant_without_a_price_in_the_channels_currency_is_not_sold_there(stocked: Shop) -> None:
    shop = await Shop.opened(stocked.database, replace(WEB, code="suisse", currency_code="CHF"))
    priced = sheet(ListingDraft(of=Listed("suisse", "coat", "COAT-S"), price=Money("CHF", 3990)))
    done(await import_listings(shop.work, priced, skip_bad_rows=False))
    query = "{ products { nodes { handle variants { sku price { amount currencyCode } } } } }"
    (only,) = (await shop.ask(query, channel="suisse"))["products"]["nodes"]
    assert only == {"handle": "coat", "variants": [{"sku": "COAT-S", "price": {"amount": "39.90", "currencyCode": "CHF"}}]}


async def test_what_is_not_published_is_sold_only_where_a_listing_says_so(shop: Shop) -> None:
    await shop.import_products(replace(SCARF, published=False))
    assert (await handles(shop)) == []
    done(
        await import_listings(shop.work, sheet(ListingDraft(of=Listed("web", "scarf", None), listed=True)), skip_bad_rows=False)
    )
    assert await handles(shop) == ["scarf"]


async def test_listings_of_what_is_not_there_are_refused(stocked: Shop) -> None:
    wanted = sheet(
        ListingDraft(of=Listed("moon", "coat", None)),
        ListingDraft(of=Listed("web", "nope", None)),
        ListingDraft(of=Listed("web", "coat", "SCARF")),
    )
    refused = await import_listings(stocked.work, wanted, skip_bad_rows=False)
    assert isinstance(refused, Rejected)
    assert [row.reason for row in refused.bad] == [
        "no channel has code 'moon'",
        "no product has handle 'nope'",
        "product 'coat' has no variant with SKU 'SCARF'",
    ]


async def test_a_price_listed_in_one_currency_is_never_shown_in_another(stocked: Shop) -> None:
    mobile = replace(WEB, code="mobile")
    shop = await Shop.opened(stocked.database, mobile)
    priced = ListingDraft(of=Listed("mobile", "coat", "COAT-S"), price=Money("EUR", 1990))
    done(await import_listings(shop.work, sheet(priced), skip_bad_rows=False))
    await Shop.opened(stocked.database, replace(mobile, currency_code="JPY"))
    assert (await shop.ask("{ products { totalCount } }", channel="mobile"))["products"]["totalCount"] == 0


async def test_a_file_does_not_change_a_channels_strategy(shop: Shop) -> None:
    before = await shop.rows()
    refused = await import_channels(shop.work, [replace(WEB, name="Other", strategy=ChannelStrategy.MULTI)])
    assert refused == StrategyChange("web")
    assert await shop.rows() == before
