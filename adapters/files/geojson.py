"""GeoJSON (RFC 7946): each point is a row, its properties the columns, beside its latitude and longitude."""

from __future__ import annotations

from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any

import msgspec

from adapters.files.encoding import Unreadable

CHARACTERS_MAX = 200_000_000  # it is read whole


class Geometry(msgspec.Struct):
    type: str
    coordinates: Any = None


class Feature(msgspec.Struct):
    geometry: Geometry | None = None
    properties: dict[str, Any] | None = None


class FeatureCollection(msgspec.Struct, tag_field="type", tag="FeatureCollection"):
    features: list[Feature]


def features(stream: TextIOWrapper) -> Iterator[tuple[int, list[str]]]:
    """The names of the columns, then each feature by its number from 1. Raises Unreadable for any other JSON."""
    text = stream.read(CHARACTERS_MAX + 1)
    if len(text) > CHARACTERS_MAX:
        raise Unreadable(f"is JSON of more than {CHARACTERS_MAX} characters; bring it as CSV")
    try:
        found = msgspec.json.decode(text, type=FeatureCollection).features
    except msgspec.MsgspecError as error:
        raise Unreadable(f"is JSON, but no GeoJSON FeatureCollection: {error}") from None
    columns = list(dict.fromkeys(name for feature in found for name in feature.properties or ()))
    yield 1, ["latitude", "longitude", *columns]
    for number, feature in enumerate(found, start=1):
        properties = feature.properties or {}
        yield number, [*position(feature.geometry), *(plain(properties.get(name)) for name in columns)]


def position(geometry: Geometry | None) -> tuple[str, str]:
    """Latitude and longitude, which GeoJSON writes the other way round; empty for what is no point."""
    match geometry:
        case Geometry("Point", [int() | float() as longitude, int() | float() as latitude, *_]):
            return f"{latitude:.15g}", f"{longitude:.15g}"
    return "", ""


def plain(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case list() if all(isinstance(part, str) for part in value):
            return "|".join(value)
    return msgspec.json.encode(value).decode()
