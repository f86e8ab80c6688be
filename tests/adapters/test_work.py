"""Units of work: all or nothing, whoever hangs up."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from adapters.sql.database import Database, to_the_end
from adapters.sql.tables import channel
from adapters.sql.work import SqlWork
from tests.shop import WEB, Shop


async def channels(database: Database) -> int:
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).select_from(channel))).scalar_one()


async def test_what_is_not_committed_never_was(database: Database) -> None:
    async with SqlWork(database) as work:
        await work.channels.save([WEB])
    assert await channels(database) == 0


async def test_an_exception_rolls_back_and_the_next_unit_works(database: Database) -> None:
    work = SqlWork(database)

    async def failing() -> None:
        async with work:
            await work.channels.save([WEB])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await failing()
    async with work:
        await work.channels.save([WEB])
        await work.commit()
    assert await channels(database) == 1


async def test_a_client_that_hangs_up_before_the_commit_leaves_nothing(database: Database) -> None:
    saved, never = asyncio.Event(), asyncio.Event()

    async def interrupted() -> None:
        async with SqlWork(database) as work:
            await work.channels.save([WEB])
            saved.set()
            await never.wait()

    task = asyncio.create_task(interrupted())
    await saved.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await channels(database) == 0
    await Shop.opened(database)
    assert await channels(database) == 1


@pytest.mark.parametrize("turns", range(12))
async def test_a_client_that_hangs_up_at_any_moment_leaves_all_or_nothing(database: Database, turns: int) -> None:
    """`turns`: how often the loop goes round before the cancellation, so that it falls into every step."""
    begun = asyncio.Event()

    async def interrupted() -> None:
        async with SqlWork(database) as work:
            await work.channels.save([WEB])
            begun.set()
            await work.commit()

    task = asyncio.create_task(interrupted())
    await begun.wait()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    outcome = (await asyncio.gather(task, return_exceptions=True))[0]
    assert outcome is None or isinstance(outcome, asyncio.CancelledError)
    assert await channels(database) in ((1,) if outcome is None else (0, 1))
    async with SqlWork(database) as work:  # the writer's turn was given back
        await work.channels.save([WEB])
        await work.commit()
    assert await channels(database) == 1


async def test_a_step_that_must_end_ends_though_its_waiter_is_canceled() -> None:
    gate, ended = asyncio.Event(), False

    async def step() -> None:
        nonlocal ended
        await gate.wait()
        ended = True

    task = asyncio.create_task(to_the_end(step()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended


async def test_readers_see_the_last_commit_while_another_writes(database: Database) -> None:
    async with SqlWork(database) as work:
        await work.channels.save([WEB])
        assert await channels(database) == 0
        await work.commit()
    assert await channels(database) == 1


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="mysql\\+aiomysql:// is not supported"):
        Database("mysql+aiomysql://localhost/shop")
