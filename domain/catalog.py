"""The catalog: products, the variants that are sold, and how one channel shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from domain.actor import Actor
from domain.ids import CategoryId, LocationId, ProductId, VariantId
from domain.money import Money
from domain.page import Edge, PageInfo, PageRequest
from domain.refusal import InvalidInput
from domain.search import Search


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class ProductOption:
    """What can be chosen, such as a size, with the values there are, in the shop's order."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelectedOption:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PriceRange:
    min: Money
    max: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """As one channel shows it: its title there, and the range of its prices there."""

    id: ProductId
    handle: str
    title: str
    description: str
    vendor: str | None
    images: tuple[Image, ...]
    options: tuple[ProductOption, ...]
    price_range: PriceRange


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """As one channel sells it, or, where it is not `is_sold`, would. `backorders`: may be sold against stock on its way.

    `grams`: what one weighs, packed as it is sold; 0 where that is not known.
    """

    id: VariantId
    product_id: ProductId
    sku: str
    barcode: str | None
    title: str
    selected_options: tuple[SelectedOption, ...]
    image: Image | None
    price: Money
    compare_at_price: Money | None
    backorders: bool
    is_sold: bool = True
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Category:
    id: CategoryId
    handle: str
    title: str
    parent_id: CategoryId | None


class ProductSort(StrEnum):
    """RELEVANCE: what matches the search best comes first; among equals, and without a search, the shop's own order, that
    in which its products arrived. NEWEST is the reverse of that order.
    """

    RELEVANCE = "RELEVANCE"
    TITLE = "TITLE"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    NEWEST = "NEWEST"


@dataclass(frozen=True, slots=True)
class PriceFilter:
    """In major units of the channel's currency; both bounds belong to the range."""

    min: Decimal | None = None
    max: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductFilter:
    category: str | None = None
    vendor: str | None = None
    price: PriceFilter | None = None
    available_at: LocationId | None = None
    available_for_sale: bool | None = None


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """Which products, in which order; `now` decides what a location that opens or closes for good still sells."""

    filter: ProductFilter
    sort: ProductSort
    now: datetime
    search: Search | None = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A page that knows its query, so that the total is counted only where it is asked for."""

    edges: tuple[Edge[Product], ...]
    page_info: PageInfo
    query: ProductQuery

    @property
    def nodes(self) -> tuple[Product, ...]:
        return tuple(edge.node for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Handle:
    text: str


@dataclass(frozen=True, slots=True)
class Sku:
    text: str


@dataclass(frozen=True, slots=True)
class Barcode:
    text: str


class CatalogReads(Protocol):
    """What the actor's channel does not sell is in none of these answers, but for those called `_any`.

    These tell of what stands in a cart or on a shelf all the same: with the channel's title and price where it has them, and
    else with the catalog's own, in the catalog's currency.
    """

    async def products(self, actor: Actor, query: ProductQuery, page: PageRequest) -> ProductPage | InvalidInput: ...

    async def count(self, actor: Actor, query: ProductQuery) -> int: ...

    async def products_by(self, actor: Actor, by: Sequence[ProductId | Handle]) -> list[Product | None]: ...

    async def variants_by(self, actor: Actor, by: Sequence[VariantId | Sku | Barcode]) -> list[Variant | None]: ...

    async def products_any(self, actor: Actor, ids: Sequence[ProductId]) -> list[Product | None]: ...

    async def variants_any(self, actor: Actor, by: Sequence[VariantId | Sku | Barcode]) -> list[Variant | None]:
        """Listed or not, retired or not."""
        ...

    async def variants_of(self, actor: Actor, products: Sequence[ProductId]) -> list[tuple[Variant, ...]]:
        """In the shop's order."""
        ...

    async def categories_of(self, actor: Actor, products: Sequence[ProductId]) -> list[tuple[Category, ...]]: ...

    async def categories(self, actor: Actor) -> tuple[Category, ...]:
        """All of them by handle. Bounded: a shop has hundreds."""
        ...
