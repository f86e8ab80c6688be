"""Texts: what any of them may hold, and how they compare."""

import re
from unicodedata import combining, normalize

UNCLEAN = re.compile("[\0\ud800-\udfff]")  # PostgreSQL keeps no NUL, and no encoding has half a surrogate pair


def is_clean(text: str) -> bool:
    """Can every database and every client hold it?"""
    return not UNCLEAN.search(text)


def folded(text: str) -> str:
    """Without case and accents, so that `Élan` stands beside `elan` on every database."""
    return "".join(c for c in normalize("NFKD", text.casefold()) if not combining(c))


def slug(*texts: str) -> str:
    """Words for an address: `Vêtements`, `Manteaux d'hiver` are `vetements-manteaux-d-hiver`."""
    return re.sub(r"[\W_]+", "-", folded(" ".join(texts))).strip("-")
