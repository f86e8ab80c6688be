"""What products are found by: the same plain tables on every database, so that all find and rank alike."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from adapters.sql.columns import Bytewise
from adapters.sql.tables.metadata import key, metadata
from domain.ids import ChannelId

search_word = Table(
    "search_word",
    metadata,
    Column("word", Bytewise, nullable=False, comment="folded; a code is joined and marked with #"),
    key("channel_id", ChannelId, ForeignKey("channel.id"), comment="that has a title of its own for it; else null"),
    Column("position", Integer, ForeignKey("product.position"), nullable=False, comment="the product's, smaller than its id"),
    Column("weight", Integer, nullable=False, comment="of the field, by domain/search.py"),
)
Index("ix_search_word_word", *search_word.columns)
Index("ix_search_word_position", search_word.c.position, search_word.c.word, search_word.c.channel_id, search_word.c.weight)

search_form = Table(
    "search_form",
    metadata,
    Column("form", Bytewise, primary_key=True, comment="the word, a stem, or ~ and its beginning with letters left out"),
    Column("word", Bytewise, primary_key=True),
    sqlite_with_rowid=False,
)
