"""/payments: what providers call back, and the page on which a buyer of the test provider answers the bank.

A callback only says that there is something to ask for: what came of a payment is what its provider then answers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from html import escape
from typing import TypeAlias
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters.payments.built_in import BuiltIn
from adapters.payments.charge import Charge
from adapters.payments.stripe import Stripe
from domain.ids import PaymentId
from domain.payment import PaymentStatus
from gateway.answer import Refused
from gateway.providers import CONFIRM_PATH, KnownProviders
from gateway.request import body_of

Heard: TypeAlias = Callable[[str, PaymentId], Awaitable[None]]

HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The test bank</title>
<style>body {{ font: 18px/1.5 system-ui; max-width: 30em; margin: 4em auto; padding: 0 1em }} button {{ font: inherit }}</style>
<main><h1>The test bank</h1><p>{words}</p>{form}</main></html>"""
FORM = """<form method="post" action="/payments/test"><input type="hidden" name="payment" value="{payment}">
<button name="answer" value="confirm">Confirm</button> <button name="answer" value="refuse">Refuse</button></form>"""


def payment_routes(payments: KnownProviders, heard: Heard) -> list[Route]:
    """Of those that are set up; the test bank's only while it takes the cards."""
    routes, bank, stripe = [], payments.of_cards, payments.others.get(Stripe.name)
    if isinstance(bank, BuiltIn):
        routes.append(Route("/payments/test", partial(answered_to_bank, bank, heard), methods=["POST"]))
        routes.append(Route(CONFIRM_PATH, partial(asked_by_bank, bank)))
    if isinstance(stripe, Stripe):
        routes.append(Route("/payments/stripe", partial(called_by_stripe, stripe, heard), methods=["POST"]))
    return routes


async def called_by_stripe(stripe: Stripe, heard: Heard, request: Request) -> Response:
    """What is not ours is thanked for, too: else Stripe sends it again for days."""
    try:
        payment = stripe.heard(await body_of(request), request.headers.get("stripe-signature"))
    except Refused as refused:
        return PlainTextResponse(refused.error.message, refused.status, HEADERS)
    except ValueError:
        return PlainTextResponse("This is not signed by Stripe for this shop.", 400, HEADERS)
    if payment is not None:
        await heard(stripe.name, payment)
    return Response(status_code=204, headers=HEADERS)


async def asked_by_bank(bank: BuiltIn, request: Request) -> Response:
    """A small page with two buttons."""
    payment = PaymentId.parse(request.query_params.get("payment", ""))
    charge = await bank.charge(payment) if payment else None
    return page(charge)


async def answered_to_bank(bank: BuiltIn, heard: Heard, request: Request) -> Response:
    """`payment` and `answer` (confirm or refuse) as a form has them; then the buyer goes on where the shop said."""
    try:
        form = parse_qs((await body_of(request)).decode(errors="replace"))
    except Refused as refused:
        return PlainTextResponse(refused.error.message, refused.status, HEADERS)
    payment = PaymentId.parse(form.get("payment", [""])[0])
    answer = form.get("answer", [""])[0]
    if answer not in ("confirm", "refuse"):
        return PlainTextResponse("`answer` is confirm or refuse.", 400, HEADERS)
    charge = await bank.answer(payment, confirms=answer == "confirm") if payment else None
    if charge is None:
        return page(None)
    await heard(bank.name, charge.payment)
    if (charge.return_url or "").startswith(("https://", "http://")):
        return RedirectResponse(charge.return_url or "", 303, HEADERS)
    return page(charge)


def page(charge: Charge | None) -> HTMLResponse:
    if charge is None or charge.amount is None:
        return HTMLResponse(PAGE.format(words="There is no such payment.", form=""), 404, HEADERS)
    amount = escape(f"{charge.amount.amount} {charge.amount.currency_code}")
    if charge.status is PaymentStatus.ACTION_REQUIRED:
        words = f"Do you want to pay {amount}? No money moves here."
        return HTMLResponse(PAGE.format(words=words, form=FORM.format(payment=charge.payment)), 200, HEADERS)
    words = f"Your payment of {amount} is {charge.status.value.lower()}. You can close this page."
    return HTMLResponse(PAGE.format(words=words, form=""), 200, HEADERS)
