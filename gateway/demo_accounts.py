"""The demo's accounts, whose passwords everybody knows; a server in production does not begin over a database with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.passwords import Argon2Passwords
from adapters.sql.account import SqlAccounts
from adapters.sql.work import SqlWork
from domain.account import NewCustomer
from domain.actor import Role
from domain.ids import StaffMemberId
from domain.intake.report import Imported
from domain.staff import StaffMember, save
from gateway.settings import DEMO_DOMAIN


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`role` is None for a customer; `store` is the code of an associate's."""

    name: str
    who: str
    password: str
    role: Role | None = None
    store: str | None = None

    @property
    def email(self) -> str:
        return f"{self.who}@{DEMO_DOMAIN}"


ACCOUNTS = (
    DemoAccount("Inès Carpentier", "agent", "demo-agent", Role.AGENT),
    DemoAccount("Hugo Marchetti", "lyon", "demo-associate", Role.ASSOCIATE, "LYON"),
    DemoAccount("Salomé Vidal", "paris", "demo-associate", Role.ASSOCIATE, "PARIS"),
    DemoAccount("Bastien Le Goff", "admin", "demo-admin", Role.ADMIN),
    DemoAccount("Camille Roussel", "customer", "demo-customer"),
)


async def load_accounts(work: SqlWork, now: datetime) -> Imported:
    """Those that are not there yet; whose password was changed keeps it."""
    passwords, known = Argon2Passwords(), SqlAccounts(work.database)
    added = 0
    for account in ACCOUNTS:
        there = await (known.staff_named(account.email) if account.role else known.named(account.email))
        if there is None:
            await add(work, account, await passwords.hashed(account.password), now)
            added += 1
    return Imported(added, 0, len(ACCOUNTS) - added)


async def add(work: SqlWork, account: DemoAccount, password_hash: str, now: datetime) -> None:
    if account.role:
        async with work:
            sites = await work.locations.sites()
        places = (sites[account.store].id,) if account.store else ()
        member = StaffMember(id=StaffMemberId.new(), name=account.name, roles=(account.role,), location_ids=places)
        await save(work, member, account.email, password_hash)
        return
    async with work:
        new = await work.accounts.add(NewCustomer(email=account.email, name=account.name, password_hash=password_hash), now)
        if new is not None:
            await work.accounts.verify(new.id)
        await work.commit()
