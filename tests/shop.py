"""The tests' small language: a shop is set up in a few words, and asked as a client asks.

shop = await Shop.opened(database)
await shop.locations("LYON", "PARIS")
await shop.product("coat", "COAT-38", "COAT-40", price="289.00")
await shop.stock("COAT-38", LYON=3, PARIS=1)
data = await shop.ask("{ variant(by: {sku: \"COAT-38\"}) { availableQuantity } }")
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from argon2 import PasswordHasher
from graphql import ExecutionResult, GraphQLError
from sqlalchemy import event, insert, select, text

from adapters.files.staging import staged
from adapters.passwords import Argon2Passwords
from adapters.payments.built_in import BuiltIn
from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from adapters.sql.tables import customer, metadata
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from domain.account import NewCustomer
from domain.actor import Actor, Role
from domain.address import Address
from domain.catalog import Image, SelectedOption
from domain.channel import Assortment, ChannelFacts, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows
from domain.hold import Hold, HoldFor, InsufficientStock, place
from domain.ids import SHARED_POOL, CheckoutId, CustomerId, LocationId, PoolId, StaffMemberId
from domain.intake.carrier import set_carriers
from domain.intake.catalog import ProductDraft, VariantDraft, import_catalog
from domain.intake.channel import import_channels
from domain.intake.checkpoint import Overtaken
from domain.intake.location import LocationDraft, import_locations
from domain.intake.report import BadRow, Imported, Rejected, Row, Sheet, Source, Unusable, Watch, unwatched
from domain.intake.rules import set_rules
from domain.intake.stock import SHELVES_AT_ONCE, Counting, StockDraft, import_stock
from domain.intake.version import Kept
from domain.ledger import Shelf
from domain.location import Coordinates, LocationKind, LocationService
from domain.mail import Letters, Mail
from domain.money import Money
from domain.proof import StockProof, prove
from domain.quantities import Quantities
from domain.rules import RuleBook, SourcingRules
from domain.session import Session, begun, begun_by_staff
from domain.staff import StaffMember, save
from gateway.actor import Actors, Caller
from gateway.channel import Channels
from gateway.providers import KnownProviders
from gateway.relay import Relay
from resolvers.context import Context
from schema.build import build
from schema.document import Document
from tests.carriers import table
from tests.databases import FILLED

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
FAR = timedelta(days=365)
PATIENCE_SECONDS = 30

CITIES = {
    "LYON": Coordinates(45.7640, 4.8357),
    "PARIS": Coordinates(48.8566, 2.3522),
    "LILLE": Coordinates(50.6292, 3.0573),
    "NICE": Coordinates(43.7102, 7.2620),
}
STORE = frozenset(
    (LocationService.PICKUP, LocationService.RESERVE_IN_STORE, LocationService.SHIP_FROM, LocationService.ACCEPT_RETURNS)
)
WEB = ChannelFacts(
    code="web",
    name="Web",
    kind=ChannelKind.WEB,
    strategy=ChannelStrategy.OMNI,
    currency_code="EUR",
    public=True,
    fulfillment_methods=tuple(FulfillmentMethod),
    shows=Shows.QUANTITY,
    low_stock=3,
    safety=0,
    assortment=Assortment.ALL,
)

SCHEMA = build()
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "a secret of the tests, which nobody else uses"
KEYS = SignedKeys(SECRET)


class Mailbox:
    """Everybody's: what was mailed, the oldest first."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.failure: str | None = None  # of whoever waits for a mail to go

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)

    async def deliver(self, mail: Mail) -> str | None:
        if self.failure is None:
            self.mails.append(mail)
        return self.failure

    def code(self, to: str) -> str:
        """The code in the newest mail to somebody."""
        newest = next(mail for mail in reversed(self.mails) if mail.to == to)
        return newest.text.partition("#")[2].partition("=")[2].strip()


