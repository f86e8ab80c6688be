"""Claims: somebody who has shown nothing yet names an order, and where its buyer is written to."""

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
class Claim:
    """`phone`: in the form of E.164. Without either of the two the number alone has to do."""

    number: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    order: Order
    contact: Contact | None


class Claims(Protocol):
    async def claimed(self, actor: Actor, claim: Claim) -> Claimed | None:
        """Whoever the actor is: who asks for it must not tell them more than they may know."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """Who asks, from where (`client` is a digest of their address), and when."""

    actor: Actor
    keys: Keys
    client: str
    at: datetime

    def subjects(self, claim: Claim) -> tuple[str, ...]:
        """Who guesses, and digests of what is guessed at: an order there is counts like one there is not."""
        ways = (number_key(claim.number[:NUMBER_CHARACTERS_MAX]), claim.email and email_key(claim.email), claim.phone)
        guessed = (self.keys.digest("order-claim", way) for way in ways if way)
        return tuple(sorted({self.client, *guessed} - {""}))
