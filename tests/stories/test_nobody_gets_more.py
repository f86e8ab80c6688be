"""Nobody gets more than they were given: by handing on, by asking again, by guessing, or by coming at the same moment."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.sql.work import SqlWork
from domain.abandonment import abandon
from domain.handoff import GUESSES
from domain.ids import SessionId
from domain.intake.listing import Listed, ListingDraft, import_listings
from domain.session import Session
from tests.device import SESSION, Device, units
from tests.people import agent, kiosk
from tests.shop import KEYS, Shop, done, sheet

KEY = "a key of sixteen characters"
TAKE = f"cart {{ ...Whole }} {SESSION}"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    await shop.locations("LYON")
    await shop.product("goods", "A", "B", price="10.00")
    return shop


async def acting(shop: Shop, minutes: int) -> Device:
    """An agent in a customer's name."""
    device, who = Device(shop, None), await agent(shop)
    session = Session(
        id=SessionId.new(),
        channel=who.channel.id,
        customer=await shop.customer(),
        staff=who.staff,
        parent=who.session,
        reason="a call",
        refreshed_at=shop.now,
        is_refreshable=False,
        ends_at=shop.now + timedelta(minutes=minutes),
    )
    await device.holds(session)
    return device


async def test_what_is_handed_on_lasts_no_longer_than_the_session_it_was_taken_in(shop: Shop) -> None:
    device = await acting(shop, minutes=5)
    cart = await device.create(("A", 1))
    await device.take_over(await device.hand_over(cart))
    assert device.refresh_token is None
    shop.now += timedelta(minutes=5)
    with pytest.raises(Exception, match="has expired"):
        await device.cart(cart)


async def test_a_code_that_was_taken_is_not_given_again_to_another_device(shop: Shop) -> None:
    customer = await shop.customer()
    phone, laptop = Device(shop), Device(shop)
    await phone.is_customer(customer)
    await laptop.is_customer(customer)
    code = await phone.hand_over(await phone.create(("A", 1)))
    await laptop.take_over(code, idempotencyKey=KEY)
    asked = {"code": code, "idempotencyKey": KEY}
    assert (await phone.refused("cartHandoffAccept", asked, TAKE))["code"] == "CODE_INVALID"


async def test_what_is_shown_in_part_is_handed_on_and_claimed_in_part(shop: Shop) -> None:
    owner, finder, other = Device(shop), Device(shop), Device(shop)
    await owner.create(("A", 1), contact={"email": "ada@example.org"})
    shop.now += timedelta(days=1)
    (left,) = await abandon(SqlWork(shop.database), KEYS, shop.now, after=timedelta(days=1))
    taken = await finder.take_over(left.code)
    onward = await other.take_over(await finder.hand_over(taken))
    assert onward["contact"]["email"] == "a…@example.org"
    found = finder.access_token
    await finder.is_customer(await shop.customer())
    claimed = await finder.done("cartClaim", {"cart": taken["id"], "cartSession": found})
    assert claimed["cart"]["contact"] is None
    assert "ada@example.org" not in repr(await finder.cart(taken))


async def test_one_who_guesses_without_end_keeps_nobody_else_out(shop: Shop) -> None:
    guesser, phone = Device(shop, client="198.51.100.1"), Device(shop)
    wrong = {"code": "AAAAAA"}
    for _ in range(GUESSES.per_subject + 5):
        await guesser.payload("cartHandoffAccept", wrong, TAKE)
    counted = {row[1]: row[3] for row in (await shop.rows())["attempt"]}
    assert counted[""] == GUESSES.per_subject, "what is refused is not counted"
    assert await Device(shop).take_over(await phone.hand_over(await phone.create(("A", 1))))


async def test_a_refresh_token_that_was_used_up_long_ago_claims_nothing(shop: Shop) -> None:
    guest, me = Device(shop), Device(shop)
    cart = await guest.create(("A", 1))
    first = guest.refresh_token
    for _ in range(2):
        await guest.refresh()
    await me.is_customer(await shop.customer())
    asked = {"cart": cart["id"], "cartSession": first}
    assert (await me.refused("cartClaim", asked))["path"] == ["input", "cartSession"]
    await me.done("cartClaim", asked | {"cartSession": guest.refresh_token})


async def test_several_codes_of_one_cart_are_taken_at_once(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("A", 1))
    for _ in range(3):
        codes = [await phone.hand_over(cart) for _ in range(5)]
        await asyncio.gather(*(Device(shop, client=f"198.51.100.{n}").take_over(code) for n, code in enumerate(codes)))
    assert (await phone.cart(cart) or {})["version"] == 16


