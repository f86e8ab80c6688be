"""The application: opened by its lifespan, which closes all that it opened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.migrate import revisions, version
from adapters.sql.reads import SqlReads
from gateway.channel import Channels
from gateway.graphql import Endpoint
from gateway.ide import Ide, WithIde
from gateway.logs import RequestLog, configure
from gateway.settings import settings


def create() -> Starlette:
    """For a server that runs in several processes: everything comes from the environment."""
    chosen = settings()
    configure(chosen.log)
    return application(Database(chosen.database_url), ide=Ide() if chosen.shows_ide else None)


def application(database: Database, clock: Callable[[], datetime] = system, ide: Ide | None = None) -> Starlette:
    """Over a database that its lifespan checks first and closes at the end."""
    reads = SqlReads(database)
    endpoint = Endpoint(channels=Channels(reads.channels, clock), reads=reads, clock=clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            if problem := await unready(database):
                raise RuntimeError(problem)
            yield
        finally:
            await database.close()

    async def healthz(request: Request) -> JSONResponse:
        """Alive, whatever the database does."""
        return JSONResponse({"status": "ok"})

    async def readyz(request: Request) -> JSONResponse:
        problem = await unready(database)
        return JSONResponse({"status": problem or "ok"}, 503 if problem else 200)

    return Starlette(
        routes=[
            Route("/graphql", WithIde(endpoint, ide) if ide else endpoint, methods=["GET", "POST"]),
            *([Route("/graphql/ide/{version}/{name}", ide.file)] if ide else []),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
        ],
        middleware=[Middleware(RequestLog)],
        lifespan=lifespan,
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
