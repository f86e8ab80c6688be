"""Lookups: somebody who has shown nothing yet names an order, and where its buyer is written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.actor import Actor
from domain.contact import Contact, email_key
from domain.order import Order, number_key
from domain.session import Keys

NUMBER_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """`phone`: in the form of E.164. Without either of the two the number alone has to do."""

    number: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class LookedUp:
    order: Order
    contact: Contact | None


class Lookups(Protocol):
    async def found(self, actor: Actor, lookup: Lookup) -> LookedUp | None:
        """Whoever the actor is: who asks for it must not tell them more than they may know."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquirer:
    """Who asks, from where (`client` is a digest of their address), and when."""

    actor: Actor
    keys: Keys
    client: str
    at: datetime

    def subjects(self, lookup: Lookup) -> tuple[str, ...]:
        """Who guesses, and digests of what is guessed at: an order there is counts like one there is not."""
        ways = (number_key(lookup.number[:NUMBER_CHARACTERS_MAX]), lookup.email and email_key(lookup.email), lookup.phone)
        guessed = (self.keys.digest("order-lookup", way) for way in ways if way)
        return tuple(sorted({self.client, *guessed} - {""}))
