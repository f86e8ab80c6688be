"""Carts, as the session that asks may see them."""

from __future__ import annotations

from collections.abc import Sequence

from domain import claim
from domain.cart import Cart
from domain.cart_activity import Activity, Change
from domain.catalog import Variant
from domain.channel import Channel
from domain.customer import Customer
from domain.ids import CartId, CustomerId, StaffMemberId, VariantId
from domain.merge import CartMergePolicy, MergeLimit, MergeLine, Preview
from domain.refusal import InvalidInput
from domain.staff import StaffMember
from resolvers.context import Context
from resolvers.refusal import granted

ACTIVITY_DEFAULT, ACTIVITY_MAX = 20, 100


async def cart(*, context: Context, id: CartId) -> Cart | None:
    return (await context.reads.carts.carts(context.actor, [id])).get(id)


async def cart_merge_preview(
    *, context: Context, source: CartId, target: CartId, policy: CartMergePolicy = CartMergePolicy.SUM
) -> Preview | None:
    return await claim.preview(context.reads.carts, context.actor, source, target, policy)


async def channels_of_carts(carts: Sequence[Cart | Activity], *, context: Context) -> list[Channel]:
    channels = await context.channels()
    return [channels[one.channel] for one in carts]


async def customers_of_carts(carts: Sequence[Cart], *, context: Context) -> list[Customer | None]:
    ids = [cart.customer for cart in carts if isinstance(cart.customer, CustomerId)]
    found = await context.reads.customers.customers(context.actor, ids)
    return [found.get(cart.customer) if cart.customer else None for cart in carts]


async def carts_of_customers(customers: Sequence[Customer], *, context: Context) -> list[Cart | None]:
    found = await context.reads.carts.of_customers(context.actor, [customer.id for customer in customers])
    return [found.get(customer.id) for customer in customers]


async def staff_of_activities(activities: Sequence[Activity], *, context: Context) -> list[StaffMember | None]:
    ids = [one.staff for one in activities if isinstance(one.staff, StaffMemberId)]
    found = await context.reads.staff.members(context.actor, ids)
    return [found.get(one.staff) if one.staff else None for one in activities]


async def carts_merged_into(carts: Sequence[Cart], *, context: Context) -> list[Cart | None]:
    ids = [cart.merged_into for cart in carts if isinstance(cart.merged_into, CartId)]
    found = await context.reads.carts.carts(context.actor, ids) if ids else {}
    return [found.get(cart.merged_into) if cart.merged_into else None for cart in carts]


async def activities_of_carts(
    carts: Sequence[Cart], *, context: Context, first: int | None = None
) -> list[tuple[Activity, ...]]:
    size = ACTIVITY_DEFAULT if first is None else first
    if not 0 <= size <= ACTIVITY_MAX:
        granted(InvalidInput(("first",), f"`first` is {size}; it must be from 0 to {ACTIVITY_MAX}."))
    found = await context.reads.carts.activities(context.actor, [cart.id for cart in carts], size)
    return [found[cart.id] for cart in carts]


async def variants_of_merge_lines(lines: Sequence[MergeLine], *, context: Context) -> list[Variant]:
    """As the channel that asks shows them, sold there or not."""
    ids: list[VariantId] = [line.variant for line in lines]
    found = await context.reads.catalog.variants_any(context.actor, ids)
    assert all(found), "what is in a cart stays in the catalog"
    return [one for one in found if one]


LIMITS = {
    "en": {
        MergeLimit.QUANTITY: "A line can have no more.",
        MergeLimit.LINES: "The cart has as many lines as it can have.",
        MergeLimit.POLICY: "The other cart was to be kept.",
    },
    "fr": {
        MergeLimit.QUANTITY: "Une ligne ne peut pas en avoir davantage.",
        MergeLimit.LINES: "Le panier a déjà toutes les lignes qu’il peut avoir.",
        MergeLimit.POLICY: "C’est l’autre panier qui devait rester.",
    },
}


def reason_of_merge_line(line: MergeLine, *, context: Context) -> str | None:
    return LIMITS[context.language][line.limit] if line.limit else None


CHANGES = {
    "en": {
        Change.CREATED: "Cart begun",
        Change.LINES_ADDED: "Added",
        Change.LINES_CHANGED: "Now",
        Change.CONTACT_SET: "Contact given",
        Change.CODES_SET: "Discount codes entered",
        Change.FULFILLMENT_CHOSEN: "Delivery or pickup chosen",
        Change.HANDED_OVER: "Taken over on another device",
        Change.CLAIMED: "Became the customer’s",
        Change.MERGED_IN: "Another cart merged in",
        Change.MERGED_AWAY: "Merged into another cart",
        Change.ABANDONED: "Left alone",
        Change.RESUMED: "Taken up again",
        Change.CHECKOUT_BEGUN: "Checkout begun",
        Change.CHECKOUT_ENDED: "Checkout ended",
        Change.ORDERED: "Ordered",
    },
    "fr": {
        Change.CREATED: "Panier ouvert",
        Change.LINES_ADDED: "Ajouté",
        Change.LINES_CHANGED: "Désormais",
        Change.CONTACT_SET: "Coordonnées données",
        Change.CODES_SET: "Codes de réduction saisis",
        Change.FULFILLMENT_CHOSEN: "Livraison ou retrait choisi",
        Change.HANDED_OVER: "Repris sur un autre appareil",
        Change.CLAIMED: "Attribué au client",
        Change.MERGED_IN: "Un autre panier y est fusionné",
        Change.MERGED_AWAY: "Fusionné avec un autre panier",
        Change.ABANDONED: "Laissé de côté",
        Change.RESUMED: "Repris",
        Change.CHECKOUT_BEGUN: "Passage en caisse commencé",
        Change.CHECKOUT_ENDED: "Passage en caisse terminé",
        Change.ORDERED: "Commandé",
    },
}


def summary(activity: Activity, *, context: Context) -> str:
    """Such as `Added: 2 × Manteau long (38)`."""
    words = CHANGES[context.language][activity.change]
    units = ", ".join(f"{quantity} × {title}" for title, quantity in activity.units)
    return f"{words}: {units}" if units else words
