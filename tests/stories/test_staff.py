"""Staff and their kiosks: who may do what, where, in whose name, and what of it stays on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters.sql.tables import staff_action
from domain.actor import Role
from domain.channel import ChannelKind
from domain.kiosk import ENROLLMENTS
from domain.location import LocationService
from domain.sign_in import STAFF_SIGN_INS
from domain.staff import deactivate
from tests.shop import STORE, WEB, Shop
from tests.stories.test_people import CAMILLE, ERRORS, HOME, SAVE, SECRET, SIGN_IN, UPDATE, code_of, do, is_ended, people

SESSION = (
    "{ session { accessToken refreshToken expiresAt viewer { roles channel { code } location { code } staff { name } "
    "customer { email } } } " + ERRORS + " }"
)
STAFF_SIGN_IN = "mutation($input: StaffSignInInput!) { staffSignIn(input: $input) " + SESSION + " }"
ACT_AS = "mutation($input: ActAsInput!) { actAs(input: $input) " + SESSION + " }"
INVITE = (
    "mutation($input: KioskEnrollmentCreateInput!) { kioskEnrollmentCreate(input: $input) "
    "{ enrollment { code expiresAt location { code } } " + ERRORS + " } }"
)
ENROLL = "mutation($input: CodeInput!) { kioskEnroll(input: $input) " + SESSION + " }"
REVOKE = "mutation($input: KioskRevokeInput!) { kioskRevoke(input: $input) { done " + ERRORS + " } }"
REFRESH = "mutation($input: SessionRefreshInput!) { sessionRefresh(input: $input) " + SESSION + " }"
KIOSKS = "query($location: ID!) { kiosks(location: $location) { id name revoked lastSeenAt location { code } } }"

TILL = replace(WEB, code="till", kind=ChannelKind.STORE, public=False)
PHONE = replace(WEB, code="phone", kind=ChannelKind.PHONE, public=False)
KIOSK = replace(WEB, code="kiosk", kind=ChannelKind.KIOSK, public=False)


@pytest.fixture
async def chain(shop: Shop) -> Shop:
    """Two stores with kiosks, one without, and all the channels that people come by."""
    await Shop.opened(shop.database, TILL, PHONE, KIOSK)
    await shop.locations("LYON", "PARIS", services=STORE | {LocationService.KIOSK})
    await shop.locations("NICE")
    return shop


async def recorded(shop: Shop) -> list[tuple[str, str | None]]:
    async with shop.database.reading() as connection:
        rows = await connection.execute(select(staff_action).order_by(staff_action.c.id))
        return [(row.action, row.reason) for row in rows]


async def customer_id(shop: Shop, token: str) -> str:
    return str((await shop.ask("{ viewer { customer { id } } }", token=token))["viewer"]["customer"]["id"])


async def enrolled(shop: Shop, associate: str, code: str = "LYON") -> dict[str, Any]:
    """The session of a kiosk."""
    invited = await do(shop, INVITE, associate, location=str(await shop.location_id(code)), name="By the door")
    session: dict[str, Any] = (await do(shop, ENROLL, code=invited["enrollment"]["code"]))["session"]
    return session


# ------------------------------------------------------------------------------------------------ signing in


@pytest.mark.parametrize(
    ("role", "codes", "channel", "location"),
    [
        (Role.ASSOCIATE, ("LYON",), "till", {"code": "LYON"}),
        (Role.ASSOCIATE, ("LYON", "PARIS"), "till", None),
        (Role.AGENT, (), "phone", None),
        (Role.ADMIN, (), "phone", None),
    ],
)
async def test_staff_sign_in_where_they_work(
    chain: Shop, role: Role, codes: tuple[str, ...], channel: str, location: dict[str, str] | None
) -> None:
    await chain.as_staff(role, *codes)
    email = f"{role.lower()}{'-'.join(codes).lower()}@shop.test"
    session = (await do(chain, STAFF_SIGN_IN, email=email, password=SECRET))["session"]
    assert session["viewer"] == {
        "roles": [role],
        "channel": {"code": channel},
        "location": location,
        "staff": {"name": role.title()},
        "customer": None,
    }


async def test_wrong_passwords_of_staff_are_all_refused_alike_and_bounded(chain: Shop) -> None:
    await chain.as_staff(Role.AGENT)
    wrong = await do(chain, STAFF_SIGN_IN, email="agent@shop.test", password="wrong")
    assert wrong == await do(chain, STAFF_SIGN_IN, email="nobody@shop.test", password="wrong")
    assert chain.passwords.hashes == 2
    for _ in range(STAFF_SIGN_INS.per_subject - 2):
        await do(chain, STAFF_SIGN_IN, email="agent@shop.test", password="wrong")
    before = await people(chain)
    assert code_of(await do(chain, STAFF_SIGN_IN, email="agent@shop.test", password=SECRET)) == "RATE_LIMITED"
    assert await people(chain) == before


async def test_who_does_not_work_here_any_more_is_out_at_once(chain: Shop) -> None:
    token = await chain.as_staff(Role.AGENT)
    assert await deactivate(chain.work, "agent@shop.test", chain.now)
    assert await is_ended(chain, token)
    assert code_of(await do(chain, STAFF_SIGN_IN, email="agent@shop.test", password=SECRET)) == "BAD_CREDENTIALS"


async def test_what_only_staff_may_ask_is_null_and_forbidden_for_others(chain: Shop) -> None:
    for token in (None, await chain.as_shopper(), await chain.as_customer()):
        data, (error,) = await chain.answer("{ channels { code } }", token=token)
        assert (data, error["extensions"]["code"]) == ({"channels": None}, "FORBIDDEN")
    found = await chain.ask("{ channels { code } }", token=await chain.as_staff(Role.ASSOCIATE, "LYON"))
    assert [channel["code"] for channel in found["channels"]] == ["kiosk", "phone", "till", "web"]


async def test_people_by_id_look_missing_to_others(chain: Shop) -> None:
    mine, other = await chain.as_customer(CAMILLE), await chain.as_customer("other@shop.test")
    agent = await chain.as_staff(Role.AGENT)
    id = await customer_id(chain, mine)
    query = "query($id: ID!) { node(id: $id) { id } }"
    seen = {token: (await chain.ask(query, token=token, id=id))["node"] for token in (mine, agent, other, None)}
    assert seen == {mine: {"id": id}, agent: {"id": id}, other: None, None: None}


# ------------------------------------------------------------------------------------------------ acting for customers


async def test_an_agent_acts_for_a_customer_for_a_while_and_on_record(chain: Shop) -> None:
    agent, camille = await chain.as_staff(Role.AGENT), await chain.as_customer(CAMILLE)
    id = await customer_id(chain, camille)
    session = (await do(chain, ACT_AS, agent, customer=id, reason="she called", minutes=45))["session"]
    assert session["viewer"]["roles"] == ["AGENT", "CUSTOMER"]
    assert session["viewer"]["customer"] == {"email": CAMILLE}
    assert session["refreshToken"] is None
    assert await recorded(chain) == [("ACTED_AS", "she called")]
    chain.now += timedelta(minutes=44)
    assert not await is_ended(chain, session["accessToken"])
    chain.now += timedelta(minutes=1)
    assert await is_ended(chain, session["accessToken"])


async def test_whoever_acts_for_a_customer_does_not_change_who_they_are(chain: Shop) -> None:
    agent, camille = await chain.as_staff(Role.AGENT), await chain.as_customer(CAMILLE)
    id = await customer_id(chain, camille)
    acting = (await do(chain, ACT_AS, agent, customer=id, reason="she called"))["session"]["accessToken"]
    before = await people(chain)
    assert code_of(await do(chain, UPDATE, acting, email="agent@shop.test")) == "FORBIDDEN"
    assert code_of(await do(chain, SAVE, acting, address=HOME)) == "FORBIDDEN"
    assert code_of(await do(chain, ACT_AS, acting, customer=id, reason="again")) == "FORBIDDEN"
    assert await people(chain) == before


async def test_acting_ends_with_the_session_it_was_begun_from(chain: Shop) -> None:
    agent, camille = await chain.as_staff(Role.AGENT), await chain.as_customer(CAMILLE)
    acting = (await do(chain, ACT_AS, agent, customer=await customer_id(chain, camille), reason="she called"))["session"]
    await chain.ask("mutation { sessionEnd { done } }", token=agent)
    assert await is_ended(chain, acting["accessToken"])
    assert not await is_ended(chain, camille)


async def test_acting_needs_a_role_a_reason_a_time_and_a_customer(chain: Shop) -> None:
    agent, associate = await chain.as_staff(Role.AGENT), await chain.as_staff(Role.ASSOCIATE, "LYON")
    camille = await chain.as_customer(CAMILLE)
    id = await customer_id(chain, camille)
    before = await people(chain)
    for token, input, code in (
        (associate, {"customer": id, "reason": "she called"}, "FORBIDDEN"),
        (camille, {"customer": id, "reason": "myself"}, "FORBIDDEN"),
        (None, {"customer": id, "reason": "?"}, "FORBIDDEN"),
        (agent, {"customer": id, "reason": "  "}, "INVALID_INPUT"),
        (agent, {"customer": id, "reason": "she called", "minutes": 61}, "INVALID_INPUT"),
        (agent, {"customer": id, "reason": "she called", "minutes": 0}, "INVALID_INPUT"),
        (agent, {"customer": id[:-4] + "AAAA", "reason": "she called"}, "INVALID_INPUT"),
    ):
        assert code_of(await do(chain, ACT_AS, token, **input)) == code
    assert await people(chain) == before


# ------------------------------------------------------------------------------------------------ kiosks


async def test_an_associate_makes_a_device_a_kiosk_of_their_store(chain: Shop) -> None:
    associate = await chain.as_staff(Role.ASSOCIATE, "LYON")
    session = await enrolled(chain, associate)
    assert session["viewer"] == {
        "roles": ["KIOSK"],
        "channel": {"code": "kiosk"},
        "location": {"code": "LYON"},
        "staff": None,
        "customer": None,
    }
    lyon = str(await chain.location_id("LYON"))
    chain.now += timedelta(minutes=10)
    await do(chain, REFRESH, refreshToken=session["refreshToken"])
    (kiosk,) = (await chain.ask(KIOSKS, token=associate, location=lyon))["kiosks"]
    assert kiosk == {
        "id": kiosk["id"],
        "name": "By the door",
        "revoked": False,
        "lastSeenAt": "2026-11-21T12:10:00+00:00",
        "location": {"code": "LYON"},
    }
    assert await recorded(chain) == [("KIOSK_ENROLLED", None)]


async def test_a_revoked_kiosk_is_out_at_once_with_whoever_signed_in_at_it(chain: Shop) -> None:
    associate = await chain.as_staff(Role.ASSOCIATE, "LYON")
    kiosk = (await enrolled(chain, associate))["accessToken"]
    await chain.as_customer(CAMILLE)
    shopper = (await do(chain, SIGN_IN, kiosk, email=CAMILLE, password=SECRET))["session"]
    assert (shopper["viewer"]["roles"], shopper["refreshToken"]) == (["KIOSK", "CUSTOMER"], None)
    id = (await chain.ask(KIOSKS, token=associate, location=str(await chain.location_id("LYON"))))["kiosks"][0]["id"]
    assert await do(chain, REVOKE, associate, kiosk=id) == {"done": True, "errors": []}
    assert await is_ended(chain, kiosk)
    assert await is_ended(chain, shopper["accessToken"])
    assert await do(chain, REVOKE, associate, kiosk=id) == {"done": True, "errors": []}
    assert await recorded(chain) == [("KIOSK_ENROLLED", None), ("KIOSK_REVOKED", None)]


async def test_a_customers_session_at_a_kiosk_is_short(chain: Shop) -> None:
    kiosk = (await enrolled(chain, await chain.as_staff(Role.ADMIN)))["accessToken"]
    await chain.as_customer(CAMILLE)
    shopper = (await do(chain, SIGN_IN, kiosk, email=CAMILLE, password=SECRET))["session"]
    chain.now += timedelta(minutes=15)
    assert await is_ended(chain, shopper["accessToken"])


async def test_kiosks_are_enrolled_and_seen_by_their_own_store(chain: Shop) -> None:
    lyon, nice = str(await chain.location_id("LYON")), str(await chain.location_id("NICE"))
    paris, agent = await chain.as_staff(Role.ASSOCIATE, "PARIS"), await chain.as_staff(Role.AGENT)
    admin = await chain.as_staff(Role.ADMIN)
    before = await chain.rows()
    for token, location, code in (
        (paris, lyon, "FORBIDDEN"),
        (agent, lyon, "FORBIDDEN"),
        (None, lyon, "FORBIDDEN"),
        (admin, nice, "INVALID_INPUT"),
    ):
        assert code_of(await do(chain, INVITE, token, location=location, name="By the door")) == code
    assert code_of(await do(chain, INVITE, admin, location=lyon, name=" ")) == "INVALID_INPUT"
    assert await chain.rows() == before
    await enrolled(chain, admin)
    assert len((await chain.ask(KIOSKS, token=agent, location=lyon))["kiosks"]) == 1
    _, (error,) = await chain.answer(KIOSKS, token=paris, location=lyon)
    assert error["extensions"]["code"] == "FORBIDDEN"
    id = (await chain.ask(KIOSKS, token=admin, location=lyon))["kiosks"][0]["id"]
    before = await people(chain)
    assert code_of(await do(chain, REVOKE, paris, kiosk=id)) == "NOT_FOUND"
    assert code_of(await do(chain, REVOKE, agent, kiosk=id)) == "FORBIDDEN"
    assert await people(chain) == before


async def test_an_enrollment_code_is_good_once_for_a_quarter_of_an_hour_and_cannot_be_guessed(chain: Shop) -> None:
    admin, lyon = await chain.as_staff(Role.ADMIN), str(await chain.location_id("LYON"))
    first = (await do(chain, INVITE, admin, location=lyon, name="One"))["enrollment"]["code"]
    assert (await do(chain, ENROLL, code=f" {first[:3].lower()}-{first[3:]} "))["session"]
    assert code_of(await do(chain, ENROLL, code=first)) == "CODE_INVALID"
    late = (await do(chain, INVITE, admin, location=lyon, name="Two"))["enrollment"]["code"]
    chain.now += timedelta(minutes=15)
    before = await people(chain)
    assert code_of(await do(chain, ENROLL, code=late)) == "CODE_INVALID"
    admin = await chain.as_staff(Role.ADMIN)
    good = (await do(chain, INVITE, admin, location=lyon, name="Three"))["enrollment"]["code"]
    for _ in range(ENROLLMENTS.per_subject - 1):
        assert code_of(await do(chain, ENROLL, code="AAAAAA")) == "CODE_INVALID"
    assert code_of(await do(chain, ENROLL, code=good)) == "RATE_LIMITED"
    assert (await people(chain))["staff_action"] == before["staff_action"]
