"""Wake-ups between processes, over Redis: each says when it has committed events, so that the others need not wait to look.

A Redis that is away is done without: the relay looks by itself now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import uuid_utils
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.logs import log

CHANNEL = "comptoir:outbox"
ANSWER_SECONDS = 1
LISTENED_SECONDS = 5  # before it is seen whether Redis is still there
AWAY_SECONDS, AWAY_SECONDS_MAX = 0.5, 15.0


class Wakeups:
    def __init__(self, url: str, wake: Callable[[], None]) -> None:
        """`wake` is called for the commits of other processes."""
        self.redis = Redis.from_url(
            url,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            health_check_interval=LISTENED_SECONDS,
        )
        self.wake, self.ours = wake, uuid_utils.uuid7().hex.encode()
        self.committed = asyncio.Event()

    def tell(self) -> None:
        self.committed.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.again_and_again(self.publish))
            tasks.create_task(self.again_and_again(self.listen))

    async def close(self) -> None:
        await self.redis.aclose()

    async def publish(self) -> None:
        """Many commits in a moment are told once."""
        await self.committed.wait()
        self.committed.clear()
        await self.redis.publish(CHANNEL, self.ours)

    async def listen(self) -> None:
        async with self.redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            self.wake()  # for what was told while nobody listened
            while True:
                message = await channel.get_message(timeout=LISTENED_SECONDS)
                if message and message["data"] != self.ours:
                    self.wake()

    async def again_and_again(self, step: Callable[[], Awaitable[None]]) -> None:
        """After a failure it waits, longer each time."""
        away = AWAY_SECONDS
        while True:
            try:
                await step()
                away = AWAY_SECONDS
            except (RedisError, OSError) as error:
                log.warning("redis does not answer", kind=type(error).__name__, seconds=away)
                await asyncio.sleep(away)
                away = min(away * 2, AWAY_SECONDS_MAX)
