"""Promises: when goods can be collected, or are delivered."""

import datetime

import domain.promise
from schema.view import view_of


@view_of(domain.promise.Promise)
class FulfillmentPromise:
    """From when to when goods can be had, in the time of the place where that is."""

    earliest: datetime.datetime
    """Not before this: from then on they can be collected, or may arrive."""
    latest: datetime.datetime
    """By then at the latest they are ready, or have arrived."""
    order_by: datetime.datetime | None
    """Order by this moment, to the second, to get exactly this; a second later the promise is a later one."""
    valid_until: datetime.datetime
    """Until then this may be shown; ask again after it, as stock and work change meanwhile."""
    time_zone: str
    """The IANA time zone of the place where the goods are had, such as Europe/Paris."""
