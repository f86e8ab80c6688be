"""Passwords by Argon2id (RFC 9106), in threads, a few at once: each takes a processor and 64 MiB for a while."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

AT_ONCE = 2


class Argon2Passwords:
    """Of the library's own strength, which is the second recommendation of RFC 9106."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self.hasher = hasher or PasswordHasher()
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.nobodys: str | None = None

    async def hashed(self, password: str) -> str:
        async with self.turns:
            return await asyncio.to_thread(self.hasher.hash, password)

    async def matches(self, hashed: str | None, password: str) -> bool:
        """Nobody's password is compared too, with a hash that was made for it."""
        if self.nobodys is None:
            self.nobodys = await self.hashed("nobody's")
        async with self.turns:
            is_same = await asyncio.to_thread(self.is_same, hashed or self.nobodys, password)
        return is_same and hashed is not None

    def is_same(self, hashed: str, password: str) -> bool:
        try:
            return self.hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False