class CountedPasswords(Argon2Passwords):
    """Quick ones; `hashes` is how often one was made or compared."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.nobodys = CHEAP.hash("nobody's")
        self.hashes = 0

    async def hashed(self, password: str) -> str:
        self.hashes += 1
        return await super().hashed(password)

    async def matches(self, hashed: str | None, password: str) -> bool:
        self.hashes += 1
        return await super().matches(hashed, password)


class Patience:
    """What the test provider does for some seconds: nothing, at once, unless a test holds it."""

    def __init__(self) -> None:
        self.begun, self.over = asyncio.Event(), asyncio.Event()
        self.over.set()

    def hold(self) -> None:
        """Whoever waits from now on does so until `over` is set; `until_begun` returns when somebody does."""
        self.begun.clear()
        self.over.clear()

    async def until_begun(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.begun.wait()

    async def __call__(self, seconds: float) -> None:
        self.begun.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.over.wait()


class Shop:
    """A shop over one database, at a moment that only the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.work = SqlWork(database)
        self.now = NOON
        self.reads = self.read_anew()
        self.relay = Relay(self.reads.outbox)
        self.mailbox, self.passwords = Mailbox(), CountedPasswords()
        self.patience = Patience()
        self.bank = BuiltIn(database, clock=lambda: self.now, wait=self.patience)
        self.payments = KnownProviders(self.bank, {self.bank.name: self.bank})

    @classmethod
    async def opened(cls, database: Database, *channels: ChannelFacts) -> Shop:
        shop = cls(database)
        done(await import_channels(shop.work, [WEB, *channels]))
        return shop

    # ------------------------------------------------------------------------------------------ setting up

    async def locations(self, *codes: str, **changes: Any) -> Imported:
        """Stores in French cities, or anywhere with `coordinates`; `changes` are fields of LocationDraft."""
        return await self.import_locations(*(location(code, **changes) for code in codes))

    async def import_locations(self, *drafts: LocationDraft) -> Imported:
        return done(await import_locations(self.work, sheet(*drafts), skip_bad_rows=False))

    async def product(self, handle: str, *skus: str, **changes: Any) -> Imported:
        """With a variant for each SKU; `changes` are those of `product`."""
        return await self.import_products(product(handle, *skus, **changes))

    async def import_products(self, *drafts: ProductDraft) -> Imported:
        return done(await self.try_products(*drafts))

    async def try_products(self, *drafts: ProductDraft) -> Imported | Rejected:
        rows: Sheet[ProductDraft] = Sheet()
        for line, draft in enumerate(drafts, start=2):
            source = Source("test.csv", line)
            rows.rows.append(Row(source, draft, (source,) * len(draft.variants)))
        return await import_catalog(self.work, rows, skip_bad_rows=False)

    async def stock(self, sku: str, *, pool: PoolId = SHARED_POOL, **on_hand: Any) -> Imported:
        """Counted now, by the location's code."""
        return await self.count(
            *(StockDraft(sku=sku, location=code, on_hand=units) for code, units in on_hand.items()), pool=pool
        )

    async def count(self, *drafts: StockDraft, pool: PoolId = SHARED_POOL) -> Imported:
        return done(await self.try_count(*drafts, pool=pool))

    async def try_count(
        self,
        *drafts: StockDraft | BadRow | Unusable,
        pool: PoolId = SHARED_POOL,
        skip_bad_rows: bool = False,
        at_once: int = SHELVES_AT_ONCE,
        watch: Watch = unwatched,
    ) -> Imported | Rejected | Overtaken:
        """As a process of its own would; a draft is of the next line, from 2."""
        rows = (
            Row(Source("test.csv", n), one) if isinstance(one, StockDraft) else one for n, one in enumerate(drafts, start=2)
        )
        with staged(rows) as counts:
            counting = Counting(pool=pool, at=self.now, at_once=at_once)
            return await import_stock(SqlWork(self.database), counts, counting, skip_bad_rows=skip_bad_rows, watch=watch)

    async def hold(
        self, sku: str, code: str, units: int, *, until: datetime | None = None
    ) -> tuple[Hold, ...] | InsufficientStock:
        """As a checkout does."""
        demand = Quantities([(await self.shelf(sku, code), units)])
        hold_for = HoldFor(CheckoutId.new(), until or self.now + FAR)
        return await place(SqlWork(self.database), await self.actor(), demand, hold_for, self.now)

    async def carriers(self, **changes: Any) -> None:
        """France by truck, as tests/carriers.py has it; `changes` are fields of CarrierTable."""
        kept = await set_carriers(self.work, table(**changes), now=self.now)
        assert isinstance(kept, Kept), kept
        self.reads = self.read_anew()

    async def rules(self, **changes: Any) -> None:
        """Of all channels; `changes` are fields of SourcingRules."""
        kept = await set_rules(self.work, RuleBook(shared=SourcingRules(**changes)), now=self.now)
        assert isinstance(kept, Kept), kept
        self.reads = self.read_anew()

    def read_anew(self) -> SqlReads:
        """As if what is kept for a moment had been read long ago."""
        return SqlReads(self.database, lambda: self.now)

    # ------------------------------------------------------------------------------------------ people

    async def as_shopper(self) -> str:
        """The access token of an anonymous session."""
        return await self.opened_by(begun((await self.actor()).channel.id, self.now))

    async def as_customer(self, email: str = "camille@shop.test", password: str = "a long secret") -> str:
        """The access token of a customer who is verified; one of this address is made if there is none."""
        account = await self.reads.accounts.named(email)
        if account is None:
            async with self.work as work:
                new = NewCustomer(email=email, name="Camille", password_hash=CHEAP.hash(password))
                account = await work.accounts.add(new, self.now)
                assert account is not None
                await work.accounts.verify(account.id)
                await work.commit()
        return await self.opened_by(begun((await self.actor()).channel.id, self.now, customer=account.id))

    async def as_staff(self, role: Role, *codes: str, channel: str = "web", password: str = "a long secret") -> str:
        """The access token of somebody of the staff, at stores by their codes; role@shop.test is their address."""
        places = [await self.location_id(code) for code in codes]
        email = f"{role.lower()}{'-'.join(codes).lower()}@shop.test"
        member = StaffMember(id=StaffMemberId.new(), name=role.title(), roles=(role,), location_ids=tuple(places))
        await save(self.work, member, email, CHEAP.hash(password))
        account = await self.reads.accounts.staff_named(email)
        assert account is not None
        return await self.opened_by(begun_by_staff(account.member.id, (await self.actor(channel)).channel.id, self.now))

    async def opened_by(self, session: Session) -> str:
        async with self.work as work:
            await work.sessions.open(session, self.now)
            await work.commit()
        return KEYS.access_token(session, self.now)

    async def customer(self, email: str | None = None) -> CustomerId:
        """Somebody who has signed up."""
        id = CustomerId.new()
        row = {"id": id, "email": email, "email_key": email, "email_verified": True, "created_at": self.now}
        async with self.database.writing() as connection:
            await connection.execute(insert(customer).values(row))
            await connection.commit()
        return id

    # ------------------------------------------------------------------------------------------ looking

    async def ask(
        self, query: str, *, channel: str | None = None, token: str | None = None, language: str = "en", **variables: Any
    ) -> dict[str, Any]:
        """The data; any error fails the test."""
        data, errors = await self.answer(query, channel=channel, token=token, language=language, **variables)
        assert not errors, errors
        assert data is not None
        return data

    async def refused(self, query: str, **variables: Any) -> dict[str, Any]:
        """The one error there is, as a client sees it."""
        _, errors = await self.answer(query, **variables)
        (error,) = errors
        return error

    async def answer(
        self,
        query: str,
        *,
        by: Actor | None = None,
        channel: str | None = None,
        token: str | None = None,
        language: str = "en",
        **variables: Any,
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """`by` or `token`: who asks, if not a stranger."""
        context = await self.context(channel, language, token)
        context.actor = by or context.actor
        return await answered(query, variables, context)

    @asynccontextmanager
    async def following(
        self, query: str, *, channel: str | None = None, actor: Actor | None = None, **variables: Any
    ) -> AsyncIterator[Following]:
        """A subscription, with a relay beside it."""
        document = SCHEMA.documents.of(query)
        assert isinstance(document, Document), document
        context = await self.context(channel)
        context.actor = actor or context.actor
        events = SCHEMA.events(document, None, variables, context)
        self.database.listen(self.relay.wake)
        relaying = asyncio.create_task(self.relay.run())
        try:
            async with aclosing(events):
                yield Following(events)
        finally:
            relaying.cancel()
            await asyncio.gather(relaying, return_exceptions=True)

    async def first_event(self, query: str, *, by: Actor | None = None) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        """Of a subscription, or why there is none."""
        async with self.following(query, actor=by) as followed:
            try:
                result = await (await anext(followed.events))()
            except GraphQLError as error:
                return None, [dict(error.formatted)]
        return result.data, [dict(error.formatted) for error in result.errors or ()]

    async def context(self, channel: str | None = None, language: str = "en", token: str | None = None) -> Context:
        return Context(
            actor=await self.actor(channel, token),
            reads=self.reads,
            work=lambda: SqlWork(self.database),
            keys=KEYS,
            passwords=self.passwords,
            letters=self.letters(language),
            payments=self.payments,
            clock=lambda: self.now,
            language=language,
            now=self.now,
            client="one of the tests",
            changes=self.relay,
        )

    def letters(self, language: str) -> Letters:
        return Letters(self.mailbox, "https://shop.test/storefront", language)

    @property
    def actors(self) -> Actors:
        """As the gateway finds out who asks, by channels that are read anew."""
        channels = Channels(self.reads.channels, lambda: self.now)
        return Actors(channels, self.reads.sessions, KEYS, lambda: self.now, work=lambda: SqlWork(self.database))

    async def actor(self, channel: str | None = None, token: str | None = None) -> Actor:
        """Whoever has this token; a stranger in that channel, be it public or not."""
        if token is not None:
            return await self.actors.actor(Caller(f"Bearer {token}", channel))
        return Actor(next(one for one in await self.reads.channels.every() if one.code == (channel or "web")))

    async def location_id(self, code: str) -> LocationId:
        return next(one.id for one in await self.reads.locations.every(await self.actor()) if one.code == code)

    async def shelf(self, sku: str, code: str, pool: PoolId = SHARED_POOL) -> Shelf:
        return Shelf(sku, await self.location_id(code), pool)

    async def prove(self) -> StockProof:
        return await prove(self.reads.proof)

    async def rows(self) -> dict[str, list[tuple[object, ...]]]:
        """Everything in the database."""
        found: dict[str, list[tuple[object, ...]]] = {table.name: [] for table in metadata.sorted_tables}
        async with self.database.reading() as connection:
            for name in (await connection.execute(text(FILLED))).scalars().all():
                rows = await connection.execute(select(metadata.tables[name]))
                found[name] = sorted((tuple(row) for row in rows), key=repr)
        return found

    @contextmanager
    def statements(self, *, writing: bool = False) -> Iterator[list[str]]:
        """Those that reads make within the block, or units of work."""
        engine = (self.database.writer if writing else self.database.readers).sync_engine
        seen: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)


