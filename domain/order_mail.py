"""What is written to the buyer of an order, in their language: that it was placed, is ready, has been sent, has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from domain.channel import FulfillmentMethod
from domain.fulfillment import UNDER_WAY, Fulfillment, FulfillmentStatus
from domain.group import Group, is_later
from domain.ids import FulfillmentId, LocationId
from domain.locale import moment_in, money_in
from domain.location import Location
from domain.money import Money
from domain.order import Order, OrderStatus
from domain.promise import Promise


class Say(Enum):
    """In English and French. Of a letter the first is its subject, and each other one a paragraph."""

    PLACED = ("Your order {number}", "Votre commande {number}")
    THANKS = ("Thank you for your order {number}.", "Merci pour votre commande {number}.")
    LINE = ("{units} × {title}: {total}", "{units} × {title} : {total}")
    UNITS = ("{units} × {title}", "{units} × {title}")
    TOTAL = ("Total: {total}", "Total : {total}")
    DELIVERY = ("It will be delivered by {latest} at the latest.", "Elle sera livrée au plus tard {latest}.")
    PICKUP = (
        "You can collect it at {store}, {address}, from {latest} on. We will write to you when it is ready.",
        "Vous pourrez la retirer chez {store}, {address}, à partir de {latest}. Nous vous écrirons dès qu’elle sera prête.",
    )
    CODE = ("Your pickup code at {store}: {code}", "Votre code de retrait chez {store} : {code}")
    READY = ("Ready to collect: your order {number}", "Prête à retirer : votre commande {number}")
    WAITS = ("It is ready for you at {store}, {address}.", "Elle vous attend chez {store}, {address}.")
    UNTIL = ("We keep it for you until {until}.", "Nous la gardons pour vous jusqu’au {until}.")
    REMINDED = ("Your order {number} is still waiting for you", "Votre commande {number} vous attend toujours")
    EXPIRED = ("Your order {number} was not collected", "Votre commande {number} n’a pas été retirée")
    GIVEN_BACK = (
        "Nobody collected it at {store} in time, so it is not kept any more. What you have paid for it will be refunded.",
        "Personne ne l’a retirée à temps chez {store}, et elle n’y est plus gardée. Ce que vous avez payé sera remboursé.",
    )
    MOVED = ("A new date for your order {number}", "Une nouvelle date pour votre commande {number}")
    FROM_TO = (
        "We had promised it for {before}, and are sorry that it will be {after}.",
        "Nous l’avions promise pour {before}, et regrettons que ce ne soit que {after}.",
    )
    NO_DATE = (
        "We had promised it for {before}, and are sorry that we cannot say yet when it will be.",
        "Nous l’avions promise pour {before}, et regrettons de ne pas encore pouvoir donner de nouvelle date.",
    )
    SHIPPED = ("Your order {number} is on its way", "Votre commande {number} est en route")
    TRACKED = ("{carrier} brings it, parcel {parcel}: {url}", "{carrier} l’achemine, colis {parcel} : {url}")
    CANCELED = ("Canceled from your order {number}", "Annulé dans votre commande {number}")
    NO_LONGER = ("This is no longer part of it:", "Ceci n’en fait plus partie :")
    REFUNDED = ("A refund for your order {number}", "Un remboursement pour votre commande {number}")
    REFUND = ("Refunded until now: {refunded}", "Remboursé jusqu’ici : {refunded}")
    ACTION_NEEDED = ("Your order {number}: we need your decision", "Votre commande {number} : à vous de décider")
    LACKING = (
        "We are sorry: at present we cannot get this for you. Choose another way to have it, or cancel it.",
        "Nous sommes désolés : nous ne pouvons pas vous procurer ceci pour le moment. Choisissez un autre moyen de "
        "l’obtenir, ou annulez-le.",
    )
    SEE = ("See your order: {link}", "Voir votre commande : {link}")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a letter speaks of. `codes`: of pickup, by store; `fulfillment`: what has changed, if not all of the order."""

    order: Order
    language: str
    stores: Mapping[LocationId, Location]
    codes: Mapping[LocationId, str]
    fulfillment: FulfillmentId | None
    link: str

    def say(self, words: Say, **facts: object) -> str:
        english, french = words.value
        return (french if self.language == "fr" else english).format(number=self.order.number, **facts)

    def money(self, money: Money) -> str:
        return money_in(self.language, money)

    def moment(self, at: datetime, time_zone: str) -> str:
        return moment_in(self.language, at, time_zone)

    def latest(self, promise: Promise) -> str:
        return self.moment(promise.latest, promise.time_zone)

    def parts(self, status: FulfillmentStatus) -> list[Fulfillment]:
        """Of which it speaks, as far as they stand there still."""
        of = (self.fulfillment,) if self.fulfillment else tuple(one.id for one in self.order.fulfillments)
        return [one for one in self.order.fulfillments if one.id in of and one.status is status]

    def units(self, part: Fulfillment) -> str:
        return self.listed((self.order.line(line.order_line).title, line.quantity) for line in part.lines)

    def listed(self, units: Iterable[tuple[str, int]]) -> str:
        return "\n".join(self.say(Say.UNITS, units=n, title=title) for title, n in units)


