"""Actors: on whose behalf something is read or done; every reads port takes one first."""

from dataclasses import dataclass

from domain.channel import Channel


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and through which channel: what the channel does not sell looks missing to them."""

    channel: Channel
