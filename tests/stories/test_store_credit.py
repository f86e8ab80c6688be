"""Store credit: granted, spent to the last cent and never beyond, whoever spends at the same time."""

from __future__ import annotations

import asyncio
from typing import Any

from adapters.sql.tables import store_credit_entry
from adapters.sql.work import SqlWork
from domain.actor import Actor
from domain.ids import CustomerId, PaymentId
from domain.money import Money
from domain.store_credit import CreditCause
from tests.people import agent, associate, customer
from tests.shop import Shop

CREDIT = "query ($id: ID!) { node(id: $id) { ... on Customer { storeCredit { amount currencyCode } } } }"


async def grant(shop: Shop, to: CustomerId, amount: Money, payment: PaymentId | None = None) -> None:
    cause = CreditCause.RETURNED if payment else CreditCause.GRANTED
    async with shop.work as work:
        await work.store_credits.grant(to, amount, cause, payment, shop.now)
        await work.commit()


async def spend(shop: Shop, of: CustomerId, amount: Money, payment: PaymentId | None = None) -> bool:
    async with SqlWork(shop.database) as work:
        is_spent = await work.store_credits.spend(of, amount, payment or PaymentId.new(), shop.now)
        await work.commit()
    return is_spent


async def seen(shop: Shop, by: Actor, of: CustomerId) -> Any:
    found = (await shop.ask(CREDIT, by=by, id=str(of)))["node"]
    return found and [(one["amount"], one["currencyCode"]) for one in found["storeCredit"]]


async def test_of_many_who_spend_at_once_none_spends_what_another_has(shop: Shop) -> None:
    ada = await shop.customer()
    await grant(shop, ada, Money("EUR", 10_000))
    spent = await asyncio.gather(*(spend(shop, ada, Money("EUR", 3_000)) for _ in range(12)))
    assert sum(spent) == 3
    assert await seen(shop, await agent(shop), ada) == [("10.00", "EUR")]
    assert await spend(shop, ada, Money("EUR", 1_000))
    assert await seen(shop, await agent(shop), ada) == []


async def test_what_is_granted_adds_up_by_currency_and_each_entry_says_why(shop: Shop) -> None:
    person = await customer(shop, "Ada")
    ada, payment = person.customer, PaymentId.new()
    assert ada
    assert await seen(shop, person, ada) == []
    await asyncio.gather(*(grant_at_once(shop, ada) for _ in range(4)))
    await grant(shop, ada, Money("CHF", 500))
    assert not await spend(shop, ada, Money("EUR", 2_001), payment)
    assert await spend(shop, ada, Money("EUR", 1_500), payment)
    await grant(shop, ada, Money("EUR", 700), payment)
    assert await seen(shop, person, ada) == [("5.00", "CHF"), ("12.00", "EUR")]
    entries = [(row[3], row[4], row[5]) for row in (await shop.rows())[store_credit_entry.name]]
    assert sorted(entries, key=repr) == sorted(
        [(500, "GRANTED", None)] * 5 + [(-1_500, "SPENT", payment), (700, "RETURNED", payment)], key=repr
    )


async def grant_at_once(shop: Shop, to: CustomerId) -> None:
    async with SqlWork(shop.database) as work:
        await work.store_credits.grant(to, Money("EUR", 500), CreditCause.GRANTED, None, shop.now)
        await work.commit()


async def test_what_was_refused_or_not_committed_changed_nothing(shop: Shop) -> None:
    ada = await shop.customer()
    await grant(shop, ada, Money("EUR", 500))
    before = await shop.rows()
    assert not await spend(shop, ada, Money("EUR", 501))
    assert not await spend(shop, ada, Money("CHF", 1))
    assert not await spend(shop, CustomerId.new(), Money("EUR", 1))
    async with shop.work as work:
        assert await work.store_credits.spend(ada, Money("EUR", 500), PaymentId.new(), shop.now)
    assert await shop.rows() == before


async def test_customers_see_their_own_and_agents_everybodys(shop: Shop) -> None:
    await shop.locations("LYON")
    person, other = await customer(shop, "Ada"), await customer(shop, "Grace")
    assert person.customer
    await grant(shop, person.customer, Money("EUR", 500))
    for by in (person, await agent(shop)):
        assert await seen(shop, by, person.customer) == [("5.00", "EUR")]
    for by in (other, await associate(shop, "LYON")):
        assert await seen(shop, by, person.customer) is None
        assert not await shop.reads.store_credits.balances(by, [person.customer])
