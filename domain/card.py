"""Card numbers, which never enter: whatever looks like one is refused, and nothing of it is said again."""

from __future__ import annotations

import re
from itertools import accumulate

from domain.refusal import InvalidInput

DIGITS_MIN, DIGITS_MAX = 13, 19  # ISO/IEC 7812
GROUPS = re.compile(r"\d+(?:[\s.\-‐‑–]{1,2}\d+)*")  # digits as people write them: in groups, with something between


def looks_like_card(text: str) -> bool:
    """Does a card number stand anywhere in it? Also beside other digits, such as the month in which it ends."""
    return any(is_card("".join(part)) for run in GROUPS.findall(text) for part in parts(re.findall(r"\d+", run)))


def parts(groups: list[str]) -> list[list[str]]:
    """Neighboring groups that have as many digits together as a card."""
    ends = [0, *accumulate(len(group) for group in groups)]
    return [
        groups[first:last]
        for first in range(len(groups))
        for last in range(first + 1, min(first + DIGITS_MAX, len(groups)) + 1)
        if DIGITS_MIN <= ends[last] - ends[first] <= DIGITS_MAX
    ]


def is_card(digits: str) -> bool:
    """By its check digit (the Luhn algorithm): from the right, each second digit counts twice."""
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0 and any(doubled)


def card_number_in(text: str | None, path: tuple[str, ...]) -> InvalidInput | None:
    """For each token, note and reason that comes with a payment, before anything else is done with it."""
    if text is None or not looks_like_card(text):
        return None
    message = f"`{path[-1]}` looks like a card number, which must not come here; send the token that the payment provider gave."
    return InvalidInput(path, message)
