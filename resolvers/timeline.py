"""Timelines: what became of an order, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.channel import Channel
from domain.fulfillment import Fulfillment
from domain.ids import OrderEntryId
from domain.money import Money
from domain.order import Entry, EntryKind, Order, TimelineAsked
from domain.page import PageInfo, PageRequest, cursor_of, foreign_cursor, page_info, page_request
from domain.refusal import InvalidInput
from domain.staff import StaffMember
from resolvers.context import Context
from resolvers.refusal import granted


@dataclass(frozen=True, slots=True)
class TimelineEdge:
    node: Entry
    cursor: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Entries, newest first. How many there are in all is not counted."""

    edges: tuple[TimelineEdge, ...]
    page_info: PageInfo

    @property
    def nodes(self) -> tuple[Entry, ...]:
        return tuple(edge.node for edge in self.edges)


async def timelines_of_orders(
    orders: Sequence[Order], *, context: Context, first: int | None = None, after: str | None = None
) -> list[TimelinePage]:
    request = granted(page_request(first=first, after=after))
    asked = TimelineAsked(request.size + 1, granted(entry_before(request)))
    found = await context.reads.orders.entries(context.actor, sorted({order.id for order in orders}), asked)
    return [page_of(found[order.id], request) for order in orders]


def entry_before(request: PageRequest) -> OrderEntryId | InvalidInput | None:
    if refusal := foreign_cursor(request, (str,)):
        return refusal
    if request.after is None:
        return None
    id = OrderEntryId.parse(str(request.after[0]))
    return id or InvalidInput(("after",), "`after` is a cursor of another list; start again without it.")


def page_of(entries: Sequence[Entry], request: PageRequest) -> TimelinePage:
    edges = tuple(TimelineEdge(entry, cursor_of((str(entry.id),))) for entry in entries[: request.size])
    cursors = [edge.cursor for edge in edges]
    return TimelinePage(edges, page_info(request=request, cursors=cursors, more=len(entries) > request.size))


