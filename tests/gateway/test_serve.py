"""A real server in a process of its own: what is in flight is finished, and what is over is closed."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.test_command import COMPTOIR

BODY = json.dumps({"query": "{ locations { totalCount } }"}).encode()
SECONDS = 60


class Serving:
    """`comptoir serve` on a free port, with the demo shop unless another is there."""

    def __init__(self, url: str, folder: Path, *options: str, **settings: str) -> None:
        environment = {**os.environ, "COMPTOIR_DATABASE_URL": url, "COMPTOIR_LOG": "json", **settings}
        self.process = subprocess.Popen(
            [COMPTOIR, "serve", *(options or ("--demo",)), "--port", "0"],
            cwd=folder,
            env=environment,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        self.port = self.listening()

    def listening(self) -> int:
        """The port, once it says so."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if found := re.search(rb"http://127\.0\.0\.1:(\d+)/graphql", line):
                return int(found[1])
        pytest.fail("the server ended before it listened")

    def connection(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)


@pytest.fixture
def serving(database_url: str, tmp_path: Path) -> Iterator[Serving]:
    made = Serving(database_url, tmp_path)
    yield made
    made.process.kill()
    made.process.communicate(timeout=SECONDS)


def request(size: int) -> bytes:
    return (
        b"POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size
    )


def answered(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_serves_and_stops_when_told(serving: Serving) -> None:
    with serving.connection() as connection:
        connection.sendall(request(len(BODY)) + BODY)
        assert b'{"data":{"locations":{"totalCount":14}}' in answered(connection)
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(timeout=SECONDS) in (0, -signal.SIGTERM)


def test_what_is_in_flight_when_it_is_told_to_stop_is_finished(serving: Serving) -> None:
    """Half of a request has arrived when the signal comes; the other half follows when no one is let in any more."""
    with serving.connection() as connection:
        connection.sendall(request(len(BODY)) + BODY[:5])
        with serving.connection() as other:  # answered by the same loop, so the half above has been read by then
            other.sendall(request(len(BODY)) + BODY)
            assert b"200 OK" in answered(other)
        serving.process.send_signal(signal.SIGTERM)
        while is_let_in(serving):
            pass
        connection.sendall(BODY[5:])
        assert b'{"data":{"locations":{"totalCount":14}}' in answered(connection)
    assert serving.process.wait(timeout=SECONDS) in (0, -signal.SIGTERM)


def is_let_in(serving: Serving) -> bool:
    try:
        serving.connection().close()
    except ConnectionError:
        return False
    return True


def test_a_port_that_is_taken_is_one_clear_line(serving: Serving, tmp_path: Path) -> None:
    environment = {**os.environ, "COMPTOIR_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'other.db'}"}
    other = subprocess.run(
        [COMPTOIR, "serve", "--port", str(serving.port)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    assert other.returncode != 0
    assert b"address already in use" in other.stderr
    assert other.stderr.splitlines()[-1].startswith(b"comptoir: could not begin to serve at ")
    assert b"Traceback" not in other.stderr