async def test_a_session_that_begins_several_carts_at_once_has_one(shop: Shop) -> None:
    phone = Device(shop)
    await phone.holds(replace(await begun(shop), customer=None))
    carts = await asyncio.gather(*(phone.create(("A", 1)) for _ in range(6)))
    assert len({cart["id"] for cart in carts}) == 1
    assert units(await phone.cart(carts[0])) == {"A": 6}


async def begun(shop: Shop) -> Session:
    channel = (await shop.actor()).channel
    return Session(id=SessionId.new(), channel=channel.id, refreshed_at=shop.now, ends_at=shop.now + timedelta(days=1))


async def test_each_field_of_a_mutation_is_answered_as_things_are_by_then(shop: Shop) -> None:
    phone = Device(shop)
    await phone.is_customer(await shop.customer())
    cart = await phone.create(("A", 1))
    again = "cartLinesAdd(input: $input) { cart { id } }"
    query = f"""mutation Twice($input: CartLinesAddInput!) {{
      a: {again} b: {again.replace("{ id }", "{ customer { cart { version } } }")}
      c: {again.replace("{ id }", "{ customer { cart { version } } }")} }}"""
    found = await phone.ask(query, input={"cart": cart["id"], "lines": await phone.lines(("A", 1))})
    assert [found[name]["cart"]["customer"]["cart"]["version"] for name in "bc"] == [3, 4]


async def test_what_a_merge_changed_is_overwritten_by_nobody_who_has_not_seen_it(shop: Shop) -> None:
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    mine, other = await me.create(("A", 1)), await guest.create(("B", 1), contact={"email": "ada@example.org"})
    await guest.done("cartDiscountCodesSet", {"cart": other["id"], "codes": ["TEN"]})
    await me.done("cartClaim", {"cart": other["id"], "cartSession": guest.access_token})
    for mutation, input in (
        ("cartDiscountCodesSet", {"codes": ["FIVE"]}),
        ("cartContactSet", {"contact": {"email": "eve@example.org"}}),
    ):
        asked = {"cart": mine["id"], "expectedVersion": 1, **input}
        assert (await me.refused(mutation, asked))["code"] == "VERSION_CONFLICT"


async def test_an_answer_is_given_again_though_the_goods_are_gone(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("A", 1), idempotencyKey=KEY)
    added = await phone.add(cart, ("A", 1), idempotencyKey="add")
    done(
        await import_listings(
            shop.work, sheet(ListingDraft(of=Listed("web", "goods", None), listed=False)), skip_bad_rows=False
        )
    )
    again = await phone.add(cart, ("A", 1), idempotencyKey="add")
    assert (again["version"], units(again)) == (added["version"], units(added))
    assert units(await Device(shop).create(("A", 1), idempotencyKey=KEY)) == {"A": 2}


async def test_two_dear_carts_make_one_that_can_still_be_shown(shop: Shop) -> None:
    await shop.product("gold", "GOLD", "BAR", price="400000.00")
    guest, me = Device(shop), Device(shop)
    await me.is_customer(await shop.customer())
    await me.create(("GOLD", 40))
    other = await guest.create(("BAR", 40))
    claimed = await me.done("cartClaim", {"cart": other["id"], "cartSession": guest.access_token})
    assert units(claimed["cart"]) == {"GOLD": 40, "BAR": 13}


async def test_what_one_shopper_begins_at_a_kiosk_the_next_one_does_not_see(shop: Shop) -> None:
    stand, who = Device(shop, None), await kiosk(shop, "LYON")
    assert who.session
    identity = await shop.reads.sessions.identity(who.session, shop.now)
    assert identity
    own = stand.access_token = KEYS.access_token(identity.session, shop.now)
    first = await stand.create(("A", 1), contact={"email": "ada@example.org"})
    assert units(await stand.add(first, ("B", 1))) == {"A": 1, "B": 1}
    stand.access_token, stand.refresh_token = own, None
    assert (await stand.ask("{ viewer { roles cart { id } } }"))["viewer"] == {"roles": ["KIOSK"], "cart": None}
    assert await stand.cart(first) is None
    assert (await stand.create(("A", 1)))["id"] != first["id"]


async def test_a_kiosk_that_is_revoked_leaves_nothing_open(shop: Shop) -> None:
    phone, stand = Device(shop), Device(shop, None)
    who = await kiosk(shop, "LYON")
    assert who.session
    identity = await shop.reads.sessions.identity(who.session, shop.now)
    assert identity
    stand.access_token = KEYS.access_token(identity.session, shop.now)
    cart = await stand.take_over(await phone.hand_over(await phone.create(("A", 1))))
    async with SqlWork(shop.database) as work:
        await work.sessions.end(shop.now, kiosk=who.kiosk)
        await work.commit()
    with pytest.raises(Exception, match="ended"):
        await stand.cart(cart)
