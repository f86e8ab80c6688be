"""Those who handle stock, for tests: what they do, in a few words, and what stands on a shelf then.

lyon = Stockroom(shop, await associate(shop, "LYON"))
await lyon.done("stockReceive", location="LYON", lines=[("COAT", 3)])
assert (await lyon.level("COAT", "LYON"))["onHand"] == 3
"""

from __future__ import annotations

from itertools import count
from typing import Any

from domain.actor import Actor
from domain.ids import PoolId
from tests.shop import Shop

LEVEL = """id onHand held allocated safety available countedAt variant { sku } pool { code }
  incoming { id quantity promised expectedAt }"""
TRANSFER = """id status expectedAt createdAt fromLocation { code } toLocation { code }
  lines { id quantity receivedQuantity variant { sku } }"""
ERRORS = """errors { __typename code message path ... on WrongState { status }
  ... on InsufficientStock { requested available variant { sku } alternatives { location { code } } } }"""
KEYS = count()


class Stockroom:
    def __init__(self, shop: Shop, by: Actor | None) -> None:
        self.shop, self.by = shop, by

    async def answer(self, mutation: str, *, language: str = "en", **given: Any) -> Any:
        """Locations by code, lines as (SKU, units); with a new key, unless one is given."""
        input = {"idempotencyKey": f"a key of the stockroom, no. {next(KEYS)}"} | given
        for name in {"location", "fromLocation", "toLocation"} & input.keys():
            input[name] = str(await self.shop.location_id(input[name]))
        if "lines" in input:
            input["lines"] = [{"sku": sku, "quantity": quantity} for sku, quantity in input["lines"]]
        shows = f"transfer {{ {TRANSFER} }}" if mutation.startswith("stockTransfer") else f"levels {{ {LEVEL} }}"
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        text = f"mutation Do($input: {kind}!) {{ done: {mutation}(input: $input) {{ {shows} {ERRORS} }} }}"
        return (await self.shop.ask(text, by=self.by, language=language, input=input))["done"]

    async def done(self, mutation: str, **given: Any) -> Any:
        answer = await self.answer(mutation, **given)
        assert answer["errors"] == []
        return answer

    async def refused(self, mutation: str, **given: Any) -> Any:
        """The one error; nothing has changed but what keeps record of the askers."""
        before = await self.shop.rows()
        answer = await self.answer(mutation, **given)
        assert not answer.get("levels")
        assert not answer.get("transfer")
        assert await self.shop.rows() == before
        (error,) = answer["errors"]
        return error

    async def level(self, sku: str, code: str, pool: PoolId | None = None) -> Any:
        text = f"""query Level($sku: String!, $at: ID!, $pool: ID) {{
          stockLevel(sku: $sku, location: $at, pool: $pool) {{ {LEVEL} }} }}"""
        at = str(await self.shop.location_id(code))
        return (await self.shop.ask(text, by=self.by, sku=sku, at=at, pool=pool and str(pool)))["stockLevel"]

    async def expected(self, sku: str, code: str) -> list[tuple[int, int]]:
        """What is incoming, and what is promised of it."""
        return [(one["quantity"], one["promised"]) for one in (await self.level(sku, code))["incoming"]]

    async def transfers(self, code: str, **more: Any) -> Any:
        text = f"""query Transfers($at: ID!, $open: Boolean! = true, $first: Int, $after: String) {{
          stockTransfers(location: $at, open: $open, first: $first, after: $after) {{
            nodes {{ {TRANSFER} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
        at = str(await self.shop.location_id(code))
        return (await self.shop.ask(text, by=self.by, at=at, **more))["stockTransfers"]
