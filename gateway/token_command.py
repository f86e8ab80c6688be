"""`comptoir token`: an access token to try things with while developing."""

from __future__ import annotations

from typing import Annotated

import typer

from adapters.clock import system
from adapters.sql.account import SqlAccounts
from adapters.sql.channel import SqlChannels
from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from adapters.tokens import SignedKeys
from domain.channel import Channel
from domain.contact import email_key
from domain.session import Session, begun, begun_by_integration, begun_by_staff, ended
from domain.staff import channel_of
from gateway.actor import CHANNEL_DEFAULT
from gateway.run import fail, plural, run, say, the_settings


def token(
    customer: Annotated[str | None, typer.Option(metavar="EMAIL", help="Of a customer.")] = None,
    staff: Annotated[str | None, typer.Option(metavar="EMAIL", help="Of somebody of the staff.")] = None,
    integration: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of another system, such as a till; also in production.")
    ] = None,
    channel: Annotated[str | None, typer.Option(metavar="CODE", help="The channel that an integration sells in.")] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help="Ends all tokens of the integration.")] = False,
) -> None:
    """Prints an access token: of another system; and while developing of an anonymous shopper, a customer or somebody of the
    staff."""
    settings = the_settings()
    if integration:
        of_integration(integration, channel, revoke=revoke)
        return
    if channel or revoke:
        fail("--channel and --revoke are about an --integration")
    if settings.is_production:
        fail("there are no development tokens in production; sign in instead")
    if customer and staff:
        fail("name either --customer or --staff")
    run(migrate)
    session = run(lambda database: opened(database, customer, staff))
    say(SignedKeys(settings.secret).access_token(session, system()))


def of_integration(name: str, code: str | None, *, revoke: bool) -> None:
    """A token is good for 400 days. Another one may be made before the first is revoked, so that nothing stands still."""
    run(migrate)
    if revoke:
        ended = run(lambda database: revoked(database, name))
        say(f"{name}: {plural(ended, 'token')} revoked.")
        return
    if code is None:
        fail("name the --channel that the integration sells in")
    session = run(lambda database: begun_in(database, name, code))
    say(SignedKeys(the_settings().secret).access_token(session, system()))


async def revoked(database: Database, name: str) -> int:
    async with SqlWork(database) as work:
        number = await ended(work, system(), integration=name)
        await work.commit()
    return number


async def begun_in(database: Database, name: str, code: str) -> Session:
    channel = next((one for one in await SqlChannels(database).every() if one.code == code), None)
    if channel is None:
        fail(f"there is no channel {code!r}")
    session = begun_by_integration(name, channel.id, system())
    async with SqlWork(database) as work:
        await work.sessions.open(session, system())
        await work.commit()
    return session


async def opened(database: Database, customer: str | None, staff: str | None) -> Session:
    channels = await SqlChannels(database).every()
    session = await begun_for(SqlAccounts(database), channels, customer, staff)
    async with SqlWork(database) as work:
        await work.sessions.open(session, system())
        await work.commit()
    return session


async def begun_for(accounts: SqlAccounts, channels: tuple[Channel, ...], customer: str | None, staff: str | None) -> Session:
    now, named = system(), {channel.code: channel for channel in channels}
    if staff:
        if (member := await accounts.staff_named(email_key(staff))) is None:
            fail(f"nobody with the address {staff} works here")
        if (works_in := channel_of(member.member.roles, channels)) is None:
            fail("there is no channel of a kind they work in")
        return begun_by_staff(member.member.id, works_in.id, now)
    if (channel := named.get(CHANNEL_DEFAULT)) is None:
        fail(f"there is no channel {CHANNEL_DEFAULT!r} yet")
    account = await accounts.named(email_key(customer)) if customer else None
    if customer and account is None:
        fail(f"no customer has the address {customer}")
    return begun(channel.id, now, customer=account.id if account else None)
