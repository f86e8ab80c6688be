"""Who moves money for this shop: made from the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urljoin

from adapters.clock import system
from adapters.payments.built_in import BuiltIn
from adapters.payments.stripe import Account, Stripe
from adapters.sql.database import Database
from adapters.sql.terminal import reference_of
from domain.payment import Provider
from gateway.settings import Settings

CONFIRM_PATH = "/payments/test/confirm"


@dataclass(frozen=True, slots=True)
class KnownProviders:
    """`others`: by name, those that what was paid before may need."""

    of_cards: Provider
    others: Mapping[str, Provider]

    def named(self, name: str) -> Provider:
        if name not in self.others:
            raise LookupError(f"payments were taken by {name!r}, which is not set up any more")
        return self.others[name]

    async def close(self) -> None:
        for one in self.others.values():
            if isinstance(one, Stripe):
                await one.close()


def providers(chosen: Settings, database: Database, clock: Callable[[], datetime] = system) -> KnownProviders:
    """Stripe stays for what it has taken, as long as its key is set."""
    confirm_url = urljoin(chosen.storefront_url, CONFIRM_PATH)
    known: dict[str, Provider] = {BuiltIn.name: BuiltIn(database, clock=clock, confirm_url=confirm_url)}
    if chosen.stripe_key and chosen.stripe_webhook_secret:
        account = Account(
            key=chosen.stripe_key.get_secret_value(),
            webhook_secret=chosen.stripe_webhook_secret.get_secret_value(),
            url=chosen.stripe_url or None,
        )
        known[Stripe.name] = Stripe(account, reader_of=partial(reference_of, database))
    return KnownProviders(known[chosen.takes_cards_by], known)
