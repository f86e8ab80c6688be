"""How carts are begun and changed: each change is one unit of work, and leaves one version, its activity and an event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeAlias

from domain.actor import Actor
from domain.cart import Cart, CartStatus, CartWrites, Wanted, begun, changed, may_edit, with_added
from domain.cart_activity import Activity, Change
from domain.catalog import CatalogReads, Variant
from domain.checkout import CheckoutStatus, CheckoutWork, ended
from domain.contact import Contact
from domain.event import Event, EventType, EventWrites
from domain.idempotency import IdempotencyKey, IdempotencyWrites
from domain.ids import CartActivityId, CartId, ProductId, SessionId, VariantId
from domain.refusal import (
    CartClosed,
    ChannelPolicy,
    Forbidden,
    IdempotencyKeyReused,
    InvalidInput,
    LimitReached,
    NotFound,
    VersionConflict,
)
from domain.session import HandoffScope, Session, SessionWrites, begun_beside
from domain.session import begun as session_begun
from domain.work import UnitOfWork

NO_SUCH_CART = NotFound(("input", "cart"), "There is no such cart, or this session does not open it.")

CartRefusal: TypeAlias = (
    CartClosed | ChannelPolicy | Forbidden | IdempotencyKeyReused | InvalidInput | LimitReached | NotFound | VersionConflict
)


class MovingWork(UnitOfWork, Protocol):
    @property
    def carts(self) -> CartWrites: ...

    @property
    def events(self) -> EventWrites: ...


class CartWork(MovingWork, CheckoutWork, Protocol):
    @property
    def idempotency(self) -> IdempotencyWrites: ...

    @property
    def sessions(self) -> SessionWrites: ...


# Lines as they were looked up, or why they cannot be added: told only to who asks for the first time with their key.
Looked: TypeAlias = tuple[Wanted, ...] | InvalidInput | NotFound


@dataclass(frozen=True, slots=True)
class WantedLine:
    variant: VariantId
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What every change of a cart comes with. `key`: of its idempotency."""

    cart: CartId
    now: datetime
    expected_version: int | None = None
    key: IdempotencyKey | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A cart changed in memory, and how its activity tells that."""

    cart: Cart
    change: Change
    units: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Created:
    """`session`: a new one, for a stranger, and for each who begins a cart at a kiosk; None for whoever had one."""

    cart: Cart
    session: Session | None = None


class Edit(Protocol):
    def __call__(self, cart: Cart) -> Step | CartRefusal | None:
        """The cart changed, or None where there is nothing to change. `cart` bears the next version's channel already."""
        ...


async def change(work: CartWork, actor: Actor, asked: Asked, edit: Edit) -> Cart | CartRefusal:
    """One change of one cart, in its turn; asked again with the same key, the cart as it is."""
    async with work:
        if asked.key and (outcome := await work.idempotency.claim(asked.key, asked.now)) is not None:
            if isinstance(outcome, IdempotencyKeyReused):
                return outcome
            return await work.carts.lock(actor, asked.cart) or NO_SUCH_CART
        found = await work.carts.lock(actor, asked.cart)
        if found is None:
            return NO_SUCH_CART
        before = await editable(work, found, actor, asked.now)
        if not isinstance(before, Cart):
            return before
        step = edit(before)
        if step is None:
            return found
        if not isinstance(step, Step):
            return step
        after = await saved(work, actor, before, step, asked.now)
        if asked.key:
            await work.idempotency.settle(asked.key, {"cart": str(after.id)})
        await work.commit()
    return after


async def editable(work: CartWork, cart: Cart, actor: Actor, now: datetime) -> Cart | CartClosed | ChannelPolicy | Forbidden:
    """The cart, as the actor may change it: a checkout that is open ends with that, one that is being paid does not."""
    checkout = await work.checkouts.live_of(cart.id) if cart.status is CartStatus.CHECKOUT else None
    if checkout and checkout.status is CheckoutStatus.PAYING:
        return CartClosed()
    opened = after_checkout(cart)
    if refusal := may_edit(opened, actor):
        return refusal
    if checkout:
        await ended(work, checkout, CheckoutStatus.CANCELED, now)
    return opened


def after_checkout(cart: Cart) -> Cart:
    """As it is once the checkout that it may be in has ended."""
    return replace(cart, status=CartStatus.OPEN) if cart.status is CartStatus.CHECKOUT else cart


async def saved(work: CartWork, actor: Actor, before: Cart, step: Step, now: datetime) -> Cart:
    """Within a unit of work: the next version, what it changed, and word of it to all who watch."""
    after = changed(step.cart, actor, now)
    await work.carts.save(before, after, activity_of(after, step, actor, now))
    work.events.add(Event.of(EventType.CART_CHANGED, str(after.id), now, version=after.version))
    return after


def activity_of(after: Cart, step: Step, actor: Actor, now: datetime) -> Activity:
    return Activity(
        id=CartActivityId.new(),
        cart=after.id,
        version=after.version,
        at=now,
        channel=actor.channel.id,
        staff=actor.staff,
        kiosk=actor.kiosk,
        change=step.change,
        units=step.units,
    )


