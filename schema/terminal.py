"""Card terminals: devices of a store at which buyers present their card."""

from __future__ import annotations

import domain.terminal
import resolvers.terminal
from schema.edge import answered_for_all
from schema.location import Location
from schema.node import Node
from schema.view import view_of


@view_of(domain.terminal.Terminal)
class Terminal(Node):
    """A device of a store at which buyers present their card."""

    name: str
    """What the staff call it, such as Caisse 1."""
    location: Location = answered_for_all(resolvers.terminal.locations_of_terminals)
    """The store."""
    ready: bool
    """A payment can be begun at it; false where the store has put it out of use."""
