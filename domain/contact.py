"""Contacts: how a buyer can be reached, checked as they are given."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import phonenumbers

from domain.refusal import InvalidInput
from domain.text import folded

EMAIL = re.compile(r"[^@\s\"(),:;<>\[\\\]]{1,64}@[^@\s\"(),:;<>\[\\\]_]{1,253}")
NAME_CHARACTERS_MAX = 200
PHONE_DIGITS_MIN, PHONE_DIGITS = 6, 9  # compared from their end: people leave the country out, or write it in several ways


@dataclass(frozen=True, slots=True)
class Contact:
    """Null for what is not known."""

    email: str | None = None
    name: str | None = None
    phone: str | None = None

    @property
    def is_reachable(self) -> bool:
        return bool(self.email or self.phone)


def checked(contact: Contact, path: tuple[str, ...]) -> Contact | InvalidInput:
    """As it is kept: blank is none, phone numbers are in the form of E.164."""
    trimmed = Contact(*(text.strip() or None if text else None for text in (contact.email, contact.name, contact.phone)))
    if not trimmed.is_reachable:
        return InvalidInput(path, "Give an email address or a phone number.")
    if refusal := wrong_email(trimmed.email, (*path, "email")) or wrong_name(trimmed.name, (*path, "name")):
        return refusal
    phone = checked_phone(trimmed.phone, (*path, "phone"))
    return phone if isinstance(phone, InvalidInput) else replace(trimmed, phone=phone)


def wrong_email(email: str | None, path: tuple[str, ...]) -> InvalidInput | None:
    """What could be an address; whether it is one, only a mail can tell."""
    if email is None or (EMAIL.fullmatch(email) and "." in email.rpartition("@")[2].strip(".")):
        return None
    return InvalidInput(path, f"{email[:100]!r} is not an email address such as name@example.org.")


def wrong_name(name: str | None, path: tuple[str, ...]) -> InvalidInput | None:
    if name is None or len(name) <= NAME_CHARACTERS_MAX:
        return None
    return InvalidInput(path, f"`name` has {len(name)} characters; it must have {NAME_CHARACTERS_MAX} at most.")


def checked_phone(phone: str | None, path: tuple[str, ...]) -> str | InvalidInput | None:
    if phone is None:
        return None
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        return InvalidInput(path, f"{phone[:40]!r} is not a phone number with its country, such as +33 4 72 00 00 00.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_key(email: str) -> str:
    """The address as it is compared: nobody tells two of their addresses apart by case."""
    return email.strip().casefold()


def name_keys(name: str) -> tuple[str, str]:
    """From the front and from the back: whoever searches knows how a first name begins, or a last one."""
    words = folded(name).split()
    return " ".join(words), " ".join(reversed(words))


def phone_key(text: str) -> str | None:
    """The last digits of what can be a phone number."""
    if any(not (c.isdecimal() or c in " +-./()") for c in text):
        return None
    digits = "".join(c for c in text if c.isdecimal())
    return digits[-PHONE_DIGITS:] if len(digits) >= PHONE_DIGITS_MIN else None