async def moved_on(work: MovingWork, before: Cart, status: CartStatus, change: Change, now: datetime) -> Cart:
    """Within a unit of work: its next version in another state, which nobody who works on it asked for; it stays as old as it
    was."""
    after = replace(before, version=before.version + 1, status=status)
    activity = Activity(
        id=CartActivityId.new(),
        cart=after.id,
        version=after.version,
        at=now,
        channel=after.channel,
        staff=None,
        kiosk=None,
        change=change,
    )
    await work.carts.save(before, after, activity)
    work.events.add(Event.of(EventType.CART_CHANGED, str(after.id), now, version=after.version))
    return after


# ------------------------------------------------------------------------------------------------ begun


async def wanted(
    catalog: CatalogReads, actor: Actor, lines: Sequence[WantedLine], path: tuple[str, ...] = ("input", "lines")
) -> Looked:
    """Lines as they can be added: of variants that the actor's channel sells, at their prices there now."""
    for n, line in enumerate(lines):
        if line.quantity < 1:
            return InvalidInput((*path, str(n), "quantity"), f"`quantity` is {line.quantity}; it must be 1 or more.")
    found = await catalog.variants_by(actor, [line.variant for line in lines]) if lines else []
    products = await catalog.products_by(actor, sorted({one.product_id for one in found if one})) if found else []
    titles: Mapping[ProductId, str] = {product.id: product.title for product in products if product}
    added = []
    for n, (line, variant) in enumerate(zip(lines, found, strict=True)):
        if variant is None:
            return NotFound((*path, str(n), "variant"), "This channel sells no such variant.")
        title = title_of(variant, titles.get(variant.product_id, variant.title))
        added.append(Wanted(variant=variant.id, quantity=line.quantity, price=variant.price, title=title))
    return tuple(added)


def title_of(variant: Variant, product: str) -> str:
    return product if variant.title == product else f"{product} ({variant.title})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    lines: Looked = ()
    contact: Contact | None = None
    source_code: str | None = None
    key: IdempotencyKey | None = None
    now: datetime


async def create(work: CartWork, actor: Actor, beginning: Beginning) -> Created | CartRefusal:
    """A new cart, or the one that the session has open already, with these lines added to it."""
    now, key = beginning.now, beginning.key
    async with work:
        if key and (outcome := await work.idempotency.claim(key, now)) is not None:
            if isinstance(outcome, IdempotencyKeyReused):
                return outcome
            return await created_before(work, actor, outcome, now)
        if not isinstance(lines := beginning.lines, tuple):
            return lines
        found = await work.carts.lock_open_of(actor)
        before = await editable(work, found, actor, now) if found else None
        if before is not None and not isinstance(before, Cart):
            return before
        cart = before or begun(actor.channel, now, customer=actor.customer, source_code=beginning.source_code)
        filled = with_beginning(cart, actor, beginning, lines)
        if not isinstance(filled, Cart):
            return filled
        session = None
        if before is None:
            after, session = await first(work, actor, Step(filled, Change.CREATED, told(lines)), now)
        elif filled == before:
            after = before
        else:
            step = Step(filled, Change.LINES_ADDED if lines else Change.CONTACT_SET, told(lines))
            after = await saved(work, actor, before, step, now)
        if key:
            session_named = {"session": str(session.id)} if session else {}
            await work.idempotency.settle(key, {"cart": str(after.id)} | session_named)
        await work.commit()
    return Created(after, session)


def with_beginning(cart: Cart, actor: Actor, beginning: Beginning, lines: Sequence[Wanted]) -> Cart | LimitReached:
    filled = with_added(cart, lines, actor.channel.line_quantity_max)
    if isinstance(filled, LimitReached) or beginning.contact in (None, filled.contact):
        return filled
    return replace(filled, contact=beginning.contact, contact_version=cart.version + 1)


async def first(work: CartWork, actor: Actor, step: Step, now: datetime) -> tuple[Cart, Session | None]:
    """The first version of a new cart, opened by the session that asks; a stranger gets one."""
    cart = replace(step.cart, version=1)
    session = await opener_of(work, actor, now)
    if session:
        await work.sessions.open(session, now)
    await work.carts.create(cart, activity_of(cart, step, actor, now))
    opener = session.id if session else actor.session
    if opener and not actor.customer:
        await work.sessions.grant(opener, cart.id, HandoffScope.CHECKOUT, now)
    work.events.add(Event.of(EventType.CART_CHANGED, str(cart.id), now, version=cart.version))
    return cart, session


async def opener_of(work: CartWork, actor: Actor, now: datetime) -> Session | None:
    """What opens a new cart, if not the session that asks: a stranger has none, and a kiosk's own is everybody's."""
    if actor.session is None:
        return session_begun(actor.channel.id, now)
    before = await work.sessions.lock(actor.session, now) if actor.kiosk else None
    return begun_beside(before, actor, now) if before and before.parent is None else None


async def created_before(work: CartWork, actor: Actor, outcome: Mapping[str, str], now: datetime) -> Created | NotFound:
    """What the same key came to the first time; a stranger proves by the key that the session is theirs."""
    id, opener = CartId.parse(outcome["cart"]), SessionId.parse(outcome.get("session", ""))
    session = await work.sessions.lock(opener, now) if opener else None
    reader = replace(actor, session=session.id) if session else actor
    cart = await work.carts.lock(reader, id) if id else None
    return Created(cart, session) if cart else NO_SUCH_CART


def told(lines: Sequence[Wanted]) -> tuple[tuple[str, int], ...]:
    return tuple((line.title, line.quantity) for line in lines)
