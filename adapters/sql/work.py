"""The unit of work in SQL: one transaction, with every port that writes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.clock import system
from adapters.sql.account import SqlAccountWrites
from adapters.sql.action import SqlActions
from adapters.sql.allocation import SqlAllocations
from adapters.sql.carrier import SqlCarrierWrites
from adapters.sql.cart_sweep import SqlLeftCarts
from adapters.sql.catalog_writes import SqlCatalogWrites
from adapters.sql.channel import SqlChannelWrites
from adapters.sql.checkout import SqlCheckoutWrites
from adapters.sql.checkpoint import SqlCheckpoints
from adapters.sql.code import SqlAttempts, SqlCodes, SqlIdempotency
from adapters.sql.database import Database, to_the_end
from adapters.sql.discrepancy import SqlDiscrepancies
from adapters.sql.document import SqlDocumentWrites
from adapters.sql.event import SqlEvents
from adapters.sql.hold import SqlHolds
from adapters.sql.issuer import SqlIssuers
from adapters.sql.kiosk import SqlKioskWrites
from adapters.sql.ledger import SqlLedger
from adapters.sql.letter import SqlLetters
from adapters.sql.listing import SqlListings
from adapters.sql.location import SqlLocationWrites
from adapters.sql.order_writes import SqlOrderWrites
from adapters.sql.payment import SqlPaymentWrites
from adapters.sql.payment_step import SqlPaymentSteps
from adapters.sql.people import SqlCustomerWrites, SqlStaffWrites
from adapters.sql.promised import SqlPromises
from adapters.sql.promotion import SqlPromotionWrites
from adapters.sql.queue import SqlQueue
from adapters.sql.resourcing import SqlTasks
from adapters.sql.rules import SqlRulesWrites
from adapters.sql.session import SqlSessionWrites
from adapters.sql.store_credit import SqlStoreCreditWrites
from adapters.sql.sweep import SqlLeftovers
from adapters.sql.tax import SqlTaxWrites
from adapters.sql.ticket import SqlTicketWrites
from adapters.sql.transfer import SqlTransferWrites

GIVEN_WAY_SECONDS = 0.11  # SQLite's busy handler comes to wait 0.1 s before it tries again


class SqlWork:
    """Its ports live from `async with` to its end."""

    connection: AsyncConnection
    accounts: SqlAccountWrites
    actions: SqlActions
    allocations: SqlAllocations
    attempts: SqlAttempts
    carriers: SqlCarrierWrites
    carts: SqlLeftCarts
    catalog: SqlCatalogWrites
    channels: SqlChannelWrites
    checkouts: SqlCheckoutWrites
    checkpoints: SqlCheckpoints
    codes: SqlCodes
    customers: SqlCustomerWrites
    discrepancies: SqlDiscrepancies
    documents: SqlDocumentWrites
    events: SqlEvents
    holds: SqlHolds
    idempotency: SqlIdempotency
    issuers: SqlIssuers
    kiosks: SqlKioskWrites
    ledger: SqlLedger
    leftovers: SqlLeftovers
    letters: SqlLetters
    listings: SqlListings
    locations: SqlLocationWrites
    orders: SqlOrderWrites
    payments: SqlPaymentWrites
    payment_steps: SqlPaymentSteps
    sessions: SqlSessionWrites
    staff: SqlStaffWrites
    promises: SqlPromises
    promotions: SqlPromotionWrites
    queue: SqlQueue
    rules: SqlRulesWrites
    store_credits: SqlStoreCreditWrites
    tasks: SqlTasks
    taxes: SqlTaxWrites
    tickets: SqlTicketWrites
    transfers: SqlTransferWrites

    def __init__(self, database: Database, clock: Callable[[], datetime] = system) -> None:
        """`clock` tells when what happened to the stock happened; use cases say it of the rest."""
        self.database, self.clock = database, clock
        self.transaction: AbstractAsyncContextManager[AsyncConnection] | None = None

    async def __aenter__(self) -> Self:
        assert self.transaction is None, "a unit of work is not entered twice at once"
        transaction = self.database.writing()
        self.connection = connection = await transaction.__aenter__()
        self.transaction = transaction
        self.catalog, self.channels = SqlCatalogWrites(connection), SqlChannelWrites(connection)
        self.checkpoints, self.documents = SqlCheckpoints(connection), SqlDocumentWrites(connection)
        self.events = SqlEvents(connection, self.clock)
        self.holds, self.ledger = SqlHolds(connection, self.events), SqlLedger(connection, self.events)
        self.allocations = SqlAllocations(connection, self.holds)
        self.listings, self.locations = SqlListings(connection), SqlLocationWrites(connection)
        self.attempts, self.codes, self.idempotency = SqlAttempts(connection), SqlCodes(connection), SqlIdempotency(connection)
        self.accounts, self.actions = SqlAccountWrites(connection), SqlActions(connection)
        self.customers, self.staff = SqlCustomerWrites(connection), SqlStaffWrites(connection)
        self.issuers, self.kiosks, self.leftovers = SqlIssuers(connection), SqlKioskWrites(connection), SqlLeftovers(connection)
        self.carts, self.sessions = SqlLeftCarts(connection), SqlSessionWrites(connection)
        self.checkouts, self.payments = SqlCheckoutWrites(connection), SqlPaymentWrites(connection)
        self.orders, self.tickets = SqlOrderWrites(connection, self.events), SqlTicketWrites(connection)
        self.carriers, self.rules = SqlCarrierWrites(connection), SqlRulesWrites(connection)
        self.payment_steps, self.store_credits = SqlPaymentSteps(connection), SqlStoreCreditWrites(connection)
        self.promotions, self.taxes = SqlPromotionWrites(connection), SqlTaxWrites(connection)
        self.letters, self.queue, self.tasks = SqlLetters(connection), SqlQueue(connection), SqlTasks(connection)
        self.discrepancies, self.promises = SqlDiscrepancies(connection), SqlPromises(connection, self.holds, self.allocations)
        self.transfers = SqlTransferWrites(connection)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.transaction is not None
        transaction, self.transaction = self.transaction, None
        await transaction.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        """With the events of the change. Shielded: once begun it ends, also when whoever waits for it has gone."""
        await to_the_end(self.committed())

    async def committed(self) -> None:
        has_events = await self.events.write()
        await self.connection.commit()
        if has_events:
            self.database.tell()

    async def give_way(self) -> None:
        """SQLite's one writer is whoever asks next, and another process asks again only so often."""
        if self.database.is_sqlite:
            await asyncio.sleep(GIVEN_WAY_SECONDS)