Paragraphs = list[str] | None  # the subject first; None where there is nothing to tell any more


def written(change: str, about: About) -> tuple[str, str] | None:
    """Subject and text."""
    said = LETTERS[change](about)
    if said is None:
        return None
    subject, *paragraphs = said
    return subject, "\n\n".join([*paragraphs, about.say(Say.SEE, link=about.link)]) + "\n"


# ------------------------------------------------------------------------------------------------ each letter


def placed(about: About) -> Paragraphs:
    order = about.order
    lines = (about.say(Say.LINE, units=one.quantity, title=one.title, total=about.money(one.total)) for one in order.lines)
    total = about.say(Say.TOTAL, total=about.money(order.totals.total))
    ways = [said for group in order.groups for said in way(about, group)]
    return [about.say(Say.PLACED), about.say(Say.THANKS), "\n".join(lines), total, *ways, *codes(about, about.codes)]


def way(about: About, group: Group) -> list[str]:
    if group.promise is None:
        return []
    latest = about.latest(group.promise)
    if group.method is FulfillmentMethod.DELIVERY or group.location is None:
        return [about.say(Say.DELIVERY, latest=latest)]
    return [about.say(Say.PICKUP, latest=latest, **place(about, group.location))]


def place(about: About, store: LocationId) -> dict[str, str]:
    found = about.stores[store]
    return {"store": found.name, "address": f"{found.address.line1}, {found.address.postal_code} {found.address.city}"}


def codes(about: About, stores: Iterable[LocationId]) -> list[str]:
    known = sorted(store for store in set(stores) if store in about.codes)
    return [about.say(Say.CODE, store=about.stores[store].name, code=about.codes[store]) for store in known]


def ready(about: About) -> Paragraphs:
    return waiting(about, Say.READY)


def reminded(about: About) -> Paragraphs:
    return waiting(about, Say.REMINDED)


def waiting(about: About, subject: Say) -> Paragraphs:
    parts = about.parts(FulfillmentStatus.READY_FOR_PICKUP)
    until = {one.destination: one.collect_before for one in parts if one.destination}
    said = [about.say(subject)]
    for store, end in until.items():
        said.append(about.say(Say.WAITS, **place(about, store)))
        said += [about.say(Say.UNTIL, until=about.moment(end, about.stores[store].time_zone))] if end else []
    return [*said, *map(about.units, parts), *codes(about, until)] if until else None


def expired(about: About) -> Paragraphs:
    parts = about.parts(FulfillmentStatus.EXPIRED)
    said = [about.say(Say.GIVEN_BACK, store=about.stores[one.destination].name) for one in parts if one.destination]
    return [about.say(Say.EXPIRED), *said, *map(about.units, parts)] if said else None


def shipped(about: About) -> Paragraphs:
    said = [about.say(Say.SHIPPED)]
    for one in about.parts(FulfillmentStatus.SHIPPED):
        said.append(about.units(one))
        if to := one.tracking:
            said.append(about.say(Say.TRACKED, carrier=to.carrier, parcel=to.number, url=to.url or "").rstrip(" :"))
    return said if len(said) > 1 else None


def promise_changed(about: About) -> Paragraphs:
    moved = [said for group in about.order.groups for said in new_date(about, group)]
    return [about.say(Say.MOVED), *moved] if moved else None


def new_date(about: About, group: Group) -> list[str]:
    """Of a group, all of which is there when the last of it is."""
    parts = [one.promise for one in about.order.fulfillments if one.group == group.id and one.status in UNDER_WAY]
    later = [promise for promise in parts if is_later(promise, group.promise)]
    if group.promise is None or not later:
        return []
    before, known = about.latest(group.promise), [promise for promise in later if promise]
    if len(known) < len(later):
        return [about.say(Say.NO_DATE, before=before)]
    last = max(known, key=lambda promise: promise.latest.timestamp())
    return [about.say(Say.FROM_TO, before=before, after=about.latest(last))]


def canceled(about: About) -> Paragraphs:
    gone = about.listed((line.title, line.canceled) for line in about.order.lines if line.canceled)
    return [about.say(Say.CANCELED), about.say(Say.NO_LONGER), gone, *refund(about)] if gone else None


def refunded(about: About) -> Paragraphs:
    said = refund(about)
    return [about.say(Say.REFUNDED), *said] if said else None


def refund(about: About) -> list[str]:
    back = sum((one.refunded for one in about.order.payments), Money(about.order.currency_code, 0))
    return [about.say(Say.REFUND, refunded=about.money(back))] if back.minor_units else []


def action_needed(about: About) -> Paragraphs:
    if about.order.status is not OrderStatus.ACTION_NEEDED:
        return None
    lacking = about.listed((line.title, line.unsourced) for line in about.order.lines if line.unsourced)
    return [about.say(Say.ACTION_NEEDED), about.say(Say.LACKING), lacking]


LETTERS: Mapping[str, Callable[[About], Paragraphs]] = {
    "placed": placed,
    "ready": ready,
    "reminded": reminded,
    "expired": expired,
    "shipped": shipped,
    "promise_changed": promise_changed,
    "canceled": canceled,
    "refunded": refunded,
    "resourced": action_needed,
}
CHANGES = frozenset(LETTERS)
