"""Rate limits: how many requests one client may send in a minute, and how many points they may cost.

They are counted in this process, or in Redis for all processes together. A Redis that does not answer is done without:
each process then counts for itself.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil
from time import monotonic, time
from typing import Any, Protocol

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from gateway.answer import Refused
from gateway.logs import log

REQUESTS_PER_MINUTE = 1_200
POINTS_PER_MINUTE = 1_000_000
CLIENTS_MAX = 10_000  # remembered in this process; beyond them, the one heard of least lately is forgotten
REDIS_SECONDS = 0.25
REDIS_AWAY_SECONDS = 5  # how long one that did not answer is not asked
MINUTE_SECONDS = 60

WITH_PORT = re.compile(r"(\d+(?:\.\d+){3}):\d+")  # as some proxies write an address


class Rate(Protocol):
    async def take(self, client: str, units: int) -> float:
        """Seconds until there are that many units again; 0 if there were, and they are taken."""
        ...

    async def close(self) -> None:
        """Gives back what it opened."""
        return


class Unlimited(Rate):
    async def take(self, client: str, units: int) -> float:
        return 0


class Buckets(Rate):
    """A bucket for each client, which holds a minute's units and fills evenly (https://en.wikipedia.org/wiki/Token_bucket)."""

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self.per_minute, self.clock = per_minute, clock
        self.left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    async def take(self, client: str, units: int) -> float:
        now, per_second = self.clock(), self.per_minute / MINUTE_SECONDS
        left, since = self.left.pop(client, (float(self.per_minute), now))
        left = min(left + (now - since).total_seconds() * per_second, self.per_minute)
        wanted = min(units, self.per_minute)
        enough = left >= wanted
        self.left[client] = left - wanted if enough else left, now
        if len(self.left) > CLIENTS_MAX:
            self.left.popitem(last=False)
        return 0 if enough else (wanted - left) / per_second


class InRedis(Rate):
    """A window that slides over the last minute, counted for all processes together."""

    def __init__(self, kind: str, per_minute: int, url: str, otherwise: Rate) -> None:
        self.pool = ConnectionPool.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
        pool: Any = self.pool  # which the library's own types do not know of
        self.storage = RedisStorage(f"async+{url}", implementation="redispy", key_prefix="comptoir:rate", connection_pool=pool)
        self.window = SlidingWindowCounterRateLimiter(self.storage)
        self.item = RateLimitItemPerMinute(per_minute, namespace=kind)
        self.otherwise, self.away_until = otherwise, 0.0

    async def take(self, client: str, units: int) -> float:
        if monotonic() < self.away_until:
            return await self.otherwise.take(client, units)
        try:
            if await self.window.hit(self.item, client, cost=min(units, self.item.amount)):
                return 0
            return max((await self.window.get_window_stats(self.item, client)).reset_time - time(), 1)
        except (RedisError, OSError) as error:
            log.warning("redis does not answer", kind=type(error).__name__, seconds=REDIS_AWAY_SECONDS)
            self.away_until = monotonic() + REDIS_AWAY_SECONDS
            return await self.otherwise.take(client, units)

    async def close(self) -> None:
        await self.pool.aclose()


class RateLimits:
    """For requests and for points. Raises Refused once a client has had its share."""

    def __init__(self, requests: Rate, points: Rate) -> None:
        self.requests, self.points = requests, points

    async def close(self) -> None:
        await self.requests.close()
        await self.points.close()

    async def request(self, client: str) -> None:
        self.require(await self.requests.take(client, 1), f"{REQUESTS_PER_MINUTE:,} requests")

    async def cost(self, client: str, points: int) -> None:
        if points == 0:
            return
        self.require(await self.points.take(client, points), f"queries that cost {POINTS_PER_MINUTE:,} points")

    def require(self, wait_seconds: float, most: str) -> None:
        if wait_seconds:
            wait = ceil(wait_seconds)
            message = f"A client may send {most} a minute; try again in {wait} s."
            headers = {"Retry-After": str(wait)}
            raise Refused(429, "RATE_LIMITED", message, headers=headers, limit="rate", retryAfterSeconds=wait)


def rate_limits(on: bool, redis_url: str, clock: Callable[[], datetime]) -> RateLimits:
    def rate(kind: str, per_minute: int) -> Rate:
        if not on:
            return Unlimited()
        here = Buckets(per_minute, clock)
        return InRedis(kind, per_minute, redis_url, here) if redis_url else here

    return RateLimits(rate("requests", REQUESTS_PER_MINUTE), rate("points", POINTS_PER_MINUTE))


def client_of(host: str | None) -> str:
    """One address, or the network of an IPv6 address: whoever has one of those has all of it."""
    with_port = WITH_PORT.fullmatch(host or "")
    try:
        address = ip_address(with_port[1] if with_port else host or "")
    except ValueError:
        return host or "unknown"
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(IPv6Address(int(address) >> 64 << 64))
