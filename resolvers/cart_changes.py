"""What is done with carts, unpacked for the domain: begun, filled, corrected, addressed, claimed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain import cart_changes, cart_edits, claim
from domain.cart import Cart
from domain.cart_changes import Asked, Beginning, CartRefusal, WantedLine
from domain.cart_edits import LineQuantity
from domain.claim import Claim
from domain.contact import Contact, checked
from domain.idempotency import IdempotencyKey, idempotency_key
from domain.ids import CartId
from domain.merge import CartMergePolicy, Merged
from domain.opened_session import OpenedSession
from domain.refusal import InvalidInput
from domain.session import RefreshToken
from resolvers.context import Context
from resolvers.session import opened

SOURCE_CODE_CHARACTERS_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CartCreate:
    lines: tuple[WantedLine, ...] = ()
    contact: Contact | None = None
    source_code: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLinesAdd:
    cart: CartId
    lines: tuple[WantedLine, ...]
    expected_version: int | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartLinesUpdate:
    cart: CartId
    lines: tuple[LineQuantity, ...]
    expected_version: int | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartContactSet:
    cart: CartId
    contact: Contact
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartDiscountCodesSet:
    cart: CartId
    codes: tuple[str, ...]
    expected_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CartClaim:
    cart: CartId
    cart_session: str
    policy: CartMergePolicy = CartMergePolicy.SUM
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class CartAnswer:
    """`session`: for whoever had none."""

    cart: Cart
    session: OpenedSession | None = None


@dataclass(frozen=True, slots=True)
class MergeAnswer:
    cart: Cart
    report: Merged


async def cart_create(*, context: Context, input: CartCreate) -> CartAnswer | CartRefusal:
    key = key_of(context, "cartCreate", input)
    contact = checked(input.contact, ("input", "contact")) if input.contact else None
    lines = await cart_changes.wanted(context.reads.catalog, context.actor, input.lines)
    if isinstance(key, InvalidInput):
        return key
    if isinstance(contact, InvalidInput):
        return contact
    if refusal := too_long(input.source_code):
        return refusal
    beginning = Beginning(lines=lines, contact=contact, source_code=input.source_code, key=key, now=context.now)
    created = await cart_changes.create(context.work(), context.actor, beginning)
    if not isinstance(created, cart_changes.Created):
        return created
    session = await opened(context, created.session) if created.session else None
    return CartAnswer(created.cart, session)


def too_long(source_code: str | None) -> InvalidInput | None:
    if source_code is None or len(source_code) <= SOURCE_CODE_CHARACTERS_MAX:
        return None
    return InvalidInput(("input", "sourceCode"), f"`sourceCode` must have {SOURCE_CODE_CHARACTERS_MAX} characters at most.")


async def cart_lines_add(*, context: Context, input: CartLinesAdd) -> CartAnswer | CartRefusal:
    key = key_of(context, "cartLinesAdd", input)
    if isinstance(key, InvalidInput):
        return key
    lines = await cart_changes.wanted(context.reads.catalog, context.actor, input.lines)
    asked = Asked(input.cart, context.now, input.expected_version, key)
    return shown(await cart_edits.add_lines(context.work(), context.actor, asked, lines))


async def cart_lines_update(*, context: Context, input: CartLinesUpdate) -> CartAnswer | CartRefusal:
    key = key_of(context, "cartLinesUpdate", input)
    if isinstance(key, InvalidInput):
        return key
    asked = Asked(input.cart, context.now, input.expected_version, key)
    shop = cart_edits.Shop(context.reads.carts, context.reads.catalog)
    return shown(await cart_edits.update_lines(context.work(), shop, context.actor, asked, input.lines))


async def cart_contact_set(*, context: Context, input: CartContactSet) -> CartAnswer | CartRefusal:
    contact = checked(input.contact, ("input", "contact"))
    if isinstance(contact, InvalidInput):
        return contact
    asked = Asked(input.cart, context.now, input.expected_version)
    return shown(await cart_edits.set_contact(context.work(), context.actor, asked, contact))


async def cart_discount_codes_set(*, context: Context, input: CartDiscountCodesSet) -> CartAnswer | CartRefusal:
    asked = Asked(input.cart, context.now, input.expected_version)
    return shown(await cart_edits.set_codes(context.work(), context.actor, asked, input.codes))


async def cart_claim(*, context: Context, input: CartClaim) -> MergeAnswer | CartRefusal:
    key = key_of(context, "cartClaim", input)
    if isinstance(key, InvalidInput):
        return key
    token, keys = input.cart_session, context.keys
    access = keys.accessing(token, None)
    opened_by = keys.refreshing(token) or (RefreshToken(access, None) if access else None)
    asked = Claim(cart=input.cart, opened_by=opened_by, policy=input.policy, key=key, now=context.now)
    merged = await claim.claim(context.work(), context.actor, asked)
    return MergeAnswer(merged.cart, merged) if isinstance(merged, Merged) else merged


def shown(outcome: Cart | CartRefusal) -> CartAnswer | CartRefusal:
    return CartAnswer(outcome) if isinstance(outcome, Cart) else outcome


def key_of(
    context: Context, mutation: str, input: CartCreate | CartLinesAdd | CartLinesUpdate | CartClaim
) -> IdempotencyKey | InvalidInput | None:
    without = replace(input, idempotency_key=None)
    return idempotency_key(context.keys, context.actor, mutation, input.idempotency_key, without, context.now)
