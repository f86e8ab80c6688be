"""The Accept header: what a client would like to be answered in, and how much."""

from __future__ import annotations

import re

MEDIA_TYPES_MAX = 20

WEIGHT = re.compile(r"\bq=([01](?:\.\d{0,3})?)")


def weights_of(accepted: str) -> dict[str, float]:
    """What an Accept header names, each with how well it is liked, from 0 to 1."""
    parts = (part.partition(";") for part in accepted.lower().split(",")[:MEDIA_TYPES_MAX])
    return {kind.strip(): float(q[1]) if (q := WEIGHT.search(rest)) else 1 for kind, _, rest in parts}


def liking(media: str, weights: dict[str, float]) -> tuple[float, bool]:
    """How well a media type is liked; what is named, a little better than what merely fits."""
    fits = weights.get(f"{media.partition('/')[0]}/*", weights.get("*/*", 0))
    return weights.get(media, fits), media in weights
