"""Idempotency: the same key and the same input have the same outcome again, read anew; another input is refused.

A key is claimed in the transaction of the change it stands for: of two that come at once one waits, and is then told what
the other came to. A change that was refused leaves no key behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

from domain.actor import Actor
from domain.refusal import IdempotencyKeyReused, InvalidInput
from domain.session import Keys

KEPT = timedelta(days=2)
KEPT_FOR_STRANGERS = timedelta(hours=1)
KEY_CHARACTERS_MAX = 200
SECRET_CHARACTERS_MIN = 16  # nothing but the key tells a stranger from another

Outcome: TypeAlias = Mapping[str, Any]  # opaque ids and plain facts


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotencyKey:
    """`digest`: of the mutation, who asked for it and the key; `fingerprint`: of the input."""

    digest: str
    fingerprint: str
    expires_at: datetime


class IdempotencyReads(Protocol):
    async def known(self, key: IdempotencyKey, now: datetime) -> Outcome | IdempotencyKeyReused | None:
        """What it stands for, if it was used; whoever comes first still has to claim it."""
        ...


class IdempotencyWrites(Protocol):
    async def claim(self, key: IdempotencyKey, now: datetime) -> Outcome | IdempotencyKeyReused | None:
        """None for the first who comes with this key; it is theirs once their unit of work is committed."""
        ...

    async def settle(self, key: IdempotencyKey, outcome: Outcome) -> None: ...


def idempotency_key(
    keys: Keys, actor: Actor, mutation: str, text: str | None, command: object, now: datetime
) -> IdempotencyKey | InvalidInput | None:
    """None where no key was given. `command` is the input without the key."""
    if text is None:
        return None
    is_stranger = actor.session is None
    least = SECRET_CHARACTERS_MIN if is_stranger else 1
    if not least <= len(text) <= KEY_CHARACTERS_MAX:
        whose = "without a session the key is a secret of its own and" if is_stranger else "a key"
        message = f"`idempotencyKey` has {len(text)} characters; {whose} has from {least} to {KEY_CHARACTERS_MAX}."
        return InvalidInput(("input", "idempotencyKey"), message)
    subject = actor.customer or actor.session or "stranger"
    return IdempotencyKey(
        digest=keys.digest("idempotency", f"{mutation}\n{subject}\n{text}"),
        fingerprint=keys.digest("fingerprint", repr(command)),
        expires_at=now + (KEPT_FOR_STRANGERS if is_stranger else KEPT),
    )
