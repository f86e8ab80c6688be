"""Those who ask, for tests: each with a session of their own, and the rows that sessions stand for.

lyon = await associate(shop, "LYON")
data = await shop.ask("{ viewer { roles } }", by=lyon)
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Table, insert

from adapters.sql.tables import customer as customers
from adapters.sql.tables import kiosk as kiosks
from adapters.sql.tables import staff_member
from domain.actor import Actor, Role
from domain.ids import CustomerId, KioskId, SessionId, StaffMemberId
from domain.session import Session, actor_of
from tests.shop import Shop


async def associate(shop: Shop, *codes: str) -> Actor:
    """Who works in these stores."""
    return await staff(shop, Role.ASSOCIATE, *codes)


async def agent(shop: Shop) -> Actor:
    return await staff(shop, Role.AGENT)


async def admin(shop: Shop) -> Actor:
    return await staff(shop, Role.ADMIN)


async def staff(shop: Shop, role: Role, *codes: str) -> Actor:
    id = StaffMemberId.new()
    locations = [(await shop.location_id(code)).value.hex for code in codes]
    person = {"name": f"{role.value.title()} {' '.join(codes)}".strip(), "email_key": f"{id.value.hex}@shop.example"}
    await put(shop, staff_member, id=id, roles=[role.value], location_ids=locations, is_active=True, **person)
    return await signed_in(shop, staff=id)


async def customer(shop: Shop, name: str) -> Actor:
    id, email = CustomerId.new(), f"{name.lower()}@mail.example"
    person = {"name": name, "email": email, "email_key": email, "email_verified": True, "phone": "+33400000000"}
    await put(shop, customers, id=id, created_at=shop.now, **person)
    return await signed_in(shop, customer=id)


async def kiosk(shop: Shop, code: str, name: str = "Entrance") -> Actor:
    id, place, channel = KioskId.new(), await shop.location_id(code), (await shop.actor()).channel
    await put(shop, kiosks, id=id, name=name, location_id=place, channel_id=channel.id, enrolled_at=shop.now)
    return await signed_in(shop, kiosk=id)


async def signed_in(shop: Shop, **whom: Any) -> Actor:
    """With a session in the web channel; of nobody in particular, a shopper's."""
    channel = (await shop.actor()).channel
    session = Session(
        id=SessionId.new(), channel=channel.id, refreshed_at=shop.now, ends_at=shop.now + timedelta(hours=12), **whom
    )
    async with shop.work as work:
        await work.sessions.open(session, shop.now)
        await work.commit()
    identity = await shop.reads.sessions.identity(session.id, shop.now)
    assert identity is not None
    return actor_of(identity, channel)


async def put(shop: Shop, table: Table, **values: Any) -> None:
    async with shop.database.writing() as connection:
        await connection.execute(insert(table).values(values))
        await connection.commit()
