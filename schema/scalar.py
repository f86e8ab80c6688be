"""Scalars: how times, amounts and codes are written."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any, NewType

from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

CurrencyCode = NewType("CurrencyCode", str)
CountryCode = NewType("CountryCode", str)

YEAR_MIN, YEAR_MAX = 1900, 2999
DECIMAL = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,12})?")


def date_time(value: Any) -> datetime.datetime:
    try:
        moment = datetime.datetime.fromisoformat(value)
    except (ValueError, TypeError):
        moment = None
    if moment is None or moment.tzinfo is None or not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise GraphQLError(
            f"{value!r} is not an instant in ISO 8601 with an offset, such as 2026-11-21T10:00:00+01:00,"
            f" from {YEAR_MIN} to {YEAR_MAX}."
        )
    return moment


def decimal(value: Any) -> Decimal:
    """A string, or a whole number; a float may already have lost what was meant."""
    if isinstance(value, (str, int)) and not isinstance(value, bool) and DECIMAL.fullmatch(str(value)):
        return Decimal(value)
    raise GraphQLError(f'{value!r} is not an exact decimal; write it as a string, such as "19.90".')


def code_of(pattern: str, example: str) -> Any:
    def code(value: Any) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        raise GraphQLError(f"{value!r} is not a code such as {example}.")

    return code


def plain(value: Any) -> str:
    return format(value, "f")


def scalar(name: str, description: str, origin: Any, *, write: Any, read: Any) -> tuple[Any, ScalarDefinition]:
    return origin, ScalarDefinition(
        name=name,
        description=description,
        specified_by_url=None,
        serialize=write,
        parse_value=read,
        parse_literal=None,
        origin=origin,
    )


SCALARS = dict(
    [
        scalar(
            "DateTime",
            "An instant, ISO 8601 with an offset.",
            datetime.datetime,
            write=datetime.datetime.isoformat,
            read=date_time,
        ),
        scalar("Decimal", 'An exact decimal number as a string, such as "19.90".', Decimal, write=plain, read=decimal),
        scalar("CurrencyCode", "An ISO 4217 code, such as EUR.", CurrencyCode, write=str, read=code_of("[A-Z]{3}", "EUR")),
        scalar(
            "CountryCode", "An ISO 3166-1 alpha-2 code, such as FR.", CountryCode, write=str, read=code_of("[A-Z]{2}", "FR")
        ),
    ]
)
