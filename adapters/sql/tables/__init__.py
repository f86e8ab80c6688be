"""Every table, as the migrations make them (a test holds the two equal)."""

from adapters.sql.tables.cart import cart, cart_activity, cart_address, cart_contact, cart_line
from adapters.sql.tables.catalog import category, product, product_category, product_listing, variant, variant_listing
from adapters.sql.tables.channel import channel, pool
from adapters.sql.tables.charge import test_charge
from adapters.sql.tables.checkout import checkout, payment, payment_attempt
from adapters.sql.tables.credit import store_credit, store_credit_entry
from adapters.sql.tables.document import registered_document
from adapters.sql.tables.event import outbox
from adapters.sql.tables.intake import intake
from adapters.sql.tables.letter import letter, outbox_cursor
from adapters.sql.tables.location import location, postal_code, terminal
from adapters.sql.tables.metadata import metadata
from adapters.sql.tables.order import (
    fulfillment,
    fulfillment_line,
    order_address,
    order_contact,
    order_entry,
    order_line,
    pickup_ticket,
    resourcing_task,
    sales_order,
    session_order,
)
from adapters.sql.tables.payment_step import payment_step
from adapters.sql.tables.people import customer, customer_address, kiosk, staff_action, staff_member
from adapters.sql.tables.promotion import promotion, promotion_category, promotion_channel
from adapters.sql.tables.search import search_form, search_word
from adapters.sql.tables.session import attempt, idempotency_key, one_time_code, session, session_cart
from adapters.sql.tables.stock import (
    stock_allocation,
    stock_backorder,
    stock_discrepancy,
    stock_hold,
    stock_incoming,
    stock_level,
    stock_movement,
)
from adapters.sql.tables.tax import tax_rate
from adapters.sql.tables.transfer import stock_transfer, stock_transfer_line
from adapters.sql.tables.version import carrier_table, sourcing_rules

__all__ = [
    "attempt",
    "carrier_table",
    "cart",
    "cart_activity",
    "cart_address",
    "cart_contact",
    "cart_line",
    "category",
    "channel",
    "checkout",
    "customer",
    "customer_address",
    "fulfillment",
    "fulfillment_line",
    "idempotency_key",
    "intake",
    "kiosk",
    "letter",
    "location",
    "metadata",
    "one_time_code",
    "order_address",
    "order_contact",
    "order_entry",
    "order_line",
    "outbox",
    "outbox_cursor",
    "payment",
    "payment_attempt",
    "payment_step",
    "pickup_ticket",
    "pool",
    "postal_code",
    "product",
    "product_category",
    "product_listing",
    "promotion",
    "promotion_category",
    "promotion_channel",
    "registered_document",
    "resourcing_task",
    "sales_order",
    "search_form",
    "search_word",
    "session",
    "session_cart",
    "session_order",
    "sourcing_rules",
    "staff_action",
    "staff_member",
    "stock_allocation",
    "stock_backorder",
    "stock_discrepancy",
    "stock_hold",
    "stock_incoming",
    "stock_level",
    "stock_movement",
    "stock_transfer",
    "stock_transfer_line",
    "store_credit",
    "store_credit_entry",
    "tax_rate",
    "terminal",
    "test_charge",
    "variant",
    "variant_listing",
]
