"""Relay connections over pages."""

from typing import Generic, TypeVar

import domain.page
from schema.view import object_type, view_of

Item = TypeVar("Item")


@view_of(domain.page.PageInfo)
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool
    """There is more after this page."""
    has_previous_page: bool
    """There is more before this page."""
    start_cursor: str | None
    """The cursor of the first item; null on an empty page."""
    end_cursor: str | None
    """The cursor of the last item; give it as `after` to go on. Null on an empty page."""


@object_type
class Edge(Generic[Item]):
    """An item in its list."""

    node: Item
    """The item."""
    cursor: str
    """Its place in the list, which stays right while the list changes."""


@object_type
class Connection(Generic[Item]):
    """A page of a list."""

    edges: list[Edge[Item]]
    """The items with their cursors."""
    nodes: list[Item]
    """The items alone."""
    page_info: PageInfo
    """Where this page stands in the list."""
    total_count: int
    """How many items the whole list has."""
