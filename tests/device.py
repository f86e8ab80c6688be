"""Devices: what asks the shop, each with the session it was given last, as a client keeps it.

phone = Device(shop, "mobile")
cart = await phone.create(("COAT-38", 2))
cart = await phone.add(cart, ("COAT-40", 1))
"""

from __future__ import annotations

from typing import Any

from adapters.sql.work import SqlWork
from domain.actor import Actor
from domain.catalog import Sku
from domain.ids import CartId, CustomerId
from domain.session import HandoffScope, Session, begun
from gateway.actor import Caller
from resolvers.context import Context
from tests.shop import KEYS, Shop, answered

CART = """fragment Whole on Cart {
  id version status currencyCode channel { code } contact { email name phone } customer { id }
  lines { id quantity variant { sku } unitPrice { minorUnits } discount { minorUnits } total { minorUnits } }
  totals { subtotal { minorUnits } discount { minorUnits } tax { minorUnits } total { minorUnits } }
  discountCodes { code applied }
  problems { __typename ... on InsufficientStock { requested available variant { sku } }
    ... on PriceChanged { before { minorUnits } now { minorUnits } } }
  activity(first: 100) { summary version channel { code } } mergedInto { id } }"""
ERRORS = """errors { __typename code message path ... on VersionConflict { currentVersion current { ... on Cart { ...Whole } } }
  ... on RateLimited { retryAfterSeconds } }"""
SESSION = "session { accessToken refreshToken expiresAt viewer { roles channel { code } cart { id } } }"


