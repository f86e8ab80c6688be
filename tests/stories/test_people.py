"""People: customers sign up, verify, sign in, reset and change themselves; nobody is told who else is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.account import MAILINGS
from domain.actor import Role
from domain.customer import ADDRESSES_MAX
from domain.mail import Mail
from domain.sign_in import SIGN_INS
from gateway.answer import Refused
from tests.shop import Shop

ERRORS = "errors { code path message }"
SESSION = "{ session { accessToken refreshToken expiresAt viewer { roles customer { email emailVerified } } } " + ERRORS + " }"
SIGN_UP = "mutation($input: CustomerSignUpInput!) { customerSignUp(input: $input) { done " + ERRORS + " } }"
VERIFY = "mutation($input: CodeInput!) { customerVerify(input: $input) " + SESSION + " }"
SIGN_IN = "mutation($input: CustomerSignInInput!) { customerSignIn(input: $input) " + SESSION + " }"
REQUEST = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { done " + ERRORS + " } }"
RESET = "mutation($input: PasswordResetInput!) { passwordReset(input: $input) " + SESSION + " }"
CUSTOMER = "{ customer { email name phone addresses { id line1 phone } } " + ERRORS + " }"
UPDATE = "mutation($input: CustomerUpdateInput!) { customerUpdate(input: $input) " + CUSTOMER + " }"
SAVE = "mutation($input: CustomerAddressSaveInput!) { customerAddressSave(input: $input) " + CUSTOMER + " }"
REMOVE = "mutation($input: CustomerAddressRemoveInput!) { customerAddressRemove(input: $input) " + CUSTOMER + " }"
REFRESH = "mutation($input: SessionRefreshInput!) { sessionRefresh(input: $input) " + SESSION + " }"
WHO = "{ viewer { roles customer { email name addresses { line1 } } } }"

CAMILLE, LOU = "camille@shop.test", "Lou@Shop.test"
SECRET = "a long secret"
HOME = {"line1": "3 rue Mercière", "postalCode": "69002", "city": "Lyon", "countryCode": "FR", "phone": "+33 4 72 00 00 00"}


async def do(shop: Shop, mutation: str, token: str | None = None, **input: Any) -> dict[str, Any]:
    """The payload."""
    (answer,) = (await shop.ask(mutation, token=token, input=input)).values()
    payload: dict[str, Any] = answer
    return payload


def code_of(payload: dict[str, Any]) -> str:
    """Of the one error there is."""
    (error,) = payload["errors"]
    return str(error["code"])


async def people(shop: Shop) -> dict[str, Any]:
    """What a refused attempt must leave as it was; that it was made is counted."""
    rows = await shop.rows()
    return {name: rows[name] for name in ("customer", "customer_address", "session", "staff_member", "staff_action")}


async def is_ended(shop: Shop, token: str) -> bool:
    try:
        await shop.actor(token=token)
    except Refused:
        return True
    return False


# ------------------------------------------------------------------------------------------------ signing up and in


async def test_a_customer_signs_up_verifies_and_signs_in(shop: Shop) -> None:
    assert await do(shop, SIGN_UP, email=LOU, password=SECRET, name="Lou") == {"done": True, "errors": []}
    verified = await do(shop, VERIFY, code=shop.mailbox.code(LOU))
    assert verified["session"]["viewer"] == {"roles": ["CUSTOMER"], "customer": {"email": LOU, "emailVerified": True}}
    signed_in = await do(shop, SIGN_IN, email=" lou@shop.TEST ", password=SECRET)
    found = await shop.ask(WHO, token=signed_in["session"]["accessToken"])
    assert found["viewer"]["customer"] == {"email": LOU, "name": "Lou", "addresses": []}


async def test_a_code_is_good_once_and_for_a_while(shop: Shop) -> None:
    await do(shop, SIGN_UP, email=LOU, password=SECRET)
    code = shop.mailbox.code(LOU)
    await do(shop, VERIFY, code=code)
    assert code_of(await do(shop, VERIFY, code=code)) == "CODE_INVALID"
    await do(shop, REQUEST, email=LOU)
    shop.now += timedelta(hours=1)
    before = await people(shop)
    assert code_of(await do(shop, RESET, code=shop.mailbox.code(LOU), password="another one")) == "CODE_INVALID"
    assert code_of(await do(shop, VERIFY, code=shop.mailbox.code(LOU))) == "CODE_INVALID"
    assert await people(shop) == before


async def test_who_has_not_verified_is_refused_as_everybody_and_gets_another_mail(shop: Shop) -> None:
    await do(shop, SIGN_UP, email=LOU, password=SECRET)
    first = shop.mailbox.code(LOU)
    right = await do(shop, SIGN_IN, email=LOU, password=SECRET)
    wrong = await do(shop, SIGN_IN, email=LOU, password="wrong")
    assert right == wrong
    assert len(shop.mailbox.mails) == 2
    assert code_of(await do(shop, VERIFY, code=first)) == "CODE_INVALID"  # the newest one alone
    assert (await do(shop, VERIFY, code=shop.mailbox.code(LOU)))["session"]


async def test_who_signs_up_last_and_reads_the_mail_has_the_account(shop: Shop) -> None:
    """Whoever put somebody else's address in first has nothing of it."""
    await do(shop, SIGN_UP, email=LOU, password="the thief's own")
    await do(shop, SIGN_UP, email=LOU, password=SECRET)
    await do(shop, VERIFY, code=shop.mailbox.code(LOU))
    assert code_of(await do(shop, SIGN_IN, email=LOU, password="the thief's own")) == "BAD_CREDENTIALS"
    assert (await do(shop, SIGN_IN, email=LOU, password=SECRET))["session"]


