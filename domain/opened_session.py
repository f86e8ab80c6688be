"""A session that was opened: what its device acts with from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor
from domain.session import Keys, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSession:
    """What a device is given to act with from now on, and who it then is; a session that cannot be refreshed has one token."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime
    viewer: Actor


def opened(session: Session, viewer: Actor, keys: Keys, now: datetime) -> OpenedSession:
    return OpenedSession(
        access_token=keys.access_token(session, now),
        refresh_token=keys.refresh_token(session) if session.is_refreshable else None,
        expires_at=session.access_until(now),
        viewer=viewer,
    )
