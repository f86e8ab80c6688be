"""Documents that a shop has registered: queries it knows, which its own apps name instead of sending them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.channel import Channel
from domain.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class RegisteredDocument:
    """`hash`: of the text, SHA-256 in hexadecimal; `name`: for people, such as the file it came from."""

    hash: str
    name: str
    text: str


class RegisteredDocuments(Protocol):
    async def text(self, channel: Channel, hash: str) -> str | None: ...


class DocumentWrites(Protocol):
    async def register(self, channel: Channel, documents: Sequence[RegisteredDocument]) -> int:
        """Adds those that are not there yet, and answers their number; what is registered is never taken back:
        apps that name it are out in the world."""
        ...


class DocumentWork(UnitOfWork, Protocol):
    @property
    def documents(self) -> DocumentWrites: ...


async def register(work: DocumentWork, channel: Channel, documents: Sequence[RegisteredDocument]) -> int:
    """How many were not known before."""
    async with work:
        added = await work.documents.register(channel, documents)
        await work.commit()
    return added
