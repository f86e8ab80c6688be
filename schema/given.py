"""Texts and ids as clients give them, turned into the domain's; what cannot be is refused, naming the argument."""

from __future__ import annotations

import types
import typing
from typing import Any, get_args, get_origin

from domain.ids import Id
from domain.refusal import InvalidInput
from domain.text import is_clean
from resolvers.refusal import Refused

TEXT_CHARACTERS_MAX = 1_000
ITEMS_MAX = 100


def decoded(kind: Any, value: Any, path: tuple[str, ...]) -> Any:
    """`value` as a domain value of `kind`: ids are parsed, lists become tuples, a wrapper class wraps.

    `path` names the argument as the client does, from the outside in.
    """
    if get_origin(kind) in (typing.Union, types.UnionType):
        kinds = [one for one in get_args(kind) if one is not type(None)]
        return decoded(kinds[0], value, path) if len(kinds) == 1 else value
    if get_origin(kind) is tuple:
        most = getattr(get_args(kind)[0], "ITEMS_MAX", ITEMS_MAX)
        if len(value) > most:
            raise Refused(InvalidInput(path, f"`{path[-1]}` has {len(value):,} items; it must have {most} at most."))
        return tuple(decoded(get_args(kind)[0], one, path) for one in value)
    if isinstance(value, str):
        require_sound(value, path, getattr(kind, "CHARACTERS_MAX", TEXT_CHARACTERS_MAX))
    if not isinstance(kind, type) or isinstance(value, kind):
        return value
    return parsed(kind, value, path) if issubclass(kind, Id) else typing.cast(Any, kind)(value)


def require_sound(text: str, path: tuple[str, ...], characters_max: int) -> None:
    if len(text) > characters_max:
        raise Refused(InvalidInput(path, f"`{path[-1]}` has {len(text)} characters; it must have {characters_max} at most."))
    if not is_clean(text):
        raise Refused(InvalidInput(path, f"`{path[-1]}` holds a NUL or half a surrogate pair; leave such characters out."))


def parsed(kind: type[Id], text: str, path: tuple[str, ...]) -> Id:
    if (id := kind.parse(text)) is None:
        raise Refused(InvalidInput(path, f"`{path[-1]}` is not the id of a {kind.kind()}; take it from an `id` field of one."))
    return id
