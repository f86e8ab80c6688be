"""Timelines: what became of something, entry by entry."""

from __future__ import annotations

import datetime

import strawberry

import domain.order
import resolvers.timeline
from schema.channel import Channel
from schema.edge import answered_by, answered_for_all
from schema.node import Node
from schema.page import PageInfo
from schema.staff import StaffMember
from schema.view import view_of

strawberry.enum(domain.order.EntryKind, name="TimelineKind", description=domain.order.EntryKind.__doc__)


@view_of(domain.order.Entry)
class TimelineEntry:
    """Something that happened."""

    id: strawberry.ID
    """For a client's cache."""
    at: datetime.datetime
    """When."""
    kind: domain.order.EntryKind
    """What it is about."""
    summary: str = answered_by(resolvers.timeline.summary)
    """In words, in the language of the request."""
    reason: str | None = answered_by(resolvers.timeline.reason)
    """Why, as somebody put it; shown to staff."""
    channel: Channel | None = answered_for_all(resolvers.timeline.channels_of_entries)
    """Through which it was done; null for what happened by itself."""
    staff: StaffMember | None = answered_for_all(resolvers.timeline.staff_of_entries)
    """Who of the staff did it; shown to staff."""
    subject: Node | None = answered_for_all(resolvers.timeline.subjects_of_entries)
    """What it is about: the order, or a part of it."""


@view_of(resolvers.timeline.TimelineEdge)
class TimelineEdge:
    """An entry in its timeline."""

    node: TimelineEntry
    """The entry."""
    cursor: str
    """Its place in the timeline."""


@view_of(resolvers.timeline.TimelinePage)
class TimelineConnection:
    """A page of a timeline, newest first."""

    edges: list[TimelineEdge]
    """The entries with their cursors."""
    nodes: list[TimelineEntry]
    """The entries alone."""
    page_info: PageInfo
    """Where this page stands in the timeline."""
