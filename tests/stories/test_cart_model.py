"""Carts against a plain model: whatever several devices do, nothing is lost, totals are right, versions count changes."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from adapters.sql.database import Database
from tests.databases import FOLDER
from tests.device import Device, units
from tests.shop import Shop

PRICES = {"A": 1999, "B": 31, "C": 500}
MOST = 50
SKUS = st.sampled_from(sorted(PRICES))


class Model:
    """One cart: units by SKU, and how often it was changed."""

    def __init__(self, cart: dict[str, Any]) -> None:
        self.cart, self.version, self.is_open = cart, cart["version"], True
        self.units: dict[str, int] = {}

    def holds(self, wanted: dict[str, int]) -> None:
        if wanted != self.units:
            self.units, self.version = wanted, self.version + 1


class Carts(RuleBasedStateMachine):
    """Devices and the carts they open: begun, joined by code, merged at sign-in."""

    template: Path
    devices = Bundle("devices")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(dir=FOLDER)
        file = Path(self.folder.name) / "shop.db"
        shutil.copy(self.template, file)
        self.database = Database(f"sqlite+aiosqlite:///{file}")
        self.models: dict[str, Model] = {}
        self.of: dict[Device, str] = {}
        self.people: dict[Any, str | None] = {}
        self.who: dict[Device, Any] = {}

    def run(self, step: Any) -> Any:
        return self.runner.run(step)

    @initialize()
    def opens(self) -> None:
        async def open_shop() -> Shop:
            shop = await Shop.opened(self.database)
            for sku, price in PRICES.items():
                await shop.product(sku.lower(), sku, price=f"{price // 100}.{price % 100:02}")
            return shop

        self.shop = self.run(open_shop())

    def model(self, device: Device) -> Model:
        return self.models[self.of[device]]

    @rule(target=devices, sku=SKUS, quantity=st.integers(1, MOST))
    def begins(self, sku: str, quantity: int) -> Device:
        device = Device(self.shop)
        cart = self.run(device.create((sku, quantity)))
        self.models[cart["id"]], self.of[device] = Model(cart), cart["id"]
        self.models[cart["id"]].units = {sku: quantity}
        return device

    @rule(device=devices, sku=SKUS, quantity=st.integers(1, MOST), is_late=st.booleans())
    def adds(self, device: Device, sku: str, quantity: int, is_late: bool) -> None:
        model = self.model(device)
        version = {"expectedVersion": 1} if is_late else {}
        lines = self.run(device.lines((sku, quantity)))
        done = self.run(device.payload("cartLinesAdd", {"cart": model.cart["id"], "lines": lines, **version}, "cart { id }"))
        total = model.units.get(sku, 0) + quantity
        if not model.is_open:
            assert [error["code"] for error in done["errors"]] == ["CART_CLOSED"]
        elif total > MOST:
            assert [error["code"] for error in done["errors"]] == ["LIMIT_REACHED"]
        else:
            model.holds(model.units | {sku: total})

    @rule(device=devices, sku=SKUS, quantity=st.integers(0, MOST))
    def corrects(self, device: Device, sku: str, quantity: int) -> None:
        model = self.model(device)
        if not model.is_open or sku not in model.units:
            return
        cart = self.run(device.cart(model.cart))
        self.run(device.update(cart, {sku: quantity}))
        model.holds({name: n for name, n in (model.units | {sku: quantity}).items() if n})

    @rule(target=devices, device=devices)
    def hands_over(self, device: Device) -> Any:
        model = self.model(device)
        if not model.is_open:
            return multiple()
        other = Device(self.shop)
        taken = self.run(other.take_over(self.run(device.hand_over(model.cart, scope="EDIT"))))
        model.version += 1
        self.of[other] = taken["id"]
        return other

    @rule(target=devices, device=consumes(devices), is_new=st.booleans(), policy=st.sampled_from(["SUM", "KEEP_GREATER"]))
    def signs_in(self, device: Device, is_new: bool, policy: str) -> Any:
        """And claims the cart that the device had, for somebody new or for one who has one already."""
        if device in self.who or not self.model(device).is_open or self.owner(self.of[device]) is not None:
            return multiple()
        source, id = self.model(device), self.of[device]
        customer = self.run(self.shop.customer()) if is_new or not self.people else next(iter(self.people))
        me = Device(self.shop)
        self.run(me.is_customer(customer))
        claimed = self.run(me.done("cartClaim", {"cart": id, "cartSession": device.refresh_token, "policy": policy}))["cart"]
        own = self.people.get(customer)
        if own is None:
            source.version += 1
        else:
            target = self.models[own]
            two = {sku: (target.units.get(sku, 0), source.units.get(sku, 0)) for sku in PRICES}
            both = {sku: min(sum(n) if policy == "SUM" else max(n), MOST) for sku, n in two.items()}
            target.units, target.version = {sku: n for sku, n in both.items() if n}, target.version + 1
            source.version, source.is_open = source.version + 1, False
        self.people[customer], self.who[me] = claimed["id"], customer
        self.of[me] = claimed["id"]
        return me

    def owner(self, cart: str) -> Any:
        return next((customer for customer, own in self.people.items() if own == cart), None)

    @invariant()
    def every_device_sees_what_the_model_has(self) -> None:
        for device, id in self.of.items():
            model = self.models[id]
            cart = self.run(device.cart(model.cart))
            assert (units(cart), cart["version"]) == (model.units, model.version)
            assert len(cart["activity"]) == min(model.version, 100)
            assert cart["totals"]["total"]["minorUnits"] == sum(PRICES[sku] * n for sku, n in model.units.items())
            assert cart["status"] == ("OPEN" if model.is_open else "MERGED")

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()
        self.folder.cleanup()


def test_carts_do_what_a_plain_model_does(sqlite_template: Path) -> None:
    Carts.template = sqlite_template
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run = settings(max_examples=15, stateful_step_count=12, deadline=None, suppress_health_check=checks, derandomize=True)
    run_state_machine_as_test(Carts, settings=run)
