"""Orders against a plain model: whatever buyers, stores, counts and time do, units and money add up after every step."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from domain.fulfillment import Fulfillment
from tests.backroom import placing, seen
from tests.books import PLACES, PRICES, STORES, Books, Sold, Units, forward, may, opened, shown, units_of
from tests.device import Device
from tests.jobs import jobs_of
from tests.options import SHOWS, collect, deliver
from tests.orders import MONEY, REFUSED, begin, cancelation, card, reached, tried
from tests.settling import balanced
from tests.shop import NOON

STEPS = ("accept", "reject", "pick", "pack", "ship", "arrive", "ready", "collect", "deliver")
STEPS_ON = st.sampled_from([1, 3, 5, 7])
END_OF_CHECKOUTS, END_OF_PICKUPS, END_OF_SESSIONS = timedelta(minutes=30), timedelta(days=10), timedelta(days=60)

SKUS, CODES = st.sampled_from(sorted(PRICES)), st.sampled_from(PLACES)
GOODS = st.dictionaries(SKUS, st.sampled_from([1, 2, 2, 3]), min_size=1)
HOW = st.sampled_from(["pickup", "delivery", "reserveInStore"])
FATES = st.sampled_from(["placed", "placed", "placed", "declined", "canceled", "left"])


class Orders(Books):
    """Two stores and a depot, with a few hats and coats, of which somebody has bought some."""

    @initialize(goods=GOODS, how=HOW, store=st.sampled_from(STORES), steps=STEPS_ON, data=st.data())
    def opens(self, goods: dict[str, int], how: str, store: str, steps: int, data: st.DataObject) -> None:
        self.buys(goods, how, store, "placed")
        if self.sold:
            self.advance(self.sold[0], steps, data)

    # ------------------------------------------------------------------------------------------ bought

    @rule(goods=GOODS, how=HOW, store=st.sampled_from(STORES), fate=FATES)
    def buys(self, goods: dict[str, int], how: str, store: str, fate: str) -> None:
        self.buyers += 1
        phone = Device(self.shop, client=f"203.0.113.{self.buyers}")
        free = self.free()
        checkout = self.run(self.begun(phone, goods, how, store))
        places = PLACES if how == "delivery" else (store,)
        is_there = any(all(free[sku, code] >= n for sku, n in goods.items()) for code in places)
        is_somewhere = all(sum(free[sku, code] for code in PLACES) >= n for sku, n in goods.items())
        assert (checkout is not None) in (is_there, is_somewhere), "what is there is sold, and what is not is not"
        if checkout is None:
            return
        if fate == "declined" and how != "reserveInStore":
            declined = self.run(tried(phone, checkout, card("tok_declined")))
            assert [error["code"] for error in declined["errors"]] == ["PAYMENT_DECLINED"]
        if fate == "canceled":
            self.run(phone.done("checkoutCancel", {"checkout": checkout["id"]}, "cart { id }"))
        elif fate == "left":
            self.held.append(Counter(goods))
        else:
            order = self.run(phone.done("orderPlace", placing(checkout, how), MONEY))["order"]
            price = sum(group["price"]["minorUnits"] for group in checkout["groups"])
            self.sold.append(Sold(phone, order, Counter(goods), price, how == "reserveInStore", self.shop.now))

    async def begun(self, phone: Device, goods: dict[str, int], how: str, store: str) -> dict[str, Any] | None:
        """None where it cannot be had like that."""
        whom = {"email": f"{self.buyers}@shop.test", "phone": f"+334720000{self.buyers:02}"}
        cart = await reached(phone, await phone.create(*goods.items()), **whom)
        choice = deliver() if how == "delivery" else await collect(phone, store, how=how)
        chosen = await phone.payload("cartFulfillmentChoose", {"cart": cart["id"], "choices": [choice]}, SHOWS)
        return None if chosen["errors"] else await begin(phone, chosen["cart"])

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), is_whole=st.booleans())
    def cancels(self, data: st.DataObject, is_whole: bool) -> None:
        """Also what cannot be canceled any more."""
        sold = data.draw(st.sampled_from(self.sold))
        order = self.look(sold)
        most = units_of(order, *(one for one in order.fulfillments if one.status in ("OPEN", "ACCEPTED")))
        most.update({line.sku: line.unsourced for line in order.lines})
        sku = data.draw(st.sampled_from(sorted(sold.bought)))
        units = sold.kept if is_whole else Counter({sku: data.draw(st.integers(1, sold.bought[sku]))})
        asked = cancelation(sold.order, *(() if is_whole else tuple(units.items())))
        if units and units <= most:
            self.run(sold.phone.done("orderCancel", asked, f"{MONEY} {REFUSED}"))
            sold.canceled += units
        else:
            self.run(sold.phone.ask("{ __typename }"))  # which renews its session, if that is due
            refused = self.run(sold.phone.refused("orderCancel", asked, f"{MONEY} {REFUSED}"))
            assert refused["code"] == ("WRONG_STATE" if units <= sold.kept else "INVALID_INPUT")

    # ------------------------------------------------------------------------------------------ the work of stores

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), steps=STEPS_ON)
    def works(self, data: st.DataObject, steps: int) -> None:
        self.advance(data.draw(st.sampled_from(self.sold)), steps, data)

    def advance(self, sold: Sold, steps: int, data: st.DataObject) -> None:
        """Some steps on the way of one of its fulfillments."""
        some = [one.id for one in self.look(sold).fulfillments if forward(one)]
        if not some:
            return
        id = data.draw(st.sampled_from(some))
        for _ in range(steps):
            one = self.look(sold).fulfillment(id)
            if step := forward(one):
                self.does(step, sold, one, data)

    @precondition(lambda self: self.sold)
    @rule(data=st.data(), step=st.sampled_from(STEPS))
    def tries(self, data: st.DataObject, step: str) -> None:
        """Any step with any fulfillment: refused, without a trace, if it is not on its way."""
        sold, one = data.draw(st.sampled_from(self.fulfillments()))
        if may(one, step):
            self.does(step, sold, one, data)
        else:
            more = {"code": "AAAAAA"} if step == "collect" else {}
            assert self.run(self.backroom.refused(step, shown(one), **more))["code"] == "WRONG_STATE"

    def does(self, step: str, sold: Sold, one: Fulfillment, data: st.DataObject) -> None:
        order = self.look(sold)
        wanted = self.wanted(step, one, data)
        more: dict[str, Any] = {}
        if step in ("pick", "collect"):
            more["lines"] = [{"line": str(id), "quantity": n} for id, n in wanted.items()]
        if step == "collect":
            more["code"] = self.code(sold, one)
        done = self.run(self.backroom.payload(step, shown(one), more))
        if [error["code"] for error in done["errors"]] == ["PAYMENT_REQUIRED"]:
            assert sold.waits, "all else was paid before"
            due = done["errors"][0]["due"]["minorUnits"]
            more["payments"] = [{"by": {"cash": {"received": f"{due // 100}.{due % 100:02}"}}}]
            done = self.run(self.backroom.payload(step, shown(one), more))
        assert done["errors"] == []
        units = Counter({order.line(line.order_line).sku: wanted[line.id] for line in one.lines})
        self.moves(step, sold, one, units_of(order, one), units)
        self.everything_adds_up()

    def wanted(self, step: str, one: Fulfillment, data: st.DataObject) -> dict[Any, int]:
        """All of it; or fewer units are found, or taken, of which there is one at least."""
        every = {line.id: line.quantity for line in one.lines}
        if step not in ("pick", "collect") or data.draw(st.booleans()):
            return every
        some = {id: data.draw(st.integers(0, n)) for id, n in every.items()}
        return some if step == "pick" or any(some.values()) else some | {one.lines[0].id: 1}

    def code(self, sold: Sold, one: Fulfillment) -> str:
        told = self.run(seen(sold.phone, sold.order))["fulfillments"]
        return next(str(each["pickup"]["code"]) for each in told if each["id"] == str(one.id))

    def moves(self, step: str, sold: Sold, one: Fulfillment, before: Units, units: Units) -> None:
        """What a step with all units, or with those that were found or taken, comes to."""
        here, there = (self.codes[place] if place else "" for place in (one.location, one.destination))
        if step == "pick":
            self.leave(before - units, here)
        elif step == "ship":
            self.leave(before, here)
            sold.gone += Counter() if there else before
        elif step == "arrive":
            self.on_hand.update({(sku, there): n for sku, n in before.items()})
        elif step == "collect":
            self.leave(units, there)
            sold.gone += units
            sold.canceled += before - units

    def leave(self, units: Units, code: str) -> None:
        """Who has them in their hands is right, whatever the shelf was said to have."""
        for sku, n in units.items():
            self.on_hand[sku, code] = max(self.on_hand[sku, code] - n, 0)

    # ------------------------------------------------------------------------------------------ stock, and time

    @rule(sku=SKUS, code=CODES, units=st.integers(1, 3))
    def receives(self, sku: str, code: str, units: int) -> None:
        self.run(self.room.done("stockReceive", location=code, lines=[(sku, units)]))
        self.on_hand[sku, code] += units

    @rule(sku=SKUS, code=CODES, counted=st.integers(0, 3))
    def counts(self, sku: str, code: str, counted: int) -> None:
        """Also fewer than are promised."""
        found = self.on_hand[sku, code]
        self.run(self.room.done("stockCount", location=code, sku=sku, counted=counted, expectedOnHand=found))
        self.uncounted[sku, code] += max(found - counted, 0)
        self.on_hand[sku, code] = counted

    @rule(span=st.sampled_from([timedelta(), END_OF_CHECKOUTS, END_OF_CHECKOUTS, END_OF_PICKUPS]))
    def time_passes(self, span: timedelta) -> None:
        """Jobs are done; what nobody comes for is canceled, and the money for it may be lost."""
        if span and self.shop.now + span < NOON + END_OF_SESSIONS:
            self.shop.now, self.held = self.shop.now + span, []
        for sold, one in self.fulfillments():
            if one.status == "READY_FOR_PICKUP" and one.collect_before and one.collect_before <= self.shop.now:
                sold.canceled += units_of(self.look(sold), one)
        self.run(jobs_of(self.shop).once())
        for sold in self.sold:
            if self.is_good(sold):
                self.run(balanced(self.shop, sold.order))


def test_orders_do_what_a_plain_model_does(sqlite_template: Path, tmp_path: Path) -> None:
    Orders.template = Path(shutil.copy(sqlite_template, tmp_path))
    Orders.staff = asyncio.run(opened(Orders.template))
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run = settings(max_examples=8, stateful_step_count=10, deadline=None, suppress_health_check=checks, derandomize=True)
    run_state_machine_as_test(Orders, settings=run)
