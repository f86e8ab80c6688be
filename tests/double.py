"""A double of the parts of Stripe's API that adapters/payments/stripe.py asks, over HTTP on loopback.

async with stripe_double() as double:
    provider = stripe_at(double, terminal)

It keeps idempotency keys as Stripe does, refuses what this version of the API refuses, and can lose an answer: what was asked
is done, and the connection closed without a word.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn import Config, Server

from adapters.payments.stripe import API_VERSION, Account, Stripe
from domain.ids import TerminalId
from tests.shop import Patience

SECRET = "whsec_of_the_double"
READER = "tmr_counter"
DECLINES = {"pm_card_visa_chargeDeclined": "generic_decline", "pm_card_chargeDeclinedInsufficientFunds": "insufficient_funds"}
ASKS = "pm_card_authenticationRequired"
KNOWN = {"pm_card_visa", ASKS, *DECLINES}
WEEK_SECONDS = 7 * 86_400


class No(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        kind = {402: "card_error"}.get(status, "invalid_request_error")
        self.body = {"error": {"type": kind, "code": code, "message": code, **more}}


class StripeDouble:
    """`loses`: the ends of paths whose next answer is lost. `reader_says`: what becomes of the next card at the reader: it is
    good (None), nobody comes (waits), or a failure code."""

    def __init__(self) -> None:
        self.url = ""
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.keys: dict[str, tuple[dict[str, str], int, dict[str, Any]]] = {}
        self.action: dict[str, Any] | None = None
        self.reader_says: str | None = None
        self.loses: set[str] = set()
        self.numbers = count(1)
        self.app = Starlette(routes=[Route("/v1/{path:path}", self.answer, methods=["GET", "POST"])])

    async def answer(self, request: Request) -> Response:
        path = request.path_params["path"]
        given = dict(parse_qsl((await request.body()).decode() or request.url.query))
        assert request.headers["stripe-version"] == API_VERSION
        key = request.headers.get("idempotency-key")
        replayed = {"idempotent-replayed": "true"} if key in self.keys else {}
        status, body = self.kept(key, request.method, path, given)
        ending = path.rpartition("/")[2]
        if ending in self.loses:
            self.loses.remove(ending)
            return Response(b"", headers={"content-length": "1"})  # which never comes
        return JSONResponse(body, status, replayed)

    def kept(self, key: str | None, method: str, path: str, given: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What came of it the first time; a request that was not even begun is not kept."""
        if key in self.keys and method == "POST":
            before, status, body = self.keys[key]
            wrong = {"type": "idempotency_error", "message": "this key was used with other parameters"}
            return (status, body) if before == given else (400, {"error": wrong})
        try:
            status, body = 200, self.done(method, path.split("/"), given)
        except No as no:
            status, body = no.status, no.body
        body = json.loads(json.dumps(body))
        if key is not None and status != 400:
            self.keys[key] = (given, status, body)
        return status, body

    def done(self, method: str, path: list[str], given: dict[str, str]) -> dict[str, Any]:
        match method, path:
            case "POST", ["payment_intents"]:
                return self.create(given)
            case "GET", ["payment_intents"]:
                return self.listed(given)
            case "GET", ["payment_intents", id]:
                return self.intents[id]
            case "POST", ["payment_intents", id, what]:
                return {"confirm": self.confirm, "capture": self.capture, "cancel": self.cancel}[what](self.intents[id], given)
            case "POST", ["refunds"]:
                return self.refund(given)
            case "GET", ["refunds"]:
                return as_list([one for one in self.refunds if one["payment_intent"] == given["payment_intent"]])
            case "GET", ["terminal", "readers", _]:
                return {"id": READER, "object": "terminal.reader", "action": self.action}
            case "POST", ["terminal", "readers", _, what]:
                return {"process_payment_intent": self.present, "cancel_action": self.give_up}[what](given)
        raise No(404, "resource_missing")

    # ------------------------------------------------------------------------------------------ intents

    def create(self, given: dict[str, str]) -> dict[str, Any]:
        if any(name.startswith("payment_method_types") for name in given):
            raise No(400, "payment_method_types_no_longer_supported")
        if int(given["amount"]) < 50:
            raise No(400, "amount_too_small")
        id = f"pi_{next(self.numbers)}"
        made = {
            "id": id,
            "object": "payment_intent",
            "status": "requires_payment_method",
            "amount": int(given["amount"]),
            "currency": given["currency"],
            "amount_received": 0,
            "client_secret": f"{id}_secret",
            "created": int(time.time()),
            "metadata": metadata_of(given),
            "payment_method_types": [given["allowed_payment_method_types[0]"]],
            "capture_method": given["capture_method"],
        }
        self.intents[id] = made
        return made

    def listed(self, given: dict[str, str]) -> dict[str, Any]:
        """The newest first."""
        first, last = int(given["created[gte]"]), int(given["created[lte]"])
        return as_list([one for one in reversed(self.intents.values()) if first <= one["created"] <= last])

    def confirm(self, intent: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
        method = given.get("payment_method") or given["confirmation_token"]
        if intent["status"] != "requires_payment_method":
            raise No(400, "payment_intent_unexpected_state")
        if method not in KNOWN:
            raise No(400, "resource_missing", param="payment_method")
        if method in DECLINES:
            self.decline(intent, DECLINES[method])
            raise No(402, "card_declined", decline_code=DECLINES[method], payment_intent=intent)
        if method == ASKS:
            url = {"redirect_to_url": {"url": "https://bank.example"}} if "return_url" in given else {}
            return self.become(intent, "requires_action", next_action=url)
        return self.authorized(intent)

    def authorized(self, intent: dict[str, Any]) -> dict[str, Any]:
        """Good for a week, as the network says."""
        (kind,) = intent["payment_method_types"]
        before = {"capture_before": intent["created"] + WEEK_SECONDS}
        charge = {"id": f"ch_{intent['id']}", "object": "charge", "payment_method_details": {"type": kind, kind: before}}
        return self.become(intent, "requires_capture", latest_charge=charge, last_payment_error=None)

    def decline(self, intent: dict[str, Any], decline_code: str) -> None:
        error = {"code": "card_declined", "decline_code": decline_code}
        self.become(intent, "requires_payment_method", last_payment_error=error)

    def capture(self, intent: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
        amount = int(given["amount_to_capture"])
        if intent["status"] != "requires_capture":
            raise No(400, "payment_intent_unexpected_state")
        if amount > intent["amount"]:
            raise No(400, "amount_too_large")
        return self.become(intent, "succeeded", amount_received=amount, metadata=intent["metadata"] | metadata_of(given))

    def cancel(self, intent: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
        if intent["status"] in ("succeeded", "canceled"):
            raise No(400, "payment_intent_unexpected_state")
        return self.become(intent, "canceled", cancellation_reason=given.get("cancellation_reason"))

    def become(self, intent: dict[str, Any], status: str, **more: Any) -> dict[str, Any]:
        intent.update(status=status, **more)
        return intent

    def refund(self, given: dict[str, str]) -> dict[str, Any]:
        intent = self.intents[given["payment_intent"]]
        before = sum(one["amount"] for one in self.refunds if one["payment_intent"] == intent["id"])
        if before + int(given["amount"]) > intent["amount_received"]:
            raise No(400, "charge_already_refunded")
        made = {
            "id": f"re_{next(self.numbers)}",
            "object": "refund",
            "amount": int(given["amount"]),
            "payment_intent": intent["id"],
            "status": "succeeded",
            "metadata": metadata_of(given),
        }
        self.refunds.append(made)
        return made

    # ------------------------------------------------------------------------------------------ readers

    def present(self, given: dict[str, str]) -> dict[str, Any]:
        intent = self.intents[given["payment_intent"]]
        if self.action and self.action["status"] == "in_progress":
            raise No(400, "terminal_reader_busy")
        assert intent["payment_method_types"] == ["card_present"]
        self.action = {"type": "process_payment_intent", "status": "in_progress"}
        if self.reader_says is None:
            self.authorized(intent)
            self.action["status"] = "succeeded"
        elif self.reader_says != "waits":
            self.action |= {"status": "failed", "failure_code": self.reader_says}
        return {"id": READER, "object": "terminal.reader", "action": self.action}

    def give_up(self, given: dict[str, str]) -> dict[str, Any]:
        self.action = None
        return {"id": READER, "object": "terminal.reader", "action": None}

    # ------------------------------------------------------------------------------------------ time

    def forget_keys(self) -> None:
        """As after a day."""
        self.keys.clear()

    def expire(self) -> None:
        """What was not captured in time."""
        for intent in self.intents.values():
            if intent["status"] == "requires_capture":
                self.become(intent, "canceled", cancellation_reason="automatic")


def metadata_of(given: dict[str, str]) -> dict[str, str]:
    return {name[len("metadata[") : -1]: value for name, value in given.items() if name.startswith("metadata[")}


def as_list(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"object": "list", "data": items, "has_more": False, "url": "/v1"}


@asynccontextmanager
async def stripe_double() -> AsyncIterator[StripeDouble]:
    """It listens at once; who asks before it serves waits a moment."""
    double = StripeDouble()
    server = Server(Config(double.app, lifespan="off", log_config=None, access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        double.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        serving = asyncio.create_task(server.serve([listening]))
        try:
            yield double
        finally:
            server.should_exit = True
            await serving


def stripe_at(double: StripeDouble, counter: TerminalId, wait: Patience | None = None) -> Stripe:
    """That has one reader, and asks nothing twice by itself."""

    async def reader_of(terminal: TerminalId) -> str | None:
        return READER if terminal == counter else None

    account = Account("sk_test_double", SECRET, double.url, retries=0)
    return Stripe(account, reader_of=reader_of, wait=wait or Patience())
