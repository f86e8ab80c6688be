"""Units that some nodes give within their capacities at the least cost: successive shortest paths.

It begins with every line filled at its cheapest, blind to capacities, and moves what is too much along the cheapest path to
where there is room (Ahuja, Magnanti and Orlin 1993, "Network Flows", section 9.7). A unit may move to nowhere: it is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from domain.facility.instance import Bid, Instance

NOWHERE = -1
NOISE = 1e-12  # relative: sums of costs differ by less without any reason


@dataclass(slots=True)
class Piece:
    """A bid, and how many of its units are taken."""

    cost: float
    node: int
    line: int
    units: int
    taken: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """One unit of a line less from `giver`, one more from `taker`."""

    cost: float
    giver: Piece
    taker: Piece

    @property
    def units_max(self) -> int:
        return min(self.giver.taken, self.taker.units - self.taker.taken)


def relieved(instance: Instance, nodes: Collection[int]) -> Iterator[Bid]:
    """What each node gives, within its capacity."""
    pieces = [Piece(*bid) for node in nodes for bid in instance.by_node[node]]
    missing = zip(instance.missing_costs, instance.needs, strict=True)
    pieces += [Piece(cost, NOWHERE, line, units) for line, (cost, units) in enumerate(missing)]
    pieces.sort(key=lambda piece: (piece.cost, piece.node, piece.line))
    fill(pieces, instance.needs)
    room = rooms(pieces, instance.capacities)
    while crowded := [node for node in sorted(room) if room[node] < 0]:
        relieve(crowded[0], pieces, room)
    return ((one.cost, one.node, one.line, one.taken) for one in pieces if one.taken and one.node != NOWHERE)


def fill(pieces: Sequence[Piece], needs: Sequence[int]) -> None:
    left = list(needs)
    for piece in pieces:
        piece.taken = min(piece.units, left[piece.line])
        left[piece.line] -= piece.taken


def rooms(pieces: Sequence[Piece], capacities: Mapping[int, int]) -> dict[int, float]:
    """Units each node has left, below 0 where it gives too much."""
    left = {piece.node: float(capacities.get(piece.node, inf)) for piece in pieces}
    for piece in pieces:
        left[piece.node] -= piece.taken
    return left


def relieve(crowded: int, pieces: Sequence[Piece], room: dict[int, float]) -> None:
    """One step along the cheapest path from the node that gives too much."""
    path = cheapest_path(crowded, moves(pieces), room)
    target = path[-1].taker.node
    units = min(-room[crowded], room[target], *(move.units_max for move in path))
    for move in path:
        move.giver.taken -= int(units)
        move.taker.taken += int(units)
    room[crowded] += units
    room[target] -= units


def moves(pieces: Sequence[Piece]) -> dict[tuple[int, int], Move]:
    """The cheapest from each node to each other: off the dearest piece that is taken, onto the cheapest that is not."""
    givers: dict[tuple[int, int], Piece] = {}
    takers: dict[int, dict[int, Piece]] = {}
    for piece in pieces:
        if piece.taken:
            givers[piece.node, piece.line] = piece
        if piece.taken < piece.units:
            takers.setdefault(piece.line, {}).setdefault(piece.node, piece)
    found: dict[tuple[int, int], Move] = {}
    for (node, line), giver in givers.items():
        for other, taker in takers.get(line, {}).items():
            cost = taker.cost - giver.cost
            if other != node and ((node, other) not in found or cost < found[node, other].cost):
                found[node, other] = Move(cost, giver, taker)
    return found


def cheapest_path(start: int, arcs: Mapping[tuple[int, int], Move], room: Mapping[int, float]) -> list[Move]:
    """By Bellman and Ford, to the cheapest node that has room; nowhere always has."""
    costs, last = {start: 0.0}, {}
    noise = NOISE * max((abs(move.cost) for move in arcs.values()), default=0.0)
    for _ in room:
        for (node, other), move in arcs.items():
            if other != start and node in costs and costs[node] + move.cost < costs.get(other, inf) - noise:
                costs[other], last[other] = costs[node] + move.cost, move
    target = min((node for node in costs if room[node] > 0), key=lambda node: (costs[node], node))
    path = [last[target]]
    while path[-1].giver.node != start:
        path.append(last[path[-1].giver.node])
    return path[::-1]
