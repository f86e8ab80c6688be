"""What can be done with carts."""

from __future__ import annotations

import datetime

import strawberry

import domain.cart_changes
import domain.cart_edits
import domain.contact
import domain.handoff
import resolvers.cart_changes
import resolvers.fulfillment
import resolvers.handoff
from domain.merge import CartMergePolicy
from domain.session import HandoffScope
from schema.cart import Cart
from schema.edge import answered_by
from schema.merge import CartMergeReport
from schema.payload import mutation, payload
from schema.session import Session
from schema.view import command_of, enum, input_of, object_type, view_of

enum(HandoffScope)


@input_of(domain.contact.Contact)
class ContactInput:
    """At least one of email and phone."""

    email: str | None = strawberry.UNSET
    """An email address."""
    name: str | None = strawberry.UNSET
    """As they want to be called; 200 characters at most."""
    phone: str | None = strawberry.UNSET
    """With its country, such as +33 4 72 00 00 00."""


@input_of(domain.cart_changes.WantedLine)
class CartLineInput:
    """Units of a variant to add."""

    variant: strawberry.ID
    """Which."""
    quantity: int = 1
    """How many; added to what is there."""


@input_of(domain.cart_edits.LineQuantity)
class CartLineUpdateInput:
    """A line's new quantity."""

    line: strawberry.ID
    """Which; `CartLine.id`."""
    quantity: int
    """How many there shall be; 0 removes the line."""


@command_of(resolvers.cart_changes.CartCreate)
class CartCreateInput:
    """What to begin a cart with."""

    lines: list[CartLineInput] | None = strawberry.UNSET
    """100 at most."""
    contact: ContactInput | None = strawberry.UNSET
    """How to reach its buyer."""
    source_code: str | None = strawberry.UNSET
    """The campaign that led here; 100 characters at most."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, the same cart and session. Without a session it is a secret of 16 characters or more."""


@command_of(resolvers.cart_changes.CartLinesAdd)
class CartLinesAddInput:
    """What to add."""

    cart: strawberry.ID
    """To which cart."""
    lines: list[CartLineInput]
    """100 at most. Adds merge in, whatever version they were made on."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, nothing is added twice."""


@command_of(resolvers.cart_changes.CartLinesUpdate)
class CartLinesUpdateInput:
    """Which quantities to set."""

    cart: strawberry.ID
    """Of which cart."""
    lines: list[CartLineUpdateInput]
    """Each line once, 100 at most."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at. If one of these lines was changed since, the answer is VersionConflict."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, it is done once."""


@command_of(resolvers.cart_changes.CartContactSet)
class CartContactSetInput:
    """Whom to reach."""

    cart: strawberry.ID
    """Of which cart."""
    contact: ContactInput
    """Takes the place of what was given before."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at."""


@command_of(resolvers.cart_changes.CartDiscountCodesSet)
class CartDiscountCodesSetInput:
    """Which codes to try."""

    cart: strawberry.ID
    """On which cart."""
    codes: list[str]
    """All of them, 10 at most; they take the place of those before."""
    expected_version: int | None = strawberry.UNSET
    """The version that was looked at."""


@command_of(resolvers.cart_changes.CartClaim)
class CartClaimInput:
    """Which cart to make one's own."""

    cart: strawberry.ID
    """An anonymous one."""
    cart_session: str
    """The access or refresh token that opened it before its owner signed in, expired or not, while that session goes on."""
    policy: CartMergePolicy = CartMergePolicy.SUM
    """How to merge it into the cart that the customer has already."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, the same report."""


@command_of(resolvers.handoff.CartHandoffCreate)
class CartHandoffCreateInput:
    """What to hand over."""

    cart: strawberry.ID
    """Which cart."""
    scope: HandoffScope = HandoffScope.EDIT
    """What the other device may do with it; never more than this session may."""
    ttl_seconds: int | None = strawberry.UNSET
    """How long the code is good, from 30 to 3,600 s; 600 if left out."""


@command_of(resolvers.handoff.CartHandoffAccept)
class CartHandoffAcceptInput:
    """What was read off the other device."""

    code: str
    """In any case, with or without spaces."""
    idempotency_key: str | None = strawberry.UNSET
    """Asked again with the same key, the same session, although the code is spent."""


@payload
class CartPayload:
    """A cart as it is now, or why nothing was done."""

    cart: Cart | None
    """As it is now."""
    session: Session | None
    """For a caller without one, and at a kiosk: what opens the cart from now on."""


@payload
class CartMergePayload:
    """The customer's cart with the claimed one in it."""

    cart: Cart | None
    """As it is now."""
    report: CartMergeReport | None
    """What became of each line."""


@view_of(domain.handoff.CartHandoff)
class CartHandoff:
    """What another device opens the cart with, once."""

    code: str
    """Six characters without look-alikes."""
    qr_svg: str = answered_by(resolvers.handoff.qr_svg)
    """The same for a camera: the storefront's address with the code in its fragment."""
    scope: HandoffScope
    """What the other device may do."""
    expires_at: datetime.datetime
    """Until when it is good."""


@payload
class CartHandoffPayload:
    """A code, or why there is none."""

    handoff: CartHandoff | None
    """Shown once: only a digest of it is kept."""


@payload
class CartHandoffAcceptPayload:
    """The cart that was handed over."""

    cart: Cart | None
    """As it is now, in this device's channel."""
    session: Session | None
    """What this device acts with from now on: this cart in the code's scope, and who it was before. It ends with the session it
    was accepted in."""


@object_type
class CartMutation:
    """Carts that are begun, filled, corrected, claimed and handed over."""

    cart_create: CartPayload = mutation(CartPayload, resolvers.cart_changes.cart_create)
    """For a caller without one, `session` opens this cart from now on. A session that has an open cart gets its lines added to
    it."""
    cart_lines_add: CartPayload = mutation(CartPayload, resolvers.cart_changes.cart_lines_add)
    """Adds units; more of what is there already make its line longer."""
    cart_lines_update: CartPayload = mutation(CartPayload, resolvers.cart_changes.cart_lines_update)
    """Absolute quantities; 0 removes. A line that is named is taken at the price of now."""
    cart_contact_set: CartPayload = mutation(CartPayload, resolvers.cart_changes.cart_contact_set)
    """How its buyer can be reached."""
    cart_discount_codes_set: CartPayload = mutation(CartPayload, resolvers.cart_changes.cart_discount_codes_set)
    """The codes to try; `Cart.discountCodes` says what became of each."""
    cart_fulfillment_choose: CartPayload = mutation(CartPayload, resolvers.fulfillment.cart_fulfillment_choose)
    """How lines, or parts of them, reach the buyer: as an option said, or collected or brought as it is best now. What `groups`
    then shows is honored until its `validUntil`, as an option's is."""
    cart_claim: CartMergePayload = mutation(CartMergePayload, resolvers.cart_changes.cart_claim)
    """Makes an anonymous cart the signed-in customer's, merging it into theirs where they have one."""
    cart_handoff_create: CartHandoffPayload = mutation(CartHandoffPayload, resolvers.handoff.cart_handoff_create)
    """A short one-time code, and its QR, by which another device takes the cart over or joins it."""
    cart_handoff_accept: CartHandoffAcceptPayload = mutation(CartHandoffAcceptPayload, resolvers.handoff.cart_handoff_accept)
    """Opens the cart of a code on this device. Also redeems a resume link's code."""
