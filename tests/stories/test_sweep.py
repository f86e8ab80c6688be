"""The sweep: what nobody can use any more goes, the rest stays."""

from __future__ import annotations

from datetime import timedelta

from adapters.sql.work import SqlWork
from domain.code import OneTimeCode, Purpose
from domain.sweep import Leftover, sweep, swept
from tests.shop import Shop
from tests.stories.test_people import CAMILLE, SIGN_IN, code_of, do, is_ended

KINDS = ("session", "one_time_code", "attempt", "idempotency_key")


async def test_what_is_over_is_deleted_and_what_is_not_stays(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    assert code_of(await do(shop, SIGN_IN, email=CAMILLE, password="wrong")) == "BAD_CREDENTIALS"
    old = await shop.as_customer(CAMILLE)
    await shop.ask("mutation { sessionEnd { done } }", token=old)
    assert await sweep(SqlWork(shop.database), shop.now) == 0
    shop.now += timedelta(days=90)
    kept = await shop.as_shopper()
    assert await sweep(SqlWork(shop.database), shop.now) == 4  # one session, and three counts of one wrong guess
    assert not await is_ended(shop, kept)
    shop.now += timedelta(days=400)
    await sweep(SqlWork(shop.database), shop.now)
    rows = await shop.rows()
    assert [rows[kind] for kind in KINDS] == [[], [], [], []]
    assert len(rows["customer"]) == 1


async def test_more_than_a_batch_goes_batch_by_batch(shop: Shop) -> None:
    async with shop.work as work:
        for n in range(1_001):
            code = OneTimeCode(digest=f"{n:04}", purpose=Purpose.VERIFY_EMAIL, expires_at=shop.now)
            await work.codes.issue(code)
        await work.commit()
    assert await swept(SqlWork(shop.database), Leftover.ONE_TIME_CODE, shop.now) == 1_001


async def test_a_session_goes_after_those_that_were_opened_from_it(shop: Shop) -> None:
    token = await shop.as_shopper()
    actor = await shop.actor(token=token)
    async with shop.work as work:
        parent = await work.sessions.lock(actor.session, shop.now)  # type: ignore[arg-type]
        await work.commit()
    assert parent is not None
    child = type(parent)(
        id=type(parent.id).new(), channel=parent.channel, parent=parent.id, refreshed_at=shop.now, ends_at=parent.ends_at
    )
    await shop.opened_by(child)
    late = shop.now + timedelta(days=500)
    assert [await sweep(SqlWork(shop.database), late) for _ in range(3)] == [1, 1, 0]
