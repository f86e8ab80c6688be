"""Addresses: where mail arrives, checked as they are given."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from domain.contact import checked_phone, wrong_name
from domain.ids import AddressId
from domain.refusal import InvalidInput

LINE_CHARACTERS_MAX = 200
REQUIRED = ("line1", "postal_code", "city")
SPELLED = {"postal_code": "postalCode", "country_code": "countryCode"}  # as clients spell it, where they do otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    line1: str
    line2: str | None = None
    postal_code: str
    city: str
    region: str | None = None
    country_code: str
    phone: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(AddressFacts):
    """`id`: of one that a customer has saved."""

    id: AddressId | None = None


def checked_address(address: AddressFacts, path: tuple[str, ...]) -> AddressFacts | InvalidInput:
    """As it is kept: trimmed, blank is none, the phone number in the form of E.164."""
    given = {field.name: (getattr(address, field.name) or "").strip() for field in fields(AddressFacts)}
    for name, text in given.items():
        where = (*path, SPELLED.get(name, name))
        if name in REQUIRED and not text:
            return InvalidInput(where, f"`{where[-1]}` is blank; an address needs it.")
        if len(text) > LINE_CHARACTERS_MAX:
            return InvalidInput(where, f"`{where[-1]}` has {len(text)} characters; it must have {LINE_CHARACTERS_MAX} at most.")
    if refusal := wrong_name(given["name"], (*path, "name")):
        return refusal
    phone = checked_phone(given["phone"] or None, (*path, "phone"))
    if isinstance(phone, InvalidInput):
        return phone
    optional = {name: text if name in REQUIRED else text or None for name, text in given.items()}
    return replace(address, **optional | {"country_code": given["country_code"], "phone": phone})  # type: ignore[arg-type]
