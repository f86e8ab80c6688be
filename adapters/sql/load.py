"""How busy locations are, in SQL: what waits there, and what is promised there, counted in one statement for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, FromClause, Row, Select, cast, func, literal, null, or_, select, union_all

from adapters.sql.database import Database
from adapters.sql.given import given
from adapters.sql.tables import fulfillment, location
from domain.actor import Actor
from domain.fulfillment import IN_THE_HOUSE, NOT_BEGUN, UNDER_WAY, FulfillmentStatus
from domain.ids import LocationId
from domain.load import MINUTES_EACH, Load

QUARTER_SECONDS = 900  # clocks differ by quarters of an hour, so that a quarter is always within one local hour
A_DAY_AT_LEAST = timedelta(hours=36)
STATUS, FROM, TO = fulfillment.c.status, fulfillment.c.location_id, fulfillment.c.destination_id
GONE = (FulfillmentStatus.SHIPPED, FulfillmentStatus.IN_TRANSIT)


class SqlLoads:
    """What locations have taken on."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def loads(self, actor: Actor, locations: Sequence[LocationId], now: datetime) -> Mapping[LocationId, Load]:
        if not locations:
            return {}
        async with self.database.reading() as connection:
            asked = given(connection, {location.c.id: locations})
            rows = (await connection.execute(union_all(*counts(asked, now)))).all()
        theirs: dict[LocationId, list[Row[Any]]] = {id: [] for id in locations}
        for row in rows:
            theirs[row.place].append(row)
        return {id: load_of(some) for id, some in theirs.items()}


def counts(asked: FromClause, now: datetime) -> list[Select[Any]]:
    """A parcel counts for the day of its cut-off, also when it has gone; a pickup for the hour of its promise until it is
    collected."""
    is_parcel = or_(TO.is_(None), TO != FROM)
    cut_off, ready = quarter(2), quarter(0)
    has_gone = (STATUS.in_(GONE), fulfillment.c.updated_at >= now - A_DAY_AT_LEAST)
    return [
        count(asked, FROM, "queue", cast(null(), BigInteger)).where(STATUS.in_(NOT_BEGUN)),
        count(asked, FROM, "parcels", cut_off).where(is_parcel, STATUS.in_(IN_THE_HOUSE)),
        count(asked, FROM, "parcels", cut_off).where(is_parcel, *has_gone),
        count(asked, TO, "pickups", ready).where(STATUS.in_(UNDER_WAY)),
    ]


def quarter(moment: int) -> ColumnElement[int]:
    """Of the moments of a promise, as domain/group_record.py writes them: which quarter of an hour since the epoch."""
    return cast(fulfillment.c.promise[(0, moment)].as_string(), BigInteger) // QUARTER_SECONDS


def count(asked: FromClause, place: Any, what: str, quarter: ColumnElement[int]) -> Select[Any]:
    joined = fulfillment.join(asked, asked.c.id == place).join(location, location.c.id == place)
    columns = (place.label("place"), location.c.time_zone, literal(what).label("what"), quarter.label("quarter"))
    return select(*columns, func.count().label("units")).select_from(joined).group_by(place, location.c.time_zone, quarter)


def load_of(rows: Sequence[Row[Any]]) -> Load:
    waiting, pickups, parcels = 0, Counter[datetime](), Counter[date]()
    for row in rows:
        if row.what == "queue":
            waiting += row.units
        elif row.quarter is not None:
            local = datetime.fromtimestamp(row.quarter * QUARTER_SECONDS, ZoneInfo(row.time_zone)).replace(tzinfo=None, fold=0)
            if row.what == "pickups":
                pickups[local.replace(minute=0, second=0)] += row.units
            else:
                parcels[local.date()] += row.units
    return Load(queue_minutes=waiting * MINUTES_EACH, pickups=pickups, parcels=parcels)
