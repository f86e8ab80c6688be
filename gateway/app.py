"""The application: opened by its lifespan, which closes all that it opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from time import thread_time
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route, WebSocketRoute

from adapters.clock import system
from adapters.passwords import Argon2Passwords
from adapters.sql.account import SqlAccounts
from adapters.sql.database import Database
from adapters.sql.migrate import revisions, version
from adapters.sql.reads import SqlReads
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from domain.issuer import Issuers
from domain.mail import Letters, Mails
from gateway.actor import Actors
from gateway.channel import Channels
from gateway.graphql import Endpoint
from gateway.ide import Ide, WithIde
from gateway.jobs import Jobs
from gateway.logs import RequestLog, configure
from gateway.metrics import Metrics, RequestMetrics
from gateway.operation import Operations
from gateway.payments import payment_routes
from gateway.people import deliveries, issuers
from gateway.providers import KnownProviders, providers
from gateway.rate import rate_limits
from gateway.relay import Relay
from gateway.settings import DEMO_DOMAIN, Settings, settings
from gateway.telemetry import Telemetry
from gateway.texts import Texts
from gateway.traces import IncomingTrace, Traces, exporting
from gateway.wakeup import Wakeups
from gateway.websocket import Sockets
from resolvers.budget import Budget
from resolvers.context import Changes
from schema.build import build

CORS: dict[str, Any] = {
    "allow_methods": ["GET", "POST"],
    "allow_headers": ["Authorization", "Content-Type", "Comptoir-Channel", "X-Request-Id"],
    "expose_headers": ["Retry-After", "X-Request-Id"],
    "max_age": 86_400,
}


def create() -> Starlette:
    """For a server that runs in several processes: everything comes from the environment."""
    chosen = settings()
    configure(chosen.log)
    return configured(chosen)


def configured(chosen: Settings) -> Starlette:
    ide = Ide() if chosen.shows_ide else None
    return application(Database(chosen.database_url), chosen, traces=exporting(chosen.otlp_endpoint), ide=ide)


def application(
    database: Database,
    chosen: Settings | None = None,
    clock: Callable[[], datetime] = system,
    traces: Traces | None = None,
    ide: Ide | None = None,
) -> Starlette:
    """Over a database that its lifespan checks first and closes at the end, as it does the traces."""
    chosen, telemetry = chosen or Settings(), Telemetry(Metrics(), traces or Traces())
    database.observe(telemetry.metrics.statement)
    database.observe(telemetry.traces.statement)
    reads = SqlReads(database, clock)
    relay = Relay(reads.outbox)
    mails, vouching, payments = deliveries(chosen), issuers(chosen), providers(chosen, database, clock)
    endpoint = endpoint_of(reads, chosen, clock, relay, telemetry, mails=mails, vouching=vouching, payments=payments)

    jobs = Jobs(
        database=database,
        chosen=chosen,
        keys=endpoint.actors.keys,
        letters=endpoint.letters,
        payments=payments,
        clock=clock,
        metrics=telemetry.metrics,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, Any]]:
        """Its state says when the server stops; gateway/connection.py sets that."""
        try:
            if problem := await unready(database) or await unsafe(database, chosen):
                raise RuntimeError(problem)
            by_itself = [jobs.always()] if chosen.jobs == "on" else []
            async with told_of_changes(database, relay, chosen.redis_url), beside(*by_itself):
                yield {"stopping": endpoint.stopping}
        finally:
            await endpoint.close()
            await mails.close()
            await payments.close()
            if vouching:
                await vouching.close()
            await database.close()
            await telemetry.traces.close()

    routes = [*routes_of(endpoint, chosen, database, telemetry, ide), *payment_routes(payments, jobs.heard)]
    return Starlette(routes=routes, middleware=middleware_of(routes, chosen, telemetry), lifespan=lifespan)


def middleware_of(routes: list[BaseRoute], chosen: Settings, telemetry: Telemetry) -> list[Middleware]:
    paths = frozenset(route.path for route in routes if isinstance(route, Route))
    middleware = [
        Middleware(RequestLog),
        Middleware(RequestMetrics, metrics=telemetry.metrics, paths=paths),
        Middleware(IncomingTrace),
    ]
    if chosen.allowed_origins:
        middleware.append(Middleware(CORSMiddleware, allow_origins=chosen.allowed_origins, **CORS))
    return middleware


def routes_of(
    endpoint: Endpoint, chosen: Settings, database: Database, telemetry: Telemetry, ide: Ide | None
) -> list[BaseRoute]:
    return [
        Route("/graphql", WithIde(endpoint, ide) if ide else endpoint, methods=["GET", "POST"]),
        WebSocketRoute("/graphql", Sockets(endpoint, chosen.allowed_origins)),
        *([Route("/graphql/ide/{version}/{name}", ide.file)] if ide else []),
        Route("/healthz", healthz),
        Route("/readyz", partial(readyz, database)),
        Route("/metrics", telemetry.metrics.answer),
    ]


@asynccontextmanager
async def told_of_changes(database: Database, relay: Relay, redis_url: str) -> AsyncIterator[None]:
    """The relay, woken by the commits of this process, and over Redis by those of others."""
    database.listen(relay.wake)
    if not redis_url:
        async with beside(relay.run()):
            yield
        return
    wakeups = Wakeups(redis_url, relay.wake)
    database.listen(wakeups.tell)
    async with beside(relay.run(), wakeups.run()):
        yield
    await wakeups.close()


@asynccontextmanager
async def beside(*steps: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """What goes on until the block ends."""
    tasks = [asyncio.create_task(step) for step in steps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def healthz(request: Request) -> JSONResponse:
    """Alive, whatever the database does."""
    return JSONResponse({"status": "ok"})


async def readyz(database: Database, request: Request) -> JSONResponse:
    problem = await unready(database)
    return JSONResponse({"status": problem or "ok"}, 503 if problem else 200)


def endpoint_of(
    reads: SqlReads,
    chosen: Settings,
    clock: Callable[[], datetime],
    changes: Changes,
    telemetry: Telemetry | None = None,
    *,
    mails: Mails | None = None,
    vouching: Issuers | None = None,
    payments: KnownProviders | None = None,
) -> Endpoint:
    """Strangers are told less in production: neither the schema, nor what a field they misspelled may be called."""
    schema = build(suggest=not chosen.is_production, incremental=chosen.incremental == "on")
    texts, work = Texts(schema.documents, reads.documents), partial(SqlWork, reads.database)
    channels, keys = Channels(reads.channels, clock), SignedKeys(chosen.secret)
    return Endpoint(
        Operations(schema, texts, introspection=not chosen.is_production),
        actors=Actors(channels, reads.sessions, keys, clock, issuers=vouching, work=work),
        reads=reads,
        work=work,
        passwords=Argon2Passwords(),
        letters=Letters(mails or deliveries(chosen), chosen.storefront_url),
        payments=payments or providers(chosen, reads.database, clock),
        rates=rate_limits(chosen.limits_rates, chosen.redis_url, clock),
        telemetry=telemetry or Telemetry(Metrics(), Traces()),
        clock=clock,
        changes=changes,
        budget=Budget(chosen.sourcing_milliseconds / 1000, thread_time),
    )


async def unsafe(database: Database, chosen: Settings) -> str | None:
    """Why the public must not come to this shop, or None."""
    if chosen.is_production and await SqlAccounts(database).is_any_at(DEMO_DOMAIN):
        return f"accounts at {DEMO_DOMAIN} have passwords that everybody knows: use a database of your own in production"
    return None


async def unready(database: Database) -> str | None:
    """Why the database cannot be served from, or None."""
    try:
        found = await version(database)
    except Exception as error:
        return f"the database cannot be reached ({type(error).__name__})"
    newest = revisions()[-1]
    if found is None:
        return "the database is empty: run `comptoir migrate`"
    return None if found == newest else f"the database is at version {found}, not {newest}: run `comptoir migrate`"
