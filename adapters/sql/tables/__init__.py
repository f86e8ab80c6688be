"""Every table, as the migrations make them (a test holds the two equal)."""

from adapters.sql.tables.catalog import category, product, product_category, product_listing, variant, variant_listing
from adapters.sql.tables.channel import channel, pool
from adapters.sql.tables.document import registered_document
from adapters.sql.tables.event import outbox
from adapters.sql.tables.intake import intake
from adapters.sql.tables.location import location, postal_code
from adapters.sql.tables.metadata import metadata
from adapters.sql.tables.search import search_form, search_word
from adapters.sql.tables.stock import stock_allocation, stock_hold, stock_incoming, stock_level, stock_movement

__all__ = [
    "category",
    "channel",
    "intake",
    "location",
    "metadata",
    "outbox",
    "pool",
    "postal_code",
    "product",
    "product_category",
    "product_listing",
    "registered_document",
    "search_form",
    "search_word",
    "stock_allocation",
    "stock_hold",
    "stock_incoming",
    "stock_level",
    "stock_movement",
    "variant",
    "variant_listing",
]
