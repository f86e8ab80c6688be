"""Acting: staff do for a while what a customer asks them to, in the customer's name, with a reason and on the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from domain.account import AccountWork
from domain.action import Action, ActionKind, ActionWrites
from domain.actor import Actor
from domain.ids import CustomerId, SessionId
from domain.refusal import Forbidden, InvalidInput, NotFound
from domain.session import Session

MINUTES_MAX = 60
REASON_CHARACTERS_MAX = 500


@dataclass(frozen=True, slots=True)
class ActAs:
    customer: CustomerId
    reason: str
    minutes: int = 30


class ActingWork(AccountWork, Protocol):
    @property
    def actions(self) -> ActionWrites: ...


Acting: TypeAlias = Session | Forbidden | InvalidInput | NotFound


async def act_as(work: ActingWork, actor: Actor, asked: ActAs, now: datetime) -> Acting:
    """Ends with the session it is begun from."""
    reason = asked.reason.strip()
    if actor.staff is None or actor.is_acting or not actor.is_everywhere:
        return Forbidden((), "Only agents and admins act for customers, one at a time.")
    if not 0 < len(reason) <= REASON_CHARACTERS_MAX:
        asks = f"say in 1 to {REASON_CHARACTERS_MAX} why"
        return InvalidInput(("input", "reason"), f"`reason` has {len(reason)} characters; {asks}.")
    if not 1 <= asked.minutes <= MINUTES_MAX:
        return InvalidInput(("input", "minutes"), f"`minutes` is {asked.minutes}; it must be from 1 to {MINUTES_MAX}.")
    session = Session(
        id=SessionId.new(),
        channel=actor.channel.id,
        customer=asked.customer,
        staff=actor.staff,
        parent=actor.session,
        reason=reason,
        refreshed_at=now,
        is_refreshable=False,
        ends_at=now + timedelta(minutes=asked.minutes),
    )
    async with work:
        if await work.accounts.lock(asked.customer) is None:
            return NotFound(("input", "customer"), "There is no such customer.")
        await work.sessions.open(session, now)
        action = Action(at=now, staff=actor.staff, kind=ActionKind.ACTED_AS, subject=str(asked.customer), reason=reason)
        await work.actions.record(action)
        await work.commit()
    return session
