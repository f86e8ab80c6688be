"""Live over real sockets: other processes, a thousand subscribers, readers that stall, a server that stops."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from redis import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from domain.intake.stock import StockDraft
from gateway.wakeup import Wakeups
from tests.conftest import missing
from tests.gateway.test_metrics import Numbers
from tests.gateway.test_serve import Serving
from tests.shop import Shop, product

REDIS = "redis://127.0.0.1:6379"
FOLLOW = """subscription Follow($skus: [String!]!, $at: [ID!]!) {
    availabilityChanged(skus: $skus, locations: $at) { id quantity }
}"""
LONG = """subscription Long($skus: [String!]!, $at: [ID!]!) {
    availabilityChanged(skus: $skus, locations: $at) { id quantity variant { product { description } } }
}"""
SUBSCRIBERS, OF_SOCKET = 1_000, 50
GROWTH_MB_MAX = 64
SECONDS = 60


class Server(Serving):
    """Over a shop that is there; what it logs is read and dropped, or it would wait for a reader. It logs a socket's end."""

    def __init__(self, url: str, folder: Path, *options: str, **settings: str) -> None:
        super().__init__(url, folder, *(options or ("--workers", "1")), **settings)
        self.socket_ended = threading.Event()
        self.dropping = threading.Thread(target=self.drop, daemon=True)
        self.dropping.start()

    def drop(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if b'"socket"' in line:
                self.socket_ended.set()

    def numbers(self) -> Numbers:
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=SECONDS) as answer:
            return Numbers(answer.read().decode())

    def memory_mb(self, kind: str = "VmRSS") -> float:
        """Now; or VmHWM, the most there ever was."""
        found = re.search(rf"{kind}:\s+(\d+) kB", Path(f"/proc/{self.process.pid}/status").read_text("ascii"))
        assert found is not None
        return int(found[1]) / 1024

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientConnection]:
        address = f"ws://127.0.0.1:{self.port}/graphql"
        async with connect(address, subprotocols=["graphql-transport-ws"], open_timeout=SECONDS) as made:  # type: ignore[list-item]
            await made.send('{"type": "connection_init"}')
            assert json.loads(await made.recv()) == {"type": "connection_ack"}
            yield made


@contextmanager
def serving(url: str, folder: Path, *options: str, **settings: str) -> Iterator[Server]:
    server = Server(url, folder, *options, **settings)
    try:
        yield server
    finally:
        server.process.kill()
        server.process.wait(timeout=SECONDS)
        server.dropping.join(timeout=SECONDS)
        assert server.process.stderr is not None
        server.process.stderr.close()


@pytest.fixture
async def coats(shop: Shop) -> Shop:
    await shop.locations("LYON")
    await shop.product("coat", "COAT-38")
    await shop.stock("COAT-38", LYON=100)
    return shop


async def subscribe(made: ClientConnection, shop: Shop, id: str = "1", query: str = FOLLOW, *skus: str) -> None:
    variables = {"skus": skus or ["COAT-38"], "at": [str(await shop.location_id("LYON"))]}
    await made.send(json.dumps({"type": "subscribe", "id": id, "payload": {"query": query, "variables": variables}}))


async def event(made: ClientConnection) -> tuple[str, int]:
    """The id of a subscription, and the quantity it was told."""
    async with asyncio.timeout(SECONDS):
        message = json.loads(await made.recv())
    assert message["type"] == "next", message
    return message["id"], message["payload"]["data"]["availabilityChanged"]["quantity"]


async def test_what_another_process_counts_is_seen(coats: Shop, database_url: str, tmp_path: Path) -> None:
    """This one, which has no Redis, and nothing else to tell the server by."""
    with serving(database_url, tmp_path) as server:
        async with server.socket() as made:
            await subscribe(made, coats)
            assert await event(made) == ("1", 100)
            for left in (99, 98):
                await coats.stock("COAT-38", LYON=left)
                assert await event(made) == ("1", left)


def require_redis() -> None:
    try:
        Redis.from_url(REDIS, socket_connect_timeout=1).ping()
    except OSError:
        missing(f"no Redis at {REDIS}")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_two_servers_that_share_postgresql_and_redis_tell_the_same(
    coats: Shop, database_url: str, tmp_path: Path
) -> None:
    require_redis()
    with (
        serving(database_url, tmp_path, COMPTOIR_REDIS_URL=REDIS) as one,
        serving(database_url, tmp_path, COMPTOIR_REDIS_URL=REDIS) as other,
    ):
        async with one.socket() as here, other.socket() as there:
            for made in (here, there):
                await subscribe(made, coats)
                assert await event(made) == ("1", 100)
            await coats.stock("COAT-38", LYON=99)
            assert [await event(made) for made in (here, there)] == [("1", 99), ("1", 99)]


