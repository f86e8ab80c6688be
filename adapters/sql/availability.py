"""The law of domain/availability.py, in SQL."""

from sqlalchemy import ColumnElement, case

from adapters.sql.tables import stock_level


def sellable(safety_of_channel: int) -> ColumnElement[int]:
    """`available` of domain/availability.py for a channel, from the column, which knows the level's own safety only."""
    more = safety_of_channel - stock_level.c.safety
    short = case((more > 0, more), else_=0)
    return case((stock_level.c.available > short, stock_level.c.available - short), else_=0)
