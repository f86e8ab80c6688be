"""How Stripe's library reaches Stripe: over the HTTP client that the house has already."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2
import stripe

SECONDS_MAX = 20


class Http(stripe.HTTPClient):
    """The library's own asynchronous one needs httpx, and warns of itself on each request."""

    name = "httpx2"

    def __init__(self) -> None:
        super().__init__()
        self.client = httpx2.AsyncClient(timeout=SECONDS_MAX)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        try:
            answer = await self.client.request(method, url, headers=headers, content=post_data)
        except httpx2.HTTPError as error:
            raise stripe.APIConnectionError(type(error).__name__, should_retry=True) from None  # type: ignore[no-untyped-call]
        return answer.content, answer.status_code, answer.headers

    async def sleep_async(self, secs: float) -> None:
        """Before it asks again."""
        await asyncio.sleep(secs)

    async def close_async(self) -> None:
        await self.client.aclose()
