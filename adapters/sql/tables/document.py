"""Documents that a shop has registered for a channel."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, Text

from adapters.sql.tables.metadata import key, metadata
from domain.ids import ChannelId

registered_document = Table(
    "registered_document",
    metadata,
    key("channel_id", ChannelId, ForeignKey("channel.id"), primary_key=True),
    Column("hash", Text, primary_key=True, comment="of the text, SHA-256 in hexadecimal"),
    Column("name", Text, nullable=False, comment="for people"),
    Column("text", Text, nullable=False),
)
