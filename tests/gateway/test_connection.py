"""Connections that ask for nothing, or take for ever to, are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from gateway.connection import CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_SECONDS_MAX, HEADERS_MAX, Connection, SocketConnection

UPGRADE = (
    b"GET /graphql HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
HEAD = b"GET /healthz HTTP/1.1\r\nHost: shop\r\n"


class Timer:
    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds, self.ring, self.is_set = seconds, ring, True

    def cancel(self) -> None:
        self.is_set = False


class Loop:
    """Keeps what it is told to do later, and does it when the test says so."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []

    def call_later(self, seconds: float, ring: Callable[..., None], *arguments: object) -> Timer:
        self.timers.append(Timer(seconds, lambda: ring(*arguments)))
        return self.timers[-1]

    def create_task(self, work: Any, **options: object) -> Any:
        work.close()
        return self

    def add_done_callback(self, done: object) -> None: ...

    def pass_time(self) -> None:
        for timer in [timer for timer in self.timers if timer.is_set]:
            timer.ring()


class Wire:
    """The other end of a connection."""

    def __init__(self) -> None:
        self.sent, self.is_open, self.unsent, self.is_cut = b"", True, 0, False

    def get_extra_info(self, name: str) -> object:
        return None

    def write(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.is_open = False

    def abort(self) -> None:
        self.is_open, self.is_cut = False, True

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return not self.is_open

    def set_protocol(self, protocol: object) -> None:
        self.protocol = protocol

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


async def nothing(scope: object, receive: object, send: object) -> None: ...


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def connection(loop: Loop, wire: Wire) -> Connection:
    made = Connection(Config(nothing, ws=SocketConnection), ServerState(), {}, _loop=loop)  # type: ignore[arg-type]
    made.connection_made(wire)  # type: ignore[arg-type]
    return made


def test_one_that_says_nothing_is_closed(connection: Connection, loop: Loop, wire: Wire) -> None:
    assert [timer.seconds for timer in loop.timers] == [HEAD_SECONDS_MAX]
    loop.pass_time()
    assert (wire.sent.split(b"\r\n")[0], wire.is_open) == (b"HTTP/1.1 408 Request Timeout", False)


def test_one_that_sends_a_byte_now_and_then_gains_no_time(connection: Connection, loop: Loop, wire: Wire) -> None:
    for byte in HEAD:
        connection.data_received(bytes([byte]))
    assert len(loop.timers) == 1
    loop.pass_time()
    assert not wire.is_open


def test_one_whose_request_has_come_is_left_alone(connection: Connection, loop: Loop, wire: Wire) -> None:
    connection.data_received(HEAD + b"\r\n")
    loop.pass_time()
    assert wire.is_open


def test_between_two_requests_the_time_begins_anew(connection: Connection, loop: Loop, wire: Wire) -> None:
    connection.data_received(HEAD + b"\r\n")
    connection.cycle.response_complete = True
    connection.data_received(b"\r\n")
    assert [timer.is_set for timer in loop.timers] == [False, True]
    connection.data_received(HEAD)
    loop.pass_time()
    assert not wire.is_open


def test_a_head_without_end_is_refused(connection: Connection, wire: Wire) -> None:
    connection.data_received(HEAD)
    while wire.is_open:
        connection.data_received(b"X-More: " + b"x" * 8_000 + b"\r\n")
        assert connection.head_bytes < HEAD_BYTES_MAX + 10_000
    assert wire.sent.startswith(b"HTTP/1.1 431 ")


def test_what_is_closed_waits_for_nothing_more(connection: Connection, loop: Loop) -> None:
    connection.data_received(HEAD)
    connection.connection_lost(None)
    assert not any(timer.is_set for timer in loop.timers)


@pytest.mark.parametrize("before", [b"", HEAD + b"\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"])
def test_very_many_headers_are_refused_wherever_they_stand(connection: Connection, wire: Wire, before: bytes) -> None:
    """In the head, in one that comes before the last request is answered, and in a trailer."""
    connection.data_received(before + (b"" if b"chunked" in before else HEAD) + b"a:b\r\n" * (HEADERS_MAX + 1))
    assert wire.sent.startswith(b"HTTP/1.1 431 ")
    assert not wire.is_open


def test_one_header_without_end_is_refused_while_an_answer_is_awaited(connection: Connection, wire: Wire) -> None:
    connection.data_received(HEAD + b"\r\n" + HEAD + b"X: ")
    while wire.is_open:
        connection.data_received(b"x" * 8_000)
        assert connection.head_bytes < HEAD_BYTES_MAX + 10_000


def test_a_body_is_no_head(connection: Connection, wire: Wire) -> None:
    connection.data_received(HEAD.replace(b"GET", b"POST") + b"Content-Length: 90000\r\n\r\n")
    for _ in range(9):
        connection.data_received(b"x" * 10_000)
    assert wire.is_open


def test_an_answer_that_is_not_fetched_is_cut_off_and_one_that_is_fetched_slowly_is_not(
    connection: Connection, wire: Wire
) -> None:
    for wire.unsent in (9_000, 8_000):
        connection.timeout_keep_alive_handler()
        assert wire.is_open
    connection.timeout_keep_alive_handler()
    assert wire.is_cut


async def test_a_websocket_is_not_ended_by_the_timers_of_requests(connection: Connection, loop: Loop, wire: Wire) -> None:
    connection.data_received(UPGRADE)
    assert isinstance(wire.protocol, SocketConnection)
    await asyncio.gather(*wire.protocol.tasks)
    assert not any(timer.is_set for timer in loop.timers if timer.seconds == HEAD_SECONDS_MAX)


def test_a_stream_that_is_not_fetched_is_cut_off_and_one_that_is_fetched_slowly_is_not(
    connection: Connection, loop: Loop, wire: Wire
) -> None:
    connection.data_received(HEAD + b"\r\n")
    wire.unsent = 9_000
    connection.pause_writing()
    wire.unsent = 8_000
    loop.timers[-1].ring()
    assert wire.is_open
    loop.timers[-1].ring()
    assert wire.is_cut


def test_what_is_fetched_in_the_end_is_not_cut_off(connection: Connection, loop: Loop, wire: Wire) -> None:
    connection.data_received(HEAD + b"\r\n")
    connection.pause_writing()
    connection.resume_writing()
    assert not any(timer.is_set for timer in loop.timers)


def test_a_server_that_stops_says_so_to_streams(loop: Loop, wire: Wire) -> None:
    stopping = asyncio.Event()
    made = Connection(Config(nothing), ServerState(), {"stopping": stopping}, _loop=loop)  # type: ignore[arg-type]
    made.connection_made(wire)  # type: ignore[arg-type]
    made.shutdown()
    assert stopping.is_set()


def test_one_too_many_is_told_to_come_again(loop: Loop, wire: Wire) -> None:
    state = ServerState()
    state.connections.update(object() for _ in range(CONNECTIONS_MAX))  # type: ignore[misc]
    made = Connection(Config(nothing), state, {}, _loop=loop)  # type: ignore[arg-type]
    made.connection_made(wire)  # type: ignore[arg-type]
    assert wire.sent.startswith(b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\n")
    assert not wire.is_open
