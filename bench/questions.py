"""What is asked while it is measured: a product page, a listing, where one variant is; a cart, to add to it, ways to get it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from bench.carts import Carts, carts
from bench.shop import HANDLES, POSTAL_CODES, SEED, SKUS

ASKED = 100  # different ones of each kind, in turn, so that no answer is merely the last one again

PRODUCT = """query Product($handle: String!) { product(by: {handle: $handle}) {
  title description vendor images { url altText } options { name values }
  priceRange { min { amount currencyCode } max { amount currencyCode } }
  variants { sku title selectedOptions { name value } price { amount currencyCode }
    compareAtPrice { amount currencyCode } availableQuantity } } }"""

LISTING = """query Listing($first: Int!) { products(first: $first) { nodes {
  handle title variants { sku price { amount currencyCode } availableQuantity } } } }"""

AVAILABILITY = """query Availability($sku: String!, $latitude: Float!, $longitude: Float!) { variant(by: {sku: $sku}) {
  availability(near: {coordinates: {latitude: $latitude, longitude: $longitude}}, first: 20) {
    nodes { location { name } distanceKm status quantity journeys
      pickup { earliest latest orderBy timeZone } } } } }"""

SHOWN = """version
  lines { quantity variant { sku } unitPrice { amount currencyCode } total { amount currencyCode } }
  totals { subtotal { amount currencyCode } discount { amount currencyCode }
    tax { amount currencyCode } total { amount currencyCode } }
  problems { __typename ... on InsufficientStock { requested available } }"""

CART = f"query Cart($id: ID!) {{ cart(id: $id) {{ {SHOWN} }} }}"

LINES_ADD = f"""mutation Add($cart: ID!, $lines: [CartLineInput!]!) {{
  cartLinesAdd(input: {{cart: $cart, lines: $lines}}) {{ cart {{ {SHOWN} }} errors {{ code message }} }} }}"""

OPTIONS = """query Options($id: ID!, $postalCode: String!) { cart(id: $id) {
  fulfillmentOptions(to: {postalCode: {countryCode: "FR", postalCode: $postalCode}}, stores: 20) {
    delivery { service ...Option } pickup { location { name } shipToStore ...Option } } } }
fragment Option on FulfillmentOption { method complete price { amount currencyCode }
  promise { earliest latest orderBy timeZone } carbonGrams parcels coverage { quantity missing } }"""

QUANTITY = "query Quantity($sku: String!) { variant(by: {sku: $sku}) { availableQuantity } }"


@dataclass(frozen=True, slots=True)
class Question:
    """`path` is where the floor answers it; it takes the variables alone: its own, where the answer changes something.

    `token`: of the session that asks.
    """

    name: str
    query: str
    path: str
    variables: Sequence[dict[str, Any]]
    floor_variables: Sequence[dict[str, Any]] = ()
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def questions(url: str) -> tuple[Question, ...]:
    rng, begun = random.Random(SEED), carts(url)
    places = [{"latitude": round(rng.uniform(43, 50), 3), "longitude": round(rng.uniform(-1, 7), 3)} for _ in range(ASKED)]
    return (
        Question("Q1 product page", PRODUCT, "/product", [{"handle": handle} for handle in rng.sample(HANDLES, ASKED)]),
        Question("Q2 listing of 24", LISTING, "/listing", [{"first": 24}]),
        *of_carts(begun),
        Question(
            "Q4 at 20 locations",
            AVAILABILITY,
            "/availability",
            [{"sku": sku, **place} for sku, place in zip(rng.sample(SKUS, ASKED), places, strict=True)],
        ),
        Question(
            "Q5 options of 5 lines",
            OPTIONS,
            "/options",
            [{"id": str(cart.id), "postalCode": rng.choice(POSTAL_CODES)} for cart in begun.sourced],
            token=begun.token,
        ),
    )


def of_carts(begun: Carts) -> tuple[Question, ...]:
    lines = [{"lines": [{"variant": str(variant.id), "quantity": 1}]} for variant in begun.variants]
    ours, floors = (
        [{"cart": str(cart.id), **line} for cart, line in zip(side, cycle(lines), strict=False)]
        for side in zip(*begun.added_to, strict=True)
    )
    return (
        Question("Q3 cart of 3 lines", CART, "/cart", [{"id": str(cart.id)} for cart in begun.read], token=begun.token),
        Question("M1 adding to a cart", LINES_ADD, "/lines", ours, floors, begun.token),
    )
