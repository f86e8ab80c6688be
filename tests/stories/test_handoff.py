"""Hand-off: six characters take a cart from one device to another, once, for a while, and no further than they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.channel import ChannelKind, ChannelStrategy
from domain.code import ALPHABET
from domain.handoff import GUESSES
from tests.device import Device, units
from tests.shop import WEB, Shop

MOBILE = replace(WEB, code="mobile", name="Mobile", kind=ChannelKind.MOBILE)
ALONE = replace(WEB, code="alone", name="Alone", kind=ChannelKind.SOCIAL, strategy=ChannelStrategy.MULTI)
KEY = "a key of sixteen characters"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    shop = await Shop.opened(shop.database, MOBILE, ALONE)
    await shop.product("goods", "A", "B", price="10.00")
    return shop


async def test_another_device_joins_with_nobody_signed_in(shop: Shop) -> None:
    phone, laptop = Device(shop, "mobile"), Device(shop)
    cart = await phone.create(("A", 1))
    code = await phone.hand_over(cart)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    taken = await laptop.take_over(f" {code[:3].lower()}-{code[3:].lower()} ")
    assert (taken["id"], taken["channel"]["code"], taken["version"]) == (cart["id"], "web", 2)
    assert taken["activity"][0]["summary"] == "Taken over on another device"
    await laptop.add(taken, ("B", 2))
    assert units(await phone.cart(cart)) == {"A": 1, "B": 2}, "both work on it"
    assert (await laptop.ask("{ viewer { cart { id } } }"))["viewer"]["cart"] == {"id": cart["id"]}


async def test_a_code_is_good_once_and_for_a_while(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create(("A", 1))
    code = await phone.hand_over(cart)
    await Device(shop).take_over(code)
    assert (await Device(shop).refused("cartHandoffAccept", {"code": code}))["code"] == "CODE_INVALID"
    late = await phone.hand_over(cart, ttlSeconds=60)
    shop.now += timedelta(seconds=60)
    assert (await Device(shop).refused("cartHandoffAccept", {"code": late}))["code"] == "CODE_INVALID"
    assert code not in repr(await shop.rows()), "only a digest is kept"


async def test_an_answer_that_was_lost_is_given_again(shop: Shop) -> None:
    phone, laptop = Device(shop), Device(shop)
    code = await phone.hand_over(await phone.create(("A", 1)))
    taken = await laptop.take_over(code, idempotencyKey=KEY)
    again = Device(shop)
    assert await again.take_over(code, idempotencyKey=KEY) == taken
    assert await again.cart(taken) == taken


async def test_a_scope_is_held_on_every_later_change(shop: Shop) -> None:
    phone, friend, editor = Device(shop), Device(shop), Device(shop)
    cart = await phone.create(("A", 1), contact={"email": "ada@example.org"})
    seen = await friend.take_over(await phone.hand_over(cart, scope="VIEW"))
    assert (seen["version"], seen["contact"]) == (1, None), "whoever looks is told nobody's name, and moves nothing"
    lines = await friend.lines(("B", 1))
    for mutation, input in (
        ("cartLinesAdd", {"lines": lines}),
        ("cartLinesUpdate", {"lines": [{"line": cart["lines"][0]["id"], "quantity": 0}]}),
        ("cartContactSet", {"contact": {"email": "eve@example.org"}}),
        ("cartDiscountCodesSet", {"codes": ["TEN"]}),
    ):
        assert (await friend.refused(mutation, {"cart": cart["id"], **input}))["code"] == "FORBIDDEN", mutation
    more = {"cart": cart["id"], "scope": "EDIT"}
    assert (await friend.refused("cartHandoffCreate", more, "handoff { code }"))["code"] == "FORBIDDEN"
    assert await friend.hand_over(cart, scope="VIEW"), "as much as they have"
    edited = await editor.take_over(await phone.hand_over(cart, scope="EDIT"))
    assert edited["contact"] == {"email": "ada@example.org", "name": None, "phone": None}
    assert units(await editor.add(edited, ("B", 1))) == {"A": 1, "B": 1}
    more = {"cart": cart["id"], "scope": "CHECKOUT"}
    assert (await editor.refused("cartHandoffCreate", more, "handoff { code }"))["code"] == "FORBIDDEN"


async def test_a_channel_that_stands_alone_neither_gives_nor_takes(shop: Shop) -> None:
    alone, phone = Device(shop, "alone"), Device(shop)
    cart = await alone.create(("A", 1))
    refused = await alone.refused("cartHandoffCreate", {"cart": cart["id"]}, "handoff { code }")
    assert refused["code"] == "CHANNEL_POLICY"
    code = await phone.hand_over(await phone.create(("A", 1)))
    taker = Device(shop, "alone", client="198.51.100.1")
    assert (await taker.refused("cartHandoffAccept", {"code": code}))["code"] == "CHANNEL_POLICY"
    assert await Device(shop).take_over(code), "the code is not spent"
    phone.channel = "alone"
    error = await phone.refused("cartLinesAdd", {"cart": (await Device(shop).create())["id"], "lines": []})
    assert error["code"] == "NOT_FOUND"


@pytest.mark.parametrize("seconds", [29, 3601])
async def test_a_code_lives_for_half_a_minute_to_an_hour(shop: Shop, seconds: int) -> None:
    phone = Device(shop)
    asked = {"cart": (await phone.create())["id"], "ttlSeconds": seconds}
    assert (await phone.refused("cartHandoffCreate", asked, "handoff { code }"))["path"] == ["input", "ttlSeconds"]


async def test_a_cart_has_few_codes_at_once(shop: Shop) -> None:
    phone = Device(shop)
    cart = await phone.create()
    for _ in range(5):
        await phone.hand_over(cart)
    refused = await phone.refused("cartHandoffCreate", {"cart": cart["id"]}, "handoff { code }")
    assert refused["code"] == "LIMIT_REACHED"


async def test_guessing_is_limited_for_each_device_and_begins_anew_later(shop: Shop) -> None:
    phone, guesser = Device(shop), Device(shop, client="198.51.100.1")
    code = await phone.hand_over(await phone.create(("A", 1)), ttlSeconds=3600)
    for _ in range(GUESSES.per_subject):
        assert (await guesser.refused("cartHandoffAccept", {"code": "AAAAAA"}))["code"] == "CODE_INVALID"
    limited = await guesser.refused("cartHandoffAccept", {"code": code})
    assert (limited["code"], limited["retryAfterSeconds"] <= 900) == ("RATE_LIMITED", True)
    shop.now += timedelta(seconds=limited["retryAfterSeconds"])
    assert await guesser.take_over(code)


async def test_right_codes_are_no_guesses(shop: Shop) -> None:
    phone, kiosk = Device(shop), Device(shop, client="198.51.100.1")
    cart = await phone.create(("A", 1))
    for _ in range(GUESSES.per_subject + 1):
        kiosk.access_token = None
        await kiosk.take_over(await phone.hand_over(cart))


async def test_what_a_session_took_over_ends_with_it(shop: Shop) -> None:
    phone, laptop = Device(shop), Device(shop)
    await laptop.create(("B", 1))
    own = laptop.access_token
    cart = await laptop.take_over(await phone.hand_over(await phone.create(("A", 1))))
    taken, laptop.access_token = laptop.access_token, own
    await laptop.ask("mutation { sessionEnd { done } }")
    laptop.access_token = taken
    with pytest.raises(Exception, match="this session has ended"):
        await laptop.cart(cart)


async def test_the_qr_code_is_a_drawing_of_the_storefronts_address(shop: Shop) -> None:
    phone = Device(shop)
    done = await phone.done("cartHandoffCreate", {"cart": (await phone.create())["id"]}, "handoff { qrSvg scope expiresAt }")
    assert done["handoff"]["qrSvg"].startswith("<svg")
    assert done["handoff"]["scope"] == "EDIT"
