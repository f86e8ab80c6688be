"""Live: what can be followed while it changes."""

import resolvers.live
from schema.edge import answered_live
from schema.offer import StoreAvailability
from schema.view import object_type


@object_type
class LiveSubscription:
    """What can be followed."""

    availability_changed: StoreAvailability = answered_live(
        resolvers.live.availability_changed,
        skus="100 at most, and 1,000 places with the locations. Each must be sold in this channel.",
        locations="100 at most. Each must sell to this channel.",
    )
    """What each location has of each variant, in the order asked, and then whatever has changed."""
