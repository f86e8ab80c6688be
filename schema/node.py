"""Things that have an id of their own."""

import strawberry

import resolvers.node
from schema.edge import answered_by
from schema.view import interface, object_type


@interface
class Node:
    """A thing that can be asked for again by its id."""

    id: strawberry.ID
    """Opaque; it names the thing, and opens nothing."""


@object_type
class NodeQuery:
    """Anything by its id."""

    node: Node | None = answered_by(resolvers.node.node)
    """Anything by its id; null for what is not there, or not sold in this channel."""
    nodes: list[Node | None] = answered_by(resolvers.node.nodes)
    """Several things by their ids, in the order asked; null for each that is not there."""
