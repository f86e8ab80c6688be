"""What a guest gets to know of an order: how it goes from number and email, all of it by a code that is sent to its buyer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.device import SESSION, Device
from tests.options import choose, collect, deliver
from tests.orders import begin, place, reached
from tests.people import agent, associate, kiosk
from tests.shop import KEYS, Shop
from tests.stories.test_purchase import opened

TRACK = """query Track($number: String!, $email: String!) { orderTracking(number: $number, email: $email) {
  number status fulfillments { method status storeName promise { latest } tracking { number } } } }"""
SEEN = """query See($number: String!) { order(by: {number: $number}) { number contact { email name } actions
  fulfillments { address { line1 } pickup { code } } } }"""
RECEIPT = """query Look($receipt: OrderReceiptInput!) { order(by: {receipt: $receipt}) { id number contact { email } actions
  customer { id } lines { sku } fulfillments { order { number } address { line1 } pickup { code } status }
  timeline { nodes { summary subject { id } } } } }"""


async def bought(shop: Shop) -> dict[str, Any]:
    """A hat to be collected in LYON, and a coat that is brought."""
    phone = await opened(shop)
    cart = await reached(phone, await phone.create(("COAT-38", 1), ("HAT", 1)))
    coat = next(line for line in cart["lines"] if line["variant"]["sku"] == "COAT-38")
    cart = await choose(phone, cart, deliver({"line": coat["id"]}), await collect(phone, "LYON"))
    return await place(phone, await begin(phone, cart))


async def seen(device: Device, order: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (await device.ask(SEEN, number=order["number"]))["order"]
    return found


def code_for(shop: Shop, to: str) -> str:
    """The code in the newest letter; its link says the number, too."""
    return shop.mailbox.code(to).partition(".")[2]


async def test_number_and_email_tell_how_it_goes_and_nothing_else(shop: Shop) -> None:
    order, stranger = await bought(shop), Device(shop, client="198.51.100.1")
    asked = {"number": order["number"].lower().replace("-", " "), "email": "ADA@shop.test"}
    found = (await stranger.ask(TRACK, **asked))["orderTracking"]
    assert (found["number"], found["status"]) == (order["number"], "PLACED")
    ways = {one["method"]: one for one in found["fulfillments"]}
    assert (ways["PICKUP"]["storeName"], ways["DELIVERY"]["storeName"]) == ("Maison Lyon", None)
    assert ways["DELIVERY"]["promise"]
    assert await seen(stranger, order) is None, "that opens nothing"
    for wrong in ({"email": "bob@shop.test"}, {"number": "AAA-AAA-AAA"}):
        assert (await stranger.ask(TRACK, **asked | wrong))["orderTracking"] is None


async def test_wrong_guesses_are_limited_of_each_address_number_and_email(shop: Shop) -> None:
    order = await bought(shop)
    right = {"client": "198.51.100.1", "number": order["number"], "email": "ada@shop.test"}
    for kept in right:
        for n in range(20):
            varied = {"client": f"203.0.113.{n}", "number": f"AAA-AAA-{kept}-{n}", "email": f"{kept}{n}@shop.test"}
            assert await tracked(shop, **varied | {kept: right[kept]}) == (None, None)
        others = {"client": f"{kept}.test", "number": f"AAA-{kept}", "email": f"{kept}@shop.test"}
        assert await tracked(shop, **others | {kept: right[kept]}) == (None, "RATE_LIMITED")
        assert await tracked(shop, **others) == (None, None)
        shop.now += timedelta(minutes=15)


async def tracked(shop: Shop, client: str, **asked: str) -> tuple[Any, str | None]:
    """What is found, and why nothing is told."""
    data, errors = await Device(shop, client=client).answer(TRACK, **asked)
    assert data
    return data["orderTracking"], errors[0]["extensions"]["code"] if errors else None


async def test_a_guest_is_let_in_by_a_code_that_the_buyer_gets(shop: Shop) -> None:
    order, laptop = await bought(shop), Device(shop, client="198.51.100.1")
    asked = {"number": order["number"], "email": "Ada@shop.test"}
    mails = len(shop.mailbox.mails)
    assert (await laptop.done("orderAccessRequest", asked | {"email": "bob@shop.test"}, "done"))["done"] is True
    assert (await laptop.done("orderAccessRequest", asked | {"number": "AAA-AAA-AAA"}, "done"))["done"] is True
    assert len(shop.mailbox.mails) == mails, "nobody is written to"
    assert (await laptop.done("orderAccessRequest", asked, "done"))["done"] is True
    code = code_for(shop, "ada@shop.test")
    wrong = await laptop.refused("orderAccessAccept", {"number": "AAA-AAA-AAA", "code": code}, "session { accessToken }")
    assert wrong["code"] == "CODE_INVALID", "it is good with its number alone"
    typed = {"number": order["number"].lower(), "code": f"{code[:3]} {code[3:]}".lower()}
    await laptop.done("orderAccessAccept", typed, SESSION)
    found = await seen(laptop, order)
    assert found
    assert found["contact"] == {"email": "ada@shop.test", "name": "Ada Canari"}
    assert any(one["pickup"] for one in found["fulfillments"])
    assert any(one["address"] for one in found["fulfillments"])
    assert {"CANCEL", "CHANGE_FULFILLMENT"} <= set(found["actions"])
    again = await laptop.refused("orderAccessAccept", typed, "session { accessToken }")
    assert again["code"] == "CODE_INVALID", "it is spent"
    assert await seen(Device(shop), order) is None


async def test_by_phone_a_text_message_is_sent_and_a_session_keeps_what_refreshes_it(shop: Shop) -> None:
    order, other = await bought(shop), Device(shop, client="198.51.100.1")
    await other.create(("HAT", 1))
    both = {"number": order["number"], "email": "ada@shop.test", "phone": "+33472000000"}
    assert (await other.refused("orderAccessRequest", both, "done"))["path"] == ["input", "email"]
    await other.done("orderAccessRequest", {"number": order["number"], "phone": "+33 4 72 00 00 00"}, "done")
    refresh, session = other.refresh_token, KEYS.accessing(other.access_token or "", None)
    input = {"number": order["number"], "code": code_for(shop, "+33472000000")}
    done = await other.done("orderAccessAccept", input, SESSION)
    assert done["session"]["refreshToken"] is None
    assert KEYS.accessing(done["session"]["accessToken"], None) == session
    other.refresh_token = refresh
    assert await seen(other, order)


async def test_at_a_kiosk_the_order_opens_in_a_session_beside_its_own_and_staff_use_no_codes(shop: Shop) -> None:
    order = await bought(shop)
    entrance, lyon = await kiosk(shop, "LYON"), await associate(shop, "LYON")
    asked = {"number": order["number"], "email": "ada@shop.test"}
    await Device(shop).done("orderAccessRequest", asked, "done")
    accept = """mutation ($input: OrderAccessAcceptInput!) { orderAccessAccept(input: $input) {
      session { accessToken } errors { code } } }"""
    input = {"number": order["number"], "code": code_for(shop, "ada@shop.test")}
    data, _ = await shop.answer(accept, by=lyon, input=input)
    assert data
    assert data["orderAccessAccept"]["errors"] == [{"code": "FORBIDDEN"}]
    data, _ = await shop.answer(accept, by=entrance, input=input)
    assert data
    token = data["orderAccessAccept"]["session"]["accessToken"]
    assert (await shop.answer(SEEN, by=entrance, number=order["number"]))[0] == {"order": None}, "which is everybody's"
    assert (await shop.ask(SEEN, token=token, number=order["number"]))["order"]["number"] == order["number"]


async def test_requests_are_limited_and_so_are_codes(shop: Shop) -> None:
    order, device = await bought(shop), Device(shop, client="198.51.100.1")
    asked = {"number": order["number"], "email": "bob@shop.test"}
    for n in range(5):
        await Device(shop, client=f"198.51.100.{n + 10}").done("orderAccessRequest", asked, "done")
    limited = await device.refused("orderAccessRequest", asked | {"email": "ada@shop.test"}, "done")
    assert limited["code"] == "RATE_LIMITED", "of one number, whoever asks"
    for _ in range(10):
        input = {"number": order["number"], "code": "AAAAAA"}
        assert (await device.refused("orderAccessAccept", input, "session { accessToken }"))["code"] == "CODE_INVALID"
    assert (await device.refused("orderAccessAccept", input, "session { accessToken }"))["code"] == "RATE_LIMITED"


async def test_an_associate_of_another_store_finds_a_receipt_and_that_is_on_record(shop: Shop) -> None:
    order = await bought(shop)
    await shop.locations("LILLE")
    lille, lyon, desk = await associate(shop, "LILLE"), await associate(shop, "LYON"), await agent(shop)
    receipt = {"number": order["number"], "email": "ada@shop.test"}
    for given in (receipt, {"number": order["number"]}):
        data, errors = await shop.answer(RECEIPT, by=lille, receipt=given)
        assert not errors
        assert data
        found = data["order"]
        assert [line["sku"] for line in found["lines"]] == ["COAT-38", "HAT"]
        assert (found["contact"], found["customer"], found["actions"]) == (None, None, [])
        hidden = [(one["address"], one["pickup"], one["order"]["number"]) for one in found["fulfillments"]]
        assert hidden == [(None, None, order["number"])] * 2
        assert found["timeline"]["nodes"] == [{"summary": "Order placed: 2 items", "subject": None}]
    data, _ = await shop.answer(RECEIPT, by=lille, receipt=receipt | {"email": "bob@shop.test"})
    assert data == {"order": None}
    assert (await shop.answer(SEEN, by=lille, number=order["number"]))[0] == {"order": None}
    for asker in (lyon, desk):
        data, _ = await shop.answer(SEEN, by=asker, number=order["number"])
        assert data
        assert data["order"]["contact"]["email"] == "ada@shop.test"
        assert not any(one["pickup"] for one in data["order"]["fulfillments"]), "never to staff"
    on_record = [row for row in (await shop.rows())["staff_action"] if "RECEIPT_LOOKED_UP" in row]
    assert [str(order["id"]) in row for row in on_record] == [True, True]
    data, (error,) = await shop.answer(RECEIPT, receipt=receipt)
    assert (data, error["extensions"]["code"]) == ({"order": None}, "FORBIDDEN")
