"""The relay: tells whoever watches in this process of what any process has written to the outbox.

It only wakes; those who are woken read for themselves. So being woken twice, or for nothing, is no harm, and where
it cannot know what happened it wakes everybody.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Hashable, Iterable
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, TypeVar

from domain.event import Event, EventReads
from gateway.logs import log

POLL_SECONDS = 0.5  # how soon what a process without Redis has written is seen
AWAY_SECONDS_MAX = 5.0  # between two attempts while the database does not answer
READ_AT_ONCE = 500
GAP_SECONDS = 60.0  # how long a position that was skipped is looked for: its transaction may not have ended
GAPS_MAX = 1_000
LATEST = 200  # positions before the first watcher, in which there may be gaps already
TURNS = 4  # questions that are read at once

Answer = TypeVar("Answer")


class Flag:
    """Of one watcher: set however often something changes, so it takes no memory to be slow."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.event.set()

    @property
    def has_changed(self) -> bool:
        return self.event.is_set()

    async def next(self) -> None:
        await self.event.wait()
        self.event.clear()


class Watchers:
    """By subject; none is remembered that nobody watches."""

    def __init__(self) -> None:
        self.by_subject: dict[str, set[Flag]] = defaultdict(set)
        self.flags: set[Flag] = set()

    def add(self, flag: Flag, subjects: Collection[str]) -> None:
        self.flags.add(flag)
        for subject in subjects:
            self.by_subject[subject].add(flag)

    def remove(self, flag: Flag, subjects: Collection[str]) -> None:
        self.flags.discard(flag)
        for subject in subjects:
            self.by_subject[subject].discard(flag)
            if not self.by_subject[subject]:
                del self.by_subject[subject]

    def wake(self, subjects: Iterable[str]) -> None:
        for subject in subjects:
            for flag in self.by_subject.get(subject, ()):
                flag.event.set()

    def wake_all(self) -> None:
        for flag in self.flags:
            flag.event.set()


class Position:
    """How far the outbox has been read, and what was skipped on the way: by position, until when it is looked for."""

    def __init__(self, latest: Collection[int]) -> None:
        self.last = max(latest, default=0)
        self.gaps: dict[int, float] = {}
        self.skip(set(range(min(latest, default=1), self.last)) - set(latest))

    def skip(self, positions: Iterable[int]) -> None:
        until = monotonic() + GAP_SECONDS
        self.gaps |= dict.fromkeys(positions, until)

    def reach(self, position: int) -> bool:
        """False if more was skipped than can be looked for."""
        skipped = range(self.last + 1, position)
        self.last = position
        if len(self.gaps) + len(skipped) > GAPS_MAX:
            self.gaps.clear()
            return False
        self.skip(skipped)
        return True

    def give_up(self) -> None:
        """What has not come by now was rolled back."""
        now = monotonic()
        self.gaps = {position: until for position, until in self.gaps.items() if until > now}


class Relay:
    """`run` goes on until it is canceled; `wake` says that there may be something new."""

    def __init__(self, outbox: EventReads) -> None:
        self.outbox = outbox
        self.watchers = Watchers()
        self.position: Position | None = None  # None while nobody watches
        self.woken, self.watched = asyncio.Event(), asyncio.Event()
        self.starting = asyncio.Lock()
        self.asked: dict[Hashable, asyncio.Task[Any]] = {}  # until it begins
        self.reading: set[asyncio.Task[Any]] = set()
        self.turns = asyncio.Semaphore(TURNS)

    @asynccontextmanager
    async def watch(self, subjects: Collection[str]) -> AsyncIterator[Flag]:
        flag, subjects = Flag(), frozenset(subjects)
        self.watchers.add(flag, subjects)
        try:
            await self.start()
            yield flag
        finally:
            self.watchers.remove(flag, subjects)
            if not self.watchers.flags:
                self.position = None
                self.watched.clear()

    async def start(self) -> None:
        """From the end of the outbox as it is before the first watcher reads anything."""
        async with self.starting:
            if self.position is None:
                self.position = Position(await self.outbox.latest(LATEST))
            self.watched.set()

    async def shared(self, question: Hashable, read: Callable[[], Awaitable[Answer]]) -> Answer:
        """In a task of its own: one who asked may go while others wait for the answer."""
        task: asyncio.Task[Answer] | None = self.asked.get(question)
        if task is None:
            task = self.asked[question] = asyncio.create_task(self.read(question, read))
            self.reading.add(task)
            task.add_done_callback(self.reading.discard)
        return await asyncio.shield(task)

    async def read(self, question: Hashable, read: Callable[[], Awaitable[Answer]]) -> Answer:
        async with self.turns:
            await asyncio.sleep(0)  # all that were woken together have asked by then
            del self.asked[question]
            return await read()

    def wake(self) -> None:
        self.woken.set()

    async def run(self) -> None:
        away_seconds = 0.0
        while True:
            await self.watched.wait()
            self.woken.clear()
            try:
                await self.catch_up()
                if away_seconds:
                    self.watchers.wake_all()
                away_seconds = 0
            except Exception as error:  # such as a database that cannot be reached
                away_seconds = min(away_seconds * 2 or POLL_SECONDS, AWAY_SECONDS_MAX)
                log.warning("the outbox cannot be read", kind=type(error).__name__, seconds=away_seconds)
                await asyncio.sleep(away_seconds)
            await self.pause()

    async def pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self.woken.wait()
        except TimeoutError:
            return

    async def catch_up(self) -> None:
        """Wakes whoever watches something that was written since the last time."""
        position = self.position
        while position is not None:
            if position.gaps:
                self.found(position, await self.outbox.at(position.gaps))
                position.give_up()
            some = await self.outbox.after(position.last, READ_AT_ONCE)
            self.found(position, some)
            if len(some) < READ_AT_ONCE:
                return
            position = self.position

    def found(self, position: Position, events: Collection[tuple[int, Event]]) -> None:
        for at, event in events:
            if at > position.last and not position.reach(at):
                self.watchers.wake_all()
            position.gaps.pop(at, None)
            self.watchers.wake(event.subjects)