# What is new has words here in both languages, with what its `data` holds; what has none is told by its kind.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "placed": "Order placed: {items}",
        "imported": "Sold elsewhere: {items}",
        "sourced": "Goods found: {items}",
        "fulfillment_changed": "Delivery or pickup changed: {items}",
        "resourced": "Now comes from elsewhere: {items}",
        "unsourced": "Not to be had at present: {items}",
        "promise_changed": "New date promised: {items}",
        "canceled": "Canceled: {items}",
        "paid": "Paid: {amount} {currency}",
        "accepted": "Being prepared: {items}",
        "picked": "Taken from the shelf: {items}",
        "packed": "Packed: {items}",
        "sent_to_store": "On the way to the store: {items}",
        "arrived": "Arrived at the store: {items}",
        "ready": "Ready for pickup: {items}",
        "extended": "Kept for longer: {items}",
        "collected": "Collected: {items}",
        "expired": "Not collected in time: {items}",
        "shipped": "Shipped: {items}",
        "delivered": "Delivered: {items}",
        "rejected": "Could not be prepared there: {items}",
        "supplied": "Goods have come in: {items}",
        "lost": "No longer on the shelf: {items}",
        "refunded": "Given back: {amount} {currency}",
        "capture_failed": "Could not be taken: {amount} {currency}",
        "void_failed": "Could not be released: {amount} {currency}",
        "refund_failed": "Could not be given back: {amount} {currency}",
        "authorization_ending": "The authorization ends soon: {amount} {currency}",
        "authorization_captured": "Taken before its authorization ended: {amount} {currency}",
    },
    "fr": {
        "placed": "Commande passée : {items}",
        "imported": "Vendu ailleurs : {items}",
        "sourced": "Trouvé : {items}",
        "fulfillment_changed": "Livraison ou retrait modifié : {items}",
        "resourced": "Vient désormais d’ailleurs : {items}",
        "unsourced": "Introuvable pour le moment : {items}",
        "promise_changed": "Nouvelle date promise : {items}",
        "canceled": "Annulé : {items}",
        "paid": "Payé : {amount} {currency}",
        "accepted": "En préparation : {items}",
        "picked": "Pris en rayon : {items}",
        "packed": "Emballé : {items}",
        "sent_to_store": "En route vers le magasin : {items}",
        "arrived": "Arrivé au magasin : {items}",
        "ready": "Prêt à retirer : {items}",
        "extended": "Gardé plus longtemps : {items}",
        "collected": "Retiré : {items}",
        "expired": "Non retiré à temps : {items}",
        "shipped": "Expédié : {items}",
        "delivered": "Livré : {items}",
        "rejected": "N’a pas pu être préparé là : {items}",
        "supplied": "Marchandise arrivée : {items}",
        "lost": "N’est plus en rayon : {items}",
        "refunded": "Remboursé : {amount} {currency}",
        "capture_failed": "N’a pas pu être débité : {amount} {currency}",
        "void_failed": "N’a pas pu être libéré : {amount} {currency}",
        "refund_failed": "N’a pas pu être remboursé : {amount} {currency}",
        "authorization_ending": "L’autorisation prend bientôt fin : {amount} {currency}",
        "authorization_captured": "Débité avant la fin de l’autorisation : {amount} {currency}",
    },
}
ITEMS = {"en": ("item", "items"), "fr": ("article", "articles")}
KINDS: Mapping[str, Mapping[EntryKind, str]] = {
    "en": {
        EntryKind.CART: "Cart changed",
        EntryKind.CHECKOUT: "Checkout changed",
        EntryKind.ORDER: "Order changed",
        EntryKind.PAYMENT: "Payment changed",
        EntryKind.FULFILLMENT: "Preparation changed",
        EntryKind.PROMISE: "New date promised",
        EntryKind.RETURN: "Return changed",
        EntryKind.REFUND: "Refund changed",
        EntryKind.NOTE: "Note",
        EntryKind.STAFF_ACTION: "Done by staff",
    },
    "fr": {
        EntryKind.CART: "Panier modifié",
        EntryKind.CHECKOUT: "Passage en caisse modifié",
        EntryKind.ORDER: "Commande modifiée",
        EntryKind.PAYMENT: "Paiement modifié",
        EntryKind.FULFILLMENT: "Préparation modifiée",
        EntryKind.PROMISE: "Nouvelle date promise",
        EntryKind.RETURN: "Retour modifié",
        EntryKind.REFUND: "Remboursement modifié",
        EntryKind.NOTE: "Note",
        EntryKind.STAFF_ACTION: "Fait par l’équipe",
    },
}


def summary(entry: Entry, *, context: Context) -> str:
    words = WORDS[context.language].get(entry.change)
    facts = dict(entry.data)
    if "units" in facts:
        facts["items"] = f"{facts['units']} {ITEMS[context.language][facts['units'] > 1]}"
    if "minor" in facts:
        facts["amount"] = Money(facts["currency"], facts["minor"]).amount
    return words.format(**facts) if words else KINDS[context.language][entry.kind]


def reason(entry: Entry, *, context: Context) -> str | None:
    """As somebody of the staff, or the buyer, put it: for staff."""
    return entry.reason if context.actor.is_staff else None


async def channels_of_entries(entries: Sequence[Entry], *, context: Context) -> list[Channel | None]:
    channels = await context.channels()
    return [channels.get(one.channel) if one.channel else None for one in entries]


async def staff_of_entries(entries: Sequence[Entry], *, context: Context) -> list[StaffMember | None]:
    """Told to staff; to anybody else nobody did it."""
    ids = sorted({one.staff for one in entries if one.staff})
    found = await context.reads.staff.members(context.actor, ids) if ids else {}
    return [found.get(one.staff) if one.staff else None for one in entries]


async def subjects_of_entries(entries: Sequence[Entry], *, context: Context) -> list[Order | Fulfillment | None]:
    """The part of the order that it is about, or all of it."""
    found = await context.reads.orders.orders(context.actor, sorted({one.order for one in entries}))
    return [subject_of(one, found.get(one.order)) for one in entries]


def subject_of(entry: Entry, order: Order | None) -> Order | Fulfillment | None:
    if order is None or entry.fulfillment is None:
        return order
    return next((one for one in order.fulfillments if one.id == entry.fulfillment), order)
