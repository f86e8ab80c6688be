"""Passwords: how long they are, and the port that keeps no more of them than can be compared."""

from __future__ import annotations

from typing import Protocol

from domain.refusal import InvalidInput

CHARACTERS_MIN, CHARACTERS_MAX = 8, 200


class Passwords(Protocol):
    async def hashed(self, password: str) -> str:
        """What is kept of it."""
        ...

    async def matches(self, hashed: str | None, password: str) -> bool:
        """Takes as long where there is no hash to compare with."""
        ...


def wrong_password(password: str, path: tuple[str, ...]) -> InvalidInput | None:
    if CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        return None
    asked = f"it must have from {CHARACTERS_MIN} to {CHARACTERS_MAX}"
    return InvalidInput(path, f"`password` has {len(password)} characters; {asked}.")
