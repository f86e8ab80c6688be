"""Serving: one process with uvicorn, or several over PostgreSQL."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

import uvicorn

from gateway.app import configured
from gateway.connection import Connection, SocketConnection
from gateway.logs import log
from gateway.metrics import shared_by_workers
from gateway.request import BODY_BYTES_MAX
from gateway.settings import Settings

SHUTDOWN_SECONDS = 30  # how long what is in flight may take to finish
IDLE_SECONDS = 30
PING_SECONDS = 20  # between pings to a WebSocket, and for the answer to one

OPTIONS: dict[str, Any] = {
    "access_log": False,
    "http": Connection,
    "log_config": None,
    "server_header": False,
    "timeout_graceful_shutdown": SHUTDOWN_SECONDS,
    "timeout_keep_alive": IDLE_SECONDS,
    "lifespan": "on",
    "ws": SocketConnection,
    "ws_max_size": BODY_BYTES_MAX,
    "ws_per_message_deflate": False,  # it takes more memory for each socket than all else
    "ws_ping_interval": PING_SECONDS,
    "ws_ping_timeout": PING_SECONDS,
}


class Server(uvicorn.Server):
    """Says where it listens once it does (a port of 0 has become a real one by then), and when it stops."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for server in self.servers:
            host, port = server.sockets[0].getsockname()[:2]
            log.info("listening", url=f"http://{host}:{port}/graphql")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        log.info("stopping")
        await super().shutdown(sockets)
        log.info("stopped")


def serve(settings: Settings, *, host: str, port: int, workers: int) -> bool:
    """Returns when it is told to stop, once all that was in flight has been answered; False if it could not begin."""
    proxies: dict[str, Any] = {"forwarded_allow_ips": list(settings.trusted_proxies), "proxy_headers": True}
    if workers > 1:
        log.info("starting", url=f"http://{host}:{port}/graphql", workers=workers)
        with shared_by_workers():
            uvicorn.run("gateway.app:create", factory=True, host=host, port=port, workers=workers, **OPTIONS, **proxies)
        return True
    server = Server(uvicorn.Config(configured(settings), host=host, port=port, **OPTIONS, **proxies))
    with suppress(SystemExit):  # so that the last word is ours
        server.run()
    return server.started
