"""`comptoir staff`: who works for the shop, and what they may do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.passwords import Argon2Passwords
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.people import SqlStaff
from adapters.sql.work import SqlWork
from domain import staff as people
from domain.actor import STAFF, Role
from domain.contact import email_key, wrong_email, wrong_name
from domain.ids import LocationId, StaffMemberId
from domain.password import wrong_password
from domain.staff import StaffMember
from gateway.run import fail, run, say

staff = typer.Typer(help="Lists, adds and deactivates those who work for the shop.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their address at work, which they sign in with.")]


@staff.command("list")
def list_() -> None:
    """Everybody, with their roles; those of no address sign in with an issuer of OpenID Connect."""
    run(migrate)
    for entry in run(lambda database: SqlStaff(database).every()):
        active = "" if entry.is_active else "  deactivated"
        say(f"{entry.email or '-'}  {entry.member.name}  {', '.join(entry.member.roles)}{active}")


@staff.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="For colleagues.")],
    role: Annotated[list[Role], typer.Option(help="ASSOCIATE, AGENT or ADMIN; can be repeated.")],
    location: Annotated[
        list[str] | None, typer.Option(help="The code of an associate's store; more than once for several.")
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its first line is the password; asked for otherwise.")
    ] = None,
) -> None:
    """Adds somebody, or changes who has this address to what is said here; who was deactivated works here again."""
    if not set(role) <= STAFF:
        fail("--role is ASSOCIATE, AGENT or ADMIN")
    if Role.ASSOCIATE in role and not location:
        fail("an associate works at a store: name it by --location CODE")
    password = given_password(password_file)
    refusal = wrong_email(email, ("EMAIL",)) or wrong_name(name, ("--name",)) or wrong_password(password, ("password",))
    if refusal:
        fail(refusal.message)
    run(migrate)
    is_new = run(lambda database: saved(database, email, password, name, tuple(role), tuple(location or ())))
    say(f"{email}: {'added' if is_new else 'changed'}.")


@staff.command()
def deactivate(email: Email) -> None:
    """Ends their sessions at once and signs them in no more; what they did stays on record."""
    run(migrate)
    if not run(lambda database: people.deactivate(SqlWork(database), email_key(email), system())):
        fail(f"nobody with the address {email} works here")
    say(f"{email}: deactivated.")


def given_password(file: Path | None) -> str:
    """Never on the command line, where others read it."""
    if file is None:
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    lines = file.read_text("utf-8").splitlines()
    return lines[0] if lines else ""


async def saved(
    database: Database, email: str, password: str, name: str, roles: tuple[Role, ...], codes: tuple[str, ...]
) -> bool:
    member = StaffMember(id=StaffMemberId.new(), name=name, roles=roles, location_ids=await located(database, codes))
    hashed = await Argon2Passwords().hashed(password)
    return await people.save(SqlWork(database), member, email_key(email), hashed)


async def located(database: Database, codes: tuple[str, ...]) -> tuple[LocationId, ...]:
    async with SqlWork(database) as work:
        known = await work.locations.sites()
    if unknown := [code for code in codes if code not in known]:
        fail(f"there is no location {unknown[0]!r}")
    return tuple(known[code].id for code in codes)