async def test_neither_answers_nor_hashes_tell_who_has_an_account(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)

    async def answered(mutation: str, **input: str) -> tuple[dict[str, Any], int, int]:
        shop.passwords.hashes = 0
        with shop.statements(writing=True) as seen:
            payload = await do(shop, mutation, **input)
        return payload, shop.passwords.hashes, len([one for one in seen if "one_time_code" in one or "attempt" in one])

    for mutation, rest in (
        (SIGN_UP, {"password": SECRET}),
        (SIGN_IN, {"password": "wrong one"}),
        (REQUEST, {}),
    ):
        known = await answered(mutation, email=CAMILLE, **rest)
        assert known == await answered(mutation, email="nobody@shop.test", **rest), mutation
    assert [mail.to for mail in shop.mailbox.mails] == [CAMILLE, "nobody@shop.test", CAMILLE, "nobody@shop.test"]


async def test_the_owner_of_a_taken_address_is_told_and_keeps_their_password(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    before = await people(shop)
    await do(shop, SIGN_UP, email=CAMILLE.upper(), password="another one")
    (mail,) = shop.mailbox.mails
    assert mail == Mail(CAMILLE.upper(), "You have an account already", mail.text)
    assert await people(shop) == before


@pytest.mark.parametrize(
    ("input", "path"),
    [
        ({"email": "nowhere", "password": SECRET}, ["input", "email"]),
        ({"email": LOU, "password": "7 chars"}, ["input", "password"]),
        ({"email": LOU, "password": "x" * 201}, ["input", "password"]),
        ({"email": LOU, "password": SECRET, "name": "x" * 201}, ["input", "name"]),
    ],
)
async def test_what_cannot_be_an_account_is_refused_by_name(shop: Shop, input: dict[str, str], path: list[str]) -> None:
    before = await shop.rows()
    refused = await do(shop, SIGN_UP, **input)
    assert [error["path"] for error in refused["errors"]] == [path]
    assert (await shop.rows(), shop.mailbox.mails, shop.passwords.hashes) == (before, [], 0)


async def test_guesses_are_bounded_and_a_right_password_does_not_count(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    for _ in range(SIGN_INS.per_subject):
        assert (await do(shop, SIGN_IN, email=CAMILLE, password=SECRET))["session"]
    for _ in range(SIGN_INS.per_subject):
        assert code_of(await do(shop, SIGN_IN, email=CAMILLE, password="wrong")) == "BAD_CREDENTIALS"
    hashes, before = shop.passwords.hashes, await people(shop)
    refused = await do(shop, SIGN_IN, email=CAMILLE, password=SECRET)
    assert (code_of(refused), shop.passwords.hashes) == ("RATE_LIMITED", hashes)
    assert await people(shop) == before
    shop.now += timedelta(minutes=15)
    assert (await do(shop, SIGN_IN, email=CAMILLE, password=SECRET))["session"]


async def test_nobody_can_be_flooded_with_mails(shop: Shop) -> None:
    for _ in range(MAILINGS.per_subject):
        await do(shop, REQUEST, email="nobody@shop.test")
    assert code_of(await do(shop, REQUEST, email="nobody@shop.test")) == "RATE_LIMITED"
    assert code_of(await do(shop, SIGN_UP, email="nobody@shop.test", password=SECRET)) == "RATE_LIMITED"
    assert shop.mailbox.mails == []


async def test_mails_are_in_the_language_of_who_asks(shop: Shop) -> None:
    await shop.ask(SIGN_UP, language="fr", input={"email": LOU, "password": SECRET})
    (mail,) = shop.mailbox.mails
    assert mail.subject == "Confirmez votre adresse e-mail"
    assert "https://shop.test/storefront#verify=" in mail.text


# ------------------------------------------------------------------------------------------------ passwords


async def test_a_new_password_ends_all_other_sessions(shop: Shop) -> None:
    phone, laptop = await shop.as_customer(CAMILLE), await shop.as_customer(CAMILLE)
    await do(shop, REQUEST, email=CAMILLE)
    reset = await do(shop, RESET, token=phone, code=shop.mailbox.code(CAMILLE), password="a new secret")
    assert await is_ended(shop, phone)
    assert await is_ended(shop, laptop)
    assert not await is_ended(shop, reset["session"]["accessToken"])
    assert code_of(await do(shop, SIGN_IN, email=CAMILLE, password=SECRET)) == "BAD_CREDENTIALS"
    assert (await do(shop, SIGN_IN, email=CAMILLE, password="a new secret"))["session"]
    assert shop.mailbox.mails[-1].subject == "Your password was changed"


async def test_a_password_too_short_does_not_spend_the_code(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    await do(shop, REQUEST, email=CAMILLE)
    before = await shop.rows()
    assert code_of(await do(shop, RESET, code=shop.mailbox.code(CAMILLE), password="short")) == "INVALID_INPUT"
    assert await shop.rows() == before
    assert (await do(shop, RESET, code=shop.mailbox.code(CAMILLE), password="long enough"))["session"]


# ------------------------------------------------------------------------------------------------ who they are


async def test_a_customer_changes_what_is_given_and_nothing_else(shop: Shop) -> None:
    token = await shop.as_customer(CAMILLE)
    changed = await do(shop, UPDATE, token, phone="+33 6 12 34 56 78")
    assert changed["customer"] | {"addresses": []} == {
        "email": CAMILLE,
        "name": "Camille",
        "phone": "+33612345678",
        "addresses": [],
    }
    assert (await do(shop, UPDATE, token, name="  ", phone=""))["customer"] | {"addresses": []} == {
        "email": CAMILLE,
        "name": None,
        "phone": None,
        "addresses": [],
    }
    before = await people(shop)
    assert code_of(await do(shop, UPDATE, token, name="x" * 201)) == "INVALID_INPUT"
    assert code_of(await do(shop, UPDATE, token, phone="12")) == "INVALID_INPUT"
    assert code_of(await do(shop, UPDATE, name="Nobody")) == "FORBIDDEN"
    assert await people(shop) == before


async def test_a_new_address_counts_once_it_is_verified_in_ones_own_session(shop: Shop) -> None:
    token = await shop.as_customer(CAMILLE)
    assert (await do(shop, UPDATE, token, email=LOU))["customer"]["email"] == CAMILLE
    before = await people(shop)
    assert code_of(await do(shop, VERIFY, code=shop.mailbox.code(LOU))) == "CODE_INVALID"  # whoever else reads that mail
    assert code_of(await do(shop, VERIFY, await shop.as_shopper(), code=shop.mailbox.code(LOU))) == "CODE_INVALID"
    assert (await people(shop))["customer"] == before["customer"]
    assert (await do(shop, VERIFY, token, code=shop.mailbox.code(LOU)))["session"]["viewer"]["customer"]["email"] == LOU
    assert shop.mailbox.mails[-1].to == CAMILLE
    assert (await do(shop, SIGN_IN, email=LOU, password=SECRET))["session"]


async def test_an_address_that_was_given_up_again_is_good_for_nothing(shop: Shop) -> None:
    token = await shop.as_customer(CAMILLE)
    await do(shop, UPDATE, token, email=LOU)
    code = shop.mailbox.code(LOU)
    await do(shop, UPDATE, token, email="mistyped@shop.test")
    before = await people(shop)
    assert code_of(await do(shop, VERIFY, token, code=code)) == "CODE_INVALID"
    assert (await people(shop)) == before


async def test_somebody_elses_address_cannot_be_taken_and_is_not_told(shop: Shop) -> None:
    await shop.as_customer(LOU)
    token = await shop.as_customer(CAMILLE)
    taken = await do(shop, UPDATE, token, email=LOU.lower())
    free = await do(shop, UPDATE, token, email="free@shop.test")
    assert taken == free
    assert shop.mailbox.mails[0].subject == "You have an account already"
    assert (await shop.ask(WHO, token=token))["viewer"]["customer"]["email"] == CAMILLE


async def test_an_unverified_address_is_given_up_for_who_shows_it_is_theirs(shop: Shop) -> None:
    await do(shop, SIGN_UP, email=LOU, password="the thief's own")
    token = await shop.as_customer(CAMILLE)
    await do(shop, UPDATE, token, email=LOU)
    assert (await do(shop, VERIFY, token, code=shop.mailbox.code(LOU)))["session"]["viewer"]["customer"]["email"] == LOU
    assert code_of(await do(shop, SIGN_IN, email=LOU, password="the thief's own")) == "BAD_CREDENTIALS"


async def test_addresses_are_saved_changed_and_removed(shop: Shop) -> None:
    token = await shop.as_customer()
    (saved,) = (await do(shop, SAVE, token, address=HOME))["customer"]["addresses"]
    assert (saved["line1"], saved["phone"]) == ("3 rue Mercière", "+33472000000")
    await do(shop, SAVE, token, address=HOME | {"line1": "4 rue Mercière"})
    changed = await do(shop, SAVE, token, id=saved["id"], address=HOME | {"line1": " 5 rue Mercière ", "phone": None})
    assert [(one["line1"], one["phone"]) for one in changed["customer"]["addresses"]] == [
        ("5 rue Mercière", None),
        ("4 rue Mercière", "+33472000000"),
    ]
    removed = await do(shop, REMOVE, token, id=saved["id"])
    assert [one["line1"] for one in removed["customer"]["addresses"]] == ["4 rue Mercière"]


async def test_addresses_that_cannot_be_are_refused_by_name(shop: Shop) -> None:
    token, other = await shop.as_customer(CAMILLE), await shop.as_customer(LOU)
    (mine,) = (await do(shop, SAVE, token, address=HOME))["customer"]["addresses"]
    before = await people(shop)
    for who, input, code in (
        (token, {"address": HOME | {"city": " "}}, "INVALID_INPUT"),
        (token, {"address": HOME | {"postalCode": "x" * 201}}, "INVALID_INPUT"),
        (token, {"address": HOME | {"phone": "12"}}, "INVALID_INPUT"),
        (other, {"address": HOME, "id": mine["id"]}, "NOT_FOUND"),
        (None, {"address": HOME}, "FORBIDDEN"),
    ):
        assert code_of(await do(shop, SAVE, who, **input)) == code
    assert code_of(await do(shop, REMOVE, other, id=mine["id"])) == "NOT_FOUND"
    assert await people(shop) == before


async def test_a_customer_has_so_many_addresses_and_no_more(shop: Shop) -> None:
    token = await shop.as_customer()
    for _ in range(ADDRESSES_MAX):
        await do(shop, SAVE, token, address=HOME)
    before = await people(shop)
    assert code_of(await do(shop, SAVE, token, address=HOME)) == "LIMIT_REACHED"
    assert await people(shop) == before


# ------------------------------------------------------------------------------------------------ sessions


async def test_a_refresh_token_is_good_once_with_grace_and_a_late_second_use_ends_the_session(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    first = (await do(shop, SIGN_IN, email=CAMILLE, password=SECRET))["session"]
    shop.now += timedelta(minutes=15)
    assert await is_ended(shop, first["accessToken"])
    second = (await do(shop, REFRESH, refreshToken=first["refreshToken"]))["session"]
    shop.now += timedelta(seconds=30)
    again = (await do(shop, REFRESH, refreshToken=first["refreshToken"]))["session"]
    assert again["refreshToken"] == second["refreshToken"]
    assert not await is_ended(shop, second["accessToken"])
    shop.now += timedelta(seconds=1)
    assert code_of(await do(shop, REFRESH, refreshToken=first["refreshToken"])) == "BAD_CREDENTIALS"
    assert await is_ended(shop, second["accessToken"])
    assert code_of(await do(shop, REFRESH, refreshToken=second["refreshToken"])) == "BAD_CREDENTIALS"


async def test_a_session_that_is_not_refreshed_in_time_is_over(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    session = (await do(shop, SIGN_IN, email=CAMILLE, password=SECRET))["session"]
    shop.now += timedelta(days=30)
    assert code_of(await do(shop, REFRESH, refreshToken=session["refreshToken"])) == "BAD_CREDENTIALS"


async def test_a_session_that_is_ended_is_so_at_once(shop: Shop) -> None:
    token = await shop.as_customer()
    assert await shop.ask("mutation { sessionEnd { done } }", token=token) == {"sessionEnd": {"done": True}}
    assert await is_ended(shop, token)


async def test_staff_sign_out_before_a_customer_signs_in_on_their_device(shop: Shop) -> None:
    await shop.as_customer(CAMILLE)
    token = await shop.as_staff(Role.AGENT)
    before = await people(shop)
    assert code_of(await do(shop, SIGN_IN, token, email=CAMILLE, password=SECRET)) == "FORBIDDEN"
    assert await people(shop) == before


async def test_personal_data_stands_with_customers_alone(shop: Shop) -> None:
    """A canary in each text that a person gives."""
    token = await shop.as_customer("canary@shop.test")
    await do(shop, UPDATE, token, name="Canary", email="canary2@shop.test", phone="+33612345678")
    await do(shop, SAVE, token, address=HOME | {"line1": "1 Canary Street"})
    await do(shop, REQUEST, email="canary@shop.test")
    await do(shop, SIGN_IN, email="canary@shop.test", password="canary's secret")
    rows = await shop.rows()
    elsewhere = {name: found for name, found in rows.items() if name not in ("customer", "customer_address")}
    assert "canary" in repr(rows).lower()
    assert "canary" not in repr(elsewhere).lower()
    assert "33612345678" not in repr(elsewhere)
    assert shop.mailbox.code("canary@shop.test") not in repr(rows)
