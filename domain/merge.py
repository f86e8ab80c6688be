"""Merging: two carts become one by a policy, each line's fate is told, and whatever the limits the cart stays good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.cart import LINES_MAX, Cart, CartLine
from domain.ids import CartLineId, VariantId
from domain.money import MINOR_UNITS_MAX
from domain.promotion import CODES_MAX, code_key


class CartMergePolicy(StrEnum):
    """How many units of a variant there are in the end, from what the two carts have: their sum, the greater number, or
    what the one cart has. What the other alone has is dropped by the last two."""

    SUM = "SUM"
    KEEP_GREATER = "KEEP_GREATER"
    KEEP_TARGET = "KEEP_TARGET"
    KEEP_SOURCE = "KEEP_SOURCE"


class CartMergeOutcome(StrEnum):
    """What became of a line."""

    KEPT = "KEPT"
    ADDED = "ADDED"
    SUMMED = "SUMMED"
    CAPPED = "CAPPED"
    DROPPED = "DROPPED"


class MergeLimit(StrEnum):
    """Why a line has less than the policy would give it."""

    QUANTITY = "QUANTITY"
    LINES = "LINES"
    POLICY = "POLICY"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeLine:
    variant: VariantId
    outcome: CartMergeOutcome
    source_quantity: int
    target_quantity: int
    result_quantity: int
    limit: MergeLimit | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """The target as it would be, and what became of each line of the two."""

    cart: Cart
    lines: tuple[MergeLine, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The same, of carts that are as they were."""

    cart: Cart
    lines: tuple[MergeLine, ...]


def units(policy: CartMergePolicy, source: int, target: int) -> int:
    return {
        CartMergePolicy.SUM: source + target,
        CartMergePolicy.KEEP_GREATER: max(source, target),
        CartMergePolicy.KEEP_TARGET: target,
        CartMergePolicy.KEEP_SOURCE: source,
    }[policy]


def merged(source: Cart, target: Cart, policy: CartMergePolicy, quantity_max: int) -> Merged:
    """The target's lines come first; beyond the limits, what came last is cut."""
    in_target, in_source = by_variant(target), by_variant(source)
    fates: list[MergeLine] = []
    lines: list[CartLine] = []
    for variant in dict.fromkeys((*in_target, *in_source)):
        ours, theirs = in_target.get(variant), in_source.get(variant)
        fate = fate_of(
            variant,
            policy,
            source=theirs.quantity if theirs else 0,
            target=ours.quantity if ours else 0,
            quantity_max=room(ours or theirs, lines, quantity_max),
        )
        fates.append(fate)
        if fate.result_quantity:
            lines.append(line_of(ours, theirs, fate.result_quantity, target.version + 1))
    is_fewer = len(target.lines) > sum(1 for fate in fates if fate.target_quantity and fate.result_quantity)
    contact, codes, version = target.contact or source.contact, codes_of(target, source), target.version + 1
    cart = replace(
        target,
        lines=tuple(lines),
        contact=contact,
        contact_version=target.contact_version if contact == target.contact else version,
        discount_codes=codes,
        codes_version=target.codes_version if codes == target.discount_codes else version,
        source_code=target.source_code or source.source_code,
        lines_removed_version=target.version + 1 if is_fewer else target.lines_removed_version,
    )
    return Merged(cart, tuple(fates))


def room(line: CartLine | None, before: Sequence[CartLine], quantity_max: int) -> int:
    """How many units of a line there can be after those, by all of a cart's limits."""
    if len(before) >= LINES_MAX:
        return 0
    price = line.price_seen.minor_units if line else 0
    left = MINOR_UNITS_MAX - sum(one.price_seen.minor_units * one.quantity for one in before)
    return min(quantity_max, max(left, 0) // price) if price else quantity_max


def codes_of(target: Cart, source: Cart) -> tuple[str, ...]:
    """The target's first; each once, however it is written."""
    once = {code_key(code): code for code in (*source.discount_codes, *target.discount_codes)}
    both = dict.fromkeys(once[code_key(code)] for code in (*target.discount_codes, *source.discount_codes))
    return tuple(both)[:CODES_MAX]


def by_variant(cart: Cart) -> Mapping[VariantId, CartLine]:
    return {line.variant: line for line in cart.lines}


def fate_of(variant: VariantId, policy: CartMergePolicy, *, source: int, target: int, quantity_max: int) -> MergeLine:
    meant = units(policy, source, target)
    result = min(meant, quantity_max)
    limit = None
    if result < meant:
        limit = MergeLimit.QUANTITY if quantity_max else MergeLimit.LINES
    elif not meant:
        limit = MergeLimit.POLICY
    return MergeLine(
        variant=variant,
        outcome=outcome_of(meant, result, source=source, target=target),
        source_quantity=source,
        target_quantity=target,
        result_quantity=result,
        limit=limit,
    )


def outcome_of(meant: int, result: int, *, source: int, target: int) -> CartMergeOutcome:
    if not result:
        return CartMergeOutcome.DROPPED
    if result < meant:
        return CartMergeOutcome.CAPPED
    if not target:
        return CartMergeOutcome.ADDED
    return CartMergeOutcome.SUMMED if source and result == source + target else CartMergeOutcome.KEPT


def line_of(ours: CartLine | None, theirs: CartLine | None, quantity: int, version: int) -> CartLine:
    """A line of the target keeps its id, and its version unless it is changed."""
    if ours is not None:
        return ours if ours.quantity == quantity else replace(ours, quantity=quantity, version=version)
    assert theirs is not None, "the variant is in one of the two"
    return replace(theirs, id=CartLineId.new(), quantity=quantity, version=version)


def as_they_are(cart: Cart) -> Sequence[MergeLine]:
    """Of a cart that nothing was merged into."""
    return [
        MergeLine(
            variant=line.variant,
            outcome=CartMergeOutcome.KEPT,
            source_quantity=line.quantity,
            target_quantity=line.quantity,
            result_quantity=line.quantity,
        )
        for line in cart.lines
    ]
