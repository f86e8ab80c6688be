"""Money."""

import decimal

import domain.money
from schema.scalar import CurrencyCode
from schema.view import view_of


@view_of(domain.money.Money)
class Money:
    """An amount of one currency."""

    amount: decimal.Decimal
    """In major units, exact, with the currency's own number of decimals."""
    currency_code: CurrencyCode
    """The currency."""
    minor_units: int
    """The same in minor units: 1990 cents are 19.90."""
