"""What prices a cart in each channel: promotions, codes, taxes and categories, as the shop's files set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from adapters.sql.tables import promotion
from domain.catalog import Handle, Sku
from domain.channel import ChannelFacts
from domain.discount import Line
from domain.ids import ProductId
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.intake.promotion import PromotionDraft, set_promotions
from domain.intake.report import Imported, Replaced, UnknownNames
from domain.intake.tax import TaxDraft, Taxed, set_taxes
from domain.money import Money
from domain.pricing import Priced, Terms, price
from domain.promotion import Amount, CodeProblem, DiscountCode, DiscountScope, Percentage, Period
from tests.shop import WEB, Shop, done, sheet

FRENCH = replace(WEB, country_code="FR")
KIOSK = replace(FRENCH, code="kiosk")
SWISS = replace(WEB, code="swiss", currency_code="CHF", country_code="CH")
NOWHERE = replace(WEB, code="nowhere")
RATES = {("FR", None): "20", ("FR", "livres"): "5.5", ("FR", "livres-presse"): "2.1", ("CH", None): "8.1"}


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """A coat, a novel and a newspaper, sold in four channels with taxes."""
    opened = await Shop.opened(shop.database, FRENCH, KIOSK, SWISS, NOWHERE)
    await opened.product("coat", price="120.00", categories=(("Manteaux",),))
    await opened.product("novel", price="21.10", categories=(("Livres", "Romans"),))
    await opened.product("paper", price="2.00", categories=(("Manteaux",), ("Livres", "Presse", "Quotidiens")))
    in_francs = ListingDraft(of=Listed("swiss", "coat", "COAT"), price=Money("CHF", 10810))
    done(await import_listings(opened.work, sheet(in_francs), skip_bad_rows=False))
    rates = [TaxDraft(Taxed(*of), Decimal(percent)) for of, percent in RATES.items()]
    assert isinstance(await set_taxes(opened.work, rates), Replaced)
    return opened


def draft(name: str, percent: str = "10", **changes: Any) -> PromotionDraft:
    made = PromotionDraft(name=name, code=name, scope=DiscountScope.ORDER, discount=Percentage(Decimal(percent)))
    return replace(made, **changes)


async def promoted(shop: Shop, *drafts: PromotionDraft) -> Replaced:
    outcome = await set_promotions(shop.work, drafts, now=shop.now)
    assert isinstance(outcome, Replaced), outcome
    return outcome


async def used(shop: Shop, name: str, uses: int) -> None:
    """As placed orders will count."""
    async with shop.database.writing() as connection:
        await connection.execute(update(promotion).where(promotion.c.name == name).values(uses=uses))
        await connection.commit()


async def terms(shop: Shop, *codes: str, products: Sequence[ProductId] = (), channel: str = "web") -> Terms:
    return await shop.reads.pricing.terms(await shop.actor(channel), codes, products, shop.now)


async def bought(shop: Shop, *skus: str, codes: Sequence[str] = (), channel: str = "web") -> Priced:
    """A cart of one of each, as the channel prices it."""
    actor = await shop.actor(channel)
    found = await shop.reads.catalog.variants_by(actor, [Sku(sku) for sku in skus])
    variants = [one for one in found if one is not None]
    priced_by = await terms(shop, *codes, products=[one.product_id for one in variants], channel=channel)
    lines = [
        Line(key=one.id, unit_price=one.price, quantity=1, categories=priced_by.categories[one.product_id]) for one in variants
    ]
    return price(lines, priced_by, now=shop.now, fulfillment=Money(actor.channel.currency_code, 0))


# ------------------------------------------------------------------------------------------------ taxes and categories


async def test_each_line_bears_the_tax_of_its_most_specific_category(shop: Shop) -> None:
    found = await bought(shop, "COAT", "NOVEL", "PAPER")
    assert [line.tax.minor_units for line in found.lines] == [2000, 110, 4]
    assert found.totals.tax == Money("EUR", 2114)


async def test_a_channel_prices_with_the_taxes_of_its_country(shop: Shop) -> None:
    assert (await bought(shop, "COAT", channel="swiss")).totals.tax == Money("CHF", 810)
    assert (await bought(shop, "COAT", channel="nowhere")).totals.tax == Money("EUR", 0)


async def test_categories_come_with_all_above_them_the_deepest_first_and_then_in_the_shops_order(shop: Shop) -> None:
    categories = {one.id: one.handle for one in await shop.reads.catalog.categories(await shop.actor())}
    (paper,) = await shop.reads.catalog.products_by(await shop.actor(), [Handle("paper")])
    assert paper is not None
    unknown = ProductId.new()
    found = (await terms(shop, products=[paper.id, unknown])).categories
    assert [categories[one] for one in found[paper.id]] == ["livres-presse-quotidiens", "livres-presse", "manteaux", "livres"]
    assert found[unknown] == ()


async def test_two_statements_price_any_number_of_lines_and_codes(shop: Shop) -> None:
    await promoted(shop, *(draft(f"CODE{n}", categories=frozenset({"livres", "manteaux"})) for n in range(20)))
    for n in range(30):
        await shop.product(f"book-{n}", categories=(("Livres", f"Rayon {n}"),))
    actor = await shop.actor()
    found = await shop.reads.catalog.products_by(actor, [Handle(f"book-{n}") for n in range(30)])
    products = [one.id for one in found if one is not None]
    assert len(products) == 30
    for some, codes in ((products, [f"code{n}" for n in range(10)]), (products[:1], []), ([], [])):
        with shop.statements() as seen:
            answer = await shop.reads.pricing.terms(actor, codes, some, shop.now)
        assert len(seen) == 2
        assert len(answer.promotions) == len(codes)
        assert answer.taxes.standard == 20


# ------------------------------------------------------------------------------------------------ promotions and codes


async def test_a_code_takes_off_what_the_file_says_however_it_is_typed(shop: Shop) -> None:
    await promoted(shop, draft("BIENVENUE"), draft("OTHER", "50"))
    found = await bought(shop, "COAT", "NOVEL", codes=[" bienvenue ", "MOON"])
    assert found.totals.discount == Money("EUR", 1411)
    assert found.codes == (DiscountCode(" bienvenue "), DiscountCode("MOON", CodeProblem.UNKNOWN))


async def test_a_promotion_without_a_code_is_everybodys_in_its_channels_and_times(shop: Shop) -> None:
    await promoted(
        shop,
        draft("here", code=None, channels=frozenset({"kiosk"})),
        draft("later", "50", code=None, period=Period(starts_at=shop.now + timedelta(days=1))),
        draft("over", "90", code=None, period=Period(ends_at=shop.now)),
    )
    assert (await bought(shop, "COAT")).totals.discount == Money("EUR", 0)
    assert (await bought(shop, "COAT", channel="kiosk")).totals.discount == Money("EUR", 1200)
    shop.now += timedelta(days=1)
    assert (await bought(shop, "COAT")).totals.discount == Money("EUR", 6000)


async def test_what_a_promotion_says_is_what_prices(shop: Shop) -> None:
    said = draft(
        "ALL",
        scope=DiscountScope.LINE,
        discount=Amount(Money("EUR", 500)),
        period=Period(shop.now, shop.now + timedelta(days=1)),
        channels=frozenset({"web", "kiosk"}),
        categories=frozenset({"livres", "manteaux"}),
        minimum=Money("EUR", 5000),
        uses_max=3,
    )
    await promoted(shop, said)
    await used(shop, "ALL", 2)
    (found,) = (await terms(shop, "all")).promotions
    categories = {one.id: one.handle for one in await shop.reads.catalog.categories(await shop.actor())}
    assert {categories[one] for one in found.categories} == said.categories
    kept = ("name", "code", "scope", "discount", "period", "minimum", "uses_max")
    assert [getattr(found, name) for name in kept] == [getattr(said, name) for name in kept]
    assert (found.uses, found.in_channel) == (2, True)
    assert not (await terms(shop, "all", channel="swiss")).promotions[0].in_channel


@pytest.mark.parametrize(
    ("changes", "channel", "problem"),
    [
        ({"channels": frozenset({"kiosk"})}, "web", CodeProblem.OTHER_CHANNEL),
        ({"minimum": Money("EUR", 1)}, "swiss", CodeProblem.OTHER_CHANNEL),
        ({"categories": frozenset({"livres"})}, "web", CodeProblem.NOTHING_ELIGIBLE),
        ({"uses_max": 1}, "web", CodeProblem.USED_UP),
        ({"categories": frozenset({"manteaux"})}, "web", None),
    ],
    ids=str,
)
async def test_a_code_says_why_it_takes_nothing_off(
    shop: Shop, changes: dict[str, Any], channel: str, problem: CodeProblem | None
) -> None:
    await promoted(shop, draft("CODE", **changes))
    await used(shop, "CODE", 1)
    (code,) = (await bought(shop, "COAT", codes=["CODE"], channel=channel)).codes
    assert code.problem is problem


# ------------------------------------------------------------------------------------------------ files that say all there is


async def test_set_twice_changes_nothing(shop: Shop) -> None:
    drafts = [
        draft("A", "5.5", channels=frozenset({"web"}), categories=frozenset({"livres"})),
        draft("B", discount=Amount(Money("EUR", 500)), minimum=Money("EUR", 5000), uses_max=5),
    ]
    assert await promoted(shop, *drafts) == Replaced(Imported(2, 0, 0), 0)
    before = await shop.rows()
    assert await promoted(shop, *drafts) == Replaced(Imported(0, 0, 2), 0)
    assert await shop.rows() == before


async def test_what_changes_keeps_its_uses(shop: Shop) -> None:
    await promoted(shop, draft("A", uses_max=5, channels=frozenset({"web"})))
    await used(shop, "A", 5)
    assert await promoted(shop, draft("A", "20", uses_max=6, channels=frozenset({"kiosk"}))) == Replaced(Imported(0, 1, 0), 0)
    (found,) = (await terms(shop, "a", channel="kiosk")).promotions
    assert (found.uses, found.uses_max, found.discount, found.in_channel) == (5, 6, Percentage(Decimal(20)), True)


async def test_what_the_file_no_longer_names_is_deleted_or_ended_if_an_order_has_used_it(shop: Shop) -> None:
    await promoted(shop, draft("USED"), draft("UNUSED", categories=frozenset({"livres"})), draft("KEPT"))
    await used(shop, "USED", 1)
    assert await promoted(shop, draft("KEPT")) == Replaced(Imported(0, 0, 1), 2)
    found = await bought(shop, "COAT", codes=["used", "unused", "kept"])
    assert [code.problem for code in found.codes] == [CodeProblem.EXPIRED, CodeProblem.UNKNOWN, None]
    assert await promoted(shop, draft("KEPT")) == Replaced(Imported(0, 0, 1), 0)
    await promoted(shop, draft("AGAIN", "20", code="USED"))
    assert (await bought(shop, "COAT", codes=["used"])).totals.discount == Money("EUR", 2400)


async def test_codes_may_change_places(shop: Shop) -> None:
    await promoted(shop, draft("one", "10", code="X"), draft("two", "20", code="Y"))
    await promoted(shop, draft("one", "10", code="Y"), draft("two", "20", code="X"))
    assert (await bought(shop, "COAT", codes=["x"])).totals.discount == Money("EUR", 2400)


async def test_names_that_the_shop_does_not_have_change_nothing(shop: Shop) -> None:
    before = await shop.rows()
    wrong = draft("B", channels=frozenset({"moon", "web"}), categories=frozenset({"hats"}))
    assert await set_promotions(shop.work, [draft("A"), wrong], now=shop.now) == UnknownNames(
        ("promotion 'B': no channel has code 'moon'", "promotion 'B': no category has handle 'hats'")
    )
    rates = [TaxDraft(Taxed("FR", None), Decimal(10)), TaxDraft(Taxed("FR", "hats"), Decimal(5))]
    assert await set_taxes(shop.work, rates) == UnknownNames(("taxes of FR: no category has handle 'hats'",))
    assert await shop.rows() == before


async def test_taxes_that_the_file_no_longer_names_are_removed(shop: Shop) -> None:
    rates = [TaxDraft(Taxed("FR", None), Decimal("19.6")), TaxDraft(Taxed("FR", "livres"), Decimal("5.5"))]
    assert await set_taxes(shop.work, rates) == Replaced(Imported(0, 1, 1), 2)
    assert await set_taxes(shop.work, rates) == Replaced(Imported(0, 0, 2), 0)
    assert (await bought(shop, "PAPER")).totals.tax == Money("EUR", 10)
    assert (await bought(shop, "COAT", channel="swiss")).totals.tax == Money("CHF", 0)


async def test_a_channel_keeps_its_country_and_its_largest_line(shop: Shop) -> None:
    small: ChannelFacts = replace(KIOSK, code="small", line_quantity_max=5)
    opened = await Shop.opened(shop.database, small)
    channel = (await opened.actor("small")).channel
    assert (channel.country_code, channel.line_quantity_max) == ("FR", 5)
