"""Refusals: expected failures, which are values and never raised inside the domain.

    InvalidInput                    what was asked cannot be meant; names the field and the fix
    NotFound                        no such thing, or not for this actor
    hold.InsufficientStock          shelves that had less than was asked for
    intake.report.Rejected          rows of a file that cannot be taken
    intake.report.UnknownNames      a file speaks of channels or categories that the shop does not have
    intake.channel.StrategyChange   a file that would part a channel from its stock

A use case that returns one has left its unit of work uncommitted, so nothing changed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InvalidInput:
    """`path` names the input field from the outside in; `message` says what is wrong and what would be right."""

    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class NotFound:
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class LimitReached:
    """`limit` is its name, such as depth; `message` says how much was asked for, and how much may be."""

    limit: str
    message: str
