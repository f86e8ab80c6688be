"""Promotions and taxes as a shop writes them: each bad entry is named with its key and the fix."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.files.promotion import read_promotions
from adapters.files.tax import read_taxes
from domain.intake.promotion import PROMOTIONS_MAX, PromotionDraft
from domain.intake.tax import TaxDraft, Taxed
from domain.money import Money
from domain.promotion import Amount, DiscountScope, Percentage, Period

PROMOTION = {"name": '"Sale"', "scope": '"ORDER"', "percent": "10"}
TAX = {"country": '"FR"', "percent": "20"}


def written(tmp_path: Path, kind: str, *entries: dict[str, str]) -> Path:
    file = tmp_path / f"{kind}.toml"
    texts = [f"[[{kind}]]\n" + "".join(f"{key} = {value}\n" for key, value in entry.items() if value) for entry in entries]
    file.write_text("".join(texts), "utf-8")
    return file


def test_a_promotion_that_says_little_is_for_everybody_and_everything(tmp_path: Path) -> None:
    (draft,) = read_promotions(written(tmp_path, "promotions", PROMOTION))
    assert draft == PromotionDraft(name="Sale", code=None, scope=DiscountScope.ORDER, discount=Percentage(Decimal(10)))


def test_a_promotion_that_says_all_it_can(tmp_path: Path) -> None:
    entry = {
        "name": '"Sale"',
        "code": '" SALE "',
        "scope": '"LINE"',
        "amount": "5.10",
        "currency": '"EUR"',
        "channels": '["web"]',
        "categories": '["books", "shoes"]',
        "minimum": "50",
        "starts_at": "2026-06-24T08:00:00+02:00",
        "ends_at": "2026-07-22T00:00:00+02:00",
        "uses_max": "3",
    }
    (draft,) = read_promotions(written(tmp_path, "promotions", entry))
    assert draft == PromotionDraft(
        name="Sale",
        code="SALE",
        scope=DiscountScope.LINE,
        discount=Amount(Money("EUR", 510)),
        period=Period(datetime(2026, 6, 24, 6, tzinfo=UTC), datetime(2026, 7, 21, 22, tzinfo=UTC)),
        channels=frozenset({"web"}),
        categories=frozenset({"books", "shoes"}),
        minimum=Money("EUR", 5000),
        uses_max=3,
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"scope": '"CART"'}, "Invalid enum value 'CART' - at `$.promotions[0].scope`"),
        ({"scope": ""}, "Object missing required field `scope` - at `$.promotions[0]`"),
        ({"color": '"red"'}, "Object contains unknown field `color` - at `$.promotions[0]`"),
        ({"name": '" "'}, "promotion ' ': name is what the shop calls it, and not empty"),
        ({"name": r'"a\u0000"'}, r"promotion 'a\x00': name is what the shop calls it, and not empty"),
        ({"code": '" "'}, "promotion 'Sale': code has 1 to 64 characters; without one everybody has the promotion"),
        ({"percent": ""}, "promotion 'Sale': it takes off either a percent or an amount: name one of the two"),
        ({"amount": "1"}, "promotion 'Sale': it takes off either a percent or an amount: name one of the two"),
        ({"percent": "0"}, "promotion 'Sale': percent is a number from 0.01 to 100 with at most two decimals, and not 0"),
        (
            {"percent": "100.01"},
            "promotion 'Sale': percent is a number from 0.01 to 100 with at most two decimals, and not 100.01",
        ),
        (
            {"percent": "5.555"},
            "promotion 'Sale': percent is a number from 0.01 to 100 with at most two decimals, and not 5.555",
        ),
        ({"percent": "nan"}, "promotion 'Sale': percent is a number from 0.01 to 100 with at most two decimals, and not NaN"),
        ({"percent": "true"}, "Expected `int | decimal | null`, got `bool` - at `$.promotions[0].percent`"),
        ({"minimum": "50"}, "promotion 'Sale': minimum needs a currency, such as currency = \"EUR\""),
        ({"minimum": "0", "currency": '"EUR"'}, "promotion 'Sale': minimum is more than 0, and not 0"),
        (
            {"percent": "", "amount": "1.999", "currency": '"EUR"'},
            "promotion 'Sale': amount: '1.999' is not an exact amount of EUR (2 decimals)",
        ),
        (
            {"percent": "", "amount": "1", "currency": '"EURO"'},
            "promotion 'Sale': amount: 'EURO' is not an ISO 4217 currency code such as EUR",
        ),
        ({"starts_at": "2026-06-24"}, "Expected `datetime | null`, got `date` - at `$.promotions[0].starts_at`"),
        (
            {"starts_at": "2026-06-24T08:00:00"},
            "Expected `datetime` with a timezone component - at `$.promotions[0].starts_at`",
        ),
        ({"starts_at": "0001-01-01T00:00:00+02:00"}, "promotion 'Sale': starts_at and ends_at are from 1900 to 2999"),
        (
            {"starts_at": "2026-06-24T08:00:00Z", "ends_at": "2026-06-24T08:00:00Z"},
            "promotion 'Sale': ends_at: 2026-06-24 08:00:00+00:00 is not after starts_at, 2026-06-24 08:00:00+00:00",
        ),
        ({"uses_max": "0"}, "promotion 'Sale': uses_max is a number of orders, 1 or more; leave it out for any number"),
    ],
    ids=str,
)
def test_a_bad_promotion_is_named_with_its_key(tmp_path: Path, changes: dict[str, str], reason: str) -> None:
    file = written(tmp_path, "promotions", PROMOTION | changes)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {reason}") + "$"):
        read_promotions(file)


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ([PROMOTION, PROMOTION], "promotion 'Sale' stands in the file twice"),
        ([PROMOTION | {"code": '"Été"'}, PROMOTION | {"name": '"B"', "code": '"ETE"'}], "code 'ete' stands in the file twice"),
        (
            [PROMOTION | {"name": f'"{n}"'} for n in range(PROMOTIONS_MAX + 1)],
            "a shop has at most 500 promotions, and not 501; leave some out",
        ),
    ],
    ids=["name", "code", "many"],
)
def test_promotions_that_cannot_stand_together_are_named(tmp_path: Path, entries: list[dict[str, str]], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_promotions(written(tmp_path, "promotions", *entries))


def test_a_country_has_a_standard_rate_and_rates_of_categories(tmp_path: Path) -> None:
    reduced = {"country": '"FR"', "percent": "5.5", "categories": '["books", "food"]'}
    assert read_taxes(written(tmp_path, "taxes", TAX, reduced)) == [
        TaxDraft(Taxed("FR", None), Decimal(20)),
        TaxDraft(Taxed("FR", "books"), Decimal("5.5")),
        TaxDraft(Taxed("FR", "food"), Decimal("5.5")),
    ]


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (
            [TAX | {"country": '"Frankia"'}],
            "taxes of 'Frankia': 'Frankia' is neither an ISO 3166-1 alpha-2 code such as FR nor a country's English name",
        ),
        ([TAX | {"percent": "-1"}], "taxes of 'FR': percent is a number from 0 to 100 with at most two decimals, and not -1"),
        ([TAX, TAX | {"percent": "10"}], "the rate of 'FR' stands in the file twice"),
        ([TAX, TAX | {"categories": '["a", "a"]'}], "the rate of 'FR, category a' stands in the file twice"),
        (
            [TAX, TAX | {"country": '"BE"', "categories": '["books"]'}],
            "taxes of BE: there are rates of categories and no standard rate; add one without categories",
        ),
        ([{"country": '"FR"'}], "Object missing required field `percent` - at `$.taxes[0]`"),
    ],
    ids=str,
)
def test_a_bad_rate_is_named_with_its_country(tmp_path: Path, entries: list[dict[str, str]], reason: str) -> None:
    file = written(tmp_path, "taxes", *entries)
    with pytest.raises(ValueError, match=re.escape(f"{file}: {reason}") + "$"):
        read_taxes(file)
