"""A purchase over HTTP, as a client makes it: a cart of a new visitor, how it is brought, a checkout, a payment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from httpx2 import AsyncClient

HOME = {"line1": "3 quai du Canari", "postalCode": "69002", "city": "Lyon", "countryCode": "FR", "name": "Ada Canari"}
MONEY = "{ amount currencyCode }"
CREATE, CHOOSE, BEGIN, PLACE = (
    f"mutation Step($input: {name[0].upper()}{name[1:]}Input!) "
    f"{{ done: {name}(input: $input) {{ {shows} errors {{ code message }} }} }}"
    for name, shows in (
        ("cartCreate", "cart { id version } session { accessToken }"),
        ("cartFulfillmentChoose", f"cart {{ version groups {{ method price {MONEY} }} }}"),
        ("checkoutBegin", f"checkout {{ id status due {MONEY} }}"),
        ("orderPlace", f"order {{ number status paid {MONEY} }}"),
    )
)


class Refused(Exception):
    """By a code, which is its first word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code


@dataclass(slots=True)
class Buyer:
    """Somebody new. `key`: of all they do, so that what they repeat is done once; `token`: of their session."""

    client: AsyncClient
    address: str
    key: str = field(default_factory=lambda: uuid4().hex)
    token: str | None = None

    @property
    def home(self) -> dict[str, str]:
        """A door of their own: only so many are waited for at one."""
        return HOME | {"line1": f"{self.key[:8]} quai du Canari"}

    async def ask(self, query: str, input: Mapping[str, Any]) -> Any:
        """What the step comes to. Raises Refused, and httpx2's errors where no answer came."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        body = {"query": query, "variables": {"input": input}}
        response = await self.client.post(f"{self.address}/graphql", json=body, headers=headers)
        answer = response.json()
        if answer.get("errors"):
            raise Refused("ERROR", answer["errors"][0]["message"])
        done = answer["data"]["done"]
        for error in done.pop("errors"):
            raise Refused(error["code"], error["message"])
        return done

    async def create(self, variants: Sequence[str], quantity: int = 1) -> str:
        lines = [{"variant": id, "quantity": quantity} for id in variants]
        contact = {"email": f"{self.key}@bench.test", "name": "Ada Canari"}
        done = await self.ask(CREATE, {"lines": lines, "contact": contact, "idempotencyKey": self.key})
        self.token = done["session"]["accessToken"]
        id: str = done["cart"]["id"]
        return id

    async def choose(self, cart: str, store: str | None = None) -> Any:
        """Delivered, or collected in a store."""
        how = {"pickup": {"location": store}} if store else {"delivery": {"address": self.home, "service": "STANDARD"}}
        return await self.ask(CHOOSE, {"cart": cart, "choices": [{"how": how}]})

    async def begin(self, cart: str) -> str:
        done = await self.ask(BEGIN, {"cart": cart, "idempotencyKey": self.key})
        id: str = done["checkout"]["id"]
        return id

    async def place(self, checkout: str, token: str = "tok_ok") -> Any:
        """The order."""
        payments = [{"by": {"card": {"token": token}}}]
        done = await self.ask(PLACE, {"checkout": checkout, "payments": payments, "idempotencyKey": self.key})
        return done["order"]

    async def buy(self, variants: Sequence[str], store: str | None = None) -> Any:
        cart = await self.create(variants)
        await self.choose(cart, store)
        return await self.place(await self.begin(cart))
