"""Reasons."""

import domain.reason
import resolvers.reason
from domain.reason import ReasonCode
from schema.edge import answered_by
from schema.view import enum, view_of

enum(ReasonCode)


@view_of(domain.reason.Reason)
class Reason:
    """A fact that decided something, safe to show a shopper."""

    code: ReasonCode
    """The fact, for a program."""
    message: str = answered_by(resolvers.reason.message)
    """The fact in words, in the language of `Accept-Language` (en or fr)."""
