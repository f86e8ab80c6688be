"""The application: opened by its lifespan, which closes all that it opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.migrate import revisions, version
from adapters.sql.reads import SqlReads
from gateway.channel import Channels
from gateway.graphql import Endpoint
from gateway.logs import RequestLog, configure
from gateway.rate import rate_limits
from gateway.settings import Settings, settings
from gateway.texts import Texts
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
    return application(Database(chosen.database_url), chosen)


def application(database: Database, chosen: Settings | None = None, clock: Callable[[], datetime] = system) -> Starlette:
    """Over a database that its lifespan checks first and closes at the end."""
    chosen = chosen or Settings()
    endpoint = endpoint_of(SqlReads(database), chosen, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            if problem := await unready(database):
                raise RuntimeError(problem)
            yield
        finally:
            await endpoint.close()
            await database.close()

    async def healthz(request: Request) -> JSONResponse:
        """Alive, whatever the database does."""
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> JSONResponse:
        problem = await unready(database)
        return JSONResponse({"status": problem or "ok"}, 503 if problem else 200)

    return Starlette(
        routes=[
            Route("/graphql", endpoint, methods=["GET", "POST"]),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ],
        middleware=[Middleware(RequestLog), Middleware(CORSMiddleware, allow_origins=chosen.allowed_origins, **CORS)],
        lifespan=lifespan,
    )


def endpoint_of(reads: SqlReads, chosen: Settings, clock: Callable[[], datetime]) -> Endpoint:
    """Strangers are told less in production: neither the schema, nor what a field they misspelled may be called."""
    schema = build(suggest=not chosen.is_production, incremental=chosen.incremental == "on")
    return Endpoint(
        schema,
        channels=Channels(reads.channels, clock),
        reads=reads,
        texts=Texts(schema.documents, reads.documents),
        rates=rate_limits(chosen.limits_rates, chosen.redis_url, clock),
        clock=clock,
        introspection=not chosen.is_production,
    )


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
