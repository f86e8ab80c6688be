"""All that is read, over one database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from adapters.clock import system
from adapters.sql.account import SqlAccounts
from adapters.sql.carrier import SqlCarriers
from adapters.sql.cart import SqlCarts
from adapters.sql.catalog import SqlCatalog
from adapters.sql.channel import SqlChannels
from adapters.sql.checkout import SqlCheckouts
from adapters.sql.code import SqlKnownKeys
from adapters.sql.database import Database
from adapters.sql.document import SqlDocuments
from adapters.sql.event import SqlOutbox
from adapters.sql.kiosk import SqlKiosks
from adapters.sql.load import SqlLoads
from adapters.sql.location import SqlLocations
from adapters.sql.offer import SqlStock
from adapters.sql.order import SqlOrders
from adapters.sql.order_list import SqlOrderLists
from adapters.sql.order_lookup import SqlLookups
from adapters.sql.payment import SqlPayments
from adapters.sql.payment_step import SqlRefunds
from adapters.sql.people import SqlCustomers, SqlStaff
from adapters.sql.pricing import SqlPricing
from adapters.sql.proof import SqlProof
from adapters.sql.rules import SqlRules
from adapters.sql.search import SqlSearch
from adapters.sql.session import SqlSessions
from adapters.sql.stock import SqlStockLedger
from adapters.sql.store_credit import SqlStoreCredits
from adapters.sql.store_task import SqlStoreTasks
from adapters.sql.terminal import SqlTerminals
from adapters.sql.ticket import SqlTickets
from adapters.sql.transfer import SqlTransfers
from domain.load import Loads


class SqlReads:
    """By this clock, what hardly ever changes is kept for a moment."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = system) -> None:
        self.database = database
        self.accounts = SqlAccounts(database)
        self.carriers = SqlCarriers(database, clock)
        self.carts = SqlCarts(database)
        self.catalog = SqlCatalog(database)
        self.channels = SqlChannels(database)
        self.checkouts = SqlCheckouts(database)
        self.customers = SqlCustomers(database)
        self.documents = SqlDocuments(database)
        self.idempotency = SqlKnownKeys(database)
        self.ledger = SqlStockLedger(database)
        self.kiosks = SqlKiosks(database)
        self.loads: Loads = SqlLoads(database)
        self.locations = SqlLocations(database)
        self.orders = SqlOrders(database)
        self.lookups = SqlLookups(database)
        self.order_lists = SqlOrderLists(database)
        self.payments = SqlPayments(database)
        self.pricing = SqlPricing(database)
        self.outbox = SqlOutbox(database)
        self.proof = SqlProof(database)
        self.refunds = SqlRefunds(database)
        self.rules = SqlRules(database, clock)
        self.search = SqlSearch(database)
        self.sessions = SqlSessions(database)
        self.staff = SqlStaff(database)
        self.stock = SqlStock(database)
        self.store_tasks = SqlStoreTasks(database)
        self.tickets = SqlTickets(database)
        self.store_credits = SqlStoreCredits(database)
        self.terminals = SqlTerminals(database)
        self.transfers = SqlTransfers(database)
