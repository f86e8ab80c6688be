"""Those who do the work of a store, for tests: what they do with a fulfillment, in a few words.

lyon = await Backroom.of(shop, "LYON")
(task,) = await lyon.tasks()
picked = await lyon.all(task, "accept", "pick", "ready")
"""

from __future__ import annotations

from typing import Any

from domain.actor import Actor
from domain.intake.stock import StockDraft
from tests.device import Device
from tests.options import choose, collect, deliver
from tests.orders import ORDER, begin, card, key, reached
from tests.people import admin, associate
from tests.shop import Shop

TASK = """id version method status location { code } destination { code } extendableUntil reasons { code message } packing
  tracking { carrier number url } lines { id quantity pickedQuantity orderLine { sku } }
  order { id status lines { sku quantity unsourcedQuantity fulfilledQuantity canceledQuantity } }"""
ERRORS = """errors { __typename code message path ... on WrongState { status } ... on PaymentRequired { due { minorUnits } }
  ... on RateLimited { retryAfterSeconds } ... on VersionConflict { current { ... on Fulfillment { id version } } } }"""
FIND = "query Find($which: FulfillmentBy!) { fulfillment(by: $which) { id status pickup { code } } }"
KINDS = {step: step.title() for step in ("reject", "pick", "ship", "collect")}


class Backroom:
    def __init__(self, shop: Shop, by: Actor) -> None:
        self.shop, self.by = shop, by

    @classmethod
    async def of(cls, shop: Shop, *codes: str) -> Backroom:
        return cls(shop, await associate(shop, *codes))

    async def tasks(self, code: str, **more: Any) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = (await self.page(code, **more))["nodes"]
        return nodes

    async def page(self, code: str, **more: Any) -> dict[str, Any]:
        text = f"""query Tasks($at: ID!, $statuses: [FulfillmentStatus!], $first: Int, $after: String) {{
          storeTasks(location: $at, statuses: $statuses, first: $first, after: $after) {{
            nodes {{ {TASK} }} totalCount pageInfo {{ hasNextPage endCursor }} }} }}"""
        at = str(await self.shop.location_id(code))
        page: dict[str, Any] = (await self.shop.ask(text, by=self.by, at=at, **more))["storeTasks"]
        return page

    async def find(self, which: dict[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await self.shop.ask(FIND, by=self.by, which=which))["fulfillment"]
        return found

    async def do(self, step: str, task: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The fulfillment after it."""
        done = await self.payload(step, task, more)
        assert done["errors"] == [], done["errors"]
        after: dict[str, Any] = done["fulfillment"]
        return after

    async def all(self, task: dict[str, Any], *steps: str) -> dict[str, Any]:
        """One after the other, all of it."""
        for step in steps:
            task = await self.do(step, task)
        return task

    async def refused(self, step: str, task: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Why it was not done, and that nothing was, but for the count of attempts."""
        before = await self.shop.rows()
        done = await self.payload(step, task, more)
        after = await self.shop.rows()
        assert after | {"attempt": []} == before | {"attempt": []}, "a refusal changes nothing"
        (error,) = done["errors"]
        return dict(error)

    async def payload(self, step: str, task: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        name = "pickupExtend" if step == "extend" else f"fulfillment{step.title()}"
        kind = "PickupExtendInput" if step == "extend" else f"Fulfillment{KINDS.get(step, 'Action')}Input"
        text = f"mutation Do($input: {kind}!) {{ done: {name}(input: $input) {{ fulfillment {{ {TASK} }} {ERRORS} }} }}"
        done: dict[str, Any] = (await self.shop.ask(text, by=self.by, input=input_of(step, task, more)))["done"]
        return done


def input_of(step: str, task: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What a step takes if nothing else is said: all of it, found, and a parcel's number."""
    usual: dict[str, Any] = {"fulfillment": task["id"]}
    if step == "pick":
        usual["lines"] = [{"line": line["id"], "quantity": line["quantity"]} for line in task["lines"]]
    elif step == "ship":
        usual |= {"carrier": "Colissimo", "trackingNumber": "6A123"}
    elif step == "reject":
        usual["reason"] = "It is damaged."
    elif step == "collect":
        usual["idempotencyKey"] = key()
    return usual | more


async def opened(shop: Shop, **hats: int) -> Device:
    """Three stores with hats, three in Lyon and five in Paris if nothing else is said, two coats in Lyon, and a phone."""
    await shop.locations("LYON", "PARIS", "LILLE")
    await shop.carriers()
    await shop.product("hat", "HAT", price="20.00")
    await shop.product("coat", "COAT", price="100.00")
    for code, units in (hats or {"LYON": 3, "PARIS": 5}).items():
        await shop.count(StockDraft(sku="HAT", location=code, on_hand=units))
    await shop.stock("COAT", LYON=2)
    return Device(shop)


async def ordered(phone: Device, *goods: tuple[str, int], how: str = "pickup", at: str = "LYON") -> dict[str, Any]:
    """Paid by card, if it is not reserved."""
    cart = await reached(phone, await phone.create(*goods))
    choice = deliver() if how == "delivery" else await collect(phone, at, how=how)
    checkout = await begin(phone, await choose(phone, cart, choice))
    done = await phone.done("orderPlace", placing(checkout, how), ORDER)
    placed: dict[str, Any] = done["order"]
    return placed


def placing(checkout: dict[str, Any], how: str) -> dict[str, Any]:
    payments = [] if how == "reserveInStore" else [card()]
    return {"checkout": checkout["id"], "payments": payments, "idempotencyKey": key()}


async def seen(phone: Device, order: dict[str, Any]) -> dict[str, Any]:
    """As its buyer sees it."""
    text = """query Order($id: ID!) { order(by: {id: $id}) { status due { minorUnits } paid { minorUnits }
      lines { sku quantity unsourcedQuantity fulfilledQuantity canceledQuantity }
      payments { method status captured { minorUnits } refunded { minorUnits } }
      fulfillments { id status method location { code } destination { code } extendableUntil promise { latest }
        due { minorUnits } pickup { code collectBefore } lines { quantity } } } }"""
    shown: dict[str, Any] = (await phone.ask(text, id=order["id"]))["order"]
    return shown


async def level(shop: Shop, sku: str, code: str) -> tuple[int, int]:
    """On hand, and allocated of it."""
    shelf = await shop.shelf(sku, code)
    found = await shop.reads.ledger.levels(await admin(shop), [shelf])
    return (found[shelf].on_hand, found[shelf].allocated) if shelf in found else (0, 0)


def found(task: dict[str, Any], **units: int) -> list[dict[str, Any]]:
    """By SKU, with _ for -."""
    wanted = {sku.replace("_", "-"): n for sku, n in units.items()}
    return [{"line": line["id"], "quantity": wanted[line["orderLine"]["sku"]]} for line in task["lines"]]
