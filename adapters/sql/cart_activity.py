"""The activity of carts, as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from domain.cart_activity import Activity, Change


def activity_of(row: Row[Any]) -> Activity:
    return Activity(
        id=row.id,
        cart=row.cart_id,
        version=row.version,
        at=row.at,
        channel=row.channel_id,
        staff=row.staff_id,
        kiosk=row.kiosk_id,
        change=Change(row.change),
        units=tuple((title, quantity) for title, quantity in row.units),
    )


def activity_values(activity: Activity) -> dict[str, Any]:
    return {
        "id": activity.id,
        "cart_id": activity.cart,
        "version": activity.version,
        "at": activity.at,
        "channel_id": activity.channel,
        "staff_id": activity.staff,
        "kiosk_id": activity.kiosk,
        "change": activity.change.value,
        "units": [list(pair) for pair in activity.units],
    }