async def test_a_commit_is_told_to_other_processes_over_redis_and_not_to_its_own() -> None:
    require_redis()
    heard: asyncio.Queue[str] = asyncio.Queue()
    one, other = (Wakeups(REDIS, lambda name=name: heard.put_nowait(name)) for name in ("one", "other"))  # type: ignore[misc]
    running = [asyncio.create_task(wakeups.run()) for wakeups in (one, other)]
    async with asyncio.timeout(SECONDS):
        assert {await heard.get(), await heard.get()} == {"one", "other"}, "both listen"
        one.tell()
        assert await heard.get() == "other"
        other.tell()
        assert await heard.get() == "one"
    assert heard.empty()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await asyncio.gather(one.close(), other.close())


async def test_without_its_redis_a_server_sees_changes_all_the_same(coats: Shop, database_url: str, tmp_path: Path) -> None:
    with serving(database_url, tmp_path, COMPTOIR_REDIS_URL="redis://127.0.0.1:1") as server:
        async with server.socket() as made:
            await subscribe(made, coats)
            assert await event(made) == ("1", 100)
            await coats.stock("COAT-38", LYON=99)
            assert await event(made) == ("1", 99)


async def test_a_thousand_subscribers_are_told_each_change_once_and_in_order(
    coats: Shop, database_url: str, tmp_path: Path
) -> None:
    ids = {str(n) for n in range(OF_SOCKET)}

    async def told(made: ClientConnection) -> dict[str, int]:
        return dict([await event(made) for _ in range(OF_SOCKET)])

    with serving(database_url, tmp_path) as server:
        async with AsyncExitStack() as stack:
            sockets = [await stack.enter_async_context(server.socket()) for _ in range(SUBSCRIBERS // OF_SOCKET)]
            for made in sockets:
                for id in ids:
                    await subscribe(made, coats, id)
            for left in (100, 99, 98, 97):
                await coats.stock("COAT-38", LYON=left)
                answers = await asyncio.gather(*(told(made) for made in sockets))
                assert answers == [dict.fromkeys(ids, left)] * len(sockets)
            assert server.numbers()("comptoir_subscriptions") == SUBSCRIBERS
        while server.numbers()("comptoir_subscriptions"):
            pass


async def test_a_reader_that_stalls_takes_no_memory_and_is_cut_off(shop: Shop, database_url: str, tmp_path: Path) -> None:
    """It asks for far more than buffers on the way hold, and reads none of it."""
    await shop.locations("LYON")
    skus = [f"COAT-{n}" for n in range(50)]
    await shop.import_products(product("coat", *skus, description="x" * 50_000))
    await shop.count(*(StockDraft(sku=sku, location="LYON", on_hand=1) for sku in skus))
    with serving(database_url, tmp_path) as server:
        stalled = socket.socket()
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        stalled.connect(("127.0.0.1", server.port))
        made = await connect(
            f"ws://127.0.0.1:{server.port}/graphql",
            sock=stalled,
            subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
            max_queue=1,
            ping_interval=None,
            close_timeout=0,
        )
        await made.send('{"type": "connection_init"}')
        await made.recv()
        before = server.memory_mb()
        for n in range(50):
            await subscribe(made, shop, str(n), LONG, *skus)
        assert await asyncio.to_thread(server.socket_ended.wait, SECONDS)
        assert server.numbers()("comptoir_sockets") == 0
        assert server.memory_mb("VmHWM") - before < GROWTH_MB_MAX
        assert server.numbers()("comptoir_subscriptions") == 0
        with pytest.raises(ConnectionClosed):
            await drained(made)


async def drained(made: ClientConnection) -> None:
    while True:
        await made.recv()


async def test_a_server_that_is_told_to_stop_closes_sockets_and_ends_streams(
    coats: Shop, database_url: str, tmp_path: Path
) -> None:
    with serving(database_url, tmp_path) as server, server.connection() as stream:
        at = str(await coats.location_id("LYON"))
        body = json.dumps({"query": FOLLOW, "variables": {"skus": ["COAT-38"], "at": [at]}}).encode()
        head = b"POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n"
        stream.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        seen = b""
        while b'"quantity":100' not in seen:
            seen += await asyncio.to_thread(stream.recv, 65_536)
        async with server.socket() as made:
            await subscribe(made, coats)
            await event(made)
            server.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as closed:
                await made.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1001
        while data := await asyncio.to_thread(stream.recv, 65_536):
            seen += data
        assert b"event: complete\ndata: \n\n" in seen
        assert server.process.wait(timeout=SECONDS) in (0, -signal.SIGTERM)
