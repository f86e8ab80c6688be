"""`comptoir`: the command line."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.migrate import migrate as migrate_database
from adapters.sql.migrate import version
from adapters.sql.proof import SqlProof
from adapters.tokens import SignedKeys
from domain.mail import Letters
from domain.proof import prove as prove_stock
from gateway.app import unready, unsafe
from gateway.carrier_command import carriers
from gateway.channel_command import channels
from gateway.demo import load
from gateway.document_command import documents
from gateway.import_command import imports
from gateway.jobs import Jobs
from gateway.logs import configure
from gateway.metrics import Metrics
from gateway.people import deliveries
from gateway.promotion_command import promotions
from gateway.providers import providers
from gateway.rules_command import rules
from gateway.run import fail, run, say, the_settings
from gateway.serve import serve as serve_until_stopped
from gateway.staff_command import staff
from gateway.tax_command import taxes
from gateway.token_command import token
from schema.build import build

app = typer.Typer(
    help="Comptoir: one counter for every channel. Settings are read from COMPTOIR_… variables, or a file .env.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(imports, name="import")
app.add_typer(carriers, name="carriers")
app.add_typer(channels, name="channels")
app.add_typer(documents, name="documents")
app.add_typer(staff, name="staff")
app.command()(token)
app.add_typer(promotions, name="promotions")
app.add_typer(rules, name="rules")
app.add_typer(taxes, name="taxes")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen; COMPTOIR_HOST, or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="COMPTOIR_PORT, or 8000; 0 takes a free one.", min=0, max=65535)] = None,
    workers: Annotated[int, typer.Option(help="Processes; more than one needs PostgreSQL.", min=1)] = 1,
    with_demo: Annotated[bool, typer.Option("--demo", help="Load the demo shop first, as `comptoir demo` does.")] = False,
) -> None:
    """Serves the shop: migrates its database first, and says where it listens."""
    settings = the_settings()
    if workers > 1 and settings.is_sqlite:
        fail("more than one worker needs PostgreSQL: set COMPTOIR_DATABASE_URL=postgresql+asyncpg://…")
    configure(settings.log)
    run(migrate_database)
    if with_demo:
        run(load)
    if problem := run(lambda database: unsafe(database, settings)):
        fail(problem)
    host, port = host or settings.host, settings.port if port is None else port
    if not serve_until_stopped(settings, host=host, port=port, workers=workers):
        fail(f"could not begin to serve at {host}:{port}; the lines above say why")


@app.command()
def demo() -> None:
    """Loads the demo shop; a second time changes nothing."""
    run(migrate_database)
    run(load)


@app.command()
def migrate() -> None:
    """Brings the database to the tables of this version, from nothing or from any earlier one."""
    run(migrate_database)
    say(f"The database is at version {run(version)}.")


@app.command()
def schema() -> None:
    """Prints the GraphQL schema."""
    print(build().as_str())


@app.command()
def jobs(
    stay: Annotated[bool, typer.Option(help="Go on until stopped, for servers that have COMPTOIR_JOBS=off.")] = False,
) -> None:
    """Does once what a serving process does by itself: what is over ends, and what was left is gone on with."""
    configure(the_settings().log)
    run(require_migrated)
    for name, number in run(partial(done_by_itself, stay=stay)).items():
        say(f"{name}: {number}")


async def done_by_itself(database: Database, *, stay: bool) -> dict[str, int]:
    """The mails that are written have been sent when it returns."""
    chosen = the_settings()
    mails, payments = deliveries(chosen), providers(chosen, database)
    jobs = Jobs(
        database=database,
        chosen=chosen,
        keys=SignedKeys(chosen.secret),
        letters=Letters(mails, chosen.storefront_url),
        payments=payments,
        clock=system,
        metrics=Metrics(),
    )
    try:
        if stay:
            await jobs.always()
        return await jobs.once()
    finally:
        await mails.close()
        await payments.close()


async def require_migrated(database: Database) -> None:
    if problem := await unready(database):
        fail(problem)


@app.command()
def prove() -> None:
    """Rebuilds every stock level from its movements, holds and allocations; exits with 1 and names the first that differs."""
    run(require_migrated)
    proof = run(lambda database: prove_stock(SqlProof(database)))
    if proof.problem:
        fail(proof.problem)
    say(
        f"Proven: {proof.units} units on hand agree with {proof.movements} movements, "
        "and what is held or allocated with the holds and allocations behind it."
    )
