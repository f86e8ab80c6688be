"""How many SQL statements a change of a cart needs: pinned, and the same however many lines it has."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from tests.device import Device
from tests.people import agent
from tests.shop import Shop, product

SIZES = [1, 10, 100]
KEY = "a key of sixteen characters"
TOKENS = "session { accessToken refreshToken }"


class Needs(NamedTuple):
    """`locks`: what PostgreSQL is asked for beside that; of SQLite's one writer it has been waited for already."""

    reads: int
    writes: int = 0
    locks: int = 0


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """Each line of a cart is of another product."""
    await shop.import_products(*(product(f"pin-{n}", f"PIN-{n}", price="1.00") for n in range(max(SIZES))))
    return shop


def goods(lines: int) -> list[tuple[str, int]]:
    return [(f"PIN-{n}", 1) for n in range(lines)]


async def requires(needs: Needs, device: Device, mutation: str, input: dict[str, Any], shows: str = "cart { id }") -> None:
    with device.shop.statements() as read, device.shop.statements(writing=True) as written:
        payload = await device.payload(mutation, input, shows)
    assert payload["errors"] == []
    done = [statement for statement in written if statement != "BEGIN IMMEDIATE"]
    locks = 0 if device.shop.database.is_sqlite else needs.locks
    found = (len(read) - 1, len(done) - locks)  # the device looks up its channel each time
    assert found == (needs.reads, needs.writes), "\n".join([*read, *done])


@pytest.mark.parametrize("lines", SIZES)
async def test_a_cart_is_begun(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    input = {"lines": await phone.lines(*goods(lines)), "idempotencyKey": KEY}
    await requires(Needs(reads=4, writes=9), phone, "cartCreate", input, f"cart {{ id }} {TOKENS}")


@pytest.mark.parametrize("lines", SIZES)
async def test_lines_are_added_that_are_there_already_or_not(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await phone.create()
    input = {"cart": cart["id"], "lines": await phone.lines(*goods(lines)), "idempotencyKey": "first"}
    await requires(Needs(reads=3, writes=9, locks=1), phone, "cartLinesAdd", input)
    await requires(Needs(reads=3, writes=9, locks=1), phone, "cartLinesAdd", input | {"idempotencyKey": "second"})
    await requires(Needs(reads=3, writes=5, locks=1), phone, "cartLinesAdd", input)


@pytest.mark.parametrize("lines", SIZES)
async def test_quantities_are_set_and_lines_removed(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await phone.create(*goods(lines))
    for quantity in (5, 0):
        changed = [{"line": line["id"], "quantity": quantity} for line in cart["lines"]]
        input = {"cart": cart["id"], "lines": changed}
        await requires(Needs(reads=4, writes=6, locks=1), phone, "cartLinesUpdate", input)


@pytest.mark.parametrize("lines", SIZES)
async def test_contact_and_codes_are_set(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await phone.create(*goods(lines))
    contact = {"cart": cart["id"], "contact": {"email": "ada@example.org"}}
    await requires(Needs(reads=1, writes=6, locks=1), phone, "cartContactSet", contact)
    await requires(Needs(reads=1, writes=5, locks=1), phone, "cartDiscountCodesSet", {"cart": cart["id"], "codes": ["TEN"]})


@pytest.mark.parametrize("lines", SIZES)
async def test_a_cart_is_claimed_and_merged_into_another(shop: Shop, lines: int) -> None:
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    for device in (guest, me):
        cart = await device.create(*goods(lines))
    cart = (await guest.ask("{ viewer { cart { id } } }"))["viewer"]["cart"]
    input = {"cart": cart["id"], "cartSession": guest.access_token}
    await requires(Needs(reads=1, writes=13, locks=3), me, "cartClaim", input, "cart { id } report { lines { outcome } }")


@pytest.mark.parametrize("lines", SIZES)
async def test_a_cart_is_handed_over(shop: Shop, lines: int) -> None:
    phone, laptop = Device(shop), Device(shop)
    cart = await phone.create(*goods(lines))
    await requires(Needs(reads=1, writes=4, locks=1), phone, "cartHandoffCreate", {"cart": cart["id"]}, "handoff { code }")
    input = {"code": await phone.hand_over(cart)}
    await requires(Needs(reads=2, writes=12, locks=1), laptop, "cartHandoffAccept", input, f"cart {{ id }} {TOKENS}")


async def test_a_session_is_refreshed(shop: Shop) -> None:
    phone = Device(shop)
    await phone.create()
    phone.access_token = None
    await requires(Needs(reads=2, writes=2), phone, "sessionRefresh", {"refreshToken": phone.refresh_token}, TOKENS)


@pytest.mark.parametrize("lines", SIZES)
async def test_a_cart_is_read_with_what_it_comes_to(shop: Shop, lines: int) -> None:
    phone = Device(shop)
    cart = await phone.create(*goods(lines))
    query = """query Cart($id: ID!) { cart(id: $id) { version channel { code } contact { email }
      lines { quantity unitPrice { amount } total { amount } variant { sku } }
      totals { total { amount } } discountCodes { applied } problems { __typename message } activity { summary } } }"""
    with shop.statements() as read, shop.statements(writing=True) as written:
        found = await phone.ask(query, id=cart["id"])
    assert len(found["cart"]["lines"]) == lines
    assert (len(read) - 1, len(written)) == (9, 0), "\n".join(read)


@pytest.mark.parametrize("carts", [1, 10])
async def test_many_carts_are_priced_at_once_each_by_its_own_codes(shop: Shop, carts: int) -> None:
    """As staff read them."""
    codes = ["NOPE", "NADA"]
    ids = []
    for n in range(carts):
        phone = Device(shop)
        cart = await phone.create((f"PIN-{n % 3}", 1))
        await phone.done("cartDiscountCodesSet", {"cart": cart["id"], "codes": codes[: n % 3]})
        ids.append(cart["id"])
    query = """query All($ids: [ID!]!) { nodes(ids: $ids) { ... on Cart {
      lines { total { amount } } totals { total { amount } } discountCodes { code } problems { message } } } }"""
    by = await agent(shop)
    with shop.statements() as seen:
        found = (await shop.ask(query, by=by, ids=ids))["nodes"]
    assert [len(cart["discountCodes"]) for cart in found] == [n % 3 for n in range(carts)]
    assert len(seen) == 8  # the channels, twice; carts, their lines, variants, promotions, categories, stock
