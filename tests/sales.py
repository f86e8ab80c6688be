"""Sales made elsewhere, for tests: a till's or a marketplace's system, and what it tells.

till = Seller(shop, await integration(shop, "till"))
order = await till.sold(("COAT", 1, "100.00"), location="LYON")
"""

from __future__ import annotations

from itertools import count
from typing import Any

from domain.actor import Actor, Role
from tests.people import signed_in
from tests.shop import NOON, Shop

ORDER = """id number version status externalId placedAt channel { code } customer { id } contact { email name }
  paid { minorUnits } totals { subtotal { minorUnits } discount { minorUnits } fulfillment { minorUnits } tax { minorUnits }
    taxIncluded total { minorUnits } }
  lines { id sku title quantity total { minorUnits } tax { minorUnits } unsourcedQuantity fulfilledQuantity }
  payments { method status amount { minorUnits } captured { minorUnits } }
  fulfillments { id method status location { code } destination { code } address { line1 } promise { latest } pickup { code }
    lines { quantity pickedQuantity orderLine { sku } } }"""
IMPORT = f"""mutation Import($input: OrderImportInput!) {{ done: orderImport(input: $input) {{
  order {{ {ORDER} }} errors {{ __typename code message path }} }} }}"""
RECEIPTS = count(1)


async def integration(shop: Shop, channel: str) -> Actor:
    """What may take the sales of a channel in."""
    session = (await signed_in(shop)).session
    return Actor((await shop.actor(channel)).channel, session=session, roles=(Role.INTEGRATION,))


class Seller:
    def __init__(self, shop: Shop, by: Actor | None) -> None:
        self.shop, self.by = shop, by

    async def payload(self, *lines: tuple[str, int, str] | dict[str, Any], language: str = "en", **given: Any) -> Any:
        """Lines as (SKU, units, unit price); handed over at a location by its code, unless something else is said."""
        channel = (self.by or await self.shop.actor()).channel
        input = {
            "channel": str(channel.id),
            "externalId": f"receipt {next(RECEIPTS)}",
            "currencyCode": "EUR",
            "fulfilledBy": "HANDED_OVER",
            "placedAt": NOON.isoformat(),
            "lines": [one if isinstance(one, dict) else line(*one) for one in lines],
        } | given
        if "location" in given:
            input["location"] = str(await self.shop.location_id(given["location"]))
        return (await self.shop.ask(IMPORT, by=self.by, language=language, input=input))["done"]

    async def sold(self, *lines: tuple[str, int, str] | dict[str, Any], **given: Any) -> Any:
        """The order it became."""
        payload = await self.payload(*lines, **given)
        assert payload["errors"] == []
        return payload["order"]

    async def refused(self, *lines: tuple[str, int, str] | dict[str, Any], **given: Any) -> Any:
        """The one error, of a sale that changed nothing."""
        before = await self.shop.rows()
        payload = await self.payload(*lines, **given)
        assert payload["order"] is None
        assert await self.shop.rows() == before
        (error,) = payload["errors"]
        return error


def line(sku: str, quantity: int, unit_price: str, **more: str) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "unitPrice": unit_price, **more}
