"""Documents that are named instead of sent: those a shop has registered for a channel, and those clients had us remember."""

from __future__ import annotations

from collections.abc import Sequence

from graphql import GraphQLError

from domain.channel import Channel
from domain.document import RegisteredDocuments
from domain.ids import ChannelId
from gateway.request import Asked
from schema.document import Document, Documents, hash_of

REGISTERED_MAX = 10_000  # remembered to be registered, so that they are asked for once


class Texts:
    def __init__(self, documents: Documents, registered: RegisteredDocuments) -> None:
        self.documents, self.registered = documents, registered
        self.known_registered: set[tuple[ChannelId, str]] = set()

    async def document(self, asked: Asked, channel: Channel) -> Document | Sequence[GraphQLError]:
        """The document that is sent or named, if the channel answers it; or why not."""
        hash = hash_of(asked.query) if asked.query is not None else asked.hash or ""
        if asked.hash not in (None, hash):
            return [refused("The hash that was sent is not that of the document.", "INVALID_INPUT")]
        if channel.registered_only and not await self.is_registered(channel, hash):
            return [refused("This channel answers registered documents only.", "FORBIDDEN")]
        if asked.query is not None:
            return self.documents.of(asked.query)
        if known := self.documents.known(hash):
            return known
        text = await self.registered.text(channel, hash)
        return self.documents.of(text) if text is not None else [refused("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")]

    async def is_registered(self, channel: Channel, hash: str) -> bool:
        if (channel.id, hash) in self.known_registered:
            return True
        if await self.registered.text(channel, hash) is None:
            return False
        if len(self.known_registered) >= REGISTERED_MAX:
            self.known_registered.clear()
        self.known_registered.add((channel.id, hash))
        return True


def refused(message: str, code: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": code})
