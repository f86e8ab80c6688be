"""One-time codes: what opens something once, for a while; only a digest of them is kept."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from domain.ids import CartId, CustomerId, LocationId, StaffMemberId
from domain.session import HandoffScope, Keys

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without look-alikes: no I, L, O, 0, 1
SPOKEN_CHARACTERS = 6
MAILED_BYTES = 24
TRIES = 3
LOOK_ALIKES = str.maketrans("", "", " -")


class Purpose(StrEnum):
    """What a code opens; one that is good for one thing is good for nothing else."""

    HANDOFF = "HANDOFF"
    RESUME = "RESUME"
    VERIFY_EMAIL = "VERIFY_EMAIL"
    RESET_PASSWORD = "RESET_PASSWORD"
    ENROLL_KIOSK = "ENROLL_KIOSK"
    ORDER_ACCESS = "ORDER_ACCESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """What a code stands for, without the code itself."""

    digest: str = ""
    purpose: Purpose
    expires_at: datetime
    cart: CartId | None = None
    customer: CustomerId | None = None
    location: LocationId | None = None
    staff: StaffMemberId | None = None
    scope: HandoffScope | None = None
    data: Mapping[str, Any] | None = None


class CodeWrites(Protocol):
    async def issue(self, code: OneTimeCode) -> bool:
        """False where the same code is about already."""
        ...

    async def unspent_of(self, cart: CartId, now: datetime) -> int:
        """How many codes open this cart."""
        ...

    async def spend(self, digest: str, purposes: tuple[Purpose, ...], now: datetime) -> OneTimeCode | None:
        """What it stands for, the first time it is asked for, before it expires; None ever after."""
        ...

    async def customer_of(self, digest: str) -> CustomerId | None:
        """Whose it is, spent or not."""
        ...

    async def revoke(self, customer: CustomerId | None, purposes: tuple[Purpose, ...], now: datetime) -> None:
        """Those of a customer that are not spent yet are good for nothing from now on."""
        ...


def spoken() -> str:
    """Six characters that can be read aloud: 887 million of them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SPOKEN_CHARACTERS))


async def issue_spoken(codes: CodeWrites, keys: Keys, meant: OneTimeCode) -> str:
    """The code that stands for what is `meant`, whose digest is put in; one that is about already is drawn again."""
    for _ in range(TRIES):
        code = spoken()
        if await codes.issue(replace(meant, digest=keys.digest("code", code))):
            return code
    raise RuntimeError("no code is free")


def mailed() -> str:
    """For a link that is clicked: 192 random bits."""
    return secrets.token_urlsafe(MAILED_BYTES)


def as_spoken(text: str) -> str:
    """As people type it: in any case, with spaces or hyphens."""
    return text.translate(LOOK_ALIKES).upper() if len(text) <= 2 * SPOKEN_CHARACTERS + 1 else text
