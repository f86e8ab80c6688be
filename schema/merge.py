"""Merging two carts."""

from __future__ import annotations

from operator import attrgetter

import domain.merge
import resolvers.cart
import resolvers.quote
from domain.merge import CartMergeOutcome, CartMergePolicy
from schema.catalog import Variant
from schema.edge import answered_by, answered_for_all
from schema.pricing import Totals
from schema.view import enum, view_of

enum(CartMergePolicy)
enum(CartMergeOutcome)


@view_of(domain.merge.MergeLine)
class CartMergeLine:
    """What becomes, or became, of one variant."""

    variant: Variant = answered_for_all(resolvers.cart.variants_of_merge_lines, key=attrgetter("variant"))
    """Which."""
    outcome: CartMergeOutcome
    """What became of it."""
    source_quantity: int
    """Units in the cart that is merged away."""
    target_quantity: int
    """Units in the cart that stays."""
    result_quantity: int
    """Units in the end."""
    reason: str | None = answered_by(resolvers.cart.reason_of_merge_line)
    """Why it is less than it could be, in the language of `Accept-Language` (en or fr)."""


@view_of(domain.merge.Preview)
class CartMergePreview:
    """What merging would do."""

    lines: list[CartMergeLine]
    """Variant by variant."""
    totals: Totals = answered_for_all(resolvers.quote.totals_of_previews, key=attrgetter("cart.id"))
    """What the merged cart would cost."""


@view_of(domain.merge.Merged)
class CartMergeReport:
    """What merging did."""

    lines: list[CartMergeLine]
    """Variant by variant."""
