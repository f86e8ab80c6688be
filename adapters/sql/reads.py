"""All that is read, over one database."""

from __future__ import annotations

from adapters.sql.catalog import SqlCatalog
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.document import SqlDocuments
from adapters.sql.event import SqlOutbox
from adapters.sql.location import SqlLocations
from adapters.sql.offer import SqlStock
from adapters.sql.proof import SqlProof
from adapters.sql.search import SqlSearch


class SqlReads:
    def __init__(self, database: Database) -> None:
        self.catalog = SqlCatalog(database)
        self.channels = SqlChannels(database)
        self.documents = SqlDocuments(database)
        self.locations = SqlLocations(database)
        self.outbox = SqlOutbox(database)
        self.proof = SqlProof(database)
        self.search = SqlSearch(database)
        self.stock = SqlStock(database)
