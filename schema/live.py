"""Live: what can be followed while it changes."""

import domain.cart
import resolvers.live
from schema.cart import Cart, CartActivity
from schema.edge import answered_live
from schema.offer import StoreAvailability
from schema.order import Order
from schema.view import object_type, view_of


@view_of(domain.cart.CartEvent)
class CartEvent:
    """A cart, and what was changed of it."""

    cart: Cart
    """As it is now."""
    change: CartActivity | None
    """Which change this tells of; null in the first event, which tells how the cart was found."""


@object_type
class LiveSubscription:
    """What can be followed."""

    cart_changed: CartEvent = answered_live(resolvers.live.cart_changed)
    """The cart, and then each change of it once and in order. Completes after ORDERED, MERGED or ABANDONED."""

    order_changed: Order = answered_live(resolvers.live.order_changed)
    """The order, and then as it is after each change. Completes when nothing more can happen to it."""

    availability_changed: StoreAvailability = answered_live(
        resolvers.live.availability_changed,
        skus="100 at most, and 1,000 places with the locations. Each must be sold in this channel.",
        locations="100 at most. Each must sell to this channel.",
    )
    """What each location has of each variant, in the order asked, and then whatever has changed."""
