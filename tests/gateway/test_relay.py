"""The relay: nothing in the outbox is missed, in whatever order it becomes visible, and nobody is kept who has gone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from domain.event import Event, EventType
from domain.ids import EventId
from gateway.relay import GAPS_MAX, LATEST, READ_AT_ONCE, Flag, Relay
from tests.shop import NOON


class Outbox:
    """Events by position; one whose transaction has not ended yet is not in it."""

    def __init__(self) -> None:
        self.events: dict[int, Event] = {}
        self.is_away, self.asked_in_vain = False, asyncio.Event()

    def write(self, position: int, subject: str) -> None:
        self.events[position] = Event(id=EventId.new(), at=NOON, type=EventType.CART_CHANGED, subject=subject, data={})

    async def latest(self, limit: int) -> Sequence[int]:
        return sorted(self.events)[-limit:]

    async def after(self, position: int, limit: int) -> Sequence[tuple[int, Event]]:
        if self.is_away:
            self.asked_in_vain.set()
            raise OSError
        return sorted(((at, event) for at, event in self.events.items() if at > position), key=lambda one: one[0])[:limit]

    async def at(self, positions: Collection[int]) -> Sequence[tuple[int, Event]]:
        return [(at, self.events[at]) for at in sorted(positions) if at in self.events]


async def is_woken(relay: Relay, flag: Flag) -> bool:
    """By what there is in the outbox now."""
    await relay.catch_up()
    was = flag.has_changed
    flag.event.clear()
    return was


async def test_a_watcher_is_woken_at_first_and_then_by_its_own_subjects() -> None:
    relay = Relay(outbox := Outbox())
    async with relay.watch(["a", "b"]) as flag:
        await flag.next()
        outbox.write(1, "c")
        assert not await is_woken(relay, flag)
        outbox.write(2, "b")
        assert await is_woken(relay, flag)
        assert not await is_woken(relay, flag)


async def test_what_was_written_before_anybody_watched_wakes_nobody() -> None:
    relay = Relay(outbox := Outbox())
    for position in range(1, 2 * LATEST):
        outbox.write(position, "a")
    async with relay.watch(["a"]) as flag:
        await flag.next()
        assert not await is_woken(relay, flag)


async def test_what_becomes_visible_after_a_later_position_is_not_missed() -> None:
    relay = Relay(outbox := Outbox())
    async with relay.watch(["a"]) as flag:
        await flag.next()
        outbox.write(3, "b")
        assert not await is_woken(relay, flag)
        outbox.write(2, "a")
        assert await is_woken(relay, flag)
        outbox.write(1, "a")
        assert await is_woken(relay, flag)
        assert relay.position is not None
        assert relay.position.gaps == {}


async def test_nor_is_what_was_being_written_when_the_first_watcher_came() -> None:
    relay = Relay(outbox := Outbox())
    outbox.write(1, "b")
    outbox.write(3, "b")
    async with relay.watch(["a"]) as flag:
        await flag.next()
        outbox.write(2, "a")
        assert await is_woken(relay, flag)


async def test_more_gaps_than_can_be_looked_for_wake_everybody() -> None:
    relay = Relay(outbox := Outbox())
    async with relay.watch(["a"]) as flag:
        await flag.next()
        outbox.write(GAPS_MAX + 2, "b")
        assert await is_woken(relay, flag)
        assert relay.position is not None
        assert relay.position.gaps == {}


async def test_very_many_events_are_read_some_at_a_time() -> None:
    relay = Relay(outbox := Outbox())
    async with relay.watch(["last"]) as flag:
        await flag.next()
        for position in range(1, 3 * READ_AT_ONCE):
            outbox.write(position, "b")
        outbox.write(3 * READ_AT_ONCE, "last")
        assert await is_woken(relay, flag)


async def test_a_subject_is_forgotten_with_its_last_watcher_and_the_outbox_is_left_alone() -> None:
    relay = Relay(Outbox())
    async with relay.watch(["a"]):
        async with relay.watch(["a", "b"]):
            assert set(relay.watchers.by_subject) == {"a", "b"}
        assert set(relay.watchers.by_subject) == {"a"}
        assert relay.position is not None
    assert not relay.watchers.by_subject
    assert not relay.watchers.flags
    assert relay.position is None
    assert not relay.watched.is_set()


async def test_a_question_is_read_once_for_all_who_ask_before_it_begins() -> None:
    relay, read = Relay(Outbox()), list[str]()

    def reading(answer: str) -> Callable[[], Awaitable[str]]:
        async def ask() -> str:
            read.append(answer)
            return answer

        return ask

    first = await asyncio.gather(*(relay.shared("a", reading("old")) for _ in range(9)), relay.shared("b", reading("b")))
    assert first == ["old"] * 9 + ["b"]
    assert await relay.shared("a", reading("new")) == "new"
    assert read == ["old", "b", "new"]
    assert (relay.asked, relay.reading) == ({}, set())


async def test_one_who_asked_first_and_has_gone_leaves_the_answer_to_the_others() -> None:
    relay, begun, go_on = Relay(Outbox()), asyncio.Event(), asyncio.Event()

    async def read() -> str:
        begun.set()
        await go_on.wait()
        return "answer"

    first, second = (asyncio.create_task(relay.shared("a", read)) for _ in range(2))
    await begun.wait()
    first.cancel()
    go_on.set()
    assert await second == "answer"


async def test_an_outbox_that_was_away_is_read_again_and_everybody_looks() -> None:
    relay = Relay(outbox := Outbox())
    outbox.is_away = True
    running = asyncio.create_task(relay.run())
    async with relay.watch(["a"]) as flag, asyncio.timeout(30):
        await flag.next()
        await outbox.asked_in_vain.wait()
        outbox.is_away = False
        await flag.next()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