class Device:
    def __init__(self, shop: Shop, channel: str | None = "web", *, client: str = "203.0.113.7") -> None:
        self.shop, self.channel, self.client = shop, channel, client
        self.access_token: str | None = None
        self.refresh_token: str | None = None

    # ------------------------------------------------------------------------------------------ asking

    async def answer(self, query: str, **variables: Any) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
        shop = self.shop
        if self.access_token and self.refresh_token and not KEYS.accessing(self.access_token, shop.now):
            await self.refresh()
        context = Context(
            actor=await self.actor(),
            reads=shop.reads,
            work=lambda: SqlWork(shop.database),
            keys=KEYS,
            passwords=shop.passwords,
            letters=shop.letters("en"),
            payments=shop.payments,
            clock=lambda: shop.now,
            language="en",
            now=shop.now,
            changes=shop.relay,
            client=KEYS.digest("client", self.client),
        )
        return await answered(query, variables, context)

    async def actor(self) -> Actor:
        bearer = f"Bearer {self.access_token}" if self.access_token else None
        return await self.shop.actors.actor(Caller(bearer, self.channel))

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        data, errors = await self.answer(query, **variables)
        assert not errors, errors
        assert data is not None
        return data

    async def payload(self, mutation: str, input: dict[str, Any], shows: str) -> dict[str, Any]:
        """The payload, whatever it holds; a session that is given is taken."""
        kind = mutation[0].upper() + mutation[1:] + "Input"
        fragment = CART if "...Whole" in shows + ERRORS else ""
        query = f"mutation Do($input: {kind}!) {{ done: {mutation}(input: $input) {{ {shows} {ERRORS} }} }} {fragment}"
        done: dict[str, Any] = (await self.ask(query, input=input))["done"]
        if done.get("session"):
            self.took(done["session"])
        return done

    async def refresh(self) -> None:
        """As a client does before it asks, when its access token is too old."""
        token, self.access_token = self.refresh_token, None
        await self.done("sessionRefresh", {"refreshToken": token}, SESSION)

    def took(self, session: dict[str, Any]) -> None:
        self.access_token, self.refresh_token = session["accessToken"], session["refreshToken"]

    async def refused(self, mutation: str, input: dict[str, Any], shows: str = "cart { ...Whole }") -> dict[str, Any]:
        """The one error, of a mutation that changed nothing."""
        before = await self.shop.rows()
        done = await self.payload(mutation, input, shows)
        (error,) = done["errors"]
        after = await self.shop.rows()
        assert {name: rows for name, rows in after.items() if name != "attempt"} == {
            name: rows for name, rows in before.items() if name != "attempt"
        }, "a refusal changes nothing"
        return dict(error)

    async def done(self, mutation: str, input: dict[str, Any], shows: str = "cart { ...Whole }") -> dict[str, Any]:
        payload = await self.payload(mutation, input, shows)
        assert payload["errors"] == [], payload["errors"]
        return payload

    # ------------------------------------------------------------------------------------------ carts

    async def lines(self, *goods: tuple[str, int]) -> list[dict[str, Any]]:
        return [{"variant": await self.variant(sku), "quantity": quantity} for sku, quantity in goods]

    async def variant(self, sku: str) -> str:
        found = await self.shop.reads.catalog.variants_any(await self.shop.actor(), [Sku(sku)])
        assert found[0] is not None
        return str(found[0].id)

    async def create(self, *goods: tuple[str, int], **more: Any) -> dict[str, Any]:
        input = {"lines": await self.lines(*goods), **more}
        created: dict[str, Any] = (await self.done("cartCreate", input, f"cart {{ ...Whole }} {SESSION}"))["cart"]
        return created

    async def add(self, cart: dict[str, Any], *goods: tuple[str, int], **more: Any) -> dict[str, Any]:
        input = {"cart": cart["id"], "lines": await self.lines(*goods), **more}
        added: dict[str, Any] = (await self.done("cartLinesAdd", input))["cart"]
        return added

    async def update(self, cart: dict[str, Any], quantities: dict[str, int], **more: Any) -> dict[str, Any]:
        """By SKU."""
        input = {"cart": cart["id"], "lines": quantities_of(cart, quantities), **more}
        updated: dict[str, Any] = (await self.done("cartLinesUpdate", input))["cart"]
        return updated

    async def cart(self, cart: dict[str, Any]) -> dict[str, Any] | None:
        query = "query Look($id: ID!) { cart(id: $id) { ...Whole } } " + CART
        found: dict[str, Any] | None = (await self.ask(query, id=cart["id"]))["cart"]
        return found

    async def hand_over(self, cart: dict[str, Any], **more: Any) -> str:
        input = {"cart": cart["id"], **more}
        code: str = (await self.done("cartHandoffCreate", input, "handoff { code }"))["handoff"]["code"]
        return code

    async def take_over(self, code: str, **more: Any) -> dict[str, Any]:
        shows = f"cart {{ ...Whole }} {SESSION}"
        taken: dict[str, Any] = (await self.done("cartHandoffAccept", {"code": code, **more}, shows))["cart"]
        return taken

    # ------------------------------------------------------------------------------------------ people

    async def is_customer(self, customer: CustomerId) -> None:
        """As one who has signed in."""
        await self.holds(begun((await self.shop.actor(self.channel or "web")).channel.id, self.shop.now, customer=customer))

    async def opens(self, cart: dict[str, Any]) -> None:
        """As if this session had begun the cart too."""
        session, id = KEYS.accessing(self.access_token or "", None), CartId.parse(cart["id"])
        assert session
        assert id
        work = SqlWork(self.shop.database)
        async with work:
            await work.sessions.grant(session, id, HandoffScope.CHECKOUT, self.shop.now)
            await work.commit()

    async def holds(self, session: Session) -> None:
        work = SqlWork(self.shop.database)
        async with work:
            await work.sessions.open(session, self.shop.now)
            await work.commit()
        self.access_token, self.refresh_token = KEYS.access_token(session, self.shop.now), KEYS.refresh_token(session)


def quantities_of(cart: dict[str, Any], quantities: dict[str, int]) -> list[dict[str, Any]]:
    ids = {line["variant"]["sku"]: line["id"] for line in cart["lines"]}
    return [{"line": ids[sku], "quantity": quantity} for sku, quantity in quantities.items()]


def units(cart: dict[str, Any] | None) -> dict[str, int]:
    assert cart is not None
    return {line["variant"]["sku"]: line["quantity"] for line in cart["lines"]}
