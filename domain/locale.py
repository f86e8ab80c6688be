"""How amounts and moments are written for people who read one language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency

from domain.money import Money

MOMENTS = {"en": "EEEE d MMMM, HH:mm", "fr": "EEEE d MMMM 'à' HH:mm"}
LOCALES = {"en": "en_GB", "fr": "fr_FR"}


def money_in(language: str, money: Money) -> str:
    """Such as €19.90, or 19,90 €."""
    return format_currency(money.amount, money.currency_code, locale=LOCALES[language])


def moment_in(language: str, at: datetime, time_zone: str) -> str:
    """By the clock of a place."""
    return format_datetime(at.astimezone(ZoneInfo(time_zone)), MOMENTS[language], locale=LOCALES[language])
