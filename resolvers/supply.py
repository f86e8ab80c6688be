"""What the network can give, read for all that is asked of one channel at once; and where goods shall go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from domain import network
from domain.actor import Actor
from domain.address import AddressFacts, checked_address
from domain.carrier import Carriers, Destination, Lane
from domain.ids import LocationId
from domain.location import POSTAL_CODE_CHARACTERS_MAX, PostalCode
from domain.network import Asking
from domain.refusal import InvalidInput
from domain.supply import Supply
from resolvers.context import Context
from resolvers.location import every_location


async def supply_of(context: Context, actor: Actor, skus: Iterable[str], *, available_only: bool = False) -> Supply:
    """Five statements at most, of however many locations. `available_only`: why a shelf has nothing is not asked."""
    every = await context.once(every_location)
    asking = Asking(context.now, context.budget.is_over, available_only)
    return await network.supply_of(context.reads, actor, every, skus, asking)


async def supply_once(context: Context, actor: Actor, skus: Iterable[str]) -> Supply:
    """As it was when it was first asked for in this operation; who finds that it has changed looks anew."""
    wanted = frozenset(skus)

    async def for_all(asked: list[None]) -> list[Supply]:
        return [await supply_of(context, actor, wanted)] * len(asked)

    found: Supply = await context.batches.loader((supply_once, actor.channel.id, wanted), for_all, key=id).load(None)
    return found


async def carriers_now(context: Context) -> Carriers:
    """Asked through `context.once`: by one table for all deliveries and transfers of an operation, be another set meanwhile."""
    return await context.reads.carriers.current()


async def destination(context: Context, to: AddressFacts | PostalCode, path: tuple[str, ...]) -> Destination | InvalidInput:
    """Its coordinates are those of the postal code, as far as that is known."""
    if isinstance(to, PostalCode) and not 0 < len(to.postal_code) <= POSTAL_CODE_CHARACTERS_MAX:
        message = f"`postalCode` must have 1 to {POSTAL_CODE_CHARACTERS_MAX} characters."
        return InvalidInput((*path, "postalCode", "postalCode"), message)
    address = None if isinstance(to, PostalCode) else checked_address(to, (*path, "address"))
    if isinstance(address, InvalidInput):
        return address
    code = PostalCode(to.country_code, to.postal_code)
    is_possible = len(code.postal_code) <= POSTAL_CODE_CHARACTERS_MAX
    return Destination(
        country_code=code.country_code,
        postal_code=code.postal_code,
        coordinates=await context.reads.locations.center_of(context.actor, code) if is_possible else None,
        address=address,
    )


def lanes_to_each(
    transfers: Mapping[tuple[LocationId, LocationId], Lane],
) -> Mapping[LocationId, Mapping[LocationId, Lane]]:
    """By destination, and then by origin."""
    lanes: dict[LocationId, dict[LocationId, Lane]] = defaultdict(dict)
    for (start, end), lane in transfers.items():
        lanes[end][start] = lane
    return lanes
