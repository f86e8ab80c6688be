"""Staff."""

from __future__ import annotations

import domain.staff
import resolvers.session
from domain.actor import Role
from schema.edge import answered_for_all
from schema.location import Location
from schema.node import Node
from schema.view import enum, view_of

enum(Role)


@view_of(domain.staff.StaffMember)
class StaffMember(Node):
    """Somebody who works for the shop."""

    name: str
    """For colleagues."""
    roles: list[Role]
    """What they may do."""
    locations: list[Location] = answered_for_all(resolvers.session.locations_of_staff)
    """The stores of an associate; empty for agents and admins, who are of no one store."""
