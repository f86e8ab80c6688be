"""What is asked while it is measured: a product page, a listing, and where one variant is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.shop import HANDLES, SEED, SKUS

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
    nodes { location { name } distanceKm status quantity journeys } } } }"""

QUANTITY = "query Quantity($sku: String!) { variant(by: {sku: $sku}) { availableQuantity } }"


@dataclass(frozen=True, slots=True)
class Question:
    """`path` is where the floor answers it; it takes the variables alone."""

    name: str
    query: str
    path: str
    variables: Sequence[dict[str, Any]]


def questions() -> tuple[Question, ...]:
    rng = random.Random(SEED)
    places = [{"latitude": round(rng.uniform(43, 50), 3), "longitude": round(rng.uniform(-1, 7), 3)} for _ in range(ASKED)]
    return (
        Question("Q1 product page", PRODUCT, "/product", [{"handle": handle} for handle in rng.sample(HANDLES, ASKED)]),
        Question("Q2 listing of 24", LISTING, "/listing", [{"first": 24}]),
        Question(
            "Q4 at 20 locations",
            AVAILABILITY,
            "/availability",
            [{"sku": sku, **place} for sku, place in zip(rng.sample(SKUS, ASKED), places, strict=True)],
        ),
    )
