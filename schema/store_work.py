"""The work of stores and warehouses: the queue, and each step from accepting to handing over."""

from __future__ import annotations

import datetime

import strawberry

import domain.ids
import domain.pickup_end
import resolvers.store_task
import resolvers.store_work
from schema.checkout import TenderInput
from schema.edge import answered_by, answered_live
from schema.order import Fulfillment, PickedLineInput
from schema.page import Connection
from schema.payload import mutation, payload
from schema.view import command_of, input_of, object_type, one_of


@payload
class FulfillmentPayload:
    """A fulfillment as it is now, or why nothing was done."""

    fulfillment: Fulfillment | None
    """As it is now."""


@input_of(resolvers.store_task.PickupCode)
class PickupCodeInput:
    """What a buyer shows at a counter."""

    location: strawberry.ID
    """Where."""
    code: str
    """As it is scanned or typed, in any case."""


@one_of(resolvers.store_task.By, id=domain.ids.FulfillmentId, pickup_code=resolvers.store_task.PickupCode)
class FulfillmentBy:
    """Which fulfillment."""

    id: strawberry.ID | None = strawberry.UNSET
    """By id."""
    pickup_code: PickupCodeInput | None = strawberry.UNSET
    """By the code of its ticket, for staff of that store: what is ready there before what is not."""


@command_of(resolvers.store_work.FulfillmentAction)
class FulfillmentActionInput:
    """Which fulfillment."""

    fulfillment: strawberry.ID
    """Which."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If it was changed since, the answer is VersionConflict."""


@command_of(resolvers.store_work.FulfillmentReject)
class FulfillmentRejectInput:
    """What a location cannot do."""

    fulfillment: strawberry.ID
    """Which."""
    reason: str
    """Why, in 1 to 500 characters, for other staff."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If it was changed since, the answer is VersionConflict."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, it is done once."""


@command_of(resolvers.store_work.FulfillmentPick)
class FulfillmentPickInput:
    """What was found."""

    fulfillment: strawberry.ID
    """Which."""
    lines: list[PickedLineInput]
    """Each line once, 0 for what was not found."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If it was changed since, the answer is VersionConflict."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, it is done once."""


@command_of(resolvers.store_work.FulfillmentShip)
class FulfillmentShipInput:
    """What leaves, and how it can be followed."""

    fulfillment: strawberry.ID
    """Which."""
    carrier: str
    """Who brings it."""
    tracking_number: str
    """What they call it."""
    tracking_url: str | None = strawberry.UNSET
    """Where to look: a web address."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If it was changed since, the answer is VersionConflict."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, it is done once."""


@command_of(resolvers.store_work.FulfillmentCollect)
class FulfillmentCollectInput:
    """What is handed over, against which code, and how what is due is paid."""

    fulfillment: strawberry.ID
    """Which."""
    code: str
    """Of the buyer's ticket, in any case."""
    lines: list[PickedLineInput] | None = strawberry.UNSET
    """What is taken; the rest goes back on the shelf and is not paid for. Left out, all of it is taken."""
    payments: list[TenderInput] | None = strawberry.UNSET
    """10 at most, which together cover what is due; none where nothing is."""
    idempotency_key: str
    """Asked again with the same key, it is handed over and paid once."""


@command_of(domain.pickup_end.PickupExtend)
class PickupExtendInput:
    """What is to be kept for longer."""

    fulfillment: strawberry.ID
    """Which; all that waits in the same store is kept with it."""
    until: datetime.datetime
    """No later than `extendableUntil`."""


@object_type
class StoreWorkQuery:
    """The work of a location."""

    store_tasks: Connection[Fulfillment] | None = answered_by(
        resolvers.store_task.store_tasks,
        location="Where.",
        statuses="Only these; left out, what waits for somebody there.",
    )
    """Staff only: the work queue of one location, the oldest first."""
    fulfillment: Fulfillment | None = answered_by(resolvers.store_task.fulfillment)
    """By id, or by what is scanned at a counter. Null for whoever does not see the order, and for a code that opens nothing."""


@object_type
class StoreWorkMutation:
    """What the staff of a location do, from accepting to handing over."""

    fulfillment_accept: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_accept)
    """Takes it on. What nobody takes on within an hour of being open goes to another location."""
    fulfillment_reject: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_reject)
    """Sends what it held to the next best location, before work on it has begun. A store that the buyer chose stays chosen: the
    goods are sent to it."""
    fulfillment_pick: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_pick)
    """Picked quantities; what is short is sourced elsewhere and counted as a stock discrepancy. REJECTED where nothing was
    found."""
    fulfillment_pack: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_pack)
    """Packs what is delivered, or sent to the store where it is collected."""
    fulfillment_ready: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_ready)
    """Puts it ready for its buyer, who is told, and until when."""
    fulfillment_collect: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_collect)
    """Hands goods over against the pickup code, all or some (the rest is restocked); takes payment where it is due, and answers
    PaymentRequired where that is missing."""
    fulfillment_ship: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_ship)
    """Gives it to a carrier: it is off the shelf from now on."""
    fulfillment_arrive: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_arrive)
    """Takes it in at the store where it is collected; it is not ready yet."""
    fulfillment_deliver: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.fulfillment_deliver)
    """Says that its carrier has brought it."""
    pickup_extend: FulfillmentPayload = mutation(FulfillmentPayload, resolvers.store_work.pickup_extend)
    """Keeps what is ready for longer, twice at most; for its buyer and for staff."""


@object_type
class StoreWorkSubscription:
    """The work of a location, live."""

    store_tasks_changed: Fulfillment = answered_live(resolvers.store_task.store_tasks_changed, location="Where.")
    """Staff only: what waits for somebody there, the oldest first, and then each again that has changed."""