class Following:
    """A subscription, event by event; any error fails the test, and so does waiting for ever."""

    def __init__(self, events: AsyncGenerator[Callable[[], Awaitable[ExecutionResult]], None]) -> None:
        self.events = events

    async def next(self) -> Any:
        """The next event's root field."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            result = await (await anext(self.events))()
        assert not result.errors, result.errors
        assert result.data is not None
        (found,) = result.data.values()
        return found

    async def ends(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert [event async for event in self.events] == []


async def answered(
    query: str, variables: dict[str, Any], context: Context
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """As the gateway does it, which reads a document once however often it is asked."""
    document = SCHEMA.documents.of(query)
    if not isinstance(document, Document):
        return None, [dict(error.formatted) for error in document]
    result = await SCHEMA.answer(document, None, variables, context)
    assert isinstance(result, ExecutionResult), result
    return result.data, [dict(error.formatted) for error in result.errors or ()]


def location(code: str, **changes: Any) -> LocationDraft:
    draft = LocationDraft(
        code=code,
        name=f"Maison {code.title()}",
        kind=LocationKind.STORE,
        address=Address(line1="1 rue de la Paix", postal_code="00000", city=code.title(), country_code="FR"),
        coordinates=CITIES.get(code, Coordinates(47.0, 2.0)),
        time_zone="Europe/Paris",
        opening_hours="Mo-Sa 10:00-19:00",
        services=STORE,
    )
    return replace(draft, **changes)


def product(
    handle: str,
    *skus: str,
    price: str = "20.00",
    title: str | None = None,
    variant: dict[str, Any] | None = None,
    **changes: Any,
) -> ProductDraft:
    """`variant`: fields of every VariantDraft; `changes`: fields of the ProductDraft."""
    draft = ProductDraft(
        handle=handle,
        title=title or handle.title(),
        description="",
        vendor=None,
        categories=(),
        images=(Image(f"https://images.example/{handle}.jpg"),),
        options=(),
        published=True,
        variants=tuple(
            VariantDraft(
                sku=sku,
                barcode=None,
                title=sku,
                selected_options=(SelectedOption("Taille", sku),),
                image=None,
                price=Money.parse(price, "EUR"),
                compare_at_price=None,
                backorders=False,
            )
            for sku in skus or (handle.upper(),)
        ),
    )
    variants = tuple(replace(one, **(variant or {})) for one in draft.variants)
    return replace(draft, variants=variants, **changes)


def sheet(*drafts: Any) -> Sheet[Any]:
    made: Sheet[Any] = Sheet()
    for line, draft in enumerate(drafts, start=2):
        made.add(Source("test.csv", line), draft)
    return made


def done(outcome: Any) -> Imported:
    assert isinstance(outcome, Imported), outcome
    return outcome
