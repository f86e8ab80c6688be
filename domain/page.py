"""Pages of a list by keyset: a cursor holds the sort key of its item, so it stays right while the list changes."""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Generic, TypeAlias, TypeVar

from domain.quantities import WHOLE_MAX
from domain.refusal import InvalidInput
from domain.text import is_clean

Item = TypeVar("Item")
Shown = TypeVar("Shown")
Position: TypeAlias = tuple[str | int | float, ...]  # the sort key of an item, its last part unique

FIRST_DEFAULT = 20
FIRST_MAX = 100


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`size` items after one position and before another; from the end of that stretch when `backward`."""

    size: int
    after: Position | None = None
    before: Position | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Edge(Generic[Item]):
    node: Item
    cursor: str


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, with what a client needs to ask for the next ones."""

    edges: tuple[Edge[Item], ...]
    page_info: PageInfo
    total_count: int

    @property
    def nodes(self) -> tuple[Item, ...]:
        return tuple(edge.node for edge in self.edges)

    def shown_as(self, make: Callable[[Item], Shown]) -> Page[Shown]:
        """The same page of what each item is shown as."""
        return Page(tuple(Edge(make(edge.node), edge.cursor) for edge in self.edges), self.page_info, self.total_count)


def page_request(
    *, first: int | None = None, after: str | None = None, last: int | None = None, before: str | None = None
) -> PageRequest | InvalidInput:
    """What the four Relay arguments ask for; `first` is 20 where neither size is given, and neither is above 100."""
    if first is not None and last is not None:
        return InvalidInput(("last",), "Give `first` or `last`, not both.")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 0 <= size <= FIRST_MAX:
            return InvalidInput((name,), f"`{name}` is {size}; it must be from 0 to {FIRST_MAX}.")
    positions: dict[str, Position | None] = {}
    for name, cursor in (("after", after), ("before", before)):
        positions[name] = None if cursor is None else position_of(cursor)
        if cursor is not None and positions[name] is None:
            return InvalidInput((name,), f"`{name}` is not a cursor of this list; take one from an edge or from pageInfo.")
    size = last if last is not None else first if first is not None else FIRST_DEFAULT
    return PageRequest(size, positions["after"], positions["before"], backward=last is not None)


def cursor_of(position: Position) -> str:
    return urlsafe_b64encode(json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode()).decode().rstrip("=")


def position_of(cursor: str) -> Position | None:
    """The position a cursor stands for; None for a text that is no cursor."""
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return tuple(parts) if isinstance(parts, list) and all(is_part(part) for part in parts) else None


def is_part(part: object) -> bool:
    """What a sort key is made of: whole numbers that any column holds, finite floats, clean texts."""
    if isinstance(part, str):
        return is_clean(part)
    if isinstance(part, float):
        return isfinite(part)
    return isinstance(part, int) and not isinstance(part, bool) and abs(part) <= WHOLE_MAX


def page_info(*, request: PageRequest, cursors: Sequence[str], more: bool) -> PageInfo:
    """`more`: there are further items in the direction of reading.

    Behind the reader there is something when a cursor in that direction was given, as the Relay specification allows.
    """
    behind = (request.before if request.backward else request.after) is not None
    return PageInfo(
        has_next_page=behind if request.backward else more,
        has_previous_page=more if request.backward else behind,
        start_cursor=cursors[0] if cursors else None,
        end_cursor=cursors[-1] if cursors else None,
    )


def foreign_cursor(request: PageRequest, parts: tuple[type, ...]) -> InvalidInput | None:
    """Whether a cursor is of a list with another key than of these types; then it is of another list, or of another order."""
    for name, position in (("after", request.after), ("before", request.before)):
        if position is not None and tuple(type(part) for part in position) != parts:
            return InvalidInput((name,), f"`{name}` is a cursor of another list or order; start again without it.")
    return None


def page_of(
    items: Sequence[Item], key: Callable[[Item], Position], request: PageRequest, *, parts: tuple[type, ...]
) -> Page[Item] | InvalidInput:
    """One page of a list that is in memory, sorted by `key`, whose parts are of these types."""
    if refusal := foreign_cursor(request, parts):
        return refusal
    found = sorted(items, key=key)
    keys = [key(item) for item in found]
    start = bisect_right(keys, request.after) if request.after is not None else 0
    end = bisect_left(keys, request.before) if request.before is not None else len(found)
    if request.backward:
        taken = range(max(end - request.size, start), end)
    else:
        taken = range(start, min(start + request.size, end))
    edges = tuple(Edge(found[i], cursor_of(keys[i])) for i in taken)
    more = len(taken) < end - start
    return Page(edges, page_info(request=request, cursors=[edge.cursor for edge in edges], more=more), len(found))
